//! What an executor's answer brings besides its verdict: files, and of whom of a form it speaks.

use super::case::Case;
use crate::reading;
use crate::request::{Answer, Event, PersonsSaid, Proof, Request, State, Verdict};

/// The answer to a work order, complete.
pub(super) fn completed(case: &Case<'_>, request: &Request, answer: Answer) -> Answer {
    let persons = persons_said(case, request, &answer);
    let documents = case.documents();
    let answer = Answer {
        documents,
        persons,
        ..answer
    };
    match request.procedure.executor.hand_on_text {
        true => Answer {
            text: without_farewell(&answer.text),
            ..answer
        },
        false => discreet(answer),
    }
}

/// The words without "Saludos cordiales," at their end, which greets the desk.
fn without_farewell(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    while let Some(last) = lines.last() {
        let farewell = reading::is_courtesy(last) && lines.len() > 1;
        if !(last.trim().is_empty() || farewell) {
            break;
        }
        lines.pop();
    }
    lines.join("\n")
}

/// Where only the template answers, the executor may have written passwords: what nobody needs is
/// not kept with the request, and the rest without what looks like one.
fn discreet(answer: Answer) -> Answer {
    let without = |text: String| reading::without_secrets(&text);
    let settled = matches!(
        answer.verdict,
        Verdict::Done | Verdict::Approve | Verdict::Claim
    );
    let counts = matches!(answer.proof, Proof::Counts(_));
    let doubtful = answer.persons.is_some();
    let persons = answer.persons.map(|said| PersonsSaid {
        open: said
            .open
            .into_iter()
            .map(|(person, why)| (person, why.map(without)))
            .collect(),
        ..said
    });
    Answer {
        persons,
        text: match settled && counts && !doubtful {
            true => String::new(),
            false => without(answer.text),
        },
        reason: answer.reason.map(without),
        ..answer
    }
}

/// What somebody else writes about a request where only the template answers: it may be a colleague
/// of the executor's, or the executor in another mail, with passwords in words and files.
pub(super) fn discreet_comment(request: &Request, event: &mut Event) {
    let Event::Commented {
        text, documents, ..
    } = event
    else {
        return;
    };
    if request.procedure.executor.hand_on_text {
        return;
    }
    *text = reading::without_secrets(text);
    if matches!(request.state, State::AwaitingWork(_) | State::Closed(_)) {
        documents.clear();
    }
}

fn persons_said(case: &Case<'_>, request: &Request, answer: &Answer) -> Option<PersonsSaid> {
    if matches!(answer.verdict, Verdict::Claim | Verdict::Delegate) {
        return None;
    }
    let persons = request.persons();
    let said = reading::persons_said(&case.letter.text, persons)?;
    // A question about somebody is a question, and no word on how far the work is.
    if answer.verdict == Verdict::Question && said.done.is_empty() {
        return None;
    }
    let person = |place: usize| persons.get(place).cloned();
    Some(PersonsSaid {
        done: said.done.into_iter().filter_map(person).collect(),
        open: said
            .open
            .into_iter()
            .filter_map(|(place, why)| Some((person(place)?, why)))
            .collect(),
        doubtful: said.doubtful,
    })
}
