//! What a mail consists of, whatever door it came through and whatever its Message-ID is.

use crate::mail::Letter;
use crate::store::{Books, StoreError};

/// Notes subject, words and files of a mail, so that the same sent twice is known for it.
///
/// # Errors
/// The store failed.
pub(super) fn note(books: &Books<'_>, input: i64, letter: &Letter) -> Result<(), StoreError> {
    let subject = plain(&letter.subject);
    let text = plain(&letter.text);
    // A bare "adjunto" without anything says too little to be known again.
    if text.len() < 20 && letter.attachments.is_empty() {
        return Ok(());
    }
    let mut parts: Vec<&[u8]> = vec![subject.as_bytes(), text.as_bytes()];
    parts.extend(letter.attachments.iter().map(|a| a.bytes.as_slice()));
    books.note_content(input, &parts)
}

/// Letters and digits in lower case, without the marks of an answer or of a gateway.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut rest = lower.trim();
    let marks = [
        "re:",
        "rv:",
        "fw:",
        "fwd:",
        "enc:",
        "[externo]",
        "[external]",
    ];
    while let Some(cut) = marks.iter().find_map(|mark| rest.strip_prefix(mark)) {
        rest = cut.trim_start();
    }
    rest.chars().filter(|c| c.is_alphanumeric()).collect()
}
