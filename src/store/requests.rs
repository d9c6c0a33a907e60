//! Requests: the row is the truth, its columns are what it is looked up by.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, named_params, params};

use super::books::{Books, micros, time};
use super::error::StoreError;
use crate::judge::data_key;
use crate::request::{Request, RequestId, State, Wake, missing_fields};

/// A request with its wake-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The request.
    pub request: Request,
    /// When it wakes next.
    pub wake: Option<Wake>,
}

impl Books<'_> {
    /// How many requests in somebody's name wait for their word that they are theirs.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_unconfirmed(&self, requester: &str) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM requests
                   WHERE state = 'awaiting-confirmation' AND requester = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([requester], |row| row.get(0))?)
    }

    /// The next free key and number of a year.
    ///
    /// # Errors
    /// SQLite's.
    pub fn next_number(&self, tag: &str, year: i32) -> Result<(RequestId, String), StoreError> {
        let sql = "INSERT INTO numbers (year, last) VALUES (?1, 1)
                   ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last";
        let last: i64 = self.query_row(sql, [year], |row| row.get(0))?;
        let sql =
            "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'requests'), 0) + 1";
        let id: i64 = self.query_row(sql, [], |row| row.get(0))?;
        Ok((RequestId(id), format!("{tag}-{year}-{last:06}")))
    }

    /// Stores a new request.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_request(&self, request: &Request, wake: Option<Wake>) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO requests (id, number, state, procedure, requester, opened_at, data_key,
                                   body)
             VALUES (?1, ?2, '', ?3, ?4, ?5, '', '')",
            params![
                request.id.0,
                request.number,
                request.procedure.id.as_str(),
                request.requester.address,
                micros(request.opened_at),
            ],
        )?;
        self.update_request(request, wake)
    }

    /// Stores the next state of a request.
    ///
    /// # Errors
    /// SQLite's.
    pub fn update_request(&self, request: &Request, wake: Option<Wake>) -> Result<(), StoreError> {
        let closed_at = match &request.state {
            State::Closed(closed) => Some(micros(closed.at)),
            _ => None,
        };
        let reason = wake.map(|w| serde_json::to_string(&w.reason)).transpose()?;
        self.execute(
            "UPDATE requests SET state = :state,
                data_key = :data_key, memorandum = :memorandum,
                closed_at = :closed_at, wake_at = :wake_at,
                wake_reason = :reason, body = :body
             WHERE id = :id",
            named_params! {
                ":id": request.id.0,
                ":state": request.state.name(),
                ":data_key": key_of(request),
                ":memorandum": request.memorandum.as_deref().unwrap_or_default(),
                ":closed_at": closed_at,
                ":wake_at": wake.map(|w| micros(w.at)),
                ":reason": reason,
                ":body": serde_json::to_string(request)?,
            },
        )?;
        for document in &request.documents {
            self.execute(
                "INSERT OR IGNORE INTO documents (input, request) VALUES (?1, ?2)",
                params![document.input, request.id.0],
            )?;
        }
        self.execute("DELETE FROM holders WHERE request = ?1", [request.id.0])?;
        for holder in request.holders() {
            self.execute(
                "INSERT OR IGNORE INTO holders (request, address) VALUES (?1, ?2)",
                params![request.id.0, holder.address],
            )?;
        }
        Ok(())
    }

    /// A request.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn request(&self, id: RequestId) -> Result<Option<Request>, StoreError> {
        let mut statement = self
            .transaction
            .prepare_cached("SELECT body FROM requests WHERE id = ?1")?;
        let body: Option<String> = statement.query_row([id.0], |row| row.get(0)).optional()?;
        Ok(body.map(|b| serde_json::from_str(&b)).transpose()?)
    }

    /// The request with this number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn id_of_number(&self, number: &str) -> Result<Option<RequestId>, StoreError> {
        let mut statement = self
            .transaction
            .prepare_cached("SELECT id FROM requests WHERE number = ?1")?;
        Ok(statement
            .query_row([number], |row| row.get(0))
            .optional()?
            .map(RequestId))
    }

    /// The request that must be woken first, if its time has come; only columns are read.
    ///
    /// # Errors
    /// SQLite's.
    pub fn due_wake(&self, now: DateTime<Utc>) -> Result<Option<RequestId>, StoreError> {
        let sql = "SELECT id FROM requests WHERE wake_at <= ?1 ORDER BY wake_at, id LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let id = statement.query_row([micros(now)], |row| row.get(0));
        Ok(id.optional()?.map(RequestId))
    }

    /// When and why a request wakes next.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn wake_of(&self, id: RequestId) -> Result<Option<Wake>, StoreError> {
        let sql = "SELECT wake_at, wake_reason FROM requests WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)));
        let (at, reason): (Option<i64>, Option<String>) = row.optional()?.unwrap_or_default();
        wake(at, reason)
    }

    /// Puts the wake-up of a request off, whatever its row says. Returns the request's number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn put_wake_off(&self, id: RequestId, until: DateTime<Utc>) -> Result<String, StoreError> {
        let sql = "UPDATE requests SET wake_at = ?2 WHERE id = ?1 RETURNING number";
        let row = params![id.0, micros(until)];
        Ok(self.query_row(sql, row, |row| row.get(0))?)
    }

    /// When the next request must be woken.
    ///
    /// # Errors
    /// SQLite's.
    pub fn next_wake(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "SELECT min(wake_at) FROM requests";
        let at: Option<i64> = self.query_row(sql, [], |row| row.get(0))?;
        Ok(at.map(time))
    }

    /// Numbers of requests, newest first: open ones, or all. Only columns are read, so that one row
    /// that cannot be read does not hide the others.
    ///
    /// # Errors
    /// SQLite's.
    pub fn numbers(&self, all: bool) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT number FROM requests WHERE ?1 OR state <> 'closed' ORDER BY id DESC";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([all], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Requests, newest first: open ones, or all.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn list_requests(&self, all: bool) -> Result<Vec<Listing>, StoreError> {
        let sql = "SELECT body, wake_at, wake_reason FROM requests
                   WHERE ?1 OR state <> 'closed' ORDER BY id DESC";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([all], columns)?;
        rows.map(|row| listing(row?)).collect()
    }

    /// One request, by its number.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn find_request(&self, number: &str) -> Result<Option<Listing>, StoreError> {
        let sql = "SELECT body, wake_at, wake_reason FROM requests WHERE number = ?1";
        let row = self.query_row(sql, [number], columns).optional()?;
        row.map(listing).transpose()
    }

    /// How many requests were closed since a time.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count_closed_since(&self, at: DateTime<Utc>) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM requests WHERE closed_at > ?1";
        Ok(self.query_row(sql, [micros(at)], |row| row.get(0))?)
    }
}

/// What tells a request from others; an incomplete one is like many others: it has none.
pub(super) fn key_of(request: &Request) -> String {
    match missing_fields(request).is_empty() {
        true => data_key(request.procedure.id.as_str(), &request.fields),
        false => String::new(),
    }
}

type Columns = (String, Option<i64>, Option<String>);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn listing((body, at, reason): Columns) -> Result<Listing, StoreError> {
    Ok(Listing {
        request: serde_json::from_str(&body)?,
        wake: wake(at, reason)?,
    })
}

fn wake(at: Option<i64>, reason: Option<String>) -> Result<Option<Wake>, StoreError> {
    let (Some(at), Some(reason)) = (at, reason) else {
        return Ok(None);
    };
    Ok(Some(Wake {
        at: time(at),
        reason: serde_json::from_str(&reason)?,
    }))
}
