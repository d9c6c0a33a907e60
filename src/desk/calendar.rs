//! Another calendar: deadlines and wake-ups are reckoned anew.

use super::ledger::Ledger;
use super::world::{DeskError, World};
use crate::request::{Event, State, WakeReason};

/// Reckons deadlines and wake-ups of all open requests by the calendar of today. Where a deadline
/// moves, that is journalled, and whoever was promised the other one is told. Called when the desk
/// begins and when its configuration has changed. Returns how many deadlines moved.
///
/// # Errors
/// The store failed.
pub fn turn(world: &World) -> Result<u32, DeskError> {
    let now = world.clock.now();
    let open = world.store.transact(move |books| {
        books.look_at_all(now)?;
        Ok::<_, DeskError>(books.numbers(false)?)
    })?;
    let mut moved = 0;
    for number in open {
        match reckon(world, number.clone()) {
            Ok(true) => moved += 1,
            Ok(false) => {}
            Err(error) if error.is_passing() => return Err(error),
            // One that cannot be read must not keep the others from being seen to.
            Err(error) => tracing::error!(request = %number, %error, "deadline not reckoned"),
        }
    }
    if moved > 0 {
        tracing::warn!(moved, "deadlines moved: the calendar has changed");
    }
    Ok(moved)
}

fn reckon(world: &World, number: String) -> Result<bool, DeskError> {
    let (own, now) = (world.clone(), world.clock.now());
    world.store.transact(move |books| {
        let Some(id) = books.id_of_number(&number)? else {
            return Ok(false);
        };
        let Some(request) = books.request(id)? else {
            return Ok(false);
        };
        let deadline = request.deadline(&own.office, now);
        let before = books.promised(id)?;
        let (Some(from), Some(_)) = (before.filter(|at| Some(*at) != deadline), deadline) else {
            books.promise(id, deadline)?;
            return Ok(false);
        };
        if matches!(request.state, State::Closed(_)) {
            return Ok(false);
        }
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        let event = Event::Woken(WakeReason::DeadlineMoved { from });
        ledger.apply(id, &event)?;
        Ok(true)
    })
}
