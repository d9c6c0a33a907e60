//! TOML → [`Office`], all errors of all files at once. Pure: texts are handed to it.
//!
//! Lives here: the form of the files (a module a file), everything that can be wrong with them, and
//! the proof that every role finds somebody. May not live here: files and folders themselves
//! (`cli/`), what the values are used for.

mod authentication;
mod calendar;
mod check;
mod coverage;
mod desk;
mod directory;
mod fields;
mod findings;
mod problem;
mod procedures;
mod reader;
mod settings;
mod shipped;
mod territory;

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::DeTable;

use crate::office::{Directory, Office};

pub use coverage::{Coverage, Scope, coverage};
pub use problem::{File, Problem};
pub use shipped::shipped;

use findings::{Findings, Thing};
use problem::{Place, suggestion};
use reader::Table;

/// Which part of the configuration a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Desk,
    Calendar,
    Territory,
    Directory,
    Procedure,
}

/// Everything that was read, before it is checked as a whole.
#[derive(Default)]
struct Parts<'a> {
    desk: Option<crate::office::Desk>,
    calendar: Option<crate::calendar::Calendar>,
    territory: territory::Territory<'a>,
    directory: directory::Read<'a>,
    procedures: Vec<procedures::Read<'a>>,
}

/// Reads a configuration. Files are told apart by their names: `desk.toml`, `calendar.toml`,
/// `territory.toml`, `directory.toml` or `directory/*.toml`, `procedures/*.toml`.
///
/// # Errors
/// Everything that is wrong with it, in the order of files and lines.
pub fn load(files: &[File]) -> Result<Office, Vec<Problem>> {
    let parsed: Vec<Parsed<'_>> = files.iter().map(Parsed::new).collect();
    let found = Findings::default();
    let mut parts = Parts::default();
    for file in &parsed {
        read(file, &found, &mut parts);
    }
    missing_files(&parsed, &found);
    let broken = broken(&parsed);
    check::names(&found, &broken);
    check::spellings(&found, &parts.territory.spellings);
    let office = office(&mut parts);
    // Where a name is wrong or a file unread, these would only repeat it.
    if broken.is_empty() && found.names_are_sound() {
        check::scopes(&found, &parts);
        if let Some(office) = &office {
            check::held(&found, &parts, office);
        }
    }
    check::people(&found, &parts);
    let problems = found.problems();
    match office {
        Some(office) if problems.is_empty() => Ok(office),
        _ => Err(problems),
    }
}

/// A file, parsed as far as it can be.
struct Parsed<'a> {
    file: &'a File,
    part: Option<Part>,
    table: Result<Spanned<DeTable<'a>>, Vec<toml::de::Error>>,
}

impl<'a> Parsed<'a> {
    fn new(file: &'a File) -> Self {
        let (table, errors) = DeTable::parse_recoverable(&file.text);
        Self {
            file,
            part: part(&file.name),
            table: if errors.is_empty() {
                Ok(table)
            } else {
                Err(errors)
            },
        }
    }
}

fn part(name: &str) -> Option<Part> {
    match name {
        "desk.toml" => Some(Part::Desk),
        "calendar.toml" => Some(Part::Calendar),
        "territory.toml" => Some(Part::Territory),
        "directory.toml" => Some(Part::Directory),
        _ if name.starts_with("directory/") => Some(Part::Directory),
        _ if procedure_id(name).is_some() => Some(Part::Procedure),
        _ => None,
    }
}

fn procedure_id(name: &str) -> Option<&str> {
    let id = name.strip_prefix("procedures/")?.strip_suffix(".toml")?;
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (!id.is_empty() && id.chars().all(sound)).then_some(id)
}

fn read<'a>(parsed: &'a Parsed<'a>, found: &'a Findings<'a>, parts: &mut Parts<'a>) {
    let file = parsed.file;
    let Some(part) = parsed.part else {
        let known = [
            "desk.toml",
            "calendar.toml",
            "territory.toml",
            "directory.toml",
        ];
        let advice = "known are desk.toml, calendar.toml, territory.toml, directory/*.toml and \
                      procedures/*.toml (small letters, digits, hyphens): rename or remove it";
        let advice = suggestion(&file.name, &known, advice);
        let what = "no part of the configuration has this name";
        return found.problem(Place::whole(file), what, advice);
    };
    let entries = match &parsed.table {
        Ok(table) => table.get_ref(),
        Err(errors) => return syntax(file, errors, found),
    };
    let table = Table::root(found, file, entries);
    match part {
        Part::Desk => parts.desk = Some(desk::read(table)),
        Part::Calendar => parts.calendar = Some(calendar::read(table)),
        Part::Territory => parts.territory = territory::read(table),
        Part::Directory => directory::read(table, &mut parts.directory),
        Part::Procedure => {
            let id = procedure_id(&file.name).unwrap_or_default();
            parts.procedures.push(procedures::read(id, table));
        }
    }
}

fn syntax<'a>(file: &'a File, errors: &[toml::de::Error], found: &Findings<'a>) {
    for error in errors {
        let place = error
            .span()
            .map_or(Place::whole(file), |span| Place::new(file, span));
        let what = format!("not TOML: {}", error.message().replace('\n', ", "));
        let advice = "correct it; the rest of this file is read once this is right";
        found.problem(place, what, advice);
    }
}

fn missing_files(parsed: &[Parsed<'_>], found: &Findings<'_>) {
    let needed = [
        (Part::Desk, "desk.toml"),
        (Part::Calendar, "calendar.toml"),
        (Part::Territory, "territory.toml"),
        (Part::Directory, "directory/people.toml"),
        (Part::Procedure, "procedures/your-procedure.toml"),
    ];
    for (part, name) in needed {
        if !parsed.iter().any(|p| p.part == Some(part)) {
            let what = String::from("the file is missing");
            let advice = String::from("begin from the shipped one: `mesad init FOLDER` writes it");
            found.add(Problem::of_file(name, what, advice));
        }
    }
}

/// Which names may stand in files that could not be read.
fn broken(parsed: &[Parsed<'_>]) -> BTreeSet<Thing> {
    let mut broken = BTreeSet::new();
    let all = [Part::Territory, Part::Directory];
    for part in all {
        let mut files = parsed.iter().filter(|p| p.part == Some(part)).peekable();
        let things = match part {
            Part::Territory => [Thing::Region, Thing::Programme],
            _ => [Thing::Role, Thing::Person],
        };
        if files.peek().is_none() || files.any(|p| p.table.is_err()) {
            broken.extend(things);
        }
    }
    broken
}

fn office(parts: &mut Parts<'_>) -> Option<Office> {
    let mut procedures: Vec<_> = parts
        .procedures
        .iter()
        .map(|r| r.procedure.clone())
        .collect();
    procedures.sort_by(|a, b| a.id.cmp(&b.id));
    Some(Office {
        desk: parts.desk.take()?,
        calendar: parts.calendar.take()?.into(),
        regions: std::mem::take(&mut parts.territory.regions).into(),
        programmes: std::mem::take(&mut parts.territory.programmes).into(),
        procedures: procedures.into(),
        directory: Directory {
            people: parts
                .directory
                .people
                .iter()
                .map(|(p, _)| p.clone())
                .collect(),
            roles: parts
                .directory
                .roles
                .iter()
                .map(|(r, _)| r.clone())
                .collect(),
        },
    })
}
