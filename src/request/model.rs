//! A request and its states, each named for what it waits for.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Party, Related, Remark, TimelineRow, Unconfirmed, WaitingFor};
use crate::office::{
    FieldKind, FieldName, Fields, Invalid, Office, PersonId, PersonValue, Procedure, RoleId, Value,
};

/// The key of a request in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub i64);

/// A document of a request: a part of a stored mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRef {
    /// The input row that holds the mail.
    pub input: i64,
    /// Its place among the mail's attachments, from 0.
    pub index: usize,
    /// The file name.
    pub name: String,
    /// Why it could not be read, where it could not (`documents::Unreadable`'s name).
    pub unreadable: Option<String>,
}

/// A stretch of time in which the clock stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From.
    pub from: DateTime<Utc>,
    /// To; none: it still stands still.
    pub until: Option<DateTime<Utc>>,
}

/// Who held the request, and how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What it waited for.
    pub waiting_for: WaitingFor,
    /// Names of those it waited for.
    pub by: String,
    /// From.
    pub from: DateTime<Utc>,
    /// To; none: still.
    pub until: Option<DateTime<Utc>>,
}

/// A person of a form for whom the work is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDone {
    /// Who, as the form said then: whose data change is done no longer.
    pub person: PersonValue,
    /// Who says so.
    pub by: Party,
    /// When that was received.
    pub at: DateTime<Utc>,
}

/// An approval that counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The step of the chain, from 0.
    pub step: usize,
    /// The role that the step names.
    pub role: RoleId,
    /// Who answered.
    pub by: Party,
    /// For whom, where a substitute answered.
    pub standing_in_for: Option<PersonId>,
    /// Why somebody else than the holder was asked.
    #[serde(default)]
    pub motive: Option<Motive>,
    /// Who was asked and named them.
    #[serde(default)]
    pub delegated_by: Option<Party>,
    /// The version of the request that they saw.
    #[serde(default)]
    pub version: u32,
    /// When the answer was received.
    pub at: DateTime<Utc>,
    /// The cell of the table that let it count.
    pub cell: String,
    /// Why an operator of the desk recorded it; none where the approver answered.
    #[serde(default)]
    pub recorded: Option<String>,
}

/// Why somebody else than the holder of a role was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motive {
    /// The directory says that the holder is away.
    Absent,
    /// The holder's automatic answer says so.
    OutOfOffice,
    /// Mails to the holder come back.
    Unreachable,
    /// The holder is the requester.
    OwnRequest,
    /// Whoever was asked named somebody who may.
    Delegated,
    /// A person of the desk said so.
    Assigned,
}

impl Motive {
    /// The words for people, as in the mails.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Absent | Self::OutOfOffice => "por ausencia",
            Self::Unreachable => "no le llegan los correos",
            Self::OwnRequest => "es quien solicita",
            Self::Delegated => "así lo indicó quien debía responder",
            Self::Assigned => "así lo dispuso la mesa",
        }
    }
}

/// A further step that an answer decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Further {
    /// The step of the chain, from 0.
    pub step: usize,
    /// For whom, where they stand in.
    pub standing_in_for: Option<PersonId>,
    /// Why not the holder.
    pub motive: Option<Motive>,
}

/// Somebody who is away, by their own automatic answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// Who.
    pub person: PersonId,
    /// The last day, where it says so.
    pub until: Option<NaiveDate>,
}

/// Somebody who was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who.
    pub party: Party,
    /// For whom, where a substitute was asked.
    pub standing_in_for: Option<PersonId>,
    /// Why not the holder.
    #[serde(default)]
    pub motive: Option<Motive>,
    /// Who was asked and named them.
    #[serde(default)]
    pub delegated_by: Option<Party>,
    /// Further steps, in order, that the same answer decides: theirs too, and their mail said so.
    #[serde(default)]
    pub also: Vec<Further>,
    /// How many of their answers could not be understood.
    pub unclear: u32,
}

/// Waits for data from the requester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitingData {
    /// Since when.
    pub asked_at: DateTime<Utc>,
    /// Whether the requester was reminded.
    pub reminded: bool,
    /// Whether the desk's people were told that nothing came.
    pub forgotten: bool,
    /// When they were last told; they are told again from there.
    #[serde(default)]
    pub stirred_at: Option<DateTime<Utc>>,
}

/// Waits for the word of the authority that the request is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitingConfirmation {
    /// Since when.
    pub asked_at: DateTime<Utc>,
    /// Whether the person was reminded.
    pub reminded: bool,
    /// How many of their answers could not be understood.
    pub unclear: u32,
    /// Whether the desk's people were told that nothing came.
    pub forgotten: bool,
    /// When they were last told; they are told again from there.
    #[serde(default)]
    pub stirred_at: Option<DateTime<Utc>>,
}

/// Waits for a decision on a step of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitingApproval {
    /// The step, from 0.
    pub step: usize,
    /// The role that it names.
    pub role: RoleId,
    /// Those asked; the first answer counts.
    pub asked: Vec<Asked>,
    /// Since when.
    pub asked_at: DateTime<Utc>,
    /// When the answer is wanted.
    pub due: DateTime<Utc>,
    /// Whether they were reminded.
    pub reminded: bool,
    /// Whether it was told that the answer did not come in time.
    #[serde(default)]
    pub overdue: bool,
    /// When it was last reminded of or told of; later reminders count from there.
    #[serde(default)]
    pub stirred_at: Option<DateTime<Utc>>,
}

/// Waits for the work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitingWork {
    /// Those asked.
    pub asked: Vec<Asked>,
    /// Who took it.
    pub claimed: Option<Party>,
    /// Since when.
    pub asked_at: DateTime<Utc>,
    /// Whether they were reminded.
    pub reminded: bool,
    /// When they were last reminded; later reminders count from there.
    #[serde(default)]
    pub stirred_at: Option<DateTime<Utc>>,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Done.
    Done,
    /// The executor could not do it.
    NotDone,
    /// An approver rejected it.
    Rejected,
    /// The requester took it back.
    Withdrawn,
    /// The signatory says that it is not theirs.
    Disowned,
}

/// Waits for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// How it ended.
    pub ending: Ending,
    /// By whom.
    pub by: Party,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a request waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum State {
    /// See [`AwaitingData`].
    AwaitingData(AwaitingData),
    /// See [`AwaitingConfirmation`].
    AwaitingConfirmation(AwaitingConfirmation),
    /// See [`AwaitingApproval`].
    AwaitingApproval(AwaitingApproval),
    /// See [`AwaitingWork`].
    AwaitingWork(AwaitingWork),
    /// See [`Closed`].
    Closed(Closed),
}

impl State {
    /// Its name, as in logs and lists (`awaiting-data`).
    pub fn name(&self) -> &'static str {
        match self {
            Self::AwaitingData(_) => "awaiting-data",
            Self::AwaitingConfirmation(_) => "awaiting-confirmation",
            Self::AwaitingApproval(_) => "awaiting-approval",
            Self::AwaitingWork(_) => "awaiting-work",
            Self::Closed(_) => "closed",
        }
    }

    /// Its name; of one that is closed, how it ended (`rejected`): what lists show to people.
    pub fn shown(&self) -> &'static str {
        match self {
            Self::Closed(closed) => match closed.ending {
                Ending::Done => "done",
                Ending::NotDone => "not-done",
                Ending::Rejected => "rejected",
                Ending::Withdrawn => "withdrawn",
                Ending::Disowned => "disowned",
            },
            Self::AwaitingData(_)
            | Self::AwaitingConfirmation(_)
            | Self::AwaitingApproval(_)
            | Self::AwaitingWork(_) => self.name(),
        }
    }

    /// What it waits for.
    pub fn waiting_for(&self) -> WaitingFor {
        match self {
            Self::AwaitingData(_) => WaitingFor::Data,
            Self::AwaitingConfirmation(_) => WaitingFor::Confirmation,
            Self::AwaitingApproval(_) => WaitingFor::Approval,
            Self::AwaitingWork(_) => WaitingFor::Work,
            Self::Closed(closed) => match closed.ending {
                Ending::Done => WaitingFor::Done,
                Ending::NotDone => WaitingFor::NotDone,
                Ending::Rejected => WaitingFor::Rejected,
                Ending::Withdrawn => WaitingFor::Withdrawn,
                Ending::Disowned => WaitingFor::Disowned,
            },
        }
    }
}

/// A request, from its first mail to its end. The row of the store is this value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its key.
    pub id: RequestId,
    /// Its number: `SIGEC-2026-000123`.
    pub number: String,
    /// The procedure as it was when the request began.
    pub procedure: Procedure,
    /// Who asks: the signatory of the memorandum, else the sender.
    pub requester: Party,
    /// Who sent the mail.
    pub sender: Party,
    /// The subject of the first mail.
    pub subject: String,
    /// Its data, with evidence.
    pub fields: Fields,
    /// Values that could not be accepted.
    pub invalid: Vec<Invalid>,
    /// Its documents.
    pub documents: Vec<DocumentRef>,
    /// Whether the memorandum or form stood in a mail itself.
    pub document_in_body: bool,
    /// What tells its memorandum from others: number, year and signatory; none without a number.
    #[serde(default)]
    pub memorandum: Option<String>,
    /// An earlier request that it hangs together with.
    #[serde(default)]
    pub related: Option<Related>,
    /// What others wrote about it, oldest first.
    #[serde(default)]
    pub remarks: Vec<Remark>,
    /// What the requester seems to have sent, and was asked to confirm.
    #[serde(default)]
    pub unconfirmed: Vec<Unconfirmed>,
    /// Counts all that was kept so.
    #[serde(default)]
    pub kept: u32,
    /// Whether the word of the authority is proven, and by which cell of the table.
    pub confirmed: Option<String>,
    /// The cell of the table that its first mail came through.
    #[serde(default)]
    pub opening_cell: String,
    /// Whether nothing showed who sent the first mail, so that the signatory is asked in any case.
    #[serde(default)]
    pub unproven: bool,
    /// Whether the requester has had the acknowledgement.
    pub acknowledged: bool,
    /// When the first mail was received.
    pub opened_at: DateTime<Utc>,
    /// Counts every change of the data; an answer to an older one does not count.
    pub version: u32,
    /// When the clock stood still.
    pub pauses: Vec<Pause>,
    /// Highest percentage warned of; 100 is the breach.
    pub warned: u8,
    /// Whose automatic answers said that they are away.
    #[serde(default)]
    pub away: Vec<Away>,
    /// Approvals that counted, in order.
    pub approvals: Vec<Approval>,
    /// The persons of its form for whom the work is done already.
    #[serde(default)]
    pub persons_done: Vec<PersonDone>,
    /// Who held it, in order.
    pub holds: Vec<Hold>,
    /// Its life, for people.
    pub timeline: Vec<TimelineRow>,
    /// What it waits for.
    pub state: State,
}

impl Request {
    /// The value of the first field of a kind, where it is text.
    fn of_kind(&self, kind: FieldKind) -> Option<&str> {
        let field = self.procedure.fields.iter().find(|f| f.kind == kind)?;
        self.fields.get(&field.name).and_then(|d| d.value.as_text())
    }

    /// The persons of its form; none where it has no form.
    pub fn persons(&self) -> &[PersonValue] {
        let field = self.procedure.fields.iter();
        let field = field.clone().find(|f| f.kind == FieldKind::Persons);
        match field
            .and_then(|f| self.fields.get(&f.name))
            .map(|d| &d.value)
        {
            Some(Value::Persons(persons)) => persons,
            Some(Value::Text(_)) | None => &[],
        }
    }

    /// The region that it is about.
    pub fn region(&self) -> Option<&str> {
        self.of_kind(FieldKind::Region)
    }

    /// The programme that it is about.
    pub fn programme(&self) -> Option<&str> {
        self.of_kind(FieldKind::Programme)
    }

    /// The region whose hours count: where each region has executors of its own, theirs.
    pub fn clock_region(&self, office: &Office) -> Option<&str> {
        let regional = office
            .directory
            .role(&self.procedure.executor.role)
            .is_some_and(|r| r.by_region);
        if regional { self.region() } else { None }
    }

    /// Steps of the chain that holds for its data.
    pub fn steps(&self) -> &[crate::office::Step] {
        let holds = |chain: &&crate::office::Chain| {
            chain
                .when
                .iter()
                .all(|(name, value)| self.has_value(name, value))
        };
        self.procedure
            .chains
            .iter()
            .find(holds)
            .map_or(&[], |c| &c.steps)
    }

    /// Whether a field has this value.
    pub fn has_value(&self, name: &FieldName, value: &str) -> bool {
        matches!(self.fields.get(name).map(|d| &d.value), Some(Value::Text(v)) if v == value)
    }

    /// Whether somebody is its requester or sent it for the requester.
    pub fn is_requesters(&self, party: &Party) -> bool {
        [&self.requester, &self.sender]
            .into_iter()
            .any(|p| p.is(party))
    }

    /// Those it waits for now.
    pub fn holders(&self) -> Vec<&Party> {
        match &self.state {
            State::AwaitingData(_) | State::AwaitingConfirmation(_) => vec![&self.requester],
            State::AwaitingApproval(state) => state.asked.iter().map(|a| &a.party).collect(),
            State::AwaitingWork(state) => match &state.claimed {
                Some(party) => vec![party],
                None => state.asked.iter().map(|a| &a.party).collect(),
            },
            State::Closed(_) => vec![],
        }
    }

    /// Names of those it waits for now.
    pub fn held_by(&self) -> String {
        let names: Vec<&str> = self.holders().iter().map(|p| p.name.as_str()).collect();
        names.join(", ")
    }
}
