//! Asking the requester for what is missing or cannot be right.

use chrono::NaiveDateTime;

use super::draft::Draft;
use super::{
    AskedFor, AwaitingData, ClosingNotAllowed, Happened, Message, MissingData, Refused, Request,
    State, UnreadableDocument, Wanted, people,
};
use crate::calendar::Closing;
use crate::office::{Field, FieldName, Value};

/// Required fields that have no value, or people of whom something is missing, in the procedure's
/// order.
pub fn missing_fields(request: &Request) -> Vec<&Field> {
    let wanted = |field: &&Field| {
        let required = match &field.required_when {
            Some(conditions) => conditions
                .iter()
                .all(|(name, value)| request.has_value(name, value)),
            None => field.required,
        };
        required
            && !request
                .fields
                .get(&field.name)
                .is_some_and(|d| d.value.is_whole())
    };
    request.procedure.fields.iter().filter(wanted).collect()
}

/// The field of a form's people, where people are known and something is missing of them.
pub fn people_wanted(request: &Request) -> Option<&FieldName> {
    let is_known = |field: &&Field| request.fields.contains_key(&field.name);
    let open = missing_fields(request).into_iter().find(is_known)?;
    Some(&open.name)
}

/// Enters `AwaitingData` where something is missing or cannot be right.
pub(super) fn ask_for_data(draft: &mut Draft<'_>) -> bool {
    let request = &draft.request;
    let mut wanted: Vec<Wanted> = vec![];
    for field in &request.procedure.fields {
        let refused = request.invalid.iter().find(|i| i.field == field.name);
        let missing = missing_fields(request).iter().any(|f| f.name == field.name);
        let known = request.fields.get(&field.name).map(|d| &d.value);
        if let (true, None, Some(Value::Persons(known))) = (missing, refused, known) {
            wanted.extend(people::wanted(field, known));
        } else if refused.is_some() || missing {
            wanted.push(Wanted {
                label: field.label.clone(),
                example: field.example.clone(),
                refused: refused.map(|i| Refused {
                    value: i.value.clone(),
                    why: i.why.clone(),
                }),
            });
        }
    }
    let documents = missing_documents(request);
    let closing = refused_closing(draft);
    if wanted.is_empty() && documents.is_empty() && closing.is_none() {
        return false;
    }
    enter_data(draft);
    let summary = draft.summary();
    if let Some((field, at, before, after)) = closing
        && wanted.iter().all(|w| w.label == field.label)
    {
        let label = field.label;
        let message = ClosingNotAllowed {
            summary,
            label,
            closing_at: at,
            before,
            after,
        };
        ask_requesters(draft, message);
        return true;
    }
    let unreadable = draft.request.documents.iter().filter_map(|d| {
        let why = d.unreadable.clone()?;
        Some(UnreadableDocument {
            name: d.name.clone(),
            why,
        })
    });
    let message = MissingData {
        summary,
        wanted,
        documents,
        unreadable: unreadable.collect(),
    };
    ask_requesters(draft, message);
    true
}

/// Labels of the documents that the procedure requires, unless one came or stands in the mail.
fn missing_documents(request: &Request) -> Vec<String> {
    if request.document_in_body || request.documents.iter().any(|d| d.unreadable.is_none()) {
        return vec![];
    }
    let required = request.procedure.documents.iter().filter(|d| d.required);
    required.map(|d| d.label.clone()).collect()
}

fn enter_data(draft: &mut Draft<'_>) {
    let asked_at = draft.now;
    draft.enter(State::AwaitingData(AwaitingData {
        asked_at,
        reminded: false,
        forgotten: false,
        stirred_at: None,
    }));
    let who = draft.request.requester.name.clone();
    draft.happened(Happened::DataAsked, &who);
}

fn ask_requesters(draft: &mut Draft<'_>, message: impl Into<Message>) {
    let message = message.into();
    for party in draft.requesters() {
        draft.ask(&party, AskedFor::Data, message.clone());
    }
}

/// The closing hour of a call that is not allowed, with the nearest that are.
fn refused_closing(
    draft: &Draft<'_>,
) -> Option<(Field, NaiveDateTime, NaiveDateTime, NaiveDateTime)> {
    let request = &draft.request;
    let name: &FieldName = request.procedure.closing.as_ref()?;
    let text = request.fields.get(name)?.value.as_text()?;
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok()?;
    match draft.office.calendar.closing(at, request.region()) {
        Closing::Allowed => None,
        Closing::Refused { before, after } => {
            Some((request.procedure.field(name)?.clone(), at, before, after))
        }
    }
}
