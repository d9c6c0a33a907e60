//! How often the same thing is told to the same person: what others can cause, they must not be
//! able to cause without end.

use chrono::{DateTime, TimeDelta, Utc};

use crate::request::{Message, Notice, Opening, RequestId};
use crate::store::{Books, StoreError};

/// The time that a cap counts over.
const WINDOW: TimeDelta = TimeDelta::days(1);
/// Warnings of forged mails to one person in that time, whatever they were about.
const WARNINGS: u32 = 3;
/// Confirmations that one person is asked for about one request in that time. Whoever writes
/// without proof gets one each time, and a forger, or a machine that answers everything, goes on.
const CONFIRMATIONS: u32 = 5;
/// Words of others that one person is handed about one request in that time: nobody adds so many,
/// but a machine does. All of them are kept with the request.
const COMMENTS: u32 = 10;

/// Unconfirmed requests that may be open in one person's name: more are a forger's, or a person's
/// who should confirm those first.
const UNCONFIRMED: u32 = 10;

/// Whether so many requests wait for the word of whoever signed this one, which nothing proves
/// either, that it is left to a person of the desk.
pub(super) fn is_flooded(books: &Books<'_>, opening: &Opening) -> Result<bool, StoreError> {
    let address = &opening.requester.address;
    Ok(opening.confirmed.is_none() && books.count_unconfirmed(address)? >= UNCONFIRMED)
}

/// Whether a notice would be one too many. Nothing waits for it: the question that it repeats was
/// asked before, and is reminded in its own time.
pub(super) fn is_one_too_many(
    books: &Books<'_>,
    request: Option<RequestId>,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (about, most) = match notice.message {
        Message::ImpersonationWarning(_) => (None, WARNINGS),
        Message::DecisionConfirmation(_) => (request, CONFIRMATIONS),
        Message::Comment(_) => (request, COMMENTS),
        _ => return Ok(false),
    };
    let template = notice.message.template();
    let told = books.count_told(template, &notice.to.address, about, now - WINDOW)?;
    Ok(told >= most)
}
