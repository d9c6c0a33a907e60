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
        "too-large" => "too large",
        "quarantined" => "forged, says the mail server",
        "too-many-unconfirmed" => "too many in this name today, none proven",
        other => other,
    }
}

/// Text that people wrote, which must not move the terminal's cursor.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
