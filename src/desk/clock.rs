//! The one place where time is read.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Where steady time counts from.
static BEGAN: OnceLock<Instant> = OnceLock::new();

/// A clock.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    Real,
    /// One that a simulation sets.
    Simulated(Arc<Mutex<Played>>),
}

/// How a simulated clock stands.
#[derive(Clone, Copy, Debug)]
pub struct Played {
    at: DateTime<Utc>,
    /// How much of that no time has passed for.
    jumped: TimeDelta,
}

impl Clock {
    /// A simulated clock that stands at `at`.
    pub fn simulated(at: DateTime<Utc>) -> Self {
        let jumped = TimeDelta::zero();
        Self::Simulated(Arc::new(Mutex::new(Played { at, jumped })))
    }

    /// Now, to the microsecond, as times are stored: what is due at a moment that was read here is
    /// neither found before it has come nor missed when it has.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place where time is read"
            )]
            Self::Real => Utc::now(),
            Self::Simulated(played) => lock(played).at,
        };
        now.trunc_subsecs(6)
    }

    /// The time that has passed since some moment, whatever the clock was set to meanwhile. What
    /// the machine slept may be missing in it.
    pub fn steady(&self) -> TimeDelta {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where time is read"
        )]
        let began = *BEGAN.get_or_init(Instant::now);
        match self {
            Self::Real => TimeDelta::from_std(began.elapsed()).unwrap_or(TimeDelta::MAX),
            Self::Simulated(played) => {
                let Played { at, jumped } = *lock(played);
                at - DateTime::<Utc>::UNIX_EPOCH - jumped
            }
        }
    }

    /// Sets a simulated clock; a real one goes on.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Simulated(played) = self {
            lock(played).at = to;
        }
    }

    /// Sets a simulated clock forward or back without any time having passed.
    pub fn jump(&self, by: TimeDelta) {
        if let Self::Simulated(played) = self {
            let mut played = lock(played);
            played.at += by;
            played.jumped += by;
        }
    }
}

fn lock(played: &Mutex<Played>) -> MutexGuard<'_, Played> {
    played.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_that_is_stored_is_the_one_that_was_read() {
        let at = DateTime::from_timestamp_nanos(1_815_836_781_267_333_999);
        let clock = Clock::simulated(at);
        for now in [clock.now(), Clock::Real.now()] {
            let stored = DateTime::from_timestamp_micros(now.timestamp_micros());
            assert_eq!(stored, Some(now));
        }
    }
}
