//! "Derivar a Marta Soto": whoever has the work says that somebody else does it. Where the
//! directory lets that person do it, the work is theirs from then on; else the desk's people
//! decide.
//!
//! The requester is not told: who of a team does it is the team's affair, and `status` says it.

use super::draft::Draft;
use super::{
    Answer, Asked, AwaitingWork, Claimed, Happened, Motive, Outcome, Party, State, Stepped,
    ask_work, common, instead, operated,
};

/// Gives the work to the person named. The others who were asked may still do it.
pub(super) fn handed_on(mut draft: Draft<'_>, mut state: AwaitingWork, answer: &Answer) -> Stepped {
    let Some(new) = named(&draft, answer) else {
        return common::delegated(draft, answer);
    };
    let mut told: Vec<Party> = match &state.claimed {
        Some(claimed) => vec![claimed.clone()],
        None => state.asked.iter().map(|a| a.party.clone()).collect(),
    };
    told.retain(|p| !p.is(&new.party) && !p.is(&answer.by));
    told.push(answer.by.clone());
    if !state.asked.iter().any(|a| a.party.is(&new.party)) {
        state.asked.push(new.clone());
    }
    state.claimed = Some(new.party.clone());
    (state.asked_at, state.reminded, state.stirred_at) = (draft.now, false, None);
    draft.enter(State::AwaitingWork(state));
    draft.happened(Happened::Delegated, &answer.by.name);
    ask_work::hand_on(&mut draft, &new, &answer.by);
    for party in &told {
        let message = Claimed {
            summary: draft.summary(),
            by: new.party.name.clone(),
            done: false,
            handed_on: true,
        };
        draft.tell(party, message);
    }
    draft.finish(Outcome::HandedOn)
}

/// The person that an answer names, where they do such work: they hold the role, read its mailbox
/// or stand in for who holds it.
fn named(draft: &Draft<'_>, answer: &Answer) -> Option<Asked> {
    let request = &draft.request;
    let person = draft
        .office
        .directory
        .person(answer.hands_on_to.as_ref()?)?;
    let role = &request.procedure.executor.role;
    let standing_in_for = operated::standing(request, role, person, draft.office)?;
    let party = instead::reached(request, person)?;
    if party.is(&answer.by) || instead::is_away(draft, person) {
        return None;
    }
    Some(Asked {
        party,
        standing_in_for,
        motive: Some(Motive::Delegated),
        delegated_by: None,
        also: vec![],
        unclear: 0,
    })
}
