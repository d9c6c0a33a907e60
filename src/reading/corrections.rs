//! What a writer corrects of what stands below: "FE DE ERRATAS: donde dice X debe decir Y", "el N° de
//! proyecto está malo, el correcto es Y".

use std::sync::LazyLock;

use regex::Regex;

use super::form::Labels;
use super::parts::Part;
use super::prose::Asked;
use super::values::{Read, read};
use super::words::{fold, fold_words};
use crate::office::{Datum, Field, FieldKind, Fields, Source, Value};

static ERRATA: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:donde )?dice:?\s*(.{2,90}?)[\s,;.:]*(?:y )?debe(?:r[ií]a)? decir:?\s*(.{2,120}?)",
        r"(?:[.;](?:\s|$)|$)"
    ))
    .ok()
});

static RIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:\bcorrect[oa]|debe ser|debiera ser)(?: es| ser[ií]a| corresponde a)?:?\s+",
        r"(?:(?:el|la|n[°º]|n[uú]mero)\s*)*(.{1,80}?)(?:[.,;)](?:\s|$)|$)"
    ))
    .ok()
});

/// Puts what a sender corrects into the fields that were read. Only a sender's own words correct,
/// and those of whoever forwarded; a document says what it says.
pub fn correct(
    fields: &mut Fields,
    parts: &[Part],
    sentences: &[Vec<(u32, String)>],
    asked: Asked<'_>,
) {
    let labels = Labels::of(asked.procedure);
    for (part, sentences) in parts.iter().zip(sentences) {
        if !matches!(part.source, Source::Body | Source::Forwarded) {
            continue;
        }
        for (line, text) in sentences {
            for (name, value) in errata(text, fields, asked)
                .into_iter()
                .chain(right(text, &labels, asked))
            {
                let Some(old) = fields.get(&name.name) else {
                    continue;
                };
                if old.value.as_text() == Some(value.as_str()) {
                    continue;
                }
                let evidence = part.evidence(*line, text);
                let value = Value::Text(value);
                fields.insert(name.name.clone(), Datum { value, evidence });
            }
        }
    }
}

/// The data whose value "donde dice" repeats, with what it must say.
fn errata<'a>(text: &str, fields: &Fields, asked: Asked<'a>) -> Vec<(&'a Field, String)> {
    let Some(c) = ERRATA.as_ref().and_then(|r| r.captures(text)) else {
        return vec![];
    };
    let words = |i: usize| c.get(i).map_or("", |m| m.as_str());
    let mut out = Vec::new();
    for field in corrigible(asked) {
        let known = fields.get(&field.name).and_then(|d| d.value.as_text());
        let wrong = match field.kind {
            FieldKind::Text => fold_words(words(1)),
            _ => value(field, words(1), asked).unwrap_or_default(),
        };
        let same = known.is_some_and(|k| match field.kind {
            FieldKind::Text => fold_words(k) == wrong,
            _ => k == wrong,
        });
        if same && let Some(right) = value(field, words(2), asked) {
            out.push((field, right));
        }
    }
    out
}

/// "El N° de proyecto está malo, el correcto es …": the datum that the sentence names.
fn right<'a>(text: &str, labels: &Labels<'a>, asked: Asked<'a>) -> Option<(&'a Field, String)> {
    let c = RIGHT.as_ref()?.captures(text)?;
    let head = text.get(..c.get(0)?.start())?;
    let wrong = ["mal", "erro", "equivoc", "incorrect", "no es", "correc"];
    let folded = fold(text.get(..c.get(1)?.start())?);
    if !wrong.iter().any(|w| folded.contains(w)) {
        return None;
    }
    let field = labels.named_in(head)?;
    let known = corrigible(asked).any(|f| f.name == field.name);
    Some((
        field,
        value(field, c.get(1)?.as_str(), asked).filter(|_| known)?,
    ))
}

/// Data that one word can correct. Dates are told apart by their own words (`prose/dates.rs`).
fn corrigible<'a>(asked: Asked<'a>) -> impl Iterator<Item = &'a Field> {
    asked.procedure.fields.iter().filter(|f| {
        matches!(
            f.kind,
            FieldKind::Number | FieldKind::Rut | FieldKind::Year | FieldKind::Text
        )
    })
}

fn value(field: &Field, words: &str, asked: Asked<'_>) -> Option<String> {
    match read(field, words, asked.office, asked.received) {
        Read::Value(value) => Some(value),
        _ => None,
    }
}
