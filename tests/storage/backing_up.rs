//! Copies: of a running desk, checked, never half there; the scheduled ones and their rotation.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use mesad::desk::backup::{self, BackedUp};

use crate::program::{Running, count, memorandum, says, until, writes};
use crate::stage::{Stage, TOMAS, at, memorandum as text};

#[test]
fn a_copy_of_a_running_desk_is_whole_and_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let running = Running::begin(&work);
    for number in 0..5 {
        writes(&work, &format!("m{number}"), &memorandum(number));
    }
    until("five requests", || {
        count(&work, "SELECT count(*) FROM requests") == 5
    });
    let file = folder.path().join("copy.sqlite");
    let name = file.to_str().unwrap();
    let (status, out, err) = says(&work, &["backup", name]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(
        out.contains("5 chains") && out.contains("every page sound"),
        "{out}"
    );
    let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    // A file alone: nothing beside it, and nothing half made.
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("copy"))
        .collect();
    assert_eq!(left, ["copy.sqlite"]);
    // It is not replaced without being told to.
    let before = fs::read(&file).unwrap();
    let (status, _, err) = says(&work, &["backup", name]);
    assert!(status == 1 && err.contains("--force"), "{err}");
    assert_eq!(fs::read(&file).unwrap(), before);
    let (status, ..) = says(&work, &["backup", "--force", name]);
    assert_eq!(status, 0);
    // The desk worked on meanwhile, and a reader hinders nobody.
    writes(&work, "m5", &memorandum(5));
    until("the sixth", || {
        count(&work, "SELECT count(*) FROM requests") == 6
    });
    let (status, out, _) = says(&work, &["list"]);
    assert!(status == 0 && out.contains("6 requests"), "{out}");
    let log = running.stop();
    assert!(!log.contains("ERROR"), "{log}");
}

#[test]
fn a_copy_that_cannot_be_written_leaves_nothing() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &text("Informe N° 1"),
    );
    stage.drain();
    let to = stage.folder.path().join("no/hay/copia.sqlite");
    let store = &stage.world().store;
    let error = store
        .back_up(&to, false, at(5, 12))
        .unwrap_err()
        .to_string();
    assert!(error.contains("copia.sqlite"), "{error}");
    assert!(!stage.folder.path().join("no").exists());
}

#[test]
fn scheduled_copies_come_once_a_day_and_the_oldest_go() {
    let mut stage = Stage::with(|office| office.desk.backup.keep = 3);
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &text("Informe N° 1"),
    );
    stage.drain();
    let folder = stage.folder.path().join("backup");
    assert!(!folder.exists(), "nothing is due on the first day");
    // What is not the desk's own is never touched.
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("mesad-2020-01-01-000000.sqlite.txt"), "nota").unwrap();
    fs::write(folder.join("notas.sqlite"), "nota").unwrap();
    for day in 6..12 {
        stage.set(at(day, 2));
        assert_eq!(backup::turn(stage.world()).unwrap(), BackedUp::Nothing);
        stage.set(at(day, 3));
        stage.drain();
        assert_eq!(backup::turn(stage.world()).unwrap(), BackedUp::Nothing);
    }
    let names = |paths: Vec<std::path::PathBuf>| -> Vec<String> {
        let name =
            |path: std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        paths.into_iter().map(name).collect()
    };
    let kept = names(backup::copies(&folder).unwrap());
    let expected = ["09", "10", "11"].map(|day| format!("mesad-2026-10-{day}-030000.sqlite"));
    assert_eq!(kept, expected);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 5);
    // A desk that was down at the hour makes it as soon as it is up.
    stage.set(at(14, 11));
    stage.drain();
    let last = names(backup::copies(&folder).unwrap()).pop();
    assert_eq!(last.unwrap(), "mesad-2026-10-14-110000.sqlite");
}

#[test]
fn a_scheduled_copy_that_fails_is_reported_and_the_desk_goes_on() {
    let mut stage = Stage::begin();
    stage.once().unwrap();
    // A file where the folder should be.
    let folder = stage.folder.path().join("backup");
    fs::write(&folder, "no es una carpeta").unwrap();
    stage.set(at(6, 9));
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &text("Informe N° 1"),
    );
    stage.once().unwrap();
    assert_eq!(stage.reasons(), ["opening"]);
    let reported = "SELECT kind || ': ' || details FROM troubles";
    let found = stage.column(reported);
    assert!(
        found[0].starts_with("backup: ") && found[0].contains("backup"),
        "{found:?}"
    );
    let alarm = "SELECT count(*) || '' FROM alarms WHERE kind = 'backup' AND ended_at IS NULL";
    assert_eq!(stage.column(alarm), ["1"]);
    let work = stage.folder.path().to_owned();
    let last_backup = move || {
        let (_, out, err) = says(&work, &["status", "--json"]);
        let status: serde_json::Value = serde_json::from_str(&out).expect(&err);
        status["last_backup"].clone()
    };
    assert!(last_backup().is_null(), "tried is not made");
    // The next day it is tried again, and what is made again is not reported any more.
    fs::remove_file(&folder).unwrap();
    stage.set(at(7, 9));
    stage.once().unwrap();
    assert_eq!(stage.column(reported), [] as [String; 0]);
    assert_eq!(backup::copies(&folder).unwrap().len(), 1);
    assert_eq!(stage.column(alarm), ["0"]);
    assert_eq!(last_backup(), serde_json::json!(at(7, 9)));
}

/// The desk dies while it makes the copy: it is made at the next start, and not for ever if that is
/// what kills it.
#[test]
fn a_copy_that_the_desk_died_in_is_made_once_more() {
    let mut stage = Stage::begin();
    stage.drain();
    stage.set(at(6, 9));
    let tried = at(6, 8).timestamp_micros();
    let dies = |stage: &Stage| {
        let sql = format!("UPDATE marks SET at = {tried} WHERE name = 'backup'");
        stage.damage(&sql);
    };
    dies(&stage);
    let made = |stage: &Stage| match backup::turn(stage.world()).unwrap() {
        BackedUp::Made(_) => true,
        BackedUp::Nothing => false,
        BackedUp::Failed(why) => panic!("{why}"),
    };
    assert!(made(&stage) && !made(&stage));
    // It dies in that one too.
    stage.set(at(7, 9));
    let tried = at(7, 8).timestamp_micros();
    stage.damage(&format!(
        "UPDATE marks SET at = {tried} WHERE name = 'backup'"
    ));
    stage.alter(&format!(
        "INSERT INTO marks (name, at) VALUES ('backup-again', {tried})"
    ));
    assert!(!made(&stage));
    stage.set(at(8, 9));
    assert!(made(&stage) && !made(&stage));
}

/// A desk that is told to take up its configuration anew goes on to put its copies where they were,
/// wherever its process stands.
#[test]
fn after_a_reload_copies_lie_where_they_did() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let stands = folder.path().join("stands");
    fs::create_dir(&stands).unwrap();
    let running = Running::with(&work, |command| {
        command.current_dir(&stands);
    });
    until("the first look", || {
        count(&work, "SELECT count(*) FROM marks WHERE name = 'backup'") == 1
    });
    let hangup = std::process::Command::new("kill")
        .args(["-HUP", &running.child.id().to_string()])
        .status();
    assert!(hangup.unwrap().success());
    running.logs("configuration taken up");
    let database = rusqlite::Connection::open(work.join("state/mesad.sqlite")).unwrap();
    let old = "UPDATE marks SET at = 1 WHERE name = 'backup'";
    assert_eq!(database.execute(old, []).unwrap(), 1);
    writes(&work, "m1", &memorandum(1));
    until("the copy", || {
        count(
            &work,
            "SELECT count(*) FROM marks WHERE name = 'backup-good'",
        ) == 1
    });
    assert_eq!(backup::copies(&work.join("backup")).unwrap().len(), 1);
    assert_eq!(fs::read_dir(&stands).unwrap().count(), 0);
    running.stop();
}

/// What time this takes is written in docs/storage.md.
#[test]
#[ignore = "half a minute and 2 GB: run by hand"]
fn how_long_a_gigabyte_takes() {
    let mut stage = Stage::begin();
    stage.drain();
    stage.alter(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         INSERT INTO inputs (validity, uid, state, first_seen_at, received_at, digest, reason, fate,
                             filed)
           SELECT 9, 'x' || i, 'done', i, i, randomblob(32), 'opened', 'done', 1 FROM n;
         INSERT INTO contents (input, bytes)
           SELECT id, randomblob(105000) FROM inputs WHERE validity = 9;",
    );
    let begin = std::time::Instant::now();
    stage.world().store.quick_check().unwrap();
    let quick = begin.elapsed();
    let begin = std::time::Instant::now();
    let to = stage.folder.path().join("copy.sqlite");
    let copied = stage.world().store.back_up(&to, false, at(5, 12)).unwrap();
    let copy = begin.elapsed();
    let begin = std::time::Instant::now();
    let place = stage.folder.path().join("other.sqlite");
    let prepared = mesad::store::prepare(&to, &place).unwrap();
    prepared.put(at(5, 13)).unwrap();
    let restore = begin.elapsed();
    println!(
        "{} bytes: quick check {quick:?}, copy {copy:?}, restore {restore:?}",
        copied.bytes
    );
}
