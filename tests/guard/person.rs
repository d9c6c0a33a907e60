//! What is kept of one person: handed out, blanked.

use std::io::Read;

use mesad::desk::audit;

use crate::{
    BEATRIZ, OPERATORS, Stage, TOMAS, closed_request, grep_database, memorandum, mesad, out,
};

const ANA: &str = "ana.paz@boletin.example";

/// A closed request of Tomás; a mail of Ana that came to nothing and names somebody's RUT.
fn scene() -> Stage {
    let mut stage = closed_request();
    let lines = [
        "Message-ID: <ana1@boletin.example>",
        "Auto-Submitted: auto-generated",
    ];
    let text = "Aviso automático: la cuenta de RUT 12.345.678-5 vence mañana.\n";
    stage.delivers(&lines, ANA, "Aviso", text);
    stage.drain();
    stage
}

fn names(zip: &std::path::Path) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let mut found = vec![];
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        found.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    found
}

fn export(stage: &Stage, who: &str) -> Vec<(String, String)> {
    let zip = stage.folder.path().join(format!("{who}.zip"));
    out(&mesad(
        stage,
        &["person", "export", who, zip.to_str().unwrap()],
    ));
    names(&zip)
}

#[test]
fn an_export_holds_what_names_the_person_with_an_index() {
    let stage = scene();
    let files = export(&stage, TOMAS);
    let name = |name: &str| files.iter().find(|(n, _)| n == name).map(|(_, text)| text);
    let index = name("indice.txt").unwrap();
    let row = name("solicitudes/SIGEC-2026-000001.json").unwrap();
    assert!(row.contains(TOMAS));
    assert!(
        name("recibidos/1.eml")
            .unwrap()
            .contains("listas de asistencia")
    );
    assert!(name("diario/SIGEC-2026-000001.txt").unwrap().contains('*'));
    assert!(files.iter().any(|(n, _)| n.starts_with("enviados/")));
    assert!(!index.contains("Boletín"), "{index}");
    for (file, _) in files.iter().filter(|(n, _)| n.ends_with(".eml")) {
        assert!(index.contains(file.as_str()), "{file}: {index}");
    }
    // A token that is handed on could be answered with.
    let tokens = stage.sent("approval-request");
    let text = &tokens[0].text;
    let token = text
        .split_whitespace()
        .find(|w| w.len() >= 32)
        .unwrap_or_default();
    assert!(
        files
            .iter()
            .all(|(_, text)| token.is_empty() || !text.contains(token))
    );

    let files = export(&stage, "12.345.678-5");
    assert!(
        files.iter().any(|(n, _)| n == "recibidos/4.eml"),
        "{files:?}"
    );
    assert_eq!(files.len(), 2, "{files:?}");
    // A name alone may be another's.
    let refused = mesad(&stage, &["person", "export", "Tomás Zepeda", "x.zip"]);
    assert!(!refused.status.success());
}

fn blank(stage: &Stage, who: &str, more: &[&str]) -> std::process::Output {
    let mut arguments = vec!["person", "blank", who, "--reason", "Solicitud 12/2027"];
    arguments.extend(["--as", OPERATORS[1]]);
    arguments.extend(more);
    mesad(stage, &arguments)
}

#[test]
fn mails_of_nothing_are_blanked_and_records_are_kept_and_named() {
    let stage = scene();
    let rehearsed = out(&blank(&stage, ANA, &["--dry-run"]));
    assert!(
        rehearsed.starts_with("would be blanked: 1 mails received"),
        "{rehearsed}"
    );
    assert!(!grep_database(&stage, "vence mañana").is_empty());
    out(&blank(&stage, ANA, &[]));
    assert_eq!(grep_database(&stage, "vence mañana"), [] as [String; 0]);
    assert_eq!(
        grep_database(&stage, ANA),
        ["access.sqlite"],
        "only who asked for it is noted"
    );
    let why = "SELECT event FROM journal_contents ORDER BY entry DESC LIMIT 1";
    assert!(stage.column(why)[0].contains("Solicitud 12/2027"));

    let kept = out(&blank(&stage, TOMAS, &[]));
    assert!(
        kept.contains("kept, as records") && kept.contains("SIGEC-2026-000001"),
        "{kept}"
    );
    assert!(!grep_database(&stage, "listas de asistencia").is_empty());
    let kept = out(&blank(&stage, BEATRIZ, &["--requests"]));
    assert!(
        kept.contains("must stay provable: SIGEC-2026-000001"),
        "{kept}"
    );
    assert!(!grep_database(&stage, "listas de asistencia").is_empty());
    let done = out(&blank(&stage, TOMAS, &["--requests"]));
    assert!(done.contains("1 requests"), "{done}");
    assert_eq!(
        grep_database(&stage, "listas de asistencia"),
        [] as [String; 0]
    );
    assert_eq!(audit::verify(&stage.world().store).unwrap().broken, []);
}

#[test]
fn an_open_request_or_a_mail_that_waits_refuses() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.writes(
        "alguien@otra.example",
        "Consulta",
        "¿Dónde pido una licencia?\n",
    );
    stage.drain();
    let refused = blank(&stage, TOMAS, &["--requests"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("SIGEC-2026-000001"),
        "{said}"
    );
    assert!(said.contains("mesad withdraw"), "{said}");
    let refused = blank(&stage, "alguien@otra.example", &[]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("mail:2"),
        "{said}"
    );
    assert_eq!(stage.column("SELECT count(*) || '' FROM contents"), ["2"]);
}

/// What the desk's people were told of somebody, and alarms about their mails.
#[test]
fn digests_alarms_and_orders_that_name_a_person_are_handed_out_and_blanked() {
    let stage = scene();
    let at = crate::days(0).timestamp_micros();
    let operator = OPERATORS[0];
    stage.alter(&format!(
        "INSERT INTO alarms (kind, about, began_at, details, ended_at)
           VALUES ('flood', '{ANA}', {at}, '51 correos', {at}), ('flood', '', {at}, 'otra', {at});
         INSERT INTO commands (at, operator, body, state, words, ended_at)
           VALUES ({at}, 'operator:ana', '{{\"reason\":\"lo pidió {ANA}\",
                   \"order\":{{\"sort\":{{\"input\":4,\"to\":\"not-ours\"}}}}}}', 'done', '', {at});
         INSERT INTO marks (name, at) VALUES ('flood-SIGEC-2026-000001-{ANA}', {at});
         INSERT INTO notices (message, address, body, message_id, state, created_at, due_at, subject,
                              bytes, ended_at)
           VALUES ('digest', '{operator}', '{{\"mails\":[\"{ANA}\"]}}', 'd1@mesa', 'sent', {at}, {at},
                   'Resumen', CAST('Subject: Resumen' AS BLOB), {at});"
    ));
    let files = export(&stage, ANA);
    let others = files.iter().find(|(n, _)| n == "otros.txt").unwrap();
    assert!(
        others.1.contains("aviso") && others.1.contains("orden"),
        "{others:?}"
    );
    assert!(!others.1.contains("otra"), "{others:?}");
    assert!(
        files
            .iter()
            .any(|(_, text)| text.contains("Subject: Resumen"))
    );
    let said = out(&blank(&stage, ANA, &[]));
    assert!(said.contains("3 alarms, orders and absences"), "{said}");
    assert_eq!(grep_database(&stage, ANA), ["access.sqlite"]);
    assert_eq!(
        stage.column("SELECT details FROM alarms ORDER BY id"),
        ["", "otra"]
    );
    assert_eq!(audit::verify(&stage.world().store).unwrap().broken, []);
}
