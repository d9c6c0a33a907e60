//! What the desk understands of answers: the example mails of `../shared`, a table of figures with the
//! misses by name. Requests: `tests/requests.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests; figures are printed"
)]

#[path = "support/examples.rs"]
mod support;

use std::path::PathBuf;

use chrono::NaiveDate;
use mesad::mail::Origin;
use mesad::reading::{self, RoleOfSender};
use support::{examples, fold, office};

#[test]
fn example_replies() {
    let Some(folder) = examples("replies") else {
        return;
    };
    let office = office();
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

/// Mails of other people's mailboxes: none asks for a procedure, and reading ends on every one.
#[test]
fn corpora_ask_for_nothing() {
    let Some(examples) = examples("replies") else {
        return;
    };
    let office = office();
    let corpora = examples.join("../../corpora");
    let (mut mails, mut asking, mut approving) = (0, Vec::new(), Vec::new());
    for kind in [
        "normal",
        "lists-bulk",
        "spam",
        "replies",
        "replies-unlabelled",
        "autoreplies",
    ] {
        for entry in walk(&corpora.join(kind)) {
            let letter = mesad::mail::parse(&std::fs::read(&entry).unwrap(), &office.desk);
            if letter.origin != Origin::Person {
                continue;
            }
            mails += 1;
            let day = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();
            if reading::read(&letter, &[], &office, day)
                .classification
                .procedure
                .is_some()
            {
                asking.push(entry.display().to_string());
            }
            let decision = reading::decide(&letter, RoleOfSender::Approver);
            if decision.is_some_and(|d| d.kind == reading::DecisionKind::Approve) {
                approving.push((entry.display().to_string(), letter.text));
            }
        }
    }
    for (file, text) in &approving {
        println!(
            "approves: {file}: {}",
            text.chars().take(200).collect::<String>()
        );
    }
    println!(
        "corpora: {mails} mails, {} ask, {} approve",
        asking.len(),
        approving.len()
    );
    assert!(asking.is_empty(), "{asking:?}");
}

fn walk(folder: &std::path::Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return vec![];
    };
    let mut out = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(walk(&path));
        } else if path.extension().is_some_and(|e| e == "eml") {
            out.push(path);
        }
    }
    out.sort();
    out
}
