//! The list of what was sent, where a line could not be written or was cut off: after a restore
//! nobody is told twice because of it.

use std::fs;
use std::path::PathBuf;

use crate::recovering::{asks, copy, held, out, restored};
use crate::stage::{Stage, at};

fn list(stage: &Stage) -> PathBuf {
    stage.folder.path().join("state/sent/2026-10.log")
}

fn gap(stage: &Stage) -> PathBuf {
    stage.folder.path().join("state/sent.gap")
}

/// A folder lies where the file should: whoever runs this, it cannot be written.
fn breaks(stage: &Stage) {
    fs::rename(list(stage), stage.folder.path().join("aside")).unwrap();
    fs::create_dir(list(stage)).unwrap();
}

fn mends(stage: &Stage) {
    fs::remove_dir(list(stage)).unwrap();
    fs::rename(stage.folder.path().join("aside"), list(stage)).unwrap();
}

fn told(stage: &Stage) -> Vec<String> {
    stage.column("SELECT details FROM troubles WHERE kind = 'backup' AND about = 'sent'")
}

/// A request, a copy, and a second request whose mails cannot be written down.
fn with_a_gap() -> Stage {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    stage.drain();
    copy(&stage, at(5, 11));
    stage.set(at(5, 12));
    breaks(&stage);
    asks(&mut stage, 2);
    stage.drain();
    assert_eq!(
        out(stage.folder.path()).len(),
        4,
        "they go out all the same"
    );
    assert!(
        told(&stage)[0].contains("carpeta sent"),
        "{:?}",
        told(&stage)
    );
    mends(&stage);
    stage
}

#[test]
fn a_list_that_could_not_be_written_does_not_pass_for_whole_after_a_restore() {
    let stage = with_a_gap();
    let sent = out(stage.folder.path());
    let mut stage = restored(stage, at(5, 15));
    stage.drain();
    assert!(out(stage.folder.path()) == sent, "something was sent again");
    assert_eq!(held(&stage), 2, "a person decides");
}

#[test]
fn a_list_that_can_be_written_again_is_whole_from_there_on_and_not_before() {
    let mut stage = with_a_gap();
    stage.set(at(5, 13));
    asks(&mut stage, 3);
    stage.drain();
    assert!(!gap(&stage).exists());
    assert_eq!(told(&stage), [] as [String; 0]);
    let sent = out(stage.folder.path());
    // A copy from after it: the list is whole, what was not sent goes out by itself.
    let later = stage.folder.path().join("later.sqlite");
    stage
        .world()
        .store
        .back_up(&later, false, at(5, 14))
        .unwrap();
    let older = fs::read(stage.folder.path().join("copy.sqlite")).unwrap();
    fs::copy(&later, stage.folder.path().join("copy.sqlite")).unwrap();
    let mut stage = restored(stage, at(5, 15));
    asks(&mut stage, 4);
    stage.drain();
    assert_eq!(held(&stage), 0);
    let now = out(stage.folder.path());
    assert_eq!(now.len(), sent.len() + 2);
    // One from before it: what nobody can tell waits.
    fs::write(stage.folder.path().join("copy.sqlite"), older).unwrap();
    let mut stage = restored(stage, at(5, 15));
    stage.drain();
    assert!(out(stage.folder.path()) == now, "something was sent again");
    assert_eq!(held(&stage), 2, "those that could not be written down");
}

/// Where neither list nor mark can be written, the database keeps it for the day when they can.
#[test]
fn a_gap_that_cannot_be_marked_beside_the_database_is_not_forgotten() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    stage.drain();
    copy(&stage, at(5, 11));
    stage.set(at(5, 12));
    breaks(&stage);
    // Nothing can be made there: it leads to where nothing is.
    std::os::unix::fs::symlink("nowhere/at/all", gap(&stage)).unwrap();
    asks(&mut stage, 2);
    stage.drain();
    assert_eq!(told(&stage).len(), 1);
    fs::remove_file(gap(&stage)).unwrap();
    mends(&stage);
    stage.set(at(5, 13));
    asks(&mut stage, 3);
    stage.drain();
    let written = fs::read_to_string(list(&stage)).unwrap();
    assert_eq!(written.matches("begin ").count(), 2, "{written}");
    let sent = out(stage.folder.path());
    let mut stage = restored(stage, at(5, 15));
    stage.drain();
    assert!(out(stage.folder.path()) == sent, "something was sent again");
    assert_eq!(held(&stage), 2);
}

/// The power went in the midst of a line: the next one is a line of its own, and what was cut off
/// leaves the list whole only from there on.
#[test]
fn a_line_that_was_cut_off_takes_no_other_with_it() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    stage.drain();
    copy(&stage, at(5, 11));
    let log = |stage: &Stage| stage.world().store.sent_log(at(5, 1)).unwrap();
    assert_eq!(log(&stage).lines.len(), 2);
    let begun = log(&stage).begins_at.unwrap();
    let whole = fs::read_to_string(list(&stage)).unwrap();
    let last = whole.lines().last().unwrap();
    fs::write(list(&stage), format!("{whole}{}", &last[..40])).unwrap();
    assert_eq!(
        log(&stage).begins_at,
        None,
        "a mail may stand there and nowhere else"
    );
    stage.set(at(5, 12));
    asks(&mut stage, 2);
    stage.drain();
    let after = log(&stage);
    assert_eq!(
        after.lines.len(),
        4,
        "{}",
        fs::read_to_string(list(&stage)).unwrap()
    );
    assert!(after.begins_at.unwrap() > begun);
    let sent = out(stage.folder.path());
    // The mail of the line that was cut off is not known: nothing goes out without a person.
    let without: String = fs::read_to_string(list(&stage)).unwrap();
    let lines: Vec<&str> = without.lines().collect();
    fs::write(
        list(&stage),
        format!("{}\n", lines[..lines.len() - 1].join("\n")),
    )
    .unwrap();
    let mut stage = restored(stage, at(5, 15));
    stage.drain();
    assert!(out(stage.folder.path()) == sent, "something was sent again");
    assert_eq!(held(&stage), 1);
}
