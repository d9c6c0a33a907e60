//! The last day of an absence, from the words of an out-of-office answer.

use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate};
use regex::Regex;

const MONTHS: [(&str, &str); 12] = [
    ("enero", "january"),
    ("febrero", "february"),
    ("marzo", "march"),
    ("abril", "april"),
    ("mayo", "may"),
    ("junio", "june"),
    ("julio", "july"),
    ("agosto", "august"),
    ("septiembre", "september"),
    ("octubre", "october"),
    ("noviembre", "november"),
    ("diciembre", "december"),
];

/// "hasta el lunes 14 de noviembre (de 2026)", "hasta el 14/11/2026", "until November 14"
static UNTIL: LazyLock<Vec<(Regex, bool)>> = LazyLock::new(|| {
    const DAY: &str = r"(?:(?:el|dia|lunes|martes|miercoles|jueves|viernes|sabado|domingo|proximo
        |the|monday|tuesday|wednesday|thursday|friday|saturday|sunday|inclusive),?\s+)*";
    const DATE: &str = r"(?:
        (?P<d>\d{1,2})(?:st|nd|rd|th)?
          (?:\s+(?:de\s+|of\s+)?(?P<m>[a-z]{3,10})\.?,?(?:\s+(?:de\s+|del\s+)?(?P<y>\d{4}))?
            |[-/.](?P<n>\d{1,2})(?:[-/.](?P<z>\d{4}|\d{2}))?)
        |(?P<em>[a-z]{3,9})\s+(?P<ed>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<ey>\d{4}))?)";
    const BACK: &str = r"(?:regreso|regresare|vuelvo|volvere|retorno|retornare|reincorporo
        |reincorporare|back|return|returning)\s+
        (?:a\s+la\s+oficina\s+|a\s+mis\s+funciones\s+|(?:in|to)\s+the\s+office\s+)?
        (?:a\s+partir\s+del?\s+|on\s+)?";
    // the second of each: whether the date named is the last day away, or the first day back
    [
        (r"(?:hasta|until|through|till|thru|al)\s+", true),
        (BACK, false),
    ]
    .into_iter()
    .filter_map(|(lead, is_last)| {
        Regex::new(&format!(r"(?x)\b{lead}{DAY}{DATE}"))
            .ok()
            .map(|regex| (regex, is_last))
    })
    .collect()
});

/// The last day away, where the (folded) text names it. A date without a year is the next such day
/// after `written`; without that it says nothing.
pub(super) fn last_day(text: &str, written: Option<NaiveDate>) -> Option<NaiveDate> {
    for (regex, is_last) in UNTIL.iter() {
        for found in regex.captures_iter(text).take(5) {
            let number = |names: [&str; 2]| {
                names
                    .iter()
                    .find_map(|n| found.name(n))
                    .and_then(|m| m.as_str().parse::<u32>().ok())
            };
            let Some(day) = number(["d", "ed"]) else {
                continue;
            };
            let named = ["m", "em"]
                .iter()
                .find_map(|n| found.name(n))
                .map(|m| m.as_str());
            let Some(month) = named.map_or_else(|| number(["n", "n"]), month) else {
                continue;
            };
            let year = ["y", "z", "ey"]
                .iter()
                .find_map(|n| found.name(n))
                .and_then(|m| m.as_str().parse::<i32>().ok())
                .map(|y| if y < 100 { y + 2000 } else { y });
            if let Some(date) = complete(year, month, day, written) {
                return if *is_last {
                    Some(date)
                } else {
                    date.checked_sub_days(Days::new(1))
                };
            }
        }
    }
    None
}

fn month(name: &str) -> Option<u32> {
    let name = if name == "setiembre" {
        "septiembre"
    } else {
        name
    };
    let at = MONTHS
        .iter()
        .position(|(es, en)| name.len() >= 3 && (es.starts_with(name) || en.starts_with(name)))?;
    u32::try_from(at + 1).ok()
}

fn complete(
    year: Option<i32>,
    month: u32,
    day: u32,
    written: Option<NaiveDate>,
) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let written = written?;
    let this_year = NaiveDate::from_ymd_opt(written.year(), month, day)?;
    if this_year >= written {
        return Some(this_year);
    }
    NaiveDate::from_ymd_opt(written.year() + 1, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_days_away() {
        let written = NaiveDate::from_ymd_opt(2026, 11, 2);
        for (text, expected) in [
            (
                "estare fuera de la oficina hasta el 14 de noviembre.",
                Some("2026-11-14"),
            ),
            ("hasta el lunes 5 de enero, inclusive", Some("2027-01-05")),
            (
                "de vacaciones hasta el viernes 20/11/2026",
                Some("2026-11-20"),
            ),
            (
                "con feriado legal desde el 2 al 13 de noviembre de 2026",
                Some("2026-11-13"),
            ),
            ("regreso el 16-11-2026", Some("2026-11-15")),
            (
                "i am out of the office until november 14",
                Some("2026-11-14"),
            ),
            (
                "back in the office on monday, 16 november 2026",
                Some("2026-11-15"),
            ),
            ("estoy de vacaciones hasta el lunes", None),
            ("hasta el 31 de noviembre", None),
        ] {
            let found = last_day(text, written).map(|d| d.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
