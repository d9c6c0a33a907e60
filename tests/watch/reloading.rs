//! Another configuration while requests are in flight.

use std::fs;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use mesad::calendar::DayOff;
use mesad::desk::calendar;
use mesad::office::{Office, ProcedureId, RoleId, Step};

use crate::running::{Running, office, status, until};
use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

const SUBJECT: &str = "Desaprobación de informe técnico";

fn change(stage: &mut Stage, act: impl FnOnce(&mut Office)) {
    let mut office = (*stage.work.world.office).clone();
    act(&mut office);
    stage.work.world.office = Arc::new(office);
}

/// Approves what Beatriz was asked last.
fn approves(stage: &mut Stage, name: &str) {
    let sql = "SELECT message_id FROM notices WHERE message = 'approval-request' ORDER BY id";
    let asked = stage.column(sql);
    let text = stage.sent("approval-request").last().unwrap().text.clone();
    let quoted: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
    let lines = [
        format!("Message-ID: <{name}@ministerio.example>"),
        format!("In-Reply-To: <{}>", asked.last().unwrap()),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let text = format!("Apruebo\n\n{}\n", quoted.join("\n"));
    stage.delivers(&lines, BEATRIZ, "Re: Solicitud", &text);
    stage.drain();
}

fn states(stage: &Stage) -> Vec<String> {
    stage.column("SELECT state FROM requests ORDER BY id")
}

#[test]
fn a_request_keeps_the_chain_that_it_began_with_and_people_are_todays() {
    let mut stage = Stage::begin();
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 1"));
    stage.drain();
    let id = ProcedureId("technical-report-disapproval".into());
    let before = stage.world().office.procedure(&id).unwrap().clone();
    let manager = stage.world().office.desk.escalation_role.clone();
    change(&mut stage, |office| {
        let procedure = Arc::make_mut(&mut office.procedures)
            .iter_mut()
            .find(|p| p.id == id)
            .unwrap();
        for chain in &mut procedure.chains {
            let mut further: Step = chain.steps[0].clone();
            further.role = RoleId(manager.0.clone());
            chain.steps.push(further);
        }
    });
    calendar::turn(stage.world()).unwrap();
    approves(&mut stage, "first");
    assert_eq!(states(&stage), ["awaiting-work"]);
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 2"));
    stage.drain();
    approves(&mut stage, "second");
    assert_eq!(states(&stage), ["awaiting-work", "awaiting-approval"]);
    let kept = stage.books(|books| books.list_requests(true));
    assert_eq!(kept[1].request.procedure, before);

    // The work is handed to whoever does it today.
    let executor = before.executor.role.clone();
    change(&mut stage, |office| {
        for person in &mut office.directory.people {
            person.roles.retain(|grant| grant.role != executor);
        }
    });
    calendar::turn(stage.world()).unwrap();
    stage.set(at(6, 10));
    stage.drain();
    assert_eq!(states(&stage)[0], "awaiting-work");
}

fn deadline(stage: &Stage) -> DateTime<Utc> {
    let found = stage.books(|books| books.list_requests(true));
    let now = stage.world().clock.now();
    found[0]
        .request
        .deadline(&stage.world().office, now)
        .unwrap()
}

fn outcomes(stage: &Stage, outcome: &str) -> usize {
    let all = stage.column("SELECT outcome FROM journal ORDER BY id");
    all.iter().filter(|one| *one == outcome).count()
}

#[test]
fn a_holiday_declared_for_tomorrow_moves_deadlines_and_is_told_once() {
    let mut stage = Stage::begin();
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 1"));
    stage.drain();
    let before = deadline(&stage);
    assert_eq!(calendar::turn(stage.world()).unwrap(), 0);
    stage.drain();
    assert!(stage.sent("status").is_empty());
    change(&mut stage, |office| {
        Arc::make_mut(&mut office.calendar).days_off.push(DayOff {
            date: NaiveDate::from_ymd_opt(2026, 10, 6).unwrap(),
            name: "Duelo nacional".into(),
            region: None,
        });
    });
    assert!(deadline(&stage) > before);
    assert_eq!(calendar::turn(stage.world()).unwrap(), 1);
    assert_eq!(calendar::turn(stage.world()).unwrap(), 0);
    stage.drain();
    assert_eq!(stage.told("status"), [TOMAS]);
    let text = stage.sent("status")[0].text.clone();
    assert!(text.contains("Cambió el plazo"), "{text}");
    assert_eq!(outcomes(&stage, "deadline-moved"), 1);
    // Nobody is reminded or told of lateness on the day off.
    for hour in 0..24 {
        stage.set(at(6, hour));
        stage.drain();
    }
    for late in [
        "approval-reminder",
        "step-overdue",
        "breach",
        "deadline-warning",
    ] {
        assert!(stage.sent(late).is_empty(), "{late}");
    }
    // The same is seen by a desk that was down when the calendar changed, and the chain is whole.
    let verified = stage.books(|books| books.verify());
    assert!(verified.broken.is_empty(), "{verified:?}");
    let mut stage = Stage::starts(stage.stops(), at(7, 10)).unwrap();
    assert_eq!(calendar::turn(stage.world()).unwrap(), 1);
    stage.drain();
    assert_eq!(outcomes(&stage, "deadline-moved"), 2);
    assert_eq!(deadline(&stage), before);
}

/// The program itself: a bad configuration is refused whole and told; a good one is taken up.
#[test]
fn a_configuration_is_taken_up_whole_or_not_at_all() {
    let folder = office();
    let desk = Running::begin(folder);
    assert_eq!(desk.notified().trim(), "READY=1");
    let path = desk.folder.path().to_owned();
    let file = path.join("oficina/desk.toml");
    let good = fs::read_to_string(&file).unwrap();
    until("healthy", || status(&path).0 == Some(0));
    let bad = good.replace("tries = 3", "tries = 0").replace(
        "name = \"Mesa de Ayuda SIGEC\"",
        "name = \"Otra mesa\"\nnombre = 1",
    );
    fs::write(&file, bad).unwrap();
    desk.signal("-HUP");
    until("told", || desk.log().contains("configuration-refused"));
    // Every error, not the first alone.
    let log = desk.log();
    assert!(
        log.contains("0 is out of range") && log.contains("nombre"),
        "{log}"
    );
    // The status of a desk whose configuration cannot be read: nobody can tell from there.
    fs::write(
        &file,
        good.replace("name = \"Mesa de Ayuda SIGEC\"", "name = \"Otra mesa\""),
    )
    .unwrap();
    until("alarm", || status(&path).0 == Some(1));
    let (_, said) = status(&path);
    assert_eq!(said["alarms"][0]["kind"], "configuration");
    let mails = || {
        let files = fs::read_dir(path.join("mail/out")).unwrap();
        let mails = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap_or_default());
        mails.collect::<Vec<String>>()
    };
    until("mailed", || mails().len() == 2);
    assert!(
        mails()
            .iter()
            .all(|mail| mail.contains("From: \"Mesa de Ayuda SIGEC\""))
    );
    desk.signal("-HUP");
    until("taken up", || desk.log().contains("configuration-renewed"));
    until("over", || status(&path).0 == Some(0));
    until("mailed", || mails().len() == 4);
    let renamed = mails()
        .iter()
        .filter(|mail| mail.contains("From: \"Otra mesa\""))
        .count();
    assert_eq!(renamed, 2);
    assert_eq!(desk.stops().0, Some(0));
}
