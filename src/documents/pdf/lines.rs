//! Characters → words → lines, by their places.

use super::glyphs::Glyph;
use crate::documents::shape::Segment;

/// Words on one base line, from left to right.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) words: Vec<Word>,
}

/// Characters without a gap.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) x0: f64,
    pub(super) x1: f64,
    pub(super) text: String,
}

/// A gap of this many times the font's size separates columns, not words.
const WIDE_GAP: f64 = 1.5;

/// Base lines this near, in parts of the font's size, are one: `N°` may be raised by a third.
const SAME_LINE: f64 = 0.4;

impl Line {
    pub(super) fn left(&self) -> f64 {
        self.words.first().map_or(0.0, |word| word.x0)
    }

    pub(super) fn right(&self) -> f64 {
        self.words
            .iter()
            .map(|word| word.x1)
            .fold(f64::MIN, f64::max)
    }

    /// The line's parts between wide gaps.
    pub(super) fn segments(&self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        let mut end = f64::MIN;
        for word in &self.words {
            match segments.last_mut() {
                Some(segment) if word.x0 - end < WIDE_GAP * self.size => {
                    segment.text.push(' ');
                    segment.text.push_str(&word.text);
                }
                _ => segments.push(Segment {
                    text: word.text.clone(),
                    x: word.x0,
                }),
            }
            end = word.x1;
        }
        segments
    }
}

/// The lines that characters make, from top to bottom.
pub(super) fn lines(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    glyphs.sort_by(|one, other| other.y.total_cmp(&one.y));
    let mut lines = Vec::new();
    let mut on_line: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        let apart = on_line
            .first()
            .is_some_and(|first| first.y - glyph.y > SAME_LINE * first.size.max(glyph.size));
        if apart {
            lines.extend(line(std::mem::take(&mut on_line)));
        }
        on_line.push(glyph);
    }
    lines.extend(line(on_line));
    lines
}

fn line(mut glyphs: Vec<Glyph>) -> Option<Line> {
    glyphs.sort_by(|one, other| one.x0.total_cmp(&other.x0));
    let largest = |one: &&Glyph, other: &&Glyph| one.size.total_cmp(&other.size);
    let visible = || glyphs.iter().filter(|glyph| !is_gap(glyph.character));
    let base = visible().max_by(largest)?;
    let (y, size) = (base.y, base.size);
    // Where spaces are drawn they tell words apart; where not, gaps do.
    let has_spaces = glyphs.iter().any(|glyph| is_gap(glyph.character));
    let narrow = if has_spaces {
        0.4
    } else {
        // Letters that are spaced out stand apart evenly.
        (1.6 * usual_gap(&glyphs)).max(0.17)
    };
    let mut words: Vec<Word> = Vec::new();
    let mut before: Option<Glyph> = None;
    let mut space = false;
    for glyph in &glyphs {
        if is_gap(glyph.character) {
            space = true;
            continue;
        }
        if before.is_some_and(|before| is_drawn_again(&before, glyph)) {
            continue;
        }
        let gap = before.map_or(f64::MAX, |before| glyph.x0 - before.x1);
        match words.last_mut() {
            Some(word) if !space && gap < narrow * glyph.size => {
                word.text.push(glyph.character);
                word.x1 = word.x1.max(glyph.x1);
            }
            _ => words.push(Word {
                x0: glyph.x0,
                x1: glyph.x1,
                text: glyph.character.to_string(),
            }),
        }
        space = false;
        before = Some(*glyph);
    }
    Some(Line { y, size, words })
}

/// The gap that half of the characters are within of each other, in parts of the font's size.
fn usual_gap(glyphs: &[Glyph]) -> f64 {
    let pairs = glyphs.iter().zip(glyphs.iter().skip(1));
    let mut gaps: Vec<f64> = pairs
        .map(|(one, other)| (other.x0 - one.x1) / other.size.max(1.0))
        .collect();
    gaps.sort_by(f64::total_cmp);
    gaps.get(gaps.len() / 2).copied().unwrap_or(0.0)
}

fn is_gap(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

/// Some programs make bold by drawing a character again a hair to the right.
fn is_drawn_again(before: &Glyph, glyph: &Glyph) -> bool {
    before.character == glyph.character && glyph.x0 - before.x0 < 0.12 * glyph.size
}
