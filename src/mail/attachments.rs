//! The parts of a mail that are files.

use mail_parser::parsers::MessageStream;
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use super::letter::Attachment;
use super::line::{collapse, head};

/// Files of one mail that are kept, and mails within mails that are opened for theirs.
const FILES_MAX: usize = 200;
const DEPTH_MAX: usize = 3;
/// Longest file name, in bytes.
const NAME_BYTES: usize = 150;

/// Media types that carry a client's machinery rather than a document.
#[rustfmt::skip]
const MACHINERY: &[&str] = &[
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "application/pgp-encrypted", "message/delivery-status", "message/global-delivery-status",
    "message/disposition-notification", "message/feedback-report", "text/rfc822-headers",
    "text/calendar", "text/x-vcard", "text/vcard",
];

/// The files, those of attached mails among them. Pictures that the text shows (logos) are none.
pub(super) fn files(message: &Message<'_>) -> Vec<Attachment> {
    let mut found = Vec::new();
    collect(message, 0, &mut found);
    found
}

fn collect(message: &Message<'_>, depth: usize, found: &mut Vec<Attachment>) {
    for (i, part) in message.parts.iter().enumerate() {
        if found.len() >= FILES_MAX {
            return;
        }
        if let PartType::Message(inner) = &part.body {
            if depth < DEPTH_MAX && !inner.parts.is_empty() {
                collect(inner, depth + 1, found);
            }
            continue;
        }
        let id = u32::try_from(i).unwrap_or(u32::MAX);
        if !is_file(message, part, id) {
            continue;
        }
        let media_type = media_type(part);
        if MACHINERY.contains(&media_type.as_str()) {
            continue;
        }
        let name = file_name(
            part.attachment_name().unwrap_or_default(),
            &media_type,
            found.len(),
        );
        found.push(Attachment {
            name,
            media_type,
            bytes: part.contents().to_vec(),
        });
    }
}

fn is_file(message: &Message<'_>, part: &MessagePart<'_>, id: u32) -> bool {
    let is_body = message.text_body.contains(&id) || message.html_body.contains(&id);
    match &part.body {
        PartType::Multipart(_) | PartType::Message(_) => false,
        PartType::Text(_) | PartType::Html(_) => !is_body && part.attachment_name().is_some(),
        PartType::Binary(_) | PartType::InlineBinary(_) => !is_shown(message, part),
    }
}

/// Whether a part is a picture that the HTML text shows.
fn is_shown(message: &Message<'_>, part: &MessagePart<'_>) -> bool {
    let is_image = part
        .content_type()
        .is_some_and(|ct| ct.ctype().eq_ignore_ascii_case("image"));
    let Some(id) = part.content_id().filter(|id| is_image && !id.is_empty()) else {
        return false;
    };
    let needle = format!("cid:{}", id.trim_matches(['<', '>']));
    message
        .html_bodies()
        .any(|html| html.text_contents().is_some_and(|t| t.contains(&needle)))
}

fn media_type(part: &MessagePart<'_>) -> String {
    part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |ct| format!("{}/{}", ct.ctype(), ct.subtype().unwrap_or("octet-stream")).to_lowercase(),
    )
}

/// A name without path, control or direction characters; made up where there is none.
fn file_name(declared: &str, media_type: &str, index: usize) -> String {
    let decoded = if declared.contains("=?") {
        let line = format!("{declared}\n");
        MessageStream::new(line.as_bytes())
            .parse_unstructured()
            .into_text()
            .map_or_else(|| declared.to_owned(), |t| t.into_owned())
    } else {
        declared.to_owned()
    };
    let base = decoded.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = base
        .chars()
        .filter(|c| !c.is_control() && !is_direction(*c))
        .collect();
    let clean = collapse(&clean);
    if clean.trim_matches('.').is_empty() {
        return format!("adjunto-{}{}", index + 1, extension(media_type));
    }
    if clean.len() <= NAME_BYTES {
        return clean;
    }
    let (stem, tail) = clean
        .rsplit_once('.')
        .filter(|(_, t)| t.len() <= 8)
        .unwrap_or((&clean, ""));
    format!("{}.{tail}", head(stem, NAME_BYTES))
        .trim_end_matches('.')
        .to_owned()
}

/// Characters that change how a name is shown, so that it looks like another.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => ".pdf",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "text/plain" => ".txt",
        "text/html" => ".html",
        "application/zip" => ".zip",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (declared, expected) in [
            ("Memo N° 3.pdf", "Memo N° 3.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.docx", "a.docx"),
            ("a\r\nb\u{202e}fdp.exe", "abfdp.exe"),
            ("=?utf-8?q?Memor=C3=A1ndum.pdf?=", "Memorándum.pdf"),
            ("..", "adjunto-1.pdf"),
        ] {
            assert_eq!(
                file_name(declared, "application/pdf", 0),
                expected,
                "{declared}"
            );
        }
        let long = format!("{}.pdf", "ñ".repeat(300));
        assert!(
            file_name(&long, "x/y", 0).ends_with(".pdf") && file_name(&long, "x/y", 0).len() < 170
        );
    }
}
