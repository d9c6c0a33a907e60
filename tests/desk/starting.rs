//! The desk starts: its key, and what came while it was down.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mesad::cli::workplace::Workplace;
use mesad::config;
use mesad::daemon;
use mesad::desk::clock::Clock;
use mesad::desk::random::Random;
use mesad::letters::Templates;
use mesad::mailbox::Mailbox;
use mesad::office::{Filing, Imap, Login, SecretSource, Security};

use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

#[test]
fn the_key_is_written_whole_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::create_dir(&state).unwrap();
    // What a start that was killed leaves.
    fs::write(state.join("key.new"), b"half").unwrap();
    let open = || {
        let office = config::load(&config::shipped()).unwrap();
        let clock = Clock::simulated(at(5, 10));
        let templates = Templates::new(&[]).unwrap();
        Workplace::open(folder.path(), office, templates, clock, Random::system()).unwrap()
    };
    drop(open());
    let key = fs::read(state.join("key")).unwrap();
    let mode = fs::metadata(state.join("key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!((key.len(), mode & 0o777), (32, 0o600));
    assert!(!state.join("key.new").exists());
    drop(open());
    assert_eq!(fs::read(state.join("key")).unwrap(), key);
}

/// An answer that lies in the mailbox is decided before anybody is reminded to give it.
#[test]
fn after_downtime_answers_come_before_reminders() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.drain();
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    let wake = stage.books(|b| b.next_wake()).unwrap();
    let answer = [
        "Message-ID: <answer@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    let token = stage.sent("approval-request")[0].text.clone();
    let quoted: Vec<String> = token.lines().map(|l| format!("> {l}")).collect();
    let text = format!("Apruebo\n\n{}\n", quoted.join("\n"));
    stage.delivers(&answer, BEATRIZ, "Re: Solicitud", &text);
    stage.set(wake.max(at(5, 15)));
    let Stage { folder, work, .. } = stage;
    let Workplace { world, ends, .. } = work;
    let stop = Arc::new(AtomicBool::new(false));
    let handle = {
        let (world, stop) = (world.clone(), Arc::clone(&stop));
        std::thread::spawn(move || daemon::run(ends, world, stop, &|| ()))
    };
    let states = move || {
        world
            .store
            .transact(|books| books.list_requests(true))
            .map(|all| {
                all.iter()
                    .map(|l| l.request.state.name())
                    .collect::<Vec<_>>()
            })
    };
    for _ in 0..300 {
        if states().unwrap() == ["awaiting-work"] {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(500));
    stop.store(true, Ordering::SeqCst);
    handle.join().unwrap().unwrap();
    assert_eq!(states().unwrap(), ["awaiting-work"]);
    let connection = rusqlite::Connection::open(folder.path().join("state/mesad.sqlite")).unwrap();
    let reminders: u32 = connection
        .query_row(
            "SELECT count(*) FROM notices WHERE message = 'approval-reminder'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(reminders, 0);
}

/// A loop that dies must not leave a desk that looks alive.
#[test]
fn a_loop_that_dies_ends_the_desk_with_an_error() {
    let mut stage = Stage::begin();
    let server = Imap {
        host: "127.0.0.1".to_owned(),
        port: 1,
        security: Security::Plain,
        ca_file: None,
        user: "mesa".to_owned(),
        login: Login::Password(SecretSource::Environment("UNUSED".to_owned())),
        folder: "INBOX".to_owned(),
        poll_seconds: 1,
    };
    let secret = Box::new(|| panic!("a fault of the program, in its fetch loop"));
    stage.work.ends.mailbox = Mailbox::imap(server, Filing::Leave, secret, 1).unwrap();
    let Workplace { world, ends, .. } = stage.work;
    let stop = Arc::new(AtomicBool::new(false));
    let error = daemon::run(ends, world, stop, &|| ())
        .unwrap_err()
        .to_string();
    assert!(error.ends_with("fetch"), "{error}");
}
