//! Whom of a form some words name: by name, RUT, e-mail address, or the number that our mails give.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::words::plain;
use crate::office::PersonValue;

#[expect(
    clippy::expect_used,
    reason = "constant patterns, compiled by every test"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant")
}

static RUT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b\d{1,2}\.?\d{3}\.?\d{3}\s?[-–]\s?[\dk]\b"));
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\w.+-]+@[\w.-]+\w"));
static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[a-z]{2,}"));
/// "persona 3", "usuarios 1 y 2", "N° 3", "falta el 3".
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:personas?|usuari[oa]s?|numeros?|nros?\.?|n°|la|el|las|los)\s+(?:n°\s*|nros?\.?\s*)?",
        r"(?P<all>\d{1,2}(?:\s*(?:,|\by\b|\be\b)\s*\d{1,2})*)(?:\s+(?P<next>[a-z]+))?"
    ))
});
static DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d+"));
/// Words after a number that make it a count.
const COUNTED: &[&str] = &[
    "usuarios", "usuarias", "usuario", "usuaria", "personas", "cuentas", "de", "hrs", "horas",
    "dias", "primeros", "primeras", "ultimos", "ultimas", "claves", "perfiles",
];
/// Words within a name that tell nobody from others.
const PARTICLES: &[&str] = &["de", "del", "la", "las", "los", "san", "santa"];
/// Before a word in small letters these say that it is no name: "la mesa".
const ARTICLES: &[&str] = &[
    "el", "la", "los", "las", "un", "una", "su", "sus", "al", "del",
];

/// A text beside itself in small letters without accents, letter for letter.
pub(super) struct Alike {
    letters: Vec<char>,
    pub folded: String,
}

impl Alike {
    pub fn of(text: &str) -> Self {
        let low = |c: char| c.to_lowercase().next().and_then(plain);
        let letters: Vec<char> = text.chars().filter(|c| low(*c).is_some()).collect();
        let folded = letters.iter().filter_map(|c| low(*c)).collect();
        Self { letters, folded }
    }

    fn letter(&self, byte: usize) -> usize {
        let before = self.folded.get(..byte).unwrap_or_default();
        before.chars().count()
    }

    /// The words between two places of the folded text, as they were written.
    pub fn original(&self, from: usize, to: usize) -> String {
        let letters = self.letters.get(self.letter(from)..self.letter(to));
        letters.unwrap_or_default().iter().collect()
    }

    fn is_capital(&self, byte: usize) -> bool {
        let letter = self.letters.get(self.letter(byte));
        letter.is_some_and(|c| c.is_uppercase())
    }
}

/// What tells the people of a form apart.
pub(super) struct People {
    names: Vec<BTreeSet<String>>,
    ruts: Vec<Option<String>>,
    addresses: Vec<Option<String>>,
}

/// Who is named.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Where the name begins, and whose it is.
    pub persons: Vec<(usize, usize)>,
    /// Whether a name is more than one person's.
    pub doubtful: bool,
}

fn bare_rut(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.collect::<String>().to_lowercase()
}

impl People {
    pub fn of(persons: &[PersonValue]) -> Self {
        let names = |person: &PersonValue| {
            let name = Alike::of(person.name.as_deref().unwrap_or_default()).folded;
            let words = WORD.find_iter(&name).map(|w| w.as_str().to_owned());
            words.filter(|w| !PARTICLES.contains(&w.as_str())).collect()
        };
        let low = |text: &String| text.trim().to_lowercase();
        Self {
            names: persons.iter().map(names).collect(),
            ruts: persons
                .iter()
                .map(|p| p.rut.as_deref().map(bare_rut))
                .collect(),
            addresses: persons.iter().map(|p| p.email.as_ref().map(low)).collect(),
        }
    }

    /// Whom a clause names; `start` is its place in the whole folded text.
    pub fn named(&self, clause: &str, start: usize, alike: &Alike) -> Named {
        let mut named = Named::default();
        // What was recognised is blanked, so that its letters are no names.
        let mut rest = clause.to_owned();
        for (pattern, known) in [(&ADDRESS, &self.addresses), (&RUT, &self.ruts)] {
            for found in pattern.find_iter(clause) {
                let words = found.as_str();
                let rut = bare_rut(words);
                let is = |k: &Option<String>| {
                    let k = k.as_deref();
                    k == Some(words) || (k == Some(&rut) && !words.contains('@'))
                };
                if let Some(person) = known.iter().position(is) {
                    named.persons.push((start + found.start(), person));
                }
                rest.replace_range(found.range(), &" ".repeat(found.len()));
            }
        }
        self.numbered(&rest, start, &mut named);
        self.by_name(&rest, start, alike, &mut named);
        named
    }

    fn numbered(&self, clause: &str, start: usize, named: &mut Named) {
        for found in NUMBER.captures_iter(clause) {
            let next = found.name("next").map_or("", |m| m.as_str());
            let Some(all) = found.name("all").filter(|_| !COUNTED.contains(&next)) else {
                continue;
            };
            for digits in DIGITS.find_iter(all.as_str()) {
                let number: usize = digits.as_str().parse().unwrap_or_default();
                if (1..=self.names.len()).contains(&number) {
                    named.persons.push((start + all.start(), number - 1));
                }
            }
        }
    }

    /// Runs of words that are one person's name, or part of it.
    fn by_name(&self, clause: &str, start: usize, alike: &Alike, named: &mut Named) {
        let mut run: Option<Run> = None;
        let mut before = "";
        let mut end = 0;
        for word in WORD.find_iter(clause) {
            let text = word.as_str();
            let bearers = self.bearers(text);
            let joined = clause
                .get(end..word.start())
                .is_some_and(|gap| gap.trim().is_empty());
            let particle = PARTICLES.contains(&text);
            let goes_on = match &mut run {
                Some(open) => joined && (particle || open.takes(&bearers)),
                None => false,
            };
            if !goes_on {
                close(&mut run, named);
                let at = start + word.start();
                let capital = alike.is_capital(at);
                if !bearers.is_empty() && (capital || !ARTICLES.contains(&before)) {
                    run = Some(Run { at, bearers });
                }
            }
            before = text;
            end = word.end();
        }
        close(&mut run, named);
    }

    fn bearers(&self, word: &str) -> BTreeSet<usize> {
        let all = self.names.iter().enumerate();
        let bears = all.filter(|(_, names)| names.contains(word));
        bears.map(|(person, _)| person).collect()
    }
}

/// Words of a name, one after the other, and who bears them all.
struct Run {
    at: usize,
    bearers: BTreeSet<usize>,
}

impl Run {
    /// Whether the next word belongs to the same name.
    fn takes(&mut self, bearers: &BTreeSet<usize>) -> bool {
        let both: BTreeSet<usize> = self.bearers.intersection(bearers).copied().collect();
        let fits = !both.is_empty();
        if fits {
            self.bearers = both;
        }
        fits
    }
}

fn close(run: &mut Option<Run>, named: &mut Named) {
    let Some(run) = run.take() else { return };
    let mut bearers = run.bearers.into_iter();
    match (bearers.next(), bearers.next()) {
        (Some(person), None) => named.persons.push((run.at, person)),
        _ => named.doubtful = true,
    }
}
