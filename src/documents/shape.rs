//! From lines with gaps in them (tabs of a paragraph, wide gaps of a printed page) to [`Block`]s:
//! which are label and value, which rows of a table that nobody drew lines around.

use super::Block;

/// A line's part between wide gaps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Segment {
    pub(super) text: String,
    /// Where it begins, in points from the left; 0 where only the order is known.
    pub(super) x: f64,
}

/// What a reader found, before it is shaped.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// A line or paragraph.
    Line(Vec<Segment>),
    /// A drawn or declared table.
    Table(Vec<Vec<String>>),
}

/// How far, in points, the cells of a column may begin apart.
const ALIGNED: f64 = 3.0;

/// Longest label, in characters.
const LABEL_LENGTH: usize = 40;

/// Longest label, in words.
const LABEL_WORDS: usize = 6;

/// Turns what was found into blocks, in the same order.
pub(super) fn shape(items: Vec<Item>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut aligned: Vec<Vec<Segment>> = Vec::new();
    for item in items {
        match item {
            Item::Line(line) => {
                let continues = aligned
                    .first()
                    .is_some_and(|first| same_columns(first, &line));
                if !continues {
                    flush(&mut aligned, &mut blocks);
                }
                if is_row(&line) {
                    aligned.push(line);
                } else {
                    push_lines(&line, &mut blocks);
                }
            }
            Item::Table(rows) => {
                flush(&mut aligned, &mut blocks);
                push_table(rows, &mut blocks);
            }
        }
    }
    flush(&mut aligned, &mut blocks);
    blocks
}

/// Whether a line could be a row of a table without lines: several parts, none of them written as
/// `label:`, which says more plainly what belongs together.
fn is_row(line: &[Segment]) -> bool {
    line.len() >= 2
        && !line
            .iter()
            .any(|segment| segment.text.starts_with(':') || segment.text.ends_with(':'))
        && !line.iter().any(|segment| begins_with_label(&segment.text))
        && (line.len() > 2 || line.first().is_some_and(|segment| is_short(&segment.text)))
}

fn same_columns(one: &[Segment], other: &[Segment]) -> bool {
    one.len() == other.len()
        && is_row(other)
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| (one.x - other.x).abs() < ALIGNED)
}

/// One row alone is a line; two or more are a table.
fn flush(aligned: &mut Vec<Vec<Segment>>, blocks: &mut Vec<Block>) {
    let rows = std::mem::take(aligned);
    if let [line] = rows.as_slice() {
        push_lines(line, blocks);
    } else if !rows.is_empty() {
        let text = |line: Vec<Segment>| line.into_iter().map(|segment| segment.text).collect();
        blocks.push(Block::Table(rows.into_iter().map(text).collect()));
    }
}

/// Joins the parts of a line, but begins a new one at each part that begins with a label of its
/// own (`Proyecto: 12    Región: Maule`).
fn push_lines(line: &[Segment], blocks: &mut Vec<Block>) {
    let mut current = String::new();
    for segment in line {
        let ends_open = current.trim_end().ends_with(':');
        if !current.is_empty() && !ends_open && begins_with_label(&segment.text) {
            blocks.push(Block::Line(std::mem::take(&mut current)));
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(segment.text.trim());
    }
    blocks.push(Block::Line(current));
}

/// A table of one column is lines; a column of colons belongs to the one on its left.
fn push_table(mut rows: Vec<Vec<String>>, blocks: &mut Vec<Block>) {
    let is_empty = |cell: &String| cell.trim().is_empty();
    if rows.iter().all(|row| row.iter().skip(1).all(is_empty)) {
        let lines = rows.iter().flatten().flat_map(|cell| cell.split('\n'));
        blocks.extend(lines.map(|line| Block::Line(line.to_owned())));
        return;
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for column in (1..width).rev() {
        fold_colons(&mut rows, column);
    }
    blocks.push(Block::Table(rows));
}

/// Where every cell of a column with text begins with a colon (`DE | : Ana`), moves the colons to
/// the left; drops the column if nothing remains in it.
fn fold_colons(rows: &mut [Vec<String>], column: usize) {
    let cells = || rows.iter().filter_map(|row| row.get(column));
    let filled = || {
        cells()
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
    };
    if filled().next().is_none() || !filled().all(|cell| cell.starts_with(':')) {
        return;
    }
    for row in rows.iter_mut() {
        let Some(rest) = row
            .get(column)
            .and_then(|cell| cell.trim().strip_prefix(':'))
        else {
            continue;
        };
        let rest = rest.trim().to_owned();
        row[column] = rest;
        let label = &mut row[column - 1];
        if !label.trim_end().is_empty() && !label.trim_end().ends_with(':') {
            label.truncate(label.trim_end().len());
            label.push(':');
        }
    }
    if rows
        .iter()
        .all(|row| row.get(column).is_none_or(|cell| cell.is_empty()))
    {
        for row in rows.iter_mut().filter(|row| row.len() > column) {
            row.remove(column);
        }
    }
}

/// Whether a text begins with a label: a few words with a capital, a colon, a space or the end.
pub(super) fn begins_with_label(text: &str) -> bool {
    let Some((label, rest)) = text.split_once(':') else {
        return false;
    };
    is_short(label) && (rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn is_short(text: &str) -> bool {
    let text = text.trim();
    text.chars().next().is_some_and(char::is_uppercase)
        && text.chars().count() <= LABEL_LENGTH
        && text.split_whitespace().count() <= LABEL_WORDS
}
