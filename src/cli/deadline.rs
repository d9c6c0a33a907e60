//! `mesad deadline`.

use std::process::ExitCode;

/// Says when a number of working hours have passed, and why.
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
