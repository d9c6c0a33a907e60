//! "Creados Ana y Pedro, falta Juan: RUT inválido": of whom of a form an answer says that the work
//! is done, and of whom that it is not.
//!
//! Clauses → sign of each (done, not done, none) → people named in it. A name counts only where one
//! person of the form bears it; what might be either is doubtful, and is asked back.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::persons_named::{Alike, People};
use crate::office::PersonValue;

/// Characters of an answer that are read.
const MOST_TEXT: usize = 4_000;
/// Characters of a reason that are kept.
const MOST_REASON: usize = 300;

/// Of whom an answer says what: places in the list of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonsSaid {
    /// The work is done.
    pub done: Vec<usize>,
    /// It is not, and why.
    pub open: Vec<(usize, Option<String>)>,
    /// Whether it cannot be told for whom.
    pub doubtful: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Done,
    Open,
}

#[expect(
    clippy::expect_used,
    reason = "constant patterns, compiled by every test"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant")
}

/// Where a clause ends. A comma or "pero" begins another; so does "y falta", "y no".
static ENDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?P<hard>\n|[;!?](?:\s|$)|\.(?:\s|$))",
        r"|(?P<soft>,\s|\s(?:pero|aunque|mientras que|sin embargo)\s",
        r"|\s(?:y|e)\s(?:falt|no |aun |todavia |queda|esta |estan |pendiente))"
    ))
});
static DONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:(?:cread|list|hech|habilitad|activad|realizad|ingresad|registrad|agregad",
        r"|incorporad|generad|resuelt|terminad|finalizad|completad|operativ|configurad",
        r"|enrolad)[oa]s?|ok|okey|cree|creamos|crearon",
        r"|se (?:creo|crearon|habilito|habilitaron|genero|generaron|activo|activaron)",
        r"|quedo|quedaron|ya (?:esta|estan|tiene|tienen)|todo bien|sin problemas?)\b"
    ))
});
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:falta|faltan|falto|faltaron|faltando|pendientes?|no|invalid[oa]s?|erroneo",
        r"|erronea|erroneos|rechazad[oa]s?|rechaza|rechazo|incorrect[oa]s?|imposible",
        r"|excepto|salvo|menos|error(?:es)?|mal[oa]?|aun|todavia)\b"
    ))
});
/// What looks like a sign and is none.
static MASKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:sin (?:error(?:es)?|novedad(?:es)?|observaci[a-z]+)",
        r"|no hubo (?:problemas?|error(?:es)?)|no hay (?:problemas?|error(?:es)?)",
        r"|por lo menos|mas o menos|no obstante)\b"
    ))
});
static REASON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^\s*(?:[:(\-–—]|,?\s*(?:porque|pues|por|ya que|debido a(?: que)?|dado que)\b)",
        r"\s*(?:(?:falta|pendiente)\b[,:;]?\s*)?"
    ))
});

/// A clause: its folded words, where it stands in the folded text, and what it says.
struct Clause {
    text: String,
    start: usize,
    end: usize,
    /// Whether a sentence or line ends with it.
    ends: bool,
}

/// What an answer says of single persons of a form; none where it speaks of the whole, or names
/// nobody.
pub fn persons_said(text: &str, persons: &[PersonValue]) -> Option<PersonsSaid> {
    if persons.len() < 2 {
        return None;
    }
    let text: String = text.chars().take(MOST_TEXT).collect();
    let alike = Alike::of(&text);
    let people = People::of(persons);
    let clauses = clauses(&alike.folded);
    let signs = signs(&clauses);
    let mut said = Said::default();
    for (index, clause) in clauses.iter().enumerate() {
        let Some(Marked { before, after, at }) = signs.get(index).copied().flatten() else {
            continue;
        };
        let found = people.named(&clause.text, clause.start, &alike);
        said.doubtful |= found.doubtful && (before.is_some() || after.is_some());
        if found.persons.is_empty() && !found.doubtful {
            said.whole |= before == Some(Sign::Done);
        }
        for (place, person) in found.persons {
            let sign = if place < at { before } else { after };
            match sign {
                Some(Sign::Done) => _ = said.done.insert(person),
                Some(Sign::Open) => {
                    said.open.insert(person);
                    said.why
                        .push((person, reason(&alike, &clauses, index, place)));
                }
                None => {}
            }
        }
        // "Creados todos menos Juan", "listo, salvo Juan".
        said.whole |= before == Some(Sign::Done) && after == Some(Sign::Open);
    }
    said.concluded(persons.len())
}

#[derive(Default)]
struct Said {
    done: BTreeSet<usize>,
    open: BTreeSet<usize>,
    why: Vec<(usize, Option<String>)>,
    /// Whether it says of the whole, too, that it is done.
    whole: bool,
    doubtful: bool,
}

impl Said {
    fn concluded(mut self, count: usize) -> Option<PersonsSaid> {
        if self.done.is_empty() && self.open.is_empty() && !self.doubtful {
            return None;
        }
        if self.done.is_empty() && self.whole && !self.doubtful {
            // "Listo, falta Juan": the others are done.
            self.done = (0..count).filter(|n| !self.open.contains(n)).collect();
        }
        let both = self.done.intersection(&self.open).next().is_some();
        let why = |person: &usize| {
            let found = self
                .why
                .iter()
                .find(|(p, why)| p == person && why.is_some());
            found.and_then(|(_, why)| why.clone())
        };
        let open = self.open.iter().map(|person| (*person, why(person)));
        Some(PersonsSaid {
            open: open.collect(),
            done: self.done.into_iter().collect(),
            doubtful: self.doubtful || both,
        })
    }
}

fn clauses(folded: &str) -> Vec<Clause> {
    let mut found = vec![];
    let mut start = 0;
    let mut push = |start: usize, end: usize, ends: bool| {
        let text = folded.get(start..end).unwrap_or_default();
        if !text.trim().is_empty() {
            let text = text.to_owned();
            found.push(Clause {
                text,
                start,
                end,
                ends,
            });
        } else if let (true, Some(last)) = (ends, found.last_mut()) {
            last.ends = true;
        }
    };
    for end in ENDS.captures_iter(folded) {
        let (hard, soft) = (end.name("hard"), end.name("soft"));
        let Some(at) = hard.or(soft) else { continue };
        push(start, at.start(), hard.is_some());
        // What follows "y" belongs to the next clause.
        start = match soft {
            Some(soft) => soft.start() + 1,
            None => at.end(),
        };
    }
    push(start, folded.len(), true);
    found
}

/// What a clause says of people before and after a place in the folded text.
#[derive(Clone, Copy)]
struct Marked {
    before: Option<Sign>,
    after: Option<Sign>,
    at: usize,
}

/// The sign of each clause: its own; else that of the clause before it in the sentence, or of the
/// heading of its list; else that of the next one in the sentence.
fn signs(clauses: &[Clause]) -> Vec<Option<Marked>> {
    let mut signs: Vec<Option<Marked>> = clauses.iter().map(own).collect();
    let mut last: Option<Sign> = None;
    let mut header: Option<Sign> = None;
    for (clause, sign) in clauses.iter().zip(&mut signs) {
        let inherited = last.or(header);
        match sign {
            Some(marked) => {
                last = marked.after;
                // "Creados:" heads the lines below it.
                header = match clause.text.trim_end().ends_with(':') {
                    true => marked.after,
                    false if clause.ends => None,
                    false => header,
                };
            }
            None => {
                *sign = inherited.map(|sign| Marked {
                    before: Some(sign),
                    after: Some(sign),
                    at: 0,
                });
            }
        }
        if clause.ends {
            last = None;
        }
    }
    // "Ana, Pedro y Luis listos."
    let mut next: Option<Sign> = None;
    for (clause, sign) in clauses.iter().zip(&mut signs).rev() {
        if clause.ends {
            next = None;
        }
        match sign {
            Some(marked) => next = marked.before,
            None => {
                *sign = next.map(|sign| Marked {
                    before: Some(sign),
                    after: Some(sign),
                    at: 0,
                });
            }
        }
    }
    signs
}

/// The sign of a clause by its own words.
fn own(clause: &Clause) -> Option<Marked> {
    let blank = |found: &regex::Captures<'_>| " ".repeat(found[0].len());
    let text = MASKED.replace_all(&clause.text, blank);
    let done = DONE.find(&text).map(|m| m.start());
    let open = OPEN.find(&text).map(|m| m.start());
    let all = |sign| Marked {
        before: Some(sign),
        after: Some(sign),
        at: 0,
    };
    Some(match (done, open) {
        (None, None) => return None,
        (Some(_), None) => all(Sign::Done),
        (None, Some(_)) => all(Sign::Open),
        // "No se pudo crear", "falta crear", "pendiente, no está listo".
        (Some(done), Some(open)) if open < done => all(Sign::Open),
        (Some(_), Some(open)) => Marked {
            before: Some(Sign::Done),
            after: Some(Sign::Open),
            at: clause.start + open,
        },
    })
}

/// Why somebody is not done: what follows the name, to the end of the sentence.
fn reason(alike: &Alike, clauses: &[Clause], index: usize, place: usize) -> Option<String> {
    let end = clauses.iter().skip(index).find(|c| c.ends)?.end;
    let clause = clauses.get(index)?;
    let rest = alike.folded.get(place..end)?;
    let (from, to) = match REASON_MARK.find(rest) {
        Some(mark) => (place + mark.start(), end),
        // "El RUT de Juan es inválido" is a reason as a whole, "falta Juan" is none.
        None if BARE
            .replace_all(&clause.text, " ")
            .split_whitespace()
            .count()
            > 3 =>
        {
            (clause.start, clause.end)
        }
        None => return None,
    };
    let said = alike.original(from, to);
    let said = REASON.replace(&said, "");
    let said = said.trim_matches(|c: char| c.is_whitespace() || "(),.;:–—-".contains(c));
    let said: String = said.chars().take(MOST_REASON).collect();
    (!said.is_empty()).then_some(said)
}

static REASON_MARK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[:(–—]|\s-\s|\b(?:porque|pues|por|ya que|debido|dado que)\b"));
/// The words of "falta Juan" that give no reason.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?:falta|faltan|falto|pendientes?|solo|y|aun|todavia|queda|quedo|crear|a|menos",
        r"|salvo|excepto|todos|todas)"
    ))
});

#[cfg(test)]
mod tests {
    use super::*;

    fn persons() -> Vec<PersonValue> {
        let row = |(name, rut, email): (&str, &str, &str)| PersonValue {
            name: Some(name.to_owned()),
            rut: Some(rut.to_owned()),
            email: Some(email.to_owned()),
            profile: None,
            number: None,
        };
        let all = [
            (
                "Ana María Rojas Díaz",
                "11.111.111-1",
                "arojas@muni.example",
            ),
            ("Pedro Mena Ríos", "22.222.222-2", "pmena@muni.example"),
            ("Juan Soto Lara", "12.345.678-5", "jsoto@muni.example"),
        ];
        all.into_iter().map(row).collect()
    }

    /// `done; open: why; …`, places from 1, a question mark where it is doubtful.
    fn shown(text: &str, persons: &[PersonValue]) -> String {
        let Some(said) = persons_said(text, persons) else {
            return "whole".to_owned();
        };
        let done: Vec<String> = said.done.iter().map(|n| (n + 1).to_string()).collect();
        let open = said.open.iter().map(|(n, why)| match why {
            Some(why) => format!("{}: {why}", n + 1),
            None => (n + 1).to_string(),
        });
        let open: Vec<String> = open.collect();
        let doubt = if said.doubtful { "?" } else { "" };
        format!("{} / {}{doubt}", done.join(" "), open.join("; "))
    }

    #[test]
    fn answers_as_executors_write_them() {
        for (text, expected) in [
            (
                "Creados Ana y Pedro, falta Juan: RUT inválido",
                "1 2 / 3: RUT inválido",
            ),
            (
                "Creados Ana y Pedro; falta Juan (RUT inválido).",
                "1 2 / 3: RUT inválido",
            ),
            (
                "Listo, pero falta Juan Soto: el RUT no corresponde",
                "1 2 / 3: el RUT no corresponde",
            ),
            (
                "Listos todos menos Juan, porque su RUT es inválido.",
                "1 2 / 3: su RUT es inválido",
            ),
            (
                "Ana y Pedro listos. Juan pendiente por RUT inválido.",
                "1 2 / 3: RUT inválido",
            ),
            (
                "Ana: ok\nPedro: ok\nJuan: RUT inválido",
                "1 2 / 3: RUT inválido",
            ),
            (
                "Creados:\n- Ana Rojas\n- Pedro Mena\nFaltan:\n- Juan Soto: RUT inválido",
                "1 2 / 3: RUT inválido",
            ),
            ("Se crearon Ana Rojas y Pedro Mena.", "1 2 / "),
            (
                "Creé a Ana y a Pedro, pero Juan no porque el RUT es inválido",
                "1 2 / 3: el RUT es inválido",
            ),
            (
                "Usuarios 1 y 2 creados, falta el 3: RUT inválido",
                "1 2 / 3: RUT inválido",
            ),
            (
                "11.111.111-1 y 22222222-2 creados; 12345678-5 rechazado por el sistema",
                "1 2 / 3: el sistema",
            ),
            (
                "arojas@muni.example habilitada, jsoto@muni.example pendiente",
                "1 / 3",
            ),
            ("creados ana y pedro, falta juan", "1 2 / 3"),
            (
                "Ana: listo\nPedro: listo\nJuan: falta, el RUT no existe",
                "1 2 / 3: el RUT no existe",
            ),
            ("Ana, Pedro y Juan listos", "1 2 3 / "),
            (
                "Ana, Pedro creados. No se pudo crear a Juan: el RUT no existe",
                "1 2 / 3: el RUT no existe",
            ),
            (
                "No se pudo crear a Juan: RUT inválido",
                " / 3: RUT inválido",
            ),
            ("Juan quedó listo", "3 / "),
        ] {
            assert_eq!(shown(text, &persons()), expected, "{text}");
        }
    }

    #[test]
    fn answers_that_speak_of_the_whole() {
        for (text, expected) in [
            ("Listo sin problemas", "whole"),
            ("Listo", "whole"),
            ("Se crearon los 3 usuarios", "whole"),
            ("Creados los 2 usuarios, sin errores", "whole"),
            ("No se pudo: el sistema está caído", "whole"),
            ("¿Cuál es el RUT de Juan?", "whole"),
            ("Gracias, saludos\nRocío", "whole"),
        ] {
            assert_eq!(shown(text, &persons()), expected, "{text}");
        }
    }

    #[test]
    fn a_name_that_two_bear_is_asked_back() {
        let mut two = persons();
        two[1].name = Some("Ana Soto Vera".to_owned());
        assert_eq!(shown("Creada Ana, falta Juan", &two), " / 3?");
        assert_eq!(shown("Creada Ana Rojas, falta Ana Soto", &two), "1 / 2");
        // One and the same, both ways.
        assert_eq!(shown("Creado Juan. Falta Juan.", &persons()), "3 / 3?");
        // Nobody of the form.
        assert_eq!(shown("Listo, falta Pablo", &persons()), "whole");
    }
}
