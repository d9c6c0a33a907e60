//! The people of a form: tables that stand, lie or run across, label lines, and sentences.
//!
//! Lives here: who is asked for, with RUT, address and profile. May not live here: other data
//! (`form/`, `prose/`).

mod alone;
mod labels;
mod prose;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::form::{Pair, pairs, without_bullet};
use super::parts::{Part, Piece};
use super::values::{clean, is_open, ruts};
use crate::office::{Evidence, PersonValue};
pub use alone::alone;
use labels::{Column, column};
use prose::prose;

static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+").ok());

/// Someone of a form while it is read: cells by column.
type Cells = BTreeMap<Column, String>;

/// The people of a part, with the evidence of the first.
pub fn persons(part: &Part) -> Option<(Vec<PersonValue>, Evidence)> {
    let mut found: Vec<(Cells, u32, String)> = Vec::new();
    for piece in &part.pieces {
        if let Piece::Table(first, rows) = piece {
            found.extend(table(*first, rows));
        }
    }
    if found.is_empty() {
        found = label_lines(part);
    }
    if found.is_empty() {
        found = prose(part);
    }
    let (_, line, quote) = found.first()?.clone();
    let persons: Vec<PersonValue> = found.into_iter().filter_map(|(c, ..)| person(&c)).collect();
    (!persons.is_empty()).then(|| (persons, part.evidence(line, &quote)))
}

/// The columns of a row that names those of a list of people; none where it is no such row.
fn head(row: &[String]) -> Option<Vec<(usize, Column)>> {
    let named: Vec<(usize, Column)> = row
        .iter()
        .enumerate()
        .filter_map(|(i, c)| Some((i, column(c)?)))
        .collect();
    let identifies = |c: &&(usize, Column)| {
        matches!(
            c.1,
            Column::Name | Column::Given | Column::Rut | Column::Email
        )
    };
    (named.iter().filter(identifies).count() >= 2).then_some(named)
}

/// Whether a row names the columns of a list of people.
pub fn is_head(row: &[String]) -> bool {
    head(row).is_some()
}

fn table(first: u32, rows: &[Vec<String>]) -> Vec<(Cells, u32, String)> {
    let mut out = Vec::new();
    let mut heads: Vec<(usize, Column)> = Vec::new();
    for (number, row) in (first..).zip(rows) {
        if let Some(named) = head(row) {
            heads = named;
            continue;
        }
        let cells: Cells = heads
            .iter()
            .filter_map(|(i, column)| Some((*column, clean(row.get(*i)?))))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if is_person(&cells) {
            out.push((cells, number, row.join(" | ")));
        }
    }
    if out.is_empty() {
        upright(first, rows)
    } else {
        out
    }
}

/// A table whose first column names the data: each further column is a person.
fn upright(first: u32, rows: &[Vec<String>]) -> Vec<(Cells, u32, String)> {
    let named = rows
        .iter()
        .filter(|r| r.first().is_some_and(|c| column(c).is_some()))
        .count();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    if named < 2 {
        return vec![];
    }
    let mut out = Vec::new();
    for index in 1..width {
        let mut people: Vec<(Cells, u32, String)> = Vec::new();
        for (number, row) in (first..).zip(rows) {
            let Some(column) = row.first().and_then(|c| column(c)) else {
                continue;
            };
            let value = row.get(index).map(|c| clean(c)).unwrap_or_default();
            add(&mut people, column, value, number, &row.join(" | "));
        }
        out.extend(people.into_iter().filter(|(cells, ..)| is_person(cells)));
    }
    out
}

/// Adds a value to the last person, or begins the next where that one has it already.
fn add(
    people: &mut Vec<(Cells, u32, String)>,
    column: Column,
    value: String,
    line: u32,
    quote: &str,
) {
    if value.is_empty() {
        return;
    }
    match people.last_mut() {
        Some((cells, ..)) if !cells.contains_key(&column) => {
            cells.insert(column, value);
        }
        _ => people.push((Cells::from([(column, value)]), line, quote.to_owned())),
    }
}

/// "Nombre: …", "RUT: …" in lines of their own or one behind the other.
fn label_lines(part: &Part) -> Vec<(Cells, u32, String)> {
    let mut people: Vec<(Cells, u32, String)> = Vec::new();
    let fit = |label: &str| f32::from(u8::from(column(label).is_some()));
    let mut before: Option<(u32, &str)> = None;
    let mut lone: Vec<String> = Vec::new();
    for piece in &part.pieces {
        let Piece::Line(number, text) = piece else {
            continue;
        };
        if let Some(rut) = lone_rut(text) {
            // "Don Ana Soto Lara", and "RUT 11.111.111-1" in the next line.
            if let Some((line, name)) = before.take() {
                add(&mut people, Column::Name, name.to_owned(), line, text);
            }
            add(&mut people, Column::Rut, rut.clone(), *number, text);
            lone.push(rut);
        }
        let bare = without_bullet(text);
        if !bare.is_empty() {
            before = is_lone_name(bare).then_some((*number, bare));
        }
        for Pair { label, value } in pairs(text, &fit) {
            if let Some(column) = column(&label) {
                add(&mut people, column, clean(&value), *number, text);
            }
        }
    }
    // Without a label who is named beside a RUT may be anybody; an address makes it a request.
    let told = |cells: &Cells| {
        !cells.get(&Column::Rut).is_some_and(|r| lone.contains(r))
            || cells.contains_key(&Column::Email)
    };
    people.retain(|(cells, ..)| is_person(cells) && cells.len() >= 2 && told(cells));
    people
}

/// "RUT 11.111.111-1" alone in a line, without a colon.
fn lone_rut(line: &str) -> Option<String> {
    static LONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?i:r\.?u\.?[tn]\.?|c\.?i\.?)\s+(?:n[°º]\s*)?(\d[\d.]*\s?-\s?[\dkK])\W*$")
            .ok()
    });
    let c = LONE.as_ref()?.captures(without_bullet(line))?;
    Some(c.get(1)?.as_str().to_owned())
}

/// A line that is nothing but somebody's name.
fn is_lone_name(line: &str) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let word = r"[A-ZÁÉÍÓÚÑÜ][\wáéíóúñü'’-]+";
        let small = r"(?:(?:de|del|la|las|los)\s+){0,2}";
        let title = r"(?:(?i:don|doña|sra?\.?|srta\.?|señora?)\s+)?";
        Regex::new(&format!(r"^{title}{word}(?:\s+{small}{word}){{1,5}}\W*$")).ok()
    });
    NAME.as_ref().is_some_and(|r| r.is_match(line))
}

/// Whether cells are somebody: a name of two words, a RUT or an address, and not an example row.
fn is_person(cells: &Cells) -> bool {
    let value = |c: Column| cells.get(&c).map_or("", String::as_str);
    let named = !value(Column::Name).is_empty() || !value(Column::Given).is_empty();
    let name_words = value(Column::Name).split_whitespace().count();
    let open = is_open(value(Column::Name))
        && is_open(value(Column::Given))
        && is_open(value(Column::Rut));
    let has_rut = value(Column::Rut)
        .chars()
        .filter(char::is_ascii_digit)
        .count()
        >= 6;
    let has_email = value(Column::Email).contains('@');
    let note = value(Column::Name).starts_with('*') || name_words > 9;
    !open && !note && (has_rut || has_email || (named && cells.len() >= 2 && name_words >= 2))
}

fn person(cells: &Cells) -> Option<PersonValue> {
    let value = |c: Column| cells.get(&c).filter(|v| !is_open(v)).cloned();
    let titles = [
        "Sr. ", "Sra. ", "Srta. ", "Don ", "Doña ", "Sr ", "Sra ", "don ", "doña ",
    ];
    let value = |c: Column| {
        value(c).map(|v| match titles.iter().find_map(|t| v.strip_prefix(t)) {
            Some(rest) => rest.trim().to_owned(),
            None => v,
        })
    };
    let joined = [
        Column::Name,
        Column::Given,
        Column::Surnames,
        Column::Paternal,
        Column::Maternal,
    ]
    .into_iter()
    .filter_map(value)
    .collect::<Vec<_>>()
    .join(" ");
    let rut = value(Column::Rut).map(|number| {
        let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
        let number = number.replace(['–', '—', '‐', '‑', '−'], "-");
        match value(Column::Digit) {
            Some(digit) if !number.contains('-') => format!(
                "{}-{}",
                number.trim_end_matches(".0"),
                digit.trim_end_matches(".0")
            ),
            _ => number,
        }
    });
    let person = PersonValue {
        name: Some(joined).filter(|n| !n.is_empty()),
        rut,
        email: value(Column::Email)
            .filter(|e| !is_note(e))
            .map(|e| email(&e)),
        profile: value(Column::Profile),
        number: None,
    };
    (person != PersonValue::default()).then_some(person)
}

/// "(en trámite)", "aún no lo tiene": words instead of an address.
fn is_note(words: &str) -> bool {
    let several = words.split_whitespace().count() > 1 || words.starts_with('(');
    several && !words.contains('@') && !words.contains("http")
}

/// An address as written, without "mailto:" and the break that a narrow cell put into it.
fn email(words: &str) -> String {
    let words: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    let words = words
        .trim_start_matches("mailto:")
        .trim_end_matches(['.', ',', ';']);
    words
        .split('<')
        .next_back()
        .unwrap_or(words)
        .trim_end_matches('>')
        .to_owned()
}

/// Why an address cannot be one, in Spanish; none where it can.
pub fn email_fault(address: &str) -> Option<String> {
    let whole = EMAIL.as_ref().and_then(|r| r.find(address));
    let good = whole.is_some_and(|m| m.as_str().len() == address.len());
    (!good).then(|| format!("«{address}» no es una dirección de correo"))
}

/// Why a RUT cannot be right, in Spanish; none where it is.
pub fn rut_fault(rut: &str) -> Option<String> {
    match ruts(rut).first() {
        Some(found) if found.is_right() => None,
        Some(_) => Some(format!(
            "el dígito verificador del RUT {rut} no corresponde"
        )),
        None => Some(format!("«{rut}» no es un RUT completo")),
    }
}
