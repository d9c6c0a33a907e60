//! What must be told to whom, as plain data. `letters/` makes a mail of it through a template.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{DocumentRef, Message};
use crate::office::PersonId;

/// Somebody the desk writes to or hears from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The address, lower case.
    pub address: String,
    /// The name, as shown; the address where none is known.
    pub name: String,
    /// The directory's entry, if there is one.
    pub person: Option<PersonId>,
}

/// What an answer to a notice would be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskedFor {
    /// A decision on this step of the chain, from 0.
    Approval {
        /// The step.
        step: usize,
    },
    /// The work, or why it cannot be done.
    Work,
    /// Missing data.
    Data,
    /// "Is it yours?": the opening of a request.
    Confirmation,
    /// "Did you send this?": what is kept until its sender says so.
    Kept {
        /// Which of all that was kept for the request.
        serial: u32,
    },
    /// Where a mail goes that no rule could place.
    Triage,
}

/// What a notice asks its recipient; makes the reference token, bound to recipient, request,
/// purpose and version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What about.
    pub about: AskedFor,
    /// The version of the request that the recipient sees.
    pub version: u32,
}

/// Something that must be told to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// To whom.
    pub to: Party,
    /// What.
    pub message: Message,
    /// What the recipient is asked, if anything.
    pub ask: Option<Ask>,
    /// Not before.
    pub due: DateTime<Utc>,
    /// Whether the request's documents go with it.
    pub documents: bool,
    /// Further files that go with it: what an executor's answer brought.
    #[serde(default)]
    pub files: Vec<DocumentRef>,
}
