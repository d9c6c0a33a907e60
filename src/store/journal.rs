//! The journal: what happened to each request, each entry bound to the one before it.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::books::{Books, StoreError, micros, sha256, time};
use crate::request::{Event, Outcome, Proof, Request, RequestId};

/// An entry as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub outcome: String,
    /// The cell of the table that let an answer count, or not.
    pub cell: String,
    /// The mail that led to it.
    pub input: Option<i64>,
}

impl Books<'_> {
    /// Adds an entry: the event (none for an opening), its outcome, the request that resulted.
    ///
    /// # Errors
    /// SQLite's.
    pub fn journal(
        &self,
        request: &Request,
        input: Option<i64>,
        event: Option<&Event>,
        outcome: Outcome,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let cell = event.map_or(request.opening_cell.as_str(), cell_of);
        let event = serde_json::to_string(&event)?;
        let outcome = serde_json::to_value(outcome)?;
        let outcome = outcome.as_str().unwrap_or_default();
        let row_hash = sha256(serde_json::to_string(request)?.as_bytes());
        let sql = "SELECT hash FROM journal WHERE request = ?1 ORDER BY id DESC LIMIT 1";
        let previous: Option<Vec<u8>> = self
            .transaction
            .query_row(sql, [request.id.0], |row| row.get(0))
            .optional()?;
        let previous = previous.unwrap_or_default();
        let mut bound = previous.clone();
        bound.extend(&row_hash);
        bound.extend(format!("{}|{outcome}|{cell}|{event}", micros(now)).as_bytes());
        self.transaction.execute(
            "INSERT INTO journal (request, input, at, outcome, cell, event, row_hash,
                                  previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                request.id.0,
                input,
                micros(now),
                outcome,
                cell,
                event,
                row_hash,
                previous,
                sha256(&bound)
            ],
        )?;
        Ok(())
    }

    /// Adds an entry about a mail that belongs to no request, as when an operator has it handled
    /// again; these entries are bound to each other.
    ///
    /// # Errors
    /// SQLite's.
    pub fn journal_mail(
        &self,
        input: i64,
        outcome: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT hash FROM journal WHERE request IS NULL ORDER BY id DESC LIMIT 1";
        let previous: Option<Vec<u8>> = self
            .transaction
            .query_row(sql, [], |row| row.get(0))
            .optional()?;
        let previous = previous.unwrap_or_default();
        let event = serde_json::to_string(&serde_json::json!({ "operator": by }))?;
        let row_hash = sha256(input.to_string().as_bytes());
        let mut bound = previous.clone();
        bound.extend(&row_hash);
        bound.extend(format!("{}|{outcome}||{event}", micros(now)).as_bytes());
        self.transaction.execute(
            "INSERT INTO journal (request, input, at, outcome, event, row_hash, previous, hash)
             VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                input,
                micros(now),
                outcome,
                event,
                row_hash,
                previous,
                sha256(&bound)
            ],
        )?;
        Ok(())
    }

    /// The entries of a request, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn entries(&self, request: RequestId) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT at, outcome, cell, input FROM journal WHERE request = ?1 ORDER BY id";
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([request.0], |row| {
            Ok(Entry {
                at: time(row.get(0)?),
                outcome: row.get(1)?,
                cell: row.get(2)?,
                input: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The cell of the table that an event went through.
fn cell_of(event: &Event) -> &str {
    let proof = match event {
        Event::Answered(answer) => &answer.proof,
        Event::Added(addition) => &addition.proof,
        Event::Withdrawn { proof, .. } | Event::Repudiated { proof, .. } => proof,
        Event::Commented { cell, .. } => return cell,
        Event::Operated(operated) => return &operated.cell,
        Event::StatusAsked { .. }
        | Event::SentAgain { .. }
        | Event::Unreachable { .. }
        | Event::Away { .. }
        | Event::Left { .. }
        | Event::Woken(_) => return "",
    };
    match proof {
        Proof::Counts(cell) | Proof::Confirm(cell) => cell,
    }
}
