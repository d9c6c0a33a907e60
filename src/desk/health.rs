//! How the desk is, as its loops see it: kept in memory, asked by whoever raises alarms.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::{DeskError, World, backup, mask};
pub use crate::judge::Room;
use crate::judge::{Fault, Health, Jump};
use crate::mailbox::MailboxError;
use crate::store::{Books, StoreError};

/// What the loops have seen; clones share it.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Seen>>);

#[derive(Clone, Debug)]
struct Seen {
    counts_from: DateTime<Utc>,
    fetched_at: Option<DateTime<Utc>>,
    fetch: Option<Fault>,
    send: Option<Fault>,
    room: Option<Room>,
    stuck: Vec<String>,
    jump: Option<Jump>,
    /// The clock and the steady time at the last look at both.
    looked: Option<(DateTime<Utc>, TimeDelta)>,
}

impl Pulse {
    /// The desk begins.
    pub fn begin(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(Seen {
            counts_from: now,
            fetched_at: None,
            fetch: None,
            send: None,
            room: None,
            stuck: vec![],
            jump: None,
            looked: None,
        })))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Seen) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The mailbox was looked at.
    pub fn fetched(&self, now: DateTime<Utc>) {
        self.with(|seen| {
            seen.fetched_at = Some(now);
            seen.fetch = None;
        });
    }

    /// The mailbox could not be looked at. A fault of the store is none of the mailbox.
    pub fn not_fetched(&self, error: &DeskError, now: DateTime<Utc>) {
        let DeskError::Mailbox(error) = error else {
            return;
        };
        let refused = matches!(error, MailboxError::Refused(_));
        let words = mask::words(&error.to_string());
        self.with(|seen| seen.fetch = Some(fault(seen.fetch.take(), refused, true, words, now)));
    }

    /// The way out took a mail, or answered.
    pub fn reached(&self) {
        self.with(|seen| seen.send = None);
    }

    /// The way out did not answer, or refused the login.
    pub fn not_reached(&self, refusal: Option<&str>, now: DateTime<Utc>) {
        let (refused, words) = (refusal.is_some(), mask::words(refusal.unwrap_or_default()));
        self.with(|seen| seen.send = Some(fault(seen.send.take(), refused, refused, words, now)));
    }

    /// How much room there is on the disk.
    pub fn room(&self, room: Option<Room>) {
        self.with(|seen| seen.room = room);
    }

    /// Which loops do not turn.
    pub fn stuck(&self, loops: Vec<String>) {
        self.with(|seen| seen.stuck = loops);
    }

    /// Looks at the clock and at the steady time. Returns how far the clock has jumped since the
    /// last look, where that is `limit` or more; silence is counted anew then.
    pub fn tick(
        &self,
        now: DateTime<Utc>,
        steady: TimeDelta,
        limit: TimeDelta,
    ) -> Option<TimeDelta> {
        self.with(|seen| {
            let before = seen.looked.replace((now, steady));
            let (then, steady_then) = before?;
            let by = (now - then) - (steady - steady_then);
            if by.abs() < limit {
                return None;
            }
            let off = seen.jump.map_or(by, |jump| jump.off + by);
            seen.jump = Some(Jump { at: now, off });
            seen.counts_from = now;
            seen.fetched_at = seen.fetched_at.map(|at| at.min(now));
            Some(by)
        })
    }

    /// When the mailbox was last looked at.
    pub fn fetched_at(&self) -> Option<DateTime<Utc>> {
        self.with(|seen| seen.fetched_at)
    }

    /// What the loops have seen, and nothing of what the store knows.
    pub fn health(&self) -> Health {
        self.with(|seen| Health {
            counts_from: seen.counts_from,
            fetched_at: seen.fetched_at,
            sent_at: None,
            fetch: seen.fetch.clone(),
            send: seen.send.clone(),
            undecided: Default::default(),
            unsent: Default::default(),
            room: seen.room,
            backed_up_at: None,
            jump: seen.jump,
            stuck: seen.stuck.clone(),
            reported: vec![],
        })
    }
}

/// The same fault goes on since it was first seen.
fn fault(
    before: Option<Fault>,
    refused: bool,
    reached: bool,
    words: String,
    now: DateTime<Utc>,
) -> Fault {
    let since = before
        .filter(|before| before.refused == refused)
        .map_or(now, |before| before.since);
    Fault {
        refused,
        reached,
        since,
        words,
    }
}

/// Adds what the store knows.
pub(super) fn complete(
    mut health: Health,
    (books, world): (&Books<'_>, &World),
    now: DateTime<Utc>,
) -> Result<Health, StoreError> {
    health.sent_at = books.last_sent()?;
    health.undecided = books.undecided()?;
    health.unsent = books.unsent(now)?;
    health.backed_up_at = backup::good_since(books, world)?;
    health.reported = books.reported_troubles(now)?;
    if let Some(fault) = health.send.as_mut().filter(|f| f.words.is_empty()) {
        fault.words = mask::words(&books.last_excuse()?);
    }
    Ok(health)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
    }

    #[test]
    fn a_clock_that_goes_with_the_time_has_not_jumped() {
        let pulse = Pulse::begin(at(0));
        let limit = TimeDelta::minutes(5);
        for minute in 0..100 {
            let steady = TimeDelta::minutes(minute);
            assert_eq!(pulse.tick(at(minute), steady, limit), None);
        }
        assert_eq!(pulse.health().jump, None);
    }

    #[test]
    fn a_jump_and_the_way_back_are_seen() {
        let pulse = Pulse::begin(at(0));
        let (limit, minutes) = (TimeDelta::minutes(5), TimeDelta::minutes);
        assert_eq!(pulse.tick(at(0), minutes(0), limit), None);
        pulse.fetched(at(0));
        assert_eq!(pulse.tick(at(181), minutes(1), limit), Some(minutes(180)));
        assert_eq!(pulse.health().counts_from, at(181));
        pulse.fetched(at(181));
        assert_eq!(pulse.tick(at(2), minutes(2), limit), Some(minutes(-180)));
        let health = pulse.health();
        assert_eq!(health.jump.unwrap().off, minutes(0));
        // What was done by the wrong clock is not later than now.
        assert_eq!(health.fetched_at, Some(at(2)));
    }

    #[test]
    fn a_fault_counts_from_when_it_was_first_seen() {
        let pulse = Pulse::begin(at(0));
        let refused = DeskError::Mailbox(MailboxError::Refused("no".into()));
        pulse.not_fetched(&refused, at(1));
        pulse.not_fetched(&refused, at(9));
        let fault = pulse.health().fetch.unwrap();
        assert!(fault.refused && fault.since == at(1));
        pulse.not_fetched(&DeskError::NoContents, at(10));
        assert!(pulse.health().fetch.is_some());
        pulse.fetched(at(11));
        assert_eq!(pulse.health().fetch, None);
    }
}
