//! What speaks of people beside mails, requests and journal: alarms, operators' orders, absences.

use chrono::{DateTime, Utc};
use rusqlite::{Params, params};

use super::books::{Books, micros};
use super::error::StoreError;
use crate::request::RequestId;

/// What is blanked of a row of each kind.
const ALARM: &str = "UPDATE alarms SET about = '', details = ''";
const ORDER: &str = "UPDATE commands SET body = '{}', words = ''";
const ABSENCE: &str = "UPDATE absences SET reason = ''";
/// That somebody was told of somebody's flood; the name holds an address.
const MARK: &str = "DELETE FROM marks";
const OF_FLOODS: &str = "name LIKE 'flood-%'";
/// Orders about no request; what one says of a request belongs to that.
const OF_NOTHING: &str =
    "state <> 'waiting' AND body <> '{}' AND json_extract(body, '$.order.request') IS NULL";

/// A kind of row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What was wrong with the desk: it may name a sender.
    Alarm,
    /// What an operator ordered about no request, and why.
    Order,
    /// Why somebody was away.
    Absence,
    /// That a flood of somebody's mails was told.
    Mark,
}

/// A row of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Of which kind.
    pub side: Side,
    /// Its row.
    pub id: i64,
    /// Whether it goes on: such a row is needed.
    pub open: bool,
    /// When it began.
    pub at: String,
    /// Its words.
    pub text: String,
}

/// The address in the name of a mark: `flood-of-openings-A` or `flood-SIGEC-2026-000123-A`.
fn whose(mark: &str) -> &str {
    let opened = mark.strip_prefix("flood-of-openings-");
    opened.unwrap_or_else(|| mark.splitn(5, '-').nth(4).unwrap_or(mark))
}

impl Books<'_> {
    /// All of them that are not blank. `day` is today: an absence that ends later goes on.
    ///
    /// # Errors
    /// SQLite's.
    pub fn beside(&self, day: &str) -> Result<Vec<Beside>, StoreError> {
        let orders = format!(
            "SELECT 1, id, 0, strftime('%Y-%m-%d', at / 1000000, 'unixepoch'),
                    json_remove(body, '$.by') || ' ' || words
             FROM commands WHERE {OF_NOTHING}"
        );
        let sql = format!(
            "SELECT 0, id, ended_at IS NULL,
                    strftime('%Y-%m-%d', began_at / 1000000, 'unixepoch'), about || ' ' || details
               FROM alarms WHERE about <> '' OR details <> ''
             UNION ALL {orders}
             UNION ALL SELECT 2, id, last_day >= ?1 AND ended_at IS NULL, first_day,
                              person || ' ' || reason
               FROM absences WHERE reason <> ''
             UNION ALL SELECT 3, rowid, 0, strftime('%Y-%m-%d', at / 1000000, 'unixepoch'), name
               FROM marks WHERE {OF_FLOODS}"
        );
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let rows = statement.query_map([day], |row| {
            let (side, text): (_, String) = (row.get(0)?, row.get(4)?);
            let (side, text) = match side {
                0 => (Side::Alarm, text),
                1 => (Side::Order, text),
                2 => (Side::Absence, text),
                _ => (Side::Mark, whose(&text).to_owned()),
            };
            let (id, open, at) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Beside {
                side,
                id,
                open,
                at,
                text,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Blanks one.
    ///
    /// # Errors
    /// SQLite's.
    pub fn blank_beside(&self, side: Side, id: i64) -> Result<(), StoreError> {
        let sql = match side {
            Side::Alarm => format!("{ALARM} WHERE id = ?1"),
            Side::Order => format!("{ORDER} WHERE id = ?1"),
            Side::Absence => format!("{ABSENCE} WHERE id = ?1"),
            Side::Mark => format!("{MARK} WHERE rowid = ?1 AND {OF_FLOODS}"),
        };
        self.changed(&sql, [id])?;
        Ok(())
    }

    /// Blanks all that ended before.
    ///
    /// # Errors
    /// SQLite's.
    pub fn purge_beside(&self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let (day, at) = (before.date_naive().to_string(), micros(before));
        let absences = format!("{ABSENCE} WHERE last_day < ?1 AND reason <> ''");
        let alarms = format!("{ALARM} WHERE ended_at < ?1 AND (about <> '' OR details <> '')");
        let orders = format!("{ORDER} WHERE ended_at < ?1 AND {OF_NOTHING}");
        let marks = format!("{MARK} WHERE at < ?1 AND {OF_FLOODS}");
        Ok(self.changed(&absences, [day])?
            + self.changed(&alarms, [at])?
            + self.changed(&orders, [at])?
            + self.changed(&marks, [at])?)
    }

    /// Blanks the orders about a request.
    pub(super) fn purge_orders_of(&self, request: RequestId) -> Result<(), StoreError> {
        let sql = format!(
            "{ORDER} WHERE state <> 'waiting'
               AND ?1 IN (json_extract(body, '$.order.request.request'),
                          json_extract(body, '$.order.sort.to.request'))"
        );
        self.changed(&sql, [request.0])?;
        Ok(())
    }

    /// Blanks the orders that placed a mail, or that it gave.
    pub(super) fn purge_orders_on(&self, input: i64) -> Result<(), StoreError> {
        let sql = format!(
            "{ORDER} WHERE state <> 'waiting'
               AND (input = ?1 OR json_extract(body, '$.order.sort.input') = ?1)"
        );
        self.changed(&sql, params![input])?;
        Ok(())
    }

    fn changed(&self, sql: &str, row: impl Params) -> Result<usize, StoreError> {
        Ok(self.transaction.prepare_cached(sql)?.execute(row)?)
    }
}
