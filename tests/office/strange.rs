//! Mails that are no requests, come twice, are too large, or say that they are somebody else's.

use std::fs;

use mesad::request::State;

use crate::letters;
use crate::life::{Life, number_of};
use crate::support::letterbox::{Draft, Mail, Postman, flat};
use crate::support::town::{PATIENCE, Plan, Town, wait};

const BEATRIZ: &str = "balcaino@ministerio.example";
const TOMAS: &str = "tzepeda@maule.seremi.example";
const VALENTINA: &str = "vosorio@ministerio.example";
const STRANGER: &str = "ventas@ofertas.example";

/// Subjects of the mails in a folder of the desk's mailbox, sorted.
fn filed(town: &Town, folder: &str) -> Vec<String> {
    let mails = town.host.read_folder(&town.office.desk.address, folder);
    let read = |raw| Mail::read(raw, chrono::DateTime::UNIX_EPOCH).subject;
    let mut subjects: Vec<String> = mails.into_iter().map(read).collect();
    subjects.sort();
    subjects
}

/// Waits for a mail to somebody that begins like this.
fn arrives(town: &Town, post: &Postman, address: &str, heading: &str) -> Mail {
    let there = || post.mails(town, address);
    wait(
        PATIENCE,
        &format!("«{heading}» to {address}"),
        || {
            there()
                .into_iter()
                .find(|m| m.heading().starts_with(heading))
        },
        || {
            format!(
                "{:#?}",
                there().iter().map(Mail::heading).collect::<Vec<_>>()
            )
        },
    )
}

#[test]
fn what_is_no_request_is_filed_and_answered_only_where_that_is_polite() {
    let town = Town::with(Plan {
        strangers: vec![STRANGER],
        ..Plan::default()
    });
    let post = Postman::default();
    let write = |from: &str, subject: &str, text: &str| Draft::new(&town, from, subject, text);
    let large = vec![b'x'; 600_000];
    write(TOMAS, "Fotos del taller", "Adjunto.")
        .file("fotos.zip", "application/zip", &large)
        .send(&town);
    write(
        STRANGER,
        "Boletín de noviembre",
        "Ofertas. Para darse de baja, pulse aquí.",
    )
    .field("List-Unsubscribe: <mailto:baja@ofertas.example>")
    .field("List-Id: <boletin.ofertas.example>")
    .field("Precedence: bulk")
    .send(&town);
    write(
        &town.office.desk.address,
        "Prueba de la mesa",
        "Correo de la misma mesa.",
    )
    .send(&town);
    write(STRANGER, "Cartuchos de tinta", "¿Necesita tinta? Tenemos.").send(&town);
    write(
        TOMAS,
        "Consulta",
        "¿Cómo están? Quería saber quién ve los temas de impresoras.",
    )
    .send(&town);
    let told = arrives(&town, &post, TOMAS, "Su correo supera el tamaño permitido");
    let text = told.flat();
    assert!(
        text.contains("Fotos del taller") && text.contains("0,5 MB"),
        "{text}"
    );
    arrives(&town, &post, TOMAS, "Recibimos su correo");
    for operator in [VALENTINA, "mbahamonde@ministerio.example"] {
        arrives(&town, &post, operator, "Correo por clasificar: Consulta");
        arrives(
            &town,
            &post,
            operator,
            "Correo por clasificar: Cartuchos de tinta",
        );
    }
    let counts = town.settles();
    assert_eq!((counts.done, counts.parked), (2, 3));
    assert_eq!(town.requests(), []);
    let review = ["Cartuchos de tinta", "Consulta", "Fotos del taller"];
    assert_eq!(filed(&town, "Revisar"), review);
    assert_eq!(
        filed(&town, "Procesados"),
        ["Boletín de noviembre", "Prueba de la mesa"]
    );
    // Machines and strangers get no answer, and nobody gets a mail twice.
    assert_eq!(post.mails(&town, STRANGER).len(), 0);
    assert_eq!(post.mails(&town, TOMAS).len(), 2);
    assert_eq!(post.mails(&town, VALENTINA).len(), 2);
}

#[test]
fn one_message_id_through_two_doors_is_one_request() {
    let town = Town::start();
    let text = letters::technical_report("Informe Final");
    let first = Draft::new(&town, TOMAS, "Desaprobación de informe técnico", &text);
    first.clone().send(&town);
    let life = Life::begin(&town, first);
    town.settles();
    let asked = life.gets(BEATRIZ, "Se solicita su aprobación");
    let answer = life.answers(BEATRIZ, &asked, "Apruebo");
    answer.send(&town);
    life.gets("equipo.sigec@ministerio.example", "Trabajo por realizar");
    let counts = town.settles();
    assert_eq!(
        (counts.done, counts.parked, town.requests().len()),
        (4, 0, 1)
    );
    life.was_told(&[
        "approval-request > balcaino@ministerio.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
    ]);
}

/// Somebody who has seen the approver's mail answers it; so does the requester.
#[test]
fn an_approval_in_somebody_elses_mail_never_counts() {
    let town = Town::with(Plan {
        strangers: vec![STRANGER],
        ..Plan::default()
    });
    let text = letters::technical_report("Informe de Instalación");
    let first = Draft::new(&town, TOMAS, "Desaprobación de informe técnico", &text);
    let life = Life::begin(&town, first);
    let asked = life.gets(BEATRIZ, "Se solicita su aprobación");
    for (number, forger) in [STRANGER, "rlillo@ministerio.example"]
        .into_iter()
        .enumerate()
    {
        life.answers(forger, &asked, "Apruebo");
        let told = life.gets(BEATRIZ, "Respondió otra persona");
        assert!(told.flat().contains(forger), "{}", told.text);
        wait(
            PATIENCE,
            "the forged answer to be handled",
            || (town.books(|b| b.count_inputs()).done as usize >= 2 + number).then_some(()),
            || town.log(),
        );
        let request = life.request();
        assert_eq!(request.approvals, [], "{forger} approved for her");
        assert!(
            matches!(request.state, State::AwaitingApproval(_)),
            "{:?}",
            request.state
        );
    }
    // Only the tag, in a new mail of her own: she is asked whether it was her.
    let tag = format!("Apruebo [{}]", life.number);
    life.sends(Draft::new(&town, BEATRIZ, &tag, "Apruebo"));
    let confirm = life.gets(BEATRIZ, "Confirme su respuesta");
    assert_eq!(life.request().approvals, [], "a tag alone approved");
    life.answers(BEATRIZ, &confirm, "Apruebo");
    life.gets(BEATRIZ, "Aprobación registrada");
    life.gets("equipo.sigec@ministerio.example", "Trabajo por realizar");
    town.settles();
    life.was_told(&[
        "approval-request > balcaino@ministerio.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "comment > balcaino@ministerio.example",
        "comment > balcaino@ministerio.example",
        "decision-confirmation > balcaino@ministerio.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
    ]);
}

/// People read the same mailbox: what they have read stays read, what they have not stays new.
#[test]
fn flags_are_left_alone_and_mails_that_people_have_read_are_handled() {
    let town = Town::start();
    let desk = town.office.desk.address.clone();
    let (status, _) = town.stop_desk();
    assert!(status.success(), "{status}");
    let text = letters::technical_report("Informe de Cierre");
    let read = Draft::new(&town, TOMAS, "Desaprobación de informe técnico", &text).send(&town);
    let files = || town.host.list_folder(&desk, "");
    let found = || Some(files()).filter(|files| files.len() == 1);
    let (path, _) = wait(PATIENCE, "the mail", found, || town.host.logs()).remove(0);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let seen = path
        .parent()
        .unwrap()
        .with_file_name("cur")
        .join(format!("{name}:2,S"));
    fs::rename(&path, seen).unwrap();
    let other = Draft::new(
        &town,
        TOMAS,
        "Consulta",
        "¿Quién ve los temas de impresoras?",
    );
    other.send(&town);
    town.start_desk();
    let post = Postman::default();
    let received = arrives(&town, &post, TOMAS, "Solicitud recibida");
    assert_eq!(received.references.first(), Some(&read.id));
    assert!(number_of(&received.subject).is_some());
    town.settles();
    let flags = |folder: &str| -> Vec<String> {
        let files = town.host.list_folder(&desk, folder).into_iter();
        let name =
            |path: std::path::PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let flags = files.map(|(path, _)| {
            name(path)
                .split_once(":2,")
                .map_or(String::new(), |f| f.1.to_owned())
        });
        flags.collect()
    };
    assert_eq!(
        (flags("Procesados"), flags("Revisar")),
        (vec!["S".to_owned()], vec![String::new()])
    );
}

/// An organisation that writes by itself is told who its Supervisor is.
#[test]
fn who_may_not_ask_is_told_who_may() {
    let town = Town::start();
    let text = format!(
        "{}\nRUT de la organización: {}\n",
        letters::ORGANISATION,
        letters::rut(70_885_320)
    );
    let jaime = "jrivas@manosdelsur.example";
    Draft::new(&town, jaime, "Creación de organización", &text).send(&town);
    let told = arrives(
        &town,
        &Postman::default(),
        jaime,
        "Su solicitud debe ingresar por otra vía",
    );
    let supervisor =
        "Isidora Saavedra Almonacid, Supervisor(a) regional, isaavedra@maule.seremi.example";
    assert!(told.flat().contains(&flat(supervisor)), "{}", told.text);
    let counts = town.settles();
    assert_eq!(
        (counts.done, counts.parked, town.requests().len()),
        (1, 0, 0)
    );
}
