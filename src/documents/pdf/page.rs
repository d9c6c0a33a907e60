//! The operators of a page's content (ISO 32000-1, 8 and 9): where which character is shown.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{DecompressError, Dictionary, Document, Error, Object, ObjectId, Stream};

use super::font::Font;
use super::glyphs::{Glyph, Matrix, Shown, Turns, turn};
use super::paths::Path;
use super::state::{Cursor, State, position, turns_of};
use super::{id_of, number, resolve};
use crate::documents::{Unreadable, limits};

/// Reads the pages of one document, and keeps count of what they take.
pub(super) struct Reader<'a> {
    document: &'a Document,
    fonts: BTreeMap<ObjectId, Rc<Font>>,
    /// What may still be read: bytes of streams, operators, characters.
    bytes: usize,
    operators: usize,
    glyphs: usize,
    shown: Shown,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Reader {
            document,
            fonts: BTreeMap::new(),
            bytes: limits::PDF_STREAMS,
            operators: limits::PDF_OPERATORS,
            glyphs: limits::PDF_GLYPHS,
            shown: Shown::default(),
        }
    }

    /// What a page shows, upright.
    ///
    /// # Errors
    /// [`Unreadable::OverLimit`]. What is malformed ends a content stream early, no more.
    pub(super) fn read(&mut self, page: ObjectId) -> Result<Shown, Unreadable> {
        self.shown = Shown::default();
        let Ok(dictionary) = self.document.get_dictionary(page) else {
            return Ok(Shown::default());
        };
        let resources = self
            .inherited(dictionary, b"Resources")
            .and_then(|found| found.as_dict().ok());
        let content = self
            .document
            .get_page_content_with_limit(page, self.bytes.min(limits::PDF_STREAM))
            .map_err(|_| Unreadable::OverLimit)?;
        self.bytes = self.bytes.saturating_sub(content.len());
        self.run(&content, resources, Matrix::IDENTITY, 0)?;
        self.run_annotations(dictionary)?;
        let turns = self
            .inherited(dictionary, b"Rotate")
            .and_then(|angle| angle.as_i64().ok());
        let turns = Turns::try_from(turns.unwrap_or(0).div_euclid(90).rem_euclid(4)).unwrap_or(0);
        Ok(turned(std::mem::take(&mut self.shown), turns))
    }

    /// An entry of a page or of the nodes above it (ISO 32000-1, 7.7.3.4).
    fn inherited(&self, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        const LEVELS: usize = 64;
        let mut node = page;
        for _ in 0..LEVELS {
            if let Ok(found) = node.get_deref(key, self.document) {
                return Some(found);
            }
            node = node
                .get_deref(b"Parent", self.document)
                .and_then(Object::as_dict)
                .ok()?;
        }
        None
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: Option<&'a Dictionary>,
        matrix: Matrix,
        depth: usize,
    ) -> Result<(), Unreadable> {
        let mut state = State::new(matrix);
        let mut saved = Vec::new();
        let mut cursor = Cursor::default();
        let mut path = Path::default();
        for operation in Content::decode_iter(content) {
            let Ok(operation) = operation else { break };
            self.operators = self.operators.checked_sub(1).ok_or(Unreadable::OverLimit)?;
            let numbers: Vec<f64> = operation.operands.iter().filter_map(number).collect();
            match operation.operator.as_str() {
                "q" if saved.len() < 512 => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => {
                    if let Ok(matrix) = <[f64; 6]>::try_from(numbers) {
                        state.matrix = Matrix(matrix).then(&state.matrix);
                    }
                }
                "Tf" => self.set_font(&operation, resources, &mut state),
                "Do" => self.draw(&operation, resources, &state, depth)?,
                "Tj" | "TJ" | "'" | "\"" => self.show(&operation, &mut state, &mut cursor)?,
                operator => {
                    position(operator, &numbers, &mut state, &mut cursor);
                    path.operate(operator, &numbers, &state.matrix, &mut self.shown.rules);
                }
            }
        }
        Ok(())
    }

    fn set_font(
        &mut self,
        operation: &Operation,
        resources: Option<&'a Dictionary>,
        state: &mut State,
    ) {
        let [Object::Name(name), size] = operation.operands.as_slice() else {
            return;
        };
        state.size = number(size).unwrap_or(1.0);
        let fonts = resources.and_then(|resources| self.entry(resources, b"Font"));
        let Some(entry) = fonts.and_then(|fonts| fonts.get(name).ok()) else {
            return;
        };
        let Some(font) = resolve(self.document, entry).and_then(|font| font.as_dict().ok()) else {
            return;
        };
        let read = |left: &mut usize| Rc::new(Font::read(self.document, font, left));
        state.font = Some(match id_of(entry) {
            Some(id) => {
                let left = &mut self.bytes;
                Rc::clone(self.fonts.entry(id).or_insert_with(|| read(left)))
            }
            None => read(&mut self.bytes),
        });
    }

    fn entry(&self, of: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        of.get_deref(key, self.document)
            .and_then(Object::as_dict)
            .ok()
    }

    /// `Do`: a form is drawn in its place; pictures say nothing.
    fn draw(
        &mut self,
        operation: &Operation,
        resources: Option<&'a Dictionary>,
        state: &State,
        depth: usize,
    ) -> Result<(), Unreadable> {
        let [Object::Name(name)] = operation.operands.as_slice() else {
            return Ok(());
        };
        let form = resources
            .and_then(|resources| self.entry(resources, b"XObject"))
            .and_then(|objects| objects.get_deref(name, self.document).ok())
            .and_then(|object| object.as_stream().ok());
        match form {
            Some(form) => self.run_form(form, resources, state.matrix, depth),
            None => Ok(()),
        }
    }

    fn run_form(
        &mut self,
        form: &'a Stream,
        resources: Option<&'a Dictionary>,
        matrix: Matrix,
        depth: usize,
    ) -> Result<(), Unreadable> {
        let subtype = form
            .dict
            .get_deref(b"Subtype", self.document)
            .and_then(Object::as_name);
        if !matches!(subtype, Ok(b"Form")) {
            return Ok(());
        }
        if depth >= limits::PDF_FORM_DEPTH {
            return Err(Unreadable::OverLimit);
        }
        let most = self.bytes.min(limits::PDF_STREAM);
        let content = match form.get_plain_content_with_limit(most) {
            Ok(content) => content,
            Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                return Err(Unreadable::OverLimit);
            }
            Err(_) => return Ok(()),
        };
        // Each use is charged, so that forms that draw forms that draw forms come to an end.
        self.bytes = self
            .bytes
            .checked_sub(content.len())
            .ok_or(Unreadable::OverLimit)?;
        let own = self.entry(&form.dict, b"Resources").or(resources);
        let matrix = matrix_of(self.document, &form.dict, b"Matrix").then(&matrix);
        self.run(&content, own, matrix, depth + 1)
    }

    /// Values typed into a form's fields and notes typed over the page: drawn by the annotations.
    fn run_annotations(&mut self, page: &'a Dictionary) -> Result<(), Unreadable> {
        let annotations = page
            .get_deref(b"Annots", self.document)
            .and_then(Object::as_array);
        for annotation in annotations.map(Vec::as_slice).unwrap_or_default() {
            let annotation =
                resolve(self.document, annotation).and_then(|found| found.as_dict().ok());
            let Some(annotation) = annotation else {
                continue;
            };
            let subtype = annotation
                .get_deref(b"Subtype", self.document)
                .and_then(Object::as_name);
            if !matches!(subtype, Ok(b"Widget" | b"FreeText")) {
                continue;
            }
            let normal = self
                .entry(annotation, b"AP")
                .and_then(|states| states.get_deref(b"N", self.document).ok()?.as_stream().ok());
            if let Some(form) = normal {
                let matrix = placed(self.document, annotation, form);
                self.run_form(form, None, matrix, 0)?;
            }
        }
        Ok(())
    }

    fn show(
        &mut self,
        operation: &Operation,
        state: &mut State,
        cursor: &mut Cursor,
    ) -> Result<(), Unreadable> {
        if let [word, character, _] = operation.operands.as_slice() {
            state.word_space = number(word).unwrap_or(state.word_space);
            state.character_space = number(character).unwrap_or(state.character_space);
        }
        if matches!(operation.operator.as_str(), "'" | "\"") {
            cursor.next_line(0.0, -state.leading);
        }
        match operation.operands.last() {
            Some(Object::String(bytes, _)) => self.show_string(bytes, state, cursor),
            Some(Object::Array(parts)) => parts.iter().try_for_each(|part| match part {
                Object::String(bytes, _) => self.show_string(bytes, state, cursor),
                other => {
                    let back = number(other).unwrap_or(0.0) / 1000.0 * state.size * state.scale;
                    cursor.advance(-back);
                    Ok(())
                }
            }),
            _ => Ok(()),
        }
    }

    fn show_string(
        &mut self,
        bytes: &[u8],
        state: &State,
        cursor: &mut Cursor,
    ) -> Result<(), Unreadable> {
        let Some(font) = &state.font else {
            return Ok(());
        };
        for shown in font.decode(bytes) {
            let width = shown.width * state.size * state.scale;
            self.place(&shown.text, width, state, cursor)?;
            let word_space = if shown.is_space {
                state.word_space
            } else {
                0.0
            };
            cursor.advance(width + (state.character_space + word_space) * state.scale);
        }
        Ok(())
    }

    fn place(
        &mut self,
        text: &str,
        width: f64,
        state: &State,
        cursor: &Cursor,
    ) -> Result<(), Unreadable> {
        let matrix = Matrix::translation(0.0, state.rise)
            .then(&cursor.text)
            .then(&state.matrix);
        let (start, end) = (matrix.apply((0.0, 0.0)), matrix.apply((width, 0.0)));
        let up = matrix.apply((0.0, state.size));
        let size = (up.0 - start.0).hypot(up.1 - start.1);
        let along = matrix.apply((1.0, 0.0));
        let turns = turns_of(along.0 - start.0, along.1 - start.1);
        let ((x0, y), (x1, _)) = (turn(start, turns), turn(end, turns));
        if ![x0, x1, y, size].iter().all(|value| value.is_finite()) || size <= 0.0 {
            return Ok(());
        }
        // A ligature's letters share its width.
        let count = text.chars().count().max(1);
        let step = (x1 - x0) / count as f64;
        for (index, character) in text.chars().enumerate() {
            self.glyphs = self.glyphs.checked_sub(1).ok_or(Unreadable::OverLimit)?;
            let x0 = x0 + step * index as f64;
            self.shown.glyphs.push(Glyph {
                character,
                x0,
                x1: x0 + step,
                y,
                size,
                turns,
            });
        }
        Ok(())
    }
}

/// A whole page turned clockwise, as its `Rotate` asks.
fn turned(mut shown: Shown, turns: Turns) -> Shown {
    // Glyphs are upright already; only which of them belong together changes.
    for glyph in &mut shown.glyphs {
        glyph.turns = (glyph.turns + 4 - turns) % 4;
    }
    shown.rules = shown
        .rules
        .iter()
        .filter_map(|rule| rule.turned(turns))
        .collect();
    shown
}

fn matrix_of(document: &Document, of: &Dictionary, key: &[u8]) -> Matrix {
    let numbers = |entries: &Vec<Object>| {
        let numbers: Vec<f64> = entries.iter().filter_map(number).collect();
        <[f64; 6]>::try_from(numbers).ok()
    };
    let found = of
        .get_deref(key, document)
        .and_then(Object::as_array)
        .ok()
        .and_then(numbers);
    found.map_or(Matrix::IDENTITY, Matrix)
}

/// Where an annotation's drawing goes (ISO 32000-1, 12.5.5, without turning): its box's lower left
/// corner to that of its rectangle.
fn placed(document: &Document, annotation: &Dictionary, form: &Stream) -> Matrix {
    let corner = |of: &Dictionary, key: &[u8]| {
        let found = of
            .get_deref(key, document)
            .and_then(Object::as_array)
            .ok()?;
        let numbers: Vec<f64> = found.iter().filter_map(number).collect();
        let &[x0, y0, x1, y1] = numbers.as_slice() else {
            return None;
        };
        Some((x0.min(x1), y0.min(y1)))
    };
    let to = corner(annotation, b"Rect").unwrap_or_default();
    let from = corner(&form.dict, b"BBox").unwrap_or_default();
    Matrix::translation(to.0 - from.0, to.1 - from.1)
}
