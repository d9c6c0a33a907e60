//! Pages in two columns: what stands left of the gutter is read before what stands right of it.
//! Labels beside their values, and tables without lines, are not columns: their left side is short.

use super::lines::Line;

/// Least width of a gutter, in points.
const GUTTER: f64 = 9.0;

/// Words of a line that is running text, and how many of them each column must have.
const RUNNING: usize = 5;
const RUNNING_LINES: usize = 3;

/// Lines that are read one after the other.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) lines: Vec<Line>,
    /// Whether they are one of two columns.
    pub(super) is_column: bool,
}

/// Splits lines, from top to bottom, into blocks in the order of reading.
pub(super) fn blocks(lines: Vec<Line>) -> Vec<Block> {
    let mut blocks: Vec<Block> = vec![Block::default()];
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        if let Some((length, at)) = run(rest) {
            let (columns, after) = rest.split_at(length);
            let (left, right) = split(columns, at);
            let column = |lines| Block {
                lines,
                is_column: true,
            };
            blocks.extend([column(left), column(right), Block::default()]);
            rest = after;
        } else {
            if let Some(block) = blocks.last_mut() {
                block.lines.push(line.clone());
            }
            rest = after;
        }
    }
    blocks.retain(|block| !block.lines.is_empty());
    blocks
}

/// How many lines from the first stand in two columns, and where the gutter is; none where neither
/// of the first two has a part on each side, or too few lines of running text follow.
fn run(lines: &[Line]) -> Option<(usize, f64)> {
    // One column may begin a line above the other.
    let mut begins = lines.iter().take(2).flat_map(gaps);
    begins.find_map(|gap| {
        let (mut from, mut to) = gap;
        let mut length = 0;
        for line in lines {
            let one_sided = line.right() <= to || line.left() >= from;
            let across = gaps(line)
                .map(|(a, b)| (a.max(from), b.min(to)))
                .find(|(a, b)| b - a >= GUTTER);
            match across {
                Some(narrowed) => (from, to) = narrowed,
                None if one_sided => {}
                None => break,
            }
            length += 1;
        }
        let at = (from + to) / 2.0;
        let length = ended(lines.get(..length)?, at);
        let (left, right) = split(lines.get(..length)?, at);
        let running = |side: &[Line]| {
            let long = side.iter().filter(|line| line.words.len() >= RUNNING);
            long.count() >= RUNNING_LINES
        };
        (running(&left) && running(&right)).then_some((length, at))
    })
}

/// How many of these lines belong to the columns: where one column is longer, its lines as far as
/// they follow each other closely.
fn ended(lines: &[Line], at: f64) -> usize {
    let is_left = |line: &Line| line.right() < at;
    let is_right = |line: &Line| line.left() > at;
    let last = lines.last();
    let on_side = |line: &Line| {
        last.is_some_and(|last| {
            (is_left(line) && is_left(last)) || (is_right(line) && is_right(last))
        })
    };
    let mut end = lines
        .iter()
        .rposition(|line| !on_side(line))
        .map_or(0, |i| i + 1);
    while let Some((before, line)) = end
        .checked_sub(1)
        .and_then(|b| lines.get(b).zip(lines.get(end)))
        && before.y - line.y < 1.6 * line.size
    {
        end += 1;
    }
    end
}

/// The wide gaps of a line.
fn gaps(line: &Line) -> impl Iterator<Item = (f64, f64)> + '_ {
    let pairs = line.words.iter().zip(line.words.iter().skip(1));
    pairs
        .map(|(one, other)| (one.x1, other.x0))
        .filter(|(from, to)| to - from >= GUTTER)
}

fn split(lines: &[Line], at: f64) -> (Vec<Line>, Vec<Line>) {
    let side = |is_left: bool| {
        let of = |line: &Line| {
            let words = line.words.iter().filter(|word| (word.x0 < at) == is_left);
            Line {
                words: words.cloned().collect(),
                ..*line
            }
        };
        let lines = lines.iter().map(of);
        lines.filter(|line| !line.words.is_empty()).collect()
    };
    (side(true), side(false))
}

/// A label that stands at half the height of the lines beside it (browsers print table cells so)
/// is put before the first of them.
pub(super) fn raise_labels(lines: Vec<Line>) -> Vec<Line> {
    let mut raised: Vec<Line> = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let beside = |other: &Line| line.right() < other.left();
        let size = line.size;
        let below = lines
            .peek()
            .is_some_and(|next| beside(next) && line.y - next.y < size);
        let above = raised.last();
        let between = above.is_some_and(|above| beside(above) && above.y - line.y < size);
        let label = line
            .words
            .last()
            .is_some_and(|word| word.text.ends_with(':'));
        if !(below && between && label && line.words.len() <= 4) {
            raised.push(line);
            continue;
        }
        // Up to the first line of the value.
        let left = above.map_or(0.0, Line::left);
        let mut first = raised.len().saturating_sub(1);
        while let Some(before) = first.checked_sub(1).and_then(|at| raised.get(at))
            && (before.left() - left).abs() < 3.0
            && before.y - raised.get(first).map_or(0.0, |at| at.y) < 1.5 * size
        {
            first -= 1;
        }
        if let Some(value) = raised.get_mut(first) {
            let mut words = line.words;
            words.append(&mut value.words);
            value.words = words;
        }
    }
    raised
}
