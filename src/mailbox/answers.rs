//! What the items of a server's answers say.

use async_imap::imap_proto::{AttributeValue, MessageSection, SectionPath};
use chrono::{DateTime, Utc};

use super::{Listed, plain};

/// A capability's name in capitals.
pub(super) fn capability(capability: &async_imap::imap_proto::Capability<'_>) -> String {
    use async_imap::imap_proto::Capability;
    match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(name) => format!("AUTH={}", name.to_ascii_uppercase()),
        Capability::Atom(name) => name.to_ascii_uppercase(),
    }
}

/// UID, size and time of a FETCH answer; none where one is missing, an error with the UID and what
/// stands there where the time is odd.
pub(super) fn listed(items: &[AttributeValue<'_>]) -> Option<Result<(u32, Listed), (u32, String)>> {
    let (mut uid, mut bytes, mut date) = (None, None, None);
    for item in items {
        match item {
            AttributeValue::Uid(found) => uid = Some(*found),
            AttributeValue::Rfc822Size(found) => bytes = Some(u64::from(*found)),
            AttributeValue::InternalDate(found) => date = Some(found.trim()),
            _ => {}
        }
    }
    let (uid, bytes, date) = (uid?, bytes?, date?);
    let received_at = DateTime::parse_from_str(date, "%d-%b-%Y %H:%M:%S %z");
    Some(match received_at {
        Ok(at) => Ok((
            uid,
            Listed {
                bytes,
                received_at: at.with_timezone(&Utc),
            },
        )),
        Err(_) => Err((uid, plain(date))),
    })
}

/// The text of a BODY item, or of a header.
pub(super) fn body(item: &AttributeValue<'_>) -> Option<Vec<u8>> {
    match item {
        AttributeValue::BodySection {
            section: None | Some(SectionPath::Full(MessageSection::Header)),
            data,
            ..
        } => Some(data.as_deref().unwrap_or_default().to_vec()),
        _ => None,
    }
}
