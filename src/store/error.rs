//! Why the store says no.

use std::path::PathBuf;

use super::sound;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no; the transaction left no trace.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The schema could not be brought up to date.
    #[error("database schema: {0}")]
    Migration(#[from] rusqlite_migration::Error),
    /// A stored value cannot be read.
    #[error("database: stored value: {0}")]
    Value(#[from] serde_json::Error),
    /// Another process has the database.
    #[error("database {0}: another mesad uses it; stop that one first")]
    InUse(String),
    /// A newer program made it.
    #[error(
        "database {}: its schema is {found}, and this program knows {known} and older ones: a \
         newer mesad has worked with it. Install that one again, or put back a copy from before \
         with `mesad restore FILE` (beside the database lies one named .before-schema-{found}, if \
         it was changed here)", .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that is known.
        known: i64,
    },
    /// An older program made it, and it may not be changed now.
    #[error(
        "database {}: its schema is {found}, this program's is {known}: start the desk with this \
         program once (`mesad run`), which copies the database and brings it up to date",
        .path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that is known.
        known: i64,
    },
    /// A program that was never released made it.
    #[error(
        "database {}: it says that its schema is {said}, and has other tables: a mesad that was \
         never released has worked with it, which no other can go on with. It is left as it was; \
         begin with an empty folder of state, or put back a copy of a released mesad's with \
         `mesad restore FILE`", .path.display()
    )]
    OtherTables {
        /// The file.
        path: PathBuf,
        /// The schema that it says it has.
        said: i64,
    },
    /// The file is not what SQLite wrote.
    #[error(
        "database {}: it is damaged ({what}). Stop the desk, look at the disk (its log, SMART), \
         and put back the newest good copy with `mesad restore FILE`; the damaged file is kept. \
         Copies lie in the folder that [backup] names; docs/storage.md says what follows",
        .path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        what: String,
    },
    /// The log beside the database could not be emptied.
    #[error(
        "what was blanked is gone from the database {}, but still stands in the log beside it \
         (-wal), because somebody reads the database: end what reads it (another mesad command, a \
         tool for SQLite). The desk then empties the log by itself within minutes; `mesad purge` \
         does it at once", .0.display()
    )]
    StillInLog(PathBuf),
    /// A file that is no database of mesad's.
    #[error("{}: this is no database of mesad's", .0.display())]
    NotOurs(PathBuf),
    /// The code that ran in the transaction panicked; the transaction left no trace.
    #[error("panicked while deciding: {0}")]
    Panicked(String),
    /// The store's thread is gone.
    #[error("the store has ended")]
    Ended,
    /// The file cannot be made.
    #[error("database {0}: {1}")]
    File(String, std::io::Error),
}

impl StoreError {
    /// Whether the fault is the machine's and may pass (a full disk, no memory, a lock), so that
    /// the same work can succeed later. Anything else comes again at each try.
    pub fn is_passing(&self) -> bool {
        use rusqlite::ErrorCode as Code;
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    Code::DiskFull
                        | Code::SystemIoFailure
                        | Code::DatabaseBusy
                        | Code::DatabaseLocked
                        | Code::ReadOnly
                        | Code::CannotOpen
                        | Code::OutOfMemory
                        | Code::DatabaseCorrupt
                        | Code::NotADatabase
                )
            ),
            Self::Migration(_) | Self::InUse(_) | Self::Ended | Self::File(..) => true,
            Self::StillInLog(_) => true,
            // Not the mail's fault either; the desk ends over it.
            Self::Newer { .. }
            | Self::Older { .. }
            | Self::OtherTables { .. }
            | Self::Damaged { .. }
            | Self::NotOurs(_) => true,
            Self::Value(_) | Self::Panicked(_) => false,
        }
    }

    /// Whether it would come again at each start, until a person does something.
    pub fn needs_a_person(&self) -> bool {
        matches!(
            self,
            Self::Newer { .. } | Self::OtherTables { .. } | Self::NotOurs(_)
        ) || self.is_damage()
    }

    /// Whether the database's file is damaged: nothing can be trusted to it any more.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite(error) => sound::is_damage(error),
            Self::Damaged { .. } => true,
            _ => false,
        }
    }
}
