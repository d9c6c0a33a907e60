//! The way of a letter to its events.

use chrono::NaiveDate;

use super::case::{Case, Judged, Judgement};
use super::{Reference, Refers, answer, opening, quarantine, triage, unreferenced};
use crate::mail::{Bounce, Origin, SenderAuthentication};
use crate::office::Office;
use crate::reading;
use crate::request::{Event, Party, TriageReason};

/// Judges a letter.
pub fn judge(case: &Case<'_>) -> Judgement {
    match &case.letter.origin {
        Origin::Own => Judgement::done("own", vec![]),
        Origin::Bulk => Judgement::done("bulk", vec![]),
        Origin::Bounce(bounce) => bounced(case, bounce),
        // A forged absence asks no substitute in the real person's place.
        Origin::Automatic(_) if fails(case) => Judgement::done("automatic-failed", vec![]),
        // A subject like "Auto: …" makes no memorandum a machine's.
        Origin::Automatic(_) if is_rather_a_request(case) => {
            opening::triage(case, None, TriageReason::Unclassified)
        }
        Origin::Automatic(automatic) => {
            let until = automatic.until.as_deref();
            away(
                case,
                automatic.out_of_office,
                until.and_then(|u| u.parse().ok()),
            )
        }
        Origin::Person => person(case),
    }
}

/// Whether the office's server says that the mail is forged.
fn fails(case: &Case<'_>) -> bool {
    case.letter.authentication == SenderAuthentication::Fails
}

/// Whether what was taken for an automatic answer answers nothing and asks for something.
fn is_rather_a_request(case: &Case<'_>) -> bool {
    let reading = case.reading;
    let asks = reading.classification.procedure.is_some() && !reading.fields.is_empty();
    asks && case.known.references.is_empty()
}

/// A bounce counts only for a mail that the desk sent about a request, and only for good.
fn bounced(case: &Case<'_>, bounce: &Bounce) -> Judgement {
    let Some(reference) = case.known.references.iter().find(|r| r.recipient.is_some()) else {
        return Judgement::done("bounce-of-unknown-mail", vec![]);
    };
    let sent_to = reference
        .recipient
        .as_ref()
        .map(|p| p.address.clone())
        .unwrap_or_default();
    // They cannot be told by mail that mail to them does not arrive.
    if reference
        .recipient
        .as_ref()
        .is_some_and(|to| is_desk_people(case.office, to))
    {
        return Judgement::done("bounce-of-desk-people", vec![]);
    }
    let dead = bounce.recipients.iter().find(|r| r.permanent);
    let Some(dead) = dead else {
        return Judgement::done("bounce-not-permanent", vec![]);
    };
    let why = dead.status.clone().unwrap_or_default();
    // A server may report the address that an alias led to; the one that was asked is ours.
    let event = Event::Unreachable {
        address: sent_to,
        why,
    };
    Judgement::done(
        "bounce",
        vec![Judged::Apply(reference.request, Box::new(event))],
    )
}

/// An automatic answer decides nothing; an absence may move a step to the substitute.
fn away(case: &Case<'_>, out_of_office: bool, until: Option<NaiveDate>) -> Judgement {
    // Only in answer to a mail that went to this very person: anybody can have seen another's, or
    // write a tag.
    let sender = case.sender();
    let own = sender.as_ref().and_then(|sender| {
        let to = |r: &&Reference| r.recipient.as_ref().is_some_and(|p| p.is(sender));
        case.known.references.iter().find(to)
    });
    let (person, request) = (sender.and_then(|p| p.person), own.map(|r| r.request));
    let text = &case.letter.text;
    match (out_of_office, person, request) {
        (_, Some(person), Some(request)) if reading::says_left(text) => {
            let text = text.clone();
            let event = Event::Left { person, text };
            Judgement::done("left", vec![Judged::Apply(request, Box::new(event))])
        }
        (true, Some(person), Some(request)) => {
            let event = Event::Away { person, until };
            Judgement::done(
                "out-of-office",
                vec![Judged::Apply(request, Box::new(event))],
            )
        }
        _ => Judgement::done("automatic", vec![]),
    }
}

fn person(case: &Case<'_>) -> Judgement {
    let unidentifiable = case.letter.authentication == SenderAuthentication::Unidentifiable;
    let Some(sender) = case.sender().filter(|_| !unidentifiable) else {
        return opening::triage(case, None, TriageReason::NoSender);
    };
    if fails(case) {
        return quarantine::quarantine(case, &sender);
    }
    if let Some(judgement) = triage::judge(case, &sender) {
        return judgement;
    }
    if let Some(reference) = reference(case, &sender)
        && let Some(judgement) = answer::answer(case, &sender, &reference)
    {
        return judgement;
    }
    if let Some(judgement) = unreferenced::judge(case, &sender) {
        return judgement;
    }
    if is_desks_own_reply(case, &sender) {
        return Judgement::done("reply-of-desk-people", vec![]);
    }
    opening::opening(case, &sender)
}

/// The desk's people answering a mail that was about no request: nothing to classify.
fn is_desks_own_reply(case: &Case<'_>, sender: &Party) -> bool {
    let unclassified = case.reading.classification.procedure.is_none();
    unclassified && case.known.answers_desk_mail && is_desk_people(case.office, sender)
}

pub(super) fn is_desk_people(office: &Office, party: &Party) -> bool {
    let person = party
        .person
        .as_ref()
        .and_then(|id| office.directory.person(id));
    person.is_some_and(|p| p.holds(&office.desk.triage_role, None, None))
}

/// What the letter answers: the strongest reference, else the tag, else the sender's one open step.
fn reference(case: &Case<'_>, sender: &Party) -> Option<Reference> {
    let known = case.known;
    if let Some(first) = known.references.first() {
        // A reply-all may hold several people's references: the sender's own is the one meant.
        let own = |r: &&Reference| {
            let to = r.recipient.as_ref().filter(|_| r.request == first.request);
            to.is_some_and(|to| answer::is_asked(case.office, to, sender))
        };
        return known.references.iter().find(own).or(Some(first)).cloned();
    }
    // A stranger's tag is no reference: a person looks at what strangers write.
    let tagged = known.tagged.filter(|id| {
        let request = known.requests.get(id);
        sender.person.is_some() || request.is_some_and(|r| r.is_requesters(sender))
    });
    let (refers, request) = match (tagged, known.open.as_slice()) {
        (Some(request), _) => (Refers::TagOnly, request),
        // A memorandum asks for something of its own, also where nobody can say what.
        (None, [request])
            if case.reading.classification.procedure.is_none()
                && case.reading.memorandum.is_none() =>
        {
            (Refers::OpenStep, *request)
        }
        (None, _) => return None,
    };
    Some(Reference {
        refers,
        request,
        recipient: None,
        ask: None,
        confirms: None,
    })
}
