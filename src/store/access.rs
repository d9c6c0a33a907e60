//! Who of the office looked at what: a small database of its own beside the desk's, so that whoever
//! only looks never waits for the desk, nor the desk for them.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, TransactionBehavior, params};

use super::books::{create_private, micros, time};
use super::error::StoreError;

/// The same look by the same person within this time is counted, not written anew.
const SAME: TimeDelta = TimeDelta::hours(1);

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS access_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,                    -- microseconds since 1970, the first look
  last_at INTEGER NOT NULL,               -- the last one
  times INTEGER NOT NULL,
  uid INTEGER NOT NULL,                   -- of the user who looked
  login TEXT NOT NULL,                    -- their name; behind sudo, of who called it
  command TEXT NOT NULL,                  -- show, export, …
  about TEXT NOT NULL                     -- a request's number, a mail, a person; empty: a list
) STRICT;
CREATE INDEX IF NOT EXISTS access_about ON access_log (about, at);";

/// A look at personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// User id.
    pub uid: u32,
    /// Name of the account.
    pub login: String,
    /// What was used: `show`, `export`.
    pub command: String,
    /// At what: a request's number, `mail:12`, an address; empty: a list.
    pub about: String,
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accessed {
    /// Who looked at what.
    pub access: Access,
    /// When first.
    pub at: DateTime<Utc>,
    /// When last, within the hour.
    pub last_at: DateTime<Utc>,
    /// How often.
    pub times: u32,
}

/// The log.
#[derive(Debug)]
pub struct AccessLog {
    connection: Connection,
}

impl AccessLog {
    /// Opens the log, or makes it, for its owner alone.
    ///
    /// # Errors
    /// The file cannot be opened or made.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        create_private(path)?;
        let connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection })
    }

    /// Notes a look; it is durable when this returns.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note(&mut self, access: &Access, now: DateTime<Utc>) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "UPDATE access_log SET times = times + 1, last_at = ?5
                   WHERE id = (SELECT max(id) FROM access_log
                               WHERE about = ?4 AND command = ?3 AND login = ?2 AND uid = ?1)
                     AND at > ?6 AND at <= ?5";
        let Access {
            uid,
            login,
            command,
            about,
        } = access;
        let (at, since) = (micros(now), micros(now - SAME));
        let row = params![uid, login, command, about, at, since];
        if transaction.execute(sql, row)? == 0 {
            let sql = "INSERT INTO access_log (at, last_at, times, uid, login, command, about)
                       VALUES (?5, ?5, 1, ?1, ?2, ?3, ?4)";
            transaction.execute(sql, params![uid, login, command, about, at])?;
        }
        Ok(transaction.commit()?)
    }

    /// The looks at something, or at anything, newest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn list(&self, about: Option<&str>, most: u32) -> Result<Vec<Accessed>, StoreError> {
        let sql = "SELECT uid, login, command, about, at, last_at, times FROM access_log
                   WHERE ?1 IS NULL OR about = ?1 ORDER BY id DESC LIMIT ?2";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map(params![about, most], |row| {
            Ok(Accessed {
                access: Access {
                    uid: row.get(0)?,
                    login: row.get(1)?,
                    command: row.get(2)?,
                    about: row.get(3)?,
                },
                at: time(row.get(4)?),
                last_at: time(row.get(5)?),
                times: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Drops what was noted before. Returns how much that was.
    ///
    /// # Errors
    /// SQLite's.
    pub fn forget(&self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let sql = "DELETE FROM access_log WHERE last_at < ?1";
        Ok(self.connection.execute(sql, [micros(before)])?)
    }
}
