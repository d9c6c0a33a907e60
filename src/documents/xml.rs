//! XML of office documents as a flat sequence of pieces. Bounded in depth; no document type, hence
//! no entity of one's own: a document that declares some is refused.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Unreadable, limits};

/// A start tag.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The prefix of the name, where there is one.
    pub(super) fn prefix(&self) -> &str {
        self.0
            .name()
            .prefix()
            .map_or("", quick_xml::name::Prefix::into_inner)
    }

    /// The value of an attribute, by its name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| attribute.key.local_name().into_inner() == name)?;
        Some(found.value.into_owned())
    }
}

/// One piece. An empty element comes as its start and its end.
pub(super) enum Piece<'a> {
    Start(Tag<'a>),
    /// The name without its prefix.
    End(String),
    Text(Cow<'a, str>),
}

/// Goes through a part.
pub(super) struct Walker<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Walker<'a> {
    pub(super) fn new(xml: &'a str) -> Self {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        Walker { reader, depth: 0 }
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// [`Unreadable::Corrupt`] where it is not well formed or declares a document type;
    /// [`Unreadable::OverLimit`] where it is nested too deeply.
    pub(super) fn next(&mut self) -> Result<Option<Piece<'a>>, Unreadable> {
        loop {
            let piece = match self.reader.read_event().map_err(|_| Unreadable::Corrupt)? {
                Event::Start(tag) | Event::Empty(tag) => {
                    self.depth += 1;
                    if self.depth > limits::XML_DEPTH {
                        return Err(Unreadable::OverLimit);
                    }
                    Piece::Start(Tag(tag))
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    Piece::End(tag.local_name().into_inner().to_owned())
                }
                Event::Text(text) => Piece::Text(text.into_inner()),
                Event::CData(text) => Piece::Text(text.into_inner()),
                Event::GeneralRef(reference) => Piece::Text(Cow::Owned(resolve(&reference)?)),
                Event::DocType(_) => return Err(Unreadable::Corrupt),
                // A file cut short ends inside of an element.
                Event::Eof if self.depth > 0 => return Err(Unreadable::Corrupt),
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            };
            return Ok(Some(piece));
        }
    }

    /// Goes past the end of the element whose start was read last.
    ///
    /// # Errors
    /// As [`Walker::next`].
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if self.next()?.is_none() {
                return Err(Unreadable::Corrupt);
            }
        }
        Ok(())
    }
}

/// The character that `&#…;` or one of XML's five own names stands for.
fn resolve(reference: &BytesRef<'_>) -> Result<String, Unreadable> {
    if let Some(character) = reference
        .resolve_char_ref()
        .map_err(|_| Unreadable::Corrupt)?
    {
        return Ok(character.to_string());
    }
    let name = reference.borrow().into_inner();
    let text = match name.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(Unreadable::Corrupt),
    };
    Ok(text.to_owned())
}
