//! `mesad list`.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::workplace::Place;
use super::{access, setup, words};
use crate::desk::DeskError;
use crate::desk::clock::Clock;
use crate::office::Office;
use crate::request::{Request, State};
use crate::store::{Counts, Listing, Parked, StoreError};

/// Lists requests: the open ones, and the mails that wait for a person.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  mesad list --config /etc/mesad\n  \
    mesad list --late --json\n\n\
    LATE stands before what is past its time. What to do with a mail that is set aside:\n  \
    mesad reclassify mail:12 PROCEDURE|none|NUMBER --reason …\n  mesad retry 12")]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Closed ones too
    #[arg(long)]
    all: bool,
    /// Only those past their time
    #[arg(long)]
    late: bool,
    /// As JSON: requests and mails set aside
    #[arg(long)]
    json: bool,
}

/// What is listed.
struct Found {
    listings: Vec<(Result<Option<Listing>, StoreError>, String)>,
    parked: Vec<Parked>,
    inputs: Counts,
    due: u32,
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (office, store) = arguments.place.look()?;
    // A list says little of anybody, and must be there when the disk is full.
    if let Err(error) = access::note(&arguments.place, "list", "") {
        setup::print_error(&format!("warning: {error:#}"));
    }
    let all = arguments.all;
    let mut found = store.transact(move |books| {
        let numbers = books.numbers(all)?.into_iter();
        let listings = numbers.map(|number| (books.find_request(&number), number));
        Ok::<_, DeskError>(Found {
            listings: listings.collect(),
            parked: books.parked()?,
            inputs: books.count_inputs()?,
            due: books.count_due()?,
        })
    })?;
    let now = Clock::Real.now();
    if arguments.late {
        found.listings.retain(|(listing, _)| match listing {
            Ok(Some(listing)) => is_late(&listing.request, &office, now),
            Ok(None) => false,
            // One that cannot be read may be late.
            Err(_) => true,
        });
    }
    let text = match arguments.json {
        true => as_json(&found, &office, now),
        false => as_table(&found, &office, now),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn is_late(request: &Request, office: &Office, now: DateTime<Utc>) -> bool {
    !is_closed(request) && request.deadline(office, now).is_some_and(|due| due < now)
}

fn is_closed(request: &Request) -> bool {
    matches!(request.state, State::Closed(_))
}

fn as_table(found: &Found, office: &Office, now: DateTime<Utc>) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out += words::plain(&text).trim_end();
        out.push('\n');
    };
    if !found.listings.is_empty() {
        line(row(["", "NUMBER", "STATE", "PROCEDURE", "DUE", "HELD BY"]));
    }
    for (listing, number) in &found.listings {
        let request = match listing {
            Ok(Some(listing)) => &listing.request,
            Ok(None) => continue,
            Err(error) => {
                line(format!("     {number}  cannot be read: {error}"));
                continue;
            }
        };
        let late = if is_late(request, office, now) {
            "LATE"
        } else {
            ""
        };
        line(row([
            late,
            &request.number,
            &request.state.shown().replace('-', " "),
            request.procedure.id.as_str(),
            &due(request, office, now),
            &request.held_by(),
        ]));
    }
    if !found.parked.is_empty() {
        line(String::new());
        line("Mails set aside for a person".to_owned());
    }
    for mail in &found.parked {
        line(set_aside(mail, office));
    }
    let inputs = found.inputs;
    line(format!(
        "{} requests; mails: {} handled, {} set aside, {} waiting; {} to send",
        found.listings.len(),
        inputs.done,
        inputs.parked,
        inputs.seen + inputs.stored,
        found.due,
    ));
    out
}

fn row([late, number, state, procedure, due, held_by]: [&str; 6]) -> String {
    format!("{late:<4} {number:<18} {state:<22} {procedure:<31} {due:<16} {held_by}")
}

/// When it is due, where the office is.
fn due(request: &Request, office: &Office, now: DateTime<Utc>) -> String {
    if is_closed(request) {
        return String::new();
    }
    match request.deadline(office, now) {
        Some(at) => {
            let local = office.calendar.local(at, request.clock_region(office));
            local.format("%Y-%m-%d %H:%M").to_string()
        }
        None => "clock stopped".to_owned(),
    }
}

/// The line of a mail that waits for a person.
fn set_aside(mail: &Parked, office: &Office) -> String {
    let at = mail.received_at.map_or_else(
        || "not fetched".to_owned(),
        |at| {
            let local = office.calendar.local(at, None);
            local.format("%Y-%m-%d %H:%M").to_string()
        },
    );
    let id = format!("mail:{}", mail.id);
    let why = words::set_aside(&mail.reason);
    let (sender, subject) = (&mail.sender, &mail.subject);
    format!("     {id:<18} {why:<30} {at:<16} {sender}: {subject}")
}

fn as_json(found: &Found, office: &Office, now: DateTime<Utc>) -> String {
    let listed = |(listing, number): &(Result<Option<Listing>, StoreError>, String)| {
        let request = match listing {
            Ok(Some(listing)) => &listing.request,
            Ok(None) => return None,
            Err(error) => return Some(json!({ "number": number, "error": error.to_string() })),
        };
        let holders: Vec<_> = request
            .holders()
            .into_iter()
            .map(|p| json!({ "name": p.name, "address": p.address }))
            .collect();
        Some(json!({
            "number": request.number,
            "state": request.state.shown(),
            "procedure": request.procedure.id.as_str(),
            "requester": request.requester.address,
            "received_at": request.opened_at,
            "due": request.deadline(office, now).filter(|_| !is_closed(request)),
            "late": is_late(request, office, now),
            "held_by": holders,
        }))
    };
    let parked = |mail: &Parked| {
        json!({
            "mail": mail.id,
            "reason": mail.reason,
            "received_at": mail.received_at,
            "sender": mail.sender,
            "subject": mail.subject,
        })
    };
    let all = json!({
        "requests": found.listings.iter().filter_map(listed).collect::<Vec<_>>(),
        "set_aside": found.parked.iter().map(parked).collect::<Vec<_>>(),
    });
    words::json(&all)
}
