//! Forged and replayed memoranda, and answers to what the desk asks about them.

use crate::play::{Attack, attack};
use crate::scene::{ALL, HOME, SEREMI, STAMPED, Said, Scene, UNSTAMPED};
use crate::stage::{BEATRIZ, TOMAS};

/// The memorandum by which an authority has a date changed; no approver follows.
fn memorandum(modification: u32) -> String {
    format!(
        "MEMORÁNDUM N° {modification}/2026\n\n\
         DE: Beatriz Alcaíno Rosas, Encargada Nacional, Programa Familias\n\
         A: Departamento de Gestión de Proyectos Informáticos y Procesos\n\
         MAT.: Cambio de fecha de modificación presupuestaria\n\n\
         Solicito cambiar la fecha de la modificación presupuestaria que se indica.\n\n\
         Nombre de la convocatoria: Habitabilidad Regular\n\
         Año de la convocatoria: 2026\n\
         Nombre del ejecutor: I. Municipalidad de Quebrada Honda\n\
         Número de proyecto: 07-123456-00012-26\n\
         Número de la modificación presupuestaria: {modification}\n\
         Fecha actual: 16-11-2026\n\
         Fecha nueva: 30-11-2026\n\
         Motivos: El ejecutor no alcanzó a ingresar los antecedentes.\n\n\
         Beatriz Alcaíno Rosas\n"
    )
}

pub fn mail(from: &str, lines: &str, modification: u32) -> (String, String) {
    let subject = "Memorándum: cambio de fecha de modificación presupuestaria";
    let header = format!("From: <{from}>\nSubject: {subject}\n{lines}");
    (header, memorandum(modification))
}

pub fn attacks() -> Vec<Attack> {
    let mut all = forged();
    all.extend(signed_by_another());
    all.extend(answers());
    all.extend(strangers());
    all
}

/// Who may not ask is told who may; but nobody learns it by a stranger's forged address.
fn strangers() -> Vec<Attack> {
    fn organisation(_: &Scene) -> (String, String) {
        let header = "From: <directora@manosdelsur.example>\nSubject: Creación de organización\n";
        let text = "Somos una fundación de Tomé y necesitamos que se cree nuestra organización.\n\n\
                    Nombre o razón social: Fundación Manos del Sur\nRUT: 65.123.987-7\n\
                    Región: Biobío\n";
        (header.to_owned(), text.to_owned())
    }
    vec![
        attack(
            "a stranger's address that nothing proves",
            (STAMPED, Said::Nothing),
            organisation,
            "not-allowed",
            "",
        ),
        attack(
            "a stranger, proven",
            (STAMPED, Said::Own),
            |s| {
                let (header, text) = organisation(s);
                (header, text.replace("Sur", "Norte"))
            },
            "wrong-channel",
            "",
        ),
    ]
}

fn forged() -> Vec<Attack> {
    vec![
        attack(
            "a forged memorandum of an authority",
            (STAMPED, Said::Fails(HOME)),
            |_| mail(BEATRIZ, "", 1),
            "quarantined",
            "",
        ),
        attack(
            "a forged memorandum that nothing speaks against",
            (STAMPED, Said::Nothing),
            |_| mail(BEATRIZ, "", 2),
            "opening",
            "confirm-opening-unstamped",
        ),
        attack(
            "a forged memorandum where nothing is stamped",
            (UNSTAMPED, Said::Nothing),
            |_| mail(BEATRIZ, "", 3),
            "opening",
            "confirm-opening-not-stamped",
        ),
        attack(
            "an authority's old memorandum sent again",
            (STAMPED, Said::Passes(HOME)),
            |_| mail(BEATRIZ, "Date: Mon, 7 Sep 2026 10:00:00 -0300\n", 4),
            "opening",
            "confirm-opening-replayed",
        ),
        attack(
            "an authority's memorandum to somebody else, sent on",
            (STAMPED, Said::Passes(HOME)),
            |_| mail(BEATRIZ, "To: <otra@ministerio.example>\n", 5),
            "opening",
            "confirm-opening-replayed",
        ),
        attack(
            "a memorandum with From twice",
            (ALL, Said::Passes(HOME)),
            |_| mail(BEATRIZ, &format!("From: <{TOMAS}>\n"), 6),
            "no-sender",
            "",
        ),
        attack(
            "a memorandum of a look-alike",
            (ALL, Said::Own),
            |_| mail("balcaino@ministeri0.example", "", 7),
            "opening",
            "",
        ),
        attack(
            "a forged memorandum of a document system",
            (STAMPED, Said::Fails("documentos.ministerio.example")),
            |_| mail("no-responder@documentos.ministerio.example", "", 8),
            "quarantined",
            "",
        ),
        attack(
            "a forged request that has approvers",
            (STAMPED, Said::Nothing),
            |_| {
                let text = crate::stage::memorandum("Informe N° 77");
                let subject = "Desaprobación de informe técnico";
                (format!("From: <{TOMAS}>\nSubject: {subject}\n"), text)
            },
            "opening",
            "confirm-opening-unstamped",
        ),
    ]
}

fn signed_by_another() -> Vec<Attack> {
    vec![
        attack(
            "a colleague who signs for the authority",
            (ALL, Said::Passes(HOME)),
            |_| mail("rlillo@ministerio.example", "", 9),
            "opening",
            "",
        ),
        attack(
            "the authority's own secretary",
            (ALL, Said::Passes(HOME)),
            |_| mail("secretaria.familias@ministerio.example", "", 10),
            "opening",
            "",
        ),
        attack(
            "a memorandum signed by a name that nobody has",
            (ALL, Said::Passes(SEREMI)),
            |_| {
                let (header, body) = mail(TOMAS, "", 11);
                (
                    header,
                    body.replace("Beatriz Alcaíno Rosas", "Armando Casas Prado"),
                )
            },
            "unknown-signatory",
            "",
        ),
    ]
}

/// Answers to "¿Es suyo este memorándum?", which went to Beatriz.
fn answers() -> Vec<Attack> {
    fn yes(scene: &Scene, from: &str) -> (String, String) {
        let asked = scene.ours("opening-confirmation", BEATRIZ);
        let header = format!("From: <{from}>\nSubject: RE: Memorándum\n");
        let text = format!("Sí, es mío. Confirmo.\n\n[ref:{}]\n", asked.token);
        (header, text)
    }
    vec![
        attack(
            "the confirmation by who sent the memorandum",
            (ALL, Said::Passes(HOME)),
            |s| yes(s, "rlillo@ministerio.example"),
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "the confirmation by a stranger with its token",
            (ALL, Said::Own),
            |s| yes(s, "b@mal.example"),
            "comment",
            "comment-somebody-else",
        ),
        attack(
            "the confirmation with a forged From",
            (STAMPED, Said::Fails(HOME)),
            |s| yes(s, BEATRIZ),
            "quarantined",
            "quarantine-failed",
        ),
        attack(
            "the confirmation by the secretary",
            (ALL, Said::Passes(HOME)),
            |s| yes(s, "secretaria.familias@ministerio.example"),
            "comment",
            "comment-somebody-else",
        ),
    ]
}
