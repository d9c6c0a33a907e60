//! Attacks of more than one mail: old versions, old steps, repetitions, machines that go on.

use crate::scene::{ALL, HOME, Mode, SEREMI, Said, Scene, number_of};
use crate::stage::{BEATRIZ, Stage, TOMAS};

fn state(scene: &Scene) -> String {
    scene.one("SELECT state FROM requests ORDER BY id LIMIT 1")
}

fn outcomes(scene: &Scene, input: i64) -> Vec<String> {
    let sql = format!("SELECT outcome FROM journal WHERE input = {input}");
    scene.stage.column(&sql)
}

/// An answer to a mail of ours, by its token, from who may give it.
fn answers(scene: &mut Scene, from: &str, domain: &'static str, token: &str, words: &str) -> i64 {
    let header = format!("From: <{from}>\nSubject: RE: Informe\n");
    let body = format!("{words}\n\n[ref:{token}]\n");
    scene.arrives(&Said::Passes(domain), &header, &body)
}

#[test]
fn a_token_of_data_that_have_changed_since_approves_nothing() {
    for mode in ALL {
        let mut scene = Scene::begin(*mode);
        let old = scene.asked.clone();
        let told = scene.told.clone();
        let header = format!(
            "From: <{TOMAS}>\nSubject: RE: Informe\nIn-Reply-To: <{}>\n",
            told.message_id
        );
        let body = "Corrijo un dato:\n\nInforme técnico: Informe N° 3\n";
        scene.arrives(&Said::Passes(SEREMI), &header, body);
        if scene.stage.told("approval-request").len() < 2 {
            // By the Message-ID of a mail that asked nothing: what changes data is confirmed.
            let confirmation = scene.ours("decision-confirmation", TOMAS);
            answers(&mut scene, TOMAS, SEREMI, &confirmation.token, body);
        }
        assert_eq!(scene.stage.told("approval-request").len(), 2, "{mode:?}");
        let input = answers(&mut scene, BEATRIZ, HOME, &old.token, "Apruebo");
        assert_eq!(outcomes(&scene, input), ["refused-changed"], "{mode:?}");
        assert_eq!(state(&scene), "awaiting-approval");
        // A rejection stops nothing that was not shown to her either; she is told.
        assert_eq!(scene.stage.told("answer-not-counted"), [BEATRIZ]);
        let new = scene.ours("approval-request", BEATRIZ);
        answers(&mut scene, BEATRIZ, HOME, &new.token, "Apruebo");
        assert_eq!(state(&scene), "awaiting-work");
    }
}

#[test]
fn a_token_of_a_step_that_is_decided_decides_nothing_more() {
    for mode in ALL {
        let mut scene = Scene::begin(*mode);
        let token = scene.asked.token.clone();
        answers(&mut scene, BEATRIZ, HOME, &token, "Apruebo");
        assert_eq!(state(&scene), "awaiting-work");
        let approvals = "SELECT CAST(json_array_length(body, '$.approvals') AS TEXT) FROM requests";
        let again = answers(&mut scene, BEATRIZ, HOME, &token, "Apruebo nuevamente");
        assert!(!outcomes(&scene, again).contains(&"approved".to_owned()));
        assert_eq!(scene.one(approvals), "1", "{mode:?}");
    }
}

/// She was asked this one and means another: nothing is approved, she is asked once more.
#[test]
fn an_approval_that_names_another_request_approves_nothing() {
    for words in [
        "Apruebo la solicitud N° 99999",
        "Aprobado lo de la comuna de Putre",
    ] {
        let mut scene = Scene::begin(ALL[0]);
        let token = scene.asked.token.clone();
        let input = answers(&mut scene, BEATRIZ, HOME, &token, words);
        assert_eq!(outcomes(&scene, input), ["asked-again"], "{words}");
        assert_eq!(state(&scene), "awaiting-approval");
        let new = scene.ours("decision-unclear", BEATRIZ);
        answers(&mut scene, BEATRIZ, HOME, &new.token, "Apruebo");
        assert_eq!(state(&scene), "awaiting-work");
    }
}

/// The very mail that counted comes once more, with other lines above and another recipient.
#[test]
fn an_approval_that_is_replayed_counts_once() {
    for mode in ALL {
        let mut scene = Scene::begin(*mode);
        let token = scene.asked.token.clone();
        let header =
            format!("From: <{BEATRIZ}>\nMessage-ID: <hers@{HOME}>\nSubject: RE: Informe\n");
        let body = format!("Apruebo\n\n[ref:{token}]\n");
        scene.arrives(&Said::Passes(HOME), &header, &body);
        let more = format!("{header}To: <mesadeayuda@sigec.example>\nX-Path: other\n");
        let again = scene.arrives(&Said::Passes(HOME), &more, &body);
        let reason = scene.one(&format!("SELECT reason FROM inputs WHERE id = {again}"));
        assert_eq!(reason, "repeated", "{mode:?}");
    }
}

/// Nothing in our mails does anything by being opened: its buttons write a mail, which somebody
/// must send. (https://github.com/activepieces/activepieces/issues/14252)
#[test]
fn a_scanner_that_opens_every_link_opens_nothing() {
    let scene = Scene::begin(Mode::None);
    let links: Vec<&str> = scene.asked.html.split("href=\"").skip(1).collect();
    assert!(links.len() >= 2, "the buttons are there");
    assert!(
        links.iter().all(|link| link.starts_with("mailto:")),
        "{links:?}"
    );
    for sign in ["http://", "https://", "<form", "<img", "src="] {
        assert!(!scene.asked.html.contains(sign), "{sign}");
    }
}

/// A rule that answers "ok" to everything: whoever it belongs to, the desk stops talking to it, and
/// nobody's request is approved by it.
#[test]
fn a_rule_that_says_ok_to_everything_comes_to_an_end() {
    for mode in ALL {
        let mut scene = Scene::begin(*mode);
        let mut answered = 0;
        for round in 0..40 {
            let mails = to(&scene.stage, TOMAS);
            let fresh: Vec<String> = mails.into_iter().skip(answered).collect();
            if fresh.is_empty() {
                assert!(round > 0);
                break;
            }
            answered += fresh.len();
            for id in fresh {
                let header = format!(
                    "From: <{TOMAS}>\nIn-Reply-To: <{id}>\nSubject: RE: Informe\n\
                     Message-ID: <ok-{id}>\n"
                );
                scene.arrives(&Said::Passes(SEREMI), &header, "ok\n");
            }
            assert!(
                round < 39,
                "{mode:?}: it goes on for ever: {answered} mails"
            );
        }
        assert!(answered < 30, "{mode:?}: {answered} mails to a machine");
        assert_eq!(state(&scene), "awaiting-approval", "{mode:?}");
    }
}

/// Message-IDs of what went to somebody, in order.
fn to(stage: &Stage, address: &str) -> Vec<String> {
    let sql = "SELECT message_id FROM notices WHERE state = 'sent' AND address = ";
    stage.column(&format!("{sql}'{address}' ORDER BY id"))
}

/// A forger sends a hundred mails in somebody's name: three warnings a day, and the request's life
/// is not filled with them.
#[test]
fn forged_mails_cannot_flood_the_real_person() {
    let mut scene = Scene::begin(Mode::Authserv);
    for n in 0..25 {
        let header = format!("From: <{BEATRIZ}>\nSubject: RE: [{}] {n}\n", scene.number);
        scene.arrives(&Said::Fails(HOME), &header, "Apruebo.\n");
    }
    assert_eq!(scene.stage.told("impersonation-warning"), [BEATRIZ; 3]);
    let warning = scene.stage.sent("impersonation-warning")[0].text.clone();
    assert!(warning.contains(&scene.number), "{warning}");
    let quarantined = "SELECT reason FROM inputs WHERE authentication = 'fails'";
    assert_eq!(scene.stage.column(quarantined), ["quarantined"; 25]);
    let cells = "SELECT cell FROM journal WHERE cell = 'quarantine-failed'";
    assert_eq!(scene.stage.column(cells).len(), 3);
    // They wait in the folder for review, where a person can look at them.
    let parked = scene.stage.books(|books| books.count_inputs()).parked;
    assert_eq!(parked, 25);
}

/// The very same forged mail once more, as under another UIDVALIDITY, is no further attempt.
#[test]
fn a_forged_mail_that_the_mailbox_gives_twice_is_told_once() {
    let mut scene = Scene::begin(Mode::Authserv);
    let header = format!(
        "From: <{BEATRIZ}>\nSubject: RE: [{}]\nMessage-ID: <forged@mal.example>\n",
        scene.number
    );
    for _ in 0..2 {
        scene.arrives(&Said::Fails(HOME), &header, "Apruebo.\n");
    }
    let reasons = "SELECT reason FROM inputs WHERE authentication = 'fails' ORDER BY id";
    assert_eq!(scene.stage.column(reasons), ["quarantined", "repeated"]);
    assert_eq!(scene.stage.told("impersonation-warning"), [BEATRIZ]);
}

/// Forged mails without a stamp have confirmations sent: five a day, any of which she may answer.
#[test]
fn unproven_mails_cannot_flood_the_real_person() {
    let mut scene = Scene::begin(Mode::Google);
    for n in 0..10 {
        let header = format!("From: <{BEATRIZ}>\nSubject: RE: [{}] {n}\n", scene.number);
        scene.arrives(&Said::Nothing, &header, "Apruebo.\n");
    }
    assert_eq!(scene.stage.told("decision-confirmation"), [BEATRIZ; 5]);
    let confirmation = scene.ours("decision-confirmation", BEATRIZ);
    let header = format!("From: <{BEATRIZ}>\nSubject: RE: Informe\n");
    let body = format!("Apruebo\n\n[ref:{}]\n", confirmation.token);
    let input = scene.arrives(&Said::Nothing, &header, &body);
    assert_eq!(outcomes(&scene, input), ["approved"]);
    let cell = scene.one(&format!("SELECT cell FROM journal WHERE input = {input}"));
    assert_eq!(cell, "counts-confirmed");
}

/// Whoever takes our confirmation out of her mailbox: where the server judges, it is of no use; where
/// it says nothing for once, it counts, her receipt tells her, and her word undoes it.
#[test]
fn a_stolen_confirmation_needs_a_server_that_is_silent_and_is_undone() {
    let mut scene = Scene::begin(Mode::Authserv);
    let header = format!("From: <{BEATRIZ}>\nSubject: RE: [{}]\n", scene.number);
    scene.arrives(&Said::Nothing, &header, "Apruebo.\n");
    let confirmation = scene.ours("decision-confirmation", BEATRIZ);
    let body = format!("Apruebo\n\n[ref:{}]\n", confirmation.token);
    let judged = scene.arrives(&Said::Fails(HOME), &header, &body);
    let reason = format!("SELECT reason FROM inputs WHERE id = {judged}");
    assert_eq!(scene.one(&reason), "quarantined");
    assert_eq!(state(&scene), "awaiting-approval");
    let unjudged = scene.arrives(&Said::Nothing, &header, &body);
    assert_eq!(outcomes(&scene, unjudged), ["approved"]);
    assert_eq!(state(&scene), "awaiting-work");
    assert_eq!(scene.stage.told("decision-recorded"), [BEATRIZ]);
    let receipt = scene.ours("decision-recorded", BEATRIZ);
    let header = format!(
        "From: <{BEATRIZ}>\nSubject: RE: [{}]\nIn-Reply-To: <{}>\n",
        scene.number, receipt.message_id
    );
    scene.arrives(&Said::Passes(HOME), &header, "No fui yo.\n");
    assert_eq!(state(&scene), "awaiting-approval");
}

/// A link in a forged subject does not reach the real person through us.
#[test]
fn a_forgers_link_is_not_handed_on() {
    let mut scene = Scene::begin(Mode::Microsoft);
    let header = format!("From: <{BEATRIZ}>\nSubject: Revise https://mal.example/x ahora\n");
    scene.arrives(
        &Said::Fails(HOME),
        &header,
        "Urgente: https://mal.example/x\n",
    );
    let warning = scene.stage.sent("impersonation-warning")[0].text.clone();
    assert!(!warning.contains("mal.example"), "{warning}");
}

/// A calendar's answer is a machine's word about an invitation, not a decision on a request.
#[test]
fn a_calendar_answer_approves_nothing() {
    for mode in ALL {
        let mut scene = Scene::begin(*mode);
        let header = format!(
            "From: <{BEATRIZ}>\nSubject: Aceptado: Informe\nIn-Reply-To: <{}>\nMIME-Version: 1.0\n\
             Content-Type: multipart/alternative; boundary=b\n",
            scene.asked.message_id
        );
        let body = "--b\nContent-Type: text/plain\n\nAceptado\n--b\n\
                    Content-Type: text/calendar; method=REPLY\n\n\
                    BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n\
                    ATTENDEE;PARTSTAT=ACCEPTED:mailto:balcaino@ministerio.example\nEND:VEVENT\n\
                    END:VCALENDAR\n--b--\n";
        scene.arrives(&Said::Passes(HOME), &header, body);
        assert_eq!(state(&scene), "awaiting-approval", "{mode:?}");
    }
}

/// What third parties get carries no token: copies, comments, acknowledgements.
#[test]
fn copies_carry_no_token() {
    let mut scene = Scene::begin(Mode::None);
    let token = scene.asked.token.clone();
    // A stranger's approval is told to who was asked; the requester's words to both.
    let header = "From: <b@mal.example>\nSubject: RE: Informe\n";
    let body = format!("Apruebo, código {token} y [ref:{token}] en la frase\n\n[ref:{token}]\n");
    scene.arrives(&Said::Nothing, header, &body);
    answers(
        &mut scene,
        BEATRIZ,
        HOME,
        &token,
        "¿Qué período cubre el informe?",
    );
    let all = scene
        .stage
        .books(|books| books.sent_since(chrono::DateTime::<chrono::Utc>::default()));
    let mut looked = 0;
    for mail in all {
        let parsed = mail_parser::MessageParser::default()
            .parse(&mail.bytes)
            .unwrap();
        let text = parsed.body_text(0).unwrap();
        if mail.address != BEATRIZ {
            looked += 1;
            assert!(
                !text.contains(&token),
                "{} to {}",
                mail.message,
                mail.address
            );
        }
    }
    assert!(looked >= 3);
    let asks = scene.stage.column(
        "SELECT message FROM notices WHERE token_hash IS NULL AND json_extract(body, '$.ask') <> ''",
    );
    assert!(asks.is_empty(), "{asks:?}");
}

/// The work is not done because somebody says so in the executor's name, and neither is it stopped.
#[test]
fn work_is_neither_ended_nor_stopped_by_forged_words() {
    for mode in [Mode::Authserv, Mode::Microsoft, Mode::Google] {
        let mut scene = Scene::begin(mode);
        let token = scene.asked.token.clone();
        answers(&mut scene, BEATRIZ, HOME, &token, "Apruebo");
        let rocio = "rlillo@ministerio.example";
        let order = scene.ours("work-order", "equipo.sigec@ministerio.example");
        for (from, words) in [
            (rocio, "Listo."),
            (rocio, "No se pudo: falta el acta."),
            (BEATRIZ, "Rechazo: no fui yo."),
            (TOMAS, "Desisto de la solicitud."),
        ] {
            for (said, expected) in [
                (
                    Said::Fails(if from == TOMAS { SEREMI } else { HOME }),
                    "quarantine-failed",
                ),
                (Said::Nothing, "confirm-unstamped"),
            ] {
                let header = format!(
                    "From: <{from}>\nSubject: RE: [{}]\nIn-Reply-To: <{}>\n",
                    scene.number, order.message_id
                );
                let input = scene.arrives(&said, &header, &format!("{words}\n"));
                let cells = format!("SELECT cell FROM journal WHERE input = {input}");
                let cells = scene.stage.column(&cells);
                let shown = cells.is_empty() && expected == "quarantine-failed";
                // The order went to the team: an approver's or requester's word by it is a comment.
                let other = from != rocio && cells == ["comment-somebody-else"];
                assert!(
                    shown || other || cells == [expected],
                    "{mode:?} {words}: {cells:?}"
                );
                assert_eq!(state(&scene), "awaiting-work", "{mode:?} {words}");
            }
        }
        let header = format!(
            "From: <{rocio}>\nSubject: RE: Informe\nIn-Reply-To: <{}>\n",
            order.message_id
        );
        scene.arrives(&Said::Passes(HOME), &header, "Listo.\n");
        assert_eq!(state(&scene), "closed", "{mode:?}");
    }
}

/// A genuine office whose own mail is never stamped still gets its work done: each word is
/// confirmed by one more mail, and no confirmation asks for another.
#[test]
fn an_office_whose_own_mail_bears_no_stamp_is_served_by_confirmations() {
    for mode in [Mode::Authserv, Mode::Microsoft, Mode::Google] {
        let mut scene = Scene::begin(mode);
        let header = format!("From: <{TOMAS}>\nSubject: Desaprobación de informe técnico\n");
        let text = crate::stage::memorandum("Informe N° 5");
        scene.arrives(&Said::Nothing, &header, &text);
        let last = |scene: &Scene| scene.one("SELECT state FROM requests ORDER BY id DESC LIMIT 1");
        assert_eq!(last(&scene), "awaiting-confirmation", "{mode:?}");
        for (message, from, words, then) in [
            (
                "opening-confirmation",
                TOMAS,
                "Sí, es mía.",
                "awaiting-approval",
            ),
            ("approval-request", BEATRIZ, "Apruebo", "awaiting-approval"),
            ("decision-confirmation", BEATRIZ, "Apruebo", "awaiting-work"),
        ] {
            let asked = scene.ours(message, from);
            let header = format!("From: <{from}>\nSubject: RE: Informe\n");
            let body = format!("{words}\n\n[ref:{}]\n", asked.token);
            scene.arrives(&Said::Nothing, &header, &body);
            assert_eq!(last(&scene), then, "{mode:?} {message}");
        }
    }
}

/// Where the authority's own mail passes, it opens without being asked again.
#[test]
fn an_authoritys_own_memorandum_opens_at_once() {
    let mut scene = Scene::begin(Mode::Google);
    let (header, body) = crate::openings::mail(BEATRIZ, "", 60);
    let input = scene.arrives(&Said::Passes(HOME), &header, &body);
    let cell = scene.one(&format!("SELECT cell FROM journal WHERE input = {input}"));
    assert_eq!(cell, "opens-authenticated");
    assert!(scene.stage.told("opening-confirmation").is_empty());
    assert_eq!(scene.stage.told("work-order").len(), 1);
}

/// Forged memoranda of an authority, each another, that nothing speaks against: ten wait for her
/// word, the others for a person of the desk; her own, which pass, open all the same.
#[test]
fn forged_memoranda_cannot_fill_the_desk() {
    let mut scene = Scene::begin(Mode::Microsoft);
    for n in 100..125 {
        let (header, body) = crate::openings::mail(BEATRIZ, "", n);
        scene.arrives(&Said::Nothing, &header, &body);
    }
    let waiting = "SELECT number FROM requests WHERE state = 'awaiting-confirmation'";
    assert_eq!(scene.stage.column(waiting).len(), 10);
    let left = "SELECT state FROM inputs WHERE reason = 'too-many-unconfirmed'";
    assert_eq!(scene.stage.column(left), ["parked"; 15]);
    let (header, body) = crate::openings::mail(BEATRIZ, "", 200);
    scene.arrives(&Said::Passes(HOME), &header, &body);
    let cell = scene.one("SELECT cell FROM journal ORDER BY id DESC LIMIT 1");
    assert_eq!(cell, "opens-authenticated");
}

/// What is missing is nobody's to fill in but its writer's, in whatever way the mail refers to the
/// request; the real person is shown it, and says no.
#[test]
fn nobody_fills_in_for_somebody_else_what_is_missing() {
    let bodies = "SELECT body FROM requests ORDER BY id DESC LIMIT 1";
    let states = "SELECT state FROM requests ORDER BY id DESC LIMIT 1";
    for mode in ALL {
        for way in ["tag", "own Message-ID", "nothing"] {
            let mut scene = Scene::begin(*mode);
            let number = number_of(&scene.other.text);
            let refers = match way {
                "tag" => format!("Subject: RE: [{number}] Informe\n"),
                "own Message-ID" => {
                    format!("Subject: RE: Informe\nIn-Reply-To: <first2@{SEREMI}>\n")
                }
                _ => "Subject: Informe\n".to_owned(),
            };
            let header = format!("From: <{TOMAS}>\n{refers}");
            let body = "Número de proyecto: 99-999999-99999-26\n";
            scene.arrives(&Said::Nothing, &header, body);
            assert_eq!(scene.one(states), "awaiting-data", "{mode:?} {way}");
            let kept = scene.stage.told("decision-confirmation");
            if kept.contains(&TOMAS.to_owned()) {
                let asked = scene.ours("decision-confirmation", TOMAS);
                assert!(asked.text.contains("99-999999-99999-26"), "{mode:?} {way}");
                answers(&mut scene, TOMAS, SEREMI, &asked.token, "No es mío");
            }
            // His own answer counts, and nothing of the other one.
            let token = scene.other.token.clone();
            answers(
                &mut scene,
                TOMAS,
                SEREMI,
                &token,
                "Número de proyecto: 07-123456-00012-26\n",
            );
            assert_eq!(scene.one(states), "awaiting-approval", "{mode:?} {way}");
            assert!(!scene.one(bodies).contains("99-999999"), "{mode:?} {way}");
        }
    }
}
