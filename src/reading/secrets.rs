//! Passwords in what somebody wrote, made unreadable: "clave: Xk3#9" becomes "clave: •••".

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in the place of a password.
const MASK: &str = "•••";

/// How a password is called.
const CALLED: &str = r"(?:claves?|contrase[ñn]as?|passwords?|passwd|pass|pwd|pin|key)";

#[expect(
    clippy::expect_used,
    reason = "constant patterns, compiled by every test"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(&text.replace("{called}", CALLED)).expect("a constant")
}

/// "Clave provisoria: Xk3#9", "pass = x", the value in the next line too; "contraseña es Xk3#9".
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)(?P<head>\b{called}\b[^\n:=|;,.]{0,40}",
        r"(?:[:=|]|\s(?:es|son|será|sera|quedó|quedo))\s*)(?P<word>[^\s,;|]+)"
    ))
});
/// "Clave Temporal2026", "la clave provisoria Xk3#9".
static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)(?P<head>\b{called}\b(?:\s+\p{L}+){0,3}\s+)(?P<word>[^\s,;|]+)")
});
/// "asoto / Xk3#9": user and password, as teams hand them over.
static PAIR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?P<head>\b[\p{L}\d._@-]{3,40}\s*/\s*)(?P<word>\S{6,40})"));
static MENTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b{called}\b"));
static MIXED: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\s|;,]{6,}"));
/// What is no password though it has digits: RUT, date, number with points, address, hour.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^\(?(?:[\d.]{1,10}-[\dkK]|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?|\d{1,2}:\d{2}",
        r"|[\w.+-]+@[\w.-]+|\d{1,2})[.,;:)]*$"
    ))
});

/// Whether a word looks made up rather than written: a digit or a sign among its letters.
fn is_made_up(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| ".,;:()«»\"'¿?¡!".contains(c));
    let odd = |c: char| c.is_ascii_digit() || "!@#$%&*_+^~".contains(c);
    bare.chars().count() >= 4 && bare.chars().any(odd)
}

/// Whether letters and digits stand side by side, and it is nothing that one knows.
fn is_mixed(word: &str) -> bool {
    let letters = word.chars().any(char::is_alphabetic);
    letters && word.chars().any(|c| c.is_ascii_digit()) && !PLAIN.is_match(word)
}

/// The text without what looks like a password.
pub fn without_secrets(text: &str) -> String {
    let masked = |found: &Captures<'_>| format!("{}{MASK}", &found["head"]);
    let all = LABELLED.replace_all(text, |found: &Captures<'_>| {
        match PLAIN.is_match(&found["word"]) {
            true => found[0].to_owned(),
            false => masked(found),
        }
    });
    let odd = |found: &Captures<'_>| {
        let word = &found["word"];
        match is_made_up(word) && !PLAIN.is_match(word) {
            true => masked(found),
            false => found[0].to_owned(),
        }
    };
    let all = BESIDE.replace_all(&all, odd);
    let all = PAIR.replace_all(&all, odd);
    // A table of users and passwords names them in its head alone.
    match MENTION.is_match(&all) {
        true => MIXED
            .replace_all(&all, |found: &Captures<'_>| match is_mixed(&found[0]) {
                true => MASK.to_owned(),
                false => found[0].to_owned(),
            })
            .into_owned(),
        false => all.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn passwords_are_made_unreadable_and_the_rest_stays() {
        for (text, expected) in [
            ("Usuario: asoto\nClave: Xk3#9", "Usuario: asoto\nClave: •••"),
            ("La contraseña es secreto", "La contraseña es •••"),
            (
                "clave provisoria Sigec2026, cámbiela",
                "clave provisoria •••, cámbiela",
            ),
            ("Password=abc", "Password=•••"),
            ("contraseña:\nXk3#9", "contraseña:\n•••"),
            ("asoto@muni.example / Xk3#9abc", "asoto@muni.example / •••"),
            (
                "Usuario | Clave\nasoto | Xk3jU9",
                "Usuario | Clave\nasoto | •••",
            ),
            // What is no password.
            (
                "La clave se envió por teléfono",
                "La clave se envió por teléfono",
            ),
            (
                "Falta la clave de Juan, RUT 12.345.678-5",
                "Falta la clave de Juan, RUT 12.345.678-5",
            ),
            ("RUT inválido: 12.345.678-9", "RUT inválido: 12.345.678-9"),
            (
                "Creados Ana y/o Pedro el 12/10/2026",
                "Creados Ana y/o Pedro el 12/10/2026",
            ),
        ] {
            assert_eq!(without_secrets(text), expected, "{text}");
        }
    }
}
