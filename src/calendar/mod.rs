//! Working hours: office hours, holidays, zones, deadlines. Pure: `now` is always an argument.
//!
//! Lives here: what a working hour is and what follows from it. May not live here: requests, mails,
//! the clock, files.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// The two readings of "horas hábiles".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Only the blocks of office hours tick.
    Office,
    /// All 24 hours of a working day tick (Ley 19.880, art. 25).
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The zone of the office.
    pub zone: Tz,
    /// What ticks on a working day.
    pub hours: Hours,
    /// Office hours (several blocks a day, ascending) by weekday from Monday = 0. A closing hour of a
    /// call must fall within them under either reading.
    pub blocks: BTreeMap<u8, Vec<(NaiveTime, NaiveTime)>>,
    /// Public holidays.
    pub holidays: Holidays,
    /// One-off days.
    pub days_off: Vec<DayOff>,
    /// Regions that differ, by name.
    pub regions: BTreeMap<String, RegionRules>,
}

/// A deadline and how it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The instant.
    pub at: DateTime<Utc>,
    /// Day by day, why.
    pub steps: Vec<DeadlineStep>,
}

/// One line of the explanation of a [`Deadline`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineStep {
    /// The local day.
    pub date: NaiveDate,
    /// Working time of that day that was used; zero on a day off.
    pub used: TimeDelta,
    /// What is left after it.
    pub left: TimeDelta,
    /// "08:00-16:00", or why the day does not count ("Sunday", the holiday's name).
    pub why: String,
}

/// Whether a call may close at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It may.
    Allowed,
    /// It may not; the nearest times that are allowed.
    Refused {
        /// The last one before.
        before: NaiveDateTime,
        /// The first one after.
        after: NaiveDateTime,
    },
}

impl Calendar {
    /// When `hours` of working time have passed since `from`, for people of the region.
    pub fn deadline(
        &self,
        from: DateTime<Utc>,
        hours: TimeDelta,
        region: Option<&str>,
    ) -> Deadline {
        let _ = (hours, region);
        Deadline {
            at: from,
            steps: vec![],
        }
    }

    /// The working time between two instants; zero where `to` is not after `from`.
    pub fn working_time(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        region: Option<&str>,
    ) -> TimeDelta {
        let _ = region;
        to - from
    }

    /// Whether an instant lies within office hours (the blocks, under either reading).
    pub fn is_open(&self, at: DateTime<Utc>, region: Option<&str>) -> bool {
        let _ = (at, region);
        true
    }

    /// The instant itself where it lies within office hours, else the next opening.
    pub fn next_open(&self, at: DateTime<Utc>, region: Option<&str>) -> DateTime<Utc> {
        let _ = region;
        at
    }

    /// Whether a day is a working day.
    pub fn is_working_day(&self, date: NaiveDate, region: Option<&str>) -> bool {
        let _ = (date, region);
        true
    }

    /// The local time of an instant, in the region's zone.
    pub fn local(&self, at: DateTime<Utc>, region: Option<&str>) -> DateTime<Tz> {
        let _ = region;
        at.with_timezone(&self.zone)
    }

    /// Whether a call may close at this local time.
    pub fn closing(&self, at: NaiveDateTime, region: Option<&str>) -> Closing {
        let _ = (at, region);
        Closing::Allowed
    }
}
