//! What kind of sender wrote a mail: a person, a machine that answers, a server that could not
//! deliver, a list's newsletter, the desk itself. When in doubt a person.
//!
//! Lives here: the order of the questions, and the evidence for automatic answers and newsletters.
//! May not live here: the reading of delivery reports (`bounce`).

mod automatic;
mod bulk;
mod until;

pub(super) use automatic::is_out_of_office_subject;

use chrono::NaiveDate;
use mail_parser::Message;

use super::bounce::{self, Inquiry};
use super::letter::{Address, Origin};
use super::raw::Headers;
use super::references::is_own_id;
use crate::office::Desk;

/// All that is looked at.
pub(super) struct Case<'a> {
    /// The mail.
    pub message: &'a Message<'a>,
    /// Its header.
    pub headers: &'a Headers,
    /// Its sender.
    pub from: Option<&'a Address>,
    /// Its Message-ID.
    pub message_id: Option<&'a str>,
    /// Its subject.
    pub subject: &'a str,
    /// Its new text.
    pub text: &'a str,
    /// Its whole text.
    pub full_text: &'a str,
    /// Whether it quotes another mail.
    pub quotes: bool,
    /// Whether files came with it.
    pub has_files: bool,
    /// Its date, to complete one without a year.
    pub date: Option<NaiveDate>,
}

/// Judges the origin of a mail.
pub(super) fn judge(case: &Case<'_>, desk: &Desk) -> Origin {
    if is_own(case, desk) {
        return Origin::Own;
    }
    let is_system = case.from.is_some_and(|f| desk.systems.contains(&f.address));
    if is_system {
        return Origin::Person;
    }
    let inquiry = Inquiry {
        message: case.message,
        headers: case.headers,
        from: case.from,
        subject: case.subject,
        text: case.full_text,
    };
    if let Some(bounce) = bounce::read(&inquiry, desk) {
        return Origin::Bounce(bounce);
    }
    if let Some(automatic) = automatic::read(case) {
        return Origin::Automatic(automatic);
    }
    if bulk::is_bulk(case) {
        Origin::Bulk
    } else {
        Origin::Person
    }
}

/// From is the desk, or the desk's own mark and form of Message-ID are both there.
fn is_own(case: &Case<'_>, desk: &Desk) -> bool {
    if case.from.is_some_and(|f| desk.is_own_address(&f.address)) {
        return true;
    }
    case.headers
        .get("x-mesad")
        .is_some_and(|tag| tag.trim() == desk.tag)
        && case.message_id.is_some_and(|id| is_own_id(id, desk))
}
