//! Handing the work over.

use super::advance::{acknowledge, nobody_there};
use super::draft::Draft;
use super::{Asked, AskedFor, AwaitingWork, Happened, Party, State, WorkOrder};

/// Enters `AwaitingWork`.
pub(super) fn ask_for_work(draft: &mut Draft<'_>) {
    let office = draft.office;
    let executor = draft.request.procedure.executor.clone();
    let (region, programme) = (draft.request.region(), draft.request.programme());
    let holders = office
        .directory
        .addressed(&executor.role, region, programme);
    let day = office.calendar.local(draft.now, region).date_naive();
    let mut asked: Vec<Asked> = vec![];
    for holder in holders {
        let acting = office.directory.acting(holder, day);
        let standing_in_for = (acting.id != holder.id).then(|| holder.id.clone());
        let party = Party::of(acting);
        if !asked.iter().any(|a| a.party.is(&party)) {
            asked.push(Asked {
                party,
                standing_in_for,
                unclear: 0,
                unreachable: false,
            });
        }
    }
    let asked_at = draft.now;
    let state = AwaitingWork {
        asked: asked.clone(),
        claimed: None,
        asked_at,
        reminded: false,
    };
    draft.enter(State::AwaitingWork(state));
    if asked.is_empty() {
        nobody_there(draft, &executor.role);
    }
    let shared = |a: &Asked| {
        let person = a
            .party
            .person
            .as_ref()
            .and_then(|id| office.directory.person(id));
        person.is_some_and(|p| p.shared)
    };
    let claimable = asked.len() > 1 || asked.iter().any(shared);
    let names: Vec<&str> = asked.iter().map(|a| a.party.name.as_str()).collect();
    let order = |draft: &Draft<'_>, copy: bool| WorkOrder {
        summary: draft.summary(),
        approvals: draft.approved(),
        claimable: claimable && !copy,
        copy,
        executor: names.join(", "),
    };
    for one in &asked {
        let message = order(draft, false);
        draft.happened(Happened::WorkAsked, &one.party.name);
        draft.ask_with_documents(&one.party, AskedFor::Work, message);
    }
    for role in &executor.copy_to {
        let message = order(draft, true);
        draft.tell_role(role, message);
    }
    acknowledge(draft);
}
