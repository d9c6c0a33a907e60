//! The journal's chains: whatever is changed behind the desk's back is found and named.

use std::path::PathBuf;

use mesad::desk::audit;
use mesad::office::{Absence, Substitute};
use mesad::store::{Broken, Store};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

const STANDS_IN: &str = "vosorio@ministerio.example";

/// Two requests, one decided; a mail of no request; two anchors.
fn worked() -> Stage {
    let mut stage = Stage::begin();
    for report in ["Informe N° 1", "Informe N° 2"] {
        let subject = "Desaprobación de informe técnico";
        stage.writes(TOMAS, subject, &memorandum(report));
    }
    stage.writes(TOMAS, "Consulta", "¿Me ayudan con algo distinto?\n");
    stage.drain();
    let asked = stage.column(
        "SELECT message_id FROM notices WHERE message = 'approval-request' ORDER BY id LIMIT 1",
    );
    let lines = [
        "Message-ID: <yes@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    stage.delivers(&lines, BEATRIZ, "Re: Desaprobación", "Apruebo.\n");
    let world = stage.world();
    mesad::desk::operate::retry(&world.store, 3, "ana", world.clock.now()).unwrap();
    stage.drain();
    stage.set(at(6, 10));
    stage.drain();
    stage
}

fn database(stage: &Stage) -> PathBuf {
    stage.folder.path().join("state/mesad.sqlite")
}

/// A copy of the database, and a way to harm it.
struct Copy {
    path: PathBuf,
    connection: Connection,
}

impl Copy {
    fn of(stage: &Stage) -> Self {
        let path = stage.folder.path().join("copy.sqlite");
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        let own = Connection::open(database(stage)).unwrap();
        own.execute("VACUUM INTO ?1", [path.to_str().unwrap()])
            .unwrap();
        let connection = Connection::open(&path).unwrap();
        connection
            .pragma_update(None, "foreign_keys", false)
            .unwrap();
        Self { path, connection }
    }

    fn harm(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }

    fn broken(&self) -> Vec<String> {
        let store = Store::open(&self.path, false).unwrap();
        let found = audit::verify(&store).unwrap().broken;
        found.iter().map(Broken::to_string).collect()
    }
}

/// What SQL does to a fresh copy, in words.
#[track_caller]
fn finds(stage: &Stage, sql: &str, words: &str) {
    let copy = Copy::of(stage);
    copy.harm(sql);
    let broken = copy.broken();
    assert!(
        broken.iter().any(|b| b.contains(words)),
        "{sql}\n{broken:#?}"
    );
}

#[test]
fn what_the_desk_wrote_holds() {
    let stage = worked();
    let found = audit::verify(&stage.world().store).unwrap();
    assert_eq!(found.broken, []);
    assert_eq!(found.chains, 3);
    assert_eq!(found.anchors.len(), 2);
    assert!(found.entries >= 5 && found.mails >= 5, "{found:?}");
    assert_eq!(found.purged, 0);
    let who = stage.column("SELECT by_whom FROM journal WHERE outcome = 'approved'");
    assert_eq!(who, [BEATRIZ]);
}

#[test]
fn a_deleted_entry_is_missed_wherever_it_stood() {
    let stage = worked();
    let number = "SIGEC-2026-000001";
    let delete = |place: &str| {
        format!(
            "DELETE FROM journal_contents WHERE entry =
               (SELECT id FROM journal WHERE request = 1 AND place = {place});
             DELETE FROM journal WHERE request = 1 AND place = {place};"
        )
    };
    let last = stage.column("SELECT max(place) || '' FROM journal WHERE request = 1");
    assert!(last[0].parse::<u32>().unwrap() >= 2, "{last:?}");
    finds(
        &stage,
        &delete(&last[0]),
        &format!("{number}: entry {}, the last one, is missing", last[0]),
    );
    finds(
        &stage,
        &delete("1"),
        &format!("{number}: entry 1 is missing"),
    );
    let all = "DELETE FROM journal_contents; DELETE FROM journal;";
    finds(
        &stage,
        all,
        &format!("{number}: all its entries are missing"),
    );
    finds(
        &stage,
        "DELETE FROM heads WHERE chain = 'SIGEC-2026-000001'",
        &format!("{number}: nothing says where it ends"),
    );
    // Who also cuts the head is betrayed by the anchor.
    let both = format!(
        "{} UPDATE heads SET place = place - 1, hash = (SELECT previous FROM journal
           WHERE request = 1 AND place = {last}) WHERE chain = '{number}'; {}",
        "",
        delete(&last[0]),
        last = last[0],
    );
    finds(&stage, &both, "anchors: what anchor 2 covers was changed");
    finds(
        &stage,
        "DELETE FROM anchors WHERE place = 1",
        "anchors: anchor 1 is missing",
    );
    finds(
        &stage,
        "DELETE FROM anchors WHERE place = 2",
        "anchors: they end with anchor 1 and should with anchor 2",
    );
}

#[test]
fn two_entries_that_change_places_do_not_join() {
    let stage = worked();
    let swap = "UPDATE journal SET place = -1 WHERE request = 1 AND place = 1;
                UPDATE journal SET place = 1 WHERE request = 1 AND place = 2;
                UPDATE journal SET place = 2 WHERE request = 1 AND place = -1;";
    finds(
        &stage,
        swap,
        "SIGEC-2026-000001: entry 1 does not join the one before it",
    );
}

#[test]
fn the_whole_row_written_anew_is_found_too() {
    let stage = worked();
    finds(
        &stage,
        "UPDATE requests SET body = replace(body, 'Tomás', 'Tomas') WHERE id = 1",
        "SIGEC-2026-000001: the request is not as entry",
    );
    finds(
        &stage,
        "UPDATE requests SET state = 'closed' WHERE id = 1",
        "SIGEC-2026-000001: column state of the request says other than its row",
    );
    finds(
        &stage,
        "DELETE FROM contents WHERE input = 1",
        "the mail that entry 1 rests on: it is missing, and was not purged",
    );
}

/// The value with something in it changed; none: there is nothing to change.
fn changed(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Null => return None,
        Value::Integer(number) => Value::Integer(number + 1),
        Value::Real(number) => Value::Real(number + 1.0),
        Value::Text(text) => {
            let mut text = text.clone();
            let last = text.pop();
            text.push(if last == Some('x') { 'y' } else { 'x' });
            Value::Text(text)
        }
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            match bytes.first_mut() {
                Some(first) => *first ^= 1,
                None => bytes.push(1),
            }
            Value::Blob(bytes)
        }
    })
}

#[test]
fn a_byte_flipped_in_any_column_is_found() {
    let stage = worked();
    let last_rows = "rowid IN (SELECT max(id) FROM journal WHERE row_hash <> x'' GROUP BY request)";
    let tables = [
        ("journal", "*", "1"),
        ("journal_contents", "entry event event_salt mail_salt", "1"),
        ("journal_contents", "row_salt", last_rows),
        ("heads", "*", "1"),
        ("anchors", "*", "1"),
        (
            "requests",
            "id number state procedure requester opened_at closed_at data_key body",
            "1",
        ),
        (
            "contents",
            "input bytes",
            "input IN (SELECT input FROM journal)",
        ),
        (
            "notices",
            "message_id salt bytes bytes_hash anchor",
            "anchor IS NOT NULL",
        ),
    ];
    let (mut flipped, mut missed) = (0, vec![]);
    for (table, columns, filter) in tables {
        let own = Connection::open(database(&stage)).unwrap();
        let ids: Vec<i64> = own
            .prepare(&format!("SELECT rowid FROM {table} WHERE {filter}"))
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert!(!ids.is_empty(), "{table}");
        let names = stage.column(&format!("SELECT name FROM pragma_table_info('{table}')"));
        for name in names {
            if columns != "*" && !columns.split(' ').any(|c| c == name) {
                continue;
            }
            for id in &ids {
                let copy = Copy::of(&stage);
                let sql = format!("SELECT {name} FROM {table} WHERE rowid = ?1");
                let old: Value = copy.connection.query_row(&sql, [id], |r| r.get(0)).unwrap();
                let Some(new) = changed(&old) else { continue };
                let sql = format!("UPDATE {table} SET {name} = ?2 WHERE rowid = ?1");
                // What the schema refuses needs no finding.
                let Ok(1) = copy.connection.execute(&sql, rusqlite::params![id, new]) else {
                    continue;
                };
                flipped += 1;
                if copy.broken().is_empty() {
                    missed.push(format!("{table}.{name} of row {id}"));
                }
            }
        }
    }
    assert_eq!(missed, [] as [String; 0]);
    assert!(flipped > 150, "{flipped}");
}

#[test]
fn the_entry_names_for_whom_a_substitute_answered() {
    let day = |d| chrono::NaiveDate::from_ymd_opt(2026, 10, d).unwrap();
    let mut stage = Stage::with(|office| {
        let people = &mut office.directory.people;
        let other = people
            .iter()
            .find(|p| p.addresses.contains(&STANDS_IN.to_owned()));
        let person = other.unwrap().id.clone();
        let beatriz = people
            .iter_mut()
            .find(|p| p.addresses[0] == BEATRIZ)
            .unwrap();
        let (from, until) = (day(1), day(30));
        beatriz.absences.push(Absence { from, until });
        let (from, until) = (None, None);
        let substitute = Substitute {
            person,
            from,
            until,
        };
        beatriz.substitutes = vec![substitute];
    });
    let subject = "Desaprobación de informe técnico";
    stage.writes(TOMAS, subject, &memorandum("Informe N° 1"));
    stage.drain();
    assert_eq!(stage.told("approval-request"), [STANDS_IN]);
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    let lines = [
        "Message-ID: <no@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    stage.delivers(
        &lines,
        STANDS_IN,
        "Re: Desaprobación",
        "Rechazo: falta el anexo.\n",
    );
    stage.drain();
    let who = "SELECT by_whom || ' for ' || for_whom FROM journal WHERE outcome = 'rejected'";
    let beatriz = stage.world().office.directory.by_address(BEATRIZ).unwrap();
    let expected = format!("{STANDS_IN} for {}", beatriz.id.0);
    assert_eq!(stage.column(who), [expected]);
}

#[test]
fn each_day_has_one_anchor_and_a_day_without_anything_has_none() {
    let mut stage = worked();
    let places = |stage: &Stage| stage.column("SELECT place || '' FROM anchors ORDER BY place");
    assert_eq!(places(&stage), ["1", "2"]);
    stage.set(at(6, 16));
    stage.drain();
    assert_eq!(places(&stage), ["1", "2"]);
    // What came during the sixth is in the seventh's; on a Sunday nothing happens.
    stage.set(at(7, 9));
    stage.drain();
    let covered = stage.column("SELECT max(last_entry) || '' FROM anchors");
    let last = stage.column("SELECT max(id) || '' FROM journal");
    assert_eq!(covered, last);
    stage.set(at(10, 9));
    stage.drain();
    let before = places(&stage);
    stage.set(at(11, 9));
    stage.drain();
    assert_eq!(places(&stage), before);
    let found = audit::verify(&stage.world().store).unwrap();
    assert_eq!(found.broken, []);
}
