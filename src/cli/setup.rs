//! What commands share: the configuration folder, errors on standard error.

use std::io::Write;

/// Prints an error for a person, on standard error.
pub fn print_error(message: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(std::io::stderr(), "mesad: {message}");
}
