//! The IMAP mailbox against a real Dovecot, and against servers that misbehave.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use mesad::mailbox::{Fate, Mailbox, MailboxError, Patience, Uid};
use mesad::office::{Filing, Imap, Login, SecretSource, Security};
use support::elapsed;
use support::mailhost::{MailHost, Options, password, token};

/// Never stops.
static ON: AtomicBool = AtomicBool::new(false);

fn filing() -> Filing {
    Filing::Move {
        done: "Procesados".to_owned(),
        review: "Revisión".to_owned(),
    }
}

fn patience() -> Patience {
    let seconds = Duration::from_secs;
    Patience {
        connect: seconds(10),
        command: seconds(20),
        first_wait: Duration::from_millis(50),
        longest_wait: Duration::from_millis(400),
        ..Patience::default()
    }
}

fn open(server: Imap, secret: &str) -> Mailbox {
    let secret = secret.to_owned();
    let mailbox = Mailbox::imap(server, filing(), Box::new(move || Ok(secret.clone())), 1).unwrap();
    mailbox.with_patience(patience())
}

fn mesa(host: &MailHost) -> Mailbox {
    open(host.imap("mesa", Security::Tls), &password("mesa"))
}

fn mail(subject: &str) -> Vec<u8> {
    format!(
        "From: ana@ministerio.test\r\nTo: mesa@ministerio.test\r\nSubject: {subject}\r\n\
         Message-ID: <{subject}@ministerio.test>\r\n\r\nEstimados:\r\n.\r\nSaludos\r\n"
    )
    .into_bytes()
}

/// Looks until something comes, at most 10 s: deliveries take a moment.
fn look_for(mailbox: &mut Mailbox, count: usize) -> Vec<Uid> {
    for _ in 0..200 {
        let uids = mailbox.look().unwrap();
        if uids.len() >= count {
            return uids;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{count} mails did not come");
}

#[test]
fn mails_are_read_unseen_and_moved_over_each_kind_of_connection() {
    let host = MailHost::start(&["mesa", "ana"]);
    for (count, security) in [Security::Tls, Security::StartTls, Security::Plain]
        .into_iter()
        .enumerate()
    {
        let mut mailbox = open(host.imap("mesa", security), &password("mesa"));
        assert_eq!(mailbox.look().unwrap(), []);
        host.deliver("ana@ministerio.test", "mesa@ministerio.test", &mail("uno"));
        let uids = look_for(&mut mailbox, 1);
        let described = mailbox.describe(&uids).unwrap();
        let bytes = mailbox.fetch(&uids[0], false).unwrap();
        assert_eq!(described.len(), 1);
        assert_eq!(described[0].0, uids[0]);
        assert_eq!(described[0].1.bytes, bytes.len() as u64);
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.ends_with("\r\n\r\nEstimados:\r\n.\r\nSaludos\r\n"),
            "{text}"
        );
        let header = String::from_utf8(mailbox.fetch(&uids[0], true).unwrap()).unwrap();
        assert!(
            header.contains("Subject: uno\r\n") && header.ends_with("\r\n\r\n"),
            "{header}"
        );
        assert!(!header.contains("Saludos"));
        assert!(
            !host.flags("mesa")[0].contains('S'),
            "reading must leave \\Seen alone"
        );
        mailbox.file(&uids[0], Fate::Done).unwrap();
        assert_eq!(host.read_folder("mesa", "Procesados").len(), count + 1);
        assert_eq!(mailbox.look().unwrap(), []);
        assert!(matches!(
            mailbox.file(&uids[0], Fate::Done),
            Err(MailboxError::Gone)
        ));
        assert!(matches!(
            mailbox.fetch(&uids[0], false),
            Err(MailboxError::Gone)
        ));
        assert_eq!(mailbox.describe(&uids).unwrap(), []);
    }
}

#[test]
fn a_folder_with_an_accent_and_a_server_without_move() {
    let options = Options {
        capability: "IMAP4rev1 UIDPLUS",
        expired: false,
    };
    let host = MailHost::with(&["mesa"], options);
    host.drop_into("mesa", "1.a", &mail("uno"));
    host.drop_into("mesa", "2.b", &mail("dos"));
    let mut mailbox = mesa(&host);
    let uids = look_for(&mut mailbox, 2);
    mailbox.file(&uids[0], Fate::Review).unwrap();
    assert!(matches!(
        mailbox.file(&uids[0], Fate::Review),
        Err(MailboxError::Gone)
    ));
    assert_eq!(host.read_folder("mesa", "Revisi&APM-n").len(), 1);
    assert_eq!(mailbox.look().unwrap(), [uids[1].clone()]);
    a_mail_that_a_person_has_placed(&host, &mut mailbox, &uids);

    let options = Options {
        capability: "IMAP4rev1",
        expired: false,
    };
    let host = MailHost::with(&["mesa"], options);
    host.drop_into("mesa", "1.a", &mail("uno"));
    let mut mailbox = mesa(&host);
    let uids = look_for(&mut mailbox, 1);
    mailbox.file(&uids[0], Fate::Done).unwrap();
    assert_eq!(
        mailbox.look().unwrap(),
        uids,
        "it stays where nothing can move it safely"
    );
}

/// It leaves the folder of those that wait for one, and the mailbox is where it was.
fn a_mail_that_a_person_has_placed(host: &MailHost, mailbox: &mut Mailbox, uids: &[Uid]) {
    mailbox.refile(&uids[0], "uno@ministerio.test").unwrap();
    assert_eq!(host.read_folder("mesa", "Revisi&APM-n").len(), 0);
    assert_eq!(host.read_folder("mesa", "Procesados").len(), 1);
    for id in ["uno@ministerio.test", "ministerio.test", "", "con espacio"] {
        let gone = mailbox.refile(&uids[0], id);
        assert!(matches!(gone, Err(MailboxError::Gone)), "{id}");
    }
    assert_eq!(mailbox.look().unwrap(), [uids[1].clone()]);
    assert!(mailbox.fetch(&uids[1], true).is_ok());
}

fn is_for_a_person(error: &MailboxError) -> bool {
    matches!(
        error,
        MailboxError::Configuration(_) | MailboxError::Refused(_)
    )
}

#[test]
fn what_an_administrator_must_mend_is_said() {
    let host = MailHost::start(&["mesa"]);
    let says = |server: Imap, secret: &str, words: &str| {
        let error = open(server, secret).look().unwrap_err();
        assert!(is_for_a_person(&error), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!error.to_string().contains("clave-mesa"), "{error}");
    };
    let good = password("mesa");
    let tls = || host.imap("mesa", Security::Tls);
    says(tls(), "clave-mesa-de-antes", "refuses the login of mesa");
    says(
        Imap {
            ca_file: Some(host.other_ca_file()),
            ..tls()
        },
        &good,
        "is not trusted",
    );
    says(
        Imap {
            ca_file: Some("/no/hay.pem".to_owned()),
            ..tls()
        },
        &good,
        "/no/hay.pem",
    );
    says(
        Imap {
            ca_file: None,
            ..tls()
        },
        &good,
        "trusted",
    );
    says(
        Imap {
            host: "127.0.0.1".to_owned(),
            ..tls()
        },
        &good,
        "is not trusted",
    );
    says(
        Imap {
            port: host.ports.imap,
            ..tls()
        },
        &good,
        "starttls",
    );
    says(
        Imap {
            folder: "NoHay".to_owned(),
            ..tls()
        },
        &good,
        "\"NoHay\"",
    );

    let expired = MailHost::with(
        &["mesa"],
        Options {
            expired: true,
            capability: "",
        },
    );
    says(
        expired.imap("mesa", Security::StartTls),
        &good,
        "is not trusted",
    );
}

#[test]
fn xoauth2_asks_for_a_new_token_when_one_is_refused() {
    let host = MailHost::start(&["mesa"]);
    host.drop_into("mesa", "1.a", &mail("uno"));
    let server = Imap {
        login: Login::XOAuth2(SecretSource::Environment("UNUSED".to_owned())),
        ..host.imap("mesa", Security::Tls)
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let secret = move || Ok(token("mesa", count.fetch_add(1, Ordering::Relaxed) > 0));
    let mut mailbox = Mailbox::imap(server.clone(), filing(), Box::new(secret), 1).unwrap();
    assert_eq!(mailbox.look().unwrap().len(), 1);
    assert_eq!(asked.load(Ordering::Relaxed), 2);

    let mut mailbox = open(server, &token("mesa", false));
    let error = mailbox.look().unwrap_err();
    assert!(matches!(error, MailboxError::Refused(_)), "{error:?}");
}

#[test]
fn idle_wakes_within_two_seconds_and_stops_when_told() {
    let host = MailHost::start(&["mesa"]);
    let mut mailbox = mesa(&host);
    mailbox.look().unwrap();
    let quiet = elapsed(|| mailbox.wait(Duration::from_secs(1), &ON).unwrap());
    assert!(
        quiet >= Duration::from_millis(900),
        "it waits where nothing comes: {quiet:?}"
    );
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            host.drop_into("mesa", "1.a", &mail("uno"));
        });
        let woken = elapsed(|| mailbox.wait(Duration::from_secs(30), &ON).unwrap());
        assert!(woken < Duration::from_millis(2300), "{woken:?}");
        assert_eq!(mailbox.look().unwrap().len(), 1);
    });
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            stop.store(true, Ordering::Relaxed);
        });
        let stopped = elapsed(|| mailbox.wait(Duration::from_secs(30), &stop).unwrap());
        assert!(stopped < Duration::from_millis(1500), "{stopped:?}");
    });
    assert_eq!(mailbox.look().unwrap().len(), 1);
}

#[test]
fn a_killed_server_is_found_again() {
    let host = MailHost::start(&["mesa"]);
    host.drop_into("mesa", "1.a", &mail("uno"));
    let mut mailbox = mesa(&host);
    let uids = look_for(&mut mailbox, 1);
    host.kill_dovecot();
    for _ in 0..3 {
        let error = mailbox.look().unwrap_err();
        assert!(matches!(error, MailboxError::Retry(_)), "{error:?}");
        mailbox.wait(Duration::from_secs(5), &ON).unwrap();
    }
    host.start_dovecot();
    assert_eq!(look_for(&mut mailbox, 1), uids);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            host.kill_dovecot();
        });
        let error = mailbox.wait(Duration::from_secs(30), &ON).unwrap_err();
        assert!(matches!(error, MailboxError::Retry(_)), "{error:?}");
    });
}

#[test]
fn after_a_restore_from_backup_old_uids_are_gone() {
    let host = MailHost::start(&["mesa"]);
    host.drop_into("mesa", "1.a", &mail("uno"));
    let mut mailbox = mesa(&host);
    let before = look_for(&mut mailbox, 1);
    host.kill_dovecot();
    host.new_uidvalidity("mesa");
    host.start_dovecot();
    assert!(mailbox.look().is_err());
    let after = look_for(&mut mailbox, 1);
    assert_ne!(before[0].validity, after[0].validity);
    assert!(matches!(
        mailbox.fetch(&before[0], false),
        Err(MailboxError::Gone)
    ));
    assert!(matches!(
        mailbox.file(&before[0], Fate::Done),
        Err(MailboxError::Gone)
    ));
    assert_eq!(
        mailbox.look().unwrap(),
        after,
        "the mail behind the old UID was not touched"
    );
}

#[test]
fn large_mails_come_whole_and_many_mails_are_listed_at_once() {
    let host = MailHost::start(&["mesa"]);
    let mut large = mail("grande");
    while large.len() < 3 * 1024 * 1024 + 17 {
        large.extend_from_slice(b"0123456789012345678901234567890123456789 {99999999}\r\n");
    }
    host.drop_into("mesa", "1.a", &large);
    // A mail of exactly one piece.
    let mut exact = mail("justo");
    exact.resize(1024 * 1024, b'x');
    host.drop_into("mesa", "2.b", &exact);
    for number in 3..1003 {
        host.drop_into("mesa", &format!("{number}.c"), &mail("poco"));
    }
    let mut mailbox = mesa(&host);
    let uids = mailbox.look().unwrap();
    assert_eq!(uids.len(), 1002);
    let described = mailbox.describe(&uids).unwrap();
    assert_eq!(described.len(), 1002);
    let find = |size: usize| {
        let item = described
            .iter()
            .find(|(_, listed)| listed.bytes == size as u64);
        item.map(|(uid, _)| uid.clone()).unwrap()
    };
    assert!(mailbox.fetch(&find(large.len()), false).unwrap() == large);
    assert!(mailbox.fetch(&find(exact.len()), false).unwrap() == exact);
}
