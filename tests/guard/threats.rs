//! Each row of SECURITY.md, and each promise, names tests that are there.

use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let looked = tests_named_in("SECURITY.md");
    assert!(looked > 35, "{looked}");
}

#[test]
fn every_test_that_a_promise_names_is_there() {
    let looked = tests_named_in("docs/guarantees.md");
    assert!(looked > 30, "{looked}");
}

/// How many tests a page names. Fails where one is not there.
fn tests_named_in(page: &str) -> usize {
    let text = fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
    let mut looked = 0;
    let mut pieces = text.split('`').peekable();
    pieces.next();
    while let Some(code) = pieces.next() {
        let after = pieces.next().unwrap_or_default();
        if !code.starts_with("tests/") && !code.starts_with("src/") {
            continue;
        }
        let (file, name) = code.split_once("::").unwrap_or((code, ""));
        let source = fs::read_to_string(Path::new(ROOT).join(file));
        let source = source.unwrap_or_else(|_| panic!("{file} is not there"));
        if !name.is_empty() {
            assert!(
                source.contains(&format!("fn {name}(")),
                "{code} is not there"
            );
        }
        // An attack is a row of a table, named in quotes after its file.
        if let Some(quoted) = after.strip_prefix(" \"").and_then(|q| q.split('"').next()) {
            assert!(
                source.contains(&format!("\"{quoted}\"")),
                "{file}: {quoted}"
            );
            looked += 1;
        }
        looked += usize::from(!name.is_empty());
    }
    looked
}
