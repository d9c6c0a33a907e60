//! The table of sentences (`sentences.tsv`): how each datum is named in prose.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::words;
use crate::office::{Field, FieldKind};
use crate::reading::words::{around, fold, folded_with_map};

const TABLE: &str = include_str!("sentences.tsv");

/// A word that begins with a capital.
const LARGE: &str = r"[A-ZÁÉÍÓÚÑÜ][\wáéíóúñü'’´°º-]*";
/// Further words of a name, joined by small ones.
const FURTHER: &str = concat!(
    r"\s+(?:(?:de|del|la|las|los|el|y|e|en|para|a|con|por|sin|&|[–-])\s+){0,3}",
    r"[A-ZÁÉÍÓÚÑÜ0-9][\wáéíóúñü'’´°º-]*"
);
/// What organisations call themselves.
const KINDS: &str = concat!(
    r"(?:I\.\s?|Il\.\s?|Ilustre\s+|ILUSTRE\s+|Iltre\.?\s+)?(?:Municipalidad|MUNICIPALIDAD|",
    r"Municipio|Munic\.|I\.\s?M\.|ATE|Caritas|Cáritas|Arzobispado|Vicaría|Parroquia|Comité|",
    r"Sindicato|Unión|Liga|Mutual|Red|Dirección|CORPORACIÓN|FUNDACIÓN|Corporación|",
    r"Corporacion|Fundación|Fundacion|ONG|O\.N\.G\.?|Organización|Asociación|Agrupación|",
    r"Cooperativa|Universidad|Gobernación|Delegación|SEREMI|Seremi|SENAMA|FOSIS|",
    r"Servicio|Instituto|Hogar|Cruz|",
    r"Centro|Comunidad|Sociedad|Obispado|Congregación|Junta|Club|Consejo|Hospital|Departamento)"
);
/// "Fundación «Manos del Sur»".
const TITLED: &str = r#"(?:\s+["“«][^"”»]{2,60}["”»])?"#;
const NUMBERS: &str = concat!(
    r"(?i:(?:n\.?[°ºo]s?\.?|nro\.?|números?|numeros?)\s*\d[\w/-]*",
    r"(?:(?:\s*,\s*|\s+y\s+|\s+e\s+|\s*/\s*)(?:la\s+)?(?:n\.?[°ºo]\.?\s*)?\d[\w/-]*)*)"
);
const KIND: &str = concat!(
    r"(?i:(?:avance|finales|final|semestral|trimestral|mensual|parcial|inicial|anual|cierre|",
    r"diagn[oó]stico|cumplimiento|intermedio|bimestral|cuatrimestral|instalaci[oó]n|ejecuci[oó]n|",
    r"gesti[oó]n|resultados|cobertura|seguimiento)\b)"
);
/// A number with its separators; four groups of digits are one number whatever stands between.
const ID: &str = concat!(
    r"(?:\b\d{2}(?:\s?[-–/._]\s?|\s)\d{4,6}(?:\s?[-–/._]\s?|\s)\d{4,5}",
    r"(?:\s?[-–/._]\s?|\s)\d{2,4}\b|[A-Z]{0,5}-?\d[\w./-]*\d|\d)"
);
const END: &str = r#"(?:\.(?:\s+[A-ZÁÉÍÓÚÑ¿¡"“(]|\s*$)|;|$)"#;
const QUOTED: &str = r#"["“«']([^"”»']{3,90})["”»']"#;
const DATE: &str = concat!(
    r"(?i:(?:el\s+)?(?:d[ií]a\s+)?",
    r"(?:(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)\s+)?",
    r"(?:\d{1,2}[°º]?\s*(?:de\s+)?(?:ene|feb|mar|abr|may|jun|jul|ago|se[pt]|oct|nov|dic)[a-z]*\.?",
    r"(?:\s*(?:de|del|,)?\s*(?:año\s+)?20\d\d)?",
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|20\d\d-\d\d-\d\d))"
);
const HOUR: &str = concat!(
    r"(?i:\d{1,2}[:.]\d{2}",
    r"|\d{1,2}\s*(?:hrs?|horas?|h\b|del\s+d[ií]a|de\s+la\s+(?:mañana|tarde|noche)|[ap]\.?\s?m)",
    r"|mediod[ií]a)(?i:\s*(?:hrs?\.?|horas?|del\s+d[ií]a|[ap]\.?\s?m\.?))?"
);
const MONTH: &str = concat!(
    r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|",
    r"diciembre)"
);

static COMPILED: LazyLock<BTreeMap<&str, Vec<Regex>>> = LazyLock::new(|| {
    let mut out: BTreeMap<&str, Vec<Regex>> = BTreeMap::new();
    for [datum, expression, ..] in rows() {
        if let Some(regex) = compile(expression) {
            out.entry(datum).or_default().push(regex);
        }
    }
    out
});

/// Datum, expression, example, value.
fn rows() -> impl Iterator<Item = [&'static str; 4]> {
    TABLE
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .filter_map(|l| l.split('\t').collect::<Vec<_>>().try_into().ok())
}

fn compile(expression: &str) -> Option<Regex> {
    let year = concat!(
        r"(?:\s*(?:de|del|-|/)?\s*(?:año\s+)?20\d\d|",
        r"\s+(?:del|de este)\s+(?:presente\s+)?año(?:\s+en\s+curso)?)?"
    );
    let part = concat!(
        r"(?:primer|segundo|tercer|cuarto|1er|2do|2°|3er|4to|I|II|III|IV)\.?\s+",
        r"(?:trimestre|semestre|bimestre|cuatrimestre)(?:\s+(?:de|del)?\s*20\d\d)?"
    );
    let period = format!(
        r"(?i:{MONTH}(?:\s*(?:-|–|/|a|y|al|,|hasta)\s*{MONTH})*{year}|\d{{1,2}}[-/]20\d\d|{part})"
    );
    let pattern = expression
        .replace(' ', r"\s+")
        .replace("{NAMETAIL}", &format!("(?:{FURTHER})+"))
        .replace(
            "{NAME}",
            &format!(r"(?:(?:I|Il|Sta|Sto|Dr|Dra|Av|Prof)\.\s?)?{LARGE}(?:{FURTHER})*"),
        )
        .replace("{ORG}", &format!("(?:{KINDS}(?:{FURTHER})*{TITLED})"))
        .replace("{NUMBERS}", NUMBERS)
        .replace("{KIND}", KIND)
        .replace("{ID}", ID)
        .replace("{END}", END)
        .replace("{QUOTED}", QUOTED)
        .replace("{PERIOD}", &period)
        .replace("{DATE}", DATE)
        .replace("{HOUR}", HOUR);
    Regex::new(&without_accents(&pattern)).ok()
}

/// A pattern that an unaccented text fits too. A set within a set is their union.
fn without_accents(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    for c in pattern.chars() {
        match c {
            'á' => out.push_str("[aá]"),
            'é' => out.push_str("[eé]"),
            'í' => out.push_str("[ií]"),
            'ó' => out.push_str("[oó]"),
            'ú' => out.push_str("[uú]"),
            other => out.push(other),
        }
    }
    out
}

/// Every value that the rows of a datum find: line, words, sentence. The surest first. A datum
/// without rows of its own is found by its kind and by the labels that the office gave it.
pub fn find(field: &Field, sentences: &[(u32, String)]) -> Vec<(u32, String, String)> {
    let rows = match field.kind {
        FieldKind::LongText => "reasons",
        FieldKind::AgreementKind => "agreement_kind",
        _ => field.name.as_str(),
    };
    let Some(rules) = COMPILED.get(rows) else {
        return by_labels(field, sentences);
    };
    let mut out = Vec::new();
    for rule in rules {
        for (line, text) in sentences {
            for c in rule.captures_iter(text) {
                let Some(value) = c.get(1) else { continue };
                let place = value.range();
                let value = ended(field.name.as_str(), value.as_str());
                if let Some(value) = words(&value) {
                    out.push((*line, value, around(text, &place, 200)));
                }
            }
        }
    }
    out
}

/// What may follow a label in a sentence, by kind: "el folio de ingreso es el 123".
static AFTER: LazyLock<BTreeMap<&str, Regex>> = LazyLock::new(|| {
    let lead = concat!(
        r"^[\s:=,(]*(?:(?i:es|son|será|sera|fue|corresponde|de|del|la|el|al?|n[°ºo]\.?|",
        r"nro\.?|número|",
        r"denominad[oa]|llamad[oa]|por)[\s:=,]+){0,4}(?i:n[°º]\s*)?"
    );
    let values = [
        ("number", "({ID})"),
        ("year", r"(20\d\d)"),
        ("date", "({DATE})"),
        ("rut", r"(\d[\d.]*\s?-\s?[\dkK])"),
        ("text", r#"[“"«]?({NAME}|{ID})"#),
    ];
    values
        .into_iter()
        .filter_map(|(kind, value)| Some((kind, compile(&format!("{lead}{value}"))?)))
        .collect()
});

/// What stands behind a label in a sentence. Labels of one short word are left out: they stand in
/// sentences that say nothing of the datum.
fn by_labels(field: &Field, sentences: &[(u32, String)]) -> Vec<(u32, String, String)> {
    let kind = match field.kind {
        FieldKind::Number => "number",
        FieldKind::Year => "year",
        FieldKind::Date => "date",
        FieldKind::Rut => "rut",
        FieldKind::Text => "text",
        _ => return vec![],
    };
    let Some(after) = AFTER.get(kind) else {
        return vec![];
    };
    let mut labels: Vec<String> = std::iter::once(&field.label)
        .chain(&field.synonyms)
        .map(|l| fold(l))
        .filter(|l| l.chars().count() >= 5)
        .collect();
    labels.sort_by_key(|l| std::cmp::Reverse(l.len()));
    let mut out = Vec::new();
    for label in &labels {
        for (line, text) in sentences {
            let (folded, map) = folded_with_map(text);
            for (at, _) in folded.match_indices(label.as_str()) {
                let end = at + label.len();
                let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                if inside(folded.get(..at).and_then(|t| t.chars().next_back()))
                    || inside(folded.get(end..).and_then(|t| t.chars().next()))
                {
                    continue;
                }
                let from = map.get(end).copied().unwrap_or(text.len());
                let rest = text.get(from..).unwrap_or("");
                let Some(value) = after.captures(rest).and_then(|c| c.get(1)) else {
                    continue;
                };
                let place = from + value.start()..from + value.end();
                if let Some(value) = words(&ended("call_name", value.as_str())) {
                    out.push((*line, value, around(text, &place, 200)));
                }
            }
        }
    }
    out
}

/// A proper name ends where the next datum begins: "… de Lota Programa Familias".
fn ended(field: &str, value: &str) -> String {
    static NEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"\s+(?:de\s+la\s+|del\s+|de\s+)?(?:Programa|Proyecto|Región|Region|Convocatoria|RUT|",
            r"Convenio|Comuna|Año|SIGEC|Rendición|Memorándum|Código|Folio|N°|Nº)\b.*$"
        ))
        .ok()
    });
    static YEAR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\D.{2,}?\b20\d\d\b").ok());
    let named = matches!(
        field,
        "executor"
            | "organisation"
            | "organisation_name"
            | "commune"
            | "contact"
            | "region"
            | "call_name"
    );
    if !named {
        return value.to_owned();
    }
    let mut value = NEXT
        .as_ref()
        .map_or(value.into(), |r| r.replace(value, ""))
        .into_owned();
    if field == "call_name"
        && let Some(whole) = YEAR.as_ref().and_then(|r| r.find(&value)).map(|m| m.end())
    {
        value.truncate(whole);
    }
    // "SENAMA en la": a small word ends no name.
    loop {
        let short = value.trim_end_matches([' ', '.', '-', '–', ',']).len();
        value.truncate(short);
        let small = [
            " de", " del", " la", " las", " los", " el", " y", " e", " en", " para", " a", " con",
        ];
        match small.iter().find(|w| value.ends_with(*w)) {
            Some(word) => value.truncate(value.len() - word.len()),
            None => return value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datum_without_rows_is_found_by_its_labels() {
        let field = |kind, label: &str| Field {
            name: "own".into(),
            label: label.to_owned(),
            synonyms: vec![],
            kind,
            required: true,
            required_when: None,
            differs_from: None,
            shown: BTreeMap::new(),
            example: None,
        };
        let text = concat!(
            "El N° de contrato es el 45-2026, suscrito con el proveedor «Imprenta Sur», cuya ",
            "fecha de inicio fue el 3 de mayo de 2026, RUT del proveedor 65.222.333-8."
        );
        let sentences = [(1, text.to_owned())];
        for (kind, label, value) in [
            (FieldKind::Number, "N° de contrato", "45-2026"),
            (FieldKind::Text, "Proveedor", "Imprenta Sur"),
            (FieldKind::Date, "Fecha de inicio", "3 de mayo de 2026"),
            (FieldKind::Rut, "RUT del proveedor", "65.222.333-8"),
        ] {
            let found = find(&field(kind, label), &sentences);
            assert_eq!(found.first().map(|f| f.1.as_str()), Some(value), "{label}");
        }
    }

    #[test]
    fn every_row_finds_the_value_of_its_example() {
        let written = TABLE
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .count();
        assert_eq!(rows().count(), written, "four columns in every row");
        for [datum, expression, example, value] in rows() {
            let regex = compile(expression).unwrap_or_else(|| panic!("{datum}: {expression}"));
            let found = regex
                .captures(example)
                .and_then(|c| c.get(1))
                .map(|m| m.as_str());
            assert_eq!(found, Some(value), "{datum}: {expression}");
        }
    }
}
