//! "¿En qué va lo mío?" and "desisto" in a mail that answers nothing and has no tag: the sender's
//! own requests are meant.

use std::collections::BTreeSet;

use super::case::{Case, Judged, Judgement};
use super::policy::Cell;
use crate::mail::{Letter, Origin};
use crate::reading::{self, DecisionKind, Reading, RoleOfSender};
use crate::request::{Event, Party, Proof, Request, State};

/// Characters of a mail that asks for nothing else; a longer one is for a person.
const LONGEST: usize = 400;
/// Requests that one mail is told of.
const MOST: usize = 5;

fn word(letter: &Letter) -> Option<DecisionKind> {
    let decision = reading::decide(letter, RoleOfSender::Requester)?;
    matches!(decision.kind, DecisionKind::Status | DecisionKind::Withdraw).then_some(decision.kind)
}

/// Whether a letter asks for its sender's own requests without saying which.
pub(super) fn wants_own(letter: &Letter, reading: &Reading) -> bool {
    letter.origin == Origin::Person
        && reading.classification.procedure.is_none()
        && letter.attachments.is_empty()
        && letter.forwarded.is_empty()
        && letter.text.chars().count() <= LONGEST
        && word(letter).is_some()
}

/// Judges such a letter; none where it is for a person.
pub(super) fn judge(case: &Case<'_>, sender: &Party) -> Option<Judgement> {
    let known = case.known;
    if sender.person.is_none() || known.own.is_empty() {
        return None;
    }
    let own = known.own.iter().filter_map(|id| known.requests.get(id));
    let own: Vec<&Request> = own.filter(|r| r.is_requesters(sender)).collect();
    let numbers = numbers(case.letter);
    let named: Vec<&Request> = own
        .iter()
        .copied()
        .filter(|r| serial(r).is_some_and(|n| numbers.contains(&n)))
        .collect();
    let open = |r: &&Request| !matches!(r.state, State::Closed(_));
    let meant = match named.is_empty() {
        true => own.into_iter().filter(open).collect(),
        false => named,
    };
    match (word(case.letter)?, meant.as_slice()) {
        (_, []) => None,
        (DecisionKind::Status, all) => {
            let told = all.iter().take(MOST).map(|request| {
                let event = Event::StatusAsked { by: sender.clone() };
                Judged::Apply(request.id, Box::new(event))
            });
            Some(Judgement::done("status", told.collect()))
        }
        (_, [one]) => {
            let event = Event::Withdrawn {
                by: sender.clone(),
                proof: Proof::Confirm(Cell::ConfirmOpenStep.name().to_owned()),
            };
            let judged = vec![Judged::Apply(one.id, Box::new(event))];
            Some(Judgement::done("withdrawal", judged))
        }
        // Which of them, only a person can ask.
        (_, _) => None,
    }
}

/// The last part of a request's number.
fn serial(request: &Request) -> Option<u64> {
    request.number.rsplit('-').next()?.parse().ok()
}

/// The numbers that stand in a mail by themselves, or as the last part of a request's number.
fn numbers(letter: &Letter) -> BTreeSet<u64> {
    let text = format!("{} {}", letter.subject, letter.text);
    let words = text.split(|c: char| !c.is_ascii_digit());
    words
        .filter(|w| !w.is_empty() && w.len() <= 9)
        .filter_map(|w| w.parse().ok())
        .collect()
}
