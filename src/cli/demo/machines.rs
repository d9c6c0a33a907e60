//! What mail programs and servers write by themselves: out of office, not delivered.

use super::mime::{Draft, Stamp, parts, text_part};
use super::people::Writer;
use super::post::Mail;

/// The answer of a mail program whose owner is away (RFC 3834, with Outlook's headers).
pub(super) fn away(writer: &Writer<'_>, mail: &Mail, says: &str) -> Draft {
    let text = format!("{says}\n\n{}", writer.name());
    let mut draft = writer.writes(&format!("Respuesta automática: {}", mail.subject), says);
    draft.text = text;
    draft.html = None;
    draft.in_reply_to = Some(mail.id.clone());
    draft.references = vec![mail.id.clone()];
    draft.headers = vec![
        ("Auto-Submitted", "auto-replied".to_owned()),
        ("X-Auto-Response-Suppress", "All".to_owned()),
    ];
    draft
}

/// A server's report that a mailbox is not there (RFC 3464, RFC 6522).
pub(super) fn bounce(mail: &Mail, desk: &str, stamp: &Stamp) -> Vec<u8> {
    let (to, domain) = (&mail.to, mail.to.split_once('@').map_or("", |(_, d)| d));
    let why = format!("<{to}>: Recipient address rejected: User unknown in local recipient table");
    let words = format!(
        "This is the mail system at host correo.{domain}.\n\n\
         I'm sorry to have to inform you that your message could not\n\
         be delivered to one or more recipients. It's attached below.\n\n<{to}>: {why}\n"
    );
    let report = format!(
        "Content-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; correo.{domain}\r\nArrival-Date: {}\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nOriginal-Recipient: rfc822;{to}\r\nAction: failed\r\n\
         Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 {why}\r\n",
        stamp.date
    );
    let original = format!(
        "Content-Type: text/rfc822-headers\r\n\r\n\
         From: <{desk}>\r\nTo: <{to}>\r\nMessage-ID: <{}>\r\n",
        mail.id
    );
    let body = parts(
        "report; report-type=delivery-status",
        &stamp.id,
        &[text_part("plain", &words), report, original],
    );
    format!(
        "Return-Path: <>\r\nDate: {}\r\nFrom: Mail Delivery System <MAILER-DAEMON@correo.{domain}>\
         \r\nTo: {desk}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <{}>\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n{body}",
        stamp.date, stamp.id
    )
    .into_bytes()
}
