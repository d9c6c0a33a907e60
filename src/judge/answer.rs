//! A letter that answers something: whose answer it is, to what, and whether it counts.

use chrono::TimeDelta;

use super::after_end::{self, AfterEnd};
use super::case::{Case, Judged, Judgement};
use super::disclaim::disclaimed;
use super::forms::of_both_forms;
use super::matter::{of_its_own, of_this_matter};
use super::policy::{Cell, FromIs, cell};
use super::{Reference, Refers, executor};
use crate::office::Office;
use crate::reading::{self, Decision, DecisionKind, RoleOfSender};
use crate::request::{
    self, Addition, Answer, Approval, Ask, Asked, AskedFor, Confirms, Event, Party, Proof, Request,
    State, Verdict,
};

/// Judges a letter that refers to a request; none where it is rather the beginning of a new one.
pub(super) fn answer(case: &Case<'_>, sender: &Party, to: &Reference) -> Option<Judgement> {
    let request = case.known.requests.get(&to.request)?;
    if is_new_request(case, sender, request, to) {
        return None;
    }
    let ask = to
        .ask
        .clone()
        .or_else(|| ask_by_state(case.office, request, sender));
    let disclaimed = disclaimed(case, sender, to, request);
    if disclaimed.is_none() {
        match after_end::judge(case, sender, to, request) {
            AfterEnd::New => return None,
            AfterEnd::Judged(judgement) => return Some(judgement),
            AfterEnd::Other => {}
        }
    }
    let mut event = match ask {
        _ if disclaimed.is_some() => disclaimed?,
        Some(ask) if matches!(ask.about, AskedFor::Approval { .. } | AskedFor::Work) => {
            from_holder(case, sender, to, request, &ask)?
        }
        other => from_requester(case, sender, to, request, other.as_ref())?,
    };
    executor::discreet_comment(request, &mut event);
    let reason = match &event {
        Event::Answered(_) => "answer",
        Event::Added(_) => "data",
        Event::Commented { .. } => "comment",
        Event::Withdrawn { .. } => "withdrawal",
        Event::StatusAsked { .. } => "status",
        Event::SentAgain { .. } => "sent-again",
        Event::Left { .. } => "left",
        Event::Repudiated { .. } => "repudiation",
        Event::Unreachable { .. } | Event::Away { .. } | Event::Woken(_) | Event::Operated(_) => {
            "event"
        }
    };
    Some(Judgement::done(
        reason,
        vec![Judged::Apply(request.id, Box::new(event))],
    ))
}

/// A memorandum sent by answering an old mail is a new request: it is complete in itself, and asks
/// for something else than the request that it was sent to.
fn is_new_request(case: &Case<'_>, sender: &Party, request: &Request, to: &Reference) -> bool {
    let reading = case.reading;
    let Some(procedure) = &reading.classification.procedure else {
        return false;
    };
    // Who was asked and answers clearly answers, whatever comes with it.
    let role = match to.ask.as_ref().map(|a| a.about) {
        Some(AskedFor::Work) => RoleOfSender::Executor,
        Some(AskedFor::Approval { .. }) => RoleOfSender::Approver,
        _ => RoleOfSender::Requester,
    };
    let own = to
        .recipient
        .as_ref()
        .is_some_and(|r| is_asked(case.office, r, sender));
    if own && is_clear(reading::decide(case.letter, role).as_ref()) {
        return false;
    }
    let data = |a: &Ask| matches!(a.about, AskedFor::Data | AskedFor::Kept { .. });
    let asked_for_data = to.ask.as_ref().is_some_and(data);
    if asked_for_data && procedure == &request.procedure.id {
        return false;
    }
    let differs = reading.fields.iter().any(|(name, datum)| {
        request
            .fields
            .get(name)
            .is_some_and(|known| known.value != datum.value)
    });
    let other = procedure != &request.procedure.id;
    reading.missing.is_empty() && !reading.fields.is_empty() && (other || differs)
}

/// What somebody is being asked now, where the mail does not say what it answers.
fn ask_by_state(office: &Office, request: &Request, sender: &Party) -> Option<Ask> {
    let about = match &request.state {
        State::AwaitingApproval(s) if s.asked.iter().any(|a| answers(office, a, sender)) => {
            AskedFor::Approval { step: s.step }
        }
        State::AwaitingWork(s) if s.asked.iter().any(|a| is_asked(office, &a.party, sender)) => {
            AskedFor::Work
        }
        State::AwaitingConfirmation(_) if request.requester.is(sender) => AskedFor::Confirmation,
        State::AwaitingData(_) if request.is_requesters(sender) => AskedFor::Data,
        _ => return approved_step(office, request, sender),
    };
    Some(Ask {
        about,
        version: request.version,
    })
}

/// Whether somebody was asked, or another in their place: who is back may answer for themselves.
fn answers(office: &Office, asked: &Asked, sender: &Party) -> bool {
    let stood_in_for = sender.person.is_some() && asked.standing_in_for == sender.person;
    stood_in_for || is_asked(office, &asked.party, sender)
}

/// Who approved may object as long as the work is not done, by answering any mail of the request.
/// So may who holds a step that somebody of the desk recorded.
fn approved_step(office: &Office, request: &Request, sender: &Party) -> Option<Ask> {
    if request.is_requesters(sender) {
        return None;
    }
    let theirs = |a: &&Approval| a.by.is(sender) || a.is_recorded_for(sender, request, office);
    let approval = request.approvals.iter().rev().find(theirs)?;
    Some(Ask {
        about: AskedFor::Approval {
            step: approval.step,
        },
        version: request.version,
    })
}

/// Whether an answer of `sender` is one of `asked`: the same person, or one who reads the mailbox.
pub(super) fn is_asked(office: &Office, asked: &Party, sender: &Party) -> bool {
    let entry = asked
        .person
        .as_ref()
        .and_then(|id| office.directory.person(id));
    let reads = entry.is_some_and(|e| {
        e.shared
            && sender
                .person
                .as_ref()
                .is_some_and(|id| e.members.contains(id))
    });
    asked.is(sender) || reads
}

/// The cell of the table for a letter that answers `to`.
///
/// A mail that asked nothing showed no version to decide on: by its Message-ID one may object or
/// take back (`objects`), but not approve.
pub(super) fn judged_cell(
    case: &Case<'_>,
    sender: &Party,
    to: &Reference,
    own: bool,
    objects: bool,
) -> Cell {
    let asked = match &to.recipient {
        Some(recipient) => is_asked(case.office, recipient, sender),
        // A mail of the request that the desk received, a tag, an open step: the request says.
        None => own,
    };
    let from = if asked {
        FromIs::Asked
    } else {
        FromIs::SomebodyElse
    };
    // Only the Message-ID of a mail to this very person proves anything, and only in a mail that
    // was written after it: a signature holds for ever, and covers no In-Reply-To.
    let refers = match (to.refers, &to.recipient) {
        (Refers::MessageId, Some(_)) if is_older(case, to) => Refers::TagOnly,
        (Refers::MessageId, None) => Refers::TagOnly,
        (Refers::MessageId, Some(_)) if to.ask.is_none() && !objects => Refers::TagOnly,
        (refers, _) => refers,
    };
    cell(case.letter.authentication, from, refers)
}

/// Whether a mail was written before the request that it seems to answer.
fn is_older(case: &Case<'_>, to: &Reference) -> bool {
    let request = case.known.requests.get(&to.request);
    let slack = TimeDelta::hours(1);
    let (Some(request), Some(date)) = (request, case.letter.date) else {
        return false;
    };
    date < request.opened_at - slack
}

pub(super) fn proof(cell: Cell) -> Option<Proof> {
    let name = cell.name().to_owned();
    match cell {
        Cell::CountsAuthenticatedToken
        | Cell::CountsAuthenticatedMessageId
        | Cell::CountsConfirmed
        | Cell::CountsByToken
        | Cell::CountsByMessageId => Some(Proof::Counts(name)),
        Cell::ConfirmUnstamped | Cell::ConfirmTagOnly | Cell::ConfirmOpenStep => {
            Some(Proof::Confirm(name))
        }
        Cell::CommentSomebodyElse | Cell::QuarantineFailed | Cell::NeverUnidentifiable => None,
    }
}

/// An answer to an approval request or a work order.
fn from_holder(
    case: &Case<'_>,
    sender: &Party,
    to: &Reference,
    request: &Request,
    ask: &Ask,
) -> Option<Event> {
    let own = ask_by_state(case.office, request, sender).is_some();
    let role = match ask.about {
        AskedFor::Work => RoleOfSender::Executor,
        _ => RoleOfSender::Approver,
    };
    let decision = of_both_forms(case.letter, role, reading::decide(case.letter, role));
    let decision = of_this_matter(case, request, decision);
    let approves = decision
        .as_ref()
        .is_some_and(|d| matches!(d.kind, DecisionKind::Approve | DecisionKind::Done));
    // Data do not change any more once the work is handed over: any mail to them showed today's.
    let objects = !approves || ask.about == AskedFor::Work;
    let cell = judged_cell(case, sender, to, own, objects);
    let Some(proof) = proof(cell) else {
        // The requester may have the approver's mail in front of them: it is theirs to add to.
        if request.is_requesters(sender) {
            return from_requester(case, sender, to, request, None);
        }
        return Some(comment(case, sender, role, cell));
    };
    if to.refers == Refers::OpenStep && !is_clear(decision.as_ref()) {
        // Nothing says that it belongs here.
        return None;
    }
    let decision = of_its_own(case, to, role, decision);
    if decision
        .as_ref()
        .is_some_and(|d| d.kind == DecisionKind::Status)
    {
        return Some(Event::StatusAsked { by: sender.clone() });
    }
    let answer = answered(case, sender, ask, decision, proof);
    Some(Event::Answered(match ask.about {
        AskedFor::Work => executor::completed(case, request, answer),
        _ => answer,
    }))
}

pub(super) fn is_clear(decision: Option<&Decision>) -> bool {
    decision.is_some_and(|d| {
        matches!(
            d.kind,
            DecisionKind::Approve
                | DecisionKind::Reject
                | DecisionKind::Done
                | DecisionKind::NotDone
                | DecisionKind::Claim
        )
    })
}

fn answered(
    case: &Case<'_>,
    sender: &Party,
    ask: &Ask,
    decision: Option<Decision>,
    proof: Proof,
) -> Answer {
    let verdict = decision
        .as_ref()
        .map_or(Verdict::Unclear, |d| verdict(d.kind));
    let text = &case.letter.text;
    let named = || reading::named(text, &case.office.directory, sender.person.as_ref());
    let hands_on_to = match verdict {
        Verdict::Delegate => named(),
        _ => None,
    };
    Answer {
        by: sender.clone(),
        about: ask.about,
        version: ask.version,
        verdict,
        reason: decision.and_then(|d| d.reason),
        text: text.clone(),
        hands_on_to,
        documents: vec![],
        persons: None,
        received_at: case.received_at,
        proof,
    }
}

/// What a holder's words come to. Taking back and asking how far it is are the requester's.
fn verdict(kind: DecisionKind) -> Verdict {
    match kind {
        DecisionKind::Approve => Verdict::Approve,
        DecisionKind::Reject => Verdict::Reject,
        DecisionKind::Conditional => Verdict::Conditional,
        DecisionKind::Question => Verdict::Question,
        DecisionKind::Done => Verdict::Done,
        DecisionKind::NotDone => Verdict::NotDone,
        DecisionKind::Delegate => Verdict::Delegate,
        DecisionKind::Claim => Verdict::Claim,
        DecisionKind::Withdraw | DecisionKind::Status | DecisionKind::Unclear => Verdict::Unclear,
    }
}

fn comment(case: &Case<'_>, sender: &Party, role: RoleOfSender, cell: Cell) -> Event {
    let decides = is_clear(reading::decide(case.letter, role).as_ref());
    Event::Commented {
        by: sender.clone(),
        text: case.letter.text.clone(),
        decides,
        cell: cell.name().to_owned(),
        // What decides is told at once to those who are asked; thanks are told to nobody.
        shown: !decides && !reading::is_courtesy(&case.letter.text),
        documents: case.documents(),
    }
}

/// What a requester writes about their request: data, a confirmation, "desisto", "en qué va".
fn from_requester(
    case: &Case<'_>,
    sender: &Party,
    to: &Reference,
    request: &Request,
    ask: Option<&Ask>,
) -> Option<Event> {
    let own = request.is_requesters(sender);
    let confirms = ask.filter(|a| a.about == AskedFor::Confirmation);
    let kept = match to.ask.as_ref().map(|a| a.about) {
        Some(AskedFor::Kept { serial }) => Some(serial),
        _ => None,
    };
    let decision = requesters_word(case, request, confirms.is_some() || kept.is_some());
    let decision = of_both_forms(case.letter, RoleOfSender::Approver, decision);
    let decision = of_its_own(case, to, RoleOfSender::Requester, decision);
    let kind = decision.as_ref().map(|d| d.kind);
    let confirming = matches!(request.state, State::AwaitingConfirmation(_));
    let objects = !(confirming && kind == Some(DecisionKind::Approve));
    let cell = judged_cell(case, sender, to, own, objects);
    let Some(proof) = proof(cell).filter(|_| own) else {
        return Some(comment(case, sender, RoleOfSender::Approver, cell));
    };
    match kind {
        Some(DecisionKind::Withdraw) => {
            let by = sender.clone();
            return Some(Event::Withdrawn { by, proof });
        }
        Some(DecisionKind::Status) => return Some(Event::StatusAsked { by: sender.clone() }),
        _ => {}
    }
    if let (Some(serial), Some(DecisionKind::Approve | DecisionKind::Reject)) = (kept, kind) {
        let yes = kind == Some(DecisionKind::Approve);
        let addition = added(case, sender, request, proof);
        return Some(Event::Added(Addition {
            confirms: Some(Confirms { serial, yes }),
            ..addition
        }));
    }
    let open = matches!(
        request.state,
        State::AwaitingData(_) | State::AwaitingConfirmation(_)
    );
    if kind == Some(DecisionKind::Reject) && open {
        // "No es mía", whatever else it says and whichever mail it answers.
        let about = AskedFor::Confirmation;
        let ask = Ask {
            about,
            version: request.version,
        };
        return Some(Event::Answered(answered(
            case, sender, &ask, decision, proof,
        )));
    }
    if let (Some(ask), Some(DecisionKind::Approve | DecisionKind::Reject)) = (confirms, kind) {
        return Some(Event::Answered(answered(
            case, sender, ask, decision, proof,
        )));
    }
    addition(case, sender, to, request, (kind, cell, confirms))
}

/// What a requester's words come to. Who is asked "is it yours?" may answer as one who approves.
/// Data that they state are none.
pub(super) fn requesters_word(
    case: &Case<'_>,
    request: &Request,
    confirms: bool,
) -> Option<Decision> {
    let own = match confirms {
        true => reading::decide(case.letter, RoleOfSender::Requester),
        false => {
            let beside = reading::beside_data(case.letter, &request.procedure);
            reading::decide(&beside, RoleOfSender::Requester)
        }
    };
    let says_nothing = own.as_ref().is_none_or(|d| d.kind == DecisionKind::Unclear);
    if !(confirms && says_nothing) {
        return own;
    }
    let approves = reading::decide(case.letter, RoleOfSender::Approver);
    approves
        .filter(|d| matches!(d.kind, DecisionKind::Approve | DecisionKind::Reject))
        .or(own)
}

/// What a requester adds: data, documents, words.
fn addition(
    case: &Case<'_>,
    sender: &Party,
    to: &Reference,
    request: &Request,
    (kind, cell, confirms): (Option<DecisionKind>, Cell, Option<&Ask>),
) -> Option<Event> {
    let proof = proof(cell)?;
    let addition = added(case, sender, request, proof.clone());
    let empty = addition.fields.is_empty() && addition.invalid.is_empty();
    if empty && addition.documents.is_empty() {
        if to.refers == Refers::OpenStep {
            return None;
        }
        if let Some(ask) = confirms {
            return Some(Event::Answered(answered(case, sender, ask, None, proof)));
        }
        if reading::is_courtesy(&case.letter.text) {
            return Some(comment(case, sender, RoleOfSender::Requester, cell));
        }
    }
    let endorses = to.ask.is_some()
        && matches!(kind, None | Some(DecisionKind::Approve))
        && !addition.fields.is_empty();
    Some(Event::Added(Addition {
        endorses,
        ..addition
    }))
}

/// Data, documents and words of a letter, read for a request.
pub(super) fn added(case: &Case<'_>, sender: &Party, request: &Request, proof: Proof) -> Addition {
    let reading = reading::read_for(
        &request.procedure,
        case.letter,
        case.documents,
        case.office,
        case.day(),
    );
    let mut fields = reading.fields;
    // Whoever states one datum does not change another one with it.
    fields
        .retain(|name, _| !(reading.inferred.contains(name) && request.fields.contains_key(name)));
    if let Some(name) = request::people_wanted(request)
        && !fields.contains_key(name)
        && let Some(datum) = reading::people_alone(case.letter)
    {
        fields.insert(name.clone(), datum);
    }
    Addition {
        by: sender.clone(),
        proof,
        endorses: false,
        fields,
        invalid: reading.invalid,
        documents: case.documents(),
        text: case.letter.text.clone(),
        confirms: None,
        again: false,
    }
}
