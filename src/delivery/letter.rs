//! A mail as it goes over the wire.

use std::borrow::Cow;

use lettre::Address;

use super::Envelope;

/// What goes over the wire.
pub(super) struct Letter<'a> {
    pub(super) from: Option<Address>,
    pub(super) to: Address,
    pub(super) bytes: Cow<'a, [u8]>,
}

impl<'a> Letter<'a> {
    pub(super) fn new(envelope: &Envelope<'_>, bytes: &'a [u8]) -> Result<Self, String> {
        let address = |text: &str| {
            text.parse::<Address>()
                .map_err(|e| format!("{text:?} is no mail address: {e}"))
        };
        let from = envelope.return_path.map(address).transpose()?;
        Ok(Self {
            from,
            to: address(envelope.to)?,
            bytes: lines(bytes),
        })
    }
}

/// Bytes whose lines end in CRLF, each and every one (RFC 5321, section 2.3.8): a lone LF could
/// end the mail early at some servers. The last CRLF is left off, since sending adds one.
fn lines(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mut before = None;
    let mut lone = false;
    for &byte in bytes {
        lone |= (byte == b'\n') != (before == Some(b'\r'));
        before = Some(byte);
    }
    if !lone && before != Some(b'\r') {
        return Cow::Borrowed(bytes);
    }
    let mut whole = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                whole.extend(b"\r\n");
            }
            b'\n' => whole.extend(b"\r\n"),
            other => whole.push(other),
        }
    }
    Cow::Owned(whole)
}

/// A mail with its dots doubled and its end (RFC 5321, section 4.5.2), in one piece: lettre sends
/// the end apart, which waits 40 ms for the acknowledgement of the rest (Nagle's algorithm).
pub(super) struct Whole<'a>(pub(super) &'a str);

impl std::fmt::Display for Whole<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in self.0.split_inclusive("\r\n") {
            if line.starts_with('.') {
                f.write_str(".")?;
            }
            f.write_str(line)?;
        }
        f.write_str("\r\n.\r\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ends_in_crlf_and_the_last_one_is_left_off() {
        for (given, sent) in [
            ("a\r\nb\r\n", "a\r\nb"),
            ("a\nb\n", "a\r\nb"),
            ("a\r\n.\r\nb", "a\r\n.\r\nb"),
            ("a\n.\nb", "a\r\n.\r\nb"),
            ("a\r.\rb\r", "a\r\n.\r\nb"),
            ("a\r\r\nb", "a\r\n\r\nb"),
            ("", ""),
        ] {
            assert_eq!(lines(given.as_bytes()), sent.as_bytes(), "{given:?}");
        }
        assert!(matches!(lines(b"a\r\nb\r\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn dots_are_doubled_where_a_line_begins() {
        let whole = Whole(".a\r\n..\r\nb.\r\n.").to_string();
        assert_eq!(whole, "..a\r\n...\r\nb.\r\n..\r\n.\r\n");
        assert_eq!(Whole("").to_string(), "\r\n.\r\n");
    }
}
