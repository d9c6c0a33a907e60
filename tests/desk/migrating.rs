//! A database of the version before is taken over with its journal as it was.

use std::path::Path;

use mesad::desk::audit;
use mesad::store::{Broken, Store};
use rusqlite::{Connection, params};

use crate::stage::{Stage, TOMAS, memorandum};

fn sha256(bytes: &[u8]) -> Vec<u8> {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().to_vec()
}

/// A request with two entries, as the second schema and the first form of the journal had them.
fn old_database(path: &Path) {
    let mut stage = Stage::begin();
    let subject = "Desaprobación de informe técnico";
    stage.writes(TOMAS, subject, &memorandum("Informe N° 1"));
    stage.drain();
    let body = stage.column("SELECT body FROM requests").remove(0);
    let key = stage.column("SELECT data_key FROM requests").remove(0);
    let opened = stage
        .column("SELECT opened_at || '' FROM requests")
        .remove(0);
    let procedure = stage.column("SELECT procedure FROM requests").remove(0);
    let old = Connection::open(path).unwrap();
    for sql in [
        include_str!("../../src/store/migrations/001_begin.sql"),
        include_str!("../../src/store/migrations/002_tries.sql"),
        "PRAGMA user_version = 2",
    ] {
        old.execute_batch(sql).unwrap();
    }
    old.execute(
        "INSERT INTO requests (id, number, state, procedure, requester, opened_at, data_key, body)
         VALUES (1, 'SIGEC-2026-000001', 'awaiting-approval', ?4, ?1, ?5, ?2, ?3)",
        params![TOMAS, key, body, procedure, opened.parse::<i64>().unwrap()],
    )
    .unwrap();
    let mut previous = vec![];
    for (place, event) in [(1, "null"), (2, r#"{"woken":"reminder"}"#)] {
        let row_hash = sha256(body.as_bytes());
        let mut bound = [previous.clone(), row_hash.clone()].concat();
        bound.extend(format!("{place}|opened||{event}").as_bytes());
        let hash = sha256(&bound);
        old.execute(
            "INSERT INTO journal (request, at, outcome, cell, event, row_hash, previous, hash)
             VALUES (1, ?1, 'opened', '', ?2, ?3, ?4, ?5)",
            params![place, event, row_hash, previous, hash],
        )
        .unwrap();
        previous = hash;
    }
}

fn broken(path: &Path) -> Vec<String> {
    let store = Store::open(path, true).unwrap();
    let found = audit::verify(&store).unwrap().broken;
    found.iter().map(Broken::to_string).collect()
}

#[test]
fn an_older_journal_keeps_its_hashes_and_is_verified_by_its_own_rule() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mesad.sqlite");
    old_database(&path);
    let before = Connection::open(&path).unwrap();
    let hashes = |connection: &Connection| -> Vec<Vec<u8>> {
        let mut statement = connection
            .prepare("SELECT hash FROM journal ORDER BY id")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let old = hashes(&before);
    drop(before);
    assert_eq!(broken(&path), [] as [String; 0]);
    let after = Connection::open(&path).unwrap();
    assert_eq!(hashes(&after), old);
    // A purge of the event leaves the link; what it said can still not be put in another's place.
    let sql = "UPDATE journal_contents SET event = '{\"woken\":\"breach\"}' WHERE entry = 2";
    after.execute(sql, []).unwrap();
    let found = broken(&path);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("SIGEC-2026-000001: entry 2 was changed"),
        "{found:?}"
    );
    let sql = "UPDATE journal_contents SET event = NULL WHERE entry = 2";
    after.execute(sql, []).unwrap();
    // Blanked without an entry that says so, it is found; the link itself holds.
    let found = broken(&path);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].contains("contents of entry 2 are blanked"),
        "{found:?}"
    );
}
