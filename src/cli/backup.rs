//! `mesad backup`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::words;
use super::workplace::Place;
use crate::desk::clock::Clock;
use crate::store::Copied;

/// Copies the database to a file, also while the desk runs, and checks the copy.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What else must be kept in a safe place: the configuration folder, and the \
    keys of the tokens\n(files `key` and `key.until-*` beside the database). docs/storage.md tells \
    more."
)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// The file to write; best on another disk
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replaces a file that is there
    #[arg(long)]
    force: bool,
}

/// Runs the command. Exit status 1 also where the copy was made of a journal that does not hold.
///
/// # Errors
/// The file is there, or cannot be written; the database is damaged.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (_, store) = arguments.place.look()?;
    let file = &arguments.file;
    if file.exists() && !arguments.force {
        bail!("{}: is there already; --force replaces it", file.display());
    }
    let copied = store
        .back_up(file, arguments.force, Clock::Real.now())
        .context("the database was not copied")?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}: {}", file.display(), told(&copied))?;
    broken(&mut out, &copied)
}

/// Size, and what the journal holds.
pub(super) fn told(copied: &Copied) -> String {
    let verified = &copied.verified;
    format!(
        "{} bytes, every page sound; {} chains, {} entries, {} mails sent, {} anchors {}",
        copied.bytes,
        verified.chains,
        verified.entries,
        verified.mails,
        verified.anchors.len(),
        match verified.broken.is_empty() {
            true => "hold",
            false => "do NOT all hold",
        }
    )
}

/// Names each chain that is broken.
pub(super) fn broken(out: &mut impl Write, copied: &Copied) -> anyhow::Result<ExitCode> {
    for broken in &copied.verified.broken {
        writeln!(out, "BROKEN {}", words::plain(&broken.to_string()))?;
    }
    Ok(match copied.verified.broken.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
