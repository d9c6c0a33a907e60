//! The data of a request: what a procedure asks for, what was read, and what it was read from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The one name of a datum in code, configuration and output (`project_number`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldName(pub String);

impl FieldName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for FieldName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// How a datum is read and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// One or more sentences (reasons).
    LongText,
    /// Text that must hold a digit (project number, number of a modification).
    Number,
    /// Four digits, 2008 to 2100.
    Year,
    /// A real date; its value is ISO 8601 (`2026-05-11`).
    Date,
    /// A local date and time; its value is `2026-08-26T08:30`.
    DateTime,
    /// One of the office's regions, by its one name.
    Region,
    /// One of the office's programmes, by its one name, or as written where it is not listed.
    Programme,
    /// `standard` or `national`.
    AgreementKind,
    /// A Chilean RUT, check digit verified (modulo 11).
    Rut,
    /// A list of people, each with name, RUT, e-mail, profile.
    Persons,
}

/// A datum that a procedure asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name.
    pub name: FieldName,
    /// How people call it in Spanish; shown in mails ("Número de proyecto").
    pub label: String,
    /// Other labels under which it is written in memoranda and forms.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// How it is read and checked.
    pub kind: FieldKind,
    /// Whether the request waits until it is known. Default: yes.
    #[serde(default = "yes")]
    pub required: bool,
    /// Required only where another field has this value (`region` where the agreement is standard).
    #[serde(default)]
    pub required_when: Option<BTreeMap<FieldName, String>>,
    /// A date that this one must differ from.
    #[serde(default)]
    pub differs_from: Option<FieldName>,
    /// How its values are shown to people, where that differs (`standard` = "estándar").
    #[serde(default)]
    pub shown: BTreeMap<String, String>,
    /// An example for the person who is asked for it.
    #[serde(default)]
    pub example: Option<String>,
}

fn yes() -> bool {
    true
}

/// One person of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonValue {
    /// Full name as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// RUT as written, with its check digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rut: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Profile asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Of which of the people that were asked about an answer speaks ("Persona 2: …"), from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<usize>,
}

impl PersonValue {
    /// Whether all is known that a form asks of each person.
    pub fn is_whole(&self) -> bool {
        self.parts().len() == 4
    }

    /// What is known: name, RUT, e-mail address, profile.
    pub fn parts(&self) -> Vec<&str> {
        let parts = [&self.name, &self.rut, &self.email, &self.profile];
        parts.into_iter().flatten().map(String::as_str).collect()
    }
}

/// The value of a datum. Dates and numbers are text in the form that [`FieldKind`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Everything but people.
    Text(String),
    /// The people of a form.
    Persons(Vec<PersonValue>),
}

impl Value {
    /// The text of a value that is no list of people.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Persons(_) => None,
        }
    }

    /// Whether nothing is missing of it.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Persons(people) => people.iter().all(PersonValue::is_whole),
        }
    }
}

/// Which part of a mail something was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The Subject field.
    Subject,
    /// The sender's own text.
    Body,
    /// A mail that the sender forwarded.
    Forwarded,
    /// An attached document, by its file name.
    Document(String),
    /// The directory's entry of the sender.
    Directory,
    /// An operator's command, by the operator's name.
    Operator(String),
    /// An earlier request that this one continues, by its number.
    Request(String),
}

/// The place that a value was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Which part of the mail.
    pub source: Source,
    /// Line within that part, from 1; 0 where there are no lines.
    pub line: u32,
    /// The words themselves, cut at 200 characters.
    pub quote: String,
}

/// A value with the evidence that it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Datum {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub evidence: Evidence,
}

/// The data of a request.
pub type Fields = BTreeMap<FieldName, Datum>;

/// A value that stands in the mail and cannot be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid {
    /// Which datum.
    pub field: FieldName,
    /// What stands there.
    pub value: String,
    /// Why it cannot be right, in Spanish, for the person who wrote it.
    pub why: String,
}
