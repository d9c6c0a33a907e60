//! What it answers: stolen, shared, old and foreign tokens and Message-IDs.

use crate::play::{Attack, attack};
use crate::scene::{ALL, HOME, SEREMI, STAMPED, Said, Scene, UNSTAMPED};
use crate::stage::{BEATRIZ, TOMAS};

const STRANGER: &str = "b@mal.example";
const COLLEAGUE: &str = "rlillo@ministerio.example";

fn answer(from: &str, header: &str, body: &str) -> (String, String) {
    (
        format!("From: <{from}>\nSubject: RE: Informe\n{header}"),
        body.to_owned(),
    )
}

/// The desk's mail, quoted so deep.
fn quoted(scene: &Scene, mark: &str) -> String {
    let lines = scene.asked.text.lines();
    let quoted: Vec<String> = lines.map(|line| format!("{mark}{line}")).collect();
    format!("Apruebo.\n\n{}\n", quoted.join("\n"))
}

pub fn attacks() -> Vec<Attack> {
    let mut all = stolen();
    all.extend(shared());
    all.extend(foreign());
    all.extend(replayed());
    all.extend(made_up());
    all
}

fn stolen() -> Vec<Attack> {
    let stranger = |name, mail: fn(&Scene) -> (String, String)| {
        let cell = "comment-somebody-else";
        attack(name, (ALL, Said::Own), mail, "comment", cell)
    };
    vec![
        stranger("stolen token in a button's text", |s| {
            answer(STRANGER, "", &format!("Apruebo\n\n[ref:{}]", s.asked.token))
        }),
        stranger("stolen token in capitals", |s| {
            let token = s.asked.token.to_uppercase();
            answer(STRANGER, "", &format!("Apruebo\n\n[REF:{token}]"))
        }),
        stranger("stolen token in the address", |s| {
            let to = format!("To: <mesa+{}@sigec.example>\n", s.asked.token);
            answer(STRANGER, &to, "Apruebo.")
        }),
        stranger("stolen token in the envelope's trace", |s| {
            let to = format!("Delivered-To: mesa+{}@sigec.example\n", s.asked.token);
            answer(STRANGER, &to, "Apruebo.")
        }),
        stranger("stolen token in a quote", |s| {
            answer(STRANGER, "", &quoted(s, "> "))
        }),
        stranger("stolen token in a quote of a quote", |s| {
            answer(STRANGER, "", &quoted(s, "> > "))
        }),
        stranger("stolen Message-ID in In-Reply-To", |s| {
            let ids = format!("In-Reply-To: <{}>\n", s.asked.message_id);
            answer(STRANGER, &ids, "Apruebo.")
        }),
        stranger("stolen Message-ID among many References", |s| {
            let ids = format!("References: <a@b> <{}> <c@d>\n", s.asked.message_id);
            answer(STRANGER, &ids, "Apruebo.")
        }),
        attack(
            "stolen token in the subject alone",
            (ALL, Said::Own),
            |s| {
                let subject = format!("From: <{STRANGER}>\nSubject: RE: [ref:{}]\n", s.asked.token);
                (subject, "Apruebo.".into())
            },
            "unclassified",
            "",
        ),
        attack(
            "stolen token in a file's name and text",
            (ALL, Said::Own),
            |s| {
                let header = format!(
                    "From: <{STRANGER}>\nSubject: RE: Informe\nMIME-Version: 1.0\n\
                     Content-Type: multipart/mixed; boundary=b\n"
                );
                let token = &s.asked.token;
                let body = format!(
                    "--b\nContent-Type: text/plain\n\nApruebo.\n--b\nContent-Type: text/csv; \
                     name=\"{token}.csv\"\nContent-Disposition: attachment\n\n[ref:{token}]\n--b--\n"
                );
                (header, body)
            },
            "unclassified",
            "",
        ),
    ]
}

fn shared() -> Vec<Attack> {
    let colleague = |name, mail: fn(&Scene) -> (String, String)| {
        let cell = "comment-somebody-else";
        attack(name, (ALL, Said::Passes(HOME)), mail, "comment", cell)
    };
    vec![
        colleague("a forwarded request answered by who got it", |s| {
            let text = &s.asked.text;
            let body = format!(
                "Apruebo.\n\n-----Mensaje original-----\nDe: Beatriz Alcaíno <{BEATRIZ}>\n\
                 Para: Rocío Lillo\nAsunto: RV: Solicitud\n\n¿Lo ves tú?\n\n{text}\n"
            );
            answer(COLLEAGUE, "", &body)
        }),
        colleague("the button of a forwarded request", |s| {
            answer(
                COLLEAGUE,
                "",
                &format!("Apruebo\n\n[ref:{}]", s.asked.token),
            )
        }),
        colleague("a reply to all of the approver's reply", |s| {
            let header = format!(
                "In-Reply-To: <her-answer@{HOME}>\nReferences: <{}> <her-answer@{HOME}>\n\
                 Cc: <{BEATRIZ}>\n",
                s.asked.message_id
            );
            answer(COLLEAGUE, &header, "Apruebo, por encargo de Beatriz.")
        }),
    ]
}

fn foreign() -> Vec<Attack> {
    vec![
        attack(
            "the requester's own token of another request",
            (ALL, Said::Passes(SEREMI)),
            |s| {
                let header = format!("From: <{TOMAS}>\nSubject: RE: [{}] Informe\n", s.number);
                (header, format!("Apruebo\n\n[ref:{}]", s.other.token))
            },
            "data",
            "",
        ),
        attack(
            "the requester's own token together with the approver's",
            (ALL, Said::Passes(SEREMI)),
            |s| {
                let both = format!("[ref:{}]\n[ref:{}]", s.other.token, s.asked.token);
                answer(TOMAS, "", &format!("Apruebo\n\n{both}"))
            },
            "data",
            "",
        ),
        attack(
            "the forged approver with the requester's token",
            (UNSTAMPED, Said::Nothing),
            |s| answer(BEATRIZ, "", &format!("Apruebo\n\n[ref:{}]", s.other.token)),
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "the forged approver with the Message-ID of the acknowledgement",
            (UNSTAMPED, Said::Nothing),
            |s| {
                let ids = format!("In-Reply-To: <{}>\n", s.told.message_id);
                answer(BEATRIZ, &ids, "Apruebo.")
            },
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "the forged approver with the Message-ID of the requester's mail",
            (UNSTAMPED, Said::Nothing),
            |_| {
                let ids = format!("In-Reply-To: <first1@{SEREMI}>\n");
                answer(BEATRIZ, &ids, "Apruebo.")
            },
            "answer",
            "confirm-tag-only",
        ),
    ]
}

/// Genuine mails of the approver, sent again by somebody else.
fn replayed() -> Vec<Attack> {
    vec![
        attack(
            "the real approver's old mail with another In-Reply-To",
            (STAMPED, Said::Passes(HOME)),
            |s| {
                let header = format!(
                    "In-Reply-To: <{}>\nDate: Mon, 7 Sep 2026 10:00:00 -0300\n\
                     To: <otra@ministerio.example>\n",
                    s.asked.message_id
                );
                answer(BEATRIZ, &header, "Apruebo.")
            },
            "answer",
            "confirm-tag-only",
        ),
        attack(
            "the real approver's signed mail with another subject",
            (STAMPED, Said::Passes(HOME)),
            |s| {
                let header = format!("From: <{BEATRIZ}>\nSubject: RE: [{}]\n", s.number);
                (header, "Apruebo lo que conversamos.".into())
            },
            "answer",
            "confirm-tag-only",
        ),
    ]
}

fn made_up() -> Vec<Attack> {
    let forged = |name, mail: fn(&Scene) -> (String, String)| {
        let cell = "confirm-open-step";
        attack(name, (UNSTAMPED, Said::Nothing), mail, "answer", cell)
    };
    vec![
        forged("a token that nobody made", |_| {
            answer(
                BEATRIZ,
                "",
                "Apruebo\n\n[ref:abcdefghijklmnopqrstuvwxyz234567]",
            )
        }),
        forged("a token with one letter changed", |s| {
            let last = if s.asked.token.ends_with('a') {
                "b"
            } else {
                "a"
            };
            let token = format!("{}{last}", &s.asked.token[..31]);
            answer(BEATRIZ, "", &format!("Apruebo\n\n[ref:{token}]"))
        }),
        forged("a token cut short", |s| {
            let token = &s.asked.token[..16];
            answer(BEATRIZ, "", &format!("Apruebo\n\n[ref:{token}]"))
        }),
        forged("a Message-ID of our form that nobody made", |_| {
            let ids = "In-Reply-To: <mesad.abcdefghijklmnopqrstuvwxyz@sigec.example>\n";
            answer(BEATRIZ, ids, "Apruebo.")
        }),
        forged(
            "the hash of the token, as a thief of the database has it",
            |s| {
                let sql = "SELECT lower(hex(token_hash)) FROM notices WHERE token_hash IS NOT NULL";
                let hash: String = s.one(sql).chars().take(32).collect();
                answer(BEATRIZ, "", &format!("Apruebo\n\n[ref:{hash}]"))
            },
        ),
    ]
}
