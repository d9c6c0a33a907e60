//! Marks: when something that recurs was last done.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros, time};
use super::error::StoreError;

impl Books<'_> {
    /// When `name` was last done.
    ///
    /// # Errors
    /// SQLite's.
    pub fn mark(&self, name: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "SELECT at FROM marks WHERE name = ?1";
        Ok(self
            .query_row(sql, [name], |row| row.get(0))
            .optional()?
            .map(time))
    }

    /// Records that `name` was done.
    ///
    /// # Errors
    /// SQLite's.
    pub fn set_mark(&self, name: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO marks (name, at) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            params![name, micros(at)],
        )?;
        Ok(())
    }

    /// Brings back what was done by a clock that was ahead: else it would rest until that time has
    /// come. Returns how many.
    ///
    /// # Errors
    /// SQLite's.
    pub fn bring_marks_back(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        Ok(self.execute("UPDATE marks SET at = ?1 WHERE at > ?1", [micros(now)])?)
    }

    /// Forgets `name`.
    ///
    /// # Errors
    /// SQLite's.
    pub fn clear_mark(&self, name: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM marks WHERE name = ?1";
        self.execute(sql, [name])?;
        Ok(())
    }
}
