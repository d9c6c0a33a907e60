//! Mails that no rule could place: the desk's people answer where they go.

use std::fs;

use crate::stage::{OPERATORS, Stage, TOMAS, memorandum};

const MATIAS: &str = OPERATORS[0];
const VALENTINA: &str = OPERATORS[1];

/// A mail that no rule can place has come.
fn begin(from: &str) -> Stage {
    let mut stage = Stage::begin();
    stage.writes(from, "Consulta", "¿Me ayudan con algo?\n");
    stage.drain();
    assert_eq!(stage.told("triage"), OPERATORS);
    stage
}

/// The token of the last mail of a kind to somebody.
fn token(stage: &Stage, message: &str, to: &str) -> String {
    let sent = stage.sent(message);
    let mail = sent.iter().rfind(|mail| mail.address == to).unwrap();
    let (_, rest) = mail.text.split_once("[ref:").unwrap();
    rest.split_once(']').unwrap().0.to_owned()
}

/// Somebody of the desk answers the triage mail that went to them.
fn answers(stage: &mut Stage, by: &str, text: &str) {
    let token = token(stage, "triage", by);
    answers_with(stage, by, text, &token);
}

fn answers_with(stage: &mut Stage, by: &str, text: &str, token: &str) {
    let quoted = format!("{text}\n\n> [ref:{token}]\n");
    stage.writes(by, "Re: Correo por clasificar: Consulta", &quoted);
    stage.drain();
}

fn commands(stage: &Stage) -> Vec<String> {
    stage.column("SELECT state || ': ' || words FROM commands ORDER BY id")
}

#[test]
fn the_list_has_all_procedures_and_the_likeliest_first() {
    let mut stage = Stage::begin();
    let text = "No sé a quién escribir por una rendición o una organización.\n";
    stage.writes(TOMAS, "Consulta", text);
    stage.drain();
    let mail = stage.sent("triage")[0].text.clone();
    let options: Vec<&str> = mail.lines().filter(|l| l.starts_with("- tipo ")).collect();
    assert_eq!(options.len(), 9, "{mail}");
    assert!(mail.contains("«no corresponde: (motivo)»"), "{mail}");
}

#[test]
fn a_type_opens_the_request_and_the_others_are_told() {
    let mut stage = begin(TOMAS);
    let lies = |stage: &Stage, folder: &str| {
        fs::read_dir(stage.maildir().join(folder).join("cur")).map_or(0, Iterator::count)
    };
    assert_eq!(lies(&stage, ".Revisar"), 1);
    answers(
        &mut stage,
        VALENTINA,
        "Tipo: informes técnicos\n\nValentina",
    );
    assert_eq!(commands(&stage), ["done: mail 1 opened SIGEC-2026-000001"]);
    assert_eq!(stage.reasons(), ["opening", "triage-answer"]);
    // Its sender is asked for what is missing; the other of the team has nothing left to do.
    assert_eq!(stage.told("missing-data"), [TOMAS]);
    assert_eq!(stage.told("triage-done"), [MATIAS]);
    let told = stage.sent("triage-done")[0].text.clone();
    assert!(
        told.contains("Valentina Osorio Garay") && told.contains("SIGEC-2026-000001"),
        "{told}"
    );
    stage.drain();
    assert_eq!(
        (lies(&stage, ".Revisar"), lies(&stage, ".Procesados")),
        (0, 2)
    );
    let journal = stage.column("SELECT outcome || ' ' || event FROM journal JOIN journal_contents ON entry = id WHERE request IS NULL");
    assert!(
        journal[0].starts_with("sorted: opening") && journal[0].contains("valentina-osorio"),
        "{journal:?}"
    );
}

#[test]
fn what_is_none_of_the_desks_is_answered_with_the_reason() {
    let mut stage = begin(TOMAS);
    answers(
        &mut stage,
        MATIAS,
        "No corresponde: lo ve Recursos Humanos.",
    );
    assert_eq!(stage.told("not-ours"), [TOMAS]);
    let told = stage.sent("not-ours")[0].text.clone();
    assert!(told.contains("lo ve Recursos Humanos."), "{told}");
    assert_eq!(stage.reasons()[0], "not-ours");
    assert_eq!(stage.told("triage-done"), [VALENTINA]);
    assert!(stage.column("SELECT number FROM requests").is_empty());
}

#[test]
fn a_mail_is_added_to_its_request() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe 1"),
    );
    stage.drain();
    stage.writes("otra@otra.example", "Consulta", "¿Me ayudan con algo?\n");
    stage.drain();
    answers(&mut stage, VALENTINA, "es de la 1");
    assert_eq!(
        commands(&stage),
        ["done: mail 2 belongs to SIGEC-2026-000001"]
    );
    let outcomes = stage.column("SELECT outcome FROM journal WHERE request = 1 ORDER BY id");
    assert_eq!(outcomes, ["opened", "commented"]);
}

#[test]
fn the_first_answer_counts_and_the_second_is_told() {
    let mut stage = begin(TOMAS);
    answers(&mut stage, VALENTINA, "no corresponde: es publicidad");
    answers(&mut stage, MATIAS, "tipo: informes técnicos");
    assert!(commands(&stage)[1].starts_with("refused: mail 1"));
    let told = stage.sent("triage-unclear");
    assert_eq!(told.len(), 1);
    assert!(told[0].address == MATIAS && told[0].text.contains("ya lo había clasificado"));
    assert!(stage.column("SELECT number FROM requests").is_empty());
}

#[test]
fn an_unclear_answer_is_asked_again_once() {
    let mut stage = begin(TOMAS);
    answers(&mut stage, VALENTINA, "Lo veo mañana con la jefa");
    assert_eq!(stage.told("triage-unclear"), [VALENTINA]);
    answers(&mut stage, VALENTINA, "Mañana sin falta");
    assert_eq!(stage.told("triage-unclear"), [VALENTINA]);
    answers(&mut stage, MATIAS, "Muchas gracias");
    assert_eq!(stage.told("triage-unclear"), [VALENTINA]);
    // The short mail can be answered like the first.
    let token = token(&stage, "triage-unclear", VALENTINA);
    answers_with(&mut stage, VALENTINA, "tipo: informes técnicos", &token);
    assert_eq!(commands(&stage), ["done: mail 1 opened SIGEC-2026-000001"]);
}

#[test]
fn only_whom_it_was_sent_to_may_answer() {
    let mut stage = begin(TOMAS);
    let stolen = token(&stage, "triage", VALENTINA);
    answers_with(&mut stage, TOMAS, "tipo: informes técnicos", &stolen);
    answers_with(&mut stage, MATIAS, "tipo: informes técnicos", &stolen);
    assert!(commands(&stage).is_empty());
    // A subject alone refers to nothing.
    stage.writes(VALENTINA, "Re: Correo por clasificar: Consulta", "tipo 1\n");
    stage.drain();
    assert!(commands(&stage).is_empty());
}

#[test]
fn what_may_not_be_asked_or_is_not_there_is_said() {
    let mut stage = begin("vecino@otra.example");
    answers(&mut stage, VALENTINA, "es de la 77");
    let said = |stage: &Stage, index: usize| {
        let text = stage.sent("triage-unclear")[index].text.clone();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(said(&stage, 0).contains("no encontramos esa solicitud"));
    answers(&mut stage, MATIAS, "tipo: informes técnicos");
    assert!(said(&stage, 1).contains("no puede pedir ese procedimiento"));
    assert!(stage.column("SELECT number FROM requests").is_empty());
}
