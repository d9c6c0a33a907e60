//! The bytes before any MIME parser sees them: repairs, and the header fields as they stand.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

/// Header fields of a mail or of a block of a delivery report, unfolded, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers {
    fields: Vec<(String, String)>,
}

/// Most header fields that are looked at.
const FIELDS_MAX: usize = 2_000;

impl Headers {
    /// Splits header text up to the first empty line.
    pub(super) fn parse(text: &str) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() || fields.len() >= FIELDS_MAX {
                break;
            }
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self { fields }
    }

    /// The header fields of a whole mail.
    pub(super) fn of_mail(bytes: &[u8]) -> Self {
        let end = header_end(bytes);
        Self::parse(&String::from_utf8_lossy(bytes.get(..end).unwrap_or(bytes)))
    }

    /// The first field of that (lower case) name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(n, _)| n == name);
        field.map(|(_, value)| value.as_str())
    }

    /// All fields of that (lower case) name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// Every field, from the top: lower case name, value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All fields in order, names in lower case.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Adds a field.
    pub(super) fn push(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// The first of these (lower case) names that is there.
    pub(super) fn first_of<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        names.iter().copied().find(|name| self.has(name))
    }
}

/// Where the header ends: the offset just after its last line end (the empty line excluded).
fn header_end(bytes: &[u8]) -> usize {
    let mut start = 0;
    for (i, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            if i == start || (i == start + 1 && bytes.get(start) == Some(&b'\r')) {
                return start;
            }
            start = i + 1;
        }
    }
    bytes.len()
}

/// Makes bytes fit for the MIME parser: line ends of CR alone, a leading mbox line or empty lines,
/// and header bytes in an undeclared 8-bit charset. Says what it did.
pub(super) fn repair<'a>(bytes: &'a [u8], defects: &mut Vec<String>) -> Cow<'a, [u8]> {
    let mut bytes = Cow::Borrowed(bytes);
    if !bytes.contains(&b'\n') && bytes.contains(&b'\r') {
        defects.push("line ends are CR alone".to_owned());
        bytes = Cow::Owned(
            bytes
                .iter()
                .map(|b| if *b == b'\r' { b'\n' } else { *b })
                .collect(),
        );
    }
    let skipped = leading(&bytes);
    if skipped > 0 {
        bytes = match bytes {
            Cow::Borrowed(b) => Cow::Borrowed(b.get(skipped..).unwrap_or_default()),
            Cow::Owned(mut b) => {
                b.drain(..skipped.min(b.len()));
                Cow::Owned(b)
            }
        };
    }
    let end = header_end(&bytes);
    let header = bytes.get(..end).unwrap_or_default();
    if std::str::from_utf8(header).is_err() {
        defects.push("undeclared 8-bit bytes in the header, read as windows-1252".to_owned());
        let mut whole = Vec::with_capacity(bytes.len() + 64);
        for line in header.split_inclusive(|b| *b == b'\n') {
            match std::str::from_utf8(line) {
                Ok(_) => whole.extend_from_slice(line),
                Err(_) => whole.extend_from_slice(windows_1252(line).as_bytes()),
            }
        }
        whole.extend_from_slice(bytes.get(end..).unwrap_or_default());
        bytes = Cow::Owned(whole);
    }
    bytes
}

/// Bytes to skip at the beginning: white space, empty lines, an mbox "From " line, a byte order
/// mark.
fn leading(bytes: &[u8]) -> usize {
    let mut at = if bytes.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(b"\r\n") {
            at += 2;
        } else if rest.starts_with(b"\n") {
            at += 1;
        } else if rest.starts_with(b" ") || rest.starts_with(b"\t") {
            // nothing to continue: white space before the first field
            at += 1;
        } else if rest.starts_with(b"From ") || rest.starts_with(b">From ") {
            match rest.iter().position(|b| *b == b'\n') {
                Some(end) => at += end + 1,
                None => return at,
            }
        } else {
            return at;
        }
    }
}

/// Text of bytes in windows-1252, which every undeclared western 8-bit text is read as.
pub(super) fn windows_1252(bytes: &[u8]) -> String {
    match charset_decoder(b"windows-1252") {
        Some(decode) => decode(bytes),
        None => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_fields_are_unfolded_and_end_at_the_empty_line() {
        let h =
            Headers::of_mail(b"Subject: uno\r\n dos\r\nX-A: 1\r\nX-A: 2\r\n\r\nX-B: cuerpo\r\n");
        assert_eq!(h.get("subject"), Some("uno dos"));
        assert_eq!(h.all("x-a").collect::<Vec<_>>(), ["1", "2"]);
        assert!(!h.has("x-b"));
    }

    #[test]
    fn raw_latin_1_subject_is_read() {
        let mut defects = Vec::new();
        let bytes = repair(b"Subject: Desaprobaci\xf3n\n\nhola", &mut defects);
        assert!(String::from_utf8_lossy(&bytes).contains("Desaprobación"));
        assert_eq!(defects.len(), 1);
    }

    #[test]
    fn carriage_returns_alone_end_lines() {
        let mut defects = Vec::new();
        let bytes = repair(b"From x\rSubject: a\r\rb", &mut defects);
        assert_eq!(&*bytes, b"Subject: a\n\nb");
    }
}
