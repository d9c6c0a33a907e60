//! Paths (ISO 32000-1, 8.5): only the straight lines of tables and forms are kept.

use super::glyphs::{Matrix, Rule};
use crate::documents::limits;

/// The path under construction.
#[derive(Default)]
pub(super) struct Path {
    /// Finished subpaths and the one that is open, last; in points of the page.
    subpaths: Vec<Vec<(f64, f64)>>,
}

/// A filled shape this thin, in points, is a line.
const THIN: f64 = 3.0;

impl Path {
    /// Takes a path operator; whether it was one that paints (or drops) the path.
    pub(super) fn operate(
        &mut self,
        operator: &str,
        numbers: &[f64],
        matrix: &Matrix,
        rules: &mut Vec<Rule>,
    ) {
        match (operator, numbers) {
            ("m", &[x, y]) => self.subpaths.push(vec![matrix.apply((x, y))]),
            ("l", &[x, y]) => self.line_to(matrix.apply((x, y))),
            ("c", &[_, _, _, _, x, y]) | ("v" | "y", &[_, _, x, y]) => {
                // A curve is no ruled line: what follows it begins anew.
                self.subpaths.push(vec![matrix.apply((x, y))]);
            }
            ("re", &[x, y, width, height]) => {
                let corners = [
                    (x, y),
                    (x + width, y),
                    (x + width, y + height),
                    (x, y + height),
                ];
                let mut subpath: Vec<_> =
                    corners.iter().map(|&corner| matrix.apply(corner)).collect();
                subpath.push(subpath[0]);
                self.subpaths.push(subpath);
            }
            ("h", _) => self.close(),
            ("S", _) => self.stroke(rules),
            ("s", _) => {
                self.close();
                self.stroke(rules);
            }
            ("f" | "F" | "f*", _) => self.fill(rules),
            ("B" | "B*" | "b" | "b*", _) => self.stroke(rules),
            ("n", _) => self.subpaths.clear(),
            _ => {}
        }
        if self.subpaths.len() > limits::PDF_RULES {
            self.subpaths.clear();
        }
    }

    fn line_to(&mut self, point: (f64, f64)) {
        if let Some(subpath) = self.subpaths.last_mut()
            && subpath.len() < limits::PDF_RULES
        {
            subpath.push(point);
        }
    }

    fn close(&mut self) {
        if let Some(first) = self
            .subpaths
            .last()
            .and_then(|subpath| subpath.first())
            .copied()
        {
            self.line_to(first);
        }
    }

    fn stroke(&mut self, rules: &mut Vec<Rule>) {
        for subpath in self.subpaths.drain(..) {
            let lines = subpath
                .windows(2)
                .filter_map(|pair| Rule::between(pair[0], pair[1]));
            rules.extend(lines.take(limits::PDF_RULES.saturating_sub(rules.len())));
        }
    }

    /// Word and LibreOffice draw the lines of tables as thin filled rectangles.
    fn fill(&mut self, rules: &mut Vec<Rule>) {
        for subpath in self.subpaths.drain(..) {
            let of = |pick: fn(&(f64, f64)) -> f64| {
                let values = || subpath.iter().map(pick);
                (
                    values().fold(f64::MAX, f64::min),
                    values().fold(f64::MIN, f64::max),
                )
            };
            let ((left, right), (bottom, top)) = (of(|point| point.0), of(|point| point.1));
            let line = if top - bottom <= THIN {
                let middle = (top + bottom) / 2.0;
                Rule::between((left, middle), (right, middle))
            } else if right - left <= THIN {
                let middle = (left + right) / 2.0;
                Rule::between((middle, bottom), (middle, top))
            } else {
                None
            };
            rules.extend(line.filter(|_| rules.len() < limits::PDF_RULES));
        }
    }
}
