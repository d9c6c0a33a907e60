//! Tables while they are open.

use super::super::line::{Line, Mark, collapse};

/// A table that is open: finished rows, and the row and cell being read.
#[derive(Debug, Default)]
pub(super) struct OpenTable {
    /// Index among the tables of the body.
    pub index: usize,
    rows: Vec<Vec<String>>,
    row: Vec<Vec<Line>>,
    /// Whether a row is open.
    pub row_open: bool,
    /// Whether a cell is open.
    pub cell_open: bool,
}

/// Most rows of a table, and most cells of a row, that are kept.
const ROWS_MAX: usize = 2_000;
const CELLS_MAX: usize = 100;

impl OpenTable {
    /// A table that has just begun.
    pub(super) fn new(index: usize) -> Self {
        Self {
            index,
            ..Self::default()
        }
    }

    /// Takes the lines of a cell.
    pub(super) fn end_cell(&mut self, lines: Vec<Line>) {
        self.cell_open = false;
        self.row.push(lines);
    }

    /// Ends the row: its lines go to `out`, as one line where every cell has only one.
    pub(super) fn end_row(&mut self, out: &mut Vec<Line>) {
        self.row_open = false;
        let row = std::mem::take(&mut self.row);
        if self.rows.len() < ROWS_MAX {
            self.rows.push(
                row.iter()
                    .take(CELLS_MAX)
                    .map(|cell| cell_text(cell))
                    .collect(),
            );
        }
        let filled: Vec<&Vec<Line>> = row
            .iter()
            .filter(|c| c.iter().any(|l| !l.is_blank()))
            .collect();
        let one_line = filled.len() > 1
            && filled.iter().all(|c| {
                c.iter().filter(|l| !l.is_blank()).count() == 1
                    && c.iter().all(|l| l.table.is_none() && l.mark == Mark::None)
            });
        if one_line {
            let depth = filled.iter().flat_map(|c| c.iter()).map(|l| l.depth).max();
            let text = filled
                .iter()
                .map(|c| cell_text(c))
                .collect::<Vec<_>>()
                .join("\t");
            out.push(Line {
                text,
                depth: depth.unwrap_or_default(),
                mark: Mark::None,
                table: Some(self.index),
            });
            return;
        }
        for mut line in row.into_iter().flatten() {
            line.table = line.table.or(Some(self.index));
            out.push(line);
        }
    }

    /// The rows, where it is a table of data: at least one row with two filled cells.
    pub(super) fn finish(self) -> Vec<Vec<String>> {
        let is_data = self
            .rows
            .iter()
            .any(|row| row.iter().filter(|cell| !cell.is_empty()).count() > 1);
        if is_data { self.rows } else { Vec::new() }
    }
}

/// The text of a cell, without that of tables within it.
fn cell_text(cell: &[Line]) -> String {
    let own: Vec<String> = cell
        .iter()
        .filter(|l| l.table.is_none())
        .map(|l| collapse(&l.text))
        .filter(|t| !t.is_empty())
        .collect();
    own.join("\n")
}
