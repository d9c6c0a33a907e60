//! Ends that come again and again, or must come at once: the real program, on folders.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use std::time::Duration;

use crate::acts::memorandum;
use crate::stage::Stage;
use crate::support::town::{MESAD, PATIENCE, now};

const TOMAS: &str = "tzepeda@maule.seremi.example";
pub const SUBJECT: &str = "Desaprobación de informe técnico";

/// An office that was just set up.
pub fn begins() -> Stage {
    let stage = Stage::new();
    let made = mesad(&stage, &["init", "."], None);
    assert!(made.status.success(), "{made:?}");
    stage
}

pub fn mesad(stage: &Stage, arguments: &[&str], armed: Option<(&str, &str)>) -> Output {
    let mut command = Command::new(MESAD);
    command.args(arguments).current_dir(stage.path());
    command.envs(armed).env("MESAD_LOG", "mesad=info");
    command.output().unwrap()
}

/// `mesad run --once`.
pub fn runs(stage: &Stage, armed: Option<(&str, &str)>) -> Output {
    mesad(stage, &["run", "--once", "--config", "."], armed)
}

fn dies(stage: &Stage, at: &str) {
    let done = runs(stage, Some(("MESAD_CRASH_AT", at)));
    assert_eq!(done.status.signal(), Some(6), "{at}: {done:?}");
}

pub fn writes(stage: &Stage, id: &str, subject: &str, text: &str) {
    let mail = crate::acts::mail(
        &format!("Message-ID: <{id}@maule.example>"),
        TOMAS,
        subject,
        text,
    );
    // Just now: reminders of old requests would wait for the office to open.
    let made = fs::metadata(stage.path().join("desk.toml")).unwrap();
    let at = made.modified().unwrap();
    stage.arrives(id, at.into(), mail.as_bytes());
}

fn mails(stage: &Stage) -> Vec<String> {
    stage.rows("SELECT state, reason FROM inputs ORDER BY id")
}

#[test]
fn a_mail_whose_reading_kills_the_desk_is_set_aside_and_handled_after_a_fix() {
    let stage = begins();
    writes(&stage, "m1", SUBJECT, &memorandum("Informe N° 1 (veneno)"));
    writes(&stage, "m2", SUBJECT, &memorandum("Informe N° 2"));
    let poison = "reading~veneno";
    for _ in 0..3 {
        dies(&stage, poison);
        assert_eq!(mails(&stage), ["stored | ", "stored | "]);
    }
    let armed = Some(("MESAD_CRASH_AT", poison));
    let lives = runs(&stage, armed);
    assert!(lives.status.success(), "{lives:?}");
    assert_eq!(mails(&stage), ["parked | too-many-tries", "done | opening"]);
    // It is told to whoever looks after the desk, and shown.
    let told = stage.rows("SELECT count(*) FROM notices WHERE message = 'triage'");
    assert_eq!(told, ["2"]);
    let listed = mesad(&stage, &["list", "--config", "."], None);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains("cannot be read"), "{listed}");
    // Without a fix it is put aside again; after one it is handled.
    for _ in 0..3 {
        assert_eq!(retry_or_run(&stage, armed).status.signal(), Some(6));
    }
    assert!(runs(&stage, armed).status.success());
    assert_eq!(mails(&stage)[0], "parked | too-many-tries");
    assert!(retry_or_run(&stage, None).status.success());
    assert_eq!(mails(&stage), ["done | opening", "done | opening"]);
}

/// Takes the first mail up again where it is set aside, and runs.
fn retry_or_run(stage: &Stage, armed: Option<(&str, &str)>) -> Output {
    if mails(stage)[0].starts_with("parked") {
        let done = mesad(stage, &["retry", "1", "--config", "."], None);
        assert!(done.status.success(), "{done:?}");
    }
    runs(stage, armed)
}

#[test]
fn a_mail_whose_making_kills_the_desk_is_given_up_and_told_and_the_others_go_out() {
    let stage = begins();
    writes(&stage, "m1", SUBJECT, &memorandum("Informe N° 1 (veneno)"));
    let to = "rendered~<balcaino@ministerio.example>";
    let mut deaths = 0;
    for _ in 0..20 {
        let done = runs(&stage, Some(("MESAD_CRASH_AT", to)));
        if done.status.signal() != Some(6) {
            break;
        }
        deaths += 1;
        // A started daemon takes it up at once; here the clock is turned instead.
        let sql = "UPDATE notices SET due_at = 0 WHERE state = 'due'";
        stage.database().execute(sql, []).unwrap();
    }
    assert_eq!(deaths, 3);
    let left = stage.rows("SELECT DISTINCT state FROM notices WHERE address LIKE 'balcaino@%'");
    assert_eq!(left, ["failed"]);
    let others = stage.rows("SELECT DISTINCT state FROM notices WHERE address NOT LIKE 'balc%'");
    assert_eq!(others, ["sent"]);
    let told = "SELECT count(*) FROM notices WHERE message IN ('undeliverable', 'attention')";
    assert_ne!(stage.rows(told), ["0"]);
}

#[test]
fn a_failed_fsync_ends_the_process_and_the_next_one_goes_on() {
    for at in [
        // Of the database: in the midst of receiving, deciding, sending.
        "committing:9",
        "committing:14",
        "committing:20",
        // Of the database, where its log is emptied at the start.
        "emptying-log",
        // Of a mail in the folder that it goes out by, and of that folder.
        "file-written",
        "file-renamed:2",
        // Of the list of what was sent.
        "noting-sent",
        // Of the folder that a mail is filed in.
        "maildir-renamed",
    ] {
        let stage = begins();
        writes(&stage, "m1", SUBJECT, &memorandum("Informe N° 1"));
        let done = runs(&stage, Some(("MESAD_FAIL_AT", at)));
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{at}: {said}");
        assert!(said.contains("fsync failed"), "{at}: {said}");
        // It was the last thing that was said: nothing was done after it.
        assert!(
            said.lines().last().unwrap().contains("fsync failed"),
            "{at}: {said}"
        );
        let sql = "UPDATE notices SET due_at = 0 WHERE state = 'due'";
        stage.database().execute(sql, []).unwrap();
        let done = runs(&stage, None);
        assert!(done.status.success(), "{at}: {done:?}");
        assert_eq!(mails(&stage), ["done | opening"], "{at}");
        assert_eq!(crate::promise::hold(&stage, &[]), Ok(0), "{at}");
    }
}

#[test]
fn a_daemon_ends_by_itself_when_an_fsync_fails() {
    let stage = begins();
    writes(&stage, "m1", SUBJECT, &memorandum("Informe N° 1"));
    let mut daemon = Command::new(MESAD)
        .args(["run", "--config", "."])
        .current_dir(stage.path())
        .env("MESAD_FAIL_AT", "committing:12")
        .stderr(fs::File::create(stage.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let begin = now();
    let status = loop {
        match daemon.try_wait().unwrap() {
            Some(status) => break status,
            None if begin.elapsed() > PATIENCE => {
                daemon.kill().unwrap();
                panic!("it goes on");
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let log = fs::read_to_string(stage.path().join("log")).unwrap();
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("fsync failed"), "{log}");
}

#[test]
fn a_point_that_is_none_is_refused_before_anything_starts() {
    let stage = Stage::new();
    let wrong = Some(("MESAD_CRASH_AT", "stored-mial:1"));
    let done = mesad(&stage, &["run", "--example"], wrong);
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("there is no point \"stored-mial\""), "{said}");
    assert!(!stage.path().join("state").exists());
}
