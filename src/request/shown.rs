//! What mails show of a request, and the values that templates have the words for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Motive, Related, Remarked};
use crate::office::ProcedureId;

/// A label and a value of the table of data in a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The field's label.
    pub label: String,
    /// The value, as people write it (dates as `12-10-2026`).
    pub value: String,
}

/// What every mail about a request shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// `SIGEC-2026-000123`.
    pub number: String,
    /// The procedure's Spanish name.
    pub procedure: String,
    /// Who asks.
    pub requester: String,
    /// The data.
    pub rows: Vec<Row>,
    /// File names of the documents.
    pub documents: Vec<String>,
    /// When the answer is due, where the clock runs.
    pub deadline: Option<DateTime<Utc>>,
    /// The region whose local time is shown.
    pub region: Option<String>,
    /// What the mail tells was done by hand by somebody of the desk.
    #[serde(default)]
    pub recorded: Option<Recorded>,
    /// An earlier request that it hangs together with.
    #[serde(default)]
    pub related: Option<Related>,
    /// What others wrote about it of late.
    #[serde(default)]
    pub remarks: Vec<Remarked>,
}

/// Somebody of the desk did it by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// An approval that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Who.
    pub by: String,
    /// For whom, where a substitute answered.
    pub standing_in_for: Option<String>,
    /// Why not the holder.
    #[serde(default)]
    pub motive: Option<Motive>,
    /// Who was asked and named them.
    #[serde(default)]
    pub delegated_by: Option<String>,
    /// As what.
    pub role: String,
    /// When it was received.
    pub at: DateTime<Utc>,
    /// Why somebody of the desk recorded it; none where the approver answered.
    #[serde(default)]
    pub recorded: Option<String>,
}

/// A person of a form for whom the work is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Who.
    pub name: String,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A person of a form for whom the work is still to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPerson {
    /// Who.
    pub name: String,
    /// Why not yet, in the executor's words.
    pub why: Option<String>,
}

/// What comes next, for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Next {
    /// Somebody's approval.
    Approval {
        /// Names.
        by: Vec<String>,
        /// As what.
        role: String,
    },
    /// The work.
    Work {
        /// Names.
        by: Vec<String>,
    },
    /// The confirmation of the signatory.
    Confirmation {
        /// Name.
        by: String,
    },
    /// A person of the desk looks at it.
    Triage,
}

/// A datum that the requester is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its label, ready to fill in.
    pub label: String,
    /// An example.
    pub example: Option<String>,
    /// What was written and why it cannot be right.
    pub refused: Option<Refused>,
}

/// A value that could not be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// As written.
    pub value: String,
    /// Why not, in Spanish.
    pub why: String,
}

/// Why an answer did not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotCounted {
    /// The step was decided already.
    AlreadyDecided,
    /// The data changed after the mail was sent.
    Changed,
    /// The requester withdrew it.
    Withdrawn,
    /// The request is closed.
    Closed,
    /// The sender was not asked.
    NotAsked,
    /// The sender rejected it before: an approval opens nothing by itself.
    AfterRejection,
}

/// A request in the daily digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestRow {
    /// `SIGEC-2026-000123`.
    pub number: String,
    /// The procedure's Spanish name.
    pub procedure: String,
    /// Who holds it.
    pub held_by: String,
    /// When the answer is due.
    pub deadline: Option<DateTime<Utc>>,
    /// Whether that has passed.
    pub late: bool,
}

/// A mail in the daily digest that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestMail {
    /// Its row.
    pub input: i64,
    /// When it was received, where it could be.
    pub at: Option<DateTime<Utc>>,
    /// Who sent it.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// Why it waits; the name of a `TriageReason`, or another of the desk's.
    pub why: String,
}

/// An address of the desk's own people from which mail comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestBounce {
    /// The address.
    pub address: String,
    /// What the servers said.
    pub why: String,
}

/// A confirmation that somebody was asked for and has not given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestConfirmation {
    /// The request's number.
    pub number: String,
    /// Who was asked.
    pub who: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What happened in a request's life; templates have the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    /// The first mail was received.
    Opened,
    /// Missing data were asked for.
    DataAsked,
    /// Data arrived.
    DataReceived,
    /// "Is it yours?" was asked.
    ConfirmationAsked,
    /// It was confirmed.
    Confirmed,
    /// It was disowned.
    Disowned,
    /// An approval was asked for.
    ApprovalAsked,
    /// It was given.
    Approved,
    /// It was refused.
    Rejected,
    /// The approver or executor asked something, or named a condition.
    Asked,
    /// Somebody wrote something that decides nothing.
    Commented,
    /// The same request came once more.
    SentAgain,
    /// The work was handed over.
    WorkAsked,
    /// Somebody took it.
    Claimed,
    /// It is done.
    Done,
    /// It is done for some persons of the form.
    PartlyDone,
    /// It could not be done.
    NotDone,
    /// The requester took it back.
    Withdrawn,
    /// Whoever holds it was reminded.
    Reminded,
    /// A warning went out.
    Warned,
    /// The deadline passed.
    Breached,
    /// The calendar changed, and with it the deadline.
    DeadlineMoved,
    /// Somebody is away; the substitute was asked.
    SubstituteAsked,
    /// An address cannot be reached.
    Unreachable,
    /// Somebody says that they are away.
    Away,
    /// Somebody does not work there any more.
    Left,
    /// Somebody who was asked named who answers.
    Delegated,
    /// A step was not answered within its hours.
    Overdue,
    /// A decision was not theirs.
    Repudiated,
    /// Somebody of the desk had another person asked.
    Assigned,
    /// Somebody of the desk took the work from who had it.
    Released,
    /// Somebody of the desk changed the data.
    Amended,
    /// Somebody of the desk made it a request of another procedure.
    Reclassified,
    /// Somebody of the desk took it up again.
    Reopened,
}

impl Happened {
    /// Whether the data are others since.
    pub fn changes_data(self) -> bool {
        matches!(
            self,
            Self::DataReceived | Self::Amended | Self::Reclassified
        )
    }
}

/// What somebody of the desk did by hand; templates have the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeskActed {
    /// Another person is asked.
    Assigned,
    /// Whoever takes it may do the work.
    Released,
    /// The data changed.
    Amended,
    /// It is a request of another procedure.
    Reclassified,
    /// It was taken up again.
    Reopened,
    /// It was confirmed for its requester.
    Confirmed,
    /// The work is done.
    Done,
    /// The work cannot be done.
    NotDone,
}

/// One event of a request's life, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRow {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub what: Happened,
    /// Who, by name; empty where nobody did it.
    pub who: String,
}

/// Why somebody else's words are passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentKind {
    /// The requester added something.
    Added,
    /// A mail that would decide something bears the recipient's name, and nothing proves it theirs.
    YourName,
    /// It would decide something, but its sender was not asked.
    NotAsked,
    /// The requester asks for other data than those approved, while the work is under way.
    Differs,
}

/// What somebody is to a decision that was taken back; templates have the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Concern {
    /// It bore their name.
    Own,
    /// They have the work, which must stop.
    Executor,
    /// They decided after it, or are asked to.
    Approver,
    /// They asked for it.
    Requester,
}

/// What a request waits for; templates have the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitingFor {
    /// Missing data.
    Data,
    /// The confirmation of the signatory.
    Confirmation,
    /// An approval.
    Approval,
    /// The work.
    Work,
    /// Nothing: done.
    Done,
    /// Nothing: could not be done.
    NotDone,
    /// Nothing: rejected.
    Rejected,
    /// Nothing: taken back.
    Withdrawn,
    /// Nothing: the signatory says that it is not theirs.
    Disowned,
}

/// Why no rule could handle a mail; templates have the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriageReason {
    /// It asks for none of the procedures, as far as could be read.
    Unclassified,
    /// The sender may not ask for this procedure.
    NotAllowed,
    /// Nobody can tell who sent it.
    NoSender,
    /// The directory does not know who signed the memorandum.
    UnknownSignatory,
    /// It could not be fetched or read, however often it was tried.
    CannotBeRead,
    /// Too many were opened in the same name in a day, with nothing to prove that they are theirs.
    TooMany,
}

/// A procedure with the number that it is answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriageOption {
    /// Its place among the office's procedures, from 1.
    pub number: usize,
    /// Which.
    pub id: ProcedureId,
    /// Its Spanish name.
    pub name: String,
}

/// Where somebody placed a mail; templates have the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sorted {
    /// A request began.
    Opened,
    /// It belongs to a request.
    Added,
    /// It is none of the desk's business.
    NotOurs,
}

/// Why an answer did not place a mail; templates have the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotSorted {
    /// It cannot be understood.
    Unclear,
    /// Nothing proves who answered.
    Unproven,
    /// Somebody else was first.
    SortedAlready,
    /// There is no such request.
    NoSuchRequest,
    /// The requester may not ask for this procedure.
    NotAllowed,
    /// Nobody can tell who sent the mail.
    NoSender,
    /// The directory does not know who signed.
    UnknownSignatory,
    /// The mail could not be read again.
    Failed,
}

/// Why the desk's people must look at a request; templates have the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttentionReason {
    /// Nobody holds the role that must act.
    NobodyThere,
    /// The same person answered unclearly twice.
    UnclearTwice,
    /// Says that somebody else must answer.
    Delegated,
    /// Is away, and nobody stands in.
    AwayWithoutSubstitute,
    /// Says that the request is not theirs.
    Disowned,
    /// The requester has not answered, reminded once.
    NoAnswer,
    /// The requester wrote after the end.
    AfterEnd,
    /// Has done the work though nothing approves it any more.
    WorkedAgainst,
    /// Does not work there any more.
    Left,
    /// Says that a decision in their name is not theirs; it was taken back.
    Repudiated,
    /// Says so of something that the desk had not counted, or that is closed.
    RepudiatedNothing,
    /// Says so after the work was done.
    RepudiatedAfterEnd,
    /// Says so in a mail that nothing proves theirs.
    RepudiatedUnproven,
    /// Writes, or is written to in answer, more often than a person would: perhaps a rule.
    TooMany,
}

/// A document that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadableDocument {
    /// Its file name.
    pub name: String,
    /// The reason's name in `documents::Unreadable` (`no-text`); templates have the words.
    pub why: String,
}
