//! What the turns of the desk work with, real or simulated.

use std::sync::Arc;

use super::clock::Clock;
use super::random::Random;
use super::token::Key;
use crate::letters::Templates;
use crate::mailbox::MailboxError;
use crate::office::Office;
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
    /// The reader of documents.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// No randomness.
    #[error("the system gives no random bytes")]
    Random,
    /// Reading a mail panicked.
    #[error("reading the mail panicked: {0}")]
    Panicked(String),
}
