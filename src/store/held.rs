//! Notices that a cap holds back until the next morning, each taking up what comes after it; and
//! what the digest of the day tells of mails.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros, sha256, time};
use super::error::StoreError;
use super::notices::NewNotice;
use crate::request::{Notice, RequestId};

/// What a held notice's last reply says.
const HELD: &str = "held back: told often enough today";
/// What that of a mail says that came back.
const BACK: &str = "came back: ";
/// What that of one says that the daily cap has put off.
pub const CAPPED: &str = "daily cap of mails to this address";

/// A mail of ours that came back for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameBack {
    /// To whom it went.
    pub address: String,
    /// What the servers said.
    pub why: String,
}

/// A confirmation that was asked for, and that has not been given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConfirmation {
    /// The request's number.
    pub number: String,
    /// Who was asked.
    pub address: String,
    /// When, last.
    pub at: DateTime<Utc>,
}

impl Books<'_> {
    /// Stores a notice that waits until its time and takes up others like it meanwhile.
    ///
    /// # Errors
    /// SQLite's.
    pub fn hold_notice(&self, new: &NewNotice<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.add_notice(new, now)?;
        let sql = "UPDATE notices SET last_reply = ?1 WHERE id = last_insert_rowid()";
        self.execute(sql, [HELD])?;
        Ok(())
    }

    /// The notices of a kind to an address, about this request or none, that are held back.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn held_notices(
        &self,
        message: &str,
        address: &str,
        request: Option<RequestId>,
    ) -> Result<Vec<(i64, Notice)>, StoreError> {
        let sql = "SELECT id, body FROM notices
                   WHERE message = ?1 AND address = ?2 AND request IS ?3
                     -- One whose sending has begun may be rendered as it is.
                     AND state = 'due' AND bytes IS NULL AND tries = 0 AND last_reply = ?4";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = params![message, address, request.map(|r| r.0), HELD];
        let rows = statement.query_map(row, |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (id, body) = row?;
            Ok((id, serde_json::from_str(&body)?))
        })
        .collect()
    }

    /// Changes a notice that is held back.
    ///
    /// # Errors
    /// SQLite's.
    pub fn change_held(&self, id: i64, notice: &Notice) -> Result<(), StoreError> {
        let sql = "UPDATE notices SET body = ?2
                   WHERE id = ?1 AND bytes IS NULL AND tries = 0";
        let row = params![id, serde_json::to_string(notice)?];
        self.execute(sql, row)?;
        Ok(())
    }

    /// How many mails wait for the next day because their address has had its share of this one.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_held(&self) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM notices WHERE state = 'due' AND last_reply IN (?1, ?2)";
        let row = params![HELD, CAPPED];
        Ok(self.query_row(sql, row, |row| row.get(0))?)
    }

    /// Records that a mail of ours came back for good: by its Message-ID or its token.
    ///
    /// # Errors
    /// SQLite's.
    pub fn came_back(
        &self,
        (message_ids, tokens): (&[String], &[String]),
        why: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE notices SET last_reply = ?3
                   WHERE (message_id = ?1 OR token_hash = ?2) AND state = 'sent'";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let why = format!("{BACK}{why}");
        let none: Vec<u8> = vec![];
        for id in message_ids {
            statement.execute(params![id, none, why])?;
        }
        for token in tokens {
            statement.execute(params!["", sha256(token.as_bytes()), why])?;
        }
        Ok(())
    }

    /// Of these addresses those from which the last mail came back, and why.
    ///
    /// # Errors
    /// SQLite's.
    pub fn dead_among(&self, addresses: &[String]) -> Result<Vec<CameBack>, StoreError> {
        let sql = "SELECT last_reply, state FROM notices
                   WHERE address = ?1 AND state IN ('sent', 'failed')
                   ORDER BY ended_at DESC, id DESC LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut dead = vec![];
        for address in addresses {
            let row = statement.query_row([address], |row| Ok((row.get(0)?, row.get(1)?)));
            let Some((reply, state)) = row.optional()? else {
                continue;
            };
            let (reply, state): (String, String) = (reply, state);
            let why = match state.as_str() {
                "failed" => Some(reply.as_str()),
                _ => reply.strip_prefix(BACK),
            };
            dead.extend(why.map(|why| CameBack {
                address: address.clone(),
                why: why.to_owned(),
            }));
        }
        Ok(dead)
    }

    /// Confirmations of an answer that were asked for, of requests that go on, and after which
    /// nothing of that person counted; the latest of each.
    ///
    /// # Errors
    /// SQLite's.
    pub fn open_confirmations(&self) -> Result<Vec<OpenConfirmation>, StoreError> {
        let sql = "SELECT a.number, a.address, a.asked FROM (
                     SELECT q.id, q.number, n.address, max(n.created_at) AS asked
                     FROM notices n JOIN requests q ON q.id = n.request
                     WHERE n.message = 'decision-confirmation' AND q.state <> 'closed'
                     GROUP BY q.id, n.address) a
                   WHERE NOT EXISTS (SELECT 1 FROM journal j
                     WHERE j.request = a.id AND j.by_whom = a.address AND j.at >= a.asked
                       AND j.outcome NOT IN ('confirmation-asked', 'commented', 'status-told'))
                   ORDER BY a.asked, a.number";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(OpenConfirmation {
                number: row.get(0)?,
                address: row.get(1)?,
                at: time(row.get(2)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many requests were opened in somebody's name since a time that nothing proves theirs: by
    /// their place in the directory, or by the address where it does not know them.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_unproven(
        &self,
        (address, person): (&str, &str),
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM requests
                   WHERE opened_at >= ?3
                     AND (requester = ?1 OR json_extract(body, '$.requester.person') = ?2)
                     AND json_extract(body, '$.opening_cell') <> 'opens-authenticated'";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = params![address, person, micros(since)];
        Ok(statement.query_row(row, |row| row.get(0))?)
    }
}
