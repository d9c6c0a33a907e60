//! Notices: what must be told to whom, from their birth until the server took them.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, named_params, params};

use super::books::{Books, micros, sha256, time};
use super::error::StoreError;
use crate::request::{Notice, RequestId};

/// A notice that is born.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice<'a> {
    /// The request that it is about.
    pub request: Option<RequestId>,
    /// The mail that led to it.
    pub input: Option<i64>,
    /// What, to whom.
    pub notice: &'a Notice,
    /// Its Message-ID, without angle brackets.
    pub message_id: &'a str,
    /// Its token, where it asks something; only a hash is kept.
    pub token: Option<&'a str>,
}

/// A notice that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its row.
    pub id: i64,
    /// The request that it is about.
    pub request: Option<RequestId>,
    /// The mail that led to it.
    pub input: Option<i64>,
    /// What, to whom.
    pub notice: Notice,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Its final bytes, once made.
    pub bytes: Option<Vec<u8>>,
    /// The hash of its token, where it asks something.
    pub token_hash: Option<Vec<u8>>,
}

/// What is known of a notice that is due without reading what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueNotice {
    /// Its row.
    pub id: i64,
    /// The request that it is about.
    pub request: Option<RequestId>,
    /// That request's number.
    pub number: Option<String>,
    /// Folder of its template.
    pub message: String,
    /// To whom.
    pub address: String,
    /// Tries so far, of making it or of sending it.
    pub tries: u32,
    /// When it was first tried.
    pub first_tried_at: Option<DateTime<Utc>>,
    /// Whether it asks something.
    pub asks: bool,
    /// Whether its bytes are kept.
    pub made: bool,
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// The server took it.
    Sent,
    /// It cannot be delivered.
    Failed,
}

/// A mail about a request, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When it was born.
    pub at: DateTime<Utc>,
    /// Folder of its template.
    pub message: String,
    /// To whom.
    pub address: String,
    /// `due`, `sent` or `failed`.
    pub state: String,
    /// What the server said last.
    pub last_reply: String,
}

/// The mails of a request that one person has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// Message-IDs, oldest first, without angle brackets.
    pub message_ids: Vec<String>,
    /// The subject of the first of them; none where there is none yet.
    pub subject: Option<String>,
}

impl Books<'_> {
    /// Stores a notice.
    ///
    /// # Errors
    /// SQLite's.
    pub fn add_notice(&self, new: &NewNotice<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let notice = new.notice;
        self.execute(
            "INSERT INTO notices (request, input, message, address, body, message_id, token_hash,
                                  state, created_at, due_at, held)
             VALUES (:request, :input, :message, :address, :body, :message_id, :token_hash,
                     'due', :created_at, :due_at, :held)",
            named_params! {
                ":request": new.request.map(|r| r.0),
                ":input": new.input,
                ":message": notice.message.template(),
                ":address": notice.to.address,
                ":body": serde_json::to_string(notice)?,
                ":message_id": new.message_id,
                ":token_hash": new.token.map(|t| sha256(t.as_bytes())),
                ":created_at": micros(now),
                ":due_at": micros(notice.due.max(now)),
                ":held": self.is_to_be_held(new.input, notice.message.template())?,
            },
        )?;
        Ok(())
    }

    /// The next notice that is due; only columns are read. Alarms come before all others.
    ///
    /// # Errors
    /// SQLite's.
    pub fn due_notice(&self, now: DateTime<Utc>) -> Result<Option<DueNotice>, StoreError> {
        let sql = "SELECT id, request, message, address, tries, first_tried_at,
                          token_hash IS NOT NULL,
                          (SELECT number FROM requests WHERE requests.id = notices.request),
                          bytes IS NOT NULL
                   FROM notices
                   WHERE id = coalesce(
                     (SELECT id FROM notices WHERE state = 'due' AND message = 'alarm'
                        AND due_at <= ?1 AND held = 0 ORDER BY due_at, id LIMIT 1),
                     (SELECT id FROM notices WHERE state = 'due' AND due_at <= ?1 AND held = 0
                        ORDER BY due_at, id LIMIT 1))";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row([micros(now)], |row| {
            Ok(DueNotice {
                id: row.get(0)?,
                request: row.get::<_, Option<i64>>(1)?.map(RequestId),
                message: row.get(2)?,
                address: row.get(3)?,
                tries: row.get(4)?,
                first_tried_at: row.get::<_, Option<i64>>(5)?.map(time),
                asks: row.get(6)?,
                number: row.get(7)?,
                made: row.get(8)?,
            })
        });
        Ok(row.optional()?)
    }

    /// A notice, whole.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn notice(&self, id: i64) -> Result<NoticeRow, StoreError> {
        let sql = "SELECT request, input, body, message_id, bytes, token_hash
                   FROM notices WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = |row: &rusqlite::Row<'_>| {
            let body: String = row.get(2)?;
            Ok((
                body,
                row.get::<_, Option<i64>>(0)?,
                row.get(1)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
            ))
        };
        let (body, request, input, message_id, bytes, token_hash) =
            statement.query_row([id], row)?;
        Ok(NoticeRow {
            id,
            request: request.map(RequestId),
            input,
            notice: serde_json::from_str(&body)?,
            message_id,
            bytes,
            token_hash,
        })
    }

    /// When the next notice is due.
    ///
    /// # Errors
    /// SQLite's.
    pub fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "SELECT min(due_at) FROM notices WHERE state = 'due' AND held = 0";
        let at: Option<i64> = self.query_row(sql, [], |row| row.get(0))?;
        Ok(at.map(time))
    }

    /// Keeps the subject and the final bytes, before the first try.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_bytes(&self, id: i64, subject: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let (salt, hash) = self.salted(bytes)?;
        let sql = "UPDATE notices SET subject = ?2, bytes = ?3, salt = ?4, bytes_hash = ?5
                   WHERE id = ?1";
        let row = params![id, subject, bytes, salt, hash];
        self.execute(sql, row)?;
        Ok(())
    }

    /// Records the end of a notice.
    ///
    /// # Errors
    /// SQLite's.
    pub fn end_notice(
        &self,
        id: i64,
        state: NoticeState,
        reply: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let state = match state {
            NoticeState::Sent => "sent",
            NoticeState::Failed => "failed",
        };
        self.execute(
            "UPDATE notices SET state = ?2, last_reply = ?3, ended_at = ?4 WHERE id = ?1",
            params![id, state, reply, micros(now)],
        )?;
        Ok(())
    }

    /// Counts a try before it begins, and says when the next one is if this one comes to nothing:
    /// a process that dies meanwhile, or a disk that is full afterwards, delays and never floods.
    ///
    /// # Errors
    /// SQLite's.
    pub fn begin_try(
        &self,
        id: i64,
        next: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE notices SET tries = tries + 1, due_at = ?2,
                                first_tried_at = coalesce(first_tried_at, ?3) WHERE id = ?1",
            params![id, micros(next), micros(now)],
        )?;
        Ok(())
    }

    /// Takes a counted try back, and makes the notice due at once: the fault was not its own.
    ///
    /// # Errors
    /// SQLite's.
    pub fn take_notice_try_back(&self, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE notices SET tries = max(tries - 1, 0), due_at = ?2 WHERE id = ?1";
        self.execute(sql, params![id, micros(now)])?;
        Ok(())
    }

    /// Makes due at once what was being sent when the process died. After so many `tries` the
    /// longer waits hold, so that nobody is flooded.
    ///
    /// # Errors
    /// SQLite's.
    pub fn resume_notices(&self, now: DateTime<Utc>, tries: u32) -> Result<(), StoreError> {
        self.execute(
            "UPDATE notices SET due_at = min(due_at, ?1)
             WHERE state = 'due' AND tries BETWEEN 1 AND ?2 AND last_reply = ''",
            params![micros(now), tries],
        )?;
        Ok(())
    }

    /// Puts a notice off.
    ///
    /// # Errors
    /// SQLite's.
    pub fn put_off(&self, id: i64, until: DateTime<Utc>, why: &str) -> Result<(), StoreError> {
        self.execute(
            "UPDATE notices SET due_at = ?2, last_reply = ?3 WHERE id = ?1",
            params![id, micros(until), why],
        )?;
        Ok(())
    }

    /// How many mails were sent to an address since a time.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_sent(&self, address: &str, since: DateTime<Utc>) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM notices
                   WHERE state = 'sent' AND address = ?1 AND ended_at >= ?2";
        Ok(self.query_row(sql, params![address, micros(since)], |row| row.get(0))?)
    }

    /// How many mails of a kind were born for an address since a time, about one request or any.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_told(
        &self,
        message: &str,
        address: &str,
        request: Option<RequestId>,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM notices
                   WHERE message = ?1 AND address = ?2 AND created_at >= ?3
                     AND (?4 IS NULL OR request = ?4)";
        let row = params![message, address, micros(since), request.map(|r| r.0)];
        Ok(self.query_row(sql, row, |row| row.get(0))?)
    }

    /// The mails of a request that went to or came from one address before a notice.
    ///
    /// # Errors
    /// SQLite's.
    pub fn thread(
        &self,
        request: RequestId,
        address: &str,
        before: i64,
    ) -> Result<Thread, StoreError> {
        let sql = "SELECT message_id, at, subject FROM (
                     SELECT message_id, created_at AS at, subject, id AS place FROM notices
                       WHERE request = ?1 AND address = ?2 AND id < ?3
                     UNION ALL
                     SELECT r.message_id, i.received_at, i.subject, 0
                       FROM received r JOIN inputs i ON i.id = r.input
                       WHERE r.request = ?1 AND r.address = ?2
                         AND i.received_at <= (SELECT created_at FROM notices WHERE id = ?3)
                   ) ORDER BY at, place";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map(params![request.0, address, before], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?))
        })?;
        let mut thread = Thread::default();
        for row in rows {
            let (message_id, subject) = row?;
            thread.subject = thread.subject.or(Some(subject).filter(|s| !s.is_empty()));
            thread.message_ids.push(message_id);
        }
        Ok(thread)
    }

    /// The mail that a notice about no request answers; nothing where somebody else wrote it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn thread_of_mail(&self, input: i64, address: &str) -> Result<Thread, StoreError> {
        let sql = "SELECT message_id, subject FROM inputs
                   WHERE id = ?1 AND sender = ?2 AND message_id <> ''";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row(params![input, address], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        });
        let Some((message_id, subject)) = row.optional()? else {
            return Ok(Thread::default());
        };
        Ok(Thread {
            message_ids: vec![message_id],
            subject: Some(subject).filter(|s| !s.is_empty()),
        })
    }

    /// Notices that are neither sent nor failed.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_due(&self) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM notices WHERE state = 'due'";
        Ok(self.query_row(sql, [], |row| row.get(0))?)
    }

    /// What a request's people were sent, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn notices_of(&self, request: RequestId) -> Result<Vec<Told>, StoreError> {
        let sql = "SELECT created_at, message, address, state, last_reply FROM notices
                   WHERE request = ?1 ORDER BY id";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([request.0], |row| {
            Ok(Told {
                at: time(row.get(0)?),
                message: row.get(1)?,
                address: row.get(2)?,
                state: row.get(3)?,
                last_reply: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Books<'_> {
    /// Binds a notice to another token than the one that it was born with, whose key is gone.
    ///
    /// # Errors
    /// SQLite's.
    pub fn bind_token(&self, id: i64, token: &str) -> Result<(), StoreError> {
        let sql = "UPDATE notices SET token_hash = ?2 WHERE id = ?1";
        let hash = sha256(token.as_bytes());
        self.execute(sql, params![id, hash])?;
        Ok(())
    }

    /// The Message-ID of the notice that a token belongs to.
    ///
    /// # Errors
    /// SQLite's.
    pub fn message_id_of_token(&self, token: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT message_id FROM notices WHERE token_hash = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let hash = sha256(token.as_bytes());
        Ok(statement.query_row([hash], |row| row.get(0)).optional()?)
    }

    /// How many mails that ask something, of requests that go on, were sent or wait to be.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_open_tokens(&self) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM notices n JOIN requests q ON q.id = n.request
                   WHERE n.token_hash IS NOT NULL AND n.state <> 'failed' AND q.state <> 'closed'";
        Ok(self.query_row(sql, [], |row| row.get(0))?)
    }

    /// The notice that a token belongs to: its request, recipient and what it asked.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn notice_of_token(&self, token: &str) -> Result<Option<(RequestId, Notice)>, StoreError> {
        let sql = "SELECT request, body FROM notices
                   WHERE token_hash = ?1 AND request IS NOT NULL";
        self.notice_where(sql, &sha256(token.as_bytes()))
    }

    /// The notice with a Message-ID.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn notice_of_message_id(
        &self,
        message_id: &str,
    ) -> Result<Option<(RequestId, Notice)>, StoreError> {
        let sql = "SELECT request, body FROM notices
                   WHERE message_id = ?1 AND request IS NOT NULL AND purged_at IS NULL";
        self.notice_where(sql, &message_id)
    }

    /// The bytes of the first mail of ours that these tokens or Message-IDs name.
    ///
    /// # Errors
    /// SQLite's.
    pub fn bytes_answered(
        &self,
        tokens: &[String],
        message_ids: &[String],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT bytes FROM notices WHERE (token_hash = ?1 OR message_id = ?2)
                     AND bytes IS NOT NULL";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let tokens = tokens.iter().map(|t| (sha256(t.as_bytes()), ""));
        let ids = message_ids.iter().map(|id| (vec![], id.as_str()));
        for (hash, id) in tokens.chain(ids) {
            let found = statement
                .query_row(params![hash, id], |row| row.get(0))
                .optional()?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn notice_where(
        &self,
        sql: &str,
        value: &dyn rusqlite::ToSql,
    ) -> Result<Option<(RequestId, Notice)>, StoreError> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row: Option<(i64, String)> = statement
            .query_row([value], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((request, body)) = row else {
            return Ok(None);
        };
        Ok(Some((RequestId(request), serde_json::from_str(&body)?)))
    }
}
