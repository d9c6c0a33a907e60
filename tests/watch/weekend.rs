//! A week-end, and longer, without a mail server: nothing is given up because nobody answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use mesad::delivery::Delivery;
use mesad::mailbox::{Mailbox, Patience};
use mesad::office::{Filing, Imap, Login, SecretSource, Security, Smtp};

use crate::scripted::{self, Talk};
use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, at, memorandum};

const SUBJECT: &str = "Desaprobación de informe técnico";

/// How a server is.
const WELL: u8 = 0;
/// It takes connections and says nothing.
const SILENT: u8 = 1;
/// It cuts each connection.
const GONE: u8 = 2;
/// It asks everybody to come again, as one does that knows nobody yet.
const LATER: u8 = 3;
/// It cuts each connection in the middle of a mail.
const BREAKING: u8 = 4;

/// Whether the server is away for this connection, which is done with then.
fn is_away(how: &AtomicU8, talk: &mut Talk) -> bool {
    match how.load(Ordering::SeqCst) {
        SILENT => talk.fall_silent(),
        GONE => talk.cut(),
        _ => return false,
    }
    true
}

/// A way out through a server that is as told, and how many mails it took.
fn out(how: &Arc<AtomicU8>) -> (Delivery, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let (how, count) = (Arc::clone(how), Arc::clone(&taken));
    let port = scripted::smtp(move |talk, verb, _| {
        let later = verb == "RCPT" && how.load(Ordering::SeqCst) == LATER;
        if later {
            talk.say("451 4.7.1 come again in five minutes\r\n");
        }
        if verb == "." {
            count.fetch_add(1, Ordering::SeqCst);
        }
        later || (verb.is_empty() && is_away(&how, talk))
    });
    (way_out(port), taken)
}

/// A way out through a server on this port.
pub fn way_out(port: u16) -> Delivery {
    let server = Smtp {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        ca_file: None,
        login: None,
        timeout_seconds: 1,
    };
    Delivery::smtp(server, Box::new(|| Ok(String::new()))).unwrap()
}

/// A desk that has something to say on Friday at four, before a Monday on which nobody works.
fn friday() -> Stage {
    let mut stage = Stage::begin();
    stage.set(at(9, 16));
    stage.work.ends.delivery = way_out(1);
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 1"));
    stage.once().unwrap();
    stage
}

/// Goes on by so many minutes until then, as a desk that runs does.
fn goes_on(stage: &mut Stage, minutes: i64, until: chrono::DateTime<chrono::Utc>) {
    while stage.world().clock.now() < until {
        let next = stage.world().clock.now() + TimeDelta::minutes(minutes);
        stage.set(next);
        let _ = stage.once();
    }
}

fn in_state(stage: &Stage, state: &str) -> Vec<String> {
    let of = format!(
        "SELECT message || ' > ' || address FROM notices WHERE state = '{state}' ORDER BY id"
    );
    stage.column(&of)
}

/// Nothing is given up or told as undeliverable, nobody is asked in another's place.
fn nothing_is_lost(stage: &Stage) {
    assert_eq!(in_state(stage, "failed"), [] as [String; 0]);
    let told = stage.column("SELECT message FROM notices");
    assert!(!told.contains(&"undeliverable".to_owned()), "{told:?}");
    assert_eq!(stage.told("approval-request"), [BEATRIZ]);
    assert_eq!(stage.told("acknowledgement"), [TOMAS]);
    let alarms = "SELECT kind || ' ' || (ended_at IS NOT NULL) FROM alarms ORDER BY id";
    assert_eq!(stage.column(alarms), ["no-send 1"]);
    // It begins and it is over, for each of the desk's people.
    assert_eq!(stage.sent("alarm").len(), 2 * OPERATORS.len());
}

/// Refused, then silent, then cut, for six days: what is due goes out within minutes afterwards.
#[test]
fn a_way_out_that_is_away_for_days_costs_time_only() {
    let mut stage = friday();
    goes_on(&mut stage, 60, at(13, 9));
    let how = Arc::new(AtomicU8::new(SILENT));
    let (delivery, taken) = out(&how);
    stage.work.ends.delivery = delivery;
    goes_on(&mut stage, 60, at(13, 12));
    how.store(GONE, Ordering::SeqCst);
    goes_on(&mut stage, 60, at(15, 17));
    let waiting = in_state(&stage, "due");
    assert!(waiting.len() > 4, "{waiting:?}");
    assert_eq!(in_state(&stage, "sent"), [] as [String; 0]);
    how.store(WELL, Ordering::SeqCst);
    goes_on(&mut stage, 5, at(15, 17) + TimeDelta::minutes(15));
    assert_eq!(in_state(&stage, "due"), [] as [String; 0]);
    nothing_is_lost(&stage);
    // Each once.
    let sent = in_state(&stage, "sent").len();
    assert_eq!(taken.load(Ordering::SeqCst), sent);
    assert!(sent >= waiting.len(), "{sent}");
    crate::table::row("the way out, away for six days", "3 ways", "none");
}

/// The server is back and puts everything off at first, as after any long silence: the days in which
/// nobody answered do not count.
#[test]
fn a_server_that_is_back_and_says_later_has_its_own_five_days() {
    let mut stage = friday();
    goes_on(&mut stage, 60, at(15, 9));
    let how = Arc::new(AtomicU8::new(LATER));
    let (delivery, _) = out(&how);
    stage.work.ends.delivery = delivery;
    goes_on(&mut stage, 5, at(15, 9) + TimeDelta::minutes(15));
    assert_eq!(in_state(&stage, "failed"), [] as [String; 0]);
    how.store(WELL, Ordering::SeqCst);
    // As often as a mail that was never tried before.
    goes_on(&mut stage, 5, at(15, 9) + TimeDelta::minutes(45));
    assert_eq!(in_state(&stage, "due"), [] as [String; 0]);
    nothing_is_lost(&stage);

    // One that answers and takes a mail on none of five days: a person is told.
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 2"));
    how.store(LATER, Ordering::SeqCst);
    goes_on(&mut stage, 60, at(20, 9));
    assert_eq!(in_state(&stage, "failed"), [] as [String; 0]);
    goes_on(&mut stage, 60, at(20, 16));
    assert!(!in_state(&stage, "failed").is_empty());
}

/// A mailbox that is away, silent or breaks off: the mail in it is taken when it is back.
#[test]
fn a_mailbox_that_is_away_for_days_costs_time_only() {
    let mail = memorandum("Informe N° 1").replace('\n', "\r\n");
    let mail = format!(
        "From: <{TOMAS}>\r\nTo: <mesa@sigec.example>\r\nSubject: Solicitud\r\n\
         Message-ID: <w@maule.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{mail}"
    );
    let how = Arc::new(AtomicU8::new(GONE));
    let told = Arc::clone(&how);
    let port = scripted::imap(move |talk, tag, command| {
        let (date, bytes) = (" 9-Oct-2026 15:00:00 -0300", mail.len());
        match command {
            "" => return is_away(&told, talk),
            _ if command.contains("RFC822.SIZE") => talk.say(&format!(
                "* 1 FETCH (UID 1 RFC822.SIZE {bytes} INTERNALDATE \"{date}\")\r\n{tag} OK done\r\n"
            )),
            _ if command.contains("BODY.PEEK[]") => {
                talk.say(&format!("* 1 FETCH (UID 1 BODY[]<0> {{{bytes}}}\r\n"));
                if told.load(Ordering::SeqCst) == BREAKING {
                    talk.cut();
                }
                talk.say(&format!("{mail})\r\n{tag} OK done\r\n"));
            }
            _ => return false,
        }
        true
    });
    let mut stage = Stage::begin();
    stage.set(at(9, 16));
    stage.once().unwrap();
    stage.work.ends.mailbox = mailbox(port);
    goes_on(&mut stage, 60, at(12, 12));
    how.store(SILENT, Ordering::SeqCst);
    goes_on(&mut stage, 60, at(12, 15));
    how.store(BREAKING, Ordering::SeqCst);
    goes_on(&mut stage, 60, at(12, 17));
    how.store(GONE, Ordering::SeqCst);
    goes_on(&mut stage, 60, at(15, 9));
    how.store(WELL, Ordering::SeqCst);
    goes_on(&mut stage, 5, at(15, 9) + TimeDelta::minutes(10));
    assert_eq!(stage.reasons(), ["opening"]);
    let alarms = "SELECT kind || ' ' || (ended_at IS NOT NULL) FROM alarms ORDER BY id";
    assert!(stage.column(alarms).contains(&"no-fetch 1".to_owned()));
    assert_eq!(stage.told("acknowledgement"), [TOMAS]);
    assert!(stage.sent("triage").is_empty());
    crate::table::row("the mailbox, away for days", "3 ways", "none");
}

fn mailbox(port: u16) -> Mailbox {
    let server = Imap {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        ca_file: None,
        user: "mesa".to_owned(),
        login: Login::Password(SecretSource::Environment("UNUSED".to_owned())),
        folder: "INBOX".to_owned(),
        poll_seconds: 1,
    };
    let secret = Box::new(|| Ok("clave".to_owned()));
    let mailbox = Mailbox::imap(server, Filing::Leave, secret, 1).unwrap();
    mailbox.with_patience(Patience {
        connect: Duration::from_millis(300),
        command: Duration::from_millis(300),
        first_wait: Duration::from_millis(10),
        longest_wait: Duration::from_millis(50),
        ..Patience::default()
    })
}
