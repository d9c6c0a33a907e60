//! What a clock that jumped has put in the wrong place is put right.

use chrono::TimeDelta;

use super::world::{DeskError, World};

/// The clock has jumped by so much. What was due at once by a clock that was ahead is due now, and
/// every open request reckons its next wake-up anew: nothing that is done is done again, since each
/// request remembers what it has told.
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
    if by >= TimeDelta::zero() {
        return Ok(());
    }
    let (notices, requests) = world.store.transact(move |books| {
        let notices = books.bring_notices_back(now)?;
        let requests = books.look_at_all(now)?;
        Ok::<_, DeskError>((notices, requests))
    })?;
    tracing::warn!(notices, requests, "brought back to the clock as it is now");
    Ok(())
}
