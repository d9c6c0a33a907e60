//! Dates as Spanish speakers write them: "12 de octubre de 2026", "12/10/26", "28 SEP 2026",
//! "primero de marzo", "2026-10-12".
//!
//! Lives here: how a date is written, and the year of one that has none. May not live here: which
//! date of a text is which (`prose/`).

use std::ops::Range;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::{Captures, Regex};

use crate::reading::words::{fold, folded_with_map};

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
        r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|",
        r"ago(?:sto)?|se(?:p|pt|t)(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?)\.?"
    );
    let words = DAYS.iter().rev().copied().collect::<Vec<_>>().join("|");
    let day = format!(r"(?:\d{{1,2}}|primero|1ero|1ro|{words})(?:\s?(?:°|\.°|er|ero|ro|o\.))?");
    let aside = r"(?:\s?\([a-z0-9° ]{1,20}\))?";
    let year = format!(r"(?:\d{{4}}|\d{{2}}|dos mil (?:{words}))");
    let of_month = r"(?:de\s+|del?\s+mes\s+de\s+|[-/.]\s?)";
    let of_year = r"(?:de\s+|del\s+(?:ano\s+)?|del?\s+ano\s+|[-/.]\s?|ano\s+)";
    let said = concat!(
        r"(?:del?\s+)?(?:presente|corriente|actual|mismo|este|proximo|pasado)\s+ano|",
        r"del\s+ano\s+(?:en\s+curso|actual|presente|pasado|proximo|anterior)|",
        r"del\s+(?:presente|corriente|actual)|(?:recien\s+)?pasado|proximo"
    );
    let of_this_month = concat!(
        r"(?:mismo\s+mes|mes\s+en\s+curso|presente(?:\s+mes)?|mes\s+actual|mes\s+presente|",
        r"corriente(?:\s+mes)?|actual(?:\s+mes)?|este\s+mes)"
    );
    [
        r"(?P<iy>\d{4})[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})".to_owned(),
        r"(?P<nd>\d{1,2})\s?[-/.]\s?(?P<nm>\d{1,2})\s?[-/.]\s?(?P<ny>\d{4}|\d{2})".to_owned(),
        r"(?P<rd>\d{1,2})\s?[-/.]\s?(?P<rm>[ivx]{1,4})\s?[-/.]\s?(?P<ry>\d{4}|\d{2})".to_owned(),
        format!(
            concat!(
                r"(?P<wd>{day}){aside}\s*{of_month}?(?P<wm>{month})(?:[,\s]*(?:{of_year}?(?",
                r"P<wy>{year})|(?P<ws>{said})))?"
            ),
            aside = aside,
            day = day,
            month = month,
            of_month = of_month,
            of_year = of_year,
            said = said,
            year = year
        ),
        format!(r"(?P<md>{month}\s+\d{{1,2}})(?:\s+del?\s+|,\s?)(?P<my>\d{{4}})"),
        format!(
            concat!(
                r"(?:el|al|del|dia|lunes|martes|miercoles|jueves|viernes|sabado|",
                r"domingo)\s+(?P<td>\d{{1,2}})\s+del?\s+(?P<tm>{of_this_month})"
            ),
            of_this_month = of_this_month
        ),
        r"(?P<sd>\d{1,2})/(?P<sm>\d{1,2})".to_owned(),
    ]
    .map(|p| format!("(?:{p})"))
    .join("|")
}

static DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?:^|[^\w/.-])(?:{})(?:[^\w]|t\d|$)", pattern())).ok());

/// "del 2 al" before "16 de marzo": a day that shares the month of the date behind it.
static SHARED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = DAYS.iter().rev().copied().collect::<Vec<_>>().join("|");
    Regex::new(&format!(
        concat!(
            r"(?:\b(?:del?|el|desde|entre|dias?|lunes|martes|miercoles|jueves|",
            r"viernes),?\s+)(?P<day>\d{{1,2}}|primero|{words})(?:\s?°|ero|",
            r"ro)?\s+(?:y\s+)?(?:al|a|por|y|hasta|hacia)\s+(?:(?:el|la|",
            r"del)\s+)?(?:dia\s+)?(?:(?:lunes|martes|miercoles|jueves|viernes),?\s+)?$"
        ),
        words = words
    ))
    .ok()
});

/// All dates of a text, in order. A date without a year takes that of the next date that has one,
/// else of the one before, else the year that its day of the week fits, else the one that puts it
/// nearest to `received`.
pub fn dates(text: &str, received: NaiveDate) -> Vec<DateMention> {
    let Some(re) = DATE.as_ref() else {
        return vec![];
    };
    let (folded, map) = folded_with_map(text);
    let at = |i: usize| map.get(i).copied().unwrap_or(text.len());
    let mut found: Vec<(Range<usize>, Parts)> = Vec::new();
    let mut from = 0;
    while let Some(c) = re.captures_at(&folded, from) {
        let Some(all) = c.get(0) else { break };
        let before = found.last().map(|(_, p)| p);
        if let Some((range, mut parts)) = parts(&c, before, received) {
            let head = folded.get(from..range.start).unwrap_or("");
            parts.weekday = weekday(head);
            if let Some((span, day)) = shared(head) {
                let span = at(from + span.start)..at(from + span.end);
                found.push((
                    span,
                    Parts {
                        day,
                        weekday: None,
                        ..parts
                    },
                ));
            }
            found.push((at(range.start)..at(range.end), parts));
            from = range.end;
        } else {
            from = all.end().max(from + 1);
        }
        if from >= folded.len() {
            break;
        }
    }
    let years: Vec<Option<(u32, u32, i32)>> = found
        .iter()
        .map(|(_, p)| p.year.map(|y| (p.month, p.day, y)))
        .collect();
    found
        .into_iter()
        .enumerate()
        .map(|(i, (span, parts))| {
            let next = years.iter().skip(i).flatten().next().copied();
            let last = years.iter().take(i).flatten().next_back().copied();
            let year = next
                .map(|next| year_before(&parts, next))
                .or(last.map(|l| l.2))
                .unwrap_or_else(|| nearest_year(&parts, received));
            DateMention {
                span,
                date: NaiveDate::from_ymd_opt(year, parts.month, parts.day),
                has_year: parts.year.is_some() && !parts.guessed,
            }
        })
        .collect()
}

/// What to add to the words that a date was read from, where they hold no year.
pub fn year_note(value: &str, quote: &str, received: NaiveDate) -> Option<String> {
    let found = dates(quote, received);
    let day = value.get(..10).unwrap_or(value);
    let is_it = |m: &DateMention| m.date.is_some_and(|d| d.to_string() == day);
    (found.iter().any(is_it) && found.iter().all(|m| !m.has_year))
        .then(|| format!(" [sin año: se entiende {}]", value.get(..4).unwrap_or("")))
}

/// The day that shares its month with the date behind `head`.
fn shared(head: &str) -> Option<(Range<usize>, u32)> {
    let found = SHARED.as_ref()?.captures(head)?.name("day")?;
    let day = day_number(found.as_str()).filter(|d| (1..=31).contains(d))?;
    Some((found.range(), day))
}

/// "del 28 de diciembre al 5 de enero de 2027": the first lies in the year before.
fn year_before(parts: &Parts, (month, day, year): (u32, u32, i32)) -> i32 {
    if parts.year.is_some() {
        return parts.year.unwrap_or(year);
    }
    let turn = parts.month >= 11 && month <= 2 && (parts.month, parts.day) > (month, day);
    if turn { year - 1 } else { year }
}

/// A date as it is written.
#[derive(Clone, Copy, Debug)]
struct Parts {
    day: u32,
    month: u32,
    year: Option<i32>,
    /// "del presente año": the year stands there in other words.
    guessed: bool,
    /// The day of the week before it, from Monday = 0.
    weekday: Option<u32>,
}

fn parts(
    c: &Captures<'_>,
    before: Option<&Parts>,
    received: NaiveDate,
) -> Option<(Range<usize>, Parts)> {
    let number = |name: &str| c.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
    let span = |first: &str, last: &[&str]| {
        let start = c.name(first)?.start();
        let ends = last.iter().filter_map(|n| c.name(n)).map(|m| m.end());
        Some(start..ends.max()?)
    };
    let made = |day: u32, month: u32, year: Option<i32>| Parts {
        day,
        month,
        year,
        guessed: false,
        weekday: None,
    };
    let written = |name: &str| c.name(name).and_then(|m| year(m.as_str()));
    if let (Some(year), Some(month), Some(day)) = (number("iy"), number("im"), number("id")) {
        return Some((
            span("iy", &["id"])?,
            made(day, month, i32::try_from(year).ok()),
        ));
    }
    if let (Some(day), Some(month)) = (number("nd"), number("nm")) {
        return Some((span("nd", &["ny"])?, made(day, month, written("ny"))));
    }
    if let (Some(day), Some(month)) = (number("rd"), c.name("rm")) {
        let month = roman(month.as_str())?;
        return Some((span("rd", &["ry"])?, made(day, month, written("ry"))));
    }
    if let (Some(day), Some(month)) = (c.name("wd"), c.name("wm")) {
        let (day, month) = (day_number(day.as_str())?, month_number(month.as_str())?);
        let mut parts = made(day, month, written("wy"));
        if let Some(said) = c.name("ws") {
            parts.year = said_year(said.as_str(), &parts, before, received);
            parts.guessed = true;
        }
        return Some((span("wd", &["wm", "wy", "ws"])?, parts));
    }
    if let Some(day) = c.name("md") {
        let (month, day) = day.as_str().split_once(char::is_whitespace)?;
        let parts = made(
            day.trim().parse().ok()?,
            month_number(month)?,
            written("my"),
        );
        return Some((span("md", &["my"])?, parts));
    }
    if let (Some(day), Some(month)) = (number("td"), c.name("tm")) {
        let same = month
            .as_str()
            .starts_with("mismo")
            .then_some(before)
            .flatten();
        let month = same.map_or(received.month(), |b| b.month);
        let year = same.map_or(Some(received.year()), |b| b.year);
        let parts = Parts {
            guessed: true,
            ..made(day, month, year)
        };
        return Some((span("td", &["tm"])?, parts));
    }
    // "3/4" alone is as often a fraction; only with a day and month that can be.
    let (day, month) = (number("sd")?, number("sm")?);
    let likely = (1..=31).contains(&day) && (1..=12).contains(&month);
    likely.then_some((span("sd", &["sm"])?, made(day, month, None)))
}

/// "del presente año", "del año pasado", "próximo".
fn said_year(
    words: &str,
    parts: &Parts,
    before: Option<&Parts>,
    received: NaiveDate,
) -> Option<i32> {
    let this = received.year();
    let past = words.contains("pasado") || words.contains("anterior");
    let next = words.contains("proximo");
    if words.contains("mismo") {
        return before.and_then(|b| b.year).or(Some(this));
    }
    if words.contains("ano") {
        return Some(this + i32::from(next) - i32::from(past));
    }
    let here = NaiveDate::from_ymd_opt(this, parts.month, parts.day)?;
    Some(match (past, next) {
        (true, _) if here > received => this - 1,
        (_, true) if here < received => this + 1,
        _ => this,
    })
}

/// The day of the week that ends the words before a date, from Monday = 0.
fn weekday(head: &str) -> Option<u32> {
    let last = head
        .trim_end_matches([' ', ','])
        .rsplit([' ', ',', '(', '"'])
        .next()?;
    let days = [
        "lunes",
        "martes",
        "miercoles",
        "jueves",
        "viernes",
        "sabado",
        "domingo",
    ];
    u32::try_from(days.iter().position(|d| *d == last)?).ok()
}

fn roman(word: &str) -> Option<u32> {
    let all = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    u32::try_from(all.iter().position(|r| *r == word)? + 1).ok()
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
    let fits = |d: &NaiveDate| {
        let weekday = d.weekday().num_days_from_monday();
        parts.weekday.is_none_or(|w| w == weekday)
    };
    let day = |y: i32| NaiveDate::from_ymd_opt(y, parts.month, parts.day);
    let years = [this, this + 1, this - 1];
    let near = |d: &NaiveDate| (*d - received).num_days().abs();
    let fitting = years
        .into_iter()
        .filter_map(day)
        .filter(fits)
        .min_by_key(near);
    fitting
        .or_else(|| years.into_iter().filter_map(day).min_by_key(near))
        .map_or(this, |d| d.year())
}

#[cfg(test)]
mod tests;
