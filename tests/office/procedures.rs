//! The nine procedures, from the first mail to the resolution, all at once on one desk.

mod budget;
mod disapproval;

use std::thread;

use budget::{
    budget_allocation_date_change, budget_modification_by_document, budget_modification_date_change,
};
use disapproval::{
    rendition_disapproval_national, rendition_disapproval_standard, technical_report_disapproval,
};

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
