//! The two hundred mails.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::letterbox::Draft;
use crate::support::town::Town;

/// How many there are.
pub const MAILS: usize = 200;
/// About a technical report: an approval is asked for, the requester told.
const REPORTS: usize = 120;
/// About a rendition: the same.
const RENDITIONS: usize = 30;
/// The same attached memorandum: one request, which is confirmed; the others were received before,
/// and nobody is told so more than three times a day.
const DOCUMENTS: usize = 4;
/// A report once more, in a new mail: it was received before.
const AGAIN: usize = 10;
/// For a person to classify: two operators, and a word to the sender.
const QUESTIONS: usize = 20;
/// Newsletters, which nobody answers.
const NEWSLETTERS: usize = 16;

/// So many that none of them asks for more in a day than is opened without proof of who it is.
const REQUESTERS: [&str; 12] = [
    "jmanquel@tarapaca.seremi.example",
    "rmamani@antofagasta.seremi.example",
    "vbarria@atacama.seremi.example",
    "tpoblete@nuble.seremi.example",
    "gastudillo@losrios.seremi.example",
    "mvukasovic@aysen.seremi.example",
    "tzepeda@maule.seremi.example",
    "isaavedra@maule.seremi.example",
    "pcortes@biobio.seremi.example",
    "oaraya@coquimbo.seremi.example",
    "eurrutia@araucania.seremi.example",
    "lzepeda@magallanes.seremi.example",
];

/// All of them, in the order in which they are sent.
pub fn all(town: &Town) -> Vec<Draft> {
    let mut mails: Vec<Draft> = (0..REPORTS).map(|n| report(town, n)).collect();
    mails.extend((0..RENDITIONS).map(|n| rendition(town, n)));
    mails.extend((0..DOCUMENTS).map(|n| document(town, n)));
    mails.extend((0..QUESTIONS).map(|n| question(town, n)));
    mails.extend((0..NEWSLETTERS).map(|n| newsletter(town, n)));
    // Mixed, always in the same way.
    let stride = 77;
    let mut mixed: Vec<Draft> = (0..mails.len())
        .map(|n| mails[n * stride % mails.len()].clone())
        .collect();
    mixed.extend((0..AGAIN).map(|n| report(town, n)));
    mixed
}

/// Whether its sender must have an answer.
pub fn wants_answer(mail: &Draft) -> bool {
    mail.fields.is_empty()
}

/// How many mails the desk writes, by template. Those in `aside` a person must look at.
pub fn told(all: &[Draft], aside: &BTreeSet<String>) -> BTreeMap<String, usize> {
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    let mut opened: BTreeSet<&str> = BTreeSet::new();
    for mail in all {
        // The memoranda are all the same; what has no number of its own asks for the same.
        let (about, messages): (&str, &[&str]) = match mail.subject.as_str() {
            _ if aside.contains(&mail.id) && !wants_answer(mail) => ("", &["triage", "triage"]),
            _ if aside.contains(&mail.id) => ("", &["triage", "triage", "triage-received"]),
            subject if subject.starts_with("Envía") => ("memorandum", &["opening-confirmation"]),
            subject if subject.starts_with("Desaprobación") => {
                (subject, &["approval-request", "acknowledgement"])
            }
            _ => ("", &[]),
        };
        let again = !about.is_empty() && !opened.insert(about);
        for message in if again {
            &["already-received"]
        } else {
            messages
        } {
            *told.entry((*message).to_owned()).or_default() += 1;
        }
    }
    told
}

fn report(town: &Town, number: usize) -> Draft {
    let text = format!(
        "Estimados:\n\nSolicito la desaprobación del informe técnico que se indica.\n\n\
         Programa: Programa Familias\n\
         Nombre del ejecutor: I. Municipalidad de Quebrada Honda\n\
         Número de proyecto: 07-123456-{number:05}-26\n\
         Informe técnico: Informe Técnico de Avance N° 2\n\
         Motivos: Faltan las listas de asistencia de los talleres.\n\nSaludos\n"
    );
    let from = REQUESTERS[number % REQUESTERS.len()];
    Draft::new(
        town,
        from,
        &format!("Desaprobación de informe técnico {number}"),
        &text,
    )
}

fn rendition(town: &Town, number: usize) -> Draft {
    let text = format!(
        "Estimados:\n\nSolicito la desaprobación de rendición que se indica.\n\n\
         Memorándum N° {number}\n\
         Programa: Programa Familias\n\
         Tipo de convenio: nacional\n\
         Nombre del ejecutor: Fundación Manos del Sur\n\
         Número de proyecto: 13-654321-{number:05}-26\n\
         Rendición: abril de 2026\n\
         Motivos: El saldo inicial no corresponde a la cartola.\n\nSaludos\n"
    );
    let from = REQUESTERS[number % REQUESTERS.len()];
    Draft::new(
        town,
        from,
        &format!("Desaprobación de rendición {number}"),
        &text,
    )
}

fn document(town: &Town, number: usize) -> Draft {
    let memo = include_bytes!("../data/documents/memo-writer.docx");
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let text =
        "Adjunto memorándum con solicitud de cambio de fecha de modificación presupuestaria.";
    let from = "taliaga@ministerio.example";
    Draft::new(
        town,
        from,
        &format!("Envía memorándum, copia {number}"),
        text,
    )
    .file("memo 87.docx", word, memo)
}

fn question(town: &Town, number: usize) -> Draft {
    let from = REQUESTERS[number % REQUESTERS.len()];
    let text = "¿Cómo están? Quería saber quién ve los temas de impresoras.";
    Draft::new(town, from, &format!("Consulta {number}"), text)
}

fn newsletter(town: &Town, number: usize) -> Draft {
    let text = "Ofertas. Para darse de baja, pulse aquí.";
    Draft::new(
        town,
        "ventas@ofertas.example",
        &format!("Boletín {number}"),
        text,
    )
    .field("List-Unsubscribe: <mailto:baja@ofertas.example>")
    .field("Precedence: bulk")
}
