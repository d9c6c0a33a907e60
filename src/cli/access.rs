//! The log of who looked at what, and `mesad access`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use chrono::TimeDelta;
use serde_json::json;

use super::workplace::Place;
use super::{operate, words};
use crate::desk::clock::Clock;
use crate::desk::purge;
use crate::office::Office;
use crate::store::{Access, AccessLog, Accessed, Store};

/// The log's file in the folder `state`.
const FILE: &str = "access.sqlite";

/// Lists who looked at requests, mails and people, and when.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mesad access --about SIGEC-2026-000123\n  \
    mesad access --json\n\nLooks of the same person at the same within an hour stand in one line.")]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Only looks at this: a request's whole number, `mail:12`, an address
    #[arg(long, value_name = "WHAT")]
    about: Option<String>,
    /// At most so many, the newest
    #[arg(long, default_value_t = 1000)]
    most: u32,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// The log cannot be read.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let office = arguments.place.configuration.load()?;
    let state = arguments.place.state()?;
    let log = AccessLog::open(&state.join(FILE))?;
    let found = log.list(arguments.about.as_deref(), arguments.most)?;
    let text = match arguments.json {
        true => words::json(&as_json(&found)),
        false => found.iter().map(|row| line(row, &office)).collect(),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn line(row: &Accessed, office: &Office) -> String {
    let local = |at| office.calendar.local(at, None).format("%Y-%m-%d %H:%M");
    let Access {
        uid,
        login,
        command,
        about,
    } = &row.access;
    let times = match row.times {
        1 => String::new(),
        many => format!("  {many} times, last {}", local(row.last_at)),
    };
    let at = local(row.at);
    let line = format!("{at}  {login} ({uid})  {command:<14} {about}{times}");
    format!("{}\n", words::plain(&line).trim_end())
}

fn as_json(found: &[Accessed]) -> serde_json::Value {
    let row = |row: &Accessed| {
        json!({
            "at": row.at,
            "last_at": row.last_at,
            "times": row.times,
            "uid": row.access.uid,
            "login": row.access.login,
            "command": row.access.command,
            "about": row.access.about,
        })
    };
    json!({ "accesses": found.iter().map(row).collect::<Vec<_>>() })
}

/// Notes that somebody looks at personal data, before they see it.
///
/// # Errors
/// It cannot be noted; then nothing may be shown.
pub fn note(place: &Place, command: &str, about: &str) -> anyhow::Result<()> {
    let state = place.state()?;
    let access = Access {
        uid: rustix::process::getuid().as_raw(),
        login: who()?,
        command: command.to_owned(),
        about: about.to_owned(),
    };
    let noted =
        AccessLog::open(&state.join(FILE)).and_then(|mut log| log.note(&access, Clock::Real.now()));
    noted.with_context(|| {
        let path = state.join(FILE);
        format!(
            "{}: who looks at personal data is noted first, and that cannot be done; nothing is \
             shown. Give this account the right to write there, or make room",
            path.display()
        )
    })
}

/// Makes the log where there is none, and drops what is older than the configuration keeps. Its
/// days are counted back from the last purge, not from now: the clock may be ahead at a start.
///
/// # Errors
/// It cannot be opened or written.
pub fn prepare(state: &Path, office: &Office, store: &Store) -> anyhow::Result<()> {
    let log = AccessLog::open(&state.join(FILE)).context(FILE)?;
    let last = purge::last(store)?;
    if let (Some(days), Some(last)) = (office.desk.retention.accesses, last) {
        let before = last.min(Clock::Real.now()) - TimeDelta::days(i64::from(days));
        log.forget(before).context(FILE)?;
    }
    Ok(())
}

/// The account's name; behind `sudo -u`, also who called it, as far as sudo's word goes.
fn who() -> anyhow::Result<String> {
    let login = operate::login()?;
    let sudo = std::env::var("SUDO_USER").ok().filter(|s| !s.is_empty());
    Ok(match sudo {
        Some(user) if user != login => format!("{login}, called by {user}"),
        _ => login,
    })
}
