//! A request's hours: how many have passed, and when the answer is due.

use chrono::{DateTime, TimeDelta, Utc};

use super::Request;
use crate::office::Office;

impl Request {
    /// Whether the clock stands still.
    pub fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|p| p.until.is_none())
    }

    /// When `percent` of its hours have passed; a pause that goes on counts up to `now`.
    pub fn at_percent(&self, percent: u8, office: &Office, now: DateTime<Utc>) -> DateTime<Utc> {
        let region = self.clock_region(office);
        let calendar = &office.calendar;
        let paused: TimeDelta = self
            .pauses
            .iter()
            .map(|p| calendar.working_time(p.from, p.until.unwrap_or(now), region))
            .fold(TimeDelta::zero(), |sum, pause| sum + pause);
        let seconds = i64::from(self.procedure.hours) * 36 * i64::from(percent);
        calendar
            .deadline(self.opened_at, TimeDelta::seconds(seconds) + paused, region)
            .at
    }

    /// When the answer is due; none while the clock stands still.
    pub fn deadline(&self, office: &Office, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.is_paused() {
            None
        } else {
            Some(self.at_percent(100, office, now))
        }
    }
}
