//! What the tests of reading share: the shipped office, the examples of `../shared`, folded text.
#![allow(dead_code, reason = "each test file uses some")]
#![allow(clippy::print_stdout, reason = "what is skipped is said")]

use std::path::PathBuf;

use mesad::office::Office;

/// The office that is shipped.
pub fn office() -> Office {
    mesad::config::load(&mesad::config::shipped()).unwrap_or_else(|p| panic!("{p:?}"))
}

/// The folder of examples, or none with a plain word that the test is skipped.
pub fn examples(name: &str) -> Option<PathBuf> {
    let shared = std::env::var("MESAD_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let folder = PathBuf::from(shared).join("examples").join(name);
    if !folder.is_dir() {
        println!("skipped: ../shared is absent");
        return None;
    }
    Some(folder)
}

/// Letters and digits, without case and accents.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| match c {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' | 'ü' => 'u',
            'ñ' => 'n',
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .collect()
}
