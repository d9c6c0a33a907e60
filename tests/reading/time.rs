//! How long the hardest real mails take, and what kind of mail each answer of the examples is, where
//! `../shared` is present. How well they are read: `corpora_origin`, `new_text`.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::mail_desk::desk;
use crate::shared;
use mesad::mail::{self, Letter, Origin};

/// The files that labels.tsv names.
fn files(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("labels.tsv")).unwrap();
    let rows = text.lines().skip(1);
    rows.filter_map(|row| row.split('\t').next())
        .map(str::to_owned)
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

/// Names the process that is to read the corpora alone, so that its memory can be asked for.
const ALONE: &str = "MESAD_READS_ALONE";
/// Most memory that reading them may ever take, in KiB.
const MEMORY: u64 = 200 << 10;

/// The most memory that this process ever had, in KiB (proc(5), VmHWM).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let digits = line.unwrap().trim().trim_end_matches(" kB");
    digits.parse().unwrap()
}

#[test]
fn hostile_mails_take_little_time_and_memory() {
    let Some(shared) = shared() else { return };
    if std::env::var_os(ALONE).is_some() {
        read_corpora(&shared.join("corpora"));
        println!("memory: at most {} KiB", peak());
        assert!(peak() < MEMORY);
        return;
    }
    let this = "time::hostile_mails_take_little_time_and_memory";
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this, "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    println!("{}", String::from_utf8_lossy(&child.stdout));
    assert!(child.status.success(), "{child:?}");
}

fn read_corpora(corpora: &Path) {
    for name in [
        "mime-torture",
        "spam",
        "lists-bulk",
        "normal",
        "replies-unlabelled",
        "auth",
    ] {
        let folder = corpora.join(name);
        let (count, worst) = slowest(&folder, files(&folder).into_iter());
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
