//! What goes through the pipes. To the child, for each document: its name and its bytes; back: one
//! word of greeting, then for each document a [`Document`] as JSON. Each piece is a length (four
//! bytes, little endian) and that many bytes.

use std::io::{self, Read, Write};

use crate::documents::{Document, limits};

/// What a child says once it is confined. The number grows when the pieces change.
pub(super) const GREETING: &[u8] = b"mesad read-documents 1";

/// Bytes of a name.
const NAME: usize = 4 * 1024;

/// Bytes of an answer: text may grow sixfold as JSON, cells have quotes and commas.
const ANSWER: usize = 8 * limits::TEXT_OUT + 8 * limits::CELLS;

/// Sends a document to be read.
pub(super) fn ask(pipe: &mut impl Write, name: &str, bytes: &[u8]) -> io::Result<()> {
    let end = name
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| *at <= NAME)
        .last();
    let name = if name.len() > NAME {
        end.and_then(|end| name.get(..end))
    } else {
        Some(name)
    };
    put(pipe, name.unwrap_or_default().as_bytes())?;
    put(pipe, bytes)?;
    pipe.flush()
}

/// The next document to read; none where there are no more.
pub(super) fn asked(pipe: &mut impl Read) -> io::Result<Option<(String, Vec<u8>)>> {
    let Some(name) = get(pipe, NAME)? else {
        return Ok(None);
    };
    let bytes = get(pipe, limits::BYTES_IN)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Some((String::from_utf8_lossy(&name).into_owned(), bytes)))
}

/// Says that documents may come.
pub(super) fn greet(pipe: &mut impl Write) -> io::Result<()> {
    put(pipe, GREETING)?;
    pipe.flush()
}

/// Whether the child said that documents may come.
pub(super) fn greeted(pipe: &mut impl Read) -> io::Result<bool> {
    Ok(get(pipe, GREETING.len())?.is_some_and(|greeting| greeting == GREETING))
}

/// Sends what was read.
pub(super) fn answer(pipe: &mut impl Write, document: &Document) -> io::Result<()> {
    put(pipe, &serde_json::to_vec(document)?)?;
    pipe.flush()
}

/// What was read.
pub(super) fn answered(pipe: &mut impl Read) -> io::Result<Document> {
    let answer = get(pipe, ANSWER)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(serde_json::from_slice(&answer)?)
}

fn put(pipe: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    pipe.write_all(&length.to_le_bytes())?;
    pipe.write_all(bytes)
}

/// A piece of at most `most` bytes; none where the pipe ended before it.
fn get(pipe: &mut impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match pipe.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length);
    if usize::try_from(length).map_or(true, |length| length > most) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    pipe.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != u64::from(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}
