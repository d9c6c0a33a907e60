//! Mails whose media types say what they are: receipts (RFC 8098), complaints (RFC 5965),
//! calendars (RFC 5546).

use mail_parser::{Message, MimeHeaders, PartType};

use super::super::letter::AutomaticKind;

/// The kind of such a mail, and by what it is known.
pub(super) fn kind(message: &Message<'_>) -> Option<(AutomaticKind, String)> {
    let report = message
        .content_type()
        .and_then(|ct| ct.attribute("report-type"))
        .map(str::to_ascii_lowercase);
    match report.as_deref() {
        Some("disposition-notification") => {
            return named(AutomaticKind::ReadReceipt, "read receipt: report-type");
        }
        Some("feedback-report") => {
            return named(AutomaticKind::Complaint, "feedback report: report-type");
        }
        _ => {}
    }
    let mut calendar = None;
    for part in &message.parts {
        let Some(ct) = part.content_type() else {
            continue;
        };
        let name = format!("{}/{}", ct.ctype(), ct.subtype().unwrap_or_default()).to_lowercase();
        match name.as_str() {
            "message/disposition-notification" | "message/global-disposition-notification" => {
                return named(AutomaticKind::ReadReceipt, &format!("read receipt: {name}"));
            }
            "message/feedback-report" => {
                return named(
                    AutomaticKind::Complaint,
                    &format!("feedback report: {name}"),
                );
            }
            "text/calendar" | "application/ics" => {
                let declared = ct.attribute("method").map(str::to_ascii_uppercase);
                let written = || match &part.body {
                    PartType::Text(text) => method(text),
                    PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                        method(&String::from_utf8_lossy(bytes))
                    }
                    _ => None,
                };
                calendar = calendar.or(declared).or_else(written);
            }
            _ => {}
        }
    }
    let method = calendar?;
    let kind = match method.as_str() {
        "REPLY" | "COUNTER" | "DECLINECOUNTER" | "REFRESH" => AutomaticKind::InvitationReply,
        "REQUEST" | "ADD" | "CANCEL" => AutomaticKind::Invitation,
        // PUBLISH: a file that somebody attached
        _ => return None,
    };
    named(kind, &format!("calendar: METHOD:{method}"))
}

fn named(kind: AutomaticKind, evidence: &str) -> Option<(AutomaticKind, String)> {
    Some((kind, evidence.to_owned()))
}

/// The METHOD of an iCalendar object (RFC 5545, 3.7.2).
fn method(text: &str) -> Option<String> {
    text.lines().take(200).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("method")
            .then(|| value.trim().to_ascii_uppercase())
    })
}
