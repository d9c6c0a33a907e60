//! Builds [`Item`]s from the nested paragraphs, tables and text boxes of DOCX and ODT.

use super::shape::{Item, Segment};
use super::{Unreadable, limits};

/// What is open, innermost last.
enum Scope {
    /// The body, a cell, a text box.
    Container(Vec<Item>),
    /// A paragraph: its lines, each split at tabs; what stands in it but is read after it.
    Paragraph {
        lines: Vec<Vec<String>>,
        after: Vec<Item>,
    },
    /// A table: its rows, the row that is open, tables inside of its cells.
    Table {
        rows: Vec<Vec<String>>,
        row: Vec<String>,
        after: Vec<Item>,
    },
}

/// Takes a document's structure piece by piece. Ends that match no start are ignored.
pub(super) struct Flow {
    scopes: Vec<Scope>,
    /// Paragraphs and line breaks.
    lines: usize,
    tables: usize,
    rows: usize,
    cells: usize,
}

impl Flow {
    pub(super) fn new() -> Self {
        Flow {
            scopes: vec![Scope::Container(Vec::new())],
            lines: 0,
            tables: 0,
            rows: 0,
            cells: 0,
        }
    }

    /// What was built.
    pub(super) fn finish(mut self) -> Vec<Item> {
        while self.scopes.len() > 1 {
            match self.scopes.last() {
                Some(Scope::Paragraph { .. }) => self.end_paragraph(),
                Some(Scope::Table { .. }) => self.end_table(),
                _ => self.end_aside(),
            }
        }
        match self.scopes.pop() {
            Some(Scope::Container(items)) => items,
            _ => Vec::new(),
        }
    }

    /// # Errors
    /// [`Unreadable::OverLimit`]: too many paragraphs.
    pub(super) fn start_paragraph(&mut self) -> Result<(), Unreadable> {
        self.count_line()?;
        let lines = vec![vec![String::new()]];
        self.scopes.push(Scope::Paragraph {
            lines,
            after: Vec::new(),
        });
        Ok(())
    }

    pub(super) fn end_paragraph(&mut self) {
        if !matches!(self.scopes.last(), Some(Scope::Paragraph { .. })) {
            return;
        }
        let Some(Scope::Paragraph { lines, after }) = self.scopes.pop() else {
            return;
        };
        for line in lines {
            let filled = |(_, text): &(usize, String)| !text.trim().is_empty();
            let segment = |(_, text): (usize, String)| Segment { text, x: 0.0 };
            let line: Vec<Segment> = line
                .into_iter()
                .enumerate()
                .filter(filled)
                .map(segment)
                .collect();
            if !line.is_empty() {
                self.push(Item::Line(line));
            }
        }
        after.into_iter().for_each(|item| self.push(item));
    }

    pub(super) fn text(&mut self, text: &str) {
        if let Some(segment) = self.line().and_then(|line| line.last_mut()) {
            segment.push_str(text);
        }
    }

    pub(super) fn tab(&mut self) {
        if let Some(line) = self.line() {
            line.push(String::new());
        }
    }

    /// # Errors
    /// [`Unreadable::OverLimit`]: too many lines.
    pub(super) fn line_break(&mut self) -> Result<(), Unreadable> {
        self.count_line()?;
        if let Some(Scope::Paragraph { lines, .. }) = self.scopes.last_mut() {
            lines.push(vec![String::new()]);
        }
        Ok(())
    }

    fn count_line(&mut self) -> Result<(), Unreadable> {
        self.lines += 1;
        if self.lines > limits::BLOCKS {
            Err(Unreadable::OverLimit)
        } else {
            Ok(())
        }
    }

    fn line(&mut self) -> Option<&mut Vec<String>> {
        match self.scopes.last_mut() {
            Some(Scope::Paragraph { lines, .. }) => lines.last_mut(),
            _ => None,
        }
    }

    /// Begins a text box or note, which is read after the paragraph that holds it.
    pub(super) fn start_aside(&mut self) {
        self.scopes.push(Scope::Container(Vec::new()));
    }

    pub(super) fn end_aside(&mut self) {
        if let Some(items) = self.pop_container() {
            items.into_iter().for_each(|item| self.push(item));
        }
    }

    /// # Errors
    /// [`Unreadable::OverLimit`]: too many tables within tables.
    pub(super) fn start_table(&mut self) -> Result<(), Unreadable> {
        self.tables += 1;
        if self.tables > limits::TABLE_DEPTH {
            return Err(Unreadable::OverLimit);
        }
        self.scopes.push(Scope::Table {
            rows: Vec::new(),
            row: Vec::new(),
            after: Vec::new(),
        });
        Ok(())
    }

    pub(super) fn end_table(&mut self) {
        if !matches!(self.scopes.last(), Some(Scope::Table { .. })) {
            return;
        }
        let Some(Scope::Table { rows, after, .. }) = self.scopes.pop() else {
            return;
        };
        self.tables = self.tables.saturating_sub(1);
        self.push(Item::Table(rows));
        after.into_iter().for_each(|item| self.push(item));
    }

    /// # Errors
    /// [`Unreadable::OverLimit`]: too many rows.
    pub(super) fn end_row(&mut self) -> Result<(), Unreadable> {
        if let Some(Scope::Table { rows, row, .. }) = self.scopes.last_mut() {
            rows.push(std::mem::take(row));
            self.rows += 1;
        }
        if self.rows > limits::ROWS {
            Err(Unreadable::OverLimit)
        } else {
            Ok(())
        }
    }

    pub(super) fn start_cell(&mut self) {
        self.scopes.push(Scope::Container(Vec::new()));
    }

    /// Ends a cell that spans `span` columns: the text is in the first, the others are empty.
    ///
    /// # Errors
    /// [`Unreadable::OverLimit`]: too many cells.
    pub(super) fn end_cell(&mut self, span: usize) -> Result<(), Unreadable> {
        let Some(items) = self.pop_container() else {
            return Ok(());
        };
        let span = span.clamp(1, limits::COLUMN_SPAN);
        self.cells += span;
        if self.cells > limits::CELLS {
            return Err(Unreadable::OverLimit);
        }
        let Some(Scope::Table { row, after, .. }) = self.scopes.last_mut() else {
            return Ok(());
        };
        let mut text = Vec::new();
        for item in items {
            match item {
                Item::Line(line) => {
                    let parts: Vec<String> = line.into_iter().map(|part| part.text).collect();
                    text.push(parts.join(" "));
                }
                Item::Table(_) => after.push(item),
            }
        }
        row.push(text.join("\n"));
        row.extend(std::iter::repeat_n(String::new(), span - 1));
        Ok(())
    }

    fn pop_container(&mut self) -> Option<Vec<Item>> {
        if self.scopes.len() < 2 || !matches!(self.scopes.last(), Some(Scope::Container(_))) {
            return None;
        }
        match self.scopes.pop() {
            Some(Scope::Container(items)) => Some(items),
            _ => None,
        }
    }

    fn push(&mut self, item: Item) {
        match self.scopes.last_mut() {
            Some(Scope::Container(items)) => items.push(item),
            Some(Scope::Paragraph { after, .. } | Scope::Table { after, .. }) => after.push(item),
            None => {}
        }
    }
}
