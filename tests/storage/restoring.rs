//! Putting a copy back: only a sound one, only while no desk runs, and what was there is kept.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::program::{Running, count, memorandum, mesad, said, says, until, writes};

/// A desk that has worked, a copy of it, and one more request since.
struct Worked {
    folder: tempfile::TempDir,
}

impl Worked {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let worked = Self { folder };
        fs::create_dir(worked.work()).unwrap();
        worked.handles(0..2);
        let (status, _, err) = says(&worked.work(), &["backup", worked.copy().to_str().unwrap()]);
        assert_eq!(status, 0, "{err}");
        worked.handles(2..3);
        worked
    }

    fn handles(&self, numbers: std::ops::Range<usize>) {
        for number in numbers {
            writes(&self.work(), &format!("m{number}"), &memorandum(number));
        }
        let (status, _, err) = says(&self.work(), &["run", "--once", "--example"]);
        assert_eq!(status, 0, "{err}");
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn database(&self) -> PathBuf {
        self.work().join("state/mesad.sqlite")
    }

    fn copy(&self) -> PathBuf {
        self.folder.path().join("copy.sqlite")
    }

    fn restore(&self, file: &Path, more: &[&str]) -> (i32, String, String) {
        let words = [&["restore", file.to_str().unwrap()], more].concat();
        says(&self.work(), &words)
    }

    /// That a file is refused, that the database is as it was, and why.
    fn refuses(&self, file: &Path) -> String {
        let before = fs::read(self.database()).unwrap();
        let (status, _, err) = self.restore(file, &[]);
        assert!(status != 0, "{}", file.display());
        assert!(err.contains("nothing was changed"), "{err}");
        assert!(fs::read(self.database()).unwrap() == before);
        let state = fs::read_dir(self.work().join("state")).unwrap();
        for entry in state {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(
                !name.contains("part") && !name.contains("replaced"),
                "{name}"
            );
        }
        err
    }
}

#[test]
fn a_copy_is_put_back_and_what_was_there_is_kept() {
    let worked = Worked::new();
    let (status, out, err) = worked.restore(&worked.copy(), &["--check"]);
    assert!(status == 0 && out.contains("2 chains"), "{out}{err}");
    assert_eq!(count(&worked.work(), "SELECT count(*) FROM requests"), 3);
    let (status, out, err) = worked.restore(&worked.copy(), &[]);
    assert_eq!(status, 0, "{out}{err}");
    assert!(
        out.contains("next: start the desk") && out.contains("mesad held"),
        "{out}"
    );
    assert_eq!(count(&worked.work(), "SELECT count(*) FROM requests"), 2);
    let state = fs::read_dir(worked.work().join("state")).unwrap();
    let names = state.map(|entry| entry.unwrap().path());
    let is_kept = |path: &PathBuf| path.to_str().unwrap().contains("mesad.sqlite.replaced-");
    let kept: Vec<PathBuf> = names.filter(is_kept).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(out.contains(kept[0].to_str().unwrap()), "{out}");
    // The kept one is whole, and can be put back in turn.
    let (status, out, err) = worked.restore(&kept[0], &[]);
    assert_eq!(status, 0, "{out}{err}");
    assert_eq!(count(&worked.work(), "SELECT count(*) FROM requests"), 3);
    let (status, out, _) = says(&worked.work(), &["verify"]);
    assert_eq!(status, 0, "{out}");
}

#[test]
fn what_is_not_sound_is_refused_and_nothing_changes() {
    let worked = Worked::new();
    let file = |name: &str| worked.folder.path().join(name);
    let other = file("other");
    fs::write(&other, "no es una base de datos, y es larga: ".repeat(200)).unwrap();
    assert!(worked.refuses(&other).contains("not a database"));
    assert!(worked.refuses(&file("absent")).contains("No such file"));
    let stranger = file("stranger.sqlite");
    Connection::open(&stranger)
        .unwrap()
        .execute_batch("CREATE TABLE notas (texto TEXT); PRAGMA user_version = 3")
        .unwrap();
    assert!(worked.refuses(&stranger).contains("no database of mesad's"));
    let changed = |name: &str, sql: &str| {
        let path = file(name);
        fs::copy(worked.copy(), &path).unwrap();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        path
    };
    let newer = changed("newer.sqlite", "PRAGMA user_version = 999");
    assert!(worked.refuses(&newer).contains("newer mesad"));
    let forged = changed(
        "forged.sqlite",
        "UPDATE journal SET outcome = 'approved' WHERE id = 1",
    );
    assert!(worked.refuses(&forged).contains("journal does not hold"));
    // A page of the middle, flipped as a disk does it.
    let damaged = file("damaged.sqlite");
    let mut bytes = fs::read(worked.copy()).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 64]
        .iter_mut()
        .for_each(|byte| *byte = !*byte);
    fs::write(&damaged, bytes).unwrap();
    let words = worked.refuses(&damaged);
    assert!(
        words.contains("damaged") && words.contains("mesad restore"),
        "{words}"
    );
    // Cut off, as by a full disk elsewhere.
    let cut = file("cut.sqlite");
    let bytes = fs::read(worked.copy()).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    worked.refuses(&cut);
    // A broken journal is put back only by who says so.
    let (status, out, err) = worked.restore(&forged, &["--force"]);
    assert!(status == 0 && out.contains("BROKEN"), "{out}{err}");
}

#[test]
fn one_desk_at_a_time_and_no_restore_beneath_it() {
    let worked = Worked::new();
    let running = Running::begin(&worked.work());
    let second = said(
        mesad(&worked.work(), &["run", "--example"])
            .output()
            .unwrap(),
    );
    assert!(
        second.0 == 1 && second.2.contains("another mesad works in this folder"),
        "{}",
        second.2
    );
    let (status, _, err) = worked.restore(&worked.copy(), &[]);
    assert!(
        status == 1 && err.contains("another mesad works in this folder"),
        "{err}"
    );
    assert_eq!(count(&worked.work(), "SELECT count(*) FROM requests"), 3);
    // Who only looks, or copies, hinders nobody.
    for words in [
        &["list"][..],
        &["show", "SIGEC-2026-000001"],
        &["verify"],
        &["held"],
    ] {
        let (status, _, err) = says(&worked.work(), words);
        assert_eq!(status, 0, "{words:?}: {err}");
    }
    writes(&worked.work(), "later", &memorandum(9));
    until("one more", || {
        count(&worked.work(), "SELECT count(*) FROM requests") == 4
    });
    running.stop();
}

/// An empty database in the place of a lost one would answer everything anew.
#[test]
fn a_desk_whose_database_is_gone_does_not_begin_anew() {
    let worked = Worked::new();
    fs::remove_file(worked.database()).unwrap();
    let (status, _, err) = says(&worked.work(), &["run", "--once", "--example"]);
    assert!(status == 1 && err.contains("mesad restore"), "{err}");
    assert!(!worked.database().exists());
    let (status, out, err) = worked.restore(&worked.copy(), &[]);
    assert!(
        status == 0 && out.contains("no database before"),
        "{out}{err}"
    );
    let (status, _, err) = says(&worked.work(), &["run", "--once", "--example"]);
    assert_eq!(status, 0, "{err}");
    assert_eq!(count(&worked.work(), "SELECT count(*) FROM requests"), 3);
}

/// Between its second name and the coming of the copy the database lies there without its log:
/// nothing is replaced whose log could not be folded in, because somebody reads it.
#[test]
fn what_somebody_reads_is_not_replaced_without_its_log() {
    let worked = Worked::new();
    let reader = Connection::open(worked.database()).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM requests")
        .unwrap();
    let writer = Connection::open(worked.database()).unwrap();
    writer.execute("UPDATE numbers SET last = 77", []).unwrap();
    drop(writer);
    let (status, _, err) = worked.restore(&worked.copy(), &[]);
    assert!(
        status == 1 && err.contains("another mesad uses it"),
        "{err}"
    );
    let names = || {
        let state = fs::read_dir(worked.work().join("state")).unwrap();
        state
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("replaced") || name.contains("part"))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(), [] as [String; 0]);
    assert_eq!(count(&worked.work(), "SELECT last FROM numbers"), 77);
    drop(reader);
    let (status, _, err) = worked.restore(&worked.copy(), &[]);
    assert_eq!(status, 0, "{err}");
    let kept = Connection::open(worked.work().join("state").join(&names()[0])).unwrap();
    let last: i64 = kept
        .query_row("SELECT last FROM numbers", [], |row| row.get(0))
        .unwrap();
    assert_eq!(last, 77);
}
