//! Files handled mails in the mailbox, once their fate is durable; repeated until it holds.

use super::world::{DeskError, World};
use crate::mailbox::{Fate, Mailbox, MailboxError, Uid};

/// How many are filed in one turn: the mailbox is wanted for other things too.
const AT_ONCE: u32 = 200;

/// Files what is not filed yet. Returns how many.
///
/// # Errors
/// The mailbox cannot be reached, or the store failed; it is done again at the next turn.
pub fn turn(mailbox: &mut Mailbox, world: &World) -> Result<u32, DeskError> {
    let unfiled = world
        .store
        .transact(|books| books.unfiled(AT_ONCE).map_err(DeskError::from))?;
    let mut filed = 0;
    for mail in unfiled {
        let uid = Uid {
            validity: mail.place.validity,
            uid: mail.place.uid,
        };
        let fate = if mail.review {
            Fate::Review
        } else {
            Fate::Done
        };
        match mailbox.file(&uid, fate) {
            // Somebody moved it: it is not where it was, which is what filing is for.
            Ok(()) | Err(MailboxError::Gone) => {}
            Err(error) => return Err(error.into()),
        }
        world
            .store
            .transact(move |books| books.filed(mail.id).map_err(DeskError::from))?;
        filed += 1;
    }
    Ok(filed)
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
