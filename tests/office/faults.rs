//! The desk dies, the servers stop: it goes on by itself, nothing is lost or told twice.

use std::time::Duration;

use mesad::request::State;

use crate::letters;
use crate::life::Life;
use crate::support::letterbox::Draft;
use crate::support::table;
use crate::support::town::{PATIENCE, Town, now, wait};

const BEATRIZ: &str = "balcaino@ministerio.example";
const TOMAS: &str = "tzepeda@maule.seremi.example";
const TEAM: &str = "equipo.sigec@ministerio.example";

const WHOLE_LIFE: [&str; 6] = [
    "approval-request > balcaino@ministerio.example",
    "acknowledgement > tzepeda@maule.seremi.example",
    "decision-recorded > balcaino@ministerio.example",
    "work-order > equipo.sigec@ministerio.example",
    "resolution > tzepeda@maule.seremi.example",
    "resolution > balcaino@ministerio.example",
];

fn first(town: &Town, report: &str) -> Draft {
    let text = letters::technical_report(report);
    Draft::new(town, TOMAS, "Desaprobación de informe técnico", &text)
}

/// The server announces what comes: nobody waits an hour for the next look.
#[test]
fn idle_picks_a_mail_up_within_seconds_and_sigterm_ends_the_desk() {
    let town = Town::start();
    // The desk has looked, found nothing, and waits.
    town.settles();
    let begin = now();
    let life = Life::begin(&town, first(&town, "Informe N° 1"));
    let took = begin.elapsed();
    println!("from the first mail to its acknowledgement: {took:?}");
    assert!(
        took < Duration::from_secs(20),
        "{took:?} with a look each hour"
    );
    // A second desk on the same folder would answer everybody twice.
    let second = town.command("run").output().unwrap();
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        !second.status.success() && said.contains("another mesad"),
        "{said}"
    );
    town.settles();
    let (status, took) = town.stop_desk();
    println!("from SIGTERM to the end: {took:?}");
    assert_eq!(status.code(), Some(0), "{}", town.log());
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(town.count_log("desk stopped"), 1);
    // Told to end while it has work: what is in hand is finished, the rest waits for the next start.
    life.gets(BEATRIZ, "Se solicita su aprobación");
    for report in 2..10 {
        first(&town, &format!("Informe N° {report}")).send(&town);
    }
    town.start_desk();
    let (status, took) = town.stop_desk();
    println!("from SIGTERM in the middle of work to the end: {took:?}");
    assert_eq!(status.code(), Some(0), "{}", town.log());
    assert!(took < Duration::from_secs(10), "{took:?}");
    town.start_desk();
    town.settles();
    assert_eq!(town.requests().len(), 9);
}

#[test]
fn a_desk_that_is_killed_goes_on_where_it_was() {
    let town = Town::start();
    let life = Life::begin(&town, first(&town, "Informe N° 1"));
    let asked = life.gets(BEATRIZ, "Se solicita su aprobación");
    life.kill_desk();
    life.answers(BEATRIZ, &asked, "Apruebo");
    town.start_desk();
    let order = life.gets(TEAM, "Trabajo por realizar");
    // At once behind an answer, wherever it is by then.
    life.answers("rlillo@ministerio.example", &order, "Listo");
    wait(
        PATIENCE,
        "the answer to be stored",
        || {
            (town.books(|b| b.count_inputs()).done + town.books(|b| b.count_inputs()).stored >= 3)
                .then_some(())
        },
        || town.log(),
    );
    life.kill_desk();
    town.start_desk();
    life.gets(TOMAS, "Solicitud resuelta");
    life.gets(BEATRIZ, "Solicitud resuelta");
    town.settles();
    life.was_told(&WHOLE_LIFE);
    assert!(matches!(life.request().state, State::Closed(_)));
    table::row(
        "the process, kill -9 between two answers",
        "2 kills",
        "none",
    );
}

#[test]
fn servers_that_stop_for_a_while_cost_time_only() {
    let town = Town::start();
    let life = Life::begin(&town, first(&town, "Informe N° 1"));
    let asked = life.gets(BEATRIZ, "Se solicita su aprobación");
    town.settles();
    town.host.kill_dovecot();
    wait(
        PATIENCE,
        "the desk to notice that the mailbox is gone",
        || (town.count_log("mailbox error") > 0).then_some(()),
        || town.log(),
    );
    // Postfix keeps her answer until Dovecot is back.
    life.answers(BEATRIZ, &asked, "Apruebo");
    town.host.start_dovecot();
    let order = life.gets(TEAM, "Trabajo por realizar");
    town.settles();
    town.host.kill_postfix();
    let done = Draft::reply(&town, "rlillo@ministerio.example", &order, "Listo");
    let desk = town.office.desk.address.clone();
    town.host
        .drop_into(&desk, "1795000000.M1P1.host", &done.bytes());
    wait(
        PATIENCE,
        "the desk to notice that nobody takes its mails",
        || (town.count_log("mail not sent yet") >= 2).then_some(()),
        || town.log(),
    );
    town.host.start_postfix();
    let begin = now();
    // A mail is tried again after a minute.
    life.gets_within(3 * PATIENCE, TOMAS, "Solicitud resuelta");
    println!("sent {:?} after the server was back", begin.elapsed());
    life.gets(BEATRIZ, "Solicitud resuelta");
    town.settles();
    life.was_told(&WHOLE_LIFE);
    table::row(
        "Dovecot and Postfix, killed and started again",
        "once each",
        "none",
    );
}
