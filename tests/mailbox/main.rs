//! What the desk does in a mailbox that people, other programs and broken servers share with it:
//! nothing is lost, nothing is doubled, and everything is accounted for.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod accounts;
mod beginning;
mod folders;
mod identity;
mod large;
mod liars;
mod parked;
mod people;
mod restored;
#[allow(dead_code, reason = "shared with the tests of the desk")]
#[path = "../desk/stage.rs"]
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod tracing_mails;
mod unreadable;

use std::time::Duration;

use mesad::mailbox::{Mailbox, Patience};
use mesad::office::{Filing, Imap, Security};
use support::mailhost::{MailHost, password};

/// What the desk's mails are moved to.
pub fn filing() -> Filing {
    Filing::Move {
        done: "Procesados".to_owned(),
        review: "Revisar".to_owned(),
    }
}

/// A mailbox on a server, with little patience.
pub fn open(server: Imap, secret: &str) -> Mailbox {
    let secret = secret.to_owned();
    let mailbox = Mailbox::imap(server, filing(), Box::new(move || Ok(secret.clone())), 1).unwrap();
    mailbox.with_patience(Patience {
        connect: Duration::from_secs(10),
        command: Duration::from_secs(20),
        first_wait: Duration::from_millis(50),
        longest_wait: Duration::from_millis(400),
        ..Patience::default()
    })
}

/// The mailbox of the desk on a real server.
pub fn mesa(host: &MailHost) -> Mailbox {
    open(host.imap("mesa", Security::Tls), &password("mesa"))
}

/// The program, in a desk's folder: whether it succeeded, and what it printed on both ways.
pub fn mesad(stage: &stage::Stage, arguments: &[&str]) -> (bool, String) {
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_mesad"))
        .args(arguments)
        .arg("--work")
        .arg(stage.folder.path())
        .output()
        .unwrap();
    let text = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8(text).unwrap())
}

/// A mail with a Message-ID of its own.
pub fn mail(subject: &str) -> Vec<u8> {
    format!(
        "From: ana@ministerio.test\r\nTo: mesa@ministerio.test\r\nSubject: {subject}\r\n\
         Message-ID: <{subject}@ministerio.test>\r\n\r\nEstimados:\r\n.\r\nSaludos\r\n"
    )
    .into_bytes()
}
