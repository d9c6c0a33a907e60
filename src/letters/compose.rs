//! A mail of its parts: the header of our mails (RFC 5322, RFC 3834) and the MIME around the texts.

use crate::request::{AskedFor, Message, Notice};

use super::mime;
use super::words::one_line;
use super::{LetterError, Rendering};

/// Message-IDs in References: the first and the last ones (RFC 5322, 3.6.4 sets no bound; lines of
/// some servers do).
const REFERENCES: usize = 20;

/// Longest Message-ID that is repeated: a line of a header ends at 998 (RFC 5322, 2.1.1).
const LONGEST_ID: usize = 900;

/// Who and which mail, fit to stand in a header.
pub(super) struct Names {
    from: String,
    to: Option<String>,
    message_id: String,
}

impl Names {
    /// Refuses what cannot stand in a header.
    pub fn checked(notice: &Notice, with: &Rendering<'_>) -> Result<Self, LetterError> {
        let address = |header, address: &str| match is_address(address) {
            true => Ok(address.to_owned()),
            false => Err(LetterError::Header {
                header,
                why: format!("\"{}\" is no address", one_line(address, 100)),
            }),
        };
        if !is_message_id(with.message_id) {
            return Err(LetterError::Header {
                header: "Message-ID",
                why: format!("\"{}\" is no Message-ID", one_line(with.message_id, 100)),
            });
        }
        Ok(Self {
            from: address("From", &with.office.desk.address)?,
            to: Some(address("To", &notice.to.address)?),
            message_id: with.message_id.to_owned(),
        })
    }

    /// Leaves out what cannot stand in a header: for the fallback, which never fails.
    pub fn mended(notice: &Notice, with: &Rendering<'_>) -> Self {
        let graphic = |text: &str| -> String {
            text.chars()
                .filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'))
                .take(LONGEST_ID)
                .collect()
        };
        Self {
            from: graphic(&with.office.desk.address),
            to: Some(notice.to.address.clone()).filter(|a| is_address(a)),
            message_id: graphic(with.message_id),
        }
    }
}

/// An address that every server takes: ASCII, one "@", nothing that needs quoting or SMTPUTF8.
fn is_address(address: &str) -> bool {
    let fits = |c: u8| c.is_ascii_graphic() && !b"<>()[]:;\\,\"".contains(&c);
    let parts = address.split_once('@');
    address.len() <= 254
        && address.bytes().all(fits)
        && parts.is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        })
}

fn is_message_id(id: &str) -> bool {
    let fits = |c: u8| c.is_ascii_graphic() && !b"<>".contains(&c);
    !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(fits)
}

/// Where an answer goes: the plus address where it arrives, else the desk's.
pub(super) fn reply_address(with: &Rendering<'_>) -> String {
    let desk = &with.office.desk;
    match (with.token, desk.address.split_once('@')) {
        (Some(token), Some((local, domain))) if desk.plus_addresses => {
            format!("{local}+{token}@{domain}")
        }
        _ => desk.address.clone(),
    }
}

/// The whole mail.
pub(super) fn mail(
    notice: &Notice,
    with: &Rendering<'_>,
    names: &Names,
    texts: (&str, &str, &str),
) -> Vec<u8> {
    let (subject, text, html) = texts;
    let alternative = mime::multipart(
        "alternative",
        &names.message_id,
        &[
            mime::text_part("plain", text),
            mime::text_part("html", html),
        ],
    );
    let body = if with.attachments.is_empty() {
        alternative
    } else {
        let mut parts = vec![alternative];
        parts.extend(with.attachments.iter().map(mime::file_part));
        mime::multipart("mixed", &names.message_id, &parts)
    };
    let mut out = header(notice, with, names, subject);
    out.push_str("MIME-Version: 1.0\r\nContent-Language: es-CL\r\n");
    out.push_str(&body);
    out.into_bytes()
}

fn header(notice: &Notice, with: &Rendering<'_>, names: &Names, subject: &str) -> String {
    let desk = &with.office.desk;
    let date = with.office.calendar.local(with.date, None);
    let mut out = format!("Date: {}\r\n", date.to_rfc2822());
    out.push_str(&mailbox("From", &desk.name, &names.from));
    match &names.to {
        Some(address) => out.push_str(&mailbox("To", &notice.to.name, address)),
        // The envelope says where it goes; a mail without To would look broken (RFC 5322, A.1.3).
        None => out.push_str("To: undisclosed-recipients:;\r\n"),
    }
    let reply = reply_address(with);
    if reply != desk.address && is_address(&reply) {
        out.push_str(&mailbox("Reply-To", &desk.name, &reply));
    }
    out.push_str(&mime::unstructured("Subject", subject));
    out.push_str(&format!("Message-ID: <{}>\r\n", names.message_id));
    out.push_str(&thread(with));
    out.push_str(&automatic(notice, with));
    let number = super::number(&notice.message)
        .map_or_else(|| one_line(&desk.tag, 60), |number| one_line(number, 60));
    out.push_str(&mime::unstructured("X-Mesad", &number));
    out
}

fn mailbox(header: &str, name: &str, address: &str) -> String {
    let name = one_line(name, 120);
    let shown = if name.is_empty() || name.eq_ignore_ascii_case(address) {
        vec![]
    } else {
        mime::display_name(&name)
    };
    let angle = format!("<{address}>");
    mime::tokens(
        header,
        shown.iter().map(String::as_str).chain([angle.as_str()]),
    )
}

/// In-Reply-To and References. They come from other people's mails: what is malformed is left out.
fn thread(with: &Rendering<'_>) -> String {
    let mut ids: Vec<&str> = Vec::new();
    let given = with.references.iter().map(String::as_str);
    for id in given.chain(with.in_reply_to).filter(|id| is_message_id(id)) {
        // The last place of a repeated one counts, but the first of all stays the root.
        if ids.first() == Some(&id) {
            continue;
        }
        ids.retain(|known| *known != id);
        ids.push(id);
    }
    if ids.len() > REFERENCES {
        ids.drain(1..=ids.len() - REFERENCES);
    }
    let mut out = String::new();
    if let Some(id) = with.in_reply_to.filter(|id| is_message_id(id)) {
        out.push_str(&format!("In-Reply-To: <{id}>\r\n"));
    }
    if !ids.is_empty() {
        let angled: Vec<String> = ids.iter().map(|id| format!("<{id}>")).collect();
        out.push_str(&mime::tokens(
            "References",
            angled.iter().map(String::as_str),
        ));
    }
    out
}

/// What keeps machines from answering (RFC 3834; MS-OXCMAIL 2.1.3.2.20).
///
/// Reports of non-delivery are always wanted. A mail that asks for an approval or for work also
/// wants the out-of-office answer of whoever is away, since a substitute is asked then; vacation
/// programs keep silent towards any Auto-Submitted mail, so these mails, each of which passes on a
/// person's request, carry none. No loop can come of it: the desk answers no automatic mail.
/// `Precedence: bulk` would have people's own rules file the mails away.
fn automatic(notice: &Notice, with: &Rendering<'_>) -> String {
    if wants_absence(notice) {
        return String::from("X-Auto-Response-Suppress: DR, RN, NRN, AutoReply\r\n");
    }
    let kind = if with.in_reply_to.is_some() && answers(&notice.message) {
        "auto-replied"
    } else {
        "auto-generated"
    };
    format!("Auto-Submitted: {kind}\r\nX-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\r\n")
}

fn wants_absence(notice: &Notice) -> bool {
    notice
        .ask
        .as_ref()
        .is_some_and(|ask| matches!(ask.about, AskedFor::Approval { .. } | AskedFor::Work))
}

/// Whether the mail is the direct answer to a mail of its recipient.
fn answers(message: &Message) -> bool {
    matches!(
        message,
        Message::Acknowledgement(_)
            | Message::MissingData(_)
            | Message::ClosingNotAllowed(_)
            | Message::WrongChannel(_)
            | Message::DecisionUnclear(_)
            | Message::DecisionConfirmation(_)
            | Message::DecisionRecorded(_)
            | Message::AnswerNotCounted(_)
            | Message::Status(_)
            | Message::AlreadyReceived(_)
            | Message::TriageReceived(_)
            | Message::TriageUnclear(_)
            | Message::NotOurs(_)
            | Message::TooLarge(_)
    )
}
