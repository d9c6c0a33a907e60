//! Who may answer for somebody who was asked: who reads their mailbox, and who stands in.

use super::draft::Draft;
use super::{Asked, Party};
use crate::office::{Person, PersonId};

/// Which of those asked somebody answers for: themselves, or a shared mailbox that they read.
pub(super) fn answers_for(draft: &Draft<'_>, asked: &[Asked], by: &Party) -> Option<usize> {
    let directory = &draft.office.directory;
    asked.iter().position(|one| {
        let entry = one
            .party
            .person
            .as_ref()
            .and_then(|id| directory.person(id));
        let reads =
            |person: &PersonId| entry.is_some_and(|e| e.shared && e.members.contains(person));
        one.party.is(by) || by.person.as_ref().is_some_and(reads)
    })
}

/// Whom to ask instead of somebody who is away or cannot be reached: the readers of a shared
/// mailbox, else the first substitute; nobody who was asked already, nor the requester.
pub(super) fn instead_of(draft: &Draft<'_>, asked: &[Asked], index: usize) -> Vec<Asked> {
    let directory = &draft.office.directory;
    let Some(one) = asked.get(index) else {
        return vec![];
    };
    let Some(person) = one
        .party
        .person
        .as_ref()
        .and_then(|id| directory.person(id))
    else {
        return vec![];
    };
    let day = draft
        .office
        .calendar
        .local(draft.now, draft.request.region())
        .date_naive();
    let found: Vec<&Person> = if person.shared {
        let members = person.members.iter().filter_map(|id| directory.person(id));
        members.filter(|p| !p.is_absent(day)).collect()
    } else {
        directory.substitute(person, day).into_iter().collect()
    };
    let new = |p: &&Person| {
        let party = Party::of(p);
        !asked.iter().any(|a| a.party.is(&party)) && !draft.request.requester.is(&party)
    };
    let standing_in_for = (!person.shared).then(|| person.id.clone());
    found
        .into_iter()
        .filter(new)
        .map(|p| Asked {
            party: Party::of(p),
            standing_in_for: standing_in_for.clone(),
            unclear: 0,
        })
        .collect()
}
