//! Asking for a step of the chain.

use chrono::{DateTime, TimeDelta, Utc};

use super::advance::{acknowledge, advance, nobody_there, role_name};
use super::draft::Draft;
use super::{
    Approval, ApprovalRequest, Asked, AskedFor, AwaitingApproval, Happened, Party, State,
    TimelineRow,
};
use crate::office::{Person, RoleId};

/// Enters `AwaitingApproval`, unless the step is the requester's own and counts as given.
pub(super) fn ask_for_approval(
    draft: &mut Draft<'_>,
    step: usize,
    role: &RoleId,
    hours: Option<u32>,
) {
    let office = draft.office;
    let region = draft.request.region();
    let holders = office
        .directory
        .addressed(role, region, draft.request.programme());
    let own = holders
        .iter()
        .any(|p| draft.request.requester.person.as_ref() == Some(&p.id));
    if own && draft.request.procedure.requester_approves && draft.request.confirmed.is_some() {
        let by = draft.request.requester.clone();
        let cell = "requester-approves".to_owned();
        let at = draft.now;
        draft.happened(Happened::Approved, &by.name);
        let role = role.clone();
        let standing_in_for = None;
        draft.request.approvals.push(Approval {
            step,
            role,
            by,
            standing_in_for,
            at,
            cell,
            recorded: None,
        });
        return advance(draft);
    }
    let asked = approvers(draft, &holders);
    let due = step_due(draft, step, hours);
    let state = AwaitingApproval {
        step,
        role: role.clone(),
        asked: asked.clone(),
        asked_at: draft.now,
        due,
        reminded: false,
    };
    draft.enter(State::AwaitingApproval(state));
    if asked.is_empty() {
        nobody_there(draft, role);
    }
    for one in &asked {
        ask_approver(draft, one, step, role, due);
    }
    acknowledge(draft);
}

/// Who is asked: each holder, or who acts for an absent one. The requester never decides on their
/// own request: their substitute is asked instead.
fn approvers(draft: &Draft<'_>, holders: &[&Person]) -> Vec<Asked> {
    let office = draft.office;
    let day = office
        .calendar
        .local(draft.now, draft.request.region())
        .date_naive();
    let mut asked: Vec<Asked> = vec![];
    for &holder in holders {
        let is_requester = |p: &&Person| draft.request.requester.person.as_ref() == Some(&p.id);
        let acting = if is_requester(&holder) || holder.is_absent(day) {
            let mut others = office.directory.substitutes(holder, day);
            let holder = Some(holder).filter(|h| !is_requester(h));
            others.find(|p| !is_requester(p)).or(holder)
        } else {
            Some(holder)
        };
        let Some(acting) = acting else { continue };
        if asked.iter().any(|a| a.party.is(&Party::of(acting))) {
            continue;
        }
        let standing_in_for = (acting.id != holder.id).then(|| holder.id.clone());
        asked.push(Asked {
            party: Party::of(acting),
            standing_in_for,
            unclear: 0,
        });
    }
    asked
}

/// Asks one approver.
pub(super) fn ask_approver(
    draft: &mut Draft<'_>,
    asked: &Asked,
    step: usize,
    role: &RoleId,
    due: DateTime<Utc>,
) {
    let directory = &draft.office.directory;
    let absent = asked
        .standing_in_for
        .as_ref()
        .and_then(|id| directory.person(id));
    let message = ApprovalRequest {
        summary: draft.summary(),
        role: role_name(draft.office, role),
        standing_in_for: absent.map(|p| p.name.clone()),
        approvals: draft.approved(),
        due,
        changed: changed_since(draft, &asked.party.name),
    };
    draft.happened(Happened::ApprovalAsked, &asked.party.name);
    draft.ask_with_documents(&asked.party, AskedFor::Approval { step }, message);
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

/// When the answer on a step is wanted: its own hours, else an equal part of what remains.
fn step_due(draft: &Draft<'_>, step: usize, hours: Option<u32>) -> DateTime<Utc> {
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
            left / i32::try_from(parts).unwrap_or(1)
        }
    };
    calendar.deadline(draft.now, remaining, region).at
}
