//! `mesad status`.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::words;
use super::workplace::Place;
use crate::desk::alarm::FETCHED;
use crate::desk::clock::Clock;
use crate::desk::{DeskError, backup, space};
use crate::office::Office;
use crate::store::{AlarmRow, Books, Counts, Run};

/// A desk that has not said for so long that it lives does not turn.
const SILENT: TimeDelta = TimeDelta::minutes(3);
/// How many alarms that are over are shown.
const PAST: u32 = 5;

/// Says how the desk is: whether it runs and turns, what waits, what is wrong.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status: 0 healthy, 1 alarm, 2 cannot tell or not running.\n\n\
    Examples:\n  mesad status --config /etc/mesad --work /var/lib/mesad\n  \
    mesad status --config /etc/mesad --json | jq .alarms"
)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// As JSON, for monitoring
    #[arg(long)]
    json: bool,
}

/// How it is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Healthy,
    Alarm,
    NotRunning,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Alarm => "alarm",
            Self::NotRunning => "not-running",
        }
    }

    fn code(self) -> ExitCode {
        match self {
            Self::Healthy => ExitCode::SUCCESS,
            Self::Alarm => ExitCode::from(1),
            Self::NotRunning => ExitCode::from(2),
        }
    }
}

/// What is known.
struct Found {
    run: Option<Run>,
    fetched_at: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    backed_up_at: Option<DateTime<Utc>>,
    free: Option<u64>,
    inputs: Counts,
    undecided: (u32, Option<DateTime<Utc>>),
    unsent: (u32, Option<DateTime<Utc>>),
    due: u32,
    open: usize,
    alarms: Vec<AlarmRow>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from telling: exit status 2.
pub fn run(arguments: &Arguments) -> ExitCode {
    told(arguments).unwrap_or_else(|error| {
        super::setup::print_error(&format!("cannot tell how the desk is: {error:#}"));
        ExitCode::from(2)
    })
}

fn told(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (office, store) = arguments.place.look()?;
    let now = Clock::Real.now();
    let mut found = store.transact(move |books| find(books, now))?;
    found.free = space::free(&store).ok();
    let running = !arguments.place.is_free();
    let turns = found
        .run
        .as_ref()
        .is_some_and(|run| run.ended_at.is_none() && (now - run.alive_at).abs() < SILENT);
    let standing = found.alarms.iter().any(|alarm| alarm.ended_at.is_none());
    let state = match (running, turns && !standing) {
        (false, _) => State::NotRunning,
        (true, true) => State::Healthy,
        (true, false) => State::Alarm,
    };
    let text = match arguments.json {
        true => words::json(&as_json(&found, state, turns)),
        false => words::plain_lines(&as_text(&found, state, turns, &office)),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(state.code())
}

fn find(books: &Books<'_>, now: DateTime<Utc>) -> Result<Found, DeskError> {
    let (undecided, unsent) = (books.undecided()?, books.unsent(now)?);
    Ok(Found {
        run: books.last_run()?,
        fetched_at: books.mark(FETCHED)?,
        sent_at: books.last_sent()?,
        backed_up_at: books.mark(backup::GOOD)?,
        free: None,
        inputs: books.count_inputs()?,
        undecided: (undecided.count, undecided.since),
        unsent: (unsent.count, unsent.since),
        due: books.count_due()?,
        open: books.numbers(false)?.len(),
        alarms: books.alarms(PAST)?,
    })
}

fn as_json(found: &Found, state: State, turns: bool) -> Value {
    let run = found.run.as_ref();
    let alarm = |row: &AlarmRow| {
        json!({
            "kind": row.standing.kind.name(),
            "about": row.standing.about,
            "details": row.details,
            "began_at": row.standing.began_at,
            "gone_since": row.standing.gone_at,
            "ended_at": row.ended_at,
        })
    };
    let (past, standing): (Vec<_>, Vec<_>) =
        found.alarms.iter().partition(|row| row.ended_at.is_some());
    json!({
        "state": state.name(),
        "running": state != State::NotRunning,
        "turns": turns,
        "version": env!("CARGO_PKG_VERSION"),
        "running_version": run.map(|run| &run.version),
        "running_since": run.map(|run| run.began_at),
        "alive_at": run.map(|run| run.alive_at),
        "stopped_at": run.and_then(|run| run.ended_at),
        "last_fetch": found.fetched_at,
        "last_send": found.sent_at,
        "last_backup": found.backed_up_at,
        "disk_free_bytes": found.free,
        "mails": {
            "not_fetched": found.inputs.seen,
            "undecided": found.undecided.0,
            "undecided_since": found.undecided.1,
            "set_aside": found.inputs.parked,
            "handled": found.inputs.done,
        },
        "to_send": {
            "waiting": found.due,
            "overdue": found.unsent.0,
            "overdue_since": found.unsent.1,
        },
        "open_requests": found.open,
        "alarms": standing.into_iter().map(alarm).collect::<Vec<_>>(),
        "past_alarms": past.into_iter().map(alarm).collect::<Vec<_>>(),
    })
}

fn as_text(found: &Found, state: State, turns: bool, office: &Office) -> String {
    let at = |at: DateTime<Utc>| {
        let local = office.calendar.local(at, None);
        local.format("%Y-%m-%d %H:%M:%S").to_string()
    };
    let maybe = |when: Option<DateTime<Utc>>| when.map_or_else(|| "never".to_owned(), at);
    let queue = |(count, since): (u32, Option<DateTime<Utc>>)| match since {
        Some(since) => format!("{count}, the oldest since {}", at(since)),
        None => count.to_string(),
    };
    let mut out = String::new();
    let mut line = |name: &str, text: String| {
        out += words::plain(&format!("{name:<14} {text}")).trim_end();
        out.push('\n');
    };
    line("state", state.name().replace('-', " "));
    match &found.run {
        None => line("running", "never yet".to_owned()),
        Some(run) if state == State::NotRunning => {
            let ended = match run.ended_at {
                Some(ended) => format!("stopped {}", at(ended)),
                None => format!("died after {}", at(run.alive_at)),
            };
            line("running", format!("no; {ended}"));
        }
        Some(run) => {
            let (version, began) = (&run.version, at(run.began_at));
            let turns = match turns {
                true => String::new(),
                false => format!("; IT DOES NOT TURN since {}", at(run.alive_at)),
            };
            line(
                "running",
                format!("version {version}, since {began}{turns}"),
            );
        }
    }
    line("last fetch", maybe(found.fetched_at));
    line("last send", maybe(found.sent_at));
    line("last backup", maybe(found.backed_up_at));
    if let Some(free) = found.free {
        line("disk", format!("{} MiB free", free / 1024 / 1024));
    }
    let Counts { seen, parked, .. } = found.inputs;
    line("not fetched", seen.to_string());
    line("undecided", queue(found.undecided));
    line(
        "to send",
        format!("{}, overdue {}", found.due, queue(found.unsent)),
    );
    line("set aside", parked.to_string());
    line("open requests", found.open.to_string());
    for row in &found.alarms {
        let (title, text) = shown(row, at);
        line(title, text);
    }
    out
}

/// The line of an alarm.
fn shown(row: &AlarmRow, at: impl Fn(DateTime<Utc>) -> String) -> (&'static str, String) {
    let (name, about) = (row.standing.kind.name(), &row.standing.about);
    let (title, times) = match row.ended_at {
        None => ("ALARM", format!("since {}", at(row.standing.began_at))),
        Some(ended) => {
            let began = at(row.standing.began_at);
            ("past alarm", format!("{began} to {}", at(ended)))
        }
    };
    (title, format!("{name} {times} {about} {}", row.details))
}
