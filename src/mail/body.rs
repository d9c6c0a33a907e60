//! The texts of a mail: which parts are body, in which charset, as lines.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use super::html::{self, Table};
use super::line::{Line, head};
use super::raw::windows_1252;

/// One body text: its lines, and its tables where it is HTML.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// The lines.
    pub lines: Vec<Line>,
    /// The tables that lines refer to.
    pub tables: Vec<Table>,
    /// Whether it was HTML.
    pub is_html: bool,
}

/// A text of the mail in the forms that it has.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// `text/plain`.
    pub plain: Option<Body>,
    /// `text/html`.
    pub html: Option<Body>,
}

/// Bytes of one text, and lines of plain text, that are read.
const TEXT_BYTES_MAX: usize = 2 << 20;
const LINES_MAX: usize = 50_000;
/// Body texts of one mail that are read.
const UNITS_MAX: usize = 20;

/// The body texts in order. Alternatives of one text stand in one unit.
pub(super) fn units(message: &Message<'_>) -> Vec<Unit> {
    let texts = &message.text_body;
    let htmls = &message.html_body;
    let paired = texts.len() == htmls.len();
    let mut units = Vec::new();
    for (i, id) in texts.iter().enumerate().take(UNITS_MAX) {
        let mut unit = Unit::default();
        add(message, *id, &mut unit);
        if let Some(other) = htmls.get(i).filter(|other| paired && *other != id) {
            add(message, *other, &mut unit);
        }
        units.push(unit);
    }
    if texts.is_empty() {
        for id in htmls.iter().take(UNITS_MAX) {
            let mut unit = Unit::default();
            add(message, *id, &mut unit);
            units.push(unit);
        }
    }
    units
}

fn add(message: &Message<'_>, id: u32, unit: &mut Unit) {
    let Some(part) = message.part(id) else {
        return;
    };
    let text = part_text(message, part);
    let text = head(&text, TEXT_BYTES_MAX);
    match &part.body {
        PartType::Html(_) => unit.html = Some(html_body(text)),
        PartType::Text(_) => {
            let flowed = part
                .content_type()
                .and_then(|ct| ct.attribute("format"))
                .is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
            let delsp = part
                .content_type()
                .and_then(|ct| ct.attribute("delsp"))
                .is_some_and(|f| f.eq_ignore_ascii_case("yes"));
            unit.plain = Some(plain_body(text, flowed.then_some(delsp)));
        }
        _ => {}
    }
}

/// An HTML text as lines.
pub(super) fn html_body(text: &str) -> Body {
    let (lines, tables) = html::lines(text);
    Body {
        lines,
        tables,
        is_html: true,
    }
}

/// A plain text as lines; `flowed` is the DelSp of a format=flowed text (RFC 3676).
pub(super) fn plain_body(text: &str, flowed: Option<bool>) -> Body {
    let mut lines: Vec<Line> = Vec::new();
    let mut joins = false;
    for raw in text.split('\n').take(LINES_MAX) {
        let raw = raw
            .trim_end_matches('\r')
            .trim_start_matches(['\u{feff}', '\u{200b}']);
        let (depth, content) = unquote(raw);
        let Some(delsp) = flowed else {
            lines.push(Line {
                text: content.to_owned(),
                depth,
                ..Line::default()
            });
            continue;
        };
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_delimiter = content == "-- ";
        let soft = content.ends_with(' ') && !is_delimiter;
        let piece = if soft && delsp {
            content.strip_suffix(' ').unwrap_or(content)
        } else {
            content
        };
        match lines.last_mut() {
            Some(last) if joins && last.depth == depth && !is_delimiter => {
                last.text.push_str(piece)
            }
            _ => lines.push(Line {
                text: piece.to_owned(),
                depth,
                ..Line::default()
            }),
        }
        joins = soft;
    }
    mark_initials(&mut lines);
    Body {
        lines,
        tables: Vec::new(),
        is_html: false,
    }
}

/// Longest initials before a mark of a quote ("AS> hola", as The Bat! writes).
const INITIALS_BYTES: usize = 3;

/// Lines quoted with the initials of their writer: two at least that follow each other.
fn mark_initials(lines: &mut [Line]) {
    let mut at = 0;
    while at < lines.len() {
        let rest = lines.get_mut(at..).unwrap_or_default();
        let mark = rest.first().and_then(|l| initials(&l.text));
        let Some(mark) = mark.map(str::to_owned) else {
            at += 1;
            continue;
        };
        let count = rest
            .iter()
            .take_while(|l| l.text.starts_with(&mark))
            .count();
        for line in rest.iter_mut().take(count).filter(|_| count > 1) {
            line.depth = line.depth.saturating_add(1);
            let text = line.text.strip_prefix(&mark).unwrap_or_default().trim();
            line.text = text.to_owned();
        }
        at += count.max(1);
    }
}

/// Initials and the mark behind them, at the beginning of a line.
fn initials(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once('>')?;
    let is = (1..=INITIALS_BYTES).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_uppercase())
        && (rest.is_empty() || rest.starts_with([' ', '>']));
    line.get(..name.len() + 1).filter(|_| is)
}

/// Quote depth, and the line without its quote marks.
fn unquote(line: &str) -> (u16, &str) {
    let mut depth: u16 = 0;
    let mut rest = line;
    loop {
        // one space may stand between marks; more would belong to the text
        let candidate = rest.strip_prefix(' ').unwrap_or(rest);
        match candidate.strip_prefix('>') {
            Some(after) => {
                depth = depth.saturating_add(1);
                rest = after;
            }
            None => break,
        }
    }
    if depth > 0 {
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (depth, rest)
}

/// The text of a part, with faults of its charset declaration mended.
pub(super) fn part_text(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let text = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text,
        _ => return String::from_utf8_lossy(part.contents()).into_owned(),
    };
    let is_broken = text.contains('\u{fffd}');
    let may_be_utf_8 = text.contains(['Ã', 'Â', 'â']);
    if !is_broken && !may_be_utf_8 {
        return text.clone().into_owned();
    }
    let Some(bytes) = part_bytes(message, part) else {
        return text.clone().into_owned();
    };
    match (is_broken, String::from_utf8(bytes)) {
        // declared as latin-1, written in UTF-8
        (_, Ok(utf_8)) => utf_8,
        (true, Err(error)) => {
            let lost = text.matches('\u{fffd}').count();
            let kept = text
                .chars()
                .filter(|c| !c.is_ascii() && *c != '\u{fffd}')
                .count();
            if kept > lost {
                text.clone().into_owned()
            } else {
                windows_1252(error.as_bytes())
            }
        }
        (false, Err(_)) => text.clone().into_owned(),
    }
}

/// The bytes of a part, transfer encoding undone; none where they are not at hand or need none.
fn part_bytes(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let from = usize::try_from(part.offset_body).ok()?;
    let to = usize::try_from(part.offset_end).ok()?;
    let raw = message.raw_message.get(from..to)?;
    match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined_within_their_depth() {
        let body = plain_body(
            "Hola, esto \nsigue.\n> cita \n> larga\n-- \nAna",
            Some(false),
        );
        let lines: Vec<_> = body
            .lines
            .iter()
            .map(|l| (l.depth, l.text.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                (0, "Hola, esto sigue."),
                (1, "cita larga"),
                (0, "-- "),
                (0, "Ana")
            ]
        );
    }

    #[test]
    fn quote_marks_are_counted() {
        assert_eq!(unquote("> > a"), (2, "a"));
        assert_eq!(unquote(">>>b"), (3, "b"));
        assert_eq!(unquote("a > b"), (0, "a > b"));
    }
}
