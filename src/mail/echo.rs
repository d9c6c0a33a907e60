//! The desk's own words that come back without any mark of a quote.

use super::Letter;

/// Shorter lines are never taken for an echo: "Apruebo" stands in our mails, too.
const SHORTEST: usize = 20;

/// A letter without the lines of its new text that stand in the mail that it answers: some programs
/// send a mail back unmarked, and its words ("Confirme su solicitud") must not be read as theirs.
pub fn without_echo(letter: &Letter, answered: &str) -> Letter {
    Letter {
        text: own_words(&letter.text, answered),
        ..letter.clone()
    }
}

fn own_words(text: &str, answered: &str) -> String {
    let ours = folded(answered);
    let own = |line: &&str| {
        let line = folded(line);
        line.chars().count() < SHORTEST || !ours.contains(&line)
    };
    let kept: Vec<&str> = text.lines().filter(own).collect();
    kept.join("\n").trim().to_owned()
}

/// Lower case, white space and marks of emphasis collapsed.
fn folded(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '>'));
    let words: Vec<&str> = words.filter(|w| !w.is_empty()).collect();
    words.join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_go_and_theirs_stay() {
        let answered = "Confirme su solicitud: Creación\nde organizaciones\n\nResponda «Sí».";
        let text = "Recibido.\nConfirme su solicitud: Creación de\norganizaciones\nApruebo";
        let text = own_words(text, answered);
        assert!(!text.contains("Confirme"), "{text}");
        assert!(
            text.contains("Recibido.") && text.contains("Apruebo"),
            "{text}"
        );
    }
}
