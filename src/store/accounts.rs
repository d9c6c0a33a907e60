//! What lies in the mailbox, compared with what is known of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros, sha256, time};
use super::error::StoreError;
use super::inputs::{GONE, Place};
use super::places::Lying;

/// A mail that is known and not where it should be in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Its row.
    pub id: i64,
    /// Its Message-ID; empty: none, or not known.
    pub message_id: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// The comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// How many mails lie in each folder and are known by their place.
    pub known: BTreeMap<String, u32>,
    /// Mails of which nothing is known by their place.
    pub unknown: Vec<Lying>,
    /// How many were filed, and do not lie where they were filed any more.
    pub missing: u32,
    /// The first of those.
    pub missing_first: Vec<i64>,
    /// Handled, and not filed.
    pub unfiled: Vec<Behind>,
    /// Stored, and not handled.
    pub undecided: Vec<Behind>,
    /// Seen, and not fetched.
    pub unfetched: Vec<Behind>,
}

impl Books<'_> {
    /// Compares what lies in the mailbox with what is known. `before`: what has waited for its next
    /// step only since later is on its way.
    ///
    /// # Errors
    /// SQLite's.
    pub fn account(&self, lying: &[Lying], before: DateTime<Utc>) -> Result<Account, StoreError> {
        self.transaction.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS lying (
               folder TEXT NOT NULL, validity INTEGER NOT NULL, uid TEXT NOT NULL,
               PRIMARY KEY (uid, validity, folder)) WITHOUT ROWID;
             DELETE FROM temp.lying;",
        )?;
        let mut add = self
            .transaction
            .prepare_cached("INSERT OR IGNORE INTO temp.lying VALUES (?1, ?2, ?3)")?;
        for Lying { folder, place } in lying {
            add.execute(params![folder, place.validity, place.uid])?;
        }
        let mut account = Account::default();
        self.compare(&mut account)?;
        self.missing(&mut account)?;
        let behind = |state: &str, since: &str| self.behind(state, since, before);
        account.unfiled = behind(
            "filed = 0 AND fate <> ''",
            "coalesce(handled_at, received_at, first_seen_at)",
        )?;
        account.undecided = behind(
            "state = 'stored'",
            "coalesce(fetched_at, received_at, first_seen_at)",
        )?;
        account.unfetched = behind("state = 'seen'", "first_seen_at")?;
        Ok(account)
    }

    fn compare(&self, account: &mut Account) -> Result<(), StoreError> {
        let sql = "SELECT l.folder, l.validity, l.uid,
                     (l.folder = 'incoming' AND EXISTS (SELECT 1 FROM inputs AS i
                        WHERE i.validity = l.validity AND i.uid = l.uid AND i.reason <> ?1))
                     OR EXISTS (SELECT 1 FROM inputs AS i
                        WHERE i.lies_uid = l.uid AND i.lies_validity = l.validity
                          AND i.lies_in = l.folder)
                   FROM temp.lying AS l ORDER BY l.folder, l.validity, cast(l.uid AS INTEGER)";
        let mut statement = self.transaction.prepare(sql)?;
        let mut rows = statement.query([GONE])?;
        while let Some(row) = rows.next()? {
            let folder: String = row.get(0)?;
            if row.get(3)? {
                *account.known.entry(folder).or_default() += 1;
            } else {
                let (validity, uid) = (row.get(1)?, row.get(2)?);
                account.unknown.push(Lying {
                    folder,
                    place: Place { validity, uid },
                });
            }
        }
        Ok(())
    }

    fn missing(&self, account: &mut Account) -> Result<(), StoreError> {
        let sql = "SELECT i.id FROM inputs AS i
                   WHERE i.filed = 1 AND i.lies_uid IS NOT NULL AND i.state <> 'seen'
                     AND NOT EXISTS (SELECT 1 FROM temp.lying AS l
                       WHERE l.uid = i.lies_uid AND l.validity = i.lies_validity
                         AND l.folder = i.lies_in)
                   ORDER BY i.id";
        let mut statement = self.transaction.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            account.missing += 1;
            if account.missing_first.len() < 10 {
                account.missing_first.push(row.get(0)?);
            }
        }
        Ok(())
    }

    fn behind(
        &self,
        state: &str,
        since: &str,
        before: DateTime<Utc>,
    ) -> Result<Vec<Behind>, StoreError> {
        let sql = format!(
            "SELECT id, message_id, {since} FROM inputs
             WHERE {state} AND {since} < ?1 ORDER BY id LIMIT 1000"
        );
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let rows = statement.query_map([micros(before)], |row| {
            Ok(Behind {
                id: row.get(0)?,
                message_id: row.get(1)?,
                since: time(row.get(2)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Mails with this Message-ID and size of which nobody knows where they lie, or that do not lie
    /// there any more by the last [`Self::account`].
    ///
    /// # Errors
    /// SQLite's; no comparison was made before.
    pub fn unplaced(&self, message_id: &str, bytes: u64) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT i.id FROM inputs AS i LEFT JOIN contents AS c ON c.input = i.id
                   WHERE i.message_id = ?1 AND ?1 <> '' AND i.fate <> ''
                     AND NOT EXISTS (SELECT 1 FROM temp.lying AS l
                       WHERE l.uid = i.lies_uid AND l.validity = i.lies_validity
                         AND l.folder = i.lies_in)
                     AND coalesce(i.bytes, length(c.bytes)) = ?2 ORDER BY i.id";
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map(params![message_id, bytes], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The mail that came with these very bytes.
    ///
    /// # Errors
    /// SQLite's.
    pub fn mail_of_bytes(&self, bytes: &[u8]) -> Result<Option<i64>, StoreError> {
        let sql =
            "SELECT id FROM inputs WHERE bytes_digest = ?1 ORDER BY lies_in <> '', id LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement.query_row([sha256(bytes)], |row| row.get(0));
        Ok(found.optional()?)
    }
}
