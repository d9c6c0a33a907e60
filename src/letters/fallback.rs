//! A mail without any template, for when a template fails: plain words and the data.

use crate::request::{
    Alarm, AskedFor, AttentionReason, Concern, DecisionMoved, DecisionRepudiated, DeskActed,
    Digest, Message, MissingData, NotCounted, Notice, Summary, TriageReason, WaitingFor,
};

use super::templates::escape;
use super::words::{Local, civil, clean, megabytes, one_line, tidy};
use super::{Rendered, Rendering, compose, region, subject, summary};

/// A plain mail without any template, for when [`super::Templates::render`] fails: nothing is left
/// untold. What cannot stand in a header is left out of it.
pub fn fallback(notice: &Notice, with: &Rendering<'_>) -> Rendered {
    let local = Local {
        calendar: &with.office.calendar,
        region: region(&notice.message),
    };
    let desk = &with.office.desk;
    let what = what_happened(&notice.message, &local);
    let heading = format!("Aviso de {}", desk.name);
    let heading = one_line(&heading, 120);
    let subject = subject::of(&notice.message, &heading, with.thread_subject);
    let mut text = format!("{what}\n\n");
    if let Some(summary) = summary(&notice.message) {
        text.push_str(&data(summary, &local));
    }
    if let Some(ask) = &notice.ask {
        text.push_str(&format!("{}\n\n", how_to_answer(ask.about)));
    }
    text.push_str(&format!("{} <{}>\n", desk.name, desk.address));
    if let Some(token) = with.token {
        text.push_str(&format!("\n[ref:{token}]\n"));
    }
    let text = tidy(&text);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"es-CL\"><head><meta charset=\"utf-8\">\
         <title>{}</title></head>\n\
         <body style=\"font-family:Arial,sans-serif;font-size:16px;line-height:24px\">{}</body>\
         </html>\n",
        escape(&subject),
        text.lines().map(escape).collect::<Vec<_>>().join("<br>\n"),
    );
    let names = compose::Names::mended(notice, with);
    let bytes = compose::mail(notice, with, &names, (&subject, &text, &html));
    Rendered {
        subject,
        text,
        html,
        bytes,
    }
}

fn data(summary: &Summary, local: &Local<'_>) -> String {
    let mut out = format!(
        "- Solicitud: {}\n- Procedimiento: {}\n- Solicita: {}\n",
        one_line(&summary.number, 60),
        one_line(&summary.procedure, 200),
        one_line(&summary.requester, 200)
    );
    for row in &summary.rows {
        let value = clean(&row.value).replace('\n', "\n  ");
        out.push_str(&format!("- {}: {value}\n", one_line(&row.label, 200)));
    }
    if let Some(deadline) = summary.deadline {
        out.push_str(&format!("- Plazo: {}\n", local.instant(deadline)));
    }
    out.push('\n');
    out
}

fn how_to_answer(about: AskedFor) -> &'static str {
    match about {
        AskedFor::Approval { .. } => {
            "Responda este correo con «Apruebo» o con «Rechazo: (motivo)»."
        }
        AskedFor::Work => "Responda este correo con «Listo» o con «No se pudo: (motivo)».",
        AskedFor::Kept { .. } => "Responda este correo con «Sí, es mío» o con «No es mío».",
        AskedFor::Data => "Responda este correo con los datos que faltan.",
        AskedFor::Confirmation => "Responda este correo con «Sí, es mío» o con «No es mío».",
        AskedFor::Triage => {
            "Responda este correo con «tipo» y el número del procedimiento, con «es de la 123» o \
             con «no corresponde: (motivo)»."
        }
    }
}

/// One or two sentences for each mail.
fn what_happened(message: &Message, local: &Local<'_>) -> String {
    let because = |reason: &Option<String>| match reason {
        Some(reason) => format!("Motivo: {}", clean(reason)),
        None => String::from("No se indicó el motivo."),
    };
    match message {
        Message::Acknowledgement(_) => "Recibimos su solicitud.".into(),
        Message::MissingData(m) => missing(m),
        Message::ClosingNotAllowed(m) => format!(
            "La convocatoria no puede cerrar el {}. Cierres posibles más cercanos: {} o {}.",
            civil(m.closing_at),
            civil(m.before),
            civil(m.after)
        ),
        Message::WrongChannel(m) => format!(
            "La solicitud «{}» ({}) debe hacerla: {}.",
            one_line(&m.subject, 200),
            one_line(&m.procedure, 200),
            clean(&m.ask_instead.join("; "))
        ),
        Message::OpeningConfirmation(m) => format!(
            "Recibimos una solicitud a su nombre, enviada por {}. ¿Es suya?",
            clean(&m.sender)
        ),
        Message::ApprovalRequest(m) => format!(
            "Se solicita su aprobación como {}, a más tardar el {}.",
            clean(&m.role),
            local.instant(m.due)
        ),
        Message::ApprovalReminder(m) => format!(
            "Su respuesta (aprobación o rechazo) como {} sigue pendiente. Plazo: {}.",
            clean(&m.role),
            local.instant(m.due)
        ),
        Message::DecisionUnclear(m) => {
            format!(
                "No pudimos registrar su respuesta como decisión: «{}».",
                clean(&m.said)
            )
        }
        Message::DecisionConfirmation(m) => {
            format!("Confirme su respuesta: «{}».", clean(&m.said))
        }
        Message::DecisionRecorded(m) if m.approved => "Su aprobación quedó registrada.".into(),
        Message::DecisionRecorded(m) => {
            format!("Su rechazo quedó registrado. {}", because(&m.reason))
        }
        Message::DecisionMoved(m) => moved(m),
        Message::DecisionRepudiated(m) => repudiated(m),
        Message::AnswerNotCounted(m) => not_counted(m.why).into(),
        Message::Rejected(m) => format!(
            "La solicitud fue rechazada por {} ({}). {}",
            clean(&m.by),
            clean(&m.role),
            because(&m.reason)
        ),
        Message::WorkOrder(m) if m.copy => {
            format!("Copia: el trabajo se encargó a {}.", clean(&m.executor))
        }
        Message::WorkOrder(_) => "Hay un trabajo por realizar.".into(),
        Message::WorkReminder(_) => "El trabajo sigue pendiente.".into(),
        Message::Claimed(m) => format!("{} tomó el trabajo.", clean(&m.by)),
        other => later(other, &because, local),
    }
}

/// The second part of [`what_happened`].
fn later(
    message: &Message,
    because: &dyn Fn(&Option<String>) -> String,
    local: &Local<'_>,
) -> String {
    match message {
        Message::Resolution(m) => {
            let words = m.text.as_deref().map(clean).unwrap_or_default();
            format!("La solicitud quedó resuelta por {}. {words}", clean(&m.by))
        }
        Message::PartlyDone(m) => {
            let open: Vec<&str> = m.open.iter().map(|p| p.name.as_str()).collect();
            format!(
                "{} informa que ya se realizó para: {}. Falta: {}.",
                clean(&m.by),
                clean(&m.done.join(", ")),
                clean(&open.join(", "))
            )
        }
        Message::NotDone(m) => {
            let why = because(&m.reason);
            format!("{} informa que no se pudo realizar. {why}", clean(&m.by))
        }
        Message::Question(m) => format!("{} escribe: «{}».", clean(&m.by), clean(&m.text)),
        Message::Comment(m) => format!("{} agrega: «{}».", clean(&m.by), clean(&m.text)),
        Message::Status(m) => {
            format!(
                "La solicitud {}. {}",
                waiting(m.waiting_for),
                clean(&m.held_by)
            )
        }
        Message::AlreadyAnswered(m) => {
            let what = if m.approved { "aprobó" } else { "rechazó" };
            format!("{} ya {what} la solicitud.", clean(&m.decided.by))
        }
        Message::TriageReceived(m) => format!(
            "Recibimos su correo «{}». Una persona lo revisará.",
            one_line(&m.subject, 200)
        ),
        Message::AdditionReceived(_) => "Lo que envió quedó agregado a la solicitud.".into(),
        Message::AlreadyReceived(_) => "Esta solicitud ya había sido recibida.".into(),
        Message::Withdrawn(m) => format!("{} retiró la solicitud.", clean(&m.by)),
        Message::DeskAct(m) => format!("La mesa de ayuda {} la solicitud.", desk_acted(m.acted)),
        other => to_the_desk(other, local),
    }
}

/// Its last part.
fn to_the_desk(message: &Message, local: &Local<'_>) -> String {
    match message {
        Message::Attention(m) => format!(
            "La solicitud necesita que una persona intervenga. {}: {}.\n\n{}",
            clean(&m.who),
            attention(m.why),
            clean(&m.text)
        ),
        Message::DeadlineWarning(m) => format!(
            "Pasó el {} % del plazo. La solicitud está en manos de {}.",
            m.percent,
            clean(&m.held_by)
        ),
        Message::StepOverdue(m) => format!(
            "La aprobación como {} no llegó a más tardar el {}. Está en manos de {}.",
            clean(&m.role),
            local.instant(m.due),
            clean(&m.held_by)
        ),
        Message::Breach(m) => format!(
            "Venció el plazo. La solicitud está en manos de {}.",
            clean(&m.held_by)
        ),
        Message::Undeliverable(m) => format!(
            "Un correo a {} no pudo entregarse: {}.",
            clean(&m.address),
            clean(&m.why)
        ),
        Message::Triage(m) => format!(
            "Un correo de {} espera que alguien lo revise ({}). Asunto: {}\n\n{}",
            clean(&m.from),
            triage(m.why),
            one_line(&m.subject, 200),
            clean(&m.text)
        ),
        Message::TriageDone(m) => format!(
            "{} clasificó el correo «{}», de {}.",
            clean(&m.by),
            one_line(&m.subject, 200),
            clean(&m.from)
        ),
        Message::TriageUnclear(m) => format!(
            "No clasificamos el correo «{}», de {}. Usted escribió: «{}».",
            one_line(&m.subject, 200),
            clean(&m.from),
            clean(&m.said)
        ),
        Message::NotOurs(m) => format!(
            "Su correo «{}» no corresponde a esta mesa de ayuda. Motivo: {}",
            one_line(&m.subject, 200),
            clean(&m.reason)
        ),
        Message::ImpersonationWarning(m) => format!(
            "Recibimos un correo con su dirección {} que no salió de donde dice. No lo tomamos en \
             cuenta. Si lo envió usted, envíelo de nuevo desde su correo institucional.",
            one_line(&m.address, 200)
        ),
        Message::TooLarge(m) => format!(
            "Su correo «{}» ({}) supera el tamaño que recibimos ({}).",
            one_line(&m.subject, 200),
            megabytes(m.bytes),
            megabytes(m.limit)
        ),
        Message::Alarm(m) => alarm(m),
        Message::Digest(m) => digest(m),
        _ => String::from("Hay una novedad en la solicitud."),
    }
}

fn moved(m: &DecisionMoved) -> String {
    match m.asked.is_empty() {
        true => format!("{} está ausente; esperamos su respuesta.", clean(&m.of)),
        false => format!(
            "La aprobación que correspondía a {} se pidió a {}.",
            clean(&m.of),
            clean(&m.asked.join(", "))
        ),
    }
}

fn repudiated(m: &DecisionRepudiated) -> String {
    let by = clean(&m.by);
    match m.concern {
        Concern::Own => {
            "Registramos que lo recibido a su nombre no es suyo. Quedó sin efecto.".into()
        }
        Concern::Executor => {
            format!("Detenga el trabajo: {by} informa que lo recibido a su nombre no es suyo.")
        }
        Concern::Approver | Concern::Requester => {
            format!("{by} informa que lo recibido a su nombre no es suyo. Quedó sin efecto.")
        }
    }
}

fn alarm(m: &Alarm) -> String {
    let state = if m.over { "Terminó" } else { "Comenzó" };
    format!(
        "{state} una alarma de la mesa ({}). {}",
        m.kind.name(),
        clean(&m.details)
    )
}

fn digest(m: &Digest) -> String {
    let mut out = format!(
        "Resumen del {}. Cerradas: {}. Correos por revisar: {}. Abiertas:\n\n",
        m.date, m.closed, m.parked
    );
    for row in &m.open {
        let late = if row.late { " (atrasada)" } else { "" };
        let held_by = one_line(&row.held_by, 120);
        out.push_str(&format!(
            "- {}{late}: {held_by}\n",
            one_line(&row.number, 60)
        ));
    }
    for mail in &m.mails {
        let (from, subject) = (one_line(&mail.from, 120), one_line(&mail.subject, 120));
        out.push_str(&format!(
            "- Por revisar, {}: {from}: {subject}\n",
            mail.input
        ));
    }
    for bounce in &m.bounced {
        let address = one_line(&bounce.address, 120);
        out.push_str(&format!("- No llegan los correos a {address}\n"));
    }
    for open in &m.confirmations {
        let (number, who) = (one_line(&open.number, 60), one_line(&open.who, 120));
        out.push_str(&format!("- {number} espera la confirmación de {who}\n"));
    }
    out
}

fn missing(message: &MissingData) -> String {
    let mut out = String::from("Para continuar con su solicitud faltan:\n\n");
    for wanted in &message.wanted {
        out.push_str(&format!("- {}\n", one_line(&wanted.label, 200)));
    }
    for document in &message.documents {
        out.push_str(&format!("- {}\n", one_line(document, 200)));
    }
    for file in &message.unreadable {
        out.push_str(&format!(
            "- {}: no pudimos leerlo\n",
            one_line(&file.name, 200)
        ));
    }
    out
}

fn not_counted(why: NotCounted) -> &'static str {
    match why {
        NotCounted::AlreadyDecided => "Su respuesta no se contó: este paso ya estaba decidido.",
        NotCounted::Changed => "Su respuesta no se contó: cambió después del envío.",
        NotCounted::Withdrawn => "Su respuesta no se contó: la solicitud fue retirada.",
        NotCounted::Closed => "Su respuesta no se contó: la solicitud está cerrada.",
        NotCounted::NotAsked => "Su respuesta no se contó: la decisión se pidió a otra persona.",
        NotCounted::AfterRejection => "Su respuesta no se contó: usted ya la había rechazado.",
    }
}

fn waiting(state: WaitingFor) -> &'static str {
    match state {
        WaitingFor::Data => "espera datos",
        WaitingFor::Confirmation => "espera confirmación",
        WaitingFor::Approval => "espera una aprobación",
        WaitingFor::Work => "espera que se realice el trabajo",
        WaitingFor::Done => "está resuelta",
        WaitingFor::NotDone => "está cerrada: no se pudo realizar",
        WaitingFor::Rejected => "está cerrada: fue rechazada",
        WaitingFor::Withdrawn => "está cerrada: fue retirada",
        WaitingFor::Disowned => "está cerrada: no fue reconocida",
    }
}

fn desk_acted(acted: DeskActed) -> &'static str {
    match acted {
        DeskActed::Assigned => "asignó a otra persona",
        DeskActed::Released => "dejó libre para que otra persona tome",
        DeskActed::Amended => "corrigió los datos de",
        DeskActed::Reclassified => "cambió el procedimiento de",
        DeskActed::Reopened => "reabrió",
        DeskActed::Confirmed => "registró como suya",
        DeskActed::Done => "registró como realizada",
        DeskActed::NotDone => "registró que no se pudo realizar",
    }
}

fn triage(why: TriageReason) -> &'static str {
    match why {
        TriageReason::Unclassified => "no se reconoce qué pide",
        TriageReason::NotAllowed => "quien lo envía no puede pedirlo",
        TriageReason::NoSender => "no se sabe quién lo envió",
        TriageReason::UnknownSignatory => "quien firma no está en el directorio",
        TriageReason::CannotBeRead => "no se pudo leer",
        TriageReason::TooMany => "llegaron demasiadas a su nombre sin prueba de que sean suyas",
    }
}

fn attention(why: AttentionReason) -> &'static str {
    match why {
        AttentionReason::NobodyThere => "nadie tiene el rol que debe actuar",
        AttentionReason::UnclearTwice => "respondió dos veces sin que se entienda",
        AttentionReason::Delegated => "dice que debe responder otra persona",
        AttentionReason::AwayWithoutSubstitute => "está ausente y nadie subroga",
        AttentionReason::Disowned => "dice que la solicitud no es suya",
        AttentionReason::NoAnswer => "no ha respondido, ni después de un recordatorio",
        AttentionReason::AfterEnd => "escribió después del cierre",
        AttentionReason::WorkedAgainst => "hizo el trabajo de una solicitud detenida",
        AttentionReason::Left => "ya no trabaja ahí, según su casilla",
        AttentionReason::Repudiated => "informa que una decisión a su nombre no es suya",
        AttentionReason::RepudiatedNothing => "informa que no escribió lo que se le atribuye",
        AttentionReason::RepudiatedAfterEnd => "no reconoce una decisión de un trabajo ya hecho",
        AttentionReason::RepudiatedUnproven => "no reconocería una decisión (sin prueba)",
        AttentionReason::TooMany => "recibe o envía demasiados correos, quizás por una regla",
    }
}
