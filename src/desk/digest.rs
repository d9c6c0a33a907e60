//! The day at a glance, once each working day when the office opens.

use super::ledger::Ledger;
use super::world::{DeskError, World};
use crate::points::{self, Point};
use crate::request::{Digest, DigestBounce, DigestConfirmation, DigestMail, DigestRow, State};
use crate::store::{Books, CameBack, Parked};

const MARK: &str = "digest";
/// Mails and confirmations that one digest lists.
const MOST: usize = 50;

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
            mails: mails(books)?,
            bounced: bounced(books, &own)?,
            confirmations: confirmations(books, &own)?,
            held: books.count_held()?,
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

/// The mails that wait for a person, the oldest first.
fn mails(books: &Books<'_>) -> Result<Vec<DigestMail>, DeskError> {
    let parked = books.parked()?.into_iter().take(MOST);
    let row = |mail: Parked| DigestMail {
        input: mail.id,
        at: mail.received_at,
        from: mail.sender,
        subject: mail.subject,
        why: mail.reason,
    };
    Ok(parked.map(row).collect())
}

/// Addresses of the desk's own people from which the last mail came back: nobody else tells them.
fn bounced(books: &Books<'_>, world: &World) -> Result<Vec<DigestBounce>, DeskError> {
    let office = &world.office;
    let roles = [&office.desk.triage_role, &office.desk.escalation_role];
    let holders = |role| office.directory.holders(role, None, None);
    let people = roles.into_iter().flat_map(holders);
    let mut addresses: Vec<String> = people.flat_map(|p| p.addresses.clone()).collect();
    addresses.sort();
    addresses.dedup();
    let dead = books.dead_among(&addresses)?.into_iter();
    let row = |dead: CameBack| DigestBounce {
        address: dead.address,
        why: dead.why,
    };
    Ok(dead.map(row).collect())
}

/// "Is it yours?" and "did you write that?" that were not answered yet.
fn confirmations(books: &Books<'_>, world: &World) -> Result<Vec<DigestConfirmation>, DeskError> {
    let name = |address: &str| {
        let person = world.office.directory.by_address(address);
        person.map_or_else(|| address.to_owned(), |p| p.name.clone())
    };
    let asked = books.open_confirmations()?.into_iter();
    let mut open: Vec<DigestConfirmation> = asked
        .map(|open| DigestConfirmation {
            who: name(&open.address),
            number: open.number,
            at: open.at,
        })
        .collect();
    for number in books.numbers(false)? {
        // One that cannot be read stands among the open requests.
        let Ok(Some(found)) = books.find_request(&number) else {
            continue;
        };
        if let State::AwaitingConfirmation(state) = &found.request.state {
            open.retain(|o| o.number != number);
            open.push(DigestConfirmation {
                number,
                who: found.request.requester.name.clone(),
                at: state.asked_at,
            });
        }
    }
    open.sort_by(|a, b| (a.at, &a.number).cmp(&(b.at, &b.number)));
    open.truncate(MOST);
    Ok(open)
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
