//! Mails that asked somebody of the desk where a mail goes.

use rusqlite::{OptionalExtension, ToSql, params};

use super::books::{Books, sha256};
use super::error::StoreError;
use crate::judge::{Clues, Refers, TriageReference};
use crate::request::{Message, Notice};

impl Books<'_> {
    /// The triage mail that a letter answers: by token, else by Message-ID.
    ///
    /// # Errors
    /// SQLite's, or a row that cannot be read.
    pub(super) fn triage_answered(
        &self,
        clues: &Clues,
    ) -> Result<Option<TriageReference>, StoreError> {
        for token in &clues.tokens {
            let hash = sha256(token.as_bytes());
            if let Some(found) = self.triage_where("token_hash", &hash, Refers::Token)? {
                return Ok(Some(found));
            }
        }
        for message_id in &clues.message_ids {
            let found = self.triage_where("message_id", message_id, Refers::MessageId)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn triage_where(
        &self,
        column: &str,
        value: &dyn ToSql,
        mut refers: Refers,
    ) -> Result<Option<TriageReference>, StoreError> {
        let sql = format!(
            "SELECT body FROM notices WHERE {column} = ?1 AND request IS NULL
               AND purged_at IS NULL AND message IN ('triage', 'triage-unclear')"
        );
        let mut statement = self.transaction.prepare_cached(&sql)?;
        let body: Option<String> = statement.query_row([value], |row| row.get(0)).optional()?;
        let Some(body) = body else { return Ok(None) };
        let notice: Notice = serde_json::from_str(&body)?;
        let (input, subject, from, options) = match notice.message {
            Message::Triage(m) => match m.input {
                Some(input) if !m.options.is_empty() => (input, m.subject, m.from, m.options),
                _ => return Ok(None),
            },
            Message::TriageUnclear(m) => {
                // Who answers it has shown that mail to their address reaches them.
                refers = Refers::Confirmation;
                (m.input, m.subject, m.from, m.options)
            }
            _ => return Ok(None),
        };
        let told_unclear = self.is_told_unclear(&notice.to.address, input)?;
        Ok(Some(TriageReference {
            refers,
            recipient: notice.to,
            input,
            subject,
            from,
            options,
            told_unclear,
        }))
    }

    fn is_told_unclear(&self, address: &str, input: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM notices
                     WHERE message = 'triage-unclear' AND address = ?1 AND purged_at IS NULL
                       AND json_extract(body, '$.message.input') = ?2)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row(params![address, input], |row| row.get(0))?)
    }
}
