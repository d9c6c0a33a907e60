//! The values that a mail's words become.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::office::{Evidence, FieldName, Fields, Invalid, ProcedureId};

/// What the sender is to the request, as far as known; "listo" means done from an executor and
/// approve from an approver who was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleOfSender {
    /// Was asked to approve.
    Approver,
    /// Was asked to do the work.
    Executor,
    /// Asked for something.
    Requester,
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionKind {
    /// Approves, without a condition.
    Approve,
    /// Does not approve.
    Reject,
    /// Would approve under a condition.
    Conditional,
    /// Asks something.
    Question,
    /// The work is done. From a requester who was asked "is it yours?": see `Approve`.
    Done,
    /// The work cannot be done.
    NotDone,
    /// The requester takes the request back.
    Withdraw,
    /// Asks how far it is.
    Status,
    /// Says that somebody else must answer.
    Delegate,
    /// Takes a work order that a team was given ("lo tomo").
    Claim,
    /// Says nothing that could be acted on, or two opposite things.
    Unclear,
}

/// A decision with the words that carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What it says.
    pub kind: DecisionKind,
    /// The reason, question or condition, in the sender's words.
    pub reason: Option<String>,
    /// Where the reason stands: bytes of the sender's new text; none where it is the subject's.
    pub reason_at: Option<Range<usize>>,
    /// The words that decide.
    pub evidence: Evidence,
}

/// Which procedure a mail asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// The procedure, where the evidence suffices.
    pub procedure: Option<ProcedureId>,
    /// From 0 to 1.
    pub confidence: f32,
    /// The best guesses, best first, also where none suffices (two at most).
    pub guesses: Vec<ProcedureId>,
    /// The words that decided, at most ten.
    pub evidence: Vec<String>,
}

/// The head of a memorandum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memorandum {
    /// "N°", as written.
    pub number: Option<String>,
    /// Date, ISO 8601.
    pub date: Option<String>,
    /// "DE:", the signatory, without the post.
    pub signatory: Option<String>,
    /// The signatory's post, beside or below the name.
    #[serde(default)]
    pub post: Option<String>,
    /// "A:".
    #[serde(default)]
    pub addressee: Option<String>,
    /// "ANT.:".
    #[serde(default)]
    pub antecedent: Option<String>,
    /// "MAT.:".
    pub subject: Option<String>,
    /// Where each of these stands, by its name (`number`).
    #[serde(default)]
    pub evidence: BTreeMap<String, Evidence>,
}

/// What a mail asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Which procedure.
    pub classification: Classification,
    /// Its data, for the procedure that was recognised.
    pub fields: Fields,
    /// Data that the procedure requires and that are not there.
    pub missing: Vec<FieldName>,
    /// Values that cannot be right. A well-formed value that a rule refuses is in `fields` too.
    pub invalid: Vec<Invalid>,
    /// Of the data, those that were read in the line of another one ("Nombre de la convocatoria:
    /// Habitabilidad Regular" names a programme): they complete, and correct nothing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub inferred: BTreeSet<FieldName>,
    /// The memorandum's head, if there is one.
    pub memorandum: Option<Memorandum>,
}
