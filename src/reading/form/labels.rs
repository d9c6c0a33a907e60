//! Which datum a label names: "N° Proyecto", "Nombre y año de la convocatoria (obligatorio)".

use crate::office::{Field, Procedure};
use crate::reading::words::fold_words;

/// The labels of a procedure, ready to be compared.
#[derive(Debug)]
pub struct Labels<'a> {
    entries: Vec<(Vec<String>, String, &'a Field)>,
}

/// Words that make no difference between labels.
const SMALL: [&str; 24] = [
    "de",
    "del",
    "la",
    "el",
    "los",
    "las",
    "a",
    "en",
    "por",
    "para",
    "que",
    "se",
    "al",
    "su",
    "un",
    "una",
    "es",
    "lo",
    "cual",
    "obligatorio",
    "favor",
    "indicar",
    "completar",
    "sera",
];

/// How well a label must fit.
const ENOUGH: f32 = 0.6;

impl<'a> Labels<'a> {
    /// The labels and synonyms of a procedure's data.
    pub fn of(procedure: &'a Procedure) -> Self {
        let entries = procedure
            .fields
            .iter()
            .flat_map(|f| {
                std::iter::once(&f.label)
                    .chain(&f.synonyms)
                    .map(move |l| (key(l), f))
            })
            .filter(|(words, _)| !words.is_empty())
            .map(|(words, field)| {
                let joined = words.join(" ");
                (words, joined, field)
            })
            .collect();
        Self { entries }
    }

    /// The data that a label names: several for "Nombre y año de convocatoria". Empty where none
    /// fits well enough.
    pub fn fields(&self, label: &str) -> Vec<(&'a Field, f32)> {
        let wanted = key(label);
        if wanted.is_empty() || wanted.len() > 9 {
            return vec![];
        }
        let mut best: Vec<(&Field, f32)> = Vec::new();
        let joined = wanted.join(" ");
        for (words, known, field) in &self.entries {
            let score = fit((words, known), (&wanted, &joined));
            if score < ENOUGH {
                continue;
            }
            match best.first().map(|b| b.1) {
                Some(top) if score < top => {}
                Some(top) if score > top => best = vec![(*field, score)],
                _ if best.iter().any(|b| b.0.name == field.name) => {}
                _ => best.push((*field, score)),
            }
        }
        best
    }

    /// Whether a label is exactly one of the procedure's.
    pub fn is_exact(&self, label: &str) -> bool {
        let wanted = key(label);
        !wanted.is_empty() && self.entries.iter().any(|(words, ..)| *words == wanted)
    }
}

/// The words of a label that tell it from others.
fn key(label: &str) -> Vec<String> {
    let outside = without_parentheses(label);
    fold_words(&outside)
        .split(' ')
        .filter(|w| !w.is_empty() && !SMALL.contains(w))
        .map(|w| match w {
            "nro" | "num" | "numero" | "no" | "nº" => "n".to_owned(),
            "r" | "u" | "t" if label.len() < 8 => w.to_owned(),
            _ => singular(w),
        })
        .collect()
}

fn without_parentheses(label: &str) -> String {
    let mut depth = 0;
    let outside: String = label
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '(');
            let keep = depth == 0;
            depth -= i32::from(*c == ')' && depth > 0);
            keep
        })
        .collect();
    if outside.chars().any(char::is_alphanumeric) {
        outside
    } else {
        label.to_owned()
    }
}

fn singular(word: &str) -> String {
    match word.strip_suffix("es") {
        Some(stem) if stem.ends_with("on") || stem.ends_with("ad") || stem.ends_with("or") => {
            stem.to_owned()
        }
        _ => word
            .strip_suffix('s')
            .filter(|w| w.len() > 3)
            .unwrap_or(word)
            .to_owned(),
    }
}

/// From 0 to 1: equal, misspelt, longer or shorter than a known label.
fn fit((known, a): (&[String], &str), (wanted, b): (&[String], &str)) -> f32 {
    if known == wanted {
        return 1.0;
    }
    let slips = 1 + a.len() / 12;
    let alike = known.len() == wanted.len() && a.len() >= 6 && a.len().abs_diff(b.len()) <= slips;
    if alike && strsim::osa_distance(a, b) <= slips {
        return 0.95;
    }
    let of = |part: usize, whole: usize| {
        f32::from(u16::try_from(part).unwrap_or(0))
            / f32::from(u16::try_from(whole).unwrap_or(1).max(1))
    };
    let inside = |small: &[String], large: &[String]| small.iter().all(|w| large.contains(w));
    if wanted.starts_with(known) {
        // "Fecha actual de la modificación presupuestaria" begins with "Fecha actual".
        let weight = if known.len() > 1 { 0.3 } else { 0.06 };
        return 0.62 + weight * of(known.len(), wanted.len());
    }
    if known.len() >= 2 && inside(known, wanted) {
        return 0.9 * of(known.len(), wanted.len());
    }
    if wanted.len() >= 2 && inside(wanted, known) {
        return 0.85 * of(wanted.len(), known.len());
    }
    0.0
}
