//! What one of the desk's people answers to "where does this mail go?".

use std::sync::LazyLock;

use regex::Regex;

/// Where a mail goes, in the words of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortingWords {
    /// "tipo 5": the number of the list.
    Number(usize),
    /// "tipo: creación de organización".
    Named(String),
    /// "no corresponde: motivo"; the reason may be empty.
    NotOurs(String),
    /// "es de la 123": the request's number, or its last digits.
    Request(String),
}

#[expect(
    clippy::expect_used,
    reason = "constant patterns, compiled by every test"
)]
fn pattern(parts: &[&str]) -> Regex {
    Regex::new(&parts.concat()).expect("a constant")
}

/// Marks that a line begins with, and words: "Hola, creo que es tipo 5".
const HEAD: [&str; 3] = [
    r"(?i)^[\s*\-•>«»“”\x22'.,:]*",
    r"(?:hola|estimad[oa]s?|ok|s[ií]|creo que|yo creo que|me parece que|este|esto|este correo",
    r"|el correo|ese correo)?[\s,:]*",
];
/// "N° ", "nro. ", "número ".
const NUMBER: &str = r"(?:n(?:ro|úmero|umero)?[.°º]*\s*)?";

fn headed(parts: &[&str]) -> Regex {
    pattern(&[&HEAD[..], parts].concat())
}

static TYPE: LazyLock<Regex> = LazyLock::new(|| {
    headed(&[
        r"(?:(?:es|sería|seria|corresponde|clasificar)\s+)?",
        r"(?:(?:al?|como|de|del|el|un|una)\s+)*",
        r"(?:tipo|procedimiento|opci[oó]n|n[uú]mero|n[°º])\s*",
        NUMBER,
        r"[:#=\-–]?\s*(?P<what>.+)$",
    ])
});
static BARE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&[r"^[\s*\-•>«»“”\x22'#]*(\d{1,2})[\s.)»”\x22']*$"]));
static NOT_OURS: LazyLock<Regex> = LazyLock::new(|| {
    headed(&[
        r"no\s+(?:nos\s+|le\s+|me\s+)?(?:corresponde|compete|es\s+nuestro",
        r"|es\s+(?:de|para)\s+la\s+mesa|es\s+para\s+nosotros)\b",
        r"[\s:;,.\-–»”\x22]*(?P<why>.*)$",
    ])
});
static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    headed(&[
        r"(?:es|corresponde|pertenece|va|agregar|agréguelo|agreguelo|agrégalo|sumar|adjuntar)\s+",
        r"(?:parte\s+)?(?:de|del|a|al|con|en)\s*(?:la|el|los)?\s*",
        r"(?:solicitud|requerimiento|caso|ticket)?\s*",
        NUMBER,
        r"\[?(?P<number>(?:[A-Za-z][\w.]*-\d{4}-)?\d{1,8})\b",
    ])
});
static REASON: LazyLock<Regex> =
    LazyLock::new(|| pattern(&[r"(?i)^(?:motivo|porque|por que|ya que|pues)\b[\s:,]*"]));

/// What the new text of an answer says; none where it says nothing, or two things.
pub fn sorting(text: &str) -> Option<SortingWords> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found: Option<SortingWords> = None;
    for (index, line) in lines.iter().enumerate().take(12) {
        let rest = lines.get(index + 1..).unwrap_or_default();
        let Some(said) = of_line(line, rest) else {
            continue;
        };
        // The reason takes all that follows.
        if matches!(said, SortingWords::NotOurs(_)) {
            return found.is_none().then_some(said);
        }
        match &found {
            Some(known) if *known != said => return None,
            _ => found = Some(said),
        }
    }
    found
}

fn of_line(line: &str, rest: &[&str]) -> Option<SortingWords> {
    if let Some(found) = NOT_OURS.captures(line) {
        return Some(SortingWords::NotOurs(reason(&found["why"], rest)));
    }
    if let Some(found) = REQUEST.captures(line) {
        return Some(SortingWords::Request(found["number"].to_owned()));
    }
    if let Some(found) = BARE.captures(line) {
        return found[1].parse().ok().map(SortingWords::Number);
    }
    let found = TYPE.captures(line)?;
    let what = found["what"].trim_matches(|c: char| !c.is_alphanumeric());
    let digits: String = what.chars().take_while(char::is_ascii_digit).collect();
    // "tipo 5", "tipo 5 (rendiciones)", but not "tipo 2026-…".
    if !digits.is_empty() && digits.len() <= 2 {
        return digits.parse().ok().map(SortingWords::Number);
    }
    (!what.is_empty()).then(|| SortingWords::Named(what.to_owned()))
}

/// The reason: what follows in the line, and the lines up to a blank one.
fn reason(first: &str, rest: &[&str]) -> String {
    let mut words = vec![first.trim()];
    let after = rest
        .iter()
        .skip_while(|l| first.trim().is_empty() && l.is_empty());
    words.extend(after.take_while(|l| !l.is_empty()).copied());
    let all = words.join(" ");
    REASON.replace(all.trim(), "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_people_write_them() {
        use SortingWords::*;
        let named = |s: &str| Some(Named(s.to_owned()));
        let not = |s: &str| Some(NotOurs(s.to_owned()));
        let of = |s: &str| Some(Request(s.to_owned()));
        let rows = [
            ("tipo 5", Some(Number(5))),
            ("Tipo 5.", Some(Number(5))),
            ("TIPO: 5", Some(Number(5))),
            ("«tipo 5»", Some(Number(5))),
            ("Hola, es tipo 5", Some(Number(5))),
            (
                "Creo que es el tipo 3 (rendiciones)\n\nSaludos\nValentina",
                Some(Number(3)),
            ),
            ("5", Some(Number(5))),
            ("Procedimiento N° 4", Some(Number(4))),
            ("es un tipo 2", Some(Number(2))),
            (
                "tipo: creación de organización",
                named("creación de organización"),
            ),
            (
                "Tipo: Desaprobación de rendiciones.",
                named("Desaprobación de rendiciones"),
            ),
            ("no corresponde: es de compras", not("es de compras")),
            (
                "No corresponde porque lo ve Recursos Humanos.",
                not("lo ve Recursos Humanos."),
            ),
            (
                "No corresponde.\nMotivo: es publicidad\ndel banco",
                not("es publicidad del banco"),
            ),
            ("No nos corresponde", not("")),
            ("es de la 123", of("123")),
            ("Es de la SIGEC-2026-000123.", of("SIGEC-2026-000123")),
            ("corresponde a la solicitud N° 123, por favor", of("123")),
            (
                "Es parte de la solicitud [SIGEC-2026-000123]",
                of("SIGEC-2026-000123"),
            ),
            ("Lo veo mañana", None),
            ("Gracias", None),
            ("tipo 5\ntipo 6", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(sorting(text), expected, "{text}");
        }
    }
}
