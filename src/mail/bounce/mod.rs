//! Reports of non-delivery: those with a `message/delivery-status` part (RFC 3464, RFC 6522) and
//! the texts of servers that write none.
//!
//! Lives here: recipients, statuses and the id of the mail that came back. May not live
//! here: before what else a mail is looked at for this (`origin`).
//!
//! `report` reads what is made for programs · `text` decides by several signs whether a mail
//! without it is a bounce · `recipients` finds whom its words name · `status` says how bad it is ·
//! `phrases` is the table of servers' words.

mod phrases;
mod recipients;
mod report;
mod status;
mod text;

pub(super) use report::is_complaint_notice;

use std::borrow::Cow;

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use super::body::part_text;
use super::letter::{Address, Bounce, BouncedRecipient, Delivery};
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
    /// Whether it quotes another mail.
    pub quotes: bool,
}

/// Most recipients of one report.
const RECIPIENTS_MAX: usize = 500;

/// Bytes of a body whose MIME structure is broken that are read as text.
const RAW_BYTES_MAX: usize = 100_000;

/// The bounce that a mail is, if it is one.
pub(super) fn read(inquiry: &Inquiry<'_>, desk: &Desk) -> Option<Bounce> {
    let mut reported = report::recipients(inquiry.message);
    // a client may forward a report with its parts
    if !reported.is_empty() && (is_report(inquiry) || !text::is_handed_on(inquiry)) {
        explain(&mut reported, inquiry, desk);
        return Some(bounce(inquiry, desk, reported, "message/delivery-status"));
    }
    if let Some(notice) = report::notice(inquiry.text) {
        return Some(Bounce {
            recipients: notice.recipients,
            original_message_id: notice.message_id.map(|id| bare_id(&id)),
            has_report: false,
            evidence: "notificationType".to_owned(),
        });
    }
    let text = repaired_text(inquiry);
    let inquiry = &Inquiry {
        text: &text,
        ..*inquiry
    };
    let evidence = if is_report(inquiry) {
        "report-type=delivery-status".to_owned()
    } else {
        text::evidence(inquiry)?
    };
    let wrapped = report::wrapped_recipients(inquiry.message);
    let recipients = if wrapped.is_empty() {
        recipients::of_text(inquiry, desk)
    } else {
        wrapped
    };
    let mut bounce = bounce(inquiry, desk, recipients, &evidence);
    bounce.has_report = false;
    Some(bounce)
}

/// Some reports hold a bare "5.0.0" and leave the reason to the text.
fn explain(reported: &mut [BouncedRecipient], inquiry: &Inquiry<'_>, desk: &Desk) {
    let is_bare = |r: &BouncedRecipient| {
        r.permanent && !r.dead && r.status.as_ref().is_none_or(|s| s.ends_with(".0.0"))
    };
    if !reported.iter().any(is_bare) {
        return;
    }
    let told = recipients::of_text(inquiry, desk);
    for one in reported.iter_mut().filter(|r| is_bare(r)) {
        let Some(other) = told.iter().find(|t| t.address == one.address) else {
            continue;
        };
        one.dead |= other.dead;
        if other.status.as_ref().is_some_and(|s| s.starts_with('5')) {
            one.status.clone_from(&other.status);
        }
    }
}

fn bounce(
    inquiry: &Inquiry<'_>,
    desk: &Desk,
    recipients: Vec<BouncedRecipient>,
    evidence: &str,
) -> Bounce {
    let delivery = recipients.first().map(|r| r.delivery);
    let what = match delivery {
        Some(Delivery::Delivered | Delivery::Relayed | Delivery::Expanded) => ", delivered",
        Some(Delivery::Delayed) => ", delayed",
        Some(Delivery::Failed) | None => "",
    };
    Bounce {
        recipients,
        original_message_id: original_id(inquiry, desk),
        has_report: true,
        evidence: format!("{evidence}{what}"),
    }
}

/// The text, or the whole body where a MIME structure that is not what the header declares leaves
/// no text.
fn repaired_text<'a>(inquiry: &Inquiry<'a>) -> Cow<'a, str> {
    let declared = inquiry
        .message
        .content_type()
        .is_some_and(|ct| ct.ctype().eq_ignore_ascii_case("multipart"));
    if !declared || !inquiry.text.trim().is_empty() {
        return Cow::Borrowed(inquiry.text);
    }
    let raw = inquiry.message.raw_message.as_ref();
    let body = raw.get(..raw.len().min(RAW_BYTES_MAX)).unwrap_or_default();
    let text = String::from_utf8_lossy(body);
    let after = text
        .split_once("\n\n")
        .or_else(|| text.split_once("\r\n\r\n"));
    let body = after.map(|(_, body)| body).unwrap_or_default();
    // part headers would be taken for the returned mail's
    let lines = body.lines().filter(|l| {
        let lower = l.to_ascii_lowercase();
        !lower.starts_with("content-") && !lower.starts_with("--")
    });
    Cow::Owned(lines.fold(String::new(), |text, line| text + line + "\n"))
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
