//! Wakes requests whose time has come.

use chrono::{TimeDelta, Utc};

use super::ledger::Ledger;
use super::world::{DeskError, World};
use crate::points::{self, Point};
use crate::request::{Event, RequestId, Triage, TriageReason};

/// How long a request that cannot be woken is let rest.
const REST: TimeDelta = TimeDelta::hours(1);
/// How often the desk's people are told of the same one.
const TOLD_EVERY: TimeDelta = TimeDelta::days(1);

/// Wakes the request that is due first, in a transaction of its own. Returns whether there was one.
///
/// # Errors
/// The store failed. A request that cannot be woken is no error: it is put off, and told.
pub fn turn(world: &World) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let due = world
        .store
        .transact(move |books| books.due_wake(now).map_err(DeskError::from))?;
    let Some(request) = due else { return Ok(false) };
    points::here(Point::WakeDue);
    match wake(world, request) {
        // Were it an error, this one request would hold back all others for ever.
        Err(error) if !error.is_passing() => put_off(world, request, &error)?,
        woken => woken?,
    }
    Ok(true)
}

fn wake(world: &World, request: RequestId) -> Result<(), DeskError> {
    let (own, now) = (world.clone(), world.clock.now());
    world.store.transact(move |books| {
        let Some(due) = books.wake_of(request)? else {
            return Ok(());
        };
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        ledger.apply(request, &Event::Woken(due.reason))?;
        // It would fill the journal, and write to people, as fast as the machine can.
        let next = books.wake_of(request)?;
        if next.is_some_and(|next| next.reason == due.reason && next.at <= now) {
            return Err(DeskError::Restless(due.reason));
        }
        points::here(Point::Waking);
        Ok::<_, DeskError>(())
    })?;
    points::here(Point::Woken);
    Ok(())
}

fn put_off(world: &World, request: RequestId, error: &DeskError) -> Result<(), DeskError> {
    let (own, now) = (world.clone(), world.clock.now());
    let text = error.to_string();
    let number = world.store.transact(move |books| {
        books
            .put_wake_off(request, now + REST)
            .map_err(DeskError::from)
    })?;
    tracing::error!(request = %number, error = text, "request could not be woken; put off");
    let told = world.store.transact(move |books| {
        let mark = format!("wake-{number}");
        if books
            .mark(&mark)?
            .is_some_and(|at: chrono::DateTime<Utc>| now - at < TOLD_EVERY)
        {
            return Ok(());
        }
        books.set_mark(&mark, now)?;
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        let message = Triage {
            from: own.office.desk.name.clone(),
            subject: number,
            text,
            guesses: vec![],
            why: TriageReason::CannotBeRead,
            input: None,
            options: vec![],
        };
        ledger.tell_desk(&message.into(), None)
    });
    if let Err(error) = told {
        tracing::error!(%error, "the desk's people could not be told");
    }
    Ok(())
}
