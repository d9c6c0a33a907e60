//! The table of sentences in `tests/data/decisions.tsv`, and rules that need a whole letter.

use super::*;
use crate::mail::{Address, SenderAuthentication};

fn letter(subject: &str, text: &str) -> Letter {
    Letter {
        message_id: None,
        in_reply_to: vec![],
        references: vec![],
        from: Some(Address {
            address: "ana@oficina.example".into(),
            name: "Ana".into(),
        }),
        to: vec![],
        cc: vec![],
        subject: subject.into(),
        date: None,
        origin: Origin::Person,
        authentication: SenderAuthentication::NotStamped,
        authentication_words: String::new(),
        text: text.into(),
        full_text: text.into(),
        tables: vec![],
        forwarded: vec![],
        attachments: vec![],
        tokens: vec![],
        numbers: vec![],
        defects: vec![],
    }
}

const SUBJECT: &str =
    "RE: [SIGEC-2026-000009] Solicitud de aprobación: Desaprobación de rendiciones";

fn role(name: &str) -> RoleOfSender {
    serde_json::from_value(name.into()).unwrap()
}

fn name(decision: Option<&Decision>) -> String {
    decision.map_or_else(
        || "none".to_owned(),
        |d| {
            serde_json::to_value(d.kind)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        },
    )
}

#[test]
fn the_table_of_sentences() {
    let table = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/decisions.tsv"
    ));
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let cells: Vec<&str> = line.split('\t').collect();
        let [text, who, expected] = cells[..] else {
            panic!("three cells: {line}")
        };
        count += 1;
        let text = text.replace("\\n", "\n");
        let got = name(decide(&letter(SUBJECT, &text), role(who)).as_ref());
        if got != expected {
            let signs: Vec<_> = found(&text, role(who))
                .1
                .into_iter()
                .map(|h| (h.sign, h.sentence, h.at))
                .collect();
            wrong.push(format!(
                "{who}: {text}\n    expected {expected}, read {got} from {signs:?}"
            ));
        }
    }
    assert!(count >= 200, "{count} sentences");
    assert!(
        wrong.is_empty(),
        "{} of {count} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn courtesies_say_nothing() {
    for text in [
        "Muchas gracias!",
        "Recibido, gracias",
        "Ok",
        "Gracias.\n\nSaludos",
        "👍",
        "",
        "Acuso recibo",
    ] {
        assert!(is_courtesy(text), "{text} {:?}", text::sentences(text));
    }
    for text in [
        "Gracias, el RUT es 11.111.111-1",
        "Rechazo",
        "Listo, adjunto el formulario",
    ] {
        assert!(!is_courtesy(text), "{text}");
    }
}
