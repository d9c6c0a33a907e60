//! Faults that no mount gives: a library between the program and its disk (`faults.c`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Running, count, memorandum, says, until, writes};
use crate::table;

/// The library, made once for each test; and the file that says what goes wrong.
struct Faults {
    library: PathBuf,
    file: PathBuf,
}

impl Faults {
    fn new(folder: &Path) -> Self {
        let library = folder.join("faults.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/storage/faults.c");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(source)
            .arg("-ldl")
            .status();
        assert!(
            made.unwrap().success(),
            "cc, which SQLite is built with too"
        );
        let file = folder.join("faults");
        fs::write(&file, "").unwrap();
        Self { library, file }
    }

    fn now(&self, fault: &str) {
        // Whole at once: it is read at any time.
        let new = self.file.with_extension("new");
        fs::write(&new, fault).unwrap();
        fs::rename(new, &self.file).unwrap();
    }

    fn begin(&self, work: &Path) -> Running {
        Running::with(work, |command| {
            command.env("LD_PRELOAD", &self.library);
            command.env("MESAD_TEST_FAULTS", &self.file);
        })
    }
}

fn work(folder: &Path) -> PathBuf {
    let work = folder.join("work");
    fs::create_dir(&work).unwrap();
    work
}

const REQUESTS: &str = "SELECT count(*) FROM requests";
const SENT: &str = "SELECT count(*) FROM notices WHERE state = 'sent'";

/// After a failed fsync nothing may be built on what was written: the process ends at once, and the
/// next one finds all.
#[test]
fn a_failed_fsync_ends_the_process_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let work = work(folder.path());
    let faults = Faults::new(folder.path());
    let mut running = faults.begin(&work);
    writes(&work, "m1", &memorandum(1));
    until("the first is sent", || count(&work, SENT) == 2);
    faults.now("sync-fails");
    writes(&work, "m2", &memorandum(2));
    assert_eq!(running.ends(), Some(1));
    assert!(running.log().contains("fsync failed"), "{}", running.log());
    faults.now("");
    let running = faults.begin(&work);
    until("the second", || {
        count(&work, REQUESTS) == 2 && count(&work, SENT) == 4
    });
    running.stop();
    let (status, out, _) = says(&work, &["verify"]);
    assert_eq!(status, 0, "{out}");
    table::row(
        "the disk, an fsync that fails",
        "once in the real program",
        "none",
    );
}

#[test]
fn a_disk_that_became_read_only_stops_the_work_and_not_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let work = work(folder.path());
    let faults = Faults::new(folder.path());
    let mut running = faults.begin(&work);
    writes(&work, "m1", &memorandum(1));
    until("the first is sent", || count(&work, SENT) == 2);
    faults.now("read-only");
    writes(&work, "m2", &memorandum(2));
    running.logs("ERROR");
    assert!(
        running.child.try_wait().unwrap().is_none(),
        "{}",
        running.log()
    );
    assert_eq!(
        count(&work, "SELECT count(*) FROM inputs WHERE state <> 'seen'"),
        1
    );
    faults.now("");
    until("the second", || {
        count(&work, REQUESTS) == 2 && count(&work, SENT) == 4
    });
    let log = running.stop();
    assert!(
        !log.contains("set aside"),
        "the mail is not to blame: {log}"
    );
    table::row("the disk, read-only while mails come", "once", "none");
}

#[test]
fn a_slow_disk_is_slow_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let work = work(folder.path());
    let faults = Faults::new(folder.path());
    faults.now("slow");
    let running = faults.begin(&work);
    for number in 0..2 {
        writes(&work, &format!("m{number}"), &memorandum(number));
    }
    until("all", || {
        count(&work, REQUESTS) == 2 && count(&work, SENT) == 4
    });
    // Commands that change something wait for the desk, and it for them.
    let copy = folder.path().join("copy.sqlite");
    let (status, _, err) = says(&work, &["backup", copy.to_str().unwrap()]);
    assert_eq!(status, 0, "{err}");
    let log = running.stop();
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
    table::row("the disk, slow", "30 ms at each write and fsync", "none");
}
