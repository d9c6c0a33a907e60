//! Approvers who cannot answer: an address that is dead, a vacation reply.

use crate::letters;
use crate::life::Life;
use crate::support::letterbox::Draft;
use crate::support::mailhost::FROZEN_ADDRESS;
use crate::support::town::{Plan, Town};

const BEATRIZ: &str = "balcaino@ministerio.example";
const ISIDORA: &str = "isaavedra@maule.seremi.example";
const TOMAS: &str = "tzepeda@maule.seremi.example";

/// A town in which the regional manager has this address.
fn with_manager_at(address: &str) -> Town {
    Town::with(Plan {
        changes: vec![(
            "directory/regional.toml",
            "lcortes@maule.seremi.example".to_owned(),
            address.to_owned(),
        )],
        ..Plan::default()
    })
}

/// A memorandum that the regional manager has to approve.
fn memorandum(town: &Town) -> Draft {
    let text =
        letters::STANDARD_RENDITION.replace("TOMÁS ZEPEDA FIGUEROA", "ISIDORA SAAVEDRA ALMONACID");
    Draft::new(town, ISIDORA, "Desaprobación de rendición marzo", &text)
}

/// The server takes the mail and sends a report of non-delivery afterwards.
#[test]
fn a_dead_address_leads_to_the_substitute_and_is_told_to_the_desk() {
    let town = with_manager_at("lcortes@tardio.test");
    let life = Life::begin(&town, memorandum(&town));
    life.gets(ISIDORA, "Solicitud recibida");
    for operator in [
        "vosorio@ministerio.example",
        "mbahamonde@ministerio.example",
    ] {
        let told = life.gets(operator, "Correo no entregado");
        assert!(told.flat().contains("lcortes@tardio.test"), "{}", told.text);
    }
    let asked = life.gets(TOMAS, "Se solicita su aprobación");
    assert!(
        asked
            .flat()
            .contains("en reemplazo de Lorena Cortés Aravena"),
        "{}",
        asked.text
    );
    life.step_is_due(&asked, 0);
    life.answers(TOMAS, &asked, "Apruebo");
    life.gets(TOMAS, "Aprobación registrada");
    let asked = life.gets(BEATRIZ, "Se solicita su aprobación");
    let before =
        "Tomás Zepeda Figueroa por Lorena Cortés Aravena (subrogante, no le llegan los correos)";
    assert!(asked.flat().contains(before), "{}", asked.text);
    life.answers(
        BEATRIZ,
        &asked,
        "Rechazo: la cartola no corresponde al período.",
    );
    life.gets(BEATRIZ, "Rechazo registrado");
    for address in [ISIDORA, TOMAS] {
        let told = life.gets(address, "Solicitud rechazada");
        assert!(
            told.flat().contains("la cartola no corresponde al período"),
            "{}",
            told.text
        );
    }
    life.was_told(&[
        "approval-request > lcortes@tardio.test",
        "acknowledgement > isaavedra@maule.seremi.example",
        "approval-request > tzepeda@maule.seremi.example",
        "decision-moved > isaavedra@maule.seremi.example",
        "undeliverable > vosorio@ministerio.example",
        "undeliverable > mbahamonde@ministerio.example",
        "decision-recorded > tzepeda@maule.seremi.example",
        "approval-request > balcaino@ministerio.example",
        "decision-recorded > balcaino@ministerio.example",
        "rejected > isaavedra@maule.seremi.example",
        "rejected > tzepeda@maule.seremi.example",
    ]);
    town.settles();
}

/// The same with a code that says of the mailbox only that something is wrong with it (RFC 3463,
/// section 3.3): nothing more will be tried by the server, so somebody else is asked, and the
/// desk's people learn the code.
#[test]
fn a_late_refusal_without_a_reason_leads_to_the_substitute_too() {
    let town = with_manager_at(FROZEN_ADDRESS);
    let life = Life::begin(&town, memorandum(&town));
    life.gets(ISIDORA, "Solicitud recibida");
    let told = life.gets("vosorio@ministerio.example", "Correo no entregado");
    for word in [FROZEN_ADDRESS, "5.2.0"] {
        assert!(told.flat().contains(word), "{word}: {}", told.text);
    }
    let asked = life.gets(TOMAS, "Se solicita su aprobación");
    life.answers(TOMAS, &asked, "Rechazo: falta la cartola.");
    life.gets(TOMAS, "Rechazo registrado");
    life.gets(ISIDORA, "Solicitud rechazada");
    town.settles();
}

/// Dovecot's Sieve answers for her; what it says is no answer.
#[test]
fn a_vacation_reply_leads_to_the_substitute_and_never_counts() {
    let diego = "dfuenzalida@ministerio.example";
    let town = Town::start();
    town.host.vacation(
        BEATRIZ,
        "Me encuentro fuera de la oficina con feriado legal. Apruebo lo pendiente a mi regreso.",
    );
    let text = letters::technical_report("Informe Técnico de Avance N° 3");
    let first = Draft::new(&town, TOMAS, "Desaprobación de informe técnico", &text);
    let life = Life::begin(&town, first);
    life.gets(TOMAS, "Solicitud recibida");
    life.gets(BEATRIZ, "Se solicita su aprobación");
    let asked = life.gets(diego, "Se solicita su aprobación");
    assert!(
        asked
            .flat()
            .contains("en reemplazo de Beatriz Alcaíno Rosas"),
        "{}",
        asked.text
    );
    assert_eq!(
        life.request().approvals,
        [],
        "a vacation reply approved something"
    );
    life.answers(diego, &asked, "Apruebo");
    life.gets(diego, "Aprobación registrada");
    life.gets(BEATRIZ, "Aprobada por otra persona");
    let order = life.gets("equipo.sigec@ministerio.example", "Trabajo por realizar");
    life.answers("rlillo@ministerio.example", &order, "Listo");
    life.gets(TOMAS, "Solicitud resuelta");
    life.was_told(&[
        "approval-request > balcaino@ministerio.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "approval-request > dfuenzalida@ministerio.example",
        "decision-moved > tzepeda@maule.seremi.example",
        "decision-recorded > dfuenzalida@ministerio.example",
        "already-answered > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "resolution > tzepeda@maule.seremi.example",
        "resolution > dfuenzalida@ministerio.example",
    ]);
    town.settles();
}
