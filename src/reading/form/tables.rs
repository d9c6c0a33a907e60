//! Labels in tables: beside their value, above it, or at the head of a row of values.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::{pairs, without_bullet};
use super::{Labelled, Labels};
use crate::office::FieldName;
use crate::reading::parts::Part;
use crate::reading::persons::is_head as is_person_head;
use crate::reading::words::fold_words;

/// The labelled values of a table.
pub fn labelled(
    part: &Part,
    first: u32,
    rows: &[Vec<String>],
    labels: &Labels<'_>,
) -> Vec<Labelled> {
    let rows: &[Vec<String>] = &rows.iter().map(|r| whole_words(r)).collect::<Vec<_>>();
    let mut out = Vec::new();
    if let Some(pairs) = grid(rows, labels) {
        for (row, label, value) in pairs {
            let number = first + u32::try_from(row).unwrap_or(0);
            push(&mut out, part, number, (&label, &value), labels);
        }
        return out;
    }
    let mut skip = 0;
    let mut section = String::new();
    let mut people = false;
    for (index, row) in rows.iter().enumerate() {
        // Below the heads of a list of people stand people, until a row without any.
        people = is_person_head(row) || (people && filled(row) > 2);
        if index < skip || people {
            continue;
        }
        let number = first + u32::try_from(index).unwrap_or(0);
        let below = rows.get(index + 1..).unwrap_or(&[]);
        if let Some(title) = title(row) {
            section = title;
            // "Motivos" alone in its row stands above its text; a section stands above pairs.
            if below.first().is_some_and(|r| filled(r) > 1) {
                continue;
            }
        }
        if let Some((values, offset)) = across(row, below, labels) {
            for (label, value) in values {
                push(&mut out, part, number + offset, (&label, &value), labels);
            }
            skip = index + usize::try_from(offset).unwrap_or(1) + 1;
            continue;
        }
        let row: Vec<String> = row.iter().map(|c| within(&section, c, labels)).collect();
        for (label, value) in beside(&row, below, labels) {
            push(&mut out, part, number, (&label, &value), labels);
        }
    }
    out
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|c| !c.trim().is_empty()).count()
}

/// "2. CONTACTO": a row with one cell of words alone opens a section.
fn title(row: &[String]) -> Option<String> {
    let mut filled = row.iter().map(|c| c.trim()).filter(|c| !c.is_empty());
    let cell = filled
        .next()
        .filter(|c| !c.contains(':') && c.chars().count() < 60)?;
    let words = without_bullet(cell);
    (filled.next().is_none() && row.len() > 1 && words.chars().any(char::is_alphabetic))
        .then(|| words.to_owned())
}

/// A label by its section: the "Nombre" of the section "Contacto" is the contact's; what the
/// section of another says of itself is none of ours.
pub fn within(section: &str, label: &str, labels: &Labels<'_>) -> String {
    let general = [
        "nombre",
        "nombre completo",
        "rut",
        "run",
        "r u t",
        "direccion",
        "region",
    ];
    if section.is_empty() || !general.contains(&fold_words(label).as_str()) {
        return label.to_owned();
    }
    let both = format!("{label} {section}");
    let other = [
        "solicitante",
        "autoriza",
        "contacto",
        "responsable",
        "representante",
        "firma",
    ]
    .iter()
    .any(|w| fold_words(section).contains(w));
    if other || labels.fields(&both).iter().any(|(_, fit)| *fit >= 0.9) {
        both
    } else {
        label.to_owned()
    }
}

/// A PDF may cut a word between two cells: "… el sistem | a 04-05-26".
fn whole_words(row: &[String]) -> Vec<String> {
    let [label, value] = row else {
        return row.to_vec();
    };
    if value.trim().is_empty()
        && let Some((label, value)) = glued(label)
    {
        return vec![label, value];
    }
    let cut = value
        .split_once(' ')
        .filter(|(head, _)| head.chars().count() <= 3 && head.chars().all(char::is_lowercase))
        .filter(|_| label.ends_with(char::is_lowercase))
        .filter(|(head, _)| !matches!(*head, "el" | "de" | "del" | "la" | "los" | "en" | "al"));
    match cut {
        Some((head, rest)) => vec![format!("{label}{head}"), rest.to_owned()],
        None => row.to_vec(),
    }
}

/// "Fecha que muestra el sistema04-05-26": a label and its date that a narrow column put together.
fn glued(cell: &str) -> Option<(String, String)> {
    static DATE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(.*\p{L})\s*(\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*)$").ok());
    let c = DATE.as_ref()?.captures(cell)?;
    Some((c.get(1)?.as_str().to_owned(), c.get(2)?.as_str().to_owned()))
}

fn push(out: &mut Vec<Labelled>, part: &Part, line: u32, pair: (&str, &str), labels: &Labels<'_>) {
    if let Some(pairs) = divided(pair, labels) {
        for (label, value) in pairs {
            push(out, part, line, (label, value), labels);
        }
        return;
    }
    for (field, fit) in labels.fields(pair.0) {
        out.push(Labelled {
            field: FieldName(field.name.0.clone()),
            fit,
            label: pair.0.to_owned(),
            value: pair.1.to_owned(),
            evidence: part.evidence(
                line,
                &format!("{}: {}", pair.0.trim_end_matches([':', ' ']), pair.1),
            ),
        });
    }
}

/// "Comuna / Región: Angol / Araucanía" is two labels and two values.
pub fn divided<'a>(
    (label, value): (&'a str, &'a str),
    labels: &Labels<'_>,
) -> Option<Vec<(&'a str, &'a str)>> {
    let outside = label.split('(').next().unwrap_or(label);
    let names: Vec<&str> = outside.split('/').map(str::trim).collect();
    let values: Vec<&str> = value.split('/').map(str::trim).collect();
    let exact = names.iter().any(|n| labels.is_exact(n));
    (names.len() > 1 && names.len() == values.len() && exact)
        .then(|| names.into_iter().zip(values).collect())
}

/// Whether a cell is nothing but a label of the procedure.
pub fn is_label_cell(cell: &str, labels: &Labels<'_>) -> bool {
    let cell = cell.trim().trim_end_matches([':', '.', '*', ' ']);
    !cell.is_empty() && cell.chars().count() <= 70 && labels.best(cell) >= 0.62
}

/// A label that could hardly be anything else.
fn is_sure(cell: &str, labels: &Labels<'_>) -> bool {
    labels.best(cell) >= 0.9
}

type Values = Vec<(String, String)>;

/// A row of labels above a row of values; how many rows below the values stand. A second row of
/// labels divides the cells of the first.
fn across(head: &[String], below: &[Vec<String>], labels: &Labels<'_>) -> Option<(Values, u32)> {
    let is_label = |c: &String| is_label_cell(c, labels);
    let filled = head.iter().filter(|c| !c.trim().is_empty()).count();
    let named = head.iter().filter(|c| is_label(c)).count();
    let sure = head.iter().filter(|c| is_sure(c, labels)).count();
    if named < 2 || named * 2 < filled || (sure < 2 && named < 3) {
        return None;
    }
    let titled = |row: &&Vec<String>| {
        let mut cells = row.iter().filter(|c| !c.trim().is_empty()).peekable();
        cells.peek().is_some() && cells.all(|c| is_sure(c, labels))
    };
    let second = below.first().filter(titled).filter(|row| row.len() > 2);
    let skipped = usize::from(second.is_some());
    let (offset, values) = below
        .iter()
        .enumerate()
        .skip(skipped)
        .take(3)
        .find(|(_, row)| row.iter().any(|c| !c.trim().is_empty()))?;
    // Labels beside their values (a form of four columns) have labels in the next row too.
    let titled = |c: &String| labels.is_exact(c) || is_any_label(c);
    if values.iter().any(titled) || values.len() < head.len() {
        return None;
    }
    let mut pairs: Values = Vec::new();
    for (column, value) in values.iter().enumerate() {
        let upper = head.get(column).map_or("", |c| c.trim());
        let lower = second.and_then(|r| r.get(column)).map_or("", |c| c.trim());
        let label = if lower.is_empty() { upper } else { lower };
        if is_label_cell(label, labels) {
            pairs.push((label.to_owned(), value.clone()));
        }
    }
    Some((pairs, u32::try_from(offset + 1).unwrap_or(1)))
}

/// Rows of labels and rows of values by turns: each value stands under its label. None where a
/// table is made in another way. A value may go on in a further row.
fn grid(rows: &[Vec<String>], labels: &Labels<'_>) -> Option<Vec<(usize, String, String)>> {
    let titled = |c: &str| labels.is_exact(c) || is_any_label(c) || is_sure(c, labels);
    let cells = |row: &[String]| -> Vec<String> {
        let all = row.iter().map(|c| c.trim().to_owned());
        all.filter(|c| !c.is_empty()).collect()
    };
    let is_labels = |row: &[String]| {
        let all = cells(row);
        let plain = |c: &String| {
            c.chars().count() <= 60 && !c.chars().any(|c| c.is_ascii_digit() || c == '@')
        };
        all.len() >= 2 && all.iter().all(plain) && all.iter().any(|c| titled(c))
    };
    let is_values = |row: &[String]| !cells(row).iter().any(|c| titled(c));
    let mut out: Vec<(usize, String, String)> = Vec::new();
    let mut turns = 0;
    let mut sure = 0;
    let mut head: Option<&Vec<String>> = None;
    let mut values: usize = 0;
    for (index, row) in rows.iter().enumerate() {
        let all = cells(row);
        if all.is_empty() || (head.is_none() && all.len() < 2) {
            continue;
        }
        if is_labels(row) && (head.is_none() || values > 0) {
            sure += all.iter().filter(|c| is_sure(c, labels)).count();
            (head, values, turns) = (Some(row), 0, turns + 1);
        } else if is_values(row)
            && let Some(head) = head
        {
            for (label, value) in head.iter().zip(row).filter(|(_, v)| !v.trim().is_empty()) {
                let (label, value) = (label.trim(), value.trim());
                let before = out.iter_mut().rev().take(head.len());
                match before
                    .into_iter()
                    .find(|(_, l, _)| values > 0 && l == label)
                {
                    Some((_, _, known)) => {
                        known.push(' ');
                        known.push_str(value);
                    }
                    None => out.push((index, label.to_owned(), value.to_owned())),
                }
            }
            values += 1;
        } else {
            return None;
        }
    }
    (turns >= 2 && sure >= 2 && values > 0).then_some(out)
}

/// Labels of a row with the value at their side or, where there is another label or nothing, in
/// the cell below; "Etiqueta: valor" within a cell.
fn beside(row: &[String], below: &[Vec<String>], labels: &Labels<'_>) -> Vec<(String, String)> {
    let cells: Vec<(usize, &str)> = row
        .iter()
        .enumerate()
        .map(|(i, c)| (i, c.trim()))
        .filter(|(_, c)| !c.is_empty() && *c != ":")
        .collect();
    let titled = |cell: &str| labels.is_exact(cell) || is_any_label(cell);
    let mut out = Vec::new();
    let mut index = 0;
    while let Some((column, cell)) = cells.get(index).copied() {
        let next = cells.get(index + 1).map(|n| n.1);
        if let Some((label, value)) = stacked(cell, labels) {
            out.push((label, value));
            index += 1;
            continue;
        }
        if is_label_cell(cell, labels) {
            // In a form of two columns a known word may be a value: "Organización | Municipalidad".
            let two = row.len() == 2 && labels.is_exact(cell);
            let side = next.filter(|n| !titled(n) || (two && !is_any_label(n)));
            let value = match side {
                Some(n) => Some(n.to_owned()),
                None => under(column, row, below, labels),
            };
            index += if side.is_some() { 2 } else { 1 };
            let value = value.unwrap_or_default();
            out.push((
                cell.to_owned(),
                value.trim_start_matches([':', ' ']).to_owned(),
            ));
            continue;
        }
        let fit = |l: &str| labels.best(l);
        for pair in pairs(cell, &fit) {
            out.push((pair.label, pair.value));
        }
        // A label that is not ours, and its value.
        let foreign = is_any_label(cell) && next.is_some_and(|n| !titled(n));
        index += if foreign { 2 } else { 1 };
    }
    out
}

/// "NOMBRE DEL EJECUTOR Municipalidad de Lota": a label in capitals above its value in one cell.
fn stacked(cell: &str, labels: &Labels<'_>) -> Option<(String, String)> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let large = |w: &&&str| !w.chars().any(char::is_lowercase);
    let capitals = words.iter().take_while(large).count();
    (1..=capitals.min(6)).rev().find_map(|count| {
        let (label, value) = words.split_at_checked(count)?;
        let (label, value) = (label.join(" "), value.join(" "));
        let told = value.chars().any(char::is_lowercase) && !label.ends_with(':');
        let known = label.chars().count() >= 4 && is_sure(&label, labels);
        (told && known && !value.starts_with(':')).then_some((label, value))
    })
}

/// The cell under a label, where the row below is no row of labels and values itself.
fn under(
    column: usize,
    row: &[String],
    below: &[Vec<String>],
    labels: &Labels<'_>,
) -> Option<String> {
    let next = below.first()?;
    let titled = |c: &String| labels.is_exact(c) || is_any_label(c);
    if next.iter().any(|c| !c.trim().is_empty() && titled(c)) || next.len() > row.len() + 1 {
        return None;
    }
    let cell = next.get(column)?.trim();
    (!cell.is_empty()).then(|| cell.to_owned())
}

/// Words that forms of any kind use as labels, folded.
const ANY: [&str; 48] = [
    "razon social",
    "ubicacion",
    "contacto",
    "motivo",
    "fecha",
    "comuna",
    "programa",
    "region",
    "provincia",
    "rut",
    "run",
    "nombre",
    "nombres",
    "apellidos",
    "cargo",
    "telefono",
    "fono",
    "celular",
    "correo",
    "correo electronico",
    "email",
    "e mail",
    "direccion",
    "domicilio",
    "observaciones",
    "firma",
    "timbre",
    "perfil",
    "dv",
    "unidad",
    "departamento",
    "institucion",
    "organizacion",
    "n",
    "nro",
    "folio",
    "hora",
    "año",
    "ano",
    "monto",
    "estado",
    "tipo",
    "codigo",
    "item",
    "detalle",
    "servicio",
    "ejecutor",
    "proyecto",
];

fn is_any_label(cell: &str) -> bool {
    let words = fold_words(cell);
    ANY.contains(&words.as_str()) || is_label_words(&words)
}

/// "Monto total", "Teléfono y correo", "RUT representante": two words or more of which each stands
/// in labels alone.
pub fn is_label_words(words: &str) -> bool {
    const SMALL: [&str; 10] = ["y", "e", "o", "de", "del", "la", "el", "al", "los", "las"];
    const MORE: [&str; 15] = [
        "total",
        "monto",
        "representante",
        "legal",
        "postulacion",
        "inicio",
        "termino",
        "cierre",
        "apertura",
        "numero",
        "responsable",
        "electronico",
        "convocatoria",
        "completo",
        "informe",
    ];
    let folded = fold_words(words);
    let mut count = 0;
    let all = folded
        .split(' ')
        .filter(|w| !w.is_empty() && !SMALL.contains(w))
        .inspect(|_| count += 1)
        .all(|w| ANY.contains(&w) || MORE.contains(&w));
    all && count >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_pdf_cut_or_glued_are_mended() {
        for (label, value, expected) in [
            (
                "Fecha que muestra el sistem",
                "a 04-05-26",
                "Fecha que muestra el sistema",
            ),
            (
                "Fecha que muestra el sistema04-05-26",
                "",
                "Fecha que muestra el sistema",
            ),
        ] {
            let row = whole_words(&[label.to_owned(), value.to_owned()]);
            assert_eq!(row, [expected, "04-05-26"], "{label}");
        }
        let whole = ["Proyecto".to_owned(), "de la red".to_owned()];
        assert_eq!(whole_words(&whole), whole);
    }
}
