//! The people of a form: what is missing of each is named, and one line completes it.

use crate::stage::Stage;

const MARCELA: &str = "murrutia@antofagasta.seremi.example";

/// A form in the mail itself, without the e-mail address of the person who is asked for.
const FORM: &str = "Estimados:\n\nFORMULARIO DE CREACIÓN DE CLAVES\n\n\
    Por medio del presente solicito lo siguiente: creación de usuarios ejecutores (municipios, ong \
    y otros).\n\nOrganización: I. Municipalidad de Vega Larga\nRegión: Antofagasta\n\
    Nombre: Hernán Cárdenas Gallo\nRUT: 10.000.016-4\nPerfil: Ejecutor\n\nSaluda atentamente,\n\
    Marcela Urrutia Rojas\n";

/// Marcela sends a form.
fn asks(stage: &mut Stage, form: &str) {
    let own = "Message-ID: <form@antofagasta.example>";
    stage.delivers(&[own], MARCELA, "Creación de usuario", form);
    stage.drain();
}

/// She answers what she was asked last.
fn answers(stage: &mut Stage, words: &str) {
    let ours = stage.column(
        "SELECT message_id FROM notices WHERE message = 'missing-data' ORDER BY id DESC LIMIT 1",
    );
    let to = format!("In-Reply-To: <{}>", ours.concat());
    stage.delivers(&[&to], MARCELA, "Re: Solicitud", words);
    stage.drain();
}

/// The words of our last mail that asks her for data.
fn asked(stage: &Stage) -> String {
    let text = stage.sent("missing-data").pop().unwrap().text;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Name, RUT, address and profile of each.
fn people(stage: &Stage) -> Vec<String> {
    let part = |key: &str| format!("coalesce(p.value ->> '$.{key}', '-')");
    let parts = ["name", "rut", "email", "profile"].map(part);
    stage.column(&format!(
        "SELECT {} FROM requests q, json_each(q.body, '$.fields.persons.value') p",
        parts.join(" || '|' || ")
    ))
}

fn states(stage: &Stage) -> Vec<String> {
    stage.column("SELECT state FROM requests ORDER BY id")
}

#[test]
fn what_a_person_of_a_form_lacks_is_named_and_one_line_completes_it() {
    let mut stage = Stage::begin();
    asks(&mut stage, FORM);
    assert_eq!(states(&stage), ["awaiting-data"]);
    let words = asked(&stage);
    assert!(words.contains("pero falta el correo"), "{words}");
    assert!(
        !words.contains("Adjunte"),
        "the form stands in the mail: {words}"
    );
    // Her own address is nobody else's.
    answers(&mut stage, &format!("Lo averiguo.\n\nCorreo: {MARCELA}\n"));
    assert_eq!(
        people(&stage),
        ["Hernán Cárdenas Gallo|10.000.016-4|-|Ejecutor"]
    );
    // Nor are words beside an address somebody, who would take his place.
    let line = "Persona: hcardenas@vegalarga.example, gracias\n";
    answers(&mut stage, line);
    let known = people(&stage);
    assert_eq!(known, ["Hernán Cárdenas Gallo|10.000.016-4|-|Ejecutor"]);
    answers(&mut stage, "Correo: hcardenas@vegalarga.example\n");
    let whole = "Hernán Cárdenas Gallo|10.000.016-4|hcardenas@vegalarga.example|Ejecutor";
    assert_eq!(people(&stage), [whole]);
    assert_ne!(states(&stage), ["awaiting-data"]);
}

#[test]
fn of_several_people_the_number_says_of_whom_a_line_speaks() {
    let mut stage = Stage::begin();
    let form = FORM.replace(
        "Nombre: Hernán Cárdenas Gallo\nRUT: 10.000.016-4\nPerfil: Ejecutor\n",
        "Persona 1: Hernán Cárdenas Gallo, RUT 10.000.016-4, perfil Ejecutor\n\
         Persona 2: Ana María Rojas Díaz, RUT 11.111.111-1, perfil Ejecutor\n",
    );
    asks(&mut stage, &form);
    assert_eq!(states(&stage), ["awaiting-data"]);
    let words = asked(&stage);
    assert!(words.contains("Persona 1: Persona 2:"), "{words}");
    assert!(!words.contains("Adjunte"), "{words}");
    // Whose it is cannot be told.
    let (first, second) = ("hcardenas@vegalarga.example", "arojas@vegalarga.example");
    answers(&mut stage, &format!("Correo: {second}\n"));
    let known = people(&stage);
    assert!(known.iter().all(|p| p.contains("|-|")), "{known:?}");
    answers(
        &mut stage,
        &format!("Persona 2: {second}\nPersona 1: {first}\n"),
    );
    assert_eq!(
        people(&stage),
        [
            format!("Hernán Cárdenas Gallo|10.000.016-4|{first}|Ejecutor"),
            format!("Ana María Rojas Díaz|11.111.111-1|{second}|Ejecutor"),
        ]
    );
    assert_ne!(states(&stage), ["awaiting-data"]);
}

#[test]
fn the_line_that_was_asked_for_may_hold_just_what_is_missing() {
    for (gone, line) in [
        (
            "Correo: hcardenas@vegalarga.example\n",
            "Persona: hcardenas@vegalarga.example\n",
        ),
        ("RUT: 10.000.016-4\n", "Persona: 10.000.016-4\n"),
        ("RUT: 10.000.016-4\n", "Persona: RUT 10.000.016-4\n"),
        ("Perfil: Ejecutor\n", "Persona: Ejecutor\n"),
        (
            "Nombre: Hernán Cárdenas Gallo\n",
            "Persona: Hernán Cárdenas Gallo\n",
        ),
    ] {
        let mut stage = Stage::begin();
        let whole = FORM.replace(
            "RUT: 10.000.016-4\n",
            "RUT: 10.000.016-4\nCorreo: hcardenas@vegalarga.example\n",
        );
        asks(&mut stage, &whole.replace(gone, ""));
        assert_eq!(states(&stage), ["awaiting-data"], "{line}");
        answers(&mut stage, line);
        assert_eq!(
            people(&stage),
            ["Hernán Cárdenas Gallo|10.000.016-4|hcardenas@vegalarga.example|Ejecutor"],
            "{line}"
        );
        assert_ne!(states(&stage), ["awaiting-data"], "{line}");
    }
}
