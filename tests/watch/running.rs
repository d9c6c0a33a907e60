//! The program itself: what it tells systemd, and what `mesad status` says with which exit status.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A desk that runs in a folder of its own; it is ended in any case.
pub struct Running {
    pub folder: TempDir,
    child: Child,
    socket: UnixDatagram,
}

impl Running {
    pub fn begin(folder: TempDir) -> Self {
        let path = folder.path().join("notify");
        let _ = fs::remove_file(&path);
        let socket = UnixDatagram::bind(&path).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_mesad"))
            .args(["run", "--config", "oficina", "--work", "."])
            .current_dir(folder.path())
            .env("NOTIFY_SOCKET", &path)
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            folder,
            child,
            socket,
        }
    }

    /// The next thing that systemd is told.
    pub fn notified(&self) -> String {
        let mut buffer = [0; 4096];
        let length = self.socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    pub fn signal(&self, signal: &str) {
        let done = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(done.success());
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Asked to stop; its exit status, and its folder.
    pub fn stops(mut self) -> (Option<i32>, TempDir) {
        self.signal("-TERM");
        let status = self.child.wait().unwrap().code();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        (status, folder)
    }

    pub fn dies(mut self) -> TempDir {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder with the shipped configuration in `oficina`.
pub fn office() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_mesad"))
        .args(["init", "oficina"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(done.status.success());
    folder
}

/// What `mesad status --json` says, and its exit status.
pub fn status(folder: &Path) -> (Option<i32>, Value) {
    let done = Command::new(env!("CARGO_BIN_EXE_mesad"))
        .args(["status", "--json", "--config", "oficina", "--work", "."])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = serde_json::from_slice(&done.stdout).unwrap_or_default();
    (done.status.code(), said)
}

/// Waits until something holds, for a minute at most.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{what}: not within a minute");
}

#[test]
fn systemd_and_status_are_told_how_the_desk_is() {
    let folder = office();
    // There is no database yet: nobody can tell.
    assert_eq!(status(folder.path()), (Some(2), Value::Null));
    let desk = Running::begin(folder);
    assert_eq!(desk.notified().trim(), "READY=1");
    let said = desk.notified();
    assert!(
        said.contains("WATCHDOG=1") && said.contains("STATUS="),
        "{said}"
    );
    let path = desk.folder.path().to_owned();
    until("healthy", || status(&path).0 == Some(0));
    let (_, said) = status(&path);
    assert_eq!(said["state"], "healthy");
    assert_eq!(said["running"], true);
    assert_eq!(said["running_version"], env!("CARGO_PKG_VERSION"));
    until("fed again", || {
        desk.notified().contains("STATUS=healthy; fetched")
    });

    // Another part of the desk reports something: the alarm stands within half a minute.
    let database = rusqlite::Connection::open(path.join("state/mesad.sqlite")).unwrap();
    let insert = "INSERT INTO troubles (kind, about, at, details)
                  VALUES ('unaccounted', '', 1, 'one mail')";
    database.execute(insert, []).unwrap();
    until("alarm", || status(&path).0 == Some(1));
    let (_, said) = status(&path);
    assert_eq!(said["alarms"][0]["kind"], "unaccounted");
    assert_eq!(said["alarms"][0]["details"], "one mail");
    until("told", || {
        let out = fs::read_dir(path.join("mail/out")).map(Iterator::count);
        out.unwrap_or(0) >= 2
    });
    assert!(
        desk.log().contains("event=\"alarm-begins\""),
        "{}",
        desk.log()
    );

    let (ended, folder) = desk.stops();
    assert_eq!(ended, Some(0));
    let (code, said) = status(folder.path());
    assert_eq!((code, &said["running"]), (Some(2), &Value::Bool(false)));
    assert!(said["stopped_at"].is_string(), "{said}");

    // One that was killed is not running, and did not stop.
    let desk = Running::begin(folder);
    desk.notified();
    until("runs", || status(desk.folder.path()).1["running"] == true);
    until("written down", || {
        status(desk.folder.path()).1["stopped_at"].is_null()
    });
    let folder = desk.dies();
    let (code, said) = status(folder.path());
    assert_eq!((code, &said["running"]), (Some(2), &Value::Bool(false)));
    assert!(said["stopped_at"].is_null(), "{said}");
}
