//! `mesad retry`.

use std::io::Write;
use std::process::ExitCode;

use super::workplace::Place;
use crate::desk::DeskError;

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
/// A mail is not set aside, or was never fetched; those named before it are handled again.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (_, store) = arguments.place.change()?;
    let mut mails = arguments.mails.clone();
    if arguments.all {
        let parked = store.transact(|books| books.parked().map_err(DeskError::from))?;
        mails.extend(parked.iter().map(|mail| mail.id));
    }
    let mut out = std::io::stdout().lock();
    for mail in mails {
        let again = store.transact(move |books| books.run_again(mail).map_err(DeskError::from))?;
        if again {
            writeln!(out, "mail {mail} is handled again")?;
        } else if arguments.all {
            writeln!(
                out,
                "mail {mail} was never fetched: look at it in the mailbox"
            )?;
        } else {
            anyhow::bail!("mail {mail} is not set aside, or was never fetched; see `mesad list`");
        }
    }
    Ok(ExitCode::SUCCESS)
}
