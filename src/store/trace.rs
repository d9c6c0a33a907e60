//! All that is known of one mail, received or sent: from where it came to what came of it.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use rusqlite::{Row, params};
use serde::Serialize;

use super::books::{Books, sha256, time};
use super::error::StoreError;

/// A mail that was received, or seen at least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceivedTrace {
    /// Its number.
    pub mail: i64,
    /// Message-ID without angle brackets; empty: none, or never fetched.
    pub message_id: String,
    /// The sender's address.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// UIDVALIDITY of the folder that it was taken from.
    pub uidvalidity: u32,
    /// Its UID there.
    pub uid: String,
    /// When the desk first saw it.
    pub first_seen_at: DateTime<Utc>,
    /// When the server received it.
    pub received_at: Option<DateTime<Utc>>,
    /// When it was fetched.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Tries at fetching it.
    pub fetch_tries: u32,
    /// Tries at handling it.
    pub handle_tries: u32,
    /// Its size.
    pub bytes: Option<i64>,
    /// SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// What is kept of it: `whole`, `header` or `nothing`.
    pub kept: String,
    /// What the office's server said of its sender.
    pub authentication: String,
    /// The words that this rests on.
    pub authentication_words: String,
    /// `seen`, `stored`, `done` or `parked`.
    pub state: String,
    /// Why it is done or parked.
    pub reason: String,
    /// When that was.
    pub handled_at: Option<DateTime<Utc>>,
    /// The mail that it repeats.
    pub repeats: Option<i64>,
    /// Whether the mailbox holds it where its fate says.
    pub filed: bool,
    /// When that was.
    pub filed_at: Option<DateTime<Utc>>,
    /// Where it lies since then, if the mailbox said so: folder, UIDVALIDITY, UID.
    pub lies: Option<(String, u32, String)>,
    /// What it led to.
    pub events: Vec<EventTrace>,
    /// Requests that it belongs to, by number.
    pub requests: Vec<String>,
    /// Mails of the desk that it referred to.
    pub refers_to: Vec<SentTrace>,
    /// Mails that were sent because of it.
    pub sent: Vec<SentTrace>,
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventTrace {
    /// When.
    pub at: DateTime<Utc>,
    /// Number of the request; none: of none.
    pub request: Option<String>,
    /// What came of it.
    pub outcome: String,
    /// The cell of the policy that let it count, or not.
    pub cell: String,
}

/// A mail of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentTrace {
    /// Its row.
    pub notice: i64,
    /// Message-ID without angle brackets.
    pub message_id: String,
    /// Number of the request that it is about.
    pub request: Option<String>,
    /// The mail that led to it; none: time or an operator.
    pub because_of: Option<i64>,
    /// Folder of its template.
    pub message: String,
    /// To whom.
    pub address: String,
    /// The subject, once made.
    pub subject: String,
    /// `due`, `sent` or `failed`.
    pub state: String,
    /// When it was born.
    pub created_at: DateTime<Utc>,
    /// When it is tried next, while it is due.
    pub due_at: DateTime<Utc>,
    /// When it was first tried.
    pub first_tried_at: Option<DateTime<Utc>>,
    /// When it was sent or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// Tries.
    pub tries: u32,
    /// What the server said last.
    pub last_reply: String,
    /// SHA-256 of its bytes, once made.
    pub sha256: Option<String>,
    /// Mails that referred to it.
    pub replies: Vec<i64>,
}

const RECEIVED: &str = "SELECT i.id, i.message_id, i.sender, i.subject, i.validity, i.uid,
    i.first_seen_at, i.received_at, i.fetched_at,
    CASE i.state WHEN 'seen' THEN i.tries ELSE i.fetch_tries END,
    CASE i.state WHEN 'stored' THEN i.tries ELSE i.handle_tries END,
    coalesce(i.bytes, length(c.bytes)), c.bytes, coalesce(c.whole, -1), i.authentication,
    i.authentication_words, i.state, i.reason, i.handled_at, i.filed, i.filed_at,
    i.lies_in, i.lies_validity, i.lies_uid, i.bytes_digest
  FROM inputs AS i LEFT JOIN contents AS c ON c.input = i.id";

const SENT: &str = "SELECT n.id, n.message_id, q.number, n.input, n.message, n.address, n.subject,
    n.state, n.created_at, n.due_at, n.first_tried_at, n.ended_at, n.tries, n.last_reply, n.bytes
  FROM notices AS n LEFT JOIN requests AS q ON q.id = n.request";

fn maybe_time(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(time))
}

fn received(row: &Row<'_>) -> rusqlite::Result<ReceivedTrace> {
    let whole: i64 = row.get(13)?;
    let contents: Option<Vec<u8>> = row.get(12)?;
    let digest: Option<Vec<u8>> = row.get(24)?;
    let digest = digest.or_else(|| contents.filter(|_| whole == 1).map(|b| sha256(&b)));
    let folder: String = row.get(21)?;
    let place = row
        .get::<_, Option<u32>>(22)?
        .zip(row.get::<_, Option<String>>(23)?);
    let kept = match whole {
        1 => "whole",
        0 => "header",
        _ => "nothing",
    };
    Ok(ReceivedTrace {
        mail: row.get(0)?,
        message_id: row.get(1)?,
        sender: row.get(2)?,
        subject: row.get(3)?,
        uidvalidity: row.get(4)?,
        uid: row.get(5)?,
        first_seen_at: time(row.get(6)?),
        received_at: maybe_time(row, 7)?,
        fetched_at: maybe_time(row, 8)?,
        fetch_tries: row.get(9)?,
        handle_tries: row.get(10)?,
        bytes: row.get(11)?,
        sha256: digest.map(|digest| HEXLOWER.encode(&digest)),
        kept: kept.to_owned(),
        authentication: row.get(14)?,
        authentication_words: row.get(15)?,
        state: row.get(16)?,
        reason: row.get(17)?,
        handled_at: maybe_time(row, 18)?,
        repeats: None,
        filed: row.get(19)?,
        filed_at: maybe_time(row, 20)?,
        lies: place.map(|(validity, uid)| (folder, validity, uid)),
        events: vec![],
        requests: vec![],
        refers_to: vec![],
        sent: vec![],
    })
}

fn sent(row: &Row<'_>) -> rusqlite::Result<SentTrace> {
    let bytes: Option<Vec<u8>> = row.get(14)?;
    Ok(SentTrace {
        notice: row.get(0)?,
        message_id: row.get(1)?,
        request: row.get(2)?,
        because_of: row.get(3)?,
        message: row.get(4)?,
        address: row.get(5)?,
        subject: row.get(6)?,
        state: row.get(7)?,
        created_at: time(row.get(8)?),
        due_at: time(row.get(9)?),
        first_tried_at: maybe_time(row, 10)?,
        ended_at: maybe_time(row, 11)?,
        tries: row.get(12)?,
        last_reply: row.get(13)?,
        sha256: bytes.map(|bytes| HEXLOWER.encode(&sha256(&bytes))),
        replies: vec![],
    })
}

impl Books<'_> {
    /// The mails received with a Message-ID, or with this number; several have one Message-ID where
    /// it came with different contents, or through different doors.
    ///
    /// # Errors
    /// SQLite's.
    pub fn trace_received(
        &self,
        message_id: &str,
        number: Option<i64>,
    ) -> Result<Vec<ReceivedTrace>, StoreError> {
        let sql =
            format!("{RECEIVED} WHERE i.id = ?2 OR (?1 <> '' AND i.message_id = ?1) ORDER BY i.id");
        let mut statement = self.transaction.prepare(&sql)?;
        let rows = statement.query_map(params![message_id, number], received)?;
        let mut found: Vec<ReceivedTrace> = rows.collect::<Result<_, _>>()?;
        for mail in &mut found {
            self.fill(mail)?;
        }
        Ok(found)
    }

    fn fill(&self, mail: &mut ReceivedTrace) -> Result<(), StoreError> {
        let id = mail.mail;
        if mail.reason == "repeated" {
            mail.repeats = self.original(id)?.map(|original| original.id);
        }
        let sql = "SELECT j.at, q.number, j.outcome, j.cell FROM journal AS j
                   LEFT JOIN requests AS q ON q.id = j.request WHERE j.input = ?1 ORDER BY j.id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([id], |row| {
            Ok(EventTrace {
                at: time(row.get(0)?),
                request: row.get(1)?,
                outcome: row.get(2)?,
                cell: row.get(3)?,
            })
        })?;
        mail.events = rows.collect::<Result<_, _>>()?;
        let sql = "SELECT q.number FROM received AS r JOIN requests AS q ON q.id = r.request
                   WHERE r.input = ?1 ORDER BY q.id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([id], |row| row.get(0))?;
        mail.requests = rows.collect::<Result<_, _>>()?;
        mail.sent = self.sent_where("n.input = ?1", &id)?;
        mail.refers_to =
            self.sent_where("n.id IN (SELECT notice FROM replies WHERE input = ?1)", &id)?;
        Ok(())
    }

    /// The desk's own mail with a Message-ID.
    ///
    /// # Errors
    /// SQLite's.
    pub fn trace_sent(&self, message_id: &str) -> Result<Vec<SentTrace>, StoreError> {
        self.sent_where("n.message_id = ?1", &message_id)
    }

    fn sent_where(
        &self,
        condition: &str,
        value: &dyn rusqlite::ToSql,
    ) -> Result<Vec<SentTrace>, StoreError> {
        let sql = format!("{SENT} WHERE {condition} ORDER BY n.id");
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let mut found: Vec<SentTrace> = statement
            .query_map([value], sent)?
            .collect::<Result<_, _>>()?;
        let sql = "SELECT input FROM replies WHERE notice = ?1 ORDER BY input";
        let mut replies = self.transaction.prepare_cached(sql)?;
        for mail in &mut found {
            let rows = replies.query_map([mail.notice], |row| row.get(0))?;
            mail.replies = rows.collect::<Result<_, _>>()?;
        }
        Ok(found)
    }

    /// Message-IDs, received or sent, that hold this text: what may have been meant.
    ///
    /// # Errors
    /// SQLite's.
    pub fn message_ids_like(&self, text: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT message_id FROM (
                     SELECT message_id FROM inputs WHERE instr(lower(message_id), lower(?1)) > 0
                     UNION SELECT message_id FROM notices
                           WHERE instr(lower(message_id), lower(?1)) > 0)
                   LIMIT 5";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([text], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
