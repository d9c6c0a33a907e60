//! The key of the tokens: changed, lost, stolen; and the database stolen.

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

/// A desk that has asked Beatriz; the token of her mail.
fn asked() -> (Stage, String) {
    let mut stage = Stage::begin();
    let subject = "Desaprobación de informe técnico";
    stage.writes(TOMAS, subject, &memorandum("Informe N° 1"));
    stage.drain();
    let text = stage.sent("approval-request")[0].text.clone();
    let token = text.split("[ref:").nth(1).unwrap();
    let token = token.split(']').next().unwrap().to_owned();
    (stage, token)
}

fn key(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesad"));
    command.arg("key").args(arguments);
    command.arg("--work").arg(folder.path()).output().unwrap()
}

fn said(output: &Output) -> String {
    let text = [output.stdout.clone(), output.stderr.clone()].concat();
    String::from_utf8(text).unwrap()
}

/// Beatriz approves with nothing but a token; what came of it.
fn approves(stage: &mut Stage, token: &str) -> String {
    stage.writes(
        BEATRIZ,
        "RE: Informe",
        &format!("Apruebo\n\n[ref:{token}]\n"),
    );
    stage.drain();
    let last = "SELECT outcome || ' ' || cell FROM journal ORDER BY id DESC LIMIT 1";
    stage.column(last)[0].clone()
}

#[test]
fn a_key_that_is_gone_is_not_made_anew_while_mails_are_open() {
    let (stage, token) = asked();
    let folder = stage.stops();
    let path = folder.path().join("state/key");
    let kept = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let error = Stage::starts(folder, at(5, 11)).err().unwrap();
    assert!(
        error.contains("gone, while 1 mails") && error.contains("mesad key --lost"),
        "{error}"
    );
    assert!(!path.exists());

    // Restored, everything goes on.
    let (stage, token_again) = asked();
    assert_eq!(token_again, token, "the same chance gives the same");
    let folder = stage.stops();
    fs::write(folder.path().join("state/key"), kept).unwrap();
    let mut stage = Stage::starts(folder, at(5, 11)).unwrap();
    assert_eq!(approves(&mut stage, &token), "approved counts-by-token");
}

#[test]
fn a_lost_key_is_replaced_by_command_and_old_tokens_prove_nothing() {
    let (stage, token) = asked();
    let folder = stage.stops();
    let refused = key(&folder, &["--lost"]);
    assert!(!refused.status.success() && said(&refused).contains("not lost"));
    fs::remove_file(folder.path().join("state/key")).unwrap();
    let refused = key(&folder, &[]);
    assert!(!refused.status.success() && said(&refused).contains("--lost"));
    let made = key(&folder, &["--lost"]);
    assert!(made.status.success(), "{}", said(&made));
    let mut stage = Stage::starts(folder, at(5, 11)).unwrap();
    let came = approves(&mut stage, &token);
    assert_eq!(came, "confirmation-asked confirm-open-step");
    let asked = stage.sent("decision-confirmation")[0].text.clone();
    let new = asked
        .split("[ref:")
        .nth(1)
        .unwrap()
        .split(']')
        .next()
        .unwrap();
    assert_eq!(approves(&mut stage, new), "approved counts-confirmed");
}

#[test]
fn tokens_of_an_old_key_count_up_to_its_day() {
    let (stage, token) = asked();
    let running = key(&stage.folder, &[]);
    assert!(said(&running).contains("another mesad works in this folder"));
    let folder = stage.stops();
    let before = fs::read(folder.path().join("state/key")).unwrap();
    let changed = key(&folder, &["--accept-old", "7"]);
    assert!(changed.status.success(), "{}", said(&changed));
    let words = said(&changed);
    let last = words
        .split("up to ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap();
    let old = folder.path().join(format!("state/key.until-{last}"));
    assert_eq!(fs::read(&old).unwrap(), before);
    assert_ne!(fs::read(folder.path().join("state/key")).unwrap(), before);
    // The clock of the test stands in October 2026; the file's name is what says until when.
    let renamed = folder.path().join("state/key.until-2026-10-05");
    fs::rename(old, &renamed).unwrap();
    let mut stage = Stage::starts(folder, at(5, 11)).unwrap();
    assert_eq!(approves(&mut stage, &token), "approved counts-by-token");
}

#[test]
fn after_its_day_an_old_key_proves_nothing() {
    let (stage, token) = asked();
    let folder = stage.stops();
    assert!(key(&folder, &[]).status.success());
    let state = folder.path().join("state");
    let files = fs::read_dir(&state).unwrap().map(|f| f.unwrap().path());
    let old = files
        .into_iter()
        .find(|f| f.to_string_lossy().contains("key.until-"));
    fs::rename(old.unwrap(), state.join("key.until-2026-10-04")).unwrap();
    let mut stage = Stage::starts(folder, at(5, 11)).unwrap();
    let came = approves(&mut stage, &token);
    assert_eq!(came, "confirmation-asked confirm-open-step");
}

/// A mail that was born under the old key and not yet sent goes out with a token that counts.
#[test]
fn a_mail_between_two_keys_carries_a_token_that_counts() {
    for lost in [false, true] {
        let mut stage = Stage::begin();
        let subject = "Desaprobación de informe técnico";
        stage.writes(TOMAS, subject, &memorandum("Informe N° 1"));
        let mailbox = &mut stage.work.ends.mailbox;
        for mail in mesad::desk::receive::look(mailbox, &stage.work.world).unwrap() {
            mesad::desk::receive::take(mailbox, &stage.work.world, &mail).unwrap();
        }
        mesad::desk::decide::turn(stage.world()).unwrap();
        let folder = stage.stops();
        if lost {
            fs::remove_file(folder.path().join("state/key")).unwrap();
            assert!(key(&folder, &["--lost"]).status.success());
        } else {
            assert!(key(&folder, &["--accept-old", "400"]).status.success());
        }
        let mut stage = Stage::starts(folder, at(5, 11)).unwrap();
        stage.drain();
        let text = stage.sent("approval-request")[0].text.clone();
        let token = text
            .split("[ref:")
            .nth(1)
            .unwrap()
            .split(']')
            .next()
            .unwrap();
        assert_eq!(
            approves(&mut stage, token),
            "approved counts-by-token",
            "{lost}"
        );
    }
}

/// Who can write into the database and has not the key makes no token that counts.
#[test]
fn a_hash_put_into_the_database_makes_no_token() {
    let (mut stage, _) = asked();
    let own = "aaaabbbbccccddddeeeeffffgggghhhh";
    let hash = ring::digest::digest(&ring::digest::SHA256, own.as_bytes());
    let hex: String = hash.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    stage.damage(&format!(
        "UPDATE notices SET token_hash = x'{hex}' WHERE message = 'approval-request'"
    ));
    let came = approves(&mut stage, own);
    assert_eq!(came, "confirmation-asked confirm-open-step");
}
