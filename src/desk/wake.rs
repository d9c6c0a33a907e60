//! Wakes requests whose time has come.

use chrono::{DateTime, Utc};

use super::ledger::Ledger;
use super::world::{DeskError, World};
use crate::request::Event;

/// Wakes every request that is due, each in its own transaction. Returns when the next one is due.
///
/// # Errors
/// The store failed.
pub fn turn(world: &World) -> Result<Option<DateTime<Utc>>, DeskError> {
    while wake_one(world)? {}
    world
        .store
        .transact(|books| books.next_wake().map_err(DeskError::from))
}

fn wake_one(world: &World) -> Result<bool, DeskError> {
    let own = world.clone();
    let now = world.clock.now();
    world.store.transact(move |books| {
        let Some((request, reason)) = books.due_wake(now)? else {
            return Ok(false);
        };
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        ledger.apply(request, &Event::Woken(reason))?;
        Ok(true)
    })
}
