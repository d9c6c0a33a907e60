//! "No fui yo" and "ya no trabaja aquí": words about who wrote, and not about what is decided. The
//! table is `repudiation.tsv`.

use std::sync::LazyLock;

use regex::Regex;

use super::RoleOfSender;
use super::expressions::{Row, beginning, rows};
use super::words::fold_words;

/// What a sentence says of who wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// Something that bears their name is not theirs.
    NotMine,
    /// Somebody does not work there any more.
    Left,
    /// Neither.
    Mask,
}

#[derive(Debug)]
struct Expression {
    sign: Sign,
    roles: String,
    regex: Regex,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    example: String,
}

static TABLE: LazyLock<Vec<Expression>> =
    LazyLock::new(|| table(include_str!("repudiation.tsv")).unwrap_or_default());

fn table(text: &str) -> Result<Vec<Expression>, String> {
    let expression = |row: Row| {
        let [sign, roles] = row.signs.as_slice() else {
            return Err("two signs a row".to_owned());
        };
        Ok(Expression {
            sign: match sign.as_str() {
                "not-mine" => Sign::NotMine,
                "left" => Sign::Left,
                "mask" => Sign::Mask,
                other => return Err(format!("no such sign: {other}")),
            },
            roles: roles.clone(),
            regex: row.regex,
            example: row.example,
        })
    };
    rows(text, 2)?.into_iter().map(expression).collect()
}

fn says(text: &str, role: RoleOfSender, sign: Sign) -> bool {
    let letter = match role {
        RoleOfSender::Requester => 'R',
        RoleOfSender::Approver | RoleOfSender::Executor => 'A',
    };
    let text = beginning(text);
    let sentences = text
        .split(['.', '!', '?', '¡', '¿', ';', '\n'])
        .map(fold_words);
    let rows = || TABLE.iter().filter(|row| row.roles.contains(letter));
    let holds = |sentence: &str, sign: Sign| {
        rows().any(|row| row.sign == sign && row.regex.is_match(sentence))
    };
    sentences
        .filter(|sentence| !sentence.is_empty())
        .any(|sentence| holds(&sentence, sign) && !holds(&sentence, Sign::Mask))
}

/// Whether a text says that a decision, mail or request in its sender's name is not theirs.
pub fn repudiates(text: &str, role: RoleOfSender) -> bool {
    says(text, role, Sign::NotMine)
}

/// Whether a text says that the owner of the mailbox that it came from has left.
pub fn says_left(text: &str) -> bool {
    says(text, RoleOfSender::Approver, Sign::Left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound_and_each_example_says_what_it_should() {
        let table = table(include_str!("repudiation.tsv")).unwrap();
        assert!(table.len() > 30);
        for row in &table {
            let words = fold_words(&row.example);
            assert!(row.regex.is_match(&words), "{}", row.example);
            let role = match row.roles.contains('A') {
                true => RoleOfSender::Approver,
                false => RoleOfSender::Requester,
            };
            let (mine, left) = (repudiates(&row.example, role), says_left(&row.example));
            let expected = (row.sign == Sign::NotMine, row.sign == Sign::Left);
            assert_eq!((mine, left), expected, "{}", row.example);
        }
    }

    #[test]
    fn plain_answers_are_not_taken_for_it() {
        for text in [
            "Apruebo",
            "Rechazo: no corresponde, falta la firma.",
            "Todavía no he aprobado esto, lo veo mañana.",
            "No apruebo.",
            "No lo apruebo, el monto está malo.",
            "No envié el adjunto, va ahora.",
            "No he podido revisarlo, lo apruebo mañana.",
            "Estaré fuera de la oficina hasta el lunes.",
            "Ya no es necesario, gracias.",
            "No me corresponde a mí aprobar esto, lo ve Finanzas.",
            "No fui yo quien pidió este cambio, pero apruebo.",
            "Ya no hay observaciones, apruebo.",
        ] {
            assert!(!repudiates(text, RoleOfSender::Approver), "{text}");
            assert!(!says_left(text), "{text}");
        }
    }

    #[test]
    fn it_stands_anywhere_in_a_mail() {
        let text = "Estimados:\n\nMe llama la atención este aviso. Yo no aprobé nada; ayer estuve \
                    con licencia.\n\nAtte.,\nLorena";
        assert!(repudiates(text, RoleOfSender::Approver));
        let text = "Buenas tardes, les cuento que la señora Lorena Cortés ya no trabaja en esta \
                    institución. Saludos.";
        assert!(says_left(text));
    }
}
