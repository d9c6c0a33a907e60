//! A request that waits for the word of the authority that it is theirs.

use super::added::Taken;
use super::draft::Draft;
use super::{
    Answer, AskedFor, AttentionReason, AwaitingConfirmation, DecisionConfirmation, Event, Happened,
    NotCounted, OpeningConfirmation, Outcome, Party, Proof, State, Stepped, Verdict, WakeReason,
    added, advance, common, cut, left, operated, overdue, repudiated,
};

pub(super) fn on(mut draft: Draft<'_>, state: AwaitingConfirmation, event: &Event) -> Stepped {
    match event {
        Event::Answered(answer) => answered(draft, state, answer),
        Event::Added(addition) => {
            if !draft.request.is_requesters(&addition.by) {
                return common::comment(draft, &addition.by);
            }
            if let Proof::Confirm(_) = &addition.proof {
                return added::confirm(draft, addition);
            }
            if added::take(&mut draft, addition) == Taken::Data {
                // What was shown has changed: it is shown again, unless the authority wrote it.
                draft.happened(Happened::DataReceived, &addition.by.name);
                advance::advance(&mut draft);
                return draft.finish(Outcome::DataTaken);
            }
            added::while_confirmed(draft, addition)
        }
        Event::Commented {
            by, text, decides, ..
        } => common::remark(draft, by, text, *decides),
        Event::Withdrawn { by, proof } => common::withdraw(draft, by, proof),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by, files } => common::sent_again(draft, by, files),
        Event::Unreachable { address, why } => {
            common::unreachable(&mut draft, address, why, &[]);
            draft.finish(Outcome::HandedToDesk)
        }
        Event::Away { person, .. } => {
            if draft.request.requester.person.as_ref() != Some(person) {
                return draft.finish(Outcome::Nothing);
            }
            let name = draft.request.requester.name.clone();
            let reason = AttentionReason::AwayWithoutSubstitute;
            advance::attention(&mut draft, reason, &name, "");
            draft.finish(Outcome::HandedToDesk)
        }
        Event::Woken(WakeReason::Reminder) => reminded(draft, state),
        Event::Left { person, text } => left::left(draft, person, text),
        Event::Repudiated { by, text, proof } => repudiated::repudiated(draft, by, text, proof),
        Event::Woken(WakeReason::Forgotten) => common::forgotten(draft),
        Event::Woken(WakeReason::Still) => overdue::still_nothing(draft),
        Event::Woken(reason) => common::late(draft, *reason),
        Event::Operated(operated) => operated::on(draft, operated),
    }
}

fn answered(mut draft: Draft<'_>, mut state: AwaitingConfirmation, answer: &Answer) -> Stepped {
    let requester: Party = draft.request.requester.clone();
    if !answer.by.is(&requester) || answer.about != AskedFor::Confirmation {
        return common::not_counted(draft, answer, NotCounted::NotAsked, None);
    }
    if answer.version != draft.request.version {
        return common::not_counted(draft, answer, NotCounted::Changed, None);
    }
    let cell = match &answer.proof {
        Proof::Counts(cell) => cell.clone(),
        Proof::Confirm(_) => {
            let message = DecisionConfirmation {
                summary: draft.summary(),
                said: cut(&answer.text, 300),
                due: common::wanted_by(&draft),
                kept: false,
                approves: answer.verdict == Verdict::Approve,
            };
            draft.ask(&requester, AskedFor::Confirmation, message);
            return draft.finish(Outcome::ConfirmationAsked);
        }
    };
    match answer.verdict {
        Verdict::Approve => {
            draft.request.confirmed = Some(cell);
            draft.happened(Happened::Confirmed, &requester.name);
            advance::advance(&mut draft);
            draft.finish(Outcome::Confirmed)
        }
        Verdict::Reject => common::disown(draft, answer),
        Verdict::Conditional
        | Verdict::Question
        | Verdict::Done
        | Verdict::NotDone
        | Verdict::Delegate
        | Verdict::Claim
        | Verdict::Unclear => {
            state.unclear += 1;
            let times = state.unclear;
            draft.request.state = State::AwaitingConfirmation(state);
            common::unclear(draft, answer, times)
        }
    }
}

fn reminded(mut draft: Draft<'_>, state: AwaitingConfirmation) -> Stepped {
    if state.reminded {
        return draft.finish(Outcome::Nothing);
    }
    let requester = draft.request.requester.clone();
    let message = OpeningConfirmation {
        summary: draft.summary(),
        sender: draft.request.sender.name.clone(),
        own: draft.request.sender.is(&requester),
    };
    draft.ask_with_documents(&requester, AskedFor::Confirmation, message);
    draft.happened(Happened::Reminded, &requester.name);
    let state = AwaitingConfirmation {
        reminded: true,
        ..state
    };
    draft.request.state = State::AwaitingConfirmation(state);
    draft.quiet();
    draft.finish(Outcome::Reminded)
}
