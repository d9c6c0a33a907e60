//! PDF (ISO 32000) by lopdf: characters with their places, from these the lines and tables.
//!
//! lopdf gives objects and operators; what they draw where is worked out here, since the order of
//! the operators is not the order of reading.
//!
//! Lives here: fonts, glyphs, operators, and the layout made of them. May not live here: other
//! formats, what the text means.

mod cmap;
mod columns;
mod font;
mod glyphs;
mod grid;
mod layout;
mod lines;
mod metrics;
mod page;
mod paths;
mod state;

use std::collections::BTreeSet;

use lopdf::{DecompressError, Document, Error, LoadOptions, Object, ObjectId};

use super::shape::{self, Item};
use super::{Block, Unreadable, limits};

/// Reads all pages. A file with an owner's password only is readable, as its makers mean it.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Block>, Unreadable> {
    let document = load(bytes)?;
    let mut reader = page::Reader::new(&document);
    let mut items: Vec<Item> = Vec::new();
    let mut seen = BTreeSet::new();
    for (count, id) in document.page_iter().enumerate() {
        if count >= limits::PAGES {
            return Err(Unreadable::OverLimit);
        }
        // A page listed twice would be read twice: only a hostile or broken file does that.
        if seen.insert(id) {
            items.extend(layout::items(reader.read(id)?));
        }
    }
    if seen.is_empty() {
        return Err(Unreadable::Corrupt);
    }
    Ok(shape::shape(items))
}

fn load(bytes: &[u8]) -> Result<Document, Unreadable> {
    let options = LoadOptions::with_max_decompressed_size(limits::PDF_STREAM);
    let document =
        Document::load_mem_with_options(bytes, options).map_err(|error| reason(&error))?;
    // Loading tries the empty password; where that is wrong it still succeeds, with no content.
    if document.is_encrypted() {
        return Err(Unreadable::Encrypted);
    }
    Ok(document)
}

fn reason(error: &Error) -> Unreadable {
    match error {
        Error::InvalidPassword | Error::Decryption(_) => Unreadable::Encrypted,
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => Unreadable::OverLimit,
        _ => Unreadable::Corrupt,
    }
}

/// The object itself, where a reference stands for it.
fn resolve<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

/// The id of a referenced object.
fn id_of(object: &Object) -> Option<ObjectId> {
    object.as_reference().ok()
}

/// A number, whole or not; none where it is not finite.
fn number(object: &Object) -> Option<f64> {
    match object {
        Object::Integer(number) => Some(*number as f64),
        Object::Real(number) => Some(f64::from(*number)).filter(|number| number.is_finite()),
        _ => None,
    }
}
