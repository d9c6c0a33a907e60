//! Bytes → [`Letter`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use mail_parser::{HeaderName, Message, MessageParser};

use super::letter::{Address, FoundToken, Letter, Origin, SenderAuthentication, TokenPlace};
use super::line::{collapse, join};
use super::new_text::{Cut, Role, Writer, choose};
use super::origin::{self, Case};
use super::raw::{Headers, repair};
use super::{address, attachments, authentication, body, forwarded, references};
use crate::office::Desk;

/// Parses a mail, or its header alone (of a mail that is too large to be fetched). Never fails:
/// what is broken about it stands in [`Letter::defects`].
pub fn parse(bytes: &[u8], desk: &Desk) -> Letter {
    let mut defects = Vec::new();
    let bytes = repair(bytes, &mut defects);
    // The MIME parser has panicked on corrupt mails before; nothing of it is used after a panic.
    let read = |bytes: &[u8], defects: Vec<String>| {
        catch_unwind(AssertUnwindSafe(|| letter(bytes, desk, defects))).ok()
    };
    if let Some(letter) = read(&bytes, defects.clone()) {
        return letter;
    }
    defects.push("the MIME parser failed; only the header was read".to_owned());
    let end = bytes
        .windows(2)
        .position(|w| w == b"\n\n" || w == b"\n\r")
        .map_or(bytes.len(), |at| at + 1);
    read(bytes.get(..end).unwrap_or_default(), defects.clone()).unwrap_or_else(|| blank(defects))
}

/// Every form of the texts of a mail of our own, without marks: its plain text and its HTML.
pub fn every_text(bytes: &[u8]) -> String {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return String::new();
    };
    let forms = body::units(&message)
        .into_iter()
        .flat_map(|unit| [unit.plain, unit.html])
        .flatten()
        .flat_map(|body| body.lines);
    let lines: Vec<String> = forms.map(|line| line.text).collect();
    join(lines.iter().map(String::as_str))
}

/// A letter of which nothing is known.
fn blank(defects: Vec<String>) -> Letter {
    Letter {
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        from: None,
        to: Vec::new(),
        cc: Vec::new(),
        subject: String::new(),
        date: None,
        origin: Origin::Person,
        origin_evidence: String::new(),
        authentication: SenderAuthentication::Unidentifiable,
        authentication_words: String::new(),
        text: String::new(),
        full_text: String::new(),
        other_form: None,
        tables: Vec::new(),
        forwarded: Vec::new(),
        attachments: Vec::new(),
        tokens: Vec::new(),
        numbers: Vec::new(),
        defects,
    }
}

fn letter(bytes: &[u8], desk: &Desk, defects: Vec<String>) -> Letter {
    let mut letter = blank(defects);
    let headers = Headers::of_mail(bytes);
    let Some(message) = MessageParser::default()
        .parse(bytes)
        .filter(|m| !m.parts.is_empty())
    else {
        letter.defects.push("no header field at all".to_owned());
        let text = String::from_utf8_lossy(bytes);
        letter.full_text = collapse(super::line::head(&text, 10_000));
        letter.text = letter.full_text.clone();
        return letter;
    };
    read_header(&mut letter, &message, &headers, desk);
    let writer = letter
        .from
        .as_ref()
        .map(|f| Writer::new(&f.name, &f.address))
        .unwrap_or_default();
    let cuts: Vec<Cut> = body::units(&message)
        .into_iter()
        .filter_map(|unit| choose(unit, &writer))
        .collect();
    read_texts(&mut letter, &cuts);
    letter.attachments = attachments::files(&message);
    (letter.origin, letter.origin_evidence) = origin::judge(
        &Case {
            message: &message,
            headers: &headers,
            from: letter.from.as_ref(),
            message_id: letter.message_id.as_deref(),
            subject: &letter.subject,
            text: &letter.text,
            full_text: &letter.full_text,
            quotes: cuts.iter().any(Cut::quotes),
            has_files: !letter.attachments.is_empty(),
            date: letter.date.map(|d| d.date_naive()),
        },
        desk,
    );
    if matches!(letter.origin, Origin::Bounce(_)) {
        letter.attachments.clear();
    } else {
        letter.forwarded = cuts
            .iter()
            .filter_map(|cut| forwarded::inline(cut, &letter.subject))
            .chain(forwarded::attached(&message))
            .collect();
    }
    letter.tables = tables(cuts, &letter);
    letter
}

fn read_header(letter: &mut Letter, message: &Message<'_>, headers: &Headers, desk: &Desk) {
    match address::from(message, headers) {
        Ok(from) => {
            (letter.authentication, letter.authentication_words) =
                authentication::judge(headers, &from.address, &desk.authentication);
            letter.from = Some(from);
        }
        Err(why) => {
            letter.authentication = SenderAuthentication::Unidentifiable;
            letter.authentication_words = why.to_owned();
            letter.defects.push(why.to_owned());
        }
    }
    let own_id = message
        .header(HeaderName::MessageId)
        .map(references::ids)
        .unwrap_or_default();
    letter.message_id = own_id.into_iter().next();
    letter.in_reply_to = references::ids(message.in_reply_to());
    letter.references = references::ids(message.references());
    letter.to = address::all(message, HeaderName::To);
    letter.cc = address::all(message, HeaderName::Cc);
    let subject: String = message
        .subject()
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    letter.subject = references::shortened(&collapse(&subject));
    letter.date = date(message);
    if letter.date.is_none() && headers.has("date") {
        letter.defects.push("Date cannot be read".to_owned());
    }
    letter.numbers = references::numbers(&letter.subject, &desk.tag);
    let addressed: Vec<Address> = letter.to.iter().chain(&letter.cc).cloned().collect();
    letter.tokens = references::tokens_of_addresses(&addressed, headers, desk);
}

fn date(message: &Message<'_>) -> Option<DateTime<Utc>> {
    let date = message.date().filter(|d| d.is_valid())?;
    DateTime::from_timestamp(date.to_timestamp(), 0)
}

fn read_texts(letter: &mut Letter, cuts: &[Cut]) {
    let join = |texts: Vec<String>| {
        texts
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    };
    letter.text = references::shortened(&join(cuts.iter().map(Cut::text).collect()));
    letter.full_text = join(cuts.iter().map(Cut::full_text).collect());
    letter.other_form = cuts.iter().find_map(|cut| cut.other.clone());
    for (token, is_new) in cuts.iter().flat_map(Cut::tokens) {
        let place = if is_new {
            TokenPlace::NewText
        } else {
            TokenPlace::Quoted
        };
        push_token(&mut letter.tokens, token, place);
    }
}

/// The strongest place of a token is enough.
fn push_token(tokens: &mut Vec<FoundToken>, token: String, place: TokenPlace) {
    references::push(tokens, token, place);
}

/// Tables that stand in the new part, or in what was forwarded.
fn tables(cuts: Vec<Cut>, letter: &Letter) -> Vec<Vec<Vec<String>>> {
    let handed_on = !letter.forwarded.is_empty();
    let mut found = Vec::new();
    for cut in cuts {
        let lines = cut.body.lines.iter().zip(&cut.roles);
        let mut kept: Vec<usize> = lines
            .filter(|(_, role)| **role == Role::New || (handed_on && **role == Role::Original))
            .filter_map(|(line, _)| line.table)
            .collect();
        kept.sort_unstable();
        kept.dedup();
        let mut tables = cut.body.tables;
        for index in kept {
            if let Some(table) = tables.get_mut(index).filter(|t| !t.is_empty()) {
                found.push(std::mem::take(table));
            }
        }
    }
    found
}
