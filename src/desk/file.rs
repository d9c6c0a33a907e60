//! Files handled mails in the mailbox, once their fate is durable; repeated until it holds.

use std::collections::BTreeMap;

use super::world::{DeskError, World};
use crate::mailbox::{Fate, Folder, Mailbox, MailboxError, Moved, Uid};
use crate::store::{Lying, Place, Unfiled};

/// How many are filed in one turn, by one command for each folder: in a mailbox of tens of
/// thousands a server takes as long for one as for all of them.
const AT_ONCE: u32 = 200;
/// After so many in a row that the mailbox did not move, it is let be until the next turn.
const FAULTS_IN_A_ROW: u32 = 3;

/// What a turn did.
#[derive(Debug, Default)]
pub struct Filed {
    /// How many mails were filed.
    pub filed: u32,
    /// Why the first of those that were not, was not; they are tried again at the next turn, after
    /// the others.
    pub error: Option<MailboxError>,
}

/// Files what is not filed yet.
///
/// # Errors
/// The store failed.
pub fn turn(mailbox: &mut Mailbox, world: &World) -> Result<Filed, DeskError> {
    let unfiled = world
        .store
        .transact(|books| books.unfiled(AT_ONCE).map_err(DeskError::from))?;
    let mut heaps: BTreeMap<(Folder, bool), Vec<Unfiled>> = BTreeMap::new();
    for mail in unfiled {
        heaps
            .entry((from(&mail), mail.review))
            .or_default()
            .push(mail);
    }
    let mut done = Filed::default();
    for ((from, review), heap) in heaps {
        let fate = match review {
            true => Fate::Review,
            false => Fate::Done,
        };
        // One mail that the server will not move must not hold back the others.
        if heap.len() > 1 && file(mailbox, world, (from, fate), &heap, &mut done).is_ok() {
            continue;
        }
        let mut in_a_row = 0;
        for mail in heap.chunks(1) {
            match file(mailbox, world, (from, fate), mail, &mut done) {
                Ok(()) => in_a_row = 0,
                Err(DeskError::Mailbox(error)) => {
                    not_filed(world, mail, &error)?;
                    done.error.get_or_insert(error);
                    in_a_row += 1;
                }
                Err(error) => return Err(error),
            }
            if in_a_row == FAULTS_IN_A_ROW {
                break;
            }
        }
    }
    Ok(done)
}

/// The folder that a mail lies in.
fn from(mail: &Unfiled) -> Folder {
    let known = mail.lies.as_ref();
    known
        .and_then(|lies| Folder::named(&lies.folder))
        .unwrap_or(Folder::Incoming)
}

fn not_filed(world: &World, mails: &[Unfiled], error: &MailboxError) -> Result<(), DeskError> {
    let ids: Vec<i64> = mails.iter().map(|mail| mail.id).collect();
    for id in &ids {
        tracing::warn!(input = id, %error, "mail could not be filed");
    }
    world.store.transact(move |books| {
        for id in ids {
            books.filing_failed(id)?;
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

/// Where a mail lies, by the mailbox's word.
pub(super) fn lying((folder, uid): &(Folder, Uid)) -> Lying {
    Lying {
        folder: folder.name().to_owned(),
        place: place(uid),
    }
}

/// Moves mails of one folder to another, and records it.
fn file(
    mailbox: &mut Mailbox,
    world: &World,
    (from, fate): (Folder, Fate),
    mails: &[Unfiled],
    done: &mut Filed,
) -> Result<(), DeskError> {
    let uid = |mail: &Unfiled| {
        let place = mail.lies.as_ref().map_or(&mail.place, |lies| &lies.place);
        Uid {
            validity: place.validity,
            uid: place.uid.clone(),
        }
    };
    let uids: Vec<Uid> = mails.iter().map(uid).collect();
    let moved = mailbox.file_all(from, &uids, fate)?;
    let mut filed = vec![];
    for (mail, uid) in mails.iter().zip(&uids) {
        let lies = match moved.iter().find(|moved| moved.uid == *uid) {
            Some(Moved { lies, .. }) => lies.as_ref().map(lying),
            None => elsewhere(mailbox, mail)?,
        };
        filed.push((mail.id, lies));
    }
    let now = world.clock.now();
    let count = u32::try_from(filed.len()).unwrap_or(u32::MAX);
    world.store.transact(move |books| {
        for (id, lies) in &filed {
            books.filed(*id, lies.as_ref(), now)?;
        }
        Ok::<_, DeskError>(())
    })?;
    done.filed += count;
    Ok(())
}

/// A mail that is not where it was: a person moved it, which is what filing is for, or it was
/// filed by one who did not learn its new place.
fn elsewhere(mailbox: &mut Mailbox, mail: &Unfiled) -> Result<Option<Lying>, DeskError> {
    if !mail.sorted || mail.review || mail.lies.is_some() {
        return Ok(None);
    }
    let uid = Uid {
        validity: mail.place.validity,
        uid: mail.place.uid.clone(),
    };
    match mailbox.refile(&uid, &mail.message_id) {
        Ok(()) | Err(MailboxError::Gone) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a mail that is stored already waits to be filed, or to be decided first.
///
/// # Errors
/// The store failed.
pub fn is_awaited(world: &World) -> Result<bool, DeskError> {
    world
        .store
        .transact(|books| books.is_filing_awaited().map_err(DeskError::from))
}
