//! `mesad read-documents`.

use std::process::ExitCode;

/// Reads documents from standard input (the sandbox's child).
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let _ = arguments;
    anyhow::bail!("not there yet")
}
