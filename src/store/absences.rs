//! Absences that operators told of.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{OptionalExtension, Row, params};

use super::books::{Books, micros};
use super::error::StoreError;
use crate::office::PersonId;
use crate::request::Operator;

/// An absence that an operator told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldAbsence {
    /// Its row; 0 for one that is not stored yet.
    pub id: i64,
    /// Who is away.
    pub person: PersonId,
    /// First day away.
    pub from: NaiveDate,
    /// Last day away.
    pub until: NaiveDate,
    /// Who stands in, before those whom the directory names.
    pub substitute: Option<PersonId>,
    /// Who told.
    pub by: Operator,
    /// Why.
    pub reason: String,
}

const COLUMNS: &str = "id, person, first_day, last_day, substitute, operator, reason";

type Columns = (i64, String, String, String, Option<String>, String, String);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
    ))
}

fn told(
    (id, person, from, until, substitute, by, reason): Columns,
) -> Result<ToldAbsence, StoreError> {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_default();
    Ok(ToldAbsence {
        id,
        person: PersonId(person),
        from: day(&from),
        until: day(&until),
        substitute: substitute.map(PersonId),
        by: serde_json::from_str(&by)?,
        reason,
    })
}

impl Books<'_> {
    /// Stores an absence. Returns its row.
    ///
    /// # Errors
    /// SQLite's.
    pub fn add_absence(&self, absence: &ToldAbsence) -> Result<i64, StoreError> {
        let sql = "INSERT INTO absences (person, first_day, last_day, substitute, operator, reason)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
        let row = params![
            absence.person.0,
            absence.from.to_string(),
            absence.until.to_string(),
            absence.substitute.as_ref().map(|p| &p.0),
            serde_json::to_string(&absence.by)?,
            absence.reason,
        ];
        Ok(self.query_row(sql, row, |row| row.get(0))?)
    }

    /// Absences that nobody ended and whose last day is not before `day`, in the order in which
    /// they were told.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn absences(&self, day: NaiveDate) -> Result<Vec<ToldAbsence>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM absences WHERE ended_at IS NULL AND last_day >= ?1 ORDER BY id"
        );
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let rows = statement.query_map([day.to_string()], columns)?;
        rows.map(|row| told(row?)).collect()
    }

    /// The first absence that has begun and whose requests were not seen to yet.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn absence_to_begin(&self, day: NaiveDate) -> Result<Option<ToldAbsence>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM absences WHERE ended_at IS NULL AND begun = 0
               AND first_day <= ?1 AND last_day >= ?1 ORDER BY id LIMIT 1"
        );
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let row = statement.query_row([day.to_string()], columns).optional()?;
        row.map(told).transpose()
    }

    /// Records that the requests of an absence were seen to.
    ///
    /// # Errors
    /// SQLite's.
    pub fn absence_begun(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE absences SET begun = 1 WHERE id = ?1";
        self.execute(sql, [id])?;
        Ok(())
    }

    /// Ends the absences of a person that are not over on `day`. Returns how many there were.
    ///
    /// # Errors
    /// SQLite's.
    pub fn end_absences(
        &self,
        person: &PersonId,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let sql = "UPDATE absences SET ended_at = ?3
                   WHERE person = ?1 AND ended_at IS NULL AND last_day >= ?2";
        let row = params![person.0, day.to_string(), micros(now)];
        Ok(self.execute(sql, row)?)
    }
}
