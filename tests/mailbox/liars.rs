//! IMAP servers that lie: never lose, never double, never hang; what cannot be had is told.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mesad::mailbox::{Mailbox, Patience};
use mesad::office::{Imap, Login, SecretSource, Security};

use crate::filing;
use crate::stage::{OPERATORS, Stage};
use crate::support::elapsed;
use crate::support::scripted::{self, Talk};

static ON: AtomicBool = AtomicBool::new(false);

fn on(port: u16) -> Mailbox {
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
    let secret = Box::new(|| Ok("clave".to_owned()));
    let mailbox = Mailbox::imap(server, filing(), secret, 1).unwrap();
    mailbox.with_patience(Patience {
        connect: Duration::from_millis(500),
        command: Duration::from_millis(500),
        first_wait: Duration::from_millis(10),
        longest_wait: Duration::from_millis(50),
        ..Patience::default()
    })
}

/// Answers a command, with lines before its end.
pub fn answer(talk: &mut Talk, tag: &str, lines: &str) -> bool {
    talk.say(&format!("{lines}{tag} OK done\r\n"));
    true
}

/// A desk on a server that lies. Where the script does not answer, mails are moved as asked.
pub fn stage(script: impl Fn(&mut Talk, &str, &str) -> bool + Send + Sync + 'static) -> Stage {
    let moved = AtomicBool::new(false);
    let port = scripted::imap(move |talk, tag, command| {
        if script(talk, tag, command) {
            return true;
        }
        if command.starts_with("UID MOVE") {
            moved.store(true, Ordering::SeqCst);
            return answer(talk, tag, "* OK [COPYUID 9 1 1] moved\r\n");
        }
        let empty = command.starts_with("UID SEARCH") && moved.load(Ordering::SeqCst);
        empty && answer(talk, tag, "* SEARCH\r\n")
    });
    let mut stage = Stage::begin();
    stage.work.ends.mailbox = on(port);
    stage
}

/// Drains until nothing fails any more: a server that lies costs turns, not the desk.
pub fn settles(stage: &mut Stage) {
    for _ in 0..12 {
        if stage.try_drain().is_ok() {
            return;
        }
    }
    panic!("the desk does not come to rest: {:?}", stage.reasons());
}

/// What cannot be had is set aside after its tries and told to the desk's people.
fn is_told(name: &str, lie: impl Fn(&mut Talk, &str) + Send + Sync + 'static) {
    let mut stage = stage(move |talk, tag, command| {
        let fetch = command.contains("BODY.PEEK[]");
        if fetch {
            lie(talk, tag);
        }
        fetch
    });
    let waited = elapsed(|| settles(&mut stage));
    assert!(waited < Duration::from_secs(30), "{name}: {waited:?}");
    assert_eq!(stage.reasons(), ["cannot-be-fetched"], "{name}");
    assert_eq!(stage.told("triage"), OPERATORS, "{name}");
}

#[test]
fn a_mail_that_the_server_never_gives_whole_is_set_aside_and_told() {
    is_told("another mail's bytes", |talk, tag| {
        let lines = "* 2 FETCH (UID 2 BODY[]<0> {16}\r\nSubject: a\r\n\r\nb\n)\r\n";
        answer(talk, tag, lines);
    });
    is_told("an empty body", |talk, tag| {
        answer(talk, tag, "* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n");
    });
    is_told("less than was announced", |talk, tag| {
        answer(talk, tag, "* 1 FETCH (UID 1 BODY[]<0> {4}\r\nSubj)\r\n");
    });
    is_told("400 MB in a literal", |talk, _| {
        talk.say("* 1 FETCH (UID 1 BODY[]<0> {400000000}\r\nabc");
    });
    is_told("keep-alives that never end", |talk, _| {
        for _ in 0..40 {
            talk.say("* OK Still here\r\n");
            std::thread::sleep(Duration::from_millis(25));
        }
    });
    crate::support::table::row(
        "IMAP servers that lie about a mail's bytes",
        "5 ways",
        "none",
    );
}

#[test]
fn a_mail_is_taken_once_though_it_is_listed_thrice_with_one_that_is_not_there() {
    let mut stage = stage(|talk, tag, command| {
        if command.starts_with("UID SEARCH") && talk.number == 0 {
            return answer(talk, tag, "* SEARCH 1 1 9\r\n* SEARCH 1\r\n");
        }
        // Sizes twice over, and of a mail that nobody asked for.
        if !command.contains("RFC822.SIZE") {
            return false;
        }
        let date = "INTERNALDATE \" 1-Oct-2026 09:00:00 -0300\"";
        let sized = |uid: &str| format!("* 1 FETCH (UID {uid} RFC822.SIZE 16 {date})\r\n");
        answer(talk, tag, &["1", "1", "77"].map(sized).concat())
    });
    settles(&mut stage);
    assert_eq!(stage.reasons().len(), 1, "{:?}", stage.reasons());
}

#[test]
fn a_goodbye_in_the_middle_costs_a_try_and_no_mail() {
    let mut stage = stage(|talk, _, command| {
        let bye = talk.number < 2 && command.contains("BODY.PEEK[]");
        if bye {
            talk.say("* 1 FETCH (UID 1 BODY[]<0> {16}\r\nSubj");
            talk.cut();
        }
        bye
    });
    settles(&mut stage);
    assert_eq!(
        stage.column("SELECT cast(fetch_tries AS TEXT) FROM inputs"),
        ["3"]
    );
    assert_ne!(stage.reasons(), ["cannot-be-fetched"]);
}

#[test]
fn without_uidvalidity_nothing_is_taken_and_the_log_says_why() {
    for words in ["", "* OK [UIDVALIDITY 0] zero\r\n"] {
        let mut stage = stage(move |talk, tag, command| {
            let select = command.starts_with("SELECT") && talk.number < 2;
            select && answer(talk, tag, &format!("* 1 EXISTS\r\n{words}"))
        });
        let error = stage.try_drain().unwrap_err().to_string();
        assert!(error.contains("no UIDVALIDITY"), "{error}");
        assert_eq!(stage.reasons(), Vec::<String>::new());
        // A server that was mended is used again.
        settles(&mut stage);
        assert_eq!(stage.reasons().len(), 1);
    }
}

#[test]
fn another_mail_under_a_used_uid_is_handled_too() {
    let count = AtomicUsize::new(0);
    let mut stage = stage(move |talk, tag, command| {
        let moved = count.load(Ordering::SeqCst);
        if command.starts_with("UID MOVE") {
            count.fetch_add(1, Ordering::SeqCst);
            return answer(talk, tag, "* OK [COPYUID 9 1 1] moved\r\n");
        }
        if command.starts_with("UID SEARCH") {
            let lines = if moved < 2 {
                "* SEARCH 1\r\n"
            } else {
                "* SEARCH\r\n"
            };
            return answer(talk, tag, lines);
        }
        let second = "* 1 FETCH (UID 1 BODY[]<0> {16}\r\nSubject: x\r\n\r\ny\n)\r\n";
        moved == 1 && command.contains("BODY.PEEK[]") && answer(talk, tag, second)
    });
    settles(&mut stage);
    let subjects = stage.column("SELECT subject FROM inputs ORDER BY id");
    assert_eq!(subjects, ["a", "x"]);
}

#[test]
fn a_move_that_is_none_does_not_go_on_for_ever() {
    let moves = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&moves);
    let mut stage = stage(move |talk, tag, command| {
        if command.starts_with("UID MOVE") {
            count.fetch_add(1, Ordering::SeqCst);
            return answer(talk, tag, "* OK [COPYUID 9 1 1] moved\r\n");
        }
        // It lies there still.
        command.starts_with("UID SEARCH") && answer(talk, tag, "* SEARCH 1\r\n")
    });
    settles(&mut stage);
    settles(&mut stage);
    assert_eq!(stage.reasons().len(), 1);
    let moves = moves.load(Ordering::SeqCst);
    assert!((2..8).contains(&moves), "{moves}");
}

#[test]
fn mails_that_are_announced_and_never_come_do_not_keep_the_desk_running() {
    let looks = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&looks);
    let mut mailbox = on(scripted::imap(move |talk, tag, command| {
        if command.starts_with("UID SEARCH") {
            count.fetch_add(1, Ordering::SeqCst);
        }
        if command != "IDLE" {
            return false;
        }
        talk.say("+ idling\r\n* 99 EXISTS\r\n");
        talk.line();
        answer(talk, tag, "")
    }));
    let mut left = Duration::from_secs(3);
    while !left.is_zero() {
        let taken = elapsed(|| {
            mailbox.look().unwrap();
            mailbox.wait(Duration::from_secs(2), &ON).unwrap();
        });
        left = left.saturating_sub(taken);
    }
    let looks = looks.load(Ordering::SeqCst);
    assert!((4..16).contains(&looks), "{looks} looks in 3 s");
}

/// The mailbox is full, so that nothing can be moved in it: what is handled stays handled, is told
/// once, and is filed when there is room.
#[test]
fn a_mailbox_over_its_quota_delays_the_filing_and_nothing_else() {
    for moves in [true, false] {
        over_quota(moves);
    }
}

/// With MOVE, and with COPY, `\Deleted` and EXPUNGE in its place: a copy that was refused must not be
/// followed by what removes the original.
fn over_quota(moves: bool) {
    let full = Arc::new(AtomicBool::new(true));
    let gone = AtomicBool::new(false);
    let heard = Arc::new(Mutex::new(vec![]));
    let (quota, commands) = (Arc::clone(&full), Arc::clone(&heard));
    let mut stage = stage(move |talk, tag, command| {
        let words: Vec<&str> = command.split(' ').collect();
        match *words.as_slice() {
            ["CAPABILITY"] if !moves => {
                answer(talk, tag, "* CAPABILITY IMAP4rev1 IDLE UIDPLUS\r\n")
            }
            ["UID", how @ ("MOVE" | "COPY"), ..] => {
                commands.lock().unwrap().push(how.to_owned());
                if quota.load(Ordering::SeqCst) {
                    talk.say(&format!("{tag} NO [OVERQUOTA] Quota exceeded\r\n"));
                    return true;
                }
                how == "COPY" && answer(talk, tag, "* OK [COPYUID 9 1 1] copied\r\n")
            }
            ["UID", "STORE", _, "+FLAGS.SILENT", _] => {
                commands.lock().unwrap().push("mark".to_owned());
                answer(talk, tag, "")
            }
            ["UID", "EXPUNGE", _] => {
                commands.lock().unwrap().push("EXPUNGE".to_owned());
                gone.store(true, Ordering::SeqCst);
                answer(talk, tag, "* 1 EXPUNGE\r\n")
            }
            ["UID", "FETCH", _, "(UID", "FLAGS)"] => {
                answer(talk, tag, "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n")
            }
            ["UID", "SEARCH", ..] if gone.load(Ordering::SeqCst) => {
                answer(talk, tag, "* SEARCH\r\n")
            }
            _ => false,
        }
    });
    for _ in 0..4 {
        let error = stage.try_drain().unwrap_err().to_string();
        assert!(error.contains("Quota exceeded"), "{error}");
    }
    let how = if moves { "MOVE" } else { "COPY" };
    let refused = heard.lock().unwrap().clone();
    assert!(
        refused.len() >= 4 && refused.iter().all(|word| word == how),
        "{refused:?}"
    );
    assert_eq!(stage.reasons().len(), 1);
    let filed = "SELECT filed || '' FROM inputs";
    assert_eq!(stage.column(filed), ["0"]);
    let sent = stage.column("SELECT message FROM notices");
    full.store(false, Ordering::SeqCst);
    let waited = elapsed(|| settles(&mut stage));
    assert!(waited < Duration::from_secs(5), "{waited:?}");
    assert_eq!(stage.column(filed), ["1"]);
    assert_eq!(stage.reasons().len(), 1);
    assert_eq!(stage.column("SELECT message FROM notices"), sent);
    let done = heard.lock().unwrap()[refused.len()..].join(" ");
    assert_eq!(done, if moves { "MOVE" } else { "COPY mark EXPUNGE" });
}
