//! `mesad reconcile`.

use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

use serde_json::json;

use super::words;
use super::workplace::Place;
use crate::desk::clock::Clock;
use crate::desk::reconcile::{self, Gap, GapKind, Report};
use crate::mailbox::Folder;
use crate::office::{Filing, MailboxSettings, Office};

/// Compares what lies in the mailbox with what the desk knows; status 1 where there is a gap.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Nothing is changed, and the desk may run meanwhile, which does the same \
    each night.\nWhat each kind of gap means, and what to do: docs/mailbox.md"
)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// The mailbox cannot be reached, or there is no database.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (office, store) = arguments.place.look()?;
    let mut mailbox = arguments.place.mailbox(&office)?;
    let report = reconcile::compare(&mut mailbox, &store, Clock::Real.now())?;
    let text = match arguments.json {
        true => as_json(&report),
        false => as_text(&report, &office),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(match report.gaps.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn as_json(report: &Report) -> String {
    let counts = report.counts.iter().map(|count| {
        json!({
            "folder": count.folder.name(),
            "mails": count.lie,
            "known": count.known,
            "to_be_taken": count.awaited,
        })
    });
    let gaps = report.gaps.iter().map(|gap| {
        json!({
            "kind": gap.kind.name(),
            "folder": gap.lies.as_ref().map(|(folder, _)| folder.name()),
            "uidvalidity": gap.lies.as_ref().map(|(_, uid)| uid.validity),
            "uid": gap.lies.as_ref().map(|(_, uid)| uid.uid.clone()),
            "mail": gap.input,
            "message_id": gap.message_id,
            "since": gap.since,
        })
    });
    let all = json!({
        "in_mailbox": report.lie(),
        "accounted_for": report.accounted(),
        "folders": counts.collect::<Vec<_>>(),
        "before_start": report.before_start,
        "not_there_any_more": report.missing,
        "gaps": gaps.collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

/// A folder's name as people see it in their mail programs.
fn shown(office: &Office, folder: Folder) -> String {
    let (home, filing) = match &office.desk.mailbox {
        MailboxSettings::Maildir { path, filing } => (path, filing),
        MailboxSettings::Imap { server, filing } => (&server.folder, filing),
    };
    match (folder, filing) {
        (Folder::Done, Filing::Move { done, .. }) => done.clone(),
        (Folder::Review, Filing::Move { review, .. }) => review.clone(),
        (_, _) => home.clone(),
    }
}

fn as_text(report: &Report, office: &Office) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        let _ = writeln!(out, "{}", words::plain(&text).trim_end());
    };
    for count in &report.counts {
        let awaited = match count.awaited {
            0 => String::new(),
            n => format!(", {n} to be taken at the next look"),
        };
        let folder = shown(office, count.folder);
        if count.lie > 0 || count.folder == Folder::Incoming {
            line(format!(
                "{folder:<16} {} mails, {} known{awaited}",
                count.lie, count.known
            ));
        }
    }
    line(format!(
        "{} in the mailbox, {} accounted for",
        report.lie(),
        report.accounted()
    ));
    if report.before_start > 0 {
        let count = report.before_start;
        line(format!(
            "{count} are older than the desk, which leaves them alone"
        ));
    }
    if report.missing > 0 {
        let some: Vec<String> = report.missing_first.iter().map(i64::to_string).collect();
        line(format!(
            "{} are not where they were filed any more: somebody moved or deleted them, which is \
             allowed (mails {}{})",
            report.missing,
            some.join(", "),
            if report.missing as usize > some.len() {
                ", …"
            } else {
                ""
            }
        ));
    }
    for gap in &report.gaps {
        line(gap_line(gap, office));
    }
    out
}

fn gap_line(gap: &Gap, office: &Office) -> String {
    let what = match gap.kind {
        GapKind::Unknown => {
            "is filed and the desk does not know it; to have it handled, move it back to be read"
        }
        GapKind::NotTaken => "lies there and was not taken; does the desk run? see its log",
        GapKind::NotFetched => "was seen and cannot be fetched; see the log",
        GapKind::NotHandled => "is stored and not handled; does the desk run? see its log",
        GapKind::NotFiled => "was handled and cannot be filed; see the log",
    };
    let local = office.calendar.local(gap.since, None);
    let since = local.format("%Y-%m-%d %H:%M");
    let place = gap.lies.as_ref().map_or_else(String::new, |(folder, uid)| {
        format!("{} UID {} ", shown(office, *folder), uid.uid)
    });
    let which = match (gap.input, gap.message_id.as_str()) {
        (Some(id), _) => format!("mail:{id}"),
        (None, "") => "without Message-ID".to_owned(),
        (None, id) => format!("<{id}>"),
    };
    format!("GAP {:<12} {since}  {place}{which} {what}", gap.kind.name())
}
