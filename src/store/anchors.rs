//! Anchors: once a day, what all chains have come to and which mails went out, bound to the anchor
//! before. One that was kept elsewhere (the log, paper) proves everything up to it.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use rusqlite::{Row, params};

use super::books::{Books, micros, sha256};
use super::error::StoreError;
use super::journal_form::{ANCHORS, Anchor, escaped, hex};

impl Books<'_> {
    /// Adds an anchor over what came since the one before; none where nothing did.
    ///
    /// # Errors
    /// SQLite's.
    pub fn add_anchor(&self, now: DateTime<Utc>) -> Result<Option<Anchor>, StoreError> {
        let (place, previous) = self.head(ANCHORS)?.unwrap_or_default();
        let sql = "SELECT coalesce(max(last_entry), 0) FROM anchors";
        let after: i64 = self.query_row(sql, [], |row| row.get(0))?;
        let sql = "SELECT EXISTS (SELECT 1 FROM journal WHERE id > ?1)
                       OR EXISTS (SELECT 1 FROM notices WHERE anchor IS NULL
                                    AND bytes_hash IS NOT NULL AND state <> 'due')";
        let is_news: bool = self.query_row(sql, [after], |row| row.get(0))?;
        if !is_news {
            return Ok(None);
        }
        let sql = "SELECT coalesce(max(id), 0) FROM journal";
        let last_entry: i64 = self.query_row(sql, [], |row| row.get(0))?;
        let mut anchor = Anchor {
            place: place + 1,
            at: micros(now),
            last_entry: last_entry.max(after),
            previous,
            ..Anchor::default()
        };
        self.execute(
            "INSERT INTO anchors (place, at, last_entry, digest, previous, hash)
             VALUES (?1, ?2, ?3, x'', ?4, x'')",
            params![anchor.place, anchor.at, anchor.last_entry, anchor.previous],
        )?;
        self.execute(
            "UPDATE notices SET anchor = ?1
             WHERE anchor IS NULL AND bytes_hash IS NOT NULL AND state <> 'due'",
            [anchor.place],
        )?;
        let list = self.anchor_list(after, &anchor)?;
        anchor.digest = sha256(list.as_bytes());
        anchor.hash = sha256(anchor.text().as_bytes());
        self.execute(
            "UPDATE anchors SET digest = ?2, hash = ?3 WHERE place = ?1",
            params![anchor.place, anchor.digest, anchor.hash],
        )?;
        self.set_head(ANCHORS, anchor.place, &anchor.hash)?;
        Ok(Some(anchor))
    }

    /// The anchors, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn anchors(&self) -> Result<Vec<Anchor>, StoreError> {
        let sql =
            "SELECT place, at, last_entry, digest, previous, hash FROM anchors ORDER BY place";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([], |row: &Row<'_>| {
            Ok(Anchor {
                place: row.get(0)?,
                at: row.get(1)?,
                last_entry: row.get(2)?,
                digest: row.get(3)?,
                previous: row.get(4)?,
                hash: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What an anchor is about, a line each: the chains that grew since the anchor before, with
    /// their last place and hash; the mails that went out or failed, with their salted hashes.
    ///
    /// # Errors
    /// SQLite's.
    pub fn anchor_list(&self, after: i64, anchor: &Anchor) -> Result<String, StoreError> {
        let mut list = String::new();
        let sql = "SELECT coalesce(q.number, '-'), j.place, j.hash
                   FROM journal j LEFT JOIN requests q ON q.id = j.request
                   WHERE j.id IN (SELECT max(id) FROM journal WHERE id > ?1 AND id <= ?2
                                  GROUP BY request)
                   ORDER BY j.id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query(params![after, anchor.last_entry])?;
        while let Some(row) = rows.next()? {
            let (chain, hash) = (row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(2)?);
            let (chain, hash) = (escaped(&chain), hex(&hash));
            // Writing to a string cannot fail.
            let _ = writeln!(list, "chain {chain} {} {hash}", row.get::<_, i64>(1)?);
        }
        let sql = "SELECT message_id, bytes_hash FROM notices WHERE anchor = ?1 ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query([anchor.place])?;
        while let Some(row) = rows.next()? {
            let id = escaped(&row.get::<_, String>(0)?);
            let hash: Option<Vec<u8>> = row.get(1)?;
            let _ = writeln!(list, "mail {id} {}", hex(&hash.unwrap_or_default()));
        }
        Ok(list)
    }
}
