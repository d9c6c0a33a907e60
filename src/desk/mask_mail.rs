//! Tokens in the bytes of a mail, shortened in place: plain, quoted-printable and base64
//! (RFC 2045), also with UTF-16 in it. The mail keeps its length and everything else.

use std::collections::BTreeSet;

use data_encoding::BASE64;

use super::token::TOKEN_CHARACTERS;

/// How much of a token stays.
const SHOWN: usize = 4;
/// A line of base64 that could hold a token is at least this long.
const BASE64_LINE: usize = 40;

/// What could be a token, in lower case; the store knows which are.
pub(super) fn candidates(mail: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut look = |view: &View| {
        for (at, _) in windows(&view.bytes) {
            let word = view.bytes.get(at..at + TOKEN_CHARACTERS);
            let word = word.map(|w| String::from_utf8_lossy(w).to_lowercase());
            found.extend(word);
        }
    };
    for view in text_views(mail) {
        look(&view);
    }
    for block in base64_blocks(mail) {
        look(&View::decoded(&block.bytes));
    }
    found
}

/// The mail with these tokens shortened.
pub(super) fn mask(mail: &[u8], tokens: &[String]) -> Vec<u8> {
    let mut masked = mail.to_vec();
    let is_token = |word: &[u8]| {
        let word = word.to_ascii_lowercase();
        tokens.iter().any(|token| token.as_bytes() == word)
    };
    for view in text_views(mail) {
        for at in view.hidden(&is_token) {
            // A character that is written as "=XX" stays one.
            match masked.get(at) {
                Some(b'=') => put(&mut masked, at, b"=78"),
                _ => put(&mut masked, at, b"x"),
            }
        }
    }
    for mut block in base64_blocks(mail) {
        let hidden = View::decoded(&block.bytes).hidden(&is_token);
        for at in &hidden {
            put(&mut block.bytes, *at, b"x");
        }
        if !hidden.is_empty() {
            block.write_back(&mut masked);
        }
    }
    masked
}

fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    for (slot, byte) in bytes.iter_mut().skip(at).zip(new) {
        *slot = *byte;
    }
}

/// A text as it reads, and where each of its bytes stands.
struct View {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl View {
    /// The zeros of UTF-16 left out.
    fn decoded(bytes: &[u8]) -> Self {
        let kept = bytes.iter().enumerate().filter(|(_, byte)| **byte != 0);
        let (places, bytes) = kept.map(|(at, byte)| (at, *byte)).unzip();
        Self { bytes, places }
    }

    /// Soft line breaks and escapes of quoted-printable undone.
    fn quoted_printable(mail: &[u8]) -> Self {
        let (mut bytes, mut places) = (vec![], vec![]);
        let mut at = 0;
        while let Some(byte) = mail.get(at) {
            let next = mail.get(at + 1..at + 3).unwrap_or_default();
            let escaped = (*byte == b'=').then(|| hex_digits(next)).flatten();
            let (read, step) = match (byte, next, escaped) {
                (b'=', [b'\r', b'\n'], _) => (None, 3),
                (b'=', [b'\n', _], _) => (None, 2),
                (_, _, Some(byte)) => (Some(byte), 3),
                (byte, _, None) => (Some(*byte), 1),
            };
            if let Some(read) = read {
                bytes.push(read);
                places.push(at);
            }
            at += step;
        }
        Self { bytes, places }
    }

    /// Where the characters stand that must be hidden.
    fn hidden(&self, is_token: &dyn Fn(&[u8]) -> bool) -> Vec<usize> {
        let mut hidden = BTreeSet::new();
        for (at, end) in windows(&self.bytes) {
            if self.bytes.get(at..end).is_some_and(is_token) {
                hidden.extend(self.places.get(at + SHOWN..end).unwrap_or_default());
            }
        }
        hidden.into_iter().collect()
    }
}

fn hex_digits(pair: &[u8]) -> Option<u8> {
    let pair = std::str::from_utf8(pair).ok().filter(|p| p.len() == 2)?;
    u8::from_str_radix(pair, 16).ok()
}

/// As it is, and with quoted-printable undone: "token=ab…" reads differently in the two.
fn text_views(mail: &[u8]) -> [View; 2] {
    [View::decoded(mail), View::quoted_printable(mail)]
}

/// Every stretch as long as a token and of its letters, all small or all capital: in base64, such a
/// stretch is not met by chance.
fn windows(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = vec![];
    let (mut small, mut capital) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        let digit = matches!(byte, b'2'..=b'7');
        small = if digit || byte.is_ascii_lowercase() {
            small + 1
        } else {
            0
        };
        capital = if digit || byte.is_ascii_uppercase() {
            capital + 1
        } else {
            0
        };
        if small >= TOKEN_CHARACTERS || capital >= TOKEN_CHARACTERS {
            found.push((at + 1 - TOKEN_CHARACTERS, at + 1));
        }
    }
    found
}

/// Lines of base64 that follow each other.
struct Block {
    /// Where its characters stand in the mail.
    places: Vec<usize>,
    /// What they say.
    bytes: Vec<u8>,
}

impl Block {
    fn write_back(&self, mail: &mut [u8]) {
        // The same number of bytes gives the same characters at the same places.
        for (place, character) in self.places.iter().zip(BASE64.encode(&self.bytes).bytes()) {
            put(mail, *place, &[character]);
        }
    }
}

fn base64_blocks(mail: &[u8]) -> Vec<Block> {
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    let mut blocks = vec![];
    let (mut places, mut longest, mut start) = (vec![], 0, 0);
    let mut end = |places: &mut Vec<usize>, longest: &mut usize| {
        let places = std::mem::take(places);
        if std::mem::take(longest) >= BASE64_LINE {
            blocks.extend(block(mail, places));
        }
    };
    for line in mail.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii_end();
        if text.is_empty() || !text.iter().all(is_base64) {
            end(&mut places, &mut longest);
        } else {
            places.extend(start..start + text.len());
            longest = longest.max(text.len());
        }
        start += line.len();
    }
    end(&mut places, &mut longest);
    blocks
}

fn block(mail: &[u8], places: Vec<usize>) -> Option<Block> {
    let mut characters: Vec<u8> = places
        .iter()
        .filter_map(|p| mail.get(*p).copied())
        .collect();
    // A block that was cut off is read as far as it goes.
    characters.truncate(characters.len() / 4 * 4);
    let bytes = BASE64.decode(&characters).ok()?;
    Some(Block { places, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz234567";

    fn shortened(mail: &[u8]) -> Vec<u8> {
        assert!(candidates(mail).contains(TOKEN), "{mail:?}");
        let masked = mask(mail, &[TOKEN.to_owned()]);
        assert_eq!(masked.len(), mail.len());
        assert!(!candidates(&masked).contains(TOKEN), "{masked:?}");
        masked
    }

    #[test]
    fn plain_and_capital_and_in_a_longer_word() {
        let masked = shortened(format!("To: mesa+{TOKEN}@x.example\r\n").as_bytes());
        let shown = format!("To: mesa+abcd{}@x.example\r\n", "x".repeat(28));
        assert_eq!(masked, shown.as_bytes());
        shortened(format!("[REF:{}]", TOKEN.to_uppercase()).as_bytes());
        shortened(format!("body=aref%3a{TOKEN}%5d").as_bytes());
    }

    #[test]
    fn quoted_printable() {
        let broken = TOKEN.replace("mnop", "mn=\r\nop");
        shortened(format!("[ref:{broken}]").as_bytes());
        let escaped = TOKEN.replace('k', "=6B");
        let masked = shortened(format!("[ref:{escaped}]").as_bytes());
        assert!(String::from_utf8(masked).unwrap().contains("x=78x"));
    }

    #[test]
    fn base64_in_lines_and_utf_16() {
        let text = format!("Apruebo.\r\n\r\n> [ref:{TOKEN}]\r\n> Saludos cordiales, la mesa\r\n");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), &wide] {
            let lines: Vec<String> = BASE64
                .encode(bytes)
                .as_bytes()
                .chunks(76)
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect();
            let mail = format!("Subject: x\r\n\r\n{}\r\n--b--\r\n", lines.join("\r\n"));
            shortened(mail.as_bytes());
        }
    }

    #[test]
    fn nothing_else_is_touched() {
        let mail = format!("a {TOKEN} b\r\n");
        assert_eq!(mask(mail.as_bytes(), &[]), mail.as_bytes());
    }
}
