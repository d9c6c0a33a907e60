//! `mesad amend N persons[2].rut=…`: one datum of one person of a form.

use anyhow::{Context, bail};

use crate::office::{Datum, Evidence, FieldKind, FieldName, PersonValue, Value};
use crate::reading;
use crate::request::Request;

/// The people of a request's form while they are amended.
pub(super) struct People {
    /// The field that holds them; none where the procedure has no form.
    field: Option<FieldName>,
    persons: Vec<Option<PersonValue>>,
    changed: bool,
}

impl People {
    pub fn of(request: &Request) -> Self {
        let mut fields = request.procedure.fields.iter();
        let field = fields.find(|f| f.kind == FieldKind::Persons);
        Self {
            field: field.map(|f| f.name.clone()),
            persons: request.persons().iter().cloned().map(Some).collect(),
            changed: false,
        }
    }

    /// Takes `persons[2].rut` and a value in. Returns whether the name is that of a person.
    ///
    /// # Errors
    /// There is no such person or datum, or the value cannot be right.
    pub fn amend(&mut self, name: &str, words: &str) -> anyhow::Result<bool> {
        let Some((list, rest)) = name.split_once('[') else {
            return Ok(false);
        };
        if self.field.as_ref().is_none_or(|f| f.as_str() != list) {
            bail!("{name}: this procedure has no list {list} of people");
        }
        let (place, rest) = rest
            .split_once(']')
            .with_context(|| format!("{name}: write {list}[1].rut=value"))?;
        let count = self.persons.len();
        let place: usize = place
            .parse()
            .with_context(|| format!("{name}: people are counted from 1"))?;
        if place == 0 || place > count + 1 {
            bail!(
                "{name}: the form has {count} people; the next one is {list}[{}]",
                count + 1
            );
        }
        if place == count + 1 {
            self.persons.push(Some(PersonValue::default()));
        }
        let Some(slot) = self.persons.get_mut(place - 1) else {
            return Ok(false);
        };
        self.changed = true;
        match (rest.strip_prefix('.'), words) {
            (None, "") => *slot = None,
            (None, _) => bail!("{name}: name one datum: {list}[{place}].rut=…"),
            (Some(datum), words) => {
                let Some(person) = slot else {
                    bail!("{name}: this person is taken away by the same command");
                };
                set(person, datum, words)?;
            }
        }
        Ok(true)
    }

    /// The field with its people, where any were amended.
    pub fn amended(
        self,
        evidence: impl FnOnce() -> Evidence,
    ) -> Option<(FieldName, Option<Datum>)> {
        let field = self.field.filter(|_| self.changed)?;
        let persons: Vec<PersonValue> = self.persons.into_iter().flatten().collect();
        let datum = (!persons.is_empty()).then(|| Datum {
            value: Value::Persons(persons),
            evidence: evidence(),
        });
        Some((field, datum))
    }
}

fn set(person: &mut PersonValue, datum: &str, words: &str) -> anyhow::Result<()> {
    let value = (!words.is_empty()).then(|| words.to_owned());
    match datum {
        "name" => person.name = value,
        "profile" => person.profile = value,
        "email" => {
            if let Some(address) = &value
                && !is_address(address)
            {
                bail!("{address} is no e-mail address");
            }
            person.email = value;
        }
        "rut" => {
            person.rut = match value {
                Some(rut) => Some(reading::rut(&rut).map_err(|why| anyhow::anyhow!(why))?),
                None => None,
            };
        }
        other => bail!("{other}: a person has name, rut, email and profile"),
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace)
    })
}
