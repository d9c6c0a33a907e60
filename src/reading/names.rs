//! Whom of the directory a text names: "lo ve ahora Marta Soto", "derívenlo a msoto@…".

use super::words::{fold_words, phonetic};
use crate::office::{Directory, Person, PersonId};

/// Characters of a text that are read.
const MOST_TEXT: usize = 4_000;

/// The one person of the directory whom a text names, by address, by two parts of the name or by
/// one that nobody else bears; none where it is nobody, or might be several. `except` is who wrote.
pub fn named(text: &str, directory: &Directory, except: Option<&PersonId>) -> Option<PersonId> {
    let end = text.char_indices().nth(MOST_TEXT).map(|(end, _)| end);
    let text = end.map_or(text, |end| text.get(..end).unwrap_or_default());
    let people = || {
        let people = directory.people.iter();
        people.filter(|p| !p.shared && Some(&p.id) != except)
    };
    let by_address: Vec<&Person> = people().filter(|p| is_addressed(text, p)).collect();
    if let [one] = by_address.as_slice() {
        return Some(one.id.clone());
    }
    let words = Words::of(text);
    let scored: Vec<(usize, &Person)> = people()
        .map(|p| (words.parts_of(p), p))
        .filter(|(parts, p)| match parts {
            0 => false,
            1 => words.is_exclusive(p, directory),
            _ => true,
        })
        .collect();
    let best = scored.iter().map(|(parts, _)| *parts).max()?;
    let mut found = scored.iter().filter(|(parts, _)| *parts == best);
    let (_, person) = found.next()?;
    found.next().is_none().then(|| person.id.clone())
}

fn is_addressed(text: &str, person: &Person) -> bool {
    let text = text.to_lowercase();
    let ends = |c: char| !(c.is_alphanumeric() || "@._-+".contains(c));
    let mut words = text.split(ends).map(|w| w.trim_matches('.'));
    words.any(|word| person.addresses.iter().any(|a| a == word))
}

/// The parts of a name that tell somebody from others.
fn parts(name: &str) -> Vec<String> {
    let folded = fold_words(name);
    let parts = folded.split(' ').filter(|part| part.len() > 2);
    let parts = parts.filter(|part| !matches!(*part, "del" | "los" | "las" | "san"));
    parts.map(phonetic).collect()
}

/// The words of a text that begin with a capital letter, as names do.
struct Words(Vec<String>);

impl Words {
    fn of(text: &str) -> Self {
        let capital = |word: &&str| {
            let mut letters = word.chars().filter(|c| c.is_alphabetic());
            letters.next().is_some_and(char::is_uppercase)
        };
        let words = text.split_whitespace().filter(capital);
        Self(words.map(|w| phonetic(&fold_words(w))).collect())
    }

    fn has(&self, part: &str) -> bool {
        self.0
            .iter()
            .any(|word| word == part || is_near(word, part))
    }

    fn parts_of(&self, person: &Person) -> usize {
        let parts = parts(&person.name);
        parts.iter().filter(|part| self.has(part)).count()
    }

    /// Whether the part of the name that is there is nobody else's.
    fn is_exclusive(&self, person: &Person, directory: &Directory) -> bool {
        let parts_there = parts(&person.name);
        let mut parts_there = parts_there.iter().filter(|part| self.has(part));
        let others = || directory.people.iter().filter(|p| p.id != person.id);
        parts_there.all(|part| !others().any(|p| parts(&p.name).contains(part)))
    }
}

/// Whether two words of some length differ by one letter: a slip of the finger.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 6 || long.len() - short.len() > 1 {
        return false;
    }
    let head = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let tail = |skip: usize| {
        let (short, long) = (short.iter().skip(head + skip), long.iter().skip(head + 1));
        short.eq(long)
    };
    tail(usize::from(short.len() == long.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let person = |id: &str, name: &str| Person {
            id: PersonId(id.into()),
            name: name.into(),
            post: None,
            addresses: vec![format!("{id}@ministerio.example")],
            shared: false,
            members: vec![],
            senders: vec![],
            roles: vec![],
            absences: vec![],
            substitutes: vec![],
        };
        Directory {
            people: vec![
                person("marta", "Marta Soto Lagos"),
                person("marta2", "Marta Leal Ríos"),
                person("diego", "Diego Fuenzalida Soto"),
                person("elsa", "Elsa de la Cruz"),
            ],
            roles: vec![],
        }
    }

    #[test]
    fn one_person_or_nobody() {
        let rows = [
            ("Lo ve ahora Marta Soto.", Some("marta")),
            ("Eso lo ve Marta", None),
            ("Eso lo ve Marta Leal", Some("marta2")),
            ("Lo ve Diego", Some("diego")),
            ("Lo ve don Diego Fuensalida", Some("diego")),
            (
                "Derívenlo a elsa@ministerio.example, por favor.",
                Some("elsa"),
            ),
            ("Eso lo ve Soto", None),
            ("Lo vio Marta Soto, ahora lo ve Elsa de la Cruz", None),
            ("Lo ve Finanzas", None),
            ("lo ve alguien leal", None),
        ];
        for (text, expected) in rows {
            let found = named(text, &directory(), None).map(|id| id.0);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn who_wrote_is_nobody_else() {
        let text = "Eso lo ve Marta.\nDiego Fuenzalida";
        let diego = PersonId("diego".into());
        assert_eq!(named(text, &directory(), Some(&diego)), None);
        let text = "Eso lo ve Marta Leal.\nDiego Fuenzalida";
        let found = named(text, &directory(), Some(&diego));
        assert_eq!(found.map(|id| id.0).as_deref(), Some("marta2"));
    }
}
