//! The places that data are read from, in order of precedence, as lines and tables.
//!
//! Precedence: the attached memorandum or form, then the sender's own text, then other attached
//! documents, then what was forwarded. Within a part a labelled value comes before prose. A label
//! whose value was left open ("(indicar)") keeps the prose of the same part from filling it.

use super::words::{fold, fold_words};
use super::wraps::joined;
use crate::documents::{Block, Document, DocumentType};
use crate::mail::Letter;
use crate::office::{Evidence, Source};

/// Characters of evidence that are kept.
const QUOTE: usize = 200;

/// Pieces of a part that are looked at: what a request says stands at its beginning.
const MAX_PIECES: usize = 400;

/// A piece of a part, in reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A line or paragraph: its number within the part, and its text.
    Line(u32, String),
    /// A table: the number of its first row within the part, and its rows.
    Table(u32, Vec<Vec<String>>),
}

/// One document, the body, or a forwarded mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it stands in the mail.
    pub source: Source,
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// Whether it begins like a memorandum.
    pub memorandum: bool,
}

impl Part {
    /// Evidence from a line of this part.
    pub fn evidence(&self, line: u32, quote: &str) -> Evidence {
        Evidence {
            source: self.source.clone(),
            line,
            quote: super::words::cut(quote, QUOTE),
        }
    }

    /// All words of the part, a line or table row each.
    pub fn lines(&self) -> impl Iterator<Item = (u32, String)> + '_ {
        self.pieces.iter().flat_map(|piece| match piece {
            Piece::Line(number, text) => vec![(*number, text.clone())],
            Piece::Table(first, rows) => (*first..)
                .zip(rows)
                .map(|(number, row)| (number, row.join(" | ")))
                .collect(),
        })
    }
}

/// The parts of a mail in order of precedence.
pub fn parts(letter: &Letter, documents: &[Document]) -> Vec<Part> {
    let mut first = Vec::new();
    let mut later = Vec::new();
    // What a zip holds is as good as what is attached by itself.
    let all = documents
        .iter()
        .flat_map(|d| std::iter::once(d).chain(&d.inside));
    for document in all {
        if let Some(part) = document_part(document) {
            if part.memorandum || is_form(document) {
                first.push(part);
            } else {
                later.push(part);
            }
        }
    }
    // Of several, the one that is a memorandum leads, and a form follows it.
    first.sort_by_key(|p| !p.memorandum);
    let mut out = first;
    out.push(text_part(Source::Body, &letter.text, &letter.tables));
    out.extend(later);
    out.extend(
        letter
            .forwarded
            .iter()
            .map(|f| text_part(Source::Forwarded, &f.text, &[])),
    );
    for part in &mut out {
        part.pieces.truncate(MAX_PIECES);
    }
    out.retain(|p| !p.pieces.is_empty());
    out
}

fn document_part(document: &Document) -> Option<Part> {
    let text = document.content.as_ref().ok()?;
    let mut pieces = Vec::new();
    let mut number = 1;
    for block in &text.blocks {
        match block {
            Block::Line(line) => {
                pieces.push(Piece::Line(number, line.clone()));
                number += 1;
            }
            Block::Table(rows) => {
                pieces.push(Piece::Table(number, rows.clone()));
                number += u32::try_from(rows.len()).unwrap_or(1);
            }
        }
    }
    let source = Source::Document(document.name.clone());
    let mut part = Part {
        source,
        pieces,
        memorandum: false,
    };
    part.memorandum = has_memorandum_head(&part);
    Some(part)
}

fn is_form(document: &Document) -> bool {
    let sheet = matches!(
        document.kind,
        DocumentType::Xlsx | DocumentType::Ods | DocumentType::Xls
    );
    let name = fold_words(&document.name);
    sheet
        || [
            "formulario",
            "planilla",
            "memo",
            "solicitud",
            "ficha",
            "oficio",
        ]
        .iter()
        .any(|w| name.contains(w))
        || document.content.as_ref().is_ok_and(|t| {
            t.blocks.iter().take(4).any(|b| {
                let words = match b {
                    Block::Line(line) => fold(line),
                    Block::Table(rows) => fold(&rows.concat().join(" ")),
                };
                words.contains("formulario")
            })
        })
}

/// A text of a mail: paragraphs that the mail program broke are joined again.
fn text_part(source: Source, text: &str, tables: &[Vec<Vec<String>>]) -> Part {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut last = 0;
    for (number, raw) in (1..).zip(text.lines()) {
        if raw.contains('\t') {
            rows.push(raw.split('\t').map(|c| c.trim().to_owned()).collect());
            continue;
        }
        close_table(&mut pieces, &mut rows, number, tables.is_empty());
        let line = raw.trim();
        let room = std::mem::replace(&mut last, line.chars().count());
        if let Some(Piece::Line(_, before)) = pieces.last_mut()
            && joined(before, raw, room)
        {
            continue;
        }
        if !line.is_empty() || matches!(pieces.last(), Some(Piece::Line(_, t)) if !t.is_empty()) {
            pieces.push(Piece::Line(number, line.to_owned()));
        }
    }
    close_table(&mut pieces, &mut rows, 0, tables.is_empty());
    // Tables of the HTML body know their cells better than the text does.
    for table in tables {
        pieces.push(Piece::Table(0, table.clone()));
    }
    let mut part = Part {
        source,
        pieces,
        memorandum: false,
    };
    part.memorandum = has_memorandum_head(&part);
    part
}

fn close_table(pieces: &mut Vec<Piece>, rows: &mut Vec<Vec<String>>, next: u32, keep: bool) {
    if !rows.is_empty() {
        let count = u32::try_from(rows.len()).unwrap_or(0);
        let rows = std::mem::take(rows);
        if keep {
            pieces.push(Piece::Table(next.saturating_sub(count), rows));
        }
    }
}

fn has_memorandum_head(part: &Part) -> bool {
    let mut named = false;
    let mut marks = 0;
    for (_, line) in part.lines().take(40) {
        let words = fold_words(&line);
        named |= words.starts_with("memorandum")
            || words.contains(" memorandum n")
            || words.starts_with("memo n");
        let first = words.split(' ').next().unwrap_or("");
        let short = line
            .trim_start_matches([' ', '|'])
            .chars()
            .take(14)
            .any(|c| c == ':' || c == '|');
        marks += u32::from(
            short
                && matches!(
                    first,
                    "de" | "a" | "para" | "mat" | "materia" | "ant" | "fecha" | "ref"
                ),
        );
    }
    (named && marks >= 1) || marks >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Vec<String> {
        text_part(Source::Body, text, &[])
            .lines()
            .map(|(_, l)| l)
            .filter(|l| !l.is_empty())
            .collect()
    }

    #[test]
    fn broken_paragraphs_are_joined_and_lists_are_not() {
        let text = concat!(
            "Solicito cambiar la fecha de la asignación del proyecto que se indica en el\n",
            "cuadro. La razón es que el ejecutor devolvió los fondos de la primera cuota\n",
            "y hubo que girar otra vez.\n\nPrograma: Uno\nEjecutor: Dos\n- Proyecto 12"
        );
        assert_eq!(body(text).len(), 4);
    }
}
