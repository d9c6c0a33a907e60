//! `mesad demo`.

use std::process::ExitCode;

/// Plays a working week of the ministry.
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
