//! Which room uses which: from `crate::room` paths, also within groups, and from `super` chains
//! that reach the root.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding;
use crate::source::{Source, closing, line_of, occurrences};

/// Each room, its layer, and the rooms of its own layer that it may use. Besides these it may use
/// all lower layers.
const ROOMS: [(&str, u8, &[&str]); 19] = [
    ("calendar", 0, &[]),
    ("office", 0, &["calendar"]),
    ("documents", 1, &[]),
    ("mail", 1, &[]),
    ("reading", 1, &["documents", "mail"]),
    ("request", 1, &[]),
    ("config", 2, &[]),
    ("judge", 2, &[]),
    ("letters", 2, &[]),
    // Impure, and called by its neighbours between two acts of theirs.
    ("points", 3, &[]),
    ("delivery", 3, &["points"]),
    ("mailbox", 3, &["points"]),
    ("sandbox", 3, &[]),
    ("store", 3, &["points"]),
    ("desk", 4, &[]),
    ("daemon", 5, &[]),
    ("web", 5, &[]),
    ("cli", 5, &["daemon", "web"]),
    ("main", 6, &[]),
];

/// How many rooms one room may use, by layer. The desk is where all meet; what drives it needs
/// less; below it a room that needs many is two rooms.
const MOST_ROOMS: [usize; 7] = [1, 4, 6, 5, 12, 15, 1];

/// A room that a file uses, and where.
struct Use<'a> {
    source: &'a Source,
    line: usize,
    room: String,
}

pub fn check(tree: &[Source]) -> Vec<String> {
    let uses: Vec<_> = tree.iter().flat_map(uses_of).collect();
    let mut findings = vec![];
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in tree.iter().filter(|s| s.room() != "lib") {
        if layer(source.room()).is_none() {
            findings.push(finding(
                source,
                1,
                "is in no room of the table in tests/tidy",
            ));
        }
    }
    for used in &uses {
        let room = used.source.room();
        if room == "lib" || room == used.room {
            continue;
        }
        if !may_use(room, &used.room) {
            let what = format!("{room} may not use {}", used.room);
            findings.push(finding(used.source, used.line, &what));
        }
        graph
            .entry(room.to_owned())
            .or_default()
            .insert(used.room.clone());
    }
    findings.extend(cycle(&graph).map(|path| format!("rooms use each other: {path}")));
    for (room, used) in &graph {
        let most = layer(room).map_or(0, |layer| MOST_ROOMS[usize::from(layer)]);
        if used.len() > most {
            let names: Vec<_> = used.iter().map(String::as_str).collect();
            let (count, names) = (used.len(), names.join(", "));
            findings.push(format!(
                "src/{room}: uses {count} rooms, {most} at most: {names}"
            ));
        }
    }
    findings
}

fn layer(room: &str) -> Option<u8> {
    ROOMS
        .iter()
        .find(|(name, ..)| *name == room)
        .map(|(_, layer, _)| *layer)
}

fn may_use(room: &str, used: &str) -> bool {
    if room == "main" {
        return used == "cli";
    }
    let Some((_, own, beside)) = ROOMS.iter().find(|(name, ..)| *name == room) else {
        return false;
    };
    layer(used).is_some_and(|other| other < *own) || beside.contains(&used)
}

fn uses_of(source: &Source) -> Vec<Use<'_>> {
    let code = &source.code;
    let mut found = vec![];
    for root in ["crate::", "mesad::"] {
        for at in occurrences_of_root(code, root) {
            for room in heads(code, at + root.len()) {
                found.push((at, room));
            }
        }
    }
    // `super` as often as the file is deep reaches the root (a module within the file is deeper,
    // so only names of rooms count).
    let chain = "super::".repeat(source.depth().max(1));
    for at in occurrences_of_root(code, &chain) {
        let rooms = heads(code, at + chain.len());
        found.extend(
            rooms
                .into_iter()
                .filter(|r| layer(r).is_some())
                .map(|r| (at, r)),
        );
    }
    found
        .into_iter()
        .map(|(at, room)| Use {
            source,
            line: line_of(code, at),
            room,
        })
        .collect()
}

/// Where a path begins with this root (`crate::`), not within a longer path.
pub fn occurrences_of_root<'a>(code: &'a str, root: &'a str) -> impl Iterator<Item = usize> + 'a {
    let name = root.trim_end_matches("::");
    occurrences(code, name)
        .filter(move |at| code[*at..].starts_with(root) && !code[..*at].ends_with("::"))
}

/// The first name of each path that follows: one, or those of a group.
pub fn heads(code: &str, at: usize) -> Vec<String> {
    let rest = code[at..].trim_start();
    let start = code.len() - rest.len();
    if !rest.starts_with('{') {
        return name(rest).into_iter().collect();
    }
    let inner = &code[start + 1..closing(code, start) - 1];
    let mut depth = 0;
    inner
        .split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        })
        .filter_map(|path| name(path.trim_start()))
        .collect()
}

fn name(text: &str) -> Option<String> {
    let name: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '*'))
        .collect();
    // A name in capitals is an item of the root, not a room; `self` is the root itself.
    let is_room = name.starts_with(|c: char| c.is_lowercase() || c == '*') && name != "self";
    is_room.then_some(name)
}

/// A way from a room back to itself.
fn cycle(graph: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    fn walk<'a>(
        graph: &'a BTreeMap<String, BTreeSet<String>>,
        path: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
        room: &'a str,
    ) -> Option<String> {
        if let Some(start) = path.iter().position(|seen| *seen == room) {
            return Some([&path[start..], &[room]].concat().join(" → "));
        }
        if !done.insert(room) {
            return None;
        }
        path.push(room);
        let uses = graph.get(room).into_iter().flatten();
        let found = uses
            .into_iter()
            .find_map(|used| walk(graph, path, done, used));
        path.pop();
        found
    }
    let mut done = BTreeSet::new();
    graph
        .keys()
        .find_map(|room| walk(graph, &mut vec![], &mut done, room))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str) -> Vec<String> {
        check(&[Source::new(path, text)])
    }

    #[test]
    fn a_room_may_use_lower_ones_only() {
        assert!(check_one("src/judge/x.rs", "use crate::mail::Letter;").is_empty());
        assert!(check_one("src/judge/x.rs", "use crate::judge::y;").is_empty());
        assert!(check_one("src/cli/x.rs", "fn f() { crate::daemon::run() }").is_empty());
        let bad = [
            ("src/mail/x.rs", "use crate::judge::Fate;", 1),
            ("src/mail/x.rs", "\nfn f() -> crate::store::Row {}", 1),
            ("src/judge/x.rs", "use crate::letters;", 1),
            (
                "src/store/x.rs",
                "use crate::{mail::{a, store}, mailbox::b,\n delivery};",
                2,
            ),
            (
                "src/calendar/x.rs",
                "use crate::{\n    office::{Office, cli},\n};",
                1,
            ),
            ("src/mail/mod.rs", "use super::desk::World;", 1),
            ("src/mail/x.rs", "use super::super::desk::World;", 1),
            ("src/daemon/x.rs", "use crate::cli;", 1),
            ("src/main.rs", "mesad::desk::turn()", 1),
            ("src/mail/x.rs", "use crate::*;", 1),
            ("src/attic/x.rs", "", 1),
        ];
        for (path, text, count) in bad {
            let findings = check_one(path, text);
            assert_eq!(findings.len(), count, "{path} {text:?}: {findings:?}");
        }
    }

    #[test]
    fn comments_strings_and_other_crates_do_not_count() {
        let text = r#"//! crate::cli
            /* crate::desk */ use other::crate_x; let a = "crate::store::y";
            use super::desk_like; use super::letter::desk; use other::mesad_x;"#;
        assert_eq!(check_one("src/mail/x.rs", text), Vec::<String>::new());
    }

    #[test]
    fn findings_name_the_line() {
        let findings = check_one("src/mail/x.rs", "\n\nuse crate::cli;");
        assert_eq!(findings, ["src/mail/x.rs:3: mail may not use cli"]);
    }

    #[test]
    fn cycles_are_found() {
        let graph = |edges: &[(&str, &str)]| {
            let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (from, to) in edges {
                graph
                    .entry((*from).to_owned())
                    .or_default()
                    .insert((*to).to_owned());
            }
            cycle(&graph)
        };
        assert_eq!(graph(&[("a", "b"), ("b", "c"), ("a", "c")]), None);
        let found = graph(&[("x", "a"), ("a", "b"), ("b", "c"), ("c", "a")]);
        assert_eq!(found.as_deref(), Some("a → b → c → a"));
    }

    #[test]
    fn a_room_that_uses_many_is_named() {
        let text = "use crate::{calendar, office, documents, mail, reading, request};";
        assert!(check_one("src/judge/x.rs", text).is_empty());
        let text = "use crate::{calendar, office, documents, mail, reading, request, config};";
        let findings = check_one("src/store/x.rs", text);
        assert!(
            findings.len() == 1 && findings[0].contains("uses 7 rooms"),
            "{findings:?}"
        );
    }

    #[test]
    fn the_table_is_without_cycles_of_its_own() {
        for (room, _, beside) in ROOMS {
            for other in beside {
                assert!(!may_use(other, room), "{room} and {other}");
            }
        }
    }
}
