//! What an approver says about a step that is behind: until the work is done a rejection stops the
//! request, whatever it waits for; everything else changes nothing, and says so.

use super::draft::{Draft, approved};
use super::{
    Answer, AskedFor, AttentionReason, DecisionConfirmation, DecisionRecorded, Ending, Happened,
    NotCounted, Outcome, Party, Proof, Rejected, State, Stepped, Verdict, advance, common, cut,
    instead,
};
use crate::office::RoleId;

/// An answer about a step that is not open (any more).
pub(super) fn earlier(mut draft: Draft<'_>, answer: &Answer) -> Stepped {
    let AskedFor::Approval { step } = answer.about else {
        return common::not_counted(draft, answer, NotCounted::NotAsked, None);
    };
    let mut approvals = draft.request.approvals.iter();
    let Some(approval) = approvals.find(|a| a.step == step).cloned() else {
        let why = match answer.version == draft.request.version {
            true => NotCounted::NotAsked,
            false => NotCounted::Changed,
        };
        return common::not_counted(draft, answer, why, None);
    };
    // An approval that stands is for the data of today; an answer to an older mail is not.
    if answer.version < approval.version {
        return common::not_counted(draft, answer, NotCounted::Changed, None);
    }
    // Who holds a step that the desk recorded may stop it, as if they had approved it.
    let recorded = approval.is_recorded_for(&answer.by, &draft.request, draft.office);
    if !(approval.by.is(&answer.by) || recorded) || answer.verdict != Verdict::Reject {
        let decided = Some(approved(&approval, draft.office));
        return common::not_counted(draft, answer, NotCounted::AlreadyDecided, decided);
    }
    if let Proof::Confirm(_) = &answer.proof {
        let message = DecisionConfirmation {
            summary: draft.summary(),
            said: cut(&answer.text, 300),
            due: None,
            kept: false,
            approves: false,
        };
        let to = match recorded {
            true => &answer.by,
            false => &approval.by,
        };
        draft.ask(to, answer.about, message);
        return draft.finish(Outcome::ConfirmationAsked);
    }
    stop(&mut draft, answer, &approval.role);
    draft.finish(Outcome::Rejected)
}

/// A rejection ends the request; requester, those who approved before and everybody who was asked
/// for the step or the work are told.
pub(super) fn stop(draft: &mut Draft<'_>, answer: &Answer, role: &RoleId) {
    let asked = everybody(draft);
    let absent = stands_in_for(draft, answer);
    common::close(draft, Ending::Rejected, &answer.by);
    draft.happened(Happened::Rejected, &answer.by.name);
    let role = advance::role_name(draft.office, role);
    let recorded = DecisionRecorded {
        summary: draft.summary(),
        approved: false,
        role: role.clone(),
        standing_in_for: absent,
        reason: answer.reason.clone(),
        at: answer.received_at,
    };
    draft.tell(&answer.by, recorded);
    let message = Rejected {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        role,
        reason: answer.reason.clone(),
        at: answer.received_at,
    };
    draft.tell_requester(message.clone());
    let approvers = draft.request.approvals.iter().map(|a| a.by.clone());
    let mut told: Vec<Party> = draft.requesters();
    told.push(answer.by.clone());
    for party in approvers.chain(asked).collect::<Vec<_>>() {
        if !told.iter().any(|p| p.is(&party)) {
            draft.tell(&party, message.clone());
            told.push(party);
        }
    }
}

/// "Listo" for work that was stopped: a person must see whether it is to be undone.
pub(super) fn worked_against(draft: &mut Draft<'_>, answer: &Answer) {
    let ordered = draft.request.timeline.iter();
    let mut ordered = ordered.filter(|row| row.what == Happened::WorkAsked);
    let done = answer.about == AskedFor::Work
        && answer.verdict == Verdict::Done
        && matches!(answer.proof, Proof::Counts(_));
    if done && ordered.next().is_some() {
        let said = cut(&answer.text, 300);
        advance::attention(
            draft,
            AttentionReason::WorkedAgainst,
            &answer.by.name,
            &said,
        );
    }
}

/// For whom the one who answers was asked, where they stand in.
fn stands_in_for(draft: &Draft<'_>, answer: &Answer) -> Option<String> {
    let State::AwaitingApproval(state) = &draft.request.state else {
        return None;
    };
    let index = instead::answers_for(draft, &state.asked, &answer.by)?;
    let id = state.asked.get(index)?.standing_in_for.as_ref()?;
    (answer.by.person.as_ref() != Some(id)).then(|| instead::name_of(draft.office, id))
}

/// Everybody who was asked for what is open, and who took it.
pub(super) fn everybody(draft: &Draft<'_>) -> Vec<Party> {
    let (asked, claimed) = match &draft.request.state {
        State::AwaitingApproval(state) => (state.asked.as_slice(), None),
        State::AwaitingWork(state) => (state.asked.as_slice(), state.claimed.clone()),
        State::AwaitingData(_) | State::AwaitingConfirmation(_) | State::Closed(_) => {
            (&[][..], None)
        }
    };
    let mut all: Vec<Party> = claimed.into_iter().collect();
    for one in asked {
        if !all.iter().any(|p| p.is(&one.party)) {
            all.push(one.party.clone());
        }
    }
    all
}
