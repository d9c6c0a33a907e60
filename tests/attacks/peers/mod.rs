//! Bugs of other help desks that cost their users dearly, played on this one; each with the address
//! where it was reported. `../README.md` names those that other tests play already.

mod approvals;
mod duplicates;
mod loops;
mod threads;

use crate::stage::{Stage, TOMAS, memorandum};

const SUBJECT: &str = "Desaprobación de informe técnico";

/// A desk with one open request of Tomás, which waits for Beatriz.
fn begun() -> Stage {
    let mut stage = Stage::begin();
    first(&mut stage, "<first@maule.example>", 1);
    stage.drain();
    stage
}

fn first(stage: &mut Stage, id: &str, report: u32) -> String {
    let text = memorandum(&format!("Informe N° {report}"));
    stage.delivers(&[&format!("Message-ID: {id}")], TOMAS, SUBJECT, &text)
}

fn count(stage: &Stage, table: &str) -> String {
    stage.column(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}"))[0].clone()
}

/// The Message-ID of the last mail of a kind.
fn id_of(stage: &Stage, message: &str) -> String {
    let sql = "SELECT message_id FROM notices WHERE message =";
    let ids = stage.column(&format!("{sql} '{message}' ORDER BY id"));
    ids.last().unwrap().clone()
}

fn token_of(stage: &Stage, message: &str) -> String {
    let text = stage.sent(message).last().unwrap().text.clone();
    let token = text.split("[ref:").nth(1).unwrap();
    token.split(']').next().unwrap().to_owned()
}

fn state(stage: &Stage) -> String {
    stage.column("SELECT state FROM requests ORDER BY id")[0].clone()
}

fn number(stage: &Stage) -> String {
    stage.column("SELECT number FROM requests ORDER BY id")[0].clone()
}

/// Somebody answers a mail, in the way that programs do.
fn replies(stage: &mut Stage, from: &str, to: &str, subject: &str, text: &str) {
    let sent = count(stage, "inputs");
    let lines = [
        format!("Message-ID: <reply{sent}@maule.example>"),
        format!("In-Reply-To: <{to}>"),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    stage.delivers(&lines, from, subject, text);
    stage.drain();
}

/// The request is brought to its end.
fn ended(stage: &mut Stage) {
    use crate::stage::BEATRIZ;
    let asked = id_of(stage, "approval-request");
    replies(stage, BEATRIZ, &asked, "RE: Informe", "Apruebo.\n");
    let order = id_of(stage, "work-order");
    replies(
        stage,
        "rlillo@ministerio.example",
        &order,
        "RE: Informe",
        "Listo.\n",
    );
    assert_eq!(state(stage), "closed");
}
