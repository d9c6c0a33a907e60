//! `mesad purge`.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::workplace::Place;
use super::{operate, words};
use crate::desk::clock::Clock;
use crate::desk::purge::{self, Counted};
use crate::office::Office;
use crate::store::{Cutoffs, Purger};

/// Blanks contents that have been kept long enough, as the desk does each night; see
/// docs/privacy.md.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  mesad purge --dry-run --config /etc/mesad\n\n\
    How long each kind is kept stands in desk.toml, [retention]. Journal entries and hashes stay."
)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Says what would be blanked, and changes nothing
    #[arg(long)]
    dry_run: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// The store failed.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (office, store) = match arguments.dry_run {
        true => arguments.place.look()?,
        false => arguments.place.change()?,
    };
    let now = Clock::Real.now();
    let retention = office.desk.retention;
    let what = purge::due(&store, &retention, now)?;
    if !arguments.dry_run {
        let by = format!("operator:{}", operate::login()?);
        let reason = "retention".to_owned();
        // All of it, before it is said that a reader keeps the log from being emptied.
        let blanked = purge::blank(&store, &what, &Purger { by, reason }, now);
        let beside = purge::beside(&store, &retention, now);
        blanked.and(beside)?;
    }
    let counted = Counted::of(&what);
    let cutoffs = purge::cutoffs(&retention, now);
    let text = match arguments.json {
        true => words::json(&as_json(arguments.dry_run, &counted, &cutoffs)),
        false => as_text(arguments.dry_run, &counted, &cutoffs, &office),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn kinds(cutoffs: &Cutoffs) -> [(&'static str, Option<DateTime<Utc>>); 5] {
    [
        ("mails_of_nothing", cutoffs.nothing),
        ("mails", cutoffs.mails),
        ("documents", cutoffs.documents),
        ("sent", cutoffs.sent),
        ("requests", cutoffs.requests),
    ]
}

fn as_text(dry_run: bool, counted: &Counted, cutoffs: &Cutoffs, office: &Office) -> String {
    let word = if dry_run { "would be " } else { "" };
    let mut text = format!(
        "{word}blanked: {} mails received, {} mails of the desk, {} requests\n",
        counted.mails, counted.sent, counted.requests
    );
    for (kind, before) in kinds(cutoffs) {
        let kept = match before {
            Some(at) => {
                let day = office.calendar.local(at, None).date_naive();
                format!("what ended before {day}")
            }
            None => "nothing, it is kept".to_owned(),
        };
        text += &format!("  {kind:<17} {kept}\n");
    }
    text
}

fn as_json(dry_run: bool, counted: &Counted, cutoffs: &Cutoffs) -> serde_json::Value {
    json!({
        "dry_run": dry_run,
        "mails": counted.mails,
        "sent": counted.sent,
        "requests": counted.requests,
        "before": kinds(cutoffs).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
    })
}
