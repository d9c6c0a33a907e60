//! `mesad run`.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use chrono::NaiveDate;
use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::workplace::Place;
use super::{logs, reload, setup};
use crate::daemon::{self, Hooks};
use crate::desk::calendar;
use crate::desk::{DeskError, begin};

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
    /// In an old mailbox: the first day whose mails are handled; older ones are left as they are.
    /// `mesad check --mailbox` tells before what would be taken
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<NaiveDate>,
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
    if let Some(since) = arguments.since {
        let mut office = (*work.world.office).clone();
        office.desk.start.since = Some(since);
        work.world.office = Arc::new(office);
    }
    if arguments.once {
        calendar::turn(&work.world)?;
        daemon::once(&mut work.ends, &work.world)?;
        return Ok(ExitCode::SUCCESS);
    }
    match begin::look(&mut work.ends.mailbox, &work.world) {
        Err(DeskError::Start(error)) => return Err(error.into()),
        // It may be within reach later; then the desk looks again.
        Err(error) => tracing::warn!(%error, "the mailbox could not be looked into yet"),
        Ok(()) => {}
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).context("signals")?;
    }
    let hangup = Arc::new(AtomicBool::new(false));
    // A terminal that is closed takes the desk with it, as ever.
    let flag = match std::io::stdin().is_terminal() {
        true => &stop,
        false => &hangup,
    };
    signal_hook::flag::register(SIGHUP, Arc::clone(flag)).context("signals")?;
    tracing::info!("desk started");
    // Outside systemd there is nobody to tell: both calls then do nothing.
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    let (ends, world) = (work.ends, work.world);
    // What ends by itself ends with status 1, so that systemd starts it anew.
    let alive = |state: &str| {
        let states = [NotifyState::Watchdog, NotifyState::Status(state)];
        let _ = sd_notify::notify(&states);
    };
    let hooks = Hooks {
        renew: &|old| {
            let asked = hangup.swap(false, Ordering::SeqCst);
            asked.then(|| reload::renew(&arguments.place, old))
        },
        ..Hooks::alive(&alive)
    };
    daemon::run_with(ends, world, stop, &hooks)?;
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
    tracing::info!("desk stopped");
    Ok(ExitCode::SUCCESS)
}
