//! Commands of operators, from the moment they are given until what came of them is known.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros, time};
use super::error::StoreError;
use crate::request::Notice;

/// A command that waits to be handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRow {
    /// Its row.
    pub id: i64,
    /// Tries so far, the one that begins now included.
    pub tries: u32,
    /// When it was given.
    pub at: DateTime<Utc>,
    /// The mail that ordered it.
    pub input: Option<i64>,
    /// Who, why, what: JSON.
    pub body: String,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandState {
    /// It waits.
    Waiting,
    /// It was done.
    Done,
    /// It did not fit any more.
    Refused,
    /// It could not be handled, however often it was tried.
    Failed,
}

impl CommandState {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    fn of(name: &str) -> Self {
        let all = [Self::Done, Self::Refused, Self::Failed];
        let found = all.into_iter().find(|state| state.name() == name);
        found.unwrap_or(Self::Waiting)
    }
}

impl Books<'_> {
    /// Stores a command; from here on it cannot be lost. Returns its row.
    ///
    /// # Errors
    /// SQLite's.
    pub fn add_command(
        &self,
        operator: &str,
        body: &str,
        input: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<i64, StoreError> {
        let sql = "INSERT INTO commands (at, operator, body, input, state)
                   VALUES (?1, ?2, ?3, ?4, 'waiting') RETURNING id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = params![micros(now), operator, body, input];
        Ok(statement.query_row(row, |row| row.get(0))?)
    }

    /// The next command to handle; its try is counted.
    ///
    /// # Errors
    /// SQLite's.
    pub fn next_command(&self) -> Result<Option<CommandRow>, StoreError> {
        let sql = "UPDATE commands SET tries = tries + 1
                   WHERE id = (SELECT id FROM commands WHERE state = 'waiting'
                               ORDER BY id LIMIT 1)
                   RETURNING id, tries, at, input, body";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row([], |row| {
            Ok(CommandRow {
                id: row.get(0)?,
                tries: row.get(1)?,
                at: time(row.get(2)?),
                input: row.get(3)?,
                body: row.get(4)?,
            })
        });
        Ok(row.optional()?)
    }

    /// Whether a command waits.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_command_awaited(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM commands WHERE state = 'waiting')";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Takes a counted try back: the fault was not the command's.
    ///
    /// # Errors
    /// SQLite's.
    pub fn take_command_try_back(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE commands SET tries = max(tries - 1, 0) WHERE id = ?1";
        self.execute(sql, [id])?;
        Ok(())
    }

    /// Records what came of a command.
    ///
    /// # Errors
    /// SQLite's.
    pub fn end_command(
        &self,
        id: i64,
        state: CommandState,
        words: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE commands SET state = ?2, words = ?3, ended_at = ?4 WHERE id = ?1";
        let row = params![id, state.name(), words, micros(now)];
        self.execute(sql, row)?;
        Ok(())
    }

    /// The row of the notice that was born last.
    ///
    /// # Errors
    /// SQLite's.
    pub fn last_notice(&self) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(id), 0) FROM notices";
        Ok(self.query_row(sql, [], |row| row.get(0))?)
    }

    /// Notices born after one, in order.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn notices_after(&self, id: i64) -> Result<Vec<Notice>, StoreError> {
        let sql = "SELECT body FROM notices WHERE id > ?1 ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([id], |row| row.get::<_, String>(0))?;
        rows.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
    }

    /// What became of a command, in words.
    ///
    /// # Errors
    /// SQLite's.
    pub fn command_state(&self, id: i64) -> Result<(CommandState, String), StoreError> {
        let sql = "SELECT state, words FROM commands WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([id], |row| {
            let state: String = row.get(0)?;
            Ok((CommandState::of(&state), row.get(1)?))
        })?)
    }
}
