//! Lines that a mail program broke, joined again: what stands in one sentence or one value is one.

use std::sync::LazyLock;

use regex::Regex;

use super::words::fold_words;

static ITEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:[-•*·–▪◦>]\s|\(?\d{1,2}\s?[.)°](?:\s|-|\D)|\(?[a-zA-Z]\)|[ivx]+[.)]\s)")
        .ok()
});
static LABEL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[^:,.;()]{2,60}\.?\s*:(?:\s|$)").ok());

/// Whether a line begins an item of a list.
fn is_item(line: &str) -> bool {
    ITEM.as_ref().is_some_and(|r| r.is_match(line))
}

/// Whether a line carries a label, so that it goes on with nothing before it.
fn has_label(line: &str) -> bool {
    // "de Tarapacá: Ana Soto": no label begins with a small word.
    let mut words = line.split(' ');
    let small = words.next().is_some_and(|w| SMALL.contains(&w)) && words.next().is_some();
    !small && LABEL.as_ref().is_some_and(|r| r.is_match(line))
}

/// "…; Correo:" ends a line of several labels, or stands in brackets: its value follows.
fn awaits_value(before: &str) -> bool {
    before.rfind('(') > before.rfind(')') || before.contains(": ")
}

/// Puts a line behind the one that it goes on; none of it where it begins something.
/// `last` is the length of the line that `before` ends with, in characters; `raw` is the line with
/// its indentation.
pub fn joined(before: &mut String, raw: &str, last: usize) -> bool {
    let line = raw.trim();
    if !continues(before, line, last) && !is_indented(before, raw) {
        return false;
    }
    // "13-700912-" and "00003-26" are one number.
    let number = before.ends_with(['-', '/'])
        && before
            .chars()
            .rev()
            .nth(1)
            .is_some_and(|c| c.is_ascii_digit())
        && line.starts_with(|c: char| c.is_ascii_digit());
    if !number {
        before.push(' ');
    }
    before.push_str(line);
    true
}

/// Whether a line goes on in the next: it is so full that the next word would not have fitted, or
/// its last words cannot be the end of anything.
fn continues(before: &str, line: &str, last: usize) -> bool {
    if before.is_empty() || line.is_empty() {
        return false;
    }
    if before.ends_with(':') {
        return awaits_value(before) && !is_item(line) && !has_label(line);
    }
    let word = line
        .split_whitespace()
        .next()
        .map_or(0, |w| w.chars().count());
    let open = !before.ends_with(['.', ':', ';', '!', '?']) || is_abbreviation(before);
    let small = line
        .chars()
        .next()
        .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
    let full = last + word >= 60;
    let bracket = before.rfind('(') > before.rfind(')');
    let numbered = line.starts_with("N°") || line.starts_with("Nº");
    let hanging = before.chars().count() >= 8 && (bracket || (open && (numbered || hangs(before))));
    let goes_on = open && last >= 38 && line.starts_with(|c: char| c.is_lowercase() || c == '(');
    let listed = line.split(' ').next().is_some_and(|w| w.ends_with(')'));
    // Within a paragraph a line goes on wherever it does not end.
    let inside = open && last >= 30 && before.chars().count() > last + 20 && !before.ends_with(',');
    let held = small && open && (full || hanging) && !listed && !line.contains(": ");
    if (is_item(line) && !held) || (has_label(line) && !held && !hanging) {
        return false;
    }
    hanging || goes_on || inside || (full && (open || !ends_paragraph(last, word)))
}

/// "Nombre del ejecutor: I. Municipalidad de Sagrada" goes on far to the right in the next line.
fn is_indented(before: &str, raw: &str) -> bool {
    let line = raw.trim();
    let indent = raw.chars().take_while(|c| c.is_whitespace()).count();
    indent >= 6 && !line.is_empty() && before.contains(':') && !is_item(line) && !has_label(line)
}

/// Words after which more must come.
const SMALL: [&str; 26] = [
    "de", "del", "la", "las", "los", "el", "y", "e", "o", "en", "con", "por", "para", "que", "al",
    "su", "sus", "un", "una", "se", "a", "desde", "hasta", "entre", "es", "sobre",
];

/// Whether a line ends in a small word, half a number or the sign of one.
fn hangs(line: &str) -> bool {
    let tail = line.rsplit(' ').next().unwrap_or("");
    let half =
        tail.len() > 2 && tail.ends_with(['-', '/']) && tail.chars().any(|c| c.is_ascii_digit());
    let words = fold_words(tail);
    let small = tail.chars().all(char::is_alphabetic) && SMALL.contains(&words.as_str());
    let sign = matches!(words.as_str(), "n" | "nro" | "num") && tail != "n";
    half || small || sign
}

/// "N°", "I.", "Sr." at the end of a line end no sentence.
fn is_abbreviation(line: &str) -> bool {
    let last = line.split_whitespace().next_back().unwrap_or("");
    let number = last
        .trim_end_matches('.')
        .chars()
        .all(|c| c.is_ascii_digit());
    last.chars().count() <= 4 && last.ends_with('.') && !number
}

/// A full stop in a line with room left ends the paragraph; in a full line it need not.
fn ends_paragraph(last: usize, word: usize) -> bool {
    last + word < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut last = 0;
        for line in text.lines() {
            let done = out
                .last_mut()
                .is_some_and(|before| joined(before, line, last));
            if !done {
                out.push(line.trim().to_owned());
            }
            last = line.chars().count();
        }
        out
    }

    #[test]
    fn values_that_were_cut_are_joined_and_lists_are_not() {
        for (text, expected) in [
            ("Corporación Cultural y\nSocial de Llano", 1),
            ("el proyecto 13-700912-\n00003-26)", 1),
            ("la modificación N°\n4 del proyecto", 1),
            ("de la fundación (proyecto\nNúmero 3)", 1),
            ("Programa: Uno\nEjecutor: Dos\n- Proyecto 12", 3),
            (
                "Ejecutor: I. Municipalidad de Sagrada\n          Familia\nRUT: 3",
                2,
            ),
            (
                "Solicito cambiar la fecha de la\nmodificación, convocatoria Abriendo\nCaminos XV",
                1,
            ),
            ("Estimados,\nfavor crear la convocatoria", 2),
            ("Buenas tardes\nNecesito claves", 2),
            ("Programa Familias\nconvenio estándar", 2),
            ("1) Datos de la\n2) Otra", 2),
        ] {
            assert_eq!(lines(text).len(), expected, "{text}");
        }
        assert_eq!(lines("el 13-700912-\n00003-26")[0], "el 13-700912-00003-26");
    }
}
