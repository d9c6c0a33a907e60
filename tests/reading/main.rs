//! What the desk understands: own cases of every rule, and, where `../shared` is present, a table for
//! each corpus with its figures and the misses by name, which fails below its floor. See them by
//! `cargo test --test reading -- --nocapture`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests; figures are printed"
)]

mod beside;
mod corpora_origin;
mod decisions;
mod new_text;
mod origin;
mod recognition;
mod requests;
mod sources;
mod strangers;
mod time;
mod wanted;

#[path = "../mail_desk/mod.rs"]
mod mail_desk;
#[path = "../support/examples.rs"]
mod support;

use std::path::PathBuf;

/// The folder with the corpora, `../shared` or MESAD_SHARED; none, with a plain word, where it is absent.
fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("MESAD_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    if path.join("corpora").is_dir() {
        return Some(path);
    }
    println!("skipped: ../shared is absent");
    None
}
