//! What can happen to a request, and what comes of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{AskedFor, Confirms, DocumentRef, Notice, Operated, Party, Request};
use crate::office::{Fields, Invalid, PersonId, PersonValue};

/// How well it is known who answered, and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// It counts; the cell of the table says why.
    Counts(String),
    /// It must be confirmed at the address in the directory; the cell says why.
    Confirm(String),
}

/// What an answer says, in the machine's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Approves; or confirms that it is theirs.
    Approve,
    /// Does not; or says that it is not theirs.
    Reject,
    /// Would, under a condition.
    Conditional,
    /// Asks something.
    Question,
    /// The work is done.
    Done,
    /// The work cannot be done.
    NotDone,
    /// Somebody else must answer.
    Delegate,
    /// Takes the work.
    Claim,
    /// Cannot be understood.
    Unclear,
}

/// What an executor's answer says of the persons of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonsSaid {
    /// For whom the work is done.
    pub done: Vec<PersonValue>,
    /// For whom it is not, and why, where it says so.
    pub open: Vec<(PersonValue, Option<String>)>,
    /// Whether it cannot be told for whom: a name that two of them bear, or both of one.
    pub doubtful: bool,
}

/// An answer to something that the desk asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Who answers.
    pub by: Party,
    /// What was asked.
    pub about: AskedFor,
    /// The version that they saw.
    pub version: u32,
    /// What they say.
    pub verdict: Verdict,
    /// Their reason, question or condition.
    pub reason: Option<String>,
    /// Their whole new text.
    pub text: String,
    /// Whom of the directory it names, where it hands on; none where that is in doubt.
    #[serde(default)]
    pub hands_on_to: Option<PersonId>,
    /// The files that came with it.
    #[serde(default)]
    pub documents: Vec<DocumentRef>,
    /// What it says of single persons of the request's form; none where it speaks of the whole.
    #[serde(default)]
    pub persons: Option<PersonsSaid>,
    /// When the server received it.
    pub received_at: DateTime<Utc>,
    /// How well it is known that it was them.
    pub proof: Proof,
}

/// Data that the requester sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Who.
    pub by: Party,
    /// How well it is known that it was them.
    pub proof: Proof,
    /// Whether it is their word for the request: data in answer to a mail that asked for them, with
    /// nothing that speaks against it.
    pub endorses: bool,
    /// Values read.
    pub fields: Fields,
    /// Values that cannot be right.
    pub invalid: Vec<Invalid>,
    /// Documents.
    pub documents: Vec<DocumentRef>,
    /// The new text.
    pub text: String,
    /// Where it answers "did you send this?": what it says.
    #[serde(default)]
    pub confirms: Option<Confirms>,
    /// Whether it came with the same memorandum once more: then its sender is told of that.
    #[serde(default)]
    pub again: bool,
}

/// Why the machine was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WakeReason {
    /// A part of the hours has passed (percent).
    Warning(u8),
    /// All hours have passed.
    Breach,
    /// Whoever holds it should be reminded.
    Reminder,
    /// The requester did not answer the reminder either.
    Forgotten,
    /// The hours of a step have passed without an answer.
    Overdue,
    /// Still nothing, some working days after the last reminder.
    Still,
    /// A working day begins: absences and the directory may have changed.
    Look,
    /// The calendar has changed, and with it the deadline.
    DeadlineMoved {
        /// What it was before.
        from: DateTime<Utc>,
    },
}

/// When to wake the machine next, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: WakeReason,
}

/// What can happen to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// Somebody answered.
    Answered(Answer),
    /// The requester sent data or words.
    Added(Addition),
    /// Somebody else wrote; it decides nothing.
    Commented {
        /// Who.
        by: Party,
        /// The words.
        text: String,
        /// Whether they would decide something if they came from somebody who was asked: then
        /// those who hold the request are told.
        decides: bool,
        /// The cell of the table that says why it does not count.
        cell: String,
        /// Whether they are shown to those who act on the request: no forger's are, no thanks.
        #[serde(default)]
        shown: bool,
        /// Documents that came with them.
        #[serde(default)]
        documents: Vec<DocumentRef>,
    },
    /// The requester takes it back.
    Withdrawn {
        /// Who.
        by: Party,
        /// How well it is known that it was them.
        proof: Proof,
    },
    /// Somebody asks how far it is.
    StatusAsked {
        /// Who.
        by: Party,
    },
    /// The same request came again.
    SentAgain {
        /// From whom.
        by: Party,
        /// Names of documents that the first mail did not bring.
        #[serde(default)]
        files: Vec<String>,
    },
    /// A mail to this address came back for good.
    Unreachable {
        /// The address.
        address: String,
        /// What the servers said.
        why: String,
    },
    /// Somebody's automatic answer says that they are away.
    Away {
        /// Who.
        person: PersonId,
        /// The last day, where it says so.
        until: Option<NaiveDate>,
    },
    /// Somebody does not work there any more, says their mailbox.
    Left {
        /// Who.
        person: PersonId,
        /// The words.
        text: String,
    },
    /// Somebody says that a decision or a request in their name is not theirs.
    Repudiated {
        /// Who.
        by: Party,
        /// The words.
        text: String,
        /// How well it is known that it was them.
        proof: Proof,
    },
    /// Time has passed.
    Woken(WakeReason),
    /// An operator of the desk did something by hand.
    Operated(Operated),
}

/// What came of an event. A refusal is an outcome like any other: journalled, and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[must_use = "an outcome is journalled"]
pub enum Outcome {
    /// A request began and waits for data.
    OpenedIncomplete,
    /// A request began.
    Opened,
    /// Data were taken; more are missing.
    DataIncomplete,
    /// Data were taken.
    DataTaken,
    /// The authority confirmed.
    Confirmed,
    /// The authority says that it is not theirs.
    Disowned,
    /// A step was approved.
    Approved,
    /// The request was rejected.
    Rejected,
    /// A question or condition was passed on.
    PassedOn,
    /// The answer was not understood and is asked again.
    AskedAgain,
    /// The answer must be confirmed.
    ConfirmationAsked,
    /// Somebody took the work.
    Claimed,
    /// The work is done.
    Done,
    /// It is done for some persons of the form.
    PartlyDone,
    /// Whoever had the work says that somebody else does it, who is asked.
    HandedOn,
    /// The work cannot be done.
    NotDone,
    /// The requester took it back.
    Withdrawn,
    /// Status was told.
    StatusTold,
    /// The sender was told that it was received before.
    ToldReceived,
    /// Kept as a comment.
    Commented,
    /// Handed to the desk's people.
    HandedToDesk,
    /// A substitute was asked.
    SubstituteAsked,
    /// Somebody is away and will be back in time.
    AbsenceAwaited,
    /// Somebody was reminded.
    Reminded,
    /// A step was not answered in time, and that was told.
    Overdue,
    /// A warning went out.
    Warned,
    /// The breach was escalated.
    Escalated,
    /// The deadline is another, since the calendar is; whoever asked was told.
    DeadlineMoved,
    /// A decision was not theirs: what rested on it was taken back.
    Repudiated,
    /// Refused: decided already.
    RefusedAlreadyDecided,
    /// Refused: the data changed since.
    RefusedChanged,
    /// Refused: the sender was not asked.
    RefusedNotAsked,
    /// Refused: the request is closed.
    RefusedClosed,
    /// Somebody else is asked, as an operator said.
    Assigned,
    /// An operator took the work from who had claimed it.
    Released,
    /// An operator changed the data.
    Amended,
    /// An operator made it a request of another procedure.
    Reclassified,
    /// An operator took it up again.
    Reopened,
    /// Refused: an operator's act that does not fit.
    RefusedOperator,
    /// Nothing to do.
    Nothing,
}

/// What a step gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "one event, one transaction"]
pub struct Stepped {
    /// The next request.
    pub request: Request,
    /// What came of the event.
    pub outcome: Outcome,
    /// What must be told.
    pub notices: Vec<Notice>,
    /// When to wake next.
    pub wake: Option<Wake>,
}
