//! Blanks what has been kept long enough: once each day, at its first turn, so that a running desk
//! does it in the night.

use chrono::{DateTime, TimeDelta, Utc};

use super::alarm;
use super::jump;
use super::world::{DeskError, World};
use crate::judge::Trouble;
use crate::office::Retention;
use crate::request::AlarmKind;
use crate::store::{Cutoffs, Purgeable, Purger, Store, StoreError};

const MARK: &str = "purge";
/// When it was last tried to empty the log of what was blanked, which still stands in it.
const IN_LOG: &str = "blanked-in-log";
/// What the trouble is about that it stands there still.
const ABOUT: &str = "log";
/// What the trouble is about that something cannot be blanked.
const UNREAD: &str = "purge";
/// How long after such a try the desk tries again: the store waits for readers meanwhile.
const AGAIN: TimeDelta = TimeDelta::minutes(10);
/// Mails blanked in one transaction: others want to write too.
const AT_ONCE: usize = 100;

/// How much is blanked, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Mails received.
    pub mails: usize,
    /// Mails of the desk.
    pub sent: usize,
    /// Requests.
    pub requests: usize,
}

impl Counted {
    /// How much this is.
    pub fn of(what: &Purgeable) -> Self {
        Self {
            mails: what.mails.len(),
            sent: what.sent.len(),
            requests: what.requests.len(),
        }
    }
}

/// Before when each kind must have ended to be blanked now.
pub fn cutoffs(retention: &Retention, now: DateTime<Utc>) -> Cutoffs {
    let before = |days: Option<u32>| now.checked_sub_signed(TimeDelta::days(i64::from(days?)));
    Cutoffs {
        nothing: before(retention.mails_of_nothing),
        mails: before(retention.mails),
        documents: before(retention.documents),
        sent: before(retention.sent),
        requests: before(retention.requests),
    }
}

/// When contents were last purged by the configuration: a time that no jump of the clock had put in
/// doubt. None: never yet.
///
/// # Errors
/// The store failed.
pub fn last(store: &Store) -> Result<Option<DateTime<Utc>>, DeskError> {
    store.transact(|books| books.mark(MARK).map_err(DeskError::from))
}

/// What is due now by the configuration.
///
/// # Errors
/// The store failed.
pub fn due(
    store: &Store,
    retention: &Retention,
    now: DateTime<Utc>,
) -> Result<Purgeable, DeskError> {
    let cutoffs = cutoffs(retention, now);
    store.transact(move |books| Ok(books.purgeable(&cutoffs)?))
}

/// Blanks these, some at a time; each part is whole by itself.
///
/// # Errors
/// The store failed, or one of these cannot be read; what was blanked stays so.
pub fn blank(
    store: &Store,
    what: &Purgeable,
    purger: &Purger,
    now: DateTime<Utc>,
) -> Result<(), DeskError> {
    let mut failed = None;
    let mails = what.mails.chunks(AT_ONCE).map(|mails| Purgeable {
        mails: mails.to_vec(),
        ..Purgeable::default()
    });
    let sent = what.sent.chunks(AT_ONCE).map(|sent| Purgeable {
        sent: sent.to_vec(),
        ..Purgeable::default()
    });
    let requests = what.requests.iter().map(|request| Purgeable {
        requests: vec![*request],
        ..Purgeable::default()
    });
    let beside = what.beside.chunks(AT_ONCE).map(|beside| Purgeable {
        beside: beside.to_vec(),
        ..Purgeable::default()
    });
    for part in mails.chain(sent).chain(requests).chain(beside) {
        let purger = purger.clone();
        let blanked = store.transact(move |books| {
            books.purge(&part, &purger, now)?;
            Ok::<_, DeskError>(books.set_mark(IN_LOG, now)?)
        });
        match blanked {
            // One that cannot be read keeps no other from being blanked.
            Err(error) if !error.is_passing() => {
                tracing::error!(%error, "purge");
                failed = Some(error);
            }
            done => done?,
        }
    }
    forget(store)?;
    failed.map_or(Ok(()), Err)
}

/// Empties the log beside the database where what was blanked still stands in it.
///
/// # Errors
/// The store failed; [`StoreError::StillInLog`] where somebody reads: it is to be done again.
pub fn forget(store: &Store) -> Result<(), DeskError> {
    let stands = store.transact(|books| books.mark(IN_LOG).map_err(DeskError::from))?;
    if stands.is_none() {
        return Ok(());
    }
    store.forget_pages()?;
    store.transact(|books| {
        books.clear_mark(IN_LOG)?;
        Ok(books.take_trouble_back(AlarmKind::Database, ABOUT)?)
    })
}

/// Empties the log where it could not be when something was blanked; where it cannot be now
/// either, the desk's people are told.
fn forget_again(world: &World) -> Result<(), DeskError> {
    let error = match forget(&world.store) {
        Err(DeskError::Store(error @ StoreError::StillInLog(_))) => error,
        done => return done,
    };
    tracing::error!(%error, "purge");
    let now = world.clock.now();
    let trouble = Trouble {
        kind: AlarmKind::Database,
        about: ABOUT.to_owned(),
        since: now,
        details: "lo que se borró sigue en el registro junto a la base de datos (-wal), porque \
                  alguien la está leyendo: cierre los otros programas que la usan"
            .to_owned(),
    };
    world.store.transact(move |books| {
        books.set_mark(IN_LOG, now)?;
        Ok(books.report_trouble(&trouble, None)?)
    })
}

/// Blanks what stands beside mails, requests and journal and ended long ago: alarms, orders about
/// no request, why somebody was away, which may tell of their health.
///
/// # Errors
/// The store failed.
pub fn beside(store: &Store, retention: &Retention, now: DateTime<Utc>) -> Result<(), DeskError> {
    let Some(before) = cutoffs(retention, now).nothing else {
        return Ok(());
    };
    let blanked = store.transact(move |books| {
        let blanked = books.purge_beside(before)? > 0;
        if blanked {
            books.set_mark(IN_LOG, now)?;
        }
        Ok::<_, DeskError>(blanked)
    })?;
    match blanked {
        true => forget(store),
        false => Ok(()),
    }
}

/// Blanks what is due, once each day. Returns whether there was anything. It rests where the clock
/// may be ahead: what is blanked cannot be had back.
///
/// # Errors
/// The store failed; it is done again at the next turn.
pub fn turn(world: &World) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let calendar = &world.office.calendar;
    let day = |at| calendar.local(at, None).date_naive();
    let (last, doubted, in_log) = world.store.transact(move |books| {
        let doubted = jump::is_doubted(books, now)?;
        Ok::<_, DeskError>((books.mark(MARK)?, doubted, books.mark(IN_LOG)?))
    })?;
    if in_log.is_some_and(|at| now - at >= AGAIN) {
        forget_again(world)?;
    }
    if doubted || last.is_some_and(|at| day(at) >= day(now)) {
        return Ok(false);
    }
    let retention = world.office.desk.retention;
    let what = due(&world.store, &retention, now)?;
    let purger = Purger {
        by: String::new(),
        reason: "retention".to_owned(),
    };
    if !what.is_empty() {
        told(world, blank(&world.store, &what, &purger, now))?;
        let Counted {
            mails,
            sent,
            requests,
        } = Counted::of(&what);
        tracing::info!(mails, sent, requests, "contents purged: their time is over");
    }
    later(beside(&world.store, &retention, now))?;
    world
        .store
        .transact(move |books| books.set_mark(MARK, now).map_err(DeskError::from))?;
    Ok(!what.is_empty())
}

/// One that cannot be read stays as it is, each night anew, and the desk's people are told.
fn told(world: &World, done: Result<(), DeskError>) -> Result<(), DeskError> {
    match later(done) {
        Err(error) if !error.is_passing() => {
            let details = format!("algo que ya cumplió su plazo no se pudo borrar: {error}");
            alarm::report(world, AlarmKind::Database, (UNREAD, &details), None)
        }
        Err(error) => Err(error),
        Ok(()) => alarm::take_back(world, AlarmKind::Database, UNREAD),
    }
}

/// What is blanked is blanked: a log that cannot be emptied now is emptied later.
fn later(done: Result<(), DeskError>) -> Result<(), DeskError> {
    match done {
        Err(DeskError::Store(error @ StoreError::StillInLog(_))) => {
            tracing::warn!(%error, "purge");
            Ok(())
        }
        done => done,
    }
}
