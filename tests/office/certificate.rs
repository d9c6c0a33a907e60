//! The servers' certificate expires, as one does that nobody renewed in time.

use mesad::request::State;

use crate::letters;
use crate::life::Life;
use crate::support::letterbox::Draft;
use crate::support::town::{PATIENCE, Plan, Town, wait};

const BEATRIZ: &str = "balcaino@ministerio.example";
const TOMAS: &str = "tzepeda@maule.seremi.example";
const TEAM: &str = "equipo.sigec@ministerio.example";

/// What `mesad status` says, and whether it is well.
fn status(town: &Town) -> (Option<i32>, String) {
    let done = town.command("status").output().unwrap();
    (done.status.code(), String::from_utf8(done.stdout).unwrap())
}

#[test]
fn an_expired_certificate_is_told_as_such_and_its_renewal_is_enough() {
    let soon = |name: &str, minutes: u32| {
        let old = format!("{name}_minutes = {minutes}");
        ("desk.toml", old, format!("{name}_minutes = 1"))
    };
    let town = Town::with(Plan {
        changes: vec![soon("open", 30), soon("closed", 120)],
        poll_seconds: 5,
        ..Plan::default()
    });
    let text = letters::technical_report("Informe N° 1");
    let first = Draft::new(&town, TOMAS, "Desaprobación de informe técnico", &text);
    let life = Life::begin(&town, first);
    let asked = life.gets(BEATRIZ, "Se solicita su aprobación");
    town.settles();

    town.host.shows_certificate("expired");
    life.answers(BEATRIZ, &asked, "Apruebo");
    let said = |words: &str| {
        let about = |line: &&str| line.contains(words) && line.contains("ertificate");
        town.log().lines().filter(about).count()
    };
    wait(
        2 * PATIENCE,
        "both servers' certificates to be named, and the alarm to stand",
        || {
            // The mailbox; and the word about it, which cannot be sent either.
            let named = said("mailbox error") > 0 && said("mail not sent yet") > 0;
            (named && status(&town).0 == Some(1)).then_some(())
        },
        || town.log(),
    );
    let (_, shown) = status(&town);
    assert!(
        shown.contains("no-fetch") && shown.contains("xpired"),
        "{shown}"
    );

    town.host.shows_certificate("renewed");
    // By itself, after its own wait.
    let order = life.gets_within(5 * PATIENCE, TEAM, "Trabajo por realizar");
    life.answers("rlillo@ministerio.example", &order, "Listo");
    life.gets_within(3 * PATIENCE, TOMAS, "Solicitud resuelta");
    town.settles();
    assert!(matches!(life.request().state, State::Closed(_)));
    wait(
        PATIENCE,
        "the alarm to be over",
        || (status(&town).0 == Some(0)).then_some(()),
        || status(&town).1,
    );
    assert_eq!(town.count_log("desk started"), 1, "nobody started it anew");
    let failed = town.books(|books| books.count_inputs());
    assert_eq!((failed.parked, failed.seen), (0, 0), "{failed:?}");
    crate::support::table::row(
        "certificates of both servers, expired and renewed",
        "once",
        "none",
    );
}
