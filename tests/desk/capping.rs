//! What others can cause without end comes to an end, and nothing that somebody must act on is lost
//! by it: it waits for the morning, gathered in one mail.

use chrono::TimeDelta;

use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, at, memorandum};

const TEAM: &str = "equipo.sigec@ministerio.example";

fn begun() -> Stage {
    let mut stage = Stage::with(|office| office.desk.limits.mails_per_address_and_day = 1_000);
    let report = memorandum("Informe N° 1");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    stage.drain();
    stage
}

/// Somebody answers a mail of ours, named by its Message-ID.
fn replies(stage: &mut Stage, from: &str, to: &str, text: &str) {
    let number = stage.column("SELECT count(*) || '' FROM inputs").remove(0);
    let own = format!("Message-ID: <reply{number}@ministerio.example>");
    let line = format!("In-Reply-To: <{to}>");
    stage.delivers(&[&own, &line], from, "Re: Solicitud", text);
    stage.drain();
}

fn last(stage: &Stage, message: &str, to: &str) -> String {
    let sql = format!(
        "SELECT message_id FROM notices WHERE message = '{message}' AND address = '{to}'
         ORDER BY id DESC LIMIT 1"
    );
    stage.column(&sql).remove(0)
}

/// Message-IDs of what went to somebody, in order.
fn all_to(stage: &Stage, address: &str) -> Vec<String> {
    let sql = "SELECT message_id FROM notices WHERE state = 'sent' AND address = ";
    stage.column(&format!("{sql}'{address}' ORDER BY id"))
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn words_beyond_the_share_come_in_one_mail_the_next_morning() {
    let mut stage = begun();
    let mine = last(&stage, "acknowledgement", TOMAS);
    for n in 1..=14 {
        let text = format!("Les cuento que hoy llamé a la municipalidad, llamada {n}.\n");
        replies(&mut stage, TOMAS, &mine, &text);
    }
    assert_eq!(stage.told("comment").len(), 8);
    // One mail waits, and holds the words of the other six.
    stage.set(at(6, 9));
    stage.drain();
    let comments = stage.sent("comment");
    assert_eq!(comments.len(), 9);
    let gathered = flat(&comments[8].text);
    for n in 9..=14 {
        assert!(gathered.contains(&format!("llamada {n}.")), "{gathered}");
    }
    // The answer to it counts: it asks what the others asked.
    let asked = last(&stage, "comment", BEATRIZ);
    replies(&mut stage, BEATRIZ, &asked, "Apruebo\n");
    assert_eq!(
        stage.column("SELECT state FROM requests"),
        ["awaiting-work"]
    );
    // The desk's people were told of it, once.
    assert_eq!(stage.told("attention"), OPERATORS);
}

/// The approver's mailbox answers every mail with "Apruebo", for two weeks.
#[test]
fn a_rule_that_approves_everything_is_stopped_and_told_once() {
    let mut stage = begun();
    let mut answered = 0;
    for hour in (0..24 * 14).step_by(6) {
        stage.set(at(5, 10) + TimeDelta::hours(hour));
        stage.drain();
        for _ in 0..30 {
            let fresh: Vec<String> = all_to(&stage, BEATRIZ).split_off(answered);
            if fresh.is_empty() {
                break;
            }
            answered += fresh.len();
            for id in fresh {
                replies(&mut stage, BEATRIZ, &id, "Apruebo\n");
            }
        }
    }
    let told = stage.told("answer-not-counted").len();
    assert!((5..=11).contains(&told), "{told}");
    let flood = stage.sent("attention");
    let flood = flood.iter().filter(|m| m.text.contains("regla automática"));
    let told: Vec<&str> = flood.map(|m| m.address.as_str()).collect();
    assert_eq!(
        told,
        [
            "vosorio@ministerio.example",
            "mbahamonde@ministerio.example"
        ]
    );
    assert!(answered < 30, "{answered} mails to a machine");
}

#[test]
fn openings_in_one_name_that_nothing_proves_are_capped_parked_and_told_once() {
    let mut stage = begun();
    for n in 2..=20 {
        let report = memorandum(&format!("Informe N° {n}"));
        stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    }
    stage.drain();
    assert_eq!(stage.column("SELECT number FROM requests").len(), 15);
    let parked = "SELECT reason FROM inputs WHERE state = 'parked'";
    assert_eq!(stage.column(parked), ["too-many-unconfirmed"; 5]);
    assert_eq!(stage.told("triage"), OPERATORS);
    assert_eq!(stage.told("triage-received"), [TOMAS]);
    // One of the desk places the first by answering; the rest stand in the digest.
    let triage = last(&stage, "triage", OPERATORS[1]);
    let words = flat(&stage.sent("triage")[0].text);
    assert!(
        words.contains("demasiadas solicitudes a su nombre"),
        "{words}"
    );
    let mut procedures = stage.world().office.procedures.iter();
    let place = procedures.position(|p| p.id.as_str() == "technical-report-disapproval");
    let number = place.unwrap() + 1;
    replies(
        &mut stage,
        OPERATORS[1],
        &triage,
        &format!("tipo {number}\n"),
    );
    assert_eq!(stage.column("SELECT number FROM requests").len(), 16);
    stage.set(at(6, 9));
    stage.drain();
    let digest = flat(&stage.sent("digest")[0].text);
    assert!(digest.contains("Correos por revisar: 4."), "{digest}");
    assert_eq!(
        digest.matches("sin que nada pruebe que son suyas").count(),
        4,
        "{digest}"
    );
    // Another day, another share.
    stage.set(at(7, 11));
    let report = memorandum("Informe N° 30");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    stage.drain();
    assert_eq!(stage.column("SELECT number FROM requests").len(), 17);
}

#[test]
fn what_somebody_must_act_on_waits_at_most_and_goes_out() {
    let mut stage = Stage::with(|office| office.desk.limits.mails_per_address_and_day = 2);
    for n in 1..=9 {
        let report = memorandum(&format!("Informe N° {n}"));
        stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    }
    stage.drain();
    // Thrice the share of the day for what asks something.
    assert_eq!(stage.told("approval-request").len(), 6);
    stage.set(at(6, 9));
    stage.drain();
    assert_eq!(stage.told("approval-request"), [BEATRIZ; 9]);
    let digest = flat(&stage.sent("digest")[0].text);
    assert!(digest.contains("ya recibió los del día:"), "{digest}");
    let lost = "SELECT message FROM notices WHERE state = 'failed'";
    assert!(stage.column(lost).is_empty());
    assert!(
        stage.told("work-order").is_empty(),
        "{TEAM} has nothing yet"
    );
}

#[test]
fn the_digest_names_addresses_of_the_desk_and_confirmations_that_are_open() {
    let mut stage = begun();
    // By the subject's tag alone: confirmed first, by a new mail.
    let subject = format!("Re: [{}]", stage.column("SELECT number FROM requests")[0]);
    stage.writes(BEATRIZ, &subject, "Apruebo\n");
    stage.drain();
    assert_eq!(stage.told("decision-confirmation"), [BEATRIZ]);
    stage.writes("vecino@otra.example", "Consulta", "¿Qué horario tienen?\n");
    stage.drain();
    let triage = last(&stage, "triage", OPERATORS[0]);
    let report = format!(
        "From: <MAILER-DAEMON@ministerio.example>\r\nTo: <mesa@sigec.example>\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce@ministerio.example>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n--b\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.ministerio.example\r\n\
         \r\nFinal-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\n\
         Content-Type: message/rfc822\r\n\r\nMessage-ID: <{triage}>\r\n\
         From: <mesa@sigec.example>\r\nSubject: Consulta\r\n\r\nx\r\n--b--\r\n",
        OPERATORS[0]
    );
    stage.drops(report.as_bytes());
    stage.drain();
    stage.set(at(6, 9));
    stage.drain();
    let digest = flat(&stage.sent("digest")[0].text);
    for words in [
        "vecino@otra.example: Consulta (no se reconoce cuál de los procedimientos pide)",
        "SIGEC-2026-000001: Beatriz Alcaíno Rosas, pedida el 05-10-2026 10:00",
        "mbahamonde@ministerio.example (5.1.1)",
    ] {
        assert!(digest.contains(words), "{words}: {digest}");
    }
    // What is confirmed is listed no more.
    let asked = last(&stage, "decision-confirmation", BEATRIZ);
    replies(&mut stage, BEATRIZ, &asked, "Apruebo\n");
    stage.set(at(7, 9));
    stage.drain();
    let digest = flat(&stage.sent("digest").last().unwrap().text);
    assert!(!digest.contains("Confirmaciones"), "{digest}");
}

/// A mail that waits takes up what comes after it, but not once it is being made: what it takes up
/// then would not be in what goes out.
#[test]
fn what_comes_while_a_waiting_mail_is_being_made_waits_by_itself() {
    let held = "SELECT body FROM notices WHERE last_reply LIKE 'held back%' ORDER BY id";
    for (tries, expected) in [(0, 1), (1, 2)] {
        let mut stage = begun();
        let number = stage.column("SELECT number FROM requests")[0].clone();
        let mut n = 0;
        while stage.column(held).is_empty() {
            n += 1;
            assert!(n < 50, "nothing is held back");
            let subject = format!("Re: [{number}] {n}");
            stage.writes("vecina@otra.example", &subject, "Apruebo lo pedido.\n");
            stage.writes(BEATRIZ, &subject, "Apruebo\n");
            stage.drain();
        }
        let first = stage.column(held)[0].clone();
        stage.damage(&format!(
            "UPDATE notices SET tries = {tries} WHERE last_reply LIKE 'held back%'"
        ));
        stage.writes(BEATRIZ, &format!("Re: [{number}] otra"), "Rechazo\n");
        stage.drain();
        let now = stage.column(held);
        assert_eq!(now.len(), expected, "{tries}");
        assert_eq!(now[0] == first, tries == 1, "{tries}");
    }
}
