//! A disk that is full, read-only, slow, or that lies about what it wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mesad::desk::DeskError;
use mesad::desk::space;

use crate::program::{Running, count, memorandum, says, until, writes};
use crate::skipped::skipped;
use crate::stage::{Stage, TOMAS, memorandum as text};
use crate::table;

/// A small disk of its own, in memory; gone when it is dropped.
struct Disk(PathBuf);

impl Disk {
    /// None, said plainly, where this user may not mount.
    fn mount(at: PathBuf, mib: u32) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        let size = format!("size={mib}m,mode=0700");
        let mounted = run(&["mount", "-t", "tmpfs", "-o", &size, "mesad-test"], &at);
        if !mounted {
            assert!(
                !may_mount(),
                "this user may mount, and a small disk could not be"
            );
            skipped("a disk of its own, which only root of the machine may mount");
            return None;
        }
        Some(Self(at))
    }

    /// Leaves so many bytes free.
    fn fill(&self, left: u64) {
        let disk = rustix::fs::statvfs(&self.0).unwrap();
        let free = disk.f_bavail * disk.f_frsize;
        let filler = vec![0; usize::try_from(free.saturating_sub(left)).unwrap()];
        fs::write(self.0.join("filler"), filler).unwrap();
    }

    fn empty(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }

    fn remount(&self, how: &str) {
        assert!(run(&["mount", "-o", &format!("remount,{how}")], &self.0));
    }
}

/// Whether a mount must succeed: for root of the machine (not of a namespace, as `tests/run` gives to
/// an ordinary user) who has kept `CAP_SYS_ADMIN` (a container's has not).
fn may_mount() -> bool {
    const CAP_SYS_ADMIN: u32 = 21;
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let held = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let held = u64::from_str_radix(held.unwrap().trim(), 16).unwrap();
    let users = fs::read_to_string("/proc/self/uid_map").unwrap();
    let of_machine = users.split_whitespace().eq(["0", "0", "4294967295"]);
    of_machine && held & (1 << CAP_SYS_ADMIN) != 0
}

impl Drop for Disk {
    fn drop(&mut self) {
        run(&["umount", "-l"], &self.0);
    }
}

fn run(words: &[&str], path: &Path) -> bool {
    let status = Command::new(words[0]).args(&words[1..]).arg(path).status();
    status.is_ok_and(|status| status.success())
}

const SUBJECT: &str = "Desaprobación de informe técnico";

/// Before there is too little room to store a mail and answer it, none is taken.
#[test]
fn with_little_room_no_mail_is_taken_until_there_is_room_again() {
    let mut stage = Stage::begin();
    let state = stage.folder.path().join("state");
    let free = space::free(&stage.world().store).unwrap();
    let with = |wanted: u64| {
        move |office: &mut mesad::office::Office| office.desk.limits.free_bytes = wanted
    };
    stage.writes(TOMAS, SUBJECT, &text("Informe N° 1"));
    let now = stage.world().clock.now();
    // More than the disk will ever have free.
    let mut stage = Stage::starts_with(stage.stops(), now, with(free * 2)).unwrap();
    let error = stage.once().unwrap_err();
    assert!(matches!(error, DeskError::NoRoom { .. }), "{error}");
    assert!(error.is_passing());
    assert_eq!(stage.reasons(), [] as [String; 0]);
    let lies = fs::read_dir(stage.maildir().join("new")).unwrap().count();
    assert_eq!(lies, 1, "it stays where it is safe");
    let alarms = "SELECT details || ' ' || (ended_at IS NULL) FROM alarms WHERE kind = 'disk'";
    assert!(stage.column(alarms)[0].contains("MiB libres"));
    // Told once, however often it is tried.
    assert!(stage.once().is_err());
    let told = |stage: &Stage| stage.sent("alarm").len();
    let people = told(&stage);
    assert!(people > 0 && stage.column(alarms).len() == 1);
    let with_room = std::sync::Arc::make_mut(&mut stage.work.world.office);
    with_room.desk.limits.free_bytes = 1;
    stage.once().unwrap();
    assert_eq!(stage.reasons(), ["opening"]);
    // That it is over is told once it has been for ten minutes.
    assert_eq!(told(&stage), people);
    stage.set(now + chrono::TimeDelta::minutes(11));
    stage.once().unwrap();
    assert_eq!(told(&stage), 2 * people);
    assert!(stage.column(alarms)[0].ends_with(" 0"));
    assert!(state.exists());
}

/// By the program: `run --once` says what is wrong and what it does about it, and fails.
#[test]
fn run_once_says_that_there_is_no_room_and_its_people_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let Some(disk) = Disk::mount(work.join("state"), 300) else {
        return;
    };
    let once = ["run", "--once", "--example"];
    assert_eq!(says(&work, &once).0, 0);
    disk.fill(20 << 20);
    writes(&work, "m1", &memorandum(1));
    let (status, _, err) = says(&work, &once);
    assert_eq!(status, 1);
    assert!(
        err.contains("no mail is taken until there is room"),
        "{err}"
    );
    let told = "SELECT count(*) FROM notices WHERE message = 'alarm' AND state = 'sent'";
    assert!(count(&work, told) > 0);
    let (_, out, _) = says(&work, &["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(status["alarms"][0]["kind"], "disk", "{out}");
    disk.empty();
    let (status, _, err) = says(&work, &once);
    assert_eq!(status, 0, "{err}");
    assert_eq!(count(&work, "SELECT count(*) FROM requests"), 1);
}

/// The disk is really full, in the middle of the work: nothing is lost, nothing is done twice.
#[test]
fn a_full_disk_delays_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    // Only the database's disk: the mailbox is elsewhere, as it is in life.
    let Some(disk) = Disk::mount(work.join("state"), 300) else {
        return;
    };
    let running = Running::begin(&work);
    writes(&work, "m1", &memorandum(1));
    until("the first", || {
        count(&work, "SELECT count(*) FROM requests") == 1
    });
    // Below what is configured (256 MiB), and with room for what is to be said about it.
    disk.fill(20 << 20);
    for number in 2..5 {
        writes(&work, &format!("m{number}"), &memorandum(number));
    }
    running.logs("no mail is taken until there is room");
    assert_eq!(count(&work, "SELECT count(*) FROM inputs"), 1);
    until("the alarm", || {
        count(&work, "SELECT count(*) FROM alarms WHERE kind = 'disk'") == 1
    });
    disk.empty();
    // By itself.
    until("all", || count(&work, "SELECT count(*) FROM requests") == 4);
    until("all sent", || {
        count(&work, "SELECT count(*) FROM notices WHERE state = 'due'") == 0
    });
    running.stop();
    let (status, out, _) = says(&work, &["verify"]);
    assert_eq!(status, 0, "{out}");
    table::row("the disk, full while mails come", "once, 280 MiB", "none");
}

/// Full to the last byte while mails are handled, with the check of room switched off.
#[test]
fn a_disk_that_is_full_to_the_last_byte_loses_nothing_either() {
    let mut stage = Stage::begin();
    let now = stage.world().clock.now();
    let folder = stage.stops();
    fs::rename(folder.path().join("state"), folder.path().join("before")).unwrap();
    let Some(disk) = Disk::mount(folder.path().join("state"), 8) else {
        return;
    };
    for entry in fs::read_dir(folder.path().join("before")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, disk.0.join(path.file_name().unwrap())).unwrap();
    }
    let unchecked = |office: &mut mesad::office::Office| office.desk.limits.free_bytes = 0;
    stage = Stage::starts_with(folder, now, unchecked).unwrap();
    for report in 1..4 {
        stage.writes(TOMAS, SUBJECT, &text(&format!("Informe N° {report}")));
    }
    // A large one, so that the disk fills up within it too.
    stage.writes(
        TOMAS,
        SUBJECT,
        &format!("{}\n{}", text("Informe N° 4"), "nota ".repeat(100_000)),
    );
    let mut failed = 0;
    for left in [0, 8 << 10, 40 << 10, 120 << 10, 400 << 10] {
        disk.fill(left);
        failed += u32::from(stage.try_drain().is_err());
        disk.empty();
    }
    assert!(failed >= 2, "{failed}");
    // What was being sent when the disk was full has its next try after a while.
    stage.set(now + chrono::TimeDelta::minutes(30));
    stage.drain();
    assert_eq!(stage.reasons(), ["opening"; 4]);
    assert_eq!(stage.column("SELECT number FROM requests").len(), 4);
    let sent = "SELECT address FROM notices WHERE state = 'sent'";
    assert_eq!(stage.column(sent).len(), 8);
    assert_eq!(
        fs::read_dir(stage.folder.path().join("mail/out"))
            .unwrap()
            .count(),
        8
    );
    drop(stage.stops());
    drop(disk);
    table::row(
        "the disk, full to the last byte",
        "5 times while mails are handled",
        "none",
    );
}

/// A disk that is read-only at the start is said to be, and nothing is made.
#[test]
fn a_desk_on_a_read_only_disk_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let Some(disk) = Disk::mount(work.join("state"), 300) else {
        return;
    };
    let (status, _, err) = says(&work, &["run", "--once", "--example"]);
    assert_eq!(status, 0, "{err}");
    disk.remount("ro");
    writes(&work, "m1", &memorandum(1));
    let (status, _, err) = says(&work, &["run", "--once", "--example"]);
    assert!(
        status == 1 && err.contains("Read-only file system"),
        "{err}"
    );
    disk.remount("rw");
    let (status, _, err) = says(&work, &["run", "--once", "--example"]);
    assert_eq!(status, 0, "{err}");
    assert_eq!(count(&work, "SELECT count(*) FROM requests"), 1);
    table::row("the disk, read-only at the start", "once", "none");
}
