//! Expressions of the configuration and of `moods.tsv`, found in sentences.
//!
//! `desaprob* … rendici*`: words in this order; `*` stands for any ending of a word, `…` for up to
//! five words of the same sentence (numbers and small words not counted), none of them a negation.
//! `a + b`: the first where the second stands anywhere in the mail. Case, accents and the usual
//! misspellings (`desaprovar`, `rendision`) do not matter.

use std::ops::Range;

use crate::reading::words::{fold_words, is_invisible, phonetic, plain};

/// Words that `…` may stand for; those of three letters ("de", "los") do not count.
const GAP: usize = 5;
const SMALL: usize = 3;

/// Words that `…` never stands for: what follows them is not meant, or something else is.
const STOPS: [&str; 6] = ["no", "ni", "sino", "tampoco", "salbo", "exsepto"];

/// Words that add one object to another, as they are compared.
const JOINS: [&str; 6] = ["y", "e", "ademas", "tambien", "asimismo", "u"];

/// A word of a sentence, as it is compared, and where it stands.
#[derive(Clone, Debug)]
struct Word {
    folded: String,
    place: Range<usize>,
}

impl Word {
    fn is_number(&self) -> bool {
        self.folded.chars().all(|c| c.is_ascii_digit())
    }
}

/// The words of a sentence.
#[derive(Debug, Default)]
struct Words(Vec<Word>);

impl Words {
    /// Splits a sentence.
    fn of(sentence: &str) -> Self {
        let mut words = Vec::new();
        let mut start: Option<usize> = None;
        let ends = std::iter::once((sentence.len(), ' '));
        for (at, c) in sentence.char_indices().chain(ends) {
            let within = c.is_alphanumeric() || is_invisible(c) || plain(c).is_none();
            match (start, within) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    let folded = phonetic(&fold_words(sentence.get(from..at).unwrap_or("")));
                    if !folded.is_empty() {
                        words.push(Word {
                            folded,
                            place: from..at,
                        });
                    }
                    start = None;
                }
                _ => {}
            }
        }
        Self(words)
    }

    /// The bytes of the sentence from the first to the last of these words.
    fn place(&self, words: &Range<usize>) -> Range<usize> {
        let start = self.0.get(words.start).map_or(0, |w| w.place.start);
        let last = words.end.checked_sub(1).and_then(|i| self.0.get(i));
        start..last.map_or(start, |w| w.place.end)
    }
}

#[derive(Clone, Debug)]
struct Wanted {
    word: String,
    /// Whether any ending will do.
    open: bool,
    /// Whether other words may stand before it.
    after_gap: bool,
}

/// An expression, ready to be looked for.
#[derive(Clone, Debug)]
pub struct Expression {
    wanted: Vec<Wanted>,
    /// What must stand elsewhere.
    beside: Option<Box<Expression>>,
}

impl Expression {
    /// Reads an expression as written in the configuration.
    pub fn of(written: &str) -> Self {
        let (written, beside) = match written.split_once('+') {
            Some((written, beside)) => (written, Some(Box::new(Self::of(beside)))),
            None => (written, None),
        };
        let mut wanted = Vec::new();
        let mut after_gap = false;
        for written in written.split([' ', '-', '/']) {
            if matches!(written, "…" | "...") {
                after_gap = true;
                continue;
            }
            let open = written.ends_with('*');
            let folded = fold_words(written);
            for word in folded.split(' ').filter(|w| !w.is_empty()) {
                let mut word = phonetic(word);
                // A stem before "-ción" or "-que": the sound of its last letter is not known yet.
                if open && word.len() > 3 && word.ends_with(['c', 'q']) {
                    word.pop();
                }
                wanted.push(Wanted {
                    word,
                    open,
                    after_gap,
                });
                after_gap = false;
            }
        }
        Self { wanted, beside }
    }

    /// Where it stands: the sentences in order, the first place in each.
    pub fn find(&self, sentences: &Sentences) -> Vec<(usize, Range<usize>)> {
        let mut found: Vec<(usize, Range<usize>)> = Vec::new();
        let Some(first) = self.wanted.first() else {
            return found;
        };
        if self
            .beside
            .as_ref()
            .is_some_and(|b| b.find(sentences).is_empty())
        {
            return found;
        }
        for &(sentence, start) in sentences.beginning(&first.word) {
            let Some(words) = sentences.words.get(sentence) else {
                continue;
            };
            let begins = words.0.get(start).is_some_and(|word| first.is(word));
            if let Some(end) = begins.then(|| self.end(words, start + 1)).flatten() {
                found.push((sentence, start..end));
            }
        }
        found.sort_by_key(|(sentence, range)| (*sentence, range.start));
        found.dedup_by_key(|(sentence, _)| *sentence);
        found
    }

    /// Where it ends that begins before `next`.
    fn end(&self, sentence: &Words, mut next: usize) -> Option<usize> {
        for wanted in self.wanted.iter().skip(1) {
            let room = if wanted.after_gap { GAP } else { 0 };
            let mut passed = 0;
            loop {
                let word = sentence.0.get(next)?;
                next += 1;
                if wanted.is(word) {
                    break;
                }
                // "del proyecto 13-445566-00012-25" is two words.
                passed += usize::from(word.folded.len() > SMALL && !word.is_number());
                if passed > room || STOPS.contains(&word.folded.as_str()) {
                    return None;
                }
            }
        }
        Some(next)
    }
}

/// The sentences of a mail, with an index of their words.
#[derive(Debug, Default)]
pub struct Sentences {
    words: Vec<Words>,
    /// Sentence and word, in the order of the words.
    index: Vec<(usize, usize)>,
}

impl Sentences {
    /// Splits sentences into words.
    pub fn of<'a>(sentences: impl Iterator<Item = &'a str>) -> Self {
        let words: Vec<Words> = sentences.map(Words::of).collect();
        let mut index: Vec<(usize, usize)> = Vec::new();
        for (sentence, words) in words.iter().enumerate() {
            index.extend((0..words.0.len()).map(|word| (sentence, word)));
        }
        let mut all = Self {
            words,
            index: vec![],
        };
        index.sort_by(|a, b| all.word(*a).cmp(all.word(*b)).then(a.cmp(b)));
        all.index = index;
        all
    }

    fn word(&self, (sentence, word): (usize, usize)) -> &str {
        let words = self.words.get(sentence);
        words
            .and_then(|w| w.0.get(word))
            .map_or("", |w| w.folded.as_str())
    }

    /// The places of words that begin like this.
    fn beginning(&self, stem: &str) -> &[(usize, usize)] {
        let from = self.index.partition_point(|at| self.word(*at) < stem);
        let rest = self.index.get(from..).unwrap_or(&[]);
        let count = rest.partition_point(|at| self.word(*at).starts_with(stem));
        rest.get(..count).unwrap_or(&[])
    }

    /// Whether words join what stands before them to what follows ("la rendición y el informe").
    pub fn joins(&self, sentence: usize, words: &Range<usize>) -> bool {
        let words = self
            .words
            .get(sentence)
            .and_then(|all| all.0.get(words.clone()));
        words.is_some_and(|words| words.iter().any(|w| JOINS.contains(&w.folded.as_str())))
    }

    /// Where an expression as written stands. Most begin with a word that the mail has not: that is
    /// looked at first, since a configuration has several hundred.
    pub fn find(&self, written: &str) -> Vec<(usize, Range<usize>)> {
        let first = written.split([' ', '-', '/', '+']).find(|w| !w.is_empty());
        let first = Expression::of(first.unwrap_or(""));
        let begins = first.wanted.first();
        match begins.is_some_and(|w| !self.beginning(&w.word).is_empty()) {
            true => Expression::of(written).find(self),
            false => vec![],
        }
    }

    /// The bytes of a sentence from the first to the last of these words.
    pub fn place(&self, sentence: usize, words: &Range<usize>) -> Range<usize> {
        self.words
            .get(sentence)
            .map_or(0..0, |all| all.place(words))
    }
}

impl Wanted {
    fn is(&self, word: &Word) -> bool {
        if self.open {
            word.folded.starts_with(&self.word)
        } else {
            word.folded == self.word
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_found_whatever_stands_between_and_at_the_end() {
        for (expression, sentence, found) in [
            (
                "desaprob* … rendici*",
                "se desaprueben; desaprobar en SIGEC, las siguientes Rendiciones de mayo",
                Some("desaprobar en SIGEC, las siguientes Rendiciones"),
            ),
            (
                "desaprob* … rendici*",
                "desaprovación de la rendisión",
                Some("desaprovación de la rendisión"),
            ),
            (
                "desaprob* … rendici*",
                "desaprobar el informe y no la rendición",
                None,
            ),
            ("capacitac*", "la capacitación", Some("capacitación")),
            ("modific*", "que se modifique", Some("modifique")),
            (
                "N° de proyecto",
                "el Nº de Proyecto 12",
                Some("Nº de Proyecto"),
            ),
            ("mp n°", "MP N° 3", Some("MP N")),
        ] {
            let all = Sentences::of(std::iter::once(sentence));
            let place = Expression::of(expression).find(&all);
            let place = place.first().map(|(i, words)| all.place(*i, words));
            assert_eq!(
                place.and_then(|p| sentence.get(p)),
                found,
                "{expression}: {sentence}"
            );
        }
    }
}
