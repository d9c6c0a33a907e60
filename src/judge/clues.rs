//! What a letter says about where it belongs, and what the store answers to it.

use std::collections::BTreeMap;

use super::case::sender_of;
use super::opening::{self, Signatory};
use super::{again, unreferenced};
use crate::mail::{Letter, Origin, TokenPlace};
use crate::office::{Fields, Office, Value};
use crate::reading::Reading;
use crate::request::{Ask, Party, Request, RequestId, TriageOption};

/// What is looked up for a letter, in one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clues {
    /// Tokens that stood where a reply or a button puts them, strongest first.
    pub tokens: Vec<String>,
    /// Message-IDs that it refers to, nearest first.
    pub message_ids: Vec<String>,
    /// Request numbers in its subject.
    pub numbers: Vec<String>,
    /// The sender's address.
    pub sender: Option<String>,
    /// The addresses whose mails the sender may answer: their own, and those of the shared
    /// mailboxes that they read.
    pub answers_for: Vec<String>,
    /// The addresses of whoever would be the requester: the sender's, and the signatory's.
    pub asked_by: Vec<String>,
    /// What tells its memorandum from others; none without a number.
    pub memorandum: Option<String>,
    /// Whether the sender asks for or takes back a request without saying which.
    pub wants_own: bool,
    /// The same complete request by the same person has the same key; none where it opens nothing.
    pub data_key: Option<String>,
}

/// How a letter refers to something that the desk sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refers {
    /// By the token of a notice.
    Token,
    /// By the Message-ID of a notice, or of any mail of the request.
    MessageId,
    /// By the token or the Message-ID of a mail that asked for a confirmation.
    Confirmation,
    /// By the tag in the subject alone.
    TagOnly,
    /// By nothing: the sender has one open step.
    OpenStep,
}

/// A notice that a letter refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// How.
    pub refers: Refers,
    /// The request that the notice was about.
    pub request: RequestId,
    /// To whom the notice went; none for a mail that the desk received.
    pub recipient: Option<Party>,
    /// What it asked.
    pub ask: Option<Ask>,
    /// Where it asked "did you write this?" of an answer: whether that answer approved.
    pub confirms: Option<bool>,
}

/// A mail that asked somebody of the desk where a mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriageReference {
    /// How the letter refers to it.
    pub refers: Refers,
    /// To whom it went.
    pub recipient: Party,
    /// The row of the mail that it is about.
    pub input: i64,
    /// That mail's subject.
    pub subject: String,
    /// That mail's sender.
    pub from: String,
    /// The procedures that one may answer with.
    pub options: Vec<TriageOption>,
    /// Whether the recipient was told already that an answer was not understood.
    pub told_unclear: bool,
}

/// What the store knows of the [`Clues`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Mails that it refers to, strongest first.
    pub references: Vec<Reference>,
    /// The request of the subject's tag.
    pub tagged: Option<RequestId>,
    /// Requests that now wait for an answer of the sender.
    pub open: Vec<RequestId>,
    /// A request with the same data by the same person, within the office's days.
    pub same: Option<RequestId>,
    /// The last request that cites the same memorandum.
    pub memorandum: Option<RequestId>,
    /// The request of an earlier mail of the same sender with the same words and documents; none
    /// in it: that mail waits for a person.
    pub repeats: Option<Option<RequestId>>,
    /// The sender's own requests, newest first, where they are wanted.
    pub own: Vec<RequestId>,
    /// Whether it answers a mail of the desk that was about no request.
    pub answers_desk_mail: bool,
    /// The triage mail that it answers.
    pub triage: Option<TriageReference>,
    /// Every request named above.
    pub requests: BTreeMap<RequestId, Request>,
}

/// Collects the clues of a letter.
pub fn clues(letter: &Letter, reading: &Reading, office: &Office) -> Clues {
    let mut tokens = letter.tokens.clone();
    tokens.sort_by_key(|t| match t.place {
        TokenPlace::NewText => 0,
        TokenPlace::Address => 1,
        TokenPlace::Quoted => 2,
    });
    let mut message_ids = letter.in_reply_to.clone();
    message_ids.extend(letter.references.iter().rev().cloned());
    if let Origin::Bounce(bounce) = &letter.origin {
        message_ids.extend(bounce.original_message_id.clone());
    }
    let sender = letter.from.as_ref().map(|a| a.address.clone());
    let procedure = reading.classification.procedure.as_ref();
    let answers_for = sender.as_deref().map_or(vec![], |s| answers_for(office, s));
    let signed_by = sender_of(letter, office)
        .map(|sender| opening::signatory_of(reading, office, &sender))
        .and_then(|signatory| match signatory {
            Signatory::Known(party) => party.person,
            Signatory::Nobody | Signatory::Unknown => None,
        })
        .and_then(|id| office.directory.person(&id));
    let mut asked_by = answers_for.clone();
    asked_by.extend(signed_by.iter().flat_map(|p| p.addresses.clone()));
    Clues {
        asked_by,
        memorandum: again::memorandum_key(letter, reading, office),
        wants_own: unreferenced::wants_own(letter, reading),
        answers_for,
        tokens: tokens.into_iter().map(|t| t.token).collect(),
        message_ids,
        numbers: letter.numbers.clone(),
        data_key: procedure
            .filter(|_| reading.missing.is_empty() && reading.invalid.is_empty())
            .map(|p| data_key(p.as_str(), &reading.fields)),
        sender,
    }
}

fn answers_for(office: &Office, address: &str) -> Vec<String> {
    let Some(person) = office.directory.by_address(address) else {
        return vec![address.to_owned()];
    };
    let people = office.directory.people.iter();
    let read = people.filter(|p| p.shared && p.members.contains(&person.id));
    let mut addresses = person.addresses.clone();
    addresses.extend(read.flat_map(|p| p.addresses.clone()));
    addresses
}

/// The key of a request's data: equal values give equal keys.
pub fn data_key(procedure: &str, fields: &Fields) -> String {
    let mut key = procedure.to_owned();
    for (name, datum) in fields {
        let value = match &datum.value {
            Value::Text(text) => text.to_lowercase(),
            Value::Persons(persons) => {
                let each = persons.iter().map(|p| {
                    let parts = [&p.name, &p.rut, &p.email, &p.profile];
                    let parts: Vec<&str> =
                        parts.into_iter().flatten().map(String::as_str).collect();
                    parts.join(" ").to_lowercase()
                });
                each.collect::<Vec<_>>().join(",")
            }
        };
        key.push_str(&format!("|{}={}", name.as_str(), value));
    }
    key
}
