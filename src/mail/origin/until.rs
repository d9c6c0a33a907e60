//! The last day of an absence, from the words of an out-of-office answer: "hasta el 14 de
//! noviembre" names it, "regreso el lunes 17" names the day after it.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Month names of Spanish, Portuguese, English, German, French, Italian; folded. Their first
/// letters do as well.
const MONTHS: [&[&str]; 12] = [
    &[
        "enero", "janeiro", "january", "januar", "janvier", "gennaio", "janner",
    ],
    &[
        "febrero",
        "fevereiro",
        "february",
        "februar",
        "fevrier",
        "febbraio",
    ],
    &["marzo", "marco", "march", "marz", "mars", "maerz"],
    &["abril", "april", "avril", "aprile"],
    &["mayo", "maio", "may", "mai", "maggio"],
    &["junio", "junho", "june", "juni", "juin", "giugno"],
    &["julio", "julho", "july", "juli", "juillet", "luglio"],
    &["agosto", "august", "aout"],
    &[
        "septiembre",
        "setiembre",
        "setembro",
        "september",
        "septembre",
        "settembre",
        "sept",
    ],
    &[
        "octubre", "outubro", "october", "oktober", "octobre", "ottobre",
    ],
    &["noviembre", "novembro", "november", "novembre"],
    &[
        "diciembre",
        "dezembro",
        "december",
        "dezember",
        "decembre",
        "dicembre",
    ],
];

/// Weekday names, Monday first; folded.
const WEEKDAYS: [&[&str]; 7] = [
    &[
        "lunes",
        "monday",
        "mon",
        "montag",
        "lundi",
        "lunedi",
        "segunda-feira",
        "segunda",
    ],
    &[
        "martes",
        "tuesday",
        "tue",
        "dienstag",
        "mardi",
        "martedi",
        "terca-feira",
        "terca",
    ],
    &[
        "miercoles",
        "wednesday",
        "wed",
        "mittwoch",
        "mercredi",
        "mercoledi",
        "quarta-feira",
    ],
    &[
        "jueves",
        "thursday",
        "thu",
        "donnerstag",
        "jeudi",
        "giovedi",
        "quinta-feira",
    ],
    &[
        "viernes",
        "friday",
        "fri",
        "freitag",
        "vendredi",
        "venerdi",
        "sexta-feira",
    ],
    &["sabado", "saturday", "sat", "samstag", "samedi", "sabato"],
    &[
        "domingo", "sunday", "sun", "sonntag", "dimanche", "domenica",
    ],
];

/// Words before the last day.
#[rustfmt::skip]
const LAST: &[&str] = &[
    "hasta", "until", "untill", "till", "til", "thru", "through", "bis", "jusqu'au", "jusqu’au",
    "jusqu'a", "fino", "ate",
];

/// Words before the last day that mean other things as well: only after a day that begins the
/// absence.
const LAST_OF_RANGE: &[&str] = &[
    "al", "a", "y", "to", "and", "au", "-", "e", "und", "–", "et",
];

/// Words with which an absence begins.
#[rustfmt::skip]
const FIRST: &[&str] = &[
    "del", "desde", "entre", "dal", "de", "from", "between", "vom", "von", "du", "dos", "tra",
    "partir", "ab", "dias",
];

/// Words before the first day back.
#[rustfmt::skip]
const BACK: &[&str] = &[
    "regreso", "regresare", "regresa", "regresando", "vuelvo", "volvere", "vuelta", "vuelve",
    "retorno", "retornare", "retorna", "retornando", "retomo", "retomare", "retomando",
    "reincorporo", "reincorporare", "reincorporandome", "reintegro", "reintegrare",
    "reintegrandome", "incorporo", "incorporare", "disponible", "back", "return", "returning",
    "returns", "resume", "available", "ab", "zuruck", "retour", "reviens", "reprends", "rientro",
    "rientrero", "ritorno", "ritornero", "tornero", "regresso", "regressarei", "retornarei",
    "voltarei", "volto",
];

/// Words between these and the date.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "el", "dia", "proximo", "la", "los", "the", "next", "on", "am", "den", "dem", "zum", "le",
    "il", "o", "al", "del", "de", "inclusive", "einschliesslich", "einschließlich", "und", "mit",
    "incluido", "este", "a", "partir", "desde", "en", "em", "oficina", "mis", "mi", "funciones",
    "labores", "trabajo", "in", "to", "work", "office", "my", "of", "nuevamente", "again", "no",
    "from", "as", "starting", "erst", "wieder", "im", "buro", "bureau", "au", "pasado", "ultimo",
    "las", "horas", "hrs",
    "viene", "que", "fecha", "sede", "ufficio", "dal", "um", "por", "recien", "te", "estare",
];

/// Most words between.
const FILLERS_MAX: usize = 7;

/// A date as far as it is written.
#[derive(Clone, Copy, Debug, Default)]
struct Partial {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i32>,
    weekday: Option<Weekday>,
    /// Days after the day of writing.
    offset: Option<u64>,
    /// The last day of the month.
    month_end: bool,
}

/// The last day away, where the (folded) text names it. What is left out of a date is completed by
/// the next such day after `written`; without that it says nothing.
pub(super) fn last_day(text: &str, written: Option<NaiveDate>) -> Option<NaiveDate> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|w| w.trim_matches(|c: char| matches!(c, '(' | ')' | ',' | ';' | '"' | '!' | ':')))
        .take(400)
        .collect();
    let mut back = None;
    for (at, word) in words.iter().enumerate() {
        let bare = word.trim_end_matches('.');
        let after = words.get(at + 1..).unwrap_or_default();
        let is_last =
            LAST.contains(&bare) || (LAST_OF_RANGE.contains(&bare) && ends_range(&words, at));
        if is_last && let Some(day) = date(after).and_then(|d| complete(d, written)) {
            // "will not return until the 16th" names the first day back
            let away = u64::from(returns_only_then(&words, at));
            return day.checked_sub_days(Days::new(away));
        }
        if back.is_none() && BACK.contains(&bare) && !begins_absence(&words, at) {
            back = date(after).and_then(|d| complete(d, written));
        }
    }
    back.and_then(|day| day.checked_sub_days(Days::new(1)))
}

/// "not return until", "no regreso hasta".
fn returns_only_then(words: &[&str], at: usize) -> bool {
    let before = words.get(at.saturating_sub(3)..at).unwrap_or_default();
    before.iter().any(|w| matches!(*w, "not" | "no" | "won't"))
        && before.iter().any(|w| BACK.contains(w))
}

/// Whether a day that begins the absence stands before this word: "del 3 al", "from 9 November to",
/// "2/11 al".
fn ends_range(words: &[&str], at: usize) -> bool {
    let is_day = |w: &&str| numeric(w).is_some() || ordinal(w).is_some();
    let bare = words.get(at).copied().unwrap_or_default();
    if at > 0 && words.get(at - 1).is_some_and(is_day) && matches!(bare, "al" | "a" | "au" | "-") {
        return true;
    }
    let before = words.get(at.saturating_sub(8)..at).unwrap_or_default();
    let Some(first) = before.iter().rposition(|w| FIRST.contains(w)) else {
        return false;
    };
    let between = before.get(first + 1..).unwrap_or_default();
    // "de lunes a jueves" are office hours
    between
        .iter()
        .any(|w| w.starts_with(|c: char| c.is_ascii_digit()) && !w.contains(':'))
}

/// "ab dem 9.11. bis": the same word begins an absence and ends it.
fn begins_absence(words: &[&str], at: usize) -> bool {
    let after = words
        .get(at + 1..(at + 6).min(words.len()))
        .unwrap_or_default();
    after.iter().any(|w| LAST.contains(w))
}

/// The date at the beginning of these words, after a few fillers.
fn date(words: &[&str]) -> Option<Partial> {
    let mut partial = Partial::default();
    for (at, word) in words.iter().enumerate().take(FILLERS_MAX) {
        let rest = words.get(at + 1..).unwrap_or_default();
        let bare = word.trim_end_matches('.');
        if let Some(day) = weekday(bare) {
            partial.weekday = Some(day);
            if word.ends_with('.') && word.len() > 4 {
                break;
            }
        } else if let Some(found) = written_out(word, rest) {
            return Some(Partial {
                weekday: partial.weekday,
                ..found
            });
        } else if !FILLERS.contains(&bare) && !bare.contains(':') {
            break;
        }
    }
    partial.weekday.map(|_| partial)
}

fn written_out(word: &str, rest: &[&str]) -> Option<Partial> {
    if let Some(found) = numeric(word) {
        return Some(found);
    }
    let bare = word.trim_end_matches('.');
    if matches!(
        bare,
        "manana" | "tomorrow" | "amanha" | "morgen" | "demain" | "domani"
    ) {
        return Some(Partial {
            offset: Some(1),
            ..Partial::default()
        });
    }
    if matches!(bare, "fin" | "fines" | "end" | "finales" | "ende" | "fim") {
        let mut next = rest.iter().map(|w| w.trim_end_matches('.'));
        let what =
            next.find(|w| !matches!(*w, "de" | "del" | "of" | "the" | "este" | "des" | "do"))?;
        let named = month(what);
        let this = matches!(what, "mes" | "month" | "monats" | "presente");
        return (named.is_some() || this).then_some(Partial {
            month: named,
            month_end: true,
            ..Partial::default()
        });
    }
    if let Some(month) = month(bare) {
        let day = rest.first().and_then(|w| ordinal(w))?;
        let year = rest.get(1).and_then(|w| year(w));
        return Some(Partial {
            day: Some(day),
            month: Some(month),
            year,
            ..Partial::default()
        });
    }
    let day = ordinal(word)?;
    let mut next = rest.iter().map(|w| w.trim_end_matches('.')).enumerate();
    let (at, name) = next
        .find(|(_, w)| !matches!(*w, "de" | "of" | "di" | "del" | "d'" | "do"))
        .unwrap_or((0, ""));
    let month = if at <= 1 { month(name) } else { None };
    let unit = matches!(
        name,
        "horas" | "hrs" | "hours" | "dias" | "days" | "semanas" | "weeks" | "h"
    );
    if unit {
        return None;
    }
    let year = rest
        .get(at + 1..(at + 3).min(rest.len()))
        .unwrap_or_default()
        .iter()
        .find_map(|w| year(w));
    Some(Partial {
        day: Some(day),
        month,
        year: year.filter(|_| month.is_some()),
        ..Partial::default()
    })
}

/// "14/11/2026", "14-11", "09.11.", "2026-11-14"; month and day change places where they must.
fn numeric(word: &str) -> Option<Partial> {
    let word = word.trim_end_matches('.');
    let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
    if numbers.len() != parts.len() || !(2..=3).contains(&numbers.len()) {
        return None;
    }
    let (day, month, year) = match (numbers.as_slice(), parts.first()?.len()) {
        ([y, m, d], 4) => (*d, *m, Some(*y)),
        ([d, m, y], _) => (*d, *m, Some(if *y < 100 { y + 2000 } else { *y })),
        ([d, m], _) => (*d, *m, None),
        _ => return None,
    };
    let (day, month) = if month > 12 {
        (month, day)
    } else {
        (day, month)
    };
    Some(Partial {
        day: Some(day),
        month: Some(month),
        year: year.and_then(|y| i32::try_from(y).ok()),
        ..Partial::default()
    })
}

/// "14", "14th", "1º", "1er", "14."
fn ordinal(word: &str) -> Option<u32> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let rest = word.get(digits.len()..)?.trim_end_matches('.');
    let plain = matches!(
        rest,
        "" | "st" | "nd" | "rd" | "th" | "º" | "°" | "er" | "ro" | "ª"
    );
    let day: u32 = digits.parse().ok().filter(|_| plain && digits.len() <= 2)?;
    (1..=31).contains(&day).then_some(day)
}

fn year(word: &str) -> Option<i32> {
    let word = word.trim_end_matches('.');
    let year: i32 = word.parse().ok().filter(|_| word.len() == 4)?;
    (2000..2100).contains(&year).then_some(year)
}

fn month(name: &str) -> Option<u32> {
    if name.len() < 3 {
        return None;
    }
    let of = |months: &[&str]| {
        let mut whole = months.iter();
        whole.any(|m| *m == name || ((3..=4).contains(&name.len()) && m.starts_with(name)))
    };
    let at = MONTHS.iter().position(|months| of(months))?;
    u32::try_from(at + 1).ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    let at = WEEKDAYS.iter().position(|names| names.contains(&word))?;
    Weekday::try_from(u8::try_from(at).ok()?).ok()
}

fn complete(partial: Partial, written: Option<NaiveDate>) -> Option<NaiveDate> {
    if let (Some(year), Some(month), Some(day)) = (partial.year, partial.month, partial.day) {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let written = written?;
    if let Some(days) = partial.offset {
        return written.checked_add_days(Days::new(days));
    }
    if partial.month_end {
        let month = partial.month.unwrap_or(written.month());
        let year = written.year() + i32::from(month < written.month());
        let next = match month {
            12 => NaiveDate::from_ymd_opt(year + 1, 1, 1),
            _ => NaiveDate::from_ymd_opt(year, month + 1, 1),
        };
        return next?.pred_opt();
    }
    match (partial.month, partial.day, partial.weekday) {
        (Some(month), Some(day), _) => [written.year(), written.year() + 1]
            .into_iter()
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|date| *date >= written),
        (None, Some(day), _) => written.iter_days().take(62).find(|date| date.day() == day),
        (None, None, Some(weekday)) => written
            .iter_days()
            .skip(1)
            .take(7)
            .find(|date| date.weekday() == weekday),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts, folded, of answers written on Monday, 2 November 2026; the last day away.
    #[rustfmt::skip]
    const LAST_DAYS: &[(&str, &str)] = &[
        ("estare fuera de la oficina hasta el 14 de noviembre.", "2026-11-14"),
        ("hasta el lunes 5 de enero, inclusive", "2027-01-05"),
        ("de vacaciones hasta el viernes 20/11/2026", "2026-11-20"),
        ("con feriado legal desde el 2 al 13 de noviembre de 2026", "2026-11-13"),
        ("regreso el 16-11-2026", "2026-11-15"),
        ("regreso el lunes 17 de noviembre", "2026-11-16"),
        ("regreso el lunes 17", "2026-11-16"),
        ("me reincorporo a mis funciones el dia 16 de nov.", "2026-11-15"),
        ("estare de vuelta el proximo lunes 16.", "2026-11-15"),
        ("vuelvo a la oficina el lunes", "2026-11-08"),
        ("estoy fuera hasta el lunes. te contesto a la vuelta.", "2026-11-09"),
        ("vuelvo manana", "2026-11-02"),
        ("licencia medica hasta el dia viernes 20 del presente mes.", "2026-11-20"),
        ("de vacaciones entre el 16 y el 27 de noviembre", "2026-11-27"),
        ("del 28 de diciembre y hasta el 8 de enero", "2027-01-08"),
        ("estare ausente del 3 al 14 de diciembre, ambas fechas inclusive", "2026-12-14"),
        ("hasta fines de noviembre", "2026-11-30"),
        ("hasta fin de mes estoy con media jornada", "2026-11-30"),
        ("disponible nuevamente a partir del 9 de noviembre", "2026-11-08"),
        ("i am out of the office until november 14", "2026-11-14"),
        ("out until 11/17/2026", "2026-11-17"),
        ("back in the office on monday, 16 november 2026", "2026-11-15"),
        ("leave from 9 november through 20 november, returning on 23 november", "2026-11-20"),
        ("away from 9 to 20 november", "2026-11-20"),
        ("i will return on the 16th of november", "2026-11-15"),
        ("vom 09.11. bis einschließlich 20.11.2026 nicht im buro", "2026-11-20"),
        ("ich bin erst ab dem 23. november wieder erreichbar", "2026-11-22"),
        ("absente du bureau jusqu'au 20 novembre inclus", "2026-11-20"),
        ("je suis en conge du 9 au 20 novembre", "2026-11-20"),
        ("de retour le 23 novembre", "2026-11-22"),
        ("fuori ufficio fino al 20 novembre", "2026-11-20"),
        ("rientro il 23 novembre", "2026-11-22"),
        ("estarei de ferias de 9 a 20 de novembro", "2026-11-20"),
        ("ausente do servico, regresso a 4 de janeiro", "2027-01-03"),
        ("estarei ausente ate 20 de novembro", "2026-11-20"),
        ("estare ausente los dias 5 y 6 de noviembre", "2026-11-06"),
        ("durante mi ausencia (2 al 13 de noviembre)", "2026-11-13"),
        ("feriado legal: 2/11 al 13/11.", "2026-11-13"),
        ("ausente hasta las 18:00 horas del 6 de noviembre", "2026-11-06"),
        ("will not return until 16/11/2026", "2026-11-15"),
        ("no regreso hasta el lunes 16", "2026-11-15"),
        ("horario de 9 a 14 hrs, plazo de 10 a 15 dias habiles", ""),
        ("hasta el 31 de noviembre", ""),
        ("atiendo hasta las 14:00 horas", ""),
        ("responderemos dentro de 48 horas, hasta 5 dias", ""),
        ("derivar al 5 piso", ""),
        ("atiende publico de lunes a jueves de 8:30 a 13:30.", ""),
        ("responderé a mi regreso", ""),
    ];

    #[test]
    fn last_days_away() {
        let written = NaiveDate::from_ymd_opt(2026, 11, 2);
        for (text, expected) in LAST_DAYS {
            let found = last_day(text, written).map(|d| d.to_string());
            assert_eq!(found.unwrap_or_default(), *expected, "{text}");
        }
    }

    #[test]
    fn a_date_without_year_needs_the_day_of_writing() {
        assert_eq!(last_day("hasta el 14 de noviembre", None), None);
        let whole = last_day("hasta el 14 de noviembre de 2026", None);
        assert_eq!(whole, NaiveDate::from_ymd_opt(2026, 11, 14));
    }
}
