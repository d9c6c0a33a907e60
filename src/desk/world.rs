//! What the turns of the desk work with, real or simulated.

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::clock::Clock;
use super::random::Random;
use super::token::Key;
use crate::letters::Templates;
use crate::mailbox::MailboxError;
use crate::office::Office;
use crate::request::WakeReason;
use crate::sandbox::{Sandbox, SandboxError};
use crate::store::{Store, StoreError};

/// Clock, chance, store, sandbox, office. Clones share them, so that each loop has one. The mailbox
/// and the way out belong to one loop each and are handed to its turns.
#[derive(Clone, Debug)]
pub struct World {
    /// Time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
    /// What the desk remembers.
    pub store: Store,
    /// Reads documents.
    pub sandbox: Sandbox,
    /// The configuration.
    pub office: Arc<Office>,
    /// The mails' templates.
    pub templates: Arc<Templates>,
    /// The key of the tokens.
    pub key: Key,
}

/// Why a turn could not do its work. The input it was about stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mailbox.
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    /// The mailbox is old and the desk new.
    #[error(transparent)]
    Start(#[from] super::begin::ManyOldMails),
    /// The reader of documents.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// No randomness.
    #[error("the system gives no random bytes")]
    Random,
    /// Reading or making a mail panicked.
    #[error("reading or making the mail panicked: {0}")]
    Panicked(String),
    /// The disk does not say how full it is.
    #[error("the disk: {0}")]
    Disk(String),
    /// The disk is too full to take mail.
    #[error(
        "the disk of the database has {free} bytes free, and {wanted} must be ([limits] \
         free_bytes): no mail is taken until there is room; all stay in the mailbox"
    )]
    NoRoom {
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be.
        wanted: u64,
    },
    /// What a request is woken for leaves it as it was: it would be woken without end.
    #[error("woken for {0:?}, the request is due for the same thing at once")]
    Restless(WakeReason),
    /// The bytes of a stored mail are not there.
    #[error("the contents of the mail are missing")]
    NoContents,
}

impl DeskError {
    /// Whether the database's file is damaged: the desk must end, and a person act.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_damage())
    }

    /// Whether the fault is the machine's and may pass: what was being done is not to blame, and is
    /// done again. Anything else comes again at each try, which must therefore be counted.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Store(error) => error.is_passing(),
            Self::Mailbox(_) | Self::Start(_) | Self::Random => true,
            Self::Disk(_) | Self::NoRoom { .. } => true,
            Self::Sandbox(SandboxError::Stopped) => true,
            Self::Sandbox(SandboxError::Start(error)) => !matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::InvalidInput
            ),
            Self::Sandbox(SandboxError::Broken(_))
            | Self::Panicked(_)
            | Self::Restless(_)
            | Self::NoContents => false,
        }
    }
}

/// Does something that may panic on what a mail says, without taking the loop along.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, DeskError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        DeskError::Panicked(text.unwrap_or_else(|| "no message".to_owned()))
    })
}
