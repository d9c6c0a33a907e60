//! Text as it leaves the room: no control characters, one space between words, nothing empty, and
//! not more of it than [`limits::TEXT_OUT`].

use super::{Block, Unreadable, limits};

/// Cleans blocks and drops the empty ones.
///
/// # Errors
/// [`Unreadable::OverLimit`] where there is too much text.
pub(super) fn tidy(blocks: Vec<Block>) -> Result<Vec<Block>, Unreadable> {
    if blocks.len() > limits::BLOCKS {
        return Err(Unreadable::OverLimit);
    }
    let mut size = 0;
    let mut tidied = Vec::with_capacity(blocks.len());
    for block in blocks {
        let block = match block {
            Block::Line(line) => Block::Line(tidy_line(&line)),
            Block::Table(rows) => Block::Table(tidy_table(rows)),
        };
        size += match &block {
            Block::Line(line) => line.len(),
            Block::Table(rows) => rows.iter().flatten().map(String::len).sum(),
        };
        if size > limits::TEXT_OUT {
            return Err(Unreadable::OverLimit);
        }
        match &block {
            Block::Line(line) if line.is_empty() => {}
            Block::Table(rows) if rows.is_empty() => {}
            _ => tidied.push(block),
        }
    }
    Ok(tidied)
}

/// One space between words, none at the ends, no character that only steers a display.
pub(super) fn tidy_line(line: &str) -> String {
    let mut tidy = String::with_capacity(line.len());
    let mut space = false;
    for character in line.chars() {
        if character.is_whitespace() || character == '\u{FFFD}' || is_space_like(character) {
            space = true;
        } else if !is_invisible(character) {
            if space && !tidy.is_empty() {
                tidy.push(' ');
            }
            space = false;
            push(&mut tidy, character);
        }
    }
    tidy
}

/// Appends a character: ligatures as their letters, and an accent that comes apart from its letter
/// (as macOS writes) together with it.
fn push(text: &mut String, character: char) {
    let ligature = match character {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        _ => "",
    };
    if !ligature.is_empty() {
        text.push_str(ligature);
        return;
    }
    let composed = text
        .chars()
        .next_back()
        .and_then(|letter| compose(letter, character));
    if composed.is_some() {
        text.pop();
    }
    text.push(composed.unwrap_or(character));
}

/// The letter with its accent, for the letters of Spanish and its neighbours.
fn compose(letter: char, accent: char) -> Option<char> {
    const ACUTE: (&str, &str) = ("aeiouAEIOU", "áéíóúÁÉÍÓÚ");
    const GRAVE: (&str, &str) = ("aeiouAEIOU", "àèìòùÀÈÌÒÙ");
    const CIRCUMFLEX: (&str, &str) = ("aeiouAEIOU", "âêîôûÂÊÎÔÛ");
    const DIAERESIS: (&str, &str) = ("aeiouAEIOU", "äëïöüÄËÏÖÜ");
    const TILDE: (&str, &str) = ("nNaoAO", "ñÑãõÃÕ");
    const CEDILLA: (&str, &str) = ("cC", "çÇ");
    let (plain, accented) = match accent {
        '\u{0301}' => ACUTE,
        '\u{0300}' => GRAVE,
        '\u{0302}' => CIRCUMFLEX,
        '\u{0308}' => DIAERESIS,
        '\u{0303}' => TILDE,
        '\u{0327}' => CEDILLA,
        _ => return None,
    };
    let index = plain.chars().position(|each| each == letter)?;
    accented.chars().nth(index)
}

/// Controls that stand for nothing readable but do separate (NUL in broken fonts, form feed).
fn is_space_like(character: char) -> bool {
    character.is_control()
}

/// Zero-width characters, direction marks and private use glyphs (bullets of symbol fonts).
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}' | '\u{E000}'..='\u{F8FF}'
    )
}

/// Cells cleaned; rows equally long; no empty row at the ends nor two in sequence within; no empty
/// column at the right.
fn tidy_table(rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let mut tidied: Vec<Vec<String>> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut row: Vec<String> = row.iter().map(|cell| tidy_cell(cell)).collect();
        while row.last().is_some_and(String::is_empty) {
            row.pop();
        }
        if !row.is_empty() || tidied.last().is_some_and(|last| !last.is_empty()) {
            tidied.push(row);
        }
    }
    while tidied.last().is_some_and(Vec::is_empty) {
        tidied.pop();
    }
    let width = tidied.iter().map(Vec::len).max().unwrap_or(0);
    for row in &mut tidied {
        row.resize(width, String::new());
    }
    tidied
}

fn tidy_cell(cell: &str) -> String {
    let mut tidy = String::with_capacity(cell.len());
    for line in cell
        .split(['\n', '\r'])
        .map(tidy_line)
        .filter(|line| !line.is_empty())
    {
        if !tidy.is_empty() {
            tidy.push('\n');
        }
        tidy.push_str(&line);
    }
    tidy
}
