//! Every mail ever seen, or sent, can be found.

use crate::mesad;
use crate::stage::{BEATRIZ, Stage, TOMAS, memorandum};

const SUBJECT: &str = "Desaprobación de informe técnico";

#[test]
fn a_mail_is_found_with_all_that_came_of_it() {
    let mut stage = Stage::begin();
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 1"));
    stage.drain();
    let asked = stage.column(
        "SELECT message_id FROM notices WHERE message = 'approval-request' AND state = 'sent'",
    );
    let reply = format!("In-Reply-To: <{}>", asked[0]);
    stage.delivers(
        &["Message-ID: <si@ministerio.example>", &reply],
        BEATRIZ,
        "Re: Solicitud",
        "Apruebo\n",
    );
    stage.drain();

    let (found, text) = mesad(&stage, &["trace", "<mail0@maule.example>"]);
    assert!(found, "{text}");
    for words in [
        "mail:1",
        "UIDVALIDITY 1, UID ",
        "tries 1",
        "SHA-256 ",
        "whole kept",
        "Origin         person",
        "Judged         2026-10-05",
        "SIGEC-2026-000001: opened",
        "Belongs to     SIGEC-2026-000001",
        "acknowledgement to tzepeda@maule.seremi.example about SIGEC-2026-000001",
        "approval-request to balcaino@ministerio.example",
        "sent 2026-10-05 10:00:00, tries 1",
        "answered by mail:2",
        "folder done, UIDVALIDITY 1, UID ",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }

    let (found, text) = mesad(&stage, &["trace", "si@ministerio.example"]);
    assert!(found, "{text}");
    for words in [
        "SIGEC-2026-000001: approved",
        "counts-by-message-id",
        &format!(
            "Answers        our approval-request about SIGEC-2026-000001  <{}>",
            asked[0]
        ),
        "work-order to ",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }

    // Our own: why, to whom, what the server said, who answered.
    let (found, text) = mesad(&stage, &["trace", &asked[0]]);
    assert!(found, "{text}");
    for words in [
        "Sent by us",
        "because of mail:1",
        "SHA-256",
        "answered by mail:2",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let (_, json) = mesad(&stage, &["trace", "mail:2", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mail = &json["received"][0];
    assert_eq!(mail["mail"], 2);
    assert_eq!(mail["origin"], "person");
    assert_eq!(mail["refers_to"][0]["message_id"], asked[0].as_str());
    assert_eq!(mail["lies"][0], "done");
    assert_eq!(mail["kept"], "whole");
}

#[test]
fn an_unknown_mail_is_said_so_with_what_to_try() {
    let mut stage = Stage::begin();
    stage.writes(TOMAS, "Consulta", "¿Me ayudan?\n");
    stage.drain();
    let (found, text) = mesad(&stage, &["trace", "<mail0>"]);
    assert!(!found);
    for words in [
        "no mail mail0 was ever seen",
        "perhaps one of these: <mail0@maule.example>",
        "mesad reconcile",
        "mail server's log",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
