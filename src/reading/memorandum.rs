//! The head of a memorandum: N°, DE, A, ANT, MAT, date.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::Memorandum;
use super::form::{is_closing, pairs};
use super::parts::{Part, Piece};
use super::values::{clean, dates, is_open};
use super::words::fold_words;

/// What a line of the head is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    From,
    To,
    Subject,
    Date,
    Other,
}

fn mark(label: &str) -> Option<Mark> {
    Some(match fold_words(label).as_str() {
        "de" => Mark::From,
        "a" | "para" => Mark::To,
        "mat" | "materia" | "asunto" | "ref" | "referencia" => Mark::Subject,
        "fecha" => Mark::Date,
        "ant" | "antecedente" | "antecedentes" | "cc" | "c c" | "adj" => Mark::Other,
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

fn head(part: &Part, received: NaiveDate) -> Option<Memorandum> {
    let mut out = Memorandum::default();
    let mut last: Option<Mark> = None;
    for (label, value) in marked(part) {
        match label {
            Some(m) => {
                last = Some(m);
                store(&mut out, m, &value, received);
            }
            // A label above its value.
            None => {
                if let Some(m) = last.take() {
                    store(&mut out, m, &value, received);
                }
            }
        }
    }
    out.number = number(part);
    let signatory = signature(part);
    // "DE: Encargada Nacional de Programa": the name stands under the text.
    if out.signatory.as_deref().is_none_or(|s| !is_name(s)) && signatory.is_some() {
        out.signatory = signatory;
    }
    if out.date.is_none() {
        out.date = part
            .lines()
            .take(16)
            .find(|(_, l)| l.chars().count() < 60 && !is_antecedent(l))
            .and_then(|(_, l)| iso(&l, received));
    }
    (out != Memorandum::default()).then_some(out)
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

fn store(out: &mut Memorandum, mark: Mark, value: &str, received: NaiveDate) {
    let value = clean(value);
    if is_open(&value) {
        return;
    }
    match mark {
        Mark::From if out.signatory.is_none() => out.signatory = Some(name_of(&value)),
        Mark::Subject if out.subject.is_none() => out.subject = Some(value),
        Mark::Date if out.date.is_none() => out.date = iso(&value, received),
        _ => {}
    }
}

/// Lines of the head: a mark and its value, or a line without a mark.
fn marked(part: &Part) -> Vec<(Option<Mark>, String)> {
    let mut out = Vec::new();
    let is_mark = |label: &str| f32::from(u8::from(mark(label).is_some()));
    for piece in part.pieces.iter().take(40) {
        match piece {
            Piece::Line(_, text) => match pairs(text, &is_mark).first() {
                Some(pair) => out.push((mark(&pair.label), pair.value.clone())),
                None => out.push((mark(text), String::new())),
            },
            Piece::Table(_, rows) => out.extend(rows.iter().map(|row| {
                let mut cells = row
                    .iter()
                    .map(|c| c.trim())
                    .filter(|c| !c.is_empty() && *c != ":");
                let label = cells.next().unwrap_or("");
                (mark(label), cells.collect::<Vec<_>>().join(" "))
            })),
        }
    }
    out
}

fn number(part: &Part) -> Option<String> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)^\W*(?:memor[aá]ndum|memo)\b[^\d:]{0,40}?(?:n[°ºo]?\.?|nro\.?|",
            r"número)\s*:?\s*([\w./-]*\d[\w.-]*(?:\s?/\s?\d{4})?)"
        ))
        .ok()
    });
    part.lines().take(40).find_map(|(_, line)| {
        let line = line.trim_start_matches([' ', '|']);
        let found = NUMBER.as_ref()?.captures(line)?;
        Some(found.get(1)?.as_str().replace(' ', ""))
    })
}

/// The name, without the post that follows it.
fn name_of(value: &str) -> String {
    value
        .split([',', '(', ';'])
        .next()
        .unwrap_or(value)
        .split(" - ")
        .next()
        .unwrap_or(value)
        .trim()
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
fn signature(part: &Part) -> Option<String> {
    let lines: Vec<String> = part.lines().map(|(_, l)| l).collect();
    let closing = lines.iter().rposition(|l| is_closing(l));
    let from = closing.map_or(lines.len().saturating_sub(6), |i| i + 1);
    lines.iter().skip(from).find_map(|line| {
        let words = line.trim();
        let capital = |w: &str| w.chars().next().is_some_and(char::is_uppercase) || w.len() <= 3;
        let letters = words
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '\'' | '-'));
        (letters && is_name(words) && words.split_whitespace().all(capital))
            .then(|| words.to_owned())
    })
}
