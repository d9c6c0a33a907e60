//! What guards the desk: purges and a person's data, the log of accesses, file modes, secrets,
//! text of others on terminals and in mails, the service's unit, licences.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that fails says where"
)]

mod access;
mod continued;
mod in_log;
mod licences;
mod mails;
mod modes;
mod office;
mod person;
mod printing;
mod purge;
mod retention;
#[path = "../support/scripted.rs"]
#[allow(dead_code, reason = "each target uses its part")]
mod scripted;
mod secrets;
#[path = "../support/skipped.rs"]
mod skipped;
#[path = "../desk/stage.rs"]
#[allow(dead_code, reason = "each target uses its part")]
mod stage;
mod threats;
mod unit;

use std::path::Path;
use std::process::{Command, Output};

use stage::{BEATRIZ, OPERATORS, Stage, TOMAS, at, memorandum};

/// Runs the program in the folder of a desk; its clock is the machine's.
fn mesad(stage: &Stage, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mesad"))
        .args(arguments)
        .arg("--work")
        .arg(stage.folder.path())
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A request that Beatriz rejected on the 5th, so that it is closed; a newsletter; a digest and its
/// like. Everything went out.
fn closed_request() -> Stage {
    let mut stage = Stage::begin();
    let subject = "Desaprobación de informe técnico";
    stage.writes(TOMAS, subject, &memorandum("Informe N° 1"));
    stage.drain();
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    let lines = [
        "Message-ID: <no@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    let no = "Rechazo: falta el anexo de asistencia.\n";
    stage.delivers(&lines, BEATRIZ, "Re: Desaprobación", no);
    let lines = [
        "Message-ID: <news@boletin.example>",
        "List-Id: <news.boletin.example>",
        "Precedence: bulk",
    ];
    stage.delivers(
        &lines,
        "news@boletin.example",
        "Boletín",
        "Novedades de la semana.\n",
    );
    stage.drain();
    stage.set(at(6, 10));
    stage.drain();
    let state = stage.column("SELECT state FROM requests");
    assert_eq!(state, ["closed"]);
    stage
}

/// Where a text stands in the files of the desk's database, and of what lies beside it.
fn grep_database(stage: &Stage, needle: &str) -> Vec<String> {
    grep(&stage.folder.path().join("state"), needle)
}

fn grep(folder: &Path, needle: &str) -> Vec<String> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(grep(&path, needle));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        if bytes.windows(needle.len()).any(|w| w == needle.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

/// Days after the scene of October.
fn days(days: i64) -> chrono::DateTime<chrono::Utc> {
    at(6, 10) + chrono::TimeDelta::days(days)
}
