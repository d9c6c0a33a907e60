//! Words for what the program keeps by names: for lists and pages on a terminal.

use serde::Serialize;

use crate::request::WakeReason;

/// The name of a value as words: `ApprovalAsked` is stored as `approval-asked`.
pub(super) fn of(value: impl Serialize) -> String {
    let name = serde_json::to_value(value).unwrap_or_default();
    name.as_str().unwrap_or("?").replace('-', " ")
}

/// Why a request wakes.
pub(super) fn wake(reason: WakeReason) -> String {
    match reason {
        WakeReason::Warning(percent) => {
            format!("warning that {percent} % of its hours have passed")
        }
        WakeReason::Breach => "its hours have passed: escalation".to_owned(),
        WakeReason::Reminder => "reminder to who holds it".to_owned(),
        WakeReason::Overdue => "the step is not answered in time".to_owned(),
        WakeReason::Still => "nothing came still: the desk's people".to_owned(),
        WakeReason::DeadlineMoved { .. } => "the calendar has changed".to_owned(),
        WakeReason::Look => "a look at who should be asked".to_owned(),
        WakeReason::Forgotten => "its requester does not answer: the desk's people".to_owned(),
    }
}

/// Why a mail waits for a person, and what a person can do.
pub(super) fn set_aside(reason: &str) -> &str {
    match reason {
        "unclassified" => "no procedure recognised",
        "not-allowed" => "its sender may not ask for it",
        "no-sender" => "nobody can tell who sent it",
        "unknown-signatory" => "the signatory is unknown",
        "cannot-be-read" | "too-many-tries" => "cannot be read",
        "too-many-from-sender" => "its sender writes too much",
        "too-large" => "too large",
        "quarantined" => "forged, says the mail server",
        "too-many-unconfirmed" => "too many in this name today, none proven",
        other => other,
    }
}

/// Text of others in one line, as it may be printed or logged: what could move the cursor, end the
/// line, turn the direction of writing or hide itself becomes a space.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if is_unsafe(c) { ' ' } else { c })
        .collect()
}

/// The same for text of several lines: these stay.
pub(super) fn plain_lines(text: &str) -> String {
    text.chars()
        .map(|c| if c != '\n' && is_unsafe(c) { ' ' } else { c })
        .collect()
}

/// JSON for programs, which may end up on a terminal all the same: such characters are escaped.
pub(super) fn json(value: &serde_json::Value) -> String {
    let mut out = escaped(&format!("{value:#}"));
    out.push('\n');
    out
}

/// What [`plain`] takes out, written as JSON would (`\u202e`); lines stay.
pub(super) fn escaped(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match is_unsafe(c) && c != '\n' {
            // Writing to a string cannot fail; all of these are of the basic plane.
            true => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            false => out.push(c),
        }
    }
    out
}

/// Controls (C0, DEL, C1), marks and overrides of direction (UAX #9), line and paragraph ends,
/// characters of no width.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_line() {
        let hostile = "a\u{1b}[31mb\r\nc\u{202e}d\u{9b}2Je\u{200b}f\u{2028}g ñ 日";
        assert_eq!(plain(hostile), "a [31mb  c d 2Je f g ñ 日");
        assert_eq!(plain_lines("a\nb\rc"), "a\nb c");
        let json = json(&serde_json::json!({ "a": "x\u{202e}\u{9b}\u{1b}\ny" }));
        assert!(json.contains("x\\u202e\\u009b\\u001b\\ny"), "{json}");
    }
}
