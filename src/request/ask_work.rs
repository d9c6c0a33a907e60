//! Handing the work over.

use super::advance::{acknowledge, nobody_there};
use super::draft::Draft;
use super::{Asked, AskedFor, AwaitingWork, Happened, Motive, Party, State, WorkOrder};

/// Enters `AwaitingWork`.
pub(super) fn ask_for_work(draft: &mut Draft<'_>) {
    let executor = draft.request.procedure.executor.clone();
    let asked = executors(draft);
    let asked_at = draft.now;
    let state = AwaitingWork {
        asked: asked.clone(),
        claimed: None,
        asked_at,
        reminded: false,
        stirred_at: None,
    };
    draft.enter(State::AwaitingWork(state));
    if asked.is_empty() {
        nobody_there(draft, &executor.role);
    }
    for one in &asked {
        ask_executor(draft, &one.party, &asked);
    }
    for role in &executor.copy_to {
        let message = WorkOrder {
            copy: true,
            ..order(draft, &asked)
        };
        draft.tell_role(role, message);
    }
    acknowledge(draft);
}

/// Who does the work today: each holder of the role, or who stands in for one who is away.
pub(super) fn executors(draft: &Draft<'_>) -> Vec<Asked> {
    let directory = &draft.office.directory;
    let role = &draft.request.procedure.executor.role;
    let (region, programme) = (draft.request.region(), draft.request.programme());
    let day = draft.today();
    let mut asked: Vec<Asked> = vec![];
    for holder in directory.addressed(role, region, programme) {
        let acting = directory.acting(holder, day);
        let stands_in = acting.id != holder.id;
        let party = Party::of(acting);
        if !asked.iter().any(|a| a.party.is(&party)) {
            asked.push(Asked {
                party,
                standing_in_for: stands_in.then(|| holder.id.clone()),
                motive: stands_in.then_some(Motive::Absent),
                delegated_by: None,
                also: vec![],
                unclear: 0,
            });
        }
    }
    asked
}

/// Hands the work to one of those asked.
pub(super) fn ask_executor(draft: &mut Draft<'_>, to: &Party, asked: &[Asked]) {
    let message = order(draft, asked);
    draft.happened(Happened::WorkAsked, &to.name);
    draft.ask_with_documents(to, AskedFor::Work, message);
}

/// Hands the work to somebody whom who had it has named.
pub(super) fn hand_on(draft: &mut Draft<'_>, to: &Asked, by: &Party) {
    let message = WorkOrder {
        handed_on_by: Some(by.name.clone()),
        ..order(draft, std::slice::from_ref(to))
    };
    draft.happened(Happened::WorkAsked, &to.party.name);
    draft.ask_with_documents(&to.party, AskedFor::Work, message);
}

fn order(draft: &Draft<'_>, asked: &[Asked]) -> WorkOrder {
    let directory = &draft.office.directory;
    let shared = |a: &Asked| {
        let person = a.party.person.as_ref().and_then(|id| directory.person(id));
        person.is_some_and(|p| p.shared)
    };
    let names: Vec<&str> = asked.iter().map(|a| a.party.name.as_str()).collect();
    WorkOrder {
        summary: draft.summary(),
        approvals: draft.approved(),
        claimable: asked.len() > 1 || asked.iter().any(shared),
        copy: false,
        executor: names.join(", "),
        hands_on: draft.request.procedure.executor.hand_on_text,
        handed_on_by: None,
    }
}
