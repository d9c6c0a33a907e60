//! A request that waits for the work.

use super::draft::Draft;
use super::{
    Addition, Answer, AskedFor, AttentionReason, AwaitingWork, Claimed, DecisionConfirmation,
    Event, Happened, Motive, NotCounted, Outcome, Party, Proof, State, Stepped, Verdict, added,
    advance, ask_work, common, cut, handed_on, instead, left, objection, operated, overdue,
    partly_done, repudiated, work_done, work_question,
};
use crate::office::PersonId;

pub(super) fn on(draft: Draft<'_>, state: AwaitingWork, event: &Event) -> Stepped {
    match event {
        Event::Answered(answer) => answered(draft, state, answer),
        Event::Added(addition) => add(draft, addition),
        Event::Commented {
            by, text, decides, ..
        } => common::remark(draft, by, text, *decides),
        Event::Withdrawn { by, proof } => common::withdraw(draft, by, proof),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by, files } => common::sent_again(draft, by, files),
        Event::Unreachable { address, why } => unreachable(draft, state, address, why),
        Event::Away { person, .. } => away(draft, state, person),
        Event::Left { person, text } => left::left(draft, person, text),
        Event::Repudiated { by, text, proof } => repudiated::repudiated(draft, by, text, proof),
        Event::Woken(reason) => overdue::work(draft, state, *reason),
        Event::Operated(operated) => operated::on(draft, operated),
    }
}

fn answered(mut draft: Draft<'_>, mut state: AwaitingWork, answer: &Answer) -> Stepped {
    // Until the work is done, who approved may still reject.
    if let AskedFor::Approval { .. } = answer.about {
        return objection::earlier(draft, answer);
    }
    // Who is both asker and executor answers what the mail asked, and nothing else.
    if answer.about != AskedFor::Work {
        return common::not_asked(draft, answer);
    }
    if answer.version != draft.request.version {
        return common::not_counted(draft, answer, NotCounted::Changed, None);
    }
    let Some(index) = instead::answers_for(&draft, &state.asked, &answer.by) else {
        return common::not_counted(draft, answer, NotCounted::NotAsked, None);
    };
    if let Proof::Confirm(_) = &answer.proof {
        let message = DecisionConfirmation {
            summary: draft.summary(),
            said: cut(&answer.text, 300),
            due: common::wanted_by(&draft),
            kept: false,
            approves: matches!(answer.verdict, Verdict::Done | Verdict::Approve),
        };
        let to = state
            .asked
            .get(index)
            .map_or(&answer.by, |a| &a.party)
            .clone();
        draft.ask(&to, AskedFor::Work, message);
        return draft.finish(Outcome::ConfirmationAsked);
    }
    if let Some(said) = &answer.persons {
        return partly_done::said(draft, state, index, (answer, said));
    }
    match answer.verdict {
        Verdict::Done | Verdict::Approve => work_done::done(draft, &state, answer),
        Verdict::NotDone | Verdict::Reject => work_done::not_done(draft, &state, answer),
        Verdict::Claim => claim(draft, state, answer),
        Verdict::Conditional | Verdict::Question => work_question::pass_on(draft, answer),
        Verdict::Delegate => handed_on::handed_on(draft, state, answer),
        Verdict::Unclear => {
            let times = state.asked.get_mut(index).map_or(1, |asked| {
                asked.unclear += 1;
                asked.unclear
            });
            draft.request.state = State::AwaitingWork(state);
            common::unclear(draft, answer, times)
        }
    }
}

fn claim(mut draft: Draft<'_>, mut state: AwaitingWork, answer: &Answer) -> Stepped {
    if state.claimed.as_ref().is_some_and(|c| c.is(&answer.by)) {
        return draft.finish(Outcome::Claimed);
    }
    if let Some(claimed) = &state.claimed {
        let (summary, by) = (draft.summary(), claimed.name.clone());
        let (done, handed_on) = (false, false);
        let message = Claimed {
            summary,
            by,
            done,
            handed_on,
        };
        draft.tell(&answer.by, message);
        return draft.finish(Outcome::RefusedAlreadyDecided);
    }
    state.claimed = Some(answer.by.clone());
    let others: Vec<Party> = state.asked.iter().map(|a| a.party.clone()).collect();
    // Who holds it changes: the books say from when.
    draft.enter(State::AwaitingWork(state));
    draft.happened(Happened::Claimed, &answer.by.name);
    for party in others.iter().filter(|p| !p.is(&answer.by)) {
        let message = Claimed {
            summary: draft.summary(),
            by: answer.by.name.clone(),
            done: false,
            handed_on: false,
        };
        draft.tell(party, message);
    }
    draft.finish(Outcome::Claimed)
}

fn add(draft: Draft<'_>, addition: &Addition) -> Stepped {
    if !draft.request.is_requesters(&addition.by) {
        return common::comment(draft, &addition.by);
    }
    if let Proof::Confirm(_) = &addition.proof {
        return added::confirm(draft, addition);
    }
    added::to_work(draft, addition)
}

fn unreachable(mut draft: Draft<'_>, mut state: AwaitingWork, address: &str, why: &str) -> Stepped {
    let dead = state.asked.iter().position(|a| a.party.address == address);
    let elsewhere = dead.and_then(|dead| instead::elsewhere(&draft, state.asked.get(dead)?));
    let others = match (elsewhere, dead) {
        (Some(next), _) => vec![next],
        (None, Some(dead)) => instead::instead_of(&draft, &state.asked, dead, Motive::Unreachable),
        (None, None) => vec![],
    };
    common::unreachable(&mut draft, address, why, &others);
    let Some(dead) = dead.filter(|_| !others.is_empty()) else {
        return draft.finish(Outcome::HandedToDesk);
    };
    state.asked.remove(dead);
    ask_instead(draft, state, others)
}

fn away(mut draft: Draft<'_>, state: AwaitingWork, person: &PersonId) -> Stepped {
    let is_theirs = |a: &super::Asked| a.party.person.as_ref() == Some(person);
    let claimed = state.claimed.as_ref().and_then(|p| p.person.as_ref());
    let index = state.asked.iter().position(is_theirs);
    let asked_already = state
        .asked
        .iter()
        .any(|a| a.standing_in_for.as_ref() == Some(person));
    // Where several were asked and another has it, or nobody yet, the others do it.
    let theirs = claimed == Some(person) || (claimed.is_none() && state.asked.len() == 1);
    if !theirs || asked_already {
        return draft.finish(Outcome::Nothing);
    }
    let others = index.map_or(vec![], |index| {
        instead::instead_of(&draft, &state.asked, index, Motive::OutOfOffice)
    });
    if others.is_empty() {
        let name = draft.request.held_by();
        let reason = AttentionReason::AwayWithoutSubstitute;
        advance::attention(&mut draft, reason, &name, "");
        return draft.finish(Outcome::HandedToDesk);
    }
    ask_instead(draft, state, others)
}

fn ask_instead(
    mut draft: Draft<'_>,
    mut state: AwaitingWork,
    others: Vec<super::Asked>,
) -> Stepped {
    state.claimed = None;
    state.asked.extend(others.iter().cloned());
    for other in &others {
        draft.happened(Happened::SubstituteAsked, &other.party.name);
        ask_work::ask_executor(&mut draft, &other.party, &state.asked);
    }
    draft.enter(State::AwaitingWork(state));
    draft.finish(Outcome::SubstituteAsked)
}
