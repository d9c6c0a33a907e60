//! `mesad absence`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use chrono::NaiveDate;

use super::operate::{self, Common};
use super::workplace::Place;
use super::{find, words};
use crate::desk::DeskError;
use crate::desk::clock::Clock;
use crate::desk::command::Order;

/// Says who is away, so that whoever stands in is asked.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    mesad absence add lorena-cortes 2026-10-12 2026-10-23 --substitute tomas-zepeda \\\n    \
    --reason \"Feriado legal\"\n  \
    mesad absence end lorena-cortes --reason \"Volvió antes\"\n\n\
    What waits for the person today is asked of the substitute at once; both may answer.")]
pub struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Somebody is away
    Add(Add),
    /// Who is away now or later
    List(Place),
    /// Somebody is back, or will not be away after all
    End(End),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// Who: id, address or name in the directory
    person: String,
    /// First day away, as 2026-10-12
    from: NaiveDate,
    /// Last day away
    until: NaiveDate,
    /// Who stands in, before those whom the directory names
    #[arg(long, value_name = "PERSON")]
    substitute: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct End {
    /// Who: id, address or name in the directory
    person: String,
    #[command(flatten)]
    common: Common,
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.act {
        Act::Add(add) => begin(add),
        Act::List(place) => list(place),
        Act::End(end) => operate::run(&end.common, |office, _, _| {
            let person = find::person(office, &end.person)?.id.clone();
            Ok(Order::AbsenceEnd { person })
        }),
    }
}

fn begin(add: &Add) -> anyhow::Result<ExitCode> {
    operate::run(&add.common, |office, _, _| {
        let (from, until) = (add.from, add.until);
        if until < from {
            bail!("the last day, {until}, is before the first, {from}");
        }
        let today = office.calendar.local(Clock::Real.now(), None).date_naive();
        if until < today {
            bail!("the last day, {until}, has passed");
        }
        let person = find::person(office, &add.person)?;
        if person.shared {
            bail!("{} is a mailbox that several people read", person.name);
        }
        let substitute = match &add.substitute {
            Some(wanted) => Some(find::person(office, wanted)?.id.clone()),
            None => None,
        };
        if substitute.as_ref() == Some(&person.id) {
            bail!("nobody stands in for themselves");
        }
        Ok(Order::AbsenceAdd {
            person: person.id.clone(),
            from,
            until,
            substitute,
        })
    })
}

fn list(place: &Place) -> anyhow::Result<ExitCode> {
    let (office, store) = place.look()?;
    let today = office.calendar.local(Clock::Real.now(), None).date_naive();
    let told = store.transact(move |books| Ok::<_, DeskError>(books.absences(today)?))?;
    let mut out = std::io::stdout().lock();
    let name = |id: &crate::office::PersonId| match office.directory.person(id) {
        Some(person) => person.name.clone(),
        None => id.0.clone(),
    };
    let mut any = false;
    for absence in &told {
        let instead = match &absence.substitute {
            Some(substitute) => name(substitute),
            None => "as the directory says".to_owned(),
        };
        let line = format!(
            "{} to {}  {:<30} substitute: {instead}; told by {}: {}",
            absence.from,
            absence.until,
            name(&absence.person),
            absence.by.name(),
            absence.reason
        );
        writeln!(out, "{}", words::plain(&line))?;
        any = true;
    }
    for person in &office.directory.people {
        for absence in person.absences.iter().filter(|a| a.until >= today) {
            let (from, until) = (absence.from, absence.until);
            let name = words::plain(&person.name);
            writeln!(out, "{from} to {until}  {name:<30} in the directory")?;
            any = true;
        }
    }
    if !any {
        writeln!(out, "nobody is away, as far as the desk knows")?;
    }
    Ok(ExitCode::SUCCESS)
}
