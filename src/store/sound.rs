//! Whether the database is sound: SQLite's own checks, and its words turned into what to do.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::books::Store;
use super::error::StoreError;
use super::schema;

/// How many findings are shown.
const SHOWN: usize = 5;

/// Opens a database to read it.
pub(super) fn opened(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// An error of a damaged file says which, and what to do.
pub(super) fn of_file(error: StoreError, path: &Path) -> StoreError {
    match error {
        StoreError::Sqlite(error) if is_damage(&error) => StoreError::Damaged {
            path: path.to_owned(),
            what: error.to_string(),
        },
        error => error,
    }
}

/// Whether SQLite says that the file is not what it should be.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Every page, every row against every index.
pub(super) fn whole(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    ask(connection, "PRAGMA integrity_check", path)?;
    let sql = "SELECT count(*) FROM pragma_foreign_key_check";
    let orphans: i64 = connection
        .query_row(sql, [], |row| row.get(0))
        .map_err(|error| of_file(error.into(), path))?;
    match orphans {
        0 => Ok(()),
        many => Err(damaged(
            path,
            format!("{many} rows refer to rows that are gone"),
        )),
    }
}

/// Every page, without the comparison of rows and indexes, which takes longest.
pub(super) fn quick(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    ask(connection, "PRAGMA quick_check", path)
}

fn ask(connection: &Connection, check: &str, path: &Path) -> Result<(), StoreError> {
    let found = || -> Result<Vec<String>, StoreError> {
        let mut statement = connection.prepare(check)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        Ok(rows.take(SHOWN).collect::<Result<_, _>>()?)
    };
    let found = found().map_err(|error| of_file(error, path))?;
    match found.as_slice() {
        [word] if word == "ok" => Ok(()),
        found => Err(damaged(path, found.join("; ").replace('\n', " "))),
    }
}

fn damaged(path: &Path, what: String) -> StoreError {
    StoreError::Damaged {
        path: path.to_owned(),
        what,
    }
}

impl Store {
    /// SQLite's quick check of every page, on a connection of its own: nobody waits for it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`]; or the database cannot be read.
    pub fn quick_check(&self) -> Result<(), StoreError> {
        match self.path() {
            Some(path) => quick(&opened(path)?, path),
            None => Ok(()),
        }
    }
}

/// Looks at a database before it is opened to work with.
///
/// # Errors
/// [`StoreError::Damaged`], or it is newer than this program.
pub fn check_before_start(path: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return Ok(());
    }
    let connection = Connection::open(path).map_err(StoreError::from)?;
    schema::known_version(&connection, path).map_err(|error| of_file(error, path))?;
    quick(&connection, path)
}
