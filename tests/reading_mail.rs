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

/// A row of labels.tsv: file, label, expected (JSON).
struct Label {
    file: String,
    label: String,
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
                label: cells[5].to_owned(),
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

/// Prints label → origin → count, and gives the files of each pair.
fn origins(folder: &Path) -> BTreeMap<(String, &'static str), Vec<String>> {
    let mut table: BTreeMap<(String, &'static str), Vec<String>> = BTreeMap::new();
    for label in labels(folder) {
        let origin = kind(&read(folder, &label.file).origin);
        table
            .entry((label.label, origin))
            .or_default()
            .push(label.file);
    }
    println!("\n{}", folder.display());
    for ((label, origin), files) in &table {
        println!("{:>5}  {label:<50} {origin}", files.len());
    }
    table
}

fn count(
    table: &BTreeMap<(String, &'static str), Vec<String>>,
    label: &str,
    origin: &str,
) -> usize {
    table
        .iter()
        .filter(|((l, o), _)| l.starts_with(label) && (origin.is_empty() || *o == origin))
        .map(|(_, files)| files.len())
        .sum()
}

fn show(table: &BTreeMap<(String, &'static str), Vec<String>>, label: &str, not: &str) {
    for ((l, origin), files) in table {
        if l.starts_with(label) && *origin != not {
            println!("  {l} read as {origin}: {}", files.join(" "));
        }
    }
}

#[test]
fn bounces() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/bounces");
    let table = origins(&folder);
    show(&table, "bounce-", "bounce");
    let all = count(&table, "bounce-", "");
    let found = count(&table, "bounce-", "bounce");
    let (mut right, mut labelled) = (0, 0);
    for label in labels(&folder)
        .iter()
        .filter(|l| l.label.starts_with("bounce-"))
    {
        let expected: Vec<String> = label.expected["rcpts"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|r| r["addr"].as_str().map(str::to_lowercase))
            .collect();
        if expected.is_empty() {
            continue;
        }
        labelled += 1;
        let Origin::Bounce(bounce) = read(&folder, &label.file).origin else {
            continue;
        };
        let got: Vec<&str> = bounce
            .recipients
            .iter()
            .map(|r| r.address.as_str())
            .collect();
        if expected.iter().all(|e| got.contains(&e.as_str())) {
            right += 1;
        } else {
            println!("  recipients of {}: {expected:?}, read {got:?}", label.file);
        }
    }
    println!("bounces: {found} of {all} found; recipients right in {right} of {labelled}");
    assert!(found * 1000 >= all * 970, "bounces found");
    assert!(right * 1000 >= labelled * 925, "recipients right");
}

#[test]
fn automatic_answers() {
    let Some(shared) = shared() else { return };
    let table = origins(&shared.join("corpora/autoreplies"));
    show(&table, "", "automatic");
    let found = count(&table, "", "automatic");
    println!("automatic answers: {found} of {}", count(&table, "", ""));
    assert!(found >= 32);
}

#[test]
fn people_are_people() {
    let Some(shared) = shared() else { return };
    let normal = origins(&shared.join("corpora/normal"));
    show(&normal, "", "person");
    let lists = origins(&shared.join("corpora/lists-bulk"));
    show(&lists, "mailing-list-human", "person");
    let spam = origins(&shared.join("corpora/spam"));
    show(&spam, "spam", "person");
    // One mail of that folder begins "This is an automated response": its label is wrong.
    let mislabelled = "sacorpus__00033.2ceb520d2c6500ccf24357f2ebdce618.eml";
    let others: Vec<&String> = normal
        .iter()
        .filter(|((_, origin), _)| *origin != "person")
        .flat_map(|(_, files)| files)
        .filter(|file| *file != mislabelled)
        .collect();
    assert_eq!(others, Vec::<&String>::new());
    assert_eq!(count(&lists, "mailing-list-human", "automatic"), 0);
    assert!(count(&lists, "", "bounce") <= 1);
    assert!(count(&spam, "", "bounce") <= 5);
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

#[test]
fn origins_of_replies() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("examples/replies");
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
}
