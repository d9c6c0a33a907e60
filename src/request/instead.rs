//! Who is asked for a decision, and who may answer: the holders of the role, and who stands in for
//! one of them who is away, cannot be reached, or asks for themselves.
//!
//! Substitution is one step deep: who stands in is a substitute of the holder, never a substitute's
//! substitute, so that it cannot go round. Being slow is no reason.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::draft::Draft;
use super::{Asked, Further, Happened, Motive, Party, Request};
use crate::office::{Office, Person, PersonId, RoleId};

/// The longest absence that is followed day by day.
const LONGEST_ABSENCE: u64 = 400;

/// Which of those asked somebody answers for: themselves, a shared mailbox that they read, or who
/// was asked in their place.
pub(super) fn answers_for(draft: &Draft<'_>, asked: &[Asked], by: &Party) -> Option<usize> {
    let directory = &draft.office.directory;
    let own = asked.iter().position(|one| {
        let entry = one
            .party
            .person
            .as_ref()
            .and_then(|id| directory.person(id));
        let reads =
            |person: &PersonId| entry.is_some_and(|e| e.shared && e.members.contains(person));
        one.party.is(by) || by.person.as_ref().is_some_and(reads)
    });
    let stood_in_for = |one: &Asked| {
        by.person.is_some() && one.standing_in_for == by.person && one.motive != OWN_REQUEST
    };
    own.or_else(|| asked.iter().position(stood_in_for))
}

const OWN_REQUEST: Option<Motive> = Some(Motive::OwnRequest);

/// Whether the directory of today still lets somebody who was asked decide.
pub(super) fn may_still(draft: &Draft<'_>, role: &RoleId, asked: &Asked) -> bool {
    let (directory, request) = (&draft.office.directory, &draft.request);
    let Some(id) = &asked.party.person else {
        return true;
    };
    let Some(person) = directory.person(id) else {
        return false;
    };
    if asked.motive == Some(Motive::Assigned) {
        return true;
    }
    let holds = |p: &Person| p.holds(role, request.region(), request.programme());
    let day = draft.today();
    match &asked.standing_in_for {
        Some(holder) => directory.person(holder).is_some_and(|holder| {
            let may = |s: &crate::office::Substitute| {
                &s.person == id
                    && s.from.is_none_or(|from| from <= day)
                    && s.until.is_none_or(|until| day <= until)
            };
            holds(holder) && holder.substitutes.iter().any(may)
        }),
        None => {
            let reads = |p: &Person| p.shared && p.members.contains(id) && holds(p);
            holds(person) || directory.people.iter().any(reads)
        }
    }
}

/// The further steps that the directory of today still leaves to somebody who was asked for them in
/// the same mail; the first that it does not ends the row.
pub(super) fn also_still(draft: &Draft<'_>, asked: &Asked) -> Vec<Further> {
    let steps = draft.request.steps();
    let theirs = |further: &&Further| {
        let one = Asked {
            standing_in_for: further.standing_in_for.clone(),
            motive: further.motive,
            ..asked.clone()
        };
        let step = steps.get(further.step);
        step.is_some_and(|step| may_still(draft, &step.role, &one))
    };
    asked.also.iter().take_while(theirs).cloned().collect()
}

/// Who is asked for a role today: each holder, or who acts for one who cannot.
///
/// `due`: whoever is back long enough before is waited for.
pub(super) fn approvers(draft: &Draft<'_>, role: &RoleId, due: DateTime<Utc>) -> Vec<Asked> {
    let request = &draft.request;
    let directory = &draft.office.directory;
    let holders = directory.addressed(role, request.region(), request.programme());
    let mut asked: Vec<Asked> = vec![];
    for holder in holders {
        for one in acting(draft, holder, due) {
            if !asked.iter().any(|a| a.party.is(&one.party)) {
                asked.push(one);
            }
        }
    }
    asked
}

/// Who acts for one holder; nobody where they may not decide and nobody stands in.
fn acting(draft: &Draft<'_>, holder: &Person, due: DateTime<Utc>) -> Vec<Asked> {
    let own = draft.request.requester.person.as_ref() == Some(&holder.id);
    let reached = reached(&draft.request, holder);
    let motive = if own {
        Some(Motive::OwnRequest)
    } else if reached.is_none() {
        Some(Motive::Unreachable)
    } else {
        away(draft, holder, due)
    };
    let Some(motive) = motive else {
        return reached
            .map(|party| asked(party, None))
            .into_iter()
            .collect();
    };
    let others = standing_in(draft, holder, motive);
    if others.is_empty() && !own {
        return reached
            .map(|party| asked(party, None))
            .into_iter()
            .collect();
    }
    others
}

fn asked(party: Party, stands_in: Option<(PersonId, Motive)>) -> Asked {
    let (standing_in_for, motive) = stands_in.unzip();
    Asked {
        party,
        standing_in_for,
        motive,
        delegated_by: None,
        also: vec![],
        unclear: 0,
    }
}

/// The first substitute who is there and is not the requester; the readers of a shared mailbox.
fn standing_in(draft: &Draft<'_>, holder: &Person, motive: Motive) -> Vec<Asked> {
    let (directory, request) = (&draft.office.directory, &draft.request);
    let day = draft.today();
    let can = |person: &Person| {
        let is_requester = request.requester.person.as_ref() == Some(&person.id);
        let away = person.is_absent(day) || says_away(request, &person.id, day);
        reached(request, person).filter(|_| !is_requester && !away)
    };
    if holder.shared {
        let members = holder.members.iter().filter_map(|id| directory.person(id));
        return members.filter_map(can).map(|p| asked(p, None)).collect();
    }
    let first = directory.substitutes(holder, day).find_map(can);
    first
        .map(|party| asked(party, Some((holder.id.clone(), motive))))
        .into_iter()
        .collect()
}

/// The first address of somebody from which no mail came back; none where all did.
pub(super) fn reached(request: &Request, person: &Person) -> Option<Party> {
    let dead = |address: &str| is_dead(request, address);
    let address = person.addresses.iter().find(|a| !dead(a))?;
    Some(Party {
        address: address.clone(),
        ..Party::of(person)
    })
}

/// Whether a mail of this request to the address came back for good.
pub(super) fn is_dead(request: &Request, address: &str) -> bool {
    let came_back = |row: &super::TimelineRow| {
        row.what == Happened::Unreachable && row.who.eq_ignore_ascii_case(address)
    };
    request.timeline.iter().any(came_back)
}

/// Whether the mailbox of somebody says that they do not work there any more.
pub(super) fn has_left(draft: &Draft<'_>, person: &Person) -> bool {
    let timeline = draft.request.timeline.iter();
    let mut left = timeline.filter(|row| row.what == Happened::Left);
    left.any(|row| row.who == person.name)
}

/// Whether mail to somebody has no sense any more: it comes back, or they have left.
pub(super) fn is_gone(draft: &Draft<'_>, party: &Party) -> bool {
    let person = party.person.as_ref();
    let person = person.and_then(|id| draft.office.directory.person(id));
    is_dead(&draft.request, &party.address) || person.is_some_and(|p| has_left(draft, p))
}

fn says_away(request: &Request, person: &PersonId, day: NaiveDate) -> bool {
    let now = |a: &&super::Away| &a.person == person && a.until.is_none_or(|until| day <= until);
    request.away.iter().any(|a| now(&a))
}

/// Why a holder is not asked today: away, and not back with half of the step's time left.
fn away(draft: &Draft<'_>, holder: &Person, due: DateTime<Utc>) -> Option<Motive> {
    let day = draft.today();
    let motive = if holder.is_absent(day) {
        Motive::Absent
    } else if says_away(&draft.request, &holder.id, day) {
        Motive::OutOfOffice
    } else {
        return None;
    };
    let back = back(draft, holder);
    let in_time = back.is_some_and(|back| is_in_time(draft, back, due));
    (!in_time).then_some(motive)
}

/// The first working moment after an absence; none where its end is not known.
pub(super) fn back(draft: &Draft<'_>, person: &Person) -> Option<DateTime<Utc>> {
    let request = &draft.request;
    let first = draft.today();
    let mut days = (0..LONGEST_ABSENCE).filter_map(|n| first.checked_add_days(Days::new(n)));
    let is_there =
        |day: &NaiveDate| !person.is_absent(*day) && !says_away(request, &person.id, *day);
    let day = days.find(is_there)?;
    let calendar = &draft.office.calendar;
    let morning = calendar.instant(day.and_time(chrono::NaiveTime::MIN), request.region());
    Some(calendar.next_open(morning.max(draft.now), request.region()))
}

/// Whether half of the time that is left until `due` remains after somebody's return.
fn is_in_time(draft: &Draft<'_>, back: DateTime<Utc>, due: DateTime<Utc>) -> bool {
    let region = draft.request.clock_region(draft.office);
    let time = |from| draft.office.calendar.working_time(from, due, region);
    let remains = time(back);
    remains > chrono::TimeDelta::zero() && remains * 2 >= time(draft.now)
}

/// Whether somebody is away today, by the directory or by their own automatic answer.
pub(super) fn is_away(draft: &Draft<'_>, person: &Person) -> bool {
    let day = draft.today();
    person.is_absent(day) || says_away(&draft.request, &person.id, day)
}

/// The last day of an absence that goes on today, where it is known.
pub(super) fn away_until(draft: &Draft<'_>, person: &Person) -> Option<NaiveDate> {
    let back = back(draft, person).filter(|_| is_away(draft, person))?;
    let region = draft.request.region();
    let day = draft.office.calendar.local(back, region).date_naive();
    // The last day away, and not the Sunday before the return.
    let mut days = (1..8).filter_map(|n| day.checked_sub_days(Days::new(n)));
    days.find(|d| person.is_absent(*d) || says_away(&draft.request, &person.id, *d))
}

/// The name of somebody of the directory.
pub(super) fn name_of(office: &Office, id: &PersonId) -> String {
    let person = office.directory.person(id);
    person.map_or_else(|| id.0.clone(), |p| p.name.clone())
}

/// The next address of somebody who was asked for work, now that this one is dead.
pub(super) fn elsewhere(draft: &Draft<'_>, asked: &Asked) -> Option<Asked> {
    let id = asked.party.person.as_ref()?;
    let person = draft.office.directory.person(id)?;
    let dead = |address: &str| address == asked.party.address || is_dead(&draft.request, address);
    let address = person.addresses.iter().find(|a| !dead(a))?;
    let mut next = asked.clone();
    next.party.address.clone_from(address);
    Some(next)
}

/// Whom to ask for work instead of somebody who is away or cannot be reached: the readers of a
/// shared mailbox, else the first substitute; nobody who was asked already.
pub(super) fn instead_of(
    draft: &Draft<'_>,
    asked: &[Asked],
    index: usize,
    motive: Motive,
) -> Vec<Asked> {
    let directory = &draft.office.directory;
    let Some(one) = asked.get(index) else {
        return vec![];
    };
    // A substitute's place is taken by the next substitute of the same holder.
    let holder = one.standing_in_for.as_ref().or(one.party.person.as_ref());
    let Some(holder) = holder.and_then(|id| directory.person(id)) else {
        return vec![];
    };
    let gone = one.party.person.as_ref();
    let new = |a: &Asked| a.party.person.as_ref() != gone;
    let new = |a: &Asked| new(a) && !asked.iter().any(|b| b.party.is(&a.party));
    standing_in(draft, holder, motive)
        .into_iter()
        .filter(new)
        .collect()
}
