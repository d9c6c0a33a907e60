//! Documents that are broken, lie or try to exhaust the machine, read in this process: what the
//! readers themselves must bound. `sandbox.rs` tests what only the child's limits bound.
#![allow(clippy::expect_used, reason = "a test ends with a panic")]

mod hostile;

use std::path::Path;

use hostile::{docx, odt, page, pdf, stream, xlsx, zip};
use mesad::documents::{Block, DocumentText, DocumentType, Unreadable, limits, read};

fn content(bytes: &[u8]) -> Result<DocumentText, Unreadable> {
    read("x", bytes).content
}

fn lines(bytes: &[u8]) -> Vec<Block> {
    content(bytes).expect("readable").blocks
}

fn line(text: &str) -> Block {
    Block::Line(text.to_owned())
}

#[test]
fn zip_bombs_stop_at_the_limit() {
    let size = usize::try_from(limits::BYTES_UNPACKED).expect("fits") + 1;
    let blanks = b" ".repeat(size);
    let bombs = [
        zip(&[("word/document.xml", &blanks)]),
        zip(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", &blanks),
        ]),
        // In a part that nobody would read but the library.
        zip(&[
            ("xl/workbook.xml", b"<workbook/>"),
            ("xl/theme/theme1.xml", &blanks),
        ]),
    ];
    for (bomb, kind) in
        bombs
            .iter()
            .zip([DocumentType::Docx, DocumentType::Odt, DocumentType::Xlsx])
    {
        assert!(bomb.len() < 200_000);
        let document = read("x", bomb);
        assert_eq!(
            (document.kind, document.content),
            (kind, Err(Unreadable::OverLimit))
        );
    }
}

#[test]
fn too_many_bytes_or_parts_are_refused_before_they_are_read() {
    assert_eq!(
        content(&b"a".repeat(limits::BYTES_IN + 1)),
        Err(Unreadable::OverLimit)
    );
    let names: Vec<String> = (0..=limits::PARTS)
        .map(|index| format!("p{index}"))
        .collect();
    let mut parts: Vec<(&str, &[u8])> = vec![("word/document.xml", b"<w:p/>")];
    parts.extend(names.iter().map(|name| (name.as_str(), b"".as_slice())));
    assert_eq!(content(&zip(&parts)), Err(Unreadable::OverLimit));
}

#[test]
fn a_document_type_in_xml_is_refused_whatever_it_declares() {
    let laughs = "<!DOCTYPE d [<!ENTITY a 'ja'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
    let outside = "<!DOCTYPE d [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>";
    for declared in [laughs, outside, "<!DOCTYPE d>"] {
        let xml =
            format!("{declared}<w:document><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>");
        assert_eq!(
            content(&zip(&[("word/document.xml", xml.as_bytes())])),
            Err(Unreadable::Corrupt)
        );
    }
    assert_eq!(
        content(&docx("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>")),
        Err(Unreadable::Corrupt)
    );
}

#[test]
fn deep_nesting_is_over_the_limit_and_no_overflow() {
    for (open, close, count) in [
        ("<w:sdt>", "</w:sdt>", 1_000_000),
        (
            "<w:tbl><w:tr><w:tc>",
            "</w:tc></w:tr></w:tbl>",
            limits::TABLE_DEPTH + 1,
        ),
    ] {
        let body = format!("{}{}", open.repeat(count), close.repeat(count));
        assert_eq!(content(&docx(&body)), Err(Unreadable::OverLimit));
    }
    let deep = page(stream("", b"[".repeat(1_000_000)), "", &[]);
    assert_eq!(content(&deep), Err(Unreadable::NoText));
    let deep = pdf(&[b"[".repeat(1_000_000)]);
    assert_eq!(content(&deep), Err(Unreadable::Corrupt));
}

#[test]
fn more_paragraphs_rows_columns_or_text_than_an_office_writes() {
    assert_eq!(
        content(&docx(&"<w:p/>".repeat(limits::BLOCKS + 1))),
        Err(Unreadable::OverLimit)
    );
    let breaks = format!("<w:p>{}</w:p>", "<w:br/>".repeat(limits::BLOCKS + 1));
    assert_eq!(content(&docx(&breaks)), Err(Unreadable::OverLimit));
    let words = format!(
        "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
        "a ".repeat(limits::TEXT_OUT)
    );
    assert_eq!(content(&docx(&words)), Err(Unreadable::OverLimit));
    let far = "<row r='1'><c r='XFD1' t='inlineStr'><is><t>a</t></is></c></row>";
    assert_eq!(content(&xlsx(far)), Err(Unreadable::OverLimit));
    let row = |index: usize| format!("<row r='{index}'><c r='A{index}'><v>1</v></c></row>");
    let rows: String = (1..=limits::ROWS + 1).map(row).collect();
    assert_eq!(content(&xlsx(&rows)), Err(Unreadable::OverLimit));
    // The last cell of a sheet alone takes no more room than the first.
    let last = "<row r='1048576'><c r='B1048576'><v>7</v></c></row>";
    let expected = vec![vec![String::new(), "7".to_owned()]];
    assert_eq!(lines(&xlsx(last)), [Block::Table(expected)]);
}

#[test]
fn pdf_streams_forms_and_page_trees_come_to_an_end() {
    let huge = page(stream("", b" ".repeat(limits::PDF_STREAM + 1)), "", &[]);
    assert_eq!(content(&huge), Err(Unreadable::OverLimit));
    let form = |drawn: &str| {
        let entries = format!("/Type/XObject/Subtype/Form/Resources<</XObject<</X {drawn} 0 R>>>>");
        stream(&entries, b"/X Do /X Do /X Do".to_vec())
    };
    let itself = page(
        stream("", b"/X Do".to_vec()),
        "/XObject<</X 5 0 R>>",
        &[form("5")],
    );
    assert_eq!(content(&itself), Err(Unreadable::OverLimit));
    let cycle = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9/Parent 2 0 R>>".to_vec(),
    ]);
    assert_eq!(content(&cycle), Err(Unreadable::Corrupt));
}

#[test]
fn a_character_map_that_claims_all_codes_costs_nothing() {
    let map = b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange".to_vec();
    let font = "<</Type/Font/Subtype/TrueType/BaseFont/A/ToUnicode 6 0 R>>";
    let text = stream("", b"BT /F 12 Tf 72 700 Td (\x00\x01\x02) Tj ET".to_vec());
    let file = page(
        text,
        "/Font<</F 5 0 R>>",
        &[font.as_bytes().to_vec(), stream("", map)],
    );
    assert_eq!(lines(&file), [line("ABC")]);
}

#[test]
fn deleted_hidden_and_doubled_text_of_a_docx_is_left_out_and_split_runs_keep_their_spaces() {
    let body = "<w:p><w:r><w:t xml:space='preserve'>Proyecto </w:t></w:r><w:r><w:t>N° 7</w:t></w:r>\
        <w:del><w:r><w:delText> viejo</w:delText><w:t> viejo</w:t></w:r></w:del>\
        <w:ins><w:r><w:t xml:space='preserve'> nuevo</w:t></w:r></w:ins>\
        <w:r><w:rPr><w:vanish/></w:rPr><w:t> oculto</w:t></w:r>\
        <w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> &#65;&amp;B</w:t></w:r>\
        <w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r></w:p>\
        <w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>Timbre</w:t></w:r>\
        </w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>Timbre</w:t>\
        </w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>\
        <w:r><w:t>Con</w:t></w:r></w:p>";
    let expected = [line("Proyecto N° 7 nuevo A&B"), line("Con"), line("Timbre")];
    assert_eq!(lines(&docx(body)), expected);
}

#[test]
fn tabs_separate_labels_and_tables_in_tables_keep_their_rows() {
    let paragraph = |text: &str| {
        let text = text.replace('\t', "</w:t><w:tab/><w:t>");
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let cell = |content: &str| format!("<w:tc>{content}</w:tc>");
    let inner = format!(
        "<w:tbl><w:tr>{}{}</w:tr></w:tbl>",
        cell(&paragraph("RUT")),
        cell(&paragraph("11.111.111-1"))
    );
    let wide = "<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p><w:r><w:t>Total</w:t></w:r></w:p></w:tc>";
    let body = [
        paragraph("DE\t:\tAna"),
        paragraph("Proyecto:\t7\tRegión:\tMaule"),
        paragraph("Nombre\tAna"),
        paragraph("Perfil\tSupervisor"),
        format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{wide}</w:tr></w:tbl>",
            cell(&(paragraph("A") + &paragraph("B"))),
            cell(&(paragraph("C") + &inner))
        ),
    ];
    let table = |rows: &[&[&str]]| {
        let row = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        Block::Table(rows.iter().map(row).collect())
    };
    let expected = [
        line("DE : Ana"),
        line("Proyecto: 7"),
        line("Región: Maule"),
        table(&[&["Nombre", "Ana"], &["Perfil", "Supervisor"]]),
        table(&[&["A\nB", "C"], &["Total", ""]]),
        table(&[&["RUT", "11.111.111-1"]]),
    ];
    assert_eq!(lines(&docx(&body.concat())), expected);
}

#[test]
fn text_has_no_character_that_only_steers_a_display_and_accents_are_whole() {
    let body = "<w:p><w:r><w:t>A\u{202e}na\u{200b} Pe\u{301}rez&#x9;n\u{303}\u{fb01} \u{feff}</w:t></w:r></w:p>";
    assert_eq!(lines(&docx(body)), [line("Ana Pérez ñfi")]);
}

#[test]
fn an_encrypted_odt_says_so() {
    let manifest =
        "<m:manifest xmlns:m='m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>";
    assert_eq!(content(&odt("x", manifest)), Err(Unreadable::Encrypted));
}

/// The fixtures that are damaged on purpose below.
const FIXTURES: [&str; 9] = [
    "form.ods",
    "form.pdf",
    "form.xls",
    "form.xlsx",
    "locked-owner.pdf",
    "memo-standard-font.pdf",
    "memo-writer.docx",
    "memo-writer.odt",
    "memo-writer.pdf",
];

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents");
    std::fs::read(folder.join(name)).expect("the fixture is in the project")
}

#[test]
fn a_document_cut_short_is_read_or_refused() {
    let mut refused = 0;
    for name in FIXTURES {
        let bytes = fixture(name);
        for tenths in 1..10 {
            let cut = &bytes[..bytes.len() * tenths / 10];
            refused += usize::from(content(cut).is_err());
        }
    }
    assert!(refused > 40, "only {refused} were refused");
}

#[test]
fn a_document_with_flipped_bytes_is_read_or_refused() {
    // A linear congruential generator (Knuth's MMIX constants): the same damage in each run.
    let mut seed = 20_261_012_u64;
    let mut next = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("31 bits") % below
    };
    let (mut read, mut refused) = (0, 0);
    for name in FIXTURES {
        let whole = fixture(name);
        for _ in 0..20 {
            let mut bytes = whole.clone();
            for _ in 0..30 {
                let at = next(bytes.len());
                bytes[at] ^= 1 << next(8);
            }
            match content(&bytes) {
                Ok(_) => read += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(read > 10 && refused > 10, "{read} read, {refused} refused");
}
