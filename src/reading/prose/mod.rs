//! Data that stand in sentences: "la rendición del período marzo 2026 de la I. Municipalidad de …".
//!
//! Lives here: how sentences name each datum. May not live here: labels and tables (`form/`), what
//! a value must look like (`values/`).

mod dates;
mod rules;

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::form::{is_closing, is_head};
use super::parts::{Part, Piece};
use super::values::{
    Read, clean, is_open, programme_by_word, programme_in_text, read, region_in_text,
};
use crate::office::{Evidence, Field, FieldKind, Office, Procedure};
use crate::reading::words::{fold, mend};

/// A value found in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub read: Read,
    /// Where it stands.
    pub evidence: Evidence,
}

/// What every reader of sentences needs.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The procedure whose datum is looked for.
    pub procedure: &'a Procedure,
    /// The office, for its regions and programmes.
    pub office: &'a Office,
    /// When the mail came.
    pub received: NaiveDate,
}

/// What the sentences of a part say of a datum; none where they say nothing of it.
pub fn find(
    field: &Field,
    part: &Part,
    sentences: &[(u32, String)],
    asked: Asked<'_>,
) -> Option<Found> {
    let by_name = || by_name(field, part, sentences, asked);
    let by_kind = || by_kind(field, part, sentences, asked);
    // Which of two dates is which shows only beside the other; a known programme is surer than a
    // name behind the word.
    let kind_first = field.kind == FieldKind::Programme;
    if kind_first || dates::role(field, asked.procedure).is_some() {
        by_kind().or_else(by_name)
    } else {
        by_name().or_else(by_kind)
    }
}

fn by_name(
    field: &Field,
    part: &Part,
    sentences: &[(u32, String)],
    asked: Asked<'_>,
) -> Option<Found> {
    rules::find(field, sentences)
        .into_iter()
        .filter(|(.., quote)| field.kind != FieldKind::Region || !is_address(quote))
        .find_map(|(line, words, quote)| {
            let value = read(field, &words, asked.office, asked.received);
            let good = matches!(
                value,
                Read::Value(_) | Read::Refused(..) | Read::Half(Some(_), _)
            );
            good.then(|| Found {
                read: value,
                evidence: part.evidence(line, &quote),
            })
        })
}

fn by_kind(
    field: &Field,
    part: &Part,
    sentences: &[(u32, String)],
    asked: Asked<'_>,
) -> Option<Found> {
    let office = asked.office;
    let found = |value: Read, line: u32, quote: &str| {
        Some(Found {
            read: value,
            evidence: part.evidence(line, quote),
        })
    };
    match field.kind {
        FieldKind::Date | FieldKind::DateTime => {
            let role = dates::role(field, asked.procedure)?;
            let (value, line, quote) = dates::find(role, sentences, asked.received)?;
            found(value, line, &quote)
        }
        FieldKind::Programme => sentences.iter().find_map(|(line, text)| {
            let programme = programme_in_text(text, &office.programmes)?;
            found(Read::Value(programme.name.clone()), *line, text)
        }),
        FieldKind::Region => sentences.iter().find_map(|(line, text)| {
            if is_address(text) {
                return None;
            }
            let region = region_in_text(text, &office.regions)?;
            found(Read::Value(region.name.clone()), *line, text)
        }),
        _ => None,
    }
}

/// What the head of a memorandum says of a region or programme, where nothing else does: its
/// letterhead, its signatory, its subject.
pub fn find_in_head(field: &Field, part: &Part, office: &Office) -> Option<Found> {
    part.lines()
        .take(16)
        .filter(|(_, l)| !is_addressee(l) && !is_address(l))
        .find_map(|(line, text)| {
            let name = match field.kind {
                FieldKind::Region => region_in_text(&text, &office.regions)?.name.clone(),
                FieldKind::Programme => programme_in_text(&text, &office.programmes)?.name.clone(),
                _ => return None,
            };
            Some(Found {
                read: Read::Value(name),
                evidence: part.evidence(line, &text),
            })
        })
}

/// A programme that a part names by one word of its name alone; for where nothing else names one.
pub fn find_programme_by_word(
    field: &Field,
    part: &Part,
    sentences: &[(u32, String)],
    office: &Office,
) -> Option<Found> {
    if field.kind != FieldKind::Programme {
        return None;
    }
    sentences.iter().find_map(|(line, text)| {
        let programme = programme_by_word(text, &office.programmes)?;
        Some(Found {
            read: Read::Value(programme.name.clone()),
            evidence: part.evidence(*line, text),
        })
    })
}

/// "Catedral 1575, Santiago, Región Metropolitana": where an office has its house says nothing of
/// the region that a request is about; a SEREMI's own line does.
fn is_address(line: &str) -> bool {
    static STREET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = r"(?:[A-ZÁÉÍÓÚÑ][\wáéíóúñ'’.]*\s+(?:(?:de|del|la|las|los)\s+){0,2}){1,4}";
        let number = r"(?:[Nn][°º]?\.?\s*)?";
        Regex::new(&format!(
            r"^\W*(?:(?i:direcci[oó]n|domicilio)\s*:?\s*)?{name}{number}\d{{1,5}}\s*(?:[,|–-]|piso)"
        ))
        .ok()
    });
    let folded = fold(line);
    let office = ["seremi", "secretaria regional"]
        .iter()
        .any(|w| folded.contains(w));
    let short = line.chars().count() <= 110;
    short && !office && STREET.as_ref().is_some_and(|r| r.is_match(line))
}

/// "A:", "PARA:", "ANT.:" speak of others.
fn is_addressee(line: &str) -> bool {
    static OTHERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^\W*(?:a|para|ant|antecedentes?|cc|c\.c|distribuci[oó]n)\s*\.?\s*[:|]")
            .ok()
    });
    OTHERS.as_ref().is_some_and(|r| r.is_match(line))
}

/// Paragraphs of a part up to its closing, without the head of a memorandum.
pub fn sentences(part: &Part) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    let body = first_of_body(part);
    for piece in part.pieces.iter().skip(body) {
        match piece {
            Piece::Line(_, text) if is_closing(text) && !out.is_empty() => break,
            Piece::Line(_, text) if text.is_empty() || is_head(text) => {}
            Piece::Line(number, text) => {
                out.push((*number, mend(&text.replace(['‐', '‑', '−'], "-"))));
            }
            Piece::Table(..) => {}
        }
    }
    out
}

/// Where the head of a memorandum ends: behind the last of its marks.
fn first_of_body(part: &Part) -> usize {
    if !part.memorandum {
        return 0;
    }
    let heads = |p: &Piece| match p {
        Piece::Line(_, text) => is_head(text),
        Piece::Table(_, rows) => rows.iter().any(|r| is_head(&r.join(" | "))),
    };
    // "c.c.: Archivo" under the text is no head; a body mail may greet before its memorandum.
    let ends = |p: &Piece| match p {
        Piece::Line(_, text) => (text.chars().count() > 110 && !is_head(text)) || is_closing(text),
        Piece::Table(..) => false,
    };
    let first = part.pieces.iter().position(ends).unwrap_or(24);
    let last = part
        .pieces
        .iter()
        .take(first.min(24))
        .rposition(heads)
        .map_or(0, |i| i + 1);
    let greets = matches!(part.source, crate::office::Source::Body);
    if greets { 0 } else { last }
}

/// Words as a value, or nothing where they are a place left open.
fn words(text: &str) -> Option<String> {
    let words = clean(text);
    (!is_open(&words)).then_some(words)
}
