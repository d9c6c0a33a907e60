//! Known cases, each worked out by hand.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use mesad::calendar::{Calendar, Closing, DayOff, HORIZON_DAYS};

use crate::{hours, local, never_open, shipped, utc, with_blocks, working_days};

/// From, hours, deadline, all in the local time of the region.
type Case<'a> = (&'a str, i64, &'a str);

fn check(calendar: &Calendar, region: Option<&str>, cases: &[Case]) {
    for (from, count, expected) in cases {
        let start = calendar.instant(local(from), region);
        let deadline = calendar.deadline(start, hours(*count), region);
        let found = calendar.local(deadline.at, region).naive_local();
        assert_eq!(found, local(expected), "{from} + {count} h in {region:?}");
        let measured = calendar.working_time(start, deadline.at, region);
        assert_eq!(measured, hours(*count), "{from} + {count} h in {region:?}");
    }
}

#[test]
fn office_hours() {
    let cases = [
        // Fiestas Patrias: half an hour on Thursday, then Monday, Tuesday, and 7½ h of Wednesday
        ("2026-09-17 15:30", 24, "2026-09-23 15:30"),
        ("2026-09-17 16:00", 8, "2026-09-21 16:00"),
        ("2026-09-18 10:00", 1, "2026-09-21 09:00"),
        // Friday ends at 15:00, and what ends with it is due then
        ("2026-03-06 14:00", 1, "2026-03-06 15:00"),
        ("2026-03-06 15:00", 1, "2026-03-09 09:00"),
        ("2026-03-05 08:00", 15, "2026-03-06 15:00"),
        ("2026-03-05 08:00", 16, "2026-03-09 09:00"),
        // received outside hours: on a Saturday, at night, before the opening
        ("2026-03-07 11:00", 24, "2026-03-11 16:00"),
        ("2026-03-09 20:00", 24, "2026-03-12 16:00"),
        ("2026-03-09 06:00", 8, "2026-03-09 16:00"),
        // two days are 16 hours
        ("2026-03-02 10:00", 16, "2026-03-04 10:00"),
        // over Easter, and over the change of the clock on its Saturday
        ("2026-04-02 15:00", 24, "2026-04-08 15:00"),
        // over the turn of the year (Friday 1 January 2027)
        ("2026-12-31 15:00", 2, "2027-01-04 09:00"),
        // from a moved holiday (12 October 2027, a Tuesday, is kept on the 11th)
        ("2027-10-08 14:00", 2, "2027-10-12 09:00"),
    ];
    check(&shipped(), None, &cases);
}

#[test]
fn all_hours_of_working_days() {
    let cases = [
        ("2026-09-17 15:30", 24, "2026-09-21 15:30"),
        ("2026-09-17 15:30", 8, "2026-09-17 23:30"),
        ("2026-09-18 10:00", 24, "2026-09-22 00:00"),
        ("2026-03-06 22:00", 2, "2026-03-07 00:00"), // the midnight that ends Friday
        ("2026-03-06 22:00", 3, "2026-03-09 01:00"),
        // the clock is changed on a Saturday: neither 23 nor 25 hours are counted
        ("2026-04-02 12:00", 24, "2026-04-06 12:00"),
        ("2026-09-04 12:00", 24, "2026-09-07 12:00"),
    ];
    check(&working_days(), None, &cases);
}

#[test]
fn several_blocks_a_day() {
    let calendar = with_blocks(&["0-4 09:00-13:00 14:00-18:00"]);
    let cases = [
        ("2026-03-09 12:30", 1, "2026-03-09 14:30"),
        ("2026-03-09 13:30", 1, "2026-03-09 15:00"),
        ("2026-03-09 09:00", 4, "2026-03-09 13:00"),
        ("2026-03-09 09:00", 12, "2026-03-10 13:00"),
        ("2026-03-06 17:30", 1, "2026-03-09 09:30"),
    ];
    check(&calendar, None, &cases);
}

/// peers.md S4: a week of one day, and a day that has no block left.
#[test]
fn a_schedule_with_one_weekday() {
    let calendar = with_blocks(&["0 09:00-12:00"]);
    let cases = [
        ("2026-03-10 10:00", 6, "2026-03-23 12:00"),
        ("2026-03-09 11:00", 2, "2026-03-16 10:00"),
        // Monday 21 September 2026 works, Monday 12 October does not
        ("2026-10-06 10:00", 1, "2026-10-19 10:00"),
    ];
    check(&calendar, None, &cases);
}

/// Saturday is worked where the office has hours on it, under either reading.
#[test]
fn an_office_open_on_saturdays() {
    let mut calendar = with_blocks(&["0-4 09:00-17:00", "5 09:00-13:00"]);
    let cases = [("2026-03-06 16:00", 3, "2026-03-07 11:00")];
    check(&calendar, None, &cases);
    calendar.hours = mesad::calendar::Hours::WorkingDays;
    let cases = [("2026-03-06 16:00", 24, "2026-03-07 16:00")];
    check(&calendar, None, &cases);
}

/// peers.md S1 to S3, S5: outside hours the time left neither shrinks nor is zero, holidays count
/// for nothing, and the offset of the day itself is used.
#[test]
fn faults_of_others() {
    let calendar = shipped();
    // S2: a wait from Friday evening to Monday morning
    let wait = calendar.working_time(
        utc("2026-03-06T22:00:00Z"),
        utc("2026-03-09T11:00:00Z"),
        None,
    );
    assert_eq!(wait, TimeDelta::zero());
    // S3: received outside hours, not due at once
    let at_night = utc("2026-03-07T03:00:00Z");
    assert!(calendar.deadline(at_night, TimeDelta::minutes(5), None).at > at_night + hours(48));
    // S5: 16:00 is 19:00 UTC in summer and 20:00 UTC in winter
    let summer = calendar.deadline(utc("2026-03-09T11:00:00Z"), hours(8), None);
    let winter = calendar.deadline(utc("2026-06-09T12:00:00Z"), hours(8), None);
    assert_eq!(summer.at, utc("2026-03-09T19:00:00Z"));
    assert_eq!(winter.at, utc("2026-06-09T20:00:00Z"));
    // S1: from reception over a holiday, stopped for a day: what is left is added to the resumption
    let (received, asked) = (utc("2026-10-09T17:00:00Z"), utc("2026-10-13T12:00:00Z"));
    let (answered, all) = (utc("2026-10-14T12:00:00Z"), hours(24));
    let spent = calendar.working_time(received, asked, None);
    assert_eq!(spent, hours(2)); // an hour of Friday, one of Tuesday; Monday is the 12th
    let due = calendar.deadline(answered, all - spent, None).at;
    assert_eq!(due, utc("2026-10-16T18:00:00Z")); // Wednesday 7, Thursday 8, Friday 7
}

#[test]
fn regions_have_holidays_of_their_own() {
    let calendar = shipped();
    let wednesday = [("2026-08-19 08:00", 12, "2026-08-21 12:00")];
    check(&calendar, Some("Ñuble"), &wednesday);
    let elsewhere = [("2026-08-19 08:00", 12, "2026-08-20 12:00")];
    check(&calendar, Some("Maule"), &elsewhere);
    check(&calendar, None, &elsewhere);
    let friday = [("2027-06-04 14:00", 2, "2027-06-08 09:00")];
    check(&calendar, Some("Arica y Parinacota"), &friday);
    check(
        &calendar,
        None,
        &[("2027-06-04 14:00", 2, "2027-06-07 09:00")],
    );
}

/// In winter Magallanes and Aysén are an hour ahead of Santiago.
#[test]
fn regions_have_zones_of_their_own() {
    let calendar = shipped();
    let from = utc("2026-06-10T13:00:00Z");
    let due = |region| calendar.deadline(from, hours(7), region).at;
    assert_eq!(due(None), utc("2026-06-10T20:00:00Z"));
    assert_eq!(due(Some("Magallanes")), utc("2026-06-11T12:00:00Z"));
    assert_eq!(due(Some("Aysén")), utc("2026-06-11T12:00:00Z"));
    let closes = utc("2026-06-10T19:30:00Z");
    assert!(calendar.is_open(closes, None));
    assert!(!calendar.is_open(closes, Some("Magallanes")));
}

#[test]
fn days_off_of_the_office() {
    let mut calendar = shipped();
    let mut off = |date: &str, region: Option<&str>| {
        calendar.days_off.push(DayOff {
            date: date.parse().unwrap(),
            name: "Cierre".to_owned(),
            region: region.map(str::to_owned),
        });
    };
    off("2026-03-10", None);
    off("2026-03-11", Some("Maule"));
    let from = [("2026-03-09 08:00", 9, "2026-03-11 09:00")];
    check(&calendar, None, &from);
    check(
        &calendar,
        Some("Maule"),
        &[("2026-03-09 08:00", 9, "2026-03-12 09:00")],
    );
}

/// Hours that the clock skips never tick, hours that it shows twice tick twice.
#[test]
fn changes_of_the_clock() {
    let calendar = with_blocks(&["0-6 22:00-00:00", "6 00:00-08:00"]);
    let span = |from, to| {
        let instant = |text| calendar.instant(local(text), None);
        calendar.working_time(instant(from), instant(to), None)
    };
    assert_eq!(span("2027-04-03 12:00", "2027-04-04 00:00"), hours(3));
    assert_eq!(span("2026-04-11 12:00", "2026-04-12 00:00"), hours(2));
    assert_eq!(span("2026-09-06 00:00", "2026-09-06 12:00"), hours(7));
    let mut whole = working_days();
    whole.blocks = calendar.blocks.clone();
    let day = |from, to| {
        let instant = |text| whole.instant(local(text), None);
        whole.working_time(instant(from), instant(to), None)
    };
    assert_eq!(day("2026-04-11 00:00", "2026-04-12 00:00"), hours(24));
    assert_eq!(
        day("2026-04-04 00:00", "2026-04-05 00:00"),
        TimeDelta::zero()
    ); // Sábado Santo
    assert_eq!(day("2027-04-03 00:00", "2027-04-04 00:00"), hours(25));
    assert_eq!(day("2026-09-06 00:00", "2026-09-07 00:00"), hours(23));
}

#[test]
fn local_times_that_are_missing_or_double() {
    let calendar = shipped();
    let instant = |text| calendar.instant(local(text), None);
    assert_eq!(instant("2026-09-06 00:00"), utc("2026-09-06T04:00:00Z"));
    assert_eq!(instant("2026-09-06 00:59"), utc("2026-09-06T04:00:00Z"));
    assert_eq!(instant("2026-09-06 01:00"), utc("2026-09-06T04:00:00Z"));
    assert_eq!(instant("2026-04-04 23:30"), utc("2026-04-05T02:30:00Z"));
    assert_eq!(instant("2026-04-05 00:00"), utc("2026-04-05T04:00:00Z"));
    assert_eq!(instant("2026-06-01 12:00"), utc("2026-06-01T16:00:00Z"));
}

#[test]
fn openings() {
    let calendar = shipped();
    let next = |text| {
        let open = calendar.next_open(calendar.instant(local(text), None), None);
        calendar.local(open, None).naive_local()
    };
    let kept = ["2026-03-09 08:00", "2026-03-09 12:00", "2026-03-09 16:00"];
    for text in kept {
        assert_eq!(next(text), local(text));
    }
    assert_eq!(next("2026-03-09 16:01"), local("2026-03-10 08:00"));
    assert_eq!(next("2026-03-06 15:30"), local("2026-03-09 08:00"));
    assert_eq!(next("2026-09-17 18:00"), local("2026-09-21 08:00"));
    assert_eq!(next("2026-03-09 03:00"), local("2026-03-09 08:00"));
}

#[test]
fn closings() {
    let calendar = shipped();
    let lunch = with_blocks(&["0-4 09:00-13:00 14:00-18:00"]);
    for text in ["2026-03-05 08:00", "2026-03-05 16:00", "2026-03-06 15:00"] {
        assert_eq!(
            calendar.closing(local(text), None),
            Closing::Allowed,
            "{text}"
        );
    }
    let refused = [
        (
            &calendar,
            "2026-09-18 12:00",
            "2026-09-17 16:00",
            "2026-09-21 08:00",
        ),
        (
            &calendar,
            "2026-03-06 15:30",
            "2026-03-06 15:00",
            "2026-03-09 08:00",
        ),
        (
            &calendar,
            "2026-03-05 23:59",
            "2026-03-05 16:00",
            "2026-03-06 08:00",
        ),
        (
            &calendar,
            "2026-03-05 16:00:01",
            "2026-03-05 16:00",
            "2026-03-06 08:00",
        ),
        (
            &calendar,
            "2026-03-05 00:00",
            "2026-03-04 16:00",
            "2026-03-05 08:00",
        ),
        (
            &calendar,
            "2027-01-02 10:00",
            "2026-12-31 16:00",
            "2027-01-04 08:00",
        ),
        (
            &lunch,
            "2026-03-05 13:30",
            "2026-03-05 13:00",
            "2026-03-05 14:00",
        ),
    ];
    for (calendar, at, before, after) in refused {
        let (before, after) = (local(before), local(after));
        assert_eq!(
            calendar.closing(local(at), None),
            Closing::Refused { before, after },
            "{at}"
        );
    }
    let nuble = calendar.closing(local("2026-08-20 10:00"), Some("Ñuble"));
    assert_ne!(nuble, Closing::Allowed);
}

/// The blocks rule closings under the reading of whole days too, and midnight may end one.
#[test]
fn closings_of_other_offices() {
    let at = local("2026-03-05 20:00");
    assert_ne!(working_days().closing(at, None), Closing::Allowed);
    let late = with_blocks(&["0-4 20:00-00:00"]);
    assert_eq!(
        late.closing(local("2026-03-06 00:00"), None),
        Closing::Allowed
    );
    assert_eq!(
        late.closing(local("2026-03-07 00:00"), None),
        Closing::Allowed
    );
    let (before, after) = (local("2026-03-07 00:00"), local("2026-03-09 20:00"));
    let sunday = late.closing(local("2026-03-08 12:00"), None);
    assert_eq!(sunday, Closing::Refused { before, after });
}

#[test]
fn every_day_is_explained() {
    let calendar = shipped();
    let from = calendar.instant(local("2026-09-17 15:30"), None);
    let told: Vec<_> = calendar
        .deadline(from, hours(24), None)
        .steps
        .into_iter()
        .map(|s| {
            format!(
                "{} {} {} {}",
                s.date,
                s.used.num_minutes(),
                s.left.num_minutes(),
                s.why
            )
        })
        .collect();
    let expected = [
        "2026-09-17 30 1410 08:00-16:00",
        "2026-09-18 0 1410 Día de la Independencia",
        "2026-09-19 0 1410 Día de las Glorias del Ejército",
        "2026-09-20 0 1410 Sunday",
        "2026-09-21 480 930 08:00-16:00",
        "2026-09-22 480 450 08:00-16:00",
        "2026-09-23 450 0 08:00-16:00",
    ];
    assert_eq!(told, expected);
    let whole = working_days().deadline(from, hours(1), None);
    assert_eq!(whole.steps[0].why, "00:00-24:00");
    let monday = with_blocks(&["0 09:00-13:00 14:00-00:00"]);
    let steps = monday
        .deadline(utc("2026-03-08T12:00:00Z"), hours(15), None)
        .steps;
    let why: Vec<_> = steps.iter().take(3).map(|s| s.why.as_str()).collect();
    assert_eq!(
        why,
        ["Sunday", "09:00-13:00, 14:00-24:00", "no office hours"]
    );
}

#[test]
fn no_time_has_passed_at_once() {
    let calendar = shipped();
    let saturday = utc("2026-03-07T12:00:00Z");
    for nothing in [TimeDelta::zero(), hours(-3)] {
        let deadline = calendar.deadline(saturday, nothing, None);
        assert_eq!((deadline.at, deadline.steps.len()), (saturday, 0));
    }
    let backwards = calendar.working_time(saturday, saturday - hours(100), None);
    assert_eq!(backwards, TimeDelta::zero());
}

/// No search goes on for ever, whatever the calendar and whatever is asked.
#[test]
fn an_empty_calendar_ends() {
    let calendar = never_open();
    let from = utc("2026-03-09T12:00:00Z");
    let deadline = calendar.deadline(from, hours(1), None);
    assert!(deadline.is_out_of_reach());
    assert_eq!(deadline.steps.len(), HORIZON_DAYS);
    assert_eq!(calendar.local(deadline.at, None).time(), NaiveTime::MIN);
    assert_eq!(calendar.next_open(from, None), from);
    let at = local("2026-03-09 12:00");
    let nowhere = Closing::Refused {
        before: at,
        after: at,
    };
    assert_eq!(calendar.closing(at, None), nowhere);
    let far = shipped().deadline(from, TimeDelta::MAX, None);
    assert!(far.is_out_of_reach());
    // At the ends of what can be represented nothing panics.
    let last = DateTime::<Utc>::MAX_UTC;
    assert!(calendar.deadline(last, hours(1), None).at >= last);
    let first = DateTime::<Utc>::MIN_UTC;
    assert!(shipped().deadline(first, hours(1), None).at > first);
}
