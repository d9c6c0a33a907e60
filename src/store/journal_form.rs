//! What exactly is hashed: the texts of entries and anchors, as `docs/audit.md` describes them. A
//! form that was once written is never changed; a better one gets the next number.

use std::fmt::Write;

use chrono::SecondsFormat;
use data_encoding::HEXLOWER;

use super::books::{sha256, time};

/// The form in which entries are written now.
pub(super) const FORM: i64 = 2;
/// The chain of mails that belong to no request.
pub(super) const NO_REQUEST: &str = "-";
/// The chain of the anchors.
pub(super) const ANCHORS: &str = "anchors";

/// An entry as it is chained.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Its row.
    pub id: i64,
    /// Number of the request; `-` for a mail of none.
    pub chain: String,
    /// 1: as the first version wrote it; 2: with contents that lie apart.
    pub form: i64,
    /// Place in its chain, from 1.
    pub place: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// The outcome's name.
    pub outcome: String,
    /// Address of who did it; empty: the desk itself.
    pub by_whom: String,
    /// For whom, where somebody stood in.
    pub for_whom: String,
    /// The cell of the table that says who may answer.
    pub cell: String,
    /// The mail that led to it.
    pub input: Option<i64>,
    /// Salted hash of the event.
    pub event_hash: Vec<u8>,
    /// Salted hash of the mail; empty: none.
    pub mail_hash: Vec<u8>,
    /// Salted hash of the request that resulted; empty: none.
    pub row_hash: Vec<u8>,
    /// Hash of the entry before.
    pub previous: Vec<u8>,
    /// Its own hash.
    pub hash: Vec<u8>,
}

impl Link {
    /// The bytes whose SHA-256 is its hash. The first form holds the event itself; without it,
    /// after a purge, there is nothing to recompute.
    pub fn bytes(&self, event: Option<&str>) -> Option<Vec<u8>> {
        if self.form != 1 {
            return Some(self.text().into_bytes());
        }
        let event = event?;
        let mut bytes = self.previous.clone();
        bytes.extend(&self.row_hash);
        let words = format!("{}|{}|{}|{event}", self.at, self.outcome, self.cell);
        bytes.extend(words.as_bytes());
        Some(bytes)
    }

    fn text(&self) -> String {
        let input = self.input.map(|id| id.to_string()).unwrap_or_default();
        lines(&[
            ("mesad-entry", &self.form.to_string()),
            ("request", &self.chain),
            ("place", &self.place.to_string()),
            ("at", &instant(self.at)),
            ("outcome", &self.outcome),
            ("by", &self.by_whom),
            ("for", &self.for_whom),
            ("cell", &self.cell),
            ("mail-number", &input),
            ("event", &hex(&self.event_hash)),
            ("mail", &hex(&self.mail_hash)),
            ("row", &hex(&self.row_hash)),
            ("previous", &hex(&self.previous)),
        ])
    }
}

/// An anchor: what all chains had come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    /// Place among the anchors, from 1.
    pub place: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// The last entry that it covers, by row.
    pub last_entry: i64,
    /// SHA-256 of the list that it is about.
    pub digest: Vec<u8>,
    /// Hash of the anchor before.
    pub previous: Vec<u8>,
    /// Its own hash.
    pub hash: Vec<u8>,
}

impl Anchor {
    /// The text whose SHA-256 is its hash.
    pub fn text(&self) -> String {
        lines(&[
            ("mesad-anchor", "1"),
            ("place", &self.place.to_string()),
            ("at", &instant(self.at)),
            ("last-entry", &self.last_entry.to_string()),
            ("list", &hex(&self.digest)),
            ("previous", &hex(&self.previous)),
        ])
    }
}

/// A line for each name; a value cannot make a line of its own.
fn lines(rows: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in rows {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(&escaped(value));
        text.push('\n');
    }
    text
}

/// Control characters and the backslash, written out: two values never give the same line.
pub(super) fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_control() || c == '\\' {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// A time as it is hashed: UTC with microseconds.
fn instant(micros: i64) -> String {
    time(micros).to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// SHA-256 of a salt and the bytes after it.
pub(super) fn salted(salt: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    context.update(salt);
    context.update(bytes);
    context.finish().as_ref().to_vec()
}

/// Whether a hash is that of these bytes.
pub(super) fn is_hash_of(hash: &[u8], bytes: &[u8]) -> bool {
    sha256(bytes) == hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_pass_for_another_line() {
        let mut one = Link {
            form: FORM,
            by_whom: "a\nfor: b".to_owned(),
            ..Link::default()
        };
        let forged = one.bytes(None).unwrap();
        one.by_whom = "a".to_owned();
        one.for_whom = "b".to_owned();
        assert_ne!(forged, one.bytes(None).unwrap());
        assert_eq!(forged.iter().filter(|b| **b == b'\n').count(), 13);
        assert_ne!(escaped("\\u{a}"), escaped("\n"));
    }

    #[test]
    fn the_first_form_needs_its_event() {
        let link = Link {
            form: 1,
            at: 5,
            outcome: "opened".to_owned(),
            ..Link::default()
        };
        assert_eq!(link.bytes(Some("null")).unwrap(), b"5|opened||null");
        assert_eq!(link.bytes(None), None);
    }
}
