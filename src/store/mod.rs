//! What the desk remembers: SQLite, one thread that owns the connection, a file for each table.
//!
//! Lives here: questions and changes in the desk's words, the schema, transactions. May not live
//! here: any decision about what is stored.

mod absences;
mod books;
mod commands;
mod inputs;
mod journal;
mod known;
mod marks;
mod notices;
mod parked;
mod requests;
mod triage;
mod watch;

pub use absences::ToldAbsence;
pub use books::{Books, Store, StoreError};
pub use commands::{CommandRow, CommandState};
pub use inputs::{Counts, Handled, Input, Parked, Place, StoredMail, Unfiled};
pub use journal::Entry;
pub use notices::{DueNotice, NewNotice, NoticeRow, NoticeState, Thread, Told};
pub use requests::Listing;
pub use watch::{HandledMail, JournalEvent, SentMail};
