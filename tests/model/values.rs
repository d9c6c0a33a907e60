//! Data, documents and people of the office that is played.

use crate::cast::{CAST, ROLES, Setting};
use mesad::office::{
    Datum, Evidence, FieldKind, FieldName, Fields, Grant, Office, PersonId, PersonValue, Procedure,
    RoleId, Source, Value,
};
use mesad::request::{DocumentRef, Party, Proof};

pub fn proof(proven: bool) -> Proof {
    let cell = "model".to_owned();
    match proven {
        true => Proof::Counts(cell),
        false => Proof::Confirm(cell),
    }
}

pub fn entry(office: &mut Office, index: usize) -> &mut mesad::office::Person {
    let mut people = office.directory.people.iter_mut();
    people
        .find(|p| p.id.0 == CAST[index])
        .expect("somebody of the cast")
}

pub fn grant(office: &mut Office, person: usize, role: usize) {
    let scope = |of: &str, value: &str| (ROLES[role] == of).then(|| value.to_owned());
    let grant = Grant {
        role: RoleId(ROLES[role].to_owned()),
        region: scope("regional-administrative-head", "Maule"),
        programme: scope("programme-manager", "Programa Familias"),
    };
    entry(office, person).roles.push(grant);
}

pub fn party(office: &Office, id: &str) -> Party {
    Party::of(
        office
            .directory
            .person(&PersonId(id.to_owned()))
            .expect("the cast"),
    )
}

pub fn datum(value: Value) -> Datum {
    let evidence = Evidence {
        source: Source::Body,
        line: 1,
        quote: String::new(),
    };
    Datum { value, evidence }
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

pub fn fields(procedure: &Procedure, setting: &Setting) -> Fields {
    let mut fields = Fields::new();
    for field in &procedure.fields {
        let text = |t: &str| Value::Text(t.to_owned());
        let value = match field.kind {
            FieldKind::Text | FieldKind::LongText => text("Texto"),
            FieldKind::Number => text("07-123456-00010-26"),
            FieldKind::Year => text("2026"),
            FieldKind::Date if field.differs_from.is_some() => text("2026-11-30"),
            FieldKind::Date => text("2026-11-16"),
            FieldKind::DateTime => text("2026-11-18T12:00"),
            FieldKind::Region => text("Maule"),
            FieldKind::Programme => text("Programa Familias"),
            FieldKind::AgreementKind if setting.national => text("national"),
            FieldKind::AgreementKind => text("standard"),
            FieldKind::Rut => text("70.885.320-8"),
            FieldKind::Persons => Value::Persons(vec![PersonValue::default()]),
        };
        fields.insert(field.name.clone(), datum(value));
    }
    if setting.incomplete {
        fields.remove(&FieldName("project_number".to_owned()));
    }
    fields
}
