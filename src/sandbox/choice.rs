//! Which attachments are documents.

use crate::documents::{DocumentType, kind_at_a_glance};
use crate::mail::Attachment;

/// Media types of attachments that programs add by themselves.
const NO_DOCUMENTS: [&str; 10] = [
    "application/ics",
    "application/pgp-keys",
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/calendar",
    "text/directory",
    "text/vcard",
    "text/x-amp-html",
    "text/x-vcard",
];

/// The same by the ends of their names, for those declared as `application/octet-stream`.
const NO_DOCUMENT_NAMES: [&str; 5] = [".p7s", ".asc", ".sig", ".ics", ".vcf"];

/// Pictures below this many bytes are logos and icons: a scanned page has more.
const SMALL_PICTURE: usize = 10 * 1024;

/// The same where the name is one that mail programs give to pictures of a signature.
const SMALL_INLINE_PICTURE: usize = 200 * 1024;

/// Whether an attachment is something that a person sent to be read. Signatures, invitations,
/// business cards, attached mails and the pictures of a signature are not.
pub fn is_document(attachment: &Attachment) -> bool {
    let name = attachment.name.to_lowercase();
    if NO_DOCUMENTS.contains(&attachment.media_type.as_str())
        || attachment.media_type.starts_with("message/")
        || NO_DOCUMENT_NAMES.iter().any(|end| name.ends_with(end))
    {
        return false;
    }
    if kind_at_a_glance(&attachment.bytes) != DocumentType::Image {
        return true;
    }
    let most = if is_inline_name(&name) {
        SMALL_INLINE_PICTURE
    } else {
        SMALL_PICTURE
    };
    attachment.bytes.len() >= most
}

/// `image001.png` and `Outlook-x1y2.png` (Outlook), `logo.png`, `firma.jpg`.
fn is_inline_name(name: &str) -> bool {
    let numbered = name
        .strip_prefix("image")
        .is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    numbered
        || ["outlook-", "logo", "firma", "signature"]
            .iter()
            .any(|start| name.starts_with(start))
}
