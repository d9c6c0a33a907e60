//! What happened since: for those who look on while the desk works.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::books::{Books, micros};
use super::error::StoreError;
use crate::request::RequestId;

/// A mail that was handled or set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandledMail {
    /// Its row.
    pub id: i64,
    /// Why it is done or set aside.
    pub reason: String,
    /// Whether a person must look at it.
    pub review: bool,
}

/// What came of an event of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEvent {
    /// Its row.
    pub id: i64,
    /// The request.
    pub request: RequestId,
    /// The outcome's name.
    pub outcome: String,
    /// The cell of the table that let an answer count, or not.
    pub cell: String,
    /// The mail that led to it; none: time.
    pub input: Option<i64>,
}

/// A mail that the desk sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMail {
    /// Its row.
    pub id: i64,
    /// The folder of its template.
    pub message: String,
    /// To whom.
    pub address: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Books<'_> {
    /// Mails that were handled, after a row.
    ///
    /// # Errors
    /// SQLite's.
    pub fn handled_after(&self, id: i64) -> Result<Vec<HandledMail>, StoreError> {
        let sql = "SELECT id, reason, fate = 'review' FROM inputs
                   WHERE id > ?1 AND fate <> '' ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([id], |row| {
            Ok(HandledMail {
                id: row.get(0)?,
                reason: row.get(1)?,
                review: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Entries of the journal after a row.
    ///
    /// # Errors
    /// SQLite's.
    pub fn events_after(&self, id: i64) -> Result<Vec<JournalEvent>, StoreError> {
        let sql = "SELECT id, request, outcome, cell, input FROM journal
                   WHERE id > ?1 AND request IS NOT NULL ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([id], |row| {
            Ok(JournalEvent {
                id: row.get(0)?,
                request: RequestId(row.get(1)?),
                outcome: row.get(2)?,
                cell: row.get(3)?,
                input: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Mails sent at or after a time, in the order in which they were born.
    ///
    /// # Errors
    /// SQLite's.
    pub fn sent_since(&self, at: DateTime<Utc>) -> Result<Vec<SentMail>, StoreError> {
        let sql = "SELECT id, message, address, coalesce(bytes, x'') FROM notices
                   WHERE state = 'sent' AND ended_at >= ?1 ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map(params![micros(at)], |row| {
            Ok(SentMail {
                id: row.get(0)?,
                message: row.get(1)?,
                address: row.get(2)?,
                bytes: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
