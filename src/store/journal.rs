//! The journal: what happened to each request, each entry bound to the one before it. What it rests
//! on lies apart, under salted hashes.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, named_params, params};

use super::books::{Books, micros, sha256, time};
use super::error::StoreError;
use super::journal_form::{FORM, Link, NO_REQUEST, salted};
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

/// What is journalled of a step.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// The request that resulted.
    pub request: &'a Request,
    /// The mail that led to it.
    pub input: Option<i64>,
    /// What happened; none: it was opened.
    pub event: Option<&'a Event>,
    /// What came of it.
    pub outcome: Outcome,
    /// For whom it was done, where somebody stood in: an id of the directory.
    pub for_whom: &'a str,
}

/// What is hashed of an entry, before it has its place.
struct Draft<'a> {
    request: Option<RequestId>,
    chain: &'a str,
    outcome: &'a str,
    by_whom: &'a str,
    for_whom: &'a str,
    cell: &'a str,
    input: Option<i64>,
    event: String,
    now: DateTime<Utc>,
}

impl Books<'_> {
    /// Adds an entry about a request whose row is written.
    ///
    /// # Errors
    /// SQLite's.
    pub fn journal(&self, act: &Act<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let outcome = serde_json::to_value(act.outcome)?;
        let request = act.request;
        let by_whom = act.event.map_or(&*request.sender.address, by_of);
        self.chain(&Draft {
            request: Some(request.id),
            chain: &request.number,
            outcome: outcome.as_str().unwrap_or_default(),
            by_whom,
            for_whom: act.for_whom,
            cell: act.event.map_or(request.opening_cell.as_str(), cell_of),
            input: act.input,
            event: serde_json::to_string(&act.event)?,
            now,
        })
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
        self.chain(&Draft {
            request: None,
            chain: NO_REQUEST,
            outcome,
            by_whom: by,
            for_whom: "",
            cell: "",
            input: Some(input),
            event: serde_json::to_string(&serde_json::json!({ "operator": by }))?,
            now,
        })
    }

    /// Adds an entry that no mail and no event of a request led to, as a purge.
    pub(super) fn journal_note(
        &self,
        request: Option<RequestId>,
        outcome: &str,
        by: &str,
        event: &serde_json::Value,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let number: Option<String> = match request {
            Some(id) => {
                let sql = "SELECT number FROM requests WHERE id = ?1";
                let number = self.query_row(sql, [id.0], |row| row.get(0));
                Some(number?)
            }
            None => None,
        };
        self.chain(&Draft {
            request,
            chain: number.as_deref().unwrap_or(NO_REQUEST),
            outcome,
            by_whom: by,
            for_whom: "",
            cell: by,
            input: None,
            event: event.to_string(),
            now,
        })
    }

    fn chain(&self, draft: &Draft<'_>) -> Result<(), StoreError> {
        let (place, previous) = self.head(draft.chain)?.unwrap_or_default();
        let (event_salt, event_hash) = self.salted(draft.event.as_bytes())?;
        let mail = draft.input.map(|id| self.contents(id)).transpose()?;
        let (mail_salt, mail_hash) = self.salted_or_none(mail.flatten().as_deref())?;
        // As it is stored, not as it would be written anew.
        let row: Option<String> = match draft.request {
            Some(id) => {
                let sql = "SELECT body FROM requests WHERE id = ?1";
                Some(self.query_row(sql, [id.0], |row| row.get(0))?)
            }
            None => None,
        };
        let (row_salt, row_hash) = self.salted_or_none(row.as_deref().map(str::as_bytes))?;
        let mut link = Link {
            id: 0,
            chain: draft.chain.to_owned(),
            form: FORM,
            place: place + 1,
            at: micros(draft.now),
            outcome: draft.outcome.to_owned(),
            by_whom: draft.by_whom.to_owned(),
            for_whom: draft.for_whom.to_owned(),
            cell: draft.cell.to_owned(),
            input: draft.input,
            event_hash,
            mail_hash,
            row_hash,
            previous,
            hash: vec![],
        };
        link.hash = sha256(&link.bytes(None).unwrap_or_default());
        self.insert_link(draft.request, &link)?;
        self.execute(
            "INSERT INTO journal_contents (entry, event, event_salt, mail_salt, row_salt)
             VALUES (last_insert_rowid(), ?1, ?2, ?3, ?4)",
            params![draft.event, event_salt, mail_salt, row_salt],
        )?;
        self.set_head(&link.chain, link.place, &link.hash)
    }

    fn insert_link(&self, request: Option<RequestId>, link: &Link) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO journal (request, input, form, place, at, outcome, by_whom, for_whom,
                                  cell, event_hash, mail_hash, row_hash, previous, hash)
             VALUES (:request, :input, :form, :place, :at, :outcome, :by_whom, :for_whom,
                     :cell, :event_hash, :mail_hash, :row_hash, :previous, :hash)",
            named_params! {
                ":request": request.map(|r| r.0),
                ":input": link.input,
                ":form": link.form,
                ":place": link.place,
                ":at": link.at,
                ":outcome": link.outcome,
                ":by_whom": link.by_whom,
                ":for_whom": link.for_whom,
                ":cell": link.cell,
                ":event_hash": link.event_hash,
                ":mail_hash": link.mail_hash,
                ":row_hash": link.row_hash,
                ":previous": link.previous,
                ":hash": link.hash,
            },
        )?;
        Ok(())
    }

    /// Where a chain ends: place and hash of its last entry.
    pub(super) fn head(&self, chain: &str) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
        let sql = "SELECT place, hash FROM heads WHERE chain = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let head = statement.query_row([chain], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(head.optional()?)
    }

    pub(super) fn set_head(&self, chain: &str, place: i64, hash: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO heads (chain, place, hash) VALUES (?1, ?2, ?3)
                   ON CONFLICT (chain) DO UPDATE SET place = excluded.place, hash = excluded.hash";
        self.execute(sql, params![chain, place, hash])?;
        Ok(())
    }

    /// A new salt, and the hash of it and these bytes.
    pub(super) fn salted(&self, bytes: &[u8]) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
        // SQLite's generator is ChaCha20, seeded by the system.
        let sql = "SELECT randomblob(16)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let salt: Vec<u8> = statement.query_row([], |row| row.get(0))?;
        let hash = salted(&salt, bytes);
        Ok((salt, hash))
    }

    fn salted_or_none(
        &self,
        bytes: Option<&[u8]>,
    ) -> Result<(Option<Vec<u8>>, Vec<u8>), StoreError> {
        Ok(match bytes {
            Some(bytes) => {
                let (salt, hash) = self.salted(bytes)?;
                (Some(salt), hash)
            }
            None => (None, vec![]),
        })
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

/// Whose act an event is: an address; empty: a machine's, or time's.
fn by_of(event: &Event) -> &str {
    match event {
        Event::Answered(answer) => &answer.by.address,
        Event::Added(addition) => &addition.by.address,
        Event::Withdrawn { by, .. }
        | Event::Commented { by, .. }
        | Event::StatusAsked { by }
        | Event::SentAgain { by, .. }
        | Event::Repudiated { by, .. } => &by.address,
        Event::Operated(operated) => &operated.cell,
        Event::Unreachable { .. } | Event::Away { .. } | Event::Left { .. } | Event::Woken(_) => "",
    }
}
