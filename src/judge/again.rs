//! What came before: the same mail, the same data, the same memorandum, or nothing but thanks. One
//! matter is one request.

use chrono::Datelike;

use super::answer::added;
use super::case::{Case, Judged, Judgement, sender_of};
use super::opening::{self, Signatory};
use crate::mail::Letter;
use crate::office::{Office, Procedure};
use crate::reading::{self, Reading};
use crate::request::{
    Addition, DocumentRef, Ending, Event, Party, Related, RelatedKind, Request, RequestId, State,
};

/// What tells a memorandum from others: its number, its year, and who signed it.
pub(super) fn memorandum_key(
    letter: &Letter,
    reading: &Reading,
    office: &Office,
) -> Option<String> {
    let memorandum = reading.memorandum.as_ref()?;
    let number = number(memorandum.number.as_deref()?)?;
    let sender = sender_of(letter, office)?;
    let signatory = match opening::signatory_of(reading, office, &sender) {
        Signatory::Known(party) => party,
        Signatory::Nobody => sender,
        Signatory::Unknown => return None,
    };
    let stated = memorandum.date.as_ref().and_then(|d| d.get(..4));
    let year = stated.map_or_else(
        || letter.date.map_or(String::new(), |d| d.year().to_string()),
        str::to_owned,
    );
    let who = signatory.person.map_or(signatory.address, |id| id.0);
    Some(format!("{number}/{year} {who}"))
}

/// Letters and digits of a number, without leading zeros; none where it has no digit.
fn number(text: &str) -> Option<String> {
    let plain = deunicode::deunicode(text).to_lowercase();
    let kept: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    let kept = kept.trim_start_matches('0').to_owned();
    kept.contains(|c: char| c.is_ascii_digit()).then_some(kept)
}

/// Whether what was rejected, taken back or could not be done may be asked again.
fn is_settled(request: &Request) -> bool {
    match &request.state {
        State::Closed(closed) => closed.ending == Ending::Done,
        State::AwaitingData(_)
        | State::AwaitingConfirmation(_)
        | State::AwaitingApproval(_)
        | State::AwaitingWork(_) => true,
    }
}

/// The very same words and documents of the same sender, in another mail.
pub(super) fn content(case: &Case<'_>, sender: &Party) -> Option<Judgement> {
    match case.known.repeats? {
        Some(id) => same(case, sender, id),
        // The first one waits for a person, and its sender was told so.
        None => Some(Judgement::done("sent-again-waiting", vec![])),
    }
}

/// Thanks, and the like, that answer something that was no request: nobody must look at them.
pub(super) fn courtesy(case: &Case<'_>) -> Option<Judgement> {
    let letter = case.letter;
    let answers = case.known.answers_desk_mail || !letter.in_reply_to.is_empty();
    let bare = case.documents.is_empty() && letter.forwarded.is_empty();
    let thanks = !letter.text.trim().is_empty() && reading::is_courtesy(&letter.text);
    (answers && bare && thanks).then(|| Judgement::done("courtesy", vec![]))
}

/// The same request once more.
pub(super) fn same(case: &Case<'_>, sender: &Party, id: RequestId) -> Option<Judgement> {
    let request = case.known.requests.get(&id).filter(|r| is_settled(r))?;
    let closed = matches!(request.state, State::Closed(_));
    let has = |d: &DocumentRef| request.documents.iter().any(|known| known.name == d.name);
    let new: Vec<DocumentRef> = case.documents().into_iter().filter(|d| !has(d)).collect();
    let new = if closed { vec![] } else { new };
    let again = Event::SentAgain {
        by: sender.clone(),
        files: new.iter().map(|d| d.name.clone()).collect(),
    };
    let mut judged = vec![Judged::Apply(id, Box::new(again))];
    if !new.is_empty() {
        let event = brought(case, sender, request, new);
        judged.push(Judged::Apply(id, Box::new(event)));
    }
    Some(Judgement::done("sent-again", judged))
}

/// What the second mail brought beside the first.
fn brought(
    case: &Case<'_>,
    sender: &Party,
    request: &Request,
    documents: Vec<DocumentRef>,
) -> Event {
    if request.is_requesters(sender) {
        return Event::Added(Addition {
            documents,
            again: true,
            ..added(case, sender, request, opening::proof(case))
        });
    }
    Event::Commented {
        by: sender.clone(),
        text: case.letter.text.clone(),
        decides: false,
        cell: "sent-again".to_owned(),
        shown: true,
        documents,
    }
}

/// What a memorandum with the number of an earlier one is.
pub(super) enum Memorandum {
    /// The same once more, or a correction of it.
    Judged(Judgement),
    /// Another matter, or the same taken up again: a new request, linked.
    Other(Option<Related>),
}

/// Judges a memorandum whose number, year and signatory were met before.
///
/// Where most of its data are those of the first, it is that one again: with nothing new it is a
/// repetition, with other values a correction. Where most are different, the number was written
/// twice, as happens: a new request, which says so.
pub(super) fn memorandum(case: &Case<'_>, sender: &Party, procedure: &Procedure) -> Memorandum {
    let found = case.known.memorandum;
    let Some(request) = found.and_then(|id| case.known.requests.get(&id)) else {
        return Memorandum::Other(None);
    };
    let fields = &case.reading.fields;
    let equal = |(name, datum): &(_, &crate::office::Datum)| {
        let known = request.fields.get(*name);
        known.map(|d| &d.value) == Some(&datum.value)
    };
    let known = fields
        .iter()
        .filter(|(n, _)| request.fields.contains_key(*n));
    let (equals, common) = (fields.iter().filter(equal).count(), known.count());
    let alike = procedure.id == request.procedure.id && (equals * 2 > common || common == 0);
    let news = equals < fields.len() || !case.reading.invalid.is_empty();
    let closed = matches!(request.state, State::Closed(_));
    if alike
        && !news
        && let Some(judgement) = same(case, sender, request.id)
    {
        return Memorandum::Judged(judgement);
    }
    if alike && !closed && request.is_requesters(sender) {
        let addition = added(case, sender, request, opening::proof(case));
        let event = Event::Added(addition);
        let judged = vec![Judged::Apply(request.id, Box::new(event))];
        return Memorandum::Judged(Judgement::done("corrected", judged));
    }
    let kind = match alike && closed {
        true => RelatedKind::Continues,
        false => RelatedKind::SameMemorandum,
    };
    Memorandum::Other(Some(request.link(kind, "")))
}
