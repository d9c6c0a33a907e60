//! A request that waits for data from its requester.

use super::draft::Draft;
use super::{
    Addition, Answer, AskedFor, AwaitingData, Event, Happened, NotCounted, Outcome, Proof, State,
    Stepped, Verdict, WakeReason, added, advance, common, left, operated, overdue, repudiated,
};

pub(super) fn on(mut draft: Draft<'_>, state: AwaitingData, event: &Event) -> Stepped {
    match event {
        Event::Added(addition) => add(draft, addition),
        Event::Answered(answer) => answered(draft, answer),
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
        Event::Away { .. } => draft.finish(Outcome::Nothing),
        Event::Woken(WakeReason::Reminder) => {
            if state.reminded {
                return draft.finish(Outcome::Nothing);
            }
            advance::advance(&mut draft);
            if let State::AwaitingData(state) = &mut draft.request.state {
                state.reminded = true;
            }
            draft.quiet();
            draft.finish(Outcome::Reminded)
        }
        Event::Left { person, text } => left::left(draft, person, text),
        Event::Repudiated { by, text, proof } => repudiated::repudiated(draft, by, text, proof),
        Event::Woken(WakeReason::Forgotten) => common::forgotten(draft),
        Event::Woken(WakeReason::Still) => overdue::still_nothing(draft),
        Event::Woken(reason) => common::late(draft, *reason),
        Event::Operated(operated) => operated::on(draft, operated),
    }
}

fn answered(draft: Draft<'_>, answer: &Answer) -> Stepped {
    let disowns = answer.about == AskedFor::Confirmation
        && answer.verdict == Verdict::Reject
        && answer.by.is(&draft.request.requester)
        && matches!(answer.proof, Proof::Counts(_));
    if disowns {
        return common::disown(draft, answer);
    }
    // Nobody but the requester is asked in this state: an approver's answer is an old one.
    common::not_counted(draft, answer, NotCounted::Changed, None)
}

fn add(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    if !draft.request.is_requesters(&addition.by) {
        return common::comment(draft, &addition.by);
    }
    let nothing = addition.fields.is_empty() && addition.invalid.is_empty();
    if nothing && addition.documents.is_empty() {
        return added::brought_nothing(draft, addition);
    }
    if let Proof::Confirm(_) = &addition.proof {
        return added::confirm(draft, addition);
    }
    added::take(&mut draft, addition);
    draft.happened(Happened::DataReceived, &addition.by.name);
    advance::advance(&mut draft);
    let outcome = match draft.request.state {
        State::AwaitingData(_) => Outcome::DataIncomplete,
        _ => Outcome::DataTaken,
    };
    draft.finish(outcome)
}
