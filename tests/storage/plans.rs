//! Nothing that is done for each mail reads a whole table, however many years lie in it. SQLite is
//! asked how it would carry out every statement that stands in the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use mesad::store::Disk;
use regex::Regex;
use rusqlite::Connection;

/// Indexes of the few rows that wait for something: who reads one whole reads those.
const FEW: [&str; 6] = [
    "notices_due",
    "notices_held",
    "inputs_waiting",
    "inputs_to_file",
    "commands_waiting",
    "absences_open",
];

/// What reads a whole table, by file and function, and for what or why.
const WHOLE: [(&str, &str); 34] = [
    ("alarms::alarms", "a few rows a month"),
    ("alarms::forget_troubles", "what is wrong now"),
    ("alarms::last_run", "at a start; the last row alone"),
    ("alarms::reported_troubles", "what is wrong now"),
    ("anchors::anchors", "verify and export"),
    ("backup::has_inputs", "restore; the names of tables"),
    ("beside::", "purge, each night"),
    (
        "health::look_at_all",
        "another calendar, a clock that jumped",
    ),
    ("held::open_confirmations", "the digest, each day"),
    ("inputs::count_inputs", "the digest, status"),
    (
        "inputs::try_fetch",
        "foreign keys, where the id changed: it does not",
    ),
    ("journal_check::verify_mails", "verify"),
    ("journal_check::verify_missing", "verify"),
    ("journal_record::", "export"),
    ("journal_record::evidence", "export"),
    ("journal_record::mail_in", "export"),
    ("kin::continued_by", "show"),
    ("notices::count_open_tokens", "keys"),
    ("places::count_before_start", "reconcile"),
    ("places::has_inputs", "the first row alone"),
    ("places::is_told_too_large", "of a mail that is too large"),
    ("places::original", "the copies of one mail"),
    ("purge::mails_kept", "person"),
    ("purge::sent_about", "person"),
    ("requests::list_requests", "demo"),
    ("requests::next_number", "one row for each table"),
    (
        "requests::numbers",
        "the digest, list, an absence that begins",
    ),
    ("restored::recover_later", "the same"),
    (
        "restored::recover_mail",
        "foreign keys, where the id changed: it does not",
    ),
    ("marks::bring_marks_back", "after the clock jumped"),
    ("schema::shape", "at a start; the names of tables"),
    ("trace::", "trace"),
    ("trace::message_ids_like", "trace"),
    ("watch::sent_since", "demo"),
];

/// A statement of the code.
struct Statement {
    place: String,
    sql: String,
}

/// The statements that stand in `src/store/`, with the names in braces that `format!` puts there.
fn statements() -> Vec<Statement> {
    let literal =
        Regex::new(r#"(?s)"((?:SELECT|UPDATE|DELETE|INSERT)\b(?:[^"\\]|\\.)*)""#).unwrap();
    let function = Regex::new(r"\bfn (\w+)").unwrap();
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store"));
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some("rs") = path.extension().and_then(|e| e.to_str()) else {
            continue;
        };
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for one in literal.captures_iter(&text) {
            let sql = one.get(1).unwrap();
            let before = function.captures_iter(&text[..sql.start()]).last();
            let name = before.map_or(String::new(), |name| name[1].to_owned());
            found.push(Statement {
                place: format!("{file}::{name}"),
                sql: sql.as_str().replace("\\\"", "\"").replace("\\\n", ""),
            });
        }
    }
    found
}

/// The tables that a statement reads whole; none where SQLite does not know it as it stands.
fn reads_whole(connection: &Connection, sql: &str) -> Option<Vec<String>> {
    let mut plan = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .ok()?;
    for parameter in 1..=plan.parameter_count() {
        plan.raw_bind_parameter(parameter, 1).unwrap();
    }
    let mut rows = plan.raw_query();
    let mut whole = vec![];
    while let Some(row) = rows.next().unwrap() {
        let step: String = row.get(3).unwrap();
        // Other steps than these read what another one found.
        let of_table = step.starts_with("SCAN ") && !step.contains("VIRTUAL TABLE");
        let apart = ["SCAN (", "SCAN CONSTANT"]
            .iter()
            .any(|o| step.starts_with(o));
        if of_table && !apart && !FEW.iter().any(|few| step.ends_with(few)) {
            whole.push(step);
        }
    }
    Some(whole)
}

#[test]
fn no_statement_of_a_mail_reads_a_whole_table() {
    let disk = Disk::new().unwrap();
    let allowed: BTreeMap<&str, &str> = WHOLE.into_iter().collect();
    let (mut whole, mut unread) = (BTreeMap::new(), vec![]);
    let all = statements();
    for Statement { place, sql } in &all {
        match disk.look(|connection| reads_whole(connection, sql)) {
            Some(steps) if steps.is_empty() => {}
            Some(steps) => {
                whole.insert(place.as_str(), steps);
            }
            None => unread.push(format!("{place}: {sql}")),
        }
    }
    // Those with names put in by `format!`, and those of tables that are made beside these.
    println!("{} statements, not looked at: {unread:#?}", all.len());
    assert!(all.len() > 150 && unread.len() < all.len() / 8);
    let more: BTreeMap<_, _> = whole
        .iter()
        .filter(|(place, _)| !allowed.contains_key(*place))
        .collect();
    assert!(more.is_empty(), "these read whole tables: {more:#?}");
    let gone: BTreeSet<_> = allowed
        .keys()
        .filter(|place| !whole.contains_key(*place))
        .collect();
    assert!(gone.is_empty(), "these do not any more: {gone:?}");
}
