//! A request that waits for a decision on a step of its chain.

use super::common::Taken;
use super::draft::{Draft, approved};
use super::{
    Addition, AlreadyAnswered, Answer, Approval, ApprovalReminder, AskedFor, AttentionReason,
    AwaitingApproval, DecisionConfirmation, DecisionRecorded, Ending, Event, Happened, NotCounted,
    Outcome, Party, Proof, Rejected, State, Stepped, Verdict, WakeReason, advance, ask_approval,
    common, cut, instead, operated,
};
use crate::office::PersonId;

pub(super) fn on(draft: Draft<'_>, state: AwaitingApproval, event: &Event) -> Stepped {
    match event {
        Event::Answered(answer) => answered(draft, state, answer),
        Event::Added(addition) => added(draft, addition),
        Event::Commented {
            by, text, decides, ..
        } => common::remark(draft, by, text, *decides),
        Event::Withdrawn { by, proof } => common::withdraw(draft, by, proof),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by } => common::sent_again(draft, by),
        Event::Unreachable { address, why } => unreachable(draft, state, address, why),
        Event::Away { person, .. } => away(draft, state, person),
        Event::Woken(WakeReason::Reminder) => remind(draft, state),
        Event::Woken(reason) => common::late(draft, *reason),
        Event::Operated(operated) => operated::on(draft, operated),
    }
}

fn answered(mut draft: Draft<'_>, mut state: AwaitingApproval, answer: &Answer) -> Stepped {
    // The order of these checks is the order in which a person would want to be told.
    if answer.version != draft.request.version {
        return common::not_counted(draft, answer, NotCounted::Changed, None);
    }
    if answer.about != (AskedFor::Approval { step: state.step }) {
        return earlier_step(draft, answer);
    }
    // Nobody decides on their own request, whosever mailbox they read or stand in for.
    let own = answer.by.is(&draft.request.requester);
    let index = instead::answers_for(&draft, &state.asked, &answer.by).filter(|_| !own);
    let Some(index) = index else {
        return common::not_counted(draft, answer, NotCounted::NotAsked, None);
    };
    let cell = match &answer.proof {
        Proof::Counts(cell) => cell.clone(),
        Proof::Confirm(_) => {
            let message = DecisionConfirmation {
                summary: draft.summary(),
                said: cut(&answer.text, 300),
                due: Some(state.due),
            };
            draft.ask(&answer.by, AskedFor::Approval { step: state.step }, message);
            return draft.finish(Outcome::ConfirmationAsked);
        }
    };
    match answer.verdict {
        Verdict::Approve => approve(draft, state, index, answer, cell),
        Verdict::Reject => reject(draft, &state, answer),
        Verdict::Conditional | Verdict::Question => common::pass_on(draft, answer),
        Verdict::Delegate => common::delegated(draft, answer),
        Verdict::Done | Verdict::NotDone | Verdict::Claim | Verdict::Unclear => {
            let times = state.asked.get_mut(index).map_or(1, |asked| {
                asked.unclear += 1;
                asked.unclear
            });
            draft.request.state = State::AwaitingApproval(state);
            common::unclear(draft, answer, times)
        }
    }
}

pub(super) fn approve(
    mut draft: Draft<'_>,
    state: AwaitingApproval,
    index: usize,
    answer: &Answer,
    cell: String,
) -> Stepped {
    let standing_in_for = state
        .asked
        .get(index)
        .and_then(|a| a.standing_in_for.clone());
    let approval = Approval {
        step: state.step,
        role: state.role.clone(),
        by: answer.by.clone(),
        standing_in_for,
        at: answer.received_at,
        cell,
        recorded: draft.recorded.as_ref().map(|r| r.reason.clone()),
    };
    let shown = approved(&approval, draft.office);
    draft.request.approvals.push(approval);
    draft.happened(Happened::Approved, &answer.by.name);
    record(&mut draft, answer, true);
    for other in state.asked.iter().filter(|a| !a.party.is(&answer.by)) {
        let summary = draft.summary();
        let message = AlreadyAnswered {
            summary,
            decided: shown.clone(),
            approved: true,
        };
        draft.tell(&other.party, message);
    }
    advance::advance(&mut draft);
    draft.finish(Outcome::Approved)
}

/// The receipt of a counted decision.
fn record(draft: &mut Draft<'_>, answer: &Answer, approved: bool) {
    let (summary, at) = (draft.summary(), answer.received_at);
    let reason = answer.reason.clone();
    draft.tell(
        &answer.by,
        DecisionRecorded {
            summary,
            approved,
            reason,
            at,
        },
    );
}

pub(super) fn reject(mut draft: Draft<'_>, state: &AwaitingApproval, answer: &Answer) -> Stepped {
    let others: Vec<Party> = state.asked.iter().map(|a| a.party.clone()).collect();
    stop(&mut draft, answer, &state.role, &others);
    draft.finish(Outcome::Rejected)
}

/// A rejection ends the request; requester, earlier approvers and those asked are told.
pub(super) fn stop(
    draft: &mut Draft<'_>,
    answer: &Answer,
    role: &crate::office::RoleId,
    asked: &[Party],
) {
    common::close(draft, Ending::Rejected, &answer.by);
    draft.happened(Happened::Rejected, &answer.by.name);
    record(draft, answer, false);
    let message = Rejected {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        role: advance::role_name(draft.office, role),
        reason: answer.reason.clone(),
        at: answer.received_at,
    };
    draft.tell_requester(message.clone());
    let approvers = draft.request.approvals.iter().map(|a| a.by.clone());
    let mut told: Vec<Party> = draft.requesters();
    told.push(answer.by.clone());
    for party in approvers.chain(asked.iter().cloned()).collect::<Vec<_>>() {
        if !told.iter().any(|p| p.is(&party)) {
            draft.tell(&party, message.clone());
            told.push(party);
        }
    }
}

/// An answer about a step that is behind: a rejection by who approved it still stops the request.
fn earlier_step(mut draft: Draft<'_>, answer: &Answer) -> Stepped {
    let AskedFor::Approval { step } = answer.about else {
        return common::not_counted(draft, answer, NotCounted::NotAsked, None);
    };
    let Some(approval) = draft
        .request
        .approvals
        .iter()
        .find(|a| a.step == step)
        .cloned()
    else {
        return common::not_counted(draft, answer, NotCounted::NotAsked, None);
    };
    let own = approval.by.is(&answer.by) && matches!(answer.proof, Proof::Counts(_));
    if own && answer.verdict == Verdict::Reject {
        let asked: Vec<Party> = draft.request.holders().into_iter().cloned().collect();
        stop(&mut draft, answer, &approval.role, &asked);
        return draft.finish(Outcome::Rejected);
    }
    let decided = Some(approved(&approval, draft.office));
    common::not_counted(draft, answer, NotCounted::AlreadyDecided, decided)
}

fn added(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    if !draft.request.is_requesters(&addition.by) {
        return common::comment(draft, &addition.by);
    }
    if let Proof::Confirm(_) = &addition.proof {
        return common::confirm_addition(draft, addition);
    }
    if common::take(&mut draft, addition) == Taken::NoData {
        return common::hand_over(draft, addition);
    }
    // What was approved is no longer what is asked: every step is asked again (see `take`).
    // The requester sees what is understood now.
    draft.happened(Happened::DataReceived, &addition.by.name);
    draft.request.acknowledged = false;
    advance::advance(&mut draft);
    draft.finish(Outcome::DataTaken)
}

fn unreachable(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    address: &str,
    why: &str,
) -> Stepped {
    let dead = state.asked.iter().position(|a| a.party.address == address);
    let others = dead.map_or(vec![], |dead| {
        instead::instead_of(&draft, &state.asked, dead)
    });
    common::unreachable(&mut draft, address, why, &others);
    let Some(dead) = dead.filter(|_| !others.is_empty()) else {
        return draft.finish(Outcome::HandedToDesk);
    };
    state.asked.remove(dead);
    ask_instead(draft, state, others)
}

fn away(mut draft: Draft<'_>, state: AwaitingApproval, person: &PersonId) -> Stepped {
    let is_theirs = |a: &super::Asked| a.party.person.as_ref() == Some(person);
    let Some(index) = state.asked.iter().position(is_theirs) else {
        return draft.finish(Outcome::Nothing);
    };
    // A second automatic answer of the same absence asks nobody again.
    if state
        .asked
        .iter()
        .any(|a| a.standing_in_for.as_ref() == Some(person))
    {
        return draft.finish(Outcome::Nothing);
    }
    let others = instead::instead_of(&draft, &state.asked, index);
    if others.is_empty() {
        let name = state
            .asked
            .get(index)
            .map_or("", |a| &a.party.name)
            .to_owned();
        let reason = AttentionReason::AwayWithoutSubstitute;
        advance::attention(&mut draft, reason, &name, "");
        return draft.finish(Outcome::HandedToDesk);
    }
    // Both may answer; the first counts.
    ask_instead(draft, state, others)
}

fn ask_instead(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    others: Vec<super::Asked>,
) -> Stepped {
    for other in others {
        draft.happened(Happened::SubstituteAsked, &other.party.name);
        ask_approval::ask_approver(&mut draft, &other, state.step, &state.role, state.due);
        state.asked.push(other);
    }
    // Who holds it changes: the books say from when.
    draft.enter(State::AwaitingApproval(state));
    draft.finish(Outcome::SubstituteAsked)
}

fn remind(mut draft: Draft<'_>, mut state: AwaitingApproval) -> Stepped {
    if state.reminded {
        return draft.finish(Outcome::Nothing);
    }
    let directory = &draft.office.directory;
    for asked in &state.asked {
        let absent = asked
            .standing_in_for
            .as_ref()
            .and_then(|id| directory.person(id));
        let message = ApprovalReminder {
            summary: draft.summary(),
            role: advance::role_name(draft.office, &state.role),
            standing_in_for: absent.map(|p| p.name.clone()),
            asked_at: state.asked_at,
            due: state.due,
        };
        draft.happened(Happened::Reminded, &asked.party.name);
        draft.ask_with_documents(
            &asked.party,
            AskedFor::Approval { step: state.step },
            message,
        );
    }
    state.reminded = true;
    draft.request.state = State::AwaitingApproval(state);
    draft.quiet();
    draft.finish(Outcome::Reminded)
}
