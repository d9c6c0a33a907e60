//! A request that waits for a decision on a step of its chain.

use super::added::Taken;
use super::draft::{Draft, approved};
use super::{
    Addition, AlreadyAnswered, Answer, Approval, AskedFor, AwaitingApproval, DecisionConfirmation,
    DecisionRecorded, Event, Happened, NotCounted, Outcome, Proof, State, Stepped, Verdict, added,
    advance, ask_approval, common, cut, delegated, instead, left, look, objection, operated,
    overdue, repudiated,
};

pub(super) fn on(draft: Draft<'_>, state: AwaitingApproval, event: &Event) -> Stepped {
    match event {
        Event::Answered(answer) => answered(draft, state, answer),
        Event::Added(addition) => add(draft, addition),
        Event::Commented {
            by, text, decides, ..
        } => common::remark(draft, by, text, *decides),
        Event::Withdrawn { by, proof } => common::withdraw(draft, by, proof),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by, files } => common::sent_again(draft, by, files),
        Event::Unreachable { address, why } => look::unreachable(draft, state, address, why),
        Event::Away { person, until } => look::away(draft, state, person, *until),
        Event::Left { person, text } => left::left(draft, person, text),
        Event::Repudiated { by, text, proof } => repudiated::repudiated(draft, by, text, proof),
        Event::Woken(reason) => overdue::approval(draft, state, *reason),
        Event::Operated(operated) => operated::on(draft, operated),
    }
}

fn answered(mut draft: Draft<'_>, mut state: AwaitingApproval, answer: &Answer) -> Stepped {
    // The order of these checks is the order in which a person would want to be told.
    let open = AskedFor::Approval { step: state.step };
    if answer.about != open && matches!(answer.about, AskedFor::Approval { .. }) {
        return objection::earlier(draft, answer);
    }
    if answer.version != draft.request.version {
        objection::worked_against(&mut draft, answer);
        return common::not_counted(draft, answer, NotCounted::Changed, None);
    }
    if answer.about != open {
        return common::not_asked(draft, answer);
    }
    // Nobody decides on their own request, whosever mailbox they read or stand in for.
    let own = answer.by.is(&draft.request.requester);
    let may = |asked: &super::Asked| !own && instead::may_still(&draft, &state.role, asked);
    let index = instead::answers_for(&draft, &state.asked, &answer.by)
        .filter(|index| state.asked.get(*index).is_some_and(may));
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
                kept: false,
                approves: answer.verdict == Verdict::Approve,
            };
            draft.ask(&answer.by, AskedFor::Approval { step: state.step }, message);
            return draft.finish(Outcome::ConfirmationAsked);
        }
    };
    // Whoever answers is there.
    let theirs = |a: &super::Away| Some(&a.person) == answer.by.person.as_ref();
    draft.request.away.retain(|a| !theirs(a));
    match answer.verdict {
        Verdict::Approve => approve(draft, state, index, answer, &cell),
        Verdict::Reject => {
            objection::stop(&mut draft, answer, &state.role);
            draft.finish(Outcome::Rejected)
        }
        Verdict::Conditional | Verdict::Question => common::pass_on(draft, answer),
        Verdict::Delegate => delegated::delegated(draft, state, answer),
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
    mut state: AwaitingApproval,
    index: usize,
    answer: &Answer,
    cell: &str,
) -> Stepped {
    if let Some(asked) = state.asked.get_mut(index) {
        asked.also = instead::also_still(&draft, asked);
    }
    let given = given(&draft, &state, index, answer, cell);
    let shown = given.first().map(|a| approved(a, draft.office));
    for approval in given {
        draft.request.approvals.push(approval);
        draft.happened(Happened::Approved, &answer.by.name);
    }
    record(&mut draft, &state, answer, true);
    for other in state.asked.iter().filter(|a| !a.party.is(&answer.by)) {
        let Some(decided) = shown.clone() else { break };
        let message = AlreadyAnswered {
            summary: draft.summary(),
            decided,
            approved: true,
        };
        draft.tell(&other.party, message);
    }
    advance::advance(&mut draft);
    draft.finish(Outcome::Approved)
}

/// The approvals that one answer gives: of the step that was asked for, and of those that follow
/// and are the same person's.
fn given(
    draft: &Draft<'_>,
    state: &AwaitingApproval,
    index: usize,
    answer: &Answer,
    cell: &str,
) -> Vec<Approval> {
    let Some(asked) = state.asked.get(index) else {
        // Somebody of the desk records it: for this step, and for nobody.
        return vec![Approval {
            step: state.step,
            role: state.role.clone(),
            by: answer.by.clone(),
            standing_in_for: None,
            motive: None,
            delegated_by: None,
            version: answer.version,
            at: answer.received_at,
            cell: cell.to_owned(),
            recorded: draft.recorded.as_ref().map(|r| r.reason.clone()),
        }];
    };
    // Somebody who is back answers for themselves, whoever was asked in their place; what follows
    // was promised to the one who was asked.
    let stands_in = asked
        .standing_in_for
        .as_ref()
        .filter(|_| answer.by.person != asked.standing_in_for);
    let first = Approval {
        step: state.step,
        role: state.role.clone(),
        by: answer.by.clone(),
        standing_in_for: stands_in.cloned(),
        motive: asked.motive.filter(|_| stands_in.is_some()),
        delegated_by: asked
            .delegated_by
            .clone()
            .filter(|_| answer.by.is(&asked.party)),
        version: answer.version,
        at: answer.received_at,
        cell: cell.to_owned(),
        recorded: None,
    };
    let theirs = answer.by.is(&asked.party) || asked.standing_in_for.is_none();
    let also = asked.also.iter().filter(|_| theirs);
    let steps = draft.request.steps();
    let further = also.filter_map(|further| {
        Some(Approval {
            step: further.step,
            role: steps.get(further.step)?.role.clone(),
            standing_in_for: further.standing_in_for.clone(),
            motive: further.motive,
            ..first.clone()
        })
    });
    std::iter::once(first.clone()).chain(further).collect()
}

/// The receipt of a counted decision.
pub(super) fn record(
    draft: &mut Draft<'_>,
    state: &AwaitingApproval,
    answer: &Answer,
    approved: bool,
) {
    let index = instead::answers_for(draft, &state.asked, &answer.by);
    let asked = index.and_then(|index| state.asked.get(index));
    let absent = asked.and_then(|a| a.standing_in_for.as_ref());
    let absent = absent.filter(|id| answer.by.person.as_ref() != Some(id));
    let message = DecisionRecorded {
        summary: draft.summary(),
        approved,
        role: ask_approval::role_names(draft, &state.role, asked.map_or(&[], |a| &a.also)),
        standing_in_for: absent.map(|id| instead::name_of(draft.office, id)),
        reason: answer.reason.clone(),
        at: answer.received_at,
    };
    draft.tell(&answer.by, message);
}

fn add(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    if !draft.request.is_requesters(&addition.by) {
        return common::comment(draft, &addition.by);
    }
    if let Proof::Confirm(_) = &addition.proof {
        return added::confirm(draft, addition);
    }
    if added::take(&mut draft, addition) == Taken::NoData {
        return added::hand_over(draft, addition);
    }
    // What was approved is no longer what is asked: every step is asked again (see `take`).
    // The requester sees what is understood now.
    draft.happened(Happened::DataReceived, &addition.by.name);
    draft.request.acknowledged = false;
    advance::advance(&mut draft);
    draft.finish(Outcome::DataTaken)
}
