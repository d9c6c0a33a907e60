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
    /// Mails that are not moved the first time.
    pub refused: BTreeSet<u32>,
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
        ["CREATE", folder] => {
            letters.folders.entry(unquoted(folder)).or_default();
            ok()
        }
        ["UID", "SEARCH", ..] => {
            let uids: Vec<_> = letters.inbox.keys().map(u32::to_string).collect();
            talk.say(&format!("* SEARCH {}\r\n", uids.join(" ")));
            ok()
        }
        ["UID", "FETCH", set, ..] => {
            for uid in set.split(',').filter_map(|uid| uid.parse().ok()) {
                if let Some(bytes) = letters.inbox.get(&uid) {
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

fn moved(letters: &mut Letters, talk: &mut Talk, how: &str, (uid, folder): (&str, &str)) -> String {
    let number: u32 = uid.parse().unwrap();
    if letters.refused.remove(&number) {
        return "NO not just now".to_owned();
    }
    let Some(bytes) = letters.inbox.get(&number).cloned() else {
        return "OK nothing there".to_owned();
    };
    let Some(there) = letters.folders.get_mut(&unquoted(folder)) else {
        return "NO [TRYCREATE] no such folder".to_owned();
    };
    there.push(bytes);
    let copied = format!("[COPYUID 9 {uid} {}]", there.len());
    if how == "COPY" {
        return format!("OK {copied} copied");
    }
    letters.inbox.remove(&number);
    talk.say(&format!("* OK {copied} moved\r\n* 1 EXPUNGE\r\n"));
    "OK moved".to_owned()
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
