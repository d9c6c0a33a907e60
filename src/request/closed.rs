//! A request that waits for nothing.

use super::draft::Draft;
use super::{
    Answer, Approved, Closed, Ending, Event, NotCounted, Outcome, Stepped, common, operated,
};

pub(super) fn on(draft: Draft<'_>, state: &Closed, event: &Event) -> Stepped {
    match event {
        Event::Answered(answer) => answered(draft, state, answer),
        // Courtesies do not come here (see `judge/answer.rs`): somebody must read these words.
        Event::Added(addition) => common::heard(draft, addition),
        Event::Commented { by, .. } | Event::Withdrawn { by, .. } => common::comment(draft, by),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by } => common::sent_again(draft, by),
        Event::Unreachable { .. } | Event::Away { .. } | Event::Woken(_) => {
            draft.finish(Outcome::Nothing)
        }
        Event::Operated(operated) => operated::on(draft, operated),
    }
}

fn answered(draft: Draft<'_>, state: &Closed, answer: &Answer) -> Stepped {
    let why = match state.ending {
        Ending::Withdrawn => NotCounted::Withdrawn,
        Ending::Rejected => NotCounted::AlreadyDecided,
        Ending::Done | Ending::NotDone | Ending::Disowned => NotCounted::Closed,
    };
    let decided = Approved {
        by: state.by.name.clone(),
        standing_in_for: None,
        role: String::new(),
        at: state.at,
        recorded: None,
    };
    common::not_counted(draft, answer, why, Some(decided))
}
