//! What every state does alike.

use chrono::{DateTime, Utc};

use super::draft::Draft;
use super::{
    AlreadyReceived, Answer, AnswerNotCounted, Approved, Asked, AskedFor, AttentionReason, Breach,
    Closed, Comment, CommentKind, DeadlineWarning, DecisionUnclear, Ending, Happened, Kept,
    NotCounted, Outcome, Party, Proof, Question, State, Status, Stepped, Undeliverable, Verdict,
    WakeReason, Withdrawn, advance, cut, unconfirmed,
};

/// "How far is it?"
pub(super) fn status(mut draft: Draft<'_>, by: &Party) -> Stepped {
    let message = how_far(&draft);
    draft.tell(by, message);
    draft.finish(Outcome::StatusTold)
}

/// Who has it, since when, and until when.
fn how_far(draft: &Draft<'_>) -> Status {
    let open = draft.request.holds.last().filter(|h| h.until.is_none());
    Status {
        summary: draft.summary(),
        waiting_for: draft.request.state.waiting_for(),
        held_by: draft.request.held_by(),
        asked_at: open.map(|h| h.from),
        due: match &draft.request.state {
            State::AwaitingApproval(state) => Some(state.due),
            State::AwaitingData(_)
            | State::AwaitingConfirmation(_)
            | State::AwaitingWork(_)
            | State::Closed(_) => None,
        },
        timeline: draft.request.timeline.clone(),
    }
}

/// The same request again; `files`: what the first mail did not bring.
pub(super) fn sent_again(mut draft: Draft<'_>, by: &Party, files: &[String]) -> Stepped {
    draft.happened(Happened::SentAgain, &by.shown());
    let message = AlreadyReceived {
        summary: draft.summary(),
        received_at: draft.request.opened_at,
        waiting_for: draft.request.state.waiting_for(),
        files: files.to_vec(),
    };
    draft.tell(by, message);
    draft.finish(Outcome::ToldReceived)
}

/// Somebody who was not asked wrote: kept; where it would decide something, who was is told.
pub(super) fn remark(mut draft: Draft<'_>, by: &Party, text: &str, decides: bool) -> Stepped {
    if decides {
        let holders: Vec<Party> = draft.request.holders().into_iter().cloned().collect();
        for party in &holders {
            let name = |party: &Party| party.name.trim().to_lowercase();
            let message = Comment {
                summary: draft.summary(),
                by: by.name.clone(),
                address: by.address.clone(),
                text: cut(text, 300),
                kind: match party.is(by) || name(party) == name(by) {
                    true => CommentKind::YourName,
                    false => CommentKind::NotAsked,
                },
            };
            draft.tell(party, message);
        }
    }
    comment(draft, by)
}

/// Somebody wrote something that decides nothing: kept.
pub(super) fn comment(mut draft: Draft<'_>, by: &Party) -> Stepped {
    draft.happened(Happened::Commented, &by.shown());
    draft.finish(Outcome::Commented)
}

/// An answer to something that is not asked in this state. "Yes, it is mine" once more changes
/// nothing, and is told nothing.
pub(super) fn not_asked(draft: Draft<'_>, answer: &Answer) -> Stepped {
    if answer.about == AskedFor::Confirmation && answer.verdict == Verdict::Approve {
        return comment(draft, &answer.by);
    }
    not_counted(draft, answer, NotCounted::NotAsked, None)
}

/// The requester takes it back; whoever holds it is told.
pub(super) fn withdraw(mut draft: Draft<'_>, by: &Party, proof: &Proof) -> Stepped {
    if !draft.request.is_requesters(by) {
        return comment(draft, by);
    }
    if let Proof::Confirm(_) = proof {
        unconfirmed::keep(&mut draft, by, Kept::Withdrawal);
        return draft.finish(Outcome::ConfirmationAsked);
    }
    let holders: Vec<Party> = match draft.request.state {
        State::AwaitingApproval(_) | State::AwaitingWork(_) => {
            draft.request.holders().into_iter().cloned().collect()
        }
        _ => vec![],
    };
    close(&mut draft, Ending::Withdrawn, by);
    draft.happened(Happened::Withdrawn, &by.name);
    let message = Withdrawn {
        summary: draft.summary(),
        by: by.name.clone(),
    };
    draft.tell_requester(message.clone());
    for party in &holders {
        draft.tell(party, message.clone());
    }
    draft.finish(Outcome::Withdrawn)
}

/// Goes over to the end.
pub(super) fn close(draft: &mut Draft<'_>, ending: Ending, by: &Party) {
    let at = draft.now;
    draft.enter(State::Closed(Closed {
        ending,
        by: by.clone(),
        at,
    }));
}

/// An answer that does not count; its sender is told why.
pub(super) fn not_counted(
    mut draft: Draft<'_>,
    answer: &Answer,
    why: NotCounted,
    decided_by: Option<Approved>,
) -> Stepped {
    // Thanks, or an automatic answer that shows no sign of being one: no answer, or it never ends.
    if answer.verdict == Verdict::Unclear {
        return comment(draft, &answer.by);
    }
    let summary = draft.summary();
    draft.tell(
        &answer.by,
        AnswerNotCounted {
            summary,
            why,
            decided_by,
        },
    );
    draft.finish(match why {
        NotCounted::AlreadyDecided | NotCounted::AfterRejection => Outcome::RefusedAlreadyDecided,
        NotCounted::Changed => Outcome::RefusedChanged,
        NotCounted::Withdrawn | NotCounted::Closed => Outcome::RefusedClosed,
        NotCounted::NotAsked => Outcome::RefusedNotAsked,
    })
}

/// A question or condition goes to the requester, with its author in copy.
pub(super) fn pass_on(mut draft: Draft<'_>, answer: &Answer) -> Stepped {
    draft.happened(Happened::Asked, &answer.by.name);
    let message = Question {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        text: cut(answer.reason.as_deref().unwrap_or(&answer.text), 2_000),
        conditional: answer.verdict == Verdict::Conditional,
    };
    for party in draft.requesters() {
        draft.ask(&party, AskedFor::Data, message.clone());
    }
    draft.tell(&answer.by, message);
    draft.finish(Outcome::PassedOn)
}

/// An answer that cannot be understood is asked again once; the second goes to a person.
pub(super) fn unclear(mut draft: Draft<'_>, answer: &Answer, times: u32) -> Stepped {
    let said = cut(&answer.text, 300);
    if times >= 2 {
        let name = answer.by.name.clone();
        advance::attention(&mut draft, AttentionReason::UnclearTwice, &name, &said);
        return draft.finish(Outcome::HandedToDesk);
    }
    let message = DecisionUnclear {
        summary: draft.summary(),
        said,
        due: wanted_by(&draft),
        persons: vec![],
    };
    draft.ask(&answer.by, answer.about, message);
    draft.finish(Outcome::AskedAgain)
}

/// When the answer of whoever holds the request is wanted; none while the clock stands still.
pub(super) fn wanted_by(draft: &Draft<'_>) -> Option<DateTime<Utc>> {
    match &draft.request.state {
        State::AwaitingApproval(state) => Some(state.due),
        State::AwaitingWork(_) | State::AwaitingConfirmation(_) | State::AwaitingData(_) => {
            draft.request.deadline(draft.office, draft.now)
        }
        State::Closed(_) => None,
    }
}

/// "Somebody else must answer this": a person of the desk decides.
pub(super) fn delegated(mut draft: Draft<'_>, answer: &Answer) -> Stepped {
    draft.happened(Happened::Commented, &answer.by.name);
    let (name, said) = (answer.by.name.clone(), cut(&answer.text, 300));
    advance::attention(&mut draft, AttentionReason::Delegated, &name, &said);
    draft.finish(Outcome::HandedToDesk)
}

/// The authority says that the request is not theirs.
pub(super) fn disown(mut draft: Draft<'_>, answer: &Answer) -> Stepped {
    let requester = draft.request.requester.clone();
    close(&mut draft, Ending::Disowned, &requester);
    draft.happened(Happened::Disowned, &requester.name);
    let said = cut(&answer.text, 300);
    advance::attention(
        &mut draft,
        AttentionReason::Disowned,
        &requester.name,
        &said,
    );
    draft.finish(Outcome::Disowned)
}

/// The requester did not answer, reminded once: a person of the desk decides what becomes of it.
pub(super) fn forgotten(mut draft: Draft<'_>) -> Stepped {
    let now = Some(draft.now);
    match &mut draft.request.state {
        State::AwaitingData(state) => (state.forgotten, state.stirred_at) = (true, now),
        State::AwaitingConfirmation(state) => (state.forgotten, state.stirred_at) = (true, now),
        State::AwaitingApproval(_) | State::AwaitingWork(_) | State::Closed(_) => {}
    }
    let name = draft.request.requester.name.clone();
    advance::attention(&mut draft, AttentionReason::NoAnswer, &name, "");
    draft.quiet();
    draft.finish(Outcome::HandedToDesk)
}

/// Warnings and the breach.
pub(super) fn late(mut draft: Draft<'_>, reason: WakeReason) -> Stepped {
    let held_by = draft.request.held_by();
    let summary = draft.summary();
    let outcome = match reason {
        WakeReason::Warning(percent) => {
            draft.request.warned = draft.request.warned.max(percent);
            draft.happened(Happened::Warned, "");
            draft.tell_escalation(
                None,
                DeadlineWarning {
                    summary,
                    percent,
                    held_by,
                },
            );
            Outcome::Warned
        }
        WakeReason::Breach => {
            draft.request.warned = 100;
            draft.happened(Happened::Breached, "");
            let timeline = draft.request.timeline.clone();
            draft.tell_escalation(
                None,
                Breach {
                    summary,
                    held_by,
                    timeline,
                },
            );
            Outcome::Escalated
        }
        WakeReason::DeadlineMoved { .. } => deadline_moved(&mut draft),
        WakeReason::Reminder
        | WakeReason::Forgotten
        | WakeReason::Overdue
        | WakeReason::Still
        | WakeReason::Look => Outcome::Nothing,
    };
    draft.quiet();
    draft.finish(outcome)
}

/// The calendar has changed: whoever was promised an answer by another time is told the new one,
/// and no step ends while the office is closed.
fn deadline_moved(draft: &mut Draft<'_>) -> Outcome {
    draft.happened(Happened::DeadlineMoved, "");
    let region = draft.request.clock_region(draft.office).map(str::to_owned);
    if let State::AwaitingApproval(state) = &mut draft.request.state
        && state.due > draft.now
    {
        state.due = draft
            .office
            .calendar
            .next_open(state.due, region.as_deref());
    }
    if draft.request.acknowledged {
        let message = how_far(draft);
        draft.tell_requester(message);
    }
    Outcome::DeadlineMoved
}

/// An address that nobody can reach is told to the desk's people, once: each mail that was under
/// way to it comes back.
pub(super) fn unreachable(draft: &mut Draft<'_>, address: &str, why: &str, others: &[Asked]) {
    let known = |row: &super::TimelineRow| row.what == Happened::Unreachable && row.who == address;
    if draft.request.timeline.iter().any(known) {
        return;
    }
    draft.happened(Happened::Unreachable, address);
    tell_unreachable(draft, address, why, others);
}

/// Tells the desk's people of a dead address, and who was asked instead.
pub(super) fn tell_unreachable(draft: &mut Draft<'_>, address: &str, why: &str, others: &[Asked]) {
    let owner = draft.office.directory.by_address(address);
    let named = |one: &Asked| match (owner, &one.party.person) {
        // The same person, elsewhere.
        (Some(owner), Some(id)) if &owner.id == id => {
            format!("{} <{}>", one.party.name, one.party.address)
        }
        _ => one.party.name.clone(),
    };
    let asked_instead = others.iter().map(named).collect();
    let summary = Some(draft.summary());
    let message = Undeliverable {
        summary,
        address: address.to_owned(),
        why: why.to_owned(),
        asked_instead,
    };
    let role = draft.office.desk.triage_role.clone();
    draft.tell_role(&role, message);
}
