//! What executors answer, end to end: their words and files reach who asked where the procedure says
//! so; passwords reach nobody; forms with several persons are done in parts; work is handed on.

use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, memorandum};

const TEAM: &str = "equipo.sigec@ministerio.example";
const ROCIO: &str = "rlillo@ministerio.example";
const ISIDORA: &str = "isaavedra@maule.seremi.example";
const MAULE: &str = "equipo@maule.seremi.example";
const GONZALO: &str = "gmanquel@maule.seremi.example";

/// The last mail of a kind to somebody is answered, with a file where one is named.
fn answers(
    stage: &mut Stage,
    (from, to): (&str, &str),
    message: &str,
    text: &str,
    file: Option<&str>,
) {
    let sql = format!(
        "SELECT message_id FROM notices WHERE message = '{message}' AND address = '{to}'
         ORDER BY id DESC LIMIT 1"
    );
    let id = stage.column(&sql).remove(0);
    let number = stage.column("SELECT count(*) || '' FROM inputs").remove(0);
    let file = file.map_or_else(String::new, |name| {
        format!(
            "--b\nContent-Type: text/plain; name=\"{name}\"\n\
             Content-Disposition: attachment; filename=\"{name}\"\n\nDetalle del trabajo\n"
        )
    });
    let mail = format!(
        "Message-ID: <answer{number}@ministerio.example>\nIn-Reply-To: <{id}>\nFrom: <{from}>\n\
         To: <mesa@sigec.example>\nSubject: Re: Solicitud\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n{file}--b--\n"
    );
    stage.drops(mail.replace('\n', "\r\n").as_bytes());
    stage.drain();
}

/// A technical report that Beatriz has approved: the team has the work.
fn approved() -> Stage {
    let mut stage = Stage::begin();
    let report = memorandum("Informe N° 1");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    stage.drain();
    let hers = (BEATRIZ, BEATRIZ);
    answers(&mut stage, hers, "approval-request", "Apruebo", None);
    stage
}

/// Three users to be created, confirmed by who asks for them.
fn three_users() -> Stage {
    let mut stage = Stage::begin();
    let text = "Solicito la creación de usuarios ejecutores según el formulario:\n\n\
                Organización: I. Municipalidad de Quebrada Honda\nRegión: Región del Maule\n\n\
                Persona 1: Ana María Rojas Díaz, RUT 11.111.111-1, arojas@muni.example, perfil Ejecutor\n\
                Persona 2: Pedro Mena Ríos, RUT 22.222.222-2, pmena@muni.example, perfil Ejecutor\n\
                Persona 3: Juan Soto Lara, RUT 12.345.678-5, jsoto@muni.example, perfil Ejecutor\n\n\
                Saludos,\nIsidora Saavedra\n";
    stage.writes(ISIDORA, "Creación de usuarios ejecutores", text);
    stage.drain();
    let hers = (ISIDORA, ISIDORA);
    answers(&mut stage, hers, "opening-confirmation", "Sí, es mío", None);
    assert_eq!(state(&stage), "awaiting-work");
    stage
}

fn state(stage: &Stage) -> String {
    stage.column("SELECT state FROM requests").remove(0)
}

fn outcomes(stage: &Stage) -> Vec<String> {
    stage.column("SELECT outcome FROM journal WHERE request IS NOT NULL ORDER BY id")
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The last mail of a kind to somebody, as it was sent.
fn raw(stage: &Stage, message: &str, to: &str) -> String {
    let all = stage.books(|books| books.sent_since(chrono::DateTime::<chrono::Utc>::default()));
    let mail = all
        .into_iter()
        .rfind(|mail| mail.message == message && mail.address == to)
        .unwrap();
    String::from_utf8(mail.bytes).unwrap()
}

#[test]
fn words_and_files_of_the_executor_reach_who_asked_and_who_approved() {
    let mut stage = approved();
    let text = "Listo, el informe quedó en borrador; va el detalle.\n\n\
                Saludos cordiales,\nRocío Lillo Cea\nProfesional Equipo SIGEC\n\n\
                El lun, 5 oct 2026 a las 10:00, Mesa de Ayuda SIGEC escribió:\n\
                > La solicitud está lista para que el equipo la realice.\n";
    answers(
        &mut stage,
        (ROCIO, TEAM),
        "work-order",
        text,
        Some("detalle.txt"),
    );
    assert_eq!(state(&stage), "closed");
    assert_eq!(stage.told("resolution"), [BEATRIZ, TOMAS]);
    let told = flat(&stage.sent("resolution")[0].text);
    assert!(
        told.contains("el informe quedó en borrador; va el detalle."),
        "{told}"
    );
    for left_out in [
        "Saludos cordiales",
        "Profesional",
        "escribió",
        "está lista para que",
    ] {
        assert!(!told.contains(left_out), "{left_out}: {told}");
    }
    assert!(told.contains("Se adjunta: detalle.txt."), "{told}");
    for to in [TOMAS, BEATRIZ] {
        let mail = raw(&stage, "resolution", to);
        assert!(mail.contains("filename=\"detalle.txt\""), "{mail}");
    }
}

#[test]
fn where_only_the_template_answers_no_password_reaches_anybody_or_the_record() {
    let mut stage = three_users();
    let order = flat(&stage.sent("work-order")[0].text);
    assert!(
        order.contains("no le llega lo que escriba o adjunte"),
        "{order}"
    );
    // A question first, with a password in it that nobody needs.
    let question = "¿El perfil de Ana es Ejecutor? Su clave provisoria es Xk3-Sigec26.\n";
    answers(&mut stage, (GONZALO, MAULE), "work-order", question, None);
    let text = "Listo, creados los tres.\nClave: Temporal.2026\nana / Qw9zT!rr\n";
    answers(
        &mut stage,
        (GONZALO, MAULE),
        "work-order",
        text,
        Some("claves.txt"),
    );
    assert_eq!(state(&stage), "closed");
    assert_eq!(stage.told("resolution"), [ISIDORA]);
    let told = stage.sent("resolution")[0].text.clone();
    assert!(
        !told.contains("claves.txt") && !told.contains("escribe"),
        "{told}"
    );
    let request = "SELECT body FROM requests UNION ALL SELECT event FROM journal_contents
                   UNION ALL SELECT body FROM notices UNION ALL SELECT CAST(bytes AS TEXT) FROM notices";
    for text in stage.column(request) {
        for secret in ["Xk3-Sigec26", "Temporal.2026", "Qw9zT!rr"] {
            assert!(!text.contains(secret), "{secret} stands in {text}");
        }
    }
}

/// Nor in a mail that answers nothing, before the work is done or after: it is a comment, which others
/// are shown.
#[test]
fn no_password_travels_in_words_beside_the_answer() {
    let mut stage = three_users();
    let number = stage.column("SELECT number FROM requests").remove(0);
    let subject = format!("Usuarios [{number}]");
    stage.writes(
        ROCIO,
        &subject,
        "Para que sepan: la clave de Ana es Xk3-Sigec26.\n",
    );
    stage.drain();
    let answer = (GONZALO, MAULE);
    answers(
        &mut stage,
        answer,
        "work-order",
        "Listo, creados los tres.\n",
        None,
    );
    assert_eq!(state(&stage), "closed");
    stage.writes(
        GONZALO,
        &subject,
        "Olvidé decir que su clave es Temporal.2026\n",
    );
    stage.drain();
    let hers = (ISIDORA, ISIDORA);
    answers(
        &mut stage,
        hers,
        "resolution",
        "¿En qué estado está?\n",
        None,
    );
    assert_eq!(stage.told("status"), [ISIDORA]);
    let kept = "SELECT body FROM requests UNION ALL SELECT event FROM journal_contents
                UNION ALL SELECT body FROM notices UNION ALL SELECT CAST(bytes AS TEXT) FROM notices";
    for text in stage.column(kept) {
        for secret in ["Xk3-Sigec26", "Temporal.2026"] {
            assert!(!text.contains(secret), "{secret} stands in {text}");
        }
    }
}

#[test]
fn a_form_is_done_in_parts_and_the_end_lists_all() {
    let mut stage = three_users();
    let text = "Creados Ana y Pedro, falta Juan: RUT inválido.\n\nSaludos,\nGonzalo\n";
    answers(&mut stage, (GONZALO, MAULE), "work-order", text, None);
    assert_eq!(state(&stage), "awaiting-work");
    assert_eq!(outcomes(&stage).last().unwrap(), "partly-done");
    assert_eq!(stage.told("partly-done"), [MAULE, GONZALO, ISIDORA]);
    let told = flat(&stage.sent("partly-done")[0].text);
    assert!(
        told.contains("Faltan: - Juan Soto Lara: RUT inválido")
            || told.contains("Falta: - Juan Soto Lara: RUT inválido"),
        "{told}"
    );
    assert!(
        told.contains("- Ana María Rojas Díaz - Pedro Mena Ríos"),
        "{told}"
    );
    // What she answers goes to who has the work, with her file; who was done is shown as such.
    let hers = (ISIDORA, ISIDORA);
    let text = "Va la cédula de Juan, el RUT es el que indica.\n";
    answers(&mut stage, hers, "partly-done", text, Some("cedula.txt"));
    assert_eq!(stage.told("comment"), [MAULE]);
    let comment = flat(&stage.sent("comment")[0].text);
    assert!(comment.contains("Ejecutor · ya realizada"), "{comment}");
    assert!(raw(&stage, "comment", MAULE).contains("filename=\"cedula.txt\""));
    answers(
        &mut stage,
        (GONZALO, MAULE),
        "comment",
        "Listo Juan\n",
        None,
    );
    assert_eq!(state(&stage), "closed");
    let told = flat(&stage.sent("resolution")[0].text);
    for name in ["Ana María Rojas Díaz: Gonzalo", "Juan Soto Lara: Gonzalo"] {
        assert!(told.contains(name), "{told}");
    }
}

#[test]
fn who_cannot_be_told_apart_is_asked_back_in_one_line() {
    let mut stage = three_users();
    let text = "Creado Juan. Juan no se pudo crear.\n";
    answers(&mut stage, (GONZALO, MAULE), "work-order", text, None);
    assert_eq!(outcomes(&stage).last().unwrap(), "asked-again");
    let asked = flat(&stage.sent("decision-unclear")[0].text);
    assert!(asked.contains("- Ana María Rojas Díaz"), "{asked}");
    let text = "Ana María Rojas Díaz: listo\nPedro Mena Ríos: listo\nJuan Soto Lara: falta, el RUT no existe\n";
    answers(
        &mut stage,
        (GONZALO, GONZALO),
        "decision-unclear",
        text,
        None,
    );
    assert_eq!(outcomes(&stage).last().unwrap(), "partly-done");
    let text = "No se pudo crear a Juan: el RUT no existe\n";
    answers(&mut stage, (GONZALO, GONZALO), "partly-done", text, None);
    assert_eq!(outcomes(&stage).last().unwrap(), "not-done");
    let told = flat(&stage.sent("not-done")[0].text);
    assert!(
        told.contains("Sí se realizó para: Ana María Rojas Díaz, Pedro Mena Ríos."),
        "{told}"
    );
}

#[test]
fn a_question_goes_to_who_asked_and_the_answer_comes_back_with_its_files() {
    let mut stage = approved();
    let before = stage.column("SELECT wake_at || '' FROM requests");
    let text = "¿Cuál de los dos informes de agosto es el que hay que devolver?\n";
    answers(
        &mut stage,
        (ROCIO, TEAM),
        "work-order",
        text,
        Some("listado.txt"),
    );
    assert_eq!(outcomes(&stage).last().unwrap(), "passed-on");
    assert_eq!(stage.told("question"), [ROCIO, TOMAS]);
    assert!(raw(&stage, "question", TOMAS).contains("filename=\"listado.txt\""));
    assert!(!raw(&stage, "question", ROCIO).contains("[ref:"));
    // The clock goes on meanwhile.
    assert_eq!(stage.column("SELECT wake_at || '' FROM requests"), before);
    let his = (TOMAS, TOMAS);
    answers(
        &mut stage,
        his,
        "question",
        "El segundo; lo adjunto.\n",
        Some("informe.txt"),
    );
    assert_eq!(stage.told("comment"), [TEAM]);
    assert!(raw(&stage, "comment", TEAM).contains("filename=\"informe.txt\""));
    answers(&mut stage, (ROCIO, TEAM), "comment", "Listo\n", None);
    assert_eq!(state(&stage), "closed");
}

#[test]
fn work_is_handed_on_by_name_to_who_does_such_work() {
    let mut stage = approved();
    let valentina = OPERATORS[1];
    let text = "Lo ve ahora Pilar Sotomayor.\n";
    answers(&mut stage, (valentina, TEAM), "work-order", text, None);
    assert_eq!(outcomes(&stage).last().unwrap(), "handed-to-desk");
    let text = "Derivar a Rocío Lillo, por favor.\n";
    answers(&mut stage, (valentina, TEAM), "work-order", text, None);
    assert_eq!(outcomes(&stage).last().unwrap(), "handed-on");
    assert_eq!(stage.told("work-order"), [TEAM, ROCIO]);
    let order = flat(&stage.sent("work-order")[1].text);
    assert!(
        order.contains("Se la deriva Valentina Osorio Garay."),
        "{order}"
    );
    // Who asked is not troubled with it.
    assert_eq!(stage.told("claimed"), [TEAM, valentina]);
    answers(&mut stage, (ROCIO, ROCIO), "work-order", "Listo\n", None);
    assert_eq!(state(&stage), "closed");
}
