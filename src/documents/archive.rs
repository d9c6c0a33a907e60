//! The files of a zip, one level deep: a zip inside of one is not opened.

use super::package::Package;
use super::{Block, Document, DocumentText, Unreadable, limits, read_as, sniff};

/// A file of an archive: its name, and its bytes or why there are none.
pub(super) type File = (String, Result<Vec<u8>, Unreadable>);

/// Unpacks the files of a zip. Folders and what systems add to zips are left out.
///
/// # Errors
/// As [`Package::open`]; [`Unreadable::OverLimit`] where it holds too many files.
pub(super) fn open(bytes: &[u8]) -> Result<Vec<File>, Unreadable> {
    let mut package = Package::open(bytes)?;
    let names: Vec<String> = package
        .names()
        .into_iter()
        .filter(|name| is_file(name))
        .collect();
    if names.len() > limits::FILES_INSIDE {
        return Err(Unreadable::OverLimit);
    }
    let files = names.into_iter().map(|name| {
        let bytes = package.read_bytes(&name);
        (base_name(&name), bytes)
    });
    Ok(files.collect())
}

fn is_file(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or("");
    let system = ["thumbs.db", "desktop.ini", ".ds_store"];
    !base.is_empty()
        && !name.starts_with("__MACOSX/")
        && !base.starts_with("._")
        && !system.contains(&base.to_lowercase().as_str())
}

/// The name without folders and control characters.
fn base_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let base = super::text::tidy_line(base);
    if base.is_empty() {
        return "sin nombre".to_owned();
    }
    base
}

/// Reads the files of an archive. The archive is readable where one of them is; else the first of
/// them says why it is not.
pub(super) fn read_all(files: Vec<File>) -> (Result<DocumentText, Unreadable>, Vec<Document>) {
    let mut left = limits::TEXT_OUT;
    let mut inside = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        let mut document = match bytes {
            Ok(bytes) => read_as(&name, sniff::sniff(&bytes), &bytes),
            Err(why) => Document {
                name,
                kind: super::DocumentType::Other,
                content: Err(why),
                inside: vec![],
            },
        };
        let size = document.content.as_ref().map_or(0, size);
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => document.content = Err(Unreadable::OverLimit),
        }
        inside.push(document);
    }
    let readable = inside.iter().any(|document| document.content.is_ok());
    let content = match inside.iter().find_map(|d| d.content.as_ref().err()) {
        _ if readable => Ok(DocumentText::default()),
        Some(why) => Err(*why),
        None => Err(Unreadable::Corrupt),
    };
    (content, inside)
}

fn size(text: &DocumentText) -> usize {
    let of = |block: &Block| match block {
        Block::Line(line) => line.len(),
        Block::Table(rows) => rows.iter().flatten().map(String::len).sum(),
    };
    text.blocks.iter().map(of).sum()
}
