//! What a clock that jumped has put in the wrong place is put right.

use chrono::{DateTime, TimeDelta, Utc};

use super::world::{DeskError, World};
use crate::store::{Books, StoreError};

/// When the clock was last seen to be one that may be wrong.
const DOUBTED: &str = "clock-doubted";
/// After such a pause nobody can tell whether it was one, or the clock is ahead.
const LONG_PAUSE: TimeDelta = TimeDelta::days(7);
/// For so long nothing rests on such a clock that could not be undone.
const REST: TimeDelta = TimeDelta::days(3);

/// The clock has jumped by so much. What was due at once by a clock that was ahead is due now, and
/// every open request reckons its next wake-up anew: nothing that is done is done again, since each
/// request remembers what it has told. What recurs goes on from today.
///
/// # Errors
/// The store failed.
pub fn happened(world: &World, by: TimeDelta) -> Result<(), DeskError> {
    let now = world.clock.now();
    tracing::warn!(
        event = "clock-jumped",
        minutes = by.num_minutes(),
        "the clock jumped"
    );
    doubted(world)?;
    if by >= TimeDelta::zero() {
        return Ok(());
    }
    let (notices, requests, marks) = world.store.transact(move |books| {
        let notices = books.bring_notices_back(now)?;
        let requests = books.look_at_all(now)?;
        let marks = books.bring_marks_back(now)?;
        Ok::<_, DeskError>((notices, requests, marks))
    })?;
    tracing::warn!(
        notices,
        requests,
        marks,
        "brought back to the clock as it is now"
    );
    Ok(())
}

/// A difference from which on it is a jump.
pub fn limit(world: &World) -> TimeDelta {
    TimeDelta::minutes(i64::from(world.office.desk.alarms.clock_minutes))
}

/// The desk begins, and was last seen alive at `last`. A clock that stands before that has jumped;
/// one that stands far behind it may be ahead.
///
/// # Errors
/// The store failed.
pub fn after_a_pause(world: &World, last: DateTime<Utc>) -> Result<(), DeskError> {
    let pause = world.clock.now() - last;
    if pause <= -limit(world) {
        return happened(world, pause);
    }
    if pause >= LONG_PAUSE {
        tracing::warn!(
            days = pause.num_days(),
            "a long pause, or a clock that is ahead: nothing is purged for three days"
        );
        doubted(world)?;
    }
    Ok(())
}

fn doubted(world: &World) -> Result<(), DeskError> {
    let now = world.clock.now();
    world
        .store
        .transact(move |books| books.set_mark(DOUBTED, now).map_err(DeskError::from))
}

/// Whether the clock is one on which nothing may rest that cannot be undone.
pub(super) fn is_doubted(books: &Books<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(books.mark(DOUBTED)?.is_some_and(|at| now - at < REST))
}
