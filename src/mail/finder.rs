//! Many phrases searched for in one pass: tables of words may grow without cost.

use regex::Regex;

/// A table of phrases, ready to be found in folded text.
pub(super) struct Finder {
    table: &'static [&'static str],
    regex: Option<Regex>,
}

impl Finder {
    /// Prepares a table; kept in a `LazyLock`.
    pub(super) fn new(table: &'static [&'static str]) -> Self {
        let literals: Vec<String> = table.iter().map(|p| regex::escape(p)).collect();
        Self {
            table,
            regex: Regex::new(&literals.join("|")).ok(),
        }
    }

    /// The phrase that stands first in a text.
    pub(super) fn first(&self, text: &str) -> Option<&'static str> {
        self.first_at(text).map(|(phrase, _)| phrase)
    }

    /// The phrase that stands first in a text, and where, in bytes.
    pub(super) fn first_at(&self, text: &str) -> Option<(&'static str, usize)> {
        let found = self.regex.as_ref()?.find(text)?;
        let phrase = self.table.iter().copied().find(|p| *p == found.as_str())?;
        Some((phrase, found.start()))
    }

    /// Whether any phrase stands in a text.
    pub(super) fn any(&self, text: &str) -> bool {
        self.regex.as_ref().is_some_and(|r| r.is_match(text))
    }

    /// The different phrases of a text that do not overlap.
    pub(super) fn all(&self, text: &str) -> Vec<&'static str> {
        let Some(regex) = &self.regex else {
            return Vec::new();
        };
        let mut found: Vec<&'static str> = Vec::new();
        for one in regex.find_iter(text) {
            let phrase = self.table.iter().copied().find(|p| *p == one.as_str());
            found.extend(phrase.filter(|p| !found.contains(p)));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_once_and_in_order() {
        let finder = Finder::new(&["fuera", "a mi regreso", "v°b°"]);
        let text = "estoy fuera; respondo a mi regreso, fuera de plazo no. v°b°";
        assert_eq!(finder.first(text), Some("fuera"));
        assert_eq!(finder.all(text), ["fuera", "a mi regreso", "v°b°"]);
        assert_eq!(finder.first_at("x fuera").map(|f| f.1), Some(2));
        assert!(!finder.any("a mi"));
    }
}
