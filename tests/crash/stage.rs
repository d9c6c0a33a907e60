//! Where the desk lives and dies: a folder, and the servers where it has any.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use mesad::mailbox::maildir;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{imap, smtp};

/// Servers, with what they know.
#[derive(Clone, Debug)]
pub struct Servers {
    pub letters: imap::Shared,
    pub outbox: smtp::Shared,
}

/// The folder of a desk, and its servers; none: it lives on folders alone.
#[derive(Debug)]
pub struct Stage {
    pub folder: TempDir,
    pub servers: Option<Servers>,
    /// The ports of the servers, which run from the first start on.
    pub ports: Option<(u16, u16)>,
}

impl Stage {
    /// An empty folder.
    pub fn new() -> Self {
        Self {
            folder: folder(),
            servers: None,
            ports: None,
        }
    }

    /// The same as it is now, somewhere else: what happens to the one does not to the other. No
    /// desk lives here.
    pub fn copy(&self) -> Self {
        let folder = folder();
        self.rests();
        copy(self.folder.path(), folder.path());
        let servers = self.servers.as_ref().map(|servers| Servers {
            letters: Arc::new(Mutex::new(servers.letters.lock().unwrap().clone())),
            outbox: Arc::new(Mutex::new(servers.outbox.lock().unwrap().clone())),
        });
        Self {
            folder,
            servers,
            ports: None,
        }
    }

    /// Waits for the thread that had the database to close it. Who closes it last removes the
    /// journal; of two who do so at once neither is the last: then this is.
    fn rests(&self) {
        let journal = self.path().join("state/mesad.sqlite-wal");
        for _ in 0..3_000 {
            if !journal.exists() {
                return;
            }
            self.rows("SELECT count(*) FROM requests");
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{} is still there", journal.display());
    }

    /// Starts the servers where they do not run yet.
    pub fn start(&mut self) {
        if let (Some(servers), None) = (&self.servers, self.ports) {
            let smtp = smtp::serve(&servers.outbox, self.folder.path());
            self.ports = Some((imap::serve(&servers.letters), smtp));
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Somebody's mail lies in the mailbox.
    pub fn arrives(&self, id: &str, at: DateTime<Utc>, bytes: &[u8]) {
        match &self.servers {
            Some(servers) => {
                let mut letters = servers.letters.lock().unwrap();
                let uid = letters.inbox.keys().max().map_or(1, |uid| uid + 1);
                letters.inbox.insert(uid, bytes.to_vec());
            }
            None => {
                let maildir = self.path().join("mail/in");
                fs::create_dir_all(maildir.parent().unwrap()).unwrap();
                maildir::create(&maildir).unwrap();
                maildir::deliver(&maildir, id, at, bytes).unwrap();
            }
        }
    }

    pub fn database(&self) -> Connection {
        Connection::open(self.path().join("state/mesad.sqlite")).unwrap()
    }

    /// The rows of a question, their columns joined by a bar.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        let database = self.database();
        let mut statement = database.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let cells = (0..columns).map(|i| row.get_ref(i).map(shown));
            Ok(cells.collect::<Result<Vec<_>, _>>()?.join(" | "))
        });
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// The files of a folder by name, those that begin with a dot left out.
    pub fn files(&self, folder: &str) -> Vec<(String, PathBuf)> {
        let Ok(entries) = fs::read_dir(self.path().join(folder)) else {
            return vec![];
        };
        let files = entries.map(|entry| entry.unwrap());
        let named = files.map(|e| (e.file_name().into_string().unwrap(), e.path()));
        let mut found: Vec<_> = named.filter(|(name, _)| !name.starts_with('.')).collect();
        found.sort();
        found
    }
}

fn shown(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef as Value;
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

/// In memory where the machine has such a folder: a process that dies leaves what it wrote to the
/// system, wherever that keeps it.
fn folder() -> TempDir {
    let builder = || {
        let mut builder = tempfile::Builder::new();
        builder.prefix("mesad-crash-");
        builder
    };
    builder()
        .tempdir_in("/dev/shm")
        .or_else(|_| builder().tempdir())
        .unwrap()
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            let copied = fs::copy(entry.path(), &target);
            copied.unwrap_or_else(|why| panic!("{}: {why}", entry.path().display()));
            // When a mail was received is when its file was changed.
            let changed = entry.metadata().unwrap().modified().unwrap();
            let file = File::options().append(true).open(&target).unwrap();
            file.set_modified(changed).unwrap();
        }
    }
}
