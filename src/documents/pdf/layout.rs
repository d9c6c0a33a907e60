//! From what a page shows to lines and tables in the order of reading; lines that only the margin
//! broke are joined again.

use std::collections::BTreeMap;

use super::columns;
use super::glyphs::{Glyph, Rule, Shown};
use super::grid::{self, Grid};
use super::lines::{self, Line};
use crate::documents::shape::{Item, Segment, begins_with_label};

/// The lines and tables of a page. Text that stands upright comes first.
pub(super) fn items(shown: Shown) -> Vec<Item> {
    let mut by_turns: BTreeMap<u8, Vec<Glyph>> = BTreeMap::new();
    for glyph in shown.glyphs {
        by_turns.entry(glyph.turns).or_default().push(glyph);
    }
    let turned =
        |rules: &[Rule], turns| rules.iter().filter_map(|rule| rule.turned(turns)).collect();
    by_turns
        .into_iter()
        .flat_map(|(turns, glyphs)| {
            let rules: Vec<Rule> = turned(&shown.rules, turns);
            upright(glyphs, &rules)
        })
        .collect()
}

fn upright(glyphs: Vec<Glyph>, rules: &[Rule]) -> Vec<Item> {
    let grids = grid::find(rules);
    let mut inside: Vec<BTreeMap<(usize, usize), Vec<Glyph>>> = vec![BTreeMap::new(); grids.len()];
    let mut outside = Vec::new();
    let mut before: Option<(Glyph, Option<Place>)> = None;
    for glyph in glyphs {
        let place = || {
            let mut places = grids.iter().enumerate();
            places.find_map(|(index, grid)| Some((index, grid.cell(&glyph)?)))
        };
        // A word too long for its cell is still the cell's.
        let place = match before {
            Some((last, known)) if follows(&last, &glyph) => known,
            _ => place(),
        };
        before = Some((glyph, place));
        match place {
            Some((index, cell)) => inside[index].entry(cell).or_default().push(glyph),
            None => outside.push(glyph),
        }
    }
    let mut tables = Vec::new();
    for (grid, cells) in grids.iter().zip(inside) {
        let filled = |glyphs: &&Vec<Glyph>| glyphs.iter().any(|glyph| glyph.character != ' ');
        if cells.values().filter(filled).count() > 1 {
            tables.push((grid.top(), table(grid, cells)));
        } else {
            // A frame around one text is no table.
            outside.extend(cells.into_values().flatten());
        }
    }
    arranged(columns::raise_labels(lines::lines(outside)), tables)
}

/// Whether a character goes on where the one drawn before it ends.
fn follows(last: &Glyph, glyph: &Glyph) -> bool {
    let gap = glyph.x0 - last.x1;
    (last.y - glyph.y).abs() < 0.1 * glyph.size && (-0.15..0.35).contains(&(gap / glyph.size))
}

/// Lines and tables from top to bottom.
fn arranged(lines: Vec<Line>, tables: Vec<(f64, Item)>) -> Vec<Item> {
    let right = margin(&lines);
    let mut items = Vec::new();
    let mut lines = lines.into_iter().peekable();
    let mut take_above = |top: f64, items: &mut Vec<Item>| {
        let mut above = Vec::new();
        while let Some(line) = lines.next_if(|line| line.y > top) {
            above.push(line);
        }
        for block in columns::blocks(above) {
            let right = match block.is_column {
                true => margin(&block.lines),
                false => right,
            };
            items.extend(paragraphs(block.lines, right, Around::Page));
        }
    };
    for (top, table) in tables {
        take_above(top, &mut items);
        items.push(table);
    }
    take_above(f64::MIN, &mut items);
    items
}

/// The right margin: how far lines of running text reach, in points.
fn margin(lines: &[Line]) -> f64 {
    const RUNNING: usize = 8;
    let reach = |running: usize| {
        let long = lines.iter().filter(|line| line.words.len() >= running);
        long.map(Line::right).fold(f64::MIN, f64::max)
    };
    let right = reach(RUNNING);
    if right > f64::MIN { right } else { reach(1) }
}

fn table(grid: &Grid, mut cells: BTreeMap<(usize, usize), Vec<Glyph>>) -> Item {
    /// What programs leave between a cell's text and its lines, in points.
    const PADDING: f64 = 6.0;
    let (height, width) = grid.size();
    let text = |glyphs: Vec<Glyph>, column: usize| {
        let right = grid.right(column) - PADDING;
        let lines = paragraphs(lines::lines(glyphs), right, Around::Cell);
        let texts = lines.into_iter().filter_map(|item| match item {
            Item::Line(parts) => Some(
                parts
                    .into_iter()
                    .map(|part| part.text)
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            Item::Table(_) => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    };
    let row = |row: usize, cells: &mut BTreeMap<(usize, usize), Vec<Glyph>>| {
        let cell = |column| text(cells.remove(&(row, column)).unwrap_or_default(), column);
        (0..width).map(cell).collect::<Vec<String>>()
    };
    Item::Table((0..height).map(|index| row(index, &mut cells)).collect())
}

/// A table, and the cell in it.
type Place = (usize, (usize, usize));

/// Where lines stand: in a cell they may be centred.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Page,
    Cell,
}

/// A paragraph that may still go on.
struct Paragraph {
    segments: Vec<Segment>,
    first: Line,
    last: Line,
}

fn paragraphs(lines: Vec<Line>, right: f64, place: Around) -> Vec<Item> {
    let mut items = Vec::new();
    let mut open: Option<Paragraph> = None;
    for line in lines {
        let segments = line.segments();
        match &mut open {
            Some(paragraph) if goes_on(paragraph, &line, &segments, right, place) => {
                append(&mut paragraph.segments, segments);
                paragraph.last = line;
            }
            _ => {
                let paragraph = Paragraph {
                    segments,
                    first: line.clone(),
                    last: line,
                };
                items.extend(
                    open.replace(paragraph)
                        .map(|done| Item::Line(done.segments)),
                );
            }
        }
    }
    items.extend(open.map(|done| Item::Line(done.segments)));
    items
}

/// Whether a line continues a paragraph rather than begins one.
fn goes_on(
    paragraph: &Paragraph,
    line: &Line,
    segments: &[Segment],
    right: f64,
    place: Around,
) -> bool {
    let last = &paragraph.last;
    let size = last.size.max(line.size);
    let similar = last.size.min(line.size) > 0.85 * size;
    let near = last.y - line.y < 1.95 * size;
    let [segment] = segments else { return false };
    if !similar || !near || begins_with_label(&segment.text) || begins_item(&segment.text) {
        return false;
    }
    let Some(word) = line.words.first() else {
        return false;
    };
    // There was no room for the next word: the margin broke the line, not its writer.
    let full = last.right() + 0.25 * size + (word.x1 - word.x0) > right;
    let open_end = paragraph
        .segments
        .last()
        .is_some_and(|segment| !segment.text.ends_with(['.', ':', ';', '?', '!']));
    let labelled = line
        .words
        .iter()
        .take(4)
        .any(|word| word.text.ends_with(':'));
    let lower = word.text.starts_with(char::is_lowercase) && !labelled;
    let aligned = place == Around::Cell || is_aligned(paragraph, line);
    aligned && (full || (open_end && lower))
}

/// Whether a line begins where a paragraph's next line would.
fn is_aligned(paragraph: &Paragraph, line: &Line) -> bool {
    const NEAR: f64 = 3.0;
    const INDENT: f64 = 72.0;
    let left = line.left();
    let (first, last) = (&paragraph.first, &paragraph.last);
    let is_second = (first.y - last.y).abs() < f64::EPSILON;
    let under = |x: f64| (x - left).abs() < NEAR;
    // Below the value of `label   value`, or below the text after a number or bullet.
    let hanging = || {
        let parts = last.segments();
        let value = parts.len() > 1 && parts.last().is_some_and(|segment| under(segment.x));
        let begins = parts
            .first()
            .is_some_and(|segment| begins_item(&segment.text));
        value || (begins && last.words.get(1).is_some_and(|word| under(word.x0)))
    };
    let indented = is_second && left < first.left() && first.left() - left < INDENT;
    let after_colon = || {
        let colon = last.words.iter().position(|word| word.text == ":");
        colon
            .and_then(|at| last.words.get(at + 1))
            .is_some_and(|word| under(word.x0))
    };
    under(last.left()) || (is_second && (hanging() || after_colon())) || indented
}

/// Whether a text begins as an item of a list: `1.-`, `2)`, `a)`, a bullet. `I. Municipalidad` does
/// not.
fn begins_item(text: &str) -> bool {
    let Some(mark) = text.split_whitespace().next() else {
        return false;
    };
    let bare = mark.trim_end_matches(['.', ')', '-', '°', 'º']);
    let is_number = bare.len() <= 2 && bare.chars().all(|digit| digit.is_ascii_digit());
    let is_letter = bare.chars().count() == 1 && mark.ends_with([')', '-']);
    matches!(
        mark,
        "•" | "·" | "-" | "–" | "—" | "*" | "▪" | "◦" | "➢" | "✓" | "\u{f0b7}"
    ) || (bare != mark && !bare.is_empty() && (is_number || is_letter))
}

/// Joins a continuing line. A hyphen at a line's end stays: it may be a number's.
fn append(segments: &mut Vec<Segment>, more: Vec<Segment>) {
    for segment in more {
        let Some(last) = segments.last_mut() else {
            segments.push(segment);
            continue;
        };
        let mut before = last.text.chars().rev();
        let hyphen = before.next() == Some('-');
        let letter = before.next().is_some_and(char::is_lowercase);
        let lower = segment.text.starts_with(char::is_lowercase);
        if hyphen && letter && lower {
            last.text.pop();
        } else if !hyphen {
            last.text.push(' ');
        }
        last.text.push_str(&segment.text);
    }
}
