//! After a restore of an older copy: what came in the lost time is taken from where it was filed,
//! and what may have been told in it is held until that is known. See docs/storage.md.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::apart;
use super::file::lying;
use super::receive::parsed;
use super::space;
use super::world::{DeskError, World};
use crate::judge::Trouble;
use crate::mailbox::{Folder, Mailbox, MailboxError, Outline};
use crate::points::{self, Point};
use crate::request::AlarmKind;
use crate::store::{Books, Held, Lost, Place, SentLine, SentLog, StoreError};

/// How long before the copy was made mails are looked at too: one may have waited in the mailbox.
const BEFORE: TimeDelta = TimeDelta::days(7);
/// How far the clock of what was sent may lag behind.
const SLACK: TimeDelta = TimeDelta::hours(1);
/// How many are outlined at once.
const AT_ONCE: usize = 200;
/// What a held mail is ended with whose sending was written down.
const WRITTEN_DOWN: &str = "sent in the time before the restore";

/// Takes the mails of the lost time from the folders that handled mails are filed in, and where
/// nothing is moved, from the folder that is read. `alive` is called for each. Returns whether it
/// searched.
///
/// # Errors
/// The mailbox cannot be reached, or the store failed; it begins anew then, which does no harm.
pub fn search(mailbox: &mut Mailbox, world: &World, alive: &dyn Fn()) -> Result<bool, DeskError> {
    let lost = world
        .store
        .transact(|books| books.lost().map_err(DeskError::from))?;
    let Some(lost) = lost.filter(|lost| !lost.searched) else {
        return Ok(false);
    };
    let mut found = 0;
    for folder in folders(world) {
        for outline in outlines(mailbox, (folder, &lost), alive)? {
            alive();
            found += u32::from(recover(mailbox, world, (folder, &outline))?);
        }
    }
    let now = world.clock.now();
    world
        .store
        .transact(move |books| books.recovery_searched(now).map_err(DeskError::from))?;
    points::here(Point::Searched);
    tracing::warn!(found, since = %lost.since, "mails of the time before the restore were found");
    Ok(true)
}

/// Where handled mails lie.
fn folders(world: &World) -> BTreeSet<Folder> {
    use crate::mailbox::Fate;
    use crate::office::MailboxSettings;
    let filing = match &world.office.desk.mailbox {
        MailboxSettings::Maildir { filing, .. } | MailboxSettings::Imap { filing, .. } => filing,
    };
    [Fate::Done, Fate::Review]
        .map(|fate| Folder::of(filing, fate))
        .into()
}

/// What lies in a folder and may have come in the lost time. What was handled lies filed, however
/// late it was received; where nothing is moved, what came after the restore is not handled yet.
fn outlines(
    mailbox: &mut Mailbox,
    (folder, lost): (Folder, &Lost),
    alive: &dyn Fn(),
) -> Result<Vec<Outline>, DeskError> {
    let mut found = vec![];
    for some in mailbox.list(folder)?.chunks(AT_ONCE) {
        let all = apart::describe(
            mailbox,
            (folder, some),
            usize::MAX,
            alive,
            |mailbox, uids| mailbox.outline(folder, uids),
        )?;
        found.extend(all.found);
        // One of which nothing is said may have come then: it is left to the ordinary fetch.
        found.extend(all.silent.into_iter().map(|uid| Outline {
            uid,
            bytes: 0,
            received_at: lost.since,
            message_id: String::new(),
        }));
    }
    let ends = match folder {
        Folder::Incoming => lost.until,
        Folder::Done | Folder::Review => DateTime::<Utc>::MAX_UTC,
    };
    found.retain(|mail| mail.received_at >= lost.since - BEFORE && mail.received_at < ends);
    found.sort_by(|a, b| (a.received_at, &a.uid).cmp(&(b.received_at, &b.uid)));
    Ok(found)
}

/// Stores a mail that the database does not know. Returns whether it did.
fn recover(
    mailbox: &mut Mailbox,
    world: &World,
    (folder, outline): (Folder, &Outline),
) -> Result<bool, DeskError> {
    if outline.bytes > world.office.desk.limits.mail_bytes {
        // It was put aside for a person, who was told, and lies there.
        let (uid, bytes) = (&outline.uid.uid, outline.bytes);
        tracing::warn!(
            uid,
            bytes,
            "a mail that is too large is left where it was filed"
        );
        return Ok(false);
    }
    space::check(world)?;
    let bytes = match mailbox.read(folder, &outline.uid) {
        Err(MailboxError::Gone) => return Ok(false),
        Err(error @ MailboxError::Retry(_)) => {
            return later(world, (folder, outline), error).map(|()| false);
        }
        read => read?,
    };
    let letter = parsed(world, &bytes);
    let message_id = letter
        .and_then(|letter| letter.message_id)
        .unwrap_or_default();
    let place = place(world, (folder, outline));
    let lies = lying(&(folder, outline.uid.clone()));
    let (received_at, now) = (outline.received_at, world.clock.now());
    let id = world.store.transact(move |books| {
        if books.is_known_mail(&bytes, &message_id)? {
            return Ok(None);
        }
        let mail = (bytes.as_slice(), received_at.min(now));
        let id = books.recover_mail(&place, &lies, mail, now)?;
        points::here(Point::Finding);
        Ok::<_, DeskError>(id)
    })?;
    if let Some(id) = id {
        points::here(Point::Found);
        tracing::info!(
            input = id,
            folder = folder.name(),
            "mail of the lost time stored"
        );
    }
    Ok(id.is_some())
}

/// Leaves a mail that cannot be read to the ordinary fetch, which counts tries and sets it aside:
/// it must not keep the others, nor the end of the recovery.
///
/// # Errors
/// `error`, the first time: the connection may be what failed; or the store's.
fn later(
    world: &World,
    (folder, outline): (Folder, &Outline),
    error: MailboxError,
) -> Result<(), DeskError> {
    let place = place(world, (folder, outline));
    let lies = lying(&(folder, outline.uid.clone()));
    let (uid, now) = (&outline.uid.uid, world.clock.now());
    tracing::warn!(uid, folder = folder.name(), %error, "a mail of the lost time cannot be read");
    let first = world.store.transact(move |books| {
        books
            .recover_later(&place, &lies, now)
            .map_err(DeskError::from)
    })?;
    match first {
        true => Err(error.into()),
        false => Ok(()),
    }
}

/// The place of a mail that was filed. On an IMAP server its number there is one that the folder
/// which is read may have given to another: so it gets a name of its own.
fn place(world: &World, (folder, outline): (Folder, &Outline)) -> Place {
    use crate::office::MailboxSettings;
    let (validity, uid) = (outline.uid.validity, outline.uid.uid.clone());
    let is_own = matches!(world.office.desk.mailbox, MailboxSettings::Maildir { .. })
        || folder == Folder::Incoming;
    if is_own {
        return Place { validity, uid };
    }
    let at = outline.received_at.timestamp_micros();
    let what = format!("{at} {} {}", outline.bytes, outline.message_id);
    let digest = ring::digest::digest(&ring::digest::SHA256, what.as_bytes());
    let short = digest.as_ref().get(..8).unwrap_or_default();
    let short = data_encoding::HEXLOWER.encode(short);
    Place {
        validity: 0,
        uid: format!("{}/{validity}/{uid}/{short}", folder.name()),
    }
}

/// What became of what was held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Had been sent, by what is written down: ended.
    pub sent: u32,
    /// Had not been sent: go out now.
    pub released: u32,
    /// Nobody knows: a person decides.
    pub held: u32,
}

/// Once all of the lost time is handled: ends what was sent in it, lets go what was not, and keeps
/// what nobody can tell for a person. None: there is nothing to settle yet.
///
/// # Errors
/// The store failed.
pub fn settle(world: &World) -> Result<Option<Settled>, DeskError> {
    let now = world.clock.now();
    let ready = world.store.transact(move |books| {
        let lost = books.lost()?.filter(|lost| lost.searched);
        match lost {
            Some(_) if books.is_recovery_awaited(now)? => Ok::<_, DeskError>(None),
            lost => Ok(lost.map(|lost| (lost, books.newest_sent(lost.since)))),
        }
    })?;
    let Some((lost, newest)) = ready else {
        return Ok(None);
    };
    let newest = newest?;
    // What was sent last before the copy was made must be written down too, or it is no full list.
    let since = newest
        .as_ref()
        .map_or(lost.since, |(_, at)| *at)
        .min(lost.since)
        - SLACK;
    let log = world.store.sent_log(since).unwrap_or_else(|error| {
        tracing::error!(%error, "what was sent in the lost time cannot be read");
        SentLog::default()
    });
    let is_full = log.begins_at.is_some_and(|begin| begin <= lost.since)
        && newest.is_none_or(|(id, _)| log.lines.contains_key(&id));
    let settled = world
        .store
        .transact(move |books| settled(books, &lost, (&log, is_full), now))?;
    points::here(Point::Settled);
    let Settled {
        sent,
        released,
        held,
    } = settled;
    tracing::warn!(
        sent,
        released,
        held,
        is_full,
        "what was held after the restore is settled"
    );
    Ok(Some(settled))
}

fn settled(
    books: &Books<'_>,
    lost: &Lost,
    (log, is_full): (&SentLog, bool),
    now: DateTime<Utc>,
) -> Result<Settled, DeskError> {
    let mut done = Settled::default();
    let mut others = unknown(books, lost, log)?;
    for held in books.held()? {
        let line = log.lines.get(&held.message_id).map(|line| line.at);
        let like_it = line.is_none().then(|| took(&mut others, &held)).flatten();
        match (line, like_it) {
            (Some(at), _) => {
                books.held_was_sent(held.id, WRITTEN_DOWN, at)?;
                done.sent += 1;
            }
            // What time led to has another Message-ID each time.
            (None, Some(at)) if !held.by_mail => {
                books.held_was_sent(held.id, WRITTEN_DOWN, at)?;
                done.sent += 1;
            }
            (None, None) if is_full => {
                books.release_held(held.id)?;
                done.released += 1;
            }
            // Something of the kind was sent, which said something else, or under another key.
            (None, _) => done.held += 1,
        }
    }
    // A number that somebody was told is not given to another request.
    for line in log.lines.values() {
        books.number_was_given(&line.number)?;
    }
    books.end_recovery()?;
    report(books, &done, lost, now)?;
    points::here(Point::Settling);
    Ok(done)
}

/// Kind, request and recipient of mails of the lost time, with the times at which they were sent.
type Others = BTreeMap<(String, String, String), Vec<DateTime<Utc>>>;

/// Mails of the lost time whose Message-ID is none of the database's.
fn unknown(books: &Books<'_>, lost: &Lost, log: &SentLog) -> Result<Others, StoreError> {
    let mut found = Others::new();
    for line in log.lines.values().filter(|line| line.at >= lost.since) {
        if !books.is_message_id_taken(&line.message_id)? {
            let key = (line.message.clone(), line.number.clone(), line.to.clone());
            found.entry(key).or_default().push(line.at);
        }
    }
    Ok(found)
}

/// When something of the same kind was sent to the same person about the same request; each mail is
/// taken once.
fn took(others: &mut Others, held: &Held) -> Option<DateTime<Utc>> {
    let number = Some(held.number.as_str()).filter(|number| !number.is_empty());
    let names = (held.message_id.as_str(), held.message.as_str());
    let SentLine {
        message,
        number,
        to,
        ..
    } = SentLine::new(held.born_at, names, number, &held.address);
    others.get_mut(&(message, number, to))?.pop()
}

fn report(
    books: &Books<'_>,
    done: &Settled,
    lost: &Lost,
    now: DateTime<Utc>,
) -> Result<(), DeskError> {
    let Settled {
        sent,
        released,
        held,
    } = done;
    let details = format!(
        "copia del {}; {sent} correos ya enviados antes no se repiten, {released} salen ahora, \
         {held} esperan una decisión: mesad held",
        lost.since.format("%Y-%m-%d %H:%M UTC"),
    );
    let trouble = Trouble {
        kind: AlarmKind::Restored,
        about: String::new(),
        since: lost.until,
        details,
    };
    // Without anything to decide it is told once, and over the next day.
    let until = (*held == 0).then(|| now + TimeDelta::days(1));
    Ok(books.report_trouble(&trouble, until)?)
}

/// Has held mails sent, or ends them as sent before; those of `ids`, or all. Returns how many.
///
/// # Errors
/// The store failed.
pub fn decide(
    books: &Books<'_>,
    ids: Option<&[i64]>,
    send: bool,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let mut done = 0;
    let held = books.held()?;
    let meant = |held: &&Held| ids.is_none_or(|ids| ids.contains(&held.id));
    for one in held.iter().filter(meant) {
        done += u32::from(match send {
            true => books.release_held(one.id)?,
            false => books.held_was_sent(one.id, "an operator: it was sent before", now)?,
        });
    }
    if books.held()?.is_empty() && books.lost()?.is_none() {
        books.take_trouble_back(AlarmKind::Restored, "")?;
    }
    points::here(Point::Releasing);
    Ok(done)
}
