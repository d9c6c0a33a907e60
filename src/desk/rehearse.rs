//! A look at what would become of the mails in a mailbox: nothing is sent, moved or remembered.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::decide::{self, Decided};
use super::world::{DeskError, World};
use super::{begin, receive};
use crate::mailbox::{Listed, Mailbox, MailboxError, Uid};
use crate::store::{Place, Store};

/// Mails described at once.
const AT_ONCE: usize = 2_000;

/// What lies in the mailbox, and what would be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Mails that lie there.
    pub lie: usize,
    /// When the oldest of them was received.
    pub oldest: Option<DateTime<Utc>>,
    /// When the newest of them was.
    pub newest: Option<DateTime<Utc>>,
    /// Of them, known already.
    pub known: usize,
    /// Of them, older than the day on which the desk begins: left as they are.
    pub left: usize,
    /// Of them, that would be taken.
    pub taken: usize,
    /// What would become of the first of those.
    pub first: Vec<Rehearsed>,
}

/// What would become of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsed {
    /// Its UID.
    pub uid: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// Its sender's address.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// Why it would be done, or set aside.
    pub reason: String,
    /// Whether a person would have to look at it.
    pub review: bool,
    /// What would be sent to whom: folder of the template, address.
    pub told: Vec<(String, String)>,
}

/// Looks, and handles the first `most` mails in `world`, whose store is one that is thrown away.
/// `known` is the desk's own store, if it has one.
///
/// # Errors
/// The mailbox cannot be reached, or a store failed.
pub fn preview(
    mailbox: &mut Mailbox,
    world: &World,
    known: Option<&Store>,
    most: usize,
) -> Result<Preview, DeskError> {
    let uids = mailbox.look()?;
    let mut preview = Preview {
        lie: uids.len(),
        ..Preview::default()
    };
    let places = uids.iter().map(|uid| Place {
        validity: uid.validity,
        uid: uid.uid.clone(),
    });
    let places: Vec<Place> = places.collect();
    let fresh = match known {
        Some(store) => {
            store.transact(move |books| books.not_taken(&places).map_err(DeskError::from))?
        }
        None => places,
    };
    preview.known = preview.lie - fresh.len();
    let fresh: BTreeSet<String> = fresh.into_iter().map(|place| place.uid).collect();
    let since = begin::since(world)?;
    let mut first = vec![];
    for some in uids.chunks(AT_ONCE) {
        for (uid, listed) in mailbox.describe(some)? {
            let at = listed.received_at;
            preview.oldest = Some(preview.oldest.map_or(at, |oldest| oldest.min(at)));
            preview.newest = Some(preview.newest.map_or(at, |newest| newest.max(at)));
            if !fresh.contains(&uid.uid) {
                continue;
            }
            if since.is_some_and(|since| at < since && at.timestamp() > 0) {
                preview.left += 1;
                continue;
            }
            preview.taken += 1;
            if first.len() < most {
                first.push((uid, listed));
            }
        }
    }
    for (uid, listed) in first {
        preview
            .first
            .extend(rehearsed(mailbox, world, &uid, &listed)?);
    }
    Ok(preview)
}

fn rehearsed(
    mailbox: &mut Mailbox,
    world: &World,
    uid: &Uid,
    listed: &Listed,
) -> Result<Option<Rehearsed>, DeskError> {
    let large = listed.bytes > world.office.desk.limits.mail_bytes;
    let bytes = match mailbox.fetch(uid, large) {
        Ok(bytes) => bytes,
        Err(MailboxError::Gone) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let letter = receive::parsed(world, &bytes);
    let from = letter.as_ref().and_then(|letter| letter.from.as_ref());
    let mut rehearsed = Rehearsed {
        uid: uid.uid.clone(),
        received_at: listed.received_at,
        sender: from.map_or_else(String::new, |from| from.address.clone()),
        subject: letter
            .as_ref()
            .map_or_else(String::new, |l| l.subject.clone()),
        reason: "too-large".to_owned(),
        review: true,
        told: vec![],
    };
    if large {
        return Ok(Some(rehearsed));
    }
    let (place, received_at, now) = (
        Place {
            validity: uid.validity,
            uid: uid.uid.clone(),
        },
        listed.received_at,
        world.clock.now(),
    );
    let last = world.store.transact(move |books| {
        let input = books.try_fetch(&place, now)?;
        books.store_mail(input.id, &bytes, received_at)?;
        Ok::<_, DeskError>(books.last_notice()?)
    })?;
    let decided = decide::turn(world)?;
    let (decided, told, review) = world.store.transact(move |books| {
        let review = match &decided {
            Decided::Mail { input, .. } => books.parked()?.iter().any(|mail| mail.id == *input),
            Decided::Nothing | Decided::Failed { .. } => true,
        };
        let told = books.notices_after(last)?;
        Ok::<_, DeskError>((decided, told, review))
    })?;
    rehearsed.review = review;
    rehearsed.reason = match decided {
        Decided::Mail { reason, .. } => reason,
        Decided::Nothing | Decided::Failed { .. } => "cannot-be-read".to_owned(),
    };
    let each = told.iter();
    rehearsed.told = each
        .map(|n| (n.message.template().to_owned(), n.to.address.clone()))
        .collect();
    Ok(Some(rehearsed))
}
