//! The way out may be away for days. That is no mail's fault: the days that a mail has begin anew
//! when somebody answers again.

use chrono::{DateTime, TimeDelta, Utc};

use crate::store::{Books, StoreError};

/// Since when nobody answers.
const AWAY: &str = "out-away";
/// When the way out last answered after it had been away for long.
const BACK: &str = "out-back";
/// A shorter silence costs a mail one try at most, and changes nothing: a server that stumbles each
/// day must not keep a mail for ever.
const LONG: TimeDelta = TimeDelta::hours(4);

/// Writes down whether the way out answers.
pub(super) fn note(books: &Books<'_>, reached: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
    match (books.mark(AWAY)?, reached) {
        (None, false) => books.set_mark(AWAY, now),
        (Some(away), true) => {
            if now - away >= LONG {
                books.set_mark(BACK, now)?;
            }
            books.clear_mark(AWAY)
        }
        (None, true) | (Some(_), false) => Ok(()),
    }
}

/// For how long a mail that was first tried then is not taken by a server that answers.
pub(super) fn tried_for(
    books: &Books<'_>,
    first_tried_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<TimeDelta, StoreError> {
    let first = first_tried_at.unwrap_or(now);
    let since = books.mark(BACK)?.map_or(first, |back| back.max(first));
    // A clock that was set back a little must not have it tried without end.
    Ok((now - since).max(TimeDelta::zero()))
}
