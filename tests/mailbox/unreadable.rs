//! Mails that the server or the disk does not give: each costs its own tries, and keeps no other.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use mesad::desk::reconcile;
use mesad::store;

use crate::liars::{answer, settles, stage};
use crate::mesad;
use crate::stage::{OPERATORS, Stage, at};
use crate::support::scripted::Talk;

const DATE: &str = "INTERNALDATE \" 1-Oct-2026 09:00:00 -0300\"";

/// Of the first six mails in the inbox the server refuses to say even how large they are.
#[test]
fn mails_that_the_server_does_not_describe_keep_no_other() {
    let moved = AtomicUsize::new(0);
    let mut stage = stage(move |talk, tag, command| {
        if command.starts_with("UID MOVE") {
            moved.fetch_add(1, Ordering::SeqCst);
            return answer(talk, tag, "* OK [COPYUID 9 7 1] moved\r\n");
        }
        if command.starts_with("UID SEARCH") {
            let there = ["* SEARCH 1 2 3 4 5 6 7\r\n", "* SEARCH 1 2 3 4 5 6\r\n"];
            return answer(talk, tag, there[moved.load(Ordering::SeqCst).min(1)]);
        }
        if !command.contains("RFC822.SIZE") && !command.contains("BODY.PEEK[]") {
            return false;
        }
        let uids = command.split(' ').nth(2).unwrap_or_default();
        if uids.split(',').any(|uid| uid != "7") {
            talk.say(&format!("{tag} NO [SERVERBUG] index is broken\r\n"));
            return true;
        }
        let bytes = "* 7 FETCH (UID 7 BODY[]<0> {16}\r\nSubject: b\r\n\r\nc\n)\r\n";
        let size = format!("* 7 FETCH (UID 7 RFC822.SIZE 16 {DATE})\r\n");
        match command.contains("BODY.PEEK[]") {
            true => answer(talk, tag, bytes),
            false => answer(talk, tag, &size),
        }
    });
    // The other is handled at the first look that comes to an end.
    let _ = stage.try_drain();
    let other = "SELECT count(*) || '' FROM inputs WHERE uid = '7' AND state <> 'seen'";
    assert_eq!(stage.column(other), ["1"]);
    for _ in 0..40 {
        let _ = stage.try_drain();
    }
    let of_them = "SELECT reason FROM inputs WHERE uid <> '7'";
    assert_eq!(stage.column(of_them), ["cannot-be-fetched"; 6]);
    assert!(stage.told("triage").len() >= OPERATORS.len());
    crate::support::table::row("mails of which the server says nothing", "6", "none");
}

fn fetched(talk: &mut Talk, tag: &str, about: &str) -> bool {
    answer(talk, tag, &format!("* 1 FETCH (UID 1 {about})\r\n"))
}

/// An operator has a mail fetched again that never came in whole, and the connection drops as it is
/// looked for where it was filed: it is looked for again.
#[test]
fn what_is_wanted_again_is_not_given_up_because_one_look_failed() {
    let (moved, failed) = (AtomicBool::new(false), AtomicBool::new(false));
    let mut stage = stage(move |talk, tag, command| {
        if command.starts_with("EXAMINE") {
            return answer(talk, tag, "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n");
        }
        if command.starts_with("UID MOVE") {
            moved.store(true, Ordering::SeqCst);
            return answer(talk, tag, "* OK [COPYUID 7 1 1] moved\r\n");
        }
        if command.starts_with("UID SEARCH") && moved.load(Ordering::SeqCst) {
            return answer(talk, tag, "* SEARCH\r\n");
        }
        if command.contains("HEADER.FIELDS") {
            if !failed.swap(true, Ordering::SeqCst) {
                talk.cut();
                return true;
            }
            let id = "BODY[HEADER.FIELDS (MESSAGE-ID)] {2}\r\n\r\n";
            return fetched(talk, tag, &format!("RFC822.SIZE 5000 {DATE} {id}"));
        }
        if command.contains("BODY.PEEK[HEADER]") {
            return fetched(talk, tag, "BODY[HEADER]<0> {14}\r\nSubject: a\r\n\r\n");
        }
        if command.contains("RFC822.SIZE") {
            return fetched(talk, tag, &format!("RFC822.SIZE 5000 {DATE}"));
        }
        if command.contains("BODY.PEEK[]") {
            let mail = format!("Subject: a\r\n\r\n{}", "b".repeat(4_986));
            return fetched(talk, tag, &format!("BODY[]<0> {{5000}}\r\n{mail}"));
        }
        false
    });
    let limit = |stage: &mut Stage, bytes| {
        let mut office = (*stage.work.world.office).clone();
        office.desk.limits.mail_bytes = bytes;
        stage.work.world.office = Arc::new(office);
    };
    limit(&mut stage, 2_000);
    settles(&mut stage);
    assert_eq!(stage.reasons(), ["too-large"]);
    limit(&mut stage, 1_000_000);
    let (done, text) = mesad(&stage, &["retry", "1"]);
    assert!(done, "{text}");
    for _ in 0..4 {
        let _ = stage.try_drain();
    }
    let whole = "SELECT whole || '' FROM contents WHERE input = 1";
    assert_eq!(stage.column(whole), ["1"], "{:?}", stage.reasons());
}

/// A server with one filed mail, whose bytes it does not give until it is mended; nor, if it is
/// silent, size and header.
fn one_filed(mended: Arc<AtomicBool>, silent: bool) -> Stage {
    let folder = Mutex::new(String::new());
    stage(move |talk, tag, command| {
        if command.starts_with("EXAMINE") || command.starts_with("SELECT") {
            *folder.lock().unwrap() = command.to_owned();
            return answer(talk, tag, "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n");
        }
        if command.starts_with("UID MOVE") {
            return answer(talk, tag, "* OK [COPYUID 7 1 1] moved\r\n");
        }
        let filed = folder.lock().unwrap().contains("Procesados");
        if command.starts_with("UID SEARCH") {
            return answer(
                talk,
                tag,
                ["* SEARCH\r\n", "* SEARCH 1\r\n"][usize::from(filed)],
            );
        }
        if command.contains("HEADER.FIELDS") {
            if silent && !mended.load(Ordering::SeqCst) {
                talk.say(&format!("{tag} NO [SERVERBUG] index is broken\r\n"));
                return true;
            }
            let id = "BODY[HEADER.FIELDS (MESSAGE-ID)] {21}\r\nMessage-ID: <a@b>\r\n\r\n";
            return fetched(talk, tag, &format!("RFC822.SIZE 16 {DATE} {id}"));
        }
        let refused = command.contains("BODY.PEEK[]") && !mended.load(Ordering::SeqCst);
        if refused {
            talk.say(&format!("{tag} NO [SERVERBUG] the file cannot be read\r\n"));
        }
        refused
    })
}

/// After a restore one filed mail cannot be read: the recovery comes to its end without it, it is
/// set aside and told; and once it can be read, `retry` has it handled.
#[test]
fn one_unreadable_mail_of_the_lost_time_does_not_keep_the_recovery() {
    for silent in [false, true] {
        one_unreadable(silent);
    }
    let what = "a filed mail that cannot be read, after a restore";
    crate::support::table::row(what, "2 ways", "none");
}

fn one_unreadable(silent: bool) {
    let mended = Arc::new(AtomicBool::new(false));
    let stage = one_filed(Arc::clone(&mended), silent);
    let copy = stage.folder.path().join("copy.sqlite");
    let store = &stage.world().store;
    store.back_up(&copy, false, at(5, 10)).unwrap();
    let folder = stage.stops();
    let place = folder.path().join("state/mesad.sqlite");
    let prepared = store::prepare(&folder.path().join("copy.sqlite"), &place);
    prepared.unwrap().put(at(5, 12)).unwrap();
    let mut stage = Stage::starts_with(folder, at(5, 12), |office| {
        office.desk.mailbox = crate::restored::imap();
    })
    .unwrap();
    stage.work.ends.mailbox = one_filed(Arc::clone(&mended), silent).work.ends.mailbox;
    for _ in 0..12 {
        let _ = stage.try_drain();
    }
    assert_eq!(stage.reasons(), ["cannot-be-fetched"]);
    let marks = "SELECT name FROM marks WHERE name = 'recovering'";
    let over: [String; 0] = [];
    assert_eq!(stage.column(marks), over, "the recovery has ended");
    // Nobody knows whether it was told before the restore: the words wait for a person.
    assert_eq!(stage.books(|books| books.held()).len(), OPERATORS.len());
    mended.store(true, Ordering::SeqCst);
    let (done, text) = mesad(&stage, &["retry", "1"]);
    assert!(done, "{text}");
    for _ in 0..4 {
        let _ = stage.try_drain();
    }
    let whole = "SELECT whole || '' FROM contents WHERE input = 1";
    assert_eq!(stage.column(whole), ["1"], "{:?}", stage.reasons());
}

/// The night's comparison counts a mail that it cannot read as one that nobody knows, and goes on.
#[test]
fn a_mail_that_cannot_be_read_is_a_gap_and_no_end_of_the_comparison() {
    for silent in [false, true] {
        is_a_gap(silent);
    }
}

fn is_a_gap(silent: bool) {
    let mut stage = one_filed(Arc::default(), silent);
    let world = stage.work.world.clone();
    let mailbox = &mut stage.work.ends.mailbox;
    let report = reconcile::compare(mailbox, &world.store, world.clock.now()).unwrap();
    let gaps = report.gaps.len();
    assert_eq!((report.lie(), gaps), (1, 1), "{:?}", report.gaps);
    assert_eq!(report.gaps[0].kind, reconcile::GapKind::Unknown);
}

/// A comparison that has failed for more than two nights is told, and taken back once one comes to
/// its end.
#[test]
fn a_comparison_that_cannot_be_made_is_told() {
    let broken = Arc::new(AtomicBool::new(true));
    let is_broken = Arc::clone(&broken);
    let filed = AtomicBool::new(false);
    let mut stage = stage(move |talk, tag, command| {
        if command.starts_with("EXAMINE") || command.starts_with("SELECT") {
            filed.store(command.starts_with("EXAMINE"), Ordering::SeqCst);
            return answer(talk, tag, "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n");
        }
        if !command.starts_with("UID SEARCH") {
            return false;
        }
        let refused = filed.load(Ordering::SeqCst) && is_broken.load(Ordering::SeqCst);
        match refused {
            true => talk.say(&format!("{tag} NO [SERVERBUG] not now\r\n")),
            false => talk.say(&format!("* SEARCH\r\n{tag} OK done\r\n")),
        }
        true
    });
    let told = "SELECT about FROM troubles WHERE kind = 'unaccounted'";
    let none: [String; 0] = [];
    for (day, expected) in [
        (5, &none[..]),
        (7, &none[..]),
        (8, &["not-compared".to_owned()]),
    ] {
        stage.set(at(day, 4));
        let _ = stage.try_drain();
        assert_eq!(stage.column(told), expected, "{day}");
    }
    broken.store(false, Ordering::SeqCst);
    stage.set(at(9, 4));
    let _ = stage.try_drain();
    assert_eq!(stage.column(told), none);
}
