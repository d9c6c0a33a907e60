//! What is known of a letter's clues: one call for all look-ups.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros};
use super::error::StoreError;
use crate::judge::{Clues, Known, Reference, Refers};
use crate::request::{Message, Notice, RequestId};

/// A reference to a mail of ours. Who answers a confirmation has shown that mail to their address
/// reaches them.
fn to_notice(request: RequestId, notice: Notice, by: Refers) -> Reference {
    let (refers, confirms) = match &notice.message {
        // What is kept has its own "yes".
        Message::DecisionConfirmation(m) if m.kept => (Refers::Confirmation, None),
        Message::DecisionConfirmation(m) => (Refers::Confirmation, Some(m.approves)),
        Message::OpeningConfirmation(_) => (Refers::Confirmation, None),
        _ => (by, None),
    };
    Reference {
        refers,
        request,
        recipient: Some(notice.to),
        ask: notice.ask,
        confirms,
    }
}

impl Books<'_> {
    /// Looks the clues up. `same_since` bounds how old a same request may be.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub fn known(&self, clues: &Clues, same_since: DateTime<Utc>) -> Result<Known, StoreError> {
        let mut known = Known {
            references: self.references(clues)?,
            triage: self.triage_answered(clues)?,
            ..Known::default()
        };
        for number in &clues.numbers {
            let named = self.id_of_number(number)?;
            // One whose contents were blanked knows nobody any more.
            let kept = match named {
                Some(id) if self.purged_at(id)?.is_some() => None,
                named => named,
            };
            known.tagged = known.tagged.or(kept);
        }
        for address in &clues.answers_for {
            known.open.extend(self.waiting_for(address)?);
        }
        for address in &clues.asked_by {
            if let Some(key) = &clues.data_key {
                known.same = known.same.or(self.same_request(key, address, same_since)?);
            }
        }
        known.open.sort_unstable();
        known.open.dedup();
        for message_id in &clues.message_ids {
            known.answers_desk_mail |= self.is_desk_mail(message_id)?;
        }
        let mut ids: BTreeSet<RequestId> = known.references.iter().map(|r| r.request).collect();
        ids.extend(known.tagged.into_iter().chain(known.same));
        ids.extend(&known.open);
        for id in ids {
            if let Some(request) = self.request(id)? {
                known.requests.insert(id, request);
            }
        }
        Ok(known)
    }

    /// Strongest first: tokens, then the Message-IDs of our mails, then those of mails received.
    fn references(&self, clues: &Clues) -> Result<Vec<Reference>, StoreError> {
        let mut references = vec![];
        for token in &clues.tokens {
            if let Some((request, notice)) = self.notice_of_token(token)? {
                references.push(to_notice(request, notice, Refers::Token));
            }
        }
        for message_id in &clues.message_ids {
            if let Some((request, notice)) = self.notice_of_message_id(message_id)? {
                references.push(to_notice(request, notice, Refers::MessageId));
            }
        }
        for message_id in &clues.message_ids {
            let sql = "SELECT request FROM received WHERE message_id = ?1
                       ORDER BY request DESC LIMIT 1";
            let mut statement = self.transaction.prepare_cached(sql)?;
            let request = statement
                .query_row([message_id], |row| row.get(0))
                .optional()?;
            if let Some(request) = request.map(RequestId) {
                let refers = Refers::MessageId;
                references.push(Reference {
                    refers,
                    request,
                    recipient: None,
                    ask: None,
                    confirms: None,
                });
            }
        }
        Ok(references)
    }

    fn is_desk_mail(&self, message_id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM notices WHERE message_id = ?1 AND request IS NULL)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([message_id], |row| row.get(0))?)
    }

    fn waiting_for(&self, address: &str) -> Result<Vec<RequestId>, StoreError> {
        let sql = "SELECT request FROM holders WHERE address = ?1 ORDER BY request";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let rows = statement.query_map([address], |row| row.get(0).map(RequestId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn same_request(
        &self,
        data_key: &str,
        sender: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<RequestId>, StoreError> {
        let sql = "SELECT q.id FROM requests q
                   WHERE q.data_key = ?1 AND q.opened_at >= ?3
                     -- What was rejected or taken back may be asked again.
                     AND (q.state <> 'closed' OR json_extract(q.body, '$.state.ending') = 'done')
                     AND (q.requester = ?2 OR EXISTS (SELECT 1 FROM received r
                            WHERE r.request = q.id AND r.address = ?2))
                   ORDER BY q.id DESC LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let row = params![data_key, sender, micros(since)];
        Ok(statement
            .query_row(row, |row| row.get(0))
            .optional()?
            .map(RequestId))
    }

    /// Notes that a received mail belongs to a request.
    ///
    /// # Errors
    /// SQLite's.
    pub fn belongs(
        &self,
        message_id: &str,
        request: RequestId,
        address: &str,
        input: i64,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR IGNORE INTO received (message_id, request, address, input)
             VALUES (?1, ?2, ?3, ?4)",
            params![message_id, request.0, address, input],
        )?;
        Ok(())
    }
}
