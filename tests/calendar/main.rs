//! The calendar: facts, known cases, properties.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod cases;
mod golden;
mod properties;

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use mesad::calendar::{Calendar, Holidays, Hours};

/// The calendar that ships.
fn shipped() -> Calendar {
    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
        let files = mesad::config::shipped();
        (*mesad::config::load(&files).unwrap().calendar).clone()
    });
    CALENDAR.clone()
}

/// "2026-09-17 15:30" or with seconds.
fn local(text: &str) -> NaiveDateTime {
    let with_seconds = format!("{text}:00");
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
        .or_else(|_| NaiveDateTime::parse_from_str(&with_seconds, "%Y-%m-%d %H:%M:%S"))
        .unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}

/// "08:00".
fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

/// That calendar with these hours: "0-4 09:00-13:00 14:00-18:00", days from Monday = 0.
fn with_blocks(lines: &[&str]) -> Calendar {
    let mut calendar = shipped();
    calendar.blocks.clear();
    for line in lines {
        let (days, blocks) = line.split_once(' ').unwrap();
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let blocks: Vec<_> = blocks
            .split(' ')
            .map(|block| block.split_once('-').unwrap())
            .map(|(start, end)| (time(start), time(end)))
            .collect();
        for day in first.parse::<u8>().unwrap()..=last.parse::<u8>().unwrap() {
            calendar.blocks.insert(day, blocks.clone());
        }
    }
    calendar
}

fn working_days() -> Calendar {
    Calendar {
        hours: Hours::WorkingDays,
        ..shipped()
    }
}

/// An office with no hours at all.
fn never_open() -> Calendar {
    Calendar {
        holidays: Holidays::None,
        ..with_blocks(&[])
    }
}
