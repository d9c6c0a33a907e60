//! `mesad explain`.

use std::process::ExitCode;

/// Says what the desk would understand of a mail.
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
