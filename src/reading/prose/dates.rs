//! Which date of the sentences is which: the one to be changed and the one that replaces it, the
//! opening of a call and its closing. The words before a date tell it; a date in the reasons, or
//! that of another document, is none of them.

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveTime};
use regex::Regex;

use crate::office::{Field, FieldKind, Procedure};
use crate::reading::values::{DateMention, Read, dates, times};
use crate::reading::words::{around, fold};

/// What a date is to the procedure, as it declares it: a date that another must differ from is the
/// one to be changed; beside a date with an hour, a date is an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// To be changed.
    Old,
    /// Replaces it.
    New,
    /// From when.
    Opening,
    /// Until when, with the hour.
    Closing,
}

/// The role of a procedure's date; none where the declaration does not tell.
pub fn role(field: &Field, procedure: &Procedure) -> Option<Role> {
    let all = &procedure.fields;
    match field.kind {
        FieldKind::DateTime => Some(Role::Closing),
        FieldKind::Date if field.differs_from.is_some() => Some(Role::New),
        FieldKind::Date
            if all
                .iter()
                .any(|f| f.differs_from.as_ref() == Some(&field.name)) =>
        {
            Some(Role::Old)
        }
        FieldKind::Date if all.iter().any(|f| f.kind == FieldKind::DateTime) => Some(Role::Opening),
        _ => None,
    }
}

/// A date of the sentences with the words before it.
struct Place<'a> {
    line: u32,
    text: &'a str,
    mention: DateMention,
    /// Folded, from the date before or the beginning of its sentence.
    head: String,
}

/// What the sentences say of a date: its value, line and sentence.
pub fn find(
    role: Role,
    sentences: &[(u32, String)],
    received: NaiveDate,
) -> Option<(Read, u32, String)> {
    let mut places = places(sentences, received);
    if matches!(role, Role::Opening | Role::Closing) {
        places.retain(|p| !is_other_stage(&p.head));
    }
    let index = match role {
        Role::Old => change(&places).0,
        Role::New => change(&places).1,
        Role::Opening => span(&places).0,
        Role::Closing => span(&places).1,
    }?;
    let place = places.get(index)?;
    let read = match (role, place.mention.date) {
        (Role::Closing, Some(date)) => Read::Half(Some(date), hour(place, sentences, received)),
        _ => day(place.text, &place.mention),
    };
    let quote = around(place.text, &place.mention.span, 200);
    Some((read, place.line, quote))
}

fn places(sentences: &[(u32, String)], received: NaiveDate) -> Vec<Place<'_>> {
    let mut out: Vec<Place<'_>> = Vec::new();
    for (line, text) in sentences {
        let mut from = 0;
        for mention in dates(text, received) {
            let head = text.get(from..mention.span.start).unwrap_or("");
            let head = fold(sentence_end(head));
            from = mention.span.end;
            out.push(Place {
                line: *line,
                text,
                mention,
                head,
            });
        }
    }
    out.retain(|p| !is_of_another(&p.head));
    out
}

/// The words behind the last full stop.
fn sentence_end(head: &str) -> &str {
    static STOP: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[a-záéíóúñ)”»\d]{3,}\.\s+[A-ZÁÉÍÓÚÑ]").ok());
    let end = STOP
        .as_ref()
        .and_then(|r| r.find_iter(head).last())
        .map_or(0, |m| m.end());
    // The first letter of the new sentence goes with the match; no word that matters is one letter.
    head.get(end..).unwrap_or(head)
}

/// A date of another stage of a call: its questions, its results.
fn is_other_stage(head: &str) -> bool {
    static STAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"\b(?:consultas|preguntas|aclaraciones|resultados|adjudicacion|evaluacion|",
            r"admisibilidad|etapa de revision)\b"
        ))
        .ok()
    });
    static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b(?:cierr\w+|cerr\w+|apertura|abr\w+|postul\w+|proyectos)\b").ok()
    });
    let at = |r: &LazyLock<Option<Regex>>| {
        r.as_ref()
            .and_then(|r| r.find_iter(head).last())
            .map(|m| m.start())
    };
    at(&STAGE).is_some_and(|stage| at(&CALL).is_none_or(|call| call < stage))
}

/// A date of a resolution, of a mail before, of a reason.
fn is_of_another(head: &str) -> bool {
    static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?:(?:resolucion|decreto|oficio|memorandum|memo|correo|ordinario|ord|certificado|",
            r"acta|carta|reunion|circular|addendum|factura|boleta)\b(?:[^,;:]{0,50}|[^;:]{0,60},? ",
            r"(?:de|del|de fecha|con fecha|fechad[oa](?: el)?)(?: dia)?)\W*|",
            r"\b(?:porque|debido a|dado que|ya que|por cuanto|toda vez que|puesto que|pues|",
            r"en razon (?:de|a) que|atendido que|motivos?|razon|fund(?:a|ament\w+)|",
            r"obedece|a raiz de)\b",
            r".*)$"
        ))
        .ok()
    });
    static NOT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"\bno (?:es|fue|sea|corresponde|era|debe ser)(?: (?:el|al|la del?|del))?(?: dia)?\W*$",
        )
        .ok()
    });
    NOT.as_ref().is_some_and(|r| r.is_match(head))
        || OTHER.as_ref().is_some_and(|r| {
            r.find(head).is_some_and(|m| {
                let after = head.get(m.start()..).unwrap_or("");
                !cue(after).is_some_and(|(_, strong)| strong)
            })
        })
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

/// Words that a date to be changed, or the one that replaces it, stands behind. The strong ones
/// hold wherever they stand before it, the others only right before it.
static CUES: LazyLock<Vec<(Regex, Role, bool)>> = LazyLock::new(|| {
    let old = concat!(
        r"\bdice\b|figura\w*|aparec\w+|consta(?:ba)?\b|\bquedo\b|quedaron|",
        r"actual(?:mente)?\b|vigente|",
        r"original(?:mente)?\b|erronea\w*|equivocad\w+|incorrect\w+|\berrad[oa]|por error|",
        r"en (?:lugar|vez|reemplazo) de|\bhoy\b|anterior\b|\bdesde\b|programad[oa]|fijad[oa]|",
        r"previst[oa]|a (?:cambiar|modificar|reemplazar|rectificar|corregir)\b|",
        r"\bdeb\w+ (?:ser )?(?:cambi|modific|reemplaz|rectific|corr[ei]g)\w+|",
        r"se (?:grabo|digito|puso)"
    );
    let new = concat!(
        r"\bdeb(?:e|io|iendo|iera|eria|en|er|era|ia)\b|correspond(?:e|ia|eria|iendo)\b|",
        r"correct[oa]\b|",
        r"nuev[oa]|\bqued(?:e|ar|ara|ando|aria)\b|\bpas(?:e|ar|ando|ara)\b|siendo\b|definitiv[oa]|",
        r"(?:reemplaz|reemplac|sustitu)\w* (?:\w+ ){0,3}por\b|solicitad[oa]|",
        r"requerid[oa]|verdader[oa]|",
        r"\befectiv\w+|fecha real|\bcambi(?:e|ar|arla|arse) (?:\w+ ){0,3}(?:a|al|por)\b|lo correcto"
    );
    let old_near =
        r"(?:registr|ingres|carg|consign|efectu|inform)\w*[^,;]{0,40}$|\bdel?(?: dia)?\W*$";
    let new_near = r"\b(?:al?|hasta|hacia|por|para)(?: el| la| la del?)?(?: dia)?\W*$";
    [
        (old, Role::Old, true),
        (new, Role::New, true),
        (old_near, Role::Old, false),
        (new_near, Role::New, false),
    ]
    .into_iter()
    .filter_map(|(r, role, strong)| Some((Regex::new(r).ok()?, role, strong)))
    .collect()
});

/// What the words before a date say of it, and whether they say it strongly.
fn cue(head: &str) -> Option<(Role, bool)> {
    // The last one; of two at one place the longer ("debe cambiar", not "debe").
    let last = |strong: bool| {
        let all = CUES.iter().filter(|(_, _, s)| *s == strong);
        let places =
            all.filter_map(|(r, role, _)| Some((r.find_iter(head).last()?.range(), *role)));
        places.max_by_key(|(at, _)| (at.start, at.end))
    };
    last(true)
        .map(|(_, role)| (role, true))
        .or_else(|| last(false).map(|(_, role)| (role, false)))
}

/// "desde el A al B", "del A por el B": the words right before both dates.
fn is_pair(first: &Place<'_>, second: &Place<'_>) -> bool {
    static FROM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?:\b(?:desde|del?|entre)(?: el| la)?(?: dia)?|",
            r"(?:cambi|modific|rectific|reemplaz|reemplac|sustitu|corregir|corrij|",
            r"correccion|traslad|",
            r"mover|adelant|posterg|ajust|fecha)[^;]{0,90})(?: (?:lunes|martes|miercoles|jueves|",
            r"viernes),?)?\W*$"
        ))
        .ok()
    });
    static TO: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^\W*(?:\([^)]*\)\W*)?(?:y )?(?:al?|por|hacia|hasta|para|con|y)",
            r"(?: el| la| la del?)?(?: dia| fecha)?(?: (?:lunes|martes|miercoles|jueves|",
            r"viernes),?)?\W*$"
        ))
        .ok()
    });
    first.line == second.line
        && FROM.as_ref().is_some_and(|r| r.is_match(&first.head))
        && TO.as_ref().is_some_and(|r| r.is_match(&second.head))
}

/// The places of the date to be changed and of the one that replaces it.
fn change(places: &[Place<'_>]) -> (Option<usize>, Option<usize>) {
    let roles: Vec<Option<(Role, bool)>> = places.iter().map(|p| cue(&p.head)).collect();
    let strong = |role: Role| roles.iter().position(|c| *c == Some((role, true)));
    let weak = |role: Role| roles.iter().position(|c| *c == Some((role, false)));
    let (old, new) = (strong(Role::Old), strong(Role::New));
    let pair = places.windows(2).position(|w| match w {
        [first, second] => is_pair(first, second),
        _ => false,
    });
    match (old, new, pair) {
        (Some(old), Some(new), _) => (Some(old), Some(new)),
        (_, _, Some(at)) => (Some(at), Some(at + 1)),
        (Some(old), None, None) => {
            let rest = places.len().saturating_sub(1);
            // "figura al A … B": the one date that follows.
            let next = weak(Role::New)
                .filter(|n| *n != old)
                .or((rest == old + 1).then_some(rest));
            (Some(old), next)
        }
        (None, Some(new), None) => {
            let before = weak(Role::Old).filter(|o| *o != new);
            let first = (new == 1 && places.len() == 2).then_some(0);
            (before.or(first), Some(new))
        }
        (None, None, None) => match (weak(Role::Old), weak(Role::New)) {
            (Some(old), Some(new)) => (Some(old), Some(new)),
            _ => (None, None),
        },
    }
}

/// The places of the opening and the closing.
fn span(places: &[Place<'_>]) -> (Option<usize>, Option<usize>) {
    static OPEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"apertura|\babr\w+|\babier\w+|inici\w*|comienz\w+|comenz\w+|\bpart(?:e|ir|ira|",
            r"iendo)\b|\bdesde\b|",
            r"habilit\w+|disponible|\bentre\b|publica\w*|arranc\w+|\bdel?(?: dia)?\W*$"
        ))
        .ok()
    });
    static CLOSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"cierr\w+|\bcerr\w+|cierre|\bhasta\b|termin\w+|finaliz\w+|\bvenc\w+|plazo|conclu\w+|",
            r"fin de|ultimo dia|\bal?(?: dia)?(?: (?:lunes|martes|miercoles|jueves|viernes),?)?\W*$"
        ))
        .ok()
    });
    let at = |r: &LazyLock<Option<Regex>>, head: &str| {
        r.as_ref()
            .and_then(|r| r.find_iter(head).last())
            .map(|m| m.start())
    };
    let opens = |p: &Place<'_>| match (at(&OPEN, &p.head), at(&CLOSE, &p.head)) {
        (Some(open), close) => close.is_none_or(|c| open > c),
        _ => false,
    };
    let closes = |p: &Place<'_>| match (at(&OPEN, &p.head), at(&CLOSE, &p.head)) {
        (open, Some(close)) => open.is_none_or(|o| close > o),
        _ => false,
    };
    let pair = places.windows(2).position(|w| match w {
        [a, b] => a.line == b.line && !closes(a) && (is_pair(a, b) || closes(b)),
        _ => false,
    });
    let opening = places.iter().position(opens).or(pair);
    let closing = places.iter().position(closes).or_else(|| {
        let second = pair.map(|i| i + 1);
        second.filter(|i| Some(*i) != opening)
    });
    (opening, closing)
}

/// The hour of a closing: behind its date in the sentence, before it, or in a sentence that speaks
/// of the last day.
fn hour(place: &Place<'_>, sentences: &[(u32, String)], received: NaiveDate) -> Option<NaiveTime> {
    static UNTIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:hasta|cierr\w+|cerr\w+|termin\w+|ultimo dia|hora(?:rio)?)(?: \w+){0,6}\W*$")
            .ok()
    });
    let text = without_dates(place.text, received);
    let after = text.get(place.mention.span.end..)?;
    let stop = after.find(". ").unwrap_or(after.len());
    let first = times(after.get(..stop)?).into_iter().find_map(|t| t.time);
    let until = |text: &str| {
        times(text).into_iter().find_map(|t| {
            let head = fold(text.get(..t.span.start)?);
            UNTIL.as_ref()?.is_match(&head).then_some(t.time)?
        })
    };
    first
        .or_else(|| {
            let before = times(text.get(..place.mention.span.start)?);
            before.into_iter().filter_map(|t| t.time).next_back()
        })
        .or_else(|| until(after))
        .or_else(|| {
            let others = sentences.iter().filter(|(line, _)| *line != place.line);
            others
                .into_iter()
                .find_map(|(_, t)| until(&without_dates(t, received)))
        })
}

/// A text with spaces in the place of its dates: "12/10/26" is no hour.
fn without_dates(text: &str, received: NaiveDate) -> String {
    let mut out = text.to_owned();
    for mention in dates(text, received).iter().rev() {
        out.replace_range(mention.span.clone(), &" ".repeat(mention.span.len()));
    }
    out
}
