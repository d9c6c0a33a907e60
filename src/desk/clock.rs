//! The one place where time is read.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// Where steady time counts from.
static BEGAN: OnceLock<Instant> = OnceLock::new();

/// A clock.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    Real,
    /// One that a simulation sets.
    Simulated(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A simulated clock that stands at `at`.
    pub fn simulated(at: DateTime<Utc>) -> Self {
        Self::Simulated(Arc::new(Mutex::new(at)))
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place where time is read"
            )]
            Self::Real => Utc::now(),
            Self::Simulated(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
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
            Self::Simulated(_) => self.now() - DateTime::<Utc>::UNIX_EPOCH,
        }
    }

    /// Sets a simulated clock; a real one goes on.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Self::Simulated(at) = self {
            *at.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}
