//! Who is asked may change while a decision or the work is waited for: somebody goes away or comes
//! back, mails come back, the directory changes. Never because somebody is slow.

use chrono::NaiveDate;

use super::draft::Draft;
use super::{
    Asked, AttentionReason, AwaitingApproval, AwaitingWork, Away, DecisionMoved, Happened, Motive,
    Outcome, State, Stepped, advance, ask_approval, ask_work, common, instead,
};
use crate::office::PersonId;

/// Asks whoever should be asked today and was not; says whom.
///
/// Those who may no longer decide are not asked any more; those whose mails come back only as long
/// as nobody else is.
fn refresh(draft: &mut Draft<'_>, state: &mut AwaitingApproval) -> Vec<Asked> {
    let asked_before = state.asked.clone();
    let before = asked_before.len();
    let may = |a: &Asked| instead::may_still(draft, &state.role, a);
    let kept: Vec<Asked> = state.asked.iter().filter(|a| may(a)).cloned().collect();
    state.asked = kept;
    let dead = |a: &Asked| instead::is_dead(&draft.request, &a.party.address);
    let is_new = |a: &Asked| !state.asked.iter().any(|b| b.party.is(&a.party) && !dead(b));
    let assigned = |a: &Asked| a.motive == Some(Motive::Assigned) && !dead(a);
    // Whom the desk has named decides alone, until the desk names somebody else.
    let candidates = match state.asked.iter().any(assigned) {
        true => vec![],
        false => instead::approvers(draft, &state.role, state.due),
    };
    let mut new: Vec<Asked> = candidates.into_iter().filter(is_new).collect();
    new.retain(|a| !dead(a));
    if !new.is_empty() {
        let living: Vec<Asked> = state.asked.iter().filter(|a| !dead(a)).cloned().collect();
        state.asked = living;
    }
    if new.is_empty() && state.asked.len() == before {
        return new;
    }
    if state.due <= draft.now && !new.is_empty() {
        // Who is asked only now has the step's time, too.
        let declared = draft.request.steps().get(state.step);
        let hours = declared.and_then(|step| step.hours);
        state.due = ask_approval::step_due(draft, state.step, hours);
        state.asked_at = draft.now;
        (state.reminded, state.overdue) = (false, false);
    }
    for one in &mut new {
        one.also = ask_approval::further(draft, state.step, &one.party, state.due);
    }
    state.asked.extend(new.iter().cloned());
    for one in &new {
        if one.standing_in_for.is_some() {
            draft.happened(Happened::SubstituteAsked, &one.party.name);
        }
        ask_approval::ask_approver(draft, one, state.step, &state.role, state.due);
        // Another address of the same person is nobody else.
        if !asked_before.iter().any(|a| a.party.is(&one.party)) {
            ask_approval::tell_moved(draft, &state.role, one);
        }
    }
    // Who holds it changes: the books say from when.
    draft.enter(State::AwaitingApproval(state.clone()));
    new
}

/// Time has passed: whoever should be asked by now is.
pub(super) fn approval(draft: &mut Draft<'_>, state: &mut AwaitingApproval) -> Outcome {
    let had = !state.asked.is_empty();
    if !refresh(draft, state).is_empty() {
        return Outcome::SubstituteAsked;
    }
    if had && state.asked.is_empty() {
        let role = state.role.clone();
        advance::nobody_there(draft, &role);
        return Outcome::HandedToDesk;
    }
    Outcome::Nothing
}

/// A mail to an address came back for good: the next address of that person is asked, else who
/// stands in; where nobody does, the desk's people are told so.
pub(super) fn unreachable(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    address: &str,
    why: &str,
) -> Stepped {
    let known = instead::is_dead(&draft.request, address);
    let asked = state.asked.iter().any(|a| a.party.address == address);
    if known || !asked {
        common::unreachable(&mut draft, address, why, &[]);
        return draft.finish(Outcome::HandedToDesk);
    }
    // The substitute must be known before the mail that names them is written.
    draft.happened(Happened::Unreachable, address);
    let new = refresh(&mut draft, &mut state);
    common::tell_unreachable(&mut draft, address, why, &new);
    draft.finish(match new.is_empty() {
        true => Outcome::HandedToDesk,
        false => Outcome::SubstituteAsked,
    })
}

/// Somebody's automatic answer says that they are away: who stands in is asked at once, unless the
/// holder is back in time. Both may answer; the first counts.
pub(super) fn away(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    person: &PersonId,
    until: Option<NaiveDate>,
) -> Stepped {
    let asked = state.asked.iter();
    let Some(theirs) = asked
        .clone()
        .find(|a| a.party.person.as_ref() == Some(person))
    else {
        return draft.finish(Outcome::Nothing);
    };
    let (theirs, away) = (
        theirs.clone(),
        Away {
            person: person.clone(),
            until,
        },
    );
    let over = until.is_some_and(|until| until < draft.today());
    // A second automatic answer of the same absence asks nobody again.
    if over || draft.request.away.contains(&away) {
        return draft.finish(Outcome::Nothing);
    }
    draft.request.away.retain(|a| &a.person != person);
    draft.request.away.push(away);
    draft.happened(Happened::Away, &theirs.party.name);
    if !refresh(&mut draft, &mut state).is_empty() {
        return draft.finish(Outcome::SubstituteAsked);
    }
    absent(draft, &state, &theirs)
}

/// Nobody new is asked for somebody who is away: another one was asked already, the end of the
/// absence is waited for, or a person must look.
fn absent(mut draft: Draft<'_>, state: &AwaitingApproval, theirs: &Asked) -> Stepped {
    let directory = &draft.office.directory;
    let person = |a: &Asked| a.party.person.as_ref().and_then(|id| directory.person(id));
    let there = |a: &&Asked| person(a).is_some_and(|p| !instead::is_away(&draft, p));
    if state.asked.iter().any(|a| there(&a)) {
        return draft.finish(Outcome::Nothing);
    }
    let back = person(theirs).and_then(|p| instead::back(&draft, p));
    if back.is_none_or(|back| back >= state.due) {
        let name = theirs.party.name.clone();
        let reason = AttentionReason::AwayWithoutSubstitute;
        advance::attention(&mut draft, reason, &name, "");
        return draft.finish(Outcome::HandedToDesk);
    }
    let message = DecisionMoved {
        summary: draft.summary(),
        role: advance::role_name(draft.office, &state.role),
        of: theirs.party.name.clone(),
        motive: Motive::OutOfOffice,
        away_until: person(theirs).and_then(|p| instead::away_until(&draft, p)),
        asked: vec![],
    };
    draft.tell_requester(message);
    draft.finish(Outcome::AbsenceAwaited)
}

/// Time has passed while work is waited for: where nobody could be asked, it is tried again; where
/// those who hold it are away by now, who stands in is asked.
pub(super) fn work(draft: &mut Draft<'_>, state: &mut AwaitingWork) -> Outcome {
    let asked = |a: &Asked| state.asked.iter().any(|b| b.party.is(&a.party));
    let now = ask_work::executors(draft).into_iter();
    let new: Vec<Asked> = now.filter(|a| !asked(a)).collect();
    let directory = &draft.office.directory;
    let day = draft.today();
    let is_absent = |party: &&super::Party| {
        let person = party.person.as_ref().and_then(|id| directory.person(id));
        person.is_some_and(|p| p.is_absent(day))
    };
    let held = draft.request.holders().iter().any(|p| !is_absent(p));
    if new.is_empty() || held {
        return Outcome::Nothing;
    }
    state.claimed = None;
    state.asked.extend(new.iter().cloned());
    for one in &new {
        draft.happened(Happened::SubstituteAsked, &one.party.name);
        ask_work::ask_executor(draft, &one.party, &state.asked);
    }
    draft.enter(State::AwaitingWork(state.clone()));
    Outcome::SubstituteAsked
}
