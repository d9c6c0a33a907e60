//! What an operator has the desk do; each act leaves an entry in the journal.

use chrono::{DateTime, Utc};

use super::DeskError;
use crate::store::Store;

/// What is done again with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It is handled again.
    Handled,
    /// It was never fetched: it is, as soon as it lies in the mailbox.
    Fetched,
    /// Nothing: it is not set aside.
    Nothing,
}

/// Has a mail that was set aside handled again, or fetched again where it never was.
///
/// # Errors
/// The store failed.
pub fn retry(store: &Store, input: i64, by: &str, now: DateTime<Utc>) -> Result<Again, DeskError> {
    let by = by.to_owned();
    store.transact(move |books| {
        let again = if books.run_again(input)? {
            Again::Handled
        } else if books.fetch_again(input)? {
            Again::Fetched
        } else {
            return Ok(Again::Nothing);
        };
        books.journal_mail(input, "retried", &by, now)?;
        tracing::info!(input, by, ?again, "mail taken up again by an operator");
        Ok(again)
    })
}
