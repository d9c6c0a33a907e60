//! Language → meaning: which procedure, which data, which decision. Pure; Spanish lives here.
//!
//! Lives here: what a person's words say, with the evidence. May not live here: headers and MIME
//! (`mail/`), who may say it (`judge/`), what follows (`request/`).

mod meaning;

pub use meaning::{Classification, Decision, DecisionKind, Memorandum, Reading, RoleOfSender};

use chrono::NaiveDate;

use crate::documents::Document;
use crate::mail::Letter;
use crate::office::{Office, Procedure};

/// Reads what a mail asks for: procedure, data, what is missing. `received` resolves dates without
/// a year.
pub fn read(
    letter: &Letter,
    documents: &[Document],
    office: &Office,
    received: NaiveDate,
) -> Reading {
    let _ = (letter, documents, office, received);
    unimplemented!()
}

/// Reads the data of a known procedure: the reply to "these data are missing".
pub fn read_for(
    procedure: &Procedure,
    letter: &Letter,
    documents: &[Document],
    office: &Office,
    received: NaiveDate,
) -> Reading {
    let _ = (procedure, letter, documents, office, received);
    unimplemented!()
}

/// Reads what an answer decides; none where it says nothing that looks like an answer.
pub fn decide(letter: &Letter, role: RoleOfSender) -> Option<Decision> {
    let _ = (letter, role);
    unimplemented!()
}

/// What is missing of a procedure's data, given those known (required_when is applied).
pub fn missing(
    procedure: &Procedure,
    fields: &crate::office::Fields,
) -> Vec<crate::office::FieldName> {
    let _ = (procedure, fields);
    unimplemented!()
}

/// Whether a text only thanks or says that it was received ("muchas gracias"): nothing to act on.
pub fn is_courtesy(text: &str) -> bool {
    let _ = text;
    unimplemented!()
}
