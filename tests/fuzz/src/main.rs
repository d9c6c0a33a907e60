//! The fuzzer: libFuzzer drives the target that `MESAD_FUZZ` names. `tests/fuzz/run` builds and
//! starts it.
#![no_main]

#[path = "../targets.rs"]
mod targets;

use std::panic::PanicHookInfo;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

/// What reads the bytes, once the panics of libraries are set apart: `documents::read` makes an
/// answer of them, as it should. A panic of our own code is a finding.
fn target() -> fn(&[u8]) {
    static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();
    *TARGET.get_or_init(|| {
        let name = std::env::var("MESAD_FUZZ").unwrap_or_default();
        let Some(target) = targets::TARGETS.iter().find(|target| target.name == name) else {
            let known: Vec<&str> = targets::TARGETS.iter().map(|target| target.name).collect();
            eprintln!("MESAD_FUZZ must be one of {}", known.join(", "));
            std::process::exit(2);
        };
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !is_library(panic) {
                before(panic);
            }
        }));
        target.read
    })
}

fn is_library(panic: &PanicHookInfo<'_>) -> bool {
    let file = panic.location().map_or("", |place| place.file());
    file.contains("/registry/src/") || file.starts_with("/rustc/") || file.contains("/library/")
}

fuzz_target!(|bytes: &[u8]| target()(bytes));
