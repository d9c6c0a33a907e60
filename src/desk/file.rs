//! Files handled mails in the mailbox, once their fate is durable; repeated until it holds.

use super::world::{DeskError, World};
use crate::mailbox::{Fate, Mailbox, MailboxError, Uid};
use crate::store::Unfiled;

/// How many are filed in one turn: the mailbox is wanted for other things too.
const AT_ONCE: u32 = 50;
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
    let mut done = Filed::default();
    let mut in_a_row = 0;
    for mail in unfiled {
        let id = mail.id;
        match move_one(mailbox, mail) {
            Ok(()) => {
                world
                    .store
                    .transact(move |books| books.filed(id).map_err(DeskError::from))?;
                done.filed += 1;
                in_a_row = 0;
            }
            Err(error) => {
                tracing::warn!(input = id, %error, "mail could not be filed");
                world
                    .store
                    .transact(move |books| books.filing_failed(id).map_err(DeskError::from))?;
                done.error.get_or_insert(error);
                in_a_row += 1;
            }
        }
        if in_a_row == FAULTS_IN_A_ROW {
            break;
        }
    }
    Ok(done)
}

fn move_one(mailbox: &mut Mailbox, mail: Unfiled) -> Result<(), MailboxError> {
    let uid = Uid {
        validity: mail.place.validity,
        uid: mail.place.uid,
    };
    let fate = match mail.review {
        true => Fate::Review,
        false => Fate::Done,
    };
    let filed = match mailbox.file(&uid, fate) {
        Err(MailboxError::Gone) if mail.sorted && !mail.review => {
            mailbox.refile(&uid, &mail.message_id)
        }
        filed => filed,
    };
    match filed {
        // Somebody moved it: it is not where it was, which is what filing is for.
        Err(MailboxError::Gone) => Ok(()),
        done => done,
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
