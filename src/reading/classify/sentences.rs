//! The sentences of a mail, each with the place that it stands in.

use std::ops::Range;

use crate::office::Source;
use crate::reading::words::cut;

/// Characters of a quotation.
const QUOTE: usize = 120;

/// A sentence, or a line without one.
#[derive(Debug)]
pub struct Said {
    /// Its words.
    pub text: String,
    /// Whether it is the subject of the mail or of a memorandum.
    pub head: bool,
    source: Source,
    line: u32,
}

impl Said {
    /// Words of it with their place: `«desaprobar la rendición» (body, line 3)`.
    pub fn quote(&self, place: Range<usize>) -> String {
        let words = cut(self.text.get(place).unwrap_or(&self.text), QUOTE);
        let source = match &self.source {
            Source::Document(name) => name.as_str(),
            Source::Subject => "subject",
            Source::Forwarded => "forwarded",
            _ => "body",
        };
        match self.line {
            0 => format!("«{words}» ({source})"),
            line => format!("«{words}» ({source}, line {line})"),
        }
    }
}

/// Splits a line into its sentences.
pub fn split(source: &Source, line: u32, text: &str, head: bool) -> Vec<Said> {
    let mut ends: Vec<usize> = Vec::new();
    let mut from = 0;
    for (at, mark) in text.match_indices(['.', '?', '!', ';', '\n']) {
        let end = at + mark.len();
        let (before, after) = (text.get(from..at), text.get(end..));
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        if mark != "." || ends_sentence(before, after) {
            ends.push(end);
            from = end;
        }
    }
    ends.push(text.len());
    let mut from = 0;
    let mut said = Vec::new();
    for end in ends {
        let text = text.get(from..end).unwrap_or("").trim();
        if text.chars().any(char::is_alphanumeric) {
            said.push(Said {
                text: text.to_owned(),
                head,
                source: source.clone(),
                line,
            });
        }
        from = end;
    }
    said
}

/// Whether a full stop ends a sentence rather than an abbreviation ("Mod. Presupuestaria").
fn ends_sentence(before: &str, after: &str) -> bool {
    let word = before.rsplit([' ', '.', '(']).next().unwrap_or("");
    let long = word.chars().count() > 3 || word.chars().all(|c| c.is_ascii_digit());
    let begins = after
        .trim_start()
        .chars()
        .next()
        .is_none_or(|c| c.is_uppercase() || matches!(c, '¿' | '¡' | '"' | '«' | '-'));
    let space = after.chars().next().is_none_or(char::is_whitespace);
    long && begins && space
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        let text = "Estimados. Solicito la Mod. Presupuestaria N° 2 de la I. Municipalidad, \
                    del 3.000. ¿Se puede? Gracias";
        let said = split(&Source::Body, 1, text, false);
        assert_eq!(said.len(), 4);
        assert_eq!(
            said.first().map(|s| s.quote(0..9)).as_deref(),
            Some("«Estimados» (body, line 1)")
        );
    }
}
