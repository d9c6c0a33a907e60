//! Signatures: after the delimiter of RFC 3676, after the sender's own name, after a closing, and
//! the lines that telephones add. The closing itself ("Saludos,") stays, as do postscripts.

use super::super::line::{Line, Mark, fold};
use super::super::work::work;
use super::Role;
use super::words::{Kind, begins, holds, is, words};

/// How the sender is called, as words to compare with.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Writer {
    words: Vec<String>,
    address: String,
}

impl Writer {
    /// From the display name and address; both may be empty.
    pub(in super::super) fn new(name: &str, address: &str) -> Self {
        let mut words = name_words(name);
        if words.is_empty() {
            let local = address.split('@').next().unwrap_or_default();
            words = name_words(&local.replace(['.', '_', '-'], " "));
            words.retain(|w| w.len() > 2);
        }
        Self {
            words,
            address: address.to_owned(),
        }
    }
}

fn name_words(name: &str) -> Vec<String> {
    fold(name)
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty() && !is(Kind::Title, w))
        .map(str::to_owned)
        .collect()
}

/// Most lines of a signature that no delimiter announces, and longest such line in characters.
const SIGNATURE_LINES: usize = 14;
const SIGNATURE_CHARS: usize = 130;

/// Marks signatures among the new lines, in each stretch between quotes on its own.
pub(super) fn mark(lines: &[Line], roles: &mut [Role], writer: &Writer) {
    mark_by_structure(lines, roles, writer);
    let mut start = 0;
    let mut written = false;
    while start < lines.len() {
        let end = stretch_end(roles, start);
        if end == start {
            start += 1;
            continue;
        }
        let found = signature_in(lines, roles, start..end, writer, written);
        for line in found.alone {
            take(roles, line, line + 1);
        }
        if let Some(cut) = found.start {
            let end = if found.delimited {
                answer_below(lines, cut..end).unwrap_or(end)
            } else {
                end
            };
            take(roles, cut, end);
        }
        written |= (start..end).any(|i| is_written(lines, roles, i));
        start = end;
    }
}

fn take(roles: &mut [Role], from: usize, to: usize) {
    for role in roles.get_mut(from..to).unwrap_or_default() {
        if *role == Role::New {
            *role = Role::Signature;
        }
    }
}

fn is_written(lines: &[Line], roles: &[Role], i: usize) -> bool {
    roles.get(i) == Some(&Role::New) && lines.get(i).is_some_and(|l| !l.is_blank())
}

/// What the client put into its signature element, unless the sender wrote the answer there, above
/// the name.
fn mark_by_structure(lines: &[Line], roles: &mut [Role], writer: &Writer) {
    let signed: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(i, l)| l.mark == Mark::Signature && roles.get(*i) == Some(&Role::New))
        .map(|(i, _)| i)
        .collect();
    for (i, line) in lines.iter().enumerate() {
        if is_picture(&line.text) {
            take(roles, i, i + 1);
        }
    }
    let answered = signed
        .iter()
        .filter_map(|i| lines.get(*i))
        .map(|l| (l, fold(&l.text)))
        .take_while(|(l, folded)| !is_name_of(l, folded, writer, true))
        .any(|(_, folded)| is_answer(&folded) && !super::notice::is_trailing(&folded));
    // a client that puts all into that element says nothing by it
    let other_words = (0..lines.len()).any(|i| is_written(lines, roles, i) && !signed.contains(&i));
    if other_words && !answered {
        for i in signed {
            take(roles, i, i + 1);
        }
    }
}

/// The end of the stretch of lines that no quote interrupts.
fn stretch_end(roles: &[Role], start: usize) -> usize {
    roles
        .iter()
        .skip(start)
        .take_while(|r| !matches!(r, Role::Quote | Role::Original))
        .count()
        + start
}

/// Most words of an answer that stands below somebody's own signature.
const ANSWER_WORDS: usize = 5;

/// Where a short answer begins below a delimited signature, a paragraph of its own: some write
/// below what their client put there.
fn answer_below(lines: &[Line], tail: std::ops::Range<usize>) -> Option<usize> {
    let named = lines
        .get(tail.clone())?
        .iter()
        .skip(1)
        .position(|l| !l.is_blank())?;
    let mut after_blank = false;
    for at in tail.skip(named + 2) {
        let line = lines.get(at)?;
        let folded = fold(&line.text);
        let short = folded.split_whitespace().count() <= ANSWER_WORDS;
        if after_blank && short && is_answer(&folded) && !holds(Kind::Topic, &folded) {
            return Some(at);
        }
        after_blank = line.is_blank();
    }
    None
}

/// What of a stretch is signature.
#[derive(Default)]
struct Found {
    /// Its first line; all below it belongs to it.
    start: Option<usize>,
    /// Whether RFC 3676's delimiter begins it.
    delimited: bool,
    /// Lines of telephones with words of the sender below.
    alone: Vec<usize>,
}

/// The signature of a stretch. `written`: the sender wrote something above the stretch.
fn signature_in(
    lines: &[Line],
    roles: &[Role],
    stretch: std::ops::Range<usize>,
    writer: &Writer,
    mut written: bool,
) -> Found {
    let filled: Vec<usize> = stretch.filter(|i| is_written(lines, roles, *i)).collect();
    let (mut closing, mut announced) = (false, false);
    let mut found = Found::default();
    for (at, i) in filled.iter().enumerate() {
        let Some(line) = lines.get(*i) else { break };
        let folded = fold(&line.text);
        let all_below = |from: usize, most: usize| {
            let tail = filled.get(from..).unwrap_or_default();
            tail.len() <= most && is_signature(tail.iter().filter_map(|i| lines.get(*i)))
        };
        let ends = |from: usize| all_below(from, SIGNATURE_LINES);
        let ends_here = match delimiter(&line.text) {
            Delimiter::Rfc3676 => {
                found.delimited = !ends(at + 1);
                written || !found.delimited
            }
            Delimiter::Rule => ends(at + 1),
            Delimiter::None if is_device_line(&folded) => {
                let ends = all_below(at + 1, 3 * SIGNATURE_LINES);
                if !ends && lines.get(i + 1).is_none_or(Line::is_blank) {
                    found.alone.push(*i);
                    continue;
                }
                ends
            }
            Delimiter::None => {
                let named = !announced && is_name_of(line, &folded, writer, closing && written);
                // with nobody's name to compare, a name below a closing may be anything
                let may_be = closing && written && !writer.words.is_empty();
                (named || (may_be && is_some_name(&line.text))) && ends(at)
            }
        };
        if ends_here {
            found.start = Some(*i);
            return found;
        }
        closing = is_closing(&folded);
        // "crear usuario para:" announces data, not a signature
        announced = folded.ends_with(':');
        written = true;
    }
    found
}

enum Delimiter {
    /// `-- `
    Rfc3676,
    /// `__`, `———`, `***`
    Rule,
    None,
}

fn delimiter(line: &str) -> Delimiter {
    let text = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}');
    if line.trim_end() == "--" && !text.is_empty() {
        return Delimiter::Rfc3676;
    }
    let is_rule = text.len() >= 2
        && text
            .chars()
            .all(|c| matches!(c, '_' | '-' | '—' | '–' | '=' | '*' | '~'));
    if is_rule || text == "—" || text == "–" {
        Delimiter::Rule
    } else {
        Delimiter::None
    }
}

/// Whether the rest of a stretch looks like a signature: few short lines, no sentence, no answer,
/// no datum; notices may follow.
fn is_signature<'a>(lines: impl Iterator<Item = &'a Line>) -> bool {
    lines.enumerate().all(|(i, line)| {
        work(line.text.len().min(SIGNATURE_CHARS));
        let folded = fold(&line.text);
        let is_plain = line.text.chars().count() <= SIGNATURE_CHARS
            && !is_sentence(&line.text)
            && !is_answer(&folded)
            && !is_postscript(&folded)
            && !is_datum(&folded);
        is_plain || is_device_line(&folded) || (i >= 2 && super::notice::is_trailing(&folded))
    })
}

/// Whether a line is a sentence rather than a post, an address or a motto.
fn is_sentence(line: &str) -> bool {
    let text = line.trim();
    let words = text.split_whitespace().count();
    let starts_low = text.chars().next().is_some_and(char::is_lowercase);
    let has_address = text.contains('@') || text.contains("www.") || text.contains("http");
    (text.ends_with(['.', ';', ',']) && words >= 5 && !has_address && !has_phone(text))
        || text.ends_with(['?', ':'])
        || (starts_low && words >= 5 && !has_address)
        || words > 16
}

/// Whether a line is a datum of a request ("RUT: 12.345.678-5") rather than how to reach somebody.
fn is_datum(folded: &str) -> bool {
    let Some((label, value)) = folded.split_once(':') else {
        return folded.starts_with("rut ");
    };
    let label = label.trim_matches(|c: char| !c.is_alphanumeric());
    !value.trim().is_empty()
        && !value.starts_with("//")
        && !is(Kind::Contact, label.trim_end_matches('.'))
        && !label.starts_with("tel")
        && !label.starts_with("fono")
        && !label.contains('@')
        && label.split_whitespace().count() <= 6
}

fn has_phone(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 6
}

fn is_postscript(folded: &str) -> bool {
    begins(Kind::Postscript, folded)
}

/// Whether a line begins as an answer does.
pub(super) fn is_answer(folded: &str) -> bool {
    matches!(
        folded.trim_end_matches(['.', '!']),
        "si" | "no" | "ok" | "okis"
    ) || begins(Kind::Answer, folded)
}

fn is_device_line(folded: &str) -> bool {
    let text = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let few = text.len() <= 120 && text.split_whitespace().count() <= 12;
    few && (begins(Kind::Device, text) || is_advertisement(text))
}

/// "Obtener Ejemplo para Android": how mail programs of telephones advertise themselves.
fn is_advertisement(text: &str) -> bool {
    let text = text.split(['<', '(', '[']).next().unwrap_or_default();
    let ends = |s: &String| text.trim().ends_with(s.as_str());
    begins(Kind::Get, text) && words(Kind::System).iter().any(ends)
}

/// Whether a line only stands for a picture (`[cid:image001.png@…]`, `[image: logo]`), or is the
/// sign that a tracker of read mails leaves.
fn is_picture(line: &str) -> bool {
    let text = line.trim();
    if text == "ᐧ" {
        return true;
    }
    // the link of a picture that plain text does not show, or a place within the HTML
    let link = (text.starts_with("<http") || text.starts_with("<#")) && text.ends_with('>');
    if link && !text.contains(char::is_whitespace) {
        return true;
    }
    ["[cid:", "[image:", "[imagen:", "<image0"]
        .iter()
        .any(|p| text.starts_with(p))
        && text.ends_with([']', '>'])
}

/// Whether a line gives the sender's own name, perhaps with the post behind it.
fn is_name_of(line: &Line, folded: &str, writer: &Writer, after_closing: bool) -> bool {
    if line.text.chars().count() > SIGNATURE_CHARS {
        return false;
    }
    if !writer.address.is_empty() && folded == writer.address {
        return true;
    }
    let piece = line
        .text
        .split(['|', '\t', '/', '(', '<'])
        .next()
        .and_then(|p| p.split(" - ").next())
        .unwrap_or_default()
        .trim_matches(|c: char| !c.is_alphabetic());
    let words = name_words(piece);
    let capitalised = piece
        .split_whitespace()
        .filter(|w| w.chars().count() > 3)
        .all(|w| {
            w.chars()
                .find(|c| c.is_alphabetic())
                .is_some_and(char::is_uppercase)
        });
    if words.is_empty() || words.len() > 6 || !capitalised || piece.ends_with(':') {
        return false;
    }
    let shared = words.iter().filter(|w| writer.words.contains(w)).count();
    let strangers = words
        .iter()
        .filter(|w| w.len() > 1 && !writer.words.contains(w))
        .count();
    (shared >= 2 && strangers <= 2)
        || (shared >= 1 && strangers == 0 && (after_closing || writer.words.len() == 1))
        || (shared >= 1 && strangers == 0 && words.len() == writer.words.len())
}

/// Whether a line could be somebody's name: one to five capitalised words and nothing else.
fn is_some_name(line: &str) -> bool {
    let text = line.trim().trim_end_matches(['.', ',']);
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..=5).contains(&words.len())
        && text.chars().count() <= 50
        && !text.contains(|c: char| c.is_ascii_digit() || matches!(c, '?' | '!' | ':' | ';'))
        && words.iter().all(|w| {
            w.chars().next().is_some_and(char::is_uppercase)
                || matches!(*w, "de" | "del" | "la" | "los" | "y" | "las")
        })
}

fn is_closing(folded: &str) -> bool {
    let text = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
    text.split_whitespace().count() <= 9
        && words(Kind::Closing)
            .iter()
            .any(|c| text.starts_with(c.as_str()) || text.ends_with(c.as_str()))
}
