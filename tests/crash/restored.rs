//! Dying in the midst of a copy, of a restore, and of what follows from one: the real program.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;

use mesad::points::Point;
use rusqlite::Connection;

use crate::acts::memorandum;
use crate::ends::{SUBJECT, begins, mesad, runs, writes};
use crate::promise::{came_to, hold, same};
use crate::stage::Stage;

/// Where a restore dies, and how many requests are in the database then.
const RESTORING: [(Point, i64); 3] = [(Point::Placing, 3), (Point::KeptOld, 3), (Point::Placed, 1)];
/// Where a desk dies over the lost time, and at which time that it comes there.
const RECOVERING: [(Point, u32); 7] = [
    (Point::Finding, 1),
    (Point::Finding, 2),
    (Point::Found, 1),
    (Point::Found, 2),
    (Point::Searched, 1),
    (Point::Settling, 1),
    (Point::Settled, 1),
];
/// Where a person's word dies, and how many mails are held then.
const RELEASING: [(Point, &str); 2] = [(Point::Releasing, "4"), (Point::Released, "0")];

/// The points of the table that no act comes to, and that the desk dies at here.
pub fn points() -> BTreeSet<Point> {
    let restoring = RESTORING.map(|(point, _)| point).into_iter();
    let recovering = RECOVERING.map(|(point, _)| point).into_iter();
    let releasing = RELEASING.map(|(point, _)| point).into_iter();
    // At the last it dies where databases of earlier schemas are made: `storage::migrating_killed`.
    let elsewhere = [Point::ChangingSchema];
    let here = restoring.chain(recovering).chain(releasing);
    here.chain(elsewhere).collect()
}

const REQUESTS: &str = "SELECT count(*) FROM requests";

/// A desk with one request, a copy of it, and two requests since.
fn worked() -> Stage {
    let stage = begins();
    writes(&stage, "m1", SUBJECT, &memorandum("Informe N° 1"));
    ran(&stage);
    done(&stage, &["backup", "copy.sqlite"]);
    for report in 2..=3 {
        let text = memorandum(&format!("Informe N° {report}"));
        writes(&stage, &format!("m{report}"), SUBJECT, &text);
    }
    ran(&stage);
    assert_eq!(stage.rows(REQUESTS), ["3"]);
    stage
}

fn ran(stage: &Stage) {
    let done = runs(stage, None);
    assert!(done.status.success(), "{done:?}");
}

fn done(stage: &Stage, words: &[&str]) {
    let done = mesad(stage, &[words, &["--config", "."]].concat(), None);
    assert!(done.status.success(), "{words:?}: {done:?}");
}

fn dies(stage: &Stage, words: &[&str], at: &str) {
    let armed = Some(("MESAD_CRASH_AT", at));
    let done = mesad(stage, &[words, &["--config", "."]].concat(), armed);
    assert_eq!(done.status.signal(), Some(6), "{at}: {done:?}");
}

/// The mails that are out, and which file each is: one that goes out again is another file. That
/// the desk was restored is told to its people, each time anew.
fn files(stage: &Stage) -> Vec<(String, u64)> {
    let alarms = stage.rows("SELECT message_id || '.eml' FROM notices WHERE message = 'alarm'");
    let files = stage.files("mail/out").into_iter();
    let files = files.filter(|(name, _)| !alarms.contains(name));
    let file = |path: PathBuf| fs::metadata(path).unwrap().ino();
    files.map(|(name, path)| (name, file(path))).collect()
}

/// No passing copy is left beside the database or the copy.
fn is_tidy(stage: &Stage) -> bool {
    [".", "state"].iter().all(|folder| {
        let names = fs::read_dir(stage.path().join(folder)).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.into_iter().all(|name| !name.contains(".part"))
    })
}

/// Requests in a database that must be whole.
fn whole(stage: &Stage, file: &str) -> i64 {
    let database = Connection::open(stage.path().join(file)).unwrap();
    let ask = "PRAGMA integrity_check";
    let sound: String = database.query_row(ask, [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok", "{file}");
    database.query_row(REQUESTS, [], |row| row.get(0)).unwrap()
}

/// What a desk that was restored comes to, where it does not die. Nothing goes out again.
fn restored_in_peace(begin: &Stage) -> Vec<String> {
    let stage = begin.copy();
    let sent = files(&stage);
    done(&stage, &["restore", "copy.sqlite"]);
    ran(&stage);
    assert_eq!(stage.rows(REQUESTS), ["3"]);
    assert_eq!(files(&stage), sent);
    came_to(&stage)
}

fn is_as_in_peace(stage: &Stage, (at, end): (&str, &[String]), sent: &[(String, u64)]) {
    same(at, &came_to(stage), end).unwrap();
    assert_eq!(files(stage), sent, "{at}: something went out again");
    let held = "SELECT count(*) FROM notices WHERE state = 'due'";
    assert_eq!(stage.rows(held), ["0"], "{at}");
    assert!(is_tidy(stage), "{at}");
}

#[test]
fn a_restore_that_dies_leaves_a_whole_database_and_is_done_again() {
    let begin = worked();
    let (end, before) = (restored_in_peace(&begin), came_to(&begin));
    for (point, requests) in RESTORING {
        let at = point.name();
        let stage = begin.copy();
        let sent = files(&stage);
        dies(&stage, &["restore", "copy.sqlite"], at);
        assert_eq!(whole(&stage, "state/mesad.sqlite"), requests, "{at}");
        // Who does not do it again goes on with what is there.
        let other = stage.copy();
        ran(&other);
        let wanted = if requests == 3 { &before } else { &end };
        same(at, &came_to(&other), wanted).unwrap();
        // Who does has what came of it without dying.
        done(&stage, &["restore", "copy.sqlite"]);
        ran(&stage);
        is_as_in_peace(&stage, (at, &end), &sent);
        // What was replaced is there, whole.
        let names = stage.files("state").into_iter().map(|(name, _)| name);
        let kept: Vec<_> = names.filter(|name| name.contains(".replaced-")).collect();
        let most = kept
            .iter()
            .map(|name| whole(&stage, &format!("state/{name}")));
        assert_eq!(most.max(), Some(3), "{at}: {kept:?}");
    }
}

#[test]
fn a_desk_that_dies_over_the_lost_time_finds_all_of_it_and_tells_nobody_twice() {
    let begin = worked();
    let end = restored_in_peace(&begin);
    done(&begin, &["restore", "copy.sqlite"]);
    for (point, time) in RECOVERING {
        let at = format!("{}:{time}", point.name());
        let stage = begin.copy();
        let sent = files(&stage);
        dies(&stage, &["run", "--once"], &at);
        ran(&stage);
        is_as_in_peace(&stage, (&at, &end), &sent);
    }
    // At one in three of the commits of the way, until there is none more.
    for time in (1..).step_by(3) {
        let at = format!("committing:{time}");
        let stage = begin.copy();
        let sent = files(&stage);
        let died = runs(&stage, Some(("MESAD_CRASH_AT", &at)));
        if died.status.success() {
            assert!(time > 10, "{time}");
            break;
        }
        assert_eq!(died.status.signal(), Some(6), "{at}");
        // A started daemon takes up at once what was in hand; here the clock is turned instead.
        let sql = "UPDATE notices SET due_at = 0 WHERE state = 'due'";
        stage.database().execute(sql, []).unwrap();
        ran(&stage);
        is_as_in_peace(&stage, (&at, &end), &sent);
    }
}

#[test]
fn what_a_person_says_of_held_mails_holds_once_it_is_committed() {
    let begin = worked();
    done(&begin, &["restore", "copy.sqlite"]);
    fs::remove_dir_all(begin.path().join("state/sent")).unwrap();
    ran(&begin);
    let held = "SELECT count(*) FROM notices WHERE held = 1";
    assert_eq!(begin.rows(held), ["4"]);
    for (point, left) in RELEASING {
        let at = point.name();
        let stage = begin.copy();
        let before = files(&stage);
        dies(&stage, &["held", "--send", "--all"], at);
        assert_eq!(stage.rows(held), [left], "{at}");
        done(&stage, &["held", "--send", "--all"]);
        ran(&stage);
        let after = files(&stage);
        // The same names, and four of them went out again, as was said.
        let again = after.iter().filter(|file| !before.contains(file)).count();
        assert_eq!((after.len(), again), (before.len(), 4), "{at}");
        assert_eq!(hold(&stage, &[]), Ok(0), "{at}");
        ran(&stage);
        assert_eq!(files(&stage), after, "{at}");
    }
}

#[test]
fn a_copy_that_dies_leaves_the_one_before_or_the_new_one_whole() {
    let begin = worked();
    for (at, requests) in [("copying", 1), ("copied", 3)] {
        let stage = begin.copy();
        dies(&stage, &["backup", "--force", "copy.sqlite"], at);
        assert_eq!(whole(&stage, "copy.sqlite"), requests, "{at}");
        assert_eq!(whole(&stage, "state/mesad.sqlite"), 3, "{at}");
        done(&stage, &["backup", "--force", "copy.sqlite"]);
        assert_eq!(whole(&stage, "copy.sqlite"), 3, "{at}");
        assert!(is_tidy(&stage), "{at}");
    }
}
