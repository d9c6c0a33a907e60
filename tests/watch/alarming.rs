//! One mail when something goes wrong, one when it is over, by the simulated clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use mesad::delivery::Delivery;
use mesad::desk::health::Pulse;
use mesad::desk::{DeskError, alarm, decide, receive};
use mesad::judge::Room;
use mesad::mailbox::MailboxError;
use mesad::request::AlarmKind;

use crate::scripted;
use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, at, memorandum};
use crate::weekend::way_out;

fn later(stage: &Stage, minutes: i64) {
    let now = stage.world().clock.now();
    stage.set(now + TimeDelta::minutes(minutes));
}

fn look(stage: &Stage, pulse: &Pulse) -> Vec<AlarmKind> {
    let found = alarm::turn(stage.world(), pulse).unwrap();
    found.into_iter().map(|trouble| trouble.kind).collect()
}

fn subjects(stage: &Stage) -> Vec<String> {
    stage.column("SELECT subject FROM notices WHERE message = 'alarm' ORDER BY id")
}

#[test]
fn a_mailbox_that_falls_silent_is_told_once_and_its_return_once() {
    let mut stage = Stage::begin();
    let pulse = Pulse::begin(stage.world().clock.now());
    pulse.fetched(stage.world().clock.now());
    later(&stage, 29);
    assert_eq!(look(&stage, &pulse), []);
    later(&stage, 1);
    let fault = DeskError::Mailbox(MailboxError::Retry("no answer from mail.example".into()));
    for _ in 0..20 {
        pulse.not_fetched(&fault, stage.world().clock.now());
        assert_eq!(look(&stage, &pulse), [AlarmKind::NoFetch]);
        stage.drain();
        later(&stage, 10);
    }
    stage.drain();
    let told = stage.sent("alarm");
    assert_eq!(told.len(), 2);
    assert_eq!(stage.told("alarm"), OPERATORS);
    assert!(
        told[0].text.contains("no answer from mail.example"),
        "{}",
        told[0].text
    );
    pulse.fetched(stage.world().clock.now());
    assert_eq!(look(&stage, &pulse), []);
    assert_eq!(look(&stage, &pulse), []);
    stage.drain();
    let subjects = subjects(&stage);
    assert_eq!(subjects.len(), 4, "{subjects:?}");
    assert_eq!(subjects[0], "Alarma: no se reciben correos");
    assert_eq!(subjects[2], "Resuelto: no se reciben correos");
}

#[test]
fn a_restart_neither_repeats_nor_forgets_an_alarm() {
    let stage = Stage::begin();
    let pulse = Pulse::begin(stage.world().clock.now());
    pulse.room(Some(Room {
        free: 10,
        wanted: 100,
    }));
    assert_eq!(look(&stage, &pulse), [AlarmKind::Disk]);
    let now = stage.world().clock.now();
    let mut stage = Stage::starts(stage.stops(), now).unwrap();
    let pulse = Pulse::begin(now);
    let full = Room {
        free: 10,
        wanted: 100,
    };
    pulse.room(Some(full));
    look(&stage, &pulse);
    stage.drain();
    assert_eq!(subjects(&stage).len(), 2);
    pulse.room(Some(Room {
        free: 1_000,
        wanted: 100,
    }));
    // It is over once it was well for ten minutes.
    look(&stage, &pulse);
    later(&stage, 11);
    pulse.fetched(stage.world().clock.now());
    look(&stage, &pulse);
    stage.drain();
    let subjects = subjects(&stage);
    assert_eq!(
        subjects[2..],
        ["Resuelto: queda poco espacio en el disco"; 2]
    );
}

/// What is owed waits, the word about it too; it goes out first when the way is free again.
#[test]
fn a_way_out_that_is_closed_is_told_when_it_opens_and_by_the_store_meanwhile() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    let out = stage.folder.path().join("mail/out");
    std::fs::remove_dir_all(&out).unwrap();
    stage.drain();
    let pulse = Pulse::begin(at(5, 8));
    pulse.fetched(at(5, 10));
    later(&stage, 31);
    pulse.fetched(stage.world().clock.now());
    pulse.not_reached(None, stage.world().clock.now());
    assert_eq!(look(&stage, &pulse), [AlarmKind::NoSend]);
    let standing = stage.books(|books| books.alarms(0));
    assert_eq!(standing.len(), 1);
    assert!(
        standing[0].details.contains("No such file"),
        "{}",
        standing[0].details
    );
    std::fs::create_dir(&out).unwrap();
    later(&stage, 20);
    let before = stage.books(|books| books.last_notice());
    stage.drain();
    let order = stage.column(
        "SELECT message FROM notices WHERE state = 'sent' AND ended_at >=
           (SELECT max(ended_at) FROM notices) ORDER BY ended_at, rowid",
    );
    assert!(
        before >= 4 && order.contains(&"alarm".to_owned()),
        "{order:?}"
    );
    pulse.reached();
    assert_eq!(look(&stage, &pulse), []);
    stage.drain();
    assert_eq!(subjects(&stage).len(), 4);
}

#[test]
fn alarms_go_out_before_a_long_queue_and_above_any_cap() {
    let mut stage = Stage::with(|office| {
        office.desk.limits.mails_per_address_and_day = 1;
        office.desk.rhythm.quiet_outside_hours = false;
    });
    let pulse = Pulse::begin(stage.world().clock.now());
    for report in 0..4 {
        let text = memorandum(&format!("Informe N° {report}"));
        stage.writes(TOMAS, "Desaprobación de informe técnico", &text);
    }
    for details in ["one", "two", "three"] {
        let about = (details, details);
        alarm::report(stage.world(), AlarmKind::Flood, about, None).unwrap();
    }
    assert_eq!(look(&stage, &pulse), [AlarmKind::Flood; 3]);
    // All of them to each, though each may get one mail a day.
    while decide::turn(stage.world()).unwrap() != decide::Decided::Nothing {}
    let delivery: &mut Delivery = &mut stage.work.ends.delivery;
    for _ in 0..6 {
        mesad::desk::deliver::turn(delivery, &stage.work.world).unwrap();
    }
    let sent = stage.column("SELECT message FROM notices WHERE state = 'sent'");
    assert_eq!(sent, ["alarm"; 6]);
}

#[test]
fn a_report_stands_until_it_is_taken_back_or_passes() {
    let mut stage = Stage::begin();
    let pulse = Pulse::begin(stage.world().clock.now());
    let refused = AlarmKind::Configuration;
    alarm::report(stage.world(), refused, ("", "desk.toml:3"), None).unwrap();
    let day = Some(TimeDelta::days(1));
    alarm::report(stage.world(), AlarmKind::Flood, (TOMAS, ""), day).unwrap();
    assert_eq!(look(&stage, &pulse), [refused, AlarmKind::Flood]);
    stage.drain();
    alarm::take_back(stage.world(), refused, "").unwrap();
    assert_eq!(look(&stage, &pulse), [AlarmKind::Flood]);
    stage.drain();
    later(&stage, 24 * 60);
    pulse.fetched(stage.world().clock.now());
    assert_eq!(look(&stage, &pulse), []);
}

/// As the store has it: mails that lie there undecided, since when the oldest does.
#[test]
fn a_queue_of_undecided_mails_is_told_by_its_age_and_over_when_it_is_worked_off() {
    let mut stage = Stage::begin();
    let pulse = Pulse::begin(stage.world().clock.now());
    for report in 1..4 {
        let text = memorandum(&format!("Informe N° {report}"));
        stage.writes(TOMAS, "Desaprobación de informe técnico", &text);
        let mailbox = &mut stage.work.ends.mailbox;
        for mail in &receive::look(mailbox, &stage.work.world).unwrap() {
            receive::take(mailbox, &stage.work.world, mail).unwrap();
        }
        pulse.fetched(stage.world().clock.now());
        later(&stage, 10);
    }
    later(&stage, -1);
    assert_eq!(look(&stage, &pulse), []);
    later(&stage, 1);
    pulse.fetched(stage.world().clock.now());
    assert_eq!(look(&stage, &pulse), [AlarmKind::Undecided]);
    let details = "SELECT kind || ' ' || details FROM alarms";
    assert_eq!(stage.column(details), ["undecided 3"]);
    // The oldest is decided, then the next: what is left has waited for less than a half.
    decide::turn(stage.world()).unwrap();
    assert_eq!(look(&stage, &pulse), [AlarmKind::Undecided]);
    decide::turn(stage.world()).unwrap();
    assert_eq!(look(&stage, &pulse), []);
    stage.drain();
    assert_eq!(subjects(&stage).len(), 2 * OPERATORS.len());
}

/// One mail is put off again and again while the others go out: it is due, and told as such.
#[test]
fn a_mail_that_is_not_taken_while_others_are_is_told_and_over_when_it_is() {
    let full = Arc::new(AtomicBool::new(true));
    let refuses = Arc::clone(&full);
    let port = scripted::smtp(move |talk, verb, line| {
        let later = verb == "RCPT" && line.contains(TOMAS) && refuses.load(Ordering::SeqCst);
        if later {
            talk.say("452 4.2.2 mailbox full\r\n");
        }
        later
    });
    let mut stage = Stage::begin();
    stage.work.ends.delivery = way_out(port);
    let text = memorandum("Informe N° 1");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &text);
    stage.drain();
    let pulse = Pulse::begin(stage.world().clock.now());
    for _ in 0..11 {
        later(&stage, 10);
        stage.drain();
        pulse.fetched(stage.world().clock.now());
        assert_eq!(look(&stage, &pulse), []);
    }
    assert_eq!(stage.told("approval-request"), [BEATRIZ]);
    later(&stage, 10);
    pulse.fetched(stage.world().clock.now());
    assert_eq!(look(&stage, &pulse), [AlarmKind::Unsent]);
    let details = "SELECT kind || ' ' || details FROM alarms";
    assert_eq!(stage.column(details), ["unsent 1"]);
    full.store(false, Ordering::SeqCst);
    for _ in 0..20 {
        later(&stage, 10);
        stage.drain();
        pulse.fetched(stage.world().clock.now());
    }
    assert_eq!(look(&stage, &pulse), []);
    stage.drain();
    assert_eq!(stage.told("acknowledgement"), [TOMAS]);
    assert_eq!(subjects(&stage).len(), 2 * OPERATORS.len());
}
