//! `mesad check`.

use std::process::ExitCode;

/// Says everything that is wrong with the configuration.
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
