//! `mesad retry`.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::ExitCode;

use super::workplace::Place;
use crate::desk::DeskError;
use crate::desk::clock::Clock;
use crate::desk::operate::{self, Again};
use crate::store::Parked;

/// Has mails that were set aside handled again, as after a fix.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mesad retry 12 15\n  \
    mesad retry --all --reason too-large     after limits.mail_bytes was raised\n  \
    mesad retry --all --reason too-many-tries\n\n\
    `mesad list --parked` shows the mails set aside, and the reason of each.\n\
    A mail gets limits.tries tries anew; if they fail, it is set aside again.")]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Numbers of the mails, as `mesad list` shows them
    #[arg(required_unless_present = "all")]
    mails: Vec<i64>,
    /// All that were set aside
    #[arg(long, conflicts_with = "mails")]
    all: bool,
    /// Of these, only those for this reason (`too-large`, `cannot-be-fetched`, …)
    #[arg(long, value_name = "KIND", requires = "all")]
    reason: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// A mail is not set aside; those named before it are handled again.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (_, store) = arguments.place.change()?;
    let mut mails = arguments.mails.clone();
    if arguments.all {
        let parked = store.transact(|books| books.parked().map_err(DeskError::from))?;
        let kinds: BTreeSet<&str> = parked.iter().map(|mail| mail.reason.as_str()).collect();
        let wanted = arguments.reason.as_deref();
        if let Some(kind) = wanted.filter(|kind| !kinds.contains(kind)) {
            let there = match kinds.is_empty() {
                true => "no mail is set aside".to_owned(),
                false => format!(
                    "there are {}",
                    kinds.into_iter().collect::<Vec<_>>().join(", ")
                ),
            };
            anyhow::bail!("no mail is set aside as {kind:?}; {there}");
        }
        let fits = |mail: &&Parked| wanted.is_none_or(|kind| mail.reason == kind);
        mails.extend(parked.iter().filter(fits).map(|mail| mail.id));
    }
    let mut out = std::io::stdout().lock();
    for mail in mails {
        match operate::retry(&store, mail, &operator(), Clock::Real.now())? {
            Again::Handled => writeln!(out, "mail {mail} is handled again")?,
            Again::Fetched => writeln!(
                out,
                "mail {mail} was never fetched whole: it is fetched again from where it lies; if \
                 somebody has moved it, it must be moved back to the folder that the desk reads"
            )?,
            Again::Nothing => {
                anyhow::bail!("mail {mail} is not set aside; see `mesad list`")
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Who does it, as far as the system says; for the journal.
fn operator() -> String {
    let name = |variable: &str| std::env::var(variable).ok().filter(|n| !n.is_empty());
    let name = name("SUDO_USER").or_else(|| name("USER"));
    name.unwrap_or_else(|| "operator".to_owned())
}
