//! PDF, DOCX, ODT, XLSX bytes → text and tables. Pure readers that may only run in `sandbox/`.
//!
//! Lives here: what the bytes of a document say. May not live here: what it means (`reading/`),
//! processes and their limits (`sandbox/`).

use serde::{Deserialize, Serialize};

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
    /// Plain text.
    Text,
    /// A picture.
    Image,
    /// Anything else.
    Other,
}

/// A piece of a document, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A line or paragraph.
    Line(String),
    /// A table, or a sheet: rows of cells, merged cells' text in their first cell. A date is ISO.
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

/// A document of a mail, read or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The file name.
    pub name: String,
    /// What it is.
    pub kind: DocumentType,
    /// The text, or why there is none.
    pub content: Result<DocumentText, Unreadable>,
}

/// Reads one document. May only be called in the sandbox's child or in a test.
pub fn read(name: &str, bytes: &[u8]) -> Document {
    let _ = bytes;
    Document {
        name: name.to_owned(),
        kind: DocumentType::Other,
        content: Err(Unreadable::Unsupported),
    }
}
