//! What somebody says beside the data that they state.

use super::form::{Labels, without_bullet};
use crate::mail::Letter;
use crate::office::Procedure;

/// A letter without the lines of its new text that state data of a procedure: "Motivos: el saldo no
/// corresponde a la cartola" is a value, and nobody's "no corresponde". A value goes on to the next
/// blank line.
pub fn beside_data(letter: &Letter, procedure: &Procedure) -> Letter {
    let labels = Labels::of(procedure);
    let mut within = false;
    let says = |line: &&str| {
        let label = without_bullet(line).split_once(':').map(|(label, _)| label);
        let states = label.is_some_and(|label| labels.is_exact(label.trim()));
        within = states || within && !line.trim().is_empty();
        !within
    };
    let kept: Vec<&str> = letter.text.lines().filter(says).collect();
    Letter {
        text: kept.join("\n").trim().to_owned(),
        ..letter.clone()
    }
}
