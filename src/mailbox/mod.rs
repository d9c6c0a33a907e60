//! Where mails come from: IMAP or a Maildir. Raw bytes with UIDVALIDITY and UID; nothing is parsed.
//!
//! Lives here: the two protocols and their faults. May not live here: what a mail means, whether it
//! was seen before (`store/`).

use std::time::Duration;

use chrono::{DateTime, Utc};

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
    /// When the server received it (INTERNALDATE); in a Maildir the file's time of change.
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
    /// Trying again may help; the connection was dropped.
    #[error("{0}; it is tried again")]
    Retry(String),
    /// The mail is not there any more.
    #[error("the mail is not in the mailbox any more")]
    Gone,
    /// Somebody must change something first.
    #[error("{0}")]
    Configuration(String),
}

/// A mailbox.
#[derive(Debug)]
pub enum Mailbox {}

impl Mailbox {
    /// The UIDs of all mails that lie in the folder now, in order of arrival.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn look(&mut self) -> Result<Vec<Uid>, MailboxError> {
        unimplemented!()
    }

    /// Size and time of a mail.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn describe(&mut self, uid: &Uid) -> Result<Listed, MailboxError> {
        let _ = uid;
        unimplemented!()
    }

    /// The bytes of a mail, its flags untouched; with `header_only` the header alone.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn fetch(&mut self, uid: &Uid, header_only: bool) -> Result<Vec<u8>, MailboxError> {
        let _ = (uid, header_only);
        unimplemented!()
    }

    /// Files a handled mail as configured. Doing it again does no harm; `Gone` means that it holds.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn file(&mut self, uid: &Uid, fate: Fate) -> Result<(), MailboxError> {
        let _ = (uid, fate);
        unimplemented!()
    }

    /// Returns when something may have arrived, or after `at_most`.
    ///
    /// # Errors
    /// See [`MailboxError`].
    pub fn wait(&mut self, at_most: Duration) -> Result<(), MailboxError> {
        let _ = at_most;
        unimplemented!()
    }
}
