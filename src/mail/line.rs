//! A line of a body, whatever it came from; all cutting works on these.

use super::work::work;

/// What the structure of an HTML body says of a line. Plain text has no such marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing.
    #[default]
    None,
    /// The client wrote it above a quote ("El …, Ana escribió:").
    Attribution,
    /// The original mail begins here.
    Boundary,
    /// A rule that clients draw above an original mail; a header block must follow.
    Rule,
    /// Inside the element that a client puts the signature in.
    Signature,
}

/// A line without its quote prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The words.
    pub text: String,
    /// How often it is quoted.
    pub depth: u16,
    /// What structure says of it.
    pub mark: Mark,
    /// The table that it came from, an index into the tables of its body.
    pub table: Option<usize>,
}

impl Line {
    /// Whether nothing is written on it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Longest line, in bytes, that is looked at for clients' and people's formulas.
const FORMULA_BYTES: usize = 1_000;

/// Lower case without accents, white space collapsed; for comparison only. Only the beginning of a
/// very long line is taken.
pub(super) fn fold(text: &str) -> String {
    let head = head(text, FORMULA_BYTES);
    work(head.len());
    let ascii = if head.is_ascii() {
        head.to_lowercase()
    } else {
        head.chars().flat_map(fold_char).collect::<String>()
    };
    collapse(&ascii)
}

fn fold_char(c: char) -> Vec<char> {
    if c.is_ascii() {
        return vec![c.to_ascii_lowercase()];
    }
    // an accent of its own, as some write "ó" in two characters; marks of the direction of writing
    if matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}') {
        return Vec::new();
    }
    if ('\u{c0}'..='\u{24f}').contains(&c)
        && let Some(folded) = deunicode::deunicode_char(c)
    {
        return folded.to_lowercase().chars().collect();
    }
    c.to_lowercase().collect()
}

/// White space collapsed to single spaces, none at the ends.
pub(super) fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// At most `bytes` of a text, cut between characters.
pub(super) fn head(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Lines as text: blank lines collapsed to one, none at the ends, no white space at line ends.
pub(super) fn join<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    let mut blank = false;
    for line in lines {
        let line = line.trim_end();
        if line.trim().is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        out.push_str(line);
    }
    out
}
