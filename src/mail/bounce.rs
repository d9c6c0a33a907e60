//! Reports of non-delivery: those with a `message/delivery-status` part (RFC 3464, RFC 6522) and the
//! texts of servers that write none.

use std::sync::LazyLock;

use mail_parser::{HeaderName, Message, MessagePart, MimeHeaders, PartType};
use regex::Regex;

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

/// Local parts of addresses that servers write from.
const DAEMONS: [&str; 13] = [
    "mailer-daemon",
    "mailerdaemon",
    "mail-daemon",
    "post_master",
    "maildaemon",
    "mdaemon",
    "postmaster",
    "mailer_daemon",
    "bounce",
    "bounces",
    "double-bounce",
    "mail.daemon",
    "microsoftexchange",
];
/// Names of such senders; folded.
const DAEMON_NAMES: [&str; 9] = [
    "mail delivery",
    "mailer-daemon",
    "mailer daemon",
    "postmaster",
    "system administrator",
    "mail administrator",
    "administrador del sistema",
    "microsoft outlook",
    "internet mail delivery",
];

/// Subjects of reports; folded, at the beginning.
const SUBJECTS: [&str; 49] = [
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "delivery notification",
    "mail delivery fail",
    "mail delivery problem",
    "mail system error",
    "mail failed",
    "mail failure",
    "failed mail",
    "mail error",
    "message delivery",
    "failure notice",
    "failure delivery",
    "returned mail",
    "returned to sender",
    "mail could not be",
    "message could not be",
    "could not send",
    "could not deliver",
    "non delivery",
    "non-delivery",
    "nondeliverable",
    "delivery has failed",
    "delivery error",
    "delivery report",
    "delivery problem",
    "warning: could not",
    "warning: message",
    "message status - undeliverable",
    "notification d'",
    "message undeliverable",
    "mail undeliverable",
    "bounced mail",
    "no se puede entregar",
    "no se pudo entregar",
    "no entregado",
    "correo no entregado",
    "mensaje no entregado",
    "error de entrega",
    "notificacion de estado de entrega",
    "notificacion de no entrega",
    "informe de no entrega",
    "devuelto",
    "unzustellbar",
    "non remis",
    "undelivered",
    "unable to deliver",
    "rejected",
];

/// Sentences of such texts; folded.
const SENTENCES: [&str; 63] = [
    "could not be delivered",
    "could not deliver",
    "no valid recipients",
    "failed addresses",
    "failed recipients",
    "incorrectly constructed",
    "couldn't be delivered",
    "could not deliver",
    "was not delivered",
    "wasn't delivered",
    "not been delivered",
    "cannot be delivered",
    "can not be delivered",
    "unable to deliver",
    "undeliverable",
    "delivery failed",
    "delivery to the following",
    "did not reach the following",
    "following address",
    "following recipient",
    "following destination",
    "permanent fatal errors",
    "permanent error",
    "fatal error",
    "user unknown",
    "unknown user",
    "no such user",
    "user does not exist",
    "does not exist",
    "mailbox unavailable",
    "mailbox full",
    "mailbox is full",
    "over quota",
    "quota exceeded",
    "exceeded storage",
    "returned mail",
    "being returned",
    "returning your",
    "returned to you",
    "returned to sender",
    "giving up on it",
    "i'm afraid i wasn't able",
    "i wasn't able to deliver",
    "transcript of session",
    "failed to deliver",
    "failed recipient",
    "delivery attempt",
    "delayed",
    "not yet been delivered",
    "will continue to be attempted",
    "no se pudo entregar",
    "no se ha podido entregar",
    "no ha podido ser entregado",
    "no pudo ser entregado",
    "no se puede entregar",
    "no se encontro",
    "buzon lleno",
    "usuario desconocido",
    "casilla no existe",
    "error al entregar",
    "message rejected",
    "rejected by",
    "delivery error",
];

/// Whether a server of this text says that it could not deliver: never by the words alone, since
/// people forward such texts and ask about them.
fn is_bounce_text(inquiry: &Inquiry<'_>) -> bool {
    let subject = fold(inquiry.subject);
    let subject = subject.trim_start_matches(|c: char| !c.is_alphanumeric());
    let announced = SUBJECTS.iter().any(|s| subject.starts_with(s));
    let head: String = inquiry
        .text
        .lines()
        .take(60)
        .map(fold)
        .collect::<Vec<_>>()
        .join(" ");
    let says = SENTENCES.iter().any(|s| head.contains(s));
    let is_reply = ["re:", "fw:", "fwd:", "rv:"]
        .iter()
        .any(|p| subject.starts_with(p));
    if is_reply || super::origin::is_out_of_office_subject(subject) {
        return false;
    }
    let returns = || has_returned_mail(inquiry);
    inquiry.headers.has("x-failed-recipients")
        || (from_server(inquiry) && (says || announced))
        || (has_no_sender(inquiry) && (announced || (says && has_code(&head))))
        || (announced && says && (has_code(&head) || returns()))
}

fn has_code(text: &str) -> bool {
    enhanced_status(text).is_some() || reply_code(text).is_some()
}

/// Whether the mail that could not be delivered is attached, or follows in the text.
fn has_returned_mail(inquiry: &Inquiry<'_>) -> bool {
    let attached = inquiry.message.parts.iter().skip(1).any(|part| {
        part.content_type()
            .is_some_and(|ct| ct.ctype().eq_ignore_ascii_case("message"))
    });
    attached
        || inquiry
            .text
            .lines()
            .take(200)
            .any(|l| id_of_line(l).is_some())
}

/// Whether the mail has no return path, as reports must not (RFC 3464, 2), or no sender.
fn has_no_sender(inquiry: &Inquiry<'_>) -> bool {
    inquiry
        .headers
        .get("return-path")
        .is_some_and(|p| p.trim() == "<>")
        || inquiry.from.is_none()
}

fn from_server(inquiry: &Inquiry<'_>) -> bool {
    let raw = fold(inquiry.headers.get("from").unwrap_or_default());
    let path = fold(inquiry.headers.get("return-path").unwrap_or_default());
    let local = inquiry
        .from
        .and_then(|f| f.address.split('@').next())
        .unwrap_or_default();
    DAEMONS.iter().any(|d| local.starts_with(d))
        || DAEMONS
            .iter()
            .take(6)
            .any(|d| raw.contains(d) || path.contains(d))
        || DAEMON_NAMES
            .iter()
            .any(|n| raw.trim_start_matches('"').starts_with(n))
}

/// Where the returned mail begins in a text; folded, at the beginning of a line.
const RETURNED: [&str; 22] = [
    "received: ",
    "return-path: ",
    "from: ",
    "message-id: ",
    "dkim-signature: ",
    "subject: ",
    "date: ",
    "original message",
    "this is a copy of",
    "below this line",
    "a copy of",
    "unsent message",
    "your original message",
    "message header",
    "the original message",
    "mensaje original",
    "encabezado",
    "returned message",
    "message follows",
    "headers of",
    "copy of your message",
    "undelivered message",
];

/// The recipients that a server's text names, with the status that stands near.
fn recipients_of_text(inquiry: &Inquiry<'_>, desk: &Desk) -> Vec<BouncedRecipient> {
    let mut found: Vec<BouncedRecipient> = Vec::new();
    let failed = inquiry
        .headers
        .all("x-failed-recipients")
        .flat_map(address::find_all);
    let lines: Vec<&str> = inquiry
        .text
        .lines()
        .take(400)
        .take_while(|line| !is_returned(line))
        .collect();
    let own: Vec<String> = inquiry
        .message
        .header_values(HeaderName::To)
        .filter_map(|v| v.as_address())
        .flat_map(|l| l.iter())
        .filter_map(|a| a.address().map(str::to_lowercase))
        .collect();
    let is_candidate = |a: &String| {
        !desk.is_own_address(a)
            && !own.contains(a)
            && inquiry.from.is_none_or(|f| f.address != *a)
            && !DAEMONS.iter().any(|d| a.starts_with(d))
    };
    let named = lines
        .iter()
        .flat_map(|line| address::find_all(line))
        .chain(failed)
        .filter(is_candidate);
    let mut addresses: Vec<String> = Vec::new();
    for address in named.take(RECIPIENTS_MAX) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        addresses.extend(recipient_of_returned(inquiry).filter(is_candidate));
    }
    for address in addresses.into_iter().take(50) {
        let at = lines
            .iter()
            .position(|l| l.to_lowercase().contains(&address))
            .unwrap_or_default();
        let near = lines.iter().skip(at).take(8);
        let status = near.clone().find_map(|l| enhanced_status(l));
        let code = near.clone().find_map(|l| reply_code(l));
        let class = status.clone().or(code);
        let delayed =
            fold(&lines.join(" ")).contains("delayed") || fold(inquiry.subject).contains("delay");
        found.push(BouncedRecipient {
            address,
            status,
            permanent: class.map_or(!delayed, |c| c.starts_with('5')),
        });
    }
    found
}

/// The one recipient of the returned mail, where the report names none.
fn recipient_of_returned(inquiry: &Inquiry<'_>) -> Option<String> {
    let attached = inquiry
        .message
        .parts
        .iter()
        .find_map(|part| match &part.body {
            PartType::Message(inner) => {
                let mut to = address::all(inner, HeaderName::To).into_iter();
                to.next().filter(|_| to.next().is_none()).map(|a| a.address)
            }
            _ => None,
        });
    attached.or_else(|| {
        let to = inquiry.text.lines().take(1_000).find_map(|line| {
            let line = line.trim_start_matches(['>', ' ', '|', '\t']);
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("to").then(|| value.to_owned())
        })?;
        let mut found = address::find_all(&to);
        found.next().filter(|_| found.next().is_none())
    })
}

fn is_returned(line: &str) -> bool {
    let folded = fold(line);
    let text = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    RETURNED.iter().any(|r| text.starts_with(r))
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
