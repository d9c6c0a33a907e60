//! Documents made to do harm, and small ones made by hand.
#![allow(dead_code, reason = "each test file uses some")]

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// A zip of these parts.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("part");
        writer.write_all(content).expect("content");
    }
    writer.finish().expect("zip").into_inner()
}

/// A DOCX with this body.
pub fn docx(body: &str) -> Vec<u8> {
    let xml = format!(
        "<w:document xmlns:w='w' xmlns:mc='mc' xmlns:wps='wps'><w:body>{body}</w:body></w:document>"
    );
    zip(&[("word/document.xml", xml.as_bytes())])
}

/// An ODT with this content and manifest.
pub fn odt(text: &str, manifest: &str) -> Vec<u8> {
    let xml = format!(
        "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:table='b'>\
         <office:body><office:text>{text}</office:text></office:body></office:document-content>"
    );
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", xml.as_bytes()),
    ])
}

/// An XLSX of one sheet with these rows.
pub fn xlsx(rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let book = format!(
        "<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>\
         <sheet name='Hoja1' sheetId='1' r:id='rId1'/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns='{PACKAGE}'><Relationship Id='rId1' Type='{OFFICE}/worksheet' \
         Target='worksheets/sheet1.xml'/></Relationships>"
    );
    let package = format!(
        "<Relationships xmlns='{PACKAGE}'><Relationship Id='rId1' Type='{OFFICE}/officeDocument' \
         Target='xl/workbook.xml'/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData></worksheet>");
    zip(&[
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
pub fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    let size = objects.len() + 1;
    file.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    file.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    file
}

/// A PDF of one page with this content (an object), its resources, and more objects from 5 on.
pub fn page(content: Vec<u8>, resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!("<</Type/Page/Parent 2 0 R/Resources<<{resources}>>/Contents 4 0 R>>");
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        content,
    ];
    objects.extend_from_slice(more);
    pdf(&objects)
}

/// A compressed stream object with these entries.
pub fn stream(entries: &str, content: Vec<u8>) -> Vec<u8> {
    let mut stream = lopdf::Stream::new(lopdf::Dictionary::new(), content);
    stream.compress().expect("compressed");
    let filter = if stream.dict.has(b"Filter") {
        "/Filter/FlateDecode"
    } else {
        ""
    };
    let length = stream.content.len();
    let mut object = format!("<<{entries}{filter}/Length {length}>>stream\n").into_bytes();
    object.extend(&stream.content);
    object.extend(b"\nendstream");
    object
}

/// A PDF of 32 KB whose one array takes gigabytes of memory when it is read.
pub fn memory_bomb() -> Vec<u8> {
    let zeros = [b"9 0 [".as_slice(), &b"0 ".repeat(15 << 20), b"]"].concat();
    let objects = stream("/Type/ObjStm/N 1/First 4", zeros);
    page(stream("", Vec::new()), "", &[objects])
}

/// A PDF of some 10 MB whose compressed object streams take minutes to unpack.
pub fn time_bomb() -> Vec<u8> {
    let blanks = [b"9 0 ".as_slice(), &b" ".repeat(31 << 20), b"null"].concat();
    let objects = stream("/Type/ObjStm/N 1/First 4", blanks);
    page(stream("", Vec::new()), "", &vec![objects; 300])
}
