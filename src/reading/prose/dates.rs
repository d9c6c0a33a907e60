//! Which date of a sentence is which: the one to be changed and the one that replaces it, the
//! opening of a call and its closing.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use crate::office::Field;
use crate::reading::values::{DateMention, Read, dates, times};
use crate::reading::words::{around, fold};

/// A pair of dates in one sentence: the words before the first, between both.
struct Pair {
    before: &'static str,
    between: &'static str,
}

/// "desde el A al B", "del A por el B", "A … pase a tener fecha B".
const CHANGES: [Pair; 9] = [
    Pair {
        before: r"\bdonde dice\b.*$",
        between: r"\bdebe decir\b",
    },
    Pair {
        before: r"\bdice\b.*$",
        between: r"\bdebe decir\b",
    },
    Pair {
        before: concat!(
            r"(?:figura|aparece|registra|consta|esta|quedo|ingresad|registrad|cargad|actual|",
            r"vigente|original|erronea|incorrecta).*$"
        ),
        between: concat!(
            r"(?:pase a|debe|debiera|deberia|corresponde|reemplac|por (?:el|la)|sea|quede|",
            r"nueva|correcta|solicitad|cambi|modifi|rectifi|corrij|sustitu|definitiva)"
        ),
    },
    Pair {
        before: concat!(
            r"(?:cambi|modifi|rectifi|reemplaz|reemplac|sustitu|corregir|corrij|correccion|",
            r"traslad|mover|adelant|posterg|ajust).*\b(?:desde|del?|el|fecha)\b.*$"
        ),
        between: concat!(
            r"^\W*(?:\([^)]*\)\W*)?(?:,? ?(?:al|a|por|hacia|hasta|para el|con)(?: el|",
            r" la)?\b.*)$"
        ),
    },
    Pair {
        before: r"\bdesde(?: el| la fecha)?\b.*$",
        between: r"\b(?:al|hasta|a|hacia|por)\b",
    },
    Pair {
        before: r"\ben (?:lugar|vez|reemplazo) del?\b.*$",
        between: r"",
    },
    Pair {
        before: r"\bdel?\b.*$",
        between: r"^\W*(?:al|a|por)(?: el| la)?(?: dia)?\W*$",
    },
    Pair {
        before: r"\b(?:cambi|modific|rectific|reemplaz|reemplac|sustitu).*$",
        between: r"\b(?:por|a la|al)\b",
    },
    Pair {
        before: r"\bfecha\b.*$",
        between: r"\b(?:por|debe|debiendo|reemplaz|nueva|correcta)\b",
    },
];

static COMPILED: LazyLock<Vec<(Regex, Regex)>> = LazyLock::new(|| {
    CHANGES
        .iter()
        .filter_map(|p| Some((Regex::new(p.before).ok()?, Regex::new(p.between).ok()?)))
        .collect()
});

/// What the sentences say of a date datum: its value, line and sentence.
pub fn find(
    field: &Field,
    sentences: &[(u32, String)],
    received: NaiveDate,
) -> Option<(Read, u32, String)> {
    let name = field.name.as_str();
    for (line, text) in sentences {
        let found = match name {
            "current_date" => change(text, received).map(|(from, _)| day(text, &from)),
            "new_date" => change(text, received).map(|(_, to)| day(text, &to)),
            "opening_date" => span(text, received).map(|(from, _)| day(text, &from)),
            "closing_at" => closing(text, received),
            _ => None,
        };
        if let Some(read) = found {
            let place = dates(text, received)
                .first()
                .map_or(0..0, |m| m.span.clone());
            return Some((read, *line, around(text, &place, 200)));
        }
    }
    None
}

fn day(text: &str, mention: &DateMention) -> Read {
    let words = text
        .get(mention.span.clone())
        .unwrap_or("")
        .trim()
        .to_owned();
    match mention.date {
        Some(date) => Read::Value(date.to_string()),
        None => {
            let why = format!("la fecha «{words}» no existe en el calendario");
            Read::Invalid(words, why)
        }
    }
}

/// The date to be changed and the one that replaces it.
fn change(text: &str, received: NaiveDate) -> Option<(DateMention, DateMention)> {
    let found = dates(text, received);
    for (before, between) in COMPILED.iter() {
        for pair in found.windows(2) {
            let [first, second] = pair else { continue };
            let head = fold(text.get(..first.span.start)?);
            let head: String = head
                .chars()
                .rev()
                .take(90)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            let middle = fold(text.get(first.span.end..second.span.start)?);
            // "el 30 de abril en lugar del 15 de marzo": the new one stands first.
            let turned = ["en lugar de", "en vez de", "en reemplazo de"];
            if turned.iter().any(|w| middle.contains(w)) {
                return Some((second.clone(), first.clone()));
            }
            if middle.chars().count() < 110 && before.is_match(&head) && between.is_match(&middle) {
                return Some((first.clone(), second.clone()));
            }
        }
    }
    None
}

/// "Las postulaciones serán desde el A hasta el B": from when to when.
fn span(text: &str, received: NaiveDate) -> Option<(DateMention, DateMention)> {
    static OPEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?:apertura|abr|inicio|inicia|postul|desde|a partir|publica|disponible|entre|",
            r"recepcion|habilit|del)"
        ))
        .ok()
    });
    let found = dates(text, received);
    let first = found.first()?;
    let head = fold(text.get(..first.span.start)?);
    let opens = OPEN.as_ref().is_some_and(|r| r.is_match(&head)) && !head.contains("cierr");
    if !opens {
        return None;
    }
    Some((first.clone(), found.get(1).unwrap_or(first).clone()))
}

/// The closing date with its hour, or the half of it that the sentence holds.
fn closing(text: &str, received: NaiveDate) -> Option<Read> {
    static CLOSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:cierr|cerrar|hasta|termin|plazo|vence|finaliza|\bal\b|fin de)").ok()
    });
    let found = dates(text, received);
    let last = found
        .iter()
        .enumerate()
        .filter(|(i, m)| {
            let from = i
                .checked_sub(1)
                .and_then(|j| found.get(j))
                .map_or(0, |b| b.span.end);
            let head = fold(text.get(from..m.span.start).unwrap_or(""));
            CLOSE.as_ref().is_some_and(|r| r.is_match(&head))
        })
        .map(|(_, m)| m)
        .next_back()?;
    let Some(date) = last.date else {
        return Some(day(text, last));
    };
    let mut rest = text.to_owned();
    for mention in found.iter().rev() {
        rest.replace_range(mention.span.clone(), &" ".repeat(mention.span.len()));
    }
    let after = rest.get(last.span.end..)?;
    let stop = after.find(". ").unwrap_or(after.len());
    let time = times(after.get(..stop)?).into_iter().find_map(|t| t.time);
    let before = || {
        times(rest.get(..last.span.start).unwrap_or(""))
            .into_iter()
            .filter_map(|t| t.time)
            .next_back()
    };
    Some(Read::Half(Some(date), time.or_else(before)))
}
