//! What an operator of the desk does with a request by hand: who, why, what.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Party;
use crate::office::{Datum, FieldName, Fields, Invalid, PersonId, Procedure};

/// Who operates the desk by hand. Never anonymous: the login is always known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The name of the account that gave the command; the address, where it came by mail.
    pub login: String,
    /// The directory's entry, where it is known.
    #[serde(default)]
    pub person: Option<Party>,
}

impl Operator {
    /// The name, as mails show it.
    pub fn name(&self) -> &str {
        self.person.as_ref().map_or(&self.login, |p| &p.name)
    }

    /// The operator as somebody who acts. Without an entry in the directory the login stands for
    /// the address: nothing is ever sent there.
    pub fn party(&self) -> Party {
        self.person.clone().unwrap_or_else(|| Party {
            address: self.login.clone(),
            name: self.login.clone(),
            person: None,
        })
    }

    /// The journal's cell: `operator:valentina-osorio(vosorio)`.
    pub fn cell(&self) -> String {
        let id = self.person.as_ref().and_then(|p| p.person.as_ref());
        match id {
            Some(id) if id.0 != self.login => format!("operator:{}({})", id.0, self.login),
            Some(id) => format!("operator:{}", id.0),
            None => format!("operator:{}", self.login),
        }
    }
}

/// What an operator decides for whoever was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ruling {
    /// The step is approved; or the request is confirmed.
    Approve,
    /// It is rejected.
    Reject,
    /// The work is done.
    Done,
    /// The work cannot be done.
    NotDone,
}

/// What an operator does with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Decides what it waits for.
    Decide(Ruling),
    /// Has somebody asked instead of those who were.
    Assign {
        /// Whom.
        to: PersonId,
        /// Whether even somebody who does not hold the role.
        beyond: bool,
    },
    /// Makes it a request of another procedure.
    Reclassify {
        /// The right one.
        procedure: Box<Procedure>,
        /// Its data, read again.
        fields: Fields,
        /// Values that cannot be right.
        invalid: Vec<Invalid>,
        /// Whether even though its requester may not ask for it.
        beyond: bool,
    },
    /// Changes its data; none takes a value away.
    Amend {
        /// The data.
        fields: BTreeMap<FieldName, Option<Datum>>,
    },
    /// Takes it back for its requester.
    Withdraw,
    /// Takes it up again after its end.
    Reopen,
    /// Takes the work from who claimed it, and asks all again.
    Release,
    /// Somebody is away: who stands in is asked.
    Away {
        /// Who.
        person: PersonId,
        /// The last day.
        until: Option<NaiveDate>,
    },
}

/// An act with who did it and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operated {
    /// Who.
    pub by: Operator,
    /// Why, in their words; shown in mails.
    pub reason: String,
    /// The journal's cell.
    pub cell: String,
    /// What.
    pub act: Act,
}

impl Operated {
    /// An act.
    pub fn new(by: Operator, reason: String, act: Act) -> Self {
        let cell = by.cell();
        Self {
            by,
            reason,
            cell,
            act,
        }
    }
}

/// Why an act is refused; the words say what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request is closed.
    Closed,
    /// It is open.
    Open,
    /// It is the operator's own.
    OwnRequest,
    /// It waits for data of its requester.
    WaitsForData,
    /// It waits for the word of its requester.
    WaitsForConfirmation,
    /// It waits for an approval.
    WaitsForApproval,
    /// It waits for the work.
    WaitsForWork,
    /// Nobody has claimed the work.
    NotClaimed,
    /// The directory does not know the person.
    Unknown,
    /// The requester cannot decide on their own request.
    ToRequester,
    /// The person does not hold the role.
    NotTheirs,
    /// The person is the one asked already.
    Theirs,
    /// The data are these already, or it is of this procedure already.
    Unchanged,
    /// Its requester may not ask for that procedure.
    MayNotAsk,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the request is closed; `mesad reopen` takes it up again",
            Self::Open => "the request is open already; `mesad show` says what it waits for",
            Self::OwnRequest => {
                "nobody decides on their own request; somebody else of the desk must do it"
            }
            Self::WaitsForData => {
                "the request waits for data of its requester; give them with `mesad amend`, or \
                 close it with `mesad withdraw`"
            }
            Self::WaitsForConfirmation => {
                "the request waits for its requester's word that it is theirs; record it with \
                 `mesad decide … approve` or `reject`"
            }
            Self::WaitsForApproval => {
                "the request waits for an approval; record it with `mesad decide … approve` or \
                 `reject`"
            }
            Self::WaitsForWork => {
                "the request waits for the work; record its end with `mesad decide … done` or \
                 `not-done`"
            }
            Self::NotClaimed => "nobody has claimed the work: all who were asked may do it",
            Self::Unknown => "the directory does not know this person",
            Self::ToRequester => "this is the requester, who cannot decide on their own request",
            Self::NotTheirs => {
                "this person neither holds the role that must act here nor stands in for who \
                 does; give it to them all the same with --override"
            }
            Self::Theirs => "this person is the one who is asked already",
            Self::Unchanged => "that would change nothing: it is so already",
            Self::MayNotAsk => {
                "its requester may not ask for that procedure; do it all the same with --override"
            }
        })
    }
}
