//! A question of the executor goes to the requester, whose answer comes back to the executor with
//! its files (see `awaiting_work`). The work and its clock go on meanwhile.

use super::draft::Draft;
use super::{Answer, AskedFor, Happened, Outcome, Question, Stepped, cut, work_done};

/// Passes a question on, with its author in copy.
pub(super) fn pass_on(mut draft: Draft<'_>, answer: &Answer) -> Stepped {
    ask(&mut draft, answer);
    draft.finish(Outcome::PassedOn)
}

/// Asks the requester.
pub(super) fn ask(draft: &mut Draft<'_>, answer: &Answer) {
    draft.happened(Happened::Asked, &answer.by.name);
    let message = Question {
        summary: draft.summary(),
        by: answer.by.name.clone(),
        text: cut(answer.reason.as_deref().unwrap_or(&answer.text), 2_000),
        // An executor who names a condition for going on asks for it.
        conditional: false,
    };
    let files = work_done::handed_on(draft, answer);
    for party in draft.requesters() {
        draft.ask_with_files(&party, AskedFor::Data, message.clone(), files.clone());
    }
    draft.tell(&answer.by, message);
}
