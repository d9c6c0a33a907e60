//! The rule of alarms: how the desk is → what is wrong, what begins, what ends.

use chrono::{DateTime, TimeDelta, Utc};
use mesad::config;
use mesad::judge::{
    Change, Fault, Health, Jump, Queue, Room, Standing, Trouble, changes, troubles,
};
use mesad::office::Office;
use mesad::request::AlarmKind;

fn office() -> Office {
    config::load(&config::shipped()).unwrap()
}

/// Monday 5 October 2026, so many minutes after ten in the morning in Santiago.
fn at(minutes: i64) -> DateTime<Utc> {
    let begin: DateTime<Utc> = "2026-10-05T13:00:00Z".parse().unwrap();
    begin + TimeDelta::minutes(minutes)
}

fn healthy(now: DateTime<Utc>) -> Health {
    Health {
        counts_from: at(-600),
        fetched_at: Some(now),
        sent_at: Some(now),
        fetch: None,
        send: None,
        undecided: Queue::default(),
        unsent: Queue::default(),
        room: None,
        backed_up_at: None,
        jump: None,
        stuck: vec![],
        reported: vec![],
    }
}

fn kinds(health: &Health, standing: &[Standing], now: DateTime<Utc>) -> Vec<AlarmKind> {
    let found = troubles(health, &office(), standing, now);
    found.into_iter().map(|t| t.kind).collect()
}

fn standing(kind: AlarmKind, began_at: DateTime<Utc>) -> Standing {
    Standing {
        kind,
        about: String::new(),
        began_at,
        gone_at: None,
    }
}

fn trouble(kind: AlarmKind, since: DateTime<Utc>, details: String) -> Trouble {
    Trouble {
        kind,
        about: String::new(),
        since,
        details,
    }
}

fn fault(refused: bool, reached: bool) -> Option<Fault> {
    Some(Fault {
        refused,
        reached,
        since: at(0),
        words: "no".into(),
    })
}

#[test]
fn a_copy_that_is_too_old_is_told_after_there_was_time_to_make_one() {
    let two_days = 2 * 24 * 60;
    let mut health = healthy(at(0));
    health.backed_up_at = Some(at(-two_days + 1));
    assert_eq!(kinds(&health, &[], at(0)), []);
    assert_eq!(kinds(&health, &[], at(1)), [AlarmKind::Backup]);
    // The desk was down: first it makes the one that is due.
    health.counts_from = at(0);
    assert_eq!(kinds(&health, &[], at(1)), []);
    let begun = [standing(AlarmKind::Backup, at(-9))];
    assert_eq!(kinds(&health, &begun, at(1)), [AlarmKind::Backup]);
    health.backed_up_at = Some(at(0));
    assert_eq!(kinds(&health, &begun, at(1)), []);
    // None are to be made.
    health.backed_up_at = None;
    assert_eq!(kinds(&health, &begun, at(1)), []);
}

#[test]
fn silence_is_borne_longer_outside_office_hours() {
    let mut health = healthy(at(0));
    assert_eq!(kinds(&health, &[], at(29)), []);
    assert_eq!(kinds(&health, &[], at(30)), [AlarmKind::NoFetch]);
    // In the night.
    health.fetched_at = Some(at(720));
    assert_eq!(kinds(&health, &[], at(720 + 119)), []);
    assert_eq!(kinds(&health, &[], at(720 + 120)), [AlarmKind::NoFetch]);
    // A desk that began just now has not been silent.
    health.counts_from = at(720 + 110);
    assert_eq!(kinds(&health, &[], at(720 + 120)), []);
}

#[test]
fn an_alarm_that_began_in_office_hours_does_not_end_because_the_office_closes() {
    let mut health = healthy(at(0));
    health.fetched_at = Some(at(450));
    let begun = [standing(AlarmKind::NoFetch, at(480))];
    let evening = at(510);
    assert!(!office().calendar.is_open(evening, None));
    assert_eq!(kinds(&health, &begun, evening), [AlarmKind::NoFetch]);
    health.fetched_at = Some(at(509));
    assert_eq!(kinds(&health, &begun, evening), []);
}

#[test]
fn nothing_to_send_is_no_silence() {
    let mut health = healthy(at(0));
    health.fetched_at = Some(at(300));
    assert_eq!(kinds(&health, &[], at(300)), []);
    health.unsent = Queue {
        count: 1,
        since: Some(at(250)),
    };
    health.send = fault(false, false);
    assert_eq!(kinds(&health, &[], at(279)), []);
    assert_eq!(kinds(&health, &[], at(300)), [AlarmKind::NoSend]);
    // One recipient's server that says "later" is not the way out.
    health.send = fault(false, true);
    assert_eq!(kinds(&health, &[], at(300)), []);
    health.unsent.count = 3;
    assert_eq!(kinds(&health, &[], at(300)), [AlarmKind::NoSend]);
    // Others go out, this one does not.
    health.sent_at = Some(at(299));
    health.fetched_at = Some(at(369));
    assert_eq!(kinds(&health, &[], at(310)), []);
    health.sent_at = Some(at(369));
    assert_eq!(kinds(&health, &[], at(370)), [AlarmKind::Unsent]);
}

#[test]
fn a_refused_login_is_told_at_once_and_stands_for_the_silence_that_follows() {
    let mut health = healthy(at(0));
    health.fetch = fault(true, true);
    health.send = fault(true, true);
    health.unsent = Queue {
        count: 9,
        since: Some(at(0)),
    };
    let refused = [AlarmKind::MailboxRefused, AlarmKind::OutgoingRefused];
    assert_eq!(kinds(&health, &[], at(0)), refused);
    assert_eq!(kinds(&health, &[], at(300)), refused);
}

#[test]
fn queues_disk_clock_and_loops() {
    let mut health = healthy(at(200));
    health.undecided = Queue {
        count: 40,
        since: Some(at(170)),
    };
    let undecided = [AlarmKind::Undecided];
    assert_eq!(kinds(&health, &[], at(199)), []);
    assert_eq!(kinds(&health, &[], at(200)), undecided);
    let begun = [standing(AlarmKind::Undecided, at(200))];
    health.undecided.since = Some(at(185));
    assert_eq!(kinds(&health, &begun, at(200)), undecided);
    assert_eq!(kinds(&health, &[], at(200)), []);

    let mut health = healthy(at(200));
    health.room = Some(Room {
        free: 110,
        wanted: 100,
    });
    assert_eq!(kinds(&health, &[], at(200)), []);
    let begun = [standing(AlarmKind::Disk, at(0))];
    assert_eq!(kinds(&health, &begun, at(200)), [AlarmKind::Disk]);

    let mut health = healthy(at(200));
    let jump = |off| {
        Some(Jump {
            at: at(200),
            off: TimeDelta::minutes(off),
        })
    };
    health.jump = jump(-4);
    assert_eq!(kinds(&health, &[], at(200)), []);
    health.jump = jump(-5);
    assert_eq!(kinds(&health, &[], at(200)), [AlarmKind::Clock]);
    health.fetched_at = Some(at(260));
    assert_eq!(kinds(&health, &[], at(260)), []);

    let mut health = healthy(at(200));
    health.stuck = vec!["fetch".into(), "deliver".into()];
    let found = troubles(&health, &office(), &[], at(200));
    assert_eq!(found[0].details, "fetch, deliver");
}

#[test]
fn one_beginning_and_one_end_however_often_it_flickers() {
    let refused = trouble(AlarmKind::MailboxRefused, at(0), "no".into());
    let begins = changes(std::slice::from_ref(&refused), &[], at(0));
    assert_eq!(begins, [Change::Begins(refused.clone())]);
    let mut one = standing(AlarmKind::MailboxRefused, at(0));
    let there = [refused];
    assert_eq!(changes(&there, &[one.clone()], at(5)), []);
    assert_eq!(
        changes(&[], &[one.clone()], at(6)),
        [Change::Gone(one.clone())]
    );
    one.gone_at = Some(at(6));
    assert_eq!(changes(&[], &[one.clone()], at(15)), []);
    assert_eq!(
        changes(&there, &[one.clone()], at(15)),
        [Change::Back(one.clone())]
    );
    assert_eq!(
        changes(&[], &[one.clone()], at(16)),
        [Change::Ends(one.clone())]
    );
    // A clock that was set back does not keep it.
    assert_eq!(changes(&[], &[one.clone()], at(-900)), [Change::Ends(one)]);
    let silent = standing(AlarmKind::NoFetch, at(0));
    assert_eq!(
        changes(&[], std::slice::from_ref(&silent), at(1)),
        [Change::Ends(silent.clone())]
    );
}

#[test]
fn two_of_a_kind_about_two_people_are_two() {
    let flood = |about: &str| Trouble {
        about: about.into(),
        ..trouble(AlarmKind::Flood, at(0), String::new())
    };
    let mut health = healthy(at(0));
    health.reported = vec![flood("a@m.example"), flood("b@m.example")];
    let found = troubles(&health, &office(), &[], at(0));
    assert_eq!(found.len(), 2);
    let one = Standing {
        about: "a@m.example".into(),
        ..standing(AlarmKind::Flood, at(0))
    };
    let changed = changes(&found, &[one], at(1));
    assert_eq!(changed, [Change::Begins(flood("b@m.example"))]);
}

#[test]
fn names_are_those_that_are_stored() {
    for kind in AlarmKind::ALL {
        assert_eq!(AlarmKind::by_name(kind.name()), Some(kind));
        let stored = serde_json::to_value(kind).unwrap();
        assert_eq!(stored.as_str(), Some(kind.name()));
    }
}
