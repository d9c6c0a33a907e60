//! The head of a memorandum: N°, DE (who signs, with the post), A, ANT., MAT., date; in lines, in a
//! table, with the value below its mark.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::Memorandum;
use super::form::{is_closing, is_head, pairs};
use super::parts::{Part, Piece};
use super::values::{clean, dates, is_open};
use super::words::fold_words;
use crate::office::Evidence;

/// What a line of the head is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    From,
    To,
    Antecedent,
    Subject,
    Date,
    Other,
}

impl Mark {
    /// The item's name in the evidence.
    fn name(self) -> &'static str {
        match self {
            Mark::From => "signatory",
            Mark::To => "addressee",
            Mark::Antecedent => "antecedent",
            Mark::Subject => "subject",
            Mark::Date => "date",
            Mark::Other => "",
        }
    }
}

fn mark(label: &str) -> Option<Mark> {
    Some(match fold_words(label).as_str() {
        "de" | "desde" => Mark::From,
        "a" | "para" | "a la" | "al" => Mark::To,
        "mat" | "materia" | "asunto" | "ref" | "referencia" => Mark::Subject,
        "fecha" => Mark::Date,
        "ant" | "antecedente" | "antecedentes" => Mark::Antecedent,
        "cc" | "c c" | "adj" | "adjunto" | "incl" | "distribucion" | "n" | "nro" => Mark::Other,
        _ => return None,
    })
}

/// The head of the first part that has one.
pub fn memorandum(parts: &[Part], received: NaiveDate) -> Option<Memorandum> {
    parts
        .iter()
        .filter(|p| p.memorandum)
        .find_map(|part| head(part, received))
}

/// The "MAT." of a part, with its line.
pub fn matter(part: &Part) -> Option<(u32, String)> {
    let items = items(part);
    let found = items.into_iter().find(|i| i.mark == Mark::Subject)?;
    Some((found.line, clean(&found.value)))
}

fn head(part: &Part, received: NaiveDate) -> Option<Memorandum> {
    let mut out = Memorandum::default();
    for item in items(part) {
        store(&mut out, part, &item, received);
    }
    if let Some((line, number, quote)) = number(part) {
        out.number = Some(number);
        cite(&mut out.evidence, "number", part.evidence(line, &quote));
    }
    // "DE: Encargada Nacional de Programa": the name stands under the text.
    if out.signatory.as_deref().is_none_or(|s| !is_name(s))
        && let Some((line, name)) = signature(part)
    {
        out.post = out.post.or(out.signatory);
        cite(&mut out.evidence, "signatory", part.evidence(line, &name));
        out.signatory = Some(name);
    }
    if out.date.is_none()
        && let Some((line, date, quote)) = date(part, received)
    {
        out.date = Some(date);
        cite(&mut out.evidence, "date", part.evidence(line, &quote));
    }
    (out != Memorandum::default()).then_some(out)
}

fn cite(evidence: &mut BTreeMap<String, Evidence>, item: &str, found: Evidence) {
    evidence.insert(item.to_owned(), found);
}

/// The day of a memorandum that no label gives: "Santiago, 3 de marzo de 2026", at its beginning or
/// above its signature.
fn date(part: &Part, received: NaiveDate) -> Option<(u32, String, String)> {
    static PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?:^|[|·•]|\s{2})\s*\p{Lu}[\p{L} .]{2,30},\s*(?:a\s+|con\s+fecha\s+)?\d{1,2}\b",
        )
        .ok()
    });
    let lines: Vec<(u32, String)> = part.lines().collect();
    let placed = |l: &&(u32, String)| PLACE.as_ref().is_some_and(|r| r.is_match(&l.1));
    let short = |l: &&(u32, String)| l.1.chars().count() < 90 && !is_antecedent(&l.1);
    let first = || lines.iter().take(16).filter(short);
    let last = lines.iter().rev().take(14).filter(short).filter(placed);
    first()
        .filter(placed)
        .chain(first())
        .chain(last)
        .find_map(|(line, text)| Some((*line, iso(text, received)?, text.clone())))
}

fn is_antecedent(line: &str) -> bool {
    fold_words(line).starts_with("ant ")
}

fn iso(words: &str, received: NaiveDate) -> Option<String> {
    dates(words, received)
        .into_iter()
        .find_map(|m| m.date)
        .map(|d| d.to_string())
}

fn store(out: &mut Memorandum, part: &Part, item: &Item, received: NaiveDate) {
    let value = clean(&item.value);
    if is_open(&value) {
        return;
    }
    let place = match item.mark {
        Mark::From => &mut out.signatory,
        Mark::To => &mut out.addressee,
        Mark::Antecedent => &mut out.antecedent,
        Mark::Subject => &mut out.subject,
        Mark::Date => &mut out.date,
        Mark::Other => return,
    };
    if place.is_some() {
        return;
    }
    match item.mark {
        Mark::From => {
            let (name, post) = name_and_post(&item.value);
            *place = Some(name);
            out.post = post;
        }
        Mark::Date => match iso(&value, received) {
            Some(date) => *place = Some(date),
            None => return,
        },
        _ => *place = Some(value),
    }
    let evidence = part.evidence(item.line, &item.value);
    cite(&mut out.evidence, item.mark.name(), evidence);
}

/// A mark of the head with its value, which may go on in further lines.
#[derive(Debug)]
struct Item {
    line: u32,
    mark: Mark,
    /// Lines are separated by line breaks.
    value: String,
}

/// The marks of the head with their values.
fn items(part: &Part) -> Vec<Item> {
    let lines = marked(part);
    let last = lines.iter().rposition(|(_, mark, _)| mark.is_some());
    let mut out: Vec<Item> = Vec::new();
    let mut open = false;
    for (index, (line, mark, value)) in lines.iter().enumerate() {
        match mark {
            Some(mark) => {
                let value = value.clone();
                out.push(Item {
                    line: *line,
                    mark: *mark,
                    value,
                });
                open = true;
            }
            // A value below its label; and, between two marks, one that goes on.
            None if open && !value.trim().is_empty() => {
                let within = last.is_some_and(|last| index < last);
                if let Some(item) = out.last_mut()
                    && (item.value.trim().is_empty() || within || post_follows(item, value))
                {
                    item.value.push('\n');
                    item.value.push_str(value);
                } else {
                    open = false;
                }
            }
            None => open = open && out.last().is_some_and(|i| i.value.trim().is_empty()),
        }
    }
    out
}

/// Whether a line below a name is the post of the person.
fn post_follows(item: &Item, line: &str) -> bool {
    let words = fold_words(line);
    matches!(item.mark, Mark::From | Mark::To)
        && item.value.lines().count() < 3
        && words.split(' ').count() <= 10
        && POSTS.iter().any(|p| words.starts_with(p))
}

/// Lines of the head, each with its mark, if it has one, and its value or words.
fn marked(part: &Part) -> Vec<(u32, Option<Mark>, String)> {
    let mut out = Vec::new();
    let is_mark = |label: &str| f32::from(u8::from(mark(label).is_some()));
    for piece in part.pieces.iter().take(40) {
        match piece {
            Piece::Line(number, text) => match pairs(text, &is_mark).first() {
                Some(pair) => out.push((*number, mark(&pair.label), pair.value.clone())),
                None if mark(text).is_some() => out.push((*number, mark(text), String::new())),
                None => out.push((*number, None, text.clone())),
            },
            Piece::Table(first, rows) => {
                for (number, row) in (*first..).zip(rows) {
                    let mut cells = row
                        .iter()
                        .map(|c| c.trim())
                        .filter(|c| !c.is_empty() && *c != ":");
                    let label = cells.next().unwrap_or("");
                    let rest = cells.collect::<Vec<_>>().join("\n");
                    match mark(label) {
                        Some(mark) => out.push((number, Some(mark), rest)),
                        // The whole head in one cell: "DE : Ana Soto".
                        None => match pairs(label, &is_mark).first() {
                            Some(pair) => out.push((number, mark(&pair.label), pair.value.clone())),
                            None => out.push((number, None, format!("{label} {rest}"))),
                        },
                    }
                }
            }
        }
    }
    out
}

/// "MEMORÁNDUM N° 123/2026", "Memo (DDS) Nº45", "MEMORÁNDUM 156 / 2026"; beside a letterhead too.
/// The number of another memorandum, in "ANT." or in a sentence, is none of it.
fn number(part: &Part) -> Option<(u32, String, String)> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)(?:^|[|·•]|\s)(?:memor[aá]ndum|memo|mem\.)\b[^\d:|]{0,30}?",
            r"(?:n[°ºo˚]?\.?|nro\.?|n[úu]mero|\s)\s*:?\s*(?:[|]\s*)?",
            r"((?:[A-Z]{1,6}[-/])?\d[\w.-]*(?:\s?/\s?(?:\d{2,4}|[A-Z]{2,8}))?)"
        ))
        .ok()
    });
    static ALONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^\W*(?:n[°ºo˚]\.?|nro\.?|n[úu]mero)\s*:?\s*(\d[\w.-]*(?:\s?/\s?\d{2,4})?)\W*$",
        )
        .ok()
    });
    let lines: Vec<(u32, String)> = part.lines().take(30).collect();
    let mut titled = false;
    for (line, text) in &lines {
        let words = fold_words(text);
        let title = words.starts_with("memo") || text.contains("MEMOR");
        let found = if title && text.chars().count() < 120 && !is_antecedent(text) {
            titled = true;
            NUMBER.as_ref()?.captures(text)
        } else if titled {
            ALONE.as_ref()?.captures(text)
        } else {
            None
        };
        if let Some(number) = found.and_then(|c| Some(c.get(1)?.as_str().replace(' ', ""))) {
            let number = number.trim_end_matches(['.', '-', '/']).to_owned();
            return Some((*line, number, text.clone()));
        }
        if is_head(text) && titled {
            titled = false;
        }
    }
    None
}

/// The name of the signatory, and the post beside or below it.
fn name_and_post(value: &str) -> (String, Option<String>) {
    static DASH: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\s[-–—/]\s|[,;()\n|]").ok());
    let pieces: Vec<String> = match DASH.as_ref() {
        Some(dash) => dash
            .split(value)
            .map(clean)
            .filter(|p| !p.is_empty())
            .collect(),
        None => vec![clean(value)],
    };
    let name = pieces.iter().position(|p| is_name(p)).unwrap_or(0);
    let others: Vec<&str> = pieces
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != name)
        .map(|(_, piece)| piece.as_str())
        .collect();
    let post = (!others.is_empty()).then(|| others.join(", "));
    (untitled(pieces.get(name).map_or("", String::as_str)), post)
}

/// A name without "Sr.", "Doña" before it.
fn untitled(name: &str) -> String {
    static TITLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)^(?:(?:sr|sra|srta|don|doña|dr|dra|d)\b[.]?\s*)+").ok());
    let end = TITLE
        .as_ref()
        .and_then(|t| t.find(name))
        .map_or(0, |m| m.end());
    name.get(end..)
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name)
        .to_owned()
}

/// Words that begin the name of a post rather than of a person.
const POSTS: [&str; 22] = [
    "encargad",
    "jef",
    "director",
    "supervisor",
    "seremi",
    "contraparte",
    "coordinador",
    "secretari",
    "subsecretari",
    "unidad",
    "departamento",
    "division",
    "equipo",
    "programa",
    "profesional",
    "analista",
    "subdirec",
    "administra",
    "gobern",
    "delegad",
    "alcald",
    "gestor",
];

fn is_name(value: &str) -> bool {
    let words = fold_words(value);
    let count = words.split(' ').count();
    (2..=6).contains(&count)
        && !POSTS
            .iter()
            .any(|p| words.split(' ').any(|w| w.starts_with(p)))
}

/// The name under the closing of a memorandum.
fn signature(part: &Part) -> Option<(u32, String)> {
    let lines: Vec<(u32, String)> = part.lines().collect();
    let closing = lines.iter().rposition(|(_, l)| is_closing(l));
    let from = closing.map_or(lines.len().saturating_sub(6), |i| i + 1);
    lines.iter().skip(from).find_map(|(number, line)| {
        let words = line.trim();
        let capital = |w: &str| w.chars().next().is_some_and(char::is_uppercase) || w.len() <= 3;
        let letters = words
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '\'' | '-'));
        (letters && is_name(words) && words.split_whitespace().all(capital))
            .then(|| (*number, words.to_owned()))
    })
}
