//! `mesad read-documents`: the sandbox's child, not for people.

use std::io;
use std::process::ExitCode;

/// Reads documents from standard input (the sandbox's child).
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(_: &Arguments) -> anyhow::Result<ExitCode> {
    crate::sandbox::serve(io::stdin().lock(), io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}
