//! What somebody does before a desk begins on a real server: a look that changes nothing.

use std::collections::BTreeSet;
use std::fs;

use crate::letters;
use crate::support::letterbox::Draft;
use crate::support::town::Town;

const BEATRIZ: &str = "balcaino@ministerio.example";
const TOMAS: &str = "tzepeda@maule.seremi.example";

/// Files of the mailbox, with the flags that their names hold, and its folders.
fn lying(town: &Town) -> BTreeSet<String> {
    let maildir = town.host.maildir(&town.office.desk.address);
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(&maildir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.insert(name);
        }
    }
    for (path, received_at) in town.host.list_folder(&town.office.desk.address, "") {
        // A mail goes from new to cur when a server shows it to anybody.
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let name = name.trim_end_matches(":2,");
        found.insert(format!("{name} {received_at}"));
    }
    found
}

fn look(town: &Town, more: &[&str]) -> (Option<i32>, String) {
    let mut command = town.command("check");
    let done = command.arg("--mailbox").args(more).output().unwrap();
    let text = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn a_look_into_a_real_mailbox_foretells_and_changes_nothing() {
    let town = Town::start();
    town.kill_desk();
    fs::remove_dir_all(town.folder().join("state")).unwrap();
    let text = letters::technical_report("Informe N° 1");
    Draft::new(&town, TOMAS, "Desaprobación de informe técnico", &text).send(&town);
    Draft::new(&town, BEATRIZ, "Consulta", "¿Me pueden ayudar?").send(&town);
    town.host.wait_for(&town.office.desk.address, 2);
    let before = lying(&town);
    for _ in 0..2 {
        let (code, text) = look(&town, &[]);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("2 mails lie in the mailbox"), "{text}");
        assert!(text.contains("2 would be taken"), "{text}");
        assert!(text.contains("What would become of the first 2"), "{text}");
        assert!(text.contains(&format!("{TOMAS}: Desaprobación")), "{text}");
        assert!(text.contains(&format!("{BEATRIZ}: Consulta")), "{text}");
    }
    let (code, text) = look(&town, &["--since", "2100-01-01"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("2 are older than 2100-01-01"), "{text}");
    assert_eq!(lying(&town), before);
    assert!(
        !town.folder().join("state").exists(),
        "nothing is remembered"
    );
    for person in [TOMAS, BEATRIZ] {
        assert!(
            town.host.read_mailbox(person).is_empty(),
            "{person} got a mail"
        );
    }

    // A server that lets nobody in is said to.
    let mut refused = town.command("check");
    refused
        .arg("--mailbox")
        .env("MESAD_TEST_IMAP", "otra-clave");
    let done = refused.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!done.status.success() && said.contains("login"), "{said}");
    assert!(!said.contains("otra-clave"), "{said}");

    // It comes as foretold; and what is known is told as known.
    town.start_desk();
    town.settles();
    assert_eq!(town.requests().len(), 1);
    let (code, text) = look(&town, &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.starts_with("0 mails lie") || text.contains("\n0 mails lie"),
        "{text}"
    );
}
