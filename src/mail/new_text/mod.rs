//! Which lines of a mail are its sender's own, new words.
//!
//! Works on lines, so that plain text and HTML take the same road: first the quotes and the
//! original mail (`quote`, by the formulas in `formula` and `head`), then in what remains the
//! signature (`signature`) and the notices that gateways and lawyers add (`notice`). When in doubt
//! a line is kept.
//!
//! Lives here: formulas of clients, signatures, notices. May not live here: what the new words mean
//! (`reading/`), what was forwarded (`forwarded`).

mod formula;
mod head;
#[cfg(test)]
mod hostile;
mod notice;
mod quote;
mod signature;
mod words;

pub(super) use head::HeaderBlock;
use quote::Original;
pub(super) use quote::begins_original;
pub(super) use signature::Writer;

use super::body::{Body, Unit, plain_body};
use super::letter::OtherForm;
use super::line::{Line, Mark, join};
use super::references::token_of_line;
use super::work::work;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The sender's own words.
    New,
    /// Quoted, or the client's line above a quote.
    Quote,
    /// Belongs to the original mail below.
    Original,
    /// A signature or a notice.
    Signature,
    /// The desk's reference line.
    Reference,
}

/// A body with the role of each line.
#[derive(Debug)]
pub(super) struct Cut {
    /// The body.
    pub body: Body,
    /// One role for each line.
    pub roles: Vec<Role>,
    /// Where the original mail below begins.
    pub original: Option<Original>,
    /// What the other form of the same text says, where it is not the same.
    pub other: Option<OtherForm>,
    /// Whether a client's own formula says what is quoted.
    formula: bool,
}

impl Cut {
    /// Says of each line of a body what it is.
    pub(super) fn new(body: Body, writer: &Writer) -> Self {
        let mut roles = vec![Role::New; body.lines.len()];
        for (line, role) in body.lines.iter().zip(&mut roles) {
            if line.depth == 0 && token_of_line(&line.text).is_some() {
                *role = Role::Reference;
            }
        }
        let (original, formula) = quote::mark(&body, &mut roles);
        notice::mark_armour(&body.lines, &mut roles);
        notice::mark(&body.lines, &mut roles);
        signature::mark(&body.lines, &mut roles, writer);
        Self {
            body,
            roles,
            original,
            other: None,
            formula,
        }
    }

    /// The new text.
    pub(super) fn text(&self) -> String {
        join(self.lines_of(Role::New))
    }

    /// Whether something of another mail stands in it.
    pub(super) fn quotes(&self) -> bool {
        self.roles
            .iter()
            .any(|r| matches!(r, Role::Quote | Role::Original))
    }

    /// Whether the structure of HTML says what is quoted.
    fn marks_quotes(&self) -> bool {
        let marks = |l: &Line| l.depth > 0 || matches!(l.mark, Mark::Attribution | Mark::Boundary);
        self.body.is_html && self.body.lines.iter().any(marks)
    }

    /// All lines, without marks.
    fn body_text(&self) -> String {
        join(self.body.lines.iter().map(|l| l.text.as_str()))
    }

    fn lines_of(&self, wanted: Role) -> impl Iterator<Item = &str> {
        self.body
            .lines
            .iter()
            .zip(&self.roles)
            // a line taken away leaves a gap, not a joint
            .map(move |(line, role)| {
                if *role == wanted {
                    line.text.as_str()
                } else {
                    ""
                }
            })
    }

    /// The whole text, quotes with their marks.
    pub(super) fn full_text(&self) -> String {
        let lines: Vec<String> = self
            .body
            .lines
            .iter()
            .map(|line| {
                format!(
                    "{}{}",
                    "> ".repeat(usize::from(line.depth.min(20))),
                    line.text
                )
            })
            .collect();
        join(lines.iter().map(String::as_str))
    }

    /// Tokens of the desk, and whether each stands outside quotes.
    pub(super) fn tokens(&self) -> impl Iterator<Item = (String, bool)> + '_ {
        self.body
            .lines
            .iter()
            .zip(&self.roles)
            .filter_map(|(line, role)| {
                let token = token_of_line(&line.text)?;
                Some((token, *role == Role::Reference))
            })
    }
}

/// The better of a text's two forms. They are alternatives of the same words, so what one of them
/// cuts more is believed, as long as both agree on what remains. Otherwise HTML wins where its
/// structure says what is quoted, plain text where not.
pub(super) fn choose(unit: Unit, writer: &Writer) -> Option<Cut> {
    let plain = unit.plain.map(|body| Cut::new(body, writer));
    let html = unit.html.map(|body| Cut::new(body, writer));
    let (plain, html) = match (plain, html) {
        (Some(plain), Some(html)) => (plain, html),
        (plain, html) => return plain.or(html),
    };
    let (mut chosen, other) = if html_wins(&plain, &html) {
        (html, plain)
    } else {
        (plain, html)
    };
    chosen.other = other_form(&chosen, &other);
    Some(chosen)
}

/// Words that a form may have beyond the other's before they are taken for a quote that only the
/// other one marks.
const MORE_WORDS: usize = 40;

/// What the form that was not chosen says. Clients write the same into both, so that a reader of
/// either sees it; somebody who wants two readers to see two things does not.
fn other_form(chosen: &Cut, other: &Cut) -> Option<OtherForm> {
    // Plain text is often left empty; HTML is empty where all of it is struck out or hidden.
    if other.body.lines.iter().all(Line::is_blank) && !other.body.is_html {
        return None;
    }
    let (ours, theirs) = (chosen.text(), other.text());
    let first = ours.lines().find(|line| !words(line).is_empty())?;
    let lacks = !is_stub(other, chosen) && !is_within(&words(first), &words(&other.body_text()));
    let comparable = words(&theirs).len() <= words(&ours).len() + MORE_WORDS;
    if !lacks && (words(&ours) == words(&theirs) || !comparable) {
        return None;
    }
    Some(OtherForm {
        text: theirs,
        lacks,
    })
}

/// Whether the HTML form of a text says better than the plain one what is new.
fn html_wins(plain: &Cut, html: &Cut) -> bool {
    let blank = |cut: &Cut| cut.body.lines.iter().all(Line::is_blank);
    if blank(plain) || blank(html) {
        return !blank(html);
    }
    let (plain_text, html_text) = (plain.text(), html.text());
    let (short, long) = (words(&html_text), words(&plain_text));
    if short.is_empty() {
        // all is quoted by structure; the plain form may only lack the marks
        return html.marks_quotes() && is_within(&long, &words(&html.body_text()));
    }
    if long.is_empty() {
        // the client marks no line of plain text, so that an answer below the quote is lost there
        return html.marks_quotes() && html.formula;
    }
    // HTML has the author's own line breaks
    is_within(&short, &long)
        || is_stub(plain, html)
        || (html.marks_quotes() && !is_within(&long, &short))
}

/// The words of a text, without marks.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether the words stand in a text in their order, perhaps with others between.
fn is_within(words: &[&str], text: &[&str]) -> bool {
    let mut text = text.iter();
    words.iter().all(|word| {
        text.any(|other| {
            work(1);
            other == word
        })
    })
}

/// Whether a plain text only says that there is an HTML text.
fn is_stub(plain: &Cut, html: &Cut) -> bool {
    let plain_bytes: usize = plain.body.lines.iter().map(|l| l.text.len()).sum();
    let html_bytes: usize = html.body.lines.iter().map(|l| l.text.len()).sum();
    let words = super::line::fold(&plain.text());
    plain_bytes < 300 && html_bytes > plain_bytes * 2 && words.contains("html")
}

/// The new text of a plain text whose sender is called `name` (may be empty).
pub fn new_text(text: &str, name: &str) -> String {
    let writer = Writer::new(name, "");
    Cut::new(plain_body(text, None), &writer).text()
}
