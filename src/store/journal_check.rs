//! Recomputes every chain, and says where one is broken.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use super::books::{Books, micros};
use super::error::StoreError;
use super::journal_form::{ANCHORS, Anchor, FORM, hex, is_hash_of, salted};
use super::journal_record::{EVIDENCE, Evidence, evidence};
use super::purge::PURGED;
use super::requests::key_of;
use crate::request::{Request, State};

/// Where a chain is broken, in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{chain}: {what}")]
pub struct Broken {
    /// The request's number, `-` (mails of no request) or `anchors`.
    pub chain: String,
    /// What is wrong, and where.
    pub what: String,
}

/// What was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Chains of entries.
    pub chains: u32,
    /// Entries.
    pub entries: u32,
    /// Mails of the desk.
    pub mails: u32,
    /// Contents that were purged, so that only their hashes are left.
    pub purged: u32,
    /// The anchors.
    pub anchors: Vec<Anchor>,
    /// The first broken place of each chain; none: all hold.
    pub broken: Vec<Broken>,
}

/// A chain that is being walked.
#[derive(Default)]
struct Walk {
    chain: String,
    place: i64,
    hash: Vec<u8>,
    /// Place, hash and salt of the last row.
    row: Option<(i64, Vec<u8>, Option<Vec<u8>>)>,
    /// The first entry whose contents are blanked, with no entry after it that says so.
    blank: Option<i64>,
    broken: Option<String>,
}

impl Walk {
    /// Keeps the first: what follows is often its consequence.
    fn note(&mut self, fault: Option<String>) {
        if self.broken.is_none() {
            self.broken = fault;
        }
    }
}

impl Books<'_> {
    /// Recomputes all chains.
    ///
    /// # Errors
    /// SQLite's; what is broken is no error but a finding.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let mut found = Verified::default();
        let mut chains = BTreeSet::new();
        self.verify_chains(&mut found, &mut chains)?;
        self.verify_missing(&mut found, &chains)?;
        self.verify_mails(&mut found)?;
        self.verify_anchors(&mut found)?;
        Ok(found)
    }

    fn verify_chains(
        &self,
        found: &mut Verified,
        chains: &mut BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let sql = format!("{EVIDENCE} ORDER BY q.id, j.place, j.id");
        let mut statement = self.transaction.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut walk = Walk::default();
        while let Some(row) = rows.next()? {
            let entry = evidence(row)?;
            if entry.link.chain != walk.chain {
                self.end_walk(&mut walk, found)?;
                chains.insert(entry.link.chain.clone());
                walk.chain.clone_from(&entry.link.chain);
            }
            found.entries += 1;
            self.verify_entry(&mut walk, &entry, &mut found.purged)?;
        }
        self.end_walk(&mut walk, found)
    }

    fn verify_entry(
        &self,
        walk: &mut Walk,
        entry: &Evidence,
        purged: &mut u32,
    ) -> Result<(), StoreError> {
        let link = &entry.link;
        let place = link.place;
        let expected = walk.place + 1;
        if place > expected {
            walk.note(Some(format!("entry {expected} is missing")));
        } else if place < expected {
            walk.note(Some(format!("there is an entry {place} too many")));
        }
        if link.previous != walk.hash {
            walk.note(Some(format!(
                "entry {place} does not join the one before it: it names {}, which has {}",
                short(&link.previous),
                short(&walk.hash)
            )));
        }
        let before = *purged;
        match link.bytes(entry.event.as_deref()) {
            Some(bytes) if !is_hash_of(&link.hash, &bytes) => walk.note(Some(format!(
                "entry {place} was changed: its hash {} is not that of what it says",
                short(&link.hash)
            ))),
            Some(_) => (),
            None => *purged += 1,
        }
        if link.form >= FORM {
            let event = Content::new(
                &entry.event_salt,
                entry.event.as_ref().map(|e| e.as_bytes()),
            );
            walk.note(event.fault(&link.event_hash, place, "event", purged));
            let mail = link.input.map(|id| self.contents(id)).transpose()?;
            let mail = mail.flatten();
            let mail = Content::new(&entry.mail_salt, mail.as_deref());
            if !link.mail_hash.is_empty() || entry.mail_salt.is_some() {
                walk.note(mail.fault(&link.mail_hash, place, "mail", purged));
            }
        }
        if link.outcome == PURGED && link.form >= FORM {
            walk.blank = None;
        } else if *purged > before {
            walk.blank = walk.blank.or(Some(place));
        }
        if !link.row_hash.is_empty() {
            walk.row = Some((place, link.row_hash.clone(), entry.row_salt.clone()));
        }
        walk.place = place;
        walk.hash.clone_from(&link.hash);
        Ok(())
    }

    /// The chain's end: head, request.
    fn end_walk(&self, walk: &mut Walk, found: &mut Verified) -> Result<(), StoreError> {
        let mut walk = std::mem::take(walk);
        if walk.chain.is_empty() {
            return Ok(());
        }
        found.chains += 1;
        match self.head(&walk.chain)? {
            None => walk.note(Some("nothing says where it ends".to_owned())),
            Some((place, _)) if place > walk.place => {
                let (first, last) = (walk.place + 1, place);
                walk.note(Some(match first == last {
                    true => format!("entry {last}, the last one, is missing"),
                    false => format!("entries {first} to {last}, the last ones, are missing"),
                }));
            }
            Some((place, hash)) if place != walk.place || hash != walk.hash => {
                walk.note(Some(format!(
                    "it ends with entry {} {}, and should with entry {place} {}",
                    walk.place,
                    short(&walk.hash),
                    short(&hash)
                )));
            }
            Some(_) => (),
        }
        if let Some(place) = walk.blank {
            walk.note(Some(format!(
                "the contents of entry {place} are blanked, and no entry says by whom and why"
            )));
        }
        if let Some((place, hash, salt)) = walk.row.take() {
            let fault = self.row_fault(&walk.chain, place, &hash, salt)?;
            walk.note(fault);
        }
        found.broken.extend(walk.broken.map(|what| Broken {
            chain: walk.chain,
            what,
        }));
        Ok(())
    }

    /// What is wrong with the row of a request.
    fn row_fault(
        &self,
        number: &str,
        place: i64,
        hash: &[u8],
        salt: Option<Vec<u8>>,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT body FROM requests WHERE number = ?1";
        let body = self.query_row(sql, [number], |row| row.get(0));
        let body: Option<String> = body.optional()?;
        let Some(body) = body else {
            return Ok(Some(format!("there is no request that entry {place} left")));
        };
        let Some(salt) = salt else {
            return Ok(Some(format!("the salt of entry {place}'s row is missing")));
        };
        if salted(&salt, body.as_bytes()) != hash {
            return Ok(Some(format!(
                "the request is not as entry {place} left it: its row was changed"
            )));
        }
        let Ok(request) = serde_json::from_str::<Request>(&body) else {
            return Ok(Some("the request's row cannot be read".to_owned()));
        };
        let column = self.differing_column(&request)?;
        Ok(column.map(|name| format!("column {name} of the request says other than its row")))
    }

    /// The first column by which a request is looked up that does not say what its row says.
    fn differing_column(&self, request: &Request) -> Result<Option<&'static str>, StoreError> {
        let closed = match &request.state {
            State::Closed(closed) => Some(micros(closed.at)),
            _ => None,
        };
        let sql = "SELECT CASE WHEN number <> ?2 THEN 'number' WHEN state <> ?3 THEN 'state'
                     WHEN procedure <> ?4 THEN 'procedure' WHEN requester <> ?5 THEN 'requester'
                     WHEN opened_at <> ?6 THEN 'opened_at' WHEN closed_at IS NOT ?7 THEN 'closed_at'
                     WHEN data_key <> ?8 THEN 'data_key' ELSE '' END
                   FROM requests WHERE id = ?1";
        let row = params![
            request.id.0,
            request.number,
            request.state.name(),
            request.procedure.id.as_str(),
            request.requester.address,
            micros(request.opened_at),
            closed,
            key_of(request),
        ];
        let name = self.query_row(sql, row, |row| row.get(0));
        let name: String = name.optional()?.unwrap_or_else(|| "id".to_owned());
        let names = [
            "id",
            "number",
            "state",
            "procedure",
            "requester",
            "opened_at",
            "closed_at",
            "data_key",
        ];
        Ok(names.into_iter().find(|known| *known == name))
    }

    /// Chains of which nothing is left.
    fn verify_missing(
        &self,
        found: &mut Verified,
        chains: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT chain, place FROM heads WHERE chain <> ?1
                   UNION SELECT number, 1 FROM requests ORDER BY chain";
        let mut statement = self.transaction.prepare(sql)?;
        let mut rows = statement.query([ANCHORS])?;
        while let Some(row) = rows.next()? {
            let (chain, _): (String, i64) = (row.get(0)?, row.get(1)?);
            if !chains.contains(&chain) && found.broken.last().is_none_or(|b| b.chain != chain) {
                let what = "all its entries are missing".to_owned();
                found.broken.push(Broken { chain, what });
            }
        }
        Ok(())
    }

    /// The mails of the desk, where they are kept.
    fn verify_mails(&self, found: &mut Verified) -> Result<(), StoreError> {
        let sql = "SELECT coalesce(q.number, '-'), n.message_id, n.bytes, n.salt, n.bytes_hash
                   FROM notices n LEFT JOIN requests q ON q.id = n.request
                   WHERE n.bytes_hash IS NOT NULL OR n.salt IS NOT NULL ORDER BY n.id";
        let mut statement = self.transaction.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.mails += 1;
            let bytes: Option<Vec<u8>> = row.get(2)?;
            let salt: Option<Vec<u8>> = row.get(3)?;
            let hash: Option<Vec<u8>> = row.get(4)?;
            let content = Content::new(&salt, bytes.as_deref());
            let hash = hash.unwrap_or_default();
            if let Some(why) = content.difference(&hash, &mut found.purged) {
                let (chain, id): (String, String) = (row.get(0)?, row.get(1)?);
                let what = format!("the mail <{id}> that was sent: {why}");
                found.broken.push(Broken { chain, what });
            }
        }
        Ok(())
    }

    fn verify_anchors(&self, found: &mut Verified) -> Result<(), StoreError> {
        found.anchors = self.anchors()?;
        let (mut place, mut previous, mut after) = (0, vec![], 0);
        let mut what = None;
        for anchor in &found.anchors {
            let list = self.anchor_list(after, anchor)?;
            let own = anchor.place;
            let fault = if own != place + 1 {
                format!("anchor {} is missing", place + 1)
            } else if anchor.previous != previous {
                format!("anchor {own} does not join the one before it")
            } else if !is_hash_of(&anchor.hash, anchor.text().as_bytes()) {
                format!("anchor {own} was changed: its hash is not that of what it says")
            } else if !is_hash_of(&anchor.digest, list.as_bytes()) {
                format!(
                    "what anchor {own} covers was changed: chains or mails are not as they were"
                )
            } else {
                (place, after) = (own, anchor.last_entry);
                previous.clone_from(&anchor.hash);
                continue;
            };
            what = Some(fault);
            break;
        }
        let (last, hash) = self.head(ANCHORS)?.unwrap_or_default();
        if what.is_none() && (last != place || hash != previous) {
            what = Some(format!(
                "they end with anchor {place} and should with anchor {last} {}",
                short(&hash)
            ));
        }
        found.broken.extend(what.map(|what| Broken {
            chain: ANCHORS.to_owned(),
            what,
        }));
        Ok(())
    }
}

/// Something that lies apart, and the salt before it.
struct Content<'a> {
    salt: Option<&'a [u8]>,
    bytes: Option<&'a [u8]>,
}

impl<'a> Content<'a> {
    fn new(salt: &'a Option<Vec<u8>>, bytes: Option<&'a [u8]>) -> Self {
        let salt = salt.as_deref();
        Self { salt, bytes }
    }

    /// Why it is not what was hashed; none: it is, or it was purged.
    fn difference(&self, hash: &[u8], purged: &mut u32) -> Option<&'static str> {
        match (self.salt, self.bytes) {
            (Some(salt), Some(bytes)) if salted(salt, bytes) == hash => None,
            (Some(_), Some(_)) => Some("it was changed, or its salt or hash"),
            (None, None) => {
                *purged += 1;
                None
            }
            (Some(_), None) => Some("it is missing, and was not purged"),
            (None, Some(_)) => Some("its salt is missing, and it was not purged"),
        }
    }

    fn fault(&self, hash: &[u8], place: i64, what: &str, purged: &mut u32) -> Option<String> {
        self.difference(hash, purged)
            .map(|why| format!("the {what} that entry {place} rests on: {why}"))
    }
}

/// The beginning of a hash, for people.
fn short(hash: &[u8]) -> String {
    match hash {
        [] => "nothing".to_owned(),
        hash => hex(hash).chars().take(12).collect::<String>() + "…",
    }
}
