//! What a judgement rests on, and what it says.

use chrono::{DateTime, NaiveDate, Utc};

use super::Known;
use crate::documents::Document;
use crate::mail::Letter;
use crate::office::{Office, ProcedureId};
use crate::reading::Reading;
use crate::request::{DocumentRef, Event, Notice, Opening, Operator, Party, RequestId};

/// Everything that a judgement rests on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The input row that holds the mail.
    pub input: i64,
    /// The mail.
    pub letter: &'a Letter,
    /// Its documents.
    pub documents: &'a [Document],
    /// What it asks for.
    pub reading: &'a Reading,
    /// What is known of it.
    pub known: &'a Known,
    /// The office.
    pub office: &'a Office,
    /// When the server received it.
    pub received_at: DateTime<Utc>,
}

impl Case<'_> {
    /// The day on which it was received, where the office is.
    pub fn day(&self) -> NaiveDate {
        self.office
            .calendar
            .local(self.received_at, None)
            .date_naive()
    }

    /// Who sent it, as far as the From field says.
    pub fn sender(&self) -> Option<Party> {
        sender_of(self.letter, self.office)
    }

    /// The documents of a letter, by their place among its attachments; of those with the same
    /// name the first is the first.
    pub(super) fn documents(&self) -> Vec<DocumentRef> {
        let mut taken: Vec<usize> = vec![];
        let mut found = vec![];
        for document in self.documents {
            let mut places = self.letter.attachments.iter().enumerate();
            let place = places.find(|(i, a)| a.name == document.name && !taken.contains(i));
            let Some((index, _)) = place else { continue };
            taken.push(index);
            found.push(DocumentRef {
                input: self.input,
                index,
                name: document.name.clone(),
                unreadable: document
                    .content
                    .as_ref()
                    .err()
                    .map(|why| why.name().to_owned()),
            });
        }
        found
    }
}

/// Who sent a letter, as far as the From field says.
pub(super) fn sender_of(letter: &Letter, office: &Office) -> Option<Party> {
    let from = letter.from.as_ref()?;
    Some(match office.directory.by_address(&from.address) {
        // The answer goes to the address that wrote; the name is the directory's.
        Some(person) => Party {
            address: from.address.clone(),
            name: person.name.clone(),
            person: Some(person.id.clone()),
        },
        None => Party {
            address: from.address.clone(),
            name: if from.name.is_empty() {
                &from.address
            } else {
                &from.name
            }
            .clone(),
            person: None,
        },
    })
}

/// One thing to do about a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Begin a request.
    Open(Box<Opening>),
    /// Apply an event.
    Apply(RequestId, Box<Event>),
    /// Tell somebody something that belongs to no request.
    Tell(Box<Notice>),
    /// Place a mail that was set aside, as somebody of the desk says.
    Sort {
        /// Its row.
        input: i64,
        /// Who says so.
        by: Operator,
        /// Why, where its sender must be told.
        reason: String,
        /// Where.
        to: SortTo,
    },
}

/// Where a mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortTo {
    /// It asks for this procedure.
    Procedure(ProcedureId),
    /// It is none of the desk's business.
    NotOurs,
    /// It belongs to the request with this number, or these last digits.
    Request(String),
}

/// What becomes of the mail in the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was handled.
    Done,
    /// A person must look at it.
    Review,
}

/// What a letter leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "nothing is dropped silently"]
pub struct Judgement {
    /// What to do, in order.
    pub judged: Vec<Judged>,
    /// What becomes of the mail.
    pub fate: Fate,
    /// Why, in one or two words, for log and list (`opening`, `answer`, `bulk`).
    pub reason: &'static str,
}

impl Judgement {
    /// Handled, with this to do.
    pub(super) fn done(reason: &'static str, judged: Vec<Judged>) -> Self {
        Self {
            judged,
            fate: Fate::Done,
            reason,
        }
    }
}
