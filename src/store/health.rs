//! How the desk is: what waits, since when, what was last done.

use chrono::{DateTime, Utc};

use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros, time};
use super::error::StoreError;
use crate::judge::Queue;
use crate::request::{RequestId, WakeReason};

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
                      WHERE state = 'due' AND held = 0) WHERE since <= ?1";
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

    /// What was last said of a mail that waits: a server's words, or what broke.
    ///
    /// # Errors
    /// SQLite's.
    pub fn last_excuse(&self) -> Result<String, StoreError> {
        let sql = "SELECT last_reply FROM notices WHERE state = 'due' AND last_reply <> ''
                     AND tries > 0 ORDER BY due_at DESC LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let said = statement.query_row([], |row| row.get(0)).optional()?;
        Ok(said.unwrap_or_default())
    }

    /// The clock was set back: notices that were born or tried by a clock that was ahead, and would
    /// wait until it is so late again, are due in their time. Returns how many there were.
    ///
    /// # Errors
    /// SQLite's.
    pub fn bring_notices_back(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let now = micros(now);
        let sql = "UPDATE notices SET due_at = max(?1, due_at - (created_at - ?1))
                   WHERE state = 'due' AND due_at > ?1 AND created_at > ?1";
        let born = self.execute(sql, [now])?;
        // No try waits for more than four hours, and no daily cap for more than a week.
        let sql = "UPDATE notices SET due_at = ?1, first_tried_at = min(first_tried_at, ?1)
                   WHERE state = 'due' AND created_at <= ?1
                     AND (first_tried_at > ?1 OR (tries > 0 AND due_at > ?1 + ?2))";
        let week = chrono::TimeDelta::days(7).num_microseconds();
        let tried = self.execute(sql, params![now, week])?;
        let sql = "UPDATE notices SET first_tried_at = ?1
                   WHERE state = 'due' AND first_tried_at > ?1";
        self.execute(sql, [now])?;
        Ok(born + tried)
    }

    /// Has every open request looked at now: each reckons its next wake-up anew, and what is due is
    /// done then. Returns how many.
    ///
    /// # Errors
    /// SQLite's.
    pub fn look_at_all(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let reason = serde_json::to_string(&WakeReason::Look)?;
        let sql = "UPDATE requests SET wake_at = min(coalesce(wake_at, ?1), ?1), wake_reason = ?2
                   WHERE state <> 'closed'";
        Ok(self.execute(sql, params![micros(now), reason])?)
    }

    /// Keeps the deadline of a request as it is reckoned now; none while its clock stands still.
    ///
    /// # Errors
    /// SQLite's.
    pub fn promise(
        &self,
        request: RequestId,
        deadline: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        match deadline {
            Some(at) => {
                let sql = "INSERT INTO promises (request, deadline) VALUES (?1, ?2)
                           ON CONFLICT (request) DO UPDATE SET deadline = excluded.deadline";
                let row = params![request.0, micros(at)];
                self.transaction.prepare_cached(sql)?.execute(row)?;
            }
            None => {
                let sql = "DELETE FROM promises WHERE request = ?1";
                self.transaction.prepare_cached(sql)?.execute([request.0])?;
            }
        }
        Ok(())
    }

    /// The deadline of a request as it was last reckoned.
    ///
    /// # Errors
    /// SQLite's.
    pub fn promised(&self, request: RequestId) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "SELECT deadline FROM promises WHERE request = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let at = statement.query_row([request.0], |row| row.get(0));
        Ok(at.optional()?.map(time))
    }

    /// How many mails of a sender, with that verdict of the office's server on who sent them, were
    /// handled or set aside since a time, and how many of them were set aside; those that the
    /// mailbox gave twice are counted once.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_from(
        &self,
        (sender, authentication): (&str, &str),
        since: DateTime<Utc>,
    ) -> Result<(u32, u32), StoreError> {
        let sql = "SELECT count(*), count(CASE WHEN fate = 'review' THEN 1 END) FROM inputs
                   WHERE sender = ?1 AND received_at >= ?2 AND state IN ('done', 'parked')
                     AND reason <> 'repeated' AND authentication = ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = params![sender, micros(since), authentication];
        Ok(statement.query_row(row, |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Notes who a mail says it is from, before it is read.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note_sender(&self, input: i64, sender: &str) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET sender = ?2 WHERE id = ?1";
        self.execute(sql, params![input, sender])?;
        Ok(())
    }

    /// Whether somebody of the desk has had a mail handled again.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_placed_by_hand(&self, input: i64) -> Result<bool, StoreError> {
        let sql = "SELECT sorted FROM inputs WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([input], |row| row.get(0))?)
    }
}

fn queue(row: &rusqlite::Row<'_>) -> rusqlite::Result<Queue> {
    Ok(Queue {
        count: row.get(0)?,
        since: row.get::<_, Option<i64>>(1)?.map(time),
    })
}
