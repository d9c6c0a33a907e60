//! Working hours: office hours, holidays, zones, deadlines. Pure: `now` is always an argument.
//!
//! Lives here: what a working hour is and what follows from it. May not live here: requests, mails,
//! the clock, files.
//!
//! Every answer rests on one sentence: **an instant ticks if the wall clock of the region then
//! shows a time that ticks on a day that works**. So an hour that the clock skips (Santiago, the
//! first hour of 2026-09-06) never ticks, one that it shows twice (23:00 to 24:00 on 2026-04-04)
//! ticks twice where it ticks at all, and a working day of the reading [`Hours::WorkingDays`] has
//! 23, 24 or 25 hours. Adding and measuring share that rule, hence undo each other to the
//! nanosecond.

mod closing;
mod days;
mod deadline;
mod holidays;
mod hours;
mod solstice;

pub use closing::Closing;
pub use deadline::{Deadline, DeadlineStep};
pub use holidays::{PublicHoliday, chile_holiday, chile_holidays};

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

/// How far any search looks for working hours, in days: ten years. Without this bound an office
/// whose calendar is empty would be searched for ever.
pub const HORIZON_DAYS: usize = 3_653;

/// The two readings of "horas hábiles".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Only the blocks of office hours tick.
    Office,
    /// All the hours of a working day tick, from local midnight to local midnight (Ley 19.880,
    /// art. 25).
    WorkingDays,
}

/// A day off that no law computes: elections, mourning, a closure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOff {
    /// The day.
    pub date: NaiveDate,
    /// Its name.
    pub name: String,
    /// Where it holds; none: everywhere.
    pub region: Option<String>,
}

/// What differs in a region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionRules {
    /// Its zone, where it has one of its own.
    pub zone: Option<Tz>,
    /// Holidays of each year: month, day, name.
    pub holidays: Vec<(u32, u32, String)>,
}

/// Whose public holidays hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holidays {
    /// Chile's, by its laws.
    Chile,
    /// None but the days off of the configuration.
    None,
}

/// The calendar of an office.
///
/// A day works unless it is a holiday, a day off, or a Saturday or Sunday on which the office keeps
/// no hours. In every method a region that is not in [`Calendar::regions`] follows the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The zone of the office.
    pub zone: Tz,
    /// What ticks on a working day.
    pub hours: Hours,
    /// Office hours (several blocks a day, ascending) by weekday from Monday = 0. A block that ends
    /// at 00:00 ends with the day; one that ends before it begins is empty. A closing hour of a
    /// call must fall within them under either reading.
    pub blocks: BTreeMap<u8, Vec<(NaiveTime, NaiveTime)>>,
    /// Public holidays.
    pub holidays: Holidays,
    /// One-off days.
    pub days_off: Vec<DayOff>,
    /// Regions that differ, by name.
    pub regions: BTreeMap<String, RegionRules>,
}
