//! The week as a script: who does what, and when. What the desk makes of it is not written here.

use super::papers::{self, Paper};

/// Something that somebody does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// The day of October 2026.
    pub day: u32,
    /// The local hour, `08:41`.
    pub hour: &'static str,
    /// Who: an id of the directory, or a stranger as `Name <address>`.
    pub who: &'static str,
    /// What.
    pub deed: Deed,
}

/// What people do. The first word given is one of the mail that they have in front of them: the
/// newest one of the desk to them, or to a mailbox that they read, that holds it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    /// Writes a mail.
    Writes(&'static Paper),
    /// Answers with these words, above a quote and with a signature, as their program does it.
    Answers(&'static str, &'static str),
    /// Presses this button of the mail and sends what it wrote.
    Presses(&'static str, &'static str),
    /// Begins a new mail that has nothing of the desk's but the tag in the subject.
    Tags(&'static str, &'static str),
    /// Lets the mail program answer that they are away.
    IsAway(&'static str, &'static str),
    /// Their server sends the mail back: the mailbox is not there.
    Bounces(&'static str),
    /// A stranger who got hold of the mail that somebody else was sent answers it.
    Forges {
        /// Whose mail it is.
        of: &'static str,
        /// The word.
        to: &'static str,
        /// What the stranger writes.
        says: &'static str,
    },
    /// A mail that is delivered as it is, but for `{date}` and `{id}`.
    Arrives(&'static str),
}

use Deed::{Answers, Arrives, Bounces, Forges, IsAway, Presses, Tags, Writes};

const fn at(day: u32, hour: &'static str, who: &'static str, deed: Deed) -> Scene {
    Scene {
        day,
        hour,
        who,
        deed,
    }
}

/// When the week begins and ends: day of October 2026 and hour. Monday the 12th is a holiday.
pub(super) const BEGINS: (u32, &str) = (5, "08:00");
pub(super) const ENDS: (u32, &str) = (14, "16:00");

/// The words by which people find the mail that they answer.
const ALLOCATION: &str = "asignación presupuestaria";
const MODIFICATION: &str = "modificación presupuestaria";
const RENDITION: &str = "rendiciones";
const NATIONAL_RENDITION: &str = "techo amigo";
const REPORT: &str = "abriendo caminos";

/// Somebody who is not in the directory, with the name of somebody who is.
const FALSE_BEATRIZ: &str = "Beatriz Alcaíno Rosas <beatriz.alcaino@correo-libre.example>";

/// The week, in order of time.
#[rustfmt::skip]
pub(super) const WEEK: &[Scene] = &[
    // Monday: two changes of dates, a rendition, a dead address, users for FOSIS.
    at(5, "08:12", "Noticias <boletin@boletines.example>", Arrives(papers::NEWSLETTER)),
    at(5, "08:41", "paulina-errazuriz", Writes(&papers::MEMORANDUM_214)),
    at(5, "08:55", "paulina-errazuriz", Presses(MODIFICATION, "Sí, es mío")),
    at(5, "09:20", "carolina-carrasco", Writes(&papers::MEMORANDUM_31)),
    at(5, "09:50", "susana-pizarro", Writes(&papers::ALLOCATION)),
    at(5, "10:05", "carolina-carrasco", Answers(RENDITION,
        "Disculpen la omisión.\n\nNúmero de proyecto: 04-118822-00015-26")),
    // The head of the region's administration has left: her mailbox is gone.
    at(5, "10:06", "isidora-olivares", Bounces(RENDITION)),
    at(5, "10:30", "luis-zamora", Answers(MODIFICATION,
        "Listo, la fecha de la modificación 3 quedó en 19-08-2026.")),
    at(5, "10:48", "paulina-errazuriz", Answers(MODIFICATION, "Muchas gracias.")),
    // Gastón's mail program lost the thread: only the number in the subject is left.
    at(5, "11:15", "gaston-leal", Tags(ALLOCATION, "Apruebo el cambio de fecha.")),
    at(5, "11:40", "gaston-leal", Answers("confirme", "Apruebo")),
    at(5, "12:10", "rosa-inzunza", Writes(&papers::USERS_FOSIS)),
    at(5, "12:22", "rosa-inzunza", Answers("confirme su solicitud", "Sí, es mío.")),
    at(5, "14:00", "fresia-antilef", Writes(&papers::CANNOT_LOG_IN)),
    at(5, "15:10", "osvaldo-araya", Presses(RENDITION, "Apruebo")),
    // Tuesday: a forged approval, an "ok, but", an organisation that asks by itself.
    at(6, "08:35", FALSE_BEATRIZ, Forges {
        of: "beatriz-alcaino", to: RENDITION, says: "Apruebo. Favor proceder hoy mismo." }),
    at(6, "09:10", "paulina-errazuriz", Writes(&papers::MEMORANDUM_214_AGAIN)),
    at(6, "09:40", "beatriz-alcaino", Answers(RENDITION,
        "Ok, pero siempre que me confirmen que la boleta repetida es la N° 118.")),
    at(6, "10:20", "carolina-carrasco", Answers(RENDITION,
        "Confirmo que la boleta repetida es la N° 118, de honorarios.")),
    at(6, "11:00", "beatriz-alcaino", Answers(RENDITION, "Gracias. Apruebo.")),
    at(6, "11:10", "valentina-osorio", Answers(RENDITION, "Lo tomo.")),
    at(6, "11:35", "rocio-lillo", Answers("fosis", "Listo, se enviaron las claves.")),
    at(6, "12:00", "yasna-quinteros", Writes(&papers::USERS_MUNICIPALITY)),
    at(6, "12:08", "yasna-quinteros", Presses("confirme su solicitud", "Sí, es mío")),
    at(6, "13:00", "jaime-rivas", Writes(&papers::ORGANISATION_BY_ITSELF)),
    at(6, "15:30", "valentina-osorio", Answers(RENDITION, "Listo, rendición desaprobada.")),
    // Wednesday: calls, an organisation, a report whose approver is away.
    at(7, "08:50", "constanza-henriquez", Writes(&papers::ORGANISATION)),
    at(7, "09:05", "constanza-henriquez", Answers("confirme su solicitud", "Sí, es mío. Gracias.")),
    at(7, "09:30", "arturo-benavente", Writes(&papers::NATIONAL_CALL)),
    at(7, "09:42", "arturo-benavente", Presses("confirme su solicitud", "Sí, es mío")),
    at(7, "11:00", "tomas-bustos", Answers("municipios", "Hecho, la clave fue enviada.")),
    at(7, "11:30", "isidora-saavedra", Writes(&papers::REPORT_MAULE)),
    at(7, "11:31", "loreto-garrido", IsAway(REPORT,
        "Estaré fuera de la oficina hasta el 16 de octubre de 2026, sin acceso al correo.")),
    at(7, "12:15", "matias-bahamonde", Presses("manos del sur", "Lo tomo")),
    at(7, "12:50", "pilar-sotomayor", Answers(REPORT, "Apruebo, como subrogante.")),
    at(7, "14:05", "susana-pizarro", Answers(ALLOCATION, "Estimados, ¿en qué va esta solicitud?")),
    at(7, "15:00", "matias-bahamonde", Answers("organizaciones", "Listo, organización creada.")),
    at(7, "15:20", "rocio-lillo", Answers("convocatoria nacional", "Listo, convocatoria creada.")),
    // Thursday: Luis is late. A request is taken back, one begins that will be rejected.
    at(8, "09:15", "norma-leiva", Writes(&papers::MEMORANDUM_77)),
    at(8, "10:10", "tomas-barria", Writes(&papers::REPORT_LOS_LAGOS)),
    at(8, "10:55", "tomas-barria", Answers("los lagos",
        "Desisto de la solicitud: el informe era el correcto.")),
    at(8, "12:30", "hugo-marambio", Answers(NATIONAL_RENDITION, "V°B° del DAF, apruebo.")),
    at(8, "14:40", "valentina-osorio", Answers(REPORT, "Listo, informe en borrador.")),
    // Friday before a long weekend.
    at(9, "09:20", "monica-sandoval", Answers(NATIONAL_RENDITION,
        "Rechazo: el saldo fue aclarado por el ejecutor con la cartola de agosto.")),
    at(9, "10:15", "luis-zamora", Answers(ALLOCATION, "Listo. Disculpen la demora.")),
    at(9, "11:00", "fernando-quilodran", Writes(&papers::STANDARD_CALL)),
    at(9, "13:45", "fernando-quilodran", Answers("vínculos",
        "Entonces que cierre el viernes.\n\nFecha y hora de cierre: 13-11-2026 a las 15:00")),
    // Monday is a holiday; the hours go on on Tuesday.
    at(13, "09:25", "rocio-lillo", Presses("convocatoria estándar", "Lo tomo")),
    at(14, "10:10", "rocio-lillo", Answers("convocatoria estándar", "Listo, convocatoria creada.")),
];
