//! Dependencies: licences, sources and doubles, without a network. `deny.toml` holds the same list,
//! and `cargo deny` looks for known faults as well: docs/dependencies.md.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The licences that deny.toml allows.
fn allowed() -> BTreeSet<String> {
    let text = std::fs::read_to_string(format!("{ROOT}/deny.toml")).unwrap();
    let parsed: toml::Table = text.parse().unwrap();
    let list = parsed["licenses"]["allow"].as_array().unwrap();
    list.iter()
        .map(|l| l.as_str().unwrap().to_owned())
        .collect()
}

/// Whether an SPDX expression can be met with these licences: `OR` needs one side, `AND` both.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.trim().replace('/', " OR ");
    if let Some(inner) = expression
        .strip_prefix('(')
        .and_then(|e| e.strip_suffix(')'))
        && !inner.contains(['(', ')'])
    {
        return is_met(inner, allowed);
    }
    for (word, all) in [(" AND ", true), (" OR ", false)] {
        let parts = outside(&expression, word);
        if parts.len() > 1 {
            let mut met = parts.iter().map(|part| is_met(part, allowed));
            return if all { met.all(|m| m) } else { met.any(|m| m) };
        }
    }
    allowed.contains(&expression)
}

/// Splits at a word that stands in no parentheses.
fn outside(expression: &str, word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for piece in expression.split_inclusive(word) {
        let (text, cut) = match piece.strip_suffix(word) {
            Some(text) => (text, true),
            None => (piece, false),
        };
        depth += text.matches('(').count() as i64 - text.matches(')').count() as i64;
        let last = parts.last_mut().unwrap();
        last.push_str(text);
        match (cut, depth) {
            (true, 0) => parts.push(String::new()),
            (true, _) => last.push_str(word),
            (false, _) => (),
        }
    }
    parts
}

#[test]
fn every_dependency_has_a_licence_that_goes_with_ours_and_comes_from_the_registry() {
    let (metadata, allowed) = (metadata(), allowed());
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "{}", packages.len());
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let version = package["version"].as_str().unwrap();
        versions.entry(name).or_default().insert(version);
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_met(licence, &allowed), "{name} {version}: {licence:?}");
        if name != "mesad" {
            let source = package["source"].as_str().unwrap_or_default();
            assert!(
                source.starts_with("registry+"),
                "{name} {version}: {source}"
            );
        }
    }
    // Doubles cost time and size; more than today's must be looked at.
    let doubles: Vec<_> = versions.iter().filter(|(_, v)| v.len() > 1).collect();
    assert!(doubles.len() <= MOST_DOUBLES, "{doubles:?}");
}

const MOST_DOUBLES: usize = 14;

#[test]
fn expressions_are_read_as_they_mean() {
    let allowed: BTreeSet<String> = ["MIT", "Apache-2.0", "Unicode-3.0"]
        .map(str::to_owned)
        .into();
    for met in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0 OR MIT",
        "(MIT OR GPL-3.0) AND Unicode-3.0",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for not in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR Apache-2.0) AND OpenSSL",
    ] {
        assert!(!is_met(not, &allowed), "{not}");
    }
}
