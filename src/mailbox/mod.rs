//! Where mails come from: IMAP or a Maildir. Raw bytes with UIDVALIDITY and UID; nothing is parsed.
//!
//! Lives here: the two protocols and their faults. May not live here: what a mail means, whether it
//! was seen before (`store/`), where a secret is found.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::office::{Filing, Imap};

mod answers;
mod connect;
mod contents;
mod filing;
mod folders;
mod guard;
mod idle;
mod imap;
pub mod maildir;
mod names;
mod session;
mod simulated;

pub use folders::{Folder, Moved, Outline};
pub use imap::{ImapMailbox, Patience};
pub use simulated::SimulatedMailbox;

/// Largest header that is given, in bytes.
const HEADER_LIMIT: u64 = 256 * 1024;

/// Gives a secret, read anew at each call, or says why not. Called on each login.
pub type Secret = Box<dyn Fn() -> Result<String, String> + Send>;

/// A mail's place in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid {
    /// UIDVALIDITY (RFC 3501, 2.3.1.1); 1 in a Maildir.
    pub validity: u32,
    /// UID as digits; in a Maildir the unique part of the file name.
    pub uid: String,
}

/// What is known of a mail before it is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its size in bytes (RFC822.SIZE).
    pub bytes: u64,
    /// When the server received it (INTERNALDATE); in a Maildir the file's time of change. 1970
    /// where what it says is no date.
    pub received_at: DateTime<Utc>,
}

/// What becomes of a handled mail in the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was handled.
    Done,
    /// A person must look at it.
    Review,
}

/// Why the mailbox did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    /// Trying again may help; [`Mailbox::wait`] waits as long as is fitting first.
    #[error("{0}; it is tried again")]
    Retry(String),
    /// The mail is not there any more.
    #[error("the mail is not in the mailbox any more")]
    Gone,
    /// Somebody must change something first.
    #[error("{0}")]
    Configuration(String),
    /// The server refuses the login; the same secret must not be tried again and again, or the
    /// account is locked.
    #[error("{0}")]
    Refused(String),
}

/// A mailbox.
#[derive(Debug)]
pub enum Mailbox {
    /// On an IMAP server.
    Imap(Box<ImapMailbox>),
    /// A Maildir.
    Maildir(maildir::Maildir),
    /// One that a simulation plays; it has no waits.
    Simulated(Box<dyn SimulatedMailbox>),
}

impl Mailbox {
    /// A mailbox on an IMAP server; nothing is connected yet. `seed` varies the waits after
    /// failures, so that many clients do not come back at once.
    ///
    /// # Errors
    /// `Configuration` where the system gives no sockets.
    pub fn imap(
        server: Imap,
        filing: Filing,
        secret: Secret,
        seed: u64,
    ) -> Result<Self, MailboxError> {
        Ok(Self::Imap(Box::new(ImapMailbox::new(
            server, filing, secret, seed,
        )?)))
    }

    /// A Maildir. Its folders are made where the folder above them exists.
    ///
    /// # Errors
    /// `Configuration` where there is no such folder or it can't be written.
    pub fn maildir(path: &Path, filing: Filing) -> Result<Self, MailboxError> {
        Ok(Self::Maildir(maildir::Maildir::open(path, filing)?))
    }

    /// The same with other waits; a Maildir has none.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        if let Self::Imap(imap) = &mut self {
            imap.set_patience(patience);
        }
        self
    }

    /// The UIDs of all mails that lie in the folder now, in order of arrival.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn look(&mut self) -> Result<Vec<Uid>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.look(),
            Self::Maildir(maildir) => maildir.look(),
            Self::Simulated(played) => played.look(),
        }
    }

    /// Size and time of mails; those that are not there any more are left out.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn describe(&mut self, uids: &[Uid]) -> Result<Vec<(Uid, Listed)>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.describe(uids),
            Self::Maildir(maildir) => maildir.describe(uids),
            Self::Simulated(played) => played.describe(uids),
        }
    }

    /// The bytes of a mail, its flags untouched; with `header_only` the header alone, at most
    /// 256 KiB of it. Whether the mail is too large is asked with [`Self::describe`] before.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn fetch(&mut self, uid: &Uid, header_only: bool) -> Result<Vec<u8>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.fetch(uid, header_only),
            Self::Maildir(maildir) => maildir.fetch(uid, header_only),
            Self::Simulated(played) => played.fetch(uid, header_only),
        }
    }

    /// The UIDs of all mails that lie in a folder, in order of arrival; none where there is no such
    /// folder. Nothing is changed.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn list(&mut self, folder: Folder) -> Result<Vec<Uid>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.list(folder),
            Self::Maildir(maildir) => maildir.list(folder),
            Self::Simulated(played) => played.list(folder),
        }
    }

    /// Size, time and Message-ID of mails in a folder; those that are not there are left out.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn outline(&mut self, folder: Folder, uids: &[Uid]) -> Result<Vec<Outline>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.outline(folder, uids),
            Self::Maildir(maildir) => maildir.outline(folder, uids),
            Self::Simulated(played) => played.outline(folder, uids),
        }
    }

    /// The bytes of a mail in a folder, its flags untouched.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn read(&mut self, folder: Folder, uid: &Uid) -> Result<Vec<u8>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.read(folder, uid),
            Self::Maildir(maildir) => maildir.read(folder, uid),
            Self::Simulated(played) => played.read(folder, uid),
        }
    }

    /// Files handled mails that lie in a folder, at once; those that are not there any more are
    /// left out of the answer. Doing it again does no harm.
    ///
    /// # Errors
    /// See [`MailboxError`]; some may have been moved.
    pub fn file_all(
        &mut self,
        from: Folder,
        uids: &[Uid],
        fate: Fate,
    ) -> Result<Vec<Moved>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.file_all(from, uids, fate),
            Self::Maildir(maildir) => maildir.file_all(from, uids, fate),
            Self::Simulated(played) => played.file_all(from, uids, fate),
        }
    }

    /// Files a handled mail as configured. Doing it again does no harm; `Gone` means that it holds.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn file(&mut self, uid: &Uid, fate: Fate) -> Result<(), MailboxError> {
        match self {
            Self::Imap(imap) => imap.file(uid, fate),
            Self::Maildir(maildir) => maildir.file(uid, fate),
            Self::Simulated(played) => {
                let moved = played.file_all(Folder::Incoming, std::slice::from_ref(uid), fate)?;
                moved.first().map(|_| ()).ok_or(MailboxError::Gone)
            }
        }
    }

    /// Moves a mail that was filed for a person to those that were handled. An IMAP server has
    /// given it another UID meanwhile: there it is found by its Message-ID.
    ///
    /// # Errors
    /// See [`MailboxError`]; `Gone` where it is not found.
    pub fn refile(&mut self, uid: &Uid, message_id: &str) -> Result<(), MailboxError> {
        match self {
            Self::Imap(imap) => imap.refile(message_id),
            Self::Maildir(maildir) => maildir.refile(uid),
            Self::Simulated(played) => played.refile(message_id),
        }
    }

    /// Whether the login was refused with another secret than the one that is found now.
    pub fn has_new_secret(&self) -> bool {
        match self {
            Self::Imap(imap) => imap.has_new_secret(),
            Self::Maildir(_) | Self::Simulated(_) => false,
        }
    }

    /// Returns when something may have arrived, after `at_most`, soon after `stop` became true, or
    /// earlier for reasons of its own. After a `Retry` it waits before the next attempt, longer
    /// each time (up to five minutes); it never connects by itself.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn wait(&mut self, at_most: Duration, stop: &AtomicBool) -> Result<(), MailboxError> {
        match self {
            Self::Imap(imap) => imap.wait(at_most, stop),
            Self::Maildir(maildir) => {
                maildir.wait(at_most, stop);
                Ok(())
            }
            Self::Simulated(_) => Ok(()),
        }
    }
}

/// The folder for a fate; none: it stays.
fn target(filing: &Filing, fate: Fate) -> Option<&str> {
    match (filing, fate) {
        (Filing::Leave, _) => None,
        (Filing::Move { done, .. }, Fate::Done) => Some(done),
        (Filing::Move { review, .. }, Fate::Review) => Some(review),
    }
}

/// A server's words fit for one line of a log: no control characters, 300 characters at most.
fn plain(text: &str) -> String {
    let clean = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    clean.take(300).collect()
}
