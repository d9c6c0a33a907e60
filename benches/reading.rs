//! How long the desk takes to understand an answer and a memorandum.

use chrono::NaiveDate;
use mesad::documents::{Block, Document, DocumentText, DocumentType};
use mesad::mail::Letter;
use mesad::office::Office;
use mesad::reading::{self, RoleOfSender};

fn main() {
    divan::main();
}

fn office() -> Office {
    mesad::config::load(&mesad::config::shipped()).unwrap_or_else(|p| panic!("{p:?}"))
}

fn letter(office: &Office, subject: &str, text: &str) -> Letter {
    let raw = format!(
        "From: Ana Paz <ana@oficina.example>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}"
    );
    mesad::mail::parse(raw.as_bytes(), &office.desk)
}

const DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 5, 4);

const ANSWER: &str = "Estimados:\n\nLeí el memorándum y la minuta. No veo motivos para rechazar la \
    petición; cuenta con mi visto bueno.\n\nSaludos cordiales\n";

const MEMORANDUM: [&str; 9] = [
    "MEMORÁNDUM N° 12/2026",
    "DE: Encargada Nacional Programa Vínculos",
    "MAT.: Cambio de fecha de modificación presupuestaria",
    "FECHA: Santiago, 4 de mayo de 2026",
    "Se solicita modificar la fecha de la modificación presupuestaria N° 3 del proyecto \
     12-345678-00012-24 de la I. Municipalidad de Los Boldos.",
    "Convocatoria: Vínculos 18 Versión, año 2025",
    "Donde dice: 2 de marzo de 2026",
    "Debe decir: 17 de marzo de 2026",
    "Motivos: el decreto fue dictado ese día.",
];

#[divan::bench]
fn answer(bencher: divan::Bencher) {
    let office = office();
    let letter = letter(
        &office,
        "RE: [SIGEC-2026-000009] Solicitud de aprobación",
        ANSWER,
    );
    bencher.bench_local(|| reading::decide(&letter, RoleOfSender::Approver));
}

/// A long text without any decision: what a whole thread costs where a quote was not recognised.
#[divan::bench(args = [10, 100, 1000])]
fn long_answer(bencher: divan::Bencher, paragraphs: usize) {
    let office = office();
    let letter = letter(&office, "RE: consulta", &ANSWER.repeat(paragraphs));
    bencher.bench_local(|| reading::decide(&letter, RoleOfSender::Approver));
}

#[divan::bench(args = [1, 20])]
fn memorandum(bencher: divan::Bencher, copies: usize) {
    let office = office();
    let letter = letter(&office, "Memo 12", "Adjunto memorándum 12.");
    let lines = MEMORANDUM.iter().cycle().take(MEMORANDUM.len() * copies);
    let blocks = lines.map(|l| Block::Line((*l).to_owned())).collect();
    let document = Document {
        name: "memo 12.pdf".into(),
        kind: DocumentType::Pdf,
        content: Ok(DocumentText { blocks }),
        inside: vec![],
    };
    let day = DAY.unwrap_or_default();
    bencher.bench_local(|| reading::read(&letter, std::slice::from_ref(&document), &office, day));
}
