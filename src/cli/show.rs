//! `mesad show`.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, Utc};

use super::workplace::Place;
use super::{access, find, words};
use crate::desk::DeskError;
use crate::desk::clock::Clock;
use crate::office::{Office, PersonId, Source, Value};
use crate::request::{RelatedKind, Request, missing_fields};
use crate::store::{Entry, Listing, Told};

/// Shows one request: its data with their evidence, who held it how long, its journal and mails.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mesad show 123 --config /etc/mesad")]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// The number: SIGEC-2026-000123, or its last digits
    number: String,
    /// For programs: one JSON object, whose names docs/operators.md lists
    #[arg(long, conflicts_with = "audit")]
    json: bool,
    /// The record for an auditor, in Spanish: who, when, by which rule, and whether its chain holds
    #[arg(long)]
    audit: bool,
}

/// Runs the command.
///
/// # Errors
/// There is no such request, or the store failed.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (office, store) = arguments.place.look()?;
    let (_, number) = find::request(&store, &arguments.number)?;
    access::note(&arguments.place, "show", &number)?;
    if arguments.audit {
        let record = super::audit::find(&store, &arguments.number)?;
        let text = super::audit::text(&record, &office);
        std::io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let found = store.transact(move |books| {
        let Some(listing) = books.find_request(&number)? else {
            return Ok::<_, DeskError>(None);
        };
        let entries = books.entries(listing.request.id)?;
        let notices = books.notices_of(listing.request.id)?;
        let continued_by = books.continued_by(listing.request.id)?;
        Ok(Some((listing, entries, notices, continued_by)))
    })?;
    let Some((listing, entries, notices, continued_by)) = found else {
        anyhow::bail!(
            "no request {}; `mesad list --all` shows all",
            arguments.number
        );
    };
    if arguments.json {
        let text = super::show_json::text(&listing, (&entries, &notices), &office);
        std::io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = Page {
        office: &office,
        request: &listing.request,
        out: String::new(),
    };
    page.head(&listing);
    page.data();
    page.wanting();
    page.approvals();
    page.holds();
    page.remarks(&continued_by);
    page.life(&entries);
    page.line("");
    page.line("Mails");
    for told in &notices {
        let at = page.time(told.at);
        let Told {
            message,
            address: to,
            state,
            last_reply: reply,
            ..
        } = told;
        page.line(&format!("  {at}  {state:<6} {message:<22} {to}  {reply}"));
    }
    std::io::stdout().lock().write_all(page.out.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

struct Page<'a> {
    office: &'a Office,
    request: &'a Request,
    out: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        // What people wrote must not move the terminal's cursor.
        self.out += words::plain(text).trim_end();
        self.out.push('\n');
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        let region = self.request.clock_region(self.office);
        self.office
            .calendar
            .local(at, region)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }

    fn head(&mut self, listing: &Listing) {
        let request = self.request;
        self.line(&format!("{}  {}", request.number, request.procedure.name));
        self.line(&format!(
            "State      {}, {}",
            request.state.shown().replace('-', " "),
            match request.held_by() {
                by if by.is_empty() => "nobody holds it".to_owned(),
                by => format!("held by {by}"),
            }
        ));
        let by = &request.requester;
        self.line(&format!("Requester  {} <{}>", by.name, by.address));
        if request.sender.address != by.address {
            let sender = &request.sender;
            self.line(&format!("Sent by    {} <{}>", sender.name, sender.address));
        }
        if let Some(related) = &request.related {
            let how = match related.kind {
                RelatedKind::Continues => "Continues ",
                RelatedKind::SameMemorandum => "Same memo ",
            };
            self.line(&format!("{how} {}", related.number));
        }
        let opened = self.time(request.opened_at);
        self.line(&format!("Received   {opened}"));
        let due = match request.deadline(self.office, Clock::Real.now()) {
            Some(at) => self.time(at),
            None => "clock stopped while the desk waits for the requester".to_owned(),
        };
        self.line(&format!(
            "Due        {due} ({} working hours)",
            request.procedure.hours
        ));
        if let Some(wake) = listing.wake {
            let at = self.time(wake.at);
            self.line(&format!("Next       {at} {}", words::wake(wake.reason)));
        }
    }

    fn data(&mut self) {
        self.line("");
        self.line("Data");
        for (name, datum) in &self.request.fields {
            let value = match &datum.value {
                Value::Text(text) => text.clone(),
                Value::Persons(persons) => {
                    serde_json::to_string(persons).unwrap_or_else(|error| error.to_string())
                }
            };
            let evidence = &datum.evidence;
            let source = match &evidence.source {
                Source::Subject => "subject".to_owned(),
                Source::Body => "body".to_owned(),
                Source::Forwarded => "forwarded mail".to_owned(),
                Source::Document(name) => name.clone(),
                Source::Directory => "directory".to_owned(),
                Source::Operator(name) => format!("operator {name}"),
                Source::Request(number) => format!("request {number}"),
            };
            let place = format!("{source}:{}", evidence.line);
            self.line(&format!("  {:<28} {value}", name.as_str()));
            self.line(&format!("  {:<28} · {place}: “{}”", "", evidence.quote));
        }
    }

    fn wanting(&mut self) {
        for field in missing_fields(self.request) {
            self.line(&format!("  {:<28} MISSING", field.name.as_str()));
        }
        for invalid in &self.request.invalid {
            let name = invalid.field.as_str();
            self.line(&format!(
                "  {name:<28} REFUSED “{}”: {}",
                invalid.value, invalid.why
            ));
        }
    }

    /// Who approved as what, for whom and why, and by which cell of the table it counted.
    fn approvals(&mut self) {
        if self.request.approvals.is_empty() {
            return;
        }
        self.line("");
        self.line("Approvals");
        let directory = &self.office.directory;
        let name = |id: &PersonId| {
            directory
                .person(id)
                .map_or(id.0.clone(), |p| p.name.clone())
        };
        for approval in &self.request.approvals {
            let role = directory.role(&approval.role);
            let role = role.map_or(approval.role.0.as_str(), |r| r.name.as_str());
            let by = match (&approval.standing_in_for, approval.motive) {
                (Some(absent), Some(motive)) => format!(
                    "{} por {} (subrogante, {})",
                    approval.by.name,
                    name(absent),
                    motive.shown()
                ),
                (Some(absent), None) => {
                    format!("{} por {} (subrogante)", approval.by.name, name(absent))
                }
                (None, _) => approval.by.name.clone(),
            };
            let at = self.time(approval.at);
            let named = approval.delegated_by.as_ref();
            let named = named.map_or(String::new(), |p| format!(" (lo indicó {})", p.name));
            self.line(&format!("  {at}  {by}{named}, {role}  {}", approval.cell));
        }
    }

    fn holds(&mut self) {
        self.line("");
        self.line("Who held it (working time)");
        let region = self.request.clock_region(self.office);
        for hold in &self.request.holds {
            let until = hold.until.unwrap_or_else(|| Clock::Real.now());
            let time = self.office.calendar.working_time(hold.from, until, region);
            let (hours, minutes) = (time.num_hours(), time.num_minutes() % 60);
            let from = self.time(hold.from);
            let still = if hold.until.is_none() { ", still" } else { "" };
            self.line(&format!(
                "  {from}  {hours:>3} h {minutes:02} min  {:<12} {}{still}",
                words::of(hold.waiting_for),
                hold.by
            ));
        }
    }

    /// What others wrote, and what waits for its sender's word.
    fn remarks(&mut self, continued_by: &[String]) {
        for unconfirmed in &self.request.unconfirmed {
            let by = &unconfirmed.by.name;
            self.line("");
            self.line(&format!("Kept until {by} says that it is theirs"));
        }
        if !self.request.remarks.is_empty() {
            self.line("");
            self.line("Written by others");
        }
        for remark in &self.request.remarks {
            let at = self.time(remark.at);
            let by = format!("{} <{}>", remark.by.name, remark.by.address);
            self.line(&format!("  {at}  {by}"));
            for line in remark.text.lines() {
                self.line(&format!("    {line}"));
            }
            for document in &remark.documents {
                self.line(&format!("    [{}]", document.name));
            }
        }
        if !continued_by.is_empty() {
            self.line("");
            self.line(&format!("Continued by {}", continued_by.join(", ")));
        }
    }

    fn life(&mut self, entries: &[Entry]) {
        self.line("");
        self.line("Life");
        for row in &self.request.timeline {
            let at = self.time(row.at);
            self.line(&format!("  {at}  {:<20} {}", words::of(row.what), row.who));
        }
        self.line("");
        self.line("Journal");
        for entry in entries {
            let at = self.time(entry.at);
            let input = match entry.input {
                Some(id) => format!("mail {id}"),
                None if entry.cell.starts_with("operator:") => "by hand".to_owned(),
                None => "time".to_owned(),
            };
            self.line(&format!(
                "  {at}  {:<20} {input:<10} {}",
                entry.outcome.replace('-', " "),
                entry.cell
            ));
        }
    }
}
