//! What kind of document bytes are. Names and declared types are not looked at: senders' programs
//! give wrong ones.

use super::DocumentType;
use super::{package, plain};

/// What bytes look like, before they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Pdf,
    Docx,
    Odt,
    Xlsx,
    Ods,
    Xls,
    /// An Office Open XML document inside an encrypted container.
    EncryptedOffice,
    Text,
    Image,
    /// A zip that is none of the above.
    Zip,
    Tnef,
    Empty,
    Other,
}

impl Kind {
    pub(super) fn document_type(self) -> DocumentType {
        match self {
            Kind::Pdf => DocumentType::Pdf,
            Kind::Docx => DocumentType::Docx,
            Kind::Odt => DocumentType::Odt,
            Kind::Xlsx => DocumentType::Xlsx,
            Kind::Ods => DocumentType::Ods,
            Kind::Xls => DocumentType::Xls,
            Kind::Text => DocumentType::Text,
            Kind::Image => DocumentType::Image,
            Kind::Zip => DocumentType::Zip,
            Kind::Tnef => DocumentType::Tnef,
            Kind::EncryptedOffice | Kind::Empty | Kind::Other => DocumentType::Other,
        }
    }
}

/// How far into a file the PDF header may stand (readers accept rubbish before it).
const PDF_HEADER_WITHIN: usize = 1024;

/// Tells the kind of a document from its content.
pub(super) fn sniff(bytes: &[u8]) -> Kind {
    if is_zip(bytes) {
        zipped(bytes)
    } else {
        glance(bytes)
    }
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The same without opening anything.
pub(super) fn glance(bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Empty;
    }
    if is_image(bytes) {
        return Kind::Image;
    }
    if is_zip(bytes) {
        return zip_at_a_glance(bytes);
    }
    if bytes.starts_with(super::tnef::SIGNATURE) {
        return Kind::Tnef;
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return compound(bytes);
    }
    let head = bytes.get(..PDF_HEADER_WITHIN).unwrap_or(bytes);
    if contains(head, b"%PDF-") {
        return Kind::Pdf;
    }
    if is_markup(head) || plain::decode(bytes).is_none() {
        return Kind::Other;
    }
    Kind::Text
}

fn is_image(bytes: &[u8]) -> bool {
    const MAGIC: [&[u8]; 8] = [
        b"\x89PNG\r\n\x1a\n",
        b"\xFF\xD8\xFF",
        b"GIF87a",
        b"GIF89a",
        b"II*\0",
        b"MM\0*",
        b"BM",
        b"\xD7\xCD\xC6\x9A",
    ];
    let riff = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let heic = matches!(
        bytes.get(4..12),
        Some(b"ftypheic" | b"ftypheix" | b"ftypmif1")
    );
    // "BM" also begins words: a bitmap says its own length next.
    let bitmap = bytes.get(2..6).is_some_and(|length| {
        usize::try_from(u32::from_le_bytes([
            length[0], length[1], length[2], length[3],
        ]))
        .is_ok_and(|length| length == bytes.len())
    });
    riff || heic
        || MAGIC
            .iter()
            .any(|magic| bytes.starts_with(magic) && (*magic != b"BM" || bitmap))
}

/// Which document a zip is, by the parts that it holds.
fn zipped(bytes: &[u8]) -> Kind {
    let Ok(mut package) = package::Package::open(bytes) else {
        // The reader says what is wrong with it.
        return zip_at_a_glance(bytes);
    };
    if package.has("xl/workbook.xml") {
        return Kind::Xlsx;
    }
    if package.has("word/document.xml") {
        return Kind::Docx;
    }
    match package.read_start("mimetype", 128).as_deref() {
        Some(kind) if kind.starts_with(b"application/vnd.oasis.opendocument.text") => Kind::Odt,
        Some(kind) if kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") => {
            Kind::Ods
        }
        _ if package.has("[Content_Types].xml") && package.has_under("word/") => Kind::Docx,
        _ => Kind::Zip,
    }
}

/// By the names of parts, which stand unpacked in the file.
fn zip_at_a_glance(bytes: &[u8]) -> Kind {
    if contains(bytes, b"word/document.xml") {
        Kind::Docx
    } else if contains(bytes, b"xl/workbook.xml") {
        Kind::Xlsx
    } else if contains(bytes, b"application/vnd.oasis.opendocument.text") {
        Kind::Odt
    } else {
        Kind::Zip
    }
}

/// Which document an OLE compound file is, by the names in its directory (UTF-16).
fn compound(bytes: &[u8]) -> Kind {
    let named = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        contains(bytes, &wide)
    };
    if named("EncryptedPackage") {
        Kind::EncryptedOffice
    } else if named("WordDocument") {
        Kind::Other
    } else if named("Workbook") || named("Book") {
        Kind::Xls
    } else {
        Kind::Other
    }
}

/// Text that is meant for a program to draw: reading its code as words would be wrong.
fn is_markup(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head)
        .trim_start_matches('\u{feff}')
        .trim()
        .to_lowercase();
    [
        "{\\rtf",
        "<!doctype",
        "<html",
        "<?xml",
        "%!ps",
        "begin:vc",
        "<svg",
    ]
    .iter()
    .any(|start| head.starts_with(start))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}
