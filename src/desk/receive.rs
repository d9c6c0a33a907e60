//! Takes mails from the mailbox into the store. A mail is a row before it is anything else.

use super::ledger::Ledger;
use super::mask;
use super::world::{DeskError, World};
use crate::mail::{self, Origin};
use crate::mailbox::{Listed, Mailbox, MailboxError, Uid};
use crate::request::{Notice, Party, TooLarge};
use crate::store::{Handled, Input, Place};

/// What a turn did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Mails stored, or set aside.
    pub taken: u32,
    /// Mails that could not be fetched this time.
    pub failed: u32,
}

/// Fetches every mail of the mailbox that is not in the store yet.
///
/// # Errors
/// The mailbox cannot be reached, or the store failed. A mail that cannot be fetched is no error:
/// it is tried again at the next turn, then set aside.
pub fn turn(mailbox: &mut Mailbox, world: &World) -> Result<Received, DeskError> {
    let mut received = Received::default();
    let new = unknown(world, mailbox.look()?)?;
    for (uid, listed) in mailbox.describe(&new)? {
        match take(mailbox, world, &uid, &listed) {
            Ok(()) => received.taken += 1,
            // Somebody moved or deleted it between the look and the fetch.
            Err(DeskError::Mailbox(MailboxError::Gone)) => {}
            Err(error @ DeskError::Mailbox(_)) => {
                tracing::warn!(uid = %uid.uid, %error, "mail could not be fetched");
                received.failed += 1;
                // The connection is gone: the others are taken at the next turn.
                return if received.taken > 0 {
                    Ok(received)
                } else {
                    Err(error)
                };
            }
            Err(error) => return Err(error),
        }
    }
    Ok(received)
}

fn unknown(world: &World, uids: Vec<Uid>) -> Result<Vec<Uid>, DeskError> {
    world.store.transact(move |books| {
        let mut new = vec![];
        for uid in uids {
            if !books.is_taken(&place(&uid))? {
                new.push(uid);
            }
        }
        Ok(new)
    })
}

fn place(uid: &Uid) -> Place {
    Place {
        validity: uid.validity,
        uid: uid.uid.clone(),
    }
}

fn take(mailbox: &mut Mailbox, world: &World, uid: &Uid, listed: &Listed) -> Result<(), DeskError> {
    let limits = &world.office.desk.limits;
    let (at, now) = (place(uid), world.clock.now());
    // The try is counted before the fetch: a mail that kills the connection, or this process, is
    // met a bounded number of times.
    let input: Input = world
        .store
        .transact(move |books| books.try_fetch(&at, now).map_err(DeskError::from))?;
    if input.tries > limits.tries {
        return set_aside(world, input.id, "cannot-be-fetched", None);
    }
    if listed.bytes > limits.mail_bytes {
        let header = mailbox.fetch(uid, true)?;
        return set_aside(world, input.id, "too-large", Some((&header, listed.bytes)));
    }
    let bytes = mailbox.fetch(uid, false)?;
    let received_at = listed.received_at.min(now);
    world.store.transact(move |books| {
        books
            .store_mail(input.id, &bytes, received_at)
            .map_err(DeskError::from)
    })?;
    tracing::info!(input = input.id, uid = %uid.uid, bytes = listed.bytes, "mail stored");
    Ok(())
}

/// Leaves a mail to a person; the sender of one that is too large is told so.
fn set_aside(
    world: &World,
    input: i64,
    reason: &str,
    too_large: Option<(&[u8], u64)>,
) -> Result<(), DeskError> {
    let notice = too_large.and_then(|(header, bytes)| answer(world, header, bytes));
    let own = world.clone();
    let now = world.clock.now();
    let reason = reason.to_owned();
    tracing::warn!(input, reason, "mail set aside for a person");
    world.store.transact(move |books| {
        if let Some(notice) = &notice {
            let ledger = Ledger {
                books,
                world: &own,
                input: Some(input),
                now,
            };
            ledger.tell(None, notice)?;
        }
        let handled = Handled {
            id: input,
            review: true,
            parked: true,
            reason,
        };
        Ok(books.handled(&handled)?)
    })
}

fn answer(world: &World, header: &[u8], bytes: u64) -> Option<Notice> {
    let letter = mail::parse(header, &world.office.desk);
    let from = letter.from?;
    // Strangers and machines get no answer: their address may be forged.
    let person = world.office.directory.by_address(&from.address)?;
    if letter.origin != Origin::Person {
        return None;
    }
    tracing::info!(to = %mask::address(&from.address), "told that the mail is too large");
    let limit = world.office.desk.limits.mail_bytes;
    let message = TooLarge {
        subject: letter.subject,
        bytes,
        limit,
    }
    .into();
    let due = world.clock.now();
    Some(Notice {
        to: Party::of(person),
        message,
        ask: None,
        due,
        documents: false,
    })
}
