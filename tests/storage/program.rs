//! The program itself, run on a folder of its own with the office that ships with it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use chrono::Utc;
use mesad::mailbox::maildir;
use rusqlite::{Connection, OpenFlags};

/// How long what must happen may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command on a folder.
pub fn mesad(work: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesad"));
    command.args(words).arg("--work").arg(work);
    command.stdin(Stdio::null());
    command
}

/// What a command says: status, standard output, standard error.
pub fn says(work: &Path, words: &[&str]) -> (i32, String, String) {
    said(mesad(work, words).output().unwrap())
}

pub fn said(output: Output) -> (i32, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap_or(-1),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A desk that runs.
pub struct Running {
    pub child: Child,
    log: PathBuf,
    stops: bool,
}

impl Running {
    /// Starts the desk and waits until it works.
    pub fn begin(work: &Path) -> Self {
        Self::with(work, |_| ())
    }

    /// The same with something changed in how it is started.
    pub fn with(work: &Path, change: impl FnOnce(&mut Command)) -> Self {
        let running = Self::spawn(work, change);
        running.logs("desk started");
        running
    }

    pub fn spawn(work: &Path, change: impl FnOnce(&mut Command)) -> Self {
        let log = work.with_extension("log");
        let file = std::fs::File::create(&log).unwrap();
        let mut command = mesad(work, &["run", "--example"]);
        command.stderr(file).stdout(Stdio::null());
        change(&mut command);
        Self {
            child: command.spawn().unwrap(),
            log,
            stops: true,
        }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until the log says so.
    pub fn logs(&self, words: &str) {
        until(words, || self.log().contains(words));
    }

    /// Asks it to stop, and waits.
    pub fn stop(mut self) -> String {
        self.end();
        self.log()
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.stops) {
            let pid = rustix::process::Pid::from_child(&self.child);
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            let _ = self.child.wait();
        }
    }

    /// Waits until it has ended by itself. Its exit status; none: a signal.
    pub fn ends(&mut self) -> Option<i32> {
        let mut status = None;
        until("the end of the desk", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        self.stops = false;
        status.unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Somebody writes to the desk.
pub fn writes(work: &Path, name: &str, mail: &[u8]) {
    let mailbox = work.join("mail/in");
    std::fs::create_dir_all(&mailbox).unwrap();
    maildir::create(&mailbox).unwrap();
    maildir::deliver(&mailbox, name, Utc::now(), mail).unwrap();
}

/// A question to the database, as a reader beside the desk asks it.
pub fn count(work: &Path, sql: &str) -> i64 {
    let path = work.join("state/mesad.sqlite");
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.busy_timeout(PATIENCE).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The memorandum of a technical report, as a whole mail.
pub fn memorandum(number: usize) -> Vec<u8> {
    let text = crate::stage::memorandum(&format!("Informe N° {number}"));
    format!(
        "Message-ID: <memo{number}@maule.example>\r\nFrom: <{}>\r\nTo: <mesa@sigec.example>\r\n\
         Subject: Desaprobación de informe técnico\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}",
        crate::stage::TOMAS,
        text.replace('\n', "\r\n")
    )
    .into_bytes()
}
