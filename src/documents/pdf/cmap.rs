//! `ToUnicode` character maps (ISO 32000-1, 9.10.3). lopdf's reader of them unfolds ranges one by
//! one, which a hostile range of four bytes makes endless; this one keeps ranges as they are.

use std::collections::BTreeMap;

/// From character codes to text.
#[derive(Default)]
pub(super) struct CMap {
    /// First code of a range → last code, text of the first.
    ranges: BTreeMap<u32, (u32, Vec<u16>)>,
}

/// The words of the map's language that matter.
enum Token {
    /// `<0041>`: its bytes.
    Hex(Vec<u8>),
    Open,
    Close,
    Word(Vec<u8>),
}

/// Which list is being read.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    None,
    Char,
    Range,
}

impl CMap {
    /// Reads a map; what is malformed is passed over.
    pub(super) fn parse(source: &[u8]) -> CMap {
        let mut map = CMap::default();
        let mut section = Section::None;
        let mut codes: Vec<Vec<u8>> = Vec::new();
        // Inside of `[…]`: the number of its entries so far.
        let mut listed: Option<u32> = None;
        for token in (Tokens { rest: source }) {
            match token {
                Token::Word(word) => {
                    section = match word.as_slice() {
                        b"beginbfchar" => Section::Char,
                        b"beginbfrange" => Section::Range,
                        b"endbfchar" | b"endbfrange" => Section::None,
                        _ => section,
                    };
                    codes.clear();
                    listed = None;
                }
                Token::Open => listed = Some(0),
                Token::Close => {
                    listed = None;
                    codes.clear();
                }
                Token::Hex(bytes) => match (section, codes.as_slice(), listed) {
                    (Section::Char, [code], _) => {
                        map.put(code_of(code), code_of(code), &bytes);
                        codes.clear();
                    }
                    (Section::Range, [first, last], None) => {
                        map.put(code_of(first), code_of(last), &bytes);
                        codes.clear();
                    }
                    (Section::Range, [first, _], Some(index)) => {
                        let code = code_of(first).saturating_add(index);
                        map.put(code, code, &bytes);
                        listed = Some(index.saturating_add(1));
                    }
                    (Section::None, ..) => {}
                    _ => codes.push(bytes),
                },
            }
        }
        map
    }

    fn put(&mut self, first: u32, last: u32, text: &[u8]) {
        if last >= first {
            let units = match text {
                [one] => vec![u16::from(*one)],
                _ => text
                    .chunks_exact(2)
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                    .collect(),
            };
            self.ranges.insert(first, (last, units));
        }
    }

    /// The text of a code; none where the map does not say or says nothing readable.
    pub(super) fn get(&self, code: u32) -> Option<String> {
        let (first, (last, units)) = self.ranges.range(..=code).next_back()?;
        if code > *last {
            return None;
        }
        let mut units = units.clone();
        if let Some(unit) = units.last_mut() {
            *unit = unit.wrapping_add(u16::try_from(code - first).ok()?);
        }
        let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
        (!text.is_empty() && !text.contains('\0')).then_some(text)
    }
}

fn code_of(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |code, &byte| code << 8 | u32::from(byte))
}

struct Tokens<'a> {
    rest: &'a [u8],
}

impl Tokens<'_> {
    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> Vec<u8> {
        let end = self
            .rest
            .iter()
            .position(|&byte| !wanted(byte))
            .unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken.to_vec()
    }

    fn hex(&mut self) -> Token {
        let digits = self.take_while(|byte| byte != b'>');
        self.rest = self.rest.get(1..).unwrap_or_default();
        let values: Vec<u8> = digits
            .iter()
            .filter_map(|&digit| char::from(digit).to_digit(16))
            .filter_map(|digit| u8::try_from(digit).ok())
            .collect();
        // An odd last digit counts as if a zero followed (ISO 32000-1, 7.3.4.3).
        let byte = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
        Token::Hex(values.chunks(2).map(byte).collect())
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let (&first, rest) = self.rest.split_first()?;
            match first {
                b'%' => {
                    self.take_while(|byte| byte != b'\n' && byte != b'\r');
                }
                b'<' if rest.first() == Some(&b'<') => self.rest = &rest[1..],
                b'<' => {
                    self.rest = rest;
                    return Some(self.hex());
                }
                b'[' | b']' => {
                    self.rest = rest;
                    return Some(if first == b'[' {
                        Token::Open
                    } else {
                        Token::Close
                    });
                }
                _ if is_word(first) => return Some(Token::Word(self.take_while(is_word))),
                _ => self.rest = rest,
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*')
}
