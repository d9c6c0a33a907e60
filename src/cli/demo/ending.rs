//! The end of the week: what became of each request, and what to look at next.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use crate::desk::DeskError;
use crate::office::Office;
use crate::request::{Request, State};
use crate::store::{Counts, Store};

/// What the books say at the end.
#[derive(Debug)]
pub(super) struct Ending {
    requests: Vec<Request>,
    mails: Counts,
    unsent: u32,
    sent: usize,
}

impl Ending {
    /// Reads it from the store.
    ///
    /// # Errors
    /// The store failed.
    pub fn read(store: &Store, sent: usize) -> anyhow::Result<Self> {
        Ok(store.transact(move |books| {
            let mut listings = books.list_requests(true)?;
            listings.reverse();
            Ok::<_, DeskError>(Self {
                requests: listings.into_iter().map(|l| l.request).collect(),
                mails: books.count_inputs()?,
                unsent: books.count_due()?,
                sent,
            })
        })?)
    }

    /// In words.
    pub fn text(&self, office: &Office, now: DateTime<Utc>, folder: &Path) -> String {
        let mut text = String::from("\nAt the end of the week\n");
        let mut late = 0;
        for request in &self.requests {
            let took = taken(request, office, now);
            let over = took > TimeDelta::hours(i64::from(request.procedure.hours));
            late += u32::from(over);
            let _ = writeln!(
                text,
                "  {}  {:<13} {:<32} {:>2}:{:02} of {} h{}",
                request.number,
                request.state.shown(),
                request.procedure.id.as_str(),
                took.num_hours(),
                took.num_minutes() % 60,
                request.procedure.hours,
                if over { "  LATE" } else { "" },
            );
        }
        let Counts { done, parked, .. } = self.mails;
        let waiting = self.mails.seen + self.mails.stored;
        let _ = writeln!(
            text,
            "\n  {} requests, {late} late; hours are working hours in which its clock ran.\n  \
             {} mails arrived: {done} handled, {parked} left for a person, {waiting} waiting.\n  \
             {} mails of the desk: {} sent, {} to send.",
            self.requests.len(),
            done + parked + waiting,
            self.sent + self.unsent as usize,
            self.sent,
            self.unsent
        );
        text + &next(folder)
    }
}

/// Working time from the first mail to the end, without the time in which the clock stood still.
fn taken(request: &Request, office: &Office, now: DateTime<Utc>) -> TimeDelta {
    let region = request.clock_region(office);
    let end = match &request.state {
        State::Closed(closed) => closed.at,
        _ => now,
    };
    let time = |from, to| office.calendar.working_time(from, to, region);
    let pauses = request.pauses.iter();
    let paused: TimeDelta = pauses
        .map(|p| time(p.from, p.until.unwrap_or(end)))
        .fold(TimeDelta::zero(), |sum, pause| sum + pause);
    time(request.opened_at, end) - paused
}

fn next(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "\nLook next (in a checkout, `cargo run --release --` stands for `mesad`):\n  \
         {folder}/index.html                   every mail of the week, in a browser\n  \
         mesad list --work {folder} --all      the requests\n  \
         mesad show --work {folder} 2          one of them: its data, who held it, its journal\n"
    )
}
