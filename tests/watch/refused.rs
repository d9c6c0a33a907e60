//! A login that is refused: told at once, tried again rarely, and at once with another secret.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{sleep, spawn};
use std::time::Duration;

use mesad::cli::secrets;
use mesad::daemon::{self, Hooks};
use mesad::delivery::Delivery;
use mesad::desk::health::Pulse;
use mesad::desk::{DeskError, World, alarm, deliver, receive};
use mesad::mailbox::{Mailbox, MailboxError};
use mesad::office::{Filing, Imap, Login, SecretSource, Security, Smtp};
use mesad::request::AlarmKind;

use crate::scripted;
use crate::stage::{Stage, TOMAS, memorandum};

fn imap(port: u16, secret: &Path) -> Mailbox {
    let server = Imap {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        ca_file: None,
        user: "mesa".to_owned(),
        login: Login::Password(SecretSource::File("clave".to_owned())),
        folder: "INBOX".to_owned(),
        poll_seconds: 1,
    };
    let source = SecretSource::File(secret.display().to_string());
    let secret = secrets::reader(source, "/".into());
    Mailbox::imap(server, Filing::Leave, secret, 1).unwrap()
}

fn smtp(port: u16, secret: &Path) -> Delivery {
    let server = Smtp {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        ca_file: None,
        login: Some((
            "mesa".to_owned(),
            Login::Password(SecretSource::File("clave".to_owned())),
        )),
        timeout_seconds: 5,
    };
    let source = SecretSource::File(secret.display().to_string());
    Delivery::smtp(server, secrets::reader(source, "/".into())).unwrap()
}

/// An IMAP server that refuses the secret `vieja`, and counts how often it was asked.
fn strict_imap() -> (u16, Arc<AtomicUsize>) {
    let tries = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tries);
    let port = scripted::imap(move |talk, tag, command| {
        let login = command.starts_with("LOGIN");
        if login {
            count.fetch_add(1, Ordering::SeqCst);
        }
        if login && command.contains("vieja") {
            talk.say(&format!("{tag} NO [AUTHENTICATIONFAILED] wrong\r\n"));
            return true;
        }
        false
    });
    (port, tries)
}

/// An SMTP server that refuses the secret `vieja` with 535.
fn strict_smtp() -> (u16, Arc<AtomicUsize>) {
    let tries = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tries);
    // AUTH PLAIN of "\0mesa\0vieja".
    let old = data_encoding::BASE64.encode(b"\0mesa\0vieja");
    let port = scripted::smtp(move |talk, verb, line| match verb {
        "EHLO" => {
            talk.say("250-mx.example\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n");
            true
        }
        "AUTH" => {
            count.fetch_add(1, Ordering::SeqCst);
            talk.say(match line.contains(&old) {
                true => "535 5.7.8 wrong\r\n",
                false => "235 2.7.0 ok\r\n",
            });
            true
        }
        _ => false,
    });
    (port, tries)
}

#[test]
fn a_refused_login_is_known_as_such_on_both_sides() {
    let mut stage = Stage::begin();
    let secret = stage.folder.path().join("clave");
    fs::write(&secret, "vieja\n").unwrap();
    let pulse = Pulse::begin(stage.world().clock.now());
    let now = stage.world().clock.now();

    let (port, tries) = strict_imap();
    let mut mailbox = imap(port, &secret);
    let error = receive::look(&mut mailbox, stage.world()).unwrap_err();
    assert!(
        matches!(error, DeskError::Mailbox(MailboxError::Refused(_))),
        "{error}"
    );
    assert_eq!(tries.load(Ordering::SeqCst), 1);
    pulse.not_fetched(&error, now);
    assert!(!mailbox.has_new_secret());

    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.work.ends.delivery = Delivery::directory(&stage.folder.path().join("none")).unwrap();
    fs::remove_dir(stage.folder.path().join("none")).unwrap();
    stage.drain();
    let later = stage.world().clock.now() + chrono::TimeDelta::minutes(5);
    stage.set(later);
    let (port, tries) = strict_smtp();
    let mut delivery = smtp(port, &secret);
    let done = deliver::turn(&mut delivery, stage.world()).unwrap();
    assert_eq!(done, deliver::Delivered::Unreached);
    assert_eq!(tries.load(Ordering::SeqCst), 1);
    let refusal = delivery.refusal().unwrap();
    assert!(refusal.contains("535"), "{refusal}");
    pulse.not_reached(Some(refusal), later);
    assert!(!delivery.has_new_secret());

    // At once, without waiting for any silence.
    let found = alarm::turn(stage.world(), &pulse).unwrap();
    let kinds: Vec<AlarmKind> = found.iter().map(|t| t.kind).collect();
    assert_eq!(
        kinds,
        [AlarmKind::MailboxRefused, AlarmKind::OutgoingRefused]
    );
    assert!(found[1].details.contains("535"), "{}", found[1].details);

    fs::write(&secret, "nueva\n").unwrap();
    assert!(mailbox.has_new_secret() && delivery.has_new_secret());
    receive::look(&mut mailbox, stage.world()).unwrap();
    assert_eq!(
        deliver::turn(&mut delivery, stage.world()).unwrap(),
        deliver::Delivered::Notice
    );
    assert!(delivery.refusal().is_none() && !delivery.has_new_secret());
}

/// The loops of a running desk do not knock again and again; a stop ends the long wait.
#[test]
fn the_loops_ask_once_and_stop_at_once() {
    let mut stage = Stage::begin();
    let secret = stage.folder.path().join("clave");
    fs::write(&secret, "vieja\n").unwrap();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.drain();
    let (imap_port, imap_tries) = strict_imap();
    let (smtp_port, smtp_tries) = strict_smtp();
    stage.work.ends.mailbox = imap(imap_port, &secret);
    stage.work.ends.delivery = smtp(smtp_port, &secret);
    stage.books(|books| {
        let notice = books.notice(1)?.notice;
        let new = mesad::store::NewNotice {
            request: None,
            input: None,
            notice: &notice,
            message_id: "again@sigec.example",
            token: None,
        };
        books.add_notice(&new, chrono::DateTime::UNIX_EPOCH)
    });
    let mesad::cli::workplace::Workplace { world, ends, .. } = stage.work;
    let stop = Arc::new(AtomicBool::new(false));
    let handle = {
        let (world, stop): (World, _) = (world.clone(), Arc::clone(&stop));
        spawn(move || daemon::run_with(ends, world, stop, &Hooks::alive(&|_| ())))
    };
    for tries in [&imap_tries, &smtp_tries] {
        while tries.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(20));
        }
    }
    // Time for several tries, were they made as after a network fault: at once, after 1 s, 2 s.
    sleep(Duration::from_millis(3_500));
    stop.store(true, Ordering::SeqCst);
    handle.join().unwrap().unwrap();
    assert_eq!(imap_tries.load(Ordering::SeqCst), 1);
    assert_eq!(smtp_tries.load(Ordering::SeqCst), 1);
    crate::table::row("logins refused by both servers", "once", "none");
}
