//! What documents say: real ones of several programs, and those of the shared examples.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test ends with a panic"
)]

use std::path::{Path, PathBuf};

use mesad::documents::{Block, Document, DocumentType, Unreadable, read};

fn fixture(name: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/documents")
        .join(name);
    read(
        name,
        &std::fs::read(&path).expect("the fixture is in the project"),
    )
}

/// Blocks as text: a line as it is, a row as `| cell | cell`.
fn shown(document: &Document) -> Vec<String> {
    let text = document.content.as_ref().expect("readable");
    let row = |cells: &Vec<String>| format!("| {}", cells.join(" | ").replace('\n', " / "));
    text.blocks
        .iter()
        .flat_map(|block| match block {
            Block::Line(line) => vec![line.clone()],
            Block::Table(rows) => rows.iter().map(row).collect(),
        })
        .collect()
}

const HEADER: [&str; 3] = [
    "DE : Teresa Aliaga Montt, Encargada Nacional Programa Puentes",
    "A : Departamento de Gestión de Proyectos Informáticos y Procesos",
    "ANT. : Resolución Exenta N° 1.204 de 2026",
];
const SUBJECT: &str = "MAT. : Solicita cambio de fecha de la modificación presupuestaria que indica, \
                       por las razones que se exponen";
const BODY: &str = "Junto con saludar, y conforme a lo establecido en el procedimiento vigente, \
                    solicito a usted cambiar la fecha de la modificación presupuestaria N° 3 del \
                    proyecto N° 05-118822-00014-26, cuyo ejecutor es la Ilustre Municipalidad de \
                    Quebrada Honda, Región de Valparaíso.";
const TABLE: [&str; 2] = [
    "| Convocatoria | Año | Ejecutor | N° de proyecto | Fecha actual | Fecha nueva",
    "| Puentes Comunitarios Segundo Llamado | 2026 | Ilustre Municipalidad de Quebrada Honda | \
     05-118822-00014-26 | 12 de octubre de 2026 | 30 de octubre de 2026",
];
const REASONS: &str =
    "Motivos: la resolución que aprueba la modificación fue tramitada totalmente el 30 de octubre.";

/// What each export of `memo-writer` begins with.
fn memorandum() -> Vec<&'static str> {
    let mut lines = vec!["SUBSECRETARÍA DE PUENTES", "MEMORÁNDUM N° 87/2026"];
    lines.extend(HEADER);
    lines.extend([SUBJECT, BODY]);
    lines.extend(TABLE);
    lines.extend(["| Total: una modificación |  |  |  |  | ", REASONS]);
    lines.extend([
        "Primera copia: archivo regional",
        "Segunda copia: oficina de partes",
        "Con timbre",
    ]);
    lines
}

#[test]
fn one_memorandum_reads_alike_in_docx_odt_and_pdf() {
    for (name, kind) in [
        ("memo-writer.docx", DocumentType::Docx),
        ("memo-writer.odt", DocumentType::Odt),
        ("memo-writer.pdf", DocumentType::Pdf),
    ] {
        let document = fixture(name);
        assert_eq!(document.kind, kind, "{name}");
        let shown = shown(&document);
        let expected = memorandum();
        assert_eq!(
            shown.get(..expected.len()),
            Some(&*own(&expected)),
            "{name}"
        );
        assert!(
            shown.contains(&"OFICINA DE PARTES 05 NOV 2026".to_owned()),
            "{name}: text box"
        );
        assert!(
            shown.contains(&"Encargada Nacional".to_owned()),
            "{name}: line break"
        );
        assert_eq!(
            shown.last().map(String::as_str),
            Some("Página 1"),
            "{name}: footer last"
        );
    }
}

fn own(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

#[test]
fn pdf_fonts_with_and_without_widths_give_the_same_lines_and_tables() {
    let mut expected = vec!["MEMORÁNDUM N° 87/2026"];
    expected.extend(HEADER);
    expected.push(BODY);
    expected.extend(TABLE);
    expected.push(REASONS);
    let rows = [
        "| Programa | Puentes | 2026",
        "| Región | Valparaíso | V",
        "| Comuna | Quebrada Honda | 502",
    ];
    expected.extend(rows);
    for name in ["memo-standard-font.pdf", "memo-embedded-font.pdf"] {
        assert_eq!(shown(&fixture(name)), own(&expected), "{name}");
    }
}

const TWO_SIDES: [&str; 5] = [
    "MINISTERIO DE PUENTES MEMORÁNDUM N° 31",
    "Unidad de Finanzas",
    "ANT. : Programa Puentes 2026",
    "MAT. : Desaprobación de rendición que se señala más abajo en este documento",
    "Proyecto N° 7: siguiente adelante.",
];

#[test]
fn a_letterhead_beside_labels_does_not_hide_them() {
    assert_eq!(shown(&fixture("two-sides.pdf")), own(&TWO_SIDES));
}

#[test]
fn an_owners_password_does_not_hinder_and_a_users_does() {
    assert_eq!(shown(&fixture("locked-owner.pdf")), own(&TWO_SIDES));
    assert_eq!(shown(&fixture("locked-owner-rc4.pdf")), own(&TWO_SIDES));
    assert_eq!(
        fixture("locked-user.pdf").content,
        Err(Unreadable::Encrypted)
    );
}

#[test]
fn a_turned_page_is_read_upright_and_its_stamp_last() {
    let expected = [
        "MEMORÁNDUM N° 5",
        "DE: Jefa de Gabinete",
        "A: Oficina de Partes",
        "COPIA FIEL",
    ];
    assert_eq!(shown(&fixture("sideways.pdf")), own(&expected));
}

#[test]
fn values_of_form_fields_stand_beside_their_labels() {
    let expected = [
        "FORMULARIO DE CREACIÓN DE CLAVES",
        "Nombre: Ana Belén Soto Rivas",
        "RUT: 12.345.678-5",
    ];
    assert_eq!(shown(&fixture("form.pdf")), own(&expected));
}

#[test]
fn a_scan_and_a_picture_have_no_text() {
    assert_eq!(fixture("scan.pdf").content, Err(Unreadable::NoText));
    let picture = read("foto.jpg", b"\xFF\xD8\xFF\xE0\0\x10JFIF");
    assert_eq!(
        (picture.kind, picture.content),
        (DocumentType::Image, Err(Unreadable::NoText))
    );
}

#[test]
fn spreadsheets_give_visible_sheets_with_iso_dates_and_whole_numbers() {
    for (name, kind, yes) in [
        ("form.xlsx", DocumentType::Xlsx, "TRUE"),
        ("form.xls", DocumentType::Xls, "TRUE"),
        // LibreOffice writes a boolean of another program as a formatted number.
        ("form.ods", DocumentType::Ods, "1"),
    ] {
        let document = fixture(name);
        assert_eq!(document.kind, kind, "{name}");
        let expected = [
            "| FORMULARIO DE CREACIÓN DE CLAVES |  |  | ",
            "|  |  |  | ",
            "| Región | Ñuble |  | ",
            "| Fecha | 2026-10-12 |  | ",
            "| Cierre | 2026-10-12T15:30 |  | ",
            "| Hora | 08:05 |  | ",
            "| Personas | 2 |  | ",
            "| Monto | 1234567.5 |  | ",
            &format!("| Nuevo | {yes} |  | "),
            "|  |  |  | ",
            "| Nombre | RUT | DV | Correo",
            "| Ana Belén Soto Rivas | 12345678 | 5 | asoto@puentes.example",
            "| Íñigo Peña / Arancibia | 9876543 | 3 | ipena@puentes.example",
            "|  |  | Enviar a la mesa de ayuda",
        ];
        assert_eq!(shown(&document), own(&expected), "{name}");
    }
}

#[test]
fn a_browsers_print_keeps_labels_columns_and_tables() {
    let shown = shown(&fixture("browser.pdf"));
    let expected = [
        "MEMORÁNDUM N° 123/2026",
        "DE : Ana Soto Rivas, Encargada Nacional Programa Puentes",
        "A : Departamento de Gestión de Proyectos Informáticos y Procesos",
        "ANT. : Resolución Exenta N° 1.204",
        "MAT. : Solicita cambio de fecha de modificación presupuestaria que indica, por las razones \
         que se exponen a continuación en este documento oficial",
        "Santiago, 3 de marzo de 2026",
    ];
    assert_eq!(shown.get(..expected.len()), Some(&*own(&expected)));
    let rest = [
        "| Puentes Comunitarios Segundo Llamado | 2026 | I. Municipalidad de Quebrada Honda | \
         05-118822-00014-26",
        "El ejecutor informó treinta familias con implementación completa, pero en la visita del \
         diez de diciembre se verificó que seis invernaderos no han sido instalados en terreno.",
        "Se solicita devolver a estado borrador, mediante su desaprobación, el Informe Técnico Final \
         presentado por la Municipalidad de Lonquimay en el marco del Programa.",
        "Saluda atentamente,",
        "ANA SOTO RIVAS",
        "Encargada Nacional",
    ];
    assert_eq!(shown.get(shown.len() - rest.len()..), Some(&*own(&rest)));
}

#[test]
fn words_that_spill_out_of_their_cell_stay_whole() {
    let expected = [
        "Proyecto: 07-123456-00010-26",
        "ESPACIADO:",
        "| Programa | Puentes",
        "| Fecha que hoy muestra el sistema | 04-05-2026",
    ];
    assert_eq!(shown(&fixture("spilling.pdf")), own(&expected));
}

#[test]
fn exported_values_are_a_table_and_sentences_are_not() {
    let csv = read("datos.csv", b"Programa;Ejecutor\nPuentes;\"Alero; Sur\"\n");
    assert_eq!(
        shown(&csv),
        ["| Programa | Ejecutor", "| Puentes | Alero; Sur"]
    );
    let text = read(
        "nota.txt",
        b"Junto con saludar, lo indicado, y lo dem\xe1s,\nuno, dos, tres, cuatro",
    );
    assert_eq!(shown(&text).len(), 2);
}

/// A zip of these files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).expect("a file");
        std::io::Write::write_all(&mut writer, bytes).expect("its bytes");
    }
    writer.finish().expect("zip").into_inner()
}

#[test]
fn a_zip_is_opened_one_level_deep() {
    let memo = b"MEMOR\xc3\x81NDUM N\xc2\xb0 3".as_slice();
    let inner = zipped(&[("otro.txt", memo)]);
    let bytes = zipped(&[
        ("antecedentes/../memo\n3.txt", memo),
        ("antecedentes/otro.zip", &inner),
        ("antecedentes/firma.png", b"\x89PNG\r\n\x1a\n"),
        ("__MACOSX/._memo.txt", b"\0"),
        ("Thumbs.db", b"\xD0\xCF"),
    ]);
    let document = read("antecedentes.zip", &bytes);
    assert_eq!(document.kind, DocumentType::Zip);
    assert!(document.content.is_ok());
    let inside: Vec<(&str, Option<Unreadable>)> = document
        .inside
        .iter()
        .map(|d| (d.name.as_str(), d.content.as_ref().err().copied()))
        .collect();
    let expected = [
        ("memo 3.txt", None),
        ("firma.png", Some(Unreadable::NoText)),
        ("otro.zip", Some(Unreadable::Unsupported)),
    ];
    assert_eq!(inside, expected);
    let only_scan = zipped(&[("memo.png", b"\x89PNG\r\n\x1a\n")]);
    assert_eq!(read("x.zip", &only_scan).content, Err(Unreadable::NoText));
    assert_eq!(
        read("x.zip", &zipped(&[])).content,
        Err(Unreadable::Corrupt)
    );
    let names: Vec<String> = (0..60).map(|i| format!("{i}.txt")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), memo)).collect();
    assert_eq!(
        read("x.zip", &zipped(&many)).content,
        Err(Unreadable::OverLimit)
    );
}

#[test]
fn kinds_that_are_not_read_say_so_and_are_not_taken_for_another() {
    for (name, bytes) in [
        ("memo.rtf", b"{\\rtf1\\ansi DE: Ana}".as_slice()),
        ("memo.pdf", b"<html><body>DE: Ana</body></html>"),
    ] {
        let document = read(name, bytes);
        assert_eq!(document.content, Err(Unreadable::Unsupported), "{name}");
        assert_eq!(document.kind, DocumentType::Other, "{name}");
    }
    assert_eq!(
        fixture("memo-writer.doc").content,
        Err(Unreadable::Unsupported)
    );
    assert_eq!(
        fixture("memo-writer.rtf").content,
        Err(Unreadable::Unsupported)
    );
    // A password-protected DOCX or XLSX is a compound file that holds this one stream.
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let locked = [
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(),
        &[0; 512],
        &name,
    ]
    .concat();
    assert_eq!(
        read("memo.docx", &locked).content,
        Err(Unreadable::Encrypted)
    );
}

#[test]
fn plain_text_is_read_in_utf_8_latin_1_and_utf_16() {
    let utf16: Vec<u8> = "\u{feff}DE: Íñigo"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in ["DE:\tÍñigo\r\n\n".as_bytes(), b"DE: \xCD\xF1igo\n", &utf16] {
        let document = read("memo.txt", bytes);
        assert_eq!(document.kind, DocumentType::Text);
        assert_eq!(shown(&document), ["DE: Íñigo"]);
    }
}

#[test]
fn the_type_follows_the_content_and_the_name_is_kept_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents/memo-writer.pdf");
    let bytes = std::fs::read(path).expect("the fixture is in the project");
    let name = "../../etc/passwd\u{0}\r\n\u{202e}fdp.docx";
    let document = read(name, &bytes);
    assert_eq!(
        (document.kind, document.name.as_str()),
        (DocumentType::Pdf, name)
    );
    assert_eq!(
        shown(&document).get(1).map(String::as_str),
        Some("MEMORÁNDUM N° 87/2026")
    );
}

fn shared() -> Option<PathBuf> {
    let usual = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    let shared = std::env::var_os("MESAD_SHARED").map_or_else(usual, PathBuf::from);
    if !shared.join("examples/requests").is_dir() {
        println!("skipped: ../shared is absent");
        return None;
    }
    Some(shared)
}

/// Names of data whose values stand in the text as they are labelled.
const VERBATIM: [&str; 13] = [
    "address",
    "budget_modification_number",
    "call_name",
    "commune",
    "contact",
    "executor",
    "organisation",
    "organisation_name",
    "organisation_rut",
    "project_number",
    "reasons",
    "region",
    "report",
];

#[test]
fn each_labelled_value_of_the_examples_stands_whole_in_one_block_or_cell() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("examples/requests");
    let labels = std::fs::read_to_string(folder.join("labels.jsonl")).expect("labels");
    let mut checked = 0;
    for label in labels.lines() {
        let label: serde_json::Value = serde_json::from_str(label).expect("JSON");
        let source = label["source"].as_str().unwrap_or_default();
        if !["pdf", "docx", "xlsx"].contains(&source) {
            continue;
        }
        let file = label["file"].as_str().expect("file");
        let places = places(&folder.join(file));
        let fields = label["fields"].as_object().expect("fields");
        let plain = fields
            .iter()
            .filter(|(name, _)| VERBATIM.contains(&name.as_str()));
        let mut values: Vec<&str> = plain.filter_map(|(_, value)| value.as_str()).collect();
        for person in fields
            .get("persons")
            .and_then(|persons| persons.as_array())
            .into_iter()
            .flatten()
        {
            values.extend(
                ["email", "profile"]
                    .iter()
                    .filter_map(|name| person[name].as_str()),
            );
        }
        for value in values {
            assert!(
                places.iter().any(|place| place.contains(value)),
                "{file}: {value:?} is not in one piece in {places:#?}"
            );
            checked += 1;
        }
    }
    assert!(checked > 60, "only {checked} values were labelled");
}

/// All lines and cells of a mail's documents.
fn places(mail: &Path) -> Vec<String> {
    use mail_parser::MimeHeaders;
    let raw = std::fs::read(mail).expect("mail");
    let message = mail_parser::MessageParser::default()
        .parse(&raw)
        .expect("parsable");
    let mut places = Vec::new();
    for part in message.attachments() {
        let document = read(part.attachment_name().unwrap_or("?"), part.contents());
        for block in document.content.unwrap_or_default().blocks {
            match block {
                Block::Line(line) => places.push(line),
                Block::Table(rows) => places.extend(rows.into_iter().flatten()),
            }
        }
    }
    places
}
