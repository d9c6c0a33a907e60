//! Mails that the server describes together, or, where it refuses to, each apart: one of which it
//! says nothing must not keep the others.

use crate::mailbox::{Folder, Mailbox, MailboxError, Uid};

/// What was described, and the mails of which the server says nothing.
pub(super) struct Described<T> {
    /// What it says.
    pub found: Vec<T>,
    /// Of these it says nothing, though it lists the folder.
    pub silent: Vec<Uid>,
}

/// So many times what is asked for at most is asked for where nothing is found at all.
const TEN_TIMES: usize = 10;

/// Asks for all at once, then, where that fails, for each apart. After `most` silent ones the rest
/// is left for another time, if anything was found. `alive` is called for each.
///
/// # Errors
/// The mailbox cannot be reached: the folder cannot be listed either.
pub(super) fn describe<T>(
    mailbox: &mut Mailbox,
    (folder, uids): (Folder, &[Uid]),
    most: usize,
    alive: &dyn Fn(),
    ask: impl Fn(&mut Mailbox, &[Uid]) -> Result<Vec<T>, MailboxError>,
) -> Result<Described<T>, MailboxError> {
    let (mut found, mut silent) = (vec![], vec![]);
    match ask(mailbox, uids) {
        Err(MailboxError::Retry(error)) => {
            tracing::warn!(error, "mails are not described together; each apart");
        }
        all => {
            let found = all?;
            return Ok(Described { found, silent });
        }
    }
    for uid in uids {
        alive();
        match ask(mailbox, std::slice::from_ref(uid)) {
            Ok(one) => found.extend(one),
            Err(MailboxError::Retry(error)) => {
                // A server that lists the folder is there: it is the mail that it cannot give.
                mailbox.list(folder)?;
                tracing::warn!(uid = uid.uid, error, "the server says nothing of a mail");
                silent.push(uid.clone());
            }
            Err(error) => return Err(error),
        }
        if silent.len() >= most && (!found.is_empty() || silent.len() >= TEN_TIMES * most) {
            break;
        }
    }
    Ok(Described { found, silent })
}
