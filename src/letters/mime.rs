//! Bytes of a mail: quoted-printable, base64, encoded words, parameters, parts (RFC 2045, 2047,
//! 2231). Own, because the builder at hand cannot write a mail whose To field is beyond repair,
//! and a fallback must always come out. Every function gives the same bytes for the same input.

use data_encoding::BASE64;
use ring::digest::{SHA256, digest};

use crate::mail::Attachment;

/// Longest line of a header before it is folded (RFC 5322, 2.1.1).
const FOLD_AT: usize = 76;

/// Longest encoded word with its marks (RFC 2047, 2).
const WORD: usize = 75;

/// Quoted-printable (RFC 2045, 6.7) of text with LF or CRLF line ends. Lines that begin with
/// "From " or a dot are protected too, since old mail software mends them.
pub(super) fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        quoted_line(line.as_bytes(), &mut out);
        out.push_str("\r\n");
    }
    out
}

fn quoted_line(line: &[u8], out: &mut String) {
    let mut width = 0;
    for (at, &byte) in line.iter().enumerate() {
        let last = at + 1 == line.len();
        let plain = match byte {
            b'=' => false,
            b' ' | b'\t' => !last,
            _ => byte.is_ascii_graphic(),
        };
        if width + if plain { 1 } else { 3 } >= FOLD_AT {
            out.push_str("=\r\n");
            width = 0;
        }
        let rest = line.get(at..).unwrap_or_default();
        let protected = width == 0 && (byte == b'.' || rest.starts_with(b"From "));
        if plain && !protected {
            out.push(char::from(byte));
            width += 1;
        } else {
            push_hex(out, '=', byte);
            width += 3;
        }
    }
}

fn push_hex(out: &mut String, mark: char, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push(mark);
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

/// Percent-encoding of everything but the unreserved characters (RFC 3986, 2.3).
pub(super) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            push_hex(&mut out, '%', byte);
        }
    }
    out
}

/// Base64 in lines of 76 characters (RFC 2045, 6.8).
pub(super) fn base64_lines(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 28 + 4);
    for chunk in bytes.chunks(57) {
        BASE64.encode_append(chunk, &mut out);
        out.push_str("\r\n");
    }
    out
}

/// An unstructured header (Subject), folded; runs of words that are not plain ASCII become encoded
/// words, so that the tag in front stays readable for filters.
pub(super) fn unstructured(name: &str, value: &str) -> String {
    let mut line = Folding::new(name);
    let words: Vec<&str> = value.split(' ').collect();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if is_plain(word) {
            line.token(word);
            at += 1;
            continue;
        }
        let run = words[at..].iter().take_while(|w| !is_plain(w)).count();
        for encoded in encoded_words(&words[at..at + run].join(" ")) {
            line.token(&encoded);
        }
        at += run;
    }
    line.finish()
}

/// A header of tokens that may be folded between any two (Message-IDs, an address with its name).
pub(super) fn tokens<'a>(name: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = Folding::new(name);
    for value in values {
        line.token(value);
    }
    line.finish()
}

/// The display name of an address as tokens: a quoted string where ASCII suffices, else encoded
/// words (RFC 5322, 3.2.4; RFC 2047, 5).
pub(super) fn display_name(name: &str) -> Vec<String> {
    let short = name.len() <= FOLD_AT - 10;
    if name.is_ascii() && short && !name.contains("=?") {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        return vec![format!("\"{escaped}\"")];
    }
    encoded_words(name)
}

/// A word that may stand in a header as it is. A very long one is encoded, since it could not be
/// folded.
fn is_plain(word: &str) -> bool {
    word.len() < FOLD_AT - 12 && word.bytes().all(|b| b.is_ascii_graphic()) && !word.contains("=?")
}

/// UTF-8 encoded words in base64, each of whole characters; readers drop the space between them.
fn encoded_words(text: &str) -> Vec<String> {
    const OVERHEAD: usize = "=?UTF-8?B??=".len();
    let room = (WORD - OVERHEAD) / 4 * 3;
    let mut words = Vec::new();
    let mut part = String::new();
    for character in text.chars() {
        if part.len() + character.len_utf8() > room {
            words.push(encoded_word(&part));
            part.clear();
        }
        part.push(character);
    }
    if !part.is_empty() {
        words.push(encoded_word(&part));
    }
    words
}

fn encoded_word(part: &str) -> String {
    format!("=?UTF-8?B?{}?=", BASE64.encode(part.as_bytes()))
}

/// A header that is folded where the next token would pass the margin.
struct Folding {
    out: String,
    width: usize,
}

impl Folding {
    fn new(name: &str) -> Self {
        Self {
            out: format!("{name}:"),
            width: name.len() + 1,
        }
    }

    fn token(&mut self, token: &str) {
        // The first token stays on the line of the name: an empty first line confuses old readers.
        let first = self.out.ends_with(':') && !self.out.contains(' ');
        if !first && self.width + 1 + token.len() > FOLD_AT && !token.is_empty() {
            self.out.push_str("\r\n");
            self.width = 0;
        }
        self.out.push(' ');
        self.out.push_str(token);
        self.width += 1 + token.len();
    }

    fn finish(mut self) -> String {
        self.out.push_str("\r\n");
        self.out
    }
}

/// The `filename` parameter (RFC 2183, RFC 2231): quoted where ASCII suffices, else UTF-8 in
/// numbered pieces.
fn file_name(name: &str) -> String {
    let plain = |b: u8| (b.is_ascii_graphic() || b == b' ') && b != b'"' && b != b'\\';
    if name.len() <= 60 && name.bytes().all(plain) {
        return format!(";\r\n filename=\"{name}\"");
    }
    let mut pieces = vec![String::from("UTF-8''")];
    for character in name.chars() {
        let encoded = percent(character.encode_utf8(&mut [0; 4]));
        match pieces.last_mut() {
            Some(piece) if piece.len() + encoded.len() <= 55 => piece.push_str(&encoded),
            _ => pieces.push(encoded),
        }
    }
    let mut out = String::new();
    if let [one] = pieces.as_slice() {
        return format!(";\r\n filename*={one}");
    }
    for (at, piece) in pieces.iter().enumerate() {
        out.push_str(&format!(";\r\n filename*{at}*={piece}"));
    }
    out
}

/// A media type that may stand in a header; a mail within a mail may not be base64 (RFC 2046,
/// 5.2.1) and goes as bytes.
fn media_type(declared: &str) -> &str {
    let token = |s: &str| {
        !s.is_empty()
            && s.len() <= 100
            && s.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match declared.split_once('/') {
        Some(("message" | "multipart", _)) => "application/octet-stream",
        Some((kind, subtype)) if token(kind) && token(subtype) => declared,
        _ => "application/octet-stream",
    }
}

/// A text part.
pub(super) fn text_part(subtype: &str, text: &str) -> String {
    format!(
        "Content-Type: text/{subtype}; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{}",
        quoted_printable(text)
    )
}

/// A file.
pub(super) fn file_part(file: &Attachment) -> String {
    format!(
        "Content-Type: {}\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment{}\r\n\r\n{}",
        media_type(&file.media_type),
        file_name(&super::words::one_line(&file.name, 200)),
        base64_lines(&file.bytes)
    )
}

/// Parts between boundaries. The boundary comes from `seed` (the Message-ID): the same mail has the
/// same bytes. "=_" cannot occur in quoted-printable or base64.
pub(super) fn multipart(kind: &str, seed: &str, parts: &[String]) -> String {
    let hash = digest(&SHA256, format!("{kind} {seed}").as_bytes());
    let id = data_encoding::HEXLOWER.encode(&hash.as_ref()[..16]);
    let boundary = format!("=_{kind}_{id}");
    let mut out = format!("Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"\r\n\r\n");
    for part in parts {
        out.push_str(&format!("--{boundary}\r\n{part}"));
        if !part.ends_with("\r\n") {
            out.push_str("\r\n");
        }
    }
    out.push_str(&format!("--{boundary}--\r\n"));
    out
}
