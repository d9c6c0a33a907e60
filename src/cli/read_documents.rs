//! `mesad read-documents`, started by the desk itself: the child that reads documents.

use std::io::Write;
use std::process::ExitCode;

use crate::sandbox;

/// Reads documents handed over on standard input; for the desk itself, not for people.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Says what the kernel sees to, and reads nothing
    #[arg(long)]
    probe: bool,
}

/// Runs the command.
///
/// # Errors
/// This process cannot be confined, or whoever asks is gone.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.probe {
        let landlock = sandbox::probe()?;
        writeln!(std::io::stdout().lock(), "{}", landlock.word())?;
        return Ok(ExitCode::SUCCESS);
    }
    sandbox::serve(std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}
