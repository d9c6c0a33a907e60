//! Hours of the day: "14:00 hrs", "las 15 horas", "12 del día", "3 de la tarde", "5:30 p.m.".

use std::ops::Range;
use std::sync::LazyLock;

use chrono::NaiveTime;
use regex::Regex;

/// An hour that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeMention {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// The hour; none where no clock shows it (25:00).
    pub time: Option<NaiveTime>,
}

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:^|[^\w:./-])(?:",
        r"(?P<word>medio\s?d[ií]a|media\s?noche)",
        r"|(?:a las?\s)?(?P<h>\d{1,2})[:.](?P<m>\d{2})(?::\d{2})?(?:\s?(?P<half>[ap]\.?",
        r"\s?m\b\.?|de la (?:ma[nñ]ana|tarde|noche)|del? (?:d[ií]a|medio\s?d[ií]a)|",
        r"(?:hrs?|horas?|h)\b\.?))?",
        concat!(
            r"|(?:a las?\s)?(?P<h2>\d{1,2})\s?(?P<half2>[ap]\.?\s?m\b\.?|de la (?:ma[nñ]ana|",
            r"tarde|noche)|del? (?:d[ií]a|medio\s?d[ií]a)|(?:hrs?|horas?|h)\b\.?)"
        ),
        r"|a las?\s(?P<h3>\d{1,2})",
        r")(?:[^\w]|$)"
    ))
    .ok()
});

const NUMBERS: [&str; 24] = [
    "una",
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
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuna",
    "veintidós",
    "veintitrés",
    "veinticuatro",
];

/// "trece horas", "cuatro y media de la tarde", "23 horas con 59 minutos".
static SPOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = NUMBERS.iter().rev().copied().collect::<Vec<_>>().join("|");
    Regex::new(&format!(
        concat!(
            r"(?i)(?:^|[^\w])(?:a las?\s|las?\s)?(?:(?P<h2>\d{{1,2}})\s(?:horas|",
            r"hrs\.?)\s(?:con|y)\s(?P<m2>\d{{1,2}})\s?(?:minutos|min\b)|(?P<h>{words}|",
            r"\d{{1,2}})(?:\s(?:y|con)\s(?P<p>media|cuarto|quince|treinta|cuarenta y cinco)|",
            r"\s(?P<t>treinta|quince|cuarenta y cinco))?\s(?P<half>(?:en punto\s)?(?:horas|",
            r"hrs\.?|de la (?:mañana|tarde|noche)|del (?:d[ií]a|mediod[ií]a))))"
        ),
        words = words
    ))
    .ok()
});

/// Hours in words of a text.
fn spoken(text: &str) -> Vec<TimeMention> {
    let Some(re) = SPOKEN.as_ref() else {
        return vec![];
    };
    let found = re.captures_iter(text).filter_map(|c| {
        let word = c.name("h").or(c.name("h2"))?;
        let low = word.as_str().to_lowercase();
        let hour = match NUMBERS.iter().position(|n| *n == low) {
            Some(index) => u32::try_from(index + 1).ok()?,
            None => low.parse().ok()?,
        };
        let part = c.name("p").or(c.name("t")).map_or("", |m| m.as_str());
        let minute = match (c.name("m2"), part.to_lowercase().as_str()) {
            (Some(m), _) => m.as_str().parse().ok()?,
            (None, "media" | "treinta") => 30,
            (None, "cuarto" | "quince") => 15,
            (None, "cuarenta y cinco") => 45,
            _ => 0,
        };
        // Digits alone are read by the other pattern.
        if low.starts_with(|d: char| d.is_ascii_digit()) && minute == 0 {
            return None;
        }
        let half = c.name("half").map_or("", |m| m.as_str());
        let end = c.get(0)?.end();
        Some(TimeMention {
            span: word.start()..end,
            time: clock(hour, minute, half),
        })
    });
    found.collect()
}

/// All hours of a text, in order.
pub fn times(text: &str) -> Vec<TimeMention> {
    let mut out = written(text);
    for mention in spoken(text) {
        out.retain(|o| o.span.end <= mention.span.start || o.span.start >= mention.span.end);
        out.push(mention);
    }
    out.sort_by_key(|m| m.span.start);
    out
}

/// Hours in digits.
fn written(text: &str) -> Vec<TimeMention> {
    let Some(re) = TIME.as_ref() else {
        return vec![];
    };
    re.captures_iter(text)
        .filter_map(|c| {
            if let Some(word) = c.name("word") {
                let noon = word.as_str().to_lowercase().contains('d');
                let noon = noon && !word.as_str().to_lowercase().contains("noche");
                let time = NaiveTime::from_hms_opt(if noon { 12 } else { 0 }, 0, 0);
                return Some(TimeMention {
                    span: word.range(),
                    time,
                });
            }
            let hour = c.name("h").or(c.name("h2")).or(c.name("h3"))?;
            let minute = c.name("m").map_or(Some(0), |m| m.as_str().parse().ok())?;
            let half = c.name("half").or(c.name("half2"));
            let end = half.or(c.name("m")).unwrap_or(hour).end();
            // "18.002" is no hour and "15.00" needs a word that says so.
            let dotted = text.get(hour.end()..=hour.end()) == Some(".");
            if dotted && half.is_none() {
                return None;
            }
            let time = clock(
                hour.as_str().parse().ok()?,
                minute,
                half.map_or("", |m| m.as_str()),
            );
            Some(TimeMention {
                span: hour.start()..end,
                time,
            })
        })
        .collect()
}

fn clock(hour: u32, minute: u32, half: &str) -> Option<NaiveTime> {
    let half = half.to_lowercase();
    let after_noon = half.starts_with('p') || half.contains("tarde") || half.contains("noche");
    let before_noon = half.starts_with('a') || half.contains("ana");
    let hour = match hour {
        12 if before_noon => 0,
        1..=11 if after_noon => hour + 12,
        // "24:00" is the end of the day; it has no clock time of that day.
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_hour() {
        for (text, expected) in [
            ("a las 14:00 hrs.", "14:00"),
            ("08:30 horas", "08:30"),
            ("a las 12:00 del día", "12:00"),
            ("12 del día", "12:00"),
            ("las 15 horas", "15:00"),
            ("15.30 hrs", "15:30"),
            ("3 de la tarde", "15:00"),
            ("5:30 p.m.", "17:30"),
            ("9 AM", "09:00"),
            ("al mediodía", "12:00"),
            ("a las 13", "13:00"),
            ("23:59", "23:59"),
            ("10 a. m.", "10:00"),
            ("a las 08:30 horas", "08:30"),
            ("2026-08-26 14:00:00", "14:00"),
            ("11:00h", "11:00"),
            ("a las trece horas", "13:00"),
            ("a las cuatro y media de la tarde", "16:30"),
            ("a las 23 horas con 59 minutos", "23:59"),
            ("quince treinta horas", "15:30"),
            ("a las 3 y media de la tarde", "15:30"),
            ("doce del día", "12:00"),
        ] {
            let found = times(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(
                found[0].time.unwrap().format("%H:%M").to_string(),
                expected,
                "{text}"
            );
        }
        assert_eq!(times("a las 25:00 hrs")[0].time, None);
        assert!(times("RUT 18.002.917-6, 24 de marzo, N° 12").is_empty());
    }
}
