//! The end of the work: done, or not to be done. The requester is told, and a copy goes to those
//! who approved; what the executor wrote and attached goes with it where the procedure hands it on.

use super::draft::Draft;
use super::{
    Answer, AwaitingWork, Claimed, DocumentRef, Ending, Happened, Message, NotDone, Outcome, Party,
    Resolution, Stepped, common, cut, partly_done,
};

/// The work is done.
pub(super) fn done(mut draft: Draft<'_>, state: &AwaitingWork, answer: &Answer) -> Stepped {
    let hand_on = draft.request.procedure.executor.hand_on_text;
    let persons = partly_done::all(&mut draft, answer);
    common::close(&mut draft, Ending::Done, &answer.by);
    draft.happened(Happened::Done, &answer.by.name);
    let message = Resolution {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        at: answer.received_at,
        text: (hand_on && !answer.text.is_empty()).then(|| cut(&answer.text, 2_000)),
        approvals: draft.approved(),
        persons,
    };
    tell_all(&mut draft, message, answer);
    // Where somebody had claimed it, the others know that it is not theirs.
    let mut others: Vec<Party> = match &state.claimed {
        Some(claimed) => vec![claimed.clone()],
        None => state.asked.iter().map(|a| a.party.clone()).collect(),
    };
    others.retain(|party| !party.is(&answer.by));
    let alone = state.claimed.is_none() && state.asked.len() < 2;
    // What an operator records, who has it in hand is told apart.
    let told = state.claimed.is_some() && draft.recorded.is_some();
    for other in others.iter().filter(|_| !alone && !told) {
        let message = Claimed {
            summary: draft.summary(),
            by: answer.by.name.clone(),
            done: true,
            handed_on: false,
        };
        draft.tell(other, message);
    }
    draft.finish(Outcome::Done)
}

/// The work cannot be done, or not what was left of it.
pub(super) fn not_done(mut draft: Draft<'_>, state: &AwaitingWork, answer: &Answer) -> Stepped {
    let done = partly_done::names(&draft.request);
    common::close(&mut draft, Ending::NotDone, &answer.by);
    draft.happened(Happened::NotDone, &answer.by.name);
    let message = NotDone {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        reason: answer.reason.clone(),
        at: answer.received_at,
        done,
    };
    let told = tell_all(&mut draft, message.clone(), answer);
    // Who was asked too need not do it any more. What an operator records, holders are told apart.
    let holders: Vec<Party> = match &state.claimed {
        Some(claimed) => vec![claimed.clone()],
        None => state.asked.iter().map(|a| a.party.clone()).collect(),
    };
    let known = |party: &Party| party.is(&answer.by) || told.iter().any(|t| t.is(party));
    for other in holders.iter().filter(|p| !known(p)) {
        if draft.recorded.is_none() && !reads(&draft, other, &answer.by) {
            draft.tell(other, message.clone());
        }
    }
    draft.finish(Outcome::NotDone)
}

/// Whether a mailbox is one that somebody reads.
fn reads(draft: &Draft<'_>, mailbox: &Party, by: &Party) -> bool {
    let entry = mailbox.person.as_ref();
    let entry = entry.and_then(|id| draft.office.directory.person(id));
    entry.is_some_and(|e| e.shared && by.person.as_ref().is_some_and(|id| e.members.contains(id)))
}

/// The requester, and a copy to those who approved. Returns who was told.
fn tell_all(draft: &mut Draft<'_>, message: impl Into<Message>, answer: &Answer) -> Vec<Party> {
    let message = message.into();
    let files = handed_on(draft, answer);
    let mut told: Vec<Party> = vec![];
    let approvers = draft.request.approvals.iter().map(|a| a.by.clone());
    let all: Vec<Party> = draft.requesters().into_iter().chain(approvers).collect();
    for party in all {
        if !told.iter().any(|p| p.is(&party)) {
            draft.tell_with_files(&party, message.clone(), files.clone());
            told.push(party);
        }
    }
    told
}

/// The files of an executor's answer, where the procedure hands on more than the template.
pub(super) fn handed_on(draft: &Draft<'_>, answer: &Answer) -> Vec<DocumentRef> {
    match draft.request.procedure.executor.hand_on_text {
        true => answer.documents.clone(),
        false => vec![],
    }
}
