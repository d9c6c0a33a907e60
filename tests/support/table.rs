//! The table of what was broken, how often, and what came of it: a row for each test that breaks
//! something, once all that it asserts has held. `tests/run --long` shows it.

use std::io::Write;

/// Prints a row, and adds it to the file that `MESAD_TABLE` names. That nothing was lost is what the
/// test asserted; `twice` says how many mails came twice.
#[expect(clippy::print_stdout, reason = "a figure")]
pub fn row(broken: &str, how_often: &str, twice: &str) {
    let row = format!("{broken}|{how_often}|nothing|{twice}");
    println!("{row}");
    if let Some(path) = std::env::var_os("MESAD_TABLE") {
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.create(true).append(true).open(path).unwrap();
        writeln!(file, "{row}").unwrap();
    }
}
