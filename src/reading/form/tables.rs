//! Labels in tables: beside their value, above it, or at the head of a row of values.

use super::lines::pairs;
use super::{Labelled, Labels};
use crate::office::FieldName;
use crate::reading::parts::Part;
use crate::reading::words::fold_words;

/// The labelled values of a table.
pub fn labelled(
    part: &Part,
    first: u32,
    rows: &[Vec<String>],
    labels: &Labels<'_>,
) -> Vec<Labelled> {
    let mut out = Vec::new();
    let mut skip = 0;
    for (index, row) in rows.iter().enumerate() {
        if index < skip {
            continue;
        }
        let number = first + u32::try_from(index).unwrap_or(0);
        let below = rows.get(index + 1..).unwrap_or(&[]);
        if let Some((values, offset)) = across(row, below, labels) {
            for (label, value) in values {
                push(&mut out, part, number + offset, (label, value), labels);
            }
            skip = index + usize::try_from(offset).unwrap_or(1) + 1;
            continue;
        }
        for (label, value) in beside(row, below, labels) {
            push(&mut out, part, number, (&label, &value), labels);
        }
    }
    out
}

fn push(out: &mut Vec<Labelled>, part: &Part, line: u32, pair: (&str, &str), labels: &Labels<'_>) {
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

/// Whether a cell is nothing but a label of the procedure.
pub fn is_label_cell(cell: &str, labels: &Labels<'_>) -> bool {
    let cell = cell.trim().trim_end_matches([':', '.', '*', ' ']);
    !cell.is_empty()
        && cell.chars().count() <= 70
        && labels.fields(cell).iter().any(|(_, fit)| *fit >= 0.62)
}

/// A label that could hardly be anything else.
fn is_sure(cell: &str, labels: &Labels<'_>) -> bool {
    labels.fields(cell).iter().any(|(_, fit)| *fit >= 0.9)
}

type Values<'a> = Vec<(&'a str, &'a str)>;

/// A row of labels above a row of values; how many rows below the values stand.
fn across<'a>(
    head: &'a [String],
    below: &'a [Vec<String>],
    labels: &Labels<'_>,
) -> Option<(Values<'a>, u32)> {
    let is_label = |c: &String| is_label_cell(c, labels);
    let filled = head.iter().filter(|c| !c.trim().is_empty()).count();
    let named = head.iter().filter(|c| is_label(c)).count();
    let sure = head.iter().filter(|c| is_sure(c, labels)).count();
    if named < 2 || named * 2 < filled || (sure < 2 && named < 3) {
        return None;
    }
    let (offset, values) = below
        .iter()
        .enumerate()
        .take(3)
        .find(|(_, row)| row.iter().any(|c| !c.trim().is_empty()))?;
    // Labels beside their values (a form of four columns) have labels in the next row too.
    if values.iter().any(|c| labels.is_exact(c)) || values.len() < head.len() {
        return None;
    }
    let pairs = head
        .iter()
        .zip(values)
        .filter(|(label, _)| is_label(label))
        .map(|(label, value)| (label.as_str(), value.as_str()))
        .collect();
    Some((pairs, u32::try_from(offset + 1).unwrap_or(1)))
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
        if is_label_cell(cell, labels) {
            let side = next.filter(|n| !titled(n) || (cells.len() == 2 && labels.is_exact(cell)));
            let under = || under(column, row, below, labels);
            // In a form of two columns a known word may be a value: "Organización | Municipalidad".
            let value = match side {
                Some(n) if !titled(n) => Some(n.to_owned()),
                Some(n) => under().or(Some(n.to_owned())),
                None => under(),
            };
            index += if side.is_some() && value.as_deref() == side {
                2
            } else {
                1
            };
            let value = value.unwrap_or_default();
            out.push((
                cell.to_owned(),
                value.trim_start_matches([':', ' ']).to_owned(),
            ));
            continue;
        }
        let fit = |l: &str| labels.fields(l).first().map_or(0.0, |(_, fit)| *fit);
        for pair in pairs(cell, &fit) {
            out.push((pair.label, pair.value));
        }
        // A label that is not ours, and its value.
        let foreign = is_any_label(cell) && next.is_some_and(|n| !titled(n));
        index += if foreign { 2 } else { 1 };
    }
    out
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
const ANY: [&str; 44] = [
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
    ANY.contains(&words.as_str())
}
