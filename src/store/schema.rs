//! The schema: how it came to be, and how an older database is brought up to it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::copy;
use super::error::StoreError;
use crate::points::{self, Point};

/// In the order in which they are done; `user_version` is how many were.
pub(super) const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/001_begin.sql")),
    M::up(include_str!("migrations/002_tries.sql")),
    M::up(include_str!("migrations/003_authentication.sql")),
    M::up(include_str!("migrations/004_commands.sql")),
    M::up(include_str!("migrations/005_journal.sql")),
    M::up(include_str!("migrations/006_kin.sql")),
    M::up(include_str!("migrations/007_restored.sql")),
    M::up(include_str!("migrations/008_mailbox.sql")),
    M::up(include_str!("migrations/009_alarms.sql")),
    M::up(include_str!("migrations/010_privacy.sql")),
    M::up(include_str!("migrations/011_indexes.sql")),
    M::up(include_str!("migrations/012_documents.sql")),
];

/// The schema of this program.
pub fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The schema of a database; 0: it is empty, or none of mesad's.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Tables with their columns, in the order of their names.
fn shape(connection: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT m.name, c.name || ' ' || c.type || ' ' || c.\"notnull\"
               FROM sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS c
               WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Refuses a database that says it has a schema and has other tables: a program that was never
/// released has made it, with other steps under the same numbers.
pub(super) fn is_as_said(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let said = known_version(connection, path)?;
    let steps = usize::try_from(said).unwrap_or_default();
    if steps == 0 {
        return Ok(());
    }
    let mut made = Connection::open_in_memory()?;
    Migrations::from_slice(MIGRATIONS).to_version(&mut made, steps)?;
    match shape(connection)? == shape(&made)? {
        true => Ok(()),
        false => Err(StoreError::OtherTables {
            path: path.to_owned(),
            said,
        }),
    }
}

/// The schema of a database, which must not be newer than this program.
pub(super) fn known_version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let found = version(connection)?;
    if found > latest() {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: latest(),
        });
    }
    Ok(found)
}

/// Refuses a database that is older, for who may not change it.
pub(super) fn is_latest(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let (found, known) = (known_version(connection, path)?, latest());
    match found == known {
        true => Ok(()),
        false => Err(StoreError::Older {
            path: path.to_owned(),
            found,
            known,
        }),
    }
}

/// Where the copy lies that is made before the schema is changed.
pub(super) fn copy_before(path: &Path) -> PathBuf {
    copy::named(path, &format!(".before-schema-{}", latest()))
}

/// Brings a database up to date. One that has something in it is copied first.
pub(super) fn bring_up_to_date(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let found = known_version(connection, path)?;
    is_as_said(connection, path)?;
    if found == latest() {
        return Ok(());
    }
    if found > 0 {
        let copy = copy_before(path);
        copy::write(connection, &copy, |_| Ok(()))?;
        points::here(Point::ChangingSchema);
        tracing::info!(from = found, to = latest(), copy = %copy.display(), "schema is changed");
    }
    migrated(connection).map_err(|error| match error.to_string().contains("locked") {
        true => StoreError::InUse(path.display().to_string()),
        false => error,
    })
}

/// Brings a database up to date that nobody else knows of.
pub(super) fn migrated(connection: &mut Connection) -> Result<(), StoreError> {
    Ok(Migrations::from_slice(MIGRATIONS).to_latest(connection)?)
}
