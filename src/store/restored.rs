//! After a restore: what was received or was due in the time between the copy and the restore may
//! have been told already, and is held until that is known.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::books::{Books, micros, sha256, time};
use super::error::StoreError;
use super::inputs::{Place, body};
use super::places::Lying;
use crate::request::RequestId;

/// The database is one that was restored, and what is held is not sorted out yet.
const RECOVERING: &str = "recovering";
/// The instant from which on nothing is known.
const SINCE: &str = "restored-from";
/// When it was restored.
const AT: &str = "restored-at";
/// The mailbox was searched.
const SEARCHED: &str = "recovery-searched";

/// The time that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// When the copy was made.
    pub since: DateTime<Utc>,
    /// When it was restored.
    pub until: DateTime<Utc>,
    /// Whether the mailbox was searched for what came in it.
    pub searched: bool,
}

/// A notice that may have been sent already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its row.
    pub id: i64,
    /// The request that it is about, by number; empty: none.
    pub number: String,
    /// Folder of its template.
    pub message: String,
    /// To whom.
    pub address: String,
    /// Its Message-ID.
    pub message_id: String,
    /// Whether a mail led to it, so that its Message-ID is that of the first time.
    pub by_mail: bool,
    /// When it was born.
    pub born_at: DateTime<Utc>,
}

impl Books<'_> {
    /// Marks a database as restored from a copy.
    pub(super) fn begin_recovery(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let held = "UPDATE notices SET held = 1 WHERE state = 'due' AND due_at <= ?1";
        self.execute(held, [micros(now)])?;
        let waiting = "UPDATE inputs SET recovered = 1 WHERE state IN ('seen', 'stored')";
        self.execute(waiting, [])?;
        // A copy of one that was not sorted out yet: what was lost then still is.
        let since = match self.lost()? {
            Some(lost) => since.min(lost.since),
            None => since,
        };
        self.execute("DELETE FROM marks WHERE name = ?1", [SEARCHED])?;
        self.set_mark(SINCE, since)?;
        self.set_mark(AT, now)?;
        self.set_mark(RECOVERING, now)
    }

    /// The time that is lost, while it is not sorted out what was told in it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn lost(&self) -> Result<Option<Lost>, StoreError> {
        if self.mark(RECOVERING)?.is_none() {
            return Ok(None);
        }
        Ok(match (self.mark(SINCE)?, self.mark(AT)?) {
            (Some(since), Some(until)) => Some(Lost {
                since,
                until,
                searched: self.mark(SEARCHED)?.is_some(),
            }),
            _ => None,
        })
    }

    /// Notes that the mailbox was searched.
    ///
    /// # Errors
    /// SQLite's.
    pub fn recovery_searched(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.set_mark(SEARCHED, now)
    }

    /// Whether a mail of the lost time waits to be handled, or a request to be woken.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_recovery_awaited(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM inputs
                                  WHERE state IN ('seen', 'stored') AND recovered = 1)
                       OR EXISTS (SELECT 1 FROM requests WHERE wake_at <= ?1)";
        Ok(self.query_row(sql, [micros(now)], |row| row.get(0))?)
    }

    /// Whether a mail is known, wherever it lies: the same Message-ID and body, or the same bytes.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_known_mail(&self, bytes: &[u8], message_id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (
                     SELECT 1 FROM inputs WHERE bytes_digest = ?3
                     -- One that was taken before its bytes' hash was kept.
                     UNION SELECT 1 FROM inputs i WHERE i.digest = ?1
                       AND ((?2 <> '' AND i.message_id = ?2)
                            OR EXISTS (SELECT 1 FROM contents c
                                       WHERE c.input = i.id AND c.bytes = ?4)))";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = params![sha256(body(bytes)), message_id, sha256(bytes), bytes];
        Ok(statement.query_row(row, |row| row.get(0))?)
    }

    /// Stores a mail of the lost time that was found where it was filed; none: its place is known.
    ///
    /// # Errors
    /// SQLite's.
    pub fn recover_mail(
        &self,
        place: &Place,
        lies: &Lying,
        (bytes, received_at): (&[u8], DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, StoreError> {
        let sql = "INSERT INTO inputs (validity, uid, state, first_seen_at, recovered)
                   VALUES (?1, ?2, 'seen', ?3, 1)
                   ON CONFLICT (validity, uid) DO UPDATE SET recovered = 1
                     WHERE state = 'seen' OR reason = 'gone'
                   RETURNING id";
        let row = params![place.validity, place.uid, micros(now)];
        let id = self.query_row(sql, row, |row| row.get(0)).optional()?;
        let Some(id) = id else { return Ok(None) };
        self.execute(
            "UPDATE inputs SET reason = '', fate = '', filed = 0 WHERE id = ?1",
            [id],
        )?;
        self.store_mail(id, bytes, received_at)?;
        self.note_fetched(id, now)?;
        self.lies(id, Some(lies))?;
        Ok(Some(id))
    }

    /// Notes a mail of the lost time that could not be read where it was filed: it is fetched from
    /// there like one that an operator wants again, and set aside after its tries. Returns whether
    /// it was not noted before.
    ///
    /// # Errors
    /// SQLite's.
    pub fn recover_later(
        &self,
        place: &Place,
        lies: &Lying,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO inputs (validity, uid, state, first_seen_at, recovered)
                   VALUES (?1, ?2, 'seen', ?3, 1)
                   ON CONFLICT (validity, uid) DO UPDATE
                     SET state = 'seen', reason = '', fate = '', filed = 0, recovered = 1
                     WHERE reason = 'gone' OR (state = 'seen' AND lies_in = '')
                   RETURNING id";
        let row = params![place.validity, place.uid, micros(now)];
        let id: Option<i64> = self.query_row(sql, row, |row| row.get(0)).optional()?;
        if let Some(id) = id {
            self.lies(id, Some(lies))?;
        }
        Ok(id.is_some())
    }

    /// Whether a notice that is born now may have been told in the lost time.
    pub(super) fn is_to_be_held(
        &self,
        input: Option<i64>,
        message: &str,
    ) -> Result<bool, StoreError> {
        // What is wrong now is told now.
        let sql = "SELECT ?3 <> 'alarm' AND EXISTS (SELECT 1 FROM marks WHERE name = ?1)
                     AND coalesce((SELECT recovered FROM inputs WHERE id = ?2), 1)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = params![RECOVERING, input, message];
        Ok(statement.query_row(row, |row| row.get(0))?)
    }

    /// What is held, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn held(&self) -> Result<Vec<Held>, StoreError> {
        let sql = "SELECT n.id, coalesce(q.number, ''), n.message, n.address, n.message_id,
                          n.input IS NOT NULL OR n.created_at <= ?1, n.created_at
                   FROM notices n LEFT JOIN requests q ON q.id = n.request
                   WHERE n.held = 1 AND n.state = 'due' ORDER BY n.id";
        let since = self.mark(SINCE)?.unwrap_or_default();
        let mut statement = self.transaction.prepare(sql)?;
        let held = |row: &Row<'_>| {
            Ok(Held {
                id: row.get(0)?,
                number: row.get(1)?,
                message: row.get(2)?,
                address: row.get(3)?,
                message_id: row.get(4)?,
                by_mail: row.get(5)?,
                born_at: time(row.get(6)?),
            })
        };
        let rows = statement.query_map([micros(since)], held)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Lets a held notice go out. Returns whether it was held.
    ///
    /// # Errors
    /// SQLite's.
    pub fn release_held(&self, id: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE notices SET held = 0 WHERE id = ?1 AND held = 1 AND state = 'due'";
        Ok(self.execute(sql, [id])? == 1)
    }

    /// Ends a held notice as one that was sent in the lost time. Returns whether it was held.
    ///
    /// # Errors
    /// SQLite's.
    pub fn held_was_sent(&self, id: i64, how: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE notices SET held = 0, state = 'sent', last_reply = ?2, ended_at = ?3
                   WHERE id = ?1 AND held = 1 AND state = 'due'";
        Ok(self.execute(sql, params![id, how, micros(at)])? == 1)
    }

    /// From here on nothing more is held; what is held still stays so.
    ///
    /// # Errors
    /// SQLite's.
    pub fn end_recovery(&self) -> Result<(), StoreError> {
        let sql = "DELETE FROM marks WHERE name IN (?1, ?2)";
        self.execute(sql, [RECOVERING, SEARCHED])?;
        Ok(())
    }

    /// The Message-ID of the mail that was sent last before a time, and when.
    ///
    /// # Errors
    /// SQLite's.
    pub fn newest_sent(
        &self,
        before: DateTime<Utc>,
    ) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
        let sql = "SELECT message_id, ended_at FROM notices
                   WHERE state = 'sent' AND ended_at <= ?1 ORDER BY ended_at DESC, id DESC LIMIT 1";
        let found = self.query_row(sql, [micros(before)], |row| {
            Ok((row.get(0)?, time(row.get(1)?)))
        });
        Ok(found.optional()?)
    }

    /// Numbers up to this one of its year are not given again: somebody was told them.
    ///
    /// # Errors
    /// SQLite's.
    pub fn number_was_given(&self, number: &str) -> Result<(), StoreError> {
        let mut parts = number.rsplitn(3, '-').map(str::parse::<i64>);
        if let (Some(Ok(last)), Some(Ok(year))) = (parts.next(), parts.next()) {
            let sql = "INSERT INTO numbers (year, last) VALUES (?1, ?2)
                       ON CONFLICT (year) DO UPDATE SET last = max(last, excluded.last)";
            self.execute(sql, [year, last])?;
        }
        Ok(())
    }
}

/// What Message-IDs are made of.
impl Books<'_> {
    /// The secret with this name; `new` is kept where there is none.
    ///
    /// # Errors
    /// SQLite's.
    pub fn secret(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT bytes FROM secrets WHERE name = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Keeps a secret.
    ///
    /// # Errors
    /// SQLite's; also where there is one of this name.
    pub fn keep_secret(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO secrets (name, bytes) VALUES (?1, ?2)";
        self.execute(sql, params![name, bytes])?;
        Ok(())
    }

    /// Body's hash and Message-ID of a stored mail; none where it was not stored.
    ///
    /// # Errors
    /// SQLite's.
    pub fn cause(&self, input: i64) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        let sql = "SELECT digest, message_id FROM inputs WHERE id = ?1 AND digest IS NOT NULL";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row([input], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(row.optional()?)
    }

    /// What a request is about: number, procedure, requester, data.
    ///
    /// # Errors
    /// SQLite's.
    pub fn matter(&self, request: RequestId) -> Result<[String; 4], StoreError> {
        let sql = "SELECT number, procedure, requester, data_key FROM requests WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = |row: &Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
        Ok(statement.query_row([request.0], row)?)
    }

    /// Whether a notice has this Message-ID.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_message_id_taken(&self, message_id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM notices WHERE message_id = ?1)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([message_id], |row| row.get(0))?)
    }
}
