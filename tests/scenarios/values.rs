//! Words of a script as values of the domain.

use mesad::office::{
    Datum, Evidence, FieldKind, FieldName, Fields, PersonValue, Procedure, Source, Value,
};
use mesad::request::{DocumentRef, PersonsSaid, Proof, Verdict};
use std::collections::BTreeMap;

use crate::script;

pub fn person(name: &str) -> PersonValue {
    PersonValue {
        name: Some(name.to_owned()),
        rut: Some(format!("{}.111.111-1", name.len())),
        email: Some("persona@usuarios.example".to_owned()),
        profile: Some("Ejecutor".to_owned()),
        number: None,
    }
}

pub fn persons_said(said: &script::Said) -> PersonsSaid {
    let why = Some("RUT inválido".to_owned());
    PersonsSaid {
        done: said.done.iter().map(|name| person(name)).collect(),
        open: said
            .open
            .iter()
            .map(|name| (person(name), why.clone()))
            .collect(),
        doubtful: said.doubtful,
    }
}

pub fn proof_of(proof: bool) -> Proof {
    let cell = "scenario".to_owned();
    if proof {
        Proof::Counts(cell)
    } else {
        Proof::Confirm(cell)
    }
}

pub fn verdict_of(word: &str) -> Result<Verdict, String> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|_| format!("no such verdict: {word}"))
}

pub fn document() -> DocumentRef {
    named("Memorándum.pdf")
}

pub fn named(name: &str) -> DocumentRef {
    DocumentRef {
        input: 1,
        index: 0,
        name: name.to_owned(),
        unreadable: None,
    }
}

pub fn datum(value: Value) -> Datum {
    let evidence = Evidence {
        source: Source::Body,
        line: 1,
        quote: String::new(),
    };
    Datum { value, evidence }
}

pub fn fields(data: &[(String, String)]) -> Result<Fields, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in data {
        fields.insert(FieldName(name.clone()), datum(Value::Text(value.clone())));
    }
    Ok(fields)
}

/// Every datum of a procedure with a value that its kind allows, then those of the line;
/// `name=-` leaves one out.
pub fn sample(procedure: &Procedure, data: &[(String, String)]) -> Result<Fields, String> {
    let mut fields = Fields::new();
    for field in &procedure.fields {
        let text = |t: &str| Value::Text(t.to_owned());
        let value = match field.kind {
            FieldKind::Text | FieldKind::LongText => text("Texto"),
            FieldKind::Number => text("07-123456-00010-26"),
            FieldKind::Year => text("2026"),
            FieldKind::Date if field.differs_from.is_some() => text("2026-11-30"),
            FieldKind::Date => text("2026-11-16"),
            // A Wednesday at noon.
            FieldKind::DateTime => text("2026-11-18T12:00"),
            FieldKind::Region => text("Maule"),
            FieldKind::Programme => text("Programa Familias"),
            FieldKind::AgreementKind => text("standard"),
            FieldKind::Rut => text("70.885.320-8"),
            FieldKind::Persons => Value::Persons(vec![person("Ana Soto")]),
        };
        fields.insert(field.name.clone(), datum(value));
    }
    for (name, value) in data {
        let name = FieldName(name.clone());
        if procedure.field(&name).is_none() {
            return Err(format!("the procedure has no {}", name.as_str()));
        }
        match value.as_str() {
            "-" => fields.remove(&name),
            // "Ana;Pedro;Juan"
            _ if name.as_str() == "persons" => {
                let persons = value.split(';').map(person).collect();
                fields.insert(name, datum(Value::Persons(persons)))
            }
            _ => fields.insert(name, datum(Value::Text(value.clone()))),
        };
    }
    Ok(fields)
}
