//! What the configuration says, as values: the desk, its procedures, its people, its regions.
//!
//! Lives here: plain data with look-ups that need nothing else. May not live here: parsing of files
//! (that is `config/`), any decision about a request (`request/`), anything about mails.

mod authentication;
mod desk;
mod directory;
mod field;
mod procedure;
mod retention;
mod settings;

pub use authentication::{Authentication, Authserv, StampPlace};
pub use desk::{Alarms, Backup, Desk, Limits, Rhythm, Start};
pub use directory::{Absence, Directory, Grant, Person, PersonId, Role, RoleId, Substitute};
pub use field::{
    Datum, Evidence, Field, FieldKind, FieldName, Fields, Invalid, PersonValue, Source, Value,
};
pub use procedure::{
    Chain, ClockStop, DocumentRule, Executor, Otherwise, Procedure, ProcedureId, Recognition,
    Requesters, Step,
};
pub use retention::Retention;
pub use settings::{
    Filing, Imap, Login, MailboxSettings, OutgoingSettings, SecretSource, Security, Smtp,
};

use std::sync::Arc;

use crate::calendar::Calendar;

/// An administrative region, as the office names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The one name used in data and mails ("Biobío").
    pub name: String,
    /// Other ways people write it ("VIII", "Región del Bío-Bío").
    pub synonyms: Vec<String>,
}

/// A programme of the ministry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// The one name used in data and mails ("Programa Familias").
    pub name: String,
    /// Other ways people write it.
    pub synonyms: Vec<String>,
}

/// The whole configuration of one office, checked: every reference in it finds what it names.
#[derive(Clone, Debug)]
pub struct Office {
    /// The desk itself.
    pub desk: Desk,
    /// Working hours, holidays, zones.
    pub calendar: Arc<Calendar>,
    /// Regions, in the order in which they are shown.
    pub regions: Arc<[Region]>,
    /// Programmes, in the order in which they are shown.
    pub programmes: Arc<[Programme]>,
    /// Procedures, ordered by id.
    pub procedures: Arc<[Procedure]>,
    /// People, shared mailboxes and roles.
    pub directory: Directory,
}

impl Office {
    /// The procedure with this id, if the office has it.
    pub fn procedure(&self, id: &ProcedureId) -> Option<&Procedure> {
        self.procedures.iter().find(|p| &p.id == id)
    }
}
