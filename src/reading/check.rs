//! What is missing of a procedure's data, and which values a rule refuses.

use chrono::NaiveDateTime;

use super::persons::rut_fault;
use crate::calendar::Closing;
use crate::office::{FieldKind, FieldName, Fields, Invalid, Office, Procedure, Value};

/// What is missing of a procedure's data, given those known (`required_when` is applied).
pub fn missing(procedure: &Procedure, fields: &Fields) -> Vec<FieldName> {
    procedure
        .fields
        .iter()
        .filter(|f| f.required && !fields.get(&f.name).is_some_and(|d| d.value.is_whole()))
        .filter(|f| {
            f.required_when.as_ref().is_none_or(|when| {
                when.iter().all(|(name, value)| {
                    fields.get(name).and_then(|d| d.value.as_text()) == Some(value.as_str())
                })
            })
        })
        .map(|f| f.name.clone())
        .collect()
}

/// Values that are known and wrong: a new date equal to the old one, a call that closes outside
/// office hours, a person's RUT with the wrong check digit.
pub fn refused(procedure: &Procedure, fields: &Fields, office: &Office) -> Vec<Invalid> {
    let text = |name: &FieldName| fields.get(name).and_then(|d| d.value.as_text());
    let mut out = Vec::new();
    for field in &procedure.fields {
        let Some(datum) = fields.get(&field.name) else {
            continue;
        };
        if let Some(other) = &field.differs_from
            && let Some(value) = text(&field.name)
            && text(other) == Some(value)
        {
            let why = "la fecha nueva es igual a la que se debe cambiar".to_owned();
            out.push(Invalid {
                field: field.name.clone(),
                value: value.to_owned(),
                why,
            });
        }
        if field.kind == FieldKind::Persons
            && let Value::Persons(people) = &datum.value
        {
            for rut in people.iter().filter_map(|p| p.rut.as_deref()) {
                if let Some(why) = rut_fault(rut) {
                    out.push(Invalid {
                        field: field.name.clone(),
                        value: rut.to_owned(),
                        why,
                    });
                }
            }
        }
    }
    out.extend(closing(procedure, fields, office));
    out
}

fn closing(procedure: &Procedure, fields: &Fields, office: &Office) -> Option<Invalid> {
    let name = procedure.closing.as_ref()?;
    let value = fields.get(name)?.value.as_text()?;
    let at = NaiveDateTime::parse_from_str(value, "%Y-%m-%dT%H:%M").ok()?;
    let region = fields
        .get(&FieldName::from("region"))
        .and_then(|d| d.value.as_text());
    match office.calendar.closing(at, region) {
        Closing::Allowed => None,
        Closing::Refused { before, after } => Some(Invalid {
            field: name.clone(),
            value: value.to_owned(),
            why: format!(
                "la hora de cierre debe estar dentro del horario de atención; \
                 las más cercanas son {} y {}",
                before.format("%d-%m-%Y %H:%M"),
                after.format("%d-%m-%Y %H:%M")
            ),
        }),
    }
}
