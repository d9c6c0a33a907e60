//! A request that waits for a decision on a step of its chain.

use super::draft::{Draft, approved};
use super::{
    Addition, AlreadyAnswered, Answer, Approval, ApprovalReminder, AskedFor, AttentionReason,
    AwaitingApproval, DecisionConfirmation, DecisionRecorded, Ending, Event, Happened, NotCounted,
    Outcome, Party, Proof, Rejected, State, Stepped, Verdict, WakeReason, advance, ask_approval,
    common, cut,
};
use crate::office::PersonId;

pub(super) fn on(draft: Draft<'_>, state: AwaitingApproval, event: &Event) -> Stepped {
    match event {
        Event::Answered(answer) => answered(draft, state, answer),
        Event::Added(addition) => added(draft, addition),
        Event::Commented { by, text, decides } => common::remark(draft, by, text, *decides),
        Event::Withdrawn { by } => common::withdraw(draft, by),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by } => common::sent_again(draft, by),
        Event::Unreachable { address, why } => unreachable(draft, state, address, why),
        Event::Away { person, .. } => away(draft, state, person),
        Event::Woken(WakeReason::Reminder) => remind(draft, state),
        Event::Woken(reason) => common::late(draft, *reason),
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
    let Some(index) = common::answers_for(&draft, &state.asked, &answer.by) else {
        return common::not_counted(draft, answer, NotCounted::NotAsked, None);
    };
    let cell = match &answer.proof {
        Proof::Counts(cell) => cell.clone(),
        Proof::Confirm(_) => {
            let (summary, said) = (draft.summary(), cut(&answer.text, 300));
            let message = DecisionConfirmation { summary, said };
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

fn approve(
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
        at: draft.now,
        cell,
    };
    let shown = approved(&approval, draft.office);
    draft.request.approvals.push(approval);
    draft.happened(Happened::Approved, &answer.by.name);
    record(&mut draft, answer, true);
    let others = state.reached().into_iter();
    for other in others.filter(|party| !party.is(&answer.by)) {
        let summary = draft.summary();
        let message = AlreadyAnswered {
            summary,
            decided: shown.clone(),
            approved: true,
        };
        draft.tell(&other, message);
    }
    advance::advance(&mut draft);
    draft.finish(Outcome::Approved)
}

/// The receipt of a counted decision.
fn record(draft: &mut Draft<'_>, answer: &Answer, approved: bool) {
    let (summary, at) = (draft.summary(), draft.now);
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

fn reject(mut draft: Draft<'_>, state: &AwaitingApproval, answer: &Answer) -> Stepped {
    let others = state.reached();
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
        at: draft.now,
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
        let asked = draft.request.reached();
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
    let fields = draft.request.fields.clone();
    common::take(&mut draft, addition);
    if draft.request.fields == fields {
        return common::hand_over(draft, addition);
    }
    // What was approved is no longer what is asked: every step is asked again.
    draft.request.version += 1;
    draft.request.approvals.clear();
    draft.happened(Happened::DataReceived, &addition.by.name);
    advance::advance(&mut draft);
    draft.finish(Outcome::DataTaken)
}

fn unreachable(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    address: &str,
    why: &str,
) -> Stepped {
    let found = state.asked.iter_mut().enumerate();
    let Some((index, asked)) = found.into_iter().find(|(_, a)| a.party.address == address) else {
        common::unreachable(&mut draft, address, why);
        return draft.finish(Outcome::HandedToDesk);
    };
    // Each mail that was under way comes back; it is told once.
    if std::mem::replace(&mut asked.unreachable, true) {
        return draft.finish(Outcome::Nothing);
    }
    common::unreachable(&mut draft, address, why);
    draft.request.state = State::AwaitingApproval(state.clone());
    ask_substitute(draft, state, index, Outcome::HandedToDesk)
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
    if common::substitute_of(&draft, &state.asked, index).is_none() {
        let name = state
            .asked
            .get(index)
            .map_or("", |a| &a.party.name)
            .to_owned();
        advance::attention(
            &mut draft,
            AttentionReason::AwayWithoutSubstitute,
            &name,
            "",
        );
        return draft.finish(Outcome::HandedToDesk);
    }
    ask_substitute(draft, state, index, Outcome::SubstituteAsked)
}

/// Asks the substitute of one who cannot answer; both may answer, the first counts.
fn ask_substitute(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    index: usize,
    otherwise: Outcome,
) -> Stepped {
    let Some(substitute) = common::substitute_of(&draft, &state.asked, index) else {
        return draft.finish(otherwise);
    };
    draft.happened(Happened::SubstituteAsked, &substitute.party.name);
    ask_approval::ask_approver(&mut draft, &substitute, state.step, &state.role, state.due);
    state.asked.push(substitute);
    draft.request.state = State::AwaitingApproval(state);
    draft.finish(Outcome::SubstituteAsked)
}

fn remind(mut draft: Draft<'_>, mut state: AwaitingApproval) -> Stepped {
    if state.reminded {
        return draft.finish(Outcome::Nothing);
    }
    for party in &state.reached() {
        let message = ApprovalReminder {
            summary: draft.summary(),
            role: advance::role_name(draft.office, &state.role),
            asked_at: state.asked_at,
            due: state.due,
        };
        draft.happened(Happened::Reminded, &party.name);
        draft.ask_with_documents(party, AskedFor::Approval { step: state.step }, message);
    }
    state.reminded = true;
    draft.request.state = State::AwaitingApproval(state);
    draft.quiet();
    draft.finish(Outcome::Reminded)
}
