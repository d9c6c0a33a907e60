//! `mesad init`.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::config::shipped;

/// Writes the shipped configuration to a folder, for an office to begin from.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The folder; it is made where it is missing, and no file in it is overwritten
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// A file is there already, or cannot be written.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.folder;
    let files = shipped();
    // All or nothing: a mixture of two configurations would be hard to tell apart.
    if let Some(file) = files.iter().find(|f| folder.join(&f.name).exists()) {
        let path = folder.join(&file.name);
        bail!("{} is there already; name an empty folder", path.display());
    }
    for file in &files {
        let path = folder.join(&file.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
        }
        fs::write(&path, &file.text).with_context(|| format!("writing {}", path.display()))?;
    }
    let mut out = std::io::stdout().lock();
    let folder = folder.display();
    writeln!(out, "wrote {} files to {folder}", files.len())?;
    writeln!(
        out,
        "next: change desk.toml and directory/, then `mesad check --config {folder}`"
    )?;
    Ok(ExitCode::SUCCESS)
}
