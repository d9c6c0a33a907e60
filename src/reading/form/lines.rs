//! Labels in lines: "1.- Programa: X", "• Proyecto N° 12", "Motivo" above its text.

use std::sync::LazyLock;

use regex::Regex;

use super::labels::is_short;
use super::tables::divided;
use super::{Labelled, Labels};
use crate::office::{FieldKind, FieldName};
use crate::reading::parts::{Part, Piece};
use crate::reading::words::fold;

/// A label and the words behind it, as they stand in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The label.
    pub label: String,
    /// What follows it; empty where the line ends with the label.
    pub value: String,
}

static BULLET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*(?:[-•*·–—▪◦○●►→»o]\s+|[•▪●]|\(?\d{1,2}\s?[.)]\s?-?\s*|",
        r"\d{1,2}\s?[°º]?\s?[-–]\s+|\(?[a-zA-Z]\)\s*|(?:[ivx]{1,4}|[IVX]{2,4})[.)]\s+)+"
    ))
    .ok()
});

/// A line without the bullet or number of its item.
pub fn without_bullet(line: &str) -> &str {
    let end = BULLET
        .as_ref()
        .and_then(|r| r.find(line))
        .map_or(0, |m| m.end());
    line.get(end..).unwrap_or(line).trim()
}

/// How well words fit as a label, from 0 to 1.
pub type Fit<'a> = dyn Fn(&str) -> f32 + 'a;

/// Labels of a line with what follows each.
pub fn pairs(line: &str, fit: &Fit<'_>) -> Vec<Pair> {
    let line = without_bullet(line);
    let mut starts: Vec<(usize, usize, usize)> = Vec::new();
    for (at, mark) in separators(line) {
        let from = starts.last().map_or(0, |s| s.2);
        // Without this bound, a line of many marks is read again from its beginning for each.
        let whole = from;
        let from = whole.max(line.floor_char_boundary(at.saturating_sub(LONGEST_LABEL)));
        let Some(before) = line.get(from..at) else {
            continue;
        };
        let first = starts.is_empty() && from == whole;
        if let Some(offset) = label_start(before, first, fit) {
            starts.push((from + offset, at, at + mark));
        }
    }
    starts
        .iter()
        .enumerate()
        .map(|(i, (label, end, value))| {
            let stop = starts.get(i + 1).map_or(line.len(), |s| s.0);
            let words = |a: usize, b: usize| line.get(a..b).unwrap_or("").trim().to_owned();
            let value = words(*value, stop);
            // "(ejecutor: X, convocatoria Y)": within brackets a comma ends it.
            let inside = line
                .get(..*label)
                .is_some_and(|t| t.rfind('(') > t.rfind(')'));
            let end_of = |v: &str| v.find([',', ';', ')']).unwrap_or(v.len());
            let value = if inside {
                value.get(..end_of(&value)).unwrap_or("").to_owned()
            } else {
                value
            };
            let value = if i + 1 < starts.len() {
                value
                    .trim_end_matches([',', ';', '|', '/', '-', '–', '.', ' '])
                    .to_owned()
            } else {
                value
            };
            Pair {
                label: words(*label, *end),
                value,
            }
        })
        .collect()
}

/// Places of a line where a label may end, with the bytes of the mark.
fn separators(line: &str) -> Vec<(usize, usize)> {
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"\.-\s+|\s*\.{2,}\s*:?|\s+\.\s+|\s*[:=](?:\s*[-–])?|",
            r"\s+[-–—>=]+\s+|\s*[→⇒➔➜]\s*|\t+|\s{3,}"
        ))
        .ok()
    });
    MARK.as_ref().map_or_else(Vec::new, |r| {
        r.find_iter(line)
            .filter(|m| {
                // "14:00" is an hour.
                let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                let before = line.get(..m.start()).and_then(|t| t.chars().next_back());
                let after = line.get(m.end()..).and_then(|t| t.chars().next());
                !(m.as_str() == ":" && digit(before) && digit(after))
            })
            .map(|m| (m.start(), m.len()))
            .collect()
    })
}

/// Bytes of the longest label.
const LONGEST_LABEL: usize = 160;

/// Where in the words before a mark the label begins: the whole of them, or, where they fit
/// nearly, what stands behind a comma.
fn label_start(before: &str, first: bool, fit: &Fit<'_>) -> Option<usize> {
    if first && before.split_whitespace().count() <= 10 && fit(before.trim()) > 0.0 {
        return Some(0);
    }
    let mut cuts: Vec<usize> = before
        .match_indices([',', ';', '|', '/', '(', '.', '–', '-'])
        .map(|(i, m)| i + m.len())
        .collect();
    if !first {
        // "Año 2026 Ejecutor: X": a label of at most five words at the end, its first word large.
        let words: Vec<usize> = before
            .match_indices(' ')
            .map(|(i, _)| i + 1)
            .filter(|i| {
                before
                    .get(*i..)
                    .and_then(|t| t.chars().next())
                    .is_some_and(char::is_uppercase)
            })
            .collect();
        cuts.extend(words.into_iter().rev().take(5));
    }
    cuts.sort_unstable();
    cuts.into_iter().find(|cut| {
        before
            .get(*cut..)
            .is_some_and(|label| label.split_whitespace().count() <= 8 && fit(label.trim()) >= 0.9)
    })
}

/// The labelled values of one line; where nothing follows a label, the next line is its value.
pub fn labelled(
    part: &Part,
    number: u32,
    line: &str,
    rest: &[Piece],
    labels: &Labels<'_>,
) -> Vec<Labelled> {
    let fit = |label: &str| match looks_like_label(label) {
        true => labels.best(label),
        false => 0.0,
    };
    let mut pairs = pairs(line, &fit);
    let bare = without_bullet(line);
    if pairs.is_empty() && labels.is_exact(bare) {
        pairs.push(Pair {
            label: bare.to_owned(),
            value: String::new(),
        });
    }
    if pairs.is_empty()
        && let Some(pair) = numbered(bare, labels)
    {
        pairs.push(pair);
    }
    let mut out = Vec::new();
    let pairs = pairs.into_iter().flat_map(|pair| {
        let several = divided((&pair.label, &pair.value), labels).map(|all| {
            let pair = |(label, value): (&str, &str)| Pair {
                label: label.to_owned(),
                value: value.to_owned(),
            };
            all.into_iter().map(pair).collect()
        });
        several.unwrap_or_else(|| vec![pair])
    });
    for pair in pairs {
        let fields = labels.fields(&pair.label);
        let long = fields.iter().any(|(f, _)| f.kind == FieldKind::LongText);
        let (value, quote) = if pair.value.chars().any(char::is_alphanumeric) {
            (pair.value.clone(), line.to_owned())
        } else if pair.value.is_empty() && fields.iter().all(|(_, fit)| *fit < 0.9) {
            continue;
        } else if pair.value.is_empty() && is_dotted(line) {
            // "Dirección ........": a line to be written on, left empty.
            (String::new(), line.to_owned())
        } else if pair.value.is_empty() {
            let next = next_value(rest, long, labels);
            (next.clone(), format!("{line} {next}"))
        } else {
            (pair.value.clone(), line.to_owned())
        };
        for (field, fit) in fields {
            out.push(Labelled {
                field: FieldName(field.name.0.clone()),
                fit,
                label: pair.label.clone(),
                value: value.clone(),
                evidence: part.evidence(number, &quote),
            });
        }
    }
    out
}

/// Whether a line ends in a row of dots or strokes.
fn is_dotted(line: &str) -> bool {
    ["....", "____", "……"]
        .iter()
        .any(|end| line.trim_end_matches([':', ' ']).ends_with(end))
}

/// "Proyecto N° 12-3": a label of a number with no mark before its value.
fn numbered(line: &str, labels: &Labels<'_>) -> Option<Pair> {
    static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^(.{3,50}?(?:n[°ºo]\.?|nro\.?|número|numero))\s*([\w./-]*\d[\w./-]*)\.?$")
            .ok()
    });
    let c = NUMBERED.as_ref()?.captures(line)?;
    let (label, value) = (c.get(1)?.as_str(), c.get(2)?.as_str());
    let exact = labels.is_exact(label)
        || labels.is_exact(label.trim_end_matches(['°', 'º', '.', 'N', 'n', 'o', ' ']));
    exact.then(|| Pair {
        label: label.to_owned(),
        value: value.to_owned(),
    })
}

/// A label is short, begins with a letter and is no sentence.
fn looks_like_label(label: &str) -> bool {
    let words = label.split_whitespace().count();
    let digits = label
        .split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() > 1);
    let pieces: Vec<&str> = label.split(". ").collect();
    let ended = |s: &&str| {
        let last = s.rsplit(' ').next();
        last.is_some_and(|w| w.chars().count() > 4 && !is_short(w))
    };
    let sentence = pieces.iter().rev().skip(1).any(ended);
    let open = sentence || label.matches('(').count() != label.matches(')').count();
    !digits
        && !open
        && (1..=10).contains(&words)
        && label.chars().count() <= 70
        && label
            .chars()
            .find(|c| c.is_alphanumeric())
            .is_some_and(char::is_alphabetic)
}

/// The line (or, for reasons, the items) below a label that stands alone.
fn next_value(rest: &[Piece], long: bool, labels: &Labels<'_>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for piece in rest {
        let Piece::Line(_, text) = piece else { break };
        if text.is_empty() {
            if lines.is_empty() {
                continue;
            }
            break;
        }
        let plain = text.trim_start_matches([':', ' ']);
        let exact = |l: &str| f32::from(u8::from(looks_like_label(l) && labels.is_exact(l)));
        if labels.is_exact(plain)
            || !pairs(plain, &exact).is_empty()
            || is_closing(plain)
            || is_head(plain)
        {
            break;
        }
        lines.push(without_bullet(plain).to_owned());
        if !long || !text.trim_start().starts_with(['-', '•', '*', '·']) {
            break;
        }
    }
    lines.join(" ")
}

/// "Saluda atentamente", "Sin otro particular": the end of what a memorandum says.
pub fn is_closing(line: &str) -> bool {
    let words = fold(line);
    [
        "saluda",
        "saludos",
        "atentamente",
        "atte",
        "sin otro particular",
        "cordialmente",
        "se despide",
        "gracias",
        "muchas gracias",
        "le saluda",
        "agradeciendo",
    ]
    .iter()
    .any(|w| words.starts_with(w))
}

/// A line of a memorandum's head.
pub fn is_head(line: &str) -> bool {
    static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)^\s*(?:de|a|para|ant|mat|materia|ref|referencia|fecha|antecedentes?|cc|",
            r"c\.c|distribuci[oó]n|adj|asunto)\s*\.?\s*(?::|\|)"
        ))
        .ok()
    });
    HEAD.as_ref().is_some_and(|r| r.is_match(line))
}
