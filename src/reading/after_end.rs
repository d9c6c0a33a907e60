//! Whether a requester who writes after the end asks for something, or objects. The table is
//! `after_end.tsv`. Thanks are told apart before (`decide/courtesy.rs`).

use std::sync::LazyLock;

use regex::Regex;

use super::expressions::{Row, beginning, rows};
use super::words::fold_words;

#[derive(Debug)]
struct Expression {
    mask: bool,
    regex: Regex,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    example: String,
}

static TABLE: LazyLock<Vec<Expression>> =
    LazyLock::new(|| table(include_str!("after_end.tsv")).unwrap_or_default());

fn table(text: &str) -> Result<Vec<Expression>, String> {
    let expression = |row: Row| {
        Ok(Expression {
            mask: match row.signs.concat().as_str() {
                "asks" => false,
                "mask" => true,
                other => return Err(format!("no such sign: {other}")),
            },
            regex: row.regex,
            example: row.example,
        })
    };
    rows(text, 1)?.into_iter().map(expression).collect()
}

/// Whether a text asks for something, or objects to how a request ended.
pub fn asks_or_objects(text: &str) -> bool {
    let text = beginning(text);
    // "¿Desde cuándo rige?" needs no word of the table.
    text.contains('?') || text.split(['.', '!', '¡', ';', '\n']).any(asks)
}

fn asks(sentence: &str) -> bool {
    let words = fold_words(sentence);
    let holds = |mask: bool| {
        let mut rows = TABLE.iter().filter(|row| row.mask == mask);
        rows.any(|row| row.regex.is_match(&words))
    };
    !words.is_empty() && holds(false) && !holds(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound_and_each_example_says_what_it_should() {
        let table = table(include_str!("after_end.tsv")).unwrap();
        assert!(table.len() > 25);
        for row in &table {
            let words = fold_words(&row.example);
            assert!(row.regex.is_match(&words), "{}", row.example);
            assert_eq!(asks_or_objects(&row.example), !row.mask, "{}", row.example);
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for text in [
            "Muchas gracias por la gestión, quedó todo perfecto.",
            "Estimados, recibido conforme. Saludos cordiales.",
            "Ya lo vi reflejado en el sistema, muy agradecido.",
            "Perfecto, informo al ejecutor.",
            "Gracias, no hay problema.",
            "Le aviso a la municipalidad para que ingrese.",
            "Todo en orden, muchas gracias por la rapidez.",
        ] {
            assert!(!asks_or_objects(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_is_taken_up() {
        for text in [
            "Gracias, pero la fecha nueva no aparece en el sistema.",
            "Estimados:\n\nSigue sin poder ingresar la contraparte.\n\nSaludos",
            "¿Desde cuándo se puede ingresar?",
            "Solicito reconsiderar, ya que el gasto sí corresponde.",
            "Adjunto el acta que faltaba.",
            "Les comento que la clave no funciona.",
            "Quedó con el RUT equivocado.",
            "Ya subsanamos lo que observó la Jefa Administrativa.",
            "No me llegó la clave al correo.",
        ] {
            assert!(asks_or_objects(text), "{text}");
        }
    }
}
