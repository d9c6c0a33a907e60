//! Which source of a datum wins, what is a conflict, the head of a memorandum: own cases.

use crate::support::office;
use chrono::NaiveDate;
use mesad::documents::{Block, Document, DocumentText, DocumentType};
use mesad::office::Source;
use mesad::reading::{self, Memorandum, Reading};

/// A document of lines; a line with bars is a row of a table.
fn document(name: &str, lines: &str) -> Document {
    let mut blocks: Vec<Block> = Vec::new();
    for line in lines.lines().filter(|l| !l.trim().is_empty()) {
        if !line.contains('|') {
            blocks.push(Block::Line(line.trim().to_owned()));
            continue;
        }
        let row = line
            .split('|')
            .map(|c| c.trim().replace("//", "\n"))
            .collect();
        match blocks.last_mut() {
            Some(Block::Table(rows)) => rows.push(row),
            _ => blocks.push(Block::Table(vec![row])),
        }
    }
    Document {
        name: name.to_owned(),
        kind: DocumentType::Pdf,
        content: Ok(DocumentText { blocks }),
        inside: vec![],
    }
}

fn read(subject: &str, body: &str, documents: &[Document]) -> Reading {
    let raw = format!(
        "From: Ana Paz <ana@oficina.example>\r\nTo: mesa@desk.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Date: Mon, 04 May 2026 10:00:00 -0400\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{body}"
    );
    let office = office();
    let letter = mesad::mail::parse(raw.as_bytes(), &office.desk);
    let day = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();
    reading::read(&letter, documents, &office, day)
}

fn value<'a>(reading: &'a Reading, field: &str) -> Option<&'a str> {
    reading.fields.get(&field.into())?.value.as_text()
}

/// Why a datum is refused.
fn why<'a>(reading: &'a Reading, field: &str) -> Option<&'a str> {
    let invalid = reading.invalid.iter().find(|i| i.field.as_str() == field)?;
    Some(&invalid.why)
}

const MEMORANDUM: &str = "MEMORÁNDUM N° 12/2026
DE: Ana Soto Rivas, Encargada Nacional Programa Familias
A: Departamento de Gestión de Proyectos Informáticos y Procesos
MAT.: Solicita cambio de fecha de modificación presupuestaria
Convocatoria: Familias 2026
Ejecutor: I. Municipalidad de Río Hondo
Número de proyecto: 07-123456-00010-26
N° de la modificación presupuestaria: 2
Fecha que se debe cambiar: 05-05-2026
Fecha que la reemplaza: 19-05-2026
Motivos: el decreto se tramitó el 19 de mayo";

fn memorandum() -> Document {
    document("memo 12.pdf", MEMORANDUM)
}

#[test]
fn a_memorandum_outranks_the_text_that_brings_it() {
    let body = "Adjunto memorándum. Proyecto N° 09-999999-00001-26, ejecutor: Fundación Alero.";
    let reading = read("Memo 12", body, &[memorandum()]);
    assert_eq!(
        value(&reading, "project_number"),
        Some("07-123456-00010-26")
    );
    assert_eq!(
        value(&reading, "executor"),
        Some("I. Municipalidad de Río Hondo")
    );
    assert!(
        reading.invalid.is_empty() && reading.missing.is_empty(),
        "{reading:?}"
    );
    let evidence = &reading.fields[&"project_number".into()].evidence;
    assert_eq!(evidence.source, Source::Document("memo 12.pdf".into()));
}

#[test]
fn what_the_memorandum_does_not_say_the_text_says() {
    let memorandum = MEMORANDUM.replace("Número de proyecto: 07-123456-00010-26\n", "");
    let body = "Adjunto memorándum.\n\nNúmero de proyecto: 07-123456-00010-26";
    let reading = read("Memo 12", body, &[document("memo.pdf", &memorandum)]);
    assert_eq!(
        value(&reading, "project_number"),
        Some("07-123456-00010-26")
    );
    let subject = read(
        "Memo 12, proyecto N° 07-123456-00010-26",
        "Adjunto.",
        &[document("memo.pdf", &memorandum)],
    );
    assert_eq!(
        value(&subject, "project_number"),
        Some("07-123456-00010-26")
    );
}

#[test]
fn two_values_within_one_memorandum_are_asked_about() {
    for (field, line, other) in [
        (
            "project_number",
            "Número de proyecto: 07-123456-00010-26",
            "Número de proyecto: 07-123456-00011-26",
        ),
        (
            "budget_modification_number",
            "N° de la modificación presupuestaria: 2",
            "N° de la modificación presupuestaria: 3",
        ),
        (
            "executor",
            "Ejecutor: I. Municipalidad de Río Hondo",
            "Nombre del ejecutor: Fundación Alero\nNombre del ejecutor: I. Municipalidad de Río Hondo",
        ),
        (
            "current_date",
            "Fecha que se debe cambiar: 05-05-2026",
            "Fecha que se debe cambiar: 06-05-2026",
        ),
        (
            "new_date",
            "Fecha que la reemplaza: 19-05-2026",
            "Fecha que la reemplaza: 20-05-2026",
        ),
    ] {
        let both = MEMORANDUM.replace(line, &format!("{line}\n{other}"));
        let reading = read(
            "Memo 12",
            "Adjunto memorándum.",
            &[document("memo.pdf", &both)],
        );
        assert_eq!(
            value(&reading, field),
            None,
            "{field}: {:?}",
            reading.fields
        );
        let why = why(&reading, field).unwrap_or_else(|| panic!("{field}: {:?}", reading.invalid));
        assert!(why.contains("dos valores distintos"), "{why}");
        assert!(reading.missing.is_empty(), "{field} is asked about once");
    }
}

#[test]
fn a_subject_of_a_memorandum_that_names_another_project_is_a_conflict() {
    let other = MEMORANDUM.replace(
        "modificación presupuestaria\nConv",
        "modificación presupuestaria, proyecto 07-123456-00011-26\nConv",
    );
    let reading = read("Memo 12", "Adjunto.", &[document("memo.pdf", &other)]);
    assert_eq!(value(&reading, "project_number"), None);
    assert!(why(&reading, "project_number").is_some_and(|w| w.contains("00011")));
}

#[test]
fn two_memoranda_that_differ_are_a_conflict_and_two_alike_are_not() {
    let other = MEMORANDUM
        .replace("00010", "00044")
        .replace("19-05-2026", "20-05-2026")
        .replace("Municipalidad de Río Hondo", "Municipalidad de Piedra Alta");
    let two = [memorandum(), document("memo 13.pdf", &other)];
    let reading = read("Memos", "Adjunto dos memorándum.", &two);
    for field in ["project_number", "new_date", "executor"] {
        assert_eq!(value(&reading, field), None, "{field}");
        let why = why(&reading, field).unwrap_or_else(|| panic!("{field}: {:?}", reading.invalid));
        assert!(
            why.contains("en memo 12.pdf") && why.contains("en memo 13.pdf"),
            "{why}"
        );
    }
    assert_eq!(value(&reading, "budget_modification_number"), Some("2"));
    let signed = MEMORANDUM.replace("I. Municipalidad", "Ilustre Municipalidad");
    let alike = [memorandum(), document("memo 12 firmado.pdf", &signed)];
    assert!(read("Memo", "Adjunto.", &alike).invalid.is_empty());
}

#[test]
fn what_a_zip_holds_is_read_like_what_is_attached() {
    let zip = Document {
        name: "antecedentes.zip".into(),
        kind: DocumentType::Zip,
        content: Ok(DocumentText::default()),
        inside: vec![memorandum()],
    };
    let reading = read("Antecedentes", "Se adjunta.", &[zip]);
    assert_eq!(
        value(&reading, "project_number"),
        Some("07-123456-00010-26")
    );
}

const FORWARDED: &str = "

De: Karina Ulloa <kulloa@oficina.example>
Enviado el: lunes, 4 de mayo de 2026 15:02
Para: Ana Paz
Asunto: fecha asignación

Solicito el cambio de fecha de asignación presupuestaria:
Programa: Programa Familias
Convocatoria: Familias 2026
Ejecutor: I. Municipalidad de Río Hondo
Número de proyecto: 07-123456-00020-26
Fecha actual: 01-04-2026
Fecha nueva: 17-04-2026
Motivos: la transferencia se cursó después
";

#[test]
fn who_hands_a_mail_on_corrects_it() {
    for (said, field, right) in [
        (
            "Ojo: la fecha nueva no es el 17 de abril de 2026 como dice abajo, debe ser 16 de abril de 2026.",
            "new_date",
            "2026-04-16",
        ),
        (
            "Revisado. El N° de proyecto está malo, el correcto es 07-123456-00002-26.",
            "project_number",
            "07-123456-00002-26",
        ),
        (
            "FE DE ERRATAS: donde dice proyecto 07-123456-00020-26 debe decir 07-123456-00002-26. Favor considerar este último.",
            "project_number",
            "07-123456-00002-26",
        ),
    ] {
        let body = format!("Reenvío lo solicitado. {said}\n{FORWARDED}");
        let reading = read("RV: fecha asignación", &body, &[]);
        assert_eq!(value(&reading, field), Some(right), "{said}: {reading:?}");
        assert_eq!(
            value(&reading, "current_date"),
            Some("2026-04-01"),
            "{said}"
        );
        assert_eq!(reading.fields[&field.into()].evidence.source, Source::Body);
        assert!(reading.invalid.is_empty(), "{said}: {:?}", reading.invalid);
    }
    let plain = read(
        "RV: fecha asignación",
        &format!("Reenvío.\n{FORWARDED}"),
        &[],
    );
    assert_eq!(value(&plain, "new_date"), Some("2026-04-17"));
    assert_eq!(
        plain.fields[&"new_date".into()].evidence.source,
        Source::Forwarded
    );
}

#[test]
fn a_correction_reaches_the_attached_memorandum_and_a_request_for_one_does_not() {
    let corrects =
        "Adjunto memo. Ojo que el N° de proyecto viene malo: el correcto es 07-123456-00099-26.";
    let reading = read(
        "Memo",
        &corrects.replace("viene malo", "está malo"),
        &[memorandum()],
    );
    assert_eq!(
        value(&reading, "project_number"),
        Some("07-123456-00099-26")
    );
    let asks = "Adjunto memo: la fecha errónea es 05-05-2026 y la correcta 19-05-2026.";
    let reading = read("Memo", asks, &[memorandum()]);
    assert_eq!(value(&reading, "current_date"), Some("2026-05-05"));
    assert_eq!(value(&reading, "new_date"), Some("2026-05-19"));
}

#[test]
fn a_signature_comes_last() {
    let asks = "Solicito desaprobar la rendición de marzo de 2026 del Programa Familias, convenio estándar.";
    let signed = format!("{asks}\n\nSaludos\n\nJuan Vera Mora\nSEREMI Biobío");
    assert_eq!(
        value(&read("Rendición", &signed, &[]), "region"),
        Some("Biobío")
    );
    let said = signed.replace("estándar.", "estándar, Región del Maule.");
    assert_eq!(
        value(&read("Rendición", &said, &[]), "region"),
        Some("Maule")
    );
}

fn head(lines: &str) -> Memorandum {
    let document = document("memo.docx", lines);
    read("Memo", "Adjunto.", &[document])
        .memorandum
        .unwrap_or_default()
}

#[test]
fn heads_of_memoranda_in_every_layout() {
    let expected = |number: &str, date: &str, signatory: &str, post: &str| {
        let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        (text(number), text(date), text(signatory), text(post))
    };
    for (lines, wanted) in [
        (
            "MEMORÁNDUM N° 123/2026\nSantiago, 3 de marzo de 2026\nDE : Ana Soto Rivas, Encargada Nacional\nA : Depto. de Gestión\nMAT. : Solicita lo que indica",
            expected(
                "123/2026",
                "2026-03-03",
                "Ana Soto Rivas",
                "Encargada Nacional",
            ),
        ),
        (
            "Memo (DDS) Nº45\nDE | ANA SOTO RIVAS//ENCARGADA NACIONAL PROGRAMA FAMILIAS\nPARA | JEFE DEPARTAMENTO\nMATERIA | Solicita\nFECHA | 05-04-2026",
            expected(
                "45",
                "2026-04-05",
                "ANA SOTO RIVAS",
                "ENCARGADA NACIONAL PROGRAMA FAMILIAS",
            ),
        ),
        (
            "MINISTERIO DE PUENTES MEMORÁNDUM N° 318 /2026\nSUBSECRETARÍA\nANT. : Memorándum N° 7 de 12-02-26.\nMAT. : Solicita modificar fecha.\nSANTIAGO, 20 MAY 2026\nDE : MARCELA OYARCE VALDÉS, Encargada Nacional Programa\nHabitabilidad\nA : DEPARTAMENTO DE GESTIÓN",
            expected(
                "318/2026",
                "2026-05-20",
                "MARCELA OYARCE VALDÉS",
                "Encargada Nacional Programa, Habitabilidad",
            ),
        ),
        (
            "MEMORÁNDUM N° 233/\nPARA : JEFE DEPARTAMENTO\nDE : ENCARGADO NACIONAL PROGRAMA NOCHE\nMAT : Solicita\nFECHA : SANTIAGO, 08 de septiembre de 2026\nSolicito a usted lo que indica.\nLe saluda atentamente,\nIGNACIO SOTO BRITO\nENCARGADO NACIONAL PROGRAMA NOCHE",
            expected(
                "233",
                "2026-09-08",
                "IGNACIO SOTO BRITO",
                "ENCARGADO NACIONAL PROGRAMA NOCHE",
            ),
        ),
        (
            "MEMORÁNDUM\nN° 77\nDE:\nSra. Julia Rey Mora (Jefa Administrativa Regional)\nA:\nDepartamento de Gestión\nMAT.:\nSolicita desaprobar\nTexto del memorándum N° 5.\nTalca, 15 de abril de 2026",
            expected(
                "77",
                "2026-04-15",
                "Julia Rey Mora",
                "Jefa Administrativa Regional",
            ),
        ),
        (
            "MEMORÁNDUM N° 88 · Temuco, 17 de diciembre de 2026\nDE: Jefa Administrativa Regional – Claudia Merino Torres\nA: Departamento\nMAT.: x",
            expected(
                "88",
                "2026-12-17",
                "Claudia Merino Torres",
                "Jefa Administrativa Regional",
            ),
        ),
        (
            "MEMORÁNDUM 156 / 2026\nA | Departamento\nDE | Encargado Nacional\nMAT. | Solicita\nFECHA | 11-09-2026",
            expected("156/2026", "2026-09-11", "Encargado Nacional", ""),
        ),
    ] {
        let head = head(lines);
        let got = (head.number, head.date, head.signatory, head.post);
        assert_eq!(got, wanted, "{lines}");
    }
}

#[test]
fn every_item_of_a_head_has_its_evidence() {
    let head = head(
        "MEMORÁNDUM N° 9\nANT.: Correo de 4 de mayo\nMAT.: Solicita desaprobar la rendición\nque se indica\nDE: Ana Soto Rivas\nA: Departamento de Gestión de\nProyectos Informáticos\nFECHA: 6 de mayo de 2026",
    );
    assert_eq!(
        head.subject.as_deref(),
        Some("Solicita desaprobar la rendición que se indica")
    );
    assert_eq!(
        head.addressee.as_deref(),
        Some("Departamento de Gestión de Proyectos Informáticos")
    );
    assert_eq!(head.antecedent.as_deref(), Some("Correo de 4 de mayo"));
    let items: Vec<(&str, u32)> = head
        .evidence
        .iter()
        .map(|(k, e)| (k.as_str(), e.line))
        .collect();
    let expected = [
        ("addressee", 6),
        ("antecedent", 2),
        ("date", 8),
        ("number", 1),
        ("signatory", 5),
        ("subject", 3),
    ];
    assert_eq!(items, expected);
}

const ASKS: &str = "Solicito desaprobar la rendición de marzo de 2026.\r\n\r\n\
    Programa: Programa Familias\r\nTipo de convenio: estándar\r\nRegión: Maule\r\n\
    Ejecutor: Fundación Alero\r\nNúmero de proyecto: 07-123456-00010-26\r\n\
    Motivos: boleta duplicada\r\n";

/// A mail of two parts, and what is read of it.
fn parts_of(kind: &str, first: &str, second: &str) -> Reading {
    let raw = format!(
        "From: Ana Paz <ana@oficina.example>\r\nTo: mesa@desk.example\r\nSubject: Lo que indica\r\n\
         MIME-Version: 1.0\r\nContent-Type: {kind}; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         {first}\r\n--b\r\n{second}\r\n--b--\r\n"
    );
    let office = office();
    let letter = mesad::mail::parse(raw.as_bytes(), &office.desk);
    let documents: Vec<Document> = letter
        .attachments
        .iter()
        .filter(|a| mesad::sandbox::is_document(a))
        .map(|a| mesad::documents::read(&a.name, &a.bytes))
        .collect();
    let day = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();
    reading::read(&letter, &documents, &office, day)
}

#[test]
fn mails_attached_signed_or_exported_are_read() {
    let inner = "From: Eva Rey <eva@oficina.example>\r\nSubject: Desaprobar\r\nMIME-Version: 1.0\r\n\
        Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    let attached = format!("Content-Type: message/rfc822\r\n\r\n{inner}{ASKS}");
    let reading = parts_of("multipart/mixed", "Reenvío lo adjunto.", &attached);
    assert_eq!(
        value(&reading, "project_number"),
        Some("07-123456-00010-26")
    );
    let evidence = &reading.fields[&"executor".into()].evidence;
    assert_eq!(evidence.source, Source::Forwarded);
    let signature = "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n\r\nMIAG";
    let kind = "multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256";
    let reading = parts_of(kind, ASKS, signature);
    assert_eq!(value(&reading, "executor"), Some("Fundación Alero"));
    let csv = "Content-Type: text/csv; charset=utf-8; name=\"datos.csv\"\r\n\
        Content-Disposition: attachment; filename=\"datos.csv\"\r\n\
        Content-Transfer-Encoding: 8bit\r\n\r\nEjecutor;Número de proyecto;Motivos\r\n\
        Fundación Alero;07-123456-00010-26;boleta duplicada";
    let asks = "Solicito desaprobar la rendición de marzo de 2026, datos en la planilla.";
    let reading = parts_of("multipart/mixed", asks, csv);
    assert_eq!(
        value(&reading, "project_number"),
        Some("07-123456-00010-26")
    );
}
