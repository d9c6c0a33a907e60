//! Notices that gateways, lawyers and foresters add: a paragraph each, known by how it begins and
//! by a second word in it. Their words ("rechazar", "autorizado") must not be read as an answer.

use super::super::line::{Line, fold, head};
use super::Role;
use super::words::{Kind, begins, words};

/// Shortest and longest notice, in bytes of folded text.
const NOTICE_BYTES: std::ops::RangeInclusive<usize> = 18..=4_000;

/// Whether a paragraph (folded) is a notice. `after_notice`: the one before it was.
fn is_notice(folded: &str, after_notice: bool) -> bool {
    if !NOTICE_BYTES.contains(&folded.len()) {
        return false;
    }
    let starts = begins_notice(folded);
    let text = bare(folded);
    let subjects = count(Kind::Topic, text);
    // "advertencia: confidencial…": the beginning may be among the subjects, too
    (starts && subjects >= 1 && (subjects >= 2 || !is_answer_like(text)))
        || (after_notice && subjects >= 2)
}

/// Whether a sentence (folded) below a signature is one of these notices: there, and only there,
/// less is enough.
pub(super) fn is_trailing(folded: &str) -> bool {
    let hits = count(Kind::Below, folded);
    !is_answer_like(folded) && (hits >= 2 || is_notice(folded, true))
}

/// How many words of a kind a folded text holds.
fn count(kind: Kind, folded: &str) -> usize {
    let held = words(kind).iter().filter(|w| folded.contains(w.as_str()));
    held.count()
}

/// A notice never speaks in the first person singular of deciding.
fn is_answer_like(text: &str) -> bool {
    [
        "apruebo",
        "rechazo",
        "autorizo",
        "visto bueno",
        "solicito",
        "se solicita",
        "adjunto el",
        "adjunto la",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Marks notices among the new lines.
pub(super) fn mark(lines: &[Line], roles: &mut [Role]) {
    let mut after_notice = false;
    let mut start = 0;
    while start < lines.len() {
        let end = paragraph_end(lines, roles, start);
        if end == start {
            start += 1;
            continue;
        }
        let text: Vec<&str> = lines
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .map(|l| l.text.as_str())
            .collect();
        let may = after_notice
            || text.first().is_some_and(|l| begins_notice(&fold(l)))
            || is_framed(&text);
        let whole = may && is_notice(&fold_long(&text), after_notice);
        if whole {
            take(roles, start, end);
        } else {
            mark_lines(lines, roles, start, end);
        }
        after_notice = whole;
        start = end;
    }
}

/// Lines of a notice that is glued to others.
const GLUED_LINES: usize = 40;

/// Notices glued to other lines: from the line that begins one to the paragraph's end, or that line
/// alone.
fn mark_lines(lines: &[Line], roles: &mut [Role], start: usize, end: usize) {
    for i in start..end {
        let Some(first) = lines
            .get(i)
            .map(|l| fold(&l.text))
            .filter(|f| begins_notice(f))
        else {
            continue;
        };
        let tail: Vec<&str> = lines
            .get(i..end)
            .unwrap_or_default()
            .iter()
            .take(GLUED_LINES)
            .map(|l| l.text.as_str())
            .collect();
        if is_notice(&fold_long(&tail), false) && !tail.iter().skip(1).any(|l| l.len() < 15) {
            return take(roles, i, end);
        }
        if is_notice(&first, false) {
            take(roles, i, i + 1);
        }
    }
}

/// Whether a paragraph begins with a line of dashes, as gateways draw it.
fn is_framed(lines: &[&str]) -> bool {
    lines
        .first()
        .is_some_and(|l| !l.contains(char::is_alphanumeric))
}

fn begins_notice(folded: &str) -> bool {
    // gateways tag what they write: "[EXTERNO] Este mensaje …"
    let tag = folded.strip_prefix(['[', '(', '*']);
    let behind = tag.and_then(|t| head(t, TAG_BYTES).split_once([']', ')', '*']));
    begins(Kind::Notice, bare(folded))
        || behind.is_some_and(|(_, text)| begins(Kind::Notice, bare(text)))
}

/// Longest tag in brackets, with enough of what stands behind it.
const TAG_BYTES: usize = 120;

/// A folded text without the signs at its beginning.
fn bare(folded: &str) -> &str {
    folded.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// Marks what OpenPGP writes around a signed text (RFC 9580, 7): its head, and the signature below.
pub(super) fn mark_armour(lines: &[Line], roles: &mut [Role]) {
    let (mut within, mut in_head) = (false, false);
    for (line, role) in lines.iter().zip(roles) {
        let text = line.text.trim_end();
        let (begins, ends) = match text.strip_prefix("-----") {
            Some(text) => (
                text.strip_prefix("BEGIN PGP "),
                text.starts_with("END PGP "),
            ),
            None => (None, false),
        };
        match begins {
            Some(kind) if kind.starts_with("SIGNED MESSAGE") => in_head = true,
            Some(kind) if kind.starts_with("SIGNATURE") => within = true,
            _ => {}
        }
        if *role == Role::New && (within || in_head) {
            *role = Role::Signature;
        }
        within &= !ends;
        in_head &= !text.is_empty();
    }
}

fn fold_long(lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines {
        if out.len() > *NOTICE_BYTES.end() {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&fold(line));
    }
    out
}

fn take(roles: &mut [Role], from: usize, to: usize) {
    for role in roles.get_mut(from..to).unwrap_or_default() {
        *role = Role::Signature;
    }
}

/// The end of the paragraph of new lines that begins here; `start` itself where none does.
fn paragraph_end(lines: &[Line], roles: &[Role], start: usize) -> usize {
    // not `skip`, which walks through all that stand before where two iterators are zipped
    let rest = lines.get(start..).unwrap_or_default().iter();
    rest.zip(roles.get(start..).unwrap_or_default())
        .take_while(|(line, role)| **role == Role::New && !line.is_blank())
        .count()
        + start
}

#[cfg(test)]
mod tests {
    use super::super::new_text;

    #[test]
    fn notices_go_and_answers_stay() {
        for notice in [
            "AVISO LEGAL: El contenido no constituye acto administrativo ni aprobación.",
            "Conforme a la Ley N° 19.628, estos datos son personales y no pueden difundirse.",
            "Antes de imprimir este correo piense en el medio ambiente.",
            "¿Es necesario imprimir este correo? El medio ambiente está en nuestras manos.",
            "This e-mail is confidential and intended for the recipient only.",
            "PRECAUCIÓN: este correo viene de fuera de la institución. No abra enlaces.",
        ] {
            assert_eq!(
                new_text(&format!("Apruebo\n\n{notice}"), ""),
                "Apruebo",
                "{notice}"
            );
            assert_eq!(
                new_text(&format!("{notice}\n\nRechazo"), ""),
                "Rechazo",
                "{notice}"
            );
        }
        for answer in [
            "Este mensaje es para aprobar lo solicitado.",
            "Conforme a la ley, apruebo el cambio de datos personales.",
            "Nota: falta el memorándum.",
            "Este correo confirma que autorizo al remitente.",
        ] {
            assert_eq!(new_text(answer, ""), answer);
        }
    }
}
