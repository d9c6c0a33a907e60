//! `mesad demo` plays its week twice: the same each time, everything ended as it should.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

fn mesad(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mesad"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// State or ending of each request, by the last digits of its number.
fn ends(told: &str) -> BTreeMap<u32, (String, String)> {
    let end = told.split("At the end of the week").nth(1).unwrap();
    end.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let number = words.next()?.strip_prefix("SIGEC-2026-")?.parse().ok()?;
            Some((number, (words.next()?.to_owned(), words.next()?.to_owned())))
        })
        .collect()
}

#[test]
fn a_week_twice() {
    let folder = tempfile::tempdir().unwrap();
    let first = mesad(folder.path(), &["demo"]);
    let told = text(&first);
    assert!(
        first.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let mails = |name: &str| {
        let mut all = BTreeMap::new();
        for entry in std::fs::read_dir(folder.path().join(name)).unwrap() {
            let entry = entry.unwrap();
            all.insert(entry.file_name(), std::fs::read(entry.path()).unwrap());
        }
        all
    };
    let (out, week) = (mails("mesad-demo/mail/out"), mails("mesad-demo/week"));
    assert!(
        out.len() > 80 && week.len() > 200,
        "{} {}",
        out.len(),
        week.len()
    );

    // The same again, in the same folder, which is made anew: mails too are the same bytes.
    assert_eq!(text(&mesad(folder.path(), &["demo"])), told);
    assert!(mails("mesad-demo/mail/out") == out, "other mails");
    assert!(mails("mesad-demo/week") == week, "other files");

    for line in told.lines() {
        assert!(line.chars().count() <= 100, "too wide: {line}");
    }
    how_it_ended(&told);
    what_is_left(folder.path());
}

fn how_it_ended(told: &str) {
    let done = [
        (1, "budget-modification-date-change"),
        (2, "rendition-disapproval"),
        (3, "budget-allocation-date-change"),
        (4, "user-creation-supervisor"),
        (5, "user-creation-executor"),
        (6, "organization-creation"),
        (7, "national-call-creation"),
        (8, "technical-report-disapproval"),
        (11, "standard-call-creation"),
    ];
    let mut expected: BTreeMap<u32, (String, String)> = done
        .iter()
        .map(|(number, procedure)| (*number, ("done".to_owned(), (*procedure).to_owned())))
        .collect();
    let mut other = |number, ending: &str, procedure: &str| {
        expected.insert(number, (ending.to_owned(), procedure.to_owned()));
    };
    other(9, "rejected", "rendition-disapproval");
    other(10, "withdrawn", "technical-report-disapproval");
    assert_eq!(ends(told), expected, "{told}");

    // What each part of the week is there to show.
    for shown in [
        "a newsletter: kept, never answered",
        "project_number MISSING",
        "does not count yet (confirm-tag-only)",
        "a substitute is asked",
        "undeliverable to Valentina",
        "the same request again",
        "passed on; waits for approval by Beatriz",
        "none of the procedures: left for a person",
        "told who must",
        "closing-not-allowed to Fernando",
        "told how far it is",
        "taken back by its requester",
        "its hours have passed: escalated",
        "Monday 12 (Día del Encuentro de dos Mundos)",
        "1 late;",
        "0 waiting.",
        "0 to send.",
    ] {
        let joined: Vec<&str> = told.split_whitespace().collect();
        assert!(
            joined.join(" ").contains(shown),
            "not shown: {shown}\n{told}"
        );
    }
    // Behind the forged approval stands a comment, and the approval is still waited for.
    let after = told.split("(FORGED)").nth(1).unwrap();
    let next: Vec<&str> = after.lines().skip(1).take(1).collect();
    assert!(
        next[0].contains("SIGEC-2026-000002: kept as a comment"),
        "{next:?}"
    );
    let before_real = after.split("Gracias. Apruebo.").next().unwrap();
    assert!(
        !before_real.contains("SIGEC-2026-000002: approved"),
        "{told}"
    );
}

/// The other commands show the same books.
fn what_is_left(folder: &Path) {
    let list = text(&mesad(folder, &["list", "--all", "--work", "mesad-demo"]));
    assert_eq!(list.matches("  done  ").count(), 9, "{list}");
    let last = list.lines().last().unwrap();
    assert!(last.contains("0 waiting; 0 to send"), "{last}");
    let show = text(&mesad(folder, &["show", "--work", "mesad-demo", "2"]));
    assert!(
        show.contains("SIGEC-2026-000002  Desaprobación de rendiciones"),
        "{show}"
    );
    let words: Vec<&str> = show.split_whitespace().collect();
    let comment = "commented Beatriz Alcaíno Rosas <beatriz.alcaino@";
    assert!(words.join(" ").contains(comment), "{show}");
    let index = std::fs::read_to_string(folder.join("mesad-demo/index.html")).unwrap();
    for link in index.split("href=\"").skip(1) {
        let path = link.split('"').next().unwrap();
        assert!(folder.join("mesad-demo").join(path).is_file(), "{path}");
    }
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("mesad-demo");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("thesis.txt"), "years").unwrap();
    let refused = mesad(folder.path(), &["demo"]);
    assert_eq!(refused.status.code(), Some(1));
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(error.contains("was not made by a demo"), "{error}");
    assert_eq!(
        std::fs::read_to_string(other.join("thesis.txt")).unwrap(),
        "years"
    );
}
