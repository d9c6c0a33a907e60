//! An IMAP server with a mailbox that is remembered from one connection to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crate::support::scripted::{self, Talk};

/// What the server holds.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    /// The mails in INBOX by UID.
    pub inbox: BTreeMap<u32, Vec<u8>>,
    /// Those marked `\Deleted`.
    pub deleted: BTreeSet<u32>,
    /// The other folders, each with the mails that came there.
    pub folders: BTreeMap<String, Vec<Vec<u8>>>,
    /// Mails that are not moved, so many times.
    pub refused: BTreeMap<u32, u32>,
    /// The folder that is selected.
    pub selected: String,
    /// Whether it knows MOVE.
    pub moves: bool,
}

pub type Shared = Arc<Mutex<Letters>>;

/// Starts it; its port.
pub fn serve(letters: &Shared) -> u16 {
    let letters = Arc::clone(letters);
    scripted::imap(move |talk, tag, command| {
        let mut letters = letters.lock().unwrap();
        let Some(done) = answer(&mut letters, talk, command) else {
            return false;
        };
        talk.say(&format!("{tag} {done}\r\n"));
        true
    })
}

/// Says what comes before the last line, and gives the last line; none: as scripted.
fn answer(letters: &mut Letters, talk: &mut Talk, command: &str) -> Option<String> {
    let words: Vec<&str> = command.split(' ').collect();
    let ok = || Some("OK done".to_owned());
    match words.as_slice() {
        ["CAPABILITY"] => {
            let moves = if letters.moves { " MOVE" } else { "" };
            talk.say(&format!("* CAPABILITY IMAP4rev1 UIDPLUS{moves}\r\n"));
            ok()
        }
        ["SELECT" | "EXAMINE", folder] => {
            letters.selected = unquoted(folder);
            let validity = match letters.selected.as_str() {
                "INBOX" => 7,
                other if letters.folders.contains_key(other) => 9,
                _ => return Some("NO no such folder".to_owned()),
            };
            talk.say(&format!(
                "* 1 EXISTS\r\n* OK [UIDVALIDITY {validity}] valid\r\n"
            ));
            ok()
        }
        ["CREATE", folder] => {
            letters.folders.entry(unquoted(folder)).or_default();
            ok()
        }
        ["UID", "SEARCH", ..] => {
            let id = command.rsplit('"').nth(1).unwrap_or_default();
            let mails = selected(letters);
            let fits = |mail: &[u8]| String::from_utf8_lossy(mail).contains(id);
            let found = mails.iter().filter(|(_, mail)| fits(mail));
            let uids: Vec<_> = found.map(|(uid, _)| uid.to_string()).collect();
            talk.say(&format!("* SEARCH {}\r\n", uids.join(" ")));
            ok()
        }
        ["UID", "FETCH", set, ..] => {
            let mails = selected(letters);
            for uid in set.split(',').filter_map(|uid| uid.parse().ok()) {
                if let Some(bytes) = mails.get(&uid) {
                    talk.say(&shown(letters, uid, bytes, command));
                }
            }
            ok()
        }
        ["UID", "STORE", uid, how, ..] => {
            let uid = uid.parse().unwrap();
            match how.starts_with('+') {
                true => letters.deleted.insert(uid),
                false => letters.deleted.remove(&uid),
            };
            ok()
        }
        ["UID", "EXPUNGE", uid] => {
            let uid = uid.parse().unwrap();
            if letters.deleted.remove(&uid) {
                letters.inbox.remove(&uid);
            }
            ok()
        }
        ["UID", how @ ("MOVE" | "COPY"), uid, folder] => {
            Some(moved(letters, talk, how, (uid, folder)))
        }
        _ => None,
    }
}

fn moved(letters: &mut Letters, talk: &mut Talk, how: &str, (set, folder): (&str, &str)) -> String {
    let uids: Vec<u32> = set.split(',').map(|uid| uid.parse().unwrap()).collect();
    for uid in &uids {
        if let Some(left) = letters.refused.get_mut(uid).filter(|left| **left > 0) {
            *left -= 1;
            return "NO not just now".to_owned();
        }
    }
    let there = uids
        .iter()
        .filter_map(|uid| Some((*uid, letters.inbox.get(uid)?.clone())));
    let there: Vec<(u32, Vec<u8>)> = there.collect();
    let Some(target) = letters.folders.get_mut(&unquoted(folder)) else {
        return "NO [TRYCREATE] no such folder".to_owned();
    };
    let (mut from, mut to) = (vec![], vec![]);
    for (uid, bytes) in there {
        target.push(bytes);
        from.push(uid.to_string());
        to.push(target.len().to_string());
        if how == "MOVE" {
            letters.inbox.remove(&uid);
        }
    }
    if from.is_empty() {
        return "OK nothing there".to_owned();
    }
    let copied = format!("[COPYUID 9 {} {}]", from.join(","), to.join(","));
    if how == "COPY" {
        return format!("OK {copied} copied");
    }
    talk.say(&format!("* OK {copied} moved\r\n"));
    "OK moved".to_owned()
}

/// The mails of the folder that is selected.
fn selected(letters: &Letters) -> BTreeMap<u32, Vec<u8>> {
    match letters.folders.get(&letters.selected) {
        Some(mails) => (1..).zip(mails.iter().cloned()).collect(),
        None => letters.inbox.clone(),
    }
}

fn shown(letters: &Letters, uid: u32, bytes: &[u8], command: &str) -> String {
    if command.contains("RFC822.SIZE") {
        let date = " 5-Oct-2026 09:00:00 -0300";
        let size = bytes.len();
        return format!("* 1 FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE \"{date}\")\r\n");
    }
    if command.contains("FLAGS") {
        let flags = if letters.deleted.contains(&uid) {
            "\\Deleted"
        } else {
            ""
        };
        return format!("* 1 FETCH (UID {uid} FLAGS ({flags}))\r\n");
    }
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let (part, text) = match command.contains("[HEADER]") {
        true => (
            "HEADER",
            text.split_inclusive("\r\n\r\n").next().unwrap().to_owned(),
        ),
        false => ("", text),
    };
    let octets = text.len();
    format!("* 1 FETCH (UID {uid} BODY[{part}]<0> {{{octets}}}\r\n{text})\r\n")
}

fn unquoted(folder: &str) -> String {
    folder.trim_matches('"').to_owned()
}
