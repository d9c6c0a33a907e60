//! How long the desk takes to understand an answer and a memorandum.

use chrono::NaiveDate;
use divan::counter::BytesCount;
use mesad::documents::{Block, Document, DocumentText, DocumentType};
use mesad::mail::Letter;
use mesad::office::Office;
use mesad::reading::{self, RoleOfSender};
use mesad::sandbox::Sandbox;

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

const HEAD: &str = "From: Ana Paz <ana@oficina.example>\r\nTo: mesa@sigec.test\r\n\
    Subject: RE: [SIGEC-2026-000009] Solicitud de aprobación\r\nDate: Mon, 4 May 2026 10:00:00 -0400\r\n\
    Message-ID: <1@oficina.example>\r\nIn-Reply-To: <2@sigec.test>\r\nMIME-Version: 1.0\r\n";

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

/// An answer from its bytes to what it decides and asks for, as the desk reads it.
#[divan::bench]
fn answering_mail(bencher: divan::Bencher) {
    let office = office();
    let raw = format!("{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{ANSWER}");
    let counter = BytesCount::new(raw.len());
    bencher.counter(counter).bench_local(|| {
        let letter = mesad::mail::parse(raw.as_bytes(), &office.desk);
        let decision = reading::decide(&letter, RoleOfSender::Approver);
        (
            decision,
            reading::read(&letter, &[], &office, DAY.unwrap_or_default()),
        )
    });
}

/// A plain mail from its bytes to the letter: who, what kind of mail, what is new, references.
#[divan::bench]
fn plain_mail(bencher: divan::Bencher) {
    let office = office();
    let raw = format!("{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{ANSWER}");
    let counter = BytesCount::new(raw.len());
    bencher
        .counter(counter)
        .bench_local(|| mesad::mail::parse(raw.as_bytes(), &office.desk));
}

/// A mail with a memorandum as PDF of 100 KB, from its bytes to the data, the child process that
/// reads the document included.
#[divan::bench]
fn mail_with_pdf(bencher: divan::Bencher) {
    let office = office();
    let raw = with_pdf();
    let sandbox = Sandbox::child(env!("CARGO_BIN_EXE_mesad"));
    let counter = BytesCount::new(raw.len());
    bencher.counter(counter).bench_local(|| {
        let letter = mesad::mail::parse(&raw, &office.desk);
        let documents = sandbox.read(&letter.attachments).unwrap_or_default();
        let reading = reading::read(&letter, &documents, &office, DAY.unwrap_or_default());
        assert!(!reading.fields.is_empty(), "the memorandum is read");
        reading
    });
}

/// A mail with the memorandum of the tests, filled up to 100 KB as by a picture in it.
fn with_pdf() -> Vec<u8> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/documents/memo-writer.pdf"
    );
    let mut pdf = lopdf::Document::load(path).unwrap_or_default();
    let picture: Vec<u8> = (0..60_000_u32).map(|i| (i * i % 251) as u8).collect();
    pdf.add_object(lopdf::Stream::new(lopdf::Dictionary::new(), picture));
    let mut bytes = Vec::new();
    assert!(
        pdf.save_to(&mut bytes).is_ok() && bytes.len() > 90_000,
        "a PDF"
    );
    let begin = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nAdjunto memorándum.\r\n--b\r\n\
        Content-Type: application/pdf; name=memo.pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    [HEAD.as_bytes(), begin.as_bytes(), &bytes, b"\r\n--b--\r\n"].concat()
}

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
