//! Who stands in, from the words of an out-of-office answer.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::address;
use super::super::letter::{Address, Substitute};
use super::super::line::{collapse, fold, head};

/// Longest text, in bytes, that is looked at.
const TEXT_BYTES: usize = 6_000;

/// A capital letter and what a name's word holds after it.
const WORD: &str = r"\p{Lu}[\p{L}'’.\-]+";

/// Two to five capitalised words, with the particles of names between them.
fn name() -> String {
    format!(r"{WORD}(?:\s+(?:(?:de|del|la|las|los|y|da|do|dos|von|van|di)\s+)*{WORD}){{1,4}}")
}

/// What may stand before a name: articles, titles, "mi colega".
const TITLE: &str = r"(?i:(?:(?:a|al|con|el|la|los|las|mi|my|our|à|to|with|der|die|an|il|o|the)\s+)*
    (?:(?:don|doña|funcionari[oa]|sr\.?|sra\.?|srta\.?|señor|señora|señorita|colega|jefe|jefa
    |jefatura|compañero
    |compañera|subrogante|analista|profesional|asistente|secretaria|secretario|encargado|encargada
    |abogado|abogada|colleague|coworker|manager|assistant|mr\.?|mrs\.?|ms\.?|herr|herrn|frau
    |monsieur|madame|m\.|mme|sig\.?|sig\.ra|dr\.?|dra\.?|ing\.?)\s*,?:?\s+)*)";

/// Words after which the one who stands in is named.
const AFTER: &str = r"(?i:contactar(?:se)?(?:\s+directamente)?(?:\s+(?:con|a))?
    |contacte(?:se)?(?:\s+(?:con|a))?|contáctese\s+con|contactar\s+con|tomar\s+contacto\s+con
    |comunicarse\s+(?:con|a)|comuníquese\s+(?:con|a)|comuniquese\s+(?:con|a)|comunicarse
    |dirigirse\s+a|diríjase\s+a|dirigir\s+\S+\s+\S+\s+a|dirija\s+\S+\s+\S+\s+a
    |escrib(?:ir|a)(?:le)?\s+a|escríbale\s+a|derivar\s+\S+\s+\S+\s+a|coordinar\s+con|hablar\s+con
    |consultar\s+(?:a|con)|acudir\s+a
    |me\s+(?:subroga|subrogará|reemplaza|reemplazará|sustituye|sustituirá|cubre|cubrirá)
      (?:\s+en\s+(?:mis\s+funciones|el\s+cargo|mi\s+ausencia)|\s+durante\s+\S+\s+\S+)?
    |en\s+mi\s+(?:reemplazo|lugar|ausencia)\s+(?:queda|quedará|estará|actuará|atenderá)
    |atendid[oa]s?\s+por|(?:dudas|consultas|urgencias)\s+(?:con|a)
    |(?:reemplaza|contacto|reemplazo)\s*:|para\s+temas\s+de\s+[^.:\n]{3,40}:
    |quedará?\s+a\s+cargo|(?:urgencias?|urgentes?|consultas)\s*:|este\s+tema\s+con|verlo\s+con
    |subroga(?:nte|ncia|rá)?\s*(?:es|será|:|,)?|reemplazo\s*(?:es|será|:)
    |reemplazante\s*(?:es|será|:)
    |suplente\s*(?:es|será|:)|a\s+cargo\s*(?:de|:)|subrogad[oa]\s+por|reemplazad[oa]\s+por
    |please\s+contact|contact|reach\s+out\s+to|refer\s+to|get\s+in\s+touch\s+with|write\s+to
    |covered\s+by|your\s+contact\s+is|wenden\s+sie\s+sich(?:\s+bitte)?\s+an|vertretung\s*(?:ist|:)
    |kontaktieren\s+sie|contacter|contactez|joindre|adresser\s+à|vous\s+adresser\s+à
    |remplacée?\s+par
    |contattare|rivolgersi\s+a|contat(?:o|ar|e)(?:\s+com)?|per\s+urgenze|contactar\s+o|procurar)";

/// Words that follow the name of the one who stands in.
const BEFORE: &str = r"(?i:(?:,[^,.\n]{0,60},)?\s*(?:\([^)]{0,80}\)\s*|<[^>]{0,80}>\s*|,\s*)?
    (?:quien\s+)?(?:me\s+(?:subroga|subrogará|reemplaza|reemplazará|sustituye|sustituirá|cubre
    |cubrirá)|subrogará|asumirá\s+(?:la\s+)?subrogancia|asumirá|queda(?:rá)?\s+(?:a\s+cargo
    |subrogando|como\s+subrogante|en\s+mi\s+(?:reemplazo|lugar))|estará\s+(?:a\s+cargo|subrogando
    |reemplazando)|está\s+(?:a\s+cargo|subrogando)|atenderá|actuará\s+como|es\s+mi\s+(?:subrogante
    |reemplazo|suplente)|es\s+quien\s+me|is\s+covering|will\s+cover|will\s+be\s+covering
    |(?:te|le|les|lo|los)\s+(?:puede|podrá)\s+(?:ayudar|atender|apoyar|orientar)
    |is\s+standing\s+in|can\s+help\s+you|is\s+my\s+(?:backup|deputy)|vertritt\s+mich|me\s+remplace
    |mi\s+sostituisce
    |me\s+substitui))";

static NAMED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let name = name();
    [
        format!(r"(?x)\b{AFTER}\s*[:,]?\s*{TITLE}(?P<name>{name})(?P<rest>[^\n]{{0,120}})"),
        format!(r"(?x)(?P<name>{name}){BEFORE}\b(?P<rest>[^\n]{{0,120}})"),
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// An address after such words, with or without "al correo" between.
static ADDRESSED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?x)\b(?:{AFTER}|(?i:urgencia|urgente|urgentes|urgent|consultas|correo|casilla|e-?mail)s?)
        (?P<rest>[^\n@]{{0,80}}?[^\s@<(:,;]+@[^\s>),;]+)"
    ))
    .ok()
});

/// Who stands in, where a text says so. `own` is the one who is away.
pub(super) fn named(text: &str, own: Option<&Address>) -> Option<Substitute> {
    let text: Vec<String> = head(text, TEXT_BYTES).split("\n\n").map(collapse).collect();
    let text = text.join("\n");
    for regex in NAMED.iter() {
        let found = regex
            .captures_iter(&text)
            .take(5)
            .find_map(|c| person(&c, own));
        if found.is_some() {
            return found;
        }
    }
    let found = ADDRESSED.as_ref()?.captures_iter(&text).take(5);
    found
        .filter_map(|c| {
            let whole = c.get(0)?.as_str();
            address::find_all(whole).find(|a| is_other(a, own))
        })
        .next()
        .map(|address| Substitute {
            name: None,
            address: Some(address),
        })
}

/// The last word of a name may be the first of a sentence's next one; words that are none.
const NO_NAMES: &[&str] = &[
    "Mesa",
    "Departamento",
    "División",
    "Unidad",
    "Oficina",
    "Subsecretaría",
    "Ministerio",
    "Saludos",
    "Atentamente",
    "Gracias",
    "Lunes",
    "Please",
    "Thank",
    "Best",
    "Kind",
    "Regards",
    "Si",
    "Para",
    "En",
    "Por",
    "Favor",
    "Correo",
    "Anexo",
    "Fono",
    "Teléfono",
    "Outlook",
];

fn is_other(address: &str, own: Option<&Address>) -> bool {
    own.is_none_or(|o| o.address != address)
}

/// Titles that begin with a capital letter; no part of a name.
const TITLES: &[&str] = &[
    "Sr",
    "Sra",
    "Srta",
    "Don",
    "Doña",
    "Señor",
    "Señora",
    "Señorita",
    "Dr",
    "Dra",
    "Mr",
    "Mrs",
    "Ms",
    "Herr",
    "Frau",
    "Ing",
];

fn person(captures: &Captures<'_>, own: Option<&Address>) -> Option<Substitute> {
    let name = captures.name("name")?.as_str();
    let words: Vec<&str> = name
        .split_whitespace()
        .skip_while(|w| TITLES.contains(&w.trim_end_matches('.')))
        .take_while(|w| !NO_NAMES.contains(&w.trim_end_matches('.')))
        .collect();
    let name = words.join(" ");
    let name = name.trim_end_matches(['.', ',']).to_owned();
    if words.len() < 2 || name.contains(". ") && !name.contains("Dr. ") {
        let first = name.split(". ").next().unwrap_or_default();
        if first.split_whitespace().count() < 2 {
            return None;
        }
    }
    let name = name.split(". ").next().unwrap_or_default().to_owned();
    // the signature of the one who is away
    let own_name = own.map(|o| fold(&o.name)).unwrap_or_default();
    if fold(&name)
        .split(' ')
        .all(|w| own_name.split(' ').any(|o| o == w))
    {
        return None;
    }
    let whole = captures.get(0)?.as_str();
    let after = whole.split_once(name.as_str()).map_or("", |(_, rest)| rest);
    // the next sentence speaks of somebody else
    let after = after.split(". ").next().unwrap_or_default();
    let address = address::find_all(after).find(|a| is_other(a, own));
    Some(Substitute {
        name: Some(name),
        address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_stands_in() {
        for (text, name, address) in [
            (
                "Estaré ausente. En caso de urgencia contactar a Luis Pérez Rojas \
                 (luis.perez@oficina.example).",
                Some("Luis Pérez Rojas"),
                Some("luis.perez@oficina.example"),
            ),
            (
                "Ante urgencias comunicarse con la Sra. María José de la Fuente, anexo 1234.",
                Some("María José de la Fuente"),
                None,
            ),
            (
                "Durante mi ausencia me subroga don Pedro Tapia.",
                Some("Pedro Tapia"),
                None,
            ),
            (
                "Carla Núñez Soto, analista del equipo, me reemplazará.",
                Some("Carla Núñez Soto"),
                None,
            ),
            (
                "Para casos urgentes escribir al correo apoyo@oficina.example. Saludos, Ana Soto",
                None,
                Some("apoyo@oficina.example"),
            ),
            (
                "If urgent, please contact John Smith at john.smith@office.example.",
                Some("John Smith"),
                Some("john.smith@office.example"),
            ),
            (
                "Mi subrogante es Rosa Díaz Vera <rosa.diaz@oficina.example>",
                Some("Rosa Díaz Vera"),
                Some("rosa.diaz@oficina.example"),
            ),
            (
                "Estaré ausente. Contacto: Ana Soto, anexo 1, ana@oficina.example",
                None,
                None,
            ),
            (
                "Responderé a mi regreso. Saludos cordiales. Ana Soto",
                None,
                None,
            ),
        ] {
            let own = Address {
                address: "ana@oficina.example".into(),
                name: "Ana Soto Rivas".into(),
            };
            let found = named(text, Some(&own)).unwrap_or_default();
            assert_eq!(found.name.as_deref(), name, "{text}");
            assert_eq!(found.address.as_deref(), address, "{text}");
        }
    }
}
