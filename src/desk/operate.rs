//! What an operator has the desk do: stored first, then handled in order like a mail, in one
//! transaction each; each act leaves an entry in the journal.

use chrono::{DateTime, Utc};

use super::DeskError;
use super::carry_out::{self, Done};
use super::command::Command;
use super::ledger::Ledger;
use super::world::World;
use crate::points::{self, Point};
use crate::request::Notice;
use crate::store::{CommandRow, CommandState, Store, StoreError};

/// What is done again with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It is handled again.
    Handled,
    /// It was never fetched: it is, as soon as it lies in the mailbox.
    Fetched,
    /// Nothing: it is not set aside.
    Nothing,
}

/// Has a mail that was set aside handled again, or fetched again where it never was.
///
/// # Errors
/// The store failed.
pub fn retry(store: &Store, input: i64, by: &str, now: DateTime<Utc>) -> Result<Again, DeskError> {
    let by = by.to_owned();
    let again = store.transact(move |books| {
        let again = if books.run_again(input)? {
            Again::Handled
        } else if books.fetch_again(input)? {
            Again::Fetched
        } else {
            return Ok(Again::Nothing);
        };
        books.journal_mail(input, "retried", &by, now)?;
        tracing::info!(input, by, ?again, "mail taken up again by an operator");
        points::here(Point::Retrying);
        Ok::<_, DeskError>(again)
    })?;
    points::here(Point::Retried);
    Ok(again)
}

/// Stores a command; a turn handles it, in this process or in that of the running desk. Returns its
/// row.
///
/// # Errors
/// The store failed.
pub fn give(store: &Store, command: &Command, now: DateTime<Utc>) -> Result<i64, DeskError> {
    let body = serde_json::to_string(command).map_err(StoreError::from)?;
    let cell = command.by.cell();
    let id = store.transact(move |books| {
        let id = books.add_command(&cell, &body, None, now)?;
        Ok::<_, DeskError>(id)
    })?;
    points::here(Point::StoredCommand);
    Ok(id)
}

/// What became of a command.
///
/// # Errors
/// The store failed.
pub fn became(store: &Store, id: i64) -> Result<(CommandState, String), DeskError> {
    store.transact(move |books| Ok(books.command_state(id)?))
}

/// Whether a command waits, as one that another process gave.
///
/// # Errors
/// The store failed.
pub fn is_awaited(world: &World) -> Result<bool, DeskError> {
    let store = &world.store;
    store.transact(|books| Ok(books.is_command_awaited()?))
}

/// Handles the next command. Returns whether there was one.
///
/// # Errors
/// The store failed; a command that fails is no error: it is tried again, then given up.
pub fn turn(world: &World) -> Result<bool, DeskError> {
    let next = world
        .store
        .transact(|books| books.next_command().map_err(DeskError::from))?;
    let Some(row) = next else { return Ok(false) };
    points::here(Point::TakenCommand);
    let id = row.id;
    if row.tries > world.office.desk.limits.tries {
        return end(world, &row, CommandState::Failed, "tried too often");
    }
    let command: Command = match serde_json::from_str(&row.body) {
        Ok(command) => command,
        Err(error) => return end(world, &row, CommandState::Failed, &error.to_string()),
    };
    match handle(world, &row, &command) {
        Ok(()) => Ok(true),
        Err(error) if error.is_passing() => {
            let back = world
                .store
                .transact(move |books| books.take_command_try_back(id).map_err(DeskError::from));
            if let Err(error) = back {
                tracing::warn!(command = id, %error, "the counted try could not be taken back");
            }
            Err(error)
        }
        Err(error) => {
            tracing::error!(command = id, %error, "command could not be handled; tried again");
            Ok(true)
        }
    }
}

fn end(
    world: &World,
    row: &CommandRow,
    state: CommandState,
    words: &str,
) -> Result<bool, DeskError> {
    let (id, words, now) = (row.id, words.to_owned(), world.clock.now());
    tracing::error!(command = id, words, "command given up");
    world
        .store
        .transact(move |books| Ok::<_, DeskError>(books.end_command(id, state, &words, now)?))?;
    Ok(true)
}

fn handle(world: &World, row: &CommandRow, command: &Command) -> Result<(), DeskError> {
    let prepared = carry_out::prepare(world, command)?;
    let (own, now) = (world.clone(), world.clock.now());
    let (id, by_mail, command) = (row.id, row.input, command.clone());
    world.store.transact(move |books| {
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        let done = carry_out::carry_out(&ledger, &command, &prepared)?;
        if let (Some(_), Some(why)) = (by_mail, done.not_sorted) {
            carry_out::tell_not_sorted(&ledger, &command, &prepared, why)?;
        }
        let state = match done.refused {
            true => CommandState::Refused,
            false => CommandState::Done,
        };
        books.end_command(id, state, &done.words, now)?;
        let by = command.by.cell();
        tracing::info!(command = id, by, words = done.words, "command handled");
        points::here(Point::DoingCommand);
        Ok::<_, DeskError>(())
    })?;
    points::here(Point::DoneCommand);
    Ok(())
}

/// What a command would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// Whether it would be refused.
    pub refused: bool,
    /// What would come of it, or why it would be refused.
    pub words: String,
    /// What would be sent to whom.
    pub notices: Vec<Notice>,
}

/// Why a transaction is rolled back.
enum Back {
    Rehearsed(Box<Rehearsal>),
    Failed(DeskError),
}

impl From<StoreError> for Back {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<DeskError> for Back {
    fn from(error: DeskError) -> Self {
        Self::Failed(error)
    }
}

/// Goes the whole way of a command in a transaction that is rolled back: nothing is changed.
///
/// # Errors
/// The store failed, or the command cannot be handled.
pub fn rehearse(world: &World, command: &Command) -> Result<Rehearsal, DeskError> {
    let prepared = carry_out::prepare(world, command)?;
    let (own, now, command) = (world.clone(), world.clock.now(), command.clone());
    let done: Result<(), Back> = world.store.transact(move |books| {
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        let last = books.last_notice()?;
        let Done { refused, words, .. } = carry_out::carry_out(&ledger, &command, &prepared)?;
        let notices = books.notices_after(last)?;
        Err(Back::Rehearsed(Box::new(Rehearsal {
            refused,
            words,
            notices,
        })))
    });
    match done {
        Err(Back::Rehearsed(rehearsal)) => Ok(*rehearsal),
        Err(Back::Failed(error)) => Err(error),
        Ok(()) => Err(StoreError::Ended.into()),
    }
}
