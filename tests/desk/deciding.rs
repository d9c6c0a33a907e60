//! What approvers write beside "apruebo": it was not them, somebody else sees to it, they are away,
//! they have left. And what time brings while nobody answers.

use chrono::{DateTime, TimeDelta, Utc};
use mesad::office::{Grant, PersonId, RoleId};

use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, at, memorandum};

const DIEGO: &str = "dfuenzalida@ministerio.example";
const TEAM: &str = "equipo.sigec@ministerio.example";
const ESCALATION: &str = "amonje@ministerio.example";

fn asked() -> Stage {
    let mut stage = Stage::begin();
    let report = memorandum("Informe N° 1");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    stage.drain();
    stage
}

/// The last mail of a kind to somebody is answered: lines of the header, text.
fn answers(stage: &mut Stage, from: &str, message: &str, lines: &[&str], text: &str) {
    let sql = format!(
        "SELECT message_id FROM notices WHERE message = '{message}' AND address = '{from}'
         ORDER BY id DESC LIMIT 1"
    );
    let id = stage.column(&sql).remove(0);
    let number = stage.column("SELECT count(*) || '' FROM inputs").remove(0);
    let own = format!("Message-ID: <answer{number}@ministerio.example>");
    let to = format!("In-Reply-To: <{id}>");
    let mut all = vec![own.as_str(), to.as_str()];
    all.extend(lines);
    stage.delivers(&all, from, "Re: Solicitud", text);
    stage.drain();
}

/// A text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn state(stage: &Stage) -> String {
    stage.column("SELECT state FROM requests").remove(0)
}

fn outcomes(stage: &Stage) -> Vec<String> {
    stage.column("SELECT outcome FROM journal WHERE request IS NOT NULL ORDER BY id")
}

#[test]
fn no_fui_yo_in_answer_to_the_receipt_stops_the_work_and_asks_anew() {
    let mut stage = asked();
    answers(&mut stage, BEATRIZ, "approval-request", &[], "Apruebo\n");
    assert_eq!(state(&stage), "awaiting-work");
    let receipt = stage.sent("decision-recorded").remove(0);
    assert!(receipt.text.contains("«No fui yo»"), "{}", receipt.text);
    let objection = "Estimados: yo no aprobé esto, ayer estuve con licencia.\n";
    answers(&mut stage, BEATRIZ, "decision-recorded", &[], objection);
    assert_eq!(state(&stage), "awaiting-approval");
    assert_eq!(stage.told("decision-repudiated"), [BEATRIZ, TEAM, TOMAS]);
    assert_eq!(stage.told("attention"), OPERATORS);
    assert_eq!(stage.told("approval-request"), [BEATRIZ, BEATRIZ]);
    // The work order and the first request for approval have lost their force.
    answers(&mut stage, TEAM, "work-order", &[], "Listo\n");
    assert_eq!(state(&stage), "awaiting-approval");
    assert_eq!(stage.told("attention").len(), 4);
    let first = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    let to = format!("In-Reply-To: <{}>", first[0]);
    let lines = ["Message-ID: <old@ministerio.example>", to.as_str()];
    stage.delivers(&lines, BEATRIZ, "Re: Solicitud", "Apruebo\n");
    stage.drain();
    assert_eq!(state(&stage), "awaiting-approval");
    answers(&mut stage, BEATRIZ, "approval-request", &[], "Apruebo\n");
    assert_eq!(state(&stage), "awaiting-work");
}

#[test]
fn a_tag_alone_stops_nothing_but_is_told() {
    let mut stage = asked();
    answers(&mut stage, BEATRIZ, "approval-request", &[], "Apruebo\n");
    let subject = format!("Re: [{}]", stage.column("SELECT number FROM requests")[0]);
    stage.writes(BEATRIZ, &subject, "No fui yo.\n");
    stage.drain();
    assert_eq!(state(&stage), "awaiting-work");
    assert_eq!(stage.told("attention"), OPERATORS);
    assert_eq!(stage.told("decision-confirmation"), [BEATRIZ]);
    answers(
        &mut stage,
        BEATRIZ,
        "decision-confirmation",
        &[],
        "No fui yo\n",
    );
    assert_eq!(state(&stage), "awaiting-approval");
    // Somebody else's word for it is a comment.
    stage.writes(DIEGO, &subject, "No fui yo.\n");
    stage.drain();
    assert_eq!(outcomes(&stage).last().unwrap(), "commented");
}

#[test]
fn delegation_follows_the_directory_and_not_the_mail() {
    let mut stage = asked();
    let text = "Eso lo ve ahora Pilar Sotomayor.\n";
    answers(&mut stage, BEATRIZ, "approval-request", &[], text);
    assert_eq!(stage.told("attention"), OPERATORS);
    let text = "Ya no soy la encargada, esto lo ve ahora Diego Fuenzalida.\n";
    answers(&mut stage, BEATRIZ, "approval-request", &[], text);
    assert_eq!(stage.told("approval-request"), [BEATRIZ, DIEGO]);
    assert_eq!(stage.told("decision-moved"), [BEATRIZ, TOMAS]);
    answers(&mut stage, DIEGO, "approval-request", &[], "Apruebo\n");
    assert_eq!(state(&stage), "awaiting-work");
    let order = flat(&stage.sent("work-order").remove(0).text);
    let shown =
        "Diego Fuenzalida Ramos por Beatriz Alcaíno Rosas (subrogante, así lo indicó Beatriz";
    assert!(order.contains(shown), "{order}");
}

#[test]
fn who_is_back_in_time_is_waited_for_and_who_is_not_is_stood_in_for() {
    let auto = [
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
    ];
    let mut stage = asked();
    let text = "Estoy fuera de la oficina hasta el 5 de octubre de 2026.\n";
    answers(&mut stage, BEATRIZ, "approval-request", &auto, text);
    assert_eq!(outcomes(&stage).last().unwrap(), "absence-awaited");
    assert_eq!(stage.told("approval-request"), [BEATRIZ]);
    let told = flat(&stage.sent("decision-moved").remove(0).text);
    assert!(
        told.contains("hasta el lunes 5 de octubre de 2026"),
        "{told}"
    );
    let text = "Estaré fuera de la oficina hasta el 20 de octubre de 2026.\n";
    answers(&mut stage, BEATRIZ, "approval-request", &auto, text);
    assert_eq!(stage.told("approval-request"), [BEATRIZ, DIEGO]);
}

#[test]
fn somebody_who_has_left_is_for_the_desk_s_people_and_the_directory() {
    let mut stage = asked();
    let text = "Estimados: la señora Beatriz Alcaíno ya no trabaja en este servicio.\n";
    answers(&mut stage, BEATRIZ, "approval-request", &[], text);
    assert_eq!(stage.told("attention"), OPERATORS);
    assert_eq!(state(&stage), "awaiting-approval");
    // The directory of the next morning knows who holds the post.
    let role = RoleId("programme-manager".into());
    let office = std::sync::Arc::make_mut(&mut stage.work.world.office);
    for person in &mut office.directory.people {
        if person.id == PersonId("beatriz-alcaino".into()) {
            person.roles.clear();
        }
        if person.id == PersonId("pilar-sotomayor".into()) {
            person.roles.push(Grant {
                role: role.clone(),
                region: None,
                programme: Some("Programa Familias".into()),
            });
        }
    }
    stage.set(at(6, 9));
    stage.drain();
    let pilar = "psotomayor@ministerio.example";
    assert_eq!(stage.told("approval-request"), [BEATRIZ, pilar]);
}

/// Two weeks in which nobody answers, looked at every hour, nights and holidays too.
#[test]
fn reminders_come_in_office_hours_and_never_in_a_flood() {
    let mut stage = asked();
    let mut seen = stage.column("SELECT id || '' FROM notices").len();
    let mut a_day: Vec<(DateTime<Utc>, usize)> = vec![];
    for hour in 0..24 * 14 {
        let now = at(5, 11) + TimeDelta::hours(hour);
        stage.set(now);
        stage.drain();
        let all = stage.column(
            "SELECT message || ' ' || address FROM notices WHERE state = 'sent' ORDER BY id",
        );
        let new = all.len() - seen;
        seen = all.len();
        if new > 0 {
            let office = &stage.work.world.office;
            let closed = !office.calendar.is_open(now - TimeDelta::hours(1), None)
                && !office.calendar.is_open(now, None);
            assert!(!closed, "{now}: {:?}", &all[all.len() - new..]);
            a_day.push((now, new));
        }
    }
    let of = |message: &str| stage.told(message);
    assert_eq!(of("step-overdue"), [ESCALATION]);
    assert_eq!(of("breach"), [ESCALATION]);
    // At a half, then every three working days: 9, 15 and (holiday on the 12th) no more by the 19th.
    assert_eq!(of("approval-reminder"), [BEATRIZ, BEATRIZ, BEATRIZ]);
    assert_eq!(state(&stage), "awaiting-approval");
    // Looks that find nothing leave no trace.
    let looks = outcomes(&stage).into_iter().filter(|o| o == "nothing");
    assert_eq!(looks.count(), 0);
}

/// Found by the simulation: "Motivos: … no corresponde …" was taken for "no es mío", and the request
/// was closed.
#[test]
fn a_value_that_is_asked_for_decides_nothing() {
    let mut stage = Stage::begin();
    let whole = memorandum("Informe N° 1");
    let lines = whole.lines().filter(|line| !line.starts_with("Motivos:"));
    let text = lines.collect::<Vec<_>>().join("\n");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &text);
    stage.drain();
    assert_eq!(state(&stage), "awaiting-data");
    let value = "Motivos: El saldo inicial no corresponde a la cartola.\n";
    answers(&mut stage, TOMAS, "missing-data", &[], value);
    assert_eq!(state(&stage), "awaiting-approval");
    assert_eq!(outcomes(&stage).last().unwrap(), "data-taken");
}

/// A list, or a mailbox that several read, is asked: whoever of them answers is who decided, by name;
/// the others learn it there. Somebody who does not read it decides nothing with its mail in hand.
#[test]
fn a_mailbox_of_several_is_asked_and_whoever_of_them_answers_decided() {
    let mut stage = Stage::with(|office| {
        let people = &mut office.directory.people;
        let hers = people.iter_mut().find(|p| p.id.0 == "beatriz-alcaino");
        let grants = std::mem::take(&mut hers.unwrap().roles);
        let team = people.iter_mut().find(|p| p.id.0 == "equipo-sigec");
        team.unwrap().roles.extend(grants);
    });
    let report = memorandum("Informe N° 1");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    stage.drain();
    assert_eq!(stage.told("approval-request"), [TEAM]);
    let asked = "SELECT message_id FROM notices WHERE message = 'approval-request'";
    let id = stage.column(asked).remove(0);
    let line = format!("In-Reply-To: <{id}>");
    for (n, from) in [BEATRIZ, TOMAS, "rlillo@ministerio.example"]
        .iter()
        .enumerate()
    {
        assert_eq!(state(&stage), "awaiting-approval");
        let own = format!("Message-ID: <answer{n}@ministerio.example>");
        stage.delivers(&[&own, &line], from, "RE: Solicitud", "Apruebo.\n");
        stage.drain();
    }
    assert_eq!(state(&stage), "awaiting-work");
    let by = "SELECT json_extract(body, '$.approvals[0].by.person') FROM requests";
    assert_eq!(stage.column(by), ["rocio-lillo"]);
    assert_eq!(
        stage.told("decision-recorded"),
        ["rlillo@ministerio.example"]
    );
    assert_eq!(stage.told("already-answered"), [TEAM]);
}
