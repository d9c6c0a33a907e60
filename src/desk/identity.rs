//! Message-IDs of the desk's mails. One that a received mail leads to has the same each time that
//! mail is handled, also in a database that was restored from an older copy: so answers to what was
//! sent in the lost time find what they answer, and what was sent is not sent again.

use data_encoding::BASE32_NOPAD;

use super::ledger::Ledger;
use super::token::message_id;
use super::world::{DeskError, World};
use crate::request::{Notice, RequestId};
use crate::store::{Books, StoreError};

/// The database's half of what Message-IDs are made with.
const SECRET: &str = "message-ids";
/// How often one mail may lead to the same kind of notice to the same person about the same.
const MOST: u32 = 1000;

/// A Message-ID, without angle brackets, that nobody can guess who has not both the key and the
/// database. It stands for all that an answer to it would mean: the mail that led to it, the
/// recipient, kind and question, and the request's number, procedure, requester and data. Where any
/// of these came out otherwise than before, the Message-ID and so the token is another, and an
/// answer to the old one does not count for the new one.
///
/// # Errors
/// The store failed, or there is no randomness.
pub(super) fn of_notice(
    ledger: &Ledger<'_>,
    request: Option<RequestId>,
    notice: &Notice,
) -> Result<String, DeskError> {
    let domain = ledger.world.office.desk.domain();
    let cause = match ledger.input {
        Some(input) => ledger.books.cause(input)?,
        None => None,
    };
    // What time or an operator leads to comes about otherwise the next time.
    let Some((digest, of_mail)) = cause else {
        return message_id(&ledger.world.random, domain);
    };
    let matter = match request {
        Some(request) => ledger.books.matter(request)?,
        None => Default::default(),
    };
    let ask = serde_json::to_string(&notice.ask).map_err(StoreError::from)?;
    let secret = secret(ledger.books, ledger.world)?;
    let mut parts: Vec<&[u8]> = vec![&secret, &digest, of_mail.as_bytes()];
    parts.extend([notice.message.template(), &notice.to.address, &ask].map(str::as_bytes));
    parts.extend(matter.iter().map(String::as_bytes));
    for place in 0..MOST {
        let place = place.to_be_bytes();
        let made = ledger
            .world
            .key
            .derive(parts.iter().copied().chain([&place[..]]));
        let mut text = BASE32_NOPAD.encode(&made).to_lowercase();
        text.truncate(26);
        let id = format!("mesad.{text}@{domain}");
        if !ledger.books.is_message_id_taken(&id)? {
            return Ok(id);
        }
    }
    message_id(&ledger.world.random, domain)
}

fn secret(books: &Books<'_>, world: &World) -> Result<Vec<u8>, DeskError> {
    if let Some(secret) = books.secret(SECRET)? {
        return Ok(secret);
    }
    let mut bytes = vec![0; 32];
    world.random.fill(&mut bytes)?;
    books.keep_secret(SECRET, &bytes)?;
    Ok(bytes)
}

/// Makes the database's half before the first mail, so that every copy has it.
///
/// # Errors
/// The store failed, or there is no randomness.
pub fn begin(world: &World) -> Result<(), DeskError> {
    let own = world.clone();
    world
        .store
        .transact(move |books| secret(books, &own).map(drop))
}
