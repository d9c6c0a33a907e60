//! Requests that cannot be woken.

use chrono::TimeDelta;
use mesad::desk::wake;

use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, at, memorandum};

#[test]
fn a_request_that_cannot_be_read_is_put_off_and_told_and_the_others_wake() {
    let mut stage = Stage::begin();
    for report in ["Informe N° 1", "Informe N° 2"] {
        stage.writes(
            TOMAS,
            "Desaprobación de informe técnico",
            &memorandum(report),
        );
    }
    stage.drain();
    assert_eq!(stage.told("approval-request"), [BEATRIZ, BEATRIZ]);
    stage.damage("UPDATE requests SET body = '{', wake_at = 1 WHERE id = 1");
    stage.set(at(14, 10));
    assert!(wake::turn(stage.world()).unwrap());
    while wake::turn(stage.world()).unwrap() {}
    let woken = stage.column("SELECT outcome FROM journal WHERE request = 2 ORDER BY id");
    assert!(woken.len() > 1, "{woken:?}");
    // Told once, however often it is tried.
    stage.set(at(14, 12));
    while wake::turn(stage.world()).unwrap() {}
    let told = "SELECT address FROM notices WHERE message = 'triage' ORDER BY address";
    assert_eq!(stage.column(told), OPERATORS);
    // The day at a glance shows it among the others.
    stage.set(at(15, 10));
    stage.drain();
    let digest = stage.sent("digest");
    assert_eq!(digest.len(), 2);
    assert!(digest[0].text.contains("000001") && digest[0].text.contains("000002"));
}

#[test]
fn a_request_that_would_be_woken_without_end_is_put_off_and_told() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.drain();
    stage.set(at(6, 13));
    while wake::turn(stage.world()).unwrap() {}
    // The step is over a little after the moment that its row can hold.
    stage.damage(
        "UPDATE requests SET
             body = json_set(body, '$.state.due', '2026-10-06T17:30:00.0000005Z')
         WHERE id = 1",
    );
    stage.set(at(6, 14));
    while wake::turn(stage.world()).unwrap() {}
    let journal = "SELECT outcome FROM journal WHERE request = 1 ORDER BY id";
    let before = stage.column(journal);
    stage.set(at(6, 14) + TimeDelta::minutes(30));
    let mut turns = 0;
    while wake::turn(stage.world()).unwrap() {
        turns += 1;
        assert!(turns < 20, "it does not come to rest");
    }
    assert_eq!(stage.column(journal), before);
    let told = "SELECT address FROM notices WHERE message = 'triage' ORDER BY address";
    assert_eq!(stage.column(told), OPERATORS);
    // An hour later the moment has come.
    stage.set(at(6, 16));
    while wake::turn(stage.world()).unwrap() {}
    assert_eq!(stage.column(journal).last().unwrap(), "overdue");
}

/// The server took it, and reports for good that it did not arrive: whoever asked would wait for
/// ever, so the desk's people hear of it.
#[test]
fn an_ending_that_does_not_arrive_is_told_to_the_desk() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.drain();
    let id = |stage: &Stage, message: &str| {
        let sql = "SELECT message_id FROM notices WHERE message = ";
        stage.column(&format!("{sql}'{message}'")).remove(0)
    };
    let asked = format!("In-Reply-To: <{}>", id(&stage, "approval-request"));
    let lines = ["Message-ID: <no@ministerio.example>", &asked];
    stage.delivers(
        &lines,
        BEATRIZ,
        "Re: Solicitud",
        "Rechazo: falta el anexo.\n",
    );
    stage.drain();
    assert_eq!(stage.column("SELECT state FROM requests"), ["closed"]);
    assert_eq!(stage.told("rejected"), [TOMAS]);
    let report = format!(
        "From: <MAILER-DAEMON@ministerio.example>\r\nTo: <mesa@sigec.example>\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce@ministerio.example>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nThe mailbox takes nothing\r\n--b\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.ministerio.example\r\n\
         \r\nFinal-Recipient: rfc822; {TOMAS}\r\nAction: failed\r\nStatus: 5.2.0\r\n--b\r\n\
         Content-Type: message/rfc822\r\n\r\nMessage-ID: <{}>\r\n\
         From: <mesa@sigec.example>\r\nSubject: Rechazada\r\n\r\nx\r\n--b--\r\n",
        id(&stage, "rejected")
    );
    stage.drops(report.as_bytes());
    stage.drain();
    assert_eq!(stage.told("undeliverable"), OPERATORS);
    let told = stage.sent("undeliverable")[0].text.clone();
    assert!(told.contains(TOMAS) && told.contains("5.2.0"), "{told}");
    assert_eq!(stage.column("SELECT state FROM requests"), ["closed"]);
}
