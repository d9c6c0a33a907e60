//! DOCX (ECMA-376, WordprocessingML): headers, body, notes, footers.

use super::flow::Flow;
use super::package::Package;
use super::xml::{Piece, Tag, Walker};
use super::{Block, Unreadable, shape};

/// Reads paragraphs, tables and text boxes. Deleted and hidden text and field codes are left out.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Block>, Unreadable> {
    let mut package = Package::open(bytes)?;
    let body = body_part(&mut package);
    let names = package.names();
    let parts_named = |start: &str| {
        let start = format!("word/{start}");
        let matches = move |name: &&String| name.starts_with(&start) && name.ends_with(".xml");
        names.iter().filter(matches).cloned().collect::<Vec<_>>()
    };
    let mut parts = parts_named("header");
    parts.push(body);
    parts.extend(parts_named("footnotes"));
    parts.extend(parts_named("endnotes"));
    parts.extend(parts_named("footer"));
    let mut items = Vec::new();
    for part in parts {
        let xml = package.read(&part)?;
        items.extend(read_part(&xml)?);
    }
    Ok(shape::shape(items))
}

/// The part that the package says is the document (some programs call it otherwise).
fn body_part(package: &mut Package<'_>) -> String {
    const USUAL: &str = "word/document.xml";
    if package.has(USUAL) {
        return USUAL.to_owned();
    }
    let relations = package.read("_rels/.rels").unwrap_or_default();
    let mut walker = Walker::new(&relations);
    while let Ok(Some(piece)) = walker.next() {
        if let Piece::Start(tag) = piece
            && tag
                .attribute("Type")
                .is_some_and(|kind| kind.ends_with("/officeDocument"))
            && let Some(target) = tag.attribute("Target")
        {
            return target.trim_start_matches('/').to_owned();
        }
    }
    USUAL.to_owned()
}

/// What has been met since the last paragraph or cell began.
#[derive(Default)]
struct State {
    /// Whether the text being read is a run's text rather than formatting.
    in_text: bool,
    /// Whether the run being read is formatted as hidden.
    hidden: bool,
    /// The spans of the open cells, innermost last.
    spans: Vec<usize>,
}

fn read_part(xml: &str) -> Result<Vec<shape::Item>, Unreadable> {
    let mut walker = Walker::new(xml);
    let mut flow = Flow::new();
    let mut state = State::default();
    while let Some(piece) = walker.next()? {
        match piece {
            Piece::Start(tag) => start(&tag, &mut walker, &mut flow, &mut state)?,
            Piece::End(name) => end(&name, &mut flow, &mut state)?,
            Piece::Text(text) if state.in_text => flow.text(&text),
            Piece::Text(_) => {}
        }
    }
    Ok(flow.finish())
}

fn start(
    tag: &Tag<'_>,
    walker: &mut Walker<'_>,
    flow: &mut Flow,
    state: &mut State,
) -> Result<(), Unreadable> {
    match tag.name() {
        "p" => flow.start_paragraph()?,
        "r" => state.hidden = false,
        "vanish" => {
            let off = tag
                .attribute("val")
                .is_some_and(|value| value == "0" || value == "false");
            state.hidden = !off;
        }
        "t" => state.in_text = !state.hidden,
        "tab" => flow.tab(),
        "br" | "cr" => flow.line_break()?,
        "noBreakHyphen" => flow.text("-"),
        "tbl" => flow.start_table()?,
        "tc" => {
            flow.start_cell();
            state.spans.push(1);
        }
        "gridSpan" => {
            let span = tag.attribute("val").and_then(|value| value.parse().ok());
            if let (Some(open), Some(span)) = (state.spans.last_mut(), span) {
                *open = span;
            }
        }
        "txbxContent" => flow.start_aside(),
        // `Fallback` repeats what `Choice` says for older programs; `pPr` holds tab stops, which
        // are no tabs.
        "Fallback" | "del" | "moveFrom" | "instrText" | "delText" | "pPr" | "sectPr" | "tblPr" => {
            walker.skip()?
        }
        _ => {}
    }
    Ok(())
}

fn end(name: &str, flow: &mut Flow, state: &mut State) -> Result<(), Unreadable> {
    match name {
        "p" => flow.end_paragraph(),
        "t" => state.in_text = false,
        "tbl" => flow.end_table(),
        "tr" => flow.end_row()?,
        "tc" => {
            let span = state.spans.pop().unwrap_or(1);
            flow.end_cell(span)?;
        }
        "txbxContent" => flow.end_aside(),
        _ => {}
    }
    Ok(())
}
