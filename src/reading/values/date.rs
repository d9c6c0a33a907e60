//! Dates as Spanish speakers write them: "12 de octubre de 2026", "12/10/26", "28 SEP 2026",
//! "primero de marzo", "2026-10-12".

use std::ops::Range;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::{Captures, Regex};

use crate::reading::words::fold;

/// A date that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateMention {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// The date; none where no calendar has it (31 September).
    pub date: Option<NaiveDate>,
    /// Whether the year was written with it.
    pub has_year: bool,
}

const MONTHS: [&str; 12] = [
    "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic",
];

const DAYS: [&str; 31] = [
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciseis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidos",
    "veintitres",
    "veinticuatro",
    "veinticinco",
    "veintiseis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
    "treinta",
    "treinta y uno",
];

fn pattern() -> String {
    let month = concat!(
        r"(ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|",
        r"ago(?:sto)?|se(?:p|pt|t)(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?)\.?"
    );
    let words = DAYS.iter().rev().copied().collect::<Vec<_>>().join("|");
    let day = format!(r"(\d{{1,2}}|primero|1ero|1ro|{words})(?:\s?(?:°|er|ero|ro|o\.))?");
    let year = r"(\d{4}|\d{2}|dos mil [a-z]+(?: y [a-z]+)?)";
    let of_month = r"(?:de\s+|del?\s+mes\s+de\s+|[-/.]\s?)";
    let of_year = r"(?:de\s+|del\s+(?:ano\s+)?|del?\s+ano\s+|[-/.]\s?|ano\s+)";
    [
        r"(?P<iy>\d{4})[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})".to_owned(),
        concat!(
            r"(?P<nd>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<nm>\d{1,2})\s?[-/.]\s?(?P<ny>\d{4}|",
            r"\d{2})"
        )
        .to_owned(),
        format!(r"(?P<wd>{day})\s*{of_month}?(?P<wm>{month})(?:[,\s]*{of_year}?(?P<wy>{year}))?"),
        r"(?P<sd>\d{1,2})/(?P<sm>\d{1,2})".to_owned(),
    ]
    .map(|p| format!("(?:{p})"))
    .join("|")
}

static DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?:^|[^\w/.-])(?:{})(?:[^\w]|$)", pattern())).ok());

/// A folded text whose bytes lead back to the original (`ñ` takes two bytes, `n` one).
fn folded_with_map(text: &str) -> (String, Vec<usize>) {
    let mut out = String::new();
    let mut map = Vec::new();
    for (at, c) in text.char_indices() {
        for low in c.to_lowercase().filter_map(crate::reading::words::plain) {
            out.push(low);
            map.resize(out.len(), at);
        }
    }
    map.push(text.len());
    (out, map)
}

/// All dates of a text, in order. A date without a year takes that of the next date that has one,
/// else of the one before, else the year that puts it nearest to `received`.
pub fn dates(text: &str, received: NaiveDate) -> Vec<DateMention> {
    let Some(re) = DATE.as_ref() else {
        return vec![];
    };
    let (folded, map) = folded_with_map(text);
    let mut found: Vec<(Range<usize>, Parts)> = Vec::new();
    let mut from = 0;
    while let Some(c) = re.captures_at(&folded, from) {
        let Some(all) = c.get(0) else { break };
        if let Some((range, parts)) = parts(&c) {
            let at = |i: usize| map.get(i).copied().unwrap_or(text.len());
            found.push((at(range.start)..at(range.end), parts));
            from = range.end;
        } else {
            from = all.end().max(from + 1);
        }
        if from >= folded.len() {
            break;
        }
    }
    let years: Vec<Option<i32>> = found.iter().map(|(_, p)| p.year).collect();
    found
        .into_iter()
        .enumerate()
        .map(|(i, (span, parts))| {
            let has_year = parts.year.is_some();
            let near = years.iter().skip(i).flatten().next().or(years
                .iter()
                .take(i)
                .flatten()
                .next_back());
            let year = near
                .copied()
                .unwrap_or_else(|| nearest_year(&parts, received));
            let date = NaiveDate::from_ymd_opt(year, parts.month, parts.day);
            DateMention {
                span,
                date,
                has_year,
            }
        })
        .collect()
}

struct Parts {
    day: u32,
    month: u32,
    year: Option<i32>,
}

fn parts(c: &Captures<'_>) -> Option<(Range<usize>, Parts)> {
    let number = |name: &str| c.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
    let span = |first: &str, last: &[&str]| {
        let start = c.name(first)?.start();
        let end = last
            .iter()
            .filter_map(|n| c.name(n))
            .map(|m| m.end())
            .max()?;
        Some(start..end)
    };
    if let (Some(year), Some(month), Some(day)) = (number("iy"), number("im"), number("id")) {
        let year = i32::try_from(year).ok();
        return Some((span("iy", &["id"])?, Parts { day, month, year }));
    }
    if let (Some(day), Some(month)) = (number("nd"), number("nm")) {
        let year = c.name("ny").and_then(|m| year(m.as_str()));
        return Some((span("nd", &["ny"])?, Parts { day, month, year }));
    }
    if let (Some(day), Some(month)) = (c.name("wd"), c.name("wm")) {
        let parts = Parts {
            day: day_number(day.as_str())?,
            month: month_number(month.as_str())?,
            year: c.name("wy").and_then(|m| year(m.as_str())),
        };
        return Some((span("wd", &["wm", "wy"])?, parts));
    }
    // "3/4" alone is as often a fraction; only with a day and month that can be.
    let (day, month) = (number("sd")?, number("sm")?);
    let likely = (1..=31).contains(&day) && (1..=12).contains(&month);
    likely.then_some((
        span("sd", &["sm"])?,
        Parts {
            day,
            month,
            year: None,
        },
    ))
}

fn day_number(word: &str) -> Option<u32> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(day) = digits.parse() {
        return Some(day);
    }
    if word.starts_with("primer") {
        return Some(1);
    }
    let word = word.trim_end_matches(['°', '.']).trim();
    let index = DAYS.iter().position(|d| *d == word)?;
    u32::try_from(index + 1).ok()
}

/// The month's number, from its name or first three letters; "set" is September too.
pub fn month_number(word: &str) -> Option<u32> {
    let three: String = fold(word).chars().take(3).collect();
    let three = if three == "set" {
        "sep"
    } else {
        three.as_str()
    };
    let index = MONTHS.iter().position(|m| *m == three)?;
    u32::try_from(index + 1).ok()
}

fn year(text: &str) -> Option<i32> {
    if let Ok(number) = text.parse::<i32>() {
        return Some(if number < 100 { 2000 + number } else { number });
    }
    let words = text.strip_prefix("dos mil ")?;
    let index = DAYS.iter().position(|d| *d == words)?;
    i32::try_from(2001 + index).ok()
}

fn nearest_year(parts: &Parts, received: NaiveDate) -> i32 {
    let this = received.year();
    [this, this + 1, this - 1]
        .into_iter()
        .filter_map(|y| NaiveDate::from_ymd_opt(y, parts.month, parts.day))
        .min_by_key(|d| (*d - received).num_days().abs())
        .map_or(this, |d| d.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Vec<String> {
        let received = NaiveDate::from_ymd_opt(2026, 11, 10).unwrap();
        dates(text, received)
            .into_iter()
            .map(|m| m.date.map_or("invalid".into(), |d| d.to_string()))
            .collect()
    }

    #[test]
    fn every_way_to_write_a_date() {
        for text in [
            "12 de octubre de 2026",
            "12 de Octubre del 2026",
            "12 octubre 2026",
            "12-10-2026",
            "12/10/26",
            "12.10.2026",
            "12 oct. 2026",
            "12-oct-2026",
            "2026-10-12",
            "2026/10/12",
            "lunes 12 de octubre de 2026",
            "doce de octubre de dos mil veintiséis",
            "12 DE OCTUBRE DE 2026",
            "12 de octubre del año 2026",
            "12 de octubre, 2026",
            "el día 12 de octubre de 2026.",
            "12 / 10 / 2026",
            "Santiago, 12 OCT 2026",
            "12 de octubre",
            "12/10",
        ] {
            assert_eq!(iso(text), ["2026-10-12"], "{text}");
        }
        assert_eq!(
            iso("1° de marzo de 2026 y primero de abril de 2026"),
            ["2026-03-01", "2026-04-01"]
        );
        assert_eq!(iso("08 de setiembre de 2026"), ["2026-09-08"]);
    }

    #[test]
    fn a_year_is_shared_and_days_that_do_not_exist_are_seen() {
        assert_eq!(
            iso("desde el 15 de marzo al 30 de abril de 2025"),
            ["2025-03-15", "2025-04-30"]
        );
        assert_eq!(
            iso("31 de septiembre de 2026, 30/02/2026"),
            ["invalid", "invalid"]
        );
        assert_eq!(iso("5 de enero"), ["2027-01-05"]);
    }

    #[test]
    fn numbers_of_other_things_are_no_dates() {
        for text in [
            "proyecto 09-331310-00035-26",
            "12-345678-00012-24",
            "N° 48/2026",
            "RUT 12.340.987-6",
            "19.628",
        ] {
            assert_eq!(iso(text), Vec::<String>::new(), "{text}");
        }
    }
}
