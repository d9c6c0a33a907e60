//! The places that data are read from, in order of precedence, as lines and tables.
//!
//! Precedence: see [`Rank`]. Within a part a labelled value comes before prose. A label whose value
//! was left open ("(indicar)") keeps the prose of the same part from filling it.

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

/// What outranks what, best first. Two parts of one rank that say different things are a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// An attached memorandum.
    Memorandum,
    /// An attached form.
    Form,
    /// The sender's own text.
    Body,
    /// Any other attached document.
    Document,
    /// A mail handed on: the outermost is 0.
    Forwarded(u8),
    /// The subject of the mail.
    Subject,
    /// What stands under the sender's own text.
    Signature,
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
    /// What it counts against others.
    pub rank: Rank,
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
    // What a zip holds is as good as what is attached by itself.
    let all = documents
        .iter()
        .flat_map(|d| std::iter::once(d).chain(&d.inside));
    let mut out: Vec<Part> = all.filter_map(document_part).collect();
    let tables = &letter.tables;
    out.push(text_part(Source::Body, Rank::Body, &letter.text, tables));
    let quoted = quoted_forward(letter);
    let handed = letter.forwarded.iter().map(|f| f.text.as_str());
    let mails = handed.chain(quoted.as_deref()).flat_map(mails);
    for (number, text) in mails.enumerate() {
        let rank = Rank::Forwarded(u8::try_from(number).unwrap_or(u8::MAX));
        out.push(text_part(Source::Forwarded, rank, &text, &[]));
    }
    // "RE: [SIGEC-2026-000107] …" repeats the desk's own words, not the sender's.
    if letter.numbers.is_empty() {
        let subject = &letter.subject;
        out.push(text_part(Source::Subject, Rank::Subject, subject, &[]));
    }
    let signature = signature(letter);
    out.push(text_part(Source::Body, Rank::Signature, &signature, &[]));
    for part in &mut out {
        part.pieces.truncate(MAX_PIECES);
    }
    out.retain(|p| !p.pieces.is_empty());
    out.sort_by_key(|p| p.rank);
    out
}

/// A text that was handed on, split at the heads of the mails in it, outermost first.
fn mails(text: &str) -> Vec<String> {
    let text = unquoted(text);
    let lines: Vec<&str> = text.lines().collect();
    let field = |line: &str| {
        let words = line.trim_start_matches(['>', '*', ' ']).split(':').next();
        fold(words.unwrap_or(""))
    };
    let begins = |at: usize| {
        let is_from = |l: &&str| matches!(field(l).trim_end_matches('*'), "de" | "from");
        let next = lines.get(at + 1..lines.len().min(at + 6)).unwrap_or(&[]);
        let others = next.iter().filter(|l| {
            matches!(
                field(l).trim_end_matches('*'),
                "enviado" | "enviado el" | "fecha" | "para" | "asunto" | "sent" | "date" | "to"
            )
        });
        lines.get(at).is_some_and(|l| is_from(l) && l.contains(':')) && others.count() >= 2
    };
    let mut out = vec![String::new()];
    for (at, line) in lines.iter().enumerate() {
        if at > 0 && begins(at) {
            out.push(String::new());
        }
        if let Some(last) = out.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    out
}

/// A mail that was handed on ("RV: …") as a quote, where no other was.
fn quoted_forward(letter: &Letter) -> Option<String> {
    let subject = fold(&letter.subject);
    let prefix = subject.split_once(':').map(|(prefix, _)| prefix.trim());
    let forward = matches!(prefix, Some("rv" | "fw" | "fwd" | "reenv" | "reenviado"));
    if !forward || !letter.forwarded.is_empty() {
        return None;
    }
    let lines = letter.full_text.lines();
    let quoted: Vec<&str> = lines.filter(|l| l.trim_start().starts_with('>')).collect();
    (quoted.len() > 2).then(|| quoted.join("\n"))
}

/// A mail that was handed on with ">" before its lines, without these.
fn unquoted(text: &str) -> String {
    let filled = || text.lines().filter(|l| !l.trim().is_empty());
    let quoted = filled().filter(|l| l.trim_start().starts_with('>')).count();
    if quoted * 5 < filled().count() * 4 {
        return text.to_owned();
    }
    let bare = |l: &str| {
        let rest = l.trim_start();
        let rest = rest.strip_prefix('>').unwrap_or(rest);
        rest.strip_prefix(' ').unwrap_or(rest).to_owned()
    };
    text.lines().map(bare).collect::<Vec<_>>().join("\n")
}

/// Lines of a signature that are looked at.
const SIGNATURE_LINES: usize = 8;

/// What stands under the sender's own text, up to a quoted mail.
fn signature(letter: &Letter) -> String {
    let last = letter.text.lines().rfind(|l| !l.trim().is_empty());
    let Some(last) = last else {
        return String::new();
    };
    let lines: Vec<&str> = letter.full_text.lines().collect();
    let mark = lines.iter().position(|l| l.trim() == "--");
    let end = mark.or_else(|| lines.iter().position(|l| l.trim() == last.trim()));
    let Some(end) = end else {
        return String::new();
    };
    let quoted = |l: &&&str| {
        let words = fold(l);
        words.starts_with(['>', '_'])
            || ["de:", "from:", "el ", "on ", "-----", "enviado"]
                .iter()
                .any(|start| words.starts_with(start))
    };
    let below = lines.iter().skip(end + 1);
    let own = below
        .take_while(|l| !quoted(l))
        .filter(|l| !l.trim().is_empty());
    own.take(SIGNATURE_LINES)
        .copied()
        .collect::<Vec<_>>()
        .join("\n\n")
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
        rank: Rank::Document,
    };
    part.memorandum = has_memorandum_head(&part);
    if part.memorandum {
        part.rank = Rank::Memorandum;
    } else if is_form(document) {
        part.rank = Rank::Form;
    }
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
fn text_part(source: Source, rank: Rank, text: &str, tables: &[Vec<Vec<String>>]) -> Part {
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
        rank,
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
        text_part(Source::Body, Rank::Body, text, &[])
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
