//! `mesad key`.

use std::io::Write;
use std::process::ExitCode;

use super::keys;
use super::workplace::{Place, lock};
use crate::desk::clock::Clock;
use crate::desk::random::Random;

/// Changes the key that tokens are made with; the desk must be stopped.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Days for which tokens of the old key are accepted still; 0 for today only
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    accept_old: u32,
    /// Makes a key where the old one is lost: tokens of mails already sent count no more
    #[arg(long, conflicts_with = "accept_old")]
    lost: bool,
}

/// Runs the command.
///
/// # Errors
/// The desk runs, or a file cannot be written.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let state = arguments.place.state()?;
    let _lock = lock(&state)?;
    let random = Random::system();
    let mut out = std::io::stdout().lock();
    if arguments.lost {
        keys::replace_lost(&state, &random)?;
        writeln!(out, "a new key; tokens of mails already sent count no more")?;
        return Ok(ExitCode::SUCCESS);
    }
    let last = keys::rotate(&state, &random, Clock::Real.now(), arguments.accept_old)?;
    writeln!(
        out,
        "a new key; tokens of the old one are accepted up to {last} (UTC). To refuse them now, \
         remove {}/key.until-{last}",
        state.display()
    )?;
    Ok(ExitCode::SUCCESS)
}
