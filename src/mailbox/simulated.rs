//! A mailbox that a simulation plays.

use super::{Fate, Folder, Listed, MailboxError, Moved, Outline, Uid};

/// What a simulation must play; each method as that of [`Mailbox`](super::Mailbox).
pub trait SimulatedMailbox: std::fmt::Debug + Send {
    /// The UIDs of all mails that lie in the folder now, in order of arrival.
    ///
    /// # Errors
    /// See [`MailboxError`].
    fn look(&mut self) -> Result<Vec<Uid>, MailboxError>;

    /// Size and time of mails; those that are not there any more are left out.
    ///
    /// # Errors
    /// See [`MailboxError`].
    fn describe(&mut self, uids: &[Uid]) -> Result<Vec<(Uid, Listed)>, MailboxError>;

    /// The bytes of a mail, or of its header.
    ///
    /// # Errors
    /// See [`MailboxError`].
    fn fetch(&mut self, uid: &Uid, header_only: bool) -> Result<Vec<u8>, MailboxError>;

    /// The UIDs of all mails that lie in a folder, in order of arrival.
    ///
    /// # Errors
    /// See [`MailboxError`].
    fn list(&mut self, folder: Folder) -> Result<Vec<Uid>, MailboxError>;

    /// Size, time and Message-ID of mails in a folder.
    ///
    /// # Errors
    /// See [`MailboxError`].
    fn outline(&mut self, folder: Folder, uids: &[Uid]) -> Result<Vec<Outline>, MailboxError>;

    /// The bytes of a mail in a folder.
    ///
    /// # Errors
    /// See [`MailboxError`].
    fn read(&mut self, folder: Folder, uid: &Uid) -> Result<Vec<u8>, MailboxError>;

    /// Files handled mails that lie in a folder; those that are not there are left out.
    ///
    /// # Errors
    /// See [`MailboxError`].
    fn file_all(
        &mut self,
        from: Folder,
        uids: &[Uid],
        fate: Fate,
    ) -> Result<Vec<Moved>, MailboxError>;

    /// Moves a mail that was filed for a person to those that were handled.
    ///
    /// # Errors
    /// See [`MailboxError`].
    fn refile(&mut self, message_id: &str) -> Result<(), MailboxError>;
}
