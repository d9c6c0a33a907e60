//! Alarms: what is wrong with the desk itself, and that it was told.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros, time};
use super::error::StoreError;
use crate::judge::{Standing, Trouble};
use crate::request::AlarmKind;

/// How many runs are remembered.
const RUNS: i64 = 200;

/// An alarm as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmRow {
    /// What, about whom, since when.
    pub standing: Standing,
    /// What was observed when it began.
    pub details: String,
    /// When it was over; none: it goes on.
    pub ended_at: Option<DateTime<Utc>>,
}

/// One time that the desk ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its row.
    pub id: i64,
    /// The program's version.
    pub version: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it last said that it runs.
    pub alive_at: DateTime<Utc>,
    /// When it ended as it should; none: it goes on, or died.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Books<'_> {
    /// Alarms, the newest first: those that go on, or also the last that ended.
    ///
    /// # Errors
    /// SQLite's.
    pub fn alarms(&self, ended: u32) -> Result<Vec<AlarmRow>, StoreError> {
        let sql = "SELECT kind, about, began_at, gone_at, details, ended_at FROM alarms
                   WHERE ended_at IS NULL
                      OR id IN (SELECT id FROM alarms WHERE ended_at IS NOT NULL
                                ORDER BY id DESC LIMIT ?1)
                   ORDER BY ended_at IS NOT NULL, id DESC";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([ended], |row| {
            let kind: String = row.get(0)?;
            let Some(kind) = AlarmKind::by_name(&kind) else {
                // Of a newer program; it knows how to end it.
                return Ok(None);
            };
            Ok(Some(AlarmRow {
                standing: Standing {
                    kind,
                    about: row.get(1)?,
                    began_at: time(row.get(2)?),
                    gone_at: row.get::<_, Option<i64>>(3)?.map(time),
                },
                details: row.get(4)?,
                ended_at: row.get::<_, Option<i64>>(5)?.map(time),
            }))
        })?;
        let rows: Vec<Option<AlarmRow>> = rows.collect::<Result<_, _>>()?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Records that an alarm begins.
    ///
    /// # Errors
    /// SQLite's; also where it has begun already.
    pub fn alarm_begins(&self, trouble: &Trouble, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO alarms (kind, about, began_at, details) VALUES (?1, ?2, ?3, ?4)";
        let Trouble {
            kind,
            about,
            details,
            ..
        } = trouble;
        let row = params![kind.name(), about, micros(now), details];
        self.execute(sql, row)?;
        Ok(())
    }

    /// Records since when nothing is seen of an alarm, or that it is there again.
    ///
    /// # Errors
    /// SQLite's.
    pub fn alarm_gone(
        &self,
        alarm: &Standing,
        gone_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE alarms SET gone_at = ?3
                   WHERE kind = ?1 AND about = ?2 AND ended_at IS NULL";
        let row = params![alarm.kind.name(), alarm.about, gone_at.map(micros)];
        self.execute(sql, row)?;
        Ok(())
    }

    /// Records that an alarm is over.
    ///
    /// # Errors
    /// SQLite's.
    pub fn alarm_ends(&self, alarm: &Standing, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE alarms SET ended_at = ?3
                   WHERE kind = ?1 AND about = ?2 AND ended_at IS NULL";
        let row = params![alarm.kind.name(), alarm.about, micros(now)];
        self.execute(sql, row)?;
        Ok(())
    }

    /// Reports that something is wrong: an alarm follows at the next look. It stands until it is
    /// taken back, or until the time that is given.
    ///
    /// # Errors
    /// SQLite's.
    pub fn report_trouble(
        &self,
        trouble: &Trouble,
        until: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO troubles (kind, about, at, details, until)
                   VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (kind, about) DO UPDATE
                     SET details = excluded.details, until = excluded.until";
        let Trouble {
            kind,
            about,
            since,
            details,
        } = trouble;
        let row = params![
            kind.name(),
            about,
            micros(*since),
            details,
            until.map(micros)
        ];
        self.execute(sql, row)?;
        Ok(())
    }

    /// Whether something is reported and not taken back.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_trouble_reported(&self, kind: AlarmKind, about: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM troubles WHERE kind = ?1 AND about = ?2)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row(params![kind.name(), about], |row| row.get(0))?)
    }

    /// Takes a report back.
    ///
    /// # Errors
    /// SQLite's.
    pub fn take_trouble_back(&self, kind: AlarmKind, about: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM troubles WHERE kind = ?1 AND about = ?2";
        self.execute(sql, params![kind.name(), about])?;
        Ok(())
    }

    /// Forgets reports that have passed.
    ///
    /// # Errors
    /// SQLite's.
    pub fn forget_troubles(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "DELETE FROM troubles WHERE until <= ?1";
        self.execute(sql, [micros(now)])?;
        Ok(())
    }

    /// What was reported and stands.
    ///
    /// # Errors
    /// SQLite's.
    pub fn reported_troubles(&self, now: DateTime<Utc>) -> Result<Vec<Trouble>, StoreError> {
        let sql = "SELECT kind, about, at, details FROM troubles
                   WHERE until IS NULL OR until > ?1 ORDER BY kind, about";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([micros(now)], |row| {
            let kind: String = row.get(0)?;
            Ok(AlarmKind::by_name(&kind).map(|kind| (kind, row.get(1), row.get(2), row.get(3))))
        })?;
        let mut found = vec![];
        for row in rows {
            if let Some((kind, about, at, details)) = row? {
                found.push(Trouble {
                    kind,
                    about: about?,
                    since: time(at?),
                    details: details?,
                });
            }
        }
        Ok(found)
    }

    /// Records that the desk begins to run. Returns the row.
    ///
    /// # Errors
    /// SQLite's.
    pub fn run_begins(&self, version: &str, now: DateTime<Utc>) -> Result<i64, StoreError> {
        let sql = "DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?1";
        self.execute(sql, [RUNS])?;
        let sql = "INSERT INTO runs (version, began_at, alive_at) VALUES (?1, ?2, ?2)";
        self.execute(sql, params![version, micros(now)])?;
        Ok(self.transaction.last_insert_rowid())
    }

    /// Records that the desk still runs.
    ///
    /// # Errors
    /// SQLite's.
    pub fn run_lives(&self, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE runs SET alive_at = ?2 WHERE id = ?1";
        self.execute(sql, params![id, micros(now)])?;
        Ok(())
    }

    /// Records that the desk ended as it should.
    ///
    /// # Errors
    /// SQLite's.
    pub fn run_ends(&self, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE runs SET alive_at = ?2, ended_at = ?2 WHERE id = ?1";
        self.execute(sql, params![id, micros(now)])?;
        Ok(())
    }

    /// The last time that the desk ran, or runs.
    ///
    /// # Errors
    /// SQLite's.
    pub fn last_run(&self) -> Result<Option<Run>, StoreError> {
        let sql = "SELECT id, version, began_at, alive_at, ended_at FROM runs
                   ORDER BY id DESC LIMIT 1";
        let row = self.query_row(sql, [], |row| {
            Ok(Run {
                id: row.get(0)?,
                version: row.get(1)?,
                began_at: time(row.get(2)?),
                alive_at: time(row.get(3)?),
                ended_at: row.get::<_, Option<i64>>(4)?.map(time),
            })
        });
        Ok(row.optional()?)
    }
}
