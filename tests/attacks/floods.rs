//! Mails in somebody's name that nothing proves, many on one day: what they make the desk tell that
//! person has a measure, and what they would have been told waits for the morning, gathered.

use crate::scene::{HOME, Mode, SEREMI, Said, Scene};
use crate::stage::{BEATRIZ, TOMAS, at, memorandum};

/// A subject and a text, one after the other.
type Mail = fn(&Scene, usize) -> (String, String);

/// Mails in somebody's name, and how many of one kind they get of it that day.
struct Flood {
    name: &'static str,
    who: &'static str,
    mail: Mail,
    kind: &'static str,
    measure: usize,
}

fn tagged(scene: &Scene, n: usize, text: &str) -> (String, String) {
    (format!("RE: [{}] {n}", scene.number), format!("{text}\n"))
}

fn floods() -> Vec<Flood> {
    let flood = |name, (who, mail): (&'static str, Mail), kind, measure| Flood {
        name,
        who,
        mail,
        kind,
        measure,
    };
    let confirmation = "decision-confirmation";
    vec![
        flood(
            "how far is it",
            (TOMAS, |s, n| tagged(s, n, "¿En qué estado va lo mío?")),
            "status",
            5,
        ),
        flood(
            "taking it back",
            (TOMAS, |s, n| tagged(s, n, "Desisto de la solicitud.")),
            confirmation,
            5,
        ),
        flood(
            "other data",
            (TOMAS, |s, n| {
                tagged(s, n, &format!("Número de proyecto: 07-123456-{n:05}-26"))
            }),
            confirmation,
            5,
        ),
        flood(
            "the same again",
            (TOMAS, |_, n| {
                let subject = format!("Desaprobación de informe técnico {n}");
                (subject, memorandum("Informe N° 1"))
            }),
            "already-received",
            3,
        ),
        flood(
            "approvals",
            (BEATRIZ, |s, n| tagged(s, n, "Apruebo.")),
            confirmation,
            5,
        ),
    ]
}

fn told(scene: &Scene, flood: &Flood) -> usize {
    let told = scene.stage.told(flood.kind);
    told.iter().filter(|to| *to == flood.who).count()
}

/// Eleven of a kind on one day.
fn play(mode: Mode, flood: &Flood) {
    let mut scene = Scene::begin(mode);
    for n in 0..11 {
        let (subject, body) = (flood.mail)(&scene, n);
        let header = format!("From: <{}>\nSubject: {subject}\n", flood.who);
        scene.arrives(&Said::Nothing, &header, &body);
    }
    let name = flood.name;
    assert_eq!(told(&scene, flood), flood.measure, "{mode:?}: {name}");
    scene.stage.set(at(6, 9));
    scene.stage.drain();
    assert_eq!(told(&scene, flood), flood.measure + 1, "{mode:?}: {name}");
    let lost = "SELECT message FROM notices WHERE state NOT IN ('sent', 'due')";
    assert!(scene.stage.column(lost).is_empty(), "{mode:?}: {name}");
}

#[test]
fn what_nothing_proves_floods_nobody_where_nothing_is_stamped() {
    for flood in floods() {
        play(Mode::None, &flood);
    }
}

#[test]
fn what_nothing_proves_floods_nobody_where_mail_is_stamped() {
    for flood in floods() {
        play(Mode::Google, &flood);
    }
}

/// "Desisto" in his name and data in his name wait for the morning both: each is asked, and a "no"
/// to the one leaves the other.
#[test]
fn what_waits_for_the_morning_is_asked_each_for_itself() {
    let mut scene = Scene::begin(Mode::Google);
    let write = |scene: &mut Scene, n: usize, text: &str| {
        let subject = format!("RE: [{}] {n}", scene.number);
        let header = format!("From: <{TOMAS}>\nSubject: {subject}\n");
        scene.arrives(&Said::Nothing, &header, text);
    };
    for n in 0..5 {
        write(&mut scene, n, "Desisto de la solicitud.\n");
    }
    write(&mut scene, 6, "Número de proyecto: 07-123456-00077-26\n");
    write(&mut scene, 7, "Desisto de la solicitud.\n");
    scene.stage.set(at(6, 9));
    scene.stage.drain();
    let asked = scene.stage.sent("decision-confirmation");
    let asked: Vec<&str> = asked[5..].iter().map(|m| m.text.as_str()).collect();
    assert_eq!(asked.len(), 2);
    let data = asked.iter().position(|t| t.contains("00077")).unwrap();
    assert!(asked[1 - data].contains("Se retira la solicitud"));
    let mut answer = |text: &str, words: &str| {
        let token = text.split("[ref:").nth(1).unwrap();
        let token = token.split(']').next().unwrap();
        let header = format!("From: <{TOMAS}>\nSubject: RE: Informe\n");
        let body = format!("{words}\n\n[ref:{token}]\n");
        scene.arrives(&Said::Passes(SEREMI), &header, &body);
    };
    answer(asked[1 - data], "No es mío.");
    answer(asked[data], "Sí, es mío.");
    let fields = "SELECT json_extract(body, '$.fields') FROM requests ORDER BY id LIMIT 1";
    assert!(scene.one(fields).contains("00077"));
    let state = "SELECT state FROM requests ORDER BY id LIMIT 1";
    assert_eq!(scene.one(state), "awaiting-approval");
}

/// A "yes" is for what the mail that it answers showed: not for what a forger had kept since, nor
/// for what another mail asks.
#[test]
fn a_yes_to_one_question_is_none_to_another() {
    for (mode, said) in [(Mode::Google, Said::Nothing), (Mode::None, Said::Nothing)] {
        let mut scene = Scene::begin(mode);
        let subject = format!("RE: [{}]", scene.number);
        let header = format!("From: <{TOMAS}>\nSubject: {subject}\n");
        let change = |n: u32| format!("Número de proyecto: 07-123456-{n:05}-26\n");
        let body = "SELECT body FROM requests ORDER BY id LIMIT 1";
        let value = |scene: &Scene, n: u32| {
            let path = "SELECT json_extract(body, '$.fields') FROM requests ORDER BY id LIMIT 1";
            scene.one(path).contains(&format!("{n:05}-26"))
        };
        // His own; a forger's on top of it; and "desisto" by the forger.
        scene.arrives(&said, &header, &change(77));
        let first = scene.ours("decision-confirmation", TOMAS);
        scene.arrives(&said, &header, &change(66_666));
        let second = scene.ours("decision-confirmation", TOMAS);
        scene.arrives(&said, &header, "Desisto de la solicitud.\n");
        let third = scene.ours("decision-confirmation", TOMAS);
        let yes = |token: &str| format!("Sí, es mío.\n\n[ref:{token}]\n");
        scene.arrives(&Said::Passes(SEREMI), &header, &yes(&first.token));
        let now = scene.one(body);
        assert!(!value(&scene, 66_666) && !value(&scene, 77), "{now}");
        // He is shown all of it again; the answer to the newest counts for what it shows alone.
        let again = scene.ours("decision-confirmation", TOMAS);
        assert_ne!(again.token, third.token);
        // Whoever else holds one of these tokens says nothing by it.
        let other = format!("From: <{BEATRIZ}>\nSubject: {subject}\n");
        for token in [&second.token, &third.token, &again.token] {
            scene.arrives(&Said::Passes(HOME), &other, &yes(token));
        }
        assert!(!value(&scene, 66_666) && !value(&scene, 77));
        let state = "SELECT state FROM requests ORDER BY id LIMIT 1";
        assert_eq!(scene.one(state), "awaiting-approval", "{mode:?}");
        // The token of one request's question is no answer to another's.
        let stray = header.replace("000001", "000002");
        scene.arrives(&Said::Passes(SEREMI), &stray, &yes(&second.token));
        assert!(value(&scene, 66_666), "what he was shown, he may take");
        assert_eq!(scene.one(state), "awaiting-approval", "{mode:?}");
    }
}

/// What is accepted already is not thrown out by a value in somebody's name.
#[test]
fn an_unproven_value_that_is_none_changes_nothing() {
    for mode in [Mode::None, Mode::Google] {
        let mut scene = Scene::begin(mode);
        let two = scene.number.replace("000001", "000002");
        let fields = "SELECT json_extract(body, '$.fields') || json_extract(body, '$.invalid')
                      || json_extract(body, '$.version') FROM requests WHERE id = 2";
        let before = scene.one(fields);
        for n in 0..11 {
            let header = format!("From: <{TOMAS}>\nSubject: RE: [{two}] {n}\n");
            let text = format!("Región: Región de Marte {n}\n");
            scene.arrives(&Said::Nothing, &header, &text);
        }
        assert_eq!(scene.one(fields), before, "{mode:?}");
        let asked = scene.stage.told("missing-data").len();
        assert!(asked <= 8, "{mode:?}: {asked}");
    }
}

/// Whoever writes fifty mails in an approver's name does not keep her own answer from counting.
#[test]
fn a_proven_answer_counts_behind_a_flood_in_its_senders_name() {
    let mut scene = Scene::begin(Mode::None);
    for n in 0..50 {
        let (subject, body) = tagged(&scene, n, "¿En qué estado va esto?");
        let header = format!("From: <{BEATRIZ}>\nSubject: {subject}\n");
        scene.arrives(&Said::Nothing, &header, &body);
    }
    let reason = |scene: &Scene, input: i64| {
        scene.one(&format!("SELECT reason FROM inputs WHERE id = {input}"))
    };
    let header = format!("From: <{BEATRIZ}>\nSubject: RE: Informe\n");
    let unproven = format!("{header}X-N: 1\n").replace("RE:", &format!("RE: [{}]", scene.number));
    let input = scene.arrives(&Said::Nothing, &unproven, "Apruebo.\n");
    assert_eq!(reason(&scene, input), "too-many-from-sender");
    let body = format!("Apruebo\n\n[ref:{}]\n", scene.asked.token);
    let input = scene.arrives(&Said::Nothing, &header, &body);
    assert_eq!(reason(&scene, input), "answer");
    let state = "SELECT state FROM requests ORDER BY id LIMIT 1";
    assert_eq!(scene.one(state), "awaiting-work");
    // Once more it decides nothing, and is one of too many.
    let input = scene.arrives(&Said::Nothing, &header, &format!("{body}\n"));
    assert_eq!(reason(&scene, input), "too-many-from-sender");
}

/// What goes to a person, and what must come from somebody else, is told in the end: the subjects of
/// all that was held back stand in one mail.
#[test]
fn receipts_that_are_held_back_name_every_mail() {
    let mut scene = Scene::begin(Mode::None);
    for n in 0..16 {
        scene
            .stage
            .set(at(5, 10) + chrono::TimeDelta::minutes(10 * n));
        let header = format!("From: <{TOMAS}>\nSubject: Consulta {n}\n");
        let text = format!("Necesito ayuda con la cosa número {n}, por favor.\n");
        scene.arrives(&Said::Nothing, &header, &text);
    }
    let stranger = "directora@manosdelsur.example";
    for n in 0..5 {
        let header = format!("From: <{stranger}>\nSubject: Creación de organización {n}\n");
        let text = format!(
            "Somos una fundación de Tomé y necesitamos que se cree nuestra organización.\n\n\
             Nombre o razón social: Fundación Manos del Sur {n}\nRUT: 65.123.987-7\n\
             Región: Biobío\n"
        );
        scene.arrives(&Said::Nothing, &header, &text);
    }
    assert_eq!(scene.stage.told("triage-received"), [TOMAS; 12]);
    assert_eq!(scene.stage.told("wrong-channel"), [stranger; 3]);
    scene.stage.set(at(6, 9));
    scene.stage.drain();
    for (kind, name, first, last) in [
        ("triage-received", "Consulta", 12, 15),
        ("wrong-channel", "Creación de organización", 3, 4),
    ] {
        let text = scene.stage.sent(kind).pop().unwrap().text;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for n in first..=last {
            assert!(text.contains(&format!("{name} {n}")), "{n}: {text}");
        }
    }
}

/// What nothing proves is kept until he says whose it is; however much of it comes, a request does
/// not grow with it.
#[test]
fn what_is_kept_unproven_has_an_end() {
    let mut scene = Scene::begin(Mode::Google);
    for n in 0..30 {
        let header = format!("From: <{TOMAS}>\nSubject: RE: [{}] {n}\n", scene.number);
        let text = format!(
            "Agrego lo siguiente, parte {n}. {}\n",
            "detalle ".repeat(120)
        );
        scene.arrives(&Said::Nothing, &header, &text);
    }
    let kept = "SELECT max(length(u.value ->> '$.what.addition.text')) || '' FROM requests q,
                json_each(q.body, '$.unconfirmed') u WHERE q.id = 1";
    let kept: usize = scene.one(kept).parse().unwrap();
    assert!((5_000..=10_001).contains(&kept), "{kept}");
}
