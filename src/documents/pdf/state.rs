//! The state that text is shown with (ISO 32000-1, 8.4 and 9.3).

use std::rc::Rc;

use super::font::Font;
use super::glyphs::{Matrix, Turns};

/// The graphics state that text needs.
#[derive(Clone)]
pub(super) struct State {
    pub(super) matrix: Matrix,
    pub(super) font: Option<Rc<Font>>,
    pub(super) size: f64,
    /// Spacing after each character and after each space, in unscaled text units.
    pub(super) character_space: f64,
    pub(super) word_space: f64,
    /// Horizontal scaling, 1 being none.
    pub(super) scale: f64,
    pub(super) leading: f64,
    pub(super) rise: f64,
}

/// Where the next character goes.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    pub(super) text: Matrix,
    pub(super) line: Matrix,
}

impl State {
    /// The state at the beginning of a content stream.
    pub(super) fn new(matrix: Matrix) -> Self {
        State {
            matrix,
            font: None,
            size: 1.0,
            character_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

impl Default for Cursor {
    fn default() -> Self {
        Cursor {
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        }
    }
}

impl Cursor {
    pub(super) fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::translation(x, y).then(&self.line);
        self.text = self.line;
    }

    pub(super) fn advance(&mut self, x: f64) {
        self.text = Matrix::translation(x, 0.0).then(&self.text);
    }
}

/// Operators of text state and text position (ISO 32000-1, 9.3 and 9.4.2).
pub(super) fn position(operator: &str, numbers: &[f64], state: &mut State, cursor: &mut Cursor) {
    match (operator, numbers) {
        ("BT", _) => {
            *cursor = Cursor::default();
        }
        ("Tm", &[a, b, c, d, e, f]) => {
            cursor.line = Matrix([a, b, c, d, e, f]);
            cursor.text = cursor.line;
        }
        ("Td", &[x, y]) => cursor.next_line(x, y),
        ("TD", &[x, y]) => {
            state.leading = -y;
            cursor.next_line(x, y);
        }
        ("T*", _) => cursor.next_line(0.0, -state.leading),
        ("Tc", &[space]) => state.character_space = space,
        ("Tw", &[space]) => state.word_space = space,
        ("Tz", &[percent]) => state.scale = percent / 100.0,
        ("TL", &[leading]) => state.leading = leading,
        ("Ts", &[rise]) => state.rise = rise,
        _ => {}
    }
}

/// Which quarter turn clockwise brings a direction to point right.
pub(super) fn turns_of(x: f64, y: f64) -> Turns {
    if x.abs() >= y.abs() {
        if x >= 0.0 { 0 } else { 2 }
    } else if y > 0.0 {
        1
    } else {
        3
    }
}
