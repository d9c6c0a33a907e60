//! How mails and requests hang together: the same words again, the same memorandum, the sender's
//! own requests, what continues what.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros, sha256};
use super::error::StoreError;
use crate::judge::{Clues, Known};
use crate::request::RequestId;

/// Own requests that are looked at: the newest.
const OWN: u32 = 50;

impl Books<'_> {
    /// Notes what a mail consists of: subject, words, files.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note_content(&self, input: i64, parts: &[&[u8]]) -> Result<(), StoreError> {
        let hashes: Vec<Vec<u8>> = parts.iter().map(|part| sha256(part)).collect();
        let sql = "UPDATE inputs SET content = ?2 WHERE id = ?1";
        self.execute(sql, params![input, sha256(&hashes.concat())])?;
        Ok(())
    }

    /// Adds to what is known of a mail the requests that hang together with it though it refers to
    /// none of them. `since` bounds how long ago the same words count as the same mail.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn kin(
        &self,
        known: &mut Known,
        clues: &Clues,
        input: i64,
        since: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        known.repeats = self.repeats(input, since)?;
        if let Some(key) = &clues.memorandum {
            known.memorandum = self.citing(key)?;
        }
        if clues.wants_own {
            for address in &clues.answers_for {
                known.own.extend(self.requests_of(address)?);
            }
            known.own.sort_unstable();
            known.own.dedup();
            known.own.reverse();
        }
        let mut ids = known.own.clone();
        ids.extend(known.memorandum.into_iter().chain(known.repeats.flatten()));
        for id in ids {
            if let Some(request) = self.request(id)? {
                known.requests.insert(id, request);
            }
        }
        Ok(())
    }

    /// The request of an earlier mail of the same sender with the same words and files; none in it:
    /// that mail waits for a person.
    fn repeats(
        &self,
        input: i64,
        since: DateTime<Utc>,
    ) -> Result<Option<Option<RequestId>>, StoreError> {
        let sql = "SELECT b.state = 'parked',
                          (SELECT j.request FROM journal j
                           WHERE j.input = b.id AND j.request IS NOT NULL ORDER BY j.id LIMIT 1)
                   FROM inputs a JOIN inputs b
                     ON b.content = a.content AND b.sender = a.sender AND b.id <> a.id
                   WHERE a.id = ?1 AND b.received_at >= ?2 AND b.authentication <> 'fails'
                     AND (b.state = 'parked' OR b.sorted = 1 OR b.reason IN
                          ('opening', 'continued', 'corrected', 'sent-again'))
                   ORDER BY b.id DESC LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row(params![input, micros(since)], |row| {
            let request: Option<i64> = row.get(1)?;
            Ok((row.get::<_, bool>(0)?, request.map(RequestId)))
        });
        Ok(match row.optional()? {
            Some((true, _)) => Some(None),
            Some((false, Some(request))) => Some(Some(request)),
            Some((false, None)) | None => None,
        })
    }

    /// The last request that cites a memorandum.
    fn citing(&self, key: &str) -> Result<Option<RequestId>, StoreError> {
        let sql = "SELECT id FROM requests WHERE memorandum = ?1 AND memorandum <> ''
                   ORDER BY id DESC LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let id = statement.query_row([key], |row| row.get(0)).optional()?;
        Ok(id.map(RequestId))
    }

    /// The newest requests that somebody asked for, or sent for another.
    fn requests_of(&self, address: &str) -> Result<Vec<RequestId>, StoreError> {
        let sql = "SELECT id FROM (
                     SELECT id FROM requests WHERE requester = ?1
                     UNION
                     SELECT request FROM received WHERE address = ?1
                   ) ORDER BY id DESC LIMIT ?2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map(params![address, OWN], |row| row.get(0).map(RequestId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The numbers of the requests that continue one, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn continued_by(&self, request: RequestId) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT number FROM requests
                   WHERE json_extract(body, '$.related.request') = ?1
                     AND json_extract(body, '$.related.kind') = 'continues' ORDER BY id";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([request.0], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
