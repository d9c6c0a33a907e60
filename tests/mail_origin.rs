//! Words by which automatic answers are told from people's: subject, further header lines, text.

#![allow(clippy::unwrap_used, reason = "a test")]

mod mail_desk;

use mesad::mail::{self, Origin};

#[rustfmt::skip]
const AUTOMATIC: &[[&str; 3]] = &[
    ["Out of Office: x", "",
     "I am out."],
];

#[rustfmt::skip]
const PEOPLE: &[[&str; 3]] = &[
    ["RE: x", "",
     "Gracias por su mensaje. Recibido."],
];

fn is_automatic([subject, more, text]: &[&str; 3]) -> bool {
    let mail = format!(
        "From: Ana Soto <ana@b.example>\nDate: Mon, 02 Nov 2026 10:00:00 -0300\n\
         Subject: {subject}\n{more}Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    );
    let letter = mail::parse(mail.as_bytes(), &mail_desk::desk());
    matches!(letter.origin, Origin::Automatic(_))
}

#[test]
fn automatic_answers_are_found() {
    for case in AUTOMATIC {
        assert!(is_automatic(case), "{case:?}");
    }
}

#[test]
fn people_are_not_taken_for_machines() {
    for case in PEOPLE {
        assert!(!is_automatic(case), "{case:?}");
    }
}
