//! How long the calendar takes. A desk asks for a deadline several times for each mail.

#![allow(clippy::unwrap_used, reason = "a benchmark may fail")]

use chrono::{DateTime, TimeDelta, Utc};
use mesad::calendar::{Calendar, Hours, chile_holidays};

fn main() {
    divan::main();
}

fn shipped() -> Calendar {
    let files = mesad::config::shipped();
    (*mesad::config::load(&files).unwrap().calendar).clone()
}

fn from() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_789_669_800) // 2026-09-17 15:30 in Santiago
}

#[divan::bench(args = [8, 24, 240])]
fn deadline_office(bencher: divan::Bencher, hours: i64) {
    let calendar = shipped();
    bencher.bench(|| calendar.deadline(from(), TimeDelta::hours(hours), None));
}

#[divan::bench(args = [24, 240])]
fn deadline_working_days(bencher: divan::Bencher, hours: i64) {
    let mut calendar = shipped();
    calendar.hours = Hours::WorkingDays;
    bencher.bench(|| calendar.deadline(from(), TimeDelta::hours(hours), Some("Magallanes")));
}

/// The worst that may be asked: no working hour in ten years.
#[divan::bench]
fn deadline_never(bencher: divan::Bencher) {
    let mut calendar = shipped();
    calendar.blocks.clear();
    bencher.bench(|| calendar.deadline(from(), TimeDelta::hours(1), None));
}

#[divan::bench(args = [7, 365])]
fn working_time(bencher: divan::Bencher, days: i64) {
    let calendar = shipped();
    bencher.bench(|| calendar.working_time(from(), from() + TimeDelta::days(days), None));
}

#[divan::bench]
fn holidays_of_a_year() -> usize {
    chile_holidays(divan::black_box(2026)).len()
}
