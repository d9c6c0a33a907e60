//! What kind of sender wrote a mail, by compact mails of every family
//! (`data/mail_origin/*.txt`): each begins with `=== NAME`, says what must be read, and after
//! `---` holds the mail.

use crate::mail_desk::desk;
use mesad::mail::{self, Automatic, Bounce, Letter, Origin};

/// One expectation: what, and its words.
type Expectation<'a> = (&'a str, Vec<&'a str>);

struct Case<'a> {
    name: &'a str,
    expected: Vec<Expectation<'a>>,
    mail: &'a str,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let blocks = text.split("\n=== ").skip(1);
    blocks
        .map(|block| {
            let (head, mail) = block.split_once("\n---\n").unwrap();
            let mut lines = head.lines();
            let name = lines.next().unwrap();
            let expected = lines.map(|line| {
                let (what, rest) = line.split_once(' ').unwrap();
                (what, rest.split(' ').collect())
            });
            Case {
                name,
                expected: expected.collect(),
                mail,
            }
        })
        .collect()
}

fn origin(letter: &Letter) -> &'static str {
    match letter.origin {
        Origin::Person => "person",
        Origin::Automatic(_) => "automatic",
        Origin::Bounce(_) => "bounce",
        Origin::Bulk => "bulk",
        Origin::Own => "own",
    }
}

/// The recipients in the form of the expectations.
fn recipients(bounce: &Bounce) -> Vec<String> {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    bounce
        .recipients
        .iter()
        .map(|r| {
            let status = r.status.as_deref().unwrap_or("none");
            let class = if r.permanent {
                "permanent"
            } else {
                "temporary"
            };
            let delivery = word(serde_json::to_value(r.delivery).unwrap());
            let dead = if r.dead { " dead" } else { "" };
            format!("{} {status} {delivery} {class}{dead}", r.address)
        })
        .collect()
}

/// Whether every part that was read stands in the words that were expected, and no part is missing.
fn is_substitute(automatic: &Automatic, expected: &str) -> bool {
    let substitute = automatic.substitute.clone().unwrap_or_default();
    let parts: Vec<String> = [substitute.name, substitute.address]
        .into_iter()
        .flatten()
        .collect();
    if expected == "none" {
        return parts.is_empty();
    }
    let named = parts.iter().all(|p| expected.contains(p.as_str()));
    named && !parts.is_empty() && (!expected.contains('@') || parts.iter().any(|p| p.contains('@')))
}

fn check(case: &Case<'_>) -> Vec<String> {
    let desk = desk();
    let letter = mail::parse(case.mail.as_bytes(), &desk);
    let bounce = match &letter.origin {
        Origin::Bounce(bounce) => bounce.clone(),
        _ => Bounce::default(),
    };
    let automatic = match &letter.origin {
        Origin::Automatic(automatic) => automatic.clone(),
        _ => Automatic::default(),
    };
    let mut wrong = Vec::new();
    let expected_recipients = case
        .expected
        .iter()
        .filter(|(what, _)| *what == "recipient");
    let expected_recipients: Vec<String> = expected_recipients
        .map(|(_, words)| words.join(" "))
        .collect();
    if expected_recipients != recipients(&bounce) && origin(&letter) == "bounce" {
        wrong.push(format!(
            "recipients {expected_recipients:?}, read {:?}",
            recipients(&bounce)
        ));
    }
    for (what, words) in &case.expected {
        let all = words.join(" ");
        let right = match *what {
            "origin" => words.contains(&origin(&letter)),
            "until" => automatic.until.as_deref().unwrap_or("none") == all,
            "substitute" => is_substitute(&automatic, &all),
            "kind" => serde_json::to_value(automatic.kind).unwrap() == all,
            "report" => bounce.has_report == (all == "yes"),
            "original" => bounce.original_message_id.as_deref() == Some(&all),
            "recipient" => true,
            other => panic!("{}: unknown expectation {other}", case.name),
        };
        if !right {
            wrong.push(format!("{what} {all}, read {:?}", letter.origin));
        }
    }
    // whatever is not a person's plain mail says by what it is known
    if origin(&letter) != "person" && letter.origin_evidence.is_empty() {
        wrong.push("no evidence".to_owned());
    }
    wrong
}

fn check_all(text: &str) {
    let cases = cases(text);
    let mut wrong = 0;
    for case in &cases {
        for what in check(case) {
            println!("{}: {what}", case.name);
            wrong += 1;
        }
    }
    println!("{} mails", cases.len());
    assert!(cases.len() > 40);
    assert_eq!(wrong, 0);
}

#[test]
fn bounces_of_each_family() {
    check_all(include_str!("../data/mail_origin/bounces.txt"));
}

#[test]
fn answers_and_those_who_are_mistaken_for_them() {
    check_all(include_str!("../data/mail_origin/answers.txt"));
}

/// A forged report is read as a bounce, and says that it may change nothing.
#[test]
fn a_bounce_without_report_or_own_id_says_so() {
    let text = include_str!("../data/mail_origin/bounces.txt");
    let desk = desk();
    let qmail = cases(text).into_iter().find(|c| c.name == "qmail").unwrap();
    let letter = mail::parse(qmail.mail.as_bytes(), &desk);
    let Origin::Bounce(bounce) = letter.origin else {
        panic!("no bounce")
    };
    assert!(!bounce.has_report);
    assert_eq!(bounce.original_message_id, None);
}

/// What a row of `words.tsv` says, and what was read.
fn row(line: &str) -> (String, String) {
    let cells: Vec<&str> = line.split('\t').collect();
    let [origin_, kind, until, substitute, header, subject, text] = cells[..] else {
        panic!("{line}")
    };
    let header = if header == "-" {
        String::new()
    } else {
        format!("{header}\n")
    };
    let mail = format!(
        "From: Ana Soto <ana@oficina.example>\nDate: Mon, 02 Nov 2026 10:00:00 -0300\n\
         Subject: {subject}\n{header}Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    );
    let letter = mail::parse(mail.as_bytes(), &desk());
    let automatic = match &letter.origin {
        Origin::Automatic(automatic) => Some(automatic.clone()),
        _ => None,
    };
    let word = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let of_kind = automatic.as_ref().map(|a| {
        let kind = serde_json::to_value(a.kind).unwrap();
        kind.as_str().unwrap().to_owned()
    });
    let stands_in = automatic.as_ref().and_then(|a| a.substitute.clone());
    let stands_in = stands_in.map(|s| match (s.name, s.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => name.or(address).unwrap_or_default(),
    });
    let read = [
        origin(&letter).to_owned(),
        word(of_kind),
        word(automatic.and_then(|a| a.until)),
        word(stands_in),
    ];
    (
        [origin_, kind, until, substitute].join(" | "),
        read.join(" | "),
    )
}

#[test]
fn words_alone() {
    let rows = include_str!("../data/mail_origin/words.tsv").lines();
    let mut wrong = 0;
    for line in rows.filter(|l| !l.starts_with('#')) {
        let (expected, read) = row(line);
        if expected != read {
            println!("{line}\n    expected {expected}\n    read     {read}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}
