//! Anchors the journal, once each day.

use chrono::TimeDelta;

use super::world::{DeskError, World};
use crate::points::{self, Point};

const MARK: &str = "anchor";

/// Adds today's anchor where there is none yet. Returns whether it did.
///
/// # Errors
/// The store failed.
pub fn turn(world: &World) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let own = world.clone();
    let anchored = world.store.transact(move |books| {
        let day = |at| own.office.calendar.local(at, None).date_naive();
        let last = books.mark(MARK)?;
        // One by a clock that was far ahead must not keep those of today from being made.
        let today = |at| day(at) >= day(now) && at < now + TimeDelta::days(1);
        if last.is_some_and(today) {
            return Ok(false);
        }
        let Some(anchor) = books.add_anchor(now)? else {
            return Ok(false);
        };
        books.set_mark(MARK, now)?;
        // Whoever keeps the log elsewhere can prove that nothing before it was changed since.
        let hash: String = anchor.hash.iter().map(|b| format!("{b:02x}")).collect();
        tracing::info!(place = anchor.place, hash, "journal anchored");
        points::here(Point::Anchoring);
        Ok::<_, DeskError>(true)
    })?;
    if anchored {
        points::here(Point::Anchored);
    }
    Ok(anchored)
}
