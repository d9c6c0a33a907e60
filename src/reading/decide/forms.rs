//! The forms of the verbs that the tables name: `{approve.yo}` is "apruebo|aprobamos|…".
//!
//! A pattern may be generous: a form that nobody writes ("aprobo") is at most a misspelling.

/// A verb as the table gives it: "devolver/devuelv+devuelt".
struct Verb {
    /// Stems: devolv, devuelv.
    stems: Vec<String>,
    /// The stem of its participle, where it is not regular.
    participle: Option<String>,
    /// Whether it ends in -ar.
    ar: bool,
    /// "aprobar".
    infinitive: String,
}

impl Verb {
    fn parse(word: &str) -> Option<Self> {
        let (word, participle) = match word.split_once('+') {
            Some((word, participle)) => (word, Some(participle.to_owned())),
            None => (word, None),
        };
        let (infinitive, others) = match word.split_once('/') {
            Some((infinitive, others)) => (infinitive, others),
            None => (word, ""),
        };
        let ar = infinitive.ends_with("ar");
        let stem = ["ar", "er", "ir"]
            .iter()
            .find_map(|ending| infinitive.strip_suffix(ending))?;
        let mut stems = vec![stem.to_owned()];
        stems.extend(
            others
                .split('/')
                .filter(|s| !s.is_empty())
                .map(str::to_owned),
        );
        Some(Self {
            stems,
            participle,
            ar,
            infinitive: infinitive.to_owned(),
        })
    }
}

/// Pronouns that hang on an infinitive, an imperative or a gerund.
const CLITICS: &str = "(?:se|me|nos|le|les)?(?:l[oa]s?)?";

/// The pattern of a form of several verbs; none where the form has no name.
pub fn pattern(verbs: &str, form: &str) -> Option<String> {
    let verbs: Vec<Verb> = verbs.split(' ').filter_map(Verb::parse).collect();
    let of = |ar: &str, other: &str| endings(&verbs, ar, other);
    Some(match form {
        "yo" => format!(
            "{}|(?:estoy|estamos) {}",
            of("o|amos", "o|emos|imos"),
            of("ando", "iendo|yendo")
        ),
        "pres" => of("an?", "en?"),
        "se" => {
            let soft = softened(&verbs);
            format!("se (?:{0})|(?:{0})se|(?:{soft})n?se", of("an?", "en?"))
        }
        "e" => format!("{}|{}", softened_past(&verbs), of("amos", "i|imos")),
        "o" => format!("{}|hizo|hicieron", of("ó|aron", "ió|ieron")),
        "io" => of("o", "io"),
        "are" => format!("(?:{})(?:e|emos)", infinitives(&verbs)),
        "aria" => format!("(?:{})ia(?:mos)?", infinitives(&verbs)),
        "en" => format!("(?:{})n?{CLITICS}", softened(&verbs)),
        "en:clitic" => format!("(?:{})n?(?:se)?l[oa]s?", softened(&verbs)),
        "ar" => format!("(?:{}){CLITICS}", infinitives(&verbs)),
        "ado" => participles(&verbs),
        "ando" => of("ando", "iendo|yendo"),
        _ => return None,
    })
}

fn infinitives(verbs: &[Verb]) -> String {
    join(verbs.iter().map(|v| v.infinitive.clone()))
}

fn join(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join("|")
}

/// Every stem with the endings of its conjugation.
fn endings(verbs: &[Verb], ar: &str, other: &str) -> String {
    let group = |is_ar: bool, endings: &str| {
        let stems = join(
            verbs
                .iter()
                .filter(|v| v.ar == is_ar)
                .flat_map(|v| v.stems.iter().cloned()),
        );
        (!stems.is_empty()).then(|| format!("(?:{stems})(?:{endings})"))
    };
    join([group(true, ar), group(false, other)].into_iter().flatten())
}

/// The stem before "e": aplic → apliqu, carg → cargu, autoriz → autoris.
fn before_e(stem: &str) -> String {
    match stem.strip_suffix('c') {
        Some(rest) => format!("{rest}qu"),
        None if stem.ends_with('g') => format!("{stem}u"),
        None => stem.to_owned(),
    }
}

/// Subjunctive and imperative without the plural: apruebe, corrija.
fn softened(verbs: &[Verb]) -> String {
    join(verbs.iter().flat_map(|v| {
        v.stems.iter().flat_map(|s| {
            if v.ar {
                vec![format!("{}e", before_e(s))]
            } else {
                // The imperative in -e is left out: "devuelve" is somebody else, too.
                vec![format!("{s}a")]
            }
        })
    }))
}

/// "aprobé", "apliqué".
fn softened_past(verbs: &[Verb]) -> String {
    let stems = join(
        verbs
            .iter()
            .filter(|v| v.ar)
            .filter_map(|v| v.stems.first().map(|s| before_e(s))),
    );
    if stems.is_empty() {
        return "hice|hicimos".to_owned();
    }
    format!("(?:{stems})e|hice|hicimos")
}

fn participles(verbs: &[Verb]) -> String {
    let stem = |v: &Verb| {
        v.participle.clone().unwrap_or_else(|| {
            let first = v.stems.first().map_or("", String::as_str);
            format!("{first}{}", if v.ar { "ad" } else { "id" })
        })
    };
    format!("(?:{})[oa]s?", join(verbs.iter().map(stem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(verbs: &str, form: &str, word: &str) -> bool {
        let pattern = pattern(verbs, form).unwrap();
        regex::Regex::new(&format!("^(?:{pattern})$"))
            .unwrap()
            .is_match(word)
    }

    #[test]
    fn verbs_are_conjugated() {
        for (verbs, form, word) in [
            ("aprobar/aprueb", "yo", "apruebo"),
            ("aprobar/aprueb", "yo", "aprobamos"),
            ("otorgar", "se", "otorgase"),
            ("otorgar", "se", "otorguese"),
            ("otorgar", "se", "se otorga"),
            ("aplicar", "e", "aplique"),
            ("aprobar/aprueb", "are", "aprobaremos"),
            ("devolver/devuelv+devuelt", "ado", "devueltas"),
            ("corregir/corrij", "en", "corrijanlo"),
            ("aprobar/aprueb", "ar", "aprobarsela"),
            ("eliminar", "o", "eliminó"),
        ] {
            assert!(says(verbs, form, word), "{verbs} {form} {word}");
        }
        assert!(!says("aprobar/aprueb", "yo", "aprobará"));
    }
}
