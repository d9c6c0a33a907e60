//! All that is kept of one request, for a record or an export.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};

use super::books::{Books, sha256, time};
use super::error::StoreError;
use super::journal_form::Link;
use crate::request::RequestId;

/// An entry with what lies apart of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The entry.
    pub link: Link,
    /// The event as JSON; none: purged.
    pub event: Option<String>,
    /// The salt before it.
    pub event_salt: Option<Vec<u8>>,
    /// The salt before the mail.
    pub mail_salt: Option<Vec<u8>>,
    /// The salt before the request's row.
    pub row_salt: Option<Vec<u8>>,
}

/// A mail that was received about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailIn {
    /// Its row.
    pub id: i64,
    /// When the server received it.
    pub received_at: Option<DateTime<Utc>>,
    /// Without angle brackets.
    pub message_id: String,
    /// The sender's address.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// The raw mail; none: purged.
    pub bytes: Option<Vec<u8>>,
}

/// A mail of the desk about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailOut {
    /// Its row.
    pub id: i64,
    /// Folder of its template.
    pub message: String,
    /// To whom.
    pub address: String,
    /// Without angle brackets.
    pub message_id: String,
    /// The subject.
    pub subject: String,
    /// `due`, `sent` or `failed`.
    pub state: String,
    /// When it was born.
    pub created_at: DateTime<Utc>,
    /// When it was sent or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// The final bytes; none: not made yet, or purged.
    pub bytes: Option<Vec<u8>>,
    /// The salt before them.
    pub salt: Option<Vec<u8>>,
    /// Hash of salt and bytes.
    pub hash: Option<Vec<u8>>,
    /// The anchor that covers it.
    pub anchor: Option<i64>,
}

/// The columns of [`evidence`], in its order.
pub(super) const EVIDENCE: &str = "SELECT j.id, coalesce(q.number, '-'), j.form, j.place, j.at,
      j.outcome, j.by_whom, j.for_whom, j.cell, j.input, j.event_hash, j.mail_hash, j.row_hash,
      j.previous, j.hash, c.event, c.event_salt, c.mail_salt, c.row_salt
    FROM journal j LEFT JOIN requests q ON q.id = j.request
                   LEFT JOIN journal_contents c ON c.entry = j.id";

pub(super) fn evidence(row: &Row<'_>) -> rusqlite::Result<Evidence> {
    Ok(Evidence {
        link: Link {
            id: row.get(0)?,
            chain: row.get(1)?,
            form: row.get(2)?,
            place: row.get(3)?,
            at: row.get(4)?,
            outcome: row.get(5)?,
            by_whom: row.get(6)?,
            for_whom: row.get(7)?,
            cell: row.get(8)?,
            input: row.get(9)?,
            event_hash: row.get(10)?,
            mail_hash: row.get(11)?,
            row_hash: row.get(12)?,
            previous: row.get(13)?,
            hash: row.get(14)?,
        },
        event: row.get(15)?,
        event_salt: row.get(16)?,
        mail_salt: row.get(17)?,
        row_salt: row.get(18)?,
    })
}

const MAIL_IN: &str = "SELECT i.id, i.received_at, i.message_id, i.sender, i.subject, c.bytes
    FROM inputs i LEFT JOIN contents c ON c.input = i.id";

fn mail_in(row: &Row<'_>) -> rusqlite::Result<MailIn> {
    Ok(MailIn {
        id: row.get(0)?,
        received_at: row.get::<_, Option<i64>>(1)?.map(time),
        message_id: row.get(2)?,
        sender: row.get(3)?,
        subject: row.get(4)?,
        bytes: row.get(5)?,
    })
}

const MAIL_OUT: &str = "SELECT id, message, address, message_id, subject, state, created_at,
    ended_at, bytes, salt, bytes_hash, anchor FROM notices";

fn mail_out(row: &Row<'_>) -> rusqlite::Result<MailOut> {
    Ok(MailOut {
        id: row.get(0)?,
        message: row.get(1)?,
        address: row.get(2)?,
        message_id: row.get(3)?,
        subject: row.get(4)?,
        state: row.get(5)?,
        created_at: time(row.get(6)?),
        ended_at: row.get::<_, Option<i64>>(7)?.map(time),
        bytes: row.get(8)?,
        salt: row.get(9)?,
        hash: row.get(10)?,
        anchor: row.get(11)?,
    })
}

impl Books<'_> {
    /// The entries of a request with what lies apart of them, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn evidence(&self, request: RequestId) -> Result<Vec<Evidence>, StoreError> {
        let sql = format!("{EVIDENCE} WHERE j.request = ?1 ORDER BY j.place");
        let mut statement = self.transaction.prepare(&sql)?;
        let rows = statement.query_map([request.0], evidence)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The row of a request, as it is stored.
    ///
    /// # Errors
    /// SQLite's.
    pub fn stored_row(&self, request: RequestId) -> Result<String, StoreError> {
        let sql = "SELECT body FROM requests WHERE id = ?1";
        let row = self.query_row(sql, [request.0], |row| row.get(0));
        Ok(row?)
    }

    /// The mails received that belong to a request or led to one of its entries.
    ///
    /// # Errors
    /// SQLite's.
    pub fn mails_in(&self, request: RequestId) -> Result<Vec<MailIn>, StoreError> {
        let sql = format!(
            "{MAIL_IN} WHERE i.id IN (SELECT input FROM received WHERE request = ?1
                                      UNION SELECT input FROM journal WHERE request = ?1)
             ORDER BY i.received_at, i.id"
        );
        let mut statement = self.transaction.prepare(&sql)?;
        let rows = statement.query_map([request.0], mail_in)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One mail received.
    ///
    /// # Errors
    /// SQLite's.
    pub fn mail_in(&self, id: i64) -> Result<Option<MailIn>, StoreError> {
        let sql = format!("{MAIL_IN} WHERE i.id = ?1");
        let mut statement = self.transaction.prepare_cached(&sql)?;
        Ok(statement.query_row([id], mail_in).optional()?)
    }

    /// One mail of the desk.
    ///
    /// # Errors
    /// SQLite's.
    pub fn mail_out(&self, id: i64) -> Result<Option<MailOut>, StoreError> {
        let sql = format!("{MAIL_OUT} WHERE id = ?1");
        let mut statement = self.transaction.prepare_cached(&sql)?;
        Ok(statement.query_row([id], mail_out).optional()?)
    }

    /// The mails of the desk about a request, in the order of their birth.
    ///
    /// # Errors
    /// SQLite's.
    pub fn mails_out(&self, request: RequestId) -> Result<Vec<MailOut>, StoreError> {
        let sql = format!("{MAIL_OUT} WHERE request = ?1 ORDER BY id");
        let mut statement = self.transaction.prepare(&sql)?;
        let rows = statement.query_map([request.0], mail_out)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether somebody was ever sent this token; only hashes of tokens are kept.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_token(&self, token: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM notices WHERE token_hash = ?1)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let hash = sha256(token.as_bytes());
        Ok(statement.query_row([hash], |row| row.get(0))?)
    }
}
