//! PDF, DOCX, ODT, spreadsheet and plain text bytes → text and tables; what a zip or a winmail.dat
//! holds, one level deep. Pure readers that may only
//! run in `sandbox/`: they bound what they can, the child's limits bound the rest.
//!
//! Lives here: what the bytes of a document say. May not live here: what it means (`reading/`),
//! processes and their limits (`sandbox/`).

mod archive;
mod docx;
mod flow;
pub mod limits;
mod odt;
mod package;
mod pdf;
mod plain;
mod shape;
mod sheet;
mod sniff;
mod text;
mod tnef;
mod xml;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use self::sniff::Kind;

/// What a document turned out to be, by its content rather than its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentType {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text.
    Docx,
    /// OpenDocument text.
    Odt,
    /// Office Open XML spreadsheet.
    Xlsx,
    /// OpenDocument spreadsheet.
    Ods,
    /// Binary spreadsheet of Excel 97–2003.
    Xls,
    /// Plain text.
    Text,
    /// A zip of documents.
    Zip,
    /// The documents of an Outlook mail in one file (TNEF, `winmail.dat`).
    Tnef,
    /// A picture.
    Image,
    /// Anything else.
    Other,
}

/// A piece of a document, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A line or paragraph: one space between words, no line break. Lines of a PDF that a margin
    /// broke are joined again.
    Line(String),
    /// A table, or a sheet: rows of cells, all equally long, merged cells' text in their first
    /// cell. A cell of several paragraphs holds line breaks. A date is ISO 8601
    /// (`2026-10-12`, `2026-10-12T15:30`, `15:30`).
    Table(Vec<Vec<String>>),
}

/// The text of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentText {
    /// Its pieces.
    pub blocks: Vec<Block>,
}

/// Why a document could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// No text in it: a scan.
    NoText,
    /// Protected by a password.
    Encrypted,
    /// Broken, or not what its name says.
    Corrupt,
    /// A kind that the desk does not read.
    Unsupported,
    /// Over a limit of size, memory or time.
    OverLimit,
}

impl Unreadable {
    /// Its name in records and templates (`no-text`).
    pub fn name(self) -> &'static str {
        match self {
            Self::NoText => "no-text",
            Self::Encrypted => "encrypted",
            Self::Corrupt => "corrupt",
            Self::Unsupported => "unsupported",
            Self::OverLimit => "over-limit",
        }
    }
}

impl fmt::Display for Unreadable {
    /// For logs and `mesad explain`, in English.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Unreadable::NoText => "no text in it (a scan?)",
            Unreadable::Encrypted => "protected by a password",
            Unreadable::Corrupt => "broken",
            Unreadable::Unsupported => "a kind that is not read",
            Unreadable::OverLimit => "over a limit of size, memory or time",
        })
    }
}

/// A document of a mail, read or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The file name.
    pub name: String,
    /// What it is.
    pub kind: DocumentType,
    /// The text, or why there is none. A zip's is empty where a document in it could be read.
    pub content: Result<DocumentText, Unreadable>,
    /// The documents that a zip or a winmail.dat holds, read or not.
    #[serde(default)]
    pub inside: Vec<Document>,
}

/// What a document seems to be: bytes are searched and compared, nothing is parsed, so this may be
/// called outside the sandbox.
pub fn kind_at_a_glance(bytes: &[u8]) -> DocumentType {
    sniff::glance(bytes).document_type()
}

/// Reads one document. May only be called in the sandbox's child or in a test.
///
/// Never panics: a fault of a format library is [`Unreadable::Corrupt`]. It may still exhaust
/// memory or the stack on a hostile document, which ends the process: hence the sandbox.
pub fn read(name: &str, bytes: &[u8]) -> Document {
    let found = sniff::sniff(bytes);
    let kind = found.document_type();
    if bytes.len() > limits::BYTES_IN {
        return Document {
            name: name.to_owned(),
            kind,
            content: Err(Unreadable::OverLimit),
            inside: vec![],
        };
    }
    let opened = match found {
        Kind::Zip => guarded(|| archive::open(bytes)),
        Kind::Tnef => guarded(|| tnef::open(bytes)),
        _ => return read_as(name, found, bytes),
    };
    let (content, inside) = match opened {
        Ok(files) => archive::read_all(files),
        Err(why) => (Err(why), vec![]),
    };
    Document {
        name: name.to_owned(),
        kind,
        content,
        inside,
    }
}

fn guarded<T>(read: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Unreadable::Corrupt))
}

/// Reads a document that holds no others.
fn read_as(name: &str, found: Kind, bytes: &[u8]) -> Document {
    Document {
        name: name.to_owned(),
        kind: found.document_type(),
        content: guarded(|| text_of(found, bytes)),
        inside: vec![],
    }
}

fn text_of(found: Kind, bytes: &[u8]) -> Result<DocumentText, Unreadable> {
    let blocks = match found {
        Kind::Pdf => pdf::read(bytes),
        Kind::Docx => docx::read(bytes),
        Kind::Odt => odt::read(bytes),
        Kind::Xlsx => sheet::read_xlsx(bytes),
        Kind::Ods => sheet::read_ods(bytes),
        Kind::Xls => sheet::read_xls(bytes),
        Kind::Text => plain::read(bytes),
        Kind::Image => Err(Unreadable::NoText),
        Kind::EncryptedOffice => Err(Unreadable::Encrypted),
        Kind::Empty => Err(Unreadable::Corrupt),
        // Archives are opened one level deep.
        Kind::Zip | Kind::Tnef | Kind::Other => Err(Unreadable::Unsupported),
    }?;
    let blocks = text::tidy(blocks)?;
    if blocks.is_empty() {
        return Err(Unreadable::NoText);
    }
    Ok(DocumentText { blocks })
}
