//! Raises alarms and ends them: one mail to the desk's people when one begins, one when it is over,
//! the log both times.

use chrono::{DateTime, TimeDelta, Utc};

use super::health::{self, Pulse};
use super::jump;
use super::ledger::Ledger;
use super::world::{DeskError, World};
use crate::judge::{Change, Standing, Trouble, changes, troubles};
use crate::request::{Alarm, AlarmKind};
use crate::store::Books;

/// The mark that says when the mailbox was last looked at, for other processes.
pub const FETCHED: &str = "fetched";

/// Looks at how the desk is; tells what begins and what is over. Returns what stands now.
///
/// # Errors
/// The store failed: nothing was told.
pub fn turn(world: &World, pulse: &Pulse) -> Result<Vec<Trouble>, DeskError> {
    let (own, now, seen) = (world.clone(), world.clock.now(), pulse.health());
    let (found, changed) = world.store.transact(move |books| {
        books.forget_troubles(now)?;
        let health = health::complete(seen, (books, &own), now)?;
        let standing: Vec<Standing> = books.alarms(0)?.into_iter().map(|a| a.standing).collect();
        let found = troubles(&health, &own.office, &standing, now);
        let changed = changes(&found, &standing, now);
        for change in &changed {
            apply(&own, books, change, now)?;
        }
        Ok::<_, DeskError>((found, changed))
    })?;
    for change in &changed {
        log(change);
    }
    Ok(found)
}

fn apply(
    world: &World,
    books: &Books<'_>,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<(), DeskError> {
    let ledger = Ledger {
        books,
        world,
        input: None,
        now,
    };
    match change {
        Change::Begins(trouble) => {
            books.alarm_begins(trouble, now)?;
            ledger.tell_desk(&begins(trouble).into(), None)
        }
        Change::Gone(alarm) => Ok(books.alarm_gone(alarm, Some(now))?),
        Change::Back(alarm) => Ok(books.alarm_gone(alarm, None)?),
        Change::Ends(alarm) => {
            books.alarm_ends(alarm, now)?;
            ledger.tell_desk(&ends(alarm, now).into(), None)
        }
    }
}

/// The word that an alarm begins.
pub(super) fn begins(trouble: &Trouble) -> Alarm {
    Alarm {
        kind: trouble.kind,
        over: false,
        at: trouble.since,
        until: None,
        details: with(&trouble.about, &trouble.details),
    }
}

fn ends(alarm: &Standing, now: DateTime<Utc>) -> Alarm {
    Alarm {
        kind: alarm.kind,
        over: true,
        at: alarm.began_at,
        until: Some(alarm.gone_at.filter(|gone| *gone < now).unwrap_or(now)),
        details: alarm.about.clone(),
    }
}

fn with(about: &str, details: &str) -> String {
    match (about, details) {
        ("", details) => details.to_owned(),
        (about, "") => about.to_owned(),
        (about, details) => format!("{about}: {details}"),
    }
}

/// Distinct events, for whoever watches the log.
fn log(change: &Change) {
    match change {
        Change::Begins(t) => {
            let (alarm, about) = (t.kind.name(), super::mask::words(&t.about));
            tracing::error!(event = "alarm-begins", alarm, about, details = t.details);
        }
        Change::Gone(s) | Change::Back(s) => {
            let there = matches!(change, Change::Back(_));
            tracing::info!(event = "alarm-wavers", alarm = s.kind.name(), there);
        }
        Change::Ends(s) => tracing::warn!(event = "alarm-ends", alarm = s.kind.name()),
    }
}

/// Reports that something is wrong, for an alarm at the next look. It stands until it is taken
/// back, or for as long as is given.
///
/// # Errors
/// The store failed.
pub fn report(
    world: &World,
    kind: AlarmKind,
    (about, details): (&str, &str),
    passes_after: Option<TimeDelta>,
) -> Result<(), DeskError> {
    let now = world.clock.now();
    let trouble = Trouble {
        kind,
        about: about.to_owned(),
        since: now,
        details: details.to_owned(),
    };
    let until = passes_after.map(|time| now + time);
    world
        .store
        .transact(move |books| Ok(books.report_trouble(&trouble, until)?))
}

/// Takes a report back: what was wrong is mended.
///
/// # Errors
/// The store failed.
pub fn take_back(world: &World, kind: AlarmKind, about: &str) -> Result<(), DeskError> {
    let about = about.to_owned();
    world
        .store
        .transact(move |books| Ok(books.take_trouble_back(kind, &about)?))
}

/// Writes down that the desk lives, and when it last looked at its mailbox, for `mesad status`.
///
/// # Errors
/// The store failed.
pub fn live(world: &World, pulse: &Pulse, run: i64) -> Result<(), DeskError> {
    let now = world.clock.now();
    world
        .store
        .transact(move |books| books.run_lives(run, now).map_err(DeskError::from))?;
    looked(world, pulse)
}

/// Writes down when the mailbox was last looked at.
///
/// # Errors
/// The store failed.
pub fn looked(world: &World, pulse: &Pulse) -> Result<(), DeskError> {
    let Some(at) = pulse.fetched_at() else {
        return Ok(());
    };
    world
        .store
        .transact(move |books| books.set_mark(FETCHED, at).map_err(DeskError::from))
}

/// What a desk begins with that works once and leaves: silence is counted from when the mailbox was
/// last looked at, by whichever process.
///
/// # Errors
/// The store failed.
pub fn since_last(world: &World) -> Result<Pulse, DeskError> {
    let now = world.clock.now();
    let fetched_at = world
        .store
        .transact(|books| books.mark(FETCHED).map_err(DeskError::from))?;
    if let Some(at) = fetched_at {
        jump::after_a_pause(world, at)?;
    }
    let pulse = Pulse::begin(fetched_at.map_or(now, |at| at.min(now)));
    if let Some(at) = fetched_at {
        pulse.fetched(at.min(now));
    }
    Ok(pulse)
}
