//! Servers of mail that say whatever the fuzzer likes, on loopback: the real clients ask, and read
//! what comes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use mesad::delivery::{Delivery, Envelope};
use mesad::mailbox::{Folder, Mailbox, Patience};
use mesad::office::{Filing, Imap, Login, SecretSource, Security, Smtp};

/// What the server says at once to whoever connects, before it closes its side.
static SAYS: Mutex<Vec<u8>> = Mutex::new(vec![]);
/// One conversation at a time.
static TURN: Mutex<()> = Mutex::new(());

fn port() -> u16 {
    static PORT: OnceLock<u16> = OnceLock::new();
    *PORT.get_or_init(|| {
        let Ok(listener) = TcpListener::bind("127.0.0.1:0") else {
            return 0;
        };
        let port = listener.local_addr().map_or(0, |address| address.port());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let says = SAYS.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
                let _ = stream.write_all(&says);
                let _ = stream.shutdown(Shutdown::Write);
                let mut heard = [0; 4096];
                while matches!(stream.read(&mut heard), Ok(1..)) {}
            }
        });
        port
    })
}

fn saying<T>(bytes: &[u8], ask: impl FnOnce(u16) -> T) -> T {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    *SAYS.lock().unwrap_or_else(PoisonError::into_inner) = bytes.to_vec();
    ask(port())
}

/// What an IMAP server says from its greeting on.
pub fn imap(bytes: &[u8]) {
    let soon = Duration::from_millis(500);
    saying(bytes, |port| {
        let server = Imap {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::Plain,
            ca_file: None,
            user: "mesa".to_owned(),
            login: Login::Password(SecretSource::Environment("UNUSED".to_owned())),
            folder: "INBOX".to_owned(),
            poll_seconds: 5,
        };
        let filing = Filing::Move {
            done: "Procesados".to_owned(),
            review: "Revisar".to_owned(),
        };
        let secret = Box::new(|| Ok("clave".to_owned()));
        let Ok(mailbox) = Mailbox::imap(server, filing, secret, 1) else {
            return;
        };
        let mut mailbox = mailbox.with_patience(Patience {
            connect: soon,
            command: soon,
            ..Patience::default()
        });
        let Ok(uids) = mailbox.look() else { return };
        let _ = mailbox.describe(&uids);
        if let Some(uid) = uids.first() {
            let _ = mailbox.fetch(uid, true);
            let _ = mailbox.fetch(uid, false);
        }
        let _ = mailbox.outline(Folder::Incoming, &uids);
    });
}

/// What an SMTP server says from its greeting on.
pub fn smtp(bytes: &[u8]) {
    saying(bytes, |port| {
        let server = Smtp {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::Plain,
            ca_file: None,
            login: None,
            timeout_seconds: 1,
        };
        let secret = Box::new(|| Ok("clave".to_owned()));
        let Ok(mut delivery) = Delivery::smtp(server, secret) else {
            return;
        };
        let envelope = Envelope {
            return_path: Some("mesa@sigec.example"),
            to: "ana@oficina.example",
            name: "x@sigec.example",
        };
        let _ = delivery.send(&envelope, b"Subject: a\r\n\r\nb\r\n");
    });
}
