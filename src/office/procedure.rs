//! A procedure as the office declares it: who may ask, which data, who approves, who does it, how
//! soon.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Field, FieldName, RoleId};

/// The id of a procedure (`rendition-disapproval`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProcedureId(pub String);

impl ProcedureId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who may ask, and what becomes of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requesters {
    /// Roles that may ask. Empty: anybody of the directory.
    #[serde(default)]
    pub roles: Vec<RoleId>,
    /// What becomes of a request by somebody else.
    pub otherwise: Otherwise,
}

/// What becomes of a request by somebody who may not make it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Otherwise {
    /// A person looks at it.
    Triage,
    /// The sender is told who must ask: the holders of this role.
    Refer(RoleId),
}

/// A document that the procedure expects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentRule {
    /// How people call it ("Memorándum").
    pub label: String,
    /// Whether the request waits until a document is attached or its text stands in the body.
    pub required: bool,
}

/// One step of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Who approves.
    pub role: RoleId,
    /// Working hours that the approver has; none: what remains divided by the steps left.
    #[serde(default)]
    pub hours: Option<u32>,
    /// Who is told when the answer does not come in time; none: as the procedure says.
    #[serde(default)]
    pub escalation_role: Option<RoleId>,
}

/// A chain of approvals, with the data for which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// Holds where every field named has the value given; empty: always.
    #[serde(default)]
    pub when: BTreeMap<FieldName, String>,
    /// Steps in order; empty: nobody needs to approve.
    pub steps: Vec<Step>,
}

/// Who does the work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Executor {
    /// Who does it.
    pub role: RoleId,
    /// Who gets a copy of the work order, with no answer awaited.
    #[serde(default)]
    pub copy_to: Vec<RoleId>,
    /// Whether the executor's own words and files go to the requester; else only the template
    /// answers, and what the executor writes is kept without what looks like a password.
    #[serde(default)]
    pub hand_on_text: bool,
}

/// Something that a request waits for and that can stop its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockStop {
    /// Missing data, or the confirmation of the requester.
    Requester,
    /// An approver.
    Approver,
    /// The executor.
    Executor,
}

/// What tells this procedure from the others in a mail: expressions in which `*` ends a word that
/// may have any ending, `…` stands for up to five longer words of a sentence, `a + b` asks that b
/// stands anywhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// Phrases that name what is asked for (weight 3 for the first, 0.75 for each further one).
    #[serde(default)]
    pub phrases: Vec<String>,
    /// Words and short expressions that go with it (weight 1 each, 8 at most).
    #[serde(default)]
    pub words: Vec<String>,
    /// Expressions that speak against it (weight -3 each, once).
    #[serde(default)]
    pub against: Vec<String>,
}

/// A procedure. A request keeps the copy that it began with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// Its id; the name of its file.
    pub id: ProcedureId,
    /// Its name in Spanish, as shown in mails.
    pub name: String,
    /// Who may ask.
    pub requesters: Requesters,
    /// The data, in the order in which they are shown.
    pub fields: Vec<Field>,
    /// The documents.
    pub documents: Vec<DocumentRule>,
    /// The chains; the first whose condition holds is taken.
    pub chains: Vec<Chain>,
    /// Who does it.
    pub executor: Executor,
    /// Working hours from reception to the answer.
    pub hours: u32,
    /// When the clock stops.
    pub clock_stops: Vec<ClockStop>,
    /// The field with a closing date and hour that must be within office hours, if any.
    pub closing: Option<FieldName>,
    /// Whether a step whose approver is the requester counts as given.
    pub requester_approves: bool,
    /// Who is told when a step or the whole is late; none: as the desk says.
    #[serde(default)]
    pub escalation_role: Option<RoleId>,
    /// What tells it from the others.
    pub recognition: Recognition,
}

impl Procedure {
    /// The field with this name, if the procedure asks for it.
    pub fn field(&self, name: &FieldName) -> Option<&Field> {
        self.fields.iter().find(|f| &f.name == name)
    }

    /// Whether nobody approves it in any variant: then the requester is the authority.
    pub fn requester_is_authority(&self) -> bool {
        self.chains.iter().all(|c| c.steps.is_empty())
    }
}
