//! What the desk remembers: SQLite, one thread that owns the connection, a file for each table.
//!
//! Lives here: questions and changes in the desk's words, the schema, transactions. May not live
//! here: any decision about what is stored.

mod absences;
mod access;
mod accounts;
mod alarms;
mod anchors;
mod backup;
mod beside;
mod books;
mod commands;
mod copy;
mod error;
mod health;
mod held;
mod inputs;
mod journal;
mod journal_check;
mod journal_form;
mod journal_record;
mod kin;
mod known;
mod marks;
mod notices;
mod parked;
mod places;
mod purge;
mod requests;
mod restored;
mod schema;
mod sent_log;
mod simulated;
mod sound;
mod trace;
mod triage;
mod watch;

pub use absences::ToldAbsence;
pub use access::{Access, AccessLog, Accessed};
pub use accounts::{Account, Behind};
pub use alarms::{AlarmRow, Run};
pub use backup::{Copied, Prepared, prepare};
pub use beside::{Beside, Side};
pub use books::{Books, Store};
pub use commands::{CommandRow, CommandState};
pub use error::StoreError;
pub use held::{CAPPED, CameBack, OpenConfirmation};
pub use inputs::{Counts, Handled, Input, Parked, Place, StoredMail};
pub use journal::{Act, Entry};
pub use journal_check::{Broken, Verified};
pub use journal_form::{Anchor, Link};
pub use journal_record::{Evidence, MailIn, MailOut};
pub use notices::{DueNotice, NewNotice, NoticeRow, NoticeState, Thread, Told};
pub use places::{Back, Lying, Original, Unfiled};
pub use purge::{Cutoffs, MailKept, Purgeable, Purger};
pub use requests::Listing;
pub use restored::{Held, Lost};
pub use schema::latest as latest_schema;
pub use sent_log::{SentLine, SentLog};
pub use simulated::{Border, Disk, Faults, Here};
pub use sound::check_before_start;
pub use trace::{EventTrace, ReceivedTrace, SentTrace};
pub use watch::{HandledMail, JournalEvent, SentMail};
