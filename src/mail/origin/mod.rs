//! What kind of sender wrote a mail: a person, a machine that answers, a server that could not
//! deliver, a list's newsletter, the desk itself. When in doubt a person.
//!
//! Lives here: the order of the questions, and the evidence for automatic answers and newsletters.
//! May not live here: the reading of delivery reports (`bounce`).
//!
//! `parts` knows receipts, complaints and calendars by their media types · `automatic` asks header,
//! subject and text in that order · `words` is the table of their words · `until` and `substitute`
//! read an absence · `bulk` knows newsletters.

mod automatic;
mod bulk;
mod parts;
mod substitute;
mod until;
mod words;

pub(super) use automatic::is_out_of_office_subject;

use chrono::NaiveDate;
use mail_parser::Message;

use super::bounce::{self, Inquiry};
use super::letter::{Address, AutomaticKind, Origin};
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

/// Judges the origin of a mail, and names the evidence (empty for a person without any mark).
pub(super) fn judge(case: &Case<'_>, desk: &Desk) -> (Origin, String) {
    if let Some(evidence) = own(case, desk) {
        return (Origin::Own, evidence.to_owned());
    }
    let is_system = case.from.is_some_and(|f| desk.systems.contains(&f.address));
    if is_system {
        return (Origin::Person, "desk.systems names the sender".to_owned());
    }
    if let Some(automatic) = automatic::by_form(case) {
        let evidence = automatic.evidence.clone();
        return (Origin::Automatic(automatic), evidence);
    }
    let inquiry = Inquiry {
        message: case.message,
        headers: case.headers,
        from: case.from,
        subject: case.subject,
        text: case.full_text,
        quotes: case.quotes,
    };
    if let Some(bounce) = bounce::read(&inquiry, desk) {
        let evidence = bounce.evidence.clone();
        return (Origin::Bounce(bounce), evidence);
    }
    let bulk = bulk::evidence(case);
    match (automatic::read(case), bulk) {
        // a newsletter is made by a machine, too, and answers nothing
        (Some(automatic), Some(bulk)) if automatic.kind == AutomaticKind::Notice => {
            (Origin::Bulk, bulk)
        }
        (Some(automatic), _) => {
            let evidence = automatic.evidence.clone();
            (Origin::Automatic(automatic), evidence)
        }
        (None, Some(bulk)) => (Origin::Bulk, bulk),
        (None, None) => (Origin::Person, automatic::person_mark(case)),
    }
}

/// From is the desk, or the desk's own mark and form of Message-ID are both there.
fn own(case: &Case<'_>, desk: &Desk) -> Option<&'static str> {
    if case.from.is_some_and(|f| desk.is_own_address(&f.address)) {
        return Some("from: the desk's address");
    }
    let marked = case
        .headers
        .get("x-mesad")
        .is_some_and(|tag| tag.trim() == desk.tag)
        && case.message_id.is_some_and(|id| is_own_id(id, desk));
    marked.then_some("x-mesad and message-id")
}
