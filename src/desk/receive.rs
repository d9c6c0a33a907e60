//! Takes mails from the mailbox into the store. A mail is a row before it is anything else.

use std::collections::BTreeSet;

use super::ledger::Ledger;
use super::mask;
use super::world::{DeskError, World, guarded};
use crate::mail::{self, Letter, Origin, SenderAuthentication};
use crate::mailbox::{Listed, Mailbox, MailboxError, Uid};
use crate::request::{Message, Notice, Party, TooLarge, Triage, TriageReason};
use crate::store::{Handled, Input, Place};

/// How many mails are described at once.
const AT_ONCE: usize = 200;

/// A mail that lies in the mailbox and not in the store.
#[derive(Clone, Debug)]
pub struct Arrived {
    uid: Uid,
    listed: Listed,
}

/// The next mails to take, in order of arrival; none: all that could be taken is in the store.
///
/// # Errors
/// The mailbox cannot be reached, or the store failed.
pub fn look(mailbox: &mut Mailbox, world: &World) -> Result<Vec<Arrived>, DeskError> {
    let new = unknown(world, mailbox.look()?)?;
    for some in new.chunks(AT_ONCE) {
        let described = mailbox.describe(some)?;
        if !described.is_empty() {
            let arrived = |(uid, listed)| Arrived { uid, listed };
            return Ok(described.into_iter().map(arrived).collect());
        }
    }
    Ok(vec![])
}

/// What is not in the store. Mails that were seen once and are there no more are closed.
fn unknown(world: &World, uids: Vec<Uid>) -> Result<Vec<Uid>, DeskError> {
    world.store.transact(move |books| {
        let there: BTreeSet<(u32, &str)> =
            uids.iter().map(|u| (u.validity, u.uid.as_str())).collect();
        for (id, place) in books.seen()? {
            if !there.contains(&(place.validity, place.uid.as_str())) {
                tracing::info!(input = id, "mail went away before it was fetched");
                books.gone(id)?;
            }
        }
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

/// Stores a mail, or sets it aside.
///
/// # Errors
/// The mailbox cannot be reached, or the store failed. The try is counted: a mail that cannot be
/// fetched is set aside after a few.
pub fn take(mailbox: &mut Mailbox, world: &World, arrived: &Arrived) -> Result<(), DeskError> {
    let (at, now) = (place(&arrived.uid), world.clock.now());
    // The try is counted before the fetch: a mail that kills the connection, or this process, is
    // met a bounded number of times.
    let input: Input = world
        .store
        .transact(move |books| books.try_fetch(&at, now).map_err(DeskError::from))?;
    let id = input.id;
    match fetch(mailbox, world, arrived, &input) {
        // Somebody moved or deleted it between the look and the fetch.
        Err(DeskError::Mailbox(MailboxError::Gone)) => {
            tracing::info!(input = id, "mail went away before it was fetched");
            world
                .store
                .transact(move |books| books.gone(id).map_err(DeskError::from))
        }
        done => done,
    }
}

fn fetch(
    mailbox: &mut Mailbox,
    world: &World,
    arrived: &Arrived,
    input: &Input,
) -> Result<(), DeskError> {
    let limits = &world.office.desk.limits;
    let (id, Arrived { uid, listed }) = (input.id, arrived);
    if input.tries > limits.tries {
        let reason = "cannot-be-fetched";
        return set_aside(
            world,
            id,
            reason,
            Word::Desk(cannot_be_read(id, reason, None)),
        );
    }
    if listed.bytes > limits.mail_bytes {
        let header = mailbox.fetch(uid, true)?;
        let letter = parsed(world, &header);
        let reason = "too-large";
        let word = match letter
            .as_ref()
            .and_then(|l| too_large(world, l, listed.bytes))
        {
            Some(notice) => Word::Sender(notice),
            None => Word::Desk(cannot_be_read(id, reason, letter.as_ref())),
        };
        return set_aside(world, id, reason, word);
    }
    let bytes = mailbox.fetch(uid, false)?;
    let received_at = listed.received_at.min(world.clock.now());
    world.store.transact(move |books| {
        books
            .store_mail(id, &bytes, received_at)
            .map_err(DeskError::from)
    })?;
    tracing::info!(input = id, uid = %uid.uid, bytes = listed.bytes, "mail stored");
    Ok(())
}

/// Who hears of a mail that never came in.
enum Word {
    Sender(Notice),
    Desk(Message),
}

/// Leaves a mail to a person.
fn set_aside(world: &World, input: i64, reason: &str, word: Word) -> Result<(), DeskError> {
    let (own, now) = (world.clone(), world.clock.now());
    let reason = reason.to_owned();
    tracing::warn!(input, reason, "mail set aside for a person");
    world.store.transact(move |books| {
        let ledger = Ledger {
            books,
            world: &own,
            input: Some(input),
            now,
        };
        match &word {
            Word::Sender(notice) => ledger.tell(None, notice)?,
            Word::Desk(message) => ledger.tell_desk(message, None)?,
        }
        let handled = Handled {
            id: input,
            review: true,
            reason,
        };
        Ok(books.handled(&handled)?)
    })
}

/// A letter, if these bytes do not bring its parser down.
pub(super) fn parsed(world: &World, bytes: &[u8]) -> Option<Letter> {
    let letter = guarded(|| mail::parse(bytes, &world.office.desk));
    letter
        .inspect_err(|error| tracing::error!(%error, "mail could not be parsed"))
        .ok()
}

/// What the desk's people are told of a mail that was tried too often.
pub(super) fn cannot_be_read(input: i64, reason: &str, letter: Option<&Letter>) -> Message {
    let from = letter.and_then(|l| l.from.as_ref());
    Triage {
        from: from.map_or_else(|| "?".to_owned(), |a| a.address.clone()),
        subject: letter.map_or_else(String::new, |l| l.subject.clone()),
        // What `mesad list` shows of it.
        text: format!("mail {input}: {reason}"),
        guesses: vec![],
        why: TriageReason::CannotBeRead,
        input: Some(input),
        options: vec![],
    }
    .into()
}

/// Whether a mail is of a person who may be answered: no machine's, and not forged.
pub(super) fn is_of_a_person(letter: &Letter) -> bool {
    letter.origin == Origin::Person && letter.authentication != SenderAuthentication::Fails
}

fn too_large(world: &World, letter: &Letter, bytes: u64) -> Option<Notice> {
    let from = letter.from.as_ref()?;
    // Strangers and machines get no answer: their address may be forged.
    let person = world.office.directory.by_address(&from.address)?;
    if !is_of_a_person(letter) {
        return None;
    }
    tracing::info!(to = %mask::address(&from.address), "told that the mail is too large");
    let limit = world.office.desk.limits.mail_bytes;
    let message = TooLarge {
        subject: letter.subject.clone(),
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
        files: vec![],
    })
}
