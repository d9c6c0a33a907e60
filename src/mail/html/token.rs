//! HTML → tags and text, in one pass. Own and small, since the usual tokenizers are quadratic in
//! the attributes of a tag, and a mail may come from anybody. Every byte is looked at a bounded
//! number of times.

use mail_parser::decoders::html::add_html_token;

use super::super::work::work;

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text between tags, entities not yet decoded.
    Text(&'a str),
    /// A start tag: name as written and its attributes, raw.
    Open(&'a str, &'a str),
    /// An end tag.
    Close(&'a str),
}

/// Elements whose content is no text of the mail.
const RAW: &[&str] = &["script", "style", "title", "template", "xmp", "noframes"];

/// An iterator over the tokens of a document.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    skip_to: Option<&'static str>,
    quotes_broken: bool,
}

impl<'a> Tokens<'a> {
    /// Starts at the beginning.
    pub(super) fn new(html: &'a str) -> Self {
        Self {
            rest: html,
            skip_to: None,
            quotes_broken: false,
        }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        work(bytes.min(self.rest.len()));
        match self.rest.split_at_checked(bytes) {
            Some((taken, rest)) => {
                self.rest = rest;
                taken
            }
            None => std::mem::take(&mut self.rest),
        }
    }

    /// Skips the content of a raw element; its end tag is the next token.
    fn skip_raw(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let mut at = 0;
        while let Some(found) = bytes
            .get(at..)
            .and_then(|b| b.iter().position(|c| *c == b'<'))
        {
            at += found;
            let after = bytes.get(at + 1..).unwrap_or_default();
            let is_end = after.first() == Some(&b'/')
                && after
                    .get(1..=name.len())
                    .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
            if is_end {
                self.take(at);
                return;
            }
            at += 1;
        }
        self.rest = "";
    }

    /// A declaration, a comment or a processing instruction: nothing of it is text.
    fn skip_markup(&mut self) {
        let length = if self.rest.starts_with("<!--") {
            let body = self.rest.get(4..).unwrap_or_default();
            if body.starts_with('>') {
                5
            } else if body.starts_with("->") {
                6
            } else {
                body.find("-->").map_or(self.rest.len(), |end| end + 7)
            }
        } else {
            self.rest.find('>').map_or(self.rest.len(), |end| end + 1)
        };
        self.take(length);
    }

    /// Bytes up to and including the `>` that ends the tag at the beginning of the rest.
    fn tag_length(&mut self) -> usize {
        if !self.quotes_broken {
            let mut quote = None;
            let mut last = b' ';
            for (i, byte) in self.rest.bytes().enumerate() {
                work(1);
                match (quote, byte) {
                    (Some(q), b) if q == b => quote = None,
                    (Some(_), _) => {}
                    (None, b'"' | b'\'') if last == b'=' => quote = Some(byte),
                    (None, b'>') => return i + 1,
                    _ => {}
                }
                if !byte.is_ascii_whitespace() {
                    last = byte;
                }
            }
            self.quotes_broken = true;
        }
        self.rest.find('>').map_or(self.rest.len(), |end| end + 1)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if let Some(name) = self.skip_to.take() {
                self.skip_raw(name);
            }
            if self.rest.is_empty() {
                return None;
            }
            let after = self.rest.strip_prefix('<').and_then(|r| r.bytes().next());
            match after {
                Some(b'!' | b'?') => self.skip_markup(),
                Some(b'/') => {
                    let length = self.tag_length();
                    let tag = self.take(length);
                    let inner = tag.trim_start_matches("</").trim_end_matches('>').trim();
                    return Some(Token::Close(name_and_rest(inner).0));
                }
                Some(b) if b.is_ascii_alphabetic() => {
                    let length = self.tag_length();
                    let tag = self.take(length);
                    let inner = tag.trim_start_matches('<').trim_end_matches('>');
                    let (name, attributes) = name_and_rest(inner);
                    self.skip_to = RAW
                        .iter()
                        .copied()
                        .find(|raw| raw.eq_ignore_ascii_case(name));
                    return Some(Token::Open(name, attributes));
                }
                _ => {
                    let from = usize::from(self.rest.starts_with('<'));
                    let end = self
                        .rest
                        .get(from..)
                        .and_then(|r| r.find('<'))
                        .map_or(self.rest.len(), |at| at + from);
                    return Some(Token::Text(self.take(end)));
                }
            }
        }
    }
}

fn name_and_rest(inner: &str) -> (&str, &str) {
    let end = inner
        .find(|c: char| c.is_ascii_whitespace() || c == '/')
        .unwrap_or(inner.len());
    inner.split_at_checked(end).unwrap_or((inner, ""))
}

/// The attributes that the desk looks at, values lower case, entities not decoded.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// `class`.
    pub class: String,
    /// `id`.
    pub id: String,
    /// `style`, without spaces.
    pub style: String,
    /// `type`.
    pub kind: String,
    /// `name`.
    pub name: String,
    /// `data-marker`, Zimbra's.
    pub marker: String,
    /// `cite` is given: the element quotes.
    pub cites: bool,
    /// `hidden`.
    pub hidden: bool,
}

/// Longest attribute value that is kept.
const VALUE_BYTES: usize = 2_000;

/// Reads the attributes of a start tag, the first of each name.
pub(super) fn attributes(raw: &str) -> Attributes {
    let mut found = Attributes::default();
    let mut rest = raw;
    work(raw.len());
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return found;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/'))
            .unwrap_or(rest.len())
            .max(1);
        let Some((name, after)) = rest.split_at_checked(end) else {
            return found;
        };
        let value_part = after.trim_start();
        let (value, next) = match value_part.strip_prefix('=') {
            Some(v) => value(v.trim_start()),
            None => ("", after),
        };
        rest = next;
        let slot = match name.to_ascii_lowercase().as_str() {
            "class" => &mut found.class,
            "id" => &mut found.id,
            "style" => &mut found.style,
            "type" => &mut found.kind,
            "name" => &mut found.name,
            "data-marker" => &mut found.marker,
            "cite" => {
                found.cites = true;
                continue;
            }
            "hidden" => {
                found.hidden = true;
                continue;
            }
            _ => continue,
        };
        if slot.is_empty() {
            *slot = super::super::line::head(value, VALUE_BYTES).to_ascii_lowercase();
            if name.eq_ignore_ascii_case("style") {
                slot.retain(|c| !c.is_whitespace());
            }
        }
    }
}

fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = text
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Longest entity, `&` and `;` included.
const ENTITY_BYTES: usize = 34;

/// Text with its entities decoded; what is no entity stays as it is.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after
            .bytes()
            .take(ENTITY_BYTES)
            .position(|b| !(b.is_ascii_alphanumeric() || b == b'#'));
        match end.and_then(|end| after.split_at_checked(end)) {
            Some((name, tail)) if tail.starts_with(';') && !name.is_empty() => {
                entity(name, &mut out);
                rest = tail.strip_prefix(';').unwrap_or(tail);
            }
            _ => match after.strip_prefix("nbsp") {
                Some(tail) => {
                    out.push(' ');
                    rest = tail;
                }
                None => {
                    out.push('&');
                    rest = after;
                }
            },
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str, out: &mut String) {
    let number = name
        .strip_prefix('#')
        .and_then(|n| match n.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => n.parse().ok(),
        });
    match number.map(u8::try_from) {
        // HTML reads these code points as windows-1252
        Some(Ok(code @ 0x80..=0x9f)) => out.push_str(&super::super::raw::windows_1252(&[code])),
        Some(Ok(0..=8 | 11 | 12 | 14..=31 | 127)) => out.push(' '),
        _ => add_html_token(out, format!("&{name};").as_bytes(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_text_comments_and_raw_elements() {
        let tokens: Vec<_> =
            Tokens::new("<!-- x --><p class='a>b'>1 < 2<style>p{}</style><br/></P>fin").collect();
        assert_eq!(
            tokens,
            [
                Token::Open("p", " class='a>b'"),
                Token::Text("1 "),
                Token::Text("< 2"),
                Token::Open("style", ""),
                Token::Close("style"),
                Token::Open("br", "/"),
                Token::Close("P"),
                Token::Text("fin"),
            ]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_swallow_the_mail() {
        let text: Vec<_> = Tokens::new("<a href=\"x>uno</a>dos")
            .filter(|t| matches!(t, Token::Text(_)))
            .collect();
        assert_eq!(text, [Token::Text("uno"), Token::Text("dos")]);
    }

    #[test]
    fn attributes_and_entities() {
        let a = attributes(" id=divRplyFwdMsg style=\"Border-Top: solid\" hidden class = 'x y'");
        assert_eq!(
            (a.id.as_str(), a.style.as_str()),
            ("divrplyfwdmsg", "border-top:solid")
        );
        assert_eq!((a.class.as_str(), a.hidden), ("x y", true));
        assert_eq!(
            decode("a&ntilde;o &#233; &#150; &noexiste; & &amp;nbsp;"),
            "año é – &noexiste; & &nbsp;"
        );
    }
}
