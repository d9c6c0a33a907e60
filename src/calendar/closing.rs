//! Closing times of a call: the systems that close it are watched only within office hours.

use chrono::NaiveDateTime;

use super::days::{LocalDays, civil_span};
use super::{Calendar, HORIZON_DAYS};

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
    /// Whether a call may close at this local time: within a block of a working day, both ends
    /// included, under either reading of hours.
    ///
    /// Where no time is allowed within [`HORIZON_DAYS`] before or after, that one is the time asked
    /// for.
    pub fn closing(&self, at: NaiveDateTime, region: Option<&str>) -> Closing {
        let days = LocalDays::new(self, region);
        let blocks = |date| {
            let blocks = match days.day_off(date) {
                Some(_) => &[],
                None => days.blocks(date),
            };
            blocks
                .iter()
                .filter_map(move |block| civil_span(date, *block))
        };
        // The day before: its last block may end at midnight.
        let from = at.date().pred_opt().unwrap_or(at.date());
        let around = || from.iter_days().take(2).flat_map(blocks);
        if around().any(|(start, end)| start <= at && at <= end) {
            return Closing::Allowed;
        }
        let backwards = std::iter::successors(Some(at.date()), |date| date.pred_opt());
        let before = backwards
            .take(HORIZON_DAYS)
            .find_map(|date| blocks(date).map(|(_, end)| end).filter(|e| *e < at).max());
        let after = at
            .date()
            .iter_days()
            .take(HORIZON_DAYS)
            .find_map(|date| blocks(date).map(|(start, _)| start).find(|s| *s > at));
        Closing::Refused {
            before: before.unwrap_or(at),
            after: after.unwrap_or(at),
        }
    }
}
