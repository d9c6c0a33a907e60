//! The shipped configuration loads, and broken ones say what is wrong with them, to the letter.

use mesad::config::{load, shipped};

#[test]
fn the_shipped_configuration_loads() {
    if let Err(problems) = load(&shipped()) {
        let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", text.join("\n\n"));
    }
}
