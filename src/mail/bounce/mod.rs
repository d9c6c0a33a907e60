//! Reports of non-delivery: those with a `message/delivery-status` part (RFC 3464, RFC 6522) and
//! the texts of servers that write none.
//!
//! Lives here: recipients, statuses and the id of the mail that came back. May not live
//! here: before what else a mail is looked at for this (`origin`).

mod text;

use std::sync::LazyLock;

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};
use regex::Regex;

use self::text::{is_bounce_text, recipients_of_text};
use super::address;
use super::body::part_text;
use super::letter::{Address, Bounce, BouncedRecipient};
use super::line::fold;
use super::raw::Headers;
use super::references::{bare_id, is_own_id};
use crate::office::Desk;

/// What a bounce is recognised by.
pub(super) struct Inquiry<'a> {
    /// The mail.
    pub message: &'a Message<'a>,
    /// Its header.
    pub headers: &'a Headers,
    /// Its sender.
    pub from: Option<&'a Address>,
    /// Its subject.
    pub subject: &'a str,
    /// Its whole text.
    pub text: &'a str,
}

/// Most recipients of one report.
const RECIPIENTS_MAX: usize = 500;

/// The bounce that a mail is, if it is one.
pub(super) fn read(inquiry: &Inquiry<'_>, desk: &Desk) -> Option<Bounce> {
    let reported = reported_recipients(inquiry.message);
    let has_report = !reported.is_empty();
    if !has_report && !is_report(inquiry) && !is_bounce_text(inquiry) {
        return None;
    }
    let recipients = if has_report {
        reported
    } else {
        recipients_of_text(inquiry, desk)
    };
    Some(Bounce {
        recipients,
        original_message_id: original_id(inquiry, desk),
        has_report,
    })
}

/// Whether the mail calls itself a delivery report, though the report cannot be read.
fn is_report(inquiry: &Inquiry<'_>) -> bool {
    let Some(kind) = inquiry.message.content_type() else {
        return false;
    };
    kind.subtype()
        .is_some_and(|s| s.eq_ignore_ascii_case("report"))
        && kind
            .attribute("report-type")
            .is_some_and(|t| t.eq_ignore_ascii_case("delivery-status"))
}

/// The recipients of the `message/delivery-status` parts.
fn reported_recipients(message: &Message<'_>) -> Vec<BouncedRecipient> {
    let mut found: Vec<BouncedRecipient> = Vec::new();
    for part in message.parts.iter().filter(|p| is_delivery_status(p)) {
        let text = String::from_utf8_lossy(part.contents()).replace("\r\n", "\n");
        for block in text.split("\n\n").take(RECIPIENTS_MAX) {
            let Some(recipient) = recipient_of(&Headers::parse(block.trim_start_matches('\n')))
            else {
                continue;
            };
            if found.iter().all(|r| r.address != recipient.address) {
                found.push(recipient);
            }
        }
    }
    found
}

fn is_delivery_status(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|ct| {
        ct.ctype().eq_ignore_ascii_case("message")
            && ct.subtype().is_some_and(|s| {
                s.eq_ignore_ascii_case("delivery-status")
                    || s.eq_ignore_ascii_case("global-delivery-status")
            })
    })
}

/// The recipient of one block of per-recipient fields (RFC 3464, 2.3).
fn recipient_of(fields: &Headers) -> Option<BouncedRecipient> {
    let address = [
        "final-recipient",
        "original-recipient",
        "x-actual-recipient",
    ]
    .iter()
    .filter_map(|name| fields.get(name))
    .find_map(recipient_address)?;
    let action = fields.get("action").map(fold).unwrap_or_default();
    let diagnostic = fields.get("diagnostic-code").unwrap_or_default();
    let stated = fields.get("status").and_then(enhanced_status);
    let explained = enhanced_status(diagnostic);
    // a server that writes "5.0.0" or "4.0.0" says more in its diagnosis
    let status = match (stated, explained) {
        (Some(s), Some(e)) if s.ends_with(".0.0") && s.get(..1) == e.get(..1) => Some(e),
        (stated, explained) => stated.or(explained),
    };
    let failed = action.starts_with("fail") || action.is_empty();
    let class_5 = status.as_deref().map_or_else(
        || reply_code(diagnostic).is_some_and(|c| c.starts_with('5')),
        |s| s.starts_with('5'),
    );
    let known = status.is_some() || reply_code(diagnostic).is_some();
    Some(BouncedRecipient {
        address,
        status,
        permanent: failed && (class_5 || (!known && action.starts_with("fail"))),
    })
}

/// "rfc822; ana@oficina.example" → the address.
fn recipient_address(value: &str) -> Option<String> {
    let value = value.rsplit_once(';').map_or(value, |(_, address)| address);
    let value = value.trim().trim_matches(['<', '>', '"']).to_lowercase();
    address::find(&value).or_else(|| address::is_valid(&value).then_some(value))
}

static ENHANCED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.?$|\.\D)").ok());
static REPLY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[\s:;(\[<#'-])([45]\d\d)(?:[\s\-:,;)#]|$)").ok());

/// The enhanced status code (RFC 3463) in a text.
fn enhanced_status(text: &str) -> Option<String> {
    ENHANCED
        .as_ref()?
        .captures(text)?
        .get(1)
        .map(|m| m.as_str().to_owned())
}

/// The SMTP reply code in a text.
fn reply_code(text: &str) -> Option<String> {
    REPLY
        .as_ref()?
        .captures(text)?
        .get(1)
        .map(|m| m.as_str().to_owned())
}

/// The Message-ID of the mail that came back: one of ours wherever it stands, else that of the
/// returned mail or header.
fn original_id(inquiry: &Inquiry<'_>, desk: &Desk) -> Option<String> {
    let returned = inquiry
        .message
        .parts
        .iter()
        .filter_map(|part| match &part.body {
            PartType::Message(inner) => inner.message_id().map(bare_id),
            _ => returned_header(inquiry.message, part),
        });
    let in_text = inquiry.text.lines().take(5_000).filter_map(id_of_line);
    let references = ["in-reply-to", "references"]
        .into_iter()
        .flat_map(|name| inquiry.headers.all(name))
        .flat_map(|value| value.split_whitespace().map(bare_id));
    let all: Vec<String> = returned
        .chain(in_text)
        .chain(references)
        .filter(|id| !id.is_empty())
        .collect();
    all.iter()
        .find(|id| is_own_id(id, desk))
        .or_else(|| all.first())
        .cloned()
}

fn returned_header(message: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    let is_header = part.content_type().is_some_and(|ct| {
        ct.subtype().is_some_and(|s| {
            s.eq_ignore_ascii_case("rfc822-headers") || s.eq_ignore_ascii_case("rfc822")
        })
    });
    if !is_header {
        return None;
    }
    Headers::parse(part_text(message, part).trim_start())
        .get("message-id")
        .map(bare_id)
}

fn id_of_line(line: &str) -> Option<String> {
    let line = line.trim_start_matches(['>', ' ', '\t', '|']);
    let (name, value) = line.split_once(':')?;
    (name.len() == 10 && name.eq_ignore_ascii_case("message-id")).then(|| bare_id(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_in_diagnoses() {
        assert_eq!(
            enhanced_status("550 5.1.1 <a@b.example> unknown").as_deref(),
            Some("5.1.1")
        );
        assert_eq!(enhanced_status("smtp; 452 4.2.2"), Some("4.2.2".to_owned()));
        assert_eq!(enhanced_status("host 192.0.2.5.1.1"), None);
        assert_eq!(reply_code("smtp; 554 no").as_deref(), Some("554"));
        assert_eq!(reply_code("port 25550"), None);
    }
}
