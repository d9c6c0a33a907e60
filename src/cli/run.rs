//! `mesad run`.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use sd_notify::NotifyState;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::workplace::Place;
use super::{logs, setup};
use crate::daemon::{self, Hooks};

/// Runs the desk.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Does all that can be done now, and leaves
    #[arg(long)]
    once: bool,
    /// Runs the invented office that ships with the program, in the current folder
    #[arg(long)]
    example: bool,
    /// Writes logs as JSON, one object a line
    #[arg(long)]
    json_logs: bool,
}

/// Runs the command.
///
/// # Errors
/// What kept the desk from starting.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.place.configuration.config.is_none() && !arguments.example {
        return Err(setup::Failed::NoConfiguration.into());
    }
    logs::start(arguments.json_logs, "mesad=info,warn");
    let mut work = arguments.place.open()?;
    if arguments.once {
        daemon::drain(&mut work.ends, &work.world)?;
        return Ok(ExitCode::SUCCESS);
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).context("signals")?;
    }
    tracing::info!("desk started");
    // Outside systemd there is nobody to tell: both calls then do nothing.
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    let (ends, world) = (work.ends, work.world);
    // What ends by itself ends with status 1, so that systemd starts it anew.
    let alive = |state: &str| {
        let states = [NotifyState::Watchdog, NotifyState::Status(state)];
        let _ = sd_notify::notify(&states);
    };
    daemon::run_with(ends, world, stop, &Hooks::alive(&alive))?;
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
    tracing::info!("desk stopped");
    Ok(ExitCode::SUCCESS)
}
