//! Tables that are drawn with lines: which cells a page's ruled lines enclose.

use super::glyphs::{Glyph, Rule};

/// How far, in points, lines that meet may be apart.
const NEAR: f64 = 2.5;

/// Cells of one table; more is squared paper.
const CELLS: usize = 4_000;

/// A table's lines.
pub(super) struct Grid {
    /// From left to right.
    columns: Vec<f64>,
    /// From top to bottom.
    rows: Vec<f64>,
    /// For each cell, row by row, the cell that holds its text: itself unless it is merged.
    anchors: Vec<(usize, usize)>,
}

impl Grid {
    /// The top of the table.
    pub(super) fn top(&self) -> f64 {
        self.rows.first().copied().unwrap_or(0.0)
    }

    /// How many rows and columns.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.rows.len() - 1, self.columns.len() - 1)
    }

    /// The right edge of a column.
    pub(super) fn right(&self, column: usize) -> f64 {
        self.columns.get(column + 1).copied().unwrap_or(f64::MAX)
    }

    /// The cell that a character is in: that which holds the text, where cells are merged.
    pub(super) fn cell(&self, glyph: &Glyph) -> Option<(usize, usize)> {
        let (x, y) = ((glyph.x0 + glyph.x1) / 2.0, glyph.y + glyph.size * 0.25);
        let column = self
            .columns
            .windows(2)
            .position(|pair| pair[0] <= x && x < pair[1])?;
        let row = self
            .rows
            .windows(2)
            .position(|pair| pair[0] >= y && y > pair[1])?;
        self.anchors.get(row * self.size().1 + column).copied()
    }
}

/// Finds the tables of a page, from top to bottom.
pub(super) fn find(rules: &[Rule]) -> Vec<Grid> {
    let mut grids: Vec<Grid> = connected(rules)
        .iter()
        .filter_map(|group| grid(group))
        .collect();
    grids.sort_by(|one, other| other.top().total_cmp(&one.top()));
    grids
}

/// Groups of lines that meet.
fn connected(rules: &[Rule]) -> Vec<Vec<Rule>> {
    let (vertical, horizontal): (Vec<Rule>, Vec<Rule>) =
        rules.iter().partition(|rule| rule.vertical);
    // Each vertical begins a group of its own; a horizontal joins all groups that it meets.
    let mut group_of: Vec<usize> = (0..vertical.len()).collect();
    let mut joined: Vec<(usize, Rule)> = Vec::new();
    for rule in &horizontal {
        let met: Vec<usize> = (0..vertical.len())
            .filter(|&index| meet(&vertical[index], rule))
            .collect();
        let Some(&first) = met.first() else { continue };
        let group = root(&mut group_of, first);
        for other in met {
            let other = root(&mut group_of, other);
            group_of[other] = group;
        }
        joined.push((first, *rule));
    }
    let mut groups: std::collections::BTreeMap<usize, Vec<Rule>> =
        std::collections::BTreeMap::new();
    for (index, rule) in vertical.iter().enumerate() {
        groups
            .entry(root(&mut group_of, index))
            .or_default()
            .push(*rule);
    }
    for (index, rule) in joined {
        groups
            .entry(root(&mut group_of, index))
            .or_default()
            .push(rule);
    }
    groups.into_values().collect()
}

/// The group that stands for this one, with the way to it shortened.
fn root(group_of: &mut [usize], mut index: usize) -> usize {
    while group_of[index] != index {
        group_of[index] = group_of[group_of[index]];
        index = group_of[index];
    }
    index
}

fn meet(vertical: &Rule, horizontal: &Rule) -> bool {
    let within = |rule: &Rule, at: f64| rule.from - NEAR <= at && at <= rule.to + NEAR;
    within(vertical, horizontal.at) && within(horizontal, vertical.at)
}

/// The table that a group of lines draws; none where it has not at least two columns.
fn grid(rules: &[Rule]) -> Option<Grid> {
    let places = |vertical: bool| {
        let mut places: Vec<f64> = rules
            .iter()
            .filter(|rule| rule.vertical == vertical)
            .map(|rule| rule.at)
            .collect();
        places.sort_by(f64::total_cmp);
        places.dedup_by(|next, kept| *next - *kept < NEAR);
        places
    };
    let columns = places(true);
    let mut rows = places(false);
    rows.reverse();
    if columns.len() < 3 || rows.len() < 2 || (columns.len() - 1) * (rows.len() - 1) > CELLS {
        return None;
    }
    let anchors = anchors(rules, &rows, &columns);
    Some(Grid {
        columns,
        rows,
        anchors,
    })
}

/// For each cell the one that holds its text: where no line is drawn between two cells they are
/// one, and the upper left one holds the text.
fn anchors(rules: &[Rule], rows: &[f64], columns: &[f64]) -> Vec<(usize, usize)> {
    let width = columns.len() - 1;
    let cells = width * (rows.len() - 1);
    // Whether a line is drawn at the left of, and above, each cell.
    let (mut left, mut above) = (vec![false; cells], vec![false; cells]);
    for rule in rules {
        let (lines, spans) = if rule.vertical {
            (columns, rows)
        } else {
            (rows, columns)
        };
        let Some(line) = lines.iter().position(|at| (at - rule.at).abs() < NEAR) else {
            continue;
        };
        for (span, pair) in spans.windows(2).enumerate() {
            let middle = (pair[0] + pair[1]) / 2.0;
            if !(rule.from - NEAR <= middle && middle <= rule.to + NEAR) {
                continue;
            }
            let (row, column) = if rule.vertical {
                (span, line)
            } else {
                (line, span)
            };
            if row < rows.len() - 1 && column < width {
                let drawn = if rule.vertical { &mut left } else { &mut above };
                drawn[row * width + column] = true;
            }
        }
    }
    let mut anchors = Vec::with_capacity(cells);
    for cell in 0..cells {
        let (row, column) = (cell / width, cell % width);
        let anchor = if column > 0 && !left[cell] {
            anchors[cell - 1]
        } else if row > 0 && !above[cell] {
            anchors[cell - width]
        } else {
            (row, column)
        };
        anchors.push(anchor);
    }
    anchors
}
