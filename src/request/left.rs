//! "Ya no trabaja aquí": the directory is out of date, which only the desk's people can mend.
//! Nobody is asked instead by a rule: whose post it was is no longer known. The step is tried again
//! each working day, so that it goes on as soon as the directory names the next holder.

use super::draft::Draft;
use super::{AttentionReason, Happened, Outcome, Stepped, advance, cut, instead};
use crate::office::PersonId;

/// Somebody does not work there any more; told once.
pub(super) fn left(mut draft: Draft<'_>, person: &PersonId, text: &str) -> Stepped {
    let name = instead::name_of(draft.office, person);
    let told = |row: &super::TimelineRow| row.what == Happened::Left && row.who == name;
    if draft.request.timeline.iter().any(told) {
        return draft.finish(Outcome::Nothing);
    }
    draft.happened(Happened::Left, &name);
    let said = cut(text, 300);
    advance::attention(&mut draft, AttentionReason::Left, &name, &said);
    draft.finish(Outcome::HandedToDesk)
}
