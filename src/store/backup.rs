//! Copies of the whole database: made while it is in use, checked, and put back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use super::books::{Books, Store, micros, time};
use super::copy::{at, beside, create, named, sync_folder};
use super::error::StoreError;
use super::journal_check::Verified;
use super::{copy, schema, sound};
use crate::points::{self, Point};

/// When the copy was made, in the copy alone.
const MADE: &str = "backup-made";

/// A copy that was made, or is to be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was made; of a copy that another program made, when last something happened in it.
    pub made_at: DateTime<Utc>,
    /// What its journal says.
    pub verified: Verified,
}

impl Store {
    /// Copies the database to a file while it is in use, and checks the copy: SQLite's own check of
    /// every page and index, and the chains of the journal. A broken chain is a finding and no
    /// error: the copy is what the database is.
    ///
    /// # Errors
    /// The file is there and may not be replaced, it cannot be written, or the database is damaged;
    /// nothing is left then.
    pub fn back_up(
        &self,
        to: &Path,
        replace: bool,
        now: DateTime<Utc>,
    ) -> Result<Copied, StoreError> {
        if !replace && to.exists() {
            return Err(at(to)(io::ErrorKind::AlreadyExists.into()));
        }
        // A connection of its own: the desk goes on meanwhile.
        let from = sound::opened(self.path().ok_or(StoreError::Ended)?)?;
        let verified = copy::write(&from, to, |part| {
            let copy = Connection::open(part)?;
            // A file alone is whole: no write-ahead log beside it.
            copy.pragma_update(None, "journal_mode", "DELETE")?;
            set_mark(&copy, MADE, now)?;
            drop(copy);
            checked(part)
        })?;
        Ok(Copied {
            path: to.to_owned(),
            bytes: fs::metadata(to).map_err(at(to))?.len(),
            made_at: now,
            verified,
        })
    }
}

fn set_mark(connection: &Connection, name: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "INSERT INTO marks (name, at) VALUES (?1, ?2)
               ON CONFLICT (name) DO UPDATE SET at = excluded.at";
    connection.execute(sql, params![name, micros(at)])?;
    Ok(())
}

/// Checks a database that nobody writes to.
fn checked(path: &Path) -> Result<Verified, StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    sound::whole(&connection, path)?;
    let transaction = connection.unchecked_transaction()?;
    Books { transaction }.verify()
}

/// A copy that lies beside the place it will be put in, checked and brought up to date.
#[derive(Debug)]
pub struct Prepared {
    /// The copy, and what was found in it.
    pub copied: Copied,
    /// The schema that it had.
    pub schema: i64,
    place: PathBuf,
}

/// Makes ready what is to be put in the place of a database: copies the file beside it, checks the
/// copy and brings its schema up to date. Neither the file nor the database is changed.
///
/// # Errors
/// The file is no database of mesad's, is damaged or newer than this program, or there is no room.
pub fn prepare(file: &Path, place: &Path) -> Result<Prepared, StoreError> {
    let part = beside(place);
    let done = prepared(file, &part, place);
    if done.is_err() {
        remove(&part);
    }
    done
}

fn prepared(file: &Path, part: &Path, place: &Path) -> Result<Prepared, StoreError> {
    remove(part);
    taken(file, part)?;
    // A database that was copied as it lay may have its last changes in the log beside it.
    let log = named(file, "-wal");
    if fs::metadata(&log).is_ok_and(|data| data.len() > 0) {
        taken(&log, &named(part, "-wal"))?;
    }
    let mut connection = Connection::open(part)?;
    let of_file = |error| sound::of_file(error, file);
    let schema = schema::known_version(&connection, file).map_err(of_file)?;
    if schema == 0 || !has_inputs(&connection).map_err(of_file)? {
        return Err(StoreError::NotOurs(file.to_owned()));
    }
    schema::is_as_said(&connection, file).map_err(of_file)?;
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    sound::whole(&connection, file)?;
    schema::migrated(&mut connection)?;
    let made_at = made_at(&connection)?;
    drop(connection);
    let verified = checked(part)?;
    Ok(Prepared {
        copied: Copied {
            path: part.to_owned(),
            bytes: fs::metadata(part).map_err(at(part))?.len(),
            made_at,
            verified,
        },
        schema,
        place: place.to_owned(),
    })
}

fn taken(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut source = fs::File::open(from).map_err(at(from))?;
    let mut target = create(to)?;
    io::copy(&mut source, &mut target).map_err(at(to))?;
    target.sync_all().map_err(at(to))
}

/// Removes a passing copy with what SQLite puts beside it.
fn remove(part: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        // Not there, as a rule.
        let _ = fs::remove_file(named(part, end));
    }
}

fn has_inputs(connection: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'inputs')";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

fn made_at(connection: &Connection) -> Result<DateTime<Utc>, StoreError> {
    let sql = "SELECT at FROM marks WHERE name = ?1";
    let made: Option<i64> = connection
        .query_row(sql, [MADE], |row| row.get(0))
        .optional()?;
    let last = "SELECT max(coalesce((SELECT max(first_seen_at) FROM inputs), 0),
                           coalesce((SELECT max(at) FROM journal), 0),
                           coalesce((SELECT max(created_at) FROM notices), 0),
                           coalesce((SELECT max(ended_at) FROM notices), 0))";
    let made = match made {
        Some(made) => made,
        None => connection.query_row(last, [], |row| row.get(0))?,
    };
    Ok(time(made))
}

impl Prepared {
    /// Puts it in its place, marked as restored. What was there stays beside it under a dated name,
    /// which is given. At each instant there is a whole database in the place.
    ///
    /// # Errors
    /// A file cannot be written; the database that was there still is, then.
    pub fn put(self, now: DateTime<Utc>) -> Result<Option<PathBuf>, StoreError> {
        let part = &self.copied.path;
        mark_restored(part, self.copied.made_at, now)?;
        let synced = fs::File::open(part).and_then(|file| file.sync_all());
        synced.map_err(at(part))?;
        points::here(Point::Placing);
        let kept = self.keep_old(now)?;
        points::here(Point::KeptOld);
        fs::rename(part, &self.place).map_err(at(&self.place))?;
        points::here(Point::Placed);
        sync_folder(&self.place)?;
        Ok(kept)
    }

    /// Gives what is there a second name. The log beside it goes along before the new one comes: it
    /// is not the new one's, and SQLite would take it for that.
    fn keep_old(&self, now: DateTime<Utc>) -> Result<Option<PathBuf>, StoreError> {
        let place = &self.place;
        let is_there = place.exists();
        let old = free_name(place, now);
        if is_there {
            fold_log(place)?;
            // A second name, and not another: at no instant is there no database here.
            fs::hard_link(place, &old).map_err(at(&old))?;
        }
        for end in ["-wal", "-shm"] {
            let (from, to) = (named(place, end), named(&old, end));
            match fs::rename(&from, &to) {
                Ok(()) => (),
                Err(error) if error.kind() == io::ErrorKind::NotFound => (),
                Err(error) => return Err(at(&from)(error)),
            }
        }
        sync_folder(place)?;
        Ok(is_there.then_some(old))
    }
}

/// Folds the log of what is replaced into it: between its second name and the coming of the copy
/// the file lies there without its log. Where the file cannot be read that is no loss, and the log
/// stays beside it under its second name.
fn fold_log(place: &Path) -> Result<(), StoreError> {
    let fold = |connection: Connection| {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.query_row(sql, [], |row| row.get::<_, bool>(0))
    };
    let busy = || StoreError::InUse(place.display().to_string());
    match Connection::open(place).and_then(fold) {
        Ok(false) => Ok(()),
        Ok(true) => Err(busy()),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Err(busy()),
            _ if sound::is_damage(&error) => Ok(()),
            // A disk that fails is why there is a restore.
            Some(ErrorCode::SystemIoFailure) => Ok(()),
            _ => Err(error.into()),
        },
    }
}

/// A dated name beside the database that nothing has yet.
fn free_name(place: &Path, now: DateTime<Utc>) -> PathBuf {
    let dated = named(place, &format!(".replaced-{}", now.format("%Y%m%d-%H%M%S")));
    let mut free = dated.clone();
    let mut place = 1;
    while free.exists() || named(&free, "-wal").exists() {
        place += 1;
        free = named(&dated, &format!("-{place}"));
    }
    free
}

impl Drop for Prepared {
    /// A copy that was not put in its place is removed.
    fn drop(&mut self) {
        remove(&self.copied.path);
    }
}

/// What was due or waited when the copy was made may have been told in the time that is lost: it is
/// held until that is known (`restored.rs`).
fn mark_restored(
    part: &Path,
    made_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut connection = Connection::open(part)?;
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM marks WHERE name = ?1", [MADE])?;
    let books = Books { transaction };
    books.begin_recovery(made_at, now)?;
    books.transaction.commit()?;
    Ok(())
}
