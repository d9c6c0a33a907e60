//! Hand-written mails of the clients that the office's people use, each with what it must be read
//! as (`data/mail/expected.json`; a key that is not there is not checked).

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

mod mail_desk;

use std::path::Path;

use mail_desk::desk;
use mesad::mail::{self, Letter, Origin};
use serde_json::{Value, json};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mail"))
}

/// What a letter says, in the form of the expectations.
fn seen(letter: &Letter) -> Value {
    let (origin, detail) = match &letter.origin {
        Origin::Person => ("person", json!({})),
        Origin::Bulk => ("bulk", json!({})),
        Origin::Own => ("own", json!({})),
        Origin::Automatic(a) => (
            "automatic",
            json!({"out_of_office": a.out_of_office, "until": a.until, "evidence": a.evidence}),
        ),
        Origin::Bounce(b) => (
            "bounce",
            json!({
                "recipients": b.recipients.iter()
                    .map(|r| json!([r.address, r.status, r.permanent])).collect::<Vec<_>>(),
                "original": b.original_message_id,
                "has_report": b.has_report,
            }),
        ),
    };
    let mut seen = json!({
        "origin": origin,
        "text": letter.text,
        "subject": letter.subject,
        "from_": letter.from.as_ref().map(|f| f.address.clone()),
        "in_reply_to": letter.in_reply_to,
        "references": letter.references,
        "numbers": letter.numbers,
        "tables": letter.tables,
        "authentication": letter.authentication,
        "tokens": letter.tokens.iter().map(|t| json!([t.token, t.place])).collect::<Vec<_>>(),
        "attachments": letter.attachments.iter().map(|a| a.name.clone()).collect::<Vec<_>>(),
        "forwarded": letter.forwarded.iter().map(|f| {
            let from = f.from.clone().unwrap_or_default();
            json!([from.address, from.name, f.subject, f.text])
        }).collect::<Vec<_>>(),
    });
    if let (Some(seen), Value::Object(detail)) = (seen.as_object_mut(), detail) {
        seen.extend(detail);
    }
    seen
}

/// Text compared but for its white space.
fn squeeze(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        Value::Array(list) => Value::Array(list.iter().map(squeeze).collect()),
        other => other.clone(),
    }
}

#[test]
fn each_mail_is_read_as_expected() {
    let expected = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let expected: serde_json::Map<String, Value> = serde_json::from_str(&expected).unwrap();
    let desk = desk();
    let mut wrong = Vec::new();
    for (name, keys) in &expected {
        let bytes = std::fs::read(folder().join(format!("{name}.eml"))).unwrap();
        let letter = mail::parse(&bytes, &desk);
        let seen = seen(&letter);
        for (key, value) in keys.as_object().unwrap() {
            if key == "defects" {
                let word = value[0].as_str().unwrap();
                if !letter.defects.iter().any(|d| d.contains(word)) {
                    wrong.push(format!("{name}: defects {:?}", letter.defects));
                }
            } else if squeeze(&seen[key]) != squeeze(value) {
                wrong.push(format!(
                    "{name}: {key}\n  expected {value}\n  read     {}",
                    seen[key]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let files = std::fs::read_dir(folder()).unwrap().count();
    assert_eq!(files, expected.len() + 1, "a mail without expectation");
}

#[test]
fn a_broken_mail_never_fails_and_a_cut_one_never_panics() {
    let desk = desk();
    for bytes in [
        &b""[..],
        b"\n",
        b"hola",
        b"\xff\xfe\x00",
        b"From:\n\n",
        b"Content-Type: multipart/mixed\n\n",
    ] {
        let letter = mail::parse(bytes, &desk);
        assert!(letter.from.is_none());
    }
    for file in std::fs::read_dir(folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for end in (0..bytes.len()).step_by(bytes.len() / 23 + 1) {
            let letter = mail::parse(&bytes[..end], &desk);
            assert!(
                letter.defects.iter().all(|d| !d.contains("parser failed")),
                "{end}"
            );
        }
    }
}

/// Mails made to be slow: each must be read in a time that grows with its length alone.
#[test]
fn hostile_mails_are_read_in_time() {
    let desk = desk();
    let html =
        |body: String| format!("From: a@b.example\nContent-Type: text/html\n\n{body}").into_bytes();
    let plain = |body: String| format!("From: a@b.example\n\n{body}").into_bytes();
    let n = 20_000;
    for (name, bytes) in [
        ("nested divs", html("<div>".repeat(n * 5))),
        ("nested tables", html("<table><tr><td>".repeat(n))),
        (
            "many attributes",
            html(format!("<div {}>x", "a=b c='d' ".repeat(n))),
        ),
        ("open quotes", html("<a href=\"x>".repeat(n))),
        ("open comments", html("<!-- ".repeat(n))),
        ("open styles", html("<style></st".repeat(n))),
        (
            "stray ends",
            html(format!(
                "{}{}",
                "<b><i><div>".repeat(600),
                "</span></div></p>".repeat(n)
            )),
        ),
        ("ampersands", html("&amp".repeat(n * 5))),
        ("delimiters", plain("--\n".repeat(n))),
        (
            "rules and blanks",
            plain(format!("{}{}", "__\n".repeat(n), "\n".repeat(n))),
        ),
        (
            "attributions",
            plain("El lunes 3 de mayo de 2026, Ana\n".repeat(n)),
        ),
        ("heads", plain("De: a\nEnviado: b\n\n".repeat(n))),
        ("names", plain("Saludos,\nAna Soto\n".repeat(n))),
        ("notices", plain("Este mensaje es confidencial\n".repeat(n))),
        ("one line", plain("a@b.example 550 ".repeat(n * 5))),
        (
            "quotes",
            plain(format!("{}\n", ">".repeat(n * 5)).repeat(5)),
        ),
        (
            "header lines",
            format!("From: a@b.example\n{}\n\nx", "X: y\n".repeat(n)).into_bytes(),
        ),
        (
            "folded subject",
            format!("Subject: {}\n\nx", "=?utf-8?q?a?=\n ".repeat(n)).into_bytes(),
        ),
    ] {
        #[expect(
            clippy::disallowed_methods,
            reason = "measures; the mail room has no clock"
        )]
        let begun = std::time::Instant::now();
        mail::parse(&bytes, &desk);
        let took = begun.elapsed();
        println!(
            "{name}: {} ms for {} KB",
            took.as_millis(),
            bytes.len() / 1024
        );
        assert!(took.as_secs() < 15, "{name}: {took:?} in a debug build");
    }
}

/// Ways in which people and their clients end a mail (`data/new_text.json`).
#[test]
fn the_new_text_of_each_ending() {
    let rows = folder().with_file_name("new_text.json");
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(rows).unwrap()).unwrap();
    for row in rows {
        let (text, sender) = (
            row["text"].as_str().unwrap(),
            row["sender"].as_str().unwrap(),
        );
        let got = Value::String(mail::new_text(text, sender));
        assert_eq!(squeeze(&got), squeeze(&row["new"]), "{text}");
    }
}
