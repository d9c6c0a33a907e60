//! Time that passes while somebody should act: a reminder after a part of their time, whom the
//! procedure names when it is over, then reminders every few working days. Nothing is ever decided
//! by silence, and no slowness moves a decision to somebody else.

use super::draft::Draft;
use super::{
    ApprovalReminder, AskedFor, AttentionReason, AwaitingApproval, AwaitingWork, Happened, Outcome,
    Party, State, StepOverdue, Stepped, WakeReason, WorkReminder, advance, ask_approval, common,
    delegated, instead, look,
};

/// A request that waits for a decision is woken. Whoever should be asked by now is, whatever it is
/// woken for: then nobody is reminded in their stead.
pub(super) fn approval(
    mut draft: Draft<'_>,
    mut state: AwaitingApproval,
    reason: WakeReason,
) -> Stepped {
    let looked = look::approval(&mut draft, &mut state);
    match reason {
        WakeReason::Look => draft.finish(looked),
        WakeReason::Reminder if state.reminded => draft.finish(looked),
        WakeReason::Overdue if state.overdue || state.due > draft.now => draft.finish(looked),
        WakeReason::Reminder | WakeReason::Still if looked != Outcome::Nothing => {
            state.reminded = state.asked_at != draft.now;
            state.stirred_at = Some(draft.now);
            draft.request.state = State::AwaitingApproval(state);
            draft.finish(looked)
        }
        WakeReason::Reminder | WakeReason::Still => remind(draft, state),
        WakeReason::Overdue => overdue(draft, state),
        WakeReason::Warning(_)
        | WakeReason::Breach
        | WakeReason::Forgotten
        | WakeReason::DeadlineMoved { .. } => common::late(draft, reason),
    }
}

/// A request that waits for the work is woken.
pub(super) fn work(mut draft: Draft<'_>, mut state: AwaitingWork, reason: WakeReason) -> Stepped {
    let looked = look::work(&mut draft, &mut state);
    match reason {
        WakeReason::Look => draft.finish(looked),
        WakeReason::Reminder if state.reminded => draft.finish(looked),
        WakeReason::Reminder | WakeReason::Still => remind_executors(draft, state),
        WakeReason::Warning(_)
        | WakeReason::Breach
        | WakeReason::Forgotten
        | WakeReason::DeadlineMoved { .. }
        | WakeReason::Overdue => common::late(draft, reason),
    }
}

/// The requester, or the authority whose word is waited for, has not answered though a person of
/// the desk was told: told again.
pub(super) fn still_nothing(mut draft: Draft<'_>) -> Stepped {
    let now = Some(draft.now);
    match &mut draft.request.state {
        State::AwaitingData(state) => state.stirred_at = now,
        State::AwaitingConfirmation(state) => state.stirred_at = now,
        State::AwaitingApproval(_) | State::AwaitingWork(_) | State::Closed(_) => {
            return draft.finish(Outcome::Nothing);
        }
    }
    let name = draft.request.requester.name.clone();
    advance::attention(&mut draft, AttentionReason::NoAnswer, &name, "");
    draft.quiet();
    draft.finish(Outcome::HandedToDesk)
}

/// Reminds everybody who was asked; where nobody could be, the desk's people.
fn remind(mut draft: Draft<'_>, mut state: AwaitingApproval) -> Stepped {
    remind_approvers(&mut draft, &state);
    state.reminded = true;
    state.stirred_at = Some(draft.now);
    draft.request.state = State::AwaitingApproval(state);
    draft.quiet();
    draft.finish(Outcome::Reminded)
}

fn remind_approvers(draft: &mut Draft<'_>, state: &AwaitingApproval) {
    let reached = |a: &&super::Asked| !instead::is_gone(draft, &a.party);
    let mut asked: Vec<_> = state.asked.iter().filter(reached).collect();
    if asked.is_empty() {
        return advance::nobody_there(draft, &state.role);
    }
    asked.retain(|a| !delegated::has_delegated(draft, &state.asked, a));
    for asked in asked {
        let absent = asked.standing_in_for.as_ref();
        let message = ApprovalReminder {
            summary: draft.summary(),
            role: ask_approval::role_names(draft, &state.role, &asked.also),
            standing_in_for: absent.map(|id| instead::name_of(draft.office, id)),
            asked_at: state.asked_at,
            due: state.due,
        };
        draft.happened(Happened::Reminded, &asked.party.name);
        let about = AskedFor::Approval { step: state.step };
        draft.ask_with_documents(&asked.party, about, message);
    }
}

/// The step's hours are over: whom the procedure names is told. The decision stays where it is.
fn overdue(mut draft: Draft<'_>, mut state: AwaitingApproval) -> Stepped {
    let message = StepOverdue {
        summary: draft.summary(),
        role: advance::role_name(draft.office, &state.role),
        held_by: draft.request.held_by(),
        asked_at: state.asked_at,
        due: state.due,
    };
    draft.happened(Happened::Overdue, &draft.request.held_by());
    // A step too short for a reminder of its own has it now.
    if !state.reminded {
        remind_approvers(&mut draft, &state);
    }
    draft.tell_escalation(Some(state.step), message);
    // What a warning of this very moment would say was said.
    let percent = |p: &&u8| draft.request.at_percent(**p, draft.office, draft.now) <= draft.now;
    let passed = draft.office.desk.rhythm.warnings.iter().filter(percent);
    let warned = passed.copied().max().unwrap_or(0);
    draft.request.warned = draft.request.warned.max(warned);
    state.reminded = true;
    state.overdue = true;
    state.stirred_at = Some(draft.now);
    draft.request.state = State::AwaitingApproval(state);
    draft.quiet();
    draft.finish(Outcome::Overdue)
}

fn remind_executors(mut draft: Draft<'_>, mut state: AwaitingWork) -> Stepped {
    let mut holders: Vec<Party> = draft.request.holders().into_iter().cloned().collect();
    holders.retain(|party| !instead::is_gone(&draft, party));
    if holders.is_empty() {
        let role = draft.request.procedure.executor.role.clone();
        advance::nobody_there(&mut draft, &role);
    }
    for party in &holders {
        let message = WorkReminder {
            summary: draft.summary(),
            asked_at: state.asked_at,
        };
        draft.happened(Happened::Reminded, &party.name);
        draft.ask_with_documents(party, AskedFor::Work, message);
    }
    state.reminded = true;
    state.stirred_at = Some(draft.now);
    draft.request.state = State::AwaitingWork(state);
    draft.quiet();
    draft.finish(Outcome::Reminded)
}
