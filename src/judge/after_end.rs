//! A requester who answers after the end. Thanks change nothing; what asks or objects takes the
//! matter up again, as a new request that continues the old one: its data, none of its approvals.

use chrono::{DateTime, Days, Utc};

use super::answer::{self, requesters_word};
use super::case::{Case, Judged, Judgement};
use super::{Reference, opening};
use crate::office::Fields;
use crate::reading::{self, DecisionKind};
use crate::request::{
    Addition, AskedFor, DocumentRef, Ending, Event, Opening, Party, Proof, Request, State,
};

/// What a letter after the end is.
pub(super) enum AfterEnd {
    /// It goes the way of every answer.
    Other,
    /// So late that it is a mail like any first one.
    New,
    /// The matter is taken up again.
    Judged(Judgement),
}

/// Judges a letter that refers to a request that is closed.
pub(super) fn judge(
    case: &Case<'_>,
    sender: &Party,
    to: &Reference,
    request: &Request,
) -> AfterEnd {
    let State::Closed(closed) = &request.state else {
        return AfterEnd::Other;
    };
    let decides = to.ask.as_ref().is_some_and(|ask| match ask.about {
        AskedFor::Approval { .. } | AskedFor::Work => true,
        AskedFor::Data | AskedFor::Confirmation | AskedFor::Kept { .. } | AskedFor::Triage => false,
    });
    // What its signatory did not recognise is for a person.
    if decides || !request.is_requesters(sender) || closed.ending == Ending::Disowned {
        return AfterEnd::Other;
    }
    let kind = requesters_word(case, request, false).map(|d| d.kind);
    if matches!(kind, Some(DecisionKind::Status | DecisionKind::Withdraw)) {
        return AfterEnd::Other;
    }
    let proof = Proof::Confirm(String::new());
    let addition = answer::added(case, sender, request, proof);
    let brings = brings(&addition, request);
    let text = &case.letter.text;
    if !brings && reading::is_courtesy(text) {
        return AfterEnd::Other;
    }
    if days_since(case, closed.at, request) > case.office.desk.limits.reopen_days {
        return AfterEnd::New;
    }
    if !(brings || reading::asks_or_objects(text)) {
        return AfterEnd::Other;
    }
    match continued(case, sender, request, addition) {
        Some(opening) => AfterEnd::Judged(taken_up(case, sender, request, opening)),
        None => AfterEnd::Other,
    }
}

/// Whether a letter has other data, or documents; pictures of a signature are none.
fn brings(addition: &Addition, request: &Request) -> bool {
    let differs = |(name, datum): (_, &crate::office::Datum)| {
        let known = request.fields.get(name);
        known.is_none_or(|d| d.value != datum.value)
    };
    let is_picture = |d: &&DocumentRef| {
        let name = d.name.to_lowercase();
        let ends = [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp"];
        ends.iter().any(|end| name.ends_with(end))
    };
    addition.fields.iter().any(differs)
        || !addition.invalid.is_empty()
        || addition.documents.iter().any(|d| !is_picture(&d))
}

/// Working days that have begun since an instant.
fn days_since(case: &Case<'_>, from: DateTime<Utc>, request: &Request) -> u32 {
    let calendar = &case.office.calendar;
    let region = request.clock_region(case.office);
    let day = |at| calendar.local(at, region).date_naive();
    let (mut at, last) = (day(from), day(case.received_at));
    let enough = case.office.desk.limits.reopen_days.saturating_add(1);
    let mut days = 0;
    while at < last && days < enough {
        let Some(next) = at.checked_add_days(Days::new(1)) else {
            break;
        };
        at = next;
        days += u32::from(calendar.is_working_day(at, region));
    }
    days
}

/// The request that continues an old one; none where its requester may not ask any more.
fn continued(
    case: &Case<'_>,
    sender: &Party,
    request: &Request,
    addition: Addition,
) -> Option<Opening> {
    let today = case.office.procedure(&request.procedure.id);
    let procedure = today.unwrap_or(&request.procedure);
    if !opening::may_ask(case, procedure, &request.requester) {
        return None;
    }
    let (mut fields, related) = request.handed_down(&addition.text);
    let refused = |fields: &mut Fields| {
        for invalid in &addition.invalid {
            fields.remove(&invalid.field);
        }
    };
    refused(&mut fields);
    for (name, datum) in &addition.fields {
        if fields.get(name).is_none_or(|d| d.value != datum.value) {
            fields.insert(name.clone(), datum.clone());
        }
    }
    let mut documents = request.documents.clone();
    documents.extend(addition.documents);
    let parties = (request.requester.clone(), sender);
    Some(Opening {
        fields,
        invalid: addition.invalid,
        documents,
        document_in_body: request.document_in_body,
        memorandum: request.memorandum.clone(),
        ..opening::plain(case, procedure, parties, Some(related))
    })
}

/// The old request keeps the words, the new one goes on.
fn taken_up(case: &Case<'_>, sender: &Party, request: &Request, opening: Opening) -> Judgement {
    let kept = Event::Commented {
        by: sender.clone(),
        text: case.letter.text.clone(),
        decides: false,
        cell: "continued".to_owned(),
        shown: true,
        documents: vec![],
    };
    let judged = vec![
        Judged::Apply(request.id, Box::new(kept)),
        Judged::Open(Box::new(opening)),
    ];
    Judgement::done("continued", judged)
}
