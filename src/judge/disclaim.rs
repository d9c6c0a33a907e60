//! Letters about who wrote: "no fui yo", "ya no trabaja aquí". They decide nothing and take nothing
//! for granted: only somebody whom the matter concerns is heard.

use super::answer::{is_asked, is_clear, judged_cell, proof};
use super::case::Case;
use super::{Reference, Refers};
use crate::reading::{self, DecisionKind, RoleOfSender};
use crate::request::{AskedFor, Ending, Event, Party, Request, State};

/// The event of such a letter; none where it is an answer like any other.
pub(super) fn disclaimed(
    case: &Case<'_>,
    sender: &Party,
    to: &Reference,
    request: &Request,
) -> Option<Event> {
    // Who wrote with nothing but one open step in mind did not speak of this request.
    if to.refers == Refers::OpenStep {
        return None;
    }
    repudiated(case, sender, to, request).or_else(|| left(case, sender, to))
}

fn repudiated(case: &Case<'_>, sender: &Party, to: &Reference, request: &Request) -> Option<Event> {
    let decided = has_decided(request, sender);
    let own = request.requester.is(sender);
    let role = match own && !decided {
        true => RoleOfSender::Requester,
        false => RoleOfSender::Approver,
    };
    // Data that a requester states are no word about who wrote.
    let letter = match role {
        RoleOfSender::Requester => &reading::beside_data(case.letter, &request.procedure),
        _ => case.letter,
    };
    if !reading::repudiates(&letter.text, role) {
        return None;
    }
    let kind = reading::decide(letter, role).map(|d| d.kind);
    let approves = matches!(kind, Some(DecisionKind::Approve | DecisionKind::Done));
    // "Rechazo: yo no autoricé este gasto" decides, where nothing was decided in their name; and
    // "no es mía" is an answer where it is asked.
    let asks = matches!(
        request.state,
        State::AwaitingData(_) | State::AwaitingConfirmation(_)
    );
    // Whoever is asked whether an answer is theirs says by "No, no fui yo" that it is not.
    let decides = kind == Some(DecisionKind::Reject) && !own && !decided && to.confirms.is_none();
    if approves || decides || (own && asks) {
        return None;
    }
    let written_to = to.recipient.as_ref();
    let asked = written_to.is_some_and(|r| is_asked(case.office, r, sender));
    let works = to.ask.as_ref().is_some_and(|a| a.about == AskedFor::Work);
    if !(decided || own || asked && !works) {
        return None;
    }
    let cell = judged_cell(case, sender, to, true, true);
    Some(Event::Repudiated {
        by: sender.clone(),
        text: case.letter.text.clone(),
        proof: proof(cell)?,
    })
}

/// Whether a decision on the request bears somebody's name.
fn has_decided(request: &Request, sender: &Party) -> bool {
    let rejected = match &request.state {
        State::Closed(closed) => closed.ending == Ending::Rejected && closed.by.is(sender),
        _ => false,
    };
    rejected || request.approvals.iter().any(|a| a.by.is(sender))
}

/// The mailbox of somebody who was written to says that they do not work there any more.
fn left(case: &Case<'_>, sender: &Party, to: &Reference) -> Option<Event> {
    let text = &case.letter.text;
    if !reading::says_left(text) {
        return None;
    }
    let decision = reading::decide(case.letter, RoleOfSender::Approver);
    // "Ya no soy la encargada, lo ve ahora Marta Soto" is an answer, and the better one.
    let names = decision
        .as_ref()
        .is_some_and(|d| d.kind == DecisionKind::Delegate);
    if names || is_clear(decision.as_ref()) {
        return None;
    }
    let person = to.recipient.as_ref().filter(|r| r.is(sender))?;
    let person = case.office.directory.person(person.person.as_ref()?)?;
    (!person.shared).then(|| Event::Left {
        person: person.id.clone(),
        text: text.clone(),
    })
}
