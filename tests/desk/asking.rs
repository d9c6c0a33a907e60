//! What people who ask, and others who are in copy, write on the way and after the end.

use mail_parser::{MessageParser, MimeHeaders};

use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, at, memorandum};

const TEAM: &str = "equipo.sigec@ministerio.example";
const ROCIO: &str = "rlillo@ministerio.example";
const SUBJECT: &str = "Desaprobación de informe técnico";

/// A mail with its own Message-ID, and lines of the header.
fn mail(
    stage: &mut Stage,
    (id, from): (&str, &str),
    lines: &[&str],
    (subject, text): (&str, &str),
) {
    let own = format!("Message-ID: <{id}@maule.example>");
    let mut all = vec![own.as_str()];
    all.extend(lines);
    stage.delivers(&all, from, subject, text);
    stage.drain();
}

/// A mail with a text file.
fn with_file(
    stage: &mut Stage,
    (id, from): (&str, &str),
    (subject, text): (&str, &str),
    file: &str,
) {
    let mail = format!(
        "Message-ID: <{id}@maule.example>\r\nFrom: <{from}>\r\nTo: <mesa@sigec.example>\r\n\
         Subject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         {text}\r\n--b\r\nContent-Type: text/plain; charset=utf-8; name=\"{file}\"\r\n\
         Content-Disposition: attachment; filename=\"{file}\"\r\n\r\nActa de la visita.\r\n--b--\r\n"
    );
    stage.drops(mail.as_bytes());
    stage.drain();
}

/// The Message-ID of our last mail of a kind to somebody.
fn ours(stage: &Stage, message: &str, address: &str) -> String {
    let sql = format!(
        "SELECT message_id FROM notices WHERE message = '{message}' AND address = '{address}'
         ORDER BY id DESC LIMIT 1"
    );
    stage.column(&sql).remove(0)
}

fn answers(stage: &mut Stage, id: &str, (from, message): (&str, &str), text: &str) {
    let to = format!("In-Reply-To: <{}>", ours(stage, message, from));
    mail(stage, (id, from), &[&to], ("Re: Solicitud", text));
}

/// The bytes of our last mail of a kind to somebody.
fn raw(stage: &Stage, message: &str, address: &str) -> Vec<u8> {
    let all = stage.books(|books| books.sent_since(chrono::DateTime::default()));
    let mut of = all
        .into_iter()
        .filter(|m| m.message == message && m.address == address);
    of.next_back().unwrap().bytes
}

fn files(bytes: &[u8]) -> Vec<String> {
    let parsed = MessageParser::default().parse(bytes).unwrap();
    let names = parsed
        .attachments()
        .map(|a| a.attachment_name().unwrap().to_owned());
    names.collect()
}

fn text(bytes: &[u8]) -> String {
    let parsed = MessageParser::default().parse(bytes).unwrap();
    let text = parsed.body_text(0).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn states(stage: &Stage) -> Vec<String> {
    stage.column("SELECT state FROM requests ORDER BY id")
}

/// A memorandum with a number, signed by Tomás.
fn numbered(number: u32, date: &str, project: &str, report: &str, executor: &str) -> String {
    format!(
        "MEMORÁNDUM N° {number}/2026\n\nA: Departamento de Gestión de Proyectos Informáticos\n\
         DE: Tomás Zepeda Figueroa\nMAT.: Solicita desaprobación de informe técnico\n\
         FECHA: {date}\n\n\
         Solicito la desaprobación del informe técnico que se indica.\n\n\
         Programa: Programa Familias\nRegión: Región del Maule\n\
         Nombre del ejecutor: {executor}\nNúmero de proyecto: {project}\n\
         Informe técnico: {report}\n\
         Motivos: Faltan las listas de asistencia de los talleres.\n"
    )
}

const TOWN: &str = "I. Municipalidad de Quebrada Honda";

/// A request whose work is done.
fn done() -> Stage {
    let mut stage = Stage::begin();
    let report = memorandum("Informe N° 1");
    mail(&mut stage, ("first", TOMAS), &[], (SUBJECT, &report));
    answers(&mut stage, "a1", (BEATRIZ, "approval-request"), "Apruebo\n");
    answers(&mut stage, "a2", (TEAM, "work-order"), "Listo\n");
    assert_eq!(states(&stage), ["closed"]);
    stage
}

#[test]
fn the_same_incomplete_mail_twice_is_one_request() {
    let mut stage = Stage::begin();
    let report = memorandum("Informe N° 1").replace("Número de proyecto: 07-123456-00012-26\n", "");
    mail(&mut stage, ("one", TOMAS), &[], (SUBJECT, &report));
    mail(
        &mut stage,
        ("two", TOMAS),
        &[],
        (&format!("RV: {SUBJECT}"), &report),
    );
    assert_eq!(stage.reasons(), ["opening", "sent-again"]);
    assert_eq!(states(&stage), ["awaiting-data"]);
    assert_eq!(stage.told("already-received"), [TOMAS]);
    let told = text(&raw(&stage, "already-received", TOMAS));
    assert!(told.contains("Este correo quedó agregado a ella"), "{told}");
    // What answers the second mail belongs there too.
    let to = "In-Reply-To: <two@maule.example>";
    let words = "Número de proyecto: 07-123456-00012-26\n";
    mail(&mut stage, ("three", TOMAS), &[to], ("RE: Informe", words));
    // Nothing proves that it is his: it counts once he says so.
    assert_eq!(states(&stage), ["awaiting-data"]);
    let asked = (TOMAS, "decision-confirmation");
    answers(&mut stage, "four", asked, "Sí, es mío\n");
    assert_eq!(states(&stage), ["awaiting-approval"]);
}

#[test]
fn what_waits_for_a_person_waits_once() {
    let mut stage = Stage::begin();
    let words = "Estimados, necesito que me llamen por un tema del convenio.\n";
    mail(&mut stage, ("one", TOMAS), &[], ("Consulta", words));
    mail(&mut stage, ("two", TOMAS), &[], ("Consulta", words));
    assert_eq!(stage.reasons(), ["unclassified", "sent-again-waiting"]);
    assert_eq!(stage.told("triage"), OPERATORS);
    // Thanks for the word that it was received are for nobody.
    answers(
        &mut stage,
        "three",
        (TOMAS, "triage-received"),
        "Muchas gracias.\n",
    );
    assert_eq!(stage.reasons()[2], "courtesy");
    assert_eq!(stage.told("triage"), OPERATORS);
}

#[test]
fn a_missing_document_comes_with_the_same_memorandum_again() {
    let mut stage = Stage::begin();
    let first = numbered(
        45,
        "5 de octubre de 2026",
        "07-123456-00012-26",
        "Informe N° 1",
        TOWN,
    );
    mail(&mut stage, ("one", TOMAS), &[], (SUBJECT, &first));
    with_file(
        &mut stage,
        ("two", TOMAS),
        ("Ahora con el acta", &first),
        "acta.txt",
    );
    assert_eq!(stage.reasons(), ["opening", "sent-again"]);
    // Nothing proves who sent it: a "yes" is enough, and then the approver gets it.
    answers(
        &mut stage,
        "three",
        (TOMAS, "decision-confirmation"),
        "Sí, es mío\n",
    );
    assert_eq!(files(&raw(&stage, "comment", BEATRIZ)), ["acta.txt"]);
    assert_eq!(states(&stage), ["awaiting-approval"]);
}

#[test]
fn a_corrected_memorandum_corrects_and_another_matter_is_another_request() {
    let mut stage = Stage::begin();
    let of =
        |project, report, executor| numbered(45, "5 de octubre de 2026", project, report, executor);
    let first = of("07-123456-00012-26", "Informe N° 1", TOWN);
    mail(&mut stage, ("one", TOMAS), &[], (SUBJECT, &first));
    let corrected = of("07-123456-00013-26", "Informe N° 1", TOWN);
    mail(&mut stage, ("two", TOMAS), &[], (SUBJECT, &corrected));
    assert_eq!(stage.reasons(), ["opening", "corrected"]);
    assert_eq!(states(&stage).len(), 1);
    answers(
        &mut stage,
        "three",
        (TOMAS, "decision-confirmation"),
        "Sí, es mío\n",
    );
    let asked = text(&raw(&stage, "approval-request", BEATRIZ));
    assert!(asked.contains("07-123456-00013-26"), "{asked}");
    assert!(
        asked.contains("Los datos de esta solicitud cambiaron"),
        "{asked}"
    );
    // Most of it is different: the number was written twice.
    let other = of(
        "07-123456-00099-26",
        "Informe N° 4",
        "Corporación Los Aromos",
    )
    .replace(
        "Faltan las listas de asistencia de los talleres",
        "El informe es de otro año",
    );
    mail(&mut stage, ("four", TOMAS), &[], (SUBJECT, &other));
    assert_eq!(states(&stage).len(), 2);
    let told = text(&raw(&stage, "acknowledgement", TOMAS));
    assert!(
        told.contains("también lo cita la solicitud SIGEC-2026-000001"),
        "{told}"
    );
}

#[test]
fn thanks_open_nothing_and_an_objection_continues_without_the_approvals() {
    let mut stage = done();
    let mails = stage.column("SELECT id || '' FROM notices").len();
    for (id, words) in [
        ("t1", "Muchas gracias por la gestión.\n"),
        ("t2", "Recibido conforme, saludos.\n"),
    ] {
        answers(&mut stage, id, (TOMAS, "resolution"), words);
    }
    assert_eq!(stage.column("SELECT id || '' FROM notices").len(), mails);
    stage.set(at(16, 10));
    let words = "Gracias, pero el informe todavía aparece aprobado en el sistema.\n";
    answers(&mut stage, "t3", (TOMAS, "resolution"), words);
    assert_eq!(stage.reasons().last().unwrap(), "continued");
    assert_eq!(states(&stage), ["closed", "awaiting-approval"]);
    let asked = text(&raw(&stage, "approval-request", BEATRIZ));
    assert!(
        asked.contains("Continúa: la solicitud SIGEC-2026-000001"),
        "{asked}"
    );
    assert!(asked.contains("todavía aparece aprobado"), "{asked}");
    assert!(asked.contains("07-123456-00012-26"), "{asked}");
    let sql = "SELECT json_array_length(body, '$.approvals') || ' ' ||
               json_extract(body, '$.fields.project_number.evidence.source.request')
               FROM requests WHERE id = 2";
    assert_eq!(stage.column(sql)[0], "0 SIGEC-2026-000001");
    // What answers that mail belongs to the new request.
    let to = "In-Reply-To: <t3@maule.example>";
    mail(
        &mut stage,
        ("t4", ROCIO),
        &[to],
        ("RE: Solicitud", "Yo lo reviso hoy, Tomás.\n"),
    );
    let sql = "SELECT json_array_length(body, '$.remarks') || '' FROM requests ORDER BY id DESC";
    assert_eq!(stage.column(sql)[0], "1");
    answers(&mut stage, "a3", (BEATRIZ, "approval-request"), "Apruebo\n");
    answers(&mut stage, "a4", (TEAM, "work-order"), "Listo\n");
    assert_eq!(states(&stage), ["closed", "closed"]);
}

#[test]
fn what_is_neither_thanks_nor_a_question_is_read_by_a_person() {
    let mut stage = done();
    let words = "El alcalde visitará la obra el jueves con su equipo.\n";
    answers(&mut stage, "t1", (TOMAS, "resolution"), words);
    assert_eq!(states(&stage), ["closed"]);
    assert_eq!(stage.told("attention"), OPERATORS);
}

#[test]
fn after_the_days_a_reply_is_a_mail_like_any_other() {
    // Done on Monday the 5th; the 12th is a holiday: the tenth working day is the 20th.
    for (day, states_then) in [(20, 2), (21, 1)] {
        let mut stage = done();
        stage.set(at(day, 10));
        let words = "Todavía aparece aprobado en el sistema, favor revisar.\n";
        answers(&mut stage, "t1", (TOMAS, "resolution"), words);
        assert_eq!(states(&stage).len(), states_then, "{day}");
        let expected = if states_then == 2 {
            "continued"
        } else {
            "unclassified"
        };
        assert_eq!(stage.reasons().last().unwrap(), expected);
    }
}

#[test]
fn a_rejected_request_is_taken_up_again_with_what_was_corrected() {
    let mut stage = Stage::begin();
    let report = memorandum("Informe N° 1");
    mail(&mut stage, ("first", TOMAS), &[], (SUBJECT, &report));
    let no = "Rechazo: el número de proyecto no corresponde\n";
    answers(&mut stage, "a1", (BEATRIZ, "approval-request"), no);
    let words = "Estimada, corrijo.\n\nNúmero de proyecto: 07-123456-00013-26\n";
    answers(&mut stage, "t1", (TOMAS, "rejected"), words);
    assert_eq!(states(&stage), ["closed", "awaiting-approval"]);
    let asked = text(&raw(&stage, "approval-request", BEATRIZ));
    assert!(asked.contains("07-123456-00013-26"), "{asked}");
}

#[test]
fn whoever_is_in_copy_comments_and_whoever_acts_next_reads_it() {
    let mut stage = Stage::begin();
    let report = memorandum("Informe N° 1");
    mail(&mut stage, ("first", TOMAS), &[], (SUBJECT, &report));
    let before = stage.column("SELECT id || '' FROM notices").len();
    let to = "In-Reply-To: <first@maule.example>";
    let words = "Tomás, el acta de la visita está en la carpeta compartida.\n";
    mail(
        &mut stage,
        ("c1", ROCIO),
        &[to],
        (&format!("RE: {SUBJECT}"), words),
    );
    assert_eq!(stage.reasons().last().unwrap(), "comment");
    // An answer to the comment belongs there, too.
    let to = "In-Reply-To: <c1@maule.example>";
    mail(
        &mut stage,
        ("c2", "ana@otra.example"),
        &[to],
        ("RE: Informe", "Gracias, Rocío.\n"),
    );
    assert_eq!(states(&stage).len(), 1);
    assert_eq!(stage.column("SELECT id || '' FROM notices").len(), before);
    assert!(stage.told("attention").is_empty());
    answers(&mut stage, "a1", (BEATRIZ, "approval-request"), "Apruebo\n");
    let order = text(&raw(&stage, "work-order", TEAM));
    assert!(
        order.contains("el acta de la visita está en la carpeta"),
        "{order}"
    );
}

#[test]
fn estado_and_desisto_need_no_number_where_one_request_is_meant() {
    let mut stage = Stage::begin();
    mail(
        &mut stage,
        ("one", TOMAS),
        &[],
        (SUBJECT, &memorandum("Informe N° 1")),
    );
    mail(
        &mut stage,
        ("e1", TOMAS),
        &[],
        ("Consulta", "Buenas tardes, ¿en qué va mi solicitud?\n"),
    );
    assert_eq!(stage.reasons().last().unwrap(), "status");
    let told = text(&raw(&stage, "status", TOMAS));
    assert!(
        told.contains("Está en manos de Beatriz Alcaíno Rosas desde el lunes 5"),
        "{told}"
    );
    assert!(
        told.contains("Se espera esa respuesta a más tardar el"),
        "{told}"
    );
    mail(
        &mut stage,
        ("d1", TOMAS),
        &[],
        ("Aviso", "Desisto de mi solicitud.\n"),
    );
    // A person's name under a mail proves nothing.
    assert_eq!(states(&stage), ["awaiting-approval"]);
    answers(
        &mut stage,
        "d2",
        (TOMAS, "decision-confirmation"),
        "Sí, es mío.\n",
    );
    assert_eq!(states(&stage), ["closed"]);
    assert_eq!(stage.told("withdrawn"), [BEATRIZ, TOMAS]);
}

#[test]
fn of_several_requests_the_status_is_told_and_none_is_withdrawn_by_guess() {
    let mut stage = Stage::begin();
    mail(
        &mut stage,
        ("one", TOMAS),
        &[],
        (SUBJECT, &memorandum("Informe N° 1")),
    );
    mail(
        &mut stage,
        ("two", TOMAS),
        &[],
        (SUBJECT, &memorandum("Informe N° 2")),
    );
    mail(
        &mut stage,
        ("three", TOMAS),
        &[],
        (SUBJECT, &memorandum("Informe N° 3")),
    );
    mail(
        &mut stage,
        ("e2", TOMAS),
        &[],
        ("Consulta", "¿En qué va lo mío?\n"),
    );
    assert_eq!(stage.told("status").len(), 3);
    mail(
        &mut stage,
        ("e3", TOMAS),
        &[],
        ("Consulta", "¿En qué va la solicitud 3?\n"),
    );
    assert_eq!(stage.told("status").len(), 4);
    mail(
        &mut stage,
        ("d3", TOMAS),
        &[],
        ("Aviso", "Desisto de mi solicitud.\n"),
    );
    assert_eq!(stage.reasons().last().unwrap(), "unclassified");
}

#[test]
fn a_document_in_a_new_mail_with_the_number_reaches_who_decides_and_who_works() {
    let mut stage = Stage::begin();
    mail(
        &mut stage,
        ("one", TOMAS),
        &[],
        (SUBJECT, &memorandum("Informe N° 1")),
    );
    let subject = "[SIGEC-2026-000001] acta";
    with_file(
        &mut stage,
        ("two", TOMAS),
        (subject, "Adjunto el acta."),
        "acta.txt",
    );
    assert!(stage.told("comment").is_empty(), "nothing proves it yet");
    let asked = text(&raw(&stage, "decision-confirmation", TOMAS));
    assert!(asked.contains("Documentos: acta.txt"), "{asked}");
    answers(
        &mut stage,
        "three",
        (TOMAS, "decision-confirmation"),
        "sí, es mío\n",
    );
    assert_eq!(files(&raw(&stage, "comment", BEATRIZ)), ["acta.txt"]);
    let told = text(&raw(&stage, "addition-received", TOMAS));
    assert!(
        told.contains("Se lo hicimos llegar a Beatriz Alcaíno Rosas"),
        "{told}"
    );
    answers(&mut stage, "a1", (BEATRIZ, "approval-request"), "Apruebo\n");
    assert_eq!(files(&raw(&stage, "work-order", TEAM)), ["acta.txt"]);
}

#[test]
fn a_word_about_a_mail_that_is_no_request_stands_in_its_thread() {
    let mut stage = Stage::begin();
    mail(
        &mut stage,
        ("one", TOMAS),
        &[],
        ("Consulta", "Necesito que me llamen por un tema.\n"),
    );
    let word = String::from_utf8(raw(&stage, "triage-received", TOMAS)).unwrap();
    assert!(word.contains("In-Reply-To: <one@maule.example>"), "{word}");
    let own = "Somos una fundación de Tomé y necesitamos que se cree nuestra organización.\n\n\
               Nombre o razón social: Fundación Manos del Sur\nRUT: 65.123.987-7\n\
               Región: Biobío\n";
    let from = "directora@manosdelsur.example";
    let subject = "Creación de organización en SIGEC";
    mail(&mut stage, ("two", from), &[], (subject, own));
    let word = String::from_utf8(raw(&stage, "wrong-channel", from)).unwrap();
    assert!(word.contains("In-Reply-To: <two@maule.example>"), "{word}");
    // The desk's people did not write it.
    let triage = String::from_utf8(raw(&stage, "triage", OPERATORS[0])).unwrap();
    assert!(!triage.contains("In-Reply-To"), "{triage}");
}
