//! Which datum a label names: "N° Proyecto", "Nombre y año de la convocatoria (obligatorio)".

use std::collections::BTreeMap;

use crate::office::{Field, Procedure};
use crate::reading::words::fold_words;

/// A label's words, the same as one text, and the datum that it names.
type Entry<'a> = (Vec<String>, String, &'a Field);

/// The labels of a procedure, ready to be compared.
#[derive(Debug)]
pub struct Labels<'a> {
    entries: Vec<Entry<'a>>,
    /// Words that stand in labels of one datum alone.
    own: BTreeMap<String, &'a Field>,
}

/// Words that make no difference between labels.
const SMALL: [&str; 24] = [
    "de",
    "del",
    "la",
    "el",
    "los",
    "las",
    "a",
    "en",
    "por",
    "para",
    "que",
    "se",
    "al",
    "su",
    "un",
    "una",
    "es",
    "lo",
    "cual",
    "obligatorio",
    "favor",
    "indicar",
    "completar",
    "sera",
];

/// How well a label must fit.
const ENOUGH: f32 = 0.6;
/// What a word of its own is worth.
const WEAK: f32 = 0.64;

/// Words that make a label one of something else, unless the datum's own labels have them: the
/// "RUT del ejecutor" is no executor.
const FOREIGN: [&str; 39] = [
    "solicitante",
    "autoriza",
    "firmante",
    "rut",
    "run",
    "cedula",
    "correo",
    "mail",
    "email",
    "telefono",
    "fono",
    "celular",
    "direccion",
    "domicilio",
    "comuna",
    "firma",
    "cargo",
    "monto",
    "cuenta",
    "banco",
    "encargado",
    "encargada",
    "jefe",
    "jefa",
    "contacto",
    "responsable",
    "coordinador",
    "coordinadora",
    "supervisor",
    "supervisora",
    "representante",
    "director",
    "fecha",
    "hora",
    "region",
    "archivo",
    "adjunto",
    "aprobado",
    "aprobacion",
];

/// Abbreviations of labels, and what they stand for.
const SHORT: [(&str, &str); 26] = [
    ("asig", "asignacion"),
    ("asign", "asignacion"),
    ("nro", "n"),
    ("num", "n"),
    ("numero", "n"),
    ("no", "n"),
    ("nº", "n"),
    ("correlativo", "n"),
    ("modif", "modificacion"),
    ("mod", "modificacion"),
    ("presup", "presupuestaria"),
    ("ppto", "presupuestaria"),
    ("ppt", "presupuestaria"),
    ("ppta", "presupuestaria"),
    ("conv", "convocatoria"),
    ("convoc", "convocatoria"),
    ("proy", "proyecto"),
    ("prog", "programa"),
    ("ejec", "ejecutor"),
    ("inst", "institucion"),
    ("org", "organizacion"),
    ("cod", "codigo"),
    ("reg", "region"),
    ("rend", "rendicion"),
    ("inf", "informe"),
    ("dir", "direccion"),
];

/// Words of labels that belong to one datum alone, the short and the general ones left out.
fn own_words<'a>(entries: &[Entry<'a>]) -> BTreeMap<String, &'a Field> {
    let mut seen: BTreeMap<String, Option<&Field>> = BTreeMap::new();
    for (words, _, field) in entries {
        for word in words
            .iter()
            .filter(|w| w.len() >= 5 && !FOREIGN.contains(&w.as_str()))
        {
            seen.entry(word.clone())
                .and_modify(|f| *f = f.filter(|f| f.name == field.name))
                .or_insert(Some(*field));
        }
    }
    let general = [
        "nombre",
        "solicitud",
        "datos",
        "nuevo",
        "nueva",
        "tipo",
        "seremi",
        "desde",
        "hasta",
        "decir",
    ];
    seen.into_iter()
        .filter(|(word, _)| !general.contains(&word.as_str()))
        .filter_map(|(word, field)| Some((word, field?)))
        .collect()
}

impl<'a> Labels<'a> {
    /// The labels and synonyms of a procedure's data.
    pub fn of(procedure: &'a Procedure) -> Self {
        let entries: Vec<Entry<'_>> = procedure
            .fields
            .iter()
            .flat_map(|f| {
                std::iter::once(&f.label)
                    .chain(&f.synonyms)
                    .map(move |l| (key(l), f))
            })
            .filter(|(words, _)| !words.is_empty())
            .map(|(words, field)| {
                let joined = words.join(" ");
                (words, joined, field)
            })
            .collect();
        let own = own_words(&entries);
        Self { entries, own }
    }

    /// The data that a label names: several for "Nombre y año de convocatoria". Empty where none
    /// fits well enough.
    pub fn fields(&self, label: &str) -> Vec<(&'a Field, f32)> {
        let wanted = key(label);
        if wanted.is_empty() || wanted.len() > 9 {
            return vec![];
        }
        let mut best: Vec<(&Field, f32)> = Vec::new();
        let joined = wanted.join(" ");
        for (words, known, field) in &self.entries {
            let score = fit((words, known), (&wanted, &joined));
            if score < ENOUGH {
                continue;
            }
            match best.first().map(|b| b.1) {
                Some(top) if score < top => {}
                Some(top) if score > top => best = vec![(*field, score)],
                _ if best.iter().any(|b| b.0.name == field.name) => {}
                _ => best.push((*field, score)),
            }
        }
        let foreign = |field: &Field| {
            let others = |w: &&String| FOREIGN.contains(&w.as_str());
            wanted
                .iter()
                .filter(others)
                .any(|w| !self.speaks_of(field, w))
        };
        best.retain(|(field, score)| *score >= 0.9 || !foreign(field));
        if best.is_empty() {
            let named = self.by_own_words(&wanted);
            best.extend(named.filter(|(field, _)| !foreign(field)));
        }
        best
    }

    /// Whether a label of a datum has this word.
    fn speaks_of(&self, field: &Field, word: &String) -> bool {
        self.entries
            .iter()
            .any(|(words, _, f)| f.name == field.name && words.contains(word))
    }

    /// "Correlativo de la modificación": words that no other datum has in its labels.
    fn by_own_words(&self, wanted: &[String]) -> Option<(&'a Field, f32)> {
        let mut named = wanted.iter().filter_map(|w| self.own.get(w));
        let first = named.next()?;
        let alone = named.all(|f| f.name == first.name) && wanted.len() <= 6;
        alone.then_some((*first, WEAK))
    }

    /// How well a label fits some datum; one of two ("Ejecutor / comuna") may.
    pub fn best(&self, label: &str) -> f32 {
        let outside = label.split('(').next().unwrap_or(label);
        if outside.contains('/') && outside.split('/').any(|l| self.is_exact(l)) {
            return 1.0;
        }
        self.fields(label).first().map_or(0.0, |(_, fit)| *fit)
    }

    /// Whether a label is exactly one of the procedure's.
    pub fn is_exact(&self, label: &str) -> bool {
        let wanted = key(label);
        !wanted.is_empty() && self.entries.iter().any(|(words, ..)| *words == wanted)
    }
}

/// The words of a label that tell it from others.
fn key(label: &str) -> Vec<String> {
    let folded = fold_words(&without_parentheses(label));
    // "¿Por qué?" has small words alone.
    let small = folded.split(' ').all(|w| SMALL.contains(&w));
    folded
        .split(' ')
        .filter(|w| !w.is_empty() && (small || !SMALL.contains(w)))
        .map(|w| match SHORT.iter().find(|(short, _)| *short == w) {
            Some((_, whole)) => (*whole).to_owned(),
            None => singular(w),
        })
        .collect()
}

/// Whether a word is an abbreviation that labels use.
pub fn is_short(word: &str) -> bool {
    let folded = fold_words(word);
    SHORT.iter().any(|(short, _)| *short == folded)
}

fn without_parentheses(label: &str) -> String {
    let mut depth = 0;
    let outside: String = label
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '(');
            let keep = depth == 0;
            depth -= i32::from(*c == ')' && depth > 0);
            keep
        })
        .collect();
    if outside.chars().any(char::is_alphanumeric) {
        outside
    } else {
        label.to_owned()
    }
}

fn singular(word: &str) -> String {
    match word.strip_suffix("es") {
        Some(stem) if stem.ends_with("on") || stem.ends_with("ad") || stem.ends_with("or") => {
            stem.to_owned()
        }
        _ => word
            .strip_suffix('s')
            .filter(|w| w.len() > 3)
            .unwrap_or(word)
            .to_owned(),
    }
}

/// From 0 to 1: equal, misspelt, longer or shorter than a known label.
fn fit((known, a): (&[String], &str), (wanted, b): (&[String], &str)) -> f32 {
    if known == wanted {
        return 1.0;
    }
    let slips = 1 + a.len() / 12;
    let alike = known.len() == wanted.len() && a.len() >= 6 && a.len().abs_diff(b.len()) <= slips;
    if alike && strsim::osa_distance(a, b) <= slips {
        return 0.95;
    }
    let of = |part: usize, whole: usize| {
        f32::from(u16::try_from(part).unwrap_or(0))
            / f32::from(u16::try_from(whole).unwrap_or(1).max(1))
    };
    let inside = |small: &[String], large: &[String]| small.iter().all(|w| large.contains(w));
    if known.len() == wanted.len() && known.len() > 1 && known.iter().all(|w| wanted.contains(w)) {
        return 0.95;
    }
    if wanted.starts_with(known) {
        // "Fecha actual de la modificación presupuestaria" begins with "Fecha actual".
        let weight = if known.len() > 1 { 0.3 } else { 0.06 };
        return 0.62 + weight * of(known.len(), wanted.len());
    }
    if known.len() >= 2 && inside(known, wanted) {
        return 0.9 * of(known.len(), wanted.len());
    }
    if wanted.len() >= 2 && inside(wanted, known) {
        return 0.85 * of(wanted.len(), known.len());
    }
    0.0
}
