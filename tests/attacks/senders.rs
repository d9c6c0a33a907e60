//! Who it is: forged, look-alike and missing senders.

use crate::play::{Attack, attack};
use crate::scene::{ALL, HOME, SEREMI, STAMPED, Said, Scene, UNSTAMPED};
use crate::stage::{BEATRIZ, TOMAS};

const COMMENT: (&str, &str) = ("comment", "comment-somebody-else");

/// An approval with this From, which refers to the request by its tag.
fn tagged(scene: &Scene, from: &str) -> (String, String) {
    let header = format!("From: {from}\nSubject: RE: [{}] Informe\n", scene.number);
    (header, "Apruebo.\n".to_owned())
}

/// The same with the token of Beatriz's mail, as its button writes it.
pub fn with_token(scene: &Scene, from: &str) -> (String, String) {
    let header = format!("From: {from}\nSubject: RE: [{}] Informe\n", scene.number);
    (header, format!("Apruebo\n\n[ref:{}]\n", scene.asked.token))
}

pub fn attacks() -> Vec<Attack> {
    let mut all = forged();
    all.extend(unproven());
    all.extend(look_alike());
    all.extend(other_fields());
    all.extend(nobody());
    all.extend(colleagues());
    all
}

fn forged() -> Vec<Attack> {
    let quarantined = ("quarantined", "quarantine-failed");
    vec![
        attack(
            "forged From with the tag",
            (STAMPED, Said::Fails(HOME)),
            |s| tagged(s, &format!("Beatriz <{BEATRIZ}>")),
            quarantined.0,
            quarantined.1,
        ),
        attack(
            "forged From with the stolen token",
            (STAMPED, Said::Fails(HOME)),
            |s| with_token(s, BEATRIZ),
            quarantined.0,
            quarantined.1,
        ),
        attack(
            "forged From, reference by nothing",
            (STAMPED, Said::Fails(HOME)),
            |_| {
                (
                    format!("From: {BEATRIZ}\nSubject: Hola\n"),
                    "Apruebo.\n".into(),
                )
            },
            quarantined.0,
            "",
        ),
        attack(
            "forged From of the person's other address",
            (STAMPED, Said::Fails(HOME)),
            |s| with_token(s, "encargado.familias@ministerio.example"),
            quarantined.0,
            quarantined.1,
        ),
        attack(
            "forged From in capitals",
            (STAMPED, Said::Fails(HOME)),
            |s| with_token(s, "BALCAINO@MINISTERIO.EXAMPLE"),
            quarantined.0,
            quarantined.1,
        ),
    ]
}

fn unproven() -> Vec<Attack> {
    vec![
        attack(
            "forged From, unstamped, with the stolen token",
            (STAMPED, Said::Nothing),
            |s| with_token(s, BEATRIZ),
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "forged From, unstamped, with the tag",
            (STAMPED, Said::Nothing),
            |s| tagged(s, BEATRIZ),
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "forged From where nothing is stamped, with the tag",
            (UNSTAMPED, Said::Nothing),
            |s| tagged(s, BEATRIZ),
            "answer",
            "confirm-tag-only",
        ),
        attack(
            "forged From where nothing is stamped, reference by nothing",
            (UNSTAMPED, Said::Nothing),
            |_| {
                (
                    format!("From: {BEATRIZ}\nSubject: Hola\n"),
                    "Apruebo.\n".into(),
                )
            },
            "answer",
            "confirm-open-step",
        ),
        attack(
            "forged requester takes the request back",
            (STAMPED, Said::Fails(SEREMI)),
            |s| {
                let (header, _) = tagged(s, TOMAS);
                (header, "Desisto de la solicitud.\n".into())
            },
            "quarantined",
            "quarantine-failed",
        ),
    ]
}

fn look_alike() -> Vec<Attack> {
    let stranger = |name, from: fn(&Scene) -> (String, String)| {
        attack(name, (ALL, Said::Own), from, COMMENT.0, COMMENT.1)
    };
    vec![
        stranger("look-alike domain with a zero", |s| {
            with_token(s, "Beatriz Alcaíno Rosas <balcaino@ministeri0.example>")
        }),
        stranger("the domain before another", |s| {
            with_token(s, "balcaino@ministerio.example.mal.example")
        }),
        stranger("the domain behind other letters", |s| {
            with_token(s, "balcaino@malministerio.example")
        }),
        stranger("a subdomain", |s| {
            with_token(s, "balcaino@correo.ministerio.example")
        }),
        stranger("a Cyrillic letter in the mailbox", |s| {
            with_token(s, "b\u{430}lcaino@ministerio.example")
        }),
        stranger("a Cyrillic letter in the domain", |s| {
            with_token(s, "balcaino@minist\u{435}rio.example")
        }),
        stranger("an IDN look-alike", |s| {
            with_token(s, "balcaino@xn--ministrio-93h.example")
        }),
        stranger("full-width letters", |s| {
            with_token(s, "\u{ff42}alcaino@ministerio.example")
        }),
        stranger("a dot in the mailbox", |s| {
            with_token(s, "b.alcaino@ministerio.example")
        }),
        stranger("a plus in the mailbox", |s| {
            with_token(s, "balcaino+x@ministerio.example")
        }),
        attack(
            "look-alike domain with the tag alone",
            (ALL, Said::Own),
            |s| tagged(s, "Beatriz Alcaíno Rosas <balcaino@ministeri0.example>"),
            "unclassified",
            "",
        ),
    ]
}

fn other_fields() -> Vec<Attack> {
    let stranger = |name, from: fn(&Scene) -> (String, String)| {
        attack(name, (ALL, Said::Own), from, COMMENT.0, COMMENT.1)
    };
    vec![
        stranger("the approver's display name", |s| {
            with_token(s, "Beatriz =?utf-8?q?Alca=C3=ADno?= Rosas <b@mal.example>")
        }),
        stranger("the approver's address as display name", |s| {
            with_token(s, "\"balcaino@ministerio.example\" <b@mal.example>")
        }),
        stranger("the approver's address in an encoded display name", |s| {
            with_token(
                s,
                "=?utf-8?q?=3Cbalcaino=40ministerio.example=3E?= <b@mal.example>",
            )
        }),
        stranger("the approver's address in a comment", |s| {
            with_token(s, "(balcaino@ministerio.example) <b@mal.example>")
        }),
        stranger("the approver's Reply-To", |s| {
            let (header, body) = with_token(s, "b@mal.example");
            (format!("{header}Reply-To: <{BEATRIZ}>\n"), body)
        }),
        stranger("the approver as Sender and Resent-From", |s| {
            let (header, body) = with_token(s, "b@mal.example");
            let more = format!("Sender: <{BEATRIZ}>\nResent-From: <{BEATRIZ}>\n");
            (header + &more, body)
        }),
        stranger("the approver as Return-Path and X-Original-From", |s| {
            let (header, body) = with_token(s, "b@mal.example");
            let more = format!("Return-Path: <{BEATRIZ}>\nX-Original-From: <{BEATRIZ}>\n");
            (header + &more, body)
        }),
        attack(
            "the approver's display name with the tag alone",
            (ALL, Said::Own),
            |s| tagged(s, "\"Beatriz Alcaino Rosas\" <b@mal.example>"),
            "unclassified",
            "",
        ),
    ]
}

fn nobody() -> Vec<Attack> {
    let nobody = |name, from: fn(&Scene) -> (String, String)| {
        attack(name, (ALL, Said::Passes(HOME)), from, "no-sender", "")
    };
    vec![
        nobody("From twice, the approver first", |s| {
            with_token(s, &format!("{BEATRIZ}\nFrom: b@mal.example"))
        }),
        nobody("From twice, the approver last", |s| {
            with_token(s, &format!("b@mal.example\nFrom: {BEATRIZ}"))
        }),
        nobody("From twice, the same", |s| {
            with_token(s, &format!("{BEATRIZ}\nFrom: {BEATRIZ}"))
        }),
        nobody("From twice, one with a space before the colon", |s| {
            with_token(s, &format!("b@mal.example\nFrom : {BEATRIZ}"))
        }),
        nobody("two addresses in From", |s| {
            with_token(s, &format!("{BEATRIZ}, b@mal.example"))
        }),
        nobody("a folded second address in From", |s| {
            with_token(s, &format!("b@mal.example,\n {BEATRIZ}"))
        }),
        nobody("a group in From", |s| {
            with_token(s, &format!("Encargada: {BEATRIZ};"))
        }),
        nobody("an empty group in From", |s| with_token(s, "Nadie:;")),
        nobody("an empty From", |s| with_token(s, "")),
        nobody("an empty address in From", |s| with_token(s, "<>")),
        nobody("a name alone in From", |s| with_token(s, "Beatriz Alcaino")),
        nobody("two at signs in From", |s| {
            with_token(s, "<balcaino@ministerio.example@mal.example>")
        }),
        nobody("no From", |s| {
            let (header, body) = with_token(s, BEATRIZ);
            (header.replace("From: ", "X-From: "), body)
        }),
        nobody("From behind a bare carriage return", |s| {
            let (header, body) = with_token(s, BEATRIZ);
            (format!("{header}X-A: b\rFrom: b@mal.example\n"), body)
        }),
    ]
}

fn colleagues() -> Vec<Attack> {
    vec![
        attack(
            "a colleague with the token",
            (ALL, Said::Passes(HOME)),
            |s| with_token(s, "rlillo@ministerio.example"),
            COMMENT.0,
            COMMENT.1,
        ),
        attack(
            "the approver's secretary with the token",
            (ALL, Said::Passes(HOME)),
            |s| with_token(s, "secretaria.familias@ministerio.example"),
            COMMENT.0,
            COMMENT.1,
        ),
        attack(
            "her substitute, whom nobody asked",
            (ALL, Said::Passes(HOME)),
            |s| with_token(s, "dfuenzalida@ministerio.example"),
            COMMENT.0,
            COMMENT.1,
        ),
        attack(
            "the requester with the approver's token",
            (ALL, Said::Passes(SEREMI)),
            |s| with_token(s, TOMAS),
            COMMENT.0,
            COMMENT.1,
        ),
        attack(
            "the desk's own address with the token",
            (ALL, Said::Passes(HOME)),
            |s| with_token(s, "mesa@sigec.example"),
            "own",
            "",
        ),
    ]
}
