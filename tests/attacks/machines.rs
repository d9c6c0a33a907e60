//! Machines that answer: of the real approver's own mailbox, so that everything about the sender is
//! in order, and yet nobody decided.

use crate::play::{Attack, attack};
use crate::scene::{ALL, HOME, STAMPED, Said, Scene};
use crate::stage::BEATRIZ;

/// A mail of the approver's mailbox that answers the desk's.
fn from_her(scene: &Scene, subject: &str, lines: &str) -> String {
    format!(
        "From: Beatriz Alcaíno <{BEATRIZ}>\nSubject: {subject}\nIn-Reply-To: <{}>\n{lines}",
        scene.asked.message_id
    )
}

fn quoted(scene: &Scene) -> String {
    let lines = scene.asked.text.lines().map(|line| format!("> {line}\n"));
    lines.collect()
}

pub fn attacks() -> Vec<Attack> {
    let mut all = answers();
    all.extend(reports());
    all.extend(absences());
    all.extend(scanners());
    all
}

fn answers() -> Vec<Attack> {
    let hers = |name, mail: fn(&Scene) -> (String, String), reason| {
        attack(name, (ALL, Said::Passes(HOME)), mail, reason, "")
    };
    vec![
        hers(
            "an automatic answer that quotes our buttons",
            |s| {
                let header = from_her(s, "RE: Informe", "Auto-Submitted: auto-replied\n");
                let text = "Hemos recibido su correo.\n\nApruebo\n\n";
                (header, format!("{text}{}", quoted(s)))
            },
            "automatic",
        ),
        hers(
            "an automatic answer that says so in the subject only",
            |s| {
                let header = from_her(s, "Respuesta automática: Informe", "");
                let text = "Gracias por su mensaje. Lo leeré a la brevedad.\n\n";
                (header, format!("{text}{}", quoted(s)))
            },
            "automatic",
        ),
        hers(
            "a read receipt",
            |s| {
                let kind = "MIME-Version: 1.0\nContent-Type: multipart/report; \
                            report-type=disposition-notification; boundary=b\n";
                let body = "--b\nContent-Type: text/plain\n\nLeído: Apruebo\n--b\n\
                            Content-Type: message/disposition-notification\n\n\
                            Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n";
                (from_her(s, "Leído: Informe", kind), body.into())
            },
            "automatic",
        ),
        hers(
            "a reaction with a thumb",
            |s| {
                let kind = "MIME-Version: 1.0\nContent-Type: text/vnd.google.email-reaction+json\n";
                let body = "{\"version\":1,\"emoji\":\"👍\"}";
                (from_her(s, "RE: Informe", kind), body.into())
            },
            "answer",
        ),
        hers(
            "silence: an empty mail",
            |s| (from_her(s, "RE: Informe", ""), "\n".into()),
            "answer",
        ),
        hers(
            "our own text sent back, quoted and nothing else",
            |s| (from_her(s, "RE: Informe", ""), quoted(s)),
            "answer",
        ),
    ]
}

fn reports() -> Vec<Attack> {
    vec![
        attack(
            "a bounce that returns our buttons",
            (ALL, Said::Nothing),
            |s| {
                let header = format!(
                    "From: <MAILER-DAEMON@{HOME}>\nSubject: Delivery delayed\n\
                     Auto-Submitted: auto-replied\nMIME-Version: 1.0\n\
                     Content-Type: multipart/report; report-type=delivery-status; boundary=b\n"
                );
                let body = format!(
                    "--b\nContent-Type: text/plain\n\nApruebo\n--b\n\
                     Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{HOME}\n\n\
                     Final-Recipient: rfc822; {BEATRIZ}\nAction: delayed\nStatus: 4.4.1\n--b\n\
                     Content-Type: message/rfc822\n\nMessage-ID: <{}>\n\
                     From: <mesa@sigec.example>\nSubject: Informe\n\n{}\n--b--\n",
                    s.asked.message_id, s.asked.text
                );
                (header, body)
            },
            "bounce-not-permanent",
            "",
        ),
        attack(
            "a bounce of a mail that we never sent",
            (ALL, Said::Nothing),
            |_| {
                let header = format!(
                    "From: <MAILER-DAEMON@{HOME}>\nSubject: Undelivered Mail Returned to Sender\n\
                     MIME-Version: 1.0\n\
                     Content-Type: multipart/report; report-type=delivery-status; boundary=b\n"
                );
                let body = format!(
                    "--b\nContent-Type: text/plain\n\nUndelivered\n--b\n\
                     Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{HOME}\n\n\
                     Final-Recipient: rfc822; {BEATRIZ}\nAction: failed\nStatus: 5.1.1\n--b\n\
                     Content-Type: message/rfc822\n\nMessage-ID: <made-up@sigec.example>\n\nx\n--b--\n"
                );
                (header, body)
            },
            "bounce-of-unknown-mail",
            "",
        ),
    ]
}

fn absences() -> Vec<Attack> {
    vec![
        attack(
            "a forged absence of the approver",
            (STAMPED, Said::Fails(HOME)),
            |s| {
                let subject = "Respuesta automática: Informe";
                let header = from_her(s, subject, "Auto-Submitted: auto-replied\n");
                let text = "Estaré fuera de la oficina hasta el 30 de octubre de 2026.\n";
                (header, text.into())
            },
            "automatic-failed",
            "",
        ),
        attack(
            "an absence of the approver in answer to nothing",
            (ALL, Said::Passes(HOME)),
            |_| {
                let header = format!(
                    "From: <{BEATRIZ}>\nSubject: Respuesta automática: Fuera de la oficina\n\
                     Auto-Submitted: auto-replied\n"
                );
                let text = "Estaré fuera de la oficina hasta el 30 de octubre de 2026.\n";
                (header, text.into())
            },
            "automatic",
            "",
        ),
        attack(
            "a newsletter that quotes our buttons",
            (ALL, Said::Own),
            |s| {
                let header = "From: <boletin@mal.example>\nSubject: Boletín\nPrecedence: bulk\n\
                              List-Unsubscribe: <mailto:baja@mal.example>\n";
                let body = format!("Apruebo\n\n[ref:{}]\n", s.asked.token);
                (header.into(), body)
            },
            "bulk",
            "",
        ),
    ]
}

fn scanners() -> Vec<Attack> {
    vec![
        attack(
            "a scanner that sends what the button would",
            (ALL, Said::Own),
            |s| {
                let header = "From: <scan@mal.example>\nSubject: RE: Informe\n";
                let body = format!("Apruebo\n\n[ref:{}]\n", s.asked.token);
                (header.into(), body)
            },
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "a ticket system that acknowledges and quotes",
            (ALL, Said::Own),
            |s| {
                let header = format!(
                    "From: <soporte@otra.example>\nSubject: [#8812] RE: Informe\n\
                     Auto-Submitted: auto-generated\nIn-Reply-To: <{}>\n",
                    s.asked.message_id
                );
                (header, format!("Apruebo\n\n{}", quoted(s)))
            },
            "automatic",
            "",
        ),
    ]
}
