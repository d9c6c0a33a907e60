//! The people of a form: tables that stand, lie or run across, label lines, and prose.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::form::{Pair, pairs};
use super::parts::{Part, Piece};
use super::values::{clean, is_open, ruts};
use super::words::fold_words;
use crate::office::{Evidence, PersonValue};

/// What a column or label of a form says of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Name,
    Given,
    Surnames,
    Paternal,
    Maternal,
    Rut,
    Digit,
    Email,
    Profile,
}

/// Labels by which forms ask for a person, folded.
const LABELS: [(&str, Column); 62] = [
    ("nombre completo", Column::Name),
    ("nombre", Column::Name),
    ("nombre y apellido", Column::Name),
    ("nombre y apellidos", Column::Name),
    ("nombres y apellidos", Column::Name),
    ("nombre del usuario", Column::Name),
    ("nombre de usuario", Column::Name),
    ("nombre usuario", Column::Name),
    ("nombre funcionario", Column::Name),
    ("nombre del funcionario", Column::Name),
    ("nombre de la persona", Column::Name),
    ("nombre completo del usuario", Column::Name),
    ("nombre completo usuario", Column::Name),
    ("funcionario", Column::Name),
    ("funcionaria", Column::Name),
    ("funcionario a", Column::Name),
    ("usuario", Column::Name),
    ("usuaria", Column::Name),
    ("usuario a", Column::Name),
    ("persona", Column::Name),
    ("profesional", Column::Name),
    ("titular", Column::Name),
    ("nombres", Column::Given),
    ("primer nombre", Column::Given),
    ("nombre s", Column::Given),
    ("apellidos", Column::Surnames),
    ("apellido", Column::Surnames),
    ("apellido s", Column::Surnames),
    ("apellido paterno", Column::Paternal),
    ("primer apellido", Column::Paternal),
    ("ap paterno", Column::Paternal),
    ("paterno", Column::Paternal),
    ("a paterno", Column::Paternal),
    ("apellido materno", Column::Maternal),
    ("segundo apellido", Column::Maternal),
    ("ap materno", Column::Maternal),
    ("materno", Column::Maternal),
    ("a materno", Column::Maternal),
    ("rut", Column::Rut),
    ("run", Column::Rut),
    ("r u t", Column::Rut),
    ("r u n", Column::Rut),
    ("rut usuario", Column::Rut),
    ("rut sin dv", Column::Rut),
    ("cedula de identidad", Column::Rut),
    ("cedula", Column::Rut),
    ("rut run", Column::Rut),
    ("n rut", Column::Rut),
    ("dv", Column::Digit),
    ("d v", Column::Digit),
    ("digito", Column::Digit),
    ("digito verificador", Column::Digit),
    ("correo", Column::Email),
    ("e mail", Column::Email),
    ("email", Column::Email),
    ("mail", Column::Email),
    ("casilla", Column::Email),
    ("perfil", Column::Profile),
    ("rol", Column::Profile),
    ("tipo de usuario", Column::Profile),
    ("tipo usuario", Column::Profile),
    ("tipo de perfil", Column::Profile),
];

fn column(label: &str) -> Option<Column> {
    let label = label.split('(').next().unwrap_or(label);
    let words = fold_words(label);
    if words.is_empty() || words.split(' ').count() > 5 {
        return None;
    }
    if let Some((_, column)) = LABELS.iter().find(|(l, _)| *l == words) {
        return Some(*column);
    }
    let organisation = [
        "organi", "institu", "ejecutor", "entidad", "empresa", "programa", "contacto",
    ];
    let own = ["perfil", "correo", "email", "e mail", "mail"]
        .iter()
        .any(|w| words.starts_with(w));
    if organisation.iter().any(|w| words.contains(w)) && !own {
        return None;
    }
    [
        "correo", "e mail", "email", "mail", "perfil", "rut", "run", "rol ",
    ]
    .iter()
    .position(|w| words.starts_with(w))
    .map(|i| match i {
        0..=3 => Column::Email,
        4 | 7 => Column::Profile,
        _ => Column::Rut,
    })
}

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

fn table(first: u32, rows: &[Vec<String>]) -> Vec<(Cells, u32, String)> {
    let mut out = Vec::new();
    let mut heads: Vec<(usize, Column)> = Vec::new();
    for (number, row) in (first..).zip(rows) {
        let named: Vec<(usize, Column)> = row
            .iter()
            .enumerate()
            .filter_map(|(i, c)| Some((i, column(c)?)))
            .collect();
        let identifies = |c: &(usize, Column)| {
            matches!(
                c.1,
                Column::Name | Column::Given | Column::Rut | Column::Email
            )
        };
        if named.len() >= 2 && named.iter().filter(|c| identifies(c)).count() >= 2 {
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
    for piece in &part.pieces {
        let Piece::Line(number, text) = piece else {
            continue;
        };
        for Pair { label, value } in pairs(text, &fit) {
            if let Some(column) = column(&label) {
                add(&mut people, column, clean(&value), *number, text);
            }
        }
    }
    people.retain(|(cells, ..)| is_person(cells) && cells.len() >= 2);
    people
}

/// "María Soto Lara, RUT 11.111.111-1, correo msoto@…, perfil Ejecutor".
fn prose(part: &Part) -> Vec<(Cells, u32, String)> {
    static EMAIL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+").ok());
    static PROFILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)(?:perfil|rol)(?:\s+(?:de|solicitado|sigec|",
            r":))*\s*:?\s*([A-ZÁÉÍÓÚÑa-z]+(?:\s+(?:de\s+)?(?:Proyecto|Regional|Nacional|",
            r"Comunal|Programa))*)"
        ))
        .ok()
    });
    let mut out = Vec::new();
    for piece in &part.pieces {
        let Piece::Line(number, text) = piece else {
            continue;
        };
        let found = ruts(text);
        for (i, rut) in found.iter().enumerate() {
            let from = i
                .checked_sub(1)
                .and_then(|j| found.get(j))
                .map_or(0, |r| r.span.end);
            let to = found.get(i + 1).map_or(text.len(), |r| r.span.start);
            let before = text.get(from..rut.span.start).unwrap_or("");
            let after = text.get(rut.span.end..to).unwrap_or("");
            let mut cells = Cells::new();
            if let Some(name) = name_before(before) {
                cells.insert(Column::Name, name);
            }
            cells.insert(
                Column::Rut,
                text.get(rut.span.clone()).unwrap_or("").to_owned(),
            );
            if let Some(email) = EMAIL.as_ref().and_then(|r| r.find(after)) {
                cells.insert(
                    Column::Email,
                    email.as_str().trim_end_matches('.').to_owned(),
                );
            }
            let profile = PROFILE
                .as_ref()
                .and_then(|r| r.captures(after).or_else(|| r.captures(text)));
            if let Some(profile) = profile.and_then(|c| c.get(1)) {
                cells.insert(Column::Profile, profile.as_str().to_owned());
            }
            if cells.contains_key(&Column::Name) && rut.number < 50_000_000 {
                out.push((cells, *number, text.clone()));
            }
        }
    }
    out
}

/// The last name of a person in the words before a RUT.
fn name_before(words: &str) -> Option<String> {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let word = r"[A-ZÁÉÍÓÚÑÜ][\wáéíóúñü'’-]+";
        Regex::new(&format!(
            r"{word}(?:\s+(?:de|del|la|las|los|y|San|Santa)?\s*{word}){{1,5}}"
        ))
        .ok()
    });
    let name = NAME.as_ref()?.find_iter(words).last()?.as_str();
    let title = [
        "Don ", "Doña ", "Sr ", "Sra ", "Señor ", "Señora ", "RUT ", "Usuario ", "Usuaria ",
    ];
    let name = title
        .iter()
        .find_map(|t| name.strip_prefix(t))
        .unwrap_or(name);
    Some(name.split_whitespace().collect::<Vec<_>>().join(" "))
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
        email: value(Column::Email).map(|e| e.trim_start_matches("mailto:").to_owned()),
        profile: value(Column::Profile),
    };
    (person != PersonValue::default()).then_some(person)
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
