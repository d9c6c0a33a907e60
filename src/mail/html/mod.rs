//! HTML → lines and tables: linear in the length of the input, bounded in depth.
//!
//! Structure that clients give (quotes, signatures, the head of an original mail) becomes marks on
//! lines; hidden text is left out.
//!
//! Lives here: what the structure of HTML says. May not live here: what clients and people write in
//! words (`new_text`).

mod clients;
mod table;
#[cfg(test)]
mod tests;
mod token;

use std::collections::BTreeMap;

use self::table::OpenTable;
use self::token::{Attributes, Token, Tokens};
use super::line::{Line, Mark, collapse};
use super::work::work;

/// The table of a body: rows of cells.
pub(super) type Table = Vec<Vec<String>>;

/// Nested elements, nested tables, tables and lines beyond which nothing more is opened.
const DEPTH_MAX: usize = 2_000;
const TABLE_DEPTH_MAX: usize = 8;
const TABLES_MAX: usize = 200;
const LINES_MAX: usize = 50_000;

/// Lines and tables of an HTML body. A line names its innermost table.
pub(super) fn lines(html: &str) -> (Vec<Line>, Vec<Table>) {
    let mut builder = Builder::new();
    for token in Tokens::new(html) {
        if builder.line_count >= LINES_MAX {
            break;
        }
        match token {
            Token::Text(text) => builder.text(text),
            Token::Open(name, attributes) => builder.open(&name.to_ascii_lowercase(), attributes),
            Token::Close(name) => builder.close(&name.to_ascii_lowercase()),
        }
    }
    builder.finish()
}

/// What holds for the text within an element.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    depth: u16,
    hidden: bool,
    mark: Mark,
    preformatted: bool,
}

struct Frame {
    name: String,
    outer: Context,
}

struct Builder {
    frames: Vec<Frame>,
    open_names: BTreeMap<String, usize>,
    context: Context,
    /// Lines of the document, then those of each open cell.
    sinks: Vec<Vec<Line>>,
    open_tables: Vec<OpenTable>,
    tables: Vec<Table>,
    current: String,
    space: bool,
    /// Mark for the next line: the original mail begins there.
    pending: Mark,
    line_count: usize,
}

impl Builder {
    fn new() -> Self {
        Self {
            frames: Vec::new(),
            open_names: BTreeMap::new(),
            context: Context::default(),
            sinks: vec![Vec::new()],
            open_tables: Vec::new(),
            tables: Vec::new(),
            current: String::new(),
            space: false,
            pending: Mark::None,
            line_count: 0,
        }
    }

    fn text(&mut self, raw: &str) {
        if self.context.hidden {
            return;
        }
        let decoded;
        let text = if raw.contains('&') {
            decoded = token::decode(raw);
            &decoded
        } else {
            raw
        };
        if self.context.preformatted {
            for (i, line) in text.split('\n').enumerate() {
                if i > 0 {
                    self.end_line(true);
                }
                self.current.push_str(line.trim_end_matches('\r'));
            }
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() || c == '\u{a0}' {
                self.space = true;
            } else if !is_invisible(c) {
                if self.space && !self.current.is_empty() {
                    self.current.push(' ');
                }
                self.space = false;
                self.current.push(c);
            }
        }
    }

    /// Ends the line being written; an empty one only counts where the author broke it.
    fn end_line(&mut self, keep_empty: bool) {
        self.space = false;
        let text = std::mem::take(&mut self.current);
        if text.is_empty() && !keep_empty {
            return;
        }
        let mut mark = self.context.mark;
        if self.pending != Mark::None && !text.is_empty() {
            mark = std::mem::take(&mut self.pending);
        }
        self.push(Line {
            text,
            depth: self.context.depth,
            mark,
            table: None,
        });
    }

    fn push(&mut self, line: Line) {
        if self.line_count >= LINES_MAX {
            return;
        }
        self.line_count += 1;
        if let Some(sink) = self.sinks.last_mut() {
            sink.push(line);
        }
    }

    /// A paragraph's distance from what stands before it.
    fn blank_line(&mut self) {
        self.end_line(false);
        let needed = self
            .sinks
            .last()
            .and_then(|s| s.last())
            .is_some_and(|l| !l.text.is_empty());
        if needed {
            self.push(Line {
                depth: self.context.depth,
                ..Line::default()
            });
        }
    }

    fn open(&mut self, name: &str, raw: &str) {
        match name {
            "br" => return self.end_line(true),
            "hr" => {
                self.end_line(false);
                let a = token::attributes(raw);
                if clients::is_rule(&a) {
                    self.pending = Mark::Rule;
                }
                return;
            }
            "img" | "input" | "meta" | "link" | "wbr" | "col" | "base" | "area" => return,
            "td" | "th" => return self.open_cell(name, raw),
            "tr" => return self.open_row(raw),
            "table" => return self.open_table(raw),
            _ => {}
        }
        let a = token::attributes(raw);
        match name {
            "p" => {
                if self.frames.last().is_some_and(|f| f.name == "p") {
                    self.close("p");
                }
                if a.class.contains("mso") {
                    self.end_line(false)
                } else {
                    self.blank_line()
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" => self.blank_line(),
            _ if is_block(name) => self.end_line(false),
            _ => {}
        }
        self.enter(name, &a);
        if name == "li" && !self.context.hidden {
            self.current.push_str("- ");
        }
    }

    /// Opens an element: what its attributes say holds until it is closed.
    fn enter(&mut self, name: &str, a: &Attributes) {
        if self.frames.len() >= DEPTH_MAX {
            return;
        }
        self.frames.push(Frame {
            name: name.to_owned(),
            outer: self.context,
        });
        *self.open_names.entry(name.to_owned()).or_default() += 1;
        let context = &mut self.context;
        context.hidden |= is_hidden(a) || is_unsaid(name);
        context.preformatted |= name == "pre" || name == "textarea";
        if clients::is_quote(name, a) {
            context.depth = context.depth.saturating_add(1);
        }
        if clients::is_signature(a) {
            context.mark = Mark::Signature;
        } else if clients::is_attribution(a) {
            context.mark = Mark::Attribution;
        }
        if clients::is_boundary(a) {
            self.pending = Mark::Boundary;
            self.context.mark = Mark::None;
        } else if clients::is_rule(a) && self.pending != Mark::Boundary {
            self.pending = Mark::Rule;
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "td" | "th" => {
                if self.open_tables.last().is_some_and(|t| t.cell_open) {
                    self.close_cell();
                }
                return;
            }
            "tr" => return self.close_row(),
            "table" => return self.close_table(),
            _ => {}
        }
        if is_block(name) {
            self.end_line(false);
        }
        if matches!(name, "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
            self.blank_line();
        }
        self.leave(name, false);
    }

    /// Closes elements up to the innermost of that name; one that is not open is ignored.
    fn leave(&mut self, name: &str, through_tables: bool) {
        if self.open_names.get(name).copied().unwrap_or_default() == 0 {
            return;
        }
        while let Some(frame) = self.frames.pop() {
            work(1);
            let is_barrier = !through_tables && matches!(frame.name.as_str(), "td" | "table");
            if is_barrier && frame.name != name {
                self.frames.push(frame);
                return;
            }
            if let Some(count) = self.open_names.get_mut(&frame.name) {
                *count = count.saturating_sub(1);
            }
            self.context = frame.outer;
            if frame.name == name {
                return;
            }
        }
    }

    fn open_table(&mut self, raw: &str) {
        self.end_line(false);
        let opens = self.open_tables.len() < TABLE_DEPTH_MAX
            && self.tables.len() < TABLES_MAX
            && self.frames.len() < DEPTH_MAX;
        if opens {
            self.enter("table", &token::attributes(raw));
            self.open_tables.push(OpenTable::new(self.tables.len()));
            self.tables.push(Vec::new());
        }
    }

    fn open_row(&mut self, _raw: &str) {
        self.end_line(false);
        self.close_row();
        if let Some(table) = self.open_tables.last_mut() {
            table.row_open = true;
        }
    }

    fn open_cell(&mut self, _name: &str, raw: &str) {
        let Some(table) = self.open_tables.last() else {
            return self.end_line(false);
        };
        if table.cell_open {
            self.close_cell();
        }
        self.end_line(false);
        if self.frames.len() >= DEPTH_MAX {
            return;
        }
        self.enter("td", &token::attributes(raw));
        self.sinks.push(Vec::new());
        if let Some(table) = self.open_tables.last_mut() {
            table.cell_open = true;
            table.row_open = true;
        }
    }

    fn close_cell(&mut self) {
        self.end_line(false);
        self.leave("td", true);
        let lines = self.sinks.pop().unwrap_or_default();
        if let Some(table) = self.open_tables.last_mut() {
            table.end_cell(lines);
        }
    }

    fn close_row(&mut self) {
        if self.open_tables.last().is_some_and(|t| t.cell_open) {
            self.close_cell();
        }
        if let (Some(table), Some(sink)) = (self.open_tables.last_mut(), self.sinks.last_mut())
            && table.row_open
        {
            table.end_row(sink);
        }
    }

    fn close_table(&mut self) {
        if self.open_tables.is_empty() {
            return self.end_line(false);
        }
        self.close_row();
        self.end_line(false);
        self.leave("table", true);
        if let Some(table) = self.open_tables.pop() {
            let index = table.index;
            if let Some(slot) = self.tables.get_mut(index) {
                *slot = table.finish();
            }
        }
    }

    fn finish(mut self) -> (Vec<Line>, Vec<Table>) {
        while !self.open_tables.is_empty() {
            self.close_table();
        }
        self.end_line(false);
        let mut lines = self.sinks.into_iter().next().unwrap_or_default();
        for line in &mut lines {
            if line.text.len() > 4 && line.text.contains("  ") && line.table.is_none() {
                line.text = collapse(&line.text);
            }
        }
        (lines, self.tables)
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "pre"
            | "center"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "address"
            | "form"
            | "fieldset"
            | "blockquote"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "body"
            | "html"
            | "title"
            | "caption"
            | "thead"
            | "tbody"
            | "tfoot"
            | "option"
            | "legend"
            | "nav"
            | "aside"
    )
}

/// Elements whose text is not shown, or is struck out: whoever strikes a word takes it back.
fn is_unsaid(name: &str) -> bool {
    matches!(
        name,
        "head" | "noscript" | "select" | "s" | "del" | "strike"
    )
}

fn is_hidden(a: &Attributes) -> bool {
    a.hidden
        || [
            "display:none",
            "visibility:hidden",
            "mso-hide:all",
            "line-through",
            "opacity:0;",
            "font-size:0px",
            "font-size:0pt",
            "font-size:0;",
        ]
        .iter()
        .any(|hiding| a.style.contains(hiding))
}

/// Zero-width characters and soft hyphens, used to hide words from programs.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{2060}' | '\u{feff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
}
