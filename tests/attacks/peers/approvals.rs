//! Approvals that were taken from the wrong person, or from nobody.

use super::{begun, count, id_of, replies, state};
use crate::scene::{HOME, Mode, Said, Scene};
use crate::stage::{BEATRIZ, TOMAS, at};

/// A3: whoever is asked a second time gets a second mail. https://github.com/frappe/frappe/pull/41691
/// And a word about what is decided names who decided it.
/// https://github.com/frappe/frappe/issues/34570
#[test]
fn a3_a_step_that_comes_again_is_asked_again() {
    let mut stage = begun();
    let told = id_of(&stage, "approval-request");
    let first = id_of(&stage, "acknowledgement");
    let text = "Corrijo: Informe técnico: Informe N° 9\n";
    replies(&mut stage, TOMAS, &first, "RE: Informe", text);
    if stage.told("approval-request").len() == 1 {
        let confirmation = id_of(&stage, "decision-confirmation");
        replies(&mut stage, TOMAS, &confirmation, "RE: Informe", text);
    }
    assert_eq!(stage.told("approval-request"), [BEATRIZ, BEATRIZ]);
    assert_ne!(id_of(&stage, "approval-request"), told);
    assert_eq!(state(&stage), "awaiting-approval");
}

/// A4: only the step's own people are asked, and a substitute is shown as one.
/// https://github.com/HewlettPackard/squest/pull/475, https://github.com/18F/C2/pull/309
#[test]
fn a4_a_substitute_is_shown_as_one() {
    let mut stage = begun();
    assert_eq!(stage.told("approval-request"), [BEATRIZ]);
    let asked = id_of(&stage, "approval-request");
    let text = "Estoy fuera de la oficina hasta el 9 de octubre de 2026.\n";
    replies(
        &mut stage,
        BEATRIZ,
        &asked,
        "Respuesta automática: Informe",
        text,
    );
    let diego = "dfuenzalida@ministerio.example";
    assert_eq!(stage.told("approval-request"), [BEATRIZ, diego]);
    let asked = id_of(&stage, "approval-request");
    replies(&mut stage, diego, &asked, "RE: Informe", "Apruebo.\n");
    assert_eq!(state(&stage), "awaiting-work");
    let order = stage.sent("work-order")[0].text.clone();
    assert!(order.contains("Diego Fuenzalida"), "{order}");
    assert!(order.contains("Beatriz Alcaíno"), "in whose place: {order}");
    let by = "SELECT json_extract(body, '$.approvals[0].standing_in_for') FROM requests";
    assert_eq!(stage.column(by), ["beatriz-alcaino"]);
}

/// A5: the server's word is not dropped on the way: the same mail counts or not by it alone.
/// https://github.com/vellum-ai/vellum-assistant/pull/38389; forged and several stamps, suffixes
/// and subdomains: `src/mail/authentication/tests.rs` and `headers.rs`
/// (https://github.com/NousResearch/hermes-agent/pull/46718,
/// https://github.com/NousResearch/hermes-agent/pull/68606,
/// https://github.com/LanternOps/breeze/pull/2099, https://github.com/dust-tt/dust/pull/23317,
/// https://github.com/postalsys/mailauth/issues/74)
#[test]
fn a5_the_verdict_alone_makes_the_difference() {
    for (said, state, cell) in [
        (
            Said::Passes(HOME),
            "awaiting-work",
            "counts-authenticated-token",
        ),
        (Said::Nothing, "awaiting-approval", "confirm-unstamped"),
        (Said::Fails(HOME), "awaiting-approval", "quarantine-failed"),
    ] {
        for mode in [Mode::Authserv, Mode::Microsoft, Mode::Google] {
            let mut scene = Scene::begin(mode);
            let (header, body) = crate::senders::with_token(&scene, BEATRIZ);
            let input = scene.arrives(&said, &header, &body);
            let sql = "SELECT state FROM requests ORDER BY id LIMIT 1";
            assert_eq!(scene.one(sql), state, "{mode:?} {said:?}");
            let sql = format!("SELECT cell FROM journal WHERE input = {input}");
            assert_eq!(scene.one(&sql), cell, "{mode:?} {said:?}");
        }
    }
}

/// A5: a genuine mail that was forwarded on the way, and fails, locks nobody out: the person is told
/// what to do, and the same mail counts if it comes from their own mailbox.
/// https://github.com/Mnexa-AI/e2a/issues/318
#[test]
fn a5_a_forwarded_answer_locks_nobody_out() {
    let mut scene = Scene::begin(Mode::Authserv);
    let (header, body) = crate::senders::with_token(&scene, BEATRIZ);
    scene.arrives(&Said::Fails(HOME), &header, &body);
    assert_eq!(scene.stage.told("impersonation-warning"), [BEATRIZ]);
    scene.arrives(
        &Said::Passes(HOME),
        &header,
        &body.replace("Apruebo", "Apruebo."),
    );
    let sql = "SELECT state FROM requests ORDER BY id LIMIT 1";
    assert_eq!(scene.one(sql), "awaiting-work");
}

/// A6: silence approves nothing, however long (as iTop's approval does); a short code guessed
/// (iTop), any reply at all (RT), and a header that says who it was from (Frappe's X-Original-From,
/// in `senders.rs`) neither.
#[test]
fn a6_neither_silence_nor_any_reply_approves() {
    let mut stage = begun();
    let asked = id_of(&stage, "approval-request");
    for text in ["¿?\n", "12345\n", "Recibido.\n"] {
        replies(&mut stage, BEATRIZ, &asked, "RE: Informe", text);
    }
    assert_eq!(state(&stage), "awaiting-approval");
    for day in 5..31 {
        stage.set(at(day, 11));
        stage.drain();
    }
    assert_eq!(state(&stage), "awaiting-approval");
    assert!(stage.told("work-order").is_empty());
    assert_eq!(count(&stage, "requests"), "1");
}
