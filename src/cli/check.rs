//! `mesad check`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use chrono::NaiveDate;

use crate::config::{Coverage, coverage};
use crate::office::{Authentication, Office, StampPlace};

use super::workplace::Place;
use super::{access, first_look, guard, setup, words};
use crate::sandbox::Sandbox;

/// Says everything that is wrong with the configuration.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Looks into the mailbox too: how many mails lie there, how many would be taken, and what
    /// would become of the first ten. Nothing is changed or sent
    #[arg(long)]
    mailbox: bool,
    /// With --mailbox: as if the desk began with the mails of this day
    #[arg(long, value_name = "YYYY-MM-DD", requires = "mailbox")]
    since: Option<NaiveDate>,
}

/// Runs the command: status 0 where the configuration is sound, 2 where it has problems.
///
/// # Errors
/// Standard output is closed, or a template cannot be read.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = arguments.place.configuration.config.as_deref();
    if folder.is_none() {
        setup::print_error("this is the invented office that ships; yours: --config DIR");
    }
    let office = failures(arguments.place.configuration.load())?;
    let templates = failures(setup::load_templates(folder))?;
    let mut out = std::io::stdout().lock();
    let problems: Vec<String> = match (office, templates) {
        (Ok(office), Ok(_)) => {
            write!(out, "{}", words::plain_lines(&report(&office)))?;
            write!(out, "{}", machine(folder, &office)?)?;
            if arguments.mailbox {
                drop(out);
                // Where there is no desk yet, its folder has no log: a look before the first start.
                if arguments.place.state().is_ok() {
                    access::note(&arguments.place, "check --mailbox", "")?;
                }
                return first_look::run(&arguments.place, arguments.since);
            }
            return Ok(ExitCode::SUCCESS);
        }
        (office, templates) => {
            let found = [office.err(), templates.err()];
            found.into_iter().flatten().flatten().collect()
        }
    };
    for problem in &problems {
        writeln!(out, "{}\n", words::plain_lines(problem))?;
    }
    let noun = if problems.len() == 1 {
        "problem"
    } else {
        "problems"
    };
    writeln!(out, "{} {noun}", problems.len())?;
    Ok(ExitCode::from(2))
}

/// The problems of a configuration or of templates, apart from errors of another kind.
fn failures<T>(result: anyhow::Result<T>) -> anyhow::Result<Result<T, Vec<String>>> {
    let error = match result {
        Ok(sound) => return Ok(Ok(sound)),
        Err(error) => error.downcast::<setup::Failed>()?,
    };
    Ok(Err(match error {
        setup::Failed::Configuration(problems) => problems.iter().map(text).collect(),
        setup::Failed::Templates(errors) => errors.iter().map(text).collect(),
        setup::Failed::Modes(texts) => texts,
        other @ setup::Failed::NoConfiguration => vec![text(&other)],
    }))
}

fn text(problem: &impl std::fmt::Display) -> String {
    problem.to_string()
}

/// What a sound configuration holds, and who is found for what.
fn report(office: &Office) -> String {
    let mut text = format!(
        "ok: {} procedures, {} people, {} regions, {} programmes\n",
        office.procedures.len(),
        office.directory.people.len(),
        office.regions.len(),
        office.programmes.len(),
    );
    text += &senders(&office.desk.authentication);
    text += "every step and job finds somebody:\n";
    for proof in coverage(office) {
        text += &covered(office, &proof);
    }
    text
}

/// What this machine sees to.
fn machine(folder: Option<&Path>, office: &Office) -> anyhow::Result<String> {
    let sandbox = Sandbox::child(std::env::current_exe()?);
    let word = sandbox.confinement();
    let mut text = match word.as_deref() {
        Some("whole") => "documents are read confined by limits and, wholly, by Landlock\n",
        Some("part") => {
            "documents are read confined by limits and, in part, by Landlock: an older kernel\n"
        }
        Some(_) => {
            "warning: documents are read confined by limits alone: this kernel has no Landlock\n"
        }
        None => "warning: the reader of documents does not start\n",
    }
    .to_owned();
    if let Some(folder) = folder {
        let places = guard::Places {
            config: Some(folder),
            work: folder,
            office,
        };
        for loose in guard::texts(&guard::examine(&places)) {
            text += &format!("{}\n", words::plain(&loose));
        }
    }
    Ok(text)
}

/// What protects against forged answers.
fn senders(authentication: &Authentication) -> String {
    let rests = match authentication {
        Authentication::None => {
            "nobody (authentication = \"none\"): protection rests on the tokens alone"
        }
        Authentication::Authserv(server) => {
            let beneath = match server.place {
                StampPlace::Above => "",
                StampPlace::Below => ", beneath its own line: it must remove forged fields",
            };
            let ids = server.ids.join(", ");
            return format!("senders are judged by authserv: {ids}{beneath}\n");
        }
        Authentication::Microsoft365 => "microsoft365: Exchange Online",
        Authentication::Google => "google: mx.google.com",
    };
    format!("senders are judged by {rests}\n")
}

fn covered(office: &Office, proof: &Coverage) -> String {
    let people = office.directory.people.iter();
    let holders = people.filter(|p| p.holds_anywhere(&proof.role));
    let addresses: BTreeSet<&str> = holders.map(|p| p.address()).collect();
    let role = office.directory.role(&proof.role);
    let by = match role.map(|r| (r.by_region, r.by_programme)) {
        Some((true, true)) => format!("{} regions and programmes", proof.scopes),
        Some((true, false)) => format!("{} regions", proof.scopes),
        Some((false, true)) => format!("{} programmes", proof.scopes),
        _ => String::from("everywhere"),
    };
    format!(
        "  {:<30} {by:<15} {:>3} addresses  for {}\n",
        proof.role.0,
        addresses.len(),
        proof.needed_by.join(", "),
    )
}
