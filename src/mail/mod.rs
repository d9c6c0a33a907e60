//! RFC 5322 bytes → [`Letter`]. Pure functions on bytes.
//!
//! Lives here: everything that looks at a header, a MIME part, a quote or a signature. May not live
//! here: what the words mean (`reading/`), what follows from them (`judge/`).
//!
//! `raw` repairs and splits headers · `body` finds the texts · `html` turns HTML into lines and
//! tables · `new_text` says of each line whether it is new · `forwarded`, `attachments` take what
//! was handed on · `origin` says what kind of sender wrote · `references` finds ids and tokens ·
//! `authentication` reads what the office's server says of the sender ·
//! `finder` searches for tables of phrases · `parse` puts the letter together · `work` counts, in
//! tests, what a hostile mail costs.

mod address;
mod attachments;
mod authentication;
mod body;
mod bounce;
mod echo;
mod finder;
mod forwarded;
mod html;
mod letter;
mod line;
mod new_text;
mod origin;
mod parse;
mod raw;
mod references;
mod work;

pub use echo::without_echo;
pub use letter::{
    Address, Attachment, Automatic, AutomaticKind, Bounce, BouncedRecipient, Delivery, Forwarded,
    FoundToken, Letter, Origin, OtherForm, SenderAuthentication, Substitute, TokenPlace,
};
pub use new_text::new_text;
pub use parse::{every_text, parse};
