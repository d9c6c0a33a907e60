//! The fields of a procedure, and what refers to them.

use std::collections::BTreeMap;

use crate::office::{Field, FieldKind, FieldName};

use super::findings::{Spot, Thing};
use super::problem::{Place, choice, suggestion};
use super::reader::Table;

const KINDS: [(&str, FieldKind); 11] = [
    ("text", FieldKind::Text),
    ("long-text", FieldKind::LongText),
    ("number", FieldKind::Number),
    ("year", FieldKind::Year),
    ("date", FieldKind::Date),
    ("date-time", FieldKind::DateTime),
    ("region", FieldKind::Region),
    ("programme", FieldKind::Programme),
    ("agreement-kind", FieldKind::AgreementKind),
    ("rut", FieldKind::Rut),
    ("persons", FieldKind::Persons),
];

/// The values of an agreement kind.
const AGREEMENT_KINDS: [&str; 2] = ["standard", "national"];

/// A field with its place.
#[derive(Clone, Debug)]
pub(super) struct Read<'a> {
    /// The field.
    pub field: Field,
    /// Where its name stands.
    pub place: Place<'a>,
}

/// Reads the fields of a procedure.
pub(super) fn read<'a>(procedure: &Table<'a>) -> Vec<Read<'a>> {
    let found = procedure.found();
    let tables = procedure.children("field");
    // Names and kinds first: a field may refer to a later one.
    let mut fields: Vec<Read<'a>> = vec![];
    for table in &tables {
        let read = plain(table);
        if let Some(first) = fields.iter().find(|f| f.field.name == read.field.name)
            && !read.field.name.as_str().is_empty()
        {
            let what = format!("the field `{}` is there twice", read.field.name.as_str());
            let advice = format!("remove one; the other is at {}", first.place.short());
            found.problem(read.place, what, advice);
        }
        fields.push(read);
    }
    for (index, table) in tables.into_iter().enumerate() {
        let condition = condition(&table, "required_when", &fields);
        let differs = differs_from(&table, &fields, index);
        if let Some(read) = fields.get_mut(index) {
            read.field.required_when = condition;
            read.field.differs_from = differs;
        }
        table.finish();
    }
    fields
}

fn plain<'a>(table: &Table<'a>) -> Read<'a> {
    let name = table.text("name");
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.value.chars().all(sound) {
        let what = format!("`{}` cannot be the name of a field", name.value);
        let advice = "use small letters a-z, digits and underscores: `project_number`";
        table.found().problem(name.place, what, advice);
    }
    let kind = table.word("kind", &KINDS, None).unwrap_or(FieldKind::Text);
    let field = Field {
        name: FieldName(name.value),
        label: table.text("label").value,
        synonyms: table.plain_texts("synonyms"),
        kind,
        required: table.flag("required", Some(true)),
        required_when: None,
        differs_from: None,
        example: table.maybe_text("example").map(|s| s.value),
        shown: shown(table, kind),
    };
    if table.has("required_when") && !field.required {
        let what = "`required = false` and `required_when` contradict each other";
        table
            .found()
            .problem(table.place_of("required"), what, "remove one of them");
    }
    Read {
        field,
        place: name.place,
    }
}

/// How values are shown, `shown = { value = "words" }`.
fn shown(table: &Table<'_>, kind: FieldKind) -> BTreeMap<String, String> {
    let Some(child) = table.child("shown") else {
        return BTreeMap::new();
    };
    let shown = child.pairs().into_iter().map(|(value, words)| {
        check_value(&child, kind, &value);
        (value.value, words.value)
    });
    shown.collect()
}

/// Reads a condition, `key = { field = "value" }`; none where the key is missing.
pub(super) fn condition<'a>(
    table: &Table<'a>,
    key: &'static str,
    fields: &[Read<'a>],
) -> Option<BTreeMap<FieldName, String>> {
    let child = table.child(key)?;
    let mut condition = BTreeMap::new();
    for (name, value) in child.pairs() {
        if let Some(other) = named(&child, &name, fields) {
            check_value(&child, other.kind, &value);
        }
        condition.insert(FieldName(name.value), value.value);
    }
    Some(condition)
}

/// The field that is named; a problem where there is none.
fn named<'f, 'a>(
    table: &Table<'a>,
    spot: &Spot<'a, String>,
    fields: &'f [Read<'a>],
) -> Option<&'f Field> {
    let field = fields.iter().find(|f| f.field.name.as_str() == spot.value);
    if field.is_none() && !spot.value.is_empty() {
        let names: Vec<&str> = fields.iter().map(|f| f.field.name.as_str()).collect();
        let what = format!("this procedure has no field `{}`", spot.value);
        let advice = suggestion(&spot.value, &names, &format!("it has {}", choice(&names)));
        table.found().problem(spot.place, what, advice);
    }
    field.map(|f| &f.field)
}

fn check_value<'a>(table: &Table<'a>, kind: FieldKind, value: &Spot<'a, String>) {
    match kind {
        FieldKind::AgreementKind => {
            let _ = table.as_word(value, &AGREEMENT_KINDS.map(|kind| (kind, ())));
        }
        FieldKind::Region => table.found().refer(Thing::Region, value),
        FieldKind::Programme => table.found().refer(Thing::Programme, value),
        FieldKind::Persons => {
            let what = "a list of people has no value to compare with";
            table
                .found()
                .problem(value.place, what, "compare another field");
        }
        _ => (),
    }
}

fn differs_from<'a>(table: &Table<'a>, fields: &[Read<'a>], index: usize) -> Option<FieldName> {
    let spot = table.maybe_text("differs_from")?;
    let own = &fields.get(index)?.field;
    let other = named(table, &spot, fields)?;
    if own.name == other.name || own.kind != other.kind {
        let what = format!("`{}` cannot be compared with `{}`", own.name.0, spot.value);
        let advice = "name another field of the same kind";
        table.found().problem(spot.place, what, advice);
    }
    Some(FieldName(spot.value))
}

/// Reads `closing`: the name of a field with date and time.
pub(super) fn closing<'a>(table: &Table<'a>, fields: &[Read<'a>]) -> Option<FieldName> {
    let spot = table.maybe_text("closing")?;
    let field = named(table, &spot, fields)?;
    if field.kind != FieldKind::DateTime {
        let what = format!("the field `{}` holds no date and time", spot.value);
        let advice = "name a field of kind \"date-time\"";
        table.found().problem(spot.place, what, advice);
    }
    Some(FieldName(spot.value))
}

/// Whatever a request says, one chain must hold: there is one without a condition, or there is one
/// for each agreement kind.
pub(super) fn check_conditions<'a>(
    procedure: &Table<'a>,
    fields: &[Read<'a>],
    chains: &[(Place<'a>, BTreeMap<FieldName, String>)],
) {
    let Some((last, _)) = chains.last() else {
        return;
    };
    if chains.iter().any(|(_, when)| when.is_empty()) {
        return;
    }
    let kinds = fields
        .iter()
        .filter(|f| f.field.kind == FieldKind::AgreementKind && f.field.required);
    for kind in kinds {
        let only = |value: &str| {
            let wanted = BTreeMap::from([(kind.field.name.clone(), value.to_owned())]);
            chains.iter().any(|(_, when)| *when == wanted)
        };
        if AGREEMENT_KINDS.into_iter().all(only) {
            return;
        }
    }
    let what = "a request for which no condition holds would have no chain";
    let advice = "add a last [[chain]] without `when`";
    procedure.found().problem(*last, what, advice);
}
