//! Words of dates and numbers in Spanish, and what people wrote made fit for our mails.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc, Weekday};
use regex::Regex;

use crate::calendar::Calendar;

/// Longest value that a mail shows, in characters; what is above is cut.
const LONGEST: usize = 4_000;

/// Width of a line of the text part.
const WIDTH: usize = 76;

/// A reference line of the desk, wherever it was quoted from: never shown in somebody else's mail.
#[expect(
    clippy::expect_used,
    reason = "a constant pattern, compiled by every test"
)]
static REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\[\s*ref\s*:[^\]\n]{0,80}\]").expect("a constant"));

/// A calendar and the region whose time is shown.
pub(super) struct Local<'a> {
    pub calendar: &'a Calendar,
    pub region: Option<&'a str>,
}

impl Local<'_> {
    /// `jueves 12 de noviembre de 2026 a las 15:30 horas`.
    pub fn instant(&self, at: DateTime<Utc>) -> String {
        civil(self.calendar.local(at, self.region).naive_local())
    }

    /// `12-11-2026 15:30`, for lists.
    pub fn short(&self, at: DateTime<Utc>) -> String {
        let local = self.calendar.local(at, self.region);
        local.format("%d-%m-%Y %H:%M").to_string()
    }
}

/// `jueves 12 de noviembre de 2026 a las 15:30 horas`.
pub(super) fn civil(at: NaiveDateTime) -> String {
    format!(
        "{} a las {:02}:{:02} horas",
        day(at.date()),
        at.hour(),
        at.minute()
    )
}

/// `Jueves 12, 15:30`, for a button.
pub(super) fn brief(at: NaiveDateTime) -> String {
    let day = day(at.date());
    let mut words = day.split(' ');
    let weekday = words.next().unwrap_or_default();
    let mut letters = weekday.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let date = words.next().unwrap_or_default();
    format!("{first}{} {date}, {}", letters.as_str(), at.format("%H:%M"))
}

/// `jueves 12 de noviembre de 2026`.
pub(super) fn day(date: NaiveDate) -> String {
    let weekday = match date.weekday() {
        Weekday::Mon => "lunes",
        Weekday::Tue => "martes",
        Weekday::Wed => "miércoles",
        Weekday::Thu => "jueves",
        Weekday::Fri => "viernes",
        Weekday::Sat => "sábado",
        Weekday::Sun => "domingo",
    };
    const MONTHS: [&str; 12] = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or("");
    format!("{weekday} {} de {month} de {}", date.day(), date.year())
}

/// `12,3 MB`.
pub(super) fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / 1_000_000;
    format!("{},{} MB", tenths / 10, tenths % 10)
}

/// Text of other people, fit to stand in our mail: LF line ends; no control characters; none that
/// turn the direction of what follows; no reference line; not endless.
pub(super) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text
        .chars()
        .filter(|c| *c == '\n' || *c == '\t' || !(c.is_control() || is_invisible(*c)))
        .collect();
    cut(&REFERENCE.replace_all(&kept, ""), LONGEST)
}

/// Characters that show nothing and can hide or turn what stands beside them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
    )
}

/// One line of at most `longest` characters, white space collapsed.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    cut(&words.join(" "), longest)
}

fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    kept.push('…');
    kept
}

/// The text part as it is sent: no more than one blank line in a row, no blanks at line ends, long
/// lines broken between words, list items and indented lines with a hanging indent.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            if !blank {
                out.push('\n');
            }
            blank = true;
            continue;
        }
        blank = false;
        wrap(line, &mut out);
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
    out
}

fn wrap(line: &str, out: &mut String) {
    let body = line.trim_start_matches(' ');
    let indent = line.chars().take_while(|c| *c == ' ').count();
    let hanging = indent + if body.starts_with("- ") { 2 } else { 0 };
    let mut width = indent;
    out.push_str(&" ".repeat(indent));
    for (at, word) in body.split(' ').enumerate() {
        let length = word.chars().count();
        if at > 0 {
            if width + 1 + length > WIDTH && width > hanging {
                out.push('\n');
                out.push_str(&" ".repeat(hanging));
                width = hanging;
            } else {
                out.push(' ');
                width += 1;
            }
        }
        out.push_str(word);
        width += length;
    }
    out.push('\n');
}
