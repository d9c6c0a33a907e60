//! An approval that names something else than what was asked is none, nor is a "yes" to something
//! else than an approval: it is asked again.

use super::case::Case;
use super::{Reference, Refers};
use crate::office::Value;
use crate::reading::{self, Decision, DecisionKind, RoleOfSender};
use crate::request::Request;

/// The decision, unclear where it approves and names a number or a name that is not this request's.
pub(super) fn of_this_matter(
    case: &Case<'_>,
    request: &Request,
    decision: Option<Decision>,
) -> Option<Decision> {
    let mut decision = decision?;
    if decision.kind == DecisionKind::Approve && is_another(case, request) {
        decision.kind = DecisionKind::Unclear;
    }
    Some(decision)
}

/// The decision, unclear where it only says yes or no to "did you write this?" and what was
/// written is no approval, or where nothing tells to what it says yes: nobody knows then what the
/// yes is for. A bare "no" says rather that it is not theirs than that they reject.
pub(super) fn of_its_own(
    case: &Case<'_>,
    to: &Reference,
    role: RoleOfSender,
    decision: Option<Decision>,
) -> Option<Decision> {
    let mut decision = decision?;
    let vague = matches!(to.refers, Refers::TagOnly | Refers::OpenStep);
    let stands = match decision.kind {
        DecisionKind::Approve if vague || to.confirms == Some(false) => {
            reading::approves_outright(case.letter, role)
        }
        DecisionKind::Reject if to.confirms.is_some() => {
            reading::rejects_outright(case.letter, role)
        }
        _ => true,
    };
    if !stands {
        decision.kind = DecisionKind::Unclear;
    }
    Some(decision)
}

fn is_another(case: &Case<'_>, request: &Request) -> bool {
    let mut known = vec![
        request.number.as_str(),
        request.subject.as_str(),
        request.procedure.name.as_str(),
        request.requester.name.as_str(),
        request.sender.name.as_str(),
        case.office.desk.name.as_str(),
    ];
    known.extend(request.holders().iter().map(|p| p.name.as_str()));
    known.extend(request.documents.iter().map(|d| d.name.as_str()));
    known.extend(request.procedure.fields.iter().map(|f| f.label.as_str()));
    for datum in request.fields.values() {
        known.push(&datum.evidence.quote);
        match &datum.value {
            Value::Text(text) => known.push(text),
            Value::Persons(persons) => {
                let all = persons.iter().flat_map(|p| [&p.name, &p.rut, &p.email]);
                known.extend(all.flatten().map(String::as_str));
            }
        }
    }
    reading::names_another(&case.letter.text, &known)
}
