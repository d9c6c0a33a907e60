//! `mesad check --mailbox`: what lies in the mailbox, and what would become of it.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};

use super::words;
use super::workplace::Place;
use crate::desk::rehearse::{self, Preview, Rehearsed};
use crate::office::Office;

/// Mails whose fate is rehearsed.
const FIRST: usize = 10;

/// Looks into the mailbox; nothing in it is changed, and nothing is sent.
///
/// # Errors
/// The mailbox cannot be reached, or the configuration is wrong.
pub(super) fn run(place: &Place, since: Option<NaiveDate>) -> anyhow::Result<ExitCode> {
    let mut office = place.configuration.load()?;
    office.desk.start.since = since.or(office.desk.start.since);
    let mut mailbox = place.mailbox(&office)?;
    let known = place.look().ok().map(|(_, store)| store);
    let world = place.rehearsal(office)?;
    let preview = rehearse::preview(&mut mailbox, &world, known.as_ref(), FIRST)?;
    let text = report(&preview, &world.office, known.is_some());
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn report(preview: &Preview, office: &Office, is_known: bool) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out += words::plain(&text).trim_end();
        out.push('\n');
    };
    let day = |at: Option<DateTime<Utc>>| {
        at.map_or_else(
            || "-".to_owned(),
            |at| {
                let local = office.calendar.local(at, None);
                local.format("%Y-%m-%d %H:%M").to_string()
            },
        )
    };
    line(format!(
        "{} mails lie in the mailbox, the oldest of {}, the newest of {}",
        preview.lie,
        day(preview.oldest),
        day(preview.newest)
    ));
    if preview.known > 0 {
        line(format!("{} are known already", preview.known));
    }
    let start = office.desk.start;
    match start.since {
        Some(since) => line(format!(
            "{} are older than {since} and would be left as they are",
            preview.left
        )),
        None if !is_known && preview.taken > start.most as usize => line(format!(
            "the desk does not begin by itself with more than {} (most_at_start): name the first \
             day whose mails are to be handled, with --since",
            start.most
        )),
        None => {}
    }
    line(format!("{} would be taken", preview.taken));
    if preview.first.is_empty() {
        return out;
    }
    line(String::new());
    line(format!(
        "What would become of the first {}, for a desk that knows nothing yet (nothing is sent):",
        preview.first.len()
    ));
    for mail in &preview.first {
        line(format!(
            "  {}  {}: {}",
            day(Some(mail.received_at)),
            mail.sender,
            mail.subject
        ));
        line(format!("      {}", fate(mail)));
    }
    out
}

fn fate(mail: &Rehearsed) -> String {
    let aside = if mail.review { "set aside: " } else { "" };
    let told: Vec<String> = mail
        .told
        .iter()
        .map(|(message, to)| format!("{message} to {to}"))
        .collect();
    let told = match told.as_slice() {
        [] => "nothing would be sent".to_owned(),
        told => told.join(", "),
    };
    format!("{aside}{}; {told}", mail.reason)
}
