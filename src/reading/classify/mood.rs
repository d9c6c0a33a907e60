//! What a sentence does with what it names: asks for it, or only speaks of it. The words stand in
//! `moods.tsv`.

use std::sync::LazyLock;

use super::expression::{Expression, Sentences};

/// What a sentence does; where its words say several of these, the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Asks for none of the procedures: a question, trouble, an old request.
    Never,
    /// Asks for something.
    Ask,
    /// Speaks of something without asking.
    Aside,
    /// Names what is to be done.
    Act,
    /// Data, or anything else.
    Plain,
}

impl Mood {
    /// What each sentence does.
    pub fn all(sentences: &Sentences, count: usize) -> Vec<Self> {
        let mut moods = vec![Mood::Plain; count];
        // From the weakest to the strongest, which has the last word.
        for (mood, expressions) in TABLE.iter().rev() {
            for (sentence, _) in expressions.iter().flat_map(|e| e.find(sentences)) {
                if let Some(of) = moods.get_mut(sentence) {
                    *of = *mood;
                }
            }
        }
        moods
    }

    /// Whether what the sentence names may be what is asked for.
    pub fn counts(self) -> bool {
        !matches!(self, Mood::Never | Mood::Aside)
    }

    /// Whether it asks.
    pub fn asks(self) -> bool {
        matches!(self, Mood::Ask | Mood::Act)
    }
}

static TABLE: LazyLock<[(Mood, Vec<Expression>); 4]> = LazyLock::new(|| {
    let of = |name: &str| -> Vec<Expression> {
        include_str!("moods.tsv")
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter(|(mood, _)| *mood == name)
            .map(|(_, expression)| Expression::of(expression))
            .collect()
    };
    [
        (Mood::Never, of("never")),
        (Mood::Ask, of("ask")),
        (Mood::Aside, of("aside")),
        (Mood::Act, of("act")),
    ]
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_ask_or_only_speak() {
        for (sentence, mood) in [
            ("Solicito desaprobar la rendición de mayo", Mood::Ask),
            ("¿Cómo se desaprueba una rendición?", Mood::Never),
            (
                "Ante la consulta de la Contraloría, solicito reabrirla",
                Mood::Ask,
            ),
            ("Consulta por claves", Mood::Aside),
            ("La rendición de mayo fue desaprobada ayer", Mood::Aside),
            ("Desaprobación rendición abril", Mood::Act),
            ("Proyecto 12-1, I. Municipalidad de Río Hondo", Mood::Plain),
            ("¿Podrían crear un usuario?", Mood::Ask),
        ] {
            let all = Sentences::of(std::iter::once(sentence));
            assert_eq!(Mood::all(&all, 1), [mood], "{sentence}");
        }
    }

    #[test]
    fn every_row_of_the_table_is_one() {
        for line in include_str!("moods.tsv").lines() {
            let name = line.split_once('\t').map(|(mood, _)| mood);
            let known = matches!(name, Some("never" | "ask" | "aside" | "act"));
            assert!(known || line.starts_with('#'), "{line}");
        }
    }
}
