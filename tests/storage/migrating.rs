//! A database of each earlier schema, with rows in it, is taken over whole, after a copy was made.

use std::path::{Path, PathBuf};

use mesad::desk::audit;
use mesad::store::{Store, StoreError, latest_schema};
use rusqlite::{Connection, params};

use crate::program::says;
use crate::stage::{Stage, TOMAS, at, memorandum};

/// The files of the schema, in the order of their names, which is that in which they are done.
fn steps() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/migrations");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

/// A request as today's program writes it, whose columns the first schema has too.
pub struct Row {
    procedure: String,
    data_key: String,
    body: String,
    opened_at: i64,
}

impl Row {
    pub fn new() -> Self {
        let mut stage = Stage::begin();
        stage.writes(
            TOMAS,
            "Desaprobación de informe técnico",
            &memorandum("Informe N° 1"),
        );
        stage.drain();
        let one = |column: &str| {
            stage
                .column(&format!("SELECT {column} || '' FROM requests"))
                .remove(0)
        };
        Self {
            procedure: one("procedure"),
            data_key: one("data_key"),
            body: one("body"),
            opened_at: one("opened_at").parse().unwrap(),
        }
    }
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, bytes)
        .as_ref()
        .to_vec()
}

/// Does the steps up to this one and fills the tables, as far as the schema then had them: what the
/// first schema holds goes in right after it, and so through all later steps.
pub fn old_database(path: &Path, schema: usize, row: &Row) {
    let old = Connection::open(path).unwrap();
    old.pragma_update(None, "journal_mode", "WAL").unwrap();
    for (index, step) in steps().iter().take(schema).enumerate() {
        old.execute_batch(step).unwrap();
        if index == 0 {
            begin(&old, row);
        }
    }
    old.pragma_update(None, "user_version", i64::try_from(schema).unwrap())
        .unwrap();
    if schema >= 4 {
        old.execute_batch(
            "INSERT INTO commands (at, operator, body, state)
               VALUES (5, 'shell:root', '{}', 'done');
             INSERT INTO absences (person, first_day, last_day, operator, reason)
               VALUES ('beatriz-alcaino', '2026-10-12', '2026-10-14', '{}', 'feriado legal');",
        )
        .unwrap();
    }
}

fn begin(old: &Connection, row: &Row) {
    old.execute_batch(
        "INSERT INTO inputs (id, validity, uid, state, first_seen_at, received_at, message_id, sender,
                             subject, digest, reason, fate, filed)
           VALUES (1, 7, '1', 'done', 1, 1, 'a@b.example', 'tz@maule.example', 'Uno', x'aa',
                   'opening', 'done', 1),
                  (2, 7, '2', 'parked', 2, 2, '', '', '', x'bb', 'no-sender', 'review', 1),
                  (3, 7, '3', 'seen', 3, NULL, '', '', '', NULL, '', '', 0);
         INSERT INTO contents (input, bytes) VALUES (1, x'0d0a'), (2, x'0d0a0d0a');
         INSERT INTO numbers (year, last) VALUES (2026, 1);
         INSERT INTO marks (name, at) VALUES ('digest', 1);",
    )
    .unwrap();
    old.execute(
        "INSERT INTO requests (id, number, row_version, state, procedure, requester, opened_at,
                               data_key, body)
         VALUES (1, 'SIGEC-2026-000001', 1, 'awaiting-approval', ?1, ?2, ?3, ?4, ?5)",
        params![row.procedure, TOMAS, row.opened_at, row.data_key, row.body],
    )
    .unwrap();
    let row_hash = sha256(row.body.as_bytes());
    let hash = sha256(&[row_hash.clone(), b"1|opened||null".to_vec()].concat());
    old.execute(
        "INSERT INTO journal (request, input, at, outcome, cell, event, row_hash, previous, hash)
         VALUES (1, 1, 1, 'opened', '', 'null', ?1, x'', ?2)",
        params![row_hash, hash],
    )
    .unwrap();
    old.execute_batch(
        "INSERT INTO notices (request, input, message, address, body, message_id, token_hash, state,
                              created_at, due_at, tries, subject, bytes, last_reply, ended_at)
           VALUES (1, 1, 'acknowledgement', 'tz@maule.example', '{}', 'n1@mesa', NULL, 'sent', 1, 1,
                   1, 'Uno', x'4869', '250', 2),
                  (1, 1, 'approval-request', 'ba@ministerio.example', '{}', 'n2@mesa', x'cc', 'due',
                   1, 9, 0, '', NULL, '', NULL);
         INSERT INTO received (message_id, request, address, input)
           VALUES ('a@b.example', 1, 'tz@maule.example', 1);
         INSERT INTO holders (request, address) VALUES (1, 'ba@ministerio.example');",
    )
    .unwrap();
}

/// What must be the same before and after.
pub fn contents(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut found = vec![];
    for sql in [
        "SELECT id || uid || state || reason || fate || filed || hex(digest) FROM inputs ORDER BY id",
        "SELECT input || hex(bytes) FROM contents ORDER BY input",
        "SELECT number || state || requester || opened_at || data_key || body FROM requests",
        "SELECT at || outcome || hex(row_hash) || hex(previous) || hex(hash) FROM journal ORDER BY id",
        "SELECT message_id || state || due_at || subject || coalesce(hex(bytes), '') FROM notices
           ORDER BY id",
        "SELECT message_id || request || address || input FROM received",
        "SELECT request || address FROM holders",
        "SELECT year || '-' || last FROM numbers",
        "SELECT name || at FROM marks",
    ] {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        found.extend(rows.map(Result::unwrap));
    }
    assert_eq!(found.len(), 13, "a row of each table");
    found
}

pub fn schema_of(path: &Path) -> i64 {
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}

#[test]
fn every_earlier_schema_is_taken_over_with_its_rows_and_a_copy_is_kept() {
    let row = Row::new();
    let latest = steps().len();
    assert_eq!(latest_schema(), i64::try_from(latest).unwrap());
    // The shape that a new database has.
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new.sqlite");
    drop(Store::open(&new, true).unwrap());
    for schema in 1..latest {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mesad.sqlite");
        old_database(&path, schema, &row);
        let before = contents(&path);
        let store = Store::open(&path, true).unwrap();
        let broken = audit::verify(&store).unwrap().broken;
        assert!(broken.is_empty(), "schema {schema}: {broken:?}");
        store.quick_check().unwrap();
        let parked = store.transact(|books| books.parked()).unwrap();
        assert_eq!(parked.len(), 1);
        let listed = store.transact(|books| books.list_requests(true)).unwrap();
        assert_eq!(listed[0].request.number, "SIGEC-2026-000001");
        assert_eq!(schema_of(&path), latest_schema());
        assert_eq!(contents(&path), before, "schema {schema}");
        assert_eq!(shape(&path), shape(&new), "schema {schema}");
        // The copy is what it was, and can be put back.
        let copy = folder
            .path()
            .join(format!("mesad.sqlite.before-schema-{latest}"));
        assert_eq!(schema_of(&copy), i64::try_from(schema).unwrap());
        assert_eq!(contents(&copy), before);
        let place = folder.path().join("other.sqlite");
        let prepared = mesad::store::prepare(&copy, &place).unwrap();
        assert_eq!(prepared.schema, i64::try_from(schema).unwrap());
        prepared.put(at(5, 12)).unwrap();
        assert_eq!(schema_of(&place), latest_schema());
    }
}

/// Tables with their columns, and indexes.
fn shape(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT m.type || ' ' || m.name || ' ' || coalesce(
                 (SELECT group_concat(c.name || ' ' || c.type || ' ' || c.\"notnull\", ', ')
                    FROM (SELECT * FROM pragma_table_xinfo(m.name) ORDER BY name) AS c), '')
               FROM sqlite_schema AS m WHERE m.name NOT LIKE 'sqlite_%' ORDER BY m.name";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_newer_schema_is_not_touched_and_an_older_one_only_by_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    std::fs::create_dir_all(work.join("state")).unwrap();
    let path = work.join("state/mesad.sqlite");
    old_database(&path, 3, &Row::new());
    // Who looks, or gives an order, changes no schema.
    let (status, _, err) = says(&work, &["list"]);
    assert!(
        status == 1 && err.contains("start the desk with this program once"),
        "{err}"
    );
    let (status, _, err) = says(&work, &["retry", "2"]);
    assert!(
        status == 1 && err.contains("start the desk with this program once"),
        "{err}"
    );
    assert_eq!(schema_of(&path), 3);
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    for words in [&["run", "--once", "--example"][..], &["list"], &["verify"]] {
        let (status, _, err) = says(&work, words);
        assert!(err.contains("newer mesad has worked with it"), "{err}");
        assert_eq!(status, 3, "a person must act: nothing is started anew");
    }
    assert_eq!(schema_of(&path), 99);
    assert!(matches!(
        Store::open(&path, true),
        Err(StoreError::Newer { found: 99, .. })
    ));
}

/// Before the first release steps were joined that had come to be apart: a database that has other
/// tables than its number says is left as it was, byte for byte.
#[test]
fn a_database_with_other_tables_than_its_schema_says_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    std::fs::create_dir_all(work.join("state")).unwrap();
    let path = work.join("state/mesad.sqlite");
    let row = Row::new();
    // All steps but the seventh, as they once stood under the numbers up to nine.
    old_database(&path, 6, &row);
    let old = Connection::open(&path).unwrap();
    for step in steps().iter().skip(7) {
        old.execute_batch(step).unwrap();
    }
    old.pragma_update(None, "user_version", 9).unwrap();
    old.pragma_update(None, "journal_mode", "DELETE").unwrap();
    drop(old);
    let before = std::fs::read(&path).unwrap();
    let (status, _, err) = says(&work, &["run", "--once", "--example"]);
    assert_eq!(status, 3, "{err}");
    assert!(err.contains("was never released"), "{err}");
    // Nor is it put back over a good one.
    let place = folder.path().join("good.sqlite");
    let refused = mesad::store::prepare(&path, &place).unwrap_err();
    assert!(matches!(refused, StoreError::OtherTables { said: 9, .. }));
    assert!(!place.exists());
    let (contents, latest) = (contents(&path), latest_schema());
    assert_eq!(contents.len(), 13);
    assert_eq!(schema_of(&path), 9);
    assert!(
        !work
            .join(format!("state/mesad.sqlite.before-schema-{latest}"))
            .exists()
    );
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "journal_mode", "DELETE")
        .unwrap();
    drop(connection);
    let after = std::fs::read(&path).unwrap();
    // Only the header's counters and the mode of the journal differ.
    assert_eq!(after.get(100..), before.get(100..));
    // One of the latest number, too.
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "user_version", latest)
        .unwrap();
    drop(connection);
    assert!(matches!(
        Store::open(&path, true),
        Err(StoreError::OtherTables { .. })
    ));
}

/// Their names are numbers without a gap, so that each can be told by its schema.
#[test]
fn the_steps_are_numbered_from_one_without_a_gap() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/migrations");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for (index, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:03}_", index + 1)), "{name}");
    }
    assert_eq!(latest_schema(), i64::try_from(names.len()).unwrap());
}

/// Without room for the copy the schema stays as it was.
#[test]
fn a_copy_that_cannot_be_made_keeps_the_schema_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mesad.sqlite");
    old_database(&path, 2, &Row::new());
    let copy = folder
        .path()
        .join(format!("mesad.sqlite.before-schema-{}", latest_schema()));
    std::fs::create_dir(&copy).unwrap();
    let error = Store::open(&path, true).unwrap_err().to_string();
    assert!(error.contains("before-schema"), "{error}");
    assert_eq!(schema_of(&path), 2);
    std::fs::remove_dir(&copy).unwrap();
    drop(Store::open(&path, true).unwrap());
    assert_eq!(schema_of(&path), latest_schema());
}
