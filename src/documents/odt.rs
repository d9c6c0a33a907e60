//! ODT (OpenDocument 1.3, text): headers and footers of the styles that are used, body.

use super::flow::Flow;
use super::package::Package;
use super::xml::{Piece, Tag, Walker};
use super::{Block, Unreadable, limits, shape};

/// Reads paragraphs, tables, text boxes and notes. Deleted text of tracked changes and comments
/// are left out.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Block>, Unreadable> {
    let mut package = Package::open(bytes)?;
    if package
        .read("META-INF/manifest.xml")
        .is_ok_and(|text| text.contains("encryption-data"))
    {
        return Err(Unreadable::Encrypted);
    }
    let content = package.read("content.xml")?;
    let styles = package.read("styles.xml").unwrap_or_default();
    let mut items = read_part(&styles, Only::Headers)?;
    items.extend(read_part(&content, Only::Body)?);
    items.extend(read_part(&styles, Only::Footers)?);
    Ok(shape::shape(items))
}

/// Which part of a file is wanted.
#[derive(Clone, Copy, PartialEq)]
enum Only {
    Headers,
    Body,
    Footers,
}

impl Only {
    fn wants(self, tag: &Tag<'_>) -> bool {
        match self {
            Only::Body => tag.prefix() == "office" && tag.name() == "text",
            Only::Headers => {
                tag.prefix() == "style" && matches!(tag.name(), "header" | "header-first")
            }
            Only::Footers => {
                tag.prefix() == "style" && matches!(tag.name(), "footer" | "footer-first")
            }
        }
    }
}

fn read_part(xml: &str, only: Only) -> Result<Vec<shape::Item>, Unreadable> {
    let mut walker = Walker::new(xml);
    let mut flow = Flow::new();
    let mut spans = Vec::new();
    // The depth inside of the wanted part, 0 outside.
    let mut depth = 0_usize;
    let mut paragraphs = 0_usize;
    while let Some(piece) = walker.next()? {
        match piece {
            Piece::Start(tag) if depth == 0 => depth = usize::from(only.wants(&tag)),
            Piece::Start(tag) if is_left_out(&tag) => walker.skip()?,
            Piece::Start(tag) => {
                depth += 1;
                paragraphs += usize::from(is_paragraph(tag.name()));
                start(&tag, &mut flow, &mut spans)?;
            }
            Piece::End(_) if depth == 0 => {}
            Piece::End(name) => {
                depth -= 1;
                paragraphs -= usize::from(depth > 0 && is_paragraph(&name)).min(paragraphs);
                end(&name, &mut flow, &mut spans)?;
            }
            Piece::Text(text) if paragraphs > 0 => flow.text(&text),
            Piece::Text(_) => {}
        }
    }
    Ok(flow.finish())
}

fn is_paragraph(name: &str) -> bool {
    matches!(name, "p" | "h")
}

fn is_left_out(tag: &Tag<'_>) -> bool {
    matches!(
        tag.name(),
        "tracked-changes" | "annotation" | "note-citation" | "title" | "desc"
    ) && tag.prefix() != "dc"
        || tag.name().ends_with("-template")
}

fn start(tag: &Tag<'_>, flow: &mut Flow, spans: &mut Vec<usize>) -> Result<(), Unreadable> {
    let count = |name: &str| {
        tag.attribute(name)
            .and_then(|value| value.parse::<usize>().ok())
    };
    match tag.name() {
        "p" | "h" => flow.start_paragraph()?,
        "s" => {
            // Some letterheads align with hundreds of spaces; they become one in the end.
            let spaces = count("c").unwrap_or(1).min(limits::COLUMN_SPAN);
            flow.text(&" ".repeat(spaces));
        }
        "tab" => flow.tab(),
        "line-break" => flow.line_break()?,
        "table" => flow.start_table()?,
        "table-cell" | "covered-table-cell" => {
            flow.start_cell();
            // Covered cells stand in the file themselves; only repeated cells need room.
            spans.push(count("number-columns-repeated").unwrap_or(1));
        }
        "text-box" | "note-body" => flow.start_aside(),
        _ => {}
    }
    Ok(())
}

fn end(name: &str, flow: &mut Flow, spans: &mut Vec<usize>) -> Result<(), Unreadable> {
    match name {
        "p" | "h" => flow.end_paragraph(),
        "table" => flow.end_table(),
        "table-row" => flow.end_row()?,
        "table-cell" | "covered-table-cell" => {
            let span = spans.pop().unwrap_or(1);
            flow.end_cell(span)?;
        }
        "text-box" | "note-body" => flow.end_aside(),
        _ => {}
    }
    Ok(())
}
