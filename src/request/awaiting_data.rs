//! A request that waits for data from its requester.

use super::draft::Draft;
use super::{
    Addition, AwaitingData, Event, Happened, NotCounted, Outcome, Proof, State, Stepped,
    WakeReason, advance, common,
};

pub(super) fn on(mut draft: Draft<'_>, state: AwaitingData, event: &Event) -> Stepped {
    match event {
        Event::Added(addition) => added(draft, addition),
        // Nobody but the requester is asked in this state: an approver's answer is an old one.
        Event::Answered(answer) => common::not_counted(draft, answer, NotCounted::Changed, None),
        Event::Commented {
            by, text, decides, ..
        } => common::remark(draft, by, text, *decides),
        Event::Withdrawn { by } => common::withdraw(draft, by),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by } => common::sent_again(draft, by),
        Event::Unreachable { address, why } => {
            common::unreachable(&mut draft, address, why);
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
        Event::Woken(reason) => common::late(draft, *reason),
    }
}

fn added(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    if !draft.request.is_requesters(&addition.by) {
        return common::comment(draft, &addition.by);
    }
    if common::take(&mut draft, addition) {
        draft.request.version += 1;
    }
    draft.happened(Happened::DataReceived, &addition.by.name);
    // A proven answer to a mail that showed the data is the word of whoever gave it.
    if let Proof::Counts(cell) = &addition.proof
        && addition.by.is(&draft.request.requester)
    {
        draft.request.confirmed = Some(cell.clone());
    }
    advance::advance(&mut draft);
    let outcome = match draft.request.state {
        State::AwaitingData(_) => Outcome::DataIncomplete,
        _ => Outcome::DataTaken,
    };
    draft.finish(outcome)
}
