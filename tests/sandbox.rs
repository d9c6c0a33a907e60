//! The document reader as a child of the real program: what kills it, and what that costs.
#![allow(clippy::expect_used, reason = "a test ends with a panic")]

mod hostile;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use hostile::{docx, memory_bomb, time_bomb};
use mesad::documents::{Block, Document, DocumentType, Unreadable, limits};
use mesad::mail::Attachment;
use mesad::sandbox::{Sandbox, SandboxError, is_document};

fn sandbox() -> Sandbox {
    Sandbox::child(env!("CARGO_BIN_EXE_mesad"))
}

fn attachment(name: &str, bytes: Vec<u8>) -> Attachment {
    Attachment {
        name: name.to_owned(),
        media_type: "application/octet-stream".to_owned(),
        bytes,
    }
}

fn memo(text: &str) -> Attachment {
    attachment(
        &format!("{text}.docx"),
        docx(&format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")),
    )
}

fn is_read(document: &Document, text: &str) -> bool {
    let expected = [Block::Line(text.to_owned())];
    document.name == format!("{text}.docx")
        && document
            .content
            .as_ref()
            .is_ok_and(|content| content.blocks == expected)
}

#[test]
fn documents_come_back_in_order_with_their_names_and_the_rest_is_left_out() {
    let signature = Attachment {
        media_type: "application/pkcs7-signature".to_owned(),
        ..attachment("smime.p7s", b"0".to_vec())
    };
    let attachments = [
        memo("uno"),
        signature,
        attachment("nota.txt", b"tres\n".to_vec()),
        attachment(
            "image001.png",
            [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 4000]].concat(),
        ),
        attachment("a/b\0\r\n.pdf", b"%PDF-1.4 nothing".to_vec()),
    ];
    let read = sandbox().read(&attachments).expect("read");
    assert_eq!(read.len(), 3);
    assert!(is_read(&read[0], "uno"));
    assert_eq!(
        (read[1].name.as_str(), read[1].kind),
        ("nota.txt", DocumentType::Text)
    );
    assert_eq!(
        (read[2].name.as_str(), read[2].content.clone()),
        ("a/b\0\r\n.pdf", Err(Unreadable::Corrupt))
    );
    assert_eq!(read, Sandbox::Here.read(&attachments).expect("read here"));
    assert_eq!(sandbox().read(&[]).expect("nothing to read"), []);
}

#[test]
fn pictures_count_as_documents_unless_they_adorn_a_signature() {
    let picture = |name: &str, size| {
        is_document(&attachment(
            name,
            [b"\xFF\xD8\xFF".as_slice(), &vec![7; size]].concat(),
        ))
    };
    assert!(
        picture("IMG_2031.jpg", 300_000),
        "a photographed memorandum"
    );
    assert!(picture("image001.jpg", 300_000), "the same, pasted");
    assert!(!picture("image001.png", 30_000), "a logo of Outlook's");
    assert!(!picture("linea.gif", 900), "a line");
    let declared = |media_type: &str| {
        let media_type = media_type.to_owned();
        is_document(&Attachment {
            media_type,
            ..attachment("x", b"x".to_vec())
        })
    };
    assert!(!declared("text/calendar") && !declared("message/rfc822") && declared("text/plain"));
}

#[test]
fn a_document_that_exhausts_memory_costs_itself_only() {
    let attachments = [
        memo("antes"),
        attachment("bomba.pdf", memory_bomb()),
        memo("despues"),
    ];
    let read = sandbox().read(&attachments).expect("read");
    assert_eq!(read.len(), 3);
    assert!(
        is_read(&read[0], "antes") && is_read(&read[2], "despues"),
        "{read:?}"
    );
    let refused = (read[1].name.as_str(), read[1].kind, read[1].content.clone());
    assert_eq!(
        refused,
        ("bomba.pdf", DocumentType::Pdf, Err(Unreadable::OverLimit))
    );
}

#[test]
fn a_document_that_never_ends_costs_itself_only() {
    // Alone in its child the first time: it is not tried again.
    let attachments = [attachment("lento.pdf", time_bomb()), memo("despues")];
    let read = sandbox().read(&attachments).expect("read");
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].content, Err(Unreadable::OverLimit));
    assert!(is_read(&read[1], "despues"), "{read:?}");
}

#[test]
fn a_document_over_the_size_limit_is_not_even_handed_over() {
    let huge = attachment("enorme.pdf", b"%PDF-".repeat(limits::BYTES_IN / 5 + 1));
    let read = sandbox()
        .read(&[memo("antes"), huge, memo("despues")])
        .expect("read");
    assert_eq!(
        (read[1].kind, read[1].content.clone()),
        (DocumentType::Pdf, Err(Unreadable::OverLimit))
    );
    assert!(
        is_read(&read[0], "antes") && is_read(&read[2], "despues"),
        "{read:?}"
    );
}

/// A copy of the program under a name of its own, so that its children can be told from others'.
struct Copy {
    program: PathBuf,
    _folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Copy {
        let folder = tempfile::tempdir().expect("folder");
        let program = folder.path().join("mesad");
        let original = Path::new(env!("CARGO_BIN_EXE_mesad"));
        if std::fs::hard_link(original, &program).is_err() {
            std::fs::copy(original, &program).expect("copy");
        }
        Copy {
            program,
            _folder: folder,
        }
    }

    /// The children that run now.
    fn children(&self) -> Vec<String> {
        let wanted = format!("{}\0read-documents\0", self.program.display());
        let processes = std::fs::read_dir("/proc").expect("/proc");
        processes
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
            .filter(|process| {
                let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
                line == wanted.as_bytes()
            })
            .collect()
    }

    /// Waits for a child that is not among `known`, lets it get to its document, sends the signal.
    fn signal_next(&self, signal: &str, known: &mut Vec<String>) {
        for _ in 0..1_000 {
            thread::sleep(Duration::from_millis(10));
            let Some(child) = self
                .children()
                .into_iter()
                .find(|child| !known.contains(child))
            else {
                continue;
            };
            // Begun, however slow the machine is: it has worked for longer than its start takes.
            if worked(&child) < 8 {
                continue;
            }
            let sent = Command::new("kill")
                .args([signal, &child])
                .status()
                .expect("kill");
            assert!(sent.success(), "the child had gone before the signal");
            known.push(child);
            return;
        }
        panic!("no child was started");
    }
}

/// Hundredths of a second that a process has had of a processor (proc(5), fields 14 and 15).
fn worked(process: &str) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    fields.filter_map(|field| field.parse::<u64>().ok()).sum()
}

/// A document that takes long enough for the test to interfere, then is read.
fn slow() -> Attachment {
    // More than a child handles in some tenths of a second, less than it may.
    let body = "<w:p><w:r><w:rPr><w:b/><w:i/></w:rPr><w:t></w:t></w:r></w:p>".repeat(190_000);
    attachment(
        "lento.docx",
        docx(&format!("{body}<w:p><w:r><w:t>lento</w:t></w:r></w:p>")),
    )
}

#[test]
fn a_child_that_is_killed_or_stopped_once_is_replaced_and_nothing_is_called_unreadable() {
    for signal in ["-KILL", "-TERM"] {
        let copy = Copy::new();
        let sandbox = Sandbox::child(&copy.program);
        let attachments = [memo("antes"), slow(), memo("despues")];
        let read = thread::scope(|scope| {
            let reader = scope.spawn(|| sandbox.read(&attachments));
            copy.signal_next(signal, &mut Vec::new());
            reader.join().expect("no panic")
        });
        let read = read.expect("read");
        assert!(
            is_read(&read[0], "antes") && is_read(&read[2], "despues"),
            "{signal}: {read:?}"
        );
        assert!(is_read(&read[1], "lento"), "{signal}: {read:?}");
    }
}

#[test]
fn a_child_that_is_stopped_again_is_a_stop_of_the_service_and_no_verdict() {
    let copy = Copy::new();
    let sandbox = Sandbox::child(&copy.program);
    let attachments = [slow()];
    let result = thread::scope(|scope| {
        let reader = scope.spawn(|| sandbox.read(&attachments));
        let mut known = Vec::new();
        copy.signal_next("-TERM", &mut known);
        copy.signal_next("-TERM", &mut known);
        reader.join().expect("no panic")
    });
    assert!(matches!(result, Err(SandboxError::Stopped)), "{result:?}");
}

#[test]
fn a_reader_that_does_not_start_is_an_error_and_no_verdict() {
    let absent = Sandbox::child("/nonexistent/mesad").read(&[memo("uno")]);
    assert!(matches!(absent, Err(SandboxError::Start(_))), "{absent:?}");
    let other = Sandbox::child("/bin/false").read(&[memo("uno")]);
    assert!(matches!(other, Err(SandboxError::Broken(_))), "{other:?}");
    let chatty = Sandbox::child("/bin/echo").read(&[memo("uno")]);
    assert!(matches!(chatty, Err(SandboxError::Broken(_))), "{chatty:?}");
}

#[test]
fn the_child_is_confined_before_it_reads() {
    let copy = Copy::new();
    let sandbox = Sandbox::child(&copy.program);
    let attachments = [slow()];
    thread::scope(|scope| {
        let reader = scope.spawn(|| sandbox.read(&attachments));
        let child = (0..1_000)
            .find_map(|_| {
                thread::sleep(Duration::from_millis(10));
                copy.children().pop()
            })
            .expect("a child");
        thread::sleep(Duration::from_millis(50));
        let of = |file: &str| {
            std::fs::read_to_string(format!("/proc/{child}/{file}")).unwrap_or_default()
        };
        let limits = of("limits");
        let limit = |name: &str| {
            let line = limits
                .lines()
                .find(|line| line.starts_with(name))
                .unwrap_or_default();
            line.trim_start_matches(name)
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            limit("Max address space").first().map(String::as_str),
            Some("1073741824")
        );
        assert_eq!(limit("Max cpu time")[..2], ["10", "11"]);
        assert_eq!(limit("Max file size")[..2], ["0", "0"]);
        assert_eq!(limit("Max core file size")[..2], ["0", "0"]);
        assert!(of("status").contains("NoNewPrivs:\t1"));
        assert_eq!(
            std::fs::read(format!("/proc/{child}/environ")).unwrap_or_default(),
            b""
        );
        assert!(reader.join().expect("no panic").is_ok());
    });
}
