//! Where a request goes next: data, the authority's word, the chain, the work. The one place that
//! decides it; states come here when what they waited for has come.

use super::ask_approval::ask_for_approval;
use super::ask_data::ask_for_data;
use super::ask_work::ask_for_work;
use super::draft::Draft;
use super::{
    Acknowledgement, AskedFor, Attention, AttentionReason, AwaitingConfirmation, Happened, Next,
    OpeningConfirmation, State,
};
use crate::office::{Office, RoleId};

/// Moves on to the next thing that the request needs.
pub(super) fn advance(draft: &mut Draft<'_>) {
    if ask_for_data(draft) || ask_for_confirmation(draft) {
        return;
    }
    let step = draft.request.approvals.len();
    match draft.request.steps().get(step).cloned() {
        Some(declared) => ask_for_approval(draft, step, &declared.role, declared.hours),
        None => ask_for_work(draft),
    }
}

/// Enters `AwaitingConfirmation` where the request rests on somebody's word that is not proven:
/// that of the authority, or of a signatory for whom another sent.
fn ask_for_confirmation(draft: &mut Draft<'_>) -> bool {
    let request = &draft.request;
    if request.confirmed.is_some() || !needs_confirmation(request, draft.office) {
        return false;
    }
    let (requester, sender) = (request.requester.clone(), request.sender.clone());
    let asked_at = draft.now;
    draft.enter(State::AwaitingConfirmation(AwaitingConfirmation {
        asked_at,
        reminded: false,
        unclear: 0,
        forgotten: false,
        stirred_at: None,
    }));
    draft.happened(Happened::ConfirmationAsked, &requester.name);
    let summary = draft.summary();
    let message = OpeningConfirmation {
        summary,
        sender: match sender.person {
            Some(_) => sender.name.clone(),
            None => format!("{} <{}>", sender.name, sender.address),
        },
        own: sender.is(&requester),
    };
    draft.ask_with_documents(&requester, AskedFor::Confirmation, message);
    if !sender.is(&requester) {
        let summary = draft.summary();
        let message = Acknowledgement {
            summary,
            next: Next::Confirmation { by: requester.name },
            corrected: corrected(draft),
        };
        draft.tell(&sender, message);
    }
    true
}

fn needs_confirmation(request: &super::Request, office: &Office) -> bool {
    if request.unproven
        || request.procedure.requester_is_authority()
        || approves_own_step(request, office)
    {
        return true;
    }
    if request.sender.is(&request.requester) {
        return false;
    }
    let signatory = request
        .requester
        .person
        .as_ref()
        .and_then(|id| office.directory.person(id));
    !signatory.is_some_and(|p| p.senders.contains(&request.sender.address))
}

/// Whether a step is the requester's own and counts as given: then it rests on their word.
fn approves_own_step(request: &super::Request, office: &Office) -> bool {
    let own = |role: &RoleId| {
        let holders = office
            .directory
            .addressed(role, request.region(), request.programme());
        holders
            .iter()
            .any(|p| request.requester.person.as_ref() == Some(&p.id))
    };
    request.procedure.requester_approves && request.steps().iter().any(|s| own(&s.role))
}

/// Nobody holds the role that must act: the desk's people are told.
pub(super) fn nobody_there(draft: &mut Draft<'_>, role: &RoleId) {
    let who = role_name(draft.office, role);
    attention(draft, AttentionReason::NobodyThere, &who, "");
}

/// Tells the desk's people that a request needs a person.
pub(super) fn attention(draft: &mut Draft<'_>, why: AttentionReason, who: &str, text: &str) {
    let summary = draft.summary();
    let message = Attention {
        summary,
        why,
        who: who.to_owned(),
        text: text.to_owned(),
    };
    let role = draft.office.desk.triage_role.clone();
    draft.tell_role(&role, message);
}

/// The Spanish name of a role.
pub(super) fn role_name(office: &Office, role: &RoleId) -> String {
    office
        .directory
        .role(role)
        .map_or_else(|| role.0.clone(), |r| r.name.clone())
}

/// Whether the data changed after somebody had been asked about them.
fn corrected(draft: &Draft<'_>) -> bool {
    let asked = |what| matches!(what, Happened::ApprovalAsked | Happened::ConfirmationAsked);
    let life = &draft.request.timeline;
    let last = life.iter().rposition(|r| r.what.changes_data());
    last.is_some_and(|last| life.iter().take(last).any(|row| asked(row.what)))
}

/// Tells the requester once what was understood and what comes next; again after a correction.
pub(super) fn acknowledge(draft: &mut Draft<'_>) {
    if draft.request.acknowledged {
        return;
    }
    draft.request.acknowledged = true;
    let names = |draft: &Draft<'_>| -> Vec<String> {
        draft
            .request
            .holders()
            .into_iter()
            .map(|p| p.name.clone())
            .collect()
    };
    let by = names(draft);
    let next = match &draft.request.state {
        State::AwaitingApproval(state) => Next::Approval {
            by,
            role: role_name(draft.office, &state.role),
        },
        _ => Next::Work { by },
    };
    let summary = draft.summary();
    let corrected = corrected(draft);
    draft.tell_requester(Acknowledgement {
        summary,
        next,
        corrected,
    });
}
