//! The day at a glance, once each working day when the office opens.

use super::ledger::Ledger;
use super::world::{DeskError, World};
use crate::points::{self, Point};
use crate::request::{Digest, DigestRow};
use crate::store::Books;

const MARK: &str = "digest";

/// Sends the digest where today's is due. Returns whether it was.
///
/// # Errors
/// The store failed.
pub fn turn(world: &World) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let calendar = &world.office.calendar;
    let today = calendar.local(now, None).date_naive();
    if !calendar.is_open(now, None) {
        return Ok(false);
    }
    let own = world.clone();
    let told = world.store.transact(move |books| {
        let last = books.mark(MARK)?;
        let last_day = last.map(|at| own.office.calendar.local(at, None).date_naive());
        if last_day == Some(today) {
            return Ok(false);
        }
        books.set_mark(MARK, now)?;
        // On the first day there is nothing to look back on.
        let Some(last) = last else { return Ok(false) };
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        let message = Digest {
            date: today.to_string(),
            open: rows(books, &ledger)?,
            closed: books.count_closed_since(last)?,
            parked: books.count_inputs()?.parked,
        };
        ledger.tell_desk(&message.into(), None)?;
        points::here(Point::Digesting);
        Ok::<_, DeskError>(true)
    })?;
    if told {
        points::here(Point::Digested);
    }
    Ok(told)
}

fn rows(books: &Books<'_>, ledger: &Ledger<'_>) -> Result<Vec<DigestRow>, DeskError> {
    let office = &ledger.world.office;
    let mut rows: Vec<DigestRow> = vec![];
    for number in books.numbers(false)? {
        let request = match books.find_request(&number) {
            Ok(found) => found.map(|listing| listing.request),
            Err(error) => {
                tracing::error!(request = %number, %error, "request cannot be read");
                None
            }
        };
        // One that cannot be read is shown all the same: a person must look at it.
        let Some(request) = request else {
            rows.push(DigestRow {
                number,
                procedure: String::new(),
                held_by: String::new(),
                deadline: None,
                late: false,
            });
            continue;
        };
        let deadline = request.deadline(office, ledger.now);
        rows.push(DigestRow {
            number: request.number.clone(),
            procedure: request.procedure.name.clone(),
            held_by: request.held_by(),
            deadline,
            late: deadline.is_some_and(|d| d < ledger.now),
        });
    }
    // The most urgent first; those whose clock stands still last.
    rows.sort_by_key(|row| (row.deadline.is_none(), row.deadline, row.number.clone()));
    Ok(rows)
}
