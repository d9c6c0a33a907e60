//! Rules that need a whole letter. The tables of sentences are in `tests/reading/decisions.rs`.

use super::*;
use crate::mail::{Address, SenderAuthentication};

fn letter(subject: &str, text: &str) -> Letter {
    Letter {
        message_id: None,
        in_reply_to: vec![],
        references: vec![],
        from: Some(Address {
            address: "ana@oficina.example".into(),
            name: "Ana".into(),
        }),
        to: vec![],
        cc: vec![],
        subject: subject.into(),
        date: None,
        origin: Origin::Person,
        origin_evidence: String::new(),
        authentication: SenderAuthentication::NotStamped,
        authentication_words: String::new(),
        text: text.into(),
        full_text: text.into(),
        other_form: None,
        tables: vec![],
        forwarded: vec![],
        attachments: vec![],
        tokens: vec![],
        numbers: vec![],
        defects: vec![],
    }
}

const SUBJECT: &str =
    "RE: [SIGEC-2026-000009] Solicitud de aprobación: Desaprobación de rendiciones";

fn kind(subject: &str, text: &str) -> Option<DecisionKind> {
    decide(&letter(subject, text), RoleOfSender::Approver).map(|d| d.kind)
}

#[test]
fn a_subject_decides_where_the_body_does_not() {
    use DecisionKind::{Approve, Conditional, Question, Reject, Unclear};
    for (subject, text, expected) in [
        ("Rechazo RE: [SIGEC-2026-000009] Solicitud", "", Reject),
        ("APRUEBO - RE: [SIGEC-2026-000009] Solicitud", "", Approve),
        ("Aprobado RE: Solicitud", "Gracias\nSaludos", Approve),
        ("Aprobado RE: Solicitud", "No apruebo", Unclear),
        (
            "Aprobado RE: Solicitud",
            "Siempre que llegue el acta",
            Unclear,
        ),
        ("Apruebo si llega el acta RE: Solicitud", "", Conditional),
        ("¿Apruebo? RE: Solicitud", "", Question),
        (SUBJECT, "Apruebo", Approve),
        (SUBJECT, "Gracias", Unclear),
    ] {
        let kind = kind(subject, text);
        let safe = kind != Some(Approve) || expected == Approve;
        assert!(
            safe && (kind == Some(expected)),
            "{subject} / {text}: {kind:?}"
        );
    }
}

#[test]
fn a_reason_stands_where_it_says() {
    let text = "Estimados:\n\nRechazo: el memorándum viene sin la firma\ndel alcalde.\n\nSaludos";
    let got = decide(&letter(SUBJECT, text), RoleOfSender::Approver).unwrap();
    assert_eq!(
        got.reason.as_deref(),
        Some("el memorándum viene sin la firma del alcalde")
    );
    assert_eq!(
        &text[got.reason_at.unwrap()],
        "el memorándum viene sin la firma\ndel alcalde"
    );
    assert_eq!(got.evidence.line, 3);
}

#[test]
fn courtesies_say_nothing() {
    for text in [
        "Muchas gracias!",
        "Recibido, gracias",
        "Ok",
        "Gracias.\n\nSaludos",
        "👍",
        "",
        "Acuso recibo",
    ] {
        assert!(is_courtesy(text), "{text} {:?}", text::sentences(text));
    }
    for text in [
        "Gracias, el RUT es 11.111.111-1",
        "Rechazo",
        "Listo, adjunto el formulario",
    ] {
        assert!(!is_courtesy(text), "{text}");
    }
}
