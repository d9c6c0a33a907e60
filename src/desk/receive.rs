//! Takes mails from the mailbox into the store. A mail is a row before it is anything else.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::apart::{self, Described};
use super::ledger::Ledger;
use super::world::{DeskError, World, guarded};
use super::{begin, mask, space};
use crate::mail::{self, Letter, Origin, SenderAuthentication};
use crate::mailbox::{Folder, Listed, Mailbox, MailboxError, Uid};
use crate::points::{self, Point};
use crate::request::{Message, Notice, Party, TooLarge, Triage, TriageReason};
use crate::store::{Back, Handled, Input, Place};

/// How many mails are described at once.
const AT_ONCE: usize = 200;

/// Mails of which a server says nothing that are asked for at one look: each may take its time.
const SILENT_MOST: usize = 4;

/// A mail that lies in the mailbox and not in the store.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// By which the store knows it.
    uid: Uid,
    /// Where it lies, if an operator wants one again that was filed.
    filed: Option<(Folder, Uid)>,
    /// None: the server says nothing of it. It comes when there is nothing else, so that its tries
    /// are counted, and it is set aside after them.
    listed: Option<Listed>,
}

/// The next mails to take, in order of arrival; none: all that could be taken is in the store.
///
/// # Errors
/// The mailbox cannot be reached, the store failed, or the desk does not begin by itself with so
/// many old mails.
pub fn look(mailbox: &mut Mailbox, world: &World) -> Result<Vec<Arrived>, DeskError> {
    space::check(world)?;
    let again = again(mailbox, world)?;
    if !again.is_empty() {
        return Ok(again);
    }
    let uids = mailbox.look()?;
    points::here(Point::Looked);
    begin::check(mailbox, world, &uids)?;
    let new = unknown(mailbox, world, &uids)?;
    for some in new.chunks(AT_ONCE) {
        let Described { found, silent } = apart::describe(
            mailbox,
            (Folder::Incoming, some),
            SILENT_MOST,
            &|| (),
            |mailbox, uids| mailbox.describe(uids),
        )?;
        let described = match found.is_empty() {
            true => silent.into_iter().map(|uid| (uid, None)).collect(),
            false => found
                .into_iter()
                .map(|(uid, l)| (uid, Some(l)))
                .collect::<Vec<_>>(),
        };
        if !described.is_empty() {
            let arrived = |(uid, listed)| Arrived {
                uid,
                filed: None,
                listed,
            };
            return Ok(described.into_iter().map(arrived).collect());
        }
    }
    Ok(vec![])
}

/// Mails that an operator wants fetched again, from where they were filed.
fn again(mailbox: &mut Mailbox, world: &World) -> Result<Vec<Arrived>, DeskError> {
    let wanted = world
        .store
        .transact(|books| books.to_fetch_where_filed().map_err(DeskError::from))?;
    let mut found = vec![];
    for (id, known_by, lies) in wanted {
        let folder = Folder::named(&lies.folder).unwrap_or(Folder::Incoming);
        let there = uid(&lies.place);
        let outlined = match mailbox.outline(folder, std::slice::from_ref(&there)) {
            Ok(outlined) => outlined,
            Err(MailboxError::Retry(error)) => {
                // A server that lists the folder is there: it is this mail that it cannot give.
                mailbox.list(folder)?;
                tracing::warn!(
                    input = id,
                    error,
                    "mail cannot be had from where it was filed"
                );
                found.push(Arrived {
                    uid: uid(&known_by),
                    filed: Some((folder, there)),
                    listed: None,
                });
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let Some(outline) = outlined.into_iter().next() else {
            tracing::info!(input = id, "mail is not where it was filed any more");
            world
                .store
                .transact(move |books| books.gone(id).map_err(DeskError::from))?;
            continue;
        };
        found.push(Arrived {
            uid: uid(&known_by),
            filed: Some((folder, there)),
            listed: Some(Listed {
                bytes: outline.bytes,
                received_at: outline.received_at,
            }),
        });
    }
    Ok(found)
}

/// What is not in the store. Mails that were seen once and are there no more are closed; what was
/// filed and lies there again is filed again.
fn unknown(mailbox: &mut Mailbox, world: &World, uids: &[Uid]) -> Result<Vec<Uid>, DeskError> {
    let places: Vec<Place> = uids.iter().map(place).collect();
    let (back, places) = world.store.transact(move |books| {
        let there: BTreeSet<(u32, &str)> = places
            .iter()
            .map(|p| (p.validity, p.uid.as_str()))
            .collect();
        for (id, place) in books.seen()? {
            if !there.contains(&(place.validity, place.uid.as_str())) {
                tracing::info!(input = id, "mail went away before it was fetched");
                books.gone(id)?;
            }
        }
        Ok::<_, DeskError>((books.moved_back(&places)?, places))
    })?;
    for back in back {
        moved_back(mailbox, world, &back)?;
    }
    let new = world
        .store
        .transact(move |books| books.not_taken(&places).map_err(DeskError::from))?;
    Ok(new.iter().map(uid).collect())
}

/// Somebody moved a mail back that was filed; or another one lies under its UID, by a server that
/// gives UIDs twice: that one must not be taken for the one that was handled.
fn moved_back(mailbox: &mut Mailbox, world: &World, back: &Back) -> Result<(), DeskError> {
    let (id, unfetched) = (back.id, back.unfetched);
    if unfetched {
        tracing::info!(input = id, "mail was moved back; it is fetched again");
        return world.store.transact(move |books| {
            books.file_again(id)?;
            books.fetch_again(id)?;
            Ok(())
        });
    }
    let bytes = match mailbox.fetch(&uid(&back.place), false) {
        Ok(bytes) => bytes,
        Err(MailboxError::Gone) => return Ok(()),
        Err(MailboxError::Retry(error)) => {
            // The mailbox was listed just now: other mails do not wait for this one.
            tracing::warn!(input = id, error, "mail was moved back, and cannot be read");
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    world.store.transact(move |books| {
        if books.is_same_mail(id, &bytes)? {
            tracing::info!(input = id, "mail was moved back; it is filed again");
            books.file_again(id)?;
        } else {
            tracing::warn!(input = id, "another mail lies under the UID of this one");
            books.free_place(id)?;
        }
        Ok(())
    })
}

fn place(uid: &Uid) -> Place {
    Place {
        validity: uid.validity,
        uid: uid.uid.clone(),
    }
}

fn uid(place: &Place) -> Uid {
    Uid {
        validity: place.validity,
        uid: place.uid.clone(),
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
    points::here(Point::FetchCounted);
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
    let (id, Arrived { uid, filed, listed }) = (input.id, arrived);
    let mut aside = Aside {
        input: id,
        reason: "cannot-be-fetched",
        letter: None,
        header: None,
    };
    if input.tries > limits.tries {
        let unknown = Listed {
            bytes: 0,
            received_at: world.clock.now(),
        };
        let word = Word::Desk(cannot_be_read(id, aside.reason, None));
        let listed = listed.as_ref().unwrap_or(&unknown);
        return set_aside(world, aside, listed, Some(word));
    }
    let Some(listed) = listed else {
        let why = "the server says nothing of this mail".to_owned();
        return Err(MailboxError::Retry(why).into());
    };
    if listed.bytes > limits.mail_bytes {
        aside.reason = "too-large";
        // Where it was filed its header was kept.
        if filed.is_some() {
            return set_aside(world, aside, listed, None);
        }
        let header = mailbox.fetch(uid, true)?;
        aside.letter = parsed(world, &header);
        aside.header = Some(header);
        let letter = aside.letter.as_ref();
        let word = match letter.and_then(|l| too_large(world, l, listed.bytes)) {
            Some(notice) => Word::Sender(notice),
            None => Word::Desk(cannot_be_read(id, aside.reason, letter)),
        };
        return set_aside(world, aside, listed, Some(word));
    }
    let bytes = match filed {
        Some((folder, there)) => mailbox.read(*folder, there)?,
        None => mailbox.fetch(uid, false)?,
    };
    points::here(Point::Fetched);
    let now = world.clock.now();
    let received_at = plausible(listed.received_at, now);
    // Only to know whose turn it is; who sent it is judged when it is read.
    let sender = parsed(world, header(&bytes)).and_then(|letter| letter.from);
    let sender = sender.map_or_else(String::new, |from| from.address.to_lowercase());
    world.store.transact(move |books| {
        books.store_mail(id, &bytes, received_at)?;
        books.note_sender(id, &sender)?;
        books.note_fetched(id, now)?;
        points::here(Point::StoringMail);
        Ok::<_, DeskError>(())
    })?;
    points::here(Point::StoredMail);
    tracing::info!(input = id, uid = %uid.uid, bytes = listed.bytes, "mail stored");
    Ok(())
}

/// When a mail was received: now, where its server or its file says that it was in the future, or
/// before there was such mail. A deadline is counted from it.
fn plausible(said: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    const EARLIEST: i64 = 788_918_400; // 1995
    match said.timestamp() < EARLIEST {
        true => now,
        false => said.min(now),
    }
}

/// Who hears of a mail that never came in.
enum Word {
    Sender(Notice),
    Desk(Message),
}

/// A mail that never came in whole.
struct Aside {
    input: i64,
    reason: &'static str,
    letter: Option<Letter>,
    header: Option<Vec<u8>>,
}

/// Leaves a mail to a person. Who knows already that it is too large is not told again.
fn set_aside(
    world: &World,
    aside: Aside,
    listed: &Listed,
    word: Option<Word>,
) -> Result<(), DeskError> {
    let (own, now) = (world.clone(), world.clock.now());
    let (bytes, received_at) = (listed.bytes, plausible(listed.received_at, now));
    let (input, reason) = (aside.input, aside.reason);
    tracing::warn!(input, reason, "mail set aside for a person");
    world.store.transact(move |books| {
        let ledger = Ledger {
            books,
            world: &own,
            input: Some(input),
            now,
        };
        let mut message_id = String::new();
        if let Some(letter) = &aside.letter {
            message_id = letter.message_id.clone().unwrap_or_default();
            let from = letter.from.as_ref().map_or("", |a| a.address.as_str());
            books.describe_mail(input, &message_id, from, &letter.subject)?;
        }
        if let Some(header) = &aside.header {
            books.keep_header(input, header, (bytes, received_at))?;
        }
        match &word {
            Some(Word::Sender(_)) if books.is_told_too_large(input, &message_id)? => {}
            Some(Word::Sender(notice)) => ledger.tell(None, notice)?,
            Some(Word::Desk(message)) => ledger.tell_desk(message, None)?,
            None => {}
        }
        let handled = Handled {
            id: input,
            review: true,
            reason: reason.to_owned(),
        };
        books.handled(&handled)?;
        books.note_handled(input, now)?;
        points::here(Point::SettingAside);
        Ok::<_, DeskError>(())
    })?;
    points::here(Point::SetAside);
    Ok(())
}

/// The header of a mail, up to the first blank line.
pub(super) fn header(mail: &[u8]) -> &[u8] {
    let lines = mail.split_inclusive(|byte| *byte == b'\n');
    let fields = lines.take_while(|line| !matches!(line, [b'\n'] | [b'\r', b'\n']));
    mail.get(..fields.map(<[u8]>::len).sum())
        .unwrap_or_default()
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
