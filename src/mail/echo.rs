//! The desk's own words that come back without any mark of a quote.

use std::collections::BTreeSet;

use super::Letter;
use super::body::plain_body;
use super::line::{head, join};
use super::new_text::{Cut, Writer, begins_original};

/// Shorter lines are never taken for an echo: "Apruebo" stands in our mails, too.
const SHORTEST: usize = 20;

/// A letter without the lines of its new text that stand in the mail that it answers: some programs
/// send a mail back unmarked, and its words ("Confirme su solicitud") must not be read as theirs.
///
/// Where nothing new remains, and the mail that it answers stands below without marks, the words
/// that its sender wrote into or below that mail are the new text. `answered` must hold every form
/// of it ([`super::every_text`]), so that no word of ours is taken for theirs.
pub fn without_echo(letter: &Letter, answered: &str) -> Letter {
    let mut text = own_words(&letter.text, answered);
    if text.is_empty() {
        text = written_within(&letter.full_text, answered);
    }
    Letter {
        text,
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

/// Lines of an unmarked original, and bytes of a line and of our mail, that are looked at.
const LINES_MAX: usize = 1_000;
const LINE_BYTES: usize = 1_000;
const OURS_BYTES: usize = 100_000;
/// Fewest lines of ours that show that the original is our mail.
const OURS_LINES: usize = 5;

/// What somebody wrote into or below our mail, which stands unmarked in theirs. Only the original
/// on top counts, it must begin with our words, and a line is theirs only if it is not found in our
/// mail, nor most of its pairs of words: a line of ours that was changed on its way is not theirs,
/// nor is the bare "Apruebo" that our mail offers as an answer.
fn written_within(full_text: &str, answered: &str) -> String {
    let body = plain_body(full_text, None);
    if body.lines.iter().any(|line| line.depth > 0) {
        return String::new();
    }
    let cut = Cut::new(body, &Writer::default());
    let Some(start) = cut.original.as_ref().map(|original| original.start) else {
        return String::new();
    };
    let ours = words(head(answered, OURS_BYTES));
    let pairs: BTreeSet<&[String]> = ours.windows(2).collect();
    let ours_in_one = format!(" {} ", ours.join(" "));
    let (mut same, mut theirs) = (0, Vec::new());
    for (i, line) in cut
        .body
        .lines
        .iter()
        .enumerate()
        .skip(start)
        .take(LINES_MAX)
    {
        if i > start && begins_original(&cut.body.lines, i) {
            break;
        }
        let said = words(head(&line.text, LINE_BYTES));
        if said.is_empty() {
            theirs.push("");
        } else if ours_in_one.contains(&format!(" {} ", said.join(" "))) {
            same += 1;
        } else if same == 0 {
            return String::new();
        } else if !is_changed(&said, &pairs) {
            theirs.push(&line.text);
        }
    }
    let filled = theirs.iter().filter(|line| !line.is_empty()).count();
    if same < OURS_LINES || filled > same {
        return String::new();
    }
    let theirs = plain_body(&join(theirs.into_iter()), None);
    Cut::new(theirs, &Writer::default()).text()
}

/// Whether a line may be one of ours that was changed on its way: it begins with a pair of words of
/// ours, or more than a third of its pairs are.
fn is_changed(said: &[String], pairs: &BTreeSet<&[String]>) -> bool {
    let ours = said.windows(2).map(|pair| pairs.contains(pair));
    let begins = ours.clone().next().unwrap_or_default();
    begins || ours.filter(|is| *is).count() * 3 > said.len()
}

/// The words of a text, in lower case; addresses and links, which clients add, are none.
fn words(text: &str) -> Vec<String> {
    let is_said = |piece: &&str| !["@", "://", "mailto:"].iter().any(|l| piece.contains(l));
    text.split_whitespace()
        .filter(is_said)
        .flat_map(|piece| piece.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
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

    const OURS: &str = "Estimada Ana:\n\nCarla pide aprobar la solicitud 123.\n\nPrograma: \
        Vínculos\nRegión: Maule\nMotivos: el cheque fue mal cobrado\n\nPara responder, escriba una \
        palabra:\nApruebo\nRechazo: motivo\n\nMesa de Ayuda SIGEC";
    const HEAD: &str =
        "De: Mesa <mesa@sigec.test>\nEnviado el: lunes 2 9:30\nPara: Ana\nAsunto: x\n";

    fn within(original: &str) -> String {
        written_within(&format!("{HEAD}\n{original}"), OURS)
    }

    #[test]
    fn what_is_written_into_our_unmarked_mail_is_theirs() {
        assert_eq!(within(&format!("{OURS}\n\nSí, apruebo.")), "Sí, apruebo.");
        let asked = OURS.replace("Apruebo\n", "Apruebo\nAprobado por mi parte\n");
        assert_eq!(within(&asked), "Aprobado por mi parte");
        let wrapped = OURS.replace("escriba una ", "escriba\nuna ") + "\n\nNo puedo aprobar eso.";
        assert_eq!(within(&wrapped), "No puedo aprobar eso.");
    }

    #[test]
    fn our_words_are_never_theirs() {
        for original in [
            OURS.to_owned(),
            // what our mail offers cannot be told from what they wrote
            format!("{OURS}\nApruebo"),
            // changed on its way
            OURS.replace("una palabra", "una palabra <https://ejemplo.test/x>"),
            OURS.replace(
                "Rechazo: motivo",
                "Rechazo: motivo (mailto:mesa@sigec.test)",
            ),
            // somebody else's mail stands above ours
            format!("Apruebo, Berta Lagos\n\n{HEAD}\n{OURS}"),
            // and below it
            format!(
                "{OURS}\n\nDe: Berta <b@b.example>\nEnviado el: lunes\nPara: A\n\nSí, lo apruebo."
            ),
            // a gateway's
            format!(
                "{OURS}\n\nEste mensaje es confidencial y para su destinatario; si no autoriza."
            ),
            "Otra cosa.\n\nSí, apruebo.".to_owned(),
        ] {
            assert_eq!(within(&original), "", "{original}");
        }
        assert_eq!(written_within(&format!("{OURS}\nSí, apruebo."), OURS), "");
    }
}
