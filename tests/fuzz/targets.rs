//! What is fuzzed, a function for each reader of bytes from outside: used by the fuzzer
//! (`tests/fuzz/src/main.rs`) and by the replay of its seeds (`tests/replay.rs`).

mod servers;

use std::io::{Cursor, Write};
use std::sync::OnceLock;

use chrono::NaiveDate;
use mesad::documents::{self, Block, Document, DocumentText, DocumentType};
use mesad::mail::Letter;
use mesad::office::{Authentication, Authserv, Desk, Office, StampPlace};
use mesad::reading::{self, RoleOfSender};
use zip::write::SimpleFileOptions;

/// A reader: its name, which is the folder of its seeds, and what it does with bytes.
pub struct Target {
    /// The name.
    pub name: &'static str,
    /// Reads; may not panic, hang or take much memory.
    pub read: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 15] = [
    Target {
        name: "pdf",
        read: document,
    },
    Target {
        name: "xls",
        read: document,
    },
    Target {
        name: "packed",
        read: document,
    },
    Target {
        name: "docx",
        read: docx,
    },
    Target {
        name: "odt",
        read: odt,
    },
    Target {
        name: "xlsx",
        read: xlsx,
    },
    Target {
        name: "plain",
        read: plain,
    },
    Target {
        name: "mail",
        read: mail,
    },
    Target {
        name: "html",
        read: html,
    },
    Target {
        name: "answer",
        read: answer,
    },
    Target {
        name: "memorandum",
        read: memorandum,
    },
    Target {
        name: "tnef",
        read: tnef,
    },
    Target {
        name: "configuration",
        read: configuration,
    },
    Target {
        name: "imap",
        read: servers::imap,
    },
    Target {
        name: "smtp",
        read: servers::smtp,
    },
];

/// The office of the shipped configuration.
pub fn office() -> &'static Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(|| {
        mesad::config::load(&mesad::config::shipped())
            .unwrap_or_else(|problems| panic!("{problems:?}"))
    })
}

/// A document as it arrives.
fn document(bytes: &[u8]) {
    let _ = documents::read("x", bytes);
}

/// What follows the signature and key of a TNEF stream.
fn tnef(bytes: &[u8]) {
    document(&[b"\x78\x9f\x3e\x22\x01\x00", bytes].concat());
}

/// Files of an office in the place of the shipped ones, each after a line `### NAME`; what begins
/// without one is desk.toml. Templates are rendered with every sample.
fn configuration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut files = mesad::config::shipped();
    let mut templates = vec![];
    let mut name = "desk.toml".to_owned();
    let mut own = String::new();
    for line in text.lines().chain(["### "]) {
        let Some(next) = line.strip_prefix("### ") else {
            own += line;
            own.push('\n');
            continue;
        };
        let part = std::mem::take(&mut own);
        let name = std::mem::replace(&mut name, next.trim().to_owned());
        if part.is_empty() {
            continue;
        }
        match name.strip_prefix("templates/") {
            Some(name) => templates.push((name.to_owned(), part)),
            None => {
                files.retain(|file| file.name != name);
                files.push(mesad::config::File { name, text: part });
            }
        }
    }
    match mesad::config::load(&files) {
        Ok(office) => drop(mesad::config::coverage(&office)),
        Err(problems) => problems
            .iter()
            .for_each(|problem| drop(problem.to_string())),
    }
    if !templates.is_empty() {
        let _ = mesad::letters::Templates::new(&templates);
    }
}

/// Plain text: whatever begins like another format is that one's.
fn plain(bytes: &[u8]) {
    document(&[b"- ", bytes].concat());
}

/// The XML of a DOCX: packed here, for a flipped byte in a zip seldom gets past its checksum.
fn docx(xml: &[u8]) {
    document(&packed(&[("word/document.xml", xml)]));
}

/// The XML of an ODT.
fn odt(xml: &[u8]) {
    let kind = b"application/vnd.oasis.opendocument.text";
    document(&packed(&[("mimetype", kind), ("content.xml", xml)]));
}

/// The XML of a sheet of an XLSX.
fn xlsx(xml: &[u8]) {
    let book = br#"<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let ids = br#"<Relationships><Relationship Id="r1" Type="t/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    document(&packed(&[
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", ids),
        ("xl/worksheets/sheet1.xml", xml),
    ]));
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        let written = writer.start_file(*name, stored).is_ok() && writer.write_all(content).is_ok();
        assert!(written, "a zip in memory is always written");
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, 4).unwrap_or_default()
}

/// The desk of a server that stamps its word about senders, in each of the ways that are known.
fn stamped() -> &'static [Desk] {
    static DESKS: OnceLock<Vec<Desk>> = OnceLock::new();
    DESKS.get_or_init(|| {
        let own = |place| {
            Authentication::Authserv(Authserv {
                ids: vec!["mx.ministerio.example".to_owned()],
                relays: vec!["10.0.0.0/8".to_owned()],
                place,
            })
        };
        let ways = [
            own(StampPlace::Above),
            Authentication::Microsoft365,
            Authentication::Google,
        ];
        let desk = |authentication| Desk {
            authentication,
            ..office().desk.clone()
        };
        ways.map(desk).into()
    })
}

/// A mail, through all that is done with a mail but its documents.
fn mail(bytes: &[u8]) {
    let letter = mesad::mail::parse(bytes, &office().desk);
    understood(&letter);
    for desk in stamped() {
        let _ = mesad::mail::parse(bytes, desk);
    }
}

fn understood(letter: &Letter) {
    for role in [
        RoleOfSender::Approver,
        RoleOfSender::Executor,
        RoleOfSender::Requester,
    ] {
        let _ = reading::decide(letter, role);
    }
    let _ = reading::read(letter, &[], office(), day());
}

fn letter(media_type: &str, body: &[u8]) -> Letter {
    let head = format!(
        "From: Ana Paz <ana@oficina.example>\r\nSubject: RE: [SIGEC-2026-000009] Solicitud\r\n\
         MIME-Version: 1.0\r\nContent-Type: {media_type}; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n"
    );
    mesad::mail::parse(&[head.as_bytes(), body].concat(), &office().desk)
}

/// The HTML of an answer.
fn html(body: &[u8]) {
    understood(&letter("text/html", body));
}

/// The text of an answer.
fn answer(body: &[u8]) {
    understood(&letter("text/plain", body));
}

/// The text of a memorandum: lines, those with a `|` as rows of tables.
fn memorandum(text: &[u8]) {
    let mut blocks = vec![];
    for line in String::from_utf8_lossy(text).lines() {
        match (line.contains('|'), blocks.last_mut()) {
            (false, _) => blocks.push(Block::Line(line.to_owned())),
            (true, Some(Block::Table(rows))) => rows.push(cells(line)),
            (true, _) => blocks.push(Block::Table(vec![cells(line)])),
        }
    }
    let document = Document {
        name: "memo.pdf".into(),
        kind: DocumentType::Pdf,
        content: Ok(DocumentText {
            blocks: even(blocks),
        }),
        inside: vec![],
    };
    let letter = letter("text/plain", b"Adjunto memo.");
    let _ = reading::read(&letter, &[document], office(), day());
}

fn cells(line: &str) -> Vec<String> {
    line.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// Rows of a table are equally long.
fn even(mut blocks: Vec<Block>) -> Vec<Block> {
    for block in &mut blocks {
        if let Block::Table(rows) = block {
            let width = rows.iter().map(Vec::len).max().unwrap_or(0);
            rows.iter_mut()
                .for_each(|row| row.resize(width, String::new()));
        }
    }
    blocks
}
