//! Subjects that keep a thread together.
//!
//! A thread is one recipient and one request. It begins with a subject of its own
//! (`[SIGEC-2026-000123] Se solicita su aprobación: …`) or with the sender's
//! (`Re: [SIGEC-2026-000123] cambio de fecha`), and every later mail of it has the same subject
//! behind one "Re:", since Gmail and Outlook begin a new conversation where the subject changes.
//! What is new stands as the heading of the mail and as its first line, which lists show.
//!
//! Alarms to the desk's own people (a deadline, a mailbox that does not exist) have a subject of
//! their own: they must be seen in a list, and their reader follows many requests. References
//! still tie them to their thread.

use std::sync::LazyLock;

use regex::Regex;

use super::words::one_line;
use crate::request::Message;

/// Longest subject behind the tag, in characters.
const LONGEST: usize = 120;

/// Reply and forward marks of Spanish, English, German and Portuguese clients, also counted ones
/// (`Re[2]:`).
#[expect(
    clippy::expect_used,
    reason = "a constant pattern, compiled by every test"
)]
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:re|rv|rm|fw|fwd|aw|wg|res|enc|respuesta|reenviado)\s*(?:\[\d+\])?\s*:\s*")
        .expect("a constant")
});

/// A tag of a request.
#[expect(
    clippy::expect_used,
    reason = "a constant pattern, compiled by every test"
)]
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\[[a-z][a-z0-9._-]*-\d{4}-\d{3,}\]").expect("a constant"));

/// A subject without "Re:", forward marks and tags of requests: what a thread is remembered by.
pub fn bare_subject(subject: &str) -> String {
    let mut bare = one_line(&TAG.replace_all(subject, " "), LONGEST);
    while let Some(found) = MARK.find(&bare) {
        bare = bare.get(found.end()..).unwrap_or_default().to_owned();
    }
    bare
}

/// Whether a mail is an alarm, whose subject says what happened.
fn is_alarm(message: &Message) -> bool {
    matches!(
        message,
        Message::Breach(_)
            | Message::DeadlineWarning(_)
            | Message::Attention(_)
            | Message::Undeliverable(_)
    )
}

/// The subject of a mail that opened no request, where this answers it.
fn answered(message: &Message) -> Option<&str> {
    match message {
        Message::WrongChannel(m) => Some(&m.subject),
        Message::TriageReceived(m) => Some(&m.subject),
        Message::NotOurs(m) => Some(&m.subject),
        Message::TooLarge(m) => Some(&m.subject),
        _ => None,
    }
}

/// The subject of a message's mail, which has this heading, in the thread that began with that
/// subject.
pub(super) fn of(message: &Message, heading: &str, thread: Option<&str>) -> String {
    let thread = match is_alarm(message) {
        true => None,
        false => thread.or_else(|| answered(message).filter(|s| !bare_subject(s).is_empty())),
    };
    compose(super::number(message), heading, thread)
}

/// The subject of a mail: that of its thread, or its own heading where it begins one.
pub(super) fn compose(number: Option<&str>, heading: &str, thread: Option<&str>) -> String {
    let tag = number.map(|n| format!("[{n}]"));
    let bare = thread.map(bare_subject).filter(|t| !t.is_empty());
    let rest = match &bare {
        Some(bare) => bare.clone(),
        None => bare_subject(heading),
    };
    let parts = [
        thread.map(|_| String::from("Re:")),
        tag,
        Some(rest).filter(|r| !r.is_empty()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The subject of an answer to a mail with this subject.
pub(super) fn reply(subject: &str) -> String {
    let again = subject
        .get(..3)
        .is_some_and(|s| s.eq_ignore_ascii_case("re:"));
    if again {
        subject.to_owned()
    } else {
        format!("Re: {subject}")
    }
}
