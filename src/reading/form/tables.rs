//! Labels in tables: beside their value, above it, or at the head of a row of values.

use super::lines::pairs;
use super::{Labelled, Labels};
use crate::office::FieldName;
use crate::reading::parts::Part;

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
        if let Some((values, below)) = across(row, rows.get(index + 1..).unwrap_or(&[]), labels) {
            for (label, value) in values {
                push(&mut out, part, number + below, (label, value), labels);
            }
            skip = index + usize::try_from(below).unwrap_or(1) + 1;
            continue;
        }
        for (label, value) in beside(row, labels) {
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
        && labels.fields(cell).iter().any(|(_, fit)| *fit > 0.7)
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
    if named < 2 || named * 2 < filled {
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

/// Labels beside their values in one row, or "Etiqueta: valor" within a cell.
fn beside(row: &[String], labels: &Labels<'_>) -> Vec<(String, String)> {
    let cells: Vec<&str> = row
        .iter()
        .map(|c| c.trim())
        .filter(|c| !c.is_empty() && *c != ":")
        .collect();
    let mut out = Vec::new();
    let mut index = 0;
    while let Some(cell) = cells.get(index) {
        let next = cells.get(index + 1).copied();
        if is_label_cell(cell, labels) {
            let value = next.filter(|n| !(labels.is_exact(n) && cells.len() > 2));
            out.push((
                (*cell).to_owned(),
                value
                    .unwrap_or("")
                    .trim_start_matches([':', ' '])
                    .to_owned(),
            ));
            index += if value.is_some() { 2 } else { 1 };
            continue;
        }
        let fit = |l: &str| labels.fields(l).first().map_or(0.0, |(_, fit)| *fit);
        for pair in pairs(cell, &fit) {
            out.push((pair.label, pair.value));
        }
        index += 1;
    }
    out
}
