//! What those are told who approve, and what is told of their decisions.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::contents;
use crate::request::Motive;
use crate::request::shown::{Approved, Concern, NotCounted, Summary};

contents! {
    /// "Is this memorandum yours?", asked at the address in the directory.
    OpeningConfirmation = "opening-confirmation" {
        /// The request.
        summary: Summary,
        /// Who sent the mail.
        sender: String,
        /// Whether the recipient sent it, so that only a proof is wanted.
        own: bool,
    }
    /// An approval is asked for.
    ApprovalRequest = "approval-request" {
        /// The request.
        summary: Summary,
        /// As what the recipient is asked.
        role: String,
        /// For whom the recipient stands in.
        standing_in_for: Option<String>,
        /// Approvals given before.
        approvals: Vec<Approved>,
        /// When the answer is wanted.
        due: DateTime<Utc>,
        /// Whether the data changed since the recipient was last asked.
        changed: bool,
        /// Whether the answer decides several steps, all of them the recipient's.
        #[serde(default)]
        several: bool,
    }
    /// The approval is still open.
    ApprovalReminder = "approval-reminder" {
        /// The request.
        summary: Summary,
        /// As what the recipient is asked.
        role: String,
        /// For whom the recipient stands in.
        standing_in_for: Option<String>,
        /// When it was first asked for.
        asked_at: DateTime<Utc>,
        /// When the answer is wanted.
        due: DateTime<Utc>,
    }
    /// The answer could not be understood.
    DecisionUnclear = "decision-unclear" {
        /// The request.
        summary: Summary,
        /// What was written, cut at 300 characters.
        said: String,
        /// When the answer is wanted, where the clock runs.
        due: Option<DateTime<Utc>>,
        /// The persons of the form of whom it must be said; empty: it is about the whole.
        #[serde(default)]
        persons: Vec<String>,
    }
    /// The answer came without proof of who sent it: please answer this mail.
    DecisionConfirmation = "decision-confirmation" {
        /// The request.
        summary: Summary,
        /// What was written, cut at 300 characters.
        said: String,
        /// When the answer is wanted, where the clock runs.
        due: Option<DateTime<Utc>>,
        /// Whether it is kept, so that a "yes" is enough.
        #[serde(default)]
        kept: bool,
        /// Whether what was written approves, so that a "yes" repeats it; of a mail that was
        /// written before this was kept, no.
        #[serde(default)]
        approves: bool,
    }
    /// A counted decision, to the one who took it.
    DecisionRecorded = "decision-recorded" {
        /// The request.
        summary: Summary,
        /// Whether it was approved.
        approved: bool,
        /// As what.
        #[serde(default)]
        role: String,
        /// For whom the recipient stood in.
        standing_in_for: Option<String>,
        /// The reason given.
        reason: Option<String>,
        /// When it was received.
        at: DateTime<Utc>,
    }
    /// Somebody else decides, or somebody who is away is waited for; goes to the requester.
    DecisionMoved = "decision-moved" {
        /// The request.
        summary: Summary,
        /// As what somebody decides.
        role: String,
        /// Who would have decided.
        of: String,
        /// Why not.
        motive: Motive,
        /// The last day away, where it is known.
        away_until: Option<NaiveDate>,
        /// Who was asked, by name; empty: the absence's end is waited for.
        asked: Vec<String>,
    }
    /// A decision was not theirs, says the person it bore the name of.
    DecisionRepudiated = "decision-repudiated" {
        /// The request.
        summary: Summary,
        /// Who.
        by: String,
        /// As what they seemed to decide; empty where it was the request itself.
        role: String,
        /// When that came.
        at: DateTime<Utc>,
        /// Whether it had been an approval.
        approved: bool,
        /// What the recipient is to it.
        concern: Concern,
    }
    /// A step was not answered within its hours; goes to whom the procedure names.
    StepOverdue = "step-overdue" {
        /// The request.
        summary: Summary,
        /// As what somebody should decide.
        role: String,
        /// Who was asked, by name.
        held_by: String,
        /// Since when.
        asked_at: DateTime<Utc>,
        /// When the answer was wanted.
        due: DateTime<Utc>,
    }
    /// An answer that did not count, and why.
    AnswerNotCounted = "answer-not-counted" {
        /// The request.
        summary: Summary,
        /// Why.
        why: NotCounted,
        /// Who decided, and when, where somebody did.
        decided_by: Option<Approved>,
    }
    /// Another person of those asked has answered; nothing is wanted any more.
    AlreadyAnswered = "already-answered" {
        /// The request.
        summary: Summary,
        /// Who answered, as what, when.
        decided: Approved,
        /// Whether it was approved.
        approved: bool,
    }
    /// Rejected: by whom, why.
    Rejected = "rejected" {
        /// The request.
        summary: Summary,
        /// Who.
        by: String,
        /// As what.
        role: String,
        /// Why, in the approver's words.
        reason: Option<String>,
        /// When.
        at: DateTime<Utc>,
    }
}
