//! `mesad retry`.

use std::io::Write;
use std::process::ExitCode;

use super::workplace::Place;
use crate::desk::DeskError;
use crate::desk::clock::Clock;
use crate::desk::operate::{self, Again};

/// Has mails that were set aside handled again, as after a fix.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Numbers of the mails, as `mesad list` shows them
    #[arg(required_unless_present = "all")]
    mails: Vec<i64>,
    /// All that were set aside
    #[arg(long)]
    all: bool,
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
        mails.extend(parked.iter().map(|mail| mail.id));
    }
    let mut out = std::io::stdout().lock();
    for mail in mails {
        match operate::retry(&store, mail, &operator(), Clock::Real.now())? {
            Again::Handled => writeln!(out, "mail {mail} is handled again")?,
            Again::Fetched => writeln!(
                out,
                "mail {mail} was never fetched: it is once it lies in the mailbox's folder; \
                 if it was filed elsewhere, move it back there"
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
