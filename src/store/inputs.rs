//! Inputs: mails from the moment they are seen in the mailbox until they are filed.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, named_params, params};

use super::books::{Books, micros, sha256, time};
use super::error::StoreError;

/// A mail's place in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// UIDVALIDITY.
    pub validity: u32,
    /// UID.
    pub uid: String,
}

/// A mail that was seen, with the tries at fetching it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its row.
    pub id: i64,
    /// Tries so far, the one that begins now included.
    pub tries: u32,
}

/// A mail that waits to be handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMail {
    /// Its row.
    pub id: i64,
    /// Tries so far, the one that begins now included.
    pub tries: u32,
    /// When the server received it.
    pub received_at: DateTime<Utc>,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    /// Its row.
    pub id: i64,
    /// Whether a person must look at it: then it is set aside, and can be run again.
    pub review: bool,
    /// Why.
    pub reason: String,
}

/// A mail that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Its row.
    pub id: i64,
    /// When the server received it; none where it could not be fetched.
    pub received_at: Option<DateTime<Utc>>,
    /// The sender's address.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// Tries at fetching it.
    pub fetch_tries: u32,
    /// Tries at handling it.
    pub handle_tries: u32,
}

/// How many mails there are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Seen and not fetched yet.
    pub seen: u32,
    /// Stored and not handled yet.
    pub stored: u32,
    /// Handled.
    pub done: u32,
    /// Set aside for a person.
    pub parked: u32,
}

/// Why a mail is done that went away before it was fetched.
pub(super) const GONE: &str = "gone";

/// What follows the header.
pub(super) fn body(mail: &[u8]) -> &[u8] {
    let after = |end: &[u8]| {
        let at = mail.windows(end.len()).position(|w| w == end)?;
        mail.get(at + end.len()..)
    };
    let ends = [after(b"\r\n\r\n"), after(b"\n\n")];
    // The header ends at the first blank line, whichever way its lines end.
    ends.into_iter()
        .flatten()
        .max_by_key(|body| body.len())
        .unwrap_or_default()
}

impl Books<'_> {
    /// Counts a try at fetching a mail, before it begins.
    ///
    /// # Errors
    /// SQLite's.
    pub fn try_fetch(&self, place: &Place, now: DateTime<Utc>) -> Result<Input, StoreError> {
        let sql = "INSERT INTO inputs (validity, uid, state, tries, first_seen_at)
                   VALUES (?1, ?2, 'seen', 1, ?3)
                   ON CONFLICT (validity, uid) DO UPDATE
                     SET tries = tries + 1, state = 'seen', reason = '', filed = 0, fate = ''
                   RETURNING id, tries";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = params![place.validity, place.uid, micros(now)];
        Ok(statement.query_row(row, |row| {
            Ok(Input {
                id: row.get(0)?,
                tries: row.get(1)?,
            })
        })?)
    }

    /// Stores a fetched mail; from here on it cannot be lost.
    ///
    /// # Errors
    /// SQLite's.
    pub fn store_mail(
        &self,
        id: i64,
        bytes: &[u8],
        received_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        // Of one that was too large once, the header was kept.
        self.execute(
            "INSERT INTO contents (input, bytes, whole) VALUES (?1, ?2, 1)
             ON CONFLICT (input) DO UPDATE SET bytes = excluded.bytes, whole = 1",
            params![id, bytes],
        )?;
        self.execute(
            "UPDATE inputs SET state = 'stored', received_at = ?2, digest = ?3, bytes_digest = ?4,
                               bytes = ?5, fetch_tries = tries, tries = 0
             WHERE id = ?1",
            params![
                id,
                micros(received_at),
                sha256(body(bytes)),
                sha256(bytes),
                i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            ],
        )?;
        Ok(())
    }

    /// Mails that were seen in the folder that is read, and not fetched yet.
    ///
    /// # Errors
    /// SQLite's.
    pub fn seen(&self) -> Result<Vec<(i64, Place)>, StoreError> {
        let sql = "SELECT id, validity, uid FROM inputs
                   WHERE state = 'seen' AND lies_in NOT IN ('done', 'review') ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let (validity, uid) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, Place { validity, uid }))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Closes a mail that somebody moved or deleted before it was fetched.
    ///
    /// # Errors
    /// SQLite's.
    pub fn gone(&self, id: i64) -> Result<(), StoreError> {
        // Its tries stay counted: a server may say so of one that it lists again and again.
        let sql = "UPDATE inputs SET state = 'done', reason = ?2, filed = 1
                   WHERE id = ?1 AND state = 'seen'";
        self.execute(sql, params![id, GONE])?;
        Ok(())
    }

    /// The next mail to handle, in order of reception; those of whoever floods the desk come after
    /// all others. Its try is counted. Its bytes are read
    /// apart: if that fails, the try stays counted.
    ///
    /// # Errors
    /// SQLite's.
    pub fn next_mail(&self) -> Result<Option<StoredMail>, StoreError> {
        let sql = "UPDATE inputs SET tries = tries + 1
                   WHERE id = coalesce(
                     (SELECT id FROM inputs INDEXED BY inputs_waiting
                      WHERE state = 'stored' AND sender NOT IN
                        (SELECT about FROM troubles WHERE kind = 'flood')
                      ORDER BY received_at, id LIMIT 1),
                     (SELECT id FROM inputs INDEXED BY inputs_waiting WHERE state = 'stored'
                      ORDER BY received_at, id LIMIT 1))
                     -- After a restore all that came in the lost time comes first.
                     AND NOT EXISTS (SELECT 1 FROM marks WHERE name = 'recovering'
                           AND NOT EXISTS (SELECT 1 FROM marks
                                           WHERE name = 'recovery-searched'))
                   RETURNING id, tries, coalesce(received_at, first_seen_at)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let head = statement.query_row([], |row| {
            Ok(StoredMail {
                id: row.get(0)?,
                tries: row.get(1)?,
                received_at: time(row.get(2)?),
            })
        });
        Ok(head.optional()?)
    }

    /// The bytes of a mail, unless they were purged.
    ///
    /// # Errors
    /// SQLite's.
    pub fn contents(&self, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self
            .transaction
            .prepare_cached("SELECT bytes FROM contents WHERE input = ?1 AND whole = 1")?;
        Ok(statement.query_row([id], |row| row.get(0)).optional()?)
    }

    /// Notes what a mail says of itself.
    ///
    /// # Errors
    /// SQLite's.
    pub fn describe_mail(
        &self,
        id: i64,
        message_id: &str,
        sender: &str,
        subject: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE inputs SET message_id = ?2, sender = ?3, subject = ?4 WHERE id = ?1",
            params![id, message_id, sender, subject],
        )?;
        Ok(())
    }

    /// Notes what the office's server said of the sender, and the words that this rests on.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note_authentication(
        &self,
        id: i64,
        verdict: &str,
        words: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET authentication = ?2, authentication_words = ?3 WHERE id = ?1";
        self.execute(sql, params![id, verdict, words])?;
        Ok(())
    }

    /// Records what became of a mail.
    ///
    /// # Errors
    /// SQLite's.
    pub fn handled(&self, handled: &Handled) -> Result<(), StoreError> {
        self.execute(
            "UPDATE inputs SET state = :state, fate = :fate, reason = :reason,
                               fetch_tries = iif(state = 'seen', tries, fetch_tries),
                               handle_tries = iif(state = 'stored', tries, handle_tries)
             WHERE id = :id",
            named_params! {
                ":id": handled.id,
                ":state": if handled.review { "parked" } else { "done" },
                ":fate": if handled.review { "review" } else { "done" },
                ":reason": handled.reason,
            },
        )?;
        Ok(())
    }

    /// How many mails there are in each state.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_inputs(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        let mut statement = self
            .transaction
            .prepare("SELECT state, count(*) FROM inputs GROUP BY state")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        for row in rows {
            let (state, count) = row?;
            match state.as_str() {
                "seen" => counts.seen = count,
                "stored" => counts.stored = count,
                "done" => counts.done = count,
                _ => counts.parked = count,
            }
        }
        Ok(counts)
    }

    /// Takes a counted try back: the fault was not the mail's.
    ///
    /// # Errors
    /// SQLite's.
    pub fn take_try_back(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET tries = max(tries - 1, 0) WHERE id = ?1";
        self.execute(sql, [id])?;
        Ok(())
    }

    /// Mails that wait for a person, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn parked(&self) -> Result<Vec<Parked>, StoreError> {
        let sql = "SELECT id, received_at, sender, subject, reason, handled_at, fetch_tries,
                          handle_tries
                   FROM inputs WHERE state = 'parked' ORDER BY id";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(Parked {
                id: row.get(0)?,
                received_at: row.get::<_, Option<i64>>(1)?.map(time),
                sender: row.get(2)?,
                subject: row.get(3)?,
                reason: row.get(4)?,
                since: row.get::<_, Option<i64>>(5)?.map(time),
                fetch_tries: row.get(6)?,
                handle_tries: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Puts a parked mail that was never fetched back to be fetched, if it lies in the mailbox.
    /// Returns whether there was such a mail.
    ///
    /// # Errors
    /// SQLite's.
    pub fn fetch_again(&self, id: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE inputs SET state = 'seen', tries = 0, fate = '', reason = '', filed = 0
                   WHERE id = ?1 AND state = 'parked'
                     AND NOT EXISTS
                       (SELECT 1 FROM contents WHERE input = inputs.id AND whole = 1)";
        Ok(self.execute(sql, [id])? == 1)
    }

    /// Puts a parked mail back to be handled again. Returns whether it was parked and is kept.
    ///
    /// # Errors
    /// SQLite's.
    pub fn run_again(&self, id: i64) -> Result<bool, StoreError> {
        let sql =
            "UPDATE inputs SET state = 'stored', tries = 0, fate = '', reason = '', filed = 0,
                          sorted = 1
                   WHERE id = ?1 AND state = 'parked'
                     AND EXISTS (SELECT 1 FROM contents WHERE input = inputs.id AND whole = 1)";
        Ok(self.execute(sql, [id])? == 1)
    }
}
