//! A new desk in an old mailbox.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use mesad::daemon;
use mesad::desk::DeskError;
use mesad::mailbox::maildir;

use crate::stage::{Stage, TOMAS, at};
use crate::{mail, mesad};

/// A desk whose mailbox is old: mails of each day before.
fn old_mailbox(count: i64) -> Stage {
    let stage = Stage::begin();
    for number in 0..count {
        let received = at(5, 10) - TimeDelta::days(number);
        let name = format!("viejo{number}");
        maildir::deliver(&stage.maildir(), &name, received, &mail(&name)).unwrap();
    }
    stage
}

fn begins(stage: &mut Stage, since: Option<NaiveDate>) {
    let mut office = (*stage.work.world.office).clone();
    office.desk.start.since = since;
    stage.work.world.office = Arc::new(office);
}

#[test]
fn hundreds_of_old_mails_are_not_answered_unasked() {
    let mut stage = old_mailbox(201);
    let error = stage.try_drain().unwrap_err();
    assert!(matches!(error, DeskError::Start(_)), "{error}");
    for words in [
        "201 mails lie in the mailbox",
        "mesad check --mailbox",
        "--since",
        "most_at_start",
    ] {
        assert!(error.to_string().contains(words), "{words}: {error}");
    }
    assert_eq!(stage.reasons(), Vec::<String>::new());

    // As many as are named are handled; the others are left, and accounted for.
    begins(&mut stage, NaiveDate::from_ymd_opt(2026, 10, 4));
    stage.drain();
    let left = stage.column("SELECT uid FROM inputs WHERE reason = 'before-start'");
    assert_eq!(left.len(), 199);
    let here = fs::read_dir(stage.maildir().join("new")).unwrap().count();
    assert_eq!(here, 199, "they lie where they lay");
    let (sound, text) = mesad(&stage, &["reconcile"]);
    assert!(
        sound && text.contains("201 in the mailbox, 201 accounted for"),
        "{text}"
    );
    assert!(text.contains("199 are older than the desk"), "{text}");

    // What comes later is handled, also if a person moves an old mail in.
    begins(&mut stage, None);
    let old = at(1, 9) - TimeDelta::days(300);
    maildir::deliver(&stage.maildir(), "movido", old, &mail("movido")).unwrap();
    stage.writes(TOMAS, "Consulta", "¿Me ayudan?\n");
    stage.drain();
    let taken = stage.column("SELECT subject FROM inputs WHERE reason <> 'before-start'");
    assert_eq!(taken.len(), 4, "{taken:?}");
}

#[test]
fn a_desk_that_knows_its_mailbox_takes_as_many_as_come() {
    let mut stage = Stage::with(|office| office.desk.start.most = 2);
    stage.drain();
    for _ in 0..4 {
        stage.writes(TOMAS, "Consulta", "¿Me ayudan?\n");
    }
    stage.drain();
    assert_eq!(stage.reasons().len(), 4);
}

#[test]
fn a_dry_look_tells_what_would_become_of_them_and_changes_nothing() {
    let stage = old_mailbox(12);
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("mail/in");
    fs::create_dir_all(work.parent().unwrap()).unwrap();
    fs::rename(stage.maildir(), &work).unwrap();
    let look = |since: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_mesad"))
            .args(["check", "--mailbox", "--work"])
            .arg(folder.path())
            .args(since)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    let text = look(&[]);
    assert!(
        text.contains("12 mails lie in the mailbox, the oldest of 2026-09-24"),
        "{text}"
    );
    assert!(text.contains("12 would be taken"), "{text}");
    assert!(text.contains("What would become of the first 10"), "{text}");
    assert!(text.contains("ana@ministerio.test: viejo11"), "{text}");
    let text = look(&["--since", "2026-10-04"]);
    assert!(text.contains("10 are older than 2026-10-04"), "{text}");
    assert!(text.contains("2 would be taken"), "{text}");
    assert_eq!(fs::read_dir(work.join("new")).unwrap().count(), 12);
    assert!(
        !folder.path().join("state").exists(),
        "nothing is remembered"
    );
}

#[test]
fn the_program_refuses_to_begin_and_says_what_to_do() {
    let stage = old_mailbox(201);
    let folder = stage.stops();
    let run = |more: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_mesad"))
            .args(["run", "--example", "--once", "--work"])
            .arg(folder.path())
            .args(more)
            .output()
            .unwrap();
        (
            done.status.success(),
            String::from_utf8(done.stderr).unwrap(),
        )
    };
    let (done, text) = run(&[]);
    assert!(!done && text.contains("mesad check --mailbox"), "{text}");
    let (done, text) = run(&["--since", "2026-10-05"]);
    assert!(done, "{text}");
    let folder = Stage::starts(folder, at(6, 10)).unwrap();
    assert_eq!(
        folder
            .column("SELECT uid FROM inputs WHERE reason = 'before-start'")
            .len(),
        200
    );
    let mut folder = folder;
    daemon::drain(&mut folder.work.ends, &folder.work.world).unwrap();
}
