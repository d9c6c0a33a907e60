//! What our own "please repeat it" may make somebody say: a yes is for what it shows, and for
//! nothing else.

use crate::scene::{ALL, Mode, Said, Scene};
use crate::stage::BEATRIZ;

fn state(scene: &Scene) -> String {
    scene.one("SELECT state FROM requests ORDER BY id LIMIT 1")
}

/// A forged answer that nothing proves, and what she then answers to our confirmation of it.
fn after(mode: Mode, forged: &str, words: &str) -> (String, String) {
    let mut scene = Scene::begin(mode);
    let header = format!("From: <{BEATRIZ}>\nSubject: RE: [{}]\n", scene.number);
    scene.arrives(&Said::Nothing, &header, forged);
    let confirmation = scene.ours("decision-confirmation", BEATRIZ);
    let header = format!("From: <{BEATRIZ}>\nSubject: RE: Confirme su respuesta\n");
    let body = format!("{words}\n\n[ref:{}]\n", confirmation.token);
    let input = scene.arrives(&Said::Nothing, &header, &body);
    let outcome = format!("SELECT outcome FROM journal WHERE input = {input} ORDER BY id LIMIT 1");
    (scene.one(&outcome), state(&scene))
}

/// A forger has us ask her about a rejection, a condition, a "not mine": her "yes, that is mine"
/// must never come out as an approval.
#[test]
fn a_bare_yes_to_a_forged_no_approves_nothing() {
    let forgeries = [
        "Rechazo la solicitud, el monto no corresponde.\n",
        "Apruebo siempre que adjunten el oficio.\n",
        "¿Por qué se pide esto?\n",
        "Lo veo mañana.\n",
    ];
    let yes = [
        "Sí",
        "Correcto",
        "Así es, gracias",
        "Sí, yo lo envié",
        "De acuerdo",
        "Conforme",
    ];
    for mode in ALL {
        // Every word in one mode; the modes differ in nothing but what the server says.
        let words = if *mode == Mode::Google {
            &yes[..]
        } else {
            &yes[..1]
        };
        for forged in forgeries {
            for words in words {
                let (outcome, state) = after(*mode, forged, words);
                let what = format!("{mode:?} {forged} {words}: {outcome}");
                assert_eq!(state, "awaiting-approval", "{what}");
                assert_ne!(outcome, "approved", "{what}");
            }
        }
    }
}

/// Nor does a bare "no" below a forged approval reject: it may say that the answer is not hers.
#[test]
fn a_bare_no_rejects_nothing() {
    for forged in ["Apruebo.\n", "Rechazo la solicitud.\n"] {
        for words in [
            "No",
            "No, gracias",
            "No, saludos",
            "No, no fui yo",
            "No, ese correo no es mío",
            "No fui yo",
        ] {
            let (outcome, state) = after(Mode::Google, forged, words);
            assert_eq!(state, "awaiting-approval", "{forged} {words}: {outcome}");
        }
    }
}

/// What names itself means the same below any question.
#[test]
fn words_that_name_what_they_do_count_below_any_confirmation() {
    for (forged, words, expected) in [
        ("Rechazo la solicitud.\n", "Apruebo", "approved"),
        ("Rechazo la solicitud.\n", "Doy mi visto bueno", "approved"),
        ("Rechazo la solicitud.\n", "Sí, acepto", "approved"),
        ("Rechazo la solicitud.\n", "Valido la solicitud", "approved"),
        ("Rechazo la solicitud.\n", "Doy mi conformidad", "approved"),
        ("Rechazo la solicitud.\n", "Procedan", "approved"),
        (
            "Rechazo la solicitud.\n",
            "Sí, rechazo la solicitud",
            "rejected",
        ),
        ("Apruebo.\n", "No apruebo: el monto está mal", "rejected"),
        ("Apruebo.\n", "Sí", "approved"),
        ("Apruebo.\n", "Correcto, gracias", "approved"),
    ] {
        let (outcome, _) = after(Mode::Google, forged, words);
        assert_eq!(outcome, expected, "{forged} {words}");
    }
}

/// The same of "is this memorandum yours?": below a forged "no es mía" a "yes" opens nothing.
#[test]
fn a_bare_yes_to_a_forged_not_mine_opens_nothing() {
    for (words, expected) in [
        ("Sí", "awaiting-confirmation"),
        ("Correcto, es mía", "awaiting-confirmation"),
        ("Sí, la solicitud es mía", "awaiting-work"),
        ("La solicitud es mía", "awaiting-work"),
        ("No es mía", "closed"),
    ] {
        let mut scene = Scene::begin(Mode::Google);
        let (header, body) = crate::openings::mail(BEATRIZ, "", 60);
        scene.arrives(&Said::Nothing, &header, &body);
        let last = "SELECT state FROM requests ORDER BY id DESC LIMIT 1";
        assert_eq!(scene.one(last), "awaiting-confirmation");
        let number = scene.one("SELECT number FROM requests ORDER BY id DESC LIMIT 1");
        let header = format!("From: <{BEATRIZ}>\nSubject: RE: [{number}]\n");
        scene.arrives(&Said::Nothing, &header, "La solicitud no es mía.\n");
        let asked = scene.ours("decision-confirmation", BEATRIZ);
        let text = scene
            .stage
            .sent("decision-confirmation")
            .pop()
            .unwrap()
            .text;
        assert!(text.contains("«La solicitud es mía»"), "{text}");
        let header = format!("From: <{BEATRIZ}>\nSubject: RE: Confirme su respuesta\n");
        let body = format!("{words}\n\n[ref:{}]\n", asked.token);
        scene.arrives(&Said::Nothing, &header, &body);
        let outcome = scene.one("SELECT outcome FROM journal ORDER BY id DESC LIMIT 1");
        assert_eq!(scene.one(last), expected, "{words}: {outcome}");
    }
}

/// A forged rejection, then a bare yes that nothing but the number ties to it, his or hers: the
/// confirmation of that yes does not make another yes an approval.
#[test]
fn a_yes_about_a_yes_approves_nothing() {
    let mut scene = Scene::begin(Mode::Google);
    let header = format!("From: <{BEATRIZ}>\nSubject: RE: [{}]\n", scene.number);
    scene.arrives(&Said::Nothing, &header, "Rechazo la solicitud.\n");
    scene.arrives(&Said::Nothing, &header, "Correcto.\n");
    let second = scene.ours("decision-confirmation", BEATRIZ);
    let header = format!("From: <{BEATRIZ}>\nSubject: RE: Confirme su respuesta\n");
    let body = format!("Sí\n\n[ref:{}]\n", second.token);
    scene.arrives(&Said::Nothing, &header, &body);
    assert_eq!(state(&scene), "awaiting-approval");
}
