//! TNEF (MS-OXTNEF): the attachments that Outlook packs into a `winmail.dat`. Its own text is a
//! compressed RTF that stands in the mail too, and is not read.

use super::archive::File;
use super::{Unreadable, limits, plain};

/// The bytes that it begins with.
pub(super) const SIGNATURE: &[u8] = &[0x78, 0x9F, 0x3E, 0x22];

/// Attributes of an attachment (MS-OXTNEF, 2.1.3.3): its beginning, name, bytes.
const RENDER: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800F;

/// The attachments.
///
/// # Errors
/// [`Unreadable::Corrupt`] where it holds none, [`Unreadable::OverLimit`] for too many.
pub(super) fn open(bytes: &[u8]) -> Result<Vec<File>, Unreadable> {
    // Signature and a key of two bytes.
    let mut rest = bytes.get(6..).ok_or(Unreadable::Corrupt)?;
    let mut files: Vec<File> = Vec::new();
    while !rest.is_empty() {
        let Some((id, value, after)) = attribute(rest) else {
            break;
        };
        rest = after;
        if id == RENDER {
            if files.len() >= limits::FILES_INSIDE {
                return Err(Unreadable::OverLimit);
            }
            files.push(("sin nombre".to_owned(), Err(Unreadable::Corrupt)));
        }
        let Some((name, data)) = files.last_mut() else {
            continue;
        };
        if id == TITLE {
            let text = value.split(|byte| *byte == 0).next().unwrap_or(value);
            if let Some(title) = plain::decode(text) {
                *name = super::text::tidy_line(&title);
            }
        } else if id == DATA {
            *data = Ok(value.to_vec());
        }
    }
    if files.is_empty() {
        return Err(Unreadable::Corrupt);
    }
    Ok(files)
}

/// Level, id, length, value, checksum.
fn attribute(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let number = |at: usize| {
        let four = bytes.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
    };
    let id = number(1)?;
    let length = usize::try_from(number(5)?).ok()?;
    let end = 9_usize.checked_add(length)?;
    Some((id, bytes.get(9..end)?, bytes.get(end.checked_add(2)?..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute_of(level: u8, id: u32, value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap_or(0);
        let mut out = vec![level];
        out.extend(id.to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend(value);
        out.extend([0, 0]);
        out
    }

    #[test]
    fn a_winmail_gives_its_attachments() {
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend([1, 0]);
        bytes.extend(attribute_of(1, 0x0008_9006, &[0, 0, 1, 0]));
        bytes.extend(attribute_of(2, RENDER, &[0; 14]));
        bytes.extend(attribute_of(2, TITLE, b"memo.txt\0"));
        bytes.extend(attribute_of(2, DATA, "MEMORÁNDUM N° 3".as_bytes()));
        let document = super::super::read("winmail.dat", &bytes);
        assert!(document.content.is_ok());
        let inside = document.inside.first();
        assert_eq!(inside.map(|d| d.name.as_str()), Some("memo.txt"));
        assert!(inside.is_some_and(|d| d.content.is_ok()));
        // Cut short, flipped, empty: never more than a reason.
        for end in 0..bytes.len() {
            let _ = super::super::read("winmail.dat", bytes.get(..end).unwrap_or(&[]));
        }
        let empty = super::super::read("winmail.dat", bytes.get(..6).unwrap_or(&[]));
        assert_eq!(empty.content, Err(Unreadable::Corrupt));
    }
}
