//! The content of every mail that the desk sends: one struct for each, named like its template.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::declare::messages;
use super::shown::{
    Approved, AttentionReason, CommentKind, Concern, DeskActed, DigestBounce, DigestConfirmation,
    DigestMail, DigestRow, Next, NotCounted, NotSorted, OpenPerson, PersonRow, Sorted, Summary,
    TimelineRow, TriageOption, TriageReason, UnreadableDocument, WaitingFor, Wanted,
};
use super::{AlarmKind, Motive};

messages! {
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
    }
    /// A counted decision, to the one who took it.
    DecisionRecorded = "decision-recorded" {
        /// The request.
        summary: Summary,
        /// Whether it was approved.
        approved: bool,
        /// As what.
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
    /// Work to do.
    WorkOrder = "work-order" {
        /// The request.
        summary: Summary,
        /// Approvals given.
        approvals: Vec<Approved>,
        /// Whether several people got it and one may claim it.
        claimable: bool,
        /// Whether this is a copy, with no answer awaited.
        copy: bool,
        /// Who does it (for the copy).
        executor: String,
        /// Whether what the executor writes and attaches goes to the requester.
        #[serde(default)]
        hands_on: bool,
        /// Who had it and named the recipient.
        #[serde(default)]
        handed_on_by: Option<String>,
    }
    /// The work is still open.
    WorkReminder = "work-reminder" {
        /// The request.
        summary: Summary,
        /// When it was handed over.
        asked_at: DateTime<Utc>,
    }
    /// Somebody else of the team took it, or did it.
    Claimed = "claimed" {
        /// The request.
        summary: Summary,
        /// Who.
        by: String,
        /// Whether it is done already.
        done: bool,
        /// Whether it was given to them by who had it.
        #[serde(default)]
        handed_on: bool,
    }
    /// Done.
    Resolution = "resolution" {
        /// The request.
        summary: Summary,
        /// Who did it.
        by: String,
        /// When.
        at: DateTime<Utc>,
        /// The executor's words, where the procedure hands them on.
        text: Option<String>,
        /// Approvals given.
        approvals: Vec<Approved>,
        /// The persons of the form, where it was done in several parts.
        #[serde(default)]
        persons: Vec<PersonRow>,
    }
    /// Done for some persons of the form; goes to the requester and to who has the work.
    PartlyDone = "partly-done" {
        /// The request.
        summary: Summary,
        /// Who did it.
        by: String,
        /// When.
        at: DateTime<Utc>,
        /// For whom it is done, by now.
        done: Vec<String>,
        /// For whom not yet.
        open: Vec<OpenPerson>,
    }
    /// It could not be done.
    NotDone = "not-done" {
        /// The request.
        summary: Summary,
        /// Who says so.
        by: String,
        /// Why.
        reason: Option<String>,
        /// When.
        at: DateTime<Utc>,
        /// For whom it was done before.
        #[serde(default)]
        done: Vec<String>,
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
    /// The deadline comes near.
    DeadlineWarning = "deadline-warning" {
        /// The request.
        summary: Summary,
        /// Percent of the hours that have passed.
        percent: u8,
        /// Who holds it.
        held_by: String,
    }
    /// The deadline has passed.
    Breach = "breach" {
        /// The request.
        summary: Summary,
        /// Who holds it.
        held_by: String,
        /// Its life so far.
        timeline: Vec<TimelineRow>,
    }
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
