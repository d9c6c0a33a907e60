//! From fields that programs read in two ways, each with the approver's own token.

use crate::play::{Attack, attack};
use crate::scene::{ALL, HOME, Said, Scene};
use crate::senders::with_token;
use crate::stage::BEATRIZ;

pub fn attacks() -> Vec<Attack> {
    let mut all = read_as_somebody_else();
    all.extend(read_as_nobody());
    all
}

/// A whole mail is somebody else's word.
fn read_as_somebody_else() -> Vec<Attack> {
    let stranger = |name, said, mail: fn(&Scene) -> (String, String)| {
        let cell = "comment-somebody-else";
        attack(name, (ALL, said), mail, "comment", cell)
    };
    vec![
        stranger("her address as a bare display name", Said::Own, |s| {
            with_token(s, &format!("{BEATRIZ} <b@mal.example>"))
        }),
        stranger("her address with a percent sign", Said::Own, |s| {
            with_token(s, "<balcaino%ministerio.example@mal.example>")
        }),
        stranger("her address as an encoded name", Said::Own, |s| {
            let name = "=?utf-8?q?balcaino=40ministerio.example?=";
            with_token(s, &format!("{name} <b@mal.example>"))
        }),
        stranger("her address and a comma, encoded", Said::Own, |s| {
            let name = "=?utf-8?q?=3Cbalcaino=40ministerio.example=3E=2C?=";
            with_token(s, &format!("{name} <b@mal.example>"))
        }),
        stranger(
            "a colleague with her address as comment",
            Said::Passes(HOME),
            |s| with_token(s, &format!("rlillo@ministerio.example ({BEATRIZ})")),
        ),
        stranger("a soft hyphen in the mailbox", Said::Passes(HOME), |s| {
            with_token(s, "<bal\u{ad}caino@ministerio.example>")
        }),
        stranger("sent again by her, as it says", Said::Own, |s| {
            let (header, body) = with_token(s, "b@mal.example");
            let again = format!("Resent-From: {BEATRIZ}\nResent-Sender: {BEATRIZ}\n");
            (again + &header, body)
        }),
        stranger("a mail within a mail's text", Said::Own, |s| {
            let (header, body) = with_token(s, "b@mal.example");
            let id = &s.asked.message_id;
            let inner = format!("From: <{BEATRIZ}>\nIn-Reply-To: <{id}>\n\nApruebo.");
            (header, format!("Hola\n.\nDATA\n{inner}\n\n{body}"))
        }),
    ]
}

/// Nobody can be named for certain.
fn read_as_nobody() -> Vec<Attack> {
    let nobody = |name, mail: fn(&Scene) -> (String, String)| {
        attack(name, (ALL, Said::Own), mail, "no-sender", "")
    };
    vec![
        nobody("two addresses in angles", |s| {
            with_token(s, &format!("<{BEATRIZ}> <b@mal.example>"))
        }),
        nobody("a route to her", |s| {
            with_token(s, &format!("<@mal.example:{BEATRIZ}>"))
        }),
        nobody("a route from her", |s| {
            with_token(s, "<@ministerio.example:b@mal.example>")
        }),
        nobody("her address as a quoted mailbox", |s| {
            with_token(s, &format!("\"{BEATRIZ}\"@mal.example"))
        }),
        nobody("her mailbox in quotes", |s| {
            with_token(s, "\"balcaino\"@ministerio.example")
        }),
        nobody("a comment within the address", |s| {
            with_token(s, "balcaino(rlillo)@ministerio.example")
        }),
        nobody("an encoded address and no other", |s| {
            with_token(s, "=?utf-8?q?=3Cbalcaino=40ministerio.example=3E?=")
        }),
        nobody("an encoded mailbox", |s| {
            with_token(s, "=?utf-8?q?balcaino?=@ministerio.example")
        }),
        nobody("a zero byte in the address", |s| {
            with_token(s, &format!("<{BEATRIZ}\0@mal.example>"))
        }),
        nobody("a letter of no width in the domain", |s| {
            with_token(s, "<balcaino@ministerio\u{200b}.example>")
        }),
        nobody("a dot behind the domain", |s| {
            with_token(s, "<balcaino@ministerio.example.>")
        }),
        nobody("two addresses and a semicolon", |s| {
            with_token(s, &format!("{BEATRIZ}; b@mal.example"))
        }),
        nobody("a group with her in it", |s| {
            with_token(s, &format!("Beatriz:{BEATRIZ},b@mal.example;"))
        }),
        nobody("two authors and her as Sender", |s| {
            let (header, body) = with_token(s, &format!("{BEATRIZ}, b@mal.example"));
            (format!("Sender: {BEATRIZ}\n{header}"), body)
        }),
        nobody("a folded From and another one", |s| {
            let (header, body) = with_token(s, "b@mal.example");
            (format!("from:\t\n <{BEATRIZ}>\n{header}"), body)
        }),
        nobody("headers behind an empty line", |s| {
            let (header, body) = with_token(s, BEATRIZ);
            (format!("X: y\n\n{header}"), body)
        }),
    ]
}
