//! Two values for one datum where neither outranks the other: they are asked about, not chosen.

use super::form::Labelled;
use super::values::Read;
use super::words::fold_words;
use crate::office::{Evidence, Field, FieldKind};

/// What is read of a datum, and where.
pub type Said = (Read, Evidence);

/// The value of two that differ, for the person who wrote them; none where they agree.
pub fn between(field: &Field, one: &Said, other: &Said) -> Option<Said> {
    let (Some(a), Some(b)) = (value(&one.0), value(&other.0)) else {
        return None;
    };
    if field.kind == FieldKind::LongText || same(field.kind, a, b) {
        return None;
    }
    let (a, b) = (shown(field, a), shown(field, b));
    let why = format!(
        "aparecen dos valores distintos: «{a}» ({}) y «{b}» ({}); indique cuál es el correcto",
        place(&one.1),
        place(&other.1)
    );
    Some((Read::Conflict(format!("{a} / {b}"), why), one.1.clone()))
}

/// The first two of several that differ.
pub fn among(field: &Field, all: &[Said]) -> Option<Said> {
    let first = all.first()?;
    all.iter().skip(1).find_map(|s| between(field, first, s))
}

/// A sentence that says when it closes, and another time than the label of the same part.
pub fn closes_otherwise(field: &Field, said: &Said, found: Option<Said>) -> Option<Said> {
    let other = found?;
    let words = fold_words(&other.1.quote);
    let closes = |w: &str| w.starts_with("cierr") || w.starts_with("cerr");
    let tells = words.split(' ').any(closes) && other.1.line != said.1.line;
    between(field, said, &other).filter(|_| tells)
}

/// Whether a label names its datum so plainly that a second value under it is another answer. Forms
/// repeat "RUT" and "Comuna" for each of their sections.
pub fn counts(field: &Field, labelled: &Labelled) -> bool {
    let plain = matches!(
        field.kind,
        FieldKind::Number | FieldKind::Region | FieldKind::Programme | FieldKind::AgreementKind
    );
    let words = fold_words(&labelled.label).split(' ').count();
    labelled.fit >= 0.95 && (plain || words >= 2)
}

fn value(read: &Read) -> Option<&str> {
    match read {
        Read::Value(value) | Read::Refused(value, _) => Some(value),
        _ => None,
    }
}

/// Whether two values say the same: one may be written more fully than the other.
fn same(kind: FieldKind, a: &str, b: &str) -> bool {
    let (a, b) = (fold_words(a), fold_words(b));
    match kind {
        FieldKind::Number | FieldKind::Rut => {
            let digits = |t: &str| t.replace(|c: char| !c.is_ascii_alphanumeric(), "");
            let (a, b) = (digits(&a), digits(&b));
            let (short, long) = if a.len() < b.len() {
                (&a, &b)
            } else {
                (&b, &a)
            };
            short == long || (short.len() > 4 && long.starts_with(short.as_str()))
        }
        FieldKind::Text => {
            let (a, b) = (bare(&a), bare(&b));
            a.contains(&b) || b.contains(&a) || strsim::jaro_winkler(&a, &b) > 0.92
        }
        _ => a == b,
    }
}

/// A name without the words that are left out at will.
fn bare(words: &str) -> String {
    let small = [
        "i",
        "ilustre",
        "municipalidad",
        "de",
        "la",
        "el",
        "programa",
    ];
    let rest: Vec<&str> = words.split(' ').filter(|w| !small.contains(w)).collect();
    rest.join(" ")
}

/// A value as people write it.
fn shown(field: &Field, value: &str) -> String {
    if field.kind == FieldKind::Date
        && let Ok(day) = value.parse::<chrono::NaiveDate>()
    {
        return day.format("%d-%m-%Y").to_string();
    }
    field
        .shown
        .get(value)
        .cloned()
        .unwrap_or_else(|| value.to_owned())
}

/// Where a value stands, in Spanish.
fn place(evidence: &Evidence) -> String {
    match &evidence.source {
        crate::office::Source::Document(name) => format!("en {name}"),
        crate::office::Source::Subject => "en el asunto".to_owned(),
        crate::office::Source::Forwarded => "en el correo reenviado".to_owned(),
        _ => "en el correo".to_owned(),
    }
}
