//! Bounces without a report: what servers write in their own words.

use mail_parser::{HeaderName, MimeHeaders, PartType};

use super::super::address;
use super::super::letter::BouncedRecipient;
use super::super::line::fold;
use super::{Inquiry, RECIPIENTS_MAX, enhanced_status, id_of_line, reply_code};
use crate::office::Desk;

/// Local parts of addresses that servers write from.
#[rustfmt::skip]
const DAEMONS: &[&str] = &[
    "mailer-daemon", "mailerdaemon", "mail-daemon", "post_master", "maildaemon", "mdaemon",
    "postmaster", "mailer_daemon", "bounce", "bounces", "double-bounce", "mail.daemon",
    "microsoftexchange",
];
/// Names of such senders; folded.
#[rustfmt::skip]
const DAEMON_NAMES: &[&str] = &[
    "mail delivery", "mailer-daemon", "mailer daemon", "postmaster", "system administrator",
    "mail administrator", "administrador del sistema", "microsoft outlook",
    "internet mail delivery",
];

/// Subjects of reports; folded, at the beginning.
#[rustfmt::skip]
const SUBJECTS: &[&str] = &[
    "undeliver", "delivery status notification", "delivery failure", "delivery notification",
    "mail delivery fail", "mail delivery problem", "mail system error", "mail failed",
    "mail failure", "failed mail", "mail error", "message delivery", "failure notice",
    "failure delivery", "returned mail", "returned to sender", "mail could not be",
    "message could not be", "could not send", "could not deliver", "non delivery", "non-delivery",
    "nondeliverable", "delivery has failed", "delivery error", "delivery report",
    "delivery problem", "warning: could not", "warning: message",
    "message status - undeliverable", "notification d'", "message undeliverable",
    "mail undeliverable", "bounced mail", "no se puede entregar", "no se pudo entregar",
    "no entregado", "correo no entregado", "mensaje no entregado", "error de entrega",
    "notificacion de estado de entrega", "notificacion de no entrega", "informe de no entrega",
    "devuelto", "unzustellbar", "non remis", "undelivered", "unable to deliver", "rejected",
];

/// Sentences of such texts; folded.
#[rustfmt::skip]
const SENTENCES: &[&str] = &[
    "could not be delivered", "could not deliver", "no valid recipients", "failed addresses",
    "failed recipients", "incorrectly constructed", "couldn't be delivered", "could not deliver",
    "was not delivered", "wasn't delivered", "not been delivered", "cannot be delivered",
    "can not be delivered", "unable to deliver", "undeliverable", "delivery failed",
    "delivery to the following", "did not reach the following", "following address",
    "following recipient", "following destination", "permanent fatal errors", "permanent error",
    "fatal error", "user unknown", "unknown user", "no such user", "user does not exist",
    "does not exist", "mailbox unavailable", "mailbox full", "mailbox is full", "over quota",
    "quota exceeded", "exceeded storage", "returned mail", "being returned", "returning your",
    "returned to you", "returned to sender", "giving up on it", "i'm afraid i wasn't able",
    "i wasn't able to deliver", "transcript of session", "failed to deliver", "failed recipient",
    "delivery attempt", "delayed", "not yet been delivered", "will continue to be attempted",
    "no se pudo entregar", "no se ha podido entregar", "no ha podido ser entregado",
    "no pudo ser entregado", "no se puede entregar", "no se encontro", "buzon lleno",
    "usuario desconocido", "casilla no existe", "error al entregar", "message rejected",
    "rejected by", "delivery error",
];

/// Whether a server of this text says that it could not deliver: never by the words alone, since
/// people forward such texts and ask about them.
pub(super) fn is_bounce_text(inquiry: &Inquiry<'_>) -> bool {
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
    if is_reply || super::super::origin::is_out_of_office_subject(subject) {
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
#[rustfmt::skip]
const RETURNED: &[&str] = &[
    "received: ", "return-path: ", "from: ", "message-id: ", "dkim-signature: ", "subject: ",
    "date: ", "original message", "this is a copy of", "below this line", "a copy of",
    "unsent message", "your original message", "message header", "the original message",
    "mensaje original", "encabezado", "returned message", "message follows", "headers of",
    "copy of your message", "undelivered message",
];

/// The recipients that a server's text names, with the status that stands near.
pub(super) fn recipients_of_text(inquiry: &Inquiry<'_>, desk: &Desk) -> Vec<BouncedRecipient> {
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
