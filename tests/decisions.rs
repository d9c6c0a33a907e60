//! What answers decide: the examples beside the project, where they are.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests; figures are printed")]

use std::path::PathBuf;

use mesad::reading::{self, RoleOfSender};

/// The folder of examples, or none with a plain word that the test is skipped.
fn examples() -> Option<PathBuf> {
    let shared = std::env::var("MESAD_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let folder = PathBuf::from(shared).join("examples/replies");
    if !folder.is_dir() {
        println!("skipped: ../shared is absent");
        return None;
    }
    Some(folder)
}

/// Letters and digits, without case and accents.
fn fold(text: &str) -> String {
    let plain = |c| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    };
    text.to_lowercase()
        .chars()
        .map(plain)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[test]
fn example_replies() {
    let Some(folder) = examples() else {
        return;
    };
    let office = mesad::config::load(&mesad::config::shipped()).unwrap();
    let (mut right, mut reasons, mut of_reasons, mut mails) = (0, 0, 0, 0);
    for line in std::fs::read_to_string(folder.join("labels.tsv"))
        .unwrap()
        .lines()
        .skip(1)
    {
        let cells: Vec<&str> = line.split('\t').collect();
        let (file, decision, reason, role) = (cells[0], cells[1], cells[3], cells[10]);
        let also = cells.get(13).copied().unwrap_or("");
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let letter = mesad::mail::parse(&bytes, &office.desk);
        let role: RoleOfSender = serde_json::from_value(role.into()).unwrap();
        let got = reading::decide(&letter, role);
        let kind = got.as_ref().map_or("auto".to_owned(), |d| {
            serde_json::to_value(d.kind)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        });
        mails += 1;
        assert!(
            kind != "approve" || decision == "approve",
            "{file} does not approve"
        );
        if kind == decision || (!also.is_empty() && also.contains(&kind)) {
            right += 1;
        } else {
            println!("{file}: {decision}, read {kind}: {}", letter.text);
        }
        if !reason.is_empty() {
            of_reasons += 1;
            let read = got.and_then(|d| d.reason).unwrap_or_default();
            if fold(&read) == fold(reason) {
                reasons += 1;
            } else {
                println!("{file}: reason {reason:?}, read {read:?}");
            }
        }
    }
    println!(
        "replies: decision {right} of {mails}, reason {reasons} of {of_reasons}, 0 wrong approvals"
    );
    assert!(right >= 45 && reasons >= 16);
}

