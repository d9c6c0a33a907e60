//! The data of one procedure from all parts of a mail.

use chrono::{NaiveDate, NaiveTime};

use super::corrections::correct;
use super::form::{Labelled, Labels, labelled};
use super::parts::Part;
use super::persons::{email_fault, persons};
use super::prose;
use super::values::{Read, read};
use super::words::fold_words;
use crate::office::{Datum, Evidence, Field, FieldKind, Fields, Invalid, Office, Procedure, Value};

/// What was read: values, and words that cannot be one.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The values.
    pub fields: Fields,
    /// What cannot be right.
    pub invalid: Vec<Invalid>,
}

/// What every reader of a datum needs.
struct Context<'a> {
    procedure: &'a Procedure,
    parts: &'a [Part],
    labelled: Vec<Vec<Labelled>>,
    sentences: Vec<Vec<(u32, String)>>,
    office: &'a Office,
    received: NaiveDate,
}

impl<'a> Context<'a> {
    fn asked(&self) -> prose::Asked<'a> {
        prose::Asked {
            procedure: self.procedure,
            office: self.office,
            received: self.received,
        }
    }
}

/// Reads the data of a procedure from the parts, in their order of precedence.
pub fn gather(
    procedure: &Procedure,
    parts: &[Part],
    office: &Office,
    received: NaiveDate,
) -> Gathered {
    let labels = Labels::of(procedure);
    let labelled = parts.iter().map(|p| labelled(p, &labels)).collect();
    let sentences = parts.iter().map(prose::sentences).collect();
    let context = Context {
        procedure,
        parts,
        labelled,
        sentences,
        office,
        received,
    };
    let mut out = Gathered::default();
    for field in &procedure.fields {
        match one(field, &context) {
            Some((Read::Value(value), evidence)) => {
                out.put(field, Value::Text(value), evidence);
            }
            Some((Read::Refused(value, why), evidence)) => {
                out.refuse(field, &value, why);
                out.put(field, Value::Text(value), evidence);
            }
            Some((Read::Invalid(value, why) | Read::Conflict(value, why), _)) => {
                out.refuse(field, &value, why);
            }
            _ => {}
        }
        if field.kind == FieldKind::Persons
            && let Some((mut people, evidence)) = parts.iter().find_map(persons)
        {
            for person in &mut people {
                let faulty = person.email.take_if(|e| email_fault(e).is_some());
                if let Some(email) = faulty {
                    out.refuse(field, &email, email_fault(&email).unwrap_or_default());
                }
            }
            out.put(field, Value::Persons(people), evidence);
        }
    }
    tidy_call(&mut out.fields);
    correct(&mut out.fields, parts, &context.sentences, context.asked());
    out
}

/// How much of what a procedure requires is stated, from 0 to 1; a value that cannot be one counts.
pub fn stated(procedure: &Procedure, parts: &[Part], office: &Office, received: NaiveDate) -> f32 {
    let gathered = gather(procedure, parts, office, received);
    let required = procedure.fields.iter().filter(|f| f.required);
    let (mut all, mut known) = (0.0_f32, 0.0_f32);
    for field in required {
        all += 1.0;
        let invalid = gathered.invalid.iter().any(|i| i.field == field.name);
        known += f32::from(u8::from(
            invalid || gathered.fields.contains_key(&field.name),
        ));
    }
    if all > 0.0 { known / all } else { 0.0 }
}

impl Gathered {
    fn put(&mut self, field: &Field, value: Value, evidence: Evidence) {
        self.fields
            .insert(field.name.clone(), Datum { value, evidence });
    }

    fn refuse(&mut self, field: &Field, value: &str, why: String) {
        self.invalid.push(Invalid {
            field: field.name.clone(),
            value: value.to_owned(),
            why,
        });
    }
}

/// One datum: the first part that says something of it. Words that cannot be a value are kept only
/// where no part has one.
fn one(field: &Field, context: &Context<'_>) -> Option<(Read, Evidence)> {
    if field.kind == FieldKind::Persons {
        return None;
    }
    let mut refused: Option<(Read, Evidence)> = None;
    let all = context
        .parts
        .iter()
        .zip(&context.labelled)
        .zip(&context.sentences);
    for ((part, under), sentences) in all {
        let labelled = from_labels(field, under, context);
        let silent = labelled.is_none();
        match labelled {
            Some((good @ (Read::Value(_) | Read::Refused(..) | Read::Conflict(..)), e)) => {
                return Some((agreed(good, field, part, context), e));
            }
            Some((invalid @ Read::Invalid(..), e)) if refused.is_none() => {
                refused = Some((invalid, e))
            }
            _ => {}
        }
        if silent && refused.is_none() {
            let found = prose::find(field, part, sentences, context.asked());
            let found = found.or_else(|| prose::find_in_matter(field, part, context.asked()));
            match found.map(|f| (whole(f.read), f.evidence)) {
                Some((good @ (Read::Value(_) | Read::Refused(..)), e)) => {
                    return Some((agreed(good, field, part, context), e));
                }
                Some((bad @ Read::Invalid(..), e)) => refused = Some((bad, e)),
                _ => {}
            }
        }
    }
    if refused.is_none() {
        return head(field, context);
    }
    refused
}

/// A value that the subject of its memorandum does not contradict: of two numbers a person chooses.
fn agreed(read: Read, field: &Field, part: &Part, context: &Context<'_>) -> Read {
    let matter = prose::find_in_matter(field, part, context.asked());
    match (read, matter.map(|f| f.read)) {
        (Read::Value(here), Some(Read::Value(there))) if here != there && there.len() >= 8 => {
            conflict(&here, &there)
        }
        (read, _) => read,
    }
}

fn conflict(one: &str, other: &str) -> Read {
    let why = format!("aparecen dos valores distintos: «{one}» y «{other}»");
    Read::Conflict(one.to_owned(), why)
}

/// A region or programme that only the head of the memorandum names.
fn head(field: &Field, context: &Context<'_>) -> Option<(Read, Evidence)> {
    if context
        .labelled
        .iter()
        .flatten()
        .any(|l| l.field == field.name && l.fit >= 0.7)
    {
        return None;
    }
    context
        .parts
        .iter()
        .find_map(|part| prose::find_in_head(field, part, context.office))
        .or_else(|| {
            let mut all = context.parts.iter().zip(&context.sentences);
            all.find_map(|(part, sentences)| {
                prose::find_programme_by_word(field, part, sentences, context.office)
            })
        })
        .map(|f| (f.read, f.evidence))
}

/// The best labelled value of one part; `Open` where a label stands there with nothing under it.
fn from_labels(
    field: &Field,
    under: &[Labelled],
    context: &Context<'_>,
) -> Option<(Read, Evidence)> {
    let mut mine: Vec<&Labelled> = under.iter().filter(|l| l.field == field.name).collect();
    mine.sort_by(|a, b| b.fit.total_cmp(&a.fit));
    if field.kind == FieldKind::DateTime {
        return date_time(field, &mine, context);
    }
    let mut first: Option<(Read, Evidence)> = None;
    for labelled in &mine {
        let value = read(field, &labelled.value, context.office, context.received);
        // Of the two data of "Nombre y año: X 2026" one may not be there: that is no fault.
        let shared = under.iter().any(|o| {
            o.field != field.name && o.label == labelled.label && o.value == labelled.value
        });
        let value = match value {
            Read::Invalid(..) if shared || labelled.fit < 0.7 => Read::Open,
            other => other,
        };
        match value {
            Read::Value(_) | Read::Refused(..) => {
                let value = unambiguous(value, labelled, &mine, field, context);
                return Some((value, labelled.evidence.clone()));
            }
            Read::Invalid(..) if !matches!(first, Some((Read::Invalid(..), _))) => {
                first = Some((value, labelled.evidence.clone()));
            }
            Read::Open if first.is_none() && !shared && labelled.fit >= 0.7 => {
                first = Some((Read::Open, labelled.evidence.clone()));
            }
            _ => {}
        }
    }
    first
}

/// A value, or the conflict with another that stands under the same label in the same part.
fn unambiguous(
    value: Read,
    labelled: &Labelled,
    mine: &[&Labelled],
    field: &Field,
    context: &Context<'_>,
) -> Read {
    let mut best = match value {
        Read::Value(value) => value,
        other => return other,
    };
    let rivals = mine.iter().filter(|o| {
        o.evidence != labelled.evidence && fold_words(&o.label) == fold_words(&labelled.label)
    });
    for rival in rivals {
        let other = read(field, &rival.value, context.office, context.received);
        let Read::Value(there) = other else { continue };
        let (a, b) = (fold_words(&best), fold_words(&there));
        let free = matches!(field.kind, FieldKind::Text | FieldKind::LongText);
        // A table's cell may hold more of the value than the line of the same text.
        if free && b.starts_with(&a) {
            best = there;
        } else if !a.contains(&b) && !b.contains(&a) && field.kind != FieldKind::LongText {
            return conflict(&best, &there);
        }
    }
    Read::Value(best)
}

/// A closing date and hour, which may stand under labels of their own.
fn date_time(field: &Field, mine: &[&Labelled], context: &Context<'_>) -> Option<(Read, Evidence)> {
    let mut day: Option<(NaiveDate, Evidence)> = None;
    let mut hour: Option<NaiveTime> = None;
    let mut bad: Option<(Read, Evidence)> = None;
    for labelled in mine {
        match read(field, &labelled.value, context.office, context.received) {
            Read::Half(d, t) => {
                if let Some(d) = d
                    && day.is_none()
                {
                    day = Some((d, labelled.evidence.clone()));
                }
                hour = hour.or(t);
            }
            invalid @ Read::Invalid(..) if bad.is_none() => {
                bad = Some((invalid, labelled.evidence.clone()))
            }
            _ => {}
        }
    }
    match (day, hour) {
        (Some((day, evidence)), Some(hour)) => {
            Some((whole(Read::Half(Some(day), Some(hour))), evidence))
        }
        (Some((_, evidence)), None) => Some(bad.unwrap_or((Read::Open, evidence))),
        (None, _) => bad.or_else(|| mine.first().map(|l| (Read::Open, l.evidence.clone()))),
    }
}

/// A date with its hour as one value; half of it is none.
fn whole(read: Read) -> Read {
    match read {
        Read::Half(Some(day), Some(hour)) => Read::Value(format!("{day}T{}", hour.format("%H:%M"))),
        Read::Half(..) => Read::Open,
        other => other,
    }
}

/// "Habitabilidad Regular 2026" is a name and a year.
fn tidy_call(fields: &mut Fields) {
    let name_key = "call_name".into();
    let year_key = "call_year".into();
    let Some(datum) = fields.get(&name_key).cloned() else {
        return;
    };
    let Some(name) = datum.value.as_text() else {
        return;
    };
    let Some((bare, year)) = split_year(name) else {
        return;
    };
    if !bare.is_empty() {
        let value = Value::Text(bare);
        fields.insert(
            name_key,
            Datum {
                value,
                evidence: datum.evidence.clone(),
            },
        );
    }
    fields.entry(year_key).or_insert(Datum {
        value: Value::Text(year),
        evidence: datum.evidence,
    });
}

fn split_year(name: &str) -> Option<(String, String)> {
    static YEAR: std::sync::LazyLock<Option<regex::Regex>> = std::sync::LazyLock::new(|| {
        regex::Regex::new(r#"(?i)^(.*?)["”»]?[\s,/(–-]*(?:del?\s+)?(?:año\s*)?(20\d\d)\)?\.?$"#)
            .ok()
    });
    let c = YEAR.as_ref()?.captures(name)?;
    let bare = c
        .get(1)?
        .as_str()
        .trim()
        .trim_end_matches([',', '-', '(', '"', '”', '»', ' ']);
    Some((bare.to_owned(), c.get(2)?.as_str().to_owned()))
}
