//! Language → meaning: which procedure, which data, which decision. Pure; Spanish lives here.
//!
//! Lives here: what a person's words say, with the evidence. May not live here: headers and MIME
//! (`mail/`), who may say it (`judge/`), what follows (`request/`).

mod after_end;
mod assemble;
mod beside;
mod check;
mod classify;
mod conflict;
mod corrections;
mod decide;
mod expressions;
mod form;
mod matter;
mod meaning;
mod memorandum;
mod names;
mod parts;
mod persons;
mod persons_named;
mod persons_said;
mod prose;
mod repudiation;
mod sample;
mod secrets;
mod sorting;
mod together;
mod values;
mod words;
mod wraps;

pub use after_end::asks_or_objects;
pub use beside::beside_data;
pub use check::missing;
pub use decide::{approves_outright, decide, is_courtesy, rejects_outright};
pub use matter::names_another;
pub use meaning::{Classification, Decision, DecisionKind, Memorandum, Reading, RoleOfSender};
pub use names::named;
pub use persons_said::{PersonsSaid, persons_said};
pub use repudiation::{repudiates, says_left};
pub use sample::SAMPLE;
pub use secrets::without_secrets;
pub use sorting::{SortingWords, sorting};

use chrono::NaiveDate;

use crate::documents::Document;
use crate::mail::Letter;
use crate::office::{Datum, Field, Office, Procedure, Value};
use crate::reading::parts::Part;

/// Reads what a mail asks for: procedure, data, what is missing. `received` resolves dates without
/// a year.
pub fn read(
    letter: &Letter,
    documents: &[Document],
    office: &Office,
    received: NaiveDate,
) -> Reading {
    let parts = parts::parts(letter, documents);
    let memorandum = memorandum::memorandum(&parts, received);
    let matter = memorandum.as_ref().and_then(|m| m.subject.as_deref());
    // "RE: [SIGEC-2026-000107] …" repeats the desk's own words, not the sender's.
    let subject = if letter.numbers.is_empty() {
        letter.subject.as_str()
    } else {
        ""
    };
    let texts = classify::Texts::of(subject, matter, &parts);
    let stated = |procedure: &Procedure| assemble::stated(procedure, &parts, office, received);
    let classification = classify::classify(&texts, office, &stated);
    let procedure = classification
        .procedure
        .as_ref()
        .and_then(|id| office.procedure(id));
    let reading = match procedure {
        Some(procedure) => data(procedure, &parts, office, received),
        None => Reading::default(),
    };
    Reading {
        classification,
        memorandum,
        ..reading
    }
}

/// Reads the data of a known procedure: the reply to "these data are missing".
pub fn read_for(
    procedure: &Procedure,
    letter: &Letter,
    documents: &[Document],
    office: &Office,
    received: NaiveDate,
) -> Reading {
    let parts = parts::parts(letter, documents);
    let memorandum = memorandum::memorandum(&parts, received);
    let classification = Classification {
        procedure: Some(procedure.id.clone()),
        confidence: 1.0,
        guesses: vec![procedure.id.clone()],
        evidence: vec![],
    };
    Reading {
        classification,
        memorandum,
        ..data(procedure, &parts, office, received)
    }
}

/// Single data of people of a form, where the sender's own text states nothing else of people.
pub fn people_alone(letter: &Letter) -> Option<Datum> {
    let parts = parts::parts(letter, &[]);
    let own = parts.iter().find(|part| part.rank == parts::Rank::Body)?;
    let sender = letter.from.as_ref().map(|from| from.address.as_str());
    let (people, evidence) = persons::alone(own, sender)?;
    let value = Value::Persons(people);
    Some(Datum { value, evidence })
}

/// What somebody writes for one datum, in the form that its kind says. `received` resolves dates
/// without a year.
///
/// # Errors
/// Why it cannot be one, in Spanish.
pub fn value(
    field: &Field,
    words: &str,
    office: &Office,
    received: NaiveDate,
) -> Result<String, String> {
    match values::read(field, words, office, received) {
        values::Read::Value(value) => Ok(value),
        values::Read::Refused(_, why)
        | values::Read::Invalid(_, why)
        | values::Read::Conflict(_, why) => Err(why),
        values::Read::Half(..) => Err("faltan el día o la hora".to_owned()),
        values::Read::Open => Err(format!("«{words}» no es un valor")),
    }
}

/// A RUT, as it was written.
///
/// # Errors
/// Why it cannot be one, in Spanish.
pub fn rut(words: &str) -> Result<String, String> {
    match values::ruts(words).as_slice() {
        [one] if one.is_right() => Ok(words.trim().to_owned()),
        [_] => Err(format!("«{words}»: el dígito verificador no corresponde")),
        _ => Err(format!("«{words}» no es un RUT")),
    }
}

/// The data of a procedure. A datum whose words cannot be a value is `invalid`, and not `missing`
/// too: its writer is told what is wrong with it.
fn data(procedure: &Procedure, parts: &[Part], office: &Office, received: NaiveDate) -> Reading {
    let assemble::Gathered {
        fields,
        mut invalid,
        inferred,
    } = assemble::gather(procedure, parts, office, received);
    invalid.extend(check::refused(procedure, &fields, office));
    let missing = missing(procedure, &fields)
        .into_iter()
        .filter(|name| !invalid.iter().any(|i| &i.field == name))
        .collect();
    Reading {
        fields,
        missing,
        invalid,
        inferred,
        ..Reading::default()
    }
}
