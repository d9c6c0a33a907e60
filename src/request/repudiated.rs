//! "No fui yo": a decision that bears somebody's name is not theirs, say they.
//!
//! Proven to be their word, it undoes what was done in their name. The approval is removed, and
//! every later one too, since whoever gave it was shown the removed one; the request has a new
//! version, so that nothing that was sent before counts any more, neither an old token nor "listo";
//! work stops; the desk's people are alerted. The same person is asked again, by a new mail with a
//! new token to the directory's address: they are warned now, and a request that nobody is asked
//! about would wait for nobody.
//!
//! Unproven, it stops nothing (anybody could halt the desk), but the desk's people are alerted all
//! the same and the person is asked at their own address.

use super::draft::Draft;
use super::{
    Approval, AskedFor, AttentionReason, Concern, DecisionConfirmation, DecisionRepudiated, Ending,
    Happened, Outcome, Party, Proof, State, Stepped, advance, common, cut, objection,
};
use chrono::{DateTime, Utc};

/// What was taken back.
struct Undone {
    /// The person whose name it bore.
    by: Party,
    role: String,
    at: DateTime<Utc>,
    approved: bool,
}

/// Somebody says that a decision or the request itself is not theirs.
pub(super) fn repudiated(mut draft: Draft<'_>, by: &Party, text: &str, proof: &Proof) -> Stepped {
    let own = draft.request.requester.is(by);
    let first = draft.request.approvals.iter().position(|a| a.by.is(by));
    let closed = match &draft.request.state {
        State::Closed(closed) => Some((closed.ending, closed.by.is(by))),
        _ => None,
    };
    if let Proof::Confirm(_) = proof {
        return unproven(draft, by, text);
    }
    match (closed, first) {
        (Some((Ending::Rejected, true)), _) => reopen_rejected(draft, by, text),
        (Some((Ending::Done | Ending::NotDone, _)), Some(_)) => {
            alert(draft, AttentionReason::RepudiatedAfterEnd, by, text)
        }
        (Some((Ending::Done | Ending::NotDone, _)), None) if own => {
            alert(draft, AttentionReason::RepudiatedAfterEnd, by, text)
        }
        (None, _) if own => disown(draft, by, text),
        (None, Some(first)) => {
            let dropped = draft.request.approvals.split_off(first);
            reopen(draft, by, text, dropped)
        }
        (Some(_), _) | (None, None) => alert(draft, AttentionReason::RepudiatedNothing, by, text),
    }
}

/// Nothing changes but that a person of the desk knows.
fn alert(mut draft: Draft<'_>, why: AttentionReason, by: &Party, text: &str) -> Stepped {
    draft.happened(Happened::Commented, &by.name);
    advance::attention(&mut draft, why, &by.name, &cut(text, 300));
    draft.finish(Outcome::HandedToDesk)
}

/// Nothing proves whose word it is.
fn unproven(mut draft: Draft<'_>, by: &Party, text: &str) -> Stepped {
    let request = &draft.request;
    let given = request.approvals.iter().find(|a| a.by.is(by));
    let asked = match given {
        _ if request.requester.is(by) => Some((&request.requester, AskedFor::Data)),
        Some(given) => Some((&given.by, AskedFor::Approval { step: given.step })),
        None => None,
    };
    let asked = asked.map(|(party, about)| (party.clone(), about));
    if let Some((party, about)) = &asked {
        let message = DecisionConfirmation {
            summary: draft.summary(),
            said: cut(text, 300),
            due: None,
            kept: false,
            approves: false,
        };
        draft.ask(party, *about, message);
    }
    let said = cut(text, 300);
    draft.happened(Happened::Commented, &by.name);
    advance::attention(
        &mut draft,
        AttentionReason::RepudiatedUnproven,
        &by.name,
        &said,
    );
    draft.finish(match asked {
        Some(_) => Outcome::ConfirmationAsked,
        None => Outcome::HandedToDesk,
    })
}

/// The request itself is not the requester's: it ends, and who has it stops.
fn disown(mut draft: Draft<'_>, by: &Party, text: &str) -> Stepped {
    let everybody = objection::everybody(&draft);
    let working = matches!(draft.request.state, State::AwaitingWork(_));
    common::close(&mut draft, Ending::Disowned, by);
    draft.happened(Happened::Disowned, &by.name);
    let undone = Undone {
        by: by.clone(),
        role: String::new(),
        at: draft.request.opened_at,
        approved: false,
    };
    let concern = match working {
        true => Concern::Executor,
        false => Concern::Approver,
    };
    let dropped: Vec<Party> = draft
        .request
        .approvals
        .iter()
        .map(|a| a.by.clone())
        .collect();
    let mut told = vec![by.clone()];
    tell(
        &mut draft,
        &undone,
        Concern::Own,
        std::slice::from_ref(by),
        &mut vec![],
    );
    tell(&mut draft, &undone, concern, &everybody, &mut told);
    tell(&mut draft, &undone, Concern::Approver, &dropped, &mut told);
    let said = cut(text, 300);
    advance::attention(&mut draft, AttentionReason::Disowned, &by.name, &said);
    draft.finish(Outcome::Disowned)
}

/// A rejection was not theirs: the step is open again.
fn reopen_rejected(mut draft: Draft<'_>, by: &Party, text: &str) -> Stepped {
    // Approvals that they are said to have given before it fall with it.
    let theirs = draft.request.approvals.iter().position(|a| a.by.is(by));
    let first = theirs.unwrap_or(draft.request.approvals.len());
    let dropped = draft.request.approvals.split_off(first);
    reopen(draft, by, text, dropped)
}

/// Takes the approvals back and asks again.
fn reopen(mut draft: Draft<'_>, by: &Party, text: &str, dropped: Vec<Approval>) -> Stepped {
    let everybody = objection::everybody(&draft);
    let working = matches!(draft.request.state, State::AwaitingWork(_));
    let undone = undone(&draft, by, &dropped);
    draft.request.version += 1;
    draft.happened(Happened::Repudiated, &by.name);
    let concern = match working {
        true => Concern::Executor,
        false => Concern::Approver,
    };
    let others: Vec<Party> = dropped.into_iter().map(|a| a.by).collect();
    let requesters = draft.requesters();
    let mut told: Vec<Party> = vec![];
    let own = std::slice::from_ref(by);
    tell(&mut draft, &undone, Concern::Own, own, &mut told);
    tell(&mut draft, &undone, concern, &everybody, &mut told);
    tell(&mut draft, &undone, Concern::Approver, &others, &mut told);
    tell(
        &mut draft,
        &undone,
        Concern::Requester,
        &requesters,
        &mut told,
    );
    let said = cut(text, 300);
    advance::attention(&mut draft, AttentionReason::Repudiated, &by.name, &said);
    advance::advance(&mut draft);
    draft.finish(Outcome::Repudiated)
}

/// What bore their name: the first of the approvals, else the rejection that ended it.
fn undone(draft: &Draft<'_>, by: &Party, dropped: &[Approval]) -> Undone {
    let first = dropped.first();
    let (at, role) = match (first, &draft.request.state) {
        (Some(approval), _) => (approval.at, Some(&approval.role)),
        (None, State::Closed(closed)) => {
            let step = draft.request.approvals.len();
            (closed.at, draft.request.steps().get(step).map(|s| &s.role))
        }
        (None, _) => (draft.now, None),
    };
    Undone {
        by: by.clone(),
        role: role.map_or_else(String::new, |role| advance::role_name(draft.office, role)),
        at,
        approved: first.is_some(),
    }
}

/// Tells each of them who was not told yet.
fn tell(
    draft: &mut Draft<'_>,
    undone: &Undone,
    concern: Concern,
    parties: &[Party],
    told: &mut Vec<Party>,
) {
    for party in parties {
        if told.iter().any(|p| p.is(party)) {
            continue;
        }
        told.push(party.clone());
        let message = DecisionRepudiated {
            summary: draft.summary(),
            by: undone.by.name.clone(),
            role: undone.role.clone(),
            at: undone.at,
            approved: undone.approved,
            concern,
        };
        draft.tell(party, message);
    }
}
