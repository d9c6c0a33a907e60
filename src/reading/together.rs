//! All data of a mail seen together, once each is read.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::form::Labelled;
use crate::office::{Datum, FieldName, Fields, Value};

/// The data that were read in the line of another one: "Nombre de la convocatoria: Habitabilidad
/// Regular" names a programme.
pub(super) fn inferred(fields: &Fields, labelled: &[Vec<Labelled>]) -> BTreeSet<FieldName> {
    let all = || labelled.iter().flatten().filter(|l| l.fit >= 0.9);
    let in_line = |l: &&Labelled, datum: &Datum| {
        l.evidence.source == datum.evidence.source && l.evidence.line == datum.evidence.line
    };
    let only_beside = |(name, datum): &(&FieldName, &Datum)| {
        let mut beside = all().filter(|l| in_line(l, datum)).peekable();
        beside.peek().is_some() && beside.all(|l| &l.field != *name)
    };
    let found = fields.iter().filter(only_beside);
    found.map(|(name, _)| name.clone()).collect()
}

/// "Habitabilidad Regular 2026" is a name and a year.
pub(super) fn tidy_call(fields: &mut Fields) {
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
    static YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)^(.*?)["”»]?[\s,/(–-]*(?:del?\s+)?(?:año\s*)?(20\d\d)\)?\.?$"#).ok()
    });
    let c = YEAR.as_ref()?.captures(name)?;
    let bare = c
        .get(1)?
        .as_str()
        .trim()
        .trim_end_matches([',', '-', '(', '"', '”', '»', ' ']);
    Some((bare.to_owned(), c.get(2)?.as_str().to_owned()))
}
