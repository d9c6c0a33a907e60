//! What an auditor asks: whether the chains hold, and all that is kept of one request.

use super::mask_mail;
use super::world::DeskError;
use crate::request::{Request, RequestId};
use crate::store::{Anchor, Books, Broken, Evidence, MailIn, MailOut, Store, StoreError, Verified};

/// All that is kept of one request.
#[derive(Clone, Debug)]
pub struct Record {
    /// The request.
    pub request: Request,
    /// Its row, as it is stored and hashed.
    pub row: String,
    /// Its entries, oldest first.
    pub entries: Vec<Evidence>,
    /// Mails received about it.
    pub mails_in: Vec<MailIn>,
    /// Mails of the desk about it.
    pub mails_out: Vec<MailOut>,
    /// All anchors, each with the list that it is about.
    pub anchors: Vec<(Anchor, String)>,
    /// What is broken in its chain or in the anchors; none: all holds.
    pub broken: Vec<Broken>,
}

/// Recomputes all chains.
///
/// # Errors
/// The store failed; a broken chain is a finding.
pub fn verify(store: &Store) -> Result<Verified, DeskError> {
    store.transact(|books| Ok(books.verify()?))
}

/// The record of the request with this number; none: there is no such request.
///
/// # Errors
/// The store failed, or the request cannot be read.
pub fn record(store: &Store, number: &str) -> Result<Option<Record>, DeskError> {
    let number = number.to_owned();
    store.transact(move |books| {
        let Some(id) = books.id_of_number(&number)? else {
            return Ok(None);
        };
        Ok(Some(gather(books, id, &number)?))
    })
}

fn gather(books: &Books<'_>, id: RequestId, number: &str) -> Result<Record, DeskError> {
    let row = books.stored_row(id)?;
    let verified = books.verify()?;
    let mut anchors = vec![];
    let mut after = 0;
    for anchor in verified.anchors {
        let list = books.anchor_list(after, &anchor)?;
        after = anchor.last_entry;
        anchors.push((anchor, list));
    }
    let concerns = |broken: &Broken| broken.chain == number || broken.chain == "anchors";
    Ok(Record {
        request: serde_json::from_str(&row).map_err(StoreError::from)?,
        row,
        entries: books.evidence(id)?,
        mails_in: books.mails_in(id)?,
        mails_out: books.mails_out(id)?,
        anchors,
        broken: verified.broken.into_iter().filter(concerns).collect(),
    })
}

/// A mail in which every token is shortened in place; whether there was one.
///
/// # Errors
/// The store failed.
pub fn masked(store: &Store, mail: &[u8]) -> Result<(Vec<u8>, bool), DeskError> {
    let candidates = mask_mail::candidates(mail);
    let tokens = store.transact(move |books| {
        let mut tokens = vec![];
        for candidate in candidates {
            if books.is_token(&candidate)? {
                tokens.push(candidate);
            }
        }
        Ok::<_, DeskError>(tokens)
    })?;
    Ok((mask_mail::mask(mail, &tokens), !tokens.is_empty()))
}
