//! TOML → [`Office`], all errors of all files at once. Pure: texts are handed to it.
//!
//! Lives here: the form of the files and everything that can be wrong with them. May not live here:
//! files and folders themselves (`cli/`), what the values are used for.

use crate::office::Office;

/// One file of the configuration: its name relative to the folder, and its text.
#[derive(Clone, Debug)]
pub struct File {
    /// `desk.toml`, `procedures/rendition-disapproval.toml`, …
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Something that is wrong in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which file.
    pub file: String,
    /// Line from 1; 0 where the problem has no place (a missing file).
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// How many characters the caret marks.
    pub width: usize,
    /// The line itself.
    pub text: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: String,
}

/// The configuration that ships with the program.
pub fn shipped() -> Vec<File> {
    vec![]
}

/// Reads a configuration.
///
/// # Errors
/// Everything that is wrong with it, in the order of files and lines.
pub fn load(files: &[File]) -> Result<Office, Vec<Problem>> {
    let _ = files;
    unimplemented!()
}
