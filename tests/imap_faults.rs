//! The IMAP mailbox against servers that misbehave.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mesad::mailbox::{Mailbox, MailboxError, Patience};
use mesad::office::{Filing, Imap, Login, SecretSource, Security};
use support::{elapsed, scripted};

/// Never stops.
static ON: AtomicBool = AtomicBool::new(false);

fn patience() -> Patience {
    Patience {
        connect: Duration::from_millis(700),
        command: Duration::from_millis(700),
        first_wait: Duration::from_millis(50),
        longest_wait: Duration::from_millis(400),
        ..Patience::default()
    }
}

fn open(server: Imap) -> Mailbox {
    let secret = Box::new(|| Ok("clave".to_owned()));
    Mailbox::imap(server, Filing::Leave, secret, 1)
        .unwrap()
        .with_patience(patience())
}

fn scripted_server(port: u16, security: Security) -> Imap {
    Imap {
        host: "127.0.0.1".to_owned(),
        port,
        security,
        ca_file: None,
        user: "mesa".to_owned(),
        login: Login::Password(SecretSource::Environment("UNUSED".to_owned())),
        folder: "INBOX".to_owned(),
        poll_seconds: 1,
    }
}

/// A scripted server and the commands it has heard, the greeting's empty one first.
fn heard(
    script: impl Fn(&mut scripted::Talk, &str, &str) -> bool + Send + Sync + 'static,
) -> (u16, Arc<Mutex<Vec<String>>>) {
    let commands = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&commands);
    let port = scripted::imap(move |talk, tag, command| {
        list.lock().unwrap().push(command.to_owned());
        script(talk, tag, command)
    });
    (port, commands)
}

/// A mailbox on a scripted server, with little patience.
fn on(port: u16) -> Mailbox {
    open(scripted_server(port, Security::Plain))
}

fn retried<T: std::fmt::Debug>(result: Result<T, MailboxError>, words: &str) {
    let error = result.unwrap_err();
    assert!(matches!(error, MailboxError::Retry(_)), "{error:?}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_no_to_idle_falls_back_to_polling() {
    let idles = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&idles);
    let mut mailbox = on(scripted::imap(move |talk, tag, command| {
        if command == "IDLE" {
            count.fetch_add(1, Ordering::Relaxed);
            talk.say(&format!("{tag} NO not today\r\n"));
        }
        command == "IDLE"
    }));
    mailbox.look().unwrap();
    for _ in 0..2 {
        let waited = elapsed(|| mailbox.wait(Duration::from_secs(20), &ON).unwrap());
        assert!(waited > Duration::from_millis(900) && waited < Duration::from_secs(3));
    }
    assert_eq!(idles.load(Ordering::Relaxed), 1);
    assert_eq!(mailbox.look().unwrap().len(), 1);
}

#[test]
fn signs_of_life_do_not_prolong_idle() {
    let mut mailbox = on(scripted::imap(|talk, tag, command| {
        if command == "IDLE" {
            talk.say("+ idling\r\n");
            for _ in 0..30 {
                talk.say("* OK Still here\r\n");
                std::thread::sleep(Duration::from_millis(100));
            }
            talk.line();
            talk.say(&format!("{tag} OK idled\r\n"));
        }
        command == "IDLE"
    }));
    mailbox.look().unwrap();
    let waited = elapsed(|| {
        // The end is not answered in time either, which costs the connection.
        retried(mailbox.wait(Duration::from_secs(1), &ON), "end of IDLE");
    });
    assert!(waited < Duration::from_secs(3), "{waited:?}");
}

#[test]
fn news_that_came_between_two_commands_is_not_lost() {
    let mut mailbox = on(scripted::imap(|talk, tag, command| {
        if command.starts_with("UID SEARCH") {
            talk.say(&format!("* SEARCH 1\r\n* 2 EXISTS\r\n{tag} OK\r\n"));
        }
        command.starts_with("UID SEARCH")
    }));
    mailbox.look().unwrap();
    let waited = elapsed(|| mailbox.wait(Duration::from_secs(20), &ON).unwrap());
    assert!(waited < Duration::from_millis(500), "{waited:?}");
}

#[test]
fn a_silent_server_costs_one_timeout_and_the_connection() {
    for stage in ["", "CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "IDLE"] {
        let mut mailbox = on(scripted::imap(move |talk, _, command| {
            let silent = talk.number == 0 && command.starts_with(stage);
            if silent && (!stage.is_empty() || command.is_empty()) {
                talk.fall_silent();
                return true;
            }
            false
        }));
        let waited = elapsed(|| {
            let first = mailbox.look().map(|_| ());
            let first = first.and_then(|()| mailbox.wait(Duration::from_secs(9), &ON));
            retried(first, "no answer");
        });
        assert!(waited < Duration::from_secs(2), "{stage}: {waited:?}");
        assert_eq!(mailbox.look().unwrap().len(), 1, "{stage}");
    }
}

#[test]
fn hostile_and_broken_answers_cost_the_connection_only() {
    let answers = [
        (
            "* 1 FETCH (UID 1 BODY[]<0> {400000000}\r\nabc",
            "more than was asked for",
        ),
        ("* 1 FETCH (UID 1 BODY[]<0> {900}\r\nabc", "no answer"),
        ("* 1 FETCH (UID 1 BODY[]<0> NIL", "no answer"),
        ("* 1 FETCH (((((\r\n", ""),
        ("* BYE for today\r\n", "for today"),
        ("* OK [ALERT]ñandú\r\n", ""),
    ];
    for (answer, words) in answers {
        let mut mailbox = on(scripted::imap(move |talk, _, command| {
            let hostile = talk.number == 0 && command.contains("BODY.PEEK");
            if hostile {
                talk.say(answer);
                if answer.starts_with("* BYE") {
                    talk.cut();
                }
            }
            hostile
        }));
        let uids = mailbox.look().unwrap();
        retried(mailbox.fetch(&uids[0], false), words);
        assert_eq!(
            mailbox.fetch(&uids[0], false).unwrap(),
            b"Subject: a\r\n\r\nb\n"
        );
    }
}

/// The same before there is a session: the desk would die of it at each start.
#[test]
fn a_hostile_answer_while_connecting_costs_the_connection_only() {
    for place in ["CAPABILITY", "LOGIN", "SELECT"] {
        for answer in ["* OK [ALERT]ñandú\r\n", "* 1 FETCH (((((\r\n"] {
            let met = Arc::new(AtomicBool::new(false));
            let seen = Arc::clone(&met);
            let mut mailbox = on(scripted::imap(move |talk, _, command| {
                let hostile = talk.number == 0 && command.contains(place);
                if hostile {
                    talk.say(answer);
                    seen.store(true, Ordering::SeqCst);
                }
                hostile
            }));
            retried(mailbox.look(), "");
            assert!(met.load(Ordering::SeqCst), "{place} was never said");
            assert_eq!(mailbox.look().unwrap().len(), 1, "{place} {answer}");
        }
    }
}

#[test]
fn a_no_to_a_fetch_is_not_taken_for_a_mail_that_is_gone() {
    let mut mailbox = on(scripted::imap(|talk, tag, command| {
        let fetch = command.contains("BODY.PEEK");
        if fetch {
            talk.say(&format!("{tag} NO [SERVERBUG] the disk is away\r\n"));
        }
        fetch
    }));
    let uids = mailbox.look().unwrap();
    retried(mailbox.fetch(&uids[0], false), "the disk is away");
}

#[test]
fn nothing_that_came_before_tls_is_taken_for_an_answer_inside_it() {
    let (port, heard) = heard(|talk, tag, command| {
        match command {
            "CAPABILITY" => {
                talk.say(&format!("* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK\r\n"));
            }
            "STARTTLS" => {
                talk.say(&format!(
                    "{tag} OK\r\n* CAPABILITY IMAP4rev1\r\nm1 OK\r\nA0001 OK in\r\n"
                ));
            }
            _ => return false,
        }
        true
    });
    assert!(
        open(scripted_server(port, Security::StartTls))
            .look()
            .is_err()
    );
    assert!(
        !heard
            .lock()
            .unwrap()
            .iter()
            .any(|command| command.starts_with("LOGIN"))
    );
}

#[test]
fn no_password_goes_out_where_starttls_is_not_offered() {
    let (commands, heard) = heard(|talk, tag, command| {
        if command == "CAPABILITY" {
            talk.say(&format!("* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n"));
        }
        command == "CAPABILITY"
    });
    let error = open(scripted_server(commands, Security::StartTls))
        .look()
        .unwrap_err();
    assert!(matches!(error, MailboxError::Configuration(_)), "{error:?}");
    assert!(
        error.to_string().contains("does not offer STARTTLS"),
        "{error}"
    );
    assert_eq!(*heard.lock().unwrap(), ["", "CAPABILITY"]);
}

#[test]
fn one_mail_with_an_odd_date_does_not_hide_the_others() {
    let port = scripted::imap(|talk, tag, command| {
        if !command.contains("INTERNALDATE") {
            return false;
        }
        talk.say(
            "* 1 FETCH (UID 1 RFC822.SIZE 10 INTERNALDATE \"30-Feb-2026 10:00:00 +0000\")\r\n\
             * 2 FETCH (UID 2 RFC822.SIZE 20 INTERNALDATE \"05-Oct-2026 10:00:00 +0000\")\r\n",
        );
        talk.say(&format!("{tag} OK done\r\n"));
        true
    });
    let mut mailbox = on(port);
    let mut uids = mailbox.look().unwrap();
    uids.push(mesad::mailbox::Uid {
        validity: uids[0].validity,
        uid: "2".to_owned(),
    });
    let described = mailbox.describe(&uids).unwrap();
    let found: Vec<_> = described
        .iter()
        .map(|(u, l)| (u.uid.as_str(), l.bytes))
        .collect();
    // It is taken like the others; the desk knows better than 1970.
    assert_eq!(found, [("1", 10), ("2", 20)]);
    assert_eq!(described[0].1.received_at.timestamp(), 0);
}
