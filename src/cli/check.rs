//! `mesad check`.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::ExitCode;

use crate::config::{Coverage, coverage};
use crate::office::Office;

use super::setup;

/// Says everything that is wrong with the configuration.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    configuration: setup::Configuration,
}

/// Runs the command: status 0 where the configuration is sound, 2 where it has problems.
///
/// # Errors
/// Standard output is closed.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let templates = || setup::load_templates(arguments.configuration.config.as_deref());
    match arguments
        .configuration
        .load()
        .and_then(|office| templates().map(|_| office))
    {
        Ok(office) => {
            write!(out, "{}", report(&office))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => match error.downcast::<setup::Failed>()? {
            setup::Failed::Configuration(problems) => {
                for problem in &problems {
                    writeln!(out, "{problem}\n")?;
                }
                let noun = if problems.len() == 1 {
                    "problem"
                } else {
                    "problems"
                };
                writeln!(out, "{} {noun}", problems.len())?;
                Ok(ExitCode::from(2))
            }
            error @ setup::Failed::Templates(_) => {
                writeln!(out, "{error}")?;
                Ok(ExitCode::from(2))
            }
        },
    }
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
    text += "every step and job finds somebody:\n";
    for proof in coverage(office) {
        text += &covered(office, &proof);
    }
    text
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
