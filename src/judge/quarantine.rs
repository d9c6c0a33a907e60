//! A mail that the office's server says is forged: put aside and told to the real person. It never
//! counts, whatever it answers or asks for.

use super::Cell;
use super::case::{Case, Fate, Judged, Judgement};
use super::opening::tell;
use crate::request::{Event, ImpersonationWarning, Party, Request, cut};

/// Most forged mails that one request's life shows: more of them say nothing new.
const SHOWN_MAX: usize = 3;
/// What the life of a request calls their senders.
const NOBODY: &str = "Remitente sin verificar";

/// Judges a forged mail.
pub(super) fn quarantine(case: &Case<'_>, sender: &Party) -> Judgement {
    let request = touched(case);
    let mut judged = vec![];
    let directory = &case.office.directory;
    let real = sender.person.as_ref().and_then(|id| directory.person(id));
    if let Some(real) = real {
        let message = ImpersonationWarning {
            subject: harmless(&case.letter.subject),
            address: sender.address.clone(),
            received_at: case.received_at,
            mentioned: request.map(|r| r.number.clone()),
            more: 0,
        };
        judged.push(tell(case, &Party::of(real), message));
    }
    if let Some(request) = request {
        let by = Party {
            address: sender.address.clone(),
            name: NOBODY.to_owned(),
            person: None,
        };
        let so_far = request.timeline.iter();
        if so_far.filter(|row| row.who.starts_with(NOBODY)).count() < SHOWN_MAX {
            let event = Event::Commented {
                by,
                text: cut(&case.letter.text, 300),
                decides: false,
                cell: Cell::QuarantineFailed.name().to_owned(),
                shown: false,
                documents: vec![],
            };
            judged.push(Judged::Apply(request.id, Box::new(event)));
        }
    }
    Judgement {
        judged,
        fate: Fate::Review,
        reason: "quarantined",
    }
}

/// The request that the mail would have been about.
fn touched<'a>(case: &Case<'a>) -> Option<&'a Request> {
    let known = case.known;
    let referred = known.references.first().map(|r| r.request);
    let id = referred.or(known.tagged)?;
    known.requests.get(&id)
}

/// A forger's subject, fit to be shown: it must not carry their link to the real person.
fn harmless(subject: &str) -> Option<String> {
    let lower = subject.to_lowercase();
    let links = ["http", "www.", "://", "mailto"];
    let shown = !subject.is_empty() && !links.iter().any(|link| lower.contains(link));
    shown.then(|| cut(subject, 80))
}
