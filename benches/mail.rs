//! How long one mail takes to be read, per kind: the hand-written mails of the tests.

use divan::{Bencher, counter::BytesCount};

#[path = "../tests/mail_desk/mod.rs"]
mod mail_desk;

fn main() {
    divan::main();
}

/// Kinds of mail, each a file of `tests/data/mail`.
const KINDS: [&str; 6] = [
    "outlook-plain",
    "outlook-html",
    "gmail-alternative",
    "attached-mail",
    "ooo-m365",
    "dsn-failed",
];

#[divan::bench(args = KINDS)]
fn parse(bencher: Bencher<'_, '_>, kind: &str) {
    let path = format!("{}/tests/data/mail/{kind}.eml", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).unwrap_or_default();
    let desk = mail_desk::desk();
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench(|| mesad::mail::parse(divan::black_box(&bytes), &desk));
}
