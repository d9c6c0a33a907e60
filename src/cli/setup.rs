//! What commands share: the configuration folder, errors on standard error.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::config::{self, File, Problem};
use crate::letters::{LetterError, Templates};
use crate::office::Office;

/// Folders beneath the configuration that hold no part of it.
const NOT_CONFIGURATION: [&str; 3] = ["mail", "state", "templates"];

/// Why a command cannot begin. The program ends with status 2.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Everything that is wrong with the configuration.
    #[error("{}", listed(.0))]
    Configuration(Vec<Problem>),
    /// None was named where it matters which.
    #[error(
        "name the configuration with --config DIR (`mesad init DIR` writes one to begin from), or \
         run the invented office that ships with the program with --example"
    )]
    NoConfiguration,
    /// Everything that is wrong with the templates.
    #[error("the templates cannot be used:{}", lines(.0))]
    Templates(Vec<LetterError>),
}

fn lines(errors: &[LetterError]) -> String {
    errors.iter().map(|error| format!("\n  {error}")).collect()
}

fn listed(problems: &[Problem]) -> String {
    let mut text = match problems.len() {
        1 => String::from("the configuration has a problem:"),
        many => format!("the configuration has {many} problems:"),
    };
    for problem in problems {
        text += &format!("\n\n{problem}");
    }
    text
}

/// Where the configuration is.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Configuration {
    /// Folder with the configuration; without it, the one that ships with the program
    #[arg(long, value_name = "DIR")]
    pub config: Option<PathBuf>,
}

impl Configuration {
    /// Reads the configuration.
    ///
    /// # Errors
    /// [`Failed::Configuration`].
    pub fn load(&self) -> anyhow::Result<Office> {
        load_office(self.config.as_deref())
    }
}

/// Reads the configuration in a folder; without a folder, the one that ships with the program.
///
/// # Errors
/// [`Failed::Configuration`], with the folder before each file's name.
pub fn load_office(folder: Option<&Path>) -> anyhow::Result<Office> {
    let Some(folder) = folder else {
        return config::load(&config::shipped())
            .map_err(|problems| Failed::Configuration(problems).into());
    };
    let (files, mut problems) = read_folder(folder);
    match config::load(&files) {
        Ok(office) if problems.is_empty() => return Ok(office),
        Ok(_) => (),
        // A folder that is not there is said once, not as four files that are missing.
        Err(_) if files.is_empty() && !problems.is_empty() => (),
        Err(found) => problems.extend(found),
    }
    Err(Failed::Configuration(with_folder(folder, problems)).into())
}

fn with_folder(folder: &Path, problems: Vec<Problem>) -> Vec<Problem> {
    let within = |problem: Problem| {
        let path = match problem.file.as_str() {
            "" => folder.to_owned(),
            name => folder.join(name),
        };
        let file = path.display().to_string();
        Problem { file, ..problem }
    };
    problems.into_iter().map(within).collect()
}

/// All `*.toml` of a folder and the folders in it, by name, and what could not be read.
fn read_folder(folder: &Path) -> (Vec<File>, Vec<Problem>) {
    let (mut files, mut problems) = (vec![], vec![]);
    read_into(folder, "", &mut files, &mut problems);
    files.sort_by(|a: &File, b: &File| a.name.cmp(&b.name));
    (files, problems)
}

fn read_into(folder: &Path, prefix: &str, files: &mut Vec<File>, problems: &mut Vec<Problem>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(why) => return problems.push(unreadable(prefix, &why)),
    };
    for entry in entries.flatten() {
        let bare = entry.file_name().to_string_lossy().into_owned();
        let name = format!("{prefix}{bare}");
        let elsewhere = prefix.is_empty() && NOT_CONFIGURATION.contains(&bare.as_str());
        if bare.starts_with('.') || elsewhere {
            continue;
        }
        if entry.path().is_dir() {
            read_into(&entry.path(), &format!("{name}/"), files, problems);
        } else if bare.ends_with(".toml") {
            match fs::read_to_string(entry.path()) {
                Ok(text) => files.push(File { name, text }),
                Err(why) => problems.push(unreadable(&name, &why)),
            }
        }
    }
}

fn unreadable(name: &str, why: &io::Error) -> Problem {
    let advice = match why.kind() {
        io::ErrorKind::InvalidData => "save the file as UTF-8",
        io::ErrorKind::NotFound => "correct the path; `mesad init FOLDER` writes a configuration",
        _ => "let the user of this program read it",
    };
    let what = format!("cannot be read: {why}");
    Problem::of_file(name, what, advice.to_owned())
}

/// Prints an error for a person, on standard error.
pub fn print_error(message: &str) {
    // Nobody is left to tell if standard error is closed.
    // It may quote a configuration, a server or a mail.
    let message = super::words::plain_lines(message);
    let _ = writeln!(io::stderr(), "mesad: {message}");
}

/// The templates: the shipped ones, with those of the folder's `templates/` in their place.
///
/// # Errors
/// Everything that is wrong with them.
pub fn load_templates(folder: Option<&Path>) -> anyhow::Result<Templates> {
    let root = folder.map(|f| f.join("templates")).filter(|f| f.is_dir());
    let mut overrides = vec![];
    if let Some(root) = root {
        collect_templates(&root, "", &mut overrides)
            .with_context(|| format!("{}", root.display()))?;
    }
    Templates::new(&overrides).map_err(|errors| Failed::Templates(errors).into())
}

fn collect_templates(
    folder: &Path,
    prefix: &str,
    found: &mut Vec<(String, String)>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let bare = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            collect_templates(&path, &format!("{prefix}{bare}/"), found)?;
        } else if bare.ends_with(".txt") || bare.ends_with(".html") {
            found.push((format!("{prefix}{bare}"), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
