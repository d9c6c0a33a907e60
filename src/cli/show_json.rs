//! `mesad show N --json`. The names are a promise to other programs: they are added to, and never
//! changed; `docs/operators.md` lists them.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};

use crate::desk::clock::Clock;
use crate::office::{Datum, FieldName, Office, PersonValue, Source, Value};
use crate::request::{Approval, DocumentRef, Hold, Party, Request, State, missing_fields};
use crate::store::{Entry, Listing, Told};

/// One request as a JSON object, ended by a line end.
pub(super) fn text(
    listing: &Listing,
    (entries, notices): (&[Entry], &[Told]),
    office: &Office,
) -> String {
    let request = &listing.request;
    let now = Clock::Real.now();
    let closed = matches!(request.state, State::Closed(_));
    let fields = request.fields.iter();
    let mut all = json!({
        "number": request.number,
        "procedure": request.procedure.id.as_str(),
        "state": request.state.shown(),
        "waiting_for": request.state.waiting_for(),
        "held_by": request.holders().into_iter().map(party).collect::<Vec<_>>(),
        "requester": party(&request.requester),
        "sender": party(&request.sender),
        "subject": request.subject,
        "received_at": request.opened_at,
        "hours": request.procedure.hours,
        "due": request.deadline(office, now).filter(|_| !closed),
        "late": request.deadline(office, now).is_some_and(|due| !closed && due < now),
        "version": request.version,
        "next": listing.wake.map(|wake| json!({ "at": wake.at, "why": name(wake.reason) })),
        "data": fields.map(|(name, datum)| data(request, name, datum)).collect::<Vec<_>>(),
        "missing": missing_fields(request).iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
    });
    if let Json::Object(map) = &mut all {
        let invalid = request
            .invalid
            .iter()
            .map(|i| json!({ "name": i.field.as_str(), "value": i.value, "why": i.why }));
        map.insert("refused".into(), invalid.collect());
        map.insert("documents".into(), documents(request));
        map.insert(
            "approvals".into(),
            request.approvals.iter().map(approval).collect(),
        );
        let holds = request
            .holds
            .iter()
            .map(|hold| held(hold, request, office, now));
        map.insert("holds".into(), holds.collect());
        let life = request.timeline.iter();
        let life = life.map(|r| json!({ "at": r.at, "what": r.what, "who": r.who }));
        map.insert("life".into(), life.collect());
        map.insert("journal".into(), entries.iter().map(entry).collect());
        map.insert("mails".into(), notices.iter().map(mail).collect());
    }
    format!("{all:#}\n")
}

/// The name of a value, which may carry more than that (`{"warning":50}`).
fn name(value: impl serde::Serialize) -> Json {
    match serde_json::to_value(value) {
        Ok(Json::Object(map)) => map.keys().next().map_or(Json::Null, |key| json!(key)),
        Ok(other) => other,
        Err(_) => Json::Null,
    }
}

fn party(party: &Party) -> Json {
    json!({
        "name": party.name,
        "address": party.address,
        "person": party.person.as_ref().map(|id| &id.0),
    })
}

fn data(request: &Request, name: &FieldName, datum: &Datum) -> Json {
    let value = match &datum.value {
        Value::Text(text) => json!(text),
        Value::Persons(persons) => persons.iter().map(|p| person(request, p)).collect(),
    };
    let (from, of) = match &datum.evidence.source {
        Source::Subject => ("subject", None),
        Source::Body => ("body", None),
        Source::Forwarded => ("forwarded", None),
        Source::Document(name) => ("document", Some(name)),
        Source::Directory => ("directory", None),
        Source::Request(number) => ("request", Some(number)),
        Source::Operator(name) => ("operator", Some(name)),
    };
    json!({
        "name": name.as_str(),
        "value": value,
        "source": from,
        "source_name": of,
        "line": datum.evidence.line,
        "quote": datum.evidence.quote,
    })
}

fn person(request: &Request, person: &PersonValue) -> Json {
    let done = request.persons_done.iter().find(|d| &d.person == person);
    json!({
        "name": person.name,
        "rut": person.rut,
        "email": person.email,
        "profile": person.profile,
        "done_by": done.map(|d| &d.by.name),
        "done_at": done.map(|d| d.at),
    })
}

fn documents(request: &Request) -> Json {
    let row = |d: &DocumentRef| {
        json!({
            "mail": d.input,
            "place": d.index,
            "name": d.name,
            "unreadable": d.unreadable,
        })
    };
    request.documents.iter().map(row).collect()
}

fn approval(approval: &Approval) -> Json {
    json!({
        "step": approval.step,
        "role": approval.role.0,
        "by": party(&approval.by),
        "standing_in_for": approval.standing_in_for.as_ref().map(|id| &id.0),
        "motive": approval.motive,
        "delegated_by": approval.delegated_by.as_ref().map(party),
        "version": approval.version,
        "at": approval.at,
        "cell": approval.cell,
        "recorded": approval.recorded,
    })
}

fn held(hold: &Hold, request: &Request, office: &Office, now: DateTime<Utc>) -> Json {
    let region = request.clock_region(office);
    let until = hold.until.unwrap_or(now);
    let time = office.calendar.working_time(hold.from, until, region);
    json!({
        "waiting_for": hold.waiting_for,
        "by": hold.by,
        "from": hold.from,
        "until": hold.until,
        "working_minutes": time.num_minutes(),
    })
}

fn entry(entry: &Entry) -> Json {
    json!({
        "at": entry.at,
        "outcome": entry.outcome,
        "cell": entry.cell,
        "mail": entry.input,
    })
}

fn mail(told: &Told) -> Json {
    json!({
        "at": told.at,
        "message": told.message,
        "address": told.address,
        "state": told.state,
        "reply": told.last_reply,
    })
}
