//! `mesad verify`.

use std::io::Write;
use std::process::ExitCode;

use super::words::plain;
use super::workplace::Place;
use crate::desk::audit;
use crate::store::{Anchor, Verified};

/// Recomputes the journal's chains and says where one is broken; nothing is changed.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Hash of an anchor that was kept elsewhere, as in the log: it must stand in the chain
    #[arg(long, value_name = "HASH")]
    anchor: Option<String>,
}

/// Runs the command. Exit status 1 where something is broken.
///
/// # Errors
/// The store failed.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (_, store) = arguments.place.look()?;
    let verified = audit::verify(&store)?;
    let mut out = std::io::stdout().lock();
    for broken in &verified.broken {
        writeln!(out, "BROKEN {}", plain(&broken.to_string()))?;
    }
    let mut holds = verified.broken.is_empty();
    if let Some(kept) = &arguments.anchor {
        let known = verified.anchors.iter().find(|a| is(a, kept));
        holds &= known.is_some();
        match known {
            Some(anchor) => writeln!(out, "the anchor kept elsewhere is anchor {}", anchor.place)?,
            None => writeln!(out, "BROKEN anchors: none has the hash {}", plain(kept))?,
        }
    }
    writeln!(out, "{}", sum(&verified, holds))?;
    Ok(match holds {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn sum(verified: &Verified, holds: bool) -> String {
    let word = if holds { "all hold" } else { "NOT all hold" };
    let last = verified.anchors.last().map_or(String::new(), |anchor| {
        format!("; last anchor {} {}", anchor.place, hex(anchor))
    });
    format!(
        "{} chains, {} entries, {} mails sent, {} anchors: {word}; {} contents were purged{last}",
        verified.chains,
        verified.entries,
        verified.mails,
        verified.anchors.len(),
        verified.purged,
    )
}

fn hex(anchor: &Anchor) -> String {
    anchor.hash.iter().map(|b| format!("{b:02x}")).collect()
}

fn is(anchor: &Anchor, kept: &str) -> bool {
    hex(anchor).eq_ignore_ascii_case(kept.trim())
}
