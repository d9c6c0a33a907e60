//! Clocks that jump, and nights that have an hour too many or too few.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use mesad::desk::jump;
use mesad::store::Books;

use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

const SUBJECT: &str = "Desaprobación de informe técnico";

fn begun() -> Stage {
    let mut stage = Stage::begin();
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 1"));
    stage.drain();
    stage
}

/// Goes on by the hour.
fn goes_on(stage: &mut Stage, until: DateTime<Utc>) {
    while stage.world().clock.now() < until {
        let next = stage.world().clock.now() + TimeDelta::hours(1);
        stage.set(next);
        stage.drain();
    }
}

fn goes_on_by_days(stage: &mut Stage, until: DateTime<Utc>) {
    while stage.world().clock.now() < until {
        let next = stage.world().clock.now() + TimeDelta::days(1);
        stage.set(next);
        stage.drain();
    }
}

/// What was told, by kind, without the digests.
fn told(stage: &Stage) -> Vec<String> {
    stage.column(
        "SELECT message || ' ' || address FROM notices
         WHERE message NOT IN ('digest', 'alarm') ORDER BY message, address, id",
    )
}

#[test]
fn a_clock_that_is_ahead_for_a_while_has_nothing_told_twice_and_nothing_lost() {
    let mut plain = begun();
    goes_on(&mut plain, at(9, 12));
    let mut stage = begun();
    // Two days ahead: reminders go out before their time, and what is born there is of that time.
    stage.set(at(7, 15));
    jump::happened(stage.world(), TimeDelta::hours(53)).unwrap();
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 2"));
    while mesad::desk::wake::turn(stage.world()).unwrap() {}
    let reminded = stage.column("SELECT address FROM notices WHERE message = 'approval-reminder'");
    assert_eq!(reminded, [BEATRIZ]);
    stage.set(at(5, 11));
    jump::happened(stage.world(), TimeDelta::hours(-52)).unwrap();
    stage.drain();
    // It does not wait for two days.
    let waiting = stage.column("SELECT message FROM notices WHERE state = 'due'");
    assert!(waiting.is_empty(), "{waiting:?}");
    goes_on(&mut stage, at(9, 12));
    let of = |stage: &Stage, kind: &str| {
        let sql = "SELECT count(*) FROM notices n JOIN requests q ON q.id = n.request
                   WHERE q.id = 1 AND n.message = ?1";
        let kind = kind.to_owned();
        let connection =
            rusqlite::Connection::open(stage.folder.path().join("state/mesad.sqlite")).unwrap();
        connection
            .query_row(sql, [kind], |row| row.get::<_, u32>(0))
            .unwrap()
    };
    for kind in [
        "acknowledgement",
        "approval-request",
        "step-overdue",
        "breach",
    ] {
        assert_eq!(
            of(&stage, kind),
            of(&plain, kind),
            "{kind}: {:?}",
            told(&stage)
        );
    }
    // The reminder that came before its time does not come again in its time.
    assert!(of(&stage, "approval-reminder") <= of(&plain, "approval-reminder"));
    assert_eq!(
        stage.column("SELECT state FROM requests ORDER BY id").len(),
        2
    );
    crate::table::row("the clock, ahead for a while", "once", "none");
}

#[test]
fn a_year_ahead_by_mistake_is_forgotten() {
    let mut stage = begun();
    stage.set(at(5, 10) + TimeDelta::days(365));
    jump::happened(stage.world(), TimeDelta::days(365)).unwrap();
    stage.drain();
    stage.set(at(5, 12));
    jump::happened(stage.world(), TimeDelta::days(-365)).unwrap();
    stage.drain();
    let waiting = stage.column("SELECT message FROM notices WHERE state = 'due'");
    assert!(waiting.is_empty(), "{waiting:?}");
    let wakes = stage.books(|books: &Books<'_>| books.next_wake()).unwrap();
    assert!(wakes < at(9, 12), "{wakes}");
    // The day at a glance and the anchor come each day all the same.
    goes_on(&mut stage, at(8, 20));
    let digests = stage.column(
        "SELECT DISTINCT date(created_at / 1000000, 'unixepoch') FROM notices
         WHERE message = 'digest' AND created_at < 1800000000000000",
    );
    assert!(digests.len() >= 3, "{digests:?}");
    let anchors =
        stage.column("SELECT CAST(place AS TEXT) FROM anchors WHERE at < 1800000000000000");
    assert!(anchors.len() >= 4, "{anchors:?}");
}

/// A newsletter, which is kept for half a year.
fn with_newsletter() -> Stage {
    let mut stage = begun();
    stage.drops(
        b"From: boletin@ofertas.example\r\nTo: mesa@sigec.example\r\nSubject: Novedades\r\n\
          List-Unsubscribe: <mailto:baja@ofertas.example>\r\nPrecedence: bulk\r\n\
          Message-ID: <boletin@ofertas.example>\r\n\r\nNovedades. Para darse de baja, aqu\xc3\xad.\r\n",
    );
    stage.drain();
    assert_eq!(kept(&stage), ["1", "2"]);
    stage
}

fn kept(stage: &Stage) -> Vec<String> {
    stage.column("SELECT input || '' FROM contents ORDER BY input")
}

#[test]
fn a_clock_that_is_far_ahead_destroys_nothing_and_what_recurs_goes_on_afterwards() {
    let mut stage = with_newsletter();
    stage.set(at(5, 10) + TimeDelta::days(365));
    jump::happened(stage.world(), TimeDelta::days(365)).unwrap();
    stage.drain();
    assert_eq!(kept(&stage), ["1", "2"]);
    stage.set(at(5, 12));
    jump::happened(stage.world(), TimeDelta::days(-365)).unwrap();
    stage.drain();
    assert_eq!(kept(&stage), ["1", "2"]);
    // Copies, comparisons and purges are made of each day again.
    goes_on(&mut stage, at(9, 20));
    let last = "SELECT name FROM marks WHERE date(at / 1000000, 'unixepoch') = '2026-10-09'
                AND name IN ('backup', 'purge', 'reconciled') ORDER BY name";
    assert_eq!(stage.column(last), ["backup", "purge", "reconciled"]);
    // What is over in truth is blanked.
    goes_on_by_days(&mut stage, at(9, 20) + TimeDelta::days(190));
    assert!(!kept(&stage).contains(&"2".to_owned()));
    crate::table::row("the clock, years ahead", "once", "none");
}

#[test]
fn after_a_pause_that_may_be_a_wrong_clock_nothing_is_blanked_for_three_days() {
    let mut stage = with_newsletter();
    let last = stage.world().clock.now();
    let begins = at(5, 10) + TimeDelta::days(365);
    stage.set(begins);
    jump::after_a_pause(stage.world(), last).unwrap();
    goes_on_by_days(&mut stage, begins + TimeDelta::days(2));
    assert_eq!(kept(&stage), ["1", "2"]);
    goes_on_by_days(&mut stage, begins + TimeDelta::days(4));
    assert!(!kept(&stage).contains(&"2".to_owned()));
}

#[test]
fn a_mail_that_waits_is_tried_in_its_time_after_the_clock_was_ahead() {
    let mut stage = begun();
    std::fs::remove_dir_all(stage.folder.path().join("mail/out")).unwrap();
    stage.set(at(5, 10) + TimeDelta::days(100));
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 2"));
    stage.drain();
    std::fs::create_dir(stage.folder.path().join("mail/out")).unwrap();
    stage.set(at(5, 11));
    jump::happened(stage.world(), TimeDelta::days(-100)).unwrap();
    stage.set(at(5, 16));
    stage.drain();
    let waiting = stage.column("SELECT message FROM notices WHERE state = 'due'");
    assert!(waiting.is_empty(), "{waiting:?}");
    let failed = stage.column("SELECT message FROM notices WHERE state = 'failed'");
    assert!(failed.is_empty(), "{failed:?}");
}

/// Santiago has an hour twice in April and one that is missing in September; Magallanes has neither.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of nights")]
fn the_nights_in_which_the_clock_is_set() {
    for (from, until, region, place) in [
        (
            (2026, 4, 1),
            (2026, 4, 9),
            "Región del Maule",
            "Quebrada Honda",
        ),
        (
            (2026, 9, 3),
            (2026, 9, 11),
            "Región del Maule",
            "Quebrada Honda",
        ),
        (
            (2026, 4, 1),
            (2026, 4, 9),
            "Región de Magallanes",
            "Punta Arenas",
        ),
        (
            (2026, 9, 3),
            (2026, 9, 11),
            "Región de Magallanes",
            "Punta Arenas",
        ),
    ] {
        let mut stage = Stage::begin();
        let noon = |(y, m, d): (i32, u32, u32)| {
            let day = NaiveDate::from_ymd_opt(y, m, d).unwrap();
            let office = &stage.world().office;
            office
                .calendar
                .instant(day.and_hms_opt(12, 0, 0).unwrap(), None)
        };
        let (begin, end) = (noon(from), noon(until));
        stage.set(begin);
        let text = memorandum("Informe N° 1")
            .replace("Región del Maule", region)
            .replace("Quebrada Honda", place);
        stage.writes(TOMAS, SUBJECT, &text);
        stage.drain();
        let mut woken_late = TimeDelta::zero();
        while stage.world().clock.now() < end {
            let now = stage.world().clock.now() + TimeDelta::minutes(30);
            let due = stage.books(|books| books.next_wake());
            stage.set(now);
            stage.drain();
            if let Some(due) = due.filter(|due| *due <= now) {
                woken_late = woken_late.max(now - due);
            }
        }
        assert!(
            woken_late <= TimeDelta::minutes(30),
            "{region} {from:?}: {woken_late}"
        );
        let twice = stage.column(
            "SELECT c.event FROM journal_contents c WHERE c.event LIKE '%woken%'
               AND c.event NOT LIKE '%look%' AND c.event NOT LIKE '%still%'
             GROUP BY c.event HAVING count(*) > 1",
        );
        assert!(twice.is_empty(), "{region} {from:?}: {twice:?}");
        let days = stage.column(
            "SELECT DISTINCT address || date(created_at / 1000000, 'unixepoch') FROM notices
             WHERE message = 'digest'",
        );
        let digests = stage.column("SELECT address FROM notices WHERE message = 'digest'");
        assert_eq!(digests.len(), days.len(), "{region} {from:?}");
        let anchors = stage.books(|books| books.anchors());
        let office = &stage.world().office;
        let day = |at| {
            let at = DateTime::from_timestamp_micros(at).unwrap();
            office.calendar.local(at, None).date_naive()
        };
        let mut days: Vec<NaiveDate> = anchors.iter().map(|anchor| day(anchor.at)).collect();
        days.dedup();
        assert!(
            days.len() == anchors.len() && days.len() >= 5,
            "{region} {from:?}: {days:?}"
        );
    }
}
