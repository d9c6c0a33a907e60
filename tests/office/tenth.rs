//! A procedure that the program does not know: by configuration and templates alone.

use crate::life::Life;
use crate::support::letterbox::Draft;
use crate::support::town::{Plan, Town};

const ISIDORA: &str = "isaavedra@maule.seremi.example";
const LORENA: &str = "lcortes@maule.seremi.example";
const GONZALO: &str = "gmanquel@maule.seremi.example";
const TEAM: &str = "equipo@maule.seremi.example";

const COUNTERPART: &str = "Estimados:\n\n\
    Solicito el cambio de contraparte del proyecto que se indica.\n\n\
    Región: Región del Maule\n\
    Nombre del ejecutor: I. Municipalidad de Quebrada Honda\n\
    Número de proyecto: 07-123456-00010-26\n\
    Nueva contraparte: Marta Lillo Parra\n\
    Desde qué fecha: 03-05-2027\n\n\
    Saludos,\n\
    Isidora Saavedra\n";

#[test]
fn a_tenth_procedure_lives_by_configuration_and_templates_alone() {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let town = Town::with(Plan {
        files: vec![
            file(
                "procedures/counterpart-change.toml",
                include_str!("../config/tenth/procedures/counterpart-change.toml"),
            ),
            file(
                "templates/resolution/subject.txt",
                "Contraparte al día: {{ summary.procedure }}\n",
            ),
        ],
        ..Plan::default()
    });
    let life = Life::begin(
        &town,
        Draft::new(&town, ISIDORA, "Cambio de contraparte", COUNTERPART),
    );
    life.gets(ISIDORA, "Solicitud recibida: Cambio de contraparte");
    let asked = life.gets(LORENA, "Se solicita su aprobación: Cambio de contraparte");
    life.step_is_due(&asked, 0);
    life.answers(LORENA, &asked, "Apruebo");
    life.gets(LORENA, "Aprobación registrada");
    let order = life.gets(TEAM, "Trabajo por realizar");
    life.is_due(&order, "Plazo de respuesta", Some("Maule"));
    assert!(
        order
            .flat()
            .contains("Nueva contraparte: Marta Lillo Parra"),
        "{}",
        order.text
    );
    life.answers(
        GONZALO,
        &order,
        "Listo. La nueva contraparte recibió su clave hoy.",
    );
    // The office's own words, and the executor's.
    let done = life.gets(ISIDORA, "Contraparte al día: Cambio de contraparte");
    assert!(
        done.flat()
            .contains("La nueva contraparte recibió su clave hoy."),
        "{}",
        done.text
    );
    life.was_told(&[
        "approval-request > lcortes@maule.seremi.example",
        "acknowledgement > isaavedra@maule.seremi.example",
        "decision-recorded > lcortes@maule.seremi.example",
        "work-order > equipo@maule.seremi.example",
        "work-order > equipo.sigec@ministerio.example",
        "work-order > vosorio@ministerio.example",
        "work-order > mbahamonde@ministerio.example",
        "work-order > rlillo@ministerio.example",
        "resolution > isaavedra@maule.seremi.example",
        "resolution > lcortes@maule.seremi.example",
    ]);
    town.settles();
}
