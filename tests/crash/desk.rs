//! The desk of the acts: run in a process of its own that may die, or here.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mesad::cli::workplace::Workplace;
use mesad::daemon;
use mesad::desk::clock::Clock;
use mesad::desk::random::Random;
use mesad::desk::{World, deliver, operate, receive};
use mesad::letters::Templates;
use mesad::office::{
    Filing, Imap, Login, MailboxSettings, Office, OutgoingSettings, SecretSource, Security, Smtp,
};
use mesad::points::{self, Point};
use mesad::sandbox::Sandbox;
use rusqlite::Connection;

use crate::acts::{ACTS, Act, MAIL_BYTES, SHIPPED};
use crate::stage::Stage;

/// How often each point was come to.
pub type Counts = BTreeMap<Point, u32>;

const FOLDER: &str = "MESAD_TEST_FOLDER";
const ACT: &str = "MESAD_TEST_ACT";
const NOW: &str = "MESAD_TEST_NOW";
const PORTS: &str = "MESAD_TEST_PORTS";
const MODE: &str = "MESAD_TEST_MODE";

/// Whether something is left to do.
const OPEN: &str = "SELECT EXISTS (SELECT 1 FROM inputs WHERE state IN ('seen', 'stored')
                                     OR filed = 0)
                      OR EXISTS (SELECT 1 FROM notices WHERE state = 'due' AND last_reply = '')";

/// What a desk is run with.
#[derive(Clone, Copy, Debug)]
struct Run<'a> {
    folder: &'a Path,
    ports: Option<(u16, u16)>,
    now: DateTime<Utc>,
    mode: Mode,
}

/// How a desk is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All that can be done now, in order.
    Once,
    /// The same, and it takes no mail for poison, however often it died over it: for who kills at
    /// random.
    Patient,
    /// As patient, in its three loops at a time.
    Loops,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Patient => "patient",
            Self::Loops => "loops",
        }
    }
}

fn office(run: &Run<'_>) -> Office {
    let mut office = SHIPPED.clone();
    office.desk.limits.mail_bytes = MAIL_BYTES;
    if run.mode != Mode::Once {
        office.desk.limits.tries = 10_000;
    }
    let Some((imap, smtp)) = run.ports else {
        return office;
    };
    let file = |name: &str| run.folder.join(name).display().to_string();
    let login = Login::Password(SecretSource::File(file("secret")));
    office.desk.mailbox = MailboxSettings::Imap {
        server: Box::new(Imap {
            host: "localhost".to_owned(),
            port: imap,
            security: Security::Plain,
            ca_file: None,
            user: "mesa".to_owned(),
            login: login.clone(),
            folder: "INBOX".to_owned(),
            poll_seconds: 1,
        }),
        filing: Filing::Move {
            done: "Procesados".to_owned(),
            review: "Revisar".to_owned(),
        },
    };
    office.desk.outgoing = OutgoingSettings::Smtp(Box::new(Smtp {
        host: "localhost".to_owned(),
        port: smtp,
        security: Security::StartTls,
        ca_file: Some(file("ca.pem")),
        login: Some(("mesa".to_owned(), login)),
        timeout_seconds: 30,
    }));
    office
}

fn open(run: &Run<'_>) -> Result<Workplace, String> {
    let clock = Clock::simulated(run.now);
    let templates = Templates::new(&[]).unwrap();
    let work = Workplace::open(run.folder, office(run), templates, clock, Random::system());
    let mut work = work.map_err(|error| format!("{error:#}"))?;
    work.world.sandbox = Sandbox::child(env!("CARGO_BIN_EXE_mesad"));
    Ok(work)
}

/// Starts the desk, has it do all that can be done now, and stops it.
fn live(run: &Run<'_>, act: &Act) -> Result<(), String> {
    let mut work = open(run)?;
    let words = |error: mesad::desk::DeskError| error.to_string();
    deliver::resume(&work.world).map_err(words)?;
    order(&work.world, run.folder, act).map_err(words)?;
    if run.mode == Mode::Loops {
        return loops(run, work);
    }
    daemon::drain(&mut work.ends, &work.world).map_err(words)
}

/// Runs the desk's loops until nothing is left to do.
fn loops(run: &Run<'_>, work: Workplace) -> Result<(), String> {
    let stop = Arc::new(AtomicBool::new(false));
    let database = Connection::open(run.folder.join("state/mesad.sqlite")).unwrap();
    let watched = Arc::clone(&stop);
    let watch = std::thread::spawn(move || {
        let open = || -> bool { database.query_row(OPEN, [], |row| row.get(0)).unwrap() };
        // Two more looks into the mailbox found nothing.
        let mut since = points::count(Point::Looked);
        while points::count(Point::Looked) < since + 3 {
            std::thread::sleep(Duration::from_millis(20));
            if open() {
                since = points::count(Point::Looked);
            }
        }
        watched.store(true, Ordering::SeqCst);
    });
    let ran = daemon::run(work.ends, work.world, stop, &|| ());
    watch.join().unwrap();
    ran.map_err(|error| error.to_string())
}

/// Operators order what is not ordered yet: one whose command was not acknowledged looks whether it
/// is there, and gives it again if it is not.
fn order(world: &World, folder: &Path, act: &Act) -> Result<(), mesad::desk::DeskError> {
    let database = Connection::open(folder.join("state/mesad.sqlite")).unwrap();
    let count = |sql: &str| -> i64 { database.query_row(sql, [], |row| row.get(0)).unwrap() };
    let (store, now) = (&world.store, world.clock.now());
    let given = count("SELECT count(*) FROM commands WHERE input IS NULL");
    if !act.retries {
        for command in (act.orders)().iter().skip(usize::try_from(given).unwrap()) {
            operate::give(store, command, now)?;
        }
    } else if count("SELECT count(*) FROM journal WHERE outcome = 'retried'") == 0 {
        let question = count("SELECT id FROM inputs WHERE subject = 'Consulta' ORDER BY id");
        operate::retry(store, question, "vosorio", now)?;
    }
    Ok(())
}

/// What lies in the mailbox is stored, and nothing else done.
pub fn only_receives(stage: &Stage, now: DateTime<Utc>) {
    let run = Run {
        folder: stage.path(),
        ports: stage.ports,
        now,
        mode: Mode::Once,
    };
    let mut work = open(&run).unwrap();
    for mail in receive::look(&mut work.ends.mailbox, &work.world).unwrap() {
        receive::take(&mut work.ends.mailbox, &work.world, &mail).unwrap();
    }
}

/// Runs the desk of an act here until nothing is left to do; says why it would not end.
pub fn until_quiet(stage: &Stage, act: &Act, mode: Mode) -> Result<(), String> {
    let mut now = (act.at)();
    for _ in 0..40 {
        let run = Run {
            folder: stage.path(),
            ports: stage.ports,
            now,
            mode,
        };
        let lived = live(&run, act);
        let due = stage.rows("SELECT min(due_at) FROM notices WHERE state = 'due'");
        match (lived, due[0].parse().map(DateTime::from_timestamp_micros)) {
            (Ok(()), Err(_)) => return Ok(()),
            (_, Ok(Some(due))) if due > now => now = due,
            (Err(error), _) => println!("{}: {error}", act.name),
            _ => now += TimeDelta::seconds(1),
        }
    }
    Err("it does not come to rest".to_owned())
}

/// Runs the desk of an act in a process of its own. Where it lived to its end, how often it came to
/// each point.
pub fn in_its_own_process(
    stage: &Stage,
    act: &Act,
    crash_at: Option<&str>,
    mode: Mode,
) -> (ExitStatus, Counts) {
    let log = File::create(stage.path().join("log")).unwrap();
    let mut process = Process::new(std::env::current_exe().unwrap());
    process
        .args([
            "--exact",
            "desk::the_desk_that_may_die",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, stage.path())
        .env(ACT, act.name)
        .env(NOW, (act.at)().timestamp_micros().to_string())
        .env(MODE, mode.name())
        .env_remove("MESAD_CRASH_AT")
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    if let Some((imap, smtp)) = stage.ports {
        process.env(PORTS, format!("{imap} {smtp}"));
    }
    if let Some(plan) = crash_at {
        process.env("MESAD_CRASH_AT", plan);
    }
    let status = process.status().unwrap();
    (status, counts(&stage.path().join("counts")))
}

/// Whether a process ended by its own abort.
pub fn has_died(status: ExitStatus) -> bool {
    // Its number wherever Linux runs.
    status.signal() == Some(6)
}

fn counts(file: &Path) -> Counts {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let named = |name: &str| Point::ALL.iter().copied().find(|p| p.name() == name);
    lines
        .map(|(name, count)| (named(name).unwrap(), count.parse().unwrap()))
        .collect()
}

/// Not a test: the desk in a process of its own, as [`in_its_own_process`] starts it.
#[test]
#[ignore = "is started by the other tests, in a process of its own"]
fn the_desk_that_may_die() {
    let Ok(folder) = std::env::var(FOLDER).map(PathBuf::from) else {
        return;
    };
    let variable = |name: &str| std::env::var(name).unwrap();
    points::check().unwrap();
    let act = ACTS.iter().find(|act| act.name == variable(ACT)).unwrap();
    let ports = std::env::var(PORTS).ok().map(|ports| {
        let (imap, smtp) = ports.split_once(' ').unwrap();
        (imap.parse().unwrap(), smtp.parse().unwrap())
    });
    let modes = [Mode::Once, Mode::Patient, Mode::Loops];
    let run = Run {
        folder: &folder,
        ports,
        now: DateTime::from_timestamp_micros(variable(NOW).parse().unwrap()).unwrap(),
        mode: modes
            .into_iter()
            .find(|m| m.name() == variable(MODE))
            .unwrap(),
    };
    no_core();
    let lived = live(&run, act);
    let reached = Point::ALL.iter().map(|p| (p.name(), points::count(*p)));
    let lines = reached.filter(|(_, count)| *count > 0);
    let text: String = lines
        .map(|(name, count)| format!("{name} {count}\n"))
        .collect();
    fs::write(folder.join("counts"), text).unwrap();
    println!("{lived:?}");
}

/// A core file for each death would be the slowest part of it.
fn no_core() {
    let none = rustix::process::Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    rustix::process::setrlimit(rustix::process::Resource::Core, none).unwrap();
}
