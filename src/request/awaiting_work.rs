//! A request that waits for the work.

use super::awaiting_approval::stop;
use super::draft::{Draft, approved};
use super::{
    Addition, Answer, AskedFor, AttentionReason, AwaitingWork, Claimed, DecisionConfirmation,
    Ending, Event, Happened, NotCounted, NotDone, Outcome, Party, Proof, Resolution, State,
    Stepped, Verdict, WakeReason, WorkReminder, advance, common, cut,
};

pub(super) fn on(mut draft: Draft<'_>, state: AwaitingWork, event: &Event) -> Stepped {
    match event {
        Event::Answered(answer) => answered(draft, state, answer),
        Event::Added(addition) => added(draft, addition),
        Event::Commented { by, text, decides } => common::remark(draft, by, text, *decides),
        Event::Withdrawn { by } => common::withdraw(draft, by),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by } => common::sent_again(draft, by),
        Event::Unreachable { address, why } => {
            common::unreachable(&mut draft, address, why);
            draft.finish(Outcome::HandedToDesk)
        }
        Event::Away { person, .. } => {
            let asked = state
                .asked
                .iter()
                .find(|a| a.party.person.as_ref() == Some(person));
            match asked {
                Some(asked) if state.claimed.is_some() || state.asked.len() == 1 => {
                    let reason = AttentionReason::AwayWithoutSubstitute;
                    advance::attention(&mut draft, reason, &asked.party.name, "");
                    draft.finish(Outcome::HandedToDesk)
                }
                _ => draft.finish(Outcome::Nothing),
            }
        }
        Event::Woken(WakeReason::Reminder) => remind(draft, state),
        Event::Woken(reason) => common::late(draft, *reason),
    }
}

fn answered(mut draft: Draft<'_>, mut state: AwaitingWork, answer: &Answer) -> Stepped {
    if let AskedFor::Approval { step } = answer.about {
        return late_approver(draft, answer, step);
    }
    if answer.version != draft.request.version {
        return common::not_counted(draft, answer, NotCounted::Changed, None);
    }
    let Some(index) = common::answers_for(&draft, &state.asked, &answer.by) else {
        return common::not_counted(draft, answer, NotCounted::NotAsked, None);
    };
    if let Proof::Confirm(_) = &answer.proof {
        let (summary, said) = (draft.summary(), cut(&answer.text, 300));
        let to = state
            .asked
            .get(index)
            .map_or(&answer.by, |a| &a.party)
            .clone();
        draft.ask(&to, AskedFor::Work, DecisionConfirmation { summary, said });
        return draft.finish(Outcome::ConfirmationAsked);
    }
    match answer.verdict {
        Verdict::Done | Verdict::Approve => done(draft, &state, answer),
        Verdict::NotDone | Verdict::Reject => not_done(draft, answer),
        Verdict::Claim => claim(draft, state, answer),
        Verdict::Conditional | Verdict::Question => common::pass_on(draft, answer),
        Verdict::Delegate => common::delegated(draft, answer),
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

/// Until the work is done, who approved may still reject.
fn late_approver(mut draft: Draft<'_>, answer: &Answer, step: usize) -> Stepped {
    let Some(approval) = draft
        .request
        .approvals
        .iter()
        .find(|a| a.step == step)
        .cloned()
    else {
        return common::not_counted(draft, answer, NotCounted::Changed, None);
    };
    let counts = matches!(answer.proof, Proof::Counts(_)) && approval.by.is(&answer.by);
    if counts && answer.verdict == Verdict::Reject && answer.version == draft.request.version {
        let executors: Vec<Party> = draft.request.holders().into_iter().cloned().collect();
        stop(&mut draft, answer, &approval.role, &executors);
        return draft.finish(Outcome::Rejected);
    }
    let decided = Some(approved(&approval, draft.office));
    common::not_counted(draft, answer, NotCounted::AlreadyDecided, decided)
}

fn done(mut draft: Draft<'_>, state: &AwaitingWork, answer: &Answer) -> Stepped {
    let hand_on = draft.request.procedure.executor.hand_on_text;
    common::close(&mut draft, Ending::Done, &answer.by);
    draft.happened(Happened::Done, &answer.by.name);
    let message = Resolution {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        at: draft.now,
        text: (hand_on && !answer.text.is_empty()).then(|| cut(&answer.text, 2_000)),
        approvals: draft.approved(),
    };
    tell_all(&mut draft, message);
    for other in state
        .asked
        .iter()
        .filter(|a| state.asked.len() > 1 && !a.party.is(&answer.by))
    {
        let message = Claimed {
            summary: draft.summary(),
            by: answer.by.name.clone(),
        };
        draft.tell(&other.party, message);
    }
    draft.finish(Outcome::Done)
}

fn not_done(mut draft: Draft<'_>, answer: &Answer) -> Stepped {
    common::close(&mut draft, Ending::NotDone, &answer.by);
    draft.happened(Happened::NotDone, &answer.by.name);
    let message = NotDone {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        reason: answer.reason.clone(),
        at: draft.now,
    };
    tell_all(&mut draft, message);
    draft.finish(Outcome::NotDone)
}

/// The requester, and a copy to those who approved.
fn tell_all(draft: &mut Draft<'_>, message: impl Into<super::Message>) {
    let message = message.into();
    draft.tell_requester(message.clone());
    let mut told = draft.requesters();
    for party in draft
        .request
        .approvals
        .iter()
        .map(|a| a.by.clone())
        .collect::<Vec<_>>()
    {
        if !told.iter().any(|p| p.is(&party)) {
            draft.tell(&party, message.clone());
            told.push(party);
        }
    }
}

fn claim(mut draft: Draft<'_>, mut state: AwaitingWork, answer: &Answer) -> Stepped {
    if let Some(claimed) = &state.claimed {
        let (summary, by) = (draft.summary(), claimed.name.clone());
        draft.tell(&answer.by, Claimed { summary, by });
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
        };
        draft.tell(party, message);
    }
    draft.finish(Outcome::Claimed)
}

fn added(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    if !draft.request.is_requesters(&addition.by) {
        return common::comment(draft, &addition.by);
    }
    // Approved data stay as they were approved; words and documents go to the executor.
    draft
        .request
        .documents
        .extend(addition.documents.iter().cloned());
    common::hand_over(draft, addition)
}

fn remind(mut draft: Draft<'_>, mut state: AwaitingWork) -> Stepped {
    if state.reminded {
        return draft.finish(Outcome::Nothing);
    }
    let holders: Vec<Party> = draft.request.holders().into_iter().cloned().collect();
    for party in &holders {
        let message = WorkReminder {
            summary: draft.summary(),
            asked_at: state.asked_at,
        };
        draft.happened(Happened::Reminded, &party.name);
        draft.ask_with_documents(party, AskedFor::Work, message);
    }
    state.reminded = true;
    draft.request.state = State::AwaitingWork(state);
    draft.quiet();
    draft.finish(Outcome::Reminded)
}
