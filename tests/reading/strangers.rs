//! What the desk understands of mails that are not for it: the corpora of `../shared`.

use std::path::PathBuf;

use crate::support::{examples, office};
use chrono::NaiveDate;
use mesad::mail::Origin;
use mesad::reading::{self, RoleOfSender};

/// Mails of other people's mailboxes: none asks for a procedure, none approves, and reading ends on every one.
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
    assert!(approving.is_empty(), "{approving:?}");
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
