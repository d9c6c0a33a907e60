//! Whether words that approve speak of something else than what was asked: "apruebo la 124" in
//! answer to 123, "aprobado lo de Freire" where nothing is of Freire.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::words::{fold, fold_words, phonetic};

/// Numbers that say which request, or which project, is meant, in folded text.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:^|[^a-z0-9])(?:",
        r"(?:solicitud(?:es)?|ticket|caso|requerimiento|peticion|folio|proyecto)",
        r"(?: (?:n ?°|nro|num|numero|no)[.:]?)?:? ?|",
        r"(?:apr[uo][eb]?[bv]\w+|autoriz\w+|ok|v°b°|conforme|adelante)(?: (?:con|a))? ",
        r"la (?:n ?° ?)?|",
        r"[a-z]{3,8}-",
        r")(\d[\d./-]*)"
    ))
    .ok()
});

/// What a name stands for, after words that approve.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i:\b(?:aprue[bv]o|apro[bv]ad[oa]|ok|autorizo|autorizad[oa]|conforme|de acuerdo|",
        r"adelante|procedan?|visto bueno|v[°º.]?b[°º.]?))[^.;:\n]{0,12}?",
        r"(?i:\b(?:con |en )?(?:lo|la|el) (?:solicitud |petici[oó]n )?(?:del?|para)) ",
        r"(?i:(?:la |el |los |las )?(?:comuna de |municipalidad de |regi[oó]n (?:de |del )?)?)",
        r"(\p{Lu}\p{L}+(?: (?:(?:de|del|la|los|las) )?\p{Lu}\p{L}+)*)"
    ))
    .ok()
});

/// Whether a text names a number or a name that none of `known` holds: the request's number, its
/// data, who asks and who is asked. A doubt costs one short mail, a wrong approval much more.
pub fn names_another(text: &str, known: &[&str]) -> bool {
    let known_numbers: BTreeSet<String> = known.iter().flat_map(|k| groups(k)).collect();
    let folded = fold(text);
    let numbers = NUMBER.iter().flat_map(|re| re.captures_iter(&folded));
    let mut numbers = numbers.filter_map(|c| c.get(1)).map(|m| groups(m.as_str()));
    if numbers.any(|named| !named.iter().all(|group| known_numbers.contains(group))) {
        return true;
    }
    let known_words: BTreeSet<String> = known.iter().flat_map(|k| sounds(k)).collect();
    let names = NAME.iter().flat_map(|re| re.captures_iter(text));
    let mut names = names.filter_map(|c| c.get(1)).map(|m| sounds(m.as_str()));
    names.any(|name| !name.is_empty() && name.iter().all(|word| !known_words.contains(word)))
}

/// The groups of digits of a number, without leading zeros. A year says nothing.
fn groups(text: &str) -> Vec<String> {
    let groups = text.split(|c: char| !c.is_ascii_digit());
    let groups = groups.map(|g| g.trim_start_matches('0'));
    groups
        .filter(|g| !g.is_empty() && !is_year(g))
        .map(str::to_owned)
        .collect()
}

fn is_year(group: &str) -> bool {
    group.len() == 4 && (group.starts_with("19") || group.starts_with("20"))
}

/// The words of a name as they sound, without the small ones.
fn sounds(text: &str) -> Vec<String> {
    let folded = fold_words(text);
    let words = folded.split(' ').filter(|word| word.len() > 3);
    words.map(phonetic).collect()
}

#[cfg(test)]
mod tests {
    use super::names_another;

    const KNOWN: [&str; 7] = [
        "SIGEC-2026-000123",
        "Cambio de fecha de modificación presupuestaria",
        "12-345678-00012-24",
        "I. Municipalidad de Chillán",
        "Programa Vínculos",
        "Ñuble",
        "Isidora Peña",
    ];

    #[test]
    fn another_number_or_name_is_another_matter() {
        for text in [
            "Apruebo la 124",
            "Apruebo la solicitud N° 124.",
            "Apruebo SIGEC-2026-000124",
            "Aprobada la solicitud 2026-000124, gracias",
            "Apruebo el proyecto 12-345679-00012-24",
            "Aprobado lo de Freire",
            "Ok con lo de Padre Las Casas",
            "Apruebo la de la Municipalidad de Temuco",
            "Apruebo la 123 y la solicitud 124",
        ] {
            assert!(names_another(text, &KNOWN), "{text}");
        }
    }

    #[test]
    fn what_was_asked_or_nothing_is_no_other_matter() {
        for text in [
            "Apruebo",
            "Apruebo la 123",
            "Apruebo la solicitud N° 2026-123",
            "Apruebo SIGEC-2026-000123.",
            "Aprobado lo de Chillan",
            "Ok con lo de la Municipalidad de Chillán",
            "Apruebo lo del Programa Vínculos",
            "Apruebo la de Isidora",
            "Apruebo el proyecto 12-345678-00012-24",
            "Apruebo, llamar al 56 9 8765 4321",
            "Apruebo. Saludos, Rosa Díaz, oficina 302",
            "Apruebo lo solicitado para el año 2026",
            "V°B° a lo pedido",
        ] {
            assert!(!names_another(text, &KNOWN), "{text}");
        }
    }
}
