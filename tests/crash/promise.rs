//! What is promised, checked on a desk that has come to rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use mesad::desk::audit;
use mesad::store::Store;

use crate::stage::Stage;

/// A mail that somebody has: Message-ID and bytes.
pub type Mail = (String, Vec<u8>);

/// All that may not differ between a desk that died and one that did not.
const SAME: [(&str, &str); 8] = [
    (
        "mail",
        "SELECT uid, state, fate, reason, filed, sorted FROM inputs ORDER BY uid",
    ),
    (
        "request",
        "SELECT number, state, procedure, requester, data_key FROM requests ORDER BY id",
    ),
    (
        "holder",
        "SELECT request, address FROM holders ORDER BY request, address",
    ),
    (
        "entry",
        "SELECT request, place, outcome, by_whom, for_whom, cell FROM journal
         ORDER BY request, place",
    ),
    (
        "notice",
        "SELECT message, address, request, state FROM notices ORDER BY 3, 1, 2, 4",
    ),
    (
        "command",
        "SELECT operator, state, words FROM commands ORDER BY id",
    ),
    ("absence", "SELECT person, begun FROM absences ORDER BY id"),
    // When the desk last looked is a matter of how long it lived.
    (
        "mark",
        "SELECT name FROM marks WHERE name <> 'fetched' ORDER BY name",
    ),
];

/// What a desk has come to, a line each.
pub fn came_to(stage: &Stage) -> Vec<String> {
    let mut lines = vec![];
    for (what, sql) in SAME {
        lines.extend(stage.rows(sql).iter().map(|row| format!("{what}: {row}")));
    }
    lines.extend(filed(stage));
    lines
}

/// Where each mail lies. One whose copy is there twice lies there.
fn filed(stage: &Stage) -> Vec<String> {
    let mut lines = BTreeSet::new();
    if let Some(servers) = &stage.servers {
        let letters = servers.letters.lock().unwrap();
        lines.extend(letters.inbox.keys().map(|uid| format!("inbox: {uid}")));
        for (folder, mails) in &letters.folders {
            for mail in mails {
                let text = String::from_utf8_lossy(mail);
                let id = text.lines().next().unwrap_or_default();
                lines.insert(format!("filed: {folder}: {id}"));
            }
        }
        return lines.into_iter().collect();
    }
    for folder in ["new", "cur", ".Procesados/cur", ".Revisar/cur"] {
        for (name, _) in stage.files(&format!("mail/in/{folder}")) {
            lines.insert(format!("filed: {folder}: {name}"));
        }
    }
    lines.into_iter().collect()
}

/// The mails that people have by now: Message-ID and bytes of each that came out, repeats too.
pub fn out(stage: &Stage) -> Vec<Mail> {
    match &stage.servers {
        Some(servers) => {
            let outbox = servers.outbox.lock().unwrap();
            let mails = outbox.taken.iter();
            mails
                .map(|m| (message_id(&m.bytes), m.bytes.clone()))
                .collect()
        }
        None => {
            let whole = stage.files("mail/out").into_iter();
            let mails = whole.map(|(_, path)| fs::read(path).unwrap());
            mails.map(|bytes| (message_id(&bytes), bytes)).collect()
        }
    }
}

fn message_id(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "));
    line.unwrap_or_default().trim_matches(['<', '>']).to_owned()
}

/// Checks the promises; says what does not hold. `before`: what people had when the desk died.
/// Returns how many mails came twice.
pub fn hold(stage: &Stage, before: &[Mail]) -> Result<usize, String> {
    let database = stage.database();
    let sound = stage.rows("PRAGMA integrity_check");
    same("the database is sound", &sound, &["ok".to_owned()])?;
    same("foreign keys", &stage.rows("PRAGMA foreign_key_check"), &[])?;
    let open = "SELECT 'mail', id FROM inputs WHERE state IN ('seen', 'stored') OR filed = 0
                UNION ALL SELECT 'notice', id FROM notices WHERE state = 'due'
                UNION ALL SELECT 'command', id FROM commands WHERE state = 'waiting'";
    same("all is done", &stage.rows(open), &[])?;
    let twice = "SELECT data_key, count(*) FROM requests GROUP BY data_key HAVING count(*) > 1";
    same("one request for each memorandum", &stage.rows(twice), &[])?;
    drop(database);
    let store = Store::open(&stage.path().join("state/mesad.sqlite"), false);
    let broken = audit::verify(&store.unwrap()).unwrap().broken;
    let broken: Vec<_> = broken.iter().map(ToString::to_string).collect();
    same("the journal's chains hold", &broken, &[])?;
    mails(stage, before)
}

/// Each owed mail went out, with one Message-ID and the bytes that are kept; nothing else did.
fn mails(stage: &Stage, before: &[Mail]) -> Result<usize, String> {
    let mut kept: BTreeMap<String, (String, Vec<u8>)> = BTreeMap::new();
    let database = stage.database();
    let sql = "SELECT message_id, state, coalesce(bytes, x'') FROM notices";
    let mut statement = database.prepare(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        kept.insert(
            row.get(0).unwrap(),
            (row.get(1).unwrap(), row.get(2).unwrap()),
        );
    }
    let mut copies: BTreeMap<&str, usize> = BTreeMap::new();
    let after = out(stage);
    for (id, bytes) in &after {
        *copies.entry(id).or_default() += 1;
        match kept.get(id) {
            Some((_, as_kept)) if as_kept == bytes => {}
            Some(_) => return Err(format!("{id}: other bytes than those that are kept")),
            None => return Err(format!("{id}: nobody knows of this mail")),
        }
    }
    unchanged(before, &after)?;
    for (id, (state, _)) in &kept {
        if (state == "sent") != copies.contains_key(id.as_str()) {
            return Err(format!(
                "{id}: {state}, and out {:?} times",
                copies.get(id.as_str())
            ));
        }
    }
    Ok(copies.values().map(|count| count - 1).sum())
}

/// What was out once stays out as it was.
pub fn unchanged(before: &[Mail], after: &[Mail]) -> Result<(), String> {
    match before.iter().find(|mail| !after.contains(mail)) {
        Some((id, _)) => Err(format!("{id}: what was out has changed")),
        None => Ok(()),
    }
}

/// Says where two lists differ.
pub fn same(what: &str, found: &[String], wanted: &[String]) -> Result<(), String> {
    let missing: Vec<_> = wanted.iter().filter(|line| !found.contains(line)).collect();
    let odd: Vec<_> = found.iter().filter(|line| !wanted.contains(line)).collect();
    if found == wanted {
        return Ok(());
    }
    Err(format!(
        "{what}: missing {missing:#?}, odd {odd:#?}, {} for {}",
        found.len(),
        wanted.len()
    ))
}
