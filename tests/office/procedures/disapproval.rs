//! Lives of the procedures that disapprove.

use super::{
    APPROVAL, BEATRIZ, DONE, LORENA, RECEIVED, RECORDED, ROCIO, TOMAS, VALENTINA, approves,
    team_does,
};
use crate::letters;
use crate::life::Life;
use crate::support::letterbox::{Draft, Mail};
use crate::support::town::Town;

/// The region, then the programme.
pub fn rendition_disapproval_standard(town: &Town) {
    let subject = "Desaprobación de rendición marzo";
    let first = Draft::new(town, TOMAS, subject, letters::STANDARD_RENDITION);
    let life = Life::begin(town, first);
    let received = life.gets(TOMAS, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    assert!(
        received
            .flat()
            .contains("debe aprobarla Lorena Cortés Aravena"),
        "{}",
        received.text
    );
    approves(&life, 0, LORENA, LORENA, "Apruebo.");
    let second = approves(&life, 1, BEATRIZ, BEATRIZ, "Apruebo la solicitud.");
    assert!(
        second
            .flat()
            .contains("Aprobaciones recibidas: - Lorena Cortés Aravena"),
        "{}",
        second.text
    );
    team_does(&life, ROCIO, "Listo, la rendición quedó en borrador.");
    for address in [TOMAS, LORENA, BEATRIZ] {
        life.gets(address, DONE);
    }
    life.was_told(&[
        "approval-request > lcortes@maule.seremi.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "decision-recorded > lcortes@maule.seremi.example",
        "approval-request > balcaino@ministerio.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "resolution > tzepeda@maule.seremi.example",
        "resolution > lcortes@maule.seremi.example",
        "resolution > balcaino@ministerio.example",
    ]);
}

/// Administration and finance, one of whose people presses the button of the mail; then the
/// programme.
pub fn rendition_disapproval_national(town: &Town) {
    let (daf, hugo) = ("daf@ministerio.example", "hmarambio@ministerio.example");
    let subject = "Desaprobación de rendición, convenio nacional";
    let life = Life::begin(
        town,
        Draft::new(town, TOMAS, subject, letters::NATIONAL_RENDITION),
    );
    life.gets(TOMAS, RECEIVED);
    let asked = life.gets(daf, APPROVAL);
    life.step_is_due(&asked, 0);
    life.sends(pressed(town, hugo, &asked, "Apruebo"));
    life.gets(hugo, RECORDED);
    approves(&life, 1, BEATRIZ, BEATRIZ, "Sí, autorizo.");
    team_does(&life, VALENTINA, "Hecho.");
    life.gets(TOMAS, DONE);
    life.was_told(&[
        "approval-request > daf@ministerio.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "decision-recorded > hmarambio@ministerio.example",
        "already-answered > daf@ministerio.example",
        "approval-request > balcaino@ministerio.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "resolution > tzepeda@maule.seremi.example",
        "resolution > hmarambio@ministerio.example",
        "resolution > balcaino@ministerio.example",
    ]);
}

/// The mail that a button of ours has ready: address, subject and text of its `mailto:` link.
fn pressed(town: &Town, from: &str, mail: &Mail, button: &str) -> Draft {
    let html = mail
        .html
        .replace("&amp;", "&")
        .replace("&#x2f;", "/")
        .replace("&#x3d;", "=");
    let links = html
        .match_indices("href=\"mailto:")
        .map(|(at, found)| &html[at + found.len()..]);
    let links = links.map(|rest| rest.split('"').next().unwrap());
    let decoded = |text: &str| percent_decoded(text);
    for link in links {
        let (to, query) = link.split_once('?').unwrap();
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| decoded(value))
        };
        let body = value("body").unwrap_or_default();
        if body.starts_with(button) {
            let subject = value("subject").unwrap_or_default();
            let mut draft = Draft::new(town, from, &subject, &body.replace("\r\n", "\n"));
            draft.to = decoded(to);
            return draft;
        }
    }
    panic!("no button {button} in {}", mail.html);
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = vec![];
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%' {
            let digits = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

pub fn technical_report_disapproval(town: &Town) {
    let text = letters::technical_report("Informe Técnico de Avance N° 2");
    let first = Draft::new(town, TOMAS, "Desaprobación de informe técnico", &text);
    let life = Life::begin(town, first);
    let received = life.gets(TOMAS, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    approves(&life, 0, BEATRIZ, BEATRIZ, "Apruebo");
    team_does(&life, ROCIO, "Listo");
    life.gets(TOMAS, DONE);
    life.gets(BEATRIZ, DONE);
    life.was_told(&[
        "approval-request > balcaino@ministerio.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "resolution > tzepeda@maule.seremi.example",
        "resolution > balcaino@ministerio.example",
    ]);
}
