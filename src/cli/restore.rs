//! `mesad restore`.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::backup;
use super::workplace::{DATABASE, Place, lock};
use crate::desk::clock::Clock;
use crate::store::{self, Prepared};

/// Puts a copy in the place of the database; the desk must be stopped.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The copy is checked first. What is replaced is kept beside it under a \
    dated name. At its next start\nthe desk takes from the mailbox what came since the copy was \
    made; see docs/storage.md."
)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// The copy: of `mesad backup`, of the scheduled ones, or a database as it lay
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Also a copy whose journal does not hold
    #[arg(long)]
    force: bool,
    /// Only checks the copy
    #[arg(long)]
    check: bool,
}

/// Runs the command.
///
/// # Errors
/// The desk runs, or the copy is not sound; nothing was changed then.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let state = arguments.place.state_or_make()?;
    fs::set_permissions(&state, fs::Permissions::from_mode(0o700))?;
    let _lock = lock(&state)?;
    let place = state.join(DATABASE);
    let prepared = store::prepare(&arguments.file, &place)
        .context("nothing was changed: the copy cannot be restored")?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{}: of {}, schema {}; {}",
        arguments.file.display(),
        prepared.copied.made_at.format("%Y-%m-%d %H:%M:%S UTC"),
        prepared.schema,
        backup::told(&prepared.copied)
    )?;
    let sound = backup::broken(&mut out, &prepared.copied)?;
    if arguments.check {
        return Ok(sound);
    }
    if !prepared.copied.verified.broken.is_empty() && !arguments.force {
        bail!("nothing was changed: the copy's journal does not hold; --force restores it anyway");
    }
    put(&mut out, prepared, &state)?;
    Ok(ExitCode::SUCCESS)
}

fn put(out: &mut impl Write, prepared: Prepared, state: &Path) -> anyhow::Result<()> {
    match prepared.put(Clock::Real.now())? {
        Some(kept) => writeln!(out, "what was there is kept: {}", kept.display())?,
        None => writeln!(out, "there was no database before")?,
    }
    if !state.join("key").exists() {
        writeln!(
            out,
            "the key of the tokens is missing: put the file `key` back into {} from where it was \
             saved, or run `mesad key --lost`",
            state.display()
        )?;
    }
    writeln!(
        out,
        "next: start the desk. It takes the mails that came since the copy was made from the \
         folders they were filed in,\nand sends nothing again that `{}` says was sent; if that \
         folder was itself brought back from a copy, remove it first.\nWhat nobody can tell waits: \
         `mesad held` lists it. Orders given since then (mesad decide, absence …) must be given \
         again.",
        state.join("sent").display()
    )?;
    Ok(())
}
