//! The list of what was sent, beside the database: for the day on which an older copy of that is
//! restored. A list that lacks a mail must not pass for whole then; see docs/storage.md.

use chrono::{DateTime, Utc};

use super::world::{DeskError, World};
use crate::judge::Trouble;
use crate::request::AlarmKind;
use crate::store::{Books, DueNotice, SentLine, StoreError};

/// What the trouble is about: of its kind there are others.
const ABOUT: &str = "sent";

/// Writes down that a mail was sent. What it gives is handed to [`record`].
pub(super) fn note(world: &World, due: &DueNotice, message_id: &str) -> Result<(), String> {
    let names = (message_id, due.message.as_str());
    let number = due.number.as_deref();
    let line = SentLine::new(world.clock.now(), names, number, &due.address);
    let Err(error) = world.store.note_sent(&line) else {
        return Ok(());
    };
    tracing::error!(
        %error,
        "a mail was sent and could not be written down beside the database: see that the folder \
         `sent` there belongs to the desk and has room"
    );
    // Now, and not once it is mended: the database may be replaced by then.
    if let Err(error) = world.store.note_sent_gap() {
        tracing::error!(%error, "nor could it be noted that the list lacks one");
    }
    Err(error.to_string())
}

/// Reports that the list lacks a mail, in the transaction that records the mail as sent. Returns
/// whether the list can be written and lacks one.
pub(super) fn record(
    books: &Books<'_>,
    noted: Result<(), String>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Err(why) = noted else {
        return books.is_trouble_reported(AlarmKind::Backup, ABOUT);
    };
    let details = format!(
        "no se pudo anotar un correo enviado junto a la base de datos (carpeta sent): {why}; si se \
         restaurara una copia anterior, una persona tendría que decidir: mesad held"
    );
    let trouble = Trouble {
        kind: AlarmKind::Backup,
        about: ABOUT.to_owned(),
        since: now,
        details,
    };
    books.report_trouble(&trouble, None)?;
    Ok(false)
}

/// Begins the list anew where it lacks a mail: from then on it is whole, and after a restore of an
/// older copy a person is asked. Where that fails it is done after the next mail.
pub(super) fn mend(world: &World, lacks: bool) {
    if !lacks && !world.store.has_sent_gap() {
        return;
    }
    let now = world.clock.now();
    let mended = match world.store.begin_sent_log_anew(now) {
        Err(error) => Err(error.to_string()),
        Ok(()) => {
            let back = world.store.transact(|books| {
                let back = books.take_trouble_back(AlarmKind::Backup, ABOUT);
                back.map_err(DeskError::from)
            });
            back.map_err(|error| error.to_string())
        }
    };
    match mended {
        Ok(()) => tracing::warn!("the list of what was sent was begun anew: it lacked a mail"),
        Err(error) => tracing::error!(error, "the list of what was sent lacks a mail"),
    }
}
