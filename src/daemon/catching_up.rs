//! After downtime, the answers that lie in the mailbox come before reminders and breaches.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// A mailbox that cannot be reached does not hold reminders back longer than this.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// Whether the desk still works off what came while it was down; clones share it.
#[derive(Clone, Debug)]
pub struct CatchingUp {
    looked: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
    /// When something last came, in seconds since 1970; at first, when the desk began.
    last: Arc<AtomicI64>,
}

impl CatchingUp {
    /// The desk begins.
    pub fn begin(now: DateTime<Utc>) -> Self {
        Self {
            looked: Arc::default(),
            over: Arc::default(),
            last: Arc::new(AtomicI64::new(now.timestamp())),
        }
    }

    /// The clock has jumped: what came meanwhile is worked off first.
    pub fn again(&self, now: DateTime<Utc>) {
        self.last.store(now.timestamp(), Ordering::SeqCst);
        self.looked.store(false, Ordering::SeqCst);
        self.over.store(false, Ordering::SeqCst);
    }

    /// The mailbox was looked at, and all that lies in it is stored.
    pub fn looked(&self) {
        self.looked.store(true, Ordering::SeqCst);
    }

    /// Whether it was.
    pub fn has_looked(&self) -> bool {
        self.looked.load(Ordering::SeqCst)
    }

    /// A mail came: the mailbox is within reach.
    pub fn arrived(&self, now: DateTime<Utc>) {
        self.last.store(now.timestamp(), Ordering::SeqCst);
    }

    /// Whether requests may be woken: once all that was found is decided, or after ten minutes in
    /// which nothing came.
    pub fn is_over(&self, all_decided: bool, now: DateTime<Utc>) -> bool {
        let waited = now.timestamp() - self.last.load(Ordering::SeqCst);
        if all_decided || waited > PATIENCE.num_seconds() {
            self.over.store(true, Ordering::SeqCst);
        }
        self.over.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_when_all_is_decided_and_does_not_begin_again() {
        let begin = DateTime::<Utc>::default();
        let state = CatchingUp::begin(begin);
        assert!(!state.is_over(false, begin));
        assert!(!state.has_looked());
        state.looked();
        assert!(state.has_looked() && !state.is_over(false, begin));
        assert!(state.is_over(true, begin));
        assert!(state.is_over(false, begin));
    }

    #[test]
    fn a_mailbox_out_of_reach_does_not_hold_back_for_ever() {
        let begin = DateTime::<Utc>::default();
        let state = CatchingUp::begin(begin);
        let minutes = |n| begin + TimeDelta::minutes(n);
        assert!(!state.is_over(false, minutes(9)));
        state.arrived(minutes(9));
        assert!(!state.is_over(false, minutes(18)));
        assert!(state.is_over(false, minutes(20)));
    }
}
