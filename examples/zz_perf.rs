use mesad::documents::{Block, Document, DocumentText, DocumentType};
fn main() {
    let office = mesad::config::load(&mesad::config::shipped()).unwrap();
    let raw = "From: Ana Paz <ana@oficina.example>\r\nSubject: Memo 12\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nAdjunto memorándum 12.\r\n";
    let lines = [
        "MEMORÁNDUM N° 12/2026",
        "DE: Encargada Nacional Programa Vínculos",
        "MAT.: Cambio de fecha de modificación presupuestaria",
        "FECHA: Santiago, 4 de mayo de 2026",
        "Se solicita modificar la fecha de la modificación presupuestaria N° 3 del proyecto 12-345678-00012-24 de la I. Municipalidad de Los Boldos.",
        "Convocatoria: Vínculos 18 Versión, año 2025",
        "Donde dice: 2 de marzo de 2026",
        "Debe decir: 17 de marzo de 2026",
        "Motivos: el decreto fue dictado ese día.",
    ];
    let letter = mesad::mail::parse(raw.as_bytes(), &office.desk);
    let document = Document {
        name: "memo 12.pdf".into(),
        kind: DocumentType::Pdf,
        content: Ok(DocumentText {
            blocks: lines.iter().map(|l| Block::Line((*l).to_owned())).collect(),
        }),
        inside: vec![],
    };
    let day = chrono::NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();
    let n: u32 = std::env::args().nth(1).map_or(20, |a| a.parse().unwrap());
    let docs = [document];
    let mut last = std::time::Instant::now();
    for i in 0..n {
        let r = mesad::reading::read(&letter, &docs, &office, day);
        if i < 3 || i + 1 == n {
            println!("{i}: {:?} fields {}", last.elapsed(), r.fields.len());
        }
        last = std::time::Instant::now();
    }
    let plain = "From: Ana Paz <ana@oficina.example>\r\nSubject: RE: [SIGEC-2026-000009] Solicitud\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nEstimados:\r\n\r\nLei el memo y la minuta. No veo motivos para rechazar; cuenta con mi visto bueno.\r\n\r\nSaludos\r\nAna Paz\r\n";
    for _ in 0..3 {
        let _ = mesad::reading::decide(
            &mesad::mail::parse(plain.as_bytes(), &office.desk),
            mesad::reading::RoleOfSender::Approver,
        );
    }
    let t = std::time::Instant::now();
    for _ in 0..200 {
        std::hint::black_box(mesad::mail::parse(plain.as_bytes(), &office.desk));
    }
    println!("parse {:?}", t.elapsed() / 200);
    let l = mesad::mail::parse(plain.as_bytes(), &office.desk);
    let t = std::time::Instant::now();
    for _ in 0..200 {
        std::hint::black_box(mesad::reading::decide(
            &l,
            mesad::reading::RoleOfSender::Approver,
        ));
    }
    println!("decide {:?}", t.elapsed() / 200);
    let t = std::time::Instant::now();
    for _ in 0..200 {
        std::hint::black_box(mesad::reading::read(&l, &[], &office, day));
    }
    println!("read {:?}", t.elapsed() / 200);
}
