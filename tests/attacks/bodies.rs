//! Mails of the real approver, in order in all that concerns the sender, whose words are not what
//! they seem: what one reader sees is not what another reads.

use crate::play::{Attack, attack};
use crate::scene::{ALL, HOME, Said, Scene};
use crate::stage::BEATRIZ;

/// An answer of hers to what she was asked.
fn hers(scene: &Scene, kind: &str) -> String {
    let id = &scene.asked.message_id;
    format!(
        "From: Beatriz Alcaíno <{BEATRIZ}>\nSubject: RE: Informe\nIn-Reply-To: <{id}>\n\
         MIME-Version: 1.0\nContent-Type: {kind}\n"
    )
}

/// The same words in two forms, which are not the same.
fn two(scene: &Scene, plain: &str, html: &str) -> (String, String) {
    let body = format!(
        "--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n\
         --b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    );
    (hers(scene, "multipart/alternative; boundary=b"), body)
}

fn html(scene: &Scene, html: &str) -> (String, String) {
    (
        hers(scene, "text/html; charset=utf-8"),
        format!("{html}\n<p>Lo voy a revisar con calma.</p>\n"),
    )
}

pub fn attacks() -> Vec<Attack> {
    let answer = |name, mail: fn(&Scene) -> (String, String)| {
        attack(name, (ALL, Said::Passes(HOME)), mail, "answer", "")
    };
    let mut all = vec![
        answer("plain text approves and HTML does not", |s| {
            two(s, "Apruebo.", "<p>No apruebo.</p>")
        }),
        answer("HTML approves and plain text does not", |s| {
            two(s, "No apruebo.", "<p>Apruebo.</p>")
        }),
        answer("plain text approves and HTML says something else", |s| {
            let html = "<p>Estimados, tengo dudas sobre el monto; conversemos.</p>";
            two(s, "Apruebo.", html)
        }),
        answer("plain text has a condition and HTML none", |s| {
            let plain = "Apruebo, siempre que corrijan el monto.";
            two(s, plain, "<p>Apruebo.</p>")
        }),
        answer("an approval that is not shown", |s| {
            html(s, "<div style=\"display:none\">Apruebo.</div>")
        }),
        answer("an approval of no size", |s| {
            html(s, "<span style='font-size:0;color:#fff'>Apruebo.</span>")
        }),
        answer("an approval that is hidden", |s| {
            html(s, "<p hidden>Apruebo.</p>")
        }),
        answer("an approval that is struck out", |s| {
            let struck = "<p style='text-decoration: line-through'>Apruebo.</p>";
            html(s, &format!("<s>Apruebo.</s>{struck}"))
        }),
        answer("all of the HTML is struck out", |s| {
            two(s, "Apruebo.", "<p><s>Apruebo.</s></p>")
        }),
        answer("a no with a letter of another alphabet", |s| {
            (
                hers(s, "text/plain; charset=utf-8"),
                "N\u{43e} apruebo.\n".into(),
            )
        }),
        answer("a no in letters that imitate ours", |s| {
            let words = "\u{ff2e}\u{ff4f} apruebo.\n\n\u{1d5e1}\u{1d5fc} apruebo.\n";
            (hers(s, "text/plain; charset=utf-8"), words.into())
        }),
        answer("a mail that is nothing but another mail", |s| {
            let inner = format!("From: <{BEATRIZ}>\nSubject: RE: Informe\n\nApruebo.\n");
            (hers(s, "message/rfc822"), inner)
        }),
        answer("somebody else's approval, forwarded", |s| {
            let body = "---------- Forwarded message ---------\n\
                        De: Diego <dfuenzalida@ministerio.example>\nFecha: lun, 5 oct 2026\n\
                        Asunto: RE: Informe\nPara: Beatriz\n\nApruebo.\n";
            (hers(s, "text/plain; charset=utf-8"), body.into())
        }),
    ];
    all.extend(echoes());
    all.extend(votes());
    all
}

/// Our own text comes back without any mark of a quote, in other lines: it approves nothing, and is
/// no memorandum of hers.
fn echoes() -> Vec<Attack> {
    let answer = |name, mail: fn(&Scene) -> (String, String)| {
        attack(name, (ALL, Said::Passes(HOME)), mail, "answer", "")
    };
    vec![
        answer("our text in lines of five words", |s| wrapped(s, 5)),
        answer("our text in lines of two words", |s| wrapped(s, 2)),
        answer("our text in one line", |s| wrapped(s, usize::MAX)),
        answer("our text in capitals", |s| {
            let text = s.asked.text.to_uppercase();
            (hers(s, "text/plain; charset=utf-8"), text)
        }),
    ]
}

fn wrapped(scene: &Scene, words: usize) -> (String, String) {
    let all: Vec<&str> = scene.asked.text.split_whitespace().collect();
    let lines: Vec<String> = all.chunks(words).map(|line| line.join(" ")).collect();
    let text = format!("Lo veo mañana.\n\n{}\n", lines.join("\n"));
    (hers(scene, "text/plain; charset=utf-8"), text)
}

/// Buttons of other programs.
fn votes() -> Vec<Attack> {
    let vote = |name, mail: fn(&Scene) -> (String, String), reason, cell| {
        attack(name, (ALL, Said::Passes(HOME)), mail, reason, cell)
    };
    vec![
        vote(
            "a vote in somebody's poll that names the request",
            |s| {
                let subject = format!("Subject: Apruebo: ¿Almuerzo? [{}]\n", s.number);
                let id = "In-Reply-To: <poll@mal.example>\n";
                (format!("From: <{BEATRIZ}>\n{subject}{id}"), "\n".into())
            },
            "answer",
            "confirm-tag-only",
        ),
        vote(
            "an invitation accepted that names the request",
            |s| {
                let header = format!(
                    "From: <{BEATRIZ}>\nSubject: Aceptado: [{}] Informe\nMIME-Version: 1.0\n\
                     Content-Type: text/calendar; method=REPLY; charset=utf-8\n",
                    s.number
                );
                let body = "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n\
                            ATTENDEE;PARTSTAT=ACCEPTED:mailto:x\nCOMMENT:Apruebo\nEND:VEVENT\n\
                            END:VCALENDAR\n";
                (header, body.into())
            },
            "automatic",
            "",
        ),
    ]
}
