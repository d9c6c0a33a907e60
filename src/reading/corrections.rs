//! A sender's explicit correction of what is handed on: "El N° de proyecto está malo, el correcto
//! es …", "FE DE ERRATAS: donde dice … debe decir …".

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::classify::sentences_of;
use super::conflict::Said;
use super::parts::{Part, Rank};
use super::values::{Read, dates, read, times};
use super::words::{fold, fold_words};
use crate::office::{Evidence, Field, FieldKind, Office};

/// Words that say that something handed on is wrong; of a date to be changed people say "errónea"
/// too, which corrects nothing.
static WRONG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\bojo\b|fe de erratas|\bcorreccion\b|\bcorrijo\b|\bcorregimos\b|\baclaro\b|\babajo\b|",
        r"\b(?:memo|memorandum|adjunto|formulario|documento|",
        r"correo) (?:\w+ ){0,3}?(?:dice|indica|senala)|",
        r"est[ae]n? mal[oa]?s?\b|\bviene mal|qued[oa] mal|me equivoque|no considerar|",
        r"considerar (?:este|el siguiente)"
    ))
    .ok()
});

/// What the right value follows.
static RIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"debe (?:ser|decir|quedar|considerarse)|deberia (?:ser|decir)|",
        r"\b(?:el|la|lo) correct[oa](?: es| seria)?:?|\bcorresponde:?|\bsino(?: que)?\b|",
        r"\bes correctamente|\bel numero es|\bconsiderar:?"
    ))
    .ok()
});

/// A sentence that corrects: the words up to the right value, and it.
#[derive(Clone, Debug)]
pub struct Correction {
    rank: Rank,
    before: String,
    after: String,
    evidence: Evidence,
}

fn split(sentence: &str) -> Option<(String, String)> {
    let folded = fold(sentence);
    if !WRONG.as_ref()?.is_match(&folded) {
        return None;
    }
    let right = RIGHT.as_ref()?.find_iter(&folded).last()?;
    let before = folded.get(..right.start())?;
    let after = folded.get(right.end()..)?;
    Some((before.to_owned(), after.trim().to_owned()))
}

/// Takes the corrections out of a part's paragraphs: there they are no data.
pub fn take(part: &Part, paragraphs: &mut [(u32, String)]) -> Vec<Correction> {
    let mut found = Vec::new();
    for (line, text) in paragraphs {
        let mut rest = Vec::new();
        let mut sentences = sentences_of(text).into_iter().peekable();
        while let Some(mut sentence) = sentences.next() {
            // "El N° está malo. El correcto es …"
            if is_open(&sentence)
                && let Some(next) =
                    sentences.next_if(|next| split(&format!("{sentence} {next}")).is_some())
            {
                sentence = format!("{sentence} {next}");
            }
            match split(&sentence) {
                Some((before, after)) => found.push(Correction {
                    rank: part.rank,
                    before,
                    after,
                    evidence: part.evidence(*line, &sentence),
                }),
                None => rest.push(sentence),
            }
        }
        if !found.is_empty() {
            *text = rest.join(" ");
        }
    }
    found
}

/// Whether a sentence says that something is wrong, and not what is right.
fn is_open(sentence: &str) -> bool {
    let wrong = WRONG.as_ref().is_some_and(|w| w.is_match(&fold(sentence)));
    wrong && split(sentence).is_none()
}

/// The right value where somebody who handed this one on corrects it.
pub fn right(
    field: &Field,
    said: (&Said, Rank),
    all: &[Correction],
    office: &Office,
    received: NaiveDate,
) -> Option<Said> {
    let ((Read::Value(wrong), _), rank) = said else {
        return None;
    };
    // The outermost sender has the last word.
    all.iter().find_map(|correction| {
        let above = rank <= Rank::Form || correction.rank < rank;
        if !above || !names(field, wrong, &correction.before, received) {
            return None;
        }
        match read(field, &correction.after, office, received) {
            Read::Value(right) if right != *wrong => {
                Some((Read::Value(right), correction.evidence.clone()))
            }
            _ => None,
        }
    })
}

/// "es la de mayo 2026 y no la de julio", "comuna de Cato (no Las Vegas)", "18:00 y no 12:00":
/// the right value, and the wrong one, which must be the one that is handed on.
#[derive(Clone, Debug)]
pub struct Contrast {
    right: String,
    wrong: String,
    evidence: Evidence,
}

/// What those who hand a mail on say against it. Their sentences stay.
pub fn contrasts(parts: &[Part], sentences: &[Vec<(u32, String)>]) -> Vec<Contrast> {
    if !parts.iter().any(|p| matches!(p.rank, Rank::Forwarded(_))) {
        return vec![];
    }
    let all = parts.iter().zip(sentences);
    let own = all.filter(|(p, _)| p.rank == Rank::Body);
    own.flat_map(|(part, sentences)| contrasts_of(part, sentences))
        .collect()
}

fn contrasts_of(part: &Part, paragraphs: &[(u32, String)]) -> Vec<Contrast> {
    static NOT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let small = r"(?:(?:el|la|los|las|de|del|a|es|en)\s+){0,3}";
        Regex::new(&format!(
            "(?i){}{small}([^(),.;]{{2,60}})",
            r"^(.{2,200}?)(?:,?\s+y\s+no\s+|\s*\(\s*no\s+|,\s+no\s+)"
        ))
        .ok()
    });
    let mut found = Vec::new();
    for (line, text) in paragraphs {
        for sentence in sentences_of(text) {
            let Some(c) = NOT.as_ref().and_then(|r| r.captures(&sentence)) else {
                continue;
            };
            let group = |i: usize| c.get(i).map_or("", |m| m.as_str());
            found.push(Contrast {
                right: tail(group(1)),
                wrong: group(2).trim().to_owned(),
                evidence: part.evidence(*line, &sentence),
            });
        }
    }
    found
}

/// What stands behind the last "es", "ser" or colon, without small words before it.
fn tail(words: &str) -> String {
    let cut = [" es ", " ser ", " sea ", ": "]
        .iter()
        .filter_map(|mark| words.rfind(mark).map(|at| at + mark.len()))
        .max();
    let mut rest = cut.and_then(|at| words.get(at..)).unwrap_or("").trim();
    let small = ["el ", "la ", "los ", "las ", "de ", "del ", "a ", "en "];
    while let Some(shorter) = small.iter().find_map(|w| rest.strip_prefix(w)) {
        rest = shorter.trim_start();
    }
    rest.to_owned()
}

/// The right value of a contrast whose wrong one was read. Of a closing the hour alone may be
/// wrong. Dates to be changed are told in the same words, so they are left alone.
pub fn contrasted(field: &Field, said: &Said, all: &[Contrast]) -> Option<Said> {
    let (Read::Value(wrong), _) = said else {
        return None;
    };
    all.iter().find_map(|contrast| {
        let right = match field.kind {
            FieldKind::DateTime => {
                let hour = |t: &str| times(t).into_iter().find_map(|t| t.time);
                let (old, new) = (hour(&contrast.wrong)?, hour(&contrast.right)?);
                let (day, known) = wrong.split_once('T')?;
                (known == old.format("%H:%M").to_string())
                    .then(|| format!("{day}T{}", new.format("%H:%M")))?
            }
            FieldKind::Text => {
                let (no, old) = (fold_words(&contrast.wrong), fold_words(wrong));
                let words = contrast.right.split_whitespace().count();
                let same = old == no || old.starts_with(&format!("{no} "));
                (same && no.len() >= 4 && (1..=8).contains(&words))
                    .then(|| contrast.right.clone())?
            }
            _ => return None,
        };
        (right != *wrong).then(|| (Read::Value(right), contrast.evidence.clone()))
    })
}

/// Whether the words before the right value name the datum, or the wrong value of it.
fn names(field: &Field, wrong: &str, before: &str, received: NaiveDate) -> bool {
    if matches!(field.kind, FieldKind::Date | FieldKind::DateTime) {
        let day = wrong.get(..10).unwrap_or(wrong);
        let mut dates = dates(before, received).into_iter().filter_map(|d| d.date);
        return dates.any(|d| d.to_string() == day);
    }
    let words = format!(" {} ", fold_words(before));
    let has = |label: &str| {
        let label = fold_words(label);
        label.len() >= 8 && words.contains(&format!(" {label} "))
    };
    let value = fold_words(wrong);
    let said = value.len() >= 5 && words.contains(&format!(" {value} "));
    let mut labels = std::iter::once(&field.label).chain(&field.synonyms);
    said || (field.kind == FieldKind::Number && labels.any(|l| has(l)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrections_are_told_from_requests_for_one() {
        for (sentence, is) in [
            ("El N° de proyecto está malo, el correcto es 01-1", true),
            (
                "Ojo: la fecha nueva no es el 17 como dice abajo, debe ser 16 de mayo",
                true,
            ),
            ("FE DE ERRATAS: donde dice 00020 debe decir 00002", true),
            ("La fecha errónea es 12-05 y la correcta 21-05", false),
            ("Donde dice 3 de marzo debe decir 18 de marzo", false),
        ] {
            assert_eq!(split(sentence).is_some(), is, "{sentence}");
        }
    }
}
