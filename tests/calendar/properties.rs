//! What holds for every calendar, instant and time, also where the clock is changed.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use mesad::calendar::{Calendar, Closing, DayOff, Hours};
use proptest::prelude::*;

use crate::{shipped, with_blocks, working_days};

const REGIONS: [Option<&str>; 5] = [
    None,
    Some("Ñuble"),
    Some("Arica y Parinacota"),
    Some("Magallanes"),
    Some("Maule"),
];

/// Instants at which Santiago changes its clock, some on days that the calendars below work.
const CHANGES: [&str; 5] = [
    "2026-04-05T03:00:00Z",
    "2026-09-06T04:00:00Z",
    "2027-04-04T03:00:00Z",
    "2027-09-05T04:00:00Z",
    "2023-09-03T04:00:00Z",
];

fn calendars() -> Vec<Calendar> {
    let always = with_blocks(&["0-6 00:00-06:30 22:15-00:00"]);
    let mut whole = always.clone();
    whole.hours = Hours::WorkingDays;
    vec![
        shipped(),
        working_days(),
        with_blocks(&["0-4 09:00-13:00 14:00-18:00"]),
        with_blocks(&["5-6 00:15-23:45"]),
        always,
        whole,
    ]
}

/// A calendar, with some days off, and a region.
fn office() -> impl Strategy<Value = (Calendar, Option<&'static str>)> {
    let off = prop::collection::vec(
        (0..5_844_i64, prop::sample::select(REGIONS.to_vec())),
        0..40,
    );
    (
        prop::sample::select(calendars()),
        off,
        prop::sample::select(REGIONS.to_vec()),
    )
        .prop_map(|(mut calendar, off, region)| {
            let first = "2020-01-01".parse::<chrono::NaiveDate>().unwrap();
            calendar.days_off = off
                .into_iter()
                .map(|(days, region)| DayOff {
                    date: first + TimeDelta::days(days),
                    name: "Cierre".to_owned(),
                    region: region.map(str::to_owned),
                })
                .collect();
            (calendar, region)
        })
}

/// Any minute of 2020 to 2035, often one near a change of the clock.
fn minute() -> impl Strategy<Value = DateTime<Utc>> {
    let first = "2020-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let anywhere = (0..8_415_360_i64).prop_map(move |m| first + TimeDelta::minutes(m));
    let near = (prop::sample::select(CHANGES.to_vec()), -3_000..3_000_i64)
        .prop_map(|(at, m)| at.parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(m));
    prop_oneof![anywhere, near]
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (minute(), 0..60_000_i64).prop_map(|(at, ms)| at + TimeDelta::milliseconds(ms))
}

/// Up to some 60 working hours, by milliseconds.
fn working() -> impl Strategy<Value = TimeDelta> {
    (1..216_000_000_i64).prop_map(TimeDelta::milliseconds)
}

/// A calendar, a region, an instant.
#[derive(Clone, Debug)]
struct Case {
    calendar: Calendar,
    region: Option<&'static str>,
    at: DateTime<Utc>,
}

fn case() -> impl Strategy<Value = Case> {
    on(instant())
}

fn case_at_a_minute() -> impl Strategy<Value = Case> {
    on(minute())
}

fn on(at: impl Strategy<Value = DateTime<Utc>>) -> impl Strategy<Value = Case> {
    (office(), at).prop_map(|((calendar, region), at)| Case {
        calendar,
        region,
        at,
    })
}

impl Case {
    fn due(&self, from: DateTime<Utc>, time: TimeDelta) -> DateTime<Utc> {
        self.calendar.deadline(from, time, self.region).at
    }

    fn measured(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        self.calendar.working_time(from, to, self.region)
    }

    fn ticks(&self, at: DateTime<Utc>, hours: Hours) -> bool {
        ticks(&self.calendar, at, self.region, hours)
    }
}

/// Whether an instant ticks, read from the wall clock alone: another way to the same answer.
fn ticks(calendar: &Calendar, at: DateTime<Utc>, region: Option<&str>, hours: Hours) -> bool {
    let wall = calendar.local(at, region).naive_local();
    let blocks = match hours {
        Hours::Office => blocks_of(calendar, wall),
        Hours::WorkingDays => vec![(NaiveTime::MIN, NaiveTime::MIN)],
    };
    calendar.is_working_day(wall.date(), region)
        && blocks
            .into_iter()
            .any(|(start, end)| start <= wall.time() && (wall.time() < end || is_midnight(end)))
}

fn blocks_of(calendar: &Calendar, wall: NaiveDateTime) -> Vec<(NaiveTime, NaiveTime)> {
    use chrono::Datelike;
    let weekday = u8::try_from(wall.weekday().num_days_from_monday()).unwrap();
    calendar.blocks.get(&weekday).cloned().unwrap_or_default()
}

fn is_midnight(time: NaiveTime) -> bool {
    time.num_seconds_from_midnight() == 0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn adding_then_measuring_gives_it_back(case in case(), time in working()) {
        let due = case.calendar.deadline(case.at, time, case.region);
        prop_assert!(!due.is_out_of_reach());
        prop_assert_eq!(case.measured(case.at, due.at), time);
    }

    #[test]
    fn a_deadline_never_ends_outside_hours(case in case(), time in working()) {
        let due = case.due(case.at, time);
        // what was counted last, since a block's end belongs to what is before it
        prop_assert!(case.ticks(due - TimeDelta::nanoseconds(1), case.calendar.hours));
        if case.calendar.hours == Hours::Office {
            prop_assert!(case.calendar.is_open(due, case.region));
        }
    }

    #[test]
    fn later_gives_later(case in case(), by in 0..100_000_000_i64, time in working()) {
        let later = case.at + TimeDelta::milliseconds(by);
        prop_assert!(case.due(case.at, time) <= case.due(later, time));
    }

    #[test]
    fn more_gives_later(case in case(), time in working(), more in working()) {
        prop_assert!(case.due(case.at, time) < case.due(case.at, time + more));
    }

    #[test]
    fn parts_add_up(case in case(), first in working(), second in working()) {
        let middle = case.due(case.at, first);
        let end = case.due(middle, second);
        prop_assert_eq!(end, case.due(case.at, first + second));
        let parts = case.measured(case.at, middle) + case.measured(middle, end);
        prop_assert_eq!(case.measured(case.at, end), parts);
    }

    #[test]
    fn steps_tell_the_whole_story(case in case(), time in working()) {
        let (calendar, region) = (&case.calendar, case.region);
        let due = calendar.deadline(case.at, time, region);
        let mut left = time;
        let mut date = calendar.local(case.at, region).date_naive();
        for step in &due.steps {
            left -= step.used;
            prop_assert_eq!((step.date, step.left), (date, left));
            if let Some(reason) = calendar.day_off(date, region) {
                prop_assert_eq!((step.why.as_str(), step.used), (reason, TimeDelta::zero()));
            }
            date = date.succ_opt().unwrap();
        }
        prop_assert_eq!(left, TimeDelta::zero());
        let last = due.steps.last().unwrap();
        let end = calendar.local(due.at - TimeDelta::nanoseconds(1), region);
        prop_assert_eq!(last.date, end.date_naive());
    }

    #[test]
    fn the_next_opening_is_open_and_the_first(case in case_at_a_minute()) {
        let open = case.calendar.next_open(case.at, case.region);
        prop_assert!(open >= case.at && case.calendar.is_open(open, case.region));
        prop_assert_eq!(open == case.at, case.calendar.is_open(case.at, case.region));
        let mut between = case.at;
        while between < open {
            prop_assert!(!case.ticks(between, Hours::Office));
            between += TimeDelta::minutes(1);
        }
    }

    #[test]
    fn refused_closings_name_the_nearest(case in case_at_a_minute()) {
        let at = case.at.naive_utc();
        let closing = |at| case.calendar.closing(at, case.region);
        if let Closing::Refused { before, after } = closing(at) {
            prop_assert!(before < at && at < after);
            prop_assert_eq!(closing(before), Closing::Allowed);
            prop_assert_eq!(closing(after), Closing::Allowed);
            for between in [before + TimeDelta::minutes(1), after - TimeDelta::minutes(1)] {
                prop_assert_eq!(closing(between), Closing::Refused { before, after });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Minute by minute on the wall clock.
    #[test]
    fn measuring_is_counting(case in case_at_a_minute(), minutes in 0..15_000_i64) {
        let counted = (0..minutes)
            .filter(|m| case.ticks(case.at + TimeDelta::minutes(*m), case.calendar.hours))
            .count();
        let to = case.at + TimeDelta::minutes(minutes);
        let expected = TimeDelta::minutes(i64::try_from(counted).unwrap());
        prop_assert_eq!(case.measured(case.at, to), expected);
    }
}
