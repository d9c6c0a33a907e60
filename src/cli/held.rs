//! `mesad held`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use super::workplace::Place;
use super::{access, setup, words};
use crate::desk::clock::Clock;
use crate::desk::{DeskError, mask, recover};
use crate::points::{self, Point};
use crate::store::Held;

/// Lists mails that may have been sent already before a restore; has them sent, or not.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "After a restore, what may have gone out in the lost time is held where \
    nothing tells whether it did.\n  \
    mesad held --send 12 13   they had not arrived: they go out\n  \
    mesad held --sent --all   they had arrived: they are not sent again"
)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Numbers of mails, as the list shows them
    mails: Vec<i64>,
    /// All of them
    #[arg(long, conflicts_with = "mails")]
    all: bool,
    /// Has them sent
    #[arg(long, conflicts_with = "sent")]
    send: bool,
    /// Ends them: they had been sent before the restore
    #[arg(long)]
    sent: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// The store failed, or no mail was named.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.send || arguments.sent {
        return decide(arguments);
    }
    if arguments.all || !arguments.mails.is_empty() {
        bail!("say what becomes of them: --send, or --sent");
    }
    let (_, store) = arguments.place.look()?;
    // A list must be there when the disk is full.
    if let Err(error) = access::note(&arguments.place, "held", "") {
        setup::print_error(&format!("warning: {error:#}"));
    }
    let (held, recovering) =
        store.transact(|books| Ok::<_, DeskError>((books.held()?, books.lost()?.is_some())))?;
    let mut out = std::io::stdout().lock();
    if arguments.json {
        let list: Vec<_> = held.iter().map(as_json).collect();
        writeln!(
            out,
            "{:#}",
            json!({ "recovering": recovering, "held": list })
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    for one in &held {
        let at = one.born_at.format("%Y-%m-%d %H:%M UTC");
        let Held {
            id,
            number,
            message,
            address,
            ..
        } = one;
        let line = format!("{id:>6}  {at}  {message:<24} {number:<18} {address}");
        writeln!(out, "{}", words::plain(&line).trim_end())?;
    }
    let more = match recovering {
        true => "; the desk still takes what came since the copy: start it, and look again",
        false => "",
    };
    writeln!(out, "{} mails are held{more}", held.len())?;
    Ok(ExitCode::SUCCESS)
}

fn decide(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if !arguments.all && arguments.mails.is_empty() {
        bail!("name the mails, or --all");
    }
    let (_, store) = arguments.place.change()?;
    let (ids, send) = (arguments.mails.clone(), arguments.send);
    let ids = Some(ids).filter(|_| !arguments.all);
    let now = Clock::Real.now();
    let done = store.transact(move |books| {
        if books.lost()?.is_some() {
            return Ok(None);
        }
        let done = recover::decide(books, ids.as_deref(), send, now)?;
        Ok::<_, DeskError>(Some(done))
    })?;
    points::here(Point::Released);
    let Some(done) = done else {
        bail!("the desk still takes what came since the copy: start it, and decide afterwards");
    };
    let what = if send { "go out" } else { "are ended as sent" };
    writeln!(std::io::stdout().lock(), "{done} mails {what}")?;
    Ok(ExitCode::SUCCESS)
}

fn as_json(held: &Held) -> serde_json::Value {
    json!({
        "mail": held.id,
        "message": held.message,
        "request": Some(&held.number).filter(|n| !n.is_empty()),
        "to": mask::address(&held.address),
        "born_at": held.born_at,
    })
}
