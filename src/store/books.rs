//! The thread that owns the connection, and the transaction that a use case works in.

use std::path::Path;
use std::sync::{Arc, mpsc};

use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Params, Row, Transaction, TransactionBehavior, ffi};

use super::error::StoreError;
use super::simulated::Here;
use super::{schema, sound};
use crate::points::{self, Point};

/// How many statements are kept prepared: all that a day needs.
pub(super) const STATEMENTS: usize = 256;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The store. Clones share the one thread; it ends with the last of them.
#[derive(Clone, Debug)]
pub struct Store {
    road: Road,
    writer: bool,
    path: Option<Arc<Path>>,
}

/// How a piece of work comes to the connection.
#[derive(Clone, Debug)]
enum Road {
    /// By a thread that owns it.
    Thread(mpsc::Sender<Job>),
    /// At once, on the thread that asks, with faults in between: in a simulation.
    Here(Here),
}

impl Store {
    /// Opens the database, or makes it, and brings its schema up to date. With `writer`, takes it
    /// for this process alone.
    ///
    /// # Errors
    /// The file cannot be opened, is in use by another writer, or is newer than this program.
    pub fn open(path: &Path, writer: bool) -> Result<Self, StoreError> {
        Self::opened(path, writer, writer)
    }

    /// Opens a database to change something in it beside the desk, which brings its schema up to
    /// date.
    ///
    /// # Errors
    /// The file cannot be opened, or its schema is another than this program's.
    pub fn join(path: &Path) -> Result<Self, StoreError> {
        Self::opened(path, true, false)
    }

    fn opened(path: &Path, writer: bool, migrate: bool) -> Result<Self, StoreError> {
        let damaged = |error| sound::of_file(error, path);
        if migrate {
            create_private(path)?;
        }
        let mut connection = Connection::open(path)?;
        configure(&connection).map_err(damaged)?;
        if migrate {
            points::here(Point::Migrating);
            schema::bring_up_to_date(&mut connection, path).map_err(damaged)?;
            points::here(Point::Migrated);
        } else {
            schema::is_latest(&connection, path).map_err(damaged)?;
        }
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            for job in queue {
                job(&mut connection);
            }
        });
        Ok(Self {
            road: Road::Thread(jobs),
            writer,
            path: Some(Arc::from(path)),
        })
    }

    /// The database's file; a simulation has none.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Copies the log into the database, and empties it, before anything is done: what a failed
    /// fsync of the process before this one may have left in the system's memory alone is written
    /// anew.
    ///
    /// # Errors
    /// SQLite's.
    pub fn settle(&self) -> Result<(), StoreError> {
        match self.write_through() {
            // Who only looks must not keep the desk from starting.
            Err(StoreError::StillInLog(_)) => {
                tracing::warn!("the log of the database is not emptied: somebody reads it");
                Ok(())
            }
            done => done,
        }
    }

    /// The store of a simulation.
    pub fn simulated(here: Here) -> Self {
        Self {
            road: Road::Here(here),
            writer: true,
            path: None,
        }
    }

    /// Copies the log beside the database into it, and empties the log. As after a commit, an
    /// fsync that failed ends the process.
    fn write_through(&self) -> Result<(), StoreError> {
        // In memory there is nothing to write through to.
        let Road::Thread(jobs) = &self.road else {
            return Ok(());
        };
        let (answer, wait) = mpsc::sync_channel(1);
        let job: Job = Box::new(move |connection| {
            points::here(Point::EmptyingLog);
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            let done = match points::fails(Point::EmptyingLog) {
                true => Err(not_synced()),
                false => connection.query_row(sql, [], |row| row.get::<_, bool>(0)),
            };
            let _ = answer.send(durable(done));
        });
        jobs.send(job).map_err(|_| StoreError::Ended)?;
        match wait.recv().map_err(|_| StoreError::Ended)?? {
            false => Ok(()),
            // It was waited for already, as long as for any lock.
            true => Err(StoreError::StillInLog(
                self.path().unwrap_or(Path::new("")).to_owned(),
            )),
        }
    }

    /// Does something in one transaction: all of it holds, or none.
    ///
    /// # Errors
    /// What `work` gave, or SQLite's; nothing was changed then.
    pub fn transact<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Books<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let jobs = match &self.road {
            Road::Thread(jobs) => jobs,
            Road::Here(here) => return here.transact(work),
        };
        let (answer, wait) = mpsc::sync_channel(1);
        // Who only looks must not keep the writer waiting.
        let behavior = match self.writer {
            true => TransactionBehavior::Immediate,
            false => TransactionBehavior::Deferred,
        };
        let job: Job = Box::new(move |connection| {
            // A lost answer means that the asker is gone: nobody is left to tell.
            let _ = answer.send(in_transaction(connection, behavior, work));
        });
        jobs.send(job).map_err(|_| StoreError::Ended)?;
        wait.recv().map_err(|_| StoreError::Ended)?
    }
}

impl Store {
    /// Writes what was blanked through to the file, and empties the log beside it, which still
    /// holds the pages as they were.
    ///
    /// # Errors
    /// SQLite's; [`StoreError::StillInLog`] where somebody reads.
    pub fn forget_pages(&self) -> Result<(), StoreError> {
        self.write_through()
    }
}

/// Makes an empty file for its owner alone, where there is none, whatever the umask; SQLite gives
/// the files beside it the same mode.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(why) if why.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::File(path.display().to_string(), why))
        }
        Err(_) => Ok(()),
        Ok(_) => {
            // Made by root for the desk's account: whose folder it is, theirs is the file.
            if rustix::process::geteuid().is_root()
                && let Some(Ok(folder)) = path.parent().map(std::fs::metadata)
            {
                let (uid, gid) = (folder.uid(), folder.gid());
                let owned = std::os::unix::fs::chown(path, Some(uid), Some(gid));
                owned.map_err(|why| StoreError::File(path.display().to_string(), why))?;
            }
            Ok(())
        }
    }
}

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A mail that was told to somebody must not be forgotten by a loss of power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    plan_once(connection)?;
    // What is blanked is overwritten, not only forgotten.
    connection.pragma_update(None, "secure_delete", true)?;
    #[cfg(debug_assertions)]
    connection.commit_hook(Some(|| {
        points::here(Point::Committing);
        false
    }))?;
    Ok(())
}

pub(super) fn in_transaction<T, E, F>(
    connection: &mut Connection,
    behavior: TransactionBehavior,
    work: F,
) -> Result<T, E>
where
    F: FnOnce(&Books<'_>) -> Result<T, E>,
    E: From<StoreError>,
{
    let transaction = connection
        .transaction_with_behavior(behavior)
        .map_err(StoreError::from)?;
    let books = Books { transaction };
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&books)));
    match done {
        // Dropping the transaction rolls it back.
        Err(panic) => Err(StoreError::Panicked(words_of(&*panic)).into()),
        Ok(Err(error)) => Err(error),
        Ok(Ok(value)) => {
            commit(books.transaction)?;
            points::here(Point::Committed);
            Ok(value)
        }
    }
}

/// Commits. Where SQLite could not sync what it wrote, the process ends: neither what is recorded
/// nor what a further commit says can be relied on.
fn commit(transaction: Transaction<'_>) -> Result<(), StoreError> {
    let done = match points::fails(Point::Committing) {
        true => Err(not_synced()),
        false => transaction.commit(),
    };
    Ok(durable(done)?)
}

/// Ends the process where an fsync has failed.
fn durable<T>(done: rusqlite::Result<T>) -> rusqlite::Result<T> {
    if let Err(error) = &done
        && is_not_durable(error)
    {
        points::end_process(&format!("database: {error}"));
    }
    done
}

/// Whether an fsync has failed, of the database, its log or their folder.
fn is_not_durable(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(
        code,
        Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC)
    )
}

fn not_synced() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_FSYNC), None)
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

/// An open transaction; each file of this room adds the words of its table.
#[derive(Debug)]
pub struct Books<'a> {
    pub(super) transaction: Transaction<'a>,
}

impl Books<'_> {
    /// Carries out a statement, which is kept prepared. Returns how many rows it changed.
    pub(super) fn execute(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.transaction.prepare_cached(sql)?.execute(params)
    }

    /// The one row of a query, which is kept prepared.
    pub(super) fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.transaction
            .prepare_cached(sql)?
            .query_row(params, read)
    }
}

/// A statement is carried out in one way, whatever it is asked for: as `tests/storage/plans.rs`
/// found it, and without planning it anew for each value.
pub(super) fn plan_once(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Microseconds since 1970: how times are stored.
pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// A stored time.
pub(super) fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

/// SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, bytes)
        .as_ref()
        .to_vec()
}
