//! The commands of operators: the program itself, in a folder of its own, on a Maildir.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails says where"
)]

mod desk;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Command;
use std::process::Stdio;
use std::thread::sleep;
use std::thread::spawn;
use std::time::Duration;
use std::time::Instant;

use desk::{Desk, REPORT, TOMAS};

/// The login that the tests run under, as the journal has it beside the person.
const CELL: &str = "operator:valentina-osorio(";

#[test]
fn decide() {
    let desk = Desk::begin();
    let said = desk.rehearses("decide 1 approve");
    assert!(
        said.contains("now awaiting work, held by Equipo SIGEC"),
        "{said}"
    );
    assert!(said.contains("3 mails would be sent"), "{said}");
    assert!(
        said.contains("Beatriz Alcaíno Rosas <balcaino@ministerio.example>"),
        "{said}"
    );
    let why = desk.refuses("decide 1 done");
    assert!(
        why.contains("waits for an approval") && why.contains("mesad decide"),
        "{why}"
    );
    let said = desk.does("decide 1 approve");
    assert!(said.starts_with("SIGEC-2026-000001: approved"), "{said}");
    assert!(
        said.contains("the desk is not running: its 3 mails go out when it does"),
        "{said}"
    );
    assert_eq!(
        desk.due(),
        "decision-recorded>vosorio already-answered>balcaino work-order>equipo.sigec"
    );
    assert!(
        desk.journal().starts_with(&format!("approved {CELL}")),
        "{}",
        desk.journal()
    );
    desk.once();
    let told = desk.sent_to("balcaino@ministerio.example");
    let by = "registrada por la mesa de ayuda, motivo: Lo dijo por teléfono";
    assert!(
        told.contains("Valentina Osorio Garay") && told.contains(by),
        "{told}"
    );
    desk.does("decide SIGEC-2026-000001 done");
    assert_eq!(desk.state(1), "closed ");
    desk.once();
    let told = desk.sent_to(TOMAS);
    let by = "Registrado por: Valentina Osorio Garay, de la mesa de ayuda";
    assert!(told.contains(by), "{told}");
}

#[test]
fn nobody_decides_on_their_own_request() {
    let mut desk = Desk::begin();
    desk.writes(
        "vosorio@ministerio.example",
        "Desaprobación de informe técnico",
        REPORT,
    );
    desk.once();
    let why = desk.refuses("decide 2 approve");
    assert!(why.contains("their own request"), "{why}");
    let words = [
        "decide",
        "2",
        "approve",
        "--reason",
        "Sí",
        "--as",
        "Matías Bahamonde",
    ];
    assert_eq!(desk.run(&words).status, 0);
}

#[test]
fn assign_and_release() {
    let desk = Desk::begin();
    let why = desk.refuses("assign 1 rocio-lillo");
    assert!(why.contains("--override"), "{why}");
    let why = desk.refuses("assign 1 tomas-zepeda --override");
    assert!(why.contains("cannot decide on their own request"), "{why}");
    let why = desk.refuses("assign 1 tomás");
    assert!(
        why.contains("tomas-zepeda") && why.contains("write the id"),
        "{why}"
    );
    let why = desk.refuses("assign 1 nadie");
    assert!(why.contains("nobody called nadie"), "{why}");
    let why = desk.refuses("release 1");
    assert!(why.contains("waits for an approval"), "{why}");
    let said = desk.rehearses("assign 1 diego-fuenzalida");
    assert!(said.contains("held by Diego Fuenzalida Ramos"), "{said}");
    desk.does("assign 1 diego-fuenzalida");
    assert_eq!(
        desk.state(1),
        "awaiting-approval dfuenzalida@ministerio.example"
    );
    assert_eq!(desk.due(), "approval-request>dfuenzalida desk-act>balcaino");
    desk.once();
    let told = desk.sent_to("balcaino@ministerio.example");
    assert!(told.contains("asignó a otra persona"), "{told}");
    desk.does("decide 1 approve");
    desk.does("assign 1 rocio-lillo");
    assert_eq!(desk.state(1), "awaiting-work rlillo@ministerio.example");
    let why = desk.refuses("release 1");
    assert!(why.contains("nobody has claimed"), "{why}");
    // Who holds nothing of the kind may, where it is said twice.
    desk.does("assign 1 pilar-sotomayor --override");
    assert_eq!(desk.state(1), "awaiting-work psotomayor@ministerio.example");
}

#[test]
fn release_asks_all_again() {
    let mut desk = Desk::begin();
    desk.does("decide 1 approve");
    desk.once();
    let work = desk.sent_to("equipo.sigec@ministerio.example");
    let (_, rest) = work.split_once("[ref:").unwrap();
    let token = rest.split_once(']').unwrap().0.to_owned();
    let text = format!("Lo tomo.\n\n[ref:{token}]\n");
    desk.writes(
        "rlillo@ministerio.example",
        "Re: Trabajo por realizar",
        &text,
    );
    desk.once();
    assert_eq!(desk.state(1), "awaiting-work rlillo@ministerio.example");
    let said = desk.rehearses("release 1");
    assert!(said.contains("Rocío Lillo Cea"), "{said}");
    desk.does("release 1");
    assert_eq!(
        desk.state(1),
        "awaiting-work equipo.sigec@ministerio.example"
    );
    assert_eq!(desk.due(), "desk-act>rlillo work-order>equipo.sigec");
}

#[test]
fn amend() {
    let desk = Desk::begin();
    let why = desk.refuses("amend 1 project_number=ninguno");
    assert!(
        why.contains("project_number") && why.contains("for example"),
        "{why}"
    );
    let why = desk.refuses("amend 1 color=rojo");
    assert!(
        why.contains("its data are") && why.contains("project_number"),
        "{why}"
    );
    let why = desk.refuses("amend 1 project_number");
    assert!(why.contains("write name=value"), "{why}");
    let why = desk.refuses("amend 1 project_number=07-123456-00012-26");
    assert!(why.contains("nothing"), "{why}");
    let said = desk.rehearses("amend 1 project_number=07-123456-00099-26");
    assert!(said.contains("2 mails would be sent"), "{said}");
    desk.does("amend 1 project_number=07-123456-00099-26");
    assert_eq!(
        desk.due(),
        "approval-request>balcaino acknowledgement>tzepeda"
    );
    let shown = desk.run(&["show", "1"]).out;
    assert!(shown.contains("07-123456-00099-26"), "{shown}");
    assert!(shown.contains("Valentina Osorio Garay"), "{shown}");
    // A value that is taken away is asked for.
    desk.does("amend 1 report=");
    assert_eq!(desk.state(1), format!("awaiting-data {TOMAS}"));
}

#[test]
fn withdraw_and_reopen() {
    let desk = Desk::begin();
    let why = desk.refuses("reopen 1");
    assert!(why.contains("open already"), "{why}");
    let said = desk.rehearses("withdraw 1");
    assert!(said.contains("2 mails would be sent"), "{said}");
    desk.does("withdraw 1");
    assert_eq!(desk.due(), "withdrawn>tzepeda withdrawn>balcaino");
    let why = desk.refuses("withdraw 1");
    assert!(
        why.contains("closed") && why.contains("mesad reopen"),
        "{why}"
    );
    let said = desk.rehearses("reopen 1");
    assert!(said.contains("held by Beatriz Alcaíno Rosas"), "{said}");
    desk.does("reopen 1");
    assert_eq!(
        desk.state(1),
        "awaiting-approval balcaino@ministerio.example"
    );
    assert!(desk.journal().starts_with(&format!("reopened {CELL}")));
}

#[test]
fn reclassify_a_request() {
    let desk = Desk::begin();
    let why = desk.refuses("reclassify SIGEC-2026-000001 nothing-like-it");
    assert!(why.contains("rendition-disapproval"), "{why}");
    let why = desk.refuses("reclassify 1 technical-report-disapproval");
    assert!(why.contains("nothing"), "{why}");
    let why = desk.refuses("reclassify 1 budget-modification-date-change");
    assert!(
        why.contains("may not ask") && why.contains("--override"),
        "{why}"
    );
    let said = desk.rehearses("reclassify 1 rendition-disapproval");
    assert!(said.contains("now awaiting data"), "{said}");
    desk.does("reclassify 1 rendition-disapproval");
    assert_eq!(desk.state(1), format!("awaiting-data {TOMAS}"));
    assert_eq!(desk.due(), "missing-data>tzepeda desk-act>balcaino");
    // What both ask for is known already.
    let shown = desk.run(&["show", "1"]).out;
    assert!(shown.contains("Desaprobación de rendiciones"), "{shown}");
    assert!(shown.contains("07-123456-00012-26"), "{shown}");
}

#[test]
fn reclassify_a_mail() {
    let mut desk = Desk::begin();
    desk.writes(TOMAS, "Consulta", "¿Me ayudan con algo?\n");
    desk.writes(
        "alguien@otra.example",
        "Consulta",
        "¿Me ayudan con algo más?\n",
    );
    desk.once();
    let listed = desk.run(&["list"]).out;
    assert!(
        listed.contains("mail:2") && listed.contains("mail:3"),
        "{listed}"
    );
    let why = desk.refuses("reclassify mail:1 none");
    assert!(why.contains("not set aside"), "{why}");
    let why = desk.refuses("reclassify mail:3 technical-report-disapproval");
    assert!(
        why.contains("may not ask") && why.contains("--override"),
        "{why}"
    );
    let said = desk.rehearses("reclassify mail:2 technical-report-disapproval");
    assert!(said.contains("mail 2 opened SIGEC-2026-000002"), "{said}");
    desk.does("reclassify 2 technical-report-disapproval");
    assert_eq!(desk.state(2), format!("awaiting-data {TOMAS}"));
    desk.does("reclassify mail:3 none");
    desk.once();
    let told = desk.sent_to("alguien@otra.example");
    assert!(told.contains("Lo dijo por teléfono"), "{told}");
    let filed = fs::read_dir(desk.path().join("mail/in/.Procesados/cur")).unwrap();
    assert_eq!(filed.count(), 3);
}

#[test]
fn absence() {
    let desk = Desk::begin();
    let none = desk.run(&["absence", "list"]);
    assert!(none.out.contains("nobody is away"), "{}", none.out);
    let why = desk.refuses("absence add beatriz-alcaino 2030-01-10 2030-01-09");
    assert!(why.contains("before the first"), "{why}");
    let why = desk.refuses("absence end beatriz-alcaino");
    assert!(why.contains("no absence"), "{why}");
    let add = "absence add beatriz-alcaino 2026-01-01 2099-12-31 --substitute pilar-sotomayor";
    let said = desk.rehearses(add);
    assert!(said.contains("1 open requests waited"), "{said}");
    desk.does(add);
    assert_eq!(
        desk.state(1),
        "awaiting-approval balcaino@ministerio.example psotomayor@ministerio.example"
    );
    assert_eq!(
        desk.due(),
        "approval-request>psotomayor decision-moved>tzepeda"
    );
    let listed = desk.run(&["absence", "list"]).out;
    assert!(
        listed.contains("Beatriz") && listed.contains("Pilar Sotomayor"),
        "{listed}"
    );
    desk.once();
    // Who asks now is answered by the substitute.
    let mut desk = desk;
    let other = REPORT.replace("N° 3", "N° 4");
    desk.writes(TOMAS, "Desaprobación de informe técnico", &other);
    desk.once();
    assert_eq!(
        desk.state(2),
        "awaiting-approval psotomayor@ministerio.example"
    );
    desk.does("absence end beatriz-alcaino");
    let other = REPORT.replace("N° 3", "N° 5");
    desk.writes(TOMAS, "Desaprobación de informe técnico", &other);
    desk.once();
    assert_eq!(
        desk.state(3),
        "awaiting-approval balcaino@ministerio.example"
    );
}

#[test]
fn what_is_wrong_with_a_command_is_said() {
    let desk = Desk::begin();
    let status = |words: &[&str]| desk.run(words).status;
    // Without a reason, or with a word that there is not: usage.
    assert_eq!(status(&["decide", "1", "approve"]), 2);
    assert_eq!(status(&["decide", "1", "perhaps", "--reason", "x"]), 2);
    let blank = desk.run(&[
        "decide",
        "1",
        "approve",
        "--reason",
        "  ",
        "--as",
        "valentina",
    ]);
    assert!(
        blank.status == 1 && blank.err.contains("--reason is empty"),
        "{}",
        blank.err
    );
    let why = desk.refuses("decide 9 approve");
    assert!(why.contains("no request 9; `mesad list --all`"), "{why}");
    let words = ["decide", "1", "approve", "--reason", "x", "--as", "maria"];
    let said = desk.run(&words);
    assert!(
        said.status == 1 && said.err.contains("maria"),
        "{}",
        said.err
    );
    // root is nobody in particular.
    if rustix::process::getuid().is_root() {
        let said = desk.run(&["decide", "1", "approve", "--reason", "x"]);
        assert!(said.err.contains("--as"), "{}", said.err);
    }
}

#[test]
fn a_running_desk_is_given_the_command() {
    let desk = Desk::begin();
    let mut running = Command::new(env!("CARGO_BIN_EXE_mesad"))
        .args(["run", "--example"])
        .current_dir(desk.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(running.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains("desk started")));
    let log = spawn(move || log.count());
    let rehearsed = desk.rehearses("decide 1 approve");
    assert!(rehearsed.contains("3 mails"), "{rehearsed}");
    let given = Instant::now();
    let said = desk.does("decide 1 approve");
    assert!(said.starts_with("SIGEC-2026-000001: approved"), "{said}");
    assert!(!said.contains("not running"), "{said}");
    assert!(
        given.elapsed() < Duration::from_secs(20),
        "{:?}",
        given.elapsed()
    );
    // Its mails go out at once.
    while !desk.due().is_empty() {
        assert!(given.elapsed() < Duration::from_secs(30), "{}", desk.due());
        sleep(Duration::from_millis(100));
    }
    running.kill().unwrap();
    running.wait().unwrap();
    log.join().unwrap();
}

#[test]
fn amend_people_of_a_form() {
    let mut desk = Desk::begin();
    let text = "Solicito la creación de usuarios ejecutores según el formulario:\n\n\
                Organización: I. Municipalidad de Quebrada Honda\nRegión: Región del Maule\n\n\
                Persona 1: Ana Rojas Díaz, RUT 11.111.111-1, arojas@muni.example, perfil Ejecutor\n\
                Persona 2: Juan Soto Lara, RUT 22.222.222-2, jsoto@muni.example, perfil Ejecutor\n\n\
                Saludos,\nIsidora Saavedra\n";
    let isidora = "isaavedra@maule.seremi.example";
    desk.writes(isidora, "Creación de usuarios ejecutores", text);
    desk.once();
    let why = desk.refuses("amend 2 persons[2].rut=12.345.678-9");
    assert!(why.contains("dígito verificador"), "{why}");
    let why = desk.refuses("amend 2 persons[4].rut=12.345.678-5");
    assert!(why.contains("the form has 2 people"), "{why}");
    let why = desk.refuses("amend 2 persons[1].color=rojo");
    assert!(why.contains("name, rut, email and profile"), "{why}");
    let why = desk.refuses("amend 2 persons=Ana");
    assert!(why.contains("persons[1].rut"), "{why}");
    desk.does("amend 2 persons[2].rut=12.345.678-5 persons[3].name=Luz persons[1]=");
    let shown = desk.run(&["show", "2", "--json"]).out;
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let data = shown["data"].as_array().unwrap();
    let persons = data.iter().find(|d| d["name"] == "persons").unwrap();
    assert_eq!(persons["source"], "operator");
    let people = persons["value"].as_array().unwrap();
    let [juan, luz] = people.as_slice() else {
        panic!("{people:?}")
    };
    assert_eq!(
        (&juan["rut"], &luz["name"]),
        (&"12.345.678-5".into(), &"Luz".into())
    );
    assert_eq!(juan["done_at"], serde_json::Value::Null);
    // The names are a promise.
    let names: Vec<&String> = shown.as_object().unwrap().keys().collect();
    let promised = [
        "approvals",
        "data",
        "documents",
        "due",
        "held_by",
        "holds",
        "hours",
        "journal",
        "late",
        "life",
        "mails",
        "missing",
        "next",
        "number",
        "procedure",
        "received_at",
        "refused",
        "requester",
        "sender",
        "state",
        "subject",
        "version",
        "waiting_for",
    ];
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(sorted, promised);
}
