//! What can be wrong with the desk itself, by name: in mails, in the store, in `mesad status`.

use serde::{Deserialize, Serialize};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmKind {
    /// The mailbox was not looked at for a set time.
    NoFetch,
    /// Mails wait, and none was sent for a set time.
    NoSend,
    /// The mailbox's server refuses the login.
    MailboxRefused,
    /// The outgoing server refuses the login.
    OutgoingRefused,
    /// Mails wait too long to be decided.
    Undecided,
    /// Mails wait too long to be sent, though others go out.
    Unsent,
    /// There is little room on the disk.
    Disk,
    /// The clock was set, or stood still: it jumped against the time that has passed.
    Clock,
    /// A loop does not turn.
    Stuck,
    /// The database is damaged, or cannot be written.
    Database,
    /// The last backup is too old, or failed.
    Backup,
    /// A mail of the mailbox is not accounted for.
    Unaccounted,
    /// The new configuration could not be taken: the one before goes on.
    Configuration,
    /// Somebody writes so much that their mails wait for a person.
    Flood,
}

impl AlarmKind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::NoFetch,
        Self::NoSend,
        Self::MailboxRefused,
        Self::OutgoingRefused,
        Self::Undecided,
        Self::Unsent,
        Self::Disk,
        Self::Clock,
        Self::Stuck,
        Self::Database,
        Self::Backup,
        Self::Unaccounted,
        Self::Configuration,
        Self::Flood,
    ];

    /// Its name: `no-fetch`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoFetch => "no-fetch",
            Self::NoSend => "no-send",
            Self::MailboxRefused => "mailbox-refused",
            Self::OutgoingRefused => "outgoing-refused",
            Self::Undecided => "undecided",
            Self::Unsent => "unsent",
            Self::Disk => "disk",
            Self::Clock => "clock",
            Self::Stuck => "stuck",
            Self::Database => "database",
            Self::Backup => "backup",
            Self::Unaccounted => "unaccounted",
            Self::Configuration => "configuration",
            Self::Flood => "flood",
        }
    }

    /// The one with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
