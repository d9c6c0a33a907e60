//! What the desk's people are told, and what is told of mails that are no request.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::contents;
use crate::request::AlarmKind;
use crate::request::shown::{
    AttentionReason, DeskActed, DigestBounce, DigestConfirmation, DigestMail, DigestRow, NotSorted,
    Sorted, Summary, TriageOption, TriageReason,
};

contents! {
    /// An approver or executor cannot be reached.
    Undeliverable = "undeliverable" {
        /// The request, where the mail was about one.
        summary: Option<Summary>,
        /// The address.
        address: String,
        /// What the servers said.
        why: String,
        /// Who was asked in their place, by name.
        asked_instead: Vec<String>,
    }
    /// A person must look at a mail; goes to the desk's people.
    Triage = "triage" {
        /// Who sent it.
        from: String,
        /// Its subject.
        subject: String,
        /// Its text, cut at 2,000 characters.
        text: String,
        /// Spanish names of the procedures that it may be, best first.
        guesses: Vec<String>,
        /// Why no rule could handle it.
        why: TriageReason,
        /// Its row; none where it cannot be placed by an answer.
        #[serde(default)]
        input: Option<i64>,
        /// The procedures that one may answer with, the likeliest first.
        #[serde(default)]
        options: Vec<TriageOption>,
    }
    /// A mail was placed by somebody; goes to the others of the desk.
    TriageDone = "triage-done" {
        /// Its subject.
        subject: String,
        /// Who sent it.
        from: String,
        /// Who placed it.
        by: String,
        /// Where.
        sorted: Sorted,
        /// The request's number.
        request: Option<String>,
        /// The Spanish name of its procedure.
        procedure: Option<String>,
        /// Why, where a reason was given.
        reason: Option<String>,
    }
    /// An answer did not place a mail; goes to who gave it.
    TriageUnclear = "triage-unclear" {
        /// The mail's row.
        input: i64,
        /// Its subject.
        subject: String,
        /// Who sent it.
        from: String,
        /// What was answered, cut at 300 characters.
        said: String,
        /// Why it was not placed.
        why: NotSorted,
        /// The procedures that one may answer with.
        options: Vec<TriageOption>,
    }
    /// A mail is none of the desk's business; goes to its sender.
    NotOurs = "not-ours" {
        /// Its subject.
        subject: String,
        /// Why.
        reason: String,
    }
    /// A person will look at the mail; goes to its sender.
    TriageReceived = "triage-received" {
        /// The subject of the mail.
        subject: String,
    }
    /// Something about a request needs a person; goes to the desk's people.
    Attention = "attention" {
        /// The request.
        summary: Summary,
        /// Why.
        why: AttentionReason,
        /// Who it is about, by name or role.
        who: String,
        /// The words that led to it, if any.
        text: String,
    }
    /// Somebody of the desk did something by hand; goes to those whom it concerns.
    DeskAct = "desk-act" {
        /// The request.
        summary: Summary,
        /// What.
        acted: DeskActed,
        /// Who holds the request now, by name.
        held_by: String,
    }
    /// A mail came with the recipient's address that they did not send, by all that can be told.
    ImpersonationWarning = "impersonation-warning" {
        /// Its subject, where it can be shown without harm.
        subject: Option<String>,
        /// The address that it bore.
        address: String,
        /// When it was received.
        received_at: DateTime<Utc>,
        /// The number of the request that it spoke of.
        mentioned: Option<String>,
        /// How many more like it came, of which no mail of their own was sent.
        #[serde(default)]
        more: u32,
    }
    /// A mail was larger than the mailbox takes.
    TooLarge = "too-large" {
        /// Its subject.
        subject: String,
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    }
    /// Something is wrong with the desk itself, or not any more; goes to the desk's people.
    Alarm = "alarm" {
        /// What.
        kind: AlarmKind,
        /// Whether it is over.
        over: bool,
        /// Since when.
        at: DateTime<Utc>,
        /// Until when, where it is over.
        until: Option<DateTime<Utc>>,
        /// What was observed: a server's words, numbers.
        details: String,
    }
    /// The day at a glance, for the desk's people.
    Digest = "digest" {
        /// The day, `2026-10-12`.
        date: String,
        /// Open requests.
        open: Vec<DigestRow>,
        /// Requests closed since the last digest.
        closed: u32,
        /// Mails that wait for a person.
        parked: u32,
        /// These mails, the oldest first, fifty at most.
        #[serde(default)]
        mails: Vec<DigestMail>,
        /// Addresses of the desk's own people from which mail comes back.
        #[serde(default)]
        bounced: Vec<DigestBounce>,
        /// Confirmations that were not given yet, the oldest first, fifty at most.
        #[serde(default)]
        confirmations: Vec<DigestConfirmation>,
        /// Mails that wait because their address has had its share of the day.
        #[serde(default)]
        held: u32,
    }
}
