//! A page that the disk has changed: said at the start and at night, and the desk ends.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use mesad::desk::{DeskError, backup};
use rusqlite::Connection;

use crate::program::{Running, count, memorandum, says, until, writes};
use crate::stage::{Stage, TOMAS, at, memorandum as text};

const PAGE: u64 = 4096;

/// Flips the beginning of the first page of a table, as a disk does it: behind SQLite's back.
fn flip(path: &Path, table: &str) {
    let connection = Connection::open(path).unwrap();
    let fold = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    assert_eq!(fold, Ok(0));
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let root: u32 = connection
        .query_row(sql, [table], |row| row.get(0))
        .unwrap();
    drop(connection);
    let file = fs::File::options()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut bytes = [0; 64];
    file.read_exact_at(&mut bytes, u64::from(root - 1) * PAGE)
        .unwrap();
    bytes.iter_mut().for_each(|byte| *byte = !*byte);
    file.write_all_at(&bytes, u64::from(root - 1) * PAGE)
        .unwrap();
}

#[test]
fn a_damaged_page_is_said_at_the_start_with_what_to_do_and_the_desk_does_not_begin() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    writes(&work, "m1", &memorandum(1));
    let (status, _, err) = says(&work, &["run", "--once", "--example"]);
    assert_eq!(status, 0, "{err}");
    let copy = folder.path().join("copy.sqlite");
    let (status, ..) = says(&work, &["backup", copy.to_str().unwrap()]);
    assert_eq!(status, 0);
    flip(&work.join("state/mesad.sqlite"), "journal");
    writes(&work, "m2", &memorandum(2));
    let (status, _, err) = says(&work, &["run", "--once", "--example"]);
    assert_eq!(status, 3, "{err}");
    assert!(
        err.contains("it is damaged") && err.contains("mesad restore FILE"),
        "{err}"
    );
    // The mail lies where it was.
    assert_eq!(fs::read_dir(work.join("mail/in/new")).unwrap().count(), 1);
    // No copy is made of it, and none is left half made.
    let other = folder.path().join("other.sqlite");
    let (status, _, err) = says(&work, &["backup", other.to_str().unwrap()]);
    assert!(status != 0 && !other.exists(), "{err}");
    // As the error says.
    let (status, out, err) = says(&work, &["restore", copy.to_str().unwrap()]);
    assert_eq!(status, 0, "{out}{err}");
    let (status, _, err) = says(&work, &["run", "--once", "--example"]);
    assert_eq!(status, 0, "{err}");
    assert_eq!(count(&work, "SELECT count(*) FROM requests"), 2);
}

#[test]
fn a_desk_that_meets_a_damaged_page_ends_and_blames_no_mail() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let mut running = Running::begin(&work);
    writes(&work, "m1", &memorandum(1));
    until("the first is sent", || {
        count(&work, "SELECT count(*) FROM notices WHERE state = 'sent'") == 2
    });
    for table in ["journal", "requests", "notices"] {
        flip(&work.join("state/mesad.sqlite"), table);
    }
    writes(&work, "m2", &memorandum(2));
    assert_eq!(running.ends(), Some(1));
    let log = running.log();
    assert!(
        log.contains("the database is damaged: the desk ends"),
        "{log}"
    );
    assert!(!log.contains("set aside"), "{log}");
}

#[test]
fn the_nightly_look_finds_a_damaged_page_and_keeps_the_good_copies() {
    let mut stage = Stage::with(|office| office.desk.backup.keep = 2);
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &text("Informe N° 1"),
    );
    stage.drain();
    for day in [6, 7] {
        stage.set(at(day, 3));
        stage.drain();
    }
    let folder = stage.folder.path().join("backup");
    let good = backup::copies(&folder).unwrap();
    assert_eq!(good.len(), 2);
    flip(&stage.folder.path().join("state/mesad.sqlite"), "contents");
    stage.set(at(8, 3));
    let error = backup::turn(stage.world()).unwrap_err();
    assert!(
        error.is_damage() && matches!(error, DeskError::Store(_)),
        "{error}"
    );
    assert_eq!(backup::copies(&folder).unwrap(), good);
}

/// Who copies the database by other means hears of damage in the same night.
#[test]
fn the_nightly_look_is_taken_where_no_copies_are_made_too() {
    let mut stage = Stage::with(|office| office.desk.backup.keep = 0);
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &text("Informe N° 1"),
    );
    stage.drain();
    stage.set(at(6, 3));
    stage.drain();
    flip(&stage.folder.path().join("state/mesad.sqlite"), "contents");
    // Once each night is enough.
    stage.set(at(6, 12));
    assert_eq!(
        backup::turn(stage.world()).unwrap(),
        backup::BackedUp::Nothing
    );
    stage.set(at(7, 3));
    let error = backup::turn(stage.world()).unwrap_err();
    assert!(error.is_damage(), "{error}");
    assert!(!stage.folder.path().join("backup").exists());
}
