//! Mails that landed in the wrong conversation.

use super::{begun, count, ended, first, id_of, number, replies, state, token_of};
use crate::stage::{BEATRIZ, Stage, TOMAS, memorandum};

/// W1: a stranger with the number in the subject is no part of the request.
/// https://github.com/zammad/zammad/issues/5064, https://github.com/zammad/zammad/issues/2444
#[test]
fn w1_a_strangers_number_leads_nowhere() {
    let mut stage = begun();
    let subject = format!("RE: [{}] Informe", number(&stage));
    stage.writes("alguien@otra.example", &subject, "Apruebo.\n");
    stage.drain();
    assert_eq!(stage.reasons()[1], "unclassified");
    assert_eq!(count(&stage, "journal"), "1");
    assert!(stage.told("comment").is_empty());
}

/// W2: the same subject of five people is five matters.
/// https://github.com/osTicket/osTicket/issues/3607
#[test]
fn w2_equal_subjects_are_different_matters() {
    let mut stage = Stage::begin();
    for report in 1..6 {
        first(&mut stage, &format!("<n{report}@maule.example>"), report);
    }
    stage.drain();
    assert_eq!(count(&stage, "requests"), "5");
}

/// W3: a forwarded memorandum is a new request, with "RV:", "WG:" or no mark.
/// https://github.com/zammad/zammad/issues/4965, https://github.com/zammad/zammad/issues/5287
#[test]
fn w3_a_forwarded_memorandum_is_no_follow_up() {
    for mark in ["RV: ", "Rv: ", "Enc: ", "WG: ", "Fwd: ", ""] {
        let mut stage = begun();
        ended(&mut stage);
        let old = id_of(&stage, "resolution");
        let text = memorandum("Informe N° 8");
        replies(
            &mut stage,
            TOMAS,
            &old,
            &format!("{mark}Informe técnico"),
            &text,
        );
        assert_eq!(count(&stage, "requests"), "2", "{mark:?}");
    }
}

/// W4: a relay writes another Message-ID on our mail; the token finds its way.
/// https://github.com/osTicket/osTicket/issues/4268, https://github.com/chatmail/core/pull/2250,
/// https://github.com/freescout-help-desk/freescout/issues/5620
/// W5: so it does without In-Reply-To. https://github.com/frappe/helpdesk/pull/3638
#[test]
fn w4_w5_the_token_finds_its_way_without_the_message_id() {
    for lines in [vec!["In-Reply-To: <0100018f@relay.example>"], vec![]] {
        let mut stage = begun();
        let quoted = format!(
            "> Estimada Beatriz:\n> [ref:{}]\n",
            token_of(&stage, "approval-request")
        );
        let text = format!("Apruebo.\n\nEl 5 de octubre de 2026 Mesa de Ayuda escribió:\n{quoted}");
        stage.delivers(&lines, BEATRIZ, "RE: Informe", &text);
        stage.drain();
        assert_eq!(state(&stage), "awaiting-work");
    }
}

/// W6: a signed reply, and a folded subject, are understood.
/// https://github.com/django-helpdesk/django-helpdesk/issues/756,
/// https://github.com/django-helpdesk/django-helpdesk/issues/1279
#[test]
fn w6_a_signed_reply_with_a_folded_subject_counts() {
    let mut stage = begun();
    let asked = id_of(&stage, "approval-request");
    let mail = format!(
        "From: <{BEATRIZ}>\r\nTo: <mesa@sigec.example>\r\nMessage-ID: <pgp@ministerio.example>\r\n\
         Subject: RE:\r\n [{}]\r\n Informe\r\nIn-Reply-To:\r\n <{asked}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nApruebo.\r\n--b\r\n\
         Content-Type: application/pgp-signature; name=\"signature.asc\"\r\n\r\n\
         -----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n--b--\r\n",
        number(&stage)
    );
    stage.drops(mail.as_bytes());
    stage.drain();
    assert_eq!(state(&stage), "awaiting-work");
}

/// W7: the requester stays who they were, whoever else writes.
/// https://github.com/freescout-help-desk/freescout/issues/3454
#[test]
fn w7_the_requester_is_not_replaced_by_who_replied() {
    let mut stage = begun();
    let mail = "first@maule.example";
    replies(
        &mut stage,
        "rlillo@ministerio.example",
        mail,
        "RE: Informe",
        "Lo veo yo.\n",
    );
    ended(&mut stage);
    let requester = stage.column("SELECT json_extract(body, '$.requester.address') FROM requests");
    assert_eq!(requester, [TOMAS]);
    assert!(stage.told("resolution").contains(&TOMAS.to_owned()));
}
