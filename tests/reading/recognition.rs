//! Which procedure a mail asks for: own cases (`tests/data/recognition.txt`), among them mails that
//! speak of a procedure and ask for none, and mails that ask for two.

use crate::support::office;
use chrono::NaiveDate;
use mesad::office::Office;
use mesad::reading::{self, Classification};

/// What is read of a mail of one plain text.
fn classified(subject: &str, body: &str, office: &Office) -> Classification {
    let raw = format!(
        "From: Ana Paz <ana@oficina.example>\r\nTo: mesa@desk.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Date: Mon, 04 May 2026 10:00:00 -0400\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{body}"
    );
    let letter = mesad::mail::parse(raw.as_bytes(), &office.desk);
    let day = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();
    reading::read(&letter, &[], office, day).classification
}

#[test]
fn own_mails_are_recognised_and_others_left_to_a_person() {
    let office = office();
    let (mut right, mut wrong, mut left, mut misses) = (0, 0, 0, Vec::new());
    for case in include_str!("../data/recognition.txt")
        .split("\n=== ")
        .skip(1)
    {
        let (expected, rest) = case.split_once('\n').unwrap();
        let (subject, body) = rest.split_once('\n').unwrap();
        let subject = subject.trim_start_matches("subject:").trim();
        let got = classified(subject, body, &office);
        let read = got.procedure.as_ref().map_or("none", |p| p.as_str());
        let (wanted, guesses) = expected.split_once(": ").unwrap_or((expected, ""));
        let guessed = guesses
            .split(", ")
            .filter(|g| !g.is_empty())
            .all(|g| got.guesses.iter().any(|p| p.as_str() == g));
        if read == wanted && guessed {
            right += 1;
            continue;
        }
        if read == "none" {
            left += 1;
        } else {
            wrong += 1;
        }
        misses.push(format!("{expected}: {subject:?} read {read}: {got:?}"));
    }
    println!("{}", misses.join("\n"));
    println!("recognition: {right} right, {wrong} taken for another, {left} left to a person");
    assert!(misses.is_empty());
}
