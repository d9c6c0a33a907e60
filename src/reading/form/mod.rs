//! Labels and their values: "Etiqueta: valor" lines, lists, tables that stand or lie.
//!
//! Lives here: which words are a label, and what stands under it. May not live here: what the words
//! under a label are worth (`values/`), sentences (`prose/`).

mod labels;
mod lines;
mod tables;

pub use labels::Labels;
pub use lines::{Pair, is_closing, is_head, pairs, without_bullet};

use super::parts::{Part, Piece};
use crate::office::{Evidence, FieldName};

/// A value that stands under a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// Which datum the label names.
    pub field: FieldName,
    /// How well the label fits, up to 1.
    pub fit: f32,
    /// The label as written.
    pub label: String,
    /// The words under it; may be empty or a placeholder.
    pub value: String,
    /// Where it stands.
    pub evidence: Evidence,
}

/// Everything that stands under a label in a part, in order.
pub fn labelled(part: &Part, labels: &Labels<'_>) -> Vec<Labelled> {
    let mut out = Vec::new();
    for (index, piece) in part.pieces.iter().enumerate() {
        match piece {
            Piece::Line(number, text) => {
                let rest = part.pieces.get(index + 1..).unwrap_or(&[]);
                out.extend(lines::labelled(part, *number, text, rest, labels));
            }
            Piece::Table(first, rows) => out.extend(tables::labelled(part, *first, rows, labels)),
        }
    }
    out
}
