//! Words: what pure rooms may not name, what nobody may, what a folder's first file must say.

use crate::finding;
use crate::layers::{heads, occurrences_of_root};
use crate::source::{Source, line_of, occurrences};

/// The rooms of layers 0 to 2: no runtime, database, socket, file, process, clock, randomness, log.
const PURE: [&str; 9] = [
    "calendar",
    "office",
    "documents",
    "mail",
    "reading",
    "request",
    "config",
    "judge",
    "letters",
];

/// What they may not name.
const IMPURE: [&str; 22] = [
    "tokio",
    "async",
    "rusqlite",
    "async_imap",
    "lettre::transport",
    "socket2",
    "rustix",
    "signal_hook",
    "sd_notify",
    "tracing",
    "tracing_subscriber",
    "rand",
    "getrandom",
    "SystemRandom",
    "Utc::now",
    "Local::now",
    "SystemTime",
    "Instant",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
];

/// Modules of the standard library that they may not use.
const IMPURE_STD: [&str; 6] = ["fs", "net", "process", "env", "thread", "os"];

/// What no code may name.
const BANNED: [&str; 5] = ["todo!", "unimplemented!", "dbg!", "unsafe", "unsafe_code"];

/// What no text may hold, comments included.
const BANNED_TEXT: [&str; 3] = ["FIXME", "TODO", "XXX"];

pub fn check(tree: &[Source]) -> Vec<String> {
    let mut findings = vec![];
    for source in tree {
        if PURE.contains(&source.room()) {
            findings.extend(impure(source));
        }
        findings.extend(banned(source));
        if !source.is_test() {
            findings.extend(heading(source));
        }
        findings.extend(orphan(source, tree));
    }
    findings
}

pub fn check_manifest(manifest: &str) -> Option<String> {
    let forbids = manifest
        .lines()
        .any(|line| line == "unsafe_code = \"forbid\"");
    (!forbids).then(|| "Cargo.toml: [lints.rust] must forbid unsafe_code".to_owned())
}

/// Test modules may: they read fixtures.
fn impure(source: &Source) -> Vec<String> {
    let code = &source.shipped;
    let mut found = named(source, code, &IMPURE, "in a pure room");
    for at in occurrences_of_root(code, "std::") {
        for module in heads(code, at + "std::".len()) {
            if IMPURE_STD.contains(&module.as_str()) {
                let what = format!("std::{module} in a pure room");
                found.push(finding(source, line_of(code, at), &what));
            }
        }
    }
    found
}

fn banned(source: &Source) -> Vec<String> {
    let mut found = named(source, &source.code, &BANNED, "is not allowed");
    found.extend(named(source, &source.text, &BANNED_TEXT, "is not allowed"));
    found
}

fn named(source: &Source, text: &str, words: &[&str], why: &str) -> Vec<String> {
    let at = |word| occurrences(text, word).map(move |at| (line_of(text, at), word));
    words
        .iter()
        .flat_map(|word| at(*word))
        .map(|(line, word)| finding(source, line, &format!("{word} {why}")))
        .collect()
}

/// Each file that ships says what it is; the first of a folder, what lives there and what may not.
fn heading(source: &Source) -> Option<String> {
    let heading: Vec<_> = source
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .flat_map(str::split_whitespace)
        .collect();
    let heading = heading.join(" ");
    let folder = source.path.ends_with("/mod.rs");
    let what = if heading.is_empty() {
        "does not begin with //!"
    } else if folder && !heading.contains("Lives here") {
        "does not say what lives here (\"Lives here: …\")"
    } else if folder && !heading.contains("May not live here") {
        "does not say what may not (\"May not live here: …\")"
    } else {
        return None;
    };
    Some(finding(source, 1, what))
}

/// A file that no module declares is never compiled.
fn orphan(source: &Source, tree: &[Source]) -> Option<String> {
    let path = source
        .path
        .trim_end_matches("/mod.rs")
        .trim_end_matches(".rs");
    let (folder, name) = path.rsplit_once('/')?;
    if folder == "src" && matches!(name, "lib" | "main") {
        return None;
    }
    let parents = [
        format!("{folder}/mod.rs"),
        format!("{folder}.rs"),
        format!("{folder}/lib.rs"),
    ];
    let declared = tree
        .iter()
        .filter(|s| parents.contains(&s.path))
        .any(|s| s.code.contains(&format!("mod {name};")));
    (!declared).then(|| finding(source, 1, "is declared by no module"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder's first file and what it holds, in a tree where nothing else is wrong.
    fn check_room(room: &str, text: &str) -> Vec<String> {
        let text = format!("//! A.\n//! Lives here: a. May not live here: b.\n{text}");
        let lib = Source::new("src/lib.rs", &format!("//! Root.\nmod {room};"));
        check(&[lib, Source::new(&format!("src/{room}/mod.rs"), &text)])
    }

    #[test]
    fn pure_rooms_name_nothing_impure() {
        let bad = [
            "use tokio::net;",
            "async fn f() {}",
            "fn f() { rusqlite::open() }",
            "use std::fs;",
            "use std::{collections::BTreeMap, env};",
            "use std::{\n    fmt,\n    fs::{self, File},\n};",
            "fn f() { std::process::exit(1) }",
            "fn f() { std::net::x(); }",
            "let now = chrono::Utc::now();",
            "use std::time::Instant;",
            "tracing::info!(\"a\");",
            "let x: u8 = rand::random();",
            "println!(\"a\");",
        ];
        for text in bad {
            assert_eq!(check_room("mail", text).len(), 1, "{text}");
            assert_eq!(check_room("desk", text), Vec::<String>::new(), "{text}");
        }
        let good = [
            "use std::{collections::BTreeMap, time::Duration}; // std::fs, tokio",
            "let a = \"println! tracing std::env\"; let operand = 1; mystd::fs::x();",
            "#[cfg(test)]\nmod tests {\n    use std::fs;\n}",
        ];
        for text in good {
            assert_eq!(check_room("mail", text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn banned_words_are_found_everywhere() {
        let bad = [
            "fn f() { todo!() }",
            "fn f() { unimplemented!(\"later\") }",
            "dbg!(1);",
            "unsafe { f() }",
            "#[allow(unsafe_code)]",
            "// FIXME: x",
            "/// TODO later",
        ];
        for text in bad {
            assert_eq!(check_room("desk", text).len(), 1, "{text}");
        }
        assert!(check_room("desk", "// todo el día; unsafe\nlet a = \"todo!\";").is_empty());
    }

    #[test]
    fn the_manifest_forbids_unsafe() {
        assert!(check_manifest("[lints.rust]\nunsafe_code = \"forbid\"\n").is_none());
        assert!(check_manifest("[lints.rust]\nunsafe_code = \"warn\"\n").is_some());
    }

    #[test]
    fn headings_are_asked_for() {
        let of = |path, text| heading(&Source::new(path, text));
        let whole = "//! A.\n//!\n//! Lives here: a. May not live here: b.\n\nuse c;";
        assert_eq!(of("src/mail/mod.rs", whole), None);
        assert_eq!(of("src/mail/letter.rs", "//! A letter."), None);
        let bad = [
            ("src/mail/letter.rs", "use a;\n//! A letter."),
            ("src/mail/mod.rs", "//! Mail.\n//! May not live here: b."),
            (
                "src/mail/mod.rs",
                "//! Mail.\n//! Lives here: a.\n\n// May not live here: b.",
            ),
            ("src/mail/mod.rs", ""),
        ];
        for (path, text) in bad {
            assert!(of(path, text).is_some(), "{path} {text:?}");
        }
    }

    #[test]
    fn a_file_that_nobody_declares_is_named() {
        let tree = [
            Source::new("src/lib.rs", "pub mod mail;"),
            Source::new("src/mail/mod.rs", "mod letter;\n// mod lost;"),
            Source::new("src/mail/letter.rs", ""),
            Source::new("src/mail/lost.rs", ""),
        ];
        let orphans: Vec<_> = tree.iter().filter_map(|s| orphan(s, &tree)).collect();
        assert_eq!(orphans, ["src/mail/lost.rs:1: is declared by no module"]);
    }
}
