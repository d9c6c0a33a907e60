//! "Lo ve ahora Marta Soto": whoever was asked names somebody else. Where the directory lets that
//! person decide this step, they are asked too; a mail gives nobody a power that the office does
//! not.

use super::draft::Draft;
use super::{
    Answer, Asked, AwaitingApproval, DecisionMoved, Happened, Motive, Outcome, Party, State,
    Stepped, advance, ask_approval, common, instead,
};
use crate::office::{Person, PersonId};

/// Asks the person named, where they may decide; else the desk's people are told.
pub(super) fn delegated(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    answer: &Answer,
) -> Stepped {
    if let Some(index) = asked_already(&draft, &state, answer) {
        return noted(draft, state, index, answer);
    }
    let Some(mut new) = named(&draft, &state, answer) else {
        return common::delegated(draft, answer);
    };
    draft.happened(Happened::Delegated, &answer.by.name);
    new.also = ask_approval::further(&draft, state.step, &new.party, state.due);
    state.asked.push(new.clone());
    ask_approval::ask_approver(&mut draft, &new, state.step, &state.role, state.due);
    let message = DecisionMoved {
        summary: draft.summary(),
        role: advance::role_name(draft.office, &state.role),
        of: answer.by.name.clone(),
        motive: Motive::Delegated,
        away_until: None,
        asked: vec![new.party.name.clone()],
    };
    draft.tell_requester(message.clone());
    draft.tell(&answer.by, message);
    draft.enter(State::AwaitingApproval(state));
    draft.finish(Outcome::SubstituteAsked)
}

/// Whom of those asked already an answer names, who is there and can be reached.
fn asked_already(draft: &Draft<'_>, state: &AwaitingApproval, answer: &Answer) -> Option<usize> {
    let named = answer.hands_on_to.as_ref()?;
    let person = draft.office.directory.person(named)?;
    let theirs = |a: &Asked| {
        a.party.person.as_ref() == Some(named)
            && !instead::is_dead(&draft.request, &a.party.address)
    };
    let index = state.asked.iter().position(theirs)?;
    let there = !instead::is_away(draft, person) && !instead::has_left(draft, person);
    (there && answer.by.person.as_ref() != Some(named)).then_some(index)
}

/// The person named was asked too: they are left to decide it.
fn noted(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    index: usize,
    answer: &Answer,
) -> Stepped {
    let Some(asked) = state.asked.get_mut(index) else {
        return common::delegated(draft, answer);
    };
    asked.delegated_by = Some(answer.by.clone());
    let name = asked.party.name.clone();
    draft.happened(Happened::Delegated, &answer.by.name);
    let message = DecisionMoved {
        summary: draft.summary(),
        role: advance::role_name(draft.office, &state.role),
        of: answer.by.name.clone(),
        motive: Motive::Delegated,
        away_until: None,
        asked: vec![name],
    };
    draft.request.state = State::AwaitingApproval(state);
    draft.tell(&answer.by, message);
    draft.finish(Outcome::HandedOn)
}

/// Whether somebody who was asked has named another, who was asked and is there: then the other is
/// reminded, and not they. They may still decide.
pub(super) fn has_delegated(draft: &Draft<'_>, all: &[Asked], asked: &Asked) -> bool {
    let directory = &draft.office.directory;
    let there = |other: &Asked| {
        let id = other.party.person.as_ref();
        let person = id.and_then(|id| directory.person(id));
        let gone = |p: &Person| instead::is_away(draft, p) || instead::has_left(draft, p);
        !person.is_some_and(gone) && !instead::is_dead(&draft.request, &other.party.address)
    };
    let named_by = |other: &Asked| {
        let by = other.delegated_by.as_ref();
        by.is_some_and(|by| instead::answers_for(draft, std::slice::from_ref(asked), by).is_some())
    };
    let others = all.iter().filter(|other| !other.party.is(&asked.party));
    others
        .into_iter()
        .any(|other| named_by(other) && there(other))
}

/// The person that an answer names, where they hold the role or stand in for somebody who does, and
/// are neither the requester nor asked already.
fn named(draft: &Draft<'_>, state: &AwaitingApproval, answer: &Answer) -> Option<Asked> {
    let directory = &draft.office.directory;
    let request = &draft.request;
    let person = directory.person(answer.hands_on_to.as_ref()?)?;
    let (region, programme) = (request.region(), request.programme());
    let day = draft.today();
    let holders = directory.holders(&state.role, region, programme);
    let stands_in = |holder: &&Person| {
        let mut substitutes = directory.substitutes(holder, day);
        substitutes.any(|s| s.id == person.id)
    };
    let holder: Option<PersonId> = match person.holds(&state.role, region, programme) {
        true => None,
        false => Some(holders.into_iter().find(stands_in)?.id.clone()),
    };
    let party = instead::reached(request, person)?;
    let known = |party: &Party| state.asked.iter().any(|a| a.party.is(party));
    if request.requester.is(&party) || known(&party) || instead::is_away(draft, person) {
        return None;
    }
    Some(Asked {
        party,
        standing_in_for: holder,
        motive: Some(Motive::Delegated),
        delegated_by: Some(answer.by.clone()),
        also: vec![],
        unclear: 0,
    })
}
