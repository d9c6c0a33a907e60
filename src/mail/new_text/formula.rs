//! The formulas by which clients announce a quoted, original or forwarded mail, as tables: a
//! language is a few words in each. Heads of original mails stand in `head`.

use std::sync::LazyLock;

use regex::Regex;

use super::super::line::{Line, Mark, fold, head};
use super::super::work::work;
use super::words::{Kind, begins, holds, is, words};

static DATE_OR_TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\d{1,2}[:.h]\d{2}|(19|20)\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}").ok()
});
static STARTS_WITH_DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\d{1,4}[-./年]\d{1,2}[-./月]\d{1,4}").ok());
static DATE_AND_ZONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let zone = r"(gmt|utc) ?([+-]\d{1,2}(:?\d{2})?)?";
    let date = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}";
    Regex::new(&format!(
        r"^{date} \d{{1,2}}:\d{{2}} {zone}( \S+){{1,8}}:?$"
    ))
    .ok()
});
/// "Ana Soto escribió el lunes 2 de noviembre de 2026 a las 9:30:"
static ENDS_WITH_TIME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\d{1,2}[:.]\d{2}( ?(hrs|horas|uhr|h|[ap]\.? ?m)\.?)? ?:$").ok());
static DATE_BY_ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^.{0,20}\d{4},? \d{1,2}:\d{2} (por|by|von|par|da|de) <?\S+@\S+:$").ok()
});
static NOTES_LINE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"---\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[^-]{0,20}---").ok());
pub(super) static TIME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\d{1,2}[:.]\d{2}").ok());

/// Whether a pattern occurs in a text.
pub(super) fn finds(regex: &LazyLock<Option<Regex>>, text: &str) -> bool {
    work(text.len());
    regex.as_ref().is_some_and(|r| r.is_match(text))
}

/// Lines over which a client wraps the line above a quote.
const ATTRIBUTION_LINES: usize = 5;
/// Longest such line, in bytes.
const ATTRIBUTION_BYTES: usize = 400;

/// How many lines from `at` on are the client's line above a quote ("El …, Ana escribió:"); 0 for
/// none.
pub(super) fn attribution(lines: &[Line], at: usize) -> usize {
    let Some(first) = lines.get(at).filter(|l| !l.is_blank()) else {
        return 0;
    };
    if !may_end(lines, at) || !may_begin(&first.text) {
        return 0;
    }
    let mut joined = String::new();
    for (count, line) in lines.iter().skip(at).take(ATTRIBUTION_LINES).enumerate() {
        // a bracket wrapped to the next line looks like a quote mark: "<ana@oficina.example↵>:"
        let bracket = count > 0 && line.depth == first.depth + 1 && line.text.trim() == ":";
        if line.is_blank() || (line.depth != first.depth && !bracket) || ends_sentence(&joined) {
            return 0;
        }
        if !joined.is_empty() && !bracket {
            joined.push(' ');
        }
        joined.push_str(if bracket { ">:" } else { line.text.trim() });
        work(joined.len());
        if joined.len() > ATTRIBUTION_BYTES {
            return 0;
        }
        let next_is_quoted = lines
            .iter()
            .skip(at + count + 1)
            .inspect(|_| work(1))
            .find(|l| !l.is_blank())
            .is_some_and(|l| l.depth > first.depth);
        if is_attribution(&joined, next_is_quoted) {
            // a line of the answer stands above, with no blank line between
            let later = (1..=count).any(|skip| begins_below(lines, at + skip, count - skip));
            return if later { 0 } else { count + 1 };
        }
    }
    0
}

/// White space, marks of emphasis and of the direction of writing, around such a line.
fn is_emphasis(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '_' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
}

/// Whether one of the lines from `at` on ends as such a line does. Most do not, and need no closer
/// look.
fn may_end(lines: &[Line], at: usize) -> bool {
    lines.iter().skip(at).take(ATTRIBUTION_LINES).any(|line| {
        let text = line.text.trim_end_matches(is_emphasis);
        text.ends_with([':', '：', '>']) || text.contains("GMT") || text.contains("UTC")
    })
}

/// Whether such a line begins with these words.
fn may_begin(line: &str) -> bool {
    let folded = fold(head(line, ATTRIBUTION_BYTES));
    let text = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    begins(Kind::Opener, text)
        || begins(Kind::Cited, text)
        || finds(&DATE_OR_TIME, text)
        || text.contains('@')
        || holds(Kind::Wrote, text)
}

/// Whether a line and the `more` below it are such a line on their own, with opener and date.
fn begins_below(lines: &[Line], at: usize, more: usize) -> bool {
    let texts: Vec<&str> = lines
        .iter()
        .skip(at)
        .take(more + 1)
        .map(|l| l.text.trim())
        .collect();
    let folded = fold(texts.first().copied().unwrap_or_default());
    let opens = begins(Kind::Opener, &folded) || finds(&STARTS_WITH_DATE, &folded);
    opens && finds(&DATE_OR_TIME, &folded) && is_attribution(&texts.join(" "), false)
}

/// Whether a text ends a sentence, so that what follows begins something new.
fn ends_sentence(text: &str) -> bool {
    let last = text.split_whitespace().last().unwrap_or_default();
    // abbreviations ("sept.", "p. m.") are short
    text.ends_with(['?', '!']) || (text.ends_with('.') && last.chars().count() > 5)
}

fn is_attribution(joined: &str, next_is_quoted: bool) -> bool {
    let text = joined.trim_matches(is_emphasis);
    let ends_with_colon = text.ends_with([':', '：']);
    let has_address = text.contains('@');
    let folded = fold(text);
    if !ends_with_colon {
        // Gmail's old forms: "2013/11/3 Ana Soto <ana@…>", "2016-03-03 17:21 GMT+01:00 Ana Soto"
        return text.len() <= 150
            && ((has_address && text.ends_with('>') && finds(&STARTS_WITH_DATE, text))
                || finds(&DATE_AND_ZONE, &folded));
    }
    if begins(Kind::Cited, &folded) && (has_address || next_is_quoted) {
        return true;
    }
    // Tuta: "2 nov 2026, 9:30 por ana@oficina.example:"
    if next_is_quoted && finds(&DATE_BY_ADDRESS, &folded) {
        return true;
    }
    let has_date = finds(&DATE_OR_TIME, &folded);
    let has_verb = holds(Kind::Wrote, &folded);
    let opens = begins(Kind::Opener, &folded);
    if has_verb {
        let ends_with_verb = ends_with_verb(folded.trim_end_matches([':', '：', ' ']));
        return (has_date && (opens || has_address || finds(&STARTS_WITH_DATE, text)))
            || (has_address && ends_with_verb && names_writer(text))
            || (has_date && finds(&ENDS_WITH_TIME, &folded))
            || (next_is_quoted && (ends_with_verb || opens || has_address));
    }
    (text.ends_with(">:") || text.ends_with("> :"))
        && has_address
        && has_date
        && (finds(&STARTS_WITH_DATE, text) || finds(&TIME, text))
}

/// Whether a text gives an address as clients do: in brackets, or with nothing but a verb behind it
/// ("ana@b.example wrote:").
fn names_writer(text: &str) -> bool {
    let mut words = text.split_whitespace();
    text.contains('<')
        || (words.next().is_some_and(|first| first.contains('@')) && words.count() <= 2)
}

/// Whether a folded text ends with the verb of a line above a quote, "napisal(a)" among them.
fn ends_with_verb(folded: &str) -> bool {
    let text = stem(folded);
    words(Kind::Wrote)
        .iter()
        .any(|verb| text.ends_with(stem(verb)))
}

fn stem(verb: &str) -> &str {
    let verb = verb.trim_end_matches(')').trim_end_matches("(a");
    verb.trim_end_matches('a')
}

/// Whether a line is the one that Notes writes above a head: "Ana Soto ---02-11-2026 9:30:12---x".
pub(super) fn is_notes_line(line: &Line) -> bool {
    finds(&NOTES_LINE, head(&line.text, ATTRIBUTION_BYTES))
}

/// Whether a line is the one that GroupWise writes above an original: ">>> Ana Soto 02-11-2026 9:30
/// >>>". Its marks look like those of a quote; the lines below it have none.
pub(super) fn is_groupwise_line(line: &Line) -> bool {
    let text = line.text.trim_end();
    line.depth == 3
        && text.len() <= ATTRIBUTION_BYTES
        && text.ends_with(">>>")
        && finds(&DATE_OR_TIME, text)
}

/// A line's words between the dashes that clients put around a marker; none without dashes.
fn marker_words(line: &str) -> Option<String> {
    let is_frame =
        |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '*' | '=' | '>' | '–' | '—');
    let is_dash = |c: &char| matches!(c, '-' | '_' | '=' | '–' | '—');
    let text = line.trim();
    let framed = text.len() <= 200 && text.chars().take_while(is_dash).count() >= 2;
    framed.then(|| fold(text.trim_matches(is_frame)))
}

/// Whether a line says that the original mail stands below ("-----Mensaje original-----").
pub(super) fn is_original_marker(line: &Line) -> bool {
    let Some(said) = marker_words(&line.text) else {
        return false;
    };
    // Zoho: "---- El mar, 22 dic 2015 14:17 Ana <ana@…> escribió ----"; iNotes has no date
    let wrote = said.trim_end_matches([':', ' ']);
    let is_signed = finds(&DATE_OR_TIME, wrote) || wrote.contains('@');
    begins(Kind::Original, &said) || (is_signed && ends_with_verb(wrote))
}

/// Whether a line says that a forwarded mail stands below.
pub(super) fn is_forward_marker(line: &Line) -> bool {
    let text = line.text.trim();
    if text.len() < 60 && text.ends_with(':') {
        // Apple draws no dashes
        let folded = fold(text);
        return is(Kind::BeginsForwarded, folded.trim_end_matches([':', ' ']));
    }
    marker_words(text).is_some_and(|said| begins(Kind::Forwarded, &said))
}

/// Whether a line is a rule ("________") or an empty frame that clients draw above an original.
pub(super) fn is_rule(line: &Line) -> bool {
    let text = line.text.trim();
    line.mark == Mark::Rule
        || (text.len() >= 5
            && text
                .chars()
                .all(|c| matches!(c, '_' | '-' | '=' | '–' | '—' | '*')))
}

#[cfg(test)]
mod tests {
    use super::super::super::body::plain_body;
    use super::*;

    #[test]
    fn lines_above_quotes() {
        for (text, count) in [
            (
                "El lun., 16 dic. 2019 a las 20:13, Ana Soto\n(<ana@oficina.example>) escribió:",
                2,
            ),
            ("El 4/12/2007, a las 7:22, Ana Soto escribió:", 1),
            (
                "El viernes, 11 de julio de 2025 21:11:15 (hora de Chile),\nAna Soto escribió:",
                2,
            ),
            ("El mié, 22-06-2005 a las 22:03 -0400, Ana escribió:", 1),
            (
                "On Mon, Jan 1, 2024 at 9:00 AM Ana <ana@oficina.example> wrote:",
                1,
            ),
            (
                "Am 24.12.2023 um 12:00 schrieb Ana Soto <ana@oficina.example>:",
                1,
            ),
            ("Ana Soto escribió:\n> hola", 1),
            ("El lunes le escribí a Ana y no contestó.", 0),
            ("El 3 de marzo pedí los datos:\nPrograma: Vínculos", 0),
            ("Ana escribió:\nno aprueben", 0),
        ] {
            assert_eq!(
                attribution(&plain_body(text, None).lines, 0),
                count,
                "{text}"
            );
        }
    }
}
