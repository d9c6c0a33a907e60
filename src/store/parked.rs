//! Mails that a person of the desk sorts by hand.

use rusqlite::{OptionalExtension, Row, params};

use super::StoredMail;
use super::books::{Books, time};
use super::error::StoreError;
use crate::request::RequestId;

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredMail> {
    Ok(StoredMail {
        id: row.get(0)?,
        tries: row.get(1)?,
        received_at: time(row.get(2)?),
    })
}

impl Books<'_> {
    /// A mail that is set aside and kept whole; none where it is not, or not any more.
    ///
    /// # Errors
    /// SQLite's.
    pub fn parked_mail(&self, id: i64) -> Result<Option<StoredMail>, StoreError> {
        let sql = "SELECT id, tries, coalesce(received_at, first_seen_at) FROM inputs
                   WHERE id = ?1 AND state = 'parked'
                     AND EXISTS (SELECT 1 FROM contents WHERE input = inputs.id AND whole = 1)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row([id], stored);
        Ok(row.optional()?)
    }

    /// Whether a mail is set aside that never came in whole.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_never_whole(&self, id: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM inputs WHERE id = ?1 AND state = 'parked')
                     AND NOT EXISTS (SELECT 1 FROM contents WHERE input = ?1 AND whole = 1)";
        Ok(self.query_row(sql, [id], |row| row.get(0))?)
    }

    /// Records what became of a mail that was set aside: it is filed anew.
    ///
    /// # Errors
    /// SQLite's.
    pub fn sorted(&self, id: i64, reason: &str) -> Result<(), StoreError> {
        let sql =
            "UPDATE inputs SET state = 'done', fate = 'done', reason = ?2, filed = 0, sorted = 1,
                          filing_tries = 0
                   WHERE id = ?1 AND state = 'parked'";
        self.execute(sql, params![id, reason])?;
        Ok(())
    }

    /// The mail that opened a request, if it is kept.
    ///
    /// # Errors
    /// SQLite's.
    pub fn opening_mail(&self, request: RequestId) -> Result<Option<StoredMail>, StoreError> {
        let sql = "SELECT i.id, i.tries, coalesce(i.received_at, i.first_seen_at)
                   FROM journal j JOIN inputs i ON i.id = j.input
                   WHERE j.request = ?1
                     AND EXISTS (SELECT 1 FROM contents WHERE input = i.id AND whole = 1)
                   ORDER BY j.id LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row([request.0], stored);
        Ok(row.optional()?)
    }
}
