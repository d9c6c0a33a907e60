//! What the header says: forged stamps, injected lines, lists.

use crate::play::{Attack, attack};
use crate::scene::{ALL, HOME, Mode, STAMPED, Said, Scene};
use crate::senders::with_token;
use crate::stage::BEATRIZ;

/// The approver's forged answer with her stolen token, and these lines beneath those of the server.
fn forged(scene: &Scene, lines: &str) -> (String, String) {
    let (header, body) = with_token(scene, BEATRIZ);
    (format!("{lines}{header}"), body)
}

const PASS: &str = "dmarc=pass header.from=ministerio.example";

pub fn attacks() -> Vec<Attack> {
    let mut all = stamps();
    all.extend(odd_stamps());
    all.extend(marks());
    all.extend(injected());
    all.extend(lists());
    all
}

fn stamps() -> Vec<Attack> {
    let fails = |name, mail: fn(&Scene) -> (String, String)| {
        let said = (STAMPED, Said::Fails(HOME));
        attack(name, said, mail, "quarantined", "quarantine-failed")
    };
    let silent = |name, mail: fn(&Scene) -> (String, String)| {
        let said = (STAMPED, Said::Nothing);
        attack(name, said, mail, "answer", "confirm-unstamped")
    };
    vec![
        fails("a forged stamp beneath ours, which fails", |s| {
            forged(s, &stamped(PASS))
        }),
        silent("a forged stamp beneath a server that says nothing", |s| {
            forged(s, &format!("Received: from a by b; x\n{}", stamped(PASS)))
        }),
        silent(
            "a forged edge and stamp beneath a server that says nothing",
            |s| {
                let edges = "Received: from mta.example by mx.ministerio.example with ESMTPS; x\n\
                         Received: from mta.example by mx.google.com with ESMTPS; x\n\
                         Received: from A.prod.outlook.com by B.prod.outlook.com with HTTPS; x\n";
                forged(s, &format!("{edges}{}", stamped(PASS)))
            },
        ),
        silent(
            "a forged local delivery beneath a server that says nothing",
            |s| {
                let hop = "Received: by mx.ministerio.example with LMTP; x\n";
                forged(s, &format!("{hop}{}", stamped(PASS)))
            },
        ),
        fails("a forged stamp with the field's name in capitals", |s| {
            forged(s, &stamped(PASS).to_uppercase())
        }),
        fails("a forged stamp folded in odd places", |s| {
            forged(
                s,
                &stamped("dmarc\n =\n pass\n header.from=ministerio.example"),
            )
        }),
        fails("a forged ARC set", |s| {
            let lines = format!(
                "ARC-Authentication-Results: i=1; mx.google.com; {PASS}\n\
                 ARC-Seal: i=1; cv=none; d=google.com\n\
                 X-Original-Authentication-Results: mx.google.com; {PASS}\n\
                 Received-SPF: pass\nX-Spam-Status: No, DMARC_PASS\n"
            );
            forged(s, &lines)
        }),
    ]
}

fn odd_stamps() -> Vec<Attack> {
    vec![
        attack(
            "a stamp for another domain than that in From",
            (STAMPED, Said::Passes("mal.example")),
            |s| with_token(s, BEATRIZ),
            "quarantined",
            "quarantine-failed",
        ),
        attack(
            "a stamp for a parent domain",
            (STAMPED, Said::Stamp("dkim=pass header.d=example; spf=pass")),
            |s| with_token(s, BEATRIZ),
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "SPF alone, of a shared provider",
            (
                STAMPED,
                Said::Stamp("spf=pass smtp.mailfrom=ministerio.example"),
            ),
            |s| with_token(s, BEATRIZ),
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "a result injected by the envelope's sender",
            (
                STAMPED,
                Said::Stamp(
                    "dmarc=fail header.from=ministerio.example; spf=pass \
                     smtp.mailfrom=a;dmarc=pass header.from=ministerio.example",
                ),
            ),
            |s| with_token(s, BEATRIZ),
            "quarantined",
            "quarantine-failed",
        ),
        attack(
            "a result within a quoted word",
            (
                STAMPED,
                Said::Stamp(
                    "spf=pass smtp.mailfrom=\"a; dmarc=pass header.from=ministerio.example\"@b",
                ),
            ),
            |s| with_token(s, BEATRIZ),
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "a comment that never ends",
            (
                STAMPED,
                Said::Stamp("dmarc=pass (p=none header.from=ministerio.example"),
            ),
            |s| with_token(s, BEATRIZ),
            "answer",
            "confirm-unstamped",
        ),
    ]
}

/// A forged stamp in the form of each server.
fn stamped(pass: &str) -> String {
    format!(
        "Authentication-Results: mx.ministerio.example; {pass}\n\
         Authentication-Results: mx.google.com; {pass}\n\
         Authentication-Results: {pass}\n"
    )
}

fn marks() -> Vec<Attack> {
    const MICROSOFT: &[Mode] = &[Mode::Microsoft];
    const OTHERS: &[Mode] = &[Mode::Authserv, Mode::Google];
    vec![
        attack(
            "another tenant's marks, which cross over",
            (MICROSOFT, Said::Nothing),
            |s| {
                let marks = "X-MS-Exchange-CrossTenant-AuthAs: Internal\n\
                             X-MS-Exchange-CrossTenant-AuthSource: A.prod.outlook.com\n\
                             X-MS-Exchange-CrossTenant-FromEntityHeader: Hosted\n";
                forged(s, marks)
            },
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "an internal mark without its source",
            (MICROSOFT, Said::Nothing),
            |s| forged(s, "X-MS-Exchange-Organization-AuthAs: Internal\n"),
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "an internal mark on a mail that failed",
            (MICROSOFT, Said::Fails(HOME)),
            |s| {
                let marks = "X-MS-Exchange-Organization-AuthAs: Internal\n\
                             X-MS-Exchange-Organization-AuthSource: A.prod.outlook.com\n";
                forged(s, marks)
            },
            "quarantined",
            "quarantine-failed",
        ),
        attack(
            "Exchange's marks where the mailbox is elsewhere",
            (OTHERS, Said::Nothing),
            |s| {
                let marks = "X-MS-Exchange-Organization-AuthAs: Internal\n\
                             X-MS-Exchange-Organization-AuthSource: A.prod.outlook.com\n";
                forged(s, marks)
            },
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "reputation alone",
            (
                MICROSOFT,
                Said::Stamp("dmarc=none header.from=ministerio.example;compauth=pass reason=703"),
            ),
            |s| with_token(s, BEATRIZ),
            "answer",
            "confirm-unstamped",
        ),
        attack(
            "spoofing of the office's own domain",
            (
                MICROSOFT,
                Said::Stamp("dmarc=none header.from=ministerio.example;compauth=fail reason=601"),
            ),
            |s| with_token(s, BEATRIZ),
            "quarantined",
            "quarantine-failed",
        ),
    ]
}

fn injected() -> Vec<Attack> {
    vec![
        attack(
            "a line break in an encoded display name",
            (ALL, Said::Own),
            |s| {
                let name = format!("=?utf-8?q?x=0D=0AFrom:_{}?=", BEATRIZ.replace('@', "=40"));
                with_token(s, &format!("{name} <b@mal.example>"))
            },
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "a line break in an encoded subject",
            (ALL, Said::Own),
            |s| {
                let (header, body) = with_token(s, "b@mal.example");
                let id = &s.asked.message_id;
                let subject = format!("Subject: =?utf-8?q?x=0D=0AIn-Reply-To:_<{id}>=0D=0AFrom:");
                (header.replace("Subject:", &format!("{subject}?=")), body)
            },
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "headers in the body",
            (ALL, Said::Own),
            |s| {
                let (header, body) = with_token(s, "b@mal.example");
                (header, format!("From: <{BEATRIZ}>\nSubject: x\n\n{body}"))
            },
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "a whole mail of the approver attached",
            (ALL, Said::Own),
            |s| {
                let (header, body) = with_token(s, "b@mal.example");
                let kind = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n";
                let inner = format!("From: <{BEATRIZ}>\nSubject: RE: Informe\n\n{body}");
                let parts = format!(
                    "--b\nContent-Type: text/plain\n\n{body}\n--b\nContent-Type: message/rfc822\n\n\
                     {inner}\n--b--\n"
                );
                (header + kind, parts)
            },
            "comment",
            "comment-somebody-else",
        ),
    ]
}

fn lists() -> Vec<Attack> {
    vec![
        attack(
            "a list that puts its own address in From",
            (ALL, Said::Passes(HOME)),
            |s| {
                let (header, body) =
                    with_token(s, "Beatriz Alcaíno via Lista <lista@ministerio.example>");
                let more = format!(
                    "List-Id: <lista.ministerio.example>\nList-Post: <mailto:lista@{HOME}>\n\
                     Reply-To: <{BEATRIZ}>\nX-Original-From: <{BEATRIZ}>\n"
                );
                (header + &more, body)
            },
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "a list that keeps From and breaks the signature",
            (STAMPED, Said::Fails(HOME)),
            |s| {
                let (header, body) = with_token(s, BEATRIZ);
                let more = "List-Id: <lista.otra.example>\nList-Post: <mailto:l@otra.example>\n";
                (header + more, format!("{body}\n____\nLista\n"))
            },
            "quarantined",
            "quarantine-failed",
        ),
    ]
}
