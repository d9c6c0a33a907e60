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

/// UID, size and time of a FETCH answer; none where the UID or the size is missing. A time that is
/// missing or odd is that of 1970: whoever asks knows better what to make of it than nobody.
pub(super) fn listed(items: &[AttributeValue<'_>]) -> Option<(u32, Listed)> {
    let (mut uid, mut bytes, mut date) = (None, None, None);
    for item in items {
        match item {
            AttributeValue::Uid(found) => uid = Some(*found),
            AttributeValue::Rfc822Size(found) => bytes = Some(u64::from(*found)),
            AttributeValue::InternalDate(found) => date = Some(found.trim()),
            _ => {}
        }
    }
    let (uid, bytes) = (uid?, bytes?);
    let date = date.unwrap_or("none");
    let received_at = DateTime::parse_from_str(date, "%d-%b-%Y %H:%M:%S %z")
        .inspect_err(|_| tracing::warn!(uid, date = plain(date), "a date we can't read"))
        .map_or_else(|_| DateTime::default(), |at| at.with_timezone(&Utc));
    Some((uid, Listed { bytes, received_at }))
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
