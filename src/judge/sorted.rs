//! A mail that no rule could place, and that a person of the desk has placed by hand.
//!
//! The person says what it is, not whose it is: what a sender or a signatory must prove for a
//! mail that was understood at once, they must prove here too.

use super::case::{Case, Judged, Judgement};
use super::opening::{self, Signatory};
use super::{Reference, Refers, answer};
use crate::mail::{Origin, SenderAuthentication};
use crate::office::Procedure;
use crate::request::{Event, NotOurs, Notice, Party, Request, TriageReason};

/// The sender, where one can be told.
fn sender(case: &Case<'_>) -> Result<Party, TriageReason> {
    let known = !matches!(
        case.letter.authentication,
        SenderAuthentication::Unidentifiable | SenderAuthentication::Fails
    );
    case.sender()
        .filter(|_| known)
        .ok_or(TriageReason::NoSender)
}

/// It asks for this procedure. With `beyond`, even though its requester may not ask for it, or
/// the directory does not know who signed it (then its sender is the requester).
///
/// # Errors
/// Why it cannot be opened.
pub fn sorted_as(
    case: &Case<'_>,
    procedure: &Procedure,
    beyond: bool,
) -> Result<Judgement, TriageReason> {
    let sender = sender(case)?;
    let requester = match opening::signatory(case, &sender) {
        Signatory::Nobody => sender.clone(),
        Signatory::Known(person) => person,
        Signatory::Unknown if beyond => sender.clone(),
        Signatory::Unknown => return Err(TriageReason::UnknownSignatory),
    };
    if !beyond && !opening::may_ask(case, procedure, &requester) {
        return Err(TriageReason::NotAllowed);
    }
    Ok(opening::begin(case, procedure, requester, &sender))
}

/// It belongs to this request, as a mail of its sender that shows nothing but the request's
/// number: what would change something is confirmed first.
///
/// # Errors
/// Nobody can tell who sent it.
pub fn sorted_to(case: &Case<'_>, request: &Request) -> Result<Judgement, TriageReason> {
    let sender = sender(case)?;
    let reference = Reference {
        refers: Refers::TagOnly,
        request: request.id,
        recipient: None,
        ask: None,
        confirms: None,
    };
    let judgement = answer::answer(case, &sender, &reference);
    Ok(judgement.unwrap_or_else(|| {
        let event = Event::Commented {
            by: sender,
            text: case.letter.text.clone(),
            decides: false,
            cell: "sorted".to_owned(),
            shown: true,
            documents: case.documents(),
        };
        let judged = vec![Judged::Apply(request.id, Box::new(event))];
        Judgement::done("comment", judged)
    }))
}

/// It is none of the desk's business; its sender is told why, unless a machine sent it.
pub fn not_ours(case: &Case<'_>, reason: &str) -> Judgement {
    let machine = !matches!(case.letter.origin, Origin::Person);
    let told = sender(case).ok().filter(|_| !machine).map(|to| {
        let message = NotOurs {
            subject: case.letter.subject.clone(),
            reason: reason.to_owned(),
        };
        Judged::Tell(Box::new(Notice {
            to,
            message: message.into(),
            ask: None,
            due: case.received_at,
            documents: false,
            files: vec![],
        }))
    });
    Judgement::done("not-ours", told.into_iter().collect())
}
