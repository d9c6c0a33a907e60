//! Asking for a step of the chain.

use chrono::{DateTime, TimeDelta, Utc};

use super::advance::{acknowledge, advance, nobody_there, role_name};
use super::draft::Draft;
use super::{
    Approval, ApprovalRequest, Asked, AskedFor, AwaitingApproval, DecisionMoved, Further, Happened,
    Party, State, TimelineRow, instead,
};
use crate::office::RoleId;

/// Enters `AwaitingApproval`, unless the step is the requester's own and counts as given.
pub(super) fn ask_for_approval(
    draft: &mut Draft<'_>,
    step: usize,
    role: &RoleId,
    hours: Option<u32>,
) {
    if counts_as_given(draft, role) {
        let approval = Approval {
            step,
            role: role.clone(),
            by: draft.request.requester.clone(),
            standing_in_for: None,
            motive: None,
            delegated_by: None,
            version: draft.request.version,
            at: draft.now,
            cell: "requester-approves".to_owned(),
            recorded: None,
        };
        draft.happened(Happened::Approved, &approval.by.name.clone());
        draft.request.approvals.push(approval);
        return advance(draft);
    }
    let due = step_due(draft, step, hours);
    let mut state = AwaitingApproval {
        step,
        role: role.clone(),
        asked: instead::approvers(draft, role, due),
        asked_at: draft.now,
        due,
        reminded: false,
        overdue: false,
        stirred_at: None,
    };
    for one in &mut state.asked {
        one.also = further(draft, step, &one.party, due);
    }
    let asked = state.asked.clone();
    draft.enter(State::AwaitingApproval(state));
    if asked.is_empty() {
        nobody_there(draft, role);
    }
    // Who acknowledges nothing to the requester any more tells them who decides instead.
    let told = draft.request.acknowledged;
    for one in &asked {
        ask_approver(draft, one, step, role, due);
        if told {
            tell_moved(draft, role, one);
        }
    }
    acknowledge(draft);
}

/// Whether the requester holds the role, on their proven word, and the procedure lets that count.
fn counts_as_given(draft: &Draft<'_>, role: &RoleId) -> bool {
    let request = &draft.request;
    let directory = &draft.office.directory;
    let holders = directory.addressed(role, request.region(), request.programme());
    request.procedure.requester_approves
        && request.confirmed.is_some()
        && holders
            .iter()
            .any(|p| request.requester.person.as_ref() == Some(&p.id))
}

/// The steps that follow and would be asked of the same person: one answer decides them too.
pub(super) fn further(
    draft: &Draft<'_>,
    step: usize,
    party: &Party,
    due: DateTime<Utc>,
) -> Vec<Further> {
    let mut also = vec![];
    for (step, next) in draft.request.steps().iter().enumerate().skip(step + 1) {
        let asked = instead::approvers(draft, &next.role, due);
        let Some(one) = asked.into_iter().find(|a| a.party.is(party)) else {
            break;
        };
        also.push(Further {
            step,
            standing_in_for: one.standing_in_for,
            motive: one.motive,
        });
    }
    also
}

/// The Spanish names of the roles that somebody decides as: "A", "A y B".
pub(super) fn role_names(draft: &Draft<'_>, role: &RoleId, also: &[Further]) -> String {
    let steps = draft.request.steps();
    let further = also.iter().filter_map(|f| steps.get(f.step));
    let mut names: Vec<String> = vec![role_name(draft.office, role)];
    for step in further {
        let name = role_name(draft.office, &step.role);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let last = names.pop().unwrap_or_default();
    match names.is_empty() {
        true => last,
        false => format!("{} y {last}", names.join(", ")),
    }
}

/// Asks one approver.
pub(super) fn ask_approver(
    draft: &mut Draft<'_>,
    asked: &Asked,
    step: usize,
    role: &RoleId,
    due: DateTime<Utc>,
) {
    let absent = &asked.standing_in_for;
    let message = ApprovalRequest {
        summary: draft.summary(),
        role: role_names(draft, role, &asked.also),
        standing_in_for: absent.as_ref().map(|id| instead::name_of(draft.office, id)),
        approvals: draft.approved(),
        due,
        changed: changed_since(draft, &asked.party.name),
        several: !asked.also.is_empty(),
    };
    draft.happened(Happened::ApprovalAsked, &asked.party.name);
    draft.ask_with_documents(&asked.party, AskedFor::Approval { step }, message);
}

/// Tells the requester that somebody else than the holder of the role was asked.
pub(super) fn tell_moved(draft: &mut Draft<'_>, role: &RoleId, asked: &Asked) {
    let (Some(holder), Some(motive)) = (&asked.standing_in_for, asked.motive) else {
        return;
    };
    let person = draft.office.directory.person(holder);
    let message = DecisionMoved {
        summary: draft.summary(),
        role: role_name(draft.office, role),
        of: instead::name_of(draft.office, holder),
        motive,
        away_until: person.and_then(|p| instead::away_until(draft, p)),
        asked: vec![asked.party.name.clone()],
    };
    draft.tell_requester(message);
}

/// Whether the data changed after this person was last asked.
fn changed_since(draft: &Draft<'_>, name: &str) -> bool {
    let asked = |row: &TimelineRow| row.what == Happened::ApprovalAsked && row.who == name;
    let mut life = draft.request.timeline.iter().rev();
    let since: Vec<Happened> = life
        .by_ref()
        .take_while(|row| !asked(row))
        .map(|row| row.what)
        .collect();
    since.len() < draft.request.timeline.len() && since.iter().any(|h| h.changes_data())
}

/// Who is asked when no time is left has this much working time all the same.
const LEAST: TimeDelta = TimeDelta::hours(4);

/// When the answer on a step is wanted: its own hours, else an equal part of what remains.
pub(super) fn step_due(draft: &Draft<'_>, step: usize, hours: Option<u32>) -> DateTime<Utc> {
    let request = &draft.request;
    let region = request.clock_region(draft.office);
    let calendar = &draft.office.calendar;
    let remaining = match hours {
        Some(hours) => TimeDelta::hours(i64::from(hours)),
        None => {
            let end = request.at_percent(100, draft.office, draft.now);
            let left = calendar.working_time(draft.now, end, region);
            // The steps still to come, this one included, and the work itself.
            let parts = request.steps().len().saturating_sub(step) + 1;
            let part = left / i32::try_from(parts).unwrap_or(1);
            // A short part is what the office chose; none at all is no time to ask for.
            if left.is_zero() { LEAST } else { part }
        }
    };
    calendar.deadline(draft.now, remaining, region).at
}
