//! Regions and programmes by the office's one name, whatever people call them.

use crate::office::{Programme, Region};
use crate::reading::words::fold_words;

/// The region that a value names, if it names one.
pub fn region_of_value<'a>(value: &str, regions: &'a [Region]) -> Option<&'a Region> {
    let wanted = bare_region(value);
    if wanted.is_empty() {
        return None;
    }
    let names = |r: &'a Region| std::iter::once(&r.name).chain(&r.synonyms);
    let exact = regions
        .iter()
        .find(|r| names(r).any(|n| bare_region(n) == wanted));
    exact
        .or_else(|| {
            // "Región de Los Ríos (XIV)", "Metropolitana, Santiago": a name inside the value.
            let mut inside: Vec<(usize, &Region)> = regions
                .iter()
                .flat_map(|r| names(r).map(move |n| (bare_region(n), r)))
                .filter(|(n, _)| n.len() > 3 && has_words(&wanted, n))
                .map(|(n, r)| (n.len(), r))
                .collect();
            inside.sort_by_key(|(len, _)| std::cmp::Reverse(*len));
            inside.first().map(|(_, r)| *r)
        })
        .or_else(|| {
            let near = |r: &&Region| {
                let name = bare_region(&r.name);
                name.len() > 5 && strsim::osa_distance(&name, &wanted) <= 1
            };
            regions.iter().find(near)
        })
}

/// The first region that a text names as one: "Región de …", "SEREMI …", "VIII Región".
pub fn region_in_text<'a>(text: &str, regions: &'a [Region]) -> Option<&'a Region> {
    let folded = fold_words(text);
    let mut best: Option<(usize, usize, &Region)> = None;
    for region in regions {
        for name in std::iter::once(&region.name).chain(&region.synonyms) {
            let name = bare_region(name);
            // Few names stand in a text: those that do not are not looked for with each lead.
            if name.is_empty() || !folded.contains(&name) {
                continue;
            }
            for lead in LEADS {
                let phrase = format!("{lead} {name}");
                if let Some(at) = find_words(&folded, &phrase) {
                    let key = (at, usize::MAX - phrase.len());
                    if best.is_none_or(|(a, b, _)| key < (a, b)) {
                        best = Some((key.0, key.1, region));
                    }
                }
            }
            let ordinal = format!("{name} region");
            let roman = name.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
            let names = |at: &usize| {
                let key = (*at, usize::MAX - ordinal.len());
                (roman || name.len() > 5) && best.is_none_or(|(a, b, _)| key < (a, b))
            };
            if let Some(at) = find_words(&folded, &ordinal).filter(names) {
                best = Some((at, usize::MAX - ordinal.len(), region));
            }
        }
    }
    best.map(|(_, _, r)| r)
        .or_else(|| by_initials(text, regions))
}

/// "en la RM": a region by initials, which are no Roman number.
fn by_initials<'a>(text: &str, regions: &'a [Region]) -> Option<&'a Region> {
    let initials = |w: &str| {
        (2..=4).contains(&w.len())
            && w.chars().all(|c| c.is_ascii_uppercase())
            && !w.chars().all(|c| matches!(c, 'I' | 'V' | 'X'))
    };
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|w| initials(w))
        .find_map(|w| regions.iter().find(|r| r.synonyms.iter().any(|s| s == w)))
}

const LEADS: [&str; 19] = [
    "desarrollo social y familia",
    "desarrollo social y familia de",
    "desarrollo social y familia del",
    "region de",
    "region del",
    "region",
    "region de la",
    "regiones de",
    "seremi",
    "seremi de",
    "seremi del",
    "seremi de la",
    "seremi region de",
    "seremi region del",
    "seremi region",
    "secretaria regional ministerial de",
    "direccion regional",
    "direccion regional de",
    "equipo regional",
];

fn bare_region(value: &str) -> String {
    let mut words = fold_words(value);
    loop {
        let shorter = ["region ", "de ", "del ", "la "]
            .iter()
            .find_map(|lead| words.strip_prefix(lead).map(str::to_owned));
        match shorter {
            Some(rest) => words = rest,
            None => break,
        }
    }
    words
        .strip_suffix(" region")
        .map(str::to_owned)
        .unwrap_or(words)
}

/// The office's programme that a value names, if it is one of the office's.
pub fn programme_of_value<'a>(value: &str, programmes: &'a [Programme]) -> Option<&'a Programme> {
    let wanted = bare_programme(value);
    if wanted.is_empty() {
        return None;
    }
    let names = |p: &'a Programme| std::iter::once(&p.name).chain(&p.synonyms);
    programmes
        .iter()
        .find(|p| bare_programme(&p.name) == wanted)
        .or_else(|| {
            programmes
                .iter()
                .find(|p| names(p).any(|n| bare_programme(n) == wanted))
        })
        .or_else(|| {
            let near = |n: &String| {
                let name = bare_programme(n);
                name.len() > 6 && strsim::osa_distance(&name, &wanted) <= 1 + name.len() / 16
            };
            programmes.iter().find(|p| names(p).any(near))
        })
}

/// The first of the office's programmes that a text names as a programme, with its place in the
/// folded words: "Programa X", or its name where that is of two words or more.
pub fn programme_in_text<'a>(text: &str, programmes: &'a [Programme]) -> Option<&'a Programme> {
    let folded = fold_words(text);
    let mut best: Option<(usize, usize, &Programme)> = None;
    for programme in programmes {
        for name in std::iter::once(&programme.name).chain(&programme.synonyms) {
            let bare = bare_programme(name);
            if !folded.contains(&bare) {
                continue;
            }
            let several = bare.contains(' ');
            let leads = [
                "programa ",
                "programa de ",
                "programa del ",
                "fondo ",
                "subsistema ",
                "",
            ];
            for lead in leads {
                if lead.is_empty() && !several {
                    continue;
                }
                let phrase = format!("{lead}{bare}");
                if let Some(at) = find_words(&folded, &phrase) {
                    let key = (at, usize::MAX - phrase.len());
                    if best.is_none_or(|(a, b, _)| key < (a, b)) {
                        best = Some((key.0, key.1, programme));
                    }
                }
            }
        }
    }
    best.map(|(_, _, p)| p)
}

/// The programme that a text names by one large word alone ("convocatoria de Autoconsumo"): weak,
/// for where nothing else names one.
pub fn programme_by_word<'a>(text: &str, programmes: &'a [Programme]) -> Option<&'a Programme> {
    let large: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().next().is_some_and(char::is_uppercase) && w.chars().count() >= 5)
        .map(fold_words)
        .collect();
    let named = |p: &&Programme| {
        let bare = bare_programme(&p.name);
        !bare.contains(' ') && large.contains(&bare)
    };
    let mut all = programmes.iter().filter(named);
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// A programme's name without the word "Programa", folded.
pub fn bare_programme(value: &str) -> String {
    let words = fold_words(value);
    let bare = [
        "programa de ",
        "programa del ",
        "programa ",
        "prog ",
        "fondo ",
    ]
    .iter()
    .find_map(|lead| words.strip_prefix(lead));
    bare.map(str::to_owned).unwrap_or(words)
}

/// Whether folded words stand in folded text, as whole words.
pub fn has_words(text: &str, words: &str) -> bool {
    find_words(text, words).is_some()
}

/// Where folded words stand in folded text, as whole words.
fn find_words(text: &str, words: &str) -> Option<usize> {
    if words.is_empty() {
        return None;
    }
    text.match_indices(words).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|t| t.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|t| t.chars().next());
        before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions() -> Vec<Region> {
        [
            ("Biobío", &["VIII", "Bío Bío"][..]),
            ("La Araucanía", &["IX", "Araucanía"]),
            ("Metropolitana", &["RM", "Región Metropolitana de Santiago"]),
            ("Maule", &["VII"]),
        ]
        .map(|(n, s)| Region {
            name: n.into(),
            synonyms: s.iter().map(|s| (*s).into()).collect(),
        })
        .into()
    }

    #[test]
    fn regions_by_any_name() {
        let all = regions();
        for (text, name) in [
            ("Región del Bío-Bío", "Biobío"),
            ("VIII Región", "Biobío"),
            ("biobio", "Biobío"),
            ("de la Araucanía", "La Araucanía"),
            ("RM", "Metropolitana"),
            ("Metropolitana de Santiago", "Metropolitana"),
            ("Maule (VII)", "Maule"),
            ("Araucania", "La Araucanía"),
        ] {
            assert_eq!(
                region_of_value(text, &all).map(|r| r.name.as_str()),
                Some(name),
                "{text}"
            );
        }
        assert_eq!(region_of_value("Atlántida", &all), None);
        let named = |t| region_in_text(t, &all).map(|r| r.name.as_str());
        assert_eq!(named("de la SEREMI Región del Maule, según"), Some("Maule"));
        assert_eq!(named("el río Maule creció"), None);
        assert_eq!(named("que ejecuta en la RM el"), Some("Metropolitana"));
    }

    #[test]
    fn programmes_by_any_name() {
        let all = vec![Programme {
            name: "Programa Abriendo Caminos".into(),
            synonyms: vec!["PAC".into()],
        }];
        for text in [
            "Abriendo Caminos",
            "programa abriendo caminos",
            "PAC",
            "Abriendo Camino",
        ] {
            assert!(programme_of_value(text, &all).is_some(), "{text}");
        }
        assert!(programme_of_value("Otro", &all).is_none());
        assert!(
            programme_in_text("la rendición del Programa Abriendo Caminos de Lota", &all).is_some()
        );
    }
}
