//! The desk dies while it takes over a database of an earlier schema that has rows in it: the next
//! start takes it over whole.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use mesad::desk::audit;
use mesad::store::{Store, latest_schema};

use crate::migrating::{Row, contents, old_database, schema_of};
use crate::program::mesad;

/// Where it dies, whether the copy has its name then, and whether the schema is still the old one.
const DEATHS: [(&str, bool, bool); 6] = [
    ("migrating", false, true),
    ("copying", false, true),
    ("copied", true, true),
    ("changing-schema", true, true),
    ("committing", true, true),
    ("migrated", true, false),
];

#[test]
fn a_takeover_that_dies_is_done_again_whole() {
    let row = Row::new();
    for schema in [1, 4, 8, usize::try_from(latest_schema()).unwrap() - 1] {
        for death in DEATHS {
            dies(schema, &row, death);
        }
    }
}

fn dies(schema: usize, row: &Row, (at, is_copied, is_old): (&str, bool, bool)) {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    std::fs::create_dir_all(work.join("state")).unwrap();
    let path = work.join("state/mesad.sqlite");
    old_database(&path, schema, row);
    let before = contents(&path);
    let mut run = mesad(&work, &["run", "--once", "--example"]);
    let died = run.env("MESAD_CRASH_AT", at).output().unwrap();
    assert_eq!(died.status.signal(), Some(6), "{schema} {at}: {died:?}");
    let copy = work.join(format!(
        "state/mesad.sqlite.before-schema-{}",
        latest_schema()
    ));
    assert_eq!(copy.exists(), is_copied, "{schema} {at}");
    let old = i64::try_from(schema).unwrap();
    let there = if is_old { old } else { latest_schema() };
    assert_eq!(schema_of(&path), there, "{schema} {at}");
    assert_eq!(contents(&path), before, "{schema} {at}");
    let store = Store::open(&path, true).unwrap();
    let broken = audit::verify(&store).unwrap().broken;
    assert!(broken.is_empty(), "{schema} {at}: {broken:?}");
    store.quick_check().unwrap();
    drop(store);
    assert_eq!(schema_of(&path), latest_schema(), "{schema} {at}");
    assert_eq!(contents(&path), before, "{schema} {at}");
    // The copy under its name is whole, and is that of before.
    assert_eq!(schema_of(&copy), old, "{schema} {at}");
    assert_eq!(contents(&copy), before, "{schema} {at}");
    assert!(!is_left(&work.join("state")), "{schema} {at}");
}

/// Whether a passing copy is there.
fn is_left(state: &Path) -> bool {
    let entries = std::fs::read_dir(state).unwrap();
    let mut names = entries.map(|entry| entry.unwrap().file_name());
    names.any(|name| name.to_string_lossy().contains(".part"))
}
