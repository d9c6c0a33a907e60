//! Fonts: from the codes of a shown string to characters and their widths.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

use super::cmap::CMap;
use super::{metrics, number, resolve};
use crate::documents::limits;

/// A font, as far as reading needs it.
pub(super) struct Font {
    /// Codes of two bytes (a composite font) rather than one.
    composite: bool,
    to_unicode: Option<CMap>,
    /// The text of each code of a simple font.
    simple: Vec<String>,
    widths: Widths,
    /// What a width is to be multiplied with to be in parts of the font's size.
    unit: f64,
}

/// Widths of codes, in the font's unit.
enum Widths {
    /// None given: one of the standard fonts.
    Standard { fixed: bool },
    Simple {
        first: u32,
        widths: Vec<f64>,
        missing: f64,
    },
    /// First code of a range → last code, width.
    Composite {
        ranges: BTreeMap<u32, (u32, f64)>,
        default: f64,
    },
}

/// One code of a shown string.
pub(super) struct Shown {
    pub(super) text: String,
    /// In parts of the font's size.
    pub(super) width: f64,
    /// Whether word spacing applies (ISO 32000-1, 9.3.3: the one-byte code 32).
    pub(super) is_space: bool,
}

impl Font {
    /// Reads a font dictionary. What is missing or malformed falls back to what is usual.
    pub(super) fn read(document: &Document, font: &Dictionary, left: &mut usize) -> Font {
        let subtype = font
            .get_deref(b"Subtype", document)
            .and_then(Object::as_name);
        let composite = matches!(subtype, Ok(b"Type0"));
        let to_unicode = stream(document, font, b"ToUnicode", left).map(|map| CMap::parse(&map));
        let simple = if composite {
            Vec::new()
        } else {
            simple_texts(document, font)
        };
        let widths = if composite {
            composite_widths(document, font)
        } else {
            simple_widths(document, font)
        };
        let unit = match subtype {
            Ok(b"Type3") => type3_unit(document, font),
            _ => 0.001,
        };
        Font {
            composite,
            to_unicode,
            simple,
            widths,
            unit,
        }
    }

    /// The characters of a shown string.
    pub(super) fn decode(&self, bytes: &[u8]) -> Vec<Shown> {
        bytes
            .chunks(if self.composite { 2 } else { 1 })
            .map(|code| {
                let is_space = code == b" ";
                let code = code.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
                let text = self.text(code);
                Shown {
                    width: self.width(code, &text),
                    text,
                    is_space,
                }
            })
            .collect()
    }

    fn text(&self, code: u32) -> String {
        let mapped = self.to_unicode.as_ref().and_then(|map| map.get(code));
        let simple = || self.simple.get(usize::try_from(code).ok()?).cloned();
        mapped
            .or_else(simple)
            .unwrap_or_else(|| '\u{FFFD}'.to_string())
    }

    fn width(&self, code: u32, text: &str) -> f64 {
        match &self.widths {
            Widths::Standard { fixed } => text
                .chars()
                .map(|character| metrics::width(character, *fixed))
                .sum(),
            Widths::Simple {
                first,
                widths,
                missing,
            } => {
                let index = code
                    .checked_sub(*first)
                    .and_then(|index| usize::try_from(index).ok());
                self.unit * index.and_then(|index| widths.get(index)).unwrap_or(missing)
            }
            Widths::Composite { ranges, default } => {
                let found = ranges.range(..=code).next_back();
                let width = found
                    .filter(|(_, (last, _))| code <= *last)
                    .map(|(_, (_, width))| width);
                self.unit * width.unwrap_or(default)
            }
        }
    }
}

/// The unpacked content of a stream that a dictionary names, charged to `left` bytes.
fn stream(document: &Document, of: &Dictionary, key: &[u8], left: &mut usize) -> Option<Vec<u8>> {
    let stream = of
        .get_deref(key, document)
        .and_then(Object::as_stream)
        .ok()?;
    let content = stream
        .get_plain_content_with_limit((*left).min(limits::PDF_STREAM))
        .ok()?;
    *left = left.saturating_sub(content.len());
    Some(content)
}

/// The texts of the codes 0–255 by the font's `Encoding`.
fn simple_texts(document: &Document, font: &Dictionary) -> Vec<String> {
    let encoding = font.get_deref(b"Encoding", document).ok();
    let base = match encoding {
        Some(Object::Name(name)) => Some(name.as_slice()),
        Some(Object::Dictionary(encoding)) => encoding
            .get_deref(b"BaseEncoding", document)
            .and_then(Object::as_name)
            .ok(),
        _ => None,
    };
    let subtype = font
        .get_deref(b"Subtype", document)
        .and_then(Object::as_name);
    let is_truetype = matches!(subtype, Ok(b"TrueType"));
    let usual: &[u8] = if is_truetype {
        b"WinAnsiEncoding"
    } else {
        b"StandardEncoding"
    };
    let mut texts = named_encoding(document, base.unwrap_or(usual));
    if let Some(Object::Dictionary(encoding)) = encoding
        && let Ok(differences) = encoding.get_deref(b"Differences", document)
        && let Ok(differences) = differences.as_array()
    {
        apply(document, differences, &mut texts);
    }
    texts
}

/// The texts of one of the encodings that ISO 32000-1 names, from lopdf's tables.
fn named_encoding(document: &Document, name: &[u8]) -> Vec<String> {
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Encoding", Object::Name(name.to_vec()));
    let encoding = font.get_font_encoding(document).ok();
    let text = |code: u8| {
        let text = encoding
            .as_ref()
            .and_then(|encoding| encoding.bytes_to_string(&[code]).ok());
        text.unwrap_or_default()
    };
    (0..=255).map(text).collect()
}

/// Applies `Differences`: `[code /name /name … code /name …]`.
fn apply(document: &Document, differences: &[Object], texts: &mut [String]) {
    let mut code = 0_usize;
    for entry in differences.iter().take(2 * texts.len()) {
        match entry {
            Object::Integer(number) => code = usize::try_from(*number).unwrap_or(usize::MAX),
            Object::Name(name) => {
                if let (Some(text), Some(named)) = (texts.get_mut(code), glyph(document, name)) {
                    *text = named;
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
}

/// The text that a glyph's name stands for (Adobe Glyph List, `uniXXXX`).
fn glyph(document: &Document, name: &[u8]) -> Option<String> {
    let known = std::str::from_utf8(name).ok()?;
    let hex = known
        .strip_prefix("uni")
        .or_else(|| known.strip_prefix('u'));
    if let Some(code) = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
        return char::from_u32(code).map(String::from);
    }
    // lopdf keeps its list of names to itself: asked through an encoding of that one name. It
    // refuses a whole encoding for one name that it does not know, hence one by one.
    let differences = vec![Object::Integer(0), Object::Name(name.to_vec())];
    let mut encoding = Dictionary::new();
    encoding.set("Differences", differences);
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Encoding", encoding);
    let text = font
        .get_font_encoding(document)
        .ok()?
        .bytes_to_string(&[0])
        .ok()?;
    (!text.is_empty()).then_some(text)
}

fn simple_widths(document: &Document, font: &Dictionary) -> Widths {
    let array = font
        .get_deref(b"Widths", document)
        .and_then(Object::as_array);
    let Ok(array) = array else {
        let name = font
            .get_deref(b"BaseFont", document)
            .and_then(Object::as_name);
        let fixed = name.is_ok_and(|name| name.starts_with(b"Courier"));
        return Widths::Standard { fixed };
    };
    let of = |entry| resolve(document, entry).and_then(number).unwrap_or(0.0);
    let first = font
        .get_deref(b"FirstChar", document)
        .and_then(Object::as_i64)
        .unwrap_or(0);
    let missing = font
        .get_deref(b"FontDescriptor", document)
        .and_then(Object::as_dict)
        .and_then(|descriptor| descriptor.get_deref(b"MissingWidth", document))
        .ok()
        .and_then(number);
    Widths::Simple {
        first: u32::try_from(first).unwrap_or(0),
        widths: array.iter().take(256).map(of).collect(),
        missing: missing.unwrap_or(0.0),
    }
}

/// `W` of a composite font: `first [w w …]` and `first last w` (ISO 32000-1, 9.7.4.3).
fn composite_widths(document: &Document, font: &Dictionary) -> Widths {
    let mut ranges = BTreeMap::new();
    let descendant = font
        .get_deref(b"DescendantFonts", document)
        .and_then(Object::as_array)
        .ok()
        .and_then(|fonts| resolve(document, fonts.first()?)?.as_dict().ok());
    let Some(descendant) = descendant else {
        return Widths::Composite {
            ranges,
            default: 1000.0,
        };
    };
    let code = |object: &Object| u32::try_from(object.as_i64().ok()?).ok();
    let entries = descendant
        .get_deref(b"W", document)
        .and_then(Object::as_array);
    let mut entries = entries.map(Vec::as_slice).unwrap_or_default();
    while let [first, second, rest @ ..] = entries {
        let (Some(first), Some(second)) = (code(first), resolve(document, second)) else {
            break;
        };
        if let Ok(listed) = second.as_array() {
            for (code, width) in (first..).zip(listed.iter().filter_map(number)) {
                ranges.insert(code, (code, width));
            }
            entries = rest;
        } else if let (Some(last), [width, rest @ ..]) = (code(second), rest) {
            ranges.insert(first, (last, number(width).unwrap_or(1000.0)));
            entries = rest;
        } else {
            break;
        }
    }
    let default = descendant
        .get_deref(b"DW", document)
        .ok()
        .and_then(number)
        .unwrap_or(1000.0);
    Widths::Composite { ranges, default }
}

/// A Type 3 font says itself what its units are.
fn type3_unit(document: &Document, font: &Dictionary) -> f64 {
    font.get_deref(b"FontMatrix", document)
        .and_then(Object::as_array)
        .ok()
        .and_then(|matrix| number(matrix.first()?))
        .unwrap_or(0.001)
}
