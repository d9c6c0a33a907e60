//! How fast documents are read, by kind, and what a child for them costs.

use std::path::Path;

use divan::{Bencher, counter::BytesCount};
use mesad::mail::Attachment;
use mesad::sandbox::Sandbox;

fn main() {
    divan::main();
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/documents");
    std::fs::read(folder.join(name)).unwrap_or_default()
}

/// Reading in this process.
#[divan::bench(args = [
    "memo-writer.pdf", "memo-embedded-font.pdf", "memo-standard-font.pdf", "locked-owner.pdf",
    "memo-writer.docx", "memo-writer.odt", "form.xlsx", "form.ods", "form.xls",
])]
fn read(bencher: Bencher, name: &str) {
    let bytes = fixture(name);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| mesad::documents::read(name, divan::black_box(&bytes)));
}

/// A whole turn of the sandbox for so many documents: the child's start is in it once.
#[divan::bench(args = [1, 4])]
fn child(bencher: Bencher, documents: usize) {
    let attachment = Attachment {
        name: "nota.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        bytes: b"DE: Ana\nA: Oficina\n".to_vec(),
    };
    let attachments = vec![attachment; documents];
    let sandbox = Sandbox::child(env!("CARGO_BIN_EXE_mesad"));
    bencher.bench(|| sandbox.read(divan::black_box(&attachments)));
}
