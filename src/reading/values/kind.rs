//! The words under a label → the value that the datum's kind asks for, or why they cannot be one.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, NaiveTime};
use regex::Regex;

use super::{bare_programme, dates, programme_of_value, region_of_value, ruts, times};
use crate::office::{Field, FieldKind, Office};
use crate::reading::words::{fold, fold_words};

/// What the words under a label are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A value in the form that the kind says.
    Value(String),
    /// A value that a rule refuses, with the reason in Spanish: it is known, and wrong.
    Refused(String, String),
    /// Words that cannot be a value, with the reason in Spanish.
    Invalid(String, String),
    /// Two values of which neither outranks the other, with the reason in Spanish.
    Conflict(String, String),
    /// A closing date whose hour stands elsewhere, or an hour whose date does.
    Half(Option<NaiveDate>, Option<NaiveTime>),
    /// Nothing, or a place left open: "(indicar)", "____".
    Open,
}

/// A date with its hour as one value; half of it is none.
pub fn whole(read: Read) -> Read {
    match read {
        Read::Half(Some(day), Some(hour)) => Read::Value(format!("{day}T{}", hour.format("%H:%M"))),
        Read::Half(..) => Read::Open,
        other => other,
    }
}

/// Reads the words under a label.
pub fn read(field: &Field, words: &str, office: &Office, received: NaiveDate) -> Read {
    let words = clean(words);
    let reasons = field.kind == FieldKind::LongText;
    if is_open(&words) || (!reasons && is_promised(&words)) {
        return Read::Open;
    }
    let free = reasons || field.kind == FieldKind::Text;
    if (!free && is_aside(&words)) || (!reasons && is_head(&words)) {
        return Read::Open;
    }
    match field.kind {
        FieldKind::Text => text(&words),
        FieldKind::LongText => Read::Value(words),
        FieldKind::Number => number(&words),
        FieldKind::Year => year(&words, received),
        FieldKind::Date => date(&words, received),
        FieldKind::DateTime => date_time(&words, received),
        FieldKind::Region => match region_of_value(&words, &office.regions) {
            Some(region) => Read::Value(region.name.clone()),
            None => Read::Invalid(
                words.clone(),
                format!("«{words}» no es una región que conozcamos"),
            ),
        },
        FieldKind::Programme => programme(&words, office),
        FieldKind::AgreementKind => agreement(&words),
        FieldKind::Rut => rut(&words),
        FieldKind::Persons => Read::Open,
    }
}

/// Words without quotation marks, closing period and mark of a label around them.
pub fn clean(words: &str) -> String {
    let mut words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    loop {
        let before = words.len();
        let trimmed = words
            .trim_start_matches([
                ':', '=', ',', ';', '|', ' ', '"', '“', '”', '«', '\'', '>', '–', '—', '*', '_',
            ])
            .trim_end_matches([
                ',', ';', '|', ' ', '"', '“', '”', '»', '\'', '–', '—', '*', '_',
            ])
            .trim_start_matches("- ");
        let abbreviated = trimmed.rsplit([' ', '.']).nth(1).is_none_or(|_| {
            trimmed
                .rsplit(' ')
                .next()
                .is_some_and(|w| w.matches('.').count() == 1)
        });
        let trimmed = if abbreviated {
            trimmed.trim_end_matches('.')
        } else {
            trimmed
        };
        words = trimmed.to_owned();
        if words.len() == before {
            return words;
        }
    }
}

/// Places that were left open, and words that say that there is nothing.
pub fn is_open(words: &str) -> bool {
    static OPEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^\W*(?:(?:por|a|sin) (?:definir|confirmar|completar|informar|determinar|asignar)|",
            r"pendientes?(?: de \w+)?|indicar(?: \w+){0,5}|completar(?: \w+){0,5}|",
            r"senalar(?: \w+){0,5}|rellenar(?: \w+){0,3}|",
            r"especificar(?: \w+){0,4}|ingresar(?: \w+){0,4}|escrib(?:a|ir)(?: \w+){0,4}|",
            r"agregar(?: \w+){0,3}|",
            r"x{2,}|n/?a|no aplica|no corresponde|sin (?:informacion|datos?|nombre)|",
            r"se desconoce|desconocid[oa]|no (?:(?:se|lo|la) )?(?:sabe|se|tengo|tenemos|informa|",
            r"indica|disponible)|no tiene|no hay|",
            r"nombre|fecha|dd[-/ ]mm[-/ ]a+|mm|tbd|vacio|ninguno|ninguna|",
            r"se (?:informara|indicara|enviara|definira)(?: \w+){0,5})\W*$"
        ))
        .ok()
    });
    let folded = fold(words);
    !folded.chars().any(char::is_alphanumeric) || OPEN.as_ref().is_some_and(|r| r.is_match(&folded))
}

/// "pendiente, lo están tramitando": words that promise a value. Reasons may begin like this.
fn is_promised(words: &str) -> bool {
    static PROMISED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^\W*(?:pendientes?\b|en tramite\b|(?:por|a|sin) (?:definir|confirmar|informar|",
            r"determinar|asignar)\b|aun no\b|todavia no\b|no (?:lo|la) (?:se|tengo|tenemos|",
            r"sabemos)\b|",
            r"no (?:tengo|tenemos|sabemos|cuento|contamos)\b|se desconoce\b|",
            r"se (?:informara|indicara|enviara|definira|avisara)\b)"
        ))
        .ok()
    });
    PROMISED.as_ref().is_some_and(|r| r.is_match(&fold(words)))
}

/// "(la de la resolución)": words in brackets instead of a value.
fn is_aside(words: &str) -> bool {
    words.starts_with('(') && words.ends_with(')') && !words.chars().any(|c| c.is_ascii_digit())
}

/// Whether words name a number or a month: "ITA N° 6", "agosto 2026" say what they are about even
/// in a subject.
pub fn is_numbered(words: &str) -> bool {
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)n[°ºo]\.?\s*\d|\b\d{1,2}$|\b(?:enero|febrero|marzo|abril|mayo|junio|julio|",
            r"agosto|sep?tiembre|octubre|noviembre|diciembre)\b"
        ))
        .ok()
    });
    MARK.as_ref().is_some_and(|r| r.is_match(words))
}

/// "MEMORÁNDUM N° 4 MAT.: …": a memorandum's head that a table put beside a label is no value.
fn is_head(words: &str) -> bool {
    static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\bmemor[aá]ndum\s+(?:\S+\s+)?n[°ºro]|\b(?:mat|ant)\s*\.?\s*:").ok()
    });
    HEAD.as_ref().is_some_and(|r| r.is_match(words))
}

fn text(words: &str) -> Read {
    let folded = fold(words);
    if matches!(folded.as_str(), "s/n" | "s/i" | "s/d" | "?" | "sn") {
        return Read::Invalid(words.to_owned(), format!("«{words}» no indica el dato"));
    }
    Read::Value(words.to_owned())
}

fn number(words: &str) -> Read {
    static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:^|[\s:(#°º])([A-Z]{0,6}[-/]?\d[\w./-]*(?:\s?[-–]\s?\d[\w./]*)*)").ok()
    });
    static WORD: [&str; 10] = [
        "primera", "segunda", "tercera", "cuarta", "quinta", "sexta", "septima", "octava",
        "novena", "decima",
    ];
    let words = &words.replace(['‐', '‑', '−', '–', '—'], "-");
    if let Some(token) = groups(words) {
        return Read::Value(token);
    }
    let found = TOKEN
        .as_ref()
        .and_then(|r| r.captures(words))
        .and_then(|c| c.get(1));
    if let Some(token) = found {
        let token: String = token
            .as_str()
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        return Read::Value(
            token
                .trim_end_matches(['.', '-', '/', ','])
                .replace(['–', '—'], "-"),
        );
    }
    let folded = fold_words(words);
    if let Some(index) = WORD
        .iter()
        .position(|w| folded == *w || folded.starts_with(&format!("{w} ")))
    {
        return Read::Value((index + 1).to_string());
    }
    Read::Invalid(words.to_owned(), format!("«{words}» no es un número"))
}

/// "14 402270 00010 26", "13 - 700915 - 00001 - 26": four groups of digits as one number.
fn groups(words: &str) -> Option<String> {
    static GROUPS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let gap = r"(?:\s?[-_]\s?|\s)";
        Regex::new(&format!(
            r"(?:^|[^\w-])(\d{{2}}){gap}(\d{{4,6}}){gap}(\d{{4,5}}){gap}(\d{{2,4}})(?:[^\w-]|$)"
        ))
        .ok()
    });
    let c = GROUPS.as_ref()?.captures(words)?;
    let group = |i: usize| c.get(i).map(|m| m.as_str());
    Some([group(1)?, group(2)?, group(3)?, group(4)?].join("-"))
}

fn year(words: &str, received: NaiveDate) -> Read {
    let folded = fold(words);
    match folded.trim_start_matches("el ").trim_start_matches("de ") {
        "este ano" | "presente ano" | "ano en curso" | "ano actual" => {
            return Read::Value(received.year().to_string());
        }
        "proximo ano" | "ano proximo" => return Read::Value((received.year() + 1).to_string()),
        _ => {}
    }
    static YEAR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|\D)(20(?:0[89]|[1-9]\d)|2100)(?:\D|$)").ok());
    match YEAR
        .as_ref()
        .and_then(|r| r.captures_iter(words).last())
        .and_then(|c| c.get(1))
    {
        Some(year) => Read::Value(year.as_str().to_owned()),
        None => Read::Invalid(words.to_owned(), format!("«{words}» no es un año")),
    }
}

fn date(words: &str, received: NaiveDate) -> Read {
    if let Some(day) = serial(words) {
        return Read::Value(day.format("%Y-%m-%d").to_string());
    }
    let found = dates(words, received);
    match found.first() {
        Some(mention) => match mention.date {
            Some(date) => Read::Value(date.to_string()),
            None => no_such_day(words.get(mention.span.clone()).unwrap_or(words)),
        },
        None if words.chars().any(|c| c.is_ascii_digit()) => {
            Read::Invalid(words.to_owned(), format!("«{words}» no es una fecha"))
        }
        None => Read::Invalid(words.to_owned(), format!("«{words}» no indica un día")),
    }
}

/// A day as a spreadsheet keeps it: 46314 is 19 October 2026. Only days from 2000 to 2099.
fn serial(words: &str) -> Option<chrono::NaiveDateTime> {
    let number = words.trim_end_matches(".0");
    let (days, part) = number.split_once('.').unwrap_or((number, "0"));
    let days: i64 = days.parse().ok().filter(|d| (36_526..73_050).contains(d))?;
    let part: f64 = format!("0.{part}").parse().ok()?;
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let minutes = (part * 1440.0).round() as i64;
    epoch
        .checked_add_signed(chrono::Duration::days(days))?
        .checked_add_signed(chrono::Duration::minutes(minutes))
}

fn no_such_day(words: &str) -> Read {
    let words = words.trim().to_owned();
    let why = format!("la fecha «{words}» no existe en el calendario");
    Read::Invalid(words, why)
}

fn date_time(words: &str, received: NaiveDate) -> Read {
    if let Some(at) = serial(words) {
        let hour = (at.time() != NaiveTime::MIN).then(|| at.time());
        return Read::Half(Some(at.date()), hour);
    }
    let found = dates(words, received);
    let day = match found.first() {
        Some(mention) => match mention.date {
            Some(date) => Some(date),
            None => return no_such_day(words.get(mention.span.clone()).unwrap_or(words)),
        },
        None => None,
    };
    // What is left without the dates: "12/10/26" is no hour.
    let mut rest = words.to_owned();
    for mention in found.iter().rev() {
        rest.replace_range(mention.span.clone(), &" ".repeat(mention.span.len()));
    }
    match times(&rest).first() {
        Some(mention) => match mention.time {
            Some(time) => Read::Half(day, Some(time)),
            None => {
                let hour = rest
                    .get(mention.span.clone())
                    .unwrap_or(words)
                    .trim()
                    .to_owned();
                let why = format!("la hora «{hour}» no existe");
                Read::Invalid(words.to_owned(), why)
            }
        },
        None if day.is_some() => Read::Half(day, None),
        None => Read::Invalid(
            words.to_owned(),
            format!("«{words}» no indica fecha ni hora"),
        ),
    }
}

/// The office's programme, or the words as written where it is none of them.
fn programme(words: &str, office: &Office) -> Read {
    if let Some(programme) = programme_of_value(words, &office.programmes) {
        return Read::Value(programme.name.clone());
    }
    if bare_programme(words).is_empty() {
        return Read::Open;
    }
    // "Programa Familias, Región del Maule": what is told of it does not belong to its name.
    let outside = words.split(['(', ',', ';']).next().unwrap_or(words).trim();
    match programme_of_value(outside, &office.programmes) {
        Some(programme) => Read::Value(programme.name.clone()),
        None => Read::Value(words.to_owned()),
    }
}

fn agreement(words: &str) -> Read {
    let folded = fold_words(words);
    let standard = ["estandar", "standard", "estandard", "regional"]
        .iter()
        .any(|w| folded.contains(w));
    let national = folded.contains("nacional");
    match (standard, national) {
        (true, false) => Read::Value("standard".into()),
        (false, true) => Read::Value("national".into()),
        _ => Read::Invalid(
            words.to_owned(),
            "indique si el convenio es estándar o nacional".into(),
        ),
    }
}

fn rut(words: &str) -> Read {
    if let Some(found) = ruts(words).first() {
        let written: String = words
            .get(found.span.clone())
            .unwrap_or(words)
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| {
                if matches!(c, '‐' | '‑' | '–' | '—' | '−') {
                    '-'
                } else {
                    c
                }
            })
            .collect();
        if found.is_right() {
            return Read::Value(written);
        }
        let why = format!("el dígito verificador del RUT {written} no corresponde");
        return Read::Refused(written, why);
    }
    let digits = words.chars().filter(char::is_ascii_digit).count();
    let why = if (6..=9).contains(&digits) {
        format!("al RUT «{words}» le falta el dígito verificador")
    } else {
        format!("«{words}» no es un RUT")
    };
    Read::Invalid(words.to_owned(), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_places_are_no_values() {
        for words in [
            "(indicar)",
            "____",
            "por definir",
            "xxxx",
            "",
            "-",
            "N/A",
            "[completar]",
            "…",
            "(indicar mes rendido)",
            "dd/mm/aaaa",
            "Pendiente",
        ] {
            assert!(is_open(&clean(words)), "{words}");
        }
        for words in [
            "pendiente, lo están tramitando",
            "en trámite",
            "aún no lo tenemos",
        ] {
            assert!(is_promised(words), "{words}");
        }
        for words in ["S/N", "Fundación Pendiente", "3", "falta la firma"] {
            assert!(!is_open(&clean(words)), "{words}");
        }
    }

    #[test]
    fn numbers_hold_digits() {
        for (words, value) in [
            ("N° 3", "3"),
            ("09-331310-00035-26", "09-331310-00035-26"),
            ("MP 2", "2"),
            ("tercera", "3"),
            ("24-0895-2026.", "24-0895-2026"),
            ("05 - 227614 - 00008 - 25", "05-227614-00008-25"),
            ("Nº 05 227614 00008 25, de", "05-227614-00008-25"),
            ("05–227614–00008–25", "05-227614-00008-25"),
            ("Folio ABC-12", "ABC-12"),
        ] {
            assert_eq!(number(words), Read::Value(value.into()), "{words}");
        }
        assert!(matches!(number("S/N"), Read::Invalid(..)));
    }

    #[test]
    fn values_are_cleaned() {
        for (words, value) in [
            ("\"11 de mayo\"", "11 de mayo"),
            (": I. Municipalidad de Lota.", "I. Municipalidad de Lota"),
            ("San Isidro 1190, depto. 302", "San Isidro 1190, depto. 302"),
            ("Santa Rosa S.A.", "Santa Rosa S.A."),
        ] {
            assert_eq!(clean(words), value);
        }
    }
}
