//! The journal's names in Spanish, for an auditor. A name that is not here is shown as it is.

const OUTCOMES: &[(&str, &str)] = &[
    ("opened-incomplete", "Se abrió la solicitud; faltaban datos"),
    ("opened", "Se abrió la solicitud"),
    ("data-incomplete", "Llegaron datos; aún faltaban otros"),
    ("data-taken", "Llegaron datos"),
    ("confirmed", "La autoridad confirmó que es suya"),
    ("disowned", "La autoridad dijo que no es suya"),
    ("approved", "Aprobación"),
    ("rejected", "Rechazo"),
    ("passed-on", "Una pregunta o condición se transmitió"),
    (
        "asked-again",
        "No se entendió la respuesta; se preguntó de nuevo",
    ),
    ("confirmation-asked", "Se pidió confirmar la respuesta"),
    ("claimed", "Alguien tomó el trabajo"),
    ("done", "El trabajo se terminó"),
    ("partly-done", "El trabajo se terminó para algunas personas"),
    (
        "handed-on",
        "Quien debía responder la derivó a otra persona",
    ),
    ("not-done", "El trabajo no se pudo hacer"),
    ("withdrawn", "Quien pedía desistió"),
    ("status-told", "Se informó el estado"),
    ("told-received", "Se avisó que ya estaba recibida"),
    ("commented", "Comentario; no decide nada"),
    ("handed-to-desk", "Pasó a las personas de la mesa"),
    ("substitute-asked", "Se preguntó a quien subroga"),
    ("absence-awaited", "Se espera a quien está ausente"),
    ("reminded", "Recordatorio"),
    ("overdue", "Un paso no se respondió a tiempo; se avisó"),
    ("warned", "Aviso de plazo"),
    (
        "escalated",
        "Venció el plazo; se informó a quien corresponde",
    ),
    (
        "repudiated",
        "Alguien dijo que una decisión a su nombre no fue suya",
    ),
    ("assigned", "Un operador la asignó a otra persona"),
    ("released", "Un operador quitó el trabajo a quien lo tenía"),
    ("amended", "Un operador cambió los datos"),
    ("reclassified", "Un operador cambió el trámite"),
    ("reopened", "Un operador la retomó"),
    ("refused-operator", "No se aceptó lo que indicó un operador"),
    ("refused-already-decided", "No contó: ya estaba decidido"),
    ("refused-changed", "No contó: los datos habían cambiado"),
    ("refused-not-asked", "No contó: no se le había preguntado"),
    ("refused-closed", "No contó: la solicitud estaba cerrada"),
    ("nothing", "Nada que hacer"),
    ("retried", "Un operador hizo tratar de nuevo el correo"),
    ("purged", "Se borraron contenidos, por su plazo o a pedido"),
];

const CELLS: &[(&str, &str)] = &[
    (
        "counts-by-token",
        "la respuesta trajo la clave del correo que solo esa persona recibió",
    ),
    (
        "counts-by-message-id",
        "respondió al correo que solo esa persona recibió",
    ),
    (
        "counts-authenticated-token",
        "el servidor de la oficina autenticó al remitente, y la respuesta trajo la clave",
    ),
    (
        "counts-authenticated-message-id",
        "el servidor de la oficina autenticó al remitente, y respondió al correo enviado",
    ),
    (
        "counts-confirmed",
        "se confirmó con un correo nuevo a la dirección del directorio",
    ),
    (
        "opens-authenticated",
        "el servidor de la oficina autenticó al remitente",
    ),
    (
        "confirm-unstamped",
        "el servidor no autenticó al remitente: debía confirmarse",
    ),
    (
        "confirm-tag-only",
        "solo el número en el asunto: debía confirmarse",
    ),
    (
        "confirm-open-step",
        "no citaba ningún correo de la mesa: debía confirmarse",
    ),
    (
        "confirm-opening-replayed",
        "un correo de otra ocasión: debía confirmarse",
    ),
    (
        "confirm-opening-unstamped",
        "el servidor no autenticó al remitente: debía confirmarse",
    ),
    (
        "confirm-opening-not-stamped",
        "el servidor no autentica remitentes: debía confirmarse",
    ),
    (
        "continued",
        "escribió después del cierre; la solicitud que la continúa lo recoge",
    ),
    (
        "sent-again",
        "venía con la misma solicitud, enviada otra vez",
    ),
    (
        "comment-somebody-else",
        "no cuenta: era de otra persona; se guardó como comentario",
    ),
    (
        "quarantine-failed",
        "no cuenta: la autenticación del remitente falló",
    ),
    (
        "never-unidentifiable",
        "no cuenta: no se puede saber de quién es",
    ),
];

/// What came of an event.
pub(super) fn outcome(name: &str) -> &str {
    word(OUTCOMES, name)
}

/// Why an answer counted, or not, and the name of the cell.
pub(super) fn cell(name: &str) -> String {
    match (word(CELLS, name), name.split_once(':')) {
        (_, Some(("operator", by))) => format!("por orden del operador {by}"),
        (words, _) if words == name => name.to_owned(),
        (words, _) => format!("{words} ({name})"),
    }
}

/// How a request stands.
pub(super) fn state(name: &str) -> &str {
    let states = [
        ("awaiting-data", "espera datos"),
        ("awaiting-confirmation", "espera confirmación"),
        ("awaiting-approval", "espera una aprobación"),
        ("awaiting-work", "espera el trabajo"),
        ("done", "terminada"),
        ("not-done", "cerrada: no se pudo hacer"),
        ("rejected", "rechazada"),
        ("withdrawn", "desistida"),
        ("disowned", "cerrada: la autoridad dijo que no era suya"),
        ("due", "por enviar"),
        ("sent", "enviado"),
        ("failed", "no se pudo entregar"),
    ];
    let found = states.into_iter().find(|(known, _)| *known == name);
    found.map_or(name, |(_, words)| words)
}

fn word<'a>(table: &[(&str, &'a str)], name: &'a str) -> &'a str {
    let found = table.iter().find(|(known, _)| *known == name);
    found.map_or(name, |(_, words)| words)
}
