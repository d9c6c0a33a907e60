//! The people of a form: what is missing of each, and what somebody adds about them.

use super::{Refused, Wanted};
use crate::office::{Field, PersonValue};

/// What is still wanted of the people of a form: a line for each who is not whole.
pub(super) fn wanted(field: &Field, people: &[PersonValue]) -> Vec<Wanted> {
    let numbered = people.iter().enumerate();
    let open = numbered.filter(|(_, person)| !person.is_whole());
    open.map(|(index, person)| Wanted {
        label: match people.len() {
            1 => field.label.clone(),
            _ => format!("{} {}", field.label, index + 1),
        },
        example: field.example.clone(),
        refused: Some(Refused {
            value: person.parts().join(", "),
            why: missing(person),
        }),
    })
    .collect()
}

/// "falta el correo", "faltan el RUT y el perfil".
fn missing(person: &PersonValue) -> String {
    let lacking: Vec<&str> = [
        (&person.name, "el nombre"),
        (&person.rut, "el RUT"),
        (&person.email, "el correo"),
        (&person.profile, "el perfil"),
    ]
    .into_iter()
    .filter_map(|(value, name)| value.is_none().then_some(name))
    .collect();
    match lacking.as_slice() {
        [one] => format!("falta {one}"),
        [first @ .., last] => format!("faltan {} y {last}", first.join(", ")),
        [] => String::new(),
    }
}

/// What somebody says of people, laid over those that are known: whoever has the same RUT or name
/// is completed or corrected, who is new is added. Where nobody is known among them, it is another
/// list.
pub(super) fn merged(known: &[PersonValue], said: &[PersonValue]) -> Vec<PersonValue> {
    let mut merged = known.to_vec();
    let mut met = !said.iter().any(is_somebody);
    for person in said {
        let found = place(&merged, person);
        match found.and_then(|(index, said)| Some((merged.get_mut(index)?, said))) {
            Some((same, said)) => {
                met = true;
                lay_over(same, &said);
            }
            None if is_somebody(person) => merged.push(unnumbered(person)),
            // Nobody can say whose it is; the words themselves go to whoever holds the request.
            None => {}
        }
    }
    match met {
        true => merged,
        false => said.iter().map(unnumbered).collect(),
    }
}

fn unnumbered(person: &PersonValue) -> PersonValue {
    PersonValue {
        number: None,
        ..person.clone()
    }
}

/// Which of these people is meant, and what is said of them: the one with this RUT or name, else
/// the one whose number it is, else the only one of whom just this is missing.
fn place(people: &[PersonValue], said: &PersonValue) -> Option<(usize, PersonValue)> {
    let rut = said.rut.as_deref().map(bare);
    let name = said.name.as_deref().map(str::to_lowercase);
    let same = people.iter().position(|p| match (&rut, p.rut.as_deref()) {
        (Some(rut), Some(known)) => *rut == bare(known),
        _ => name.is_some() && name == p.name.as_deref().map(str::to_lowercase),
    });
    if let Some(same) = same {
        return Some((same, said.clone()));
    }
    let one = |said: &PersonValue, fits: &dyn Fn(&PersonValue) -> bool| {
        let numbered = |index: usize| said.number.is_none_or(|number| number == index + 1);
        let all = people.iter().enumerate();
        let mut open = all.filter(|(index, p)| numbered(*index) && fits(p) && lacks(p, said));
        let (first, second) = (open.next()?, open.next());
        second.is_none().then(|| (first.0, said.clone()))
    };
    one(said, &|_| true).or_else(|| {
        // "Persona: Ejecutor" of somebody whose name is known: what was asked for.
        let word = said.name.as_ref().filter(|name| !name.contains(' '))?;
        let said = PersonValue {
            name: None,
            profile: Some(word.clone()),
            ..said.clone()
        };
        one(&said, &|known| known.name.is_some())
    })
}

/// Whether all that is said of somebody is missing of this person.
fn lacks(person: &PersonValue, said: &PersonValue) -> bool {
    let fits = |known: &Option<String>, said: &Option<String>| known.is_none() || said.is_none();
    fits(&person.name, &said.name)
        && fits(&person.rut, &said.rut)
        && fits(&person.email, &said.email)
        && fits(&person.profile, &said.profile)
}

/// Whether it is somebody, and not one datum of somebody.
fn is_somebody(person: &PersonValue) -> bool {
    person.parts().len() > 1 && (person.name.is_some() || person.rut.is_some())
}

fn lay_over(known: &mut PersonValue, said: &PersonValue) {
    for (known, said) in [
        (&mut known.name, &said.name),
        (&mut known.rut, &said.rut),
        (&mut known.email, &said.email),
        (&mut known.profile, &said.profile),
    ] {
        if said.is_some() {
            known.clone_from(said);
        }
    }
}

/// A RUT without dots, dash and case.
fn bare(rut: &str) -> String {
    let own = |c: &char| c.is_ascii_alphanumeric();
    rut.chars().filter(own).collect::<String>().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "name|rut|email|profile", where a dash is nothing.
    fn people(words: &[&str]) -> Vec<PersonValue> {
        let person = |words: &&str| {
            let mut parts = words.split('|').map(|p| (p != "-").then(|| p.to_owned()));
            let mut next = || parts.next().flatten();
            PersonValue {
                name: next(),
                rut: next(),
                email: next(),
                profile: next(),
                number: next().and_then(|n| n.parse().ok()),
            }
        };
        words.iter().map(person).collect()
    }

    #[test]
    fn what_is_said_of_people_is_laid_over_those_known() {
        let ana = "Ana Soto|1.111.111-1|-|Ejecutor";
        let luis = "Luis Rey|2.222.222-2|l@x.cl|Ejecutor";
        for (known, said, after) in [
            // The one datum that was missing.
            (
                &[ana][..],
                &["-|-|a@x.cl|-"][..],
                &["Ana Soto|1.111.111-1|a@x.cl|Ejecutor"][..],
            ),
            (
                &[ana, luis],
                &["-|-|a@x.cl|-"],
                &["Ana Soto|1.111.111-1|a@x.cl|Ejecutor", luis],
            ),
            (
                &[ana, luis],
                &["ana soto|-|a@x.cl|-"],
                &["ana soto|1.111.111-1|a@x.cl|Ejecutor", luis],
            ),
            // The same RUT, written otherwise, with another address.
            (
                &[ana, luis],
                &["-|22222222|n@x.cl|-"],
                &[ana, "Luis Rey|22222222|n@x.cl|Ejecutor"],
            ),
            // One more beside one who is known; and another list.
            (&[ana], &[ana, luis], &[ana, luis]),
            (&[ana], &[luis], &[luis]),
            (
                &["-|1-9|-|Ejecutor", luis],
                &["Eva Paz|-|-|-"],
                &["Eva Paz|1-9|-|Ejecutor", luis],
            ),
            // Whose it is says the number, and nothing else where several lack the same.
            (
                &["Eva Paz|1-9|-|-", ana],
                &["-|-|a@x.cl|-|2", "-|-|e@x.cl|-|1", "Consulta|-|-|-|1"],
                &[
                    "Eva Paz|1-9|e@x.cl|Consulta",
                    "Ana Soto|1.111.111-1|a@x.cl|Ejecutor",
                ],
            ),
            (&[luis, ana], &["-|-|n@x.cl|-|1"], &[luis, ana]),
            (&[luis, ana], &["-|-|n@x.cl|-|3"], &[luis, ana]),
            (&[ana], &["Eva Paz|-|-|-"], &[ana]),
            (
                &["Eva Paz|1-9|e@x.cl|-"],
                &["Ana Soto|-|-|-"],
                &["Eva Paz|1-9|e@x.cl|-"],
            ),
            (
                &[ana],
                &["Eva Paz|1-9|e@x.cl|-|1"],
                &["Eva Paz|1-9|e@x.cl|-"],
            ),
            // Nobody can say whose it is.
            (&[luis], &["-|-|n@x.cl|-"], &[luis]),
            (&[ana, ana], &["-|-|n@x.cl|-"], &[ana, ana]),
        ] {
            assert_eq!(
                merged(&people(known), &people(said)),
                people(after),
                "{said:?}"
            );
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = |words: &str| missing(people(&[words]).first().unwrap());
        assert_eq!(missing("Ana Soto|1-9|-|Ejecutor"), "falta el correo");
        assert_eq!(
            missing("Ana Soto|-|-|-"),
            "faltan el RUT, el correo y el perfil"
        );
    }
}
