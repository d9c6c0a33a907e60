//! Blanks contents whose time is over, or that somebody asked to have blanked. Rows, entries and
//! hashes stay, so that every chain still holds; each purge leaves an entry in every chain that
//! rests on what it blanked.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Params, params};
use serde_json::json;

use super::beside::Side;
use super::books::{Books, micros, time};
use super::error::StoreError;
use crate::request::{RequestId, State};

/// What the journal calls a purge.
pub(super) const PURGED: &str = "purged";

/// Of each kind, what ended before is due; none: that kind is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cutoffs {
    /// Mails of no request, received or sent; reasons of absences.
    pub nothing: Option<DateTime<Utc>>,
    /// Mails received about a request that brought no documents.
    pub mails: Option<DateTime<Utc>>,
    /// Mails that brought documents.
    pub documents: Option<DateTime<Utc>>,
    /// Mails of the desk about a request.
    pub sent: Option<DateTime<Utc>>,
    /// Requests.
    pub requests: Option<DateTime<Utc>>,
}

/// Rows whose contents are to be blanked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purgeable {
    /// Mails received.
    pub mails: Vec<i64>,
    /// Mails of the desk.
    pub sent: Vec<i64>,
    /// Requests, all of them closed.
    pub requests: Vec<RequestId>,
    /// Alarms, orders and absences.
    pub beside: Vec<(Side, i64)>,
}

impl Purgeable {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        let Self {
            mails,
            sent,
            requests,
            beside,
        } = self;
        mails.is_empty() && sent.is_empty() && requests.is_empty() && beside.is_empty()
    }
}

/// Who blanks, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purger {
    /// The operator, as in the journal's cells; empty: the desk itself, by its configuration.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What a purge blanked of one chain.
#[derive(Default)]
struct Blanked {
    mails: Vec<i64>,
    sent: Vec<i64>,
    beside: u32,
    whole: bool,
}

/// By request; none: what belongs to no request.
type ByChain = BTreeMap<Option<RequestId>, Blanked>;

/// The requests that a mail `i` belongs to: those that it came to, and those that took its
/// documents over from another one.
const OWNERS: &str = "(SELECT request FROM received WHERE input = i.id
    UNION SELECT request FROM journal WHERE input = i.id AND request IS NOT NULL
    UNION SELECT request FROM documents WHERE input = i.id)";

impl Books<'_> {
    /// What is due.
    ///
    /// # Errors
    /// SQLite's.
    pub fn purgeable(&self, cutoffs: &Cutoffs) -> Result<Purgeable, StoreError> {
        let mut due = Purgeable::default();
        let old = "i.state = 'done' AND i.purged_at IS NULL AND i.received_at < ?1";
        let ended = format!(
            "NOT EXISTS (SELECT 1 FROM requests q WHERE q.id IN {OWNERS}
                         AND (q.closed_at IS NULL OR q.closed_at >= ?1))"
        );
        let brought = "EXISTS (SELECT 1 FROM documents WHERE input = i.id)";
        let owned = format!("EXISTS {OWNERS}");
        let mails = [
            (cutoffs.nothing, format!("NOT {owned}")),
            (
                cutoffs.mails,
                format!("{owned} AND {ended} AND NOT {brought}"),
            ),
            (
                cutoffs.documents,
                format!("{owned} AND {ended} AND {brought}"),
            ),
        ];
        for (cutoff, which) in mails {
            let sql = format!("SELECT i.id FROM inputs i WHERE {old} AND {which} ORDER BY i.id");
            due.mails.extend(self.ids_before(&sql, cutoff)?);
        }
        let sent = "SELECT id FROM notices WHERE request IS NULL AND state <> 'due'
                      AND purged_at IS NULL AND ended_at < ?1
                      -- Its answer may still say where the mail that it is about goes.
                      AND NOT EXISTS (SELECT 1 FROM inputs i
                                      WHERE i.id = notices.input AND i.state <> 'done')";
        due.sent.extend(self.ids_before(sent, cutoffs.nothing)?);
        let sent = "SELECT n.id FROM notices n JOIN requests q ON q.id = n.request
                    WHERE n.state <> 'due' AND n.purged_at IS NULL AND q.closed_at < ?1";
        due.sent.extend(self.ids_before(sent, cutoffs.sent)?);
        let requests = "SELECT id FROM requests q
                        WHERE q.state = 'closed' AND q.purged_at IS NULL AND q.closed_at < ?1
                          AND NOT EXISTS (SELECT 1 FROM notices
                                          WHERE request = q.id AND state = 'due')";
        let requests = self.ids_before(requests, cutoffs.requests)?;
        due.requests = requests.into_iter().map(RequestId).collect();
        Ok(due)
    }

    fn ids_before(&self, sql: &str, at: Option<DateTime<Utc>>) -> Result<Vec<i64>, StoreError> {
        let Some(at) = at else { return Ok(vec![]) };
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([micros(at)], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Blanks the contents of these rows, and leaves an entry about it in each chain. Requests that
    /// are open are left as they are.
    ///
    /// # Errors
    /// SQLite's.
    pub fn purge(
        &self,
        what: &Purgeable,
        purger: &Purger,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut chains = ByChain::new();
        for id in &what.mails {
            self.purge_mail(*id, now, &mut chains)?;
        }
        for id in &what.sent {
            self.purge_sent(*id, now, &mut chains)?;
        }
        for id in &what.requests {
            self.purge_request(*id, now, &mut chains)?;
        }
        for (side, id) in &what.beside {
            self.blank_beside(*side, *id)?;
            chains.entry(None).or_default().beside += 1;
        }
        for (request, blanked) in chains {
            let event = json!({ "purged": {
                "request": blanked.whole,
                "mails": blanked.mails,
                "sent": blanked.sent,
                "beside": blanked.beside,
                "reason": purger.reason,
            }});
            self.journal_note(request, PURGED, &purger.by, &event, now)?;
        }
        Ok(())
    }

    fn changes(&self, sql: &str, row: impl Params) -> Result<usize, StoreError> {
        Ok(self.transaction.prepare_cached(sql)?.execute(row)?)
    }

    fn purge_mail(
        &self,
        id: i64,
        now: DateTime<Utc>,
        chains: &mut ByChain,
    ) -> Result<(), StoreError> {
        // Message-ID and the digests of body and bytes stay: the same mail, met again, must not be
        // taken for a new one. Those of its words go: few words could be guessed.
        let sql = "UPDATE inputs SET purged_at = ?2, authentication_words = '',
                     words_digest = NULL, content = NULL
                   WHERE id = ?1 AND purged_at IS NULL";
        if self.changes(sql, params![id, micros(now)])? == 0 {
            return Ok(());
        }
        self.changes("DELETE FROM contents WHERE input = ?1", [id])?;
        self.changes(
            "UPDATE journal_contents SET mail_salt = NULL
             WHERE entry IN (SELECT id FROM journal WHERE input = ?1)",
            [id],
        )?;
        let sql = "SELECT DISTINCT request FROM journal WHERE input = ?1
                   UNION SELECT request FROM received WHERE input = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([id], |row| row.get::<_, Option<i64>>(0))?;
        let mut owners = rows.collect::<Result<Vec<_>, _>>()?;
        if owners.iter().all(Option::is_none) {
            self.forget_sender(id)?;
            owners = vec![None];
        }
        for owner in owners {
            let chain = chains.entry(owner.map(RequestId)).or_default();
            chain.mails.push(id);
        }
        Ok(())
    }

    fn forget_sender(&self, id: i64) -> Result<(), StoreError> {
        let sql = "UPDATE inputs SET sender = '', subject = '', authentication_words = ''
                   WHERE id = ?1";
        self.changes(sql, [id])?;
        self.purge_orders_on(id)
    }

    fn purge_sent(
        &self,
        id: i64,
        now: DateTime<Utc>,
        chains: &mut ByChain,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE notices SET bytes = NULL, salt = NULL, body = '{}', last_reply = '',
                     token_hash = NULL, purged_at = ?2,
                     address = CASE WHEN request IS NULL THEN '' ELSE address END,
                     subject = CASE WHEN request IS NULL THEN '' ELSE subject END
                   WHERE id = ?1 AND purged_at IS NULL AND state <> 'due' RETURNING request";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = statement.query_row(params![id, micros(now)], |row| row.get(0));
        let request: Option<Option<i64>> = row.optional()?;
        if let Some(request) = request {
            let chain = chains.entry(request.map(RequestId)).or_default();
            chain.sent.push(id);
        }
        Ok(())
    }

    fn purge_request(
        &self,
        id: RequestId,
        now: DateTime<Utc>,
        chains: &mut ByChain,
    ) -> Result<(), StoreError> {
        let Some(request) = self.request(id)? else {
            return Ok(());
        };
        if !matches!(request.state, State::Closed(_)) || !self.is_purgeable(id)? {
            return Ok(());
        }
        for mail in self.mails_of_alone(id)? {
            self.purge_mail(mail, now, chains)?;
            self.forget_sender(mail)?;
        }
        let mut own = ByChain::new();
        for sent in self.sent_of(id)? {
            self.purge_sent(sent, now, &mut own)?;
        }
        let entries = "(SELECT id FROM journal WHERE request = ?1)";
        for sql in [
            "UPDATE notices SET address = '', subject = '' WHERE request = ?1".to_owned(),
            format!(
                "UPDATE journal_contents SET event = NULL, event_salt = NULL, row_salt = NULL
                 WHERE entry IN {entries}"
            ),
            "DELETE FROM received WHERE request = ?1".to_owned(),
            "DELETE FROM documents WHERE request = ?1".to_owned(),
        ] {
            self.changes(&sql, [id.0])?;
        }
        self.purge_orders_of(id)?;
        self.update_request(&request.purged(), None)?;
        let sql = "UPDATE requests SET requester = '', purged_at = ?2 WHERE id = ?1";
        self.changes(sql, params![id.0, micros(now)])?;
        let chain = chains.entry(Some(id)).or_default();
        chain.whole = true;
        let own = own.remove(&Some(id)).unwrap_or_default();
        chain.sent.extend(own.sent);
        Ok(())
    }

    /// Whether a closed request is not purged yet, and all its mails have gone out.
    fn is_purgeable(&self, id: RequestId) -> Result<bool, StoreError> {
        let sql = "SELECT purged_at IS NULL AND NOT EXISTS (SELECT 1 FROM notices
                     WHERE request = ?1 AND state = 'due') FROM requests WHERE id = ?1";
        Ok(self.query_row(sql, [id.0], |row| row.get(0))?)
    }

    /// Mails that belong to a request, and to no other whose contents are kept.
    fn mails_of_alone(&self, id: RequestId) -> Result<Vec<i64>, StoreError> {
        let sql = format!(
            "SELECT i.id FROM inputs i
             WHERE i.id IN (SELECT input FROM received WHERE request = ?1
                            UNION SELECT input FROM journal WHERE request = ?1
                            UNION SELECT input FROM documents WHERE request = ?1)
               AND NOT EXISTS (SELECT 1 FROM requests q
                               WHERE q.id IN {OWNERS} AND q.id <> ?1 AND q.purged_at IS NULL)
             ORDER BY i.id"
        );
        self.ids_of(&sql, id)
    }

    fn sent_of(&self, id: RequestId) -> Result<Vec<i64>, StoreError> {
        self.ids_of("SELECT id FROM notices WHERE request = ?1", id)
    }

    fn ids_of(&self, sql: &str, id: RequestId) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([id.0], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When the contents of a request were blanked; none: they were not.
    ///
    /// # Errors
    /// SQLite's.
    pub fn purged_at(&self, id: RequestId) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "SELECT purged_at FROM requests WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let at: Option<Option<i64>> = statement.query_row([id.0], |row| row.get(0)).optional()?;
        Ok(at.flatten().map(time))
    }
}

/// What is known of a mail that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailKept {
    /// The sender's address.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// Whether it waits, to be handled or for a person.
    pub parked: bool,
    /// Whether it belongs to a request.
    pub of_request: bool,
}

impl Books<'_> {
    /// The mails whose contents are kept.
    ///
    /// # Errors
    /// SQLite's.
    pub fn mails_kept(&self) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT input FROM contents ORDER BY input";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What is known of a mail.
    ///
    /// # Errors
    /// SQLite's.
    pub fn mail_kept(&self, id: i64) -> Result<MailKept, StoreError> {
        let sql = format!(
            "SELECT sender, subject, state <> 'done', EXISTS {OWNERS} FROM inputs i WHERE id = ?1"
        );
        let mut statement = self.transaction.prepare_cached(&sql)?;
        Ok(statement.query_row([id], |row| {
            Ok(MailKept {
                sender: row.get(0)?,
                subject: row.get(1)?,
                parked: row.get(2)?,
                of_request: row.get(3)?,
            })
        })?)
    }

    /// Mails of the desk to these addresses, and those of no request in whose words somebody is
    /// named, such as digests; and whether each is about a request.
    ///
    /// # Errors
    /// SQLite's.
    pub fn sent_about(
        &self,
        addresses: &[String],
        is_named: impl Fn(&str) -> bool,
    ) -> Result<Vec<(i64, bool)>, StoreError> {
        let sql = "SELECT id, request IS NOT NULL, CASE WHEN request IS NULL THEN body ELSE '' END,
                          address IN (SELECT value FROM json_each(?1))
                   FROM notices WHERE state <> 'due' AND purged_at IS NULL ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query([serde_json::to_string(addresses)?])?;
        let mut found = vec![];
        while let Some(row) = rows.next()? {
            let body: String = row.get(2)?;
            if row.get(3)? || is_named(&body) {
                found.push((row.get(0)?, row.get(1)?));
            }
        }
        Ok(found)
    }
}
