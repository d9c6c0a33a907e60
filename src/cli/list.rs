//! `mesad list`.

use std::io::Write;
use std::process::ExitCode;

use super::workplace::Place;
use crate::desk::DeskError;
use crate::desk::clock::Clock;
use crate::office::Office;
use crate::store::Parked;

/// Lists requests.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// Closed ones too
    #[arg(long)]
    all: bool,
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (office, store) = arguments.place.look()?;
    let all = arguments.all;
    let (listings, parked, inputs, due) = store.transact(move |books| {
        let numbers = books.numbers(all)?.into_iter();
        let listings = numbers.map(|number| (books.find_request(&number), number));
        Ok::<_, DeskError>((
            listings.collect::<Vec<_>>(),
            books.parked()?,
            books.count_inputs()?,
            books.count_due()?,
        ))
    })?;
    let now = Clock::Real.now();
    let mut out = std::io::stdout().lock();
    for (listing, number) in &listings {
        let request = match listing {
            Ok(Some(listing)) => &listing.request,
            Ok(None) => continue,
            Err(error) => {
                writeln!(out, "{number}  cannot be read: {error}")?;
                continue;
            }
        };
        let region = request.clock_region(&office);
        let due = match request.deadline(&office, now) {
            Some(at) => office
                .calendar
                .local(at, region)
                .format("%Y-%m-%d %H:%M")
                .to_string(),
            None => "clock stopped".to_owned(),
        };
        writeln!(
            out,
            "{}  {:<21} {:<32} {:<16} {}",
            request.number,
            request.state.shown(),
            request.procedure.id.as_str(),
            due,
            request.held_by(),
        )?;
    }
    for mail in &parked {
        writeln!(out, "{}", set_aside(mail, &office))?;
    }
    writeln!(
        out,
        "{} requests; mails: {} handled, {} set aside, {} waiting; {due} to send",
        listings.len(),
        inputs.done,
        inputs.parked,
        inputs.seen + inputs.stored,
    )?;
    Ok(ExitCode::SUCCESS)
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
    let line = format!(
        "mail:{:<5} {at:<16} set aside: {:<18} {} {}",
        mail.id, mail.reason, mail.sender, mail.subject
    );
    // What people wrote must not move the terminal's cursor.
    line.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
