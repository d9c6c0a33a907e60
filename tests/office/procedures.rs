//! The nine procedures, from the first mail to the resolution, all at once on one desk.

use std::thread;

use crate::letters;
use crate::life::Life;
use crate::support::letterbox::{Draft, Mail};
use crate::support::town::{Plan, Town, signatory};

const LUIS: &str = "lzamora@ministerio.example";
const BEATRIZ: &str = "balcaino@ministerio.example";
const TERESA: &str = "taliaga@ministerio.example";
const TOMAS: &str = "tzepeda@maule.seremi.example";
const LORENA: &str = "lcortes@maule.seremi.example";
const TEAM: &str = "equipo.sigec@ministerio.example";
const VALENTINA: &str = "vosorio@ministerio.example";
const ROCIO: &str = "rlillo@ministerio.example";

const RECEIVED: &str = "Solicitud recibida";
const CONFIRM: &str = "Confirme su solicitud";
const IS_IT_YOURS: &str = "¿Es suya esta solicitud?";
const APPROVAL: &str = "Se solicita su aprobación";
const RECORDED: &str = "Aprobación registrada";
const WORK: &str = "Trabajo por realizar";
const DONE: &str = "Solicitud resuelta";

/// One life on a town.
type LifeOf = fn(&Town);

#[test]
fn nine_procedures_from_the_first_mail_to_the_resolution() {
    let town = Town::with(Plan {
        files: vec![signatory()],
        ..Plan::default()
    });
    let lives: [(&str, LifeOf); 11] = [
        ("user-creation-supervisor", user_creation_supervisor),
        ("user-creation-executor", user_creation_executor),
        ("organization-creation", organization_creation),
        (
            "budget-modification-date-change",
            budget_modification_date_change,
        ),
        (
            "budget-modification-date-change, by document",
            budget_modification_by_document,
        ),
        (
            "rendition-disapproval, standard",
            rendition_disapproval_standard,
        ),
        (
            "rendition-disapproval, national",
            rendition_disapproval_national,
        ),
        (
            "budget-allocation-date-change",
            budget_allocation_date_change,
        ),
        ("technical-report-disapproval", technical_report_disapproval),
        ("standard-call-creation", standard_call_creation),
        ("national-call-creation", national_call_creation),
    ];
    let town = &town;
    let failed: Vec<&str> = thread::scope(|scope| {
        let threads: Vec<_> = lives
            .into_iter()
            .map(|(name, life)| {
                let builder = thread::Builder::new().name(name.to_owned());
                (
                    name,
                    builder.spawn_scoped(scope, move || life(town)).unwrap(),
                )
            })
            .collect();
        let joined = threads
            .into_iter()
            .filter_map(|(name, thread)| thread.join().err().map(|_| name));
        joined.collect()
    });
    assert!(failed.is_empty(), "failed: {failed:?}");
    let counts = town.settles();
    assert_eq!((counts.parked, town.requests().len()), (0, lives.len()));
}

/// The authority is asked whether the request is theirs, and says so.
fn confirms(life: &Life<'_>, authority: &str, words: &str) {
    let asked = life.gets(authority, CONFIRM);
    assert!(asked.token().is_some(), "no reference line");
    life.answers(authority, &asked, words);
}

/// The team gets the work; one of its members does it.
fn team_does(life: &Life<'_>, member: &str, words: &str) -> Mail {
    let order = life.gets(TEAM, WORK);
    life.is_due(&order, "Plazo de respuesta", None);
    life.answers(member, &order, words);
    order
}

fn approves(life: &Life<'_>, step: usize, asked: &str, by: &str, words: &str) -> Mail {
    let mail = life.gets(asked, APPROVAL);
    life.step_is_due(&mail, step);
    life.answers(by, &mail, words);
    let receipt = life.gets(by, RECORDED);
    assert!(receipt.flat().contains(&life.number));
    mail
}

fn user_creation_supervisor(town: &Town) {
    let text = letters::supervisor_users();
    let life = Life::begin(
        town,
        Draft::new(town, TOMAS, "Creación de usuarios supervisores", &text),
    );
    confirms(&life, TOMAS, "Sí, es mío.");
    let received = life.gets(TOMAS, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    let order = team_does(&life, VALENTINA, "Listo, quedaron creados.");
    for words in [
        "Carla Andrea Pinto Vera",
        "Hernán Ulloa Paredes",
        "cpinto@maule.seremi.example",
    ] {
        assert!(order.flat().contains(words), "{words}: {}", order.text);
    }
    life.gets(TOMAS, DONE);
    life.was_told(&[
        "opening-confirmation > tzepeda@maule.seremi.example",
        "work-order > equipo.sigec@ministerio.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "resolution > tzepeda@maule.seremi.example",
    ]);
}

/// Each region creates its own: the team of Magallanes, by Magallanes' clock.
fn user_creation_executor(town: &Town) {
    let danitza = "dyutronic@bahiaaustral.example";
    let (team, camila) = (
        "equipo@magallanes.seremi.example",
        "cmanquel@magallanes.seremi.example",
    );
    let text = letters::executor_user();
    let life = Life::begin(
        town,
        Draft::new(town, danitza, "Creación de usuario ejecutor", &text),
    );
    confirms(&life, danitza, "Sí, es mío");
    let received = life.gets(danitza, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", Some("Magallanes"));
    let order = life.gets(team, WORK);
    life.is_due(&order, "Plazo de respuesta", Some("Magallanes"));
    life.answers(camila, &order, "Lo tomo");
    let claimed = life.gets(team, "Trabajo tomado por Camila Manquel");
    life.answers(camila, &claimed, "Listo");
    life.gets(danitza, DONE);
    life.was_told(&[
        "opening-confirmation > dyutronic@bahiaaustral.example",
        "work-order > equipo@magallanes.seremi.example",
        "acknowledgement > dyutronic@bahiaaustral.example",
        "claimed > equipo@magallanes.seremi.example",
        "resolution > dyutronic@bahiaaustral.example",
    ]);
}

/// The RUT is missing: it is asked for and merged; the proven answer is the authority's word too.
fn organization_creation(town: &Town) {
    let isidora = "isaavedra@maule.seremi.example";
    let first = Draft::new(
        town,
        isidora,
        "Creación de organización",
        letters::ORGANISATION,
    );
    let life = Life::begin(town, first);
    let missing = life.gets(isidora, "Faltan datos");
    let text = missing.flat();
    assert!(text.contains("RUT de la organización:"), "{text}");
    for known in ["Comuna:", "Dirección:", "Contacto:"] {
        // What is known is shown, and not asked for again.
        assert_eq!(text.matches(known).count(), 1, "{known} {text}");
    }
    life.answers(
        isidora,
        &missing,
        &format!("RUT de la organización: {}", letters::rut(70_885_320)),
    );
    let received = life.gets(isidora, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    assert!(
        received.flat().contains("Comuna: Cauquenes"),
        "{}",
        received.text
    );
    let order = team_does(&life, TEAM, "Listo");
    assert!(order.flat().contains("70.885.320-8"), "{}", order.text);
    life.gets(isidora, DONE);
    life.was_told(&[
        "missing-data > isaavedra@maule.seremi.example",
        "work-order > equipo.sigec@ministerio.example",
        "acknowledgement > isaavedra@maule.seremi.example",
        "resolution > isaavedra@maule.seremi.example",
    ]);
}

/// Her secretary sends the memorandum; the authority herself is asked.
fn budget_modification_date_change(town: &Town) {
    let diego = "dfuenzalida@ministerio.example";
    let subject = "Memorándum N° 245: cambio de fecha de modificación presupuestaria";
    let life = Life::begin(
        town,
        Draft::new(town, diego, subject, letters::BUDGET_MODIFICATION),
    );
    let told = life.gets(diego, RECEIVED);
    assert!(
        told.flat().contains("Beatriz Alcaíno Rosas debe confirmar"),
        "{}",
        told.text
    );
    let asked = life.gets(BEATRIZ, IS_IT_YOURS);
    assert!(
        asked.flat().contains("Diego Fuenzalida Ramos"),
        "{}",
        asked.text
    );
    life.answers(BEATRIZ, &asked, "Sí, es mío");
    let received = life.gets(BEATRIZ, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    life.gets(diego, RECEIVED);
    let order = life.gets(LUIS, WORK);
    life.is_due(&order, "Plazo de respuesta", None);
    for words in [
        "05-05-2026",
        "19-05-2026",
        "14-123456-00010-26",
        "Río Sereno",
    ] {
        assert!(order.flat().contains(words), "{words}: {}", order.text);
    }
    life.answers(LUIS, &order, "Listo, fecha cambiada.");
    life.gets(BEATRIZ, DONE);
    life.gets(diego, DONE);
    life.was_told(&[
        "opening-confirmation > balcaino@ministerio.example",
        "acknowledgement > dfuenzalida@ministerio.example",
        "work-order > lzamora@ministerio.example",
        "acknowledgement > balcaino@ministerio.example",
        "acknowledgement > dfuenzalida@ministerio.example",
        "resolution > balcaino@ministerio.example",
        "resolution > dfuenzalida@ministerio.example",
    ]);
}

/// The memorandum is attached; the engineer gets it with the work.
fn budget_modification_by_document(town: &Town) {
    let memo = include_bytes!("../data/documents/memo-writer.docx");
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let text = "Estimados:\n\nAdjunto memorándum con solicitud de cambio de fecha de modificación \
                presupuestaria.\n\nSaludos,\nTeresa Aliaga\n";
    let first = Draft::new(town, TERESA, "Envía memorándum N° 87", text);
    let life = Life::begin(town, first.file("memo 87.docx", word, memo));
    let asked = life.gets(TERESA, CONFIRM);
    assert_eq!(asked.files, ["memo 87.docx"]);
    life.answers(TERESA, &asked, "Sí, es mío");
    let order = life.gets(LUIS, WORK);
    assert_eq!(order.files, ["memo 87.docx"]);
    life.is_due(&order, "Plazo de respuesta", None);
    for words in [
        "12-10-2026",
        "30-10-2026",
        "05-118822-00014-26",
        "Quebrada Honda",
    ] {
        assert!(order.flat().contains(words), "{words}: {}", order.text);
    }
    life.answers(LUIS, &order, "Listo");
    life.gets(TERESA, DONE);
    life.was_told(&[
        "opening-confirmation > taliaga@ministerio.example",
        "work-order > lzamora@ministerio.example",
        "acknowledgement > taliaga@ministerio.example",
        "resolution > taliaga@ministerio.example",
    ]);
}

/// The region, then the programme.
fn rendition_disapproval_standard(town: &Town) {
    let subject = "Desaprobación de rendición marzo";
    let first = Draft::new(town, TOMAS, subject, letters::STANDARD_RENDITION);
    let life = Life::begin(town, first);
    let received = life.gets(TOMAS, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    assert!(
        received
            .flat()
            .contains("debe aprobarla Lorena Cortés Aravena"),
        "{}",
        received.text
    );
    approves(&life, 0, LORENA, LORENA, "Apruebo.");
    let second = approves(&life, 1, BEATRIZ, BEATRIZ, "Apruebo la solicitud.");
    assert!(
        second
            .flat()
            .contains("Aprobaciones recibidas: - Lorena Cortés Aravena"),
        "{}",
        second.text
    );
    team_does(&life, ROCIO, "Listo, la rendición quedó en borrador.");
    for address in [TOMAS, LORENA, BEATRIZ] {
        life.gets(address, DONE);
    }
    life.was_told(&[
        "approval-request > lcortes@maule.seremi.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "decision-recorded > lcortes@maule.seremi.example",
        "approval-request > balcaino@ministerio.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "resolution > tzepeda@maule.seremi.example",
        "resolution > lcortes@maule.seremi.example",
        "resolution > balcaino@ministerio.example",
    ]);
}

/// Administration and finance, one of whose people presses the button of the mail; then the
/// programme.
fn rendition_disapproval_national(town: &Town) {
    let (daf, hugo) = ("daf@ministerio.example", "hmarambio@ministerio.example");
    let subject = "Desaprobación de rendición, convenio nacional";
    let life = Life::begin(
        town,
        Draft::new(town, TOMAS, subject, letters::NATIONAL_RENDITION),
    );
    life.gets(TOMAS, RECEIVED);
    let asked = life.gets(daf, APPROVAL);
    life.step_is_due(&asked, 0);
    life.sends(pressed(town, hugo, &asked, "Apruebo"));
    life.gets(hugo, RECORDED);
    approves(&life, 1, BEATRIZ, BEATRIZ, "Sí, autorizo.");
    team_does(&life, VALENTINA, "Hecho.");
    life.gets(TOMAS, DONE);
    life.was_told(&[
        "approval-request > daf@ministerio.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "decision-recorded > hmarambio@ministerio.example",
        "already-answered > daf@ministerio.example",
        "approval-request > balcaino@ministerio.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "resolution > tzepeda@maule.seremi.example",
        "resolution > hmarambio@ministerio.example",
        "resolution > balcaino@ministerio.example",
    ]);
}

/// The mail that a button of ours has ready: address, subject and text of its `mailto:` link.
fn pressed(town: &Town, from: &str, mail: &Mail, button: &str) -> Draft {
    let html = mail
        .html
        .replace("&amp;", "&")
        .replace("&#x2f;", "/")
        .replace("&#x3d;", "=");
    let links = html
        .match_indices("href=\"mailto:")
        .map(|(at, found)| &html[at + found.len()..]);
    let links = links.map(|rest| rest.split('"').next().unwrap());
    let decoded = |text: &str| percent_decoded(text);
    for link in links {
        let (to, query) = link.split_once('?').unwrap();
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| decoded(value))
        };
        let body = value("body").unwrap_or_default();
        if body.starts_with(button) {
            let subject = value("subject").unwrap_or_default();
            let mut draft = Draft::new(town, from, &subject, &body.replace("\r\n", "\n"));
            draft.to = decoded(to);
            return draft;
        }
    }
    panic!("no button {button} in {}", mail.html);
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = vec![];
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%' {
            let digits = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The desk hands the work on, with a copy to the SIGEC manager, of whom no answer is awaited.
fn budget_allocation_date_change(town: &Town) {
    let (susana, alejandra) = ("spizarro@ministerio.example", "amonje@ministerio.example");
    let subject = "Cambio de fecha de asignación presupuestaria";
    let life = Life::begin(
        town,
        Draft::new(town, susana, subject, letters::BUDGET_ALLOCATION),
    );
    let received = life.gets(susana, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    approves(&life, 0, BEATRIZ, BEATRIZ, "Apruebo");
    let order = life.gets(LUIS, WORK);
    life.is_due(&order, "Plazo de respuesta", None);
    let copy = life.gets(alejandra, "Copia: trabajo encargado a Luis Zamora");
    assert!(copy.token().is_none(), "a copy asks nothing");
    life.answers(LUIS, &order, "Listo");
    life.gets(susana, DONE);
    life.gets(BEATRIZ, DONE);
    life.was_told(&[
        "approval-request > balcaino@ministerio.example",
        "acknowledgement > spizarro@ministerio.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > lzamora@ministerio.example",
        "work-order > amonje@ministerio.example",
        "resolution > spizarro@ministerio.example",
        "resolution > balcaino@ministerio.example",
    ]);
}

fn technical_report_disapproval(town: &Town) {
    let text = letters::technical_report("Informe Técnico de Avance N° 2");
    let first = Draft::new(town, TOMAS, "Desaprobación de informe técnico", &text);
    let life = Life::begin(town, first);
    let received = life.gets(TOMAS, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    approves(&life, 0, BEATRIZ, BEATRIZ, "Apruebo");
    team_does(&life, ROCIO, "Listo");
    life.gets(TOMAS, DONE);
    life.gets(BEATRIZ, DONE);
    life.was_told(&[
        "approval-request > balcaino@ministerio.example",
        "acknowledgement > tzepeda@maule.seremi.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "resolution > tzepeda@maule.seremi.example",
        "resolution > balcaino@ministerio.example",
    ]);
}

/// It would close when nobody attends: the nearest hours that are allowed are offered.
fn standard_call_creation(town: &Town) {
    let paulina = "perrazuriz@ministerio.example";
    let subject = "Creación de convocatoria estándar Habitabilidad 2027";
    let life = Life::begin(
        town,
        Draft::new(town, paulina, subject, letters::STANDARD_CALL),
    );
    let refused = life.gets(paulina, "Cierre de convocatoria fuera de horario");
    for words in [
        "viernes 28 de mayo de 2027 a las 15:00 horas",
        "lunes 31 de mayo de 2027 a las 08:00 horas",
    ] {
        assert!(refused.flat().contains(words), "{words}: {}", refused.text);
    }
    life.answers(
        paulina,
        &refused,
        "Fecha y hora de cierre: 28-05-2027 a las 14:00",
    );
    let received = life.gets(paulina, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    let order = team_does(&life, VALENTINA, "Listo");
    assert!(order.flat().contains("28-05-2027 14:00"), "{}", order.text);
    life.gets(paulina, DONE);
    life.was_told(&[
        "closing-not-allowed > perrazuriz@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "acknowledgement > perrazuriz@ministerio.example",
        "resolution > perrazuriz@ministerio.example",
    ]);
}

/// Sixteen hours, and no rule about the closing hour.
fn national_call_creation(town: &Town) {
    let gaston = "gleal@ministerio.example";
    let subject = "Creación de convocatoria nacional Autoconsumo";
    let life = Life::begin(
        town,
        Draft::new(town, gaston, subject, letters::NATIONAL_CALL),
    );
    confirms(&life, gaston, "Sí, es mío.");
    let received = life.gets(gaston, RECEIVED);
    assert_eq!(life.request().procedure.hours, 16);
    life.is_due(&received, "Plazo de respuesta", None);
    team_does(&life, ROCIO, "Listo");
    life.gets(gaston, DONE);
    life.was_told(&[
        "opening-confirmation > gleal@ministerio.example",
        "work-order > equipo.sigec@ministerio.example",
        "acknowledgement > gleal@ministerio.example",
        "resolution > gleal@ministerio.example",
    ]);
}
