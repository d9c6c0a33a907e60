//! Attacks on approvals, end to end: raw mails through a whole desk, in each mode in which they make
//! sense. Nothing that is played here counts, and each leaves a record that names why. `README.md`
//! says how to add one.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod addresses;
mod bodies;
mod floods;
mod headers;
mod machines;
mod openings;
mod peers;
mod play;
mod repeated;
mod rounds;
mod scene;
mod senders;
#[allow(dead_code, reason = "shared with the desk's own tests")]
#[path = "../desk/stage.rs"]
mod stage;
mod tokens;

use play::{Attack, play};
use scene::Mode;

fn all() -> Vec<Attack> {
    let sets = [
        senders::attacks(),
        tokens::attacks(),
        headers::attacks(),
        machines::attacks(),
        openings::attacks(),
        addresses::attacks(),
        bodies::attacks(),
    ];
    sets.into_iter().flatten().collect()
}

#[test]
fn there_are_enough_of_them_and_each_has_its_name() {
    let mut names: Vec<&str> = all().iter().map(|a| a.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a name stands twice");
    assert!(count >= 60, "only {count} attacks");
    assert!(all().iter().all(|a| !a.modes.is_empty()));
}

#[test]
fn where_the_server_stamps_nothing() {
    play(Mode::None, &all());
}

#[test]
fn where_the_offices_own_server_stamps() {
    play(Mode::Authserv, &all());
}

#[test]
fn at_microsoft() {
    play(Mode::Microsoft, &all());
}

#[test]
fn at_google() {
    play(Mode::Google, &all());
}

/// What the README says is played elsewhere is there.
#[test]
fn the_tests_that_the_readme_names_exist() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let mut sources = String::new();
    let mut folders = vec![std::path::PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                sources += &std::fs::read_to_string(path).unwrap();
            }
        }
    }
    let readme = include_str!("README.md");
    let names = readme
        .split("(`")
        .skip(1)
        .filter_map(|rest| rest.split('`').next());
    let mut looked = 0;
    for name in names.filter(|name| !name.contains(['.', ' '])) {
        looked += 1;
        let is_there = sources.contains(&format!("fn {name}("));
        assert!(is_there || name == "Said", "{name} is not there");
    }
    assert!(looked >= 8);
}
