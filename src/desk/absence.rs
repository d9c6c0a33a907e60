//! Absences that operators told of, laid over the directory.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::ledger::Ledger;
use super::world::{DeskError, World};
use crate::office::{Absence, Office, PersonId, Substitute};
use crate::points::{self, Point};
use crate::request::{Act, Event, Operated, Party, RequestId};
use crate::store::{Books, ToldAbsence};

/// The office as it is today: the configuration's, with the absences that operators told of.
///
/// # Errors
/// The store failed.
pub(super) fn office_today<'a>(
    books: &Books<'_>,
    world: &'a World,
) -> Result<Cow<'a, Office>, DeskError> {
    let told = books.absences(today(world))?;
    if told.is_empty() {
        return Ok(Cow::Borrowed(&world.office));
    }
    let mut office = (*world.office).clone();
    for absence in told {
        lay_over(&mut office, absence);
    }
    Ok(Cow::Owned(office))
}

fn today(world: &World) -> NaiveDate {
    let calendar = &world.office.calendar;
    calendar.local(world.clock.now(), None).date_naive()
}

fn lay_over(office: &mut Office, told: ToldAbsence) {
    let people = &mut office.directory.people;
    let Some(person) = people.iter_mut().find(|p| p.id == told.person) else {
        return;
    };
    let (from, until) = (told.from, told.until);
    person.absences.push(Absence { from, until });
    if let Some(substitute) = told.substitute {
        let substitute = Substitute {
            person: substitute,
            from: Some(from),
            until: Some(until),
        };
        // Whom the operator named comes before those of the directory.
        person.substitutes.insert(0, substitute);
    }
}

/// Sees to the open requests of one absence that has begun. Returns whether there was one.
///
/// # Errors
/// The store failed.
pub fn turn(world: &World) -> Result<bool, DeskError> {
    let (own, now) = (world.clone(), world.clock.now());
    let begun = world.store.transact(move |books| {
        let Some(absence) = books.absence_to_begin(today(&own))? else {
            return Ok(false);
        };
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        begin(&ledger, &absence)?;
        points::here(Point::BeginningAbsence);
        Ok::<_, DeskError>(true)
    })?;
    if begun {
        points::here(Point::BegunAbsence);
    }
    Ok(begun)
}

/// Has who stands in asked for everything that waits for the person. Returns for how many requests.
pub(super) fn begin(ledger: &Ledger<'_>, absence: &ToldAbsence) -> Result<usize, DeskError> {
    let waiting = waiting_for(ledger, &absence.person)?;
    for request in &waiting {
        let act = Act::Away {
            person: absence.person.clone(),
            until: Some(absence.until),
        };
        let operated = Operated::new(absence.by.clone(), absence.reason.clone(), act);
        ledger.apply(*request, &Event::Operated(operated))?;
    }
    ledger.books.absence_begun(absence.id)?;
    Ok(waiting.len())
}

/// Open requests that wait for a person.
fn waiting_for(ledger: &Ledger<'_>, person: &PersonId) -> Result<Vec<RequestId>, DeskError> {
    let theirs = |party: &&Party| party.person.as_ref() == Some(person);
    let mut found = vec![];
    for number in ledger.books.numbers(false)? {
        let Some(id) = ledger.books.id_of_number(&number)? else {
            continue;
        };
        match ledger.books.request(id) {
            Ok(Some(request)) if request.holders().iter().any(theirs) => found.push(id),
            Ok(_) => {}
            // One that cannot be read must not keep the others from being seen to.
            Err(error) => tracing::error!(request = %number, %error, "request cannot be read"),
        }
    }
    found.reverse();
    Ok(found)
}
