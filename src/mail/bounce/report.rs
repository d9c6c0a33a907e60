//! What servers report in a form made for programs: `message/delivery-status` (RFC 3464, also
//! the internationalised one of RFC 6533), and the notices of a sending service in JSON.

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};
use serde_json::Value;

use super::super::address;
use super::super::letter::{BouncedRecipient, Delivery};
use super::super::line::fold;
use super::super::raw::Headers;
use super::RECIPIENTS_MAX;
use super::status::{Failure, enhanced, reply_code};

/// The recipients of the `message/delivery-status` parts of this very mail.
pub(super) fn recipients(message: &Message<'_>) -> Vec<BouncedRecipient> {
    let parts = message.parts.iter().filter(|p| is_delivery_status(p));
    let texts = parts.map(|part| String::from_utf8_lossy(part.contents()).into_owned());
    of_texts(texts)
}

/// The recipients of reports within mails that are attached to this one: a gateway that wraps what
/// it was told.
pub(super) fn wrapped_recipients(message: &Message<'_>) -> Vec<BouncedRecipient> {
    let inner = message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(inner) => Some(inner),
        _ => None,
    });
    let Some(inner) = inner else {
        return Vec::new();
    };
    let found = recipients(inner);
    if found.is_empty() && inner.parts.len() > 1 {
        return wrapped_recipients(inner);
    }
    found
}

/// The recipients of a report whose MIME structure is broken, so that it stands in a text.
pub(super) fn recipients_in_text(text: &str) -> Vec<BouncedRecipient> {
    let lower = text.to_ascii_lowercase();
    let Some(start) = lower.find("\nfinal-recipient:") else {
        return Vec::new();
    };
    let report: String = text
        .get(start..)
        .unwrap_or_default()
        .lines()
        .take(2_000)
        .take_while(|line| !line.starts_with("--"))
        .fold(String::new(), |text, line| text + line + "\n");
    of_texts(std::iter::once(report))
}

fn of_texts(texts: impl Iterator<Item = String>) -> Vec<BouncedRecipient> {
    let mut found: Vec<BouncedRecipient> = Vec::new();
    for text in texts {
        let text = text.replace("\r\n", "\n");
        for fields in text.split("\n\n").take(RECIPIENTS_MAX).flat_map(blocks) {
            let Some(recipient) = recipient_of(&fields) else {
                continue;
            };
            if found.iter().all(|r| r.address != recipient.address) {
                found.push(recipient);
            }
        }
    }
    found
}

/// The fields of each recipient of a block: some servers leave out the empty line between two.
fn blocks(block: &str) -> Vec<Headers> {
    let all = Headers::parse(block.trim_start_matches('\n'));
    let mut blocks = vec![Headers::default()];
    for (name, value) in all.fields() {
        let begins = matches!(name, "final-recipient" | "original-recipient");
        if begins && blocks.last().is_some_and(|b| b.has(name)) {
            blocks.push(Headers::default());
        }
        if let Some(block) = blocks.last_mut() {
            block.push(name, value);
        }
    }
    blocks
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
    let names = [
        "final-recipient",
        "original-recipient",
        "x-actual-recipient",
    ];
    let mut addresses = names
        .iter()
        .filter_map(|name| fields.get(name))
        .filter_map(recipient_address);
    let first = addresses.next()?;
    // a host's short name behind a source route is known to that server alone
    let routed = fields.get("final-recipient").is_some_and(is_routed);
    let short = |a: &String| a.rsplit_once('@').is_some_and(|(_, d)| !d.contains('.'));
    let address = addresses
        .find(|a| routed && short(&first) && !short(a))
        .unwrap_or(first);
    let diagnostic = fields.get("diagnostic-code").unwrap_or_default();
    let stated = fields.get("status").and_then(enhanced);
    let explained = enhanced(diagnostic);
    // a server that writes "5.0.0" or "4.0.0" says more in its diagnosis
    let status = match (stated, explained) {
        (Some(s), Some(e)) if s.ends_with(".0.0") && s.get(..1) == e.get(..1) => Some(e),
        (stated, explained) => stated.or(explained),
    };
    let action = fields.get("action").map(fold).unwrap_or_default();
    let delivery = delivery(&action, status.as_deref());
    Some(recipient(address, status, delivery, &fold(diagnostic)))
}

/// The Action field (RFC 3464, 2.3.3), or the class where it is missing.
fn delivery(action: &str, status: Option<&str>) -> Delivery {
    match action.get(..5) {
        Some("delay") => Delivery::Delayed,
        Some("deliv") => Delivery::Delivered,
        Some("relay") => Delivery::Relayed,
        Some("expan") => Delivery::Expanded,
        Some("faile") => Delivery::Failed,
        _ if status.is_some_and(|s| s.starts_with('2')) => Delivery::Delivered,
        _ => Delivery::Failed,
    }
}

/// A recipient with both scales of severity; `words` are folded.
pub(super) fn recipient(
    address: String,
    status: Option<String>,
    delivery: Delivery,
    words: &str,
) -> BouncedRecipient {
    let failure = Failure {
        delivery,
        status: status.as_deref(),
        words,
    };
    let (permanent, dead) = (failure.is_permanent(), failure.is_dead());
    BouncedRecipient {
        address,
        status,
        delivery,
        permanent,
        dead,
    }
}

/// "rfc822; @relay.example:ana@oficina.example" (RFC 5321, appendix C)
fn is_routed(value: &str) -> bool {
    let address = value.split_once(';').map_or(value, |(_, a)| a);
    address.trim().starts_with('@')
}

/// "rfc822; ana@oficina.example" → the address, which may be one that no client would accept.
fn recipient_address(value: &str) -> Option<String> {
    let value = match value.split_once(';') {
        Some((kind, address)) if !kind.contains('@') => address,
        _ => value,
    };
    let value = value.trim().trim_matches(['<', '>']).trim().to_lowercase();
    // a source route: "@relay.example:ana@oficina.example"
    let value = match value.strip_prefix('@').and_then(|v| v.split_once(':')) {
        Some((_, address)) => address.to_owned(),
        None => value,
    };
    let (local, domain) = value.rsplit_once('@')?;
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let whole = !domain.is_empty() && !domain.contains(char::is_whitespace);
    if address::is_valid(&value)
        || (whole && (quoted || !local.contains([' ', '<', '"', '('])) && !local.is_empty())
    {
        return Some(value);
    }
    address::find(&value)
}

/// What a sending service tells in JSON (Amazon's SES, by mail through its SNS).
pub(super) struct Notice {
    /// The recipients; none of a complaint.
    pub recipients: Vec<BouncedRecipient>,
    /// The Message-ID of the mail that it is about.
    pub message_id: Option<String>,
}

/// The notice in a text, if it is one of a bounce or a delivery.
pub(super) fn notice(text: &str) -> Option<Notice> {
    let json = notice_json(text)?;
    let kind = notice_kind(&json)?;
    let (list, delivery) = match kind.as_str() {
        "bounce" => (&json["bounce"]["bouncedRecipients"], Delivery::Failed),
        "delivery" => (&json["delivery"]["recipients"], Delivery::Delivered),
        "deliverydelay" => (
            &json["deliveryDelay"]["delayedRecipients"],
            Delivery::Delayed,
        ),
        _ => return None,
    };
    let transient = json["bounce"]["bounceType"] == "Transient";
    let recipients = list
        .as_array()?
        .iter()
        .take(RECIPIENTS_MAX)
        .filter_map(|entry| {
            let address = entry["emailAddress"].as_str().or(entry.as_str())?;
            let words = fold(entry["diagnosticCode"].as_str().unwrap_or_default());
            let status = entry["status"].as_str().and_then(enhanced);
            let status = status.or_else(|| enhanced(&words));
            let mut one = recipient(address.to_lowercase(), status, delivery, &words);
            one.permanent &= !transient || reply_code(&words).is_some_and(|c| c.starts_with('5'));
            Some(one)
        })
        .collect();
    let id = json["mail"]["commonHeaders"]["messageId"].as_str();
    Some(Notice {
        recipients,
        message_id: id.map(str::to_owned),
    })
}

/// Whether such a notice is a recipient's complaint.
pub(in super::super) fn is_complaint_notice(text: &str) -> bool {
    notice_json(text)
        .and_then(|json| notice_kind(&json))
        .is_some_and(|kind| kind == "complaint")
}

/// What stands near the beginning of such a notice.
const NOTICE_MARKS: [&str; 3] = ["notificationType", "eventType", "TopicArn"];

fn notice_kind(json: &Value) -> Option<String> {
    let kind = json["notificationType"].as_str();
    let kind = kind.or_else(|| json["eventType"].as_str())?;
    Some(kind.to_ascii_lowercase().replace(' ', ""))
}

fn notice_json(text: &str) -> Option<Value> {
    let text = text.trim_start();
    let is_one = text.starts_with('{')
        && text
            .get(..300.min(text.len()))
            .is_none_or(|h| NOTICE_MARKS.iter().any(|w| h.contains(w)));
    if !is_one {
        return None;
    }
    let end = text.rfind('}')?;
    // wrapped by the server that sent it
    let json = text.get(..=end)?.replace(['\r', '\n'], "");
    let first = |text: &str| {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        values.next()?.ok()
    };
    let outer: Value = first(&json)?;
    // in the envelope of the service that passes it on
    match outer["Message"].as_str() {
        Some(inner) => first(inner),
        None => Some(outer),
    }
}
