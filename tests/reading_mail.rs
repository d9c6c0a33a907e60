//! How well mails are read: one table per corpus of real mails, where `../shared` is present. Fails
//! below the floors that were reached.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

mod mail_desk;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mail_desk::desk;
use mesad::mail::{self, Letter, Origin};

/// `../shared`, or MESAD_SHARED; none where it is absent.
fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("MESAD_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    if path.join("corpora").is_dir() {
        return Some(path);
    }
    println!("skipped: ../shared is absent");
    None
}

/// A row of labels.tsv: file, source, expected (JSON).
struct Label {
    file: String,
    source: String,
    expected: serde_json::Value,
}

fn labels(folder: &Path) -> Vec<Label> {
    let text = std::fs::read_to_string(folder.join("labels.tsv")).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let expected = cells.get(7).copied().unwrap_or_default();
            let expected = match expected.strip_prefix('"').and_then(|e| e.strip_suffix('"')) {
                Some(quoted) => quoted.replace("\"\"", "\""),
                None => expected.to_owned(),
            };
            Label {
                file: cells[0].to_owned(),
                source: cells[1].to_owned(),
                expected: serde_json::from_str(&expected).unwrap_or_default(),
            }
        })
        .collect()
}

/// Longest that one mail took.
fn slowest(folder: &Path, files: impl Iterator<Item = String>) -> (usize, Duration) {
    let desk = desk();
    let (mut count, mut worst) = (0, Duration::ZERO);
    for file in files {
        let bytes = std::fs::read(folder.join(&file)).unwrap();
        #[expect(
            clippy::disallowed_methods,
            reason = "measures; the mail room has no clock"
        )]
        let begun = Instant::now();
        let letter = mail::parse(&bytes, &desk);
        let took = begun.elapsed();
        assert!(
            letter.defects.iter().all(|d| !d.contains("parser failed")),
            "{file}: {:?}",
            letter.defects
        );
        if took > Duration::from_millis(300) {
            println!("  {file}: {} ms", took.as_millis());
        }
        worst = worst.max(took);
        count += 1;
    }
    (count, worst)
}

fn read(folder: &Path, file: &str) -> Letter {
    mail::parse(&std::fs::read(folder.join(file)).unwrap(), &desk())
}

fn kind(origin: &Origin) -> &'static str {
    match origin {
        Origin::Person => "person",
        Origin::Automatic(_) => "automatic",
        Origin::Bounce(_) => "bounce",
        Origin::Bulk => "bulk",
        Origin::Own => "own",
    }
}

#[test]
fn hostile_mails_take_no_time() {
    let Some(shared) = shared() else { return };
    for name in [
        "mime-torture",
        "spam",
        "lists-bulk",
        "normal",
        "replies-unlabelled",
        "auth",
    ] {
        let folder = shared.join("corpora").join(name);
        let files = labels(&folder).into_iter().map(|l| l.file);
        let (count, worst) = slowest(&folder, files);
        println!(
            "{name}: {count} mails, the slowest {} ms",
            worst.as_millis()
        );
        // 2 s are meant for a release build on an idle machine
        let limit = if cfg!(debug_assertions) { 8 } else { 2 };
        assert!(worst < Duration::from_secs(limit), "{name}");
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The new text of a file of `replies`: a mail, an HTML body or a plain body.
fn reply_text(folder: &Path, label: &Label) -> String {
    let bytes = std::fs::read(folder.join(&label.file)).unwrap();
    let sender = label.expected["sender"].as_str().unwrap_or_default();
    if label.file.ends_with(".eml") {
        return mail::parse(&bytes, &desk()).text;
    }
    if label.file.ends_with(".html") {
        let mut mail = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n".to_vec();
        mail.extend_from_slice(&bytes);
        return mail::parse(&mail, &desk()).text;
    }
    mail::new_text(&String::from_utf8_lossy(&bytes), sender)
}

#[test]
fn new_text_of_replies() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/replies");
    let mut by_source: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for label in labels(&folder) {
        let Some(file) = label.expected["expected_file"].as_str() else {
            continue;
        };
        let expected = std::fs::read_to_string(folder.join(file)).unwrap();
        let got = reply_text(&folder, &label);
        let (right, all) = by_source.entry(label.source.clone()).or_default();
        *all += 1;
        if squeeze(&got) == squeeze(&expected) {
            *right += 1;
        } else {
            println!("  {}", label.file);
            if std::env::var_os("MESAD_SHOW").is_some() {
                println!("=== expected\n{expected}\n=== read\n{got}\n");
            }
        }
    }
    let (mut right, mut all) = (0, 0);
    for (source, (r, a)) in &by_source {
        println!("{source:<40} {r} of {a}");
        right += r;
        all += a;
    }
    println!("replies: {right} of {all}");
    assert!(right * 100 >= all * 78);
}

#[test]
fn attributions_in_spanish() {
    let Some(shared) = shared() else { return };
    let text = std::fs::read_to_string(shared.join("corpora/replies/es_attributions.tsv")).unwrap();
    let mut wrong = 0;
    for line in text.lines().skip(1) {
        let attribution = line.split('\t').nth(1).unwrap().replace("\\n", "\n");
        let quote = if attribution.contains("Mensaje original") {
            "hola"
        } else {
            "> hola"
        };
        let got = mail::new_text(&format!("Apruebo\n\n{attribution}\n{quote}\n"), "");
        if got != "Apruebo" {
            println!("{attribution}\n  → {got}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}

#[test]
fn examples_of_replies() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("examples/replies");
    let fresh = std::fs::read_to_string(folder.join("fresh.jsonl")).unwrap();
    let (mut right, mut all) = (0, 0);
    for line in fresh.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = row["file"].as_str().unwrap();
        let letter = read(&folder, file);
        all += 1;
        if squeeze(&letter.text) == squeeze(row["fresh"].as_str().unwrap()) {
            right += 1;
        } else {
            println!(
                "{file}\n=== expected\n{}\n=== read\n{}",
                row["fresh"], letter.text
            );
        }
    }
    println!("examples: new text of {right} of {all}");
    let labels = std::fs::read_to_string(folder.join("labels.tsv")).unwrap();
    for line in labels.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let origin = read(&folder, cells[0]).origin;
        let expected = if cells[1] == "auto" {
            "automatic"
        } else {
            "person"
        };
        assert_eq!(kind(&origin), expected, "{} {origin:?}", cells[0]);
    }
    assert!(right * 100 >= all * 95);
}
