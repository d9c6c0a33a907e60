//! A database of the version before is taken over with its journal as it was.

use std::path::Path;

use mesad::desk::audit;
use mesad::store::{Broken, Store};
use rusqlite::{Connection, params};

use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

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

/// What later programs have added to a request and to a mail that waits.
const LATER: [&str; 16] = [
    "memorandum",
    "related",
    "remarks",
    "unconfirmed",
    "kept",
    "opening_cell",
    "unproven",
    "away",
    "persons_done",
    "motive",
    "delegated_by",
    "also",
    "overdue",
    "stirred_at",
    "recorded",
    "several",
];

fn without_later(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.retain(|name, _| !LATER.contains(&name.as_str()));
            fields.values_mut().for_each(without_later);
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(without_later),
        _ => {}
    }
}

/// Writes the bodies of a table as a program would have that knew nothing of these.
fn grow_old(stage: &Stage, table: &str) {
    let bodies = stage.column(&format!("SELECT body FROM {table} ORDER BY id"));
    let ids = stage.column(&format!("SELECT id || '' FROM {table} ORDER BY id"));
    for (id, body) in ids.iter().zip(bodies) {
        let mut value = serde_json::from_str(&body).unwrap();
        without_later(&mut value);
        let text = value.to_string();
        assert_ne!(text.len(), 0);
        let text = text.replace('\'', "''");
        stage.damage(&format!(
            "UPDATE {table} SET body = '{text}' WHERE id = {id}"
        ));
    }
}

/// A request, and a mail that was not sent yet, of a program before this one go on as they were.
#[test]
fn what_an_older_program_stored_is_read_and_goes_on() {
    let mut stage = Stage::begin();
    let subject = "Desaprobación de informe técnico";
    stage.writes(TOMAS, subject, &memorandum("Informe N° 1"));
    stage.drain();
    stage.writes(TOMAS, subject, &memorandum("Informe N° 2"));
    // Decided, and the mails of the second are not made yet.
    let world = &stage.work.world;
    let mailbox = &mut stage.work.ends.mailbox;
    for mail in &mesad::desk::receive::look(mailbox, world).unwrap() {
        mesad::desk::receive::take(mailbox, world, mail).unwrap();
    }
    mesad::desk::decide::turn(world).unwrap();
    let waiting = "SELECT message FROM notices WHERE state = 'due' ORDER BY message";
    assert_eq!(
        stage.column(waiting),
        ["acknowledgement", "approval-request"]
    );
    grow_old(&stage, "requests");
    grow_old(&stage, "notices");
    let body = stage.column("SELECT body FROM requests").remove(0);
    assert!(!body.contains("\"away\"") && !body.contains("\"also\""));
    let mut stage = Stage::starts(stage.stops(), at(5, 11)).unwrap();
    stage.drain();
    assert_eq!(stage.told("approval-request"), [BEATRIZ; 2]);
    let ids = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    for (n, id) in ids.iter().enumerate() {
        let own = format!("Message-ID: <answer{n}@ministerio.example>");
        let line = format!("In-Reply-To: <{id}>");
        stage.delivers(&[&own, &line], BEATRIZ, "RE: Solicitud", "Apruebo.\n");
    }
    stage.drain();
    assert_eq!(
        stage.column("SELECT state FROM requests"),
        ["awaiting-work"; 2]
    );
}
