//! Deadlines: adding working time to an instant, and measuring it between two.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::days::LocalDays;
use super::{Calendar, HORIZON_DAYS};

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

impl Deadline {
    /// Whether the time could not be found within [`HORIZON_DAYS`]; then `at` is merely where the
    /// search ended.
    pub fn is_out_of_reach(&self) -> bool {
        self.steps
            .last()
            .is_some_and(|s| s.left > TimeDelta::zero())
    }
}

impl Calendar {
    /// When `hours` of working time have passed since `from`, for people of the region.
    ///
    /// Time that ends with a block ends there (Friday 15:00), not at the next opening. No time, or
    /// a negative one, has passed at once: `from`, without steps. Where [`HORIZON_DAYS`] do not
    /// hold so much working time, `at` is the end of that search and `left` of the last step says
    /// how much is missing ([`Deadline::is_out_of_reach`]).
    pub fn deadline(
        &self,
        from: DateTime<Utc>,
        hours: TimeDelta,
        region: Option<&str>,
    ) -> Deadline {
        let days = LocalDays::new(self, region);
        let mut found = Deadline {
            at: from,
            steps: vec![],
        };
        let mut left = hours;
        for date in days.date_of(from).iter_days().take(HORIZON_DAYS) {
            if left <= TimeDelta::zero() {
                break;
            }
            let before = left;
            for (start, end) in days.spans(date, self.hours) {
                let start = start.max(from);
                let used = left.min(end - start).max(TimeDelta::zero());
                if used > TimeDelta::zero() {
                    left -= used;
                    found.at = start + used;
                }
            }
            found.steps.push(DeadlineStep {
                date,
                used: before - left,
                left,
                why: days.why(date, self.hours).into_owned(),
            });
        }
        if left > TimeDelta::zero()
            && let Some(next) = found.steps.last().and_then(|step| step.date.succ_opt())
        {
            found.at = days.instant(next.and_time(NaiveTime::MIN));
        }
        found
    }

    /// The working time between two instants; zero where `to` is not after `from`.
    pub fn working_time(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        region: Option<&str>,
    ) -> TimeDelta {
        let days = LocalDays::new(self, region);
        let last = days.date_of(to);
        days.date_of(from)
            .iter_days()
            .take_while(|date| *date <= last)
            .flat_map(|date| days.spans(date, self.hours))
            .map(|(start, end)| end.min(to) - start.max(from))
            .filter(|span| *span > TimeDelta::zero())
            .sum()
    }
}
