//! Where mails lie in the mailbox, and by what one is known wherever it lies.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::books::{Books, micros, sha256};
use super::error::StoreError;
use super::inputs::{GONE, Place};

/// Why a mail is done that lay there before the desk began.
const BEFORE: &str = "before-start";

/// How often a mail that lies again where it was taken is filed again.
const MOST_BACK: u32 = 5;

/// Where a mail lies: the folder's name (`incoming`, `done`, `review`) and its place there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lying {
    /// The folder.
    pub folder: String,
    /// The place in it.
    pub place: Place,
}

/// A mail whose fate is durable and that the mailbox does not hold in its place yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfiled {
    /// Its row.
    pub id: i64,
    /// Where it lay when it was taken.
    pub place: Place,
    /// Where it lies since it was filed the last time, if it was and the mailbox said so.
    pub lies: Option<Lying>,
    /// Whether a person must look at it.
    pub review: bool,
    /// Whether a person has: then it lies where those are that wait for one.
    pub sorted: bool,
    /// Its Message-ID; empty: none.
    pub message_id: String,
}

/// The mail that another one repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its row.
    pub id: i64,
    /// Whether it waits for a person.
    pub review: bool,
}

/// A mail that was filed elsewhere, and lies again where it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// Its row.
    pub id: i64,
    /// Where it lay when it was taken.
    pub place: Place,
    /// Whether it waits for a person and was never fetched whole.
    pub unfetched: bool,
    /// The hash of its bytes, if it was fetched.
    pub bytes_digest: Option<Vec<u8>>,
}

fn lying(row: &Row<'_>, from: usize) -> rusqlite::Result<Option<Lying>> {
    let folder: String = row.get(from)?;
    let validity: Option<u32> = row.get(from + 1)?;
    let uid: Option<String> = row.get(from + 2)?;
    Ok(validity
        .zip(uid)
        .filter(|_| !folder.is_empty())
        .map(|(validity, uid)| Lying {
            folder,
            place: Place { validity, uid },
        }))
}

impl Books<'_> {
    /// Which of these places hold mails that were never stored, handled or set aside, in the same
    /// order. One that went away and lies there again is a mail to be taken.
    ///
    /// # Errors
    /// SQLite's.
    pub fn not_taken(&self, places: &[Place]) -> Result<Vec<Place>, StoreError> {
        let sql = "SELECT j.key FROM json_each(?1) AS j
                   WHERE NOT EXISTS (SELECT 1 FROM inputs AS i
                     WHERE i.validity = json_extract(j.value, '$[0]')
                       AND i.uid = json_extract(j.value, '$[1]')
                       AND i.state <> 'seen' AND i.reason <> ?2)
                   ORDER BY j.key";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows =
            statement.query_map(params![as_json(places)?, GONE], |row| row.get::<_, i64>(0))?;
        let mut found = vec![];
        for index in rows {
            let index = usize::try_from(index?).unwrap_or(usize::MAX);
            found.extend(places.get(index).cloned());
        }
        Ok(found)
    }

    /// Mails that were moved away from these places, and yet lie there; not those that did so too
    /// often, by a server that says it moves and does not.
    ///
    /// # Errors
    /// SQLite's.
    pub fn moved_back(&self, places: &[Place]) -> Result<Vec<Back>, StoreError> {
        let sql = "SELECT i.id, i.validity, i.uid, i.bytes_digest,
                          i.state = 'parked' AND NOT EXISTS
                            (SELECT 1 FROM contents AS c WHERE c.input = i.id AND c.whole = 1)
                   -- CROSS: in this order, by the place. Else all that was ever filed is read.
                   FROM json_each(?1) AS j CROSS JOIN inputs AS i
               ON i.validity = json_extract(j.value, '$[0]')
              AND i.uid = json_extract(j.value, '$[1]')
             WHERE i.filed = 1 AND i.lies_in IN ('done', 'review') AND i.state <> 'seen'
                     AND i.filing_tries < ?2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map(params![as_json(places)?, MOST_BACK], |row| {
            Ok(Back {
                id: row.get(0)?,
                place: Place {
                    validity: row.get(1)?,
                    uid: row.get(2)?,
                },
                bytes_digest: row.get(3)?,
                unfetched: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether these are the bytes that a mail was taken with; so too where that is not known.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_same_mail(&self, id: i64, bytes: &[u8]) -> Result<bool, StoreError> {
        let sql = "SELECT bytes_digest IS NULL OR bytes_digest = ?2 FROM inputs WHERE id = ?1";
        let row = params![id, sha256(bytes)];
        Ok(self.query_row(sql, row, |row| row.get(0))?)
    }

    /// Notes which of our mails a mail refers to, by token or Message-ID.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note_replies(
        &self,
        input: i64,
        tokens: &[String],
        message_ids: &[String],
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO replies (notice, input)
                   SELECT id, ?1 FROM notices WHERE token_hash = ?2
                   UNION SELECT id, ?1 FROM notices WHERE message_id = ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for token in tokens {
            statement.execute(params![input, sha256(token.as_bytes()), ""])?;
        }
        for message_id in message_ids {
            statement.execute(params![input, Vec::<u8>::new(), message_id])?;
        }
        Ok(())
    }

    /// Has a mail filed again that lies where it was taken.
    ///
    /// # Errors
    /// SQLite's.
    pub fn file_again(&self, id: i64) -> Result<(), StoreError> {
        let sql =
            "UPDATE inputs SET filed = 0, lies_in = '', lies_validity = NULL, lies_uid = NULL,
                                     filing_tries = filing_tries + 1
                   WHERE id = ?1";
        self.execute(sql, [id])?;
        Ok(())
    }

    /// Frees a mail's place: another mail lies there under the same UID, which must be taken.
    ///
    /// # Errors
    /// SQLite's.
    pub fn free_place(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET uid = uid || '#' || id WHERE id = ?1";
        self.execute(sql, [id])?;
        Ok(())
    }

    /// Notes mails that lay there before the desk began: they stay where they are.
    ///
    /// # Errors
    /// SQLite's.
    pub fn leave_before_start(
        &self,
        mails: &[(Place, DateTime<Utc>, u64)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO inputs (validity, uid, state, reason, filed, first_seen_at,
                                       received_at, bytes)
                   VALUES (?1, ?2, 'done', ?3, 1, ?4, ?5, ?6)
                   ON CONFLICT (validity, uid) DO NOTHING";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for (place, received_at, bytes) in mails {
            statement.execute(params![
                place.validity,
                place.uid,
                BEFORE,
                micros(now),
                micros(*received_at),
                i64::try_from(*bytes).unwrap_or(i64::MAX)
            ])?;
        }
        Ok(())
    }

    /// How many mails lay there before the desk began.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_before_start(&self) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM inputs WHERE reason = ?1";
        Ok(self.query_row(sql, [BEFORE], |row| row.get(0))?)
    }

    /// Whether any mail was ever seen.
    ///
    /// # Errors
    /// SQLite's.
    pub fn has_inputs(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM inputs)";
        Ok(self.query_row(sql, [], |row| row.get(0))?)
    }

    /// Mails that an operator wants fetched again, and where each was filed.
    ///
    /// # Errors
    /// SQLite's.
    pub fn to_fetch_where_filed(&self) -> Result<Vec<(i64, Place, Lying)>, StoreError> {
        let sql = "SELECT id, validity, uid, lies_in, lies_validity, lies_uid FROM inputs
                   WHERE state = 'seen' AND lies_in IN ('done', 'review') ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let (validity, uid) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, Place { validity, uid }, lying(row, 3)?))
        })?;
        let mut found = vec![];
        for row in rows {
            let (id, place, lies) = row?;
            found.extend(lies.map(|lies| (id, place, lies)));
        }
        Ok(found)
    }

    /// Notes when a mail was fetched.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note_fetched(&self, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET fetched_at = ?2 WHERE id = ?1";
        self.execute(sql, params![id, micros(now)])?;
        Ok(())
    }

    /// Notes when a mail was handled or set aside.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note_handled(&self, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET handled_at = ?2 WHERE id = ?1";
        self.execute(sql, params![id, micros(now)])?;
        Ok(())
    }

    /// Keeps the header of a mail that is too large to be fetched whole.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_header(
        &self,
        id: i64,
        header: &[u8],
        (bytes, received_at): (u64, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO contents (input, bytes, whole) VALUES (?1, ?2, 0)
             ON CONFLICT (input) DO UPDATE SET bytes = excluded.bytes WHERE whole = 0",
            params![id, header],
        )?;
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let sql = "UPDATE inputs SET bytes = ?2, received_at = ?3 WHERE id = ?1";
        self.execute(sql, params![id, bytes, micros(received_at)])?;
        Ok(())
    }

    /// Whether another mail with this Message-ID was set aside for its size: its sender knows.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_told_too_large(&self, id: i64, message_id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM notices AS n JOIN inputs AS i ON i.id = n.input
                     WHERE n.message = 'too-large'
                       AND (i.id = ?1 OR (i.message_id = ?2 AND ?2 <> '')))";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row(params![id, message_id], |row| row.get(0))?)
    }

    /// Notes what a mail says to who reads it: its new words and its files.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note_words(&self, id: i64, words: &[u8]) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET words_digest = ?2 WHERE id = ?1";
        self.execute(sql, params![id, sha256(words)])?;
        Ok(())
    }

    /// The mail that this one repeats, if it was handled: the very same bytes in another place, or
    /// one with the same Message-ID, sender and subject that says the same through another door
    /// (each delivery writes its own trace into the header, and some gateways wrap the body anew).
    ///
    /// # Errors
    /// SQLite's.
    pub fn original(&self, id: i64) -> Result<Option<Original>, StoreError> {
        let sql = "SELECT b.id, b.state = 'parked' FROM (
                     SELECT b.id FROM inputs AS a JOIN inputs AS b
                       ON b.bytes_digest = a.bytes_digest WHERE a.id = ?1
                     UNION
                     SELECT b.id FROM inputs AS a JOIN inputs AS b
                       ON b.message_id = a.message_id
                          -- Of one that was purged, these two may be blank.
                          AND (b.purged_at IS NOT NULL
                               OR (b.sender = a.sender AND b.subject = a.subject))
                          AND (b.digest = a.digest OR b.words_digest = a.words_digest)
                       WHERE a.id = ?1 AND a.message_id <> ''
                   ) AS same JOIN inputs AS b ON b.id = same.id
                   WHERE b.id <> ?1 AND b.state IN ('done', 'parked')
                     -- Or two copies would each be the repetition of the other.
                     AND b.reason <> 'repeated'
                     -- A copy that came through a forwarder, and failed, was not handled; one
                     -- that fails too is no other mail.
                     AND (b.authentication <> 'fails' OR 'fails' =
                          (SELECT authentication FROM inputs WHERE id = ?1))
                   ORDER BY b.id LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = |row: &Row<'_>| {
            Ok(Original {
                id: row.get(0)?,
                review: row.get(1)?,
            })
        };
        Ok(statement.query_row([id], row).optional()?)
    }

    /// Has a mail filed where those are that wait for a person, though it is done: what it repeats
    /// waits there.
    ///
    /// # Errors
    /// SQLite's.
    pub fn file_for_review(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET fate = 'review' WHERE id = ?1";
        self.execute(sql, [id])?;
        Ok(())
    }

    /// Mails to file in the mailbox, oldest first; those that it did not move, last.
    ///
    /// # Errors
    /// SQLite's.
    pub fn unfiled(&self, most: u32) -> Result<Vec<Unfiled>, StoreError> {
        let sql = "SELECT id, validity, uid, fate, sorted, message_id,
                          lies_in, lies_validity, lies_uid
                   FROM inputs
                   WHERE filed = 0 AND fate <> '' ORDER BY filing_tries, id LIMIT ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([most], |row| {
            Ok(Unfiled {
                id: row.get(0)?,
                place: Place {
                    validity: row.get(1)?,
                    uid: row.get(2)?,
                },
                review: row.get::<_, String>(3)? == "review",
                sorted: row.get(4)?,
                message_id: row.get(5)?,
                lies: lying(row, 6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a mail waits to be handled, or to be filed.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_filing_awaited(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM inputs WHERE state = 'stored')
                       OR EXISTS (SELECT 1 FROM inputs WHERE filed = 0 AND fate <> '')";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Records that a mail is filed, and where it lies if the mailbox said so.
    ///
    /// # Errors
    /// SQLite's.
    pub fn filed(
        &self,
        id: i64,
        lies: Option<&Lying>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET filed = 1, filed_at = ?2 WHERE id = ?1";
        self.execute(sql, params![id, micros(now)])?;
        self.lies(id, lies)
    }

    /// Notes where a mail lies; none: nobody knows.
    ///
    /// # Errors
    /// SQLite's.
    pub fn lies(&self, id: i64, lies: Option<&Lying>) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET lies_in = ?2, lies_validity = ?3, lies_uid = ?4 WHERE id = ?1";
        self.execute(
            sql,
            params![
                id,
                lies.map_or("", |l| l.folder.as_str()),
                lies.map(|l| l.place.validity),
                lies.map(|l| l.place.uid.as_str())
            ],
        )?;
        Ok(())
    }

    /// Counts a mail that the mailbox did not move: it goes behind the others.
    ///
    /// # Errors
    /// SQLite's.
    pub fn filing_failed(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET filing_tries = filing_tries + 1 WHERE id = ?1";
        self.execute(sql, [id])?;
        Ok(())
    }
}

fn as_json(places: &[Place]) -> Result<String, StoreError> {
    let pairs: Vec<(u32, &str)> = places
        .iter()
        .map(|p| (p.validity, p.uid.as_str()))
        .collect();
    Ok(serde_json::to_string(&pairs)?)
}
