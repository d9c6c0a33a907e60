//! The first look into a mailbox that may be old: which mails the desk takes, and which it leaves
//! as they are.

use chrono::{DateTime, NaiveTime, Utc};

use super::apart;
use super::world::{DeskError, World};
use crate::mailbox::{Folder, Mailbox, Uid};
use crate::store::Place;

/// When the desk first looked into its mailbox.
const BEGUN: &str = "begun";
/// The instant on which the first day of the desk began.
const SINCE: &str = "since";
/// Mails described at once.
const AT_ONCE: usize = 2_000;

/// The desk does not begin by itself with so many old mails: each would be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{count} mails lie in the mailbox, and this desk has never looked into it: each of them would \
     be handled and answered. See what would become of them with `mesad check --mailbox`; then \
     name the first day whose mails are to be handled (`mesad run --since 2026-11-23`, or \
     `since` in [mailbox]), or raise `most_at_start` above {count} to handle them all"
)]
pub struct ManyOldMails {
    /// How many lie there.
    pub count: usize,
}

/// Looks into the mailbox before the desk begins.
///
/// # Errors
/// As [`check`]'s.
pub fn look(mailbox: &mut Mailbox, world: &World) -> Result<(), DeskError> {
    let uids = mailbox.look()?;
    check(mailbox, world, &uids)
}

/// Sees to the first look, and to the first one under another UIDVALIDITY: mails from before the
/// day on which the desk was to begin are noted, and left as they are.
///
/// # Errors
/// There are too many for the desk to begin by itself; the mailbox cannot be reached, or the store
/// failed.
pub fn check(mailbox: &mut Mailbox, world: &World, uids: &[Uid]) -> Result<(), DeskError> {
    let start = world.office.desk.start;
    let Some(validity) = uids.first().map(|uid| uid.validity) else {
        return begun(world, None);
    };
    let mark = format!("looked-under-{validity}");
    let own = mark.clone();
    let (looked, first) = world.store.transact(move |books| {
        let first = books.mark(BEGUN)?.is_none() && !books.has_inputs()?;
        Ok::<_, DeskError>((books.mark(&own)?.is_some(), first))
    })?;
    if looked {
        return Ok(());
    }
    if let Some(since) = since(world)? {
        leave(mailbox, world, uids, since)?;
    } else if first && uids.len() > start.most as usize {
        return Err(ManyOldMails { count: uids.len() }.into());
    }
    begun(world, Some(mark))
}

/// The instant on which the first day of the desk begins: as it is configured, or as it was given
/// once.
///
/// # Errors
/// The store failed.
pub fn since(world: &World) -> Result<Option<DateTime<Utc>>, DeskError> {
    let calendar = &world.office.calendar;
    match world.office.desk.start.since {
        Some(day) => Ok(Some(calendar.instant(day.and_time(NaiveTime::MIN), None))),
        None => world
            .store
            .transact(|books| books.mark(SINCE).map_err(DeskError::from)),
    }
}

fn begun(world: &World, looked: Option<String>) -> Result<(), DeskError> {
    let now = world.clock.now();
    world.store.transact(move |books| {
        if books.mark(BEGUN)?.is_none() {
            books.set_mark(BEGUN, now)?;
        }
        if let Some(mark) = looked {
            books.set_mark(&mark, now)?;
        }
        Ok(())
    })
}

fn leave(
    mailbox: &mut Mailbox,
    world: &World,
    uids: &[Uid],
    since: DateTime<Utc>,
) -> Result<(), DeskError> {
    let now = world.clock.now();
    let mut left = 0;
    for some in uids.chunks(AT_ONCE) {
        // Of what the server says nothing it may be of today: it is tried.
        let described = apart::describe(
            mailbox,
            (Folder::Incoming, some),
            usize::MAX,
            &|| (),
            |mailbox, uids| mailbox.describe(uids),
        )?;
        let described = described.found;
        // Without a date that can be read (1970) it may be of today: it is taken.
        let is_old = |at: DateTime<Utc>| at < since && at.timestamp() > 0;
        let old = described.into_iter().filter(|(_, l)| is_old(l.received_at));
        let named = |(uid, listed): (Uid, crate::mailbox::Listed)| {
            let (validity, uid) = (uid.validity, uid.uid);
            (Place { validity, uid }, listed.received_at, listed.bytes)
        };
        let old: Vec<_> = old.map(named).collect();
        left += old.len();
        world.store.transact(move |books| {
            books.set_mark(SINCE, since)?;
            Ok::<_, DeskError>(books.leave_before_start(&old, now)?)
        })?;
    }
    if left > 0 {
        tracing::info!(left, %since, "mails from before the desk began are left as they are");
    }
    Ok(())
}
