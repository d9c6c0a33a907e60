//! The data of one procedure from all parts of a mail.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use super::conflict::{self, Said};
use super::corrections::{self, Contrast, Correction};
use super::form::{Labelled, Labels, labelled};
use super::memorandum;
use super::parts::{Part, Rank};
use super::persons::{email_fault, persons};
use super::prose;
use super::together::{inferred, tidy_call};
use super::values::{Read, clean, is_numbered, read, whole, year_note};
use super::words::fold_words;
use crate::office::{
    Datum, Evidence, Field, FieldKind, FieldName, Fields, Invalid, Office, PersonValue, Procedure,
    Value,
};

/// What was read: values, and words that cannot be one.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The values.
    pub fields: Fields,
    /// What cannot be right.
    pub invalid: Vec<Invalid>,
    /// Of the values, those that were read in the line of another datum.
    pub inferred: BTreeSet<FieldName>,
}

/// What every reader of a datum needs.
struct Context<'a> {
    procedure: &'a Procedure,
    parts: &'a [Part],
    labelled: Vec<Vec<Labelled>>,
    sentences: Vec<Vec<(u32, String)>>,
    corrections: Vec<Correction>,
    contrasts: Vec<Contrast>,
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
    let named = |p: &Part| match p.rank < Rank::Subject {
        true => labelled(p, &labels),
        false => vec![],
    };
    let mut sentences: Vec<_> = parts.iter().map(prose::sentences).collect();
    let corrections = take_corrections(parts, &mut sentences);
    let contrasts = corrections::contrasts(parts, &sentences);
    let context = Context {
        procedure,
        parts,
        labelled: parts.iter().map(named).collect(),
        sentences,
        corrections,
        contrasts,
        office,
        received,
    };
    let mut out = Gathered::default();
    for field in &procedure.fields {
        match one(field, &context) {
            Some((Read::Value(value), evidence)) => {
                let mut evidence = evidence;
                let dated = matches!(field.kind, FieldKind::Date | FieldKind::DateTime);
                if let Some(note) = year_note(&value, &evidence.quote, received).filter(|_| dated) {
                    evidence.quote.push_str(&note);
                }
                out.put(field, Value::Text(value), evidence);
            }
            Some((Read::Refused(value, why), evidence)) => {
                out.refuse(field, &value, why);
                out.put(field, Value::Text(value), evidence);
            }
            Some((Read::Invalid(value, why), _)) => out.refuse(field, &value, why),
            _ => {}
        }
        if field.kind == FieldKind::Persons
            && let Some((mut people, evidence)) = all_persons(parts)
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
    out.inferred = inferred(&out.fields, &context.labelled);
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

/// Corrections stand in what people write above that which they hand on; there they are no data.
fn take_corrections(parts: &[Part], sentences: &mut [Vec<(u32, String)>]) -> Vec<Correction> {
    let last = parts
        .iter()
        .map(|p| p.rank)
        .filter(|r| *r < Rank::Subject)
        .max();
    let mut found = Vec::new();
    for (part, sentences) in parts.iter().zip(sentences) {
        let handed_on =
            last.is_some_and(|last| part.rank < last) || parts.iter().any(|p| p.rank <= Rank::Form);
        let writes = matches!(part.rank, Rank::Body | Rank::Forwarded(_));
        if writes && handed_on {
            found.extend(corrections::take(part, sentences));
        }
    }
    found
}

/// The people of the first parts of one rank that have any: each of two forms may name some.
fn all_persons(parts: &[Part]) -> Option<(Vec<PersonValue>, Evidence)> {
    let mut all: Option<(Rank, Vec<PersonValue>, Evidence)> = None;
    for part in parts.iter().filter(|p| p.rank < Rank::Subject) {
        if all.as_ref().is_some_and(|(rank, ..)| *rank < part.rank) {
            break;
        }
        let Some((people, evidence)) = persons(part) else {
            continue;
        };
        match &mut all {
            None => all = Some((part.rank, people, evidence)),
            Some((_, known, _)) => {
                let new = |p: &PersonValue| {
                    let same =
                        |k: &PersonValue| k.rut == p.rut && (p.rut.is_some() || k.name == p.name);
                    !known.iter().any(same)
                };
                let more: Vec<PersonValue> = people.into_iter().filter(new).collect();
                known.extend(more);
            }
        }
    }
    all.map(|(_, people, evidence)| (people, evidence))
}

/// One datum: what the highest rank says of it. Words that cannot be a value are kept only where no
/// part has one; two values of one rank are neither.
fn one(field: &Field, context: &Context<'_>) -> Option<Said> {
    if field.kind == FieldKind::Persons {
        return None;
    }
    let mut refused: Option<Said> = None;
    let mut rank: Option<Rank> = None;
    let mut good: Vec<Said> = Vec::new();
    for (index, part) in context.parts.iter().enumerate() {
        if rank != Some(part.rank) && !good.is_empty() {
            break;
        }
        rank = Some(part.rank);
        match in_part(field, index, refused.is_none(), context) {
            Some(said @ (Read::Value(_) | Read::Refused(..), _)) => {
                let said = match corrected(field, (&said, part.rank), context) {
                    Some(right) => right,
                    None => said,
                };
                good.push(said);
            }
            Some(conflict @ (Read::Conflict(..), _)) => return Some(settled(conflict)),
            Some(bad @ (Read::Invalid(..), _)) if refused.is_none() => refused = Some(bad),
            _ => {}
        }
    }
    if let Some(conflict) = conflict::among(field, &good) {
        return Some(settled(conflict));
    }
    if !good.is_empty() {
        return good.into_iter().next();
    }
    refused.or_else(|| head(field, context))
}

fn corrected(field: &Field, said: (&Said, Rank), context: &Context<'_>) -> Option<Said> {
    let all = &context.corrections;
    corrections::right(field, said, all, context.office, context.received)
        .or_else(|| corrections::contrasted(field, said.0, &context.contrasts))
}

/// What one part says of a datum: under a label, else in a sentence, else in its "MAT.".
fn in_part(field: &Field, index: usize, prose: bool, context: &Context<'_>) -> Option<Said> {
    let part = context.parts.get(index)?;
    let matter = || in_matter(field, part, context);
    if part.rank == Rank::Signature {
        return None;
    }
    let labelled = from_labels(field, context.labelled.get(index)?, context);
    let said = match labelled {
        None if prose => {
            let sentences = context.sentences.get(index)?;
            let short = part.rank == Rank::Subject && !stands_in_subjects(field.kind);
            let found = prose::find(field, part, sentences, context.asked());
            let found = found.map(|f| (whole(f.read), f.evidence));
            let numbered = |s: &Said| {
                field.kind == FieldKind::Text && matches!(&s.0, Read::Value(v) if is_numbered(v))
            };
            found.filter(|s| !short || numbered(s))
        }
        other => other,
    };
    match said {
        Some(said @ (Read::Value(_), _)) => match matter() {
            Some(other) if field.kind == FieldKind::Number => {
                conflict::between(field, &other, &said).or(Some(said))
            }
            _ if field.kind == FieldKind::DateTime => {
                let found =
                    prose::find(field, part, context.sentences.get(index)?, context.asked());
                let found = found.map(|f| (whole(f.read), f.evidence));
                conflict::closes_otherwise(field, &said, found).or(Some(said))
            }
            _ => Some(said),
        },
        None => matter(),
        said => said,
    }
}

/// What a subject can name beyond doubt.
fn stands_in_subjects(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Number | FieldKind::Region | FieldKind::Programme | FieldKind::AgreementKind
    )
}

/// What the "MAT." of a memorandum says of a datum.
fn in_matter(field: &Field, part: &Part, context: &Context<'_>) -> Option<Said> {
    if !part.memorandum || !stands_in_subjects(field.kind) {
        return None;
    }
    let matter = [memorandum::matter(part)?];
    let found = prose::find(field, part, &matter, context.asked())?;
    matches!(found.read, Read::Value(_)).then_some((found.read, found.evidence))
}

/// A conflict as what it is for everybody else: words that cannot be a value.
fn settled((read, evidence): Said) -> Said {
    match read {
        Read::Conflict(value, why) => (Read::Invalid(value, why), evidence),
        other => (other, evidence),
    }
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
        .find_map(|part| match part.rank {
            Rank::Subject => None,
            _ => prose::find_in_head(field, part, context.office),
        })
        .map(|f| (f.read, f.evidence))
        .or_else(|| {
            let mut all = context.parts.iter().zip(&context.sentences);
            let found = all.find_map(|(part, sentences)| {
                prose::find_programme_by_word(field, part, sentences, context.office)
            });
            found.map(|f| (f.read, f.evidence))
        })
        .or_else(|| signed_for(field, context))
}

/// The organisation in whose name somebody signs, where nothing else names one.
fn signed_for(field: &Field, context: &Context<'_>) -> Option<Said> {
    const KINDS: [&str; 9] = [
        "municipalidad",
        "i municipalidad",
        "ilustre municipalidad",
        "fundacion",
        "corporacion",
        "ong",
        "seremi",
        "senama",
        "fosis",
    ];
    if field.name.as_str() != "organisation" {
        return None;
    }
    let signature = context.parts.iter().find(|p| p.rank == Rank::Signature)?;
    signature.lines().find_map(|(line, text)| {
        let words = fold_words(&text);
        let named = |kind: &&str| {
            words
                .strip_prefix(*kind)
                .is_some_and(|r| r.is_empty() || r.starts_with(' '))
        };
        let short = text.chars().count() <= 80 && !text.contains('@');
        (short && KINDS.iter().any(named))
            .then(|| (Read::Value(clean(&text)), signature.evidence(line, &text)))
    })
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
    if let Some(conflict) = labels_differ(field, &mine, context) {
        return Some(conflict);
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
                return Some(fullest(
                    (value, labelled.evidence.clone()),
                    field,
                    &mine,
                    context,
                ));
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

/// A value, or the longer one that begins with it under the same label: a table's cell may hold
/// more of it than the line of the same text.
fn fullest(said: Said, field: &Field, mine: &[&Labelled], context: &Context<'_>) -> Said {
    let mut best = said;
    if !matches!(field.kind, FieldKind::Text | FieldKind::LongText) {
        return best;
    }
    for labelled in mine {
        let other = read(field, &labelled.value, context.office, context.received);
        if let (Read::Value(here), Read::Value(there)) = (&best.0, &other)
            && there.len() > here.len()
            && there.starts_with(here.as_str())
        {
            best = (other, labelled.evidence.clone());
        }
    }
    best
}

/// Two plain labels of one part with values that differ.
fn labels_differ(field: &Field, mine: &[&Labelled], context: &Context<'_>) -> Option<Said> {
    let plain = mine.iter().filter(|l| conflict::counts(field, l));
    let values: Vec<Said> = plain
        .map(|l| {
            let value = read(field, &l.value, context.office, context.received);
            (value, l.evidence.clone())
        })
        .filter(|(value, _)| matches!(value, Read::Value(_)))
        .collect();
    conflict::among(field, &values)
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
