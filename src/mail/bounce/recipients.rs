//! Whom a server's own words name: the line, and where in it the address stands, decide.

use mail_parser::{HeaderName, Message, PartType};

use super::super::address;
use super::super::letter::{BouncedRecipient, Delivery};
use super::super::line::fold;
use super::phrases::{DAEMONS, LEADS, NOT_RECIPIENT, RETURNED, RETURNED_FIELDS, SENTENCE};
use super::report::{self, recipient};
use super::status::{enhanced, is_late, reply_code};
use super::{Inquiry, RECIPIENTS_MAX};
use crate::office::Desk;

/// Most lines of a text that are looked at.
const LINES_MAX: usize = 400;

/// How sure it is that an address is the one that was not reached; the surest are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// Somebody else's.
    Excluded,
    /// Named somewhere in a sentence.
    Mentioned,
    /// At the beginning of a line, in a list, or right after words that say it.
    Stated,
}

/// An address of a line, in lower case, and its standing.
struct Named {
    address: String,
    standing: Standing,
    line: usize,
}

/// The recipients that a server's text names, with the status that stands near.
pub(super) fn of_text(inquiry: &Inquiry<'_>, desk: &Desk) -> Vec<BouncedRecipient> {
    let in_report = report::recipients_in_text(inquiry.text);
    if !in_report.is_empty() {
        return in_report;
    }
    let lines: Vec<String> = before_returned(inquiry.text);
    let mut named = named(&lines);
    if named.iter().all(|n| n.standing < Standing::Stated) {
        named.extend(of_subject(inquiry.subject));
    }
    let best = [Standing::Stated, Standing::Mentioned]
        .into_iter()
        .map(|standing| chosen(&named, standing, inquiry, desk))
        .find(|list| !list.is_empty());
    let chosen = best.unwrap_or_else(|| elsewhere(inquiry));
    let late = is_late(&lines.join(" ")) || fold(inquiry.subject).contains("delay");
    let alone = chosen.len() == 1;
    chosen
        .into_iter()
        .map(|(address, line)| {
            let end = next_named(&named, line, &address)
                .min(line + 12)
                .min(lines.len());
            let near = lines.get(line..end).unwrap_or_default().join(" ");
            let whole = if alone {
                lines.join(" ")
            } else {
                String::new()
            };
            let status = enhanced(&near).or_else(|| enhanced(&whole));
            let coded = status.is_some() || reply_code(&near).is_some();
            let words = if coded || !alone { near } else { whole };
            // no code at all: then the words of the whole text decide
            let delayed = late && status.is_none() && reply_code(&words).is_none();
            let delivery = if delayed {
                Delivery::Delayed
            } else {
                Delivery::Failed
            };
            recipient(address, status, delivery, &words)
        })
        .collect()
}

/// Lines up to the mail that came back; folded.
fn before_returned(text: &str) -> Vec<String> {
    let folded = text.lines().take(LINES_MAX).map(fold);
    folded.take_while(|line| !is_returned(line)).collect()
}

/// Whether the mail that came back begins with this (folded) line.
pub(super) fn is_returned(line: &str) -> bool {
    let text = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let separator = RETURNED.iter().any(|r| text.starts_with(r))
        // "The original message was received at …" is how the first line of a report may begin
        && !text.contains(" was received")
        && !text.contains('@');
    separator || RETURNED_FIELDS.iter().any(|r| line.starts_with(r))
}

fn named(lines: &[String]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut before_line = "";
    for (at, line) in lines.iter().enumerate() {
        if line.contains('@') {
            for (address, start) in addresses(line) {
                let before = line.get(..start).unwrap_or_default();
                found.push(Named {
                    standing: standing(before, before_line),
                    address,
                    line: at,
                });
            }
        }
        if !line.is_empty() {
            before_line = line;
        }
        if found.len() > RECIPIENTS_MAX {
            break;
        }
    }
    found
}

fn of_subject(subject: &str) -> Vec<Named> {
    let line = fold(subject);
    addresses(&line)
        .into_iter()
        .map(|(address, _)| Named {
            address,
            standing: Standing::Mentioned,
            line: 0,
        })
        .collect()
}

/// The addresses of a (folded) line and where each begins.
fn addresses(line: &str) -> Vec<(String, usize)> {
    let is_end = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | '"' | '\'' | '`' | '{' | '}' | '|'
            )
    };
    let mut found = Vec::new();
    let mut start = 0;
    let ends = line.char_indices().filter(|(_, c)| is_end(*c));
    let ends = ends.map(|(at, c)| (at, at + c.len_utf8()));
    for (end, next) in ends.chain(std::iter::once((line.len(), line.len()))) {
        let word = line.get(start..end).unwrap_or_default();
        if word.contains('@') {
            let bare = ["rfc822:", "mailto:", "smtp:", "to:", "for:", "to=", "="]
                .iter()
                .fold(word, |w, prefix| w.strip_prefix(prefix).unwrap_or(w));
            let bare = without_code(bare)
                .trim_matches(|c: char| matches!(c, '.' | ':' | '!' | '?' | '*' | '/' | '-' | '='));
            // a path of a server's disk that ends like an address
            let path = bare.contains('/') && !bare.contains('=');
            if address::is_valid(bare) && !path {
                found.push((bare.to_owned(), start));
            }
        }
        start = next;
    }
    found
}

/// "550-ana@oficina.example" without the code of a reply of several lines (RFC 5321, 4.2.1).
fn without_code(word: &str) -> &str {
    let code = word.split_once('-');
    let is_code = |c: &str| c.len() == 3 && c.starts_with(['4', '5']) && c.parse::<u16>().is_ok();
    code.filter(|(c, _)| is_code(c))
        .map_or(word, |(_, rest)| rest)
}

/// The standing of an address by what stands before it in its line, and by the line before.
fn standing(before: &str, line_before: &str) -> Standing {
    let last = |table: &[&str]| {
        let ends = table
            .iter()
            .filter_map(|w| before.rfind(w).map(|at| at + w.len()));
        ends.max()
    };
    let lead = last(LEADS);
    if last(NOT_RECIPIENT).is_some_and(|not| lead.is_none_or(|lead| lead <= not)) {
        return Standing::Excluded;
    }
    if let Some(lead) = lead {
        let between = before.get(lead..).unwrap_or_default();
        if between.split_whitespace().filter(|w| is_word(w)).count() <= 3 {
            return Standing::Stated;
        }
    }
    if !before.chars().any(char::is_alphabetic) {
        let continues = NOT_RECIPIENT.iter().any(|w| line_before.ends_with(w));
        return if continues {
            Standing::Excluded
        } else {
            Standing::Stated
        };
    }
    let introduced = line_before.ends_with(':') && SENTENCE.any(line_before);
    if introduced && !before.contains(['.', ':']) {
        return Standing::Stated;
    }
    Standing::Mentioned
}

fn is_word(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// The distinct addresses of a standing, with their lines.
fn chosen(
    named: &[Named],
    standing: Standing,
    inquiry: &Inquiry<'_>,
    desk: &Desk,
) -> Vec<(String, usize)> {
    let own: Vec<String> = address::all(inquiry.message, HeaderName::To)
        .into_iter()
        .map(|a| a.address)
        .collect();
    let mut list: Vec<(String, usize)> = Vec::new();
    let to_others = named
        .iter()
        .any(|n| n.standing == standing && !own.contains(&n.address));
    for one in named.iter().filter(|n| n.standing == standing) {
        let address = &one.address;
        // their own address in a diagnosis of somebody else's
        if to_others && own.contains(address) {
            continue;
        }
        let is_other = standing == Standing::Stated
            || (!own.contains(address)
                && inquiry.from.is_none_or(|f| f.address != *address)
                && !DAEMONS.iter().any(|d| address.starts_with(d))
                && address
                    .rsplit_once('@')
                    .is_some_and(|(_, d)| d.contains('.')));
        let is_sender = named
            .iter()
            .any(|n| n.standing == Standing::Excluded && n.address == *address);
        if is_other && !is_sender && !desk.is_own_address(address) {
            let is_new = list.iter().all(|(known, _)| known != address);
            if is_new {
                list.push((address.clone(), one.line));
            }
        }
    }
    list.truncate(50);
    list
}

/// The line at which the next recipient's words begin.
fn next_named(named: &[Named], line: usize, address: &str) -> usize {
    let others = named.iter().filter(|n| n.standing == Standing::Stated);
    others
        .filter(|n| n.line > line && n.address != *address)
        .map(|n| n.line)
        .next()
        .unwrap_or(usize::MAX)
}

/// Header fields in which servers repeat whom they could not reach.
const FIELDS: [&str; 2] = ["x-failed-recipients", "x-bounced-address"];

/// The recipients, where the text names none: of a header field, or of the mail that came back.
fn elsewhere(inquiry: &Inquiry<'_>) -> Vec<(String, usize)> {
    let headers = inquiry.headers;
    let of_field = FIELDS
        .iter()
        .flat_map(|name| headers.all(name))
        .flat_map(address::find_all);
    let mut found: Vec<String> = of_field.collect();
    if found.is_empty() {
        found = of_returned(inquiry.message, inquiry.text);
    }
    found.dedup();
    found.into_iter().take(50).map(|a| (a, 0)).collect()
}

fn of_returned(message: &Message<'_>, text: &str) -> Vec<String> {
    let attached = message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(inner) => Some(address::all(inner, HeaderName::To)),
        _ => None,
    });
    if let Some(to) = attached.filter(|to| !to.is_empty()) {
        return to.into_iter().map(|a| a.address).collect();
    }
    let to = text.lines().take(1_000).find_map(|line| {
        let line = line.trim_start_matches(['>', ' ', '|', '\t']);
        let (name, value) = line.split_once(':')?;
        (name.eq_ignore_ascii_case("to") && value.contains('@')).then_some(value)
    });
    to.map(|value| address::find_all(value).collect())
        .unwrap_or_default()
}
