//! Plain text and CSV in UTF-8, UTF-16 with a mark, or Windows-1252 (which covers Latin-1).

use super::{Block, Unreadable};

/// Windows-1252's characters 0x80–0x9F (WHATWG Encoding, index windows-1252); NUL where undefined.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Reads each line as a block; values with separators (CSV) as a table.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Block>, Unreadable> {
    let text = decode(bytes).ok_or(Unreadable::Unsupported)?;
    if let Some(rows) = table(&text) {
        return Ok(vec![Block::Table(rows)]);
    }
    Ok(text
        .lines()
        .map(|line| Block::Line(line.to_owned()))
        .collect())
}

/// The rows of a text in which every line has equally many separators, as programs export sheets.
fn table(text: &str) -> Option<Vec<Vec<String>>> {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    // A comma also stands in sentences: not with a space after it.
    let separator = [(';', 1), ('\t', 1), (',', 2)]
        .into_iter()
        .find(|(separator, least)| {
            let columns = lines
                .first()
                .map_or(0, |line| cells(line, *separator).len());
            let even = lines.iter().all(|line| {
                let spaced = *separator == ',' && line.contains(", ");
                cells(line, *separator).len() == columns && !spaced
            });
            lines.len() > 1 && columns > *least && even
        });
    let (separator, _) = separator?;
    Some(lines.iter().map(|line| cells(line, separator)).collect())
}

/// The cells of a line; within quotation marks a separator is none (RFC 4180).
fn cells(line: &str, separator: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        if character == '"' {
            quoted = !quoted;
        } else if character == separator && !quoted {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(character);
        }
    }
    cells
}

/// The characters of a text; none where these bytes are no text.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, u16::from_be_bytes);
    }
    if bytes
        .iter()
        .any(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C))
    {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(_) => windows_1252(bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    (!text.contains('\0')).then_some(text)
}

/// Any bytes can be read so: believed only where most of them are ASCII.
fn windows_1252(bytes: &[u8]) -> Option<String> {
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if high * 3 > bytes.len() {
        return None;
    }
    let character = |byte: u8| match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    let text: String = bytes.iter().map(|&byte| character(byte)).collect();
    (!text.contains('\0')).then_some(text)
}
