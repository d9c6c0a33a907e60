//! Folder names and user names as IMAP and Maildir write them.

use data_encoding::{Encoding, Specification};
use std::sync::LazyLock;

/// Base64 with `,` for `/` and no padding (RFC 3501, section 5.1.3).
static MODIFIED_BASE64: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,");
    specification.encoding().ok()
});

/// A folder's name in modified UTF-7 (RFC 3501, section 5.1.3): "Revisión" is "Revisi&APM-n".
pub(super) fn modified_utf7(name: &str) -> String {
    let mut encoded = String::new();
    let mut shifted = Vec::new();
    for letter in name.chars() {
        if (' '..='~').contains(&letter) {
            flush(&mut shifted, &mut encoded);
            encoded.push(letter);
            if letter == '&' {
                encoded.push('-');
            }
        } else {
            let mut units = [0; 2];
            shifted.extend(
                letter
                    .encode_utf16(&mut units)
                    .iter()
                    .flat_map(|u| u.to_be_bytes()),
            );
        }
    }
    flush(&mut shifted, &mut encoded);
    encoded
}

fn flush(shifted: &mut Vec<u8>, encoded: &mut String) {
    if let (false, Some(base64)) = (shifted.is_empty(), MODIFIED_BASE64.as_ref()) {
        encoded.push('&');
        encoded.push_str(&base64.encode(shifted));
        encoded.push('-');
    }
    shifted.clear();
}

/// A folder's name as a quoted string (RFC 3501, section 4.3).
pub(super) fn quoted(name: &str) -> String {
    let name = modified_utf7(name);
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_modified_utf7() {
        assert_eq!(modified_utf7("Procesados"), "Procesados");
        assert_eq!(modified_utf7("Revisión"), "Revisi&APM-n");
        assert_eq!(modified_utf7("A & B"), "A &- B");
        // The example of RFC 3501, section 5.1.3.
        assert_eq!(
            modified_utf7("~peter/mail/台北/日本語"),
            "~peter/mail/&U,BTFw-/&ZeVnLIqe-"
        );
        assert_eq!(modified_utf7("a\r\nb"), "a&AA0ACg-b");
        assert_eq!(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
    }
}
