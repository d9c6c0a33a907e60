//! A request that waits for nothing.

use super::draft::Draft;
use super::{
    Answer, Approved, AskedFor, AttentionReason, Closed, Ending, Event, NotCounted, Outcome, Proof,
    Stepped, Verdict, added, advance, common, cut, objection, operated, repudiated,
};

pub(super) fn on(mut draft: Draft<'_>, state: &Closed, event: &Event) -> Stepped {
    match event {
        Event::Answered(answer) => answered(draft, state, answer),
        // Courtesies do not come here (see `judge/answer.rs`): somebody must read these words.
        Event::Added(addition) => added::heard(draft, addition),
        Event::Commented { by, .. } => common::comment(draft, by),
        // There is nothing left to take back: how it ended says so.
        Event::Withdrawn { by, .. } if draft.request.is_requesters(by) => common::status(draft, by),
        Event::Withdrawn { by, .. } => common::comment(draft, by),
        Event::StatusAsked { by } => common::status(draft, by),
        Event::SentAgain { by, files } => common::sent_again(draft, by, files),
        Event::Repudiated { by, text, proof } => repudiated::repudiated(draft, by, text, proof),
        // How it ended has not come to whoever waits for it: the desk's people tell them.
        Event::Unreachable { address, why } => {
            common::unreachable(&mut draft, address, why, &[]);
            draft.finish(Outcome::HandedToDesk)
        }
        Event::Away { .. } | Event::Left { .. } | Event::Woken(_) => draft.finish(Outcome::Nothing),
        Event::Operated(operated) => operated::on(draft, operated),
    }
}

fn answered(mut draft: Draft<'_>, state: &Closed, answer: &Answer) -> Stepped {
    let own = answer.by.is(&state.by) && matches!(answer.about, AskedFor::Approval { .. });
    let why = match state.ending {
        Ending::Rejected if own && answer.verdict == Verdict::Approve => NotCounted::AfterRejection,
        Ending::Withdrawn => NotCounted::Withdrawn,
        Ending::Rejected => NotCounted::AlreadyDecided,
        Ending::Done | Ending::NotDone | Ending::Disowned => NotCounted::Closed,
    };
    let decided = Approved {
        by: state.by.name.clone(),
        standing_in_for: None,
        motive: None,
        delegated_by: None,
        recorded: None,
        role: String::new(),
        at: state.at,
    };
    // An approver who objects when the work is done: only a person can still do something.
    let approved = draft.request.approvals.iter().any(|a| {
        a.by.is(&answer.by) || a.is_recorded_for(&answer.by, &draft.request, draft.office)
    });
    let done = matches!(state.ending, Ending::Done | Ending::NotDone);
    let counts = matches!(answer.proof, Proof::Counts(_));
    if done && counts && approved && answer.verdict == Verdict::Reject {
        let said = cut(&answer.text, 300);
        advance::attention(
            &mut draft,
            AttentionReason::AfterEnd,
            &answer.by.name,
            &said,
        );
    }
    if !done {
        objection::worked_against(&mut draft, answer);
    }
    common::not_counted(draft, answer, why, Some(decided))
}
