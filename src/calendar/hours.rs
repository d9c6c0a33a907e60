//! Whether the office works: days, openings, local time.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::days::LocalDays;
use super::{Calendar, HORIZON_DAYS, Hours};

impl Calendar {
    /// Whether an instant lies within office hours (the blocks, under either reading). Both ends of
    /// a block belong to it, so that a deadline, which may be the very end of one, is still open.
    pub fn is_open(&self, at: DateTime<Utc>, region: Option<&str>) -> bool {
        let days = LocalDays::new(self, region);
        let today = days.date_of(at);
        // A block that ends at midnight ends at the first instant of the next day.
        [Some(today), today.pred_opt()]
            .into_iter()
            .flatten()
            .flat_map(|date| days.spans(date, Hours::Office))
            .any(|(start, end)| start <= at && at <= end)
    }

    /// The instant itself where it lies within office hours, else the next opening. Where the
    /// office does not open within [`HORIZON_DAYS`], the instant itself: waiting would be for ever.
    pub fn next_open(&self, at: DateTime<Utc>, region: Option<&str>) -> DateTime<Utc> {
        if self.is_open(at, region) {
            return at;
        }
        let days = LocalDays::new(self, region);
        days.date_of(at)
            .iter_days()
            .take(HORIZON_DAYS)
            .flat_map(|date| days.spans(date, Hours::Office))
            .map(|(start, _)| start)
            .find(|start| *start >= at)
            .unwrap_or(at)
    }

    /// Whether a day is a working day.
    pub fn is_working_day(&self, date: NaiveDate, region: Option<&str>) -> bool {
        self.day_off(date, region).is_none()
    }

    /// Why a day is no working day: the holiday's name, or the weekday's; none: it is one.
    pub fn day_off<'a>(&'a self, date: NaiveDate, region: Option<&'a str>) -> Option<&'a str> {
        LocalDays::new(self, region).day_off(date)
    }

    /// The local time of an instant, in the region's zone.
    pub fn local(&self, at: DateTime<Utc>, region: Option<&str>) -> DateTime<Tz> {
        at.with_timezone(&LocalDays::new(self, region).zone)
    }

    /// The instant of a local time in the region's zone. Of a time that the clock shows twice, the
    /// first; of one that it leaps over, the leap.
    pub fn instant(&self, local: NaiveDateTime, region: Option<&str>) -> DateTime<Utc> {
        LocalDays::new(self, region).instant(local)
    }
}
