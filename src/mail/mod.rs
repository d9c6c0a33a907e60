//! RFC 5322 bytes → [`Letter`]. Pure functions on bytes.
//!
//! Lives here: everything that looks at a header, a MIME part, a quote or a signature. May not live
//! here: what the words mean (`reading/`), what follows from them (`judge/`).

mod letter;

pub use letter::{
    Address, Attachment, Automatic, Bounce, BouncedRecipient, Forwarded, FoundToken, Letter,
    Origin, SenderAuthentication, TokenPlace,
};

use crate::office::Desk;

/// Parses a mail. Never fails: what is broken about it stands in [`Letter::defects`].
pub fn parse(bytes: &[u8], desk: &Desk) -> Letter {
    let _ = (bytes, desk);
    unimplemented!()
}
