//! Machines that talk to each other.

use super::{begun, count, ended, id_of, replies, state};
use crate::stage::{BEATRIZ, Stage, TOMAS, at};

/// Everything sent so far.
fn sent(stage: &Stage) -> usize {
    stage
        .column("SELECT address FROM notices WHERE state = 'sent'")
        .len()
}

/// O1: a bounce opens nothing and is not answered. https://github.com/zammad/zammad/issues/1131,
/// https://github.com/faveosuite/faveo-helpdesk/issues/150,
/// https://github.com/glpi-project/glpi/issues/16785
#[test]
fn o1_a_bounce_is_not_answered() {
    let mut stage = begun();
    let before = sent(&stage);
    for id in [
        id_of(&stage, "acknowledgement"),
        "unknown@x.example".to_owned(),
    ] {
        let mail = format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: mesa@sigec.example\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n--b\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
             Final-Recipient: rfc822; {TOMAS}\r\nAction: delayed\r\nStatus: 4.2.2\r\n\r\n--b\r\n\
             Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\n\r\n--b--\r\n"
        );
        stage.drops(mail.as_bytes());
        stage.drain();
    }
    assert_eq!(sent(&stage), before);
    assert_eq!(count(&stage, "requests"), "1");
}

/// O2: two machines do not play ping-pong. https://github.com/osTicket/osTicket/issues/1041,
/// https://github.com/freescout-help-desk/freescout/issues/688,
/// https://github.com/odoo/odoo/issues/66329
/// O3: nor with one that says nothing of itself.
/// https://github.com/freescout-help-desk/freescout/issues/3670,
/// https://github.com/chatwoot/chatwoot/issues/5131
/// O5: nor in another language, or by a rule without any mark.
/// https://github.com/freescout-help-desk/freescout/issues/513,
/// https://github.com/jbostoen/itop-jb-mail-to-ticket-automation-v2/issues/21
#[test]
fn o2_o3_o5_absences_and_rules_are_not_answered_for_ever() {
    for (subject, text) in [
        (
            "Respuesta automática: Informe",
            "Estoy fuera de la oficina hasta el 9 de octubre.",
        ),
        (
            "Automated Response: Re: Informe",
            "We have received your message.",
        ),
        (
            "Abwesenheitsnotiz: Informe",
            "Ich bin bis zum 9. Oktober nicht im Büro.",
        ),
        ("RE: Informe", "Gracias por su correo, lo veré pronto."),
    ] {
        let mut stage = begun();
        let before = sent(&stage);
        for _ in 0..12 {
            let last = id_of(&stage, "acknowledgement");
            replies(&mut stage, TOMAS, &last, subject, &format!("{text}\n"));
        }
        let more = sent(&stage) - before;
        assert!(more <= 10, "{subject}: {more} mails");
        assert_eq!(state(&stage), "awaiting-approval");
        assert_eq!(count(&stage, "requests"), "1");
    }
}

/// O4: an absence changes no state but who is asked. https://github.com/znuny/Znuny/issues/138,
/// https://github.com/zammad/zammad/issues/5113, https://github.com/zammad/zammad/issues/6187,
/// https://github.com/freescout-help-desk/freescout/issues/4598
#[test]
fn o4_an_absence_neither_approves_nor_reopens() {
    let mut stage = begun();
    let asked = id_of(&stage, "approval-request");
    let text = "Estoy fuera de la oficina hasta el 9 de octubre de 2026.\n\n> responda Apruebo\n\
                > Apruebo\n";
    let subject = "Respuesta automática: Informe";
    replies(&mut stage, BEATRIZ, &asked, subject, text);
    assert_eq!(state(&stage), "awaiting-approval");
    assert!(stage.told("work-order").is_empty());
    let mut stage = begun();
    ended(&mut stage);
    let resolution = id_of(&stage, "resolution");
    replies(&mut stage, TOMAS, &resolution, subject, text);
    assert_eq!(state(&stage), "closed");
}

/// O6: our own mails, and our own address among the recipients.
/// https://github.com/django-helpdesk/django-helpdesk/issues/825,
/// https://github.com/zammad/zammad/issues/731, https://github.com/PostHog/posthog/pull/92017
#[test]
fn o6_our_own_mails_come_in_again() {
    let mut stage = begun();
    let before = sent(&stage);
    let all = stage.books(|b| b.sent_since(chrono::DateTime::<chrono::Utc>::default()));
    for mail in all {
        stage.drops(&mail.bytes);
        stage.drain();
    }
    assert!(stage.reasons().iter().skip(1).all(|reason| reason == "own"));
    assert_eq!(sent(&stage), before);
    let from = "mesadeayuda@sigec.example";
    let asked = id_of(&stage, "approval-request");
    replies(&mut stage, from, &asked, "RE: Informe", "Apruebo.\n");
    assert_eq!(state(&stage), "awaiting-approval");
}

/// O7: what bounced for good is not written to again, by any kind of mail.
/// https://github.com/zammad/zammad/issues/5428
#[test]
fn o7_nothing_more_goes_to_a_dead_approver() {
    let mut stage = begun();
    let asked = id_of(&stage, "approval-request");
    let mail = format!(
        "From: MAILER-DAEMON@mx.example\r\nTo: mesa@sigec.example\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n--b\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; {BEATRIZ}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n\
         Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{asked}>\r\n\r\n--b--\r\n"
    );
    stage.drops(mail.as_bytes());
    stage.drain();
    let to_her = |stage: &Stage| {
        let sql = format!("SELECT message FROM notices WHERE address = '{BEATRIZ}'");
        stage.column(&sql).len()
    };
    let before = to_her(&stage);
    for day in 5..12 {
        stage.set(at(day, 11));
        stage.drain();
    }
    assert_eq!(to_her(&stage), before);
    assert_eq!(state(&stage), "awaiting-approval");
}

/// O8: `Auto-Submitted: no` is a person's. https://github.com/Probesys/bileto/issues/1008,
/// https://github.com/seanthegeek/mailsuite/pull/47
#[test]
fn o8_a_mail_that_says_it_is_no_machines_counts() {
    let mut stage = begun();
    let asked = id_of(&stage, "approval-request");
    let lines = [
        "Message-ID: <hers@ministerio.example>".to_owned(),
        format!("In-Reply-To: <{asked}>"),
        "Auto-Submitted: no".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    stage.delivers(&lines, BEATRIZ, "RE: Informe", "Apruebo.\n");
    stage.drain();
    assert_eq!(state(&stage), "awaiting-work");
}
