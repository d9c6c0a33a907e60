//! The machine, shown by scenarios in a small table language; see `README.md` beside this file.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod office;
mod script;
mod stage;
mod values;

use std::path::Path;

/// Every `*.scn` file of this folder is played; a new file needs no code.
#[test]
fn scenarios() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "scn"))
        .collect();
    files.sort();
    assert!(files.len() >= 9, "at least a file for each procedure");
    let mut failures = vec![];
    for path in &files {
        let text = std::fs::read_to_string(path).expect("a scenario");
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        failures.extend(
            stage::play(&text)
                .into_iter()
                .map(|f| format!("{name}:{f}")),
        );
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn a_wrong_expectation_is_found() {
    let text = "at 2026-10-05 10:00\n\
                open standard-call-creation by beatriz-alcaino -> opened awaiting-work\n";
    assert_eq!(stage::play(text).len(), 1);
}

#[test]
fn an_unknown_word_is_refused() {
    assert_eq!(stage::play("fly -> opened\n").len(), 1);
    assert_eq!(
        stage::play("at 2026-10-05 10:00\nopen nothing by nobody -> opened\n").len(),
        1
    );
}

#[test]
fn time_does_not_pass_over_a_wake_up() {
    let text = "at 2026-10-05 10:00\n\
                open standard-call-creation by beatriz-alcaino -> opened \
                awaiting-confirmation(beatriz-alcaino) opening-confirmation>beatriz-alcaino\n\
                at 2026-11-05 10:00\n";
    assert_eq!(stage::play(text).len(), 1);
}
