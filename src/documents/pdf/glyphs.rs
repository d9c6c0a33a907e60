//! What a page shows: characters and ruled lines, in points from the lower left corner.

/// An affine transformation `[a b c d e f]` (ISO 32000-1, 8.3.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    pub(super) const IDENTITY: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn translation(x: f64, y: f64) -> Matrix {
        Matrix([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This transformation first, `then` after it.
    pub(super) fn then(&self, then: &Matrix) -> Matrix {
        let [a, b, c, d, e, f] = self.0;
        let [g, h, i, j, k, l] = then.0;
        Matrix([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    pub(super) fn apply(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// Quarter turns that bring text upright, counted clockwise.
pub(super) type Turns = u8;

/// Turns a point clockwise about the origin.
pub(super) fn turn((x, y): (f64, f64), turns: Turns) -> (f64, f64) {
    match turns % 4 {
        0 => (x, y),
        1 => (y, -x),
        2 => (-x, -y),
        _ => (-y, x),
    }
}

/// A character, turned upright.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) character: char,
    pub(super) x0: f64,
    pub(super) x1: f64,
    /// The base line.
    pub(super) y: f64,
    /// The font's size, in points.
    pub(super) size: f64,
    /// How it was turned to be upright.
    pub(super) turns: Turns,
}

/// A straight line, horizontal or vertical.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) vertical: bool,
    /// Its x where vertical, else its y.
    pub(super) at: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Rule {
    /// The line between two points, where it is horizontal or vertical and not a mere dot.
    pub(super) fn between(one: (f64, f64), other: (f64, f64)) -> Option<Rule> {
        const STRAIGHT: f64 = 1.0;
        const LONG: f64 = 4.0;
        let (width, height) = ((one.0 - other.0).abs(), (one.1 - other.1).abs());
        if width <= STRAIGHT && height >= LONG {
            let at = (one.0 + other.0) / 2.0;
            Some(Rule {
                vertical: true,
                at,
                from: one.1.min(other.1),
                to: one.1.max(other.1),
            })
        } else if height <= STRAIGHT && width >= LONG {
            let at = (one.1 + other.1) / 2.0;
            Some(Rule {
                vertical: false,
                at,
                from: one.0.min(other.0),
                to: one.0.max(other.0),
            })
        } else {
            None
        }
    }

    /// The same line after the page was turned.
    pub(super) fn turned(&self, turns: Turns) -> Option<Rule> {
        let end = |along| {
            if self.vertical {
                (self.at, along)
            } else {
                (along, self.at)
            }
        };
        Rule::between(turn(end(self.from), turns), turn(end(self.to), turns))
    }
}

/// What a page shows.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) rules: Vec<Rule>,
}
