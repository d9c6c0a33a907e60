//! How the desk is: what waits, since when, what was last done.

use chrono::{DateTime, Utc};

use super::books::{Books, StoreError, micros, time};
use crate::judge::Queue;

impl Books<'_> {
    /// Mails that are stored and wait to be decided; their age counts from when they were seen.
    ///
    /// # Errors
    /// SQLite's.
    pub fn undecided(&self) -> Result<Queue, StoreError> {
        let sql = "SELECT count(*), min(first_seen_at) FROM inputs WHERE state = 'stored'";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([], queue)?)
    }

    /// Notices that should have gone out: tried before, or due. What waits for office hours or
    /// for the next day is not among them.
    ///
    /// # Errors
    /// SQLite's.
    pub fn unsent(&self, now: DateTime<Utc>) -> Result<Queue, StoreError> {
        let sql = "SELECT count(*), min(since) FROM
                     (SELECT coalesce(first_tried_at, due_at) AS since FROM notices
                      WHERE state = 'due') WHERE since <= ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([micros(now)], queue)?)
    }

    /// When a mail was last sent.
    ///
    /// # Errors
    /// SQLite's.
    pub fn last_sent(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "SELECT max(ended_at) FROM notices WHERE state = 'sent'";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let at: Option<i64> = statement.query_row([], |row| row.get(0))?;
        Ok(at.map(time))
    }
}

fn queue(row: &rusqlite::Row<'_>) -> rusqlite::Result<Queue> {
    Ok(Queue {
        count: row.get(0)?,
        since: row.get::<_, Option<i64>>(1)?.map(time),
    })
}
