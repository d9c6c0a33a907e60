//! What whoever asked is told on the way.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::contents;
use crate::request::shown::{
    CommentKind, Next, Summary, TimelineRow, UnreadableDocument, WaitingFor, Wanted,
};

contents! {
    /// The request was received: number, what was understood, what comes next, by when.
    Acknowledgement = "acknowledgement" {
        /// The request.
        summary: Summary,
        /// What comes next.
        next: Next,
        /// Whether it follows a correction of what was asked already.
        corrected: bool,
    }
    /// Data are missing; ready to fill in by replying.
    MissingData = "missing-data" {
        /// The request.
        summary: Summary,
        /// What is asked for.
        wanted: Vec<Wanted>,
        /// Labels of the documents asked for.
        documents: Vec<String>,
        /// Documents that could not be read.
        unreadable: Vec<UnreadableDocument>,
    }
    /// A call may not close at that time; the nearest that are allowed.
    ClosingNotAllowed = "closing-not-allowed" {
        /// The request.
        summary: Summary,
        /// The label of the field.
        label: String,
        /// The time asked for.
        closing_at: NaiveDateTime,
        /// The last allowed one before.
        before: NaiveDateTime,
        /// The first allowed one after.
        after: NaiveDateTime,
    }
    /// Somebody else must ask for this.
    WrongChannel = "wrong-channel" {
        /// The procedure's Spanish name.
        procedure: String,
        /// The subject of the mail.
        subject: String,
        /// Who must ask: role and names with addresses.
        ask_instead: Vec<String>,
    }
    /// A question or condition of an approver or executor, passed on to the requester.
    Question = "question" {
        /// The request.
        summary: Summary,
        /// Who asks.
        by: String,
        /// The words.
        text: String,
        /// Whether an approval hangs on a condition.
        conditional: bool,
    }
    /// Words or data that somebody added, passed on to whoever holds the request.
    Comment = "comment" {
        /// The request.
        summary: Summary,
        /// Who.
        by: String,
        /// Their address.
        address: String,
        /// The words.
        text: String,
        /// Why the recipient is told.
        kind: CommentKind,
    }
    /// What the requester added was received; goes to whoever sent it.
    AdditionReceived = "addition-received" {
        /// The request.
        summary: Summary,
        /// Names of the documents that came.
        files: Vec<String>,
        /// Who has it now, by name; empty: whoever is asked next gets it.
        passed_to: Vec<String>,
        /// Whether it asks for other data than those approved, which stay as they are.
        differs: bool,
    }
    /// How far it is.
    Status = "status" {
        /// The request.
        summary: Summary,
        /// What it waits for.
        waiting_for: WaitingFor,
        /// Who holds it, by name; empty where nobody does.
        held_by: String,
        /// Since when.
        #[serde(default)]
        asked_at: Option<DateTime<Utc>>,
        /// When the approver's answer is wanted.
        #[serde(default)]
        due: Option<DateTime<Utc>>,
        /// Its life so far.
        timeline: Vec<TimelineRow>,
    }
    /// The same request came again.
    AlreadyReceived = "already-received" {
        /// The first one.
        summary: Summary,
        /// When the first one came.
        received_at: DateTime<Utc>,
        /// How far it is.
        waiting_for: WaitingFor,
        /// Names of documents that the first mail did not bring.
        #[serde(default)]
        files: Vec<String>,
    }
    /// The requester took it back.
    Withdrawn = "withdrawn" {
        /// The request.
        summary: Summary,
        /// Who.
        by: String,
    }
}
