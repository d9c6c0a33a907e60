//! Forms with several persons: "creados Ana y Pedro, falta Juan: RUT inválido". For whom the work
//! is done is kept person by person; the request stays open for the others.

use super::draft::Draft;
use super::{
    Answer, AskedFor, AttentionReason, AwaitingWork, DecisionUnclear, Happened, OpenPerson,
    Outcome, PartlyDone, Party, PersonDone, PersonRow, PersonsSaid, Request, State, Stepped,
    Verdict, advance, common, cut, work_done, work_question,
};
use crate::office::PersonValue;

/// The persons of the form for whom the work is not done yet.
fn rest(request: &Request) -> Vec<PersonValue> {
    let done = |person: &&PersonValue| request.persons_done.iter().any(|d| &&d.person == person);
    let all = request.persons().iter();
    all.filter(|p| !done(p)).cloned().collect()
}

/// How mails call a person of a form.
fn name(person: &PersonValue) -> String {
    let parts = [&person.name, &person.rut, &person.email];
    let known = parts.into_iter().flatten().next();
    known.cloned().unwrap_or_else(|| "(sin nombre)".to_owned())
}

/// Names of those for whom it was done before, in the order of the form.
pub(super) fn names(request: &Request) -> Vec<String> {
    let done = |person: &&PersonValue| request.persons_done.iter().any(|d| &&d.person == person);
    request.persons().iter().filter(done).map(name).collect()
}

/// The work is done for all: who was left is done now. Where it was done in several answers, says
/// for whom by whom and when.
pub(super) fn all(draft: &mut Draft<'_>, answer: &Answer) -> Vec<PersonRow> {
    if draft.request.persons_done.is_empty() {
        return vec![];
    }
    take(draft, answer, &rest(&draft.request));
    let (persons, done) = (draft.request.persons(), &draft.request.persons_done);
    let row = |person: &PersonValue| {
        let done = done.iter().find(|d| &d.person == person)?;
        Some(PersonRow {
            name: name(person),
            by: done.by.name.clone(),
            at: done.at,
        })
    };
    persons.iter().filter_map(row).collect()
}

fn take(draft: &mut Draft<'_>, answer: &Answer, done: &[PersonValue]) {
    for person in done {
        draft.request.persons_done.push(PersonDone {
            person: person.clone(),
            by: answer.by.clone(),
            at: answer.received_at,
        });
    }
}

/// An answer that speaks of single persons.
pub(super) fn said(
    mut draft: Draft<'_>,
    mut state: AwaitingWork,
    index: usize,
    (answer, said): (&Answer, &PersonsSaid),
) -> Stepped {
    let before = rest(&draft.request);
    if said.doubtful {
        return which(draft, state, index, answer);
    }
    let new: Vec<PersonValue> = before
        .iter()
        .filter(|p| said.done.contains(p))
        .cloned()
        .collect();
    take(&mut draft, answer, &new);
    let left = rest(&draft.request);
    if left.is_empty() {
        return work_done::done(draft, &state, answer);
    }
    if said.done.is_empty() {
        // "No se pudo crear a Juan" says nothing of the others: the whole is not closed by it.
        let whole = left
            .iter()
            .all(|p| said.open.iter().any(|(open, _)| open == p));
        return match answer.verdict {
            Verdict::Question | Verdict::Conditional => work_question::pass_on(draft, answer),
            Verdict::NotDone | Verdict::Reject | Verdict::Unclear if whole => {
                let answer = with_reasons(answer, said);
                work_done::not_done(draft, &state, &answer)
            }
            _ => which(draft, state, index, answer),
        };
    }
    if let Some(asked) = state.asked.get_mut(index) {
        asked.unclear = 0;
    }
    let state_now = state.clone();
    draft.request.state = State::AwaitingWork(state);
    if new.is_empty() && answer.verdict == Verdict::Question {
        return work_question::pass_on(draft, answer);
    }
    draft.happened(Happened::PartlyDone, &answer.by.name);
    tell(
        &mut draft,
        &state_now,
        (answer, said),
        (&left, !new.is_empty()),
    );
    if answer.verdict == Verdict::Question {
        work_question::ask(&mut draft, answer);
    }
    draft.finish(Outcome::PartlyDone)
}

/// The answer with the reasons that it gives for single persons.
fn with_reasons(answer: &Answer, said: &PersonsSaid) -> Answer {
    let one = |(person, why): &(PersonValue, Option<String>)| match why {
        Some(why) => format!("{}: {why}", name(person)),
        None => name(person),
    };
    let reasons: Vec<String> = said.open.iter().map(one).collect();
    let told = said.open.iter().any(|(_, why)| why.is_some());
    Answer {
        reason: match told {
            true => Some(reasons.join("\n")),
            false => answer.reason.clone(),
        },
        ..answer.clone()
    }
}

/// Tells the requester what is done and what is left, and everybody who has the work.
fn tell(
    draft: &mut Draft<'_>,
    state: &AwaitingWork,
    (answer, said): (&Answer, &PersonsSaid),
    (left, new): (&[PersonValue], bool),
) {
    let why = |person: &PersonValue| {
        let found = said.open.iter().find(|(open, _)| open == person);
        found.and_then(|(_, why)| why.clone())
    };
    let open: Vec<OpenPerson> = left
        .iter()
        .map(|person| OpenPerson {
            name: name(person),
            why: why(person),
        })
        .collect();
    let message = PartlyDone {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        at: answer.received_at,
        done: names(&draft.request),
        open,
    };
    if !new {
        // Nothing that the others do not know: a receipt.
        draft.ask(&answer.by, AskedFor::Work, message);
        return;
    }
    let requesters = draft.requesters();
    for party in &requesters {
        // What they answer goes to the executor.
        draft.ask(party, AskedFor::Data, message.clone());
    }
    let mut executors: Vec<Party> = vec![answer.by.clone()];
    let holders = state
        .claimed
        .iter()
        .chain(state.asked.iter().map(|a| &a.party));
    for party in holders.take(if state.claimed.is_some() {
        1
    } else {
        usize::MAX
    }) {
        if !executors.iter().any(|p| p.is(party)) {
            executors.push(party.clone());
        }
    }
    executors.retain(|p| !requesters.iter().any(|r| r.is(p)));
    for party in &executors {
        draft.ask(party, AskedFor::Work, message.clone());
    }
}

/// It cannot be told for whom: asked in one line, once; then a person looks.
fn which(mut draft: Draft<'_>, mut state: AwaitingWork, index: usize, answer: &Answer) -> Stepped {
    let times = state.asked.get_mut(index).map_or(1, |asked| {
        asked.unclear += 1;
        asked.unclear
    });
    draft.request.state = State::AwaitingWork(state);
    let said = cut(&answer.text, 300);
    if times >= 2 {
        let name = answer.by.name.clone();
        advance::attention(&mut draft, AttentionReason::UnclearTwice, &name, &said);
        return draft.finish(Outcome::HandedToDesk);
    }
    let persons = rest(&draft.request).iter().map(name).collect();
    let message = DecisionUnclear {
        summary: draft.summary(),
        said,
        due: common::wanted_by(&draft),
        persons,
    };
    draft.ask(&answer.by, answer.about, message);
    draft.finish(Outcome::AskedAgain)
}
