//! Tells the week as it goes: who wrote what, what the desk made of it, what it wrote, deadlines.

use std::io::Write;

use chrono::{DateTime, NaiveDate, Utc};

use crate::office::{FieldKind, Office, Value};
use crate::request::{Outcome, Request, State};
use crate::store::{HandledMail, JournalEvent};

/// Width of a line, in characters.
const WIDTH: usize = 98;
/// Where text begins, behind the hour and the mark.
const INDENT: usize = 11;

/// Writes the story.
pub(super) struct Story<'a> {
    out: &'a mut dyn Write,
    office: &'a Office,
    day: Option<NaiveDate>,
    minute: Option<DateTime<Utc>>,
}

impl<'a> Story<'a> {
    /// Begins.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn begin(out: &'a mut dyn Write, office: &'a Office) -> std::io::Result<Self> {
        writeln!(
            out,
            "A week of {}, played through the whole program with a simulated clock.\n\n  \
             <  a mail arrives       =  what the desk understood and did\n  \
             >  the desk writes      *  time has passed",
            office.desk.name
        )?;
        Ok(Self {
            out,
            office,
            day: None,
            minute: None,
        })
    }

    /// A paragraph of the story, in the words of the caller.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn line(&mut self, now: DateTime<Utc>, mark: char, text: &str) -> std::io::Result<()> {
        let local = self.office.calendar.local(now, None);
        if self.day != Some(local.date_naive()) {
            self.heading(local.date_naive())?;
        }
        let hour = match self.minute == Some(now) {
            true => "     ".to_owned(),
            false => local.format("%H:%M").to_string(),
        };
        self.minute = Some(now);
        let lines = wrapped(text, WIDTH - INDENT);
        for (number, line) in lines.iter().enumerate() {
            match number {
                0 => writeln!(self.out, "  {hour}  {mark} {line}")?,
                _ => writeln!(self.out, "{:INDENT$}  {line}", "")?,
            }
        }
        Ok(())
    }

    /// The heading of a day; days that were passed over because nobody works are named.
    fn heading(&mut self, day: NaiveDate) -> std::io::Result<()> {
        let calendar = &self.office.calendar;
        let passed = self.day.and_then(|last| last.succ_opt());
        let passed = passed.map(|first| first.iter_days().take_while(|d| *d < day));
        let passed: Vec<String> = passed
            .into_iter()
            .flatten()
            .map(|off| {
                let name = off.format("%A %-d").to_string();
                match calendar.day_off(off, None) {
                    Some(why) if !name.starts_with(why) => format!("{name} ({why})"),
                    _ => name,
                }
            })
            .collect();
        if !passed.is_empty() {
            let text = format!("No hour counts on {}.", passed.join(", "));
            writeln!(self.out, "\n{text}")?;
        }
        writeln!(self.out, "\n{}", day.format("%A %-d %B %Y"))?;
        self.day = Some(day);
        self.minute = None;
        Ok(())
    }

    /// What became of a mail that led to no event of a request.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn handled(&mut self, now: DateTime<Utc>, mail: &HandledMail) -> std::io::Result<()> {
        let text = match mail.reason.as_str() {
            "bulk" => "a newsletter: kept, never answered",
            "wrong-channel" => "the sender may not ask for this: told who must",
            "unclassified" => "none of the procedures: left for a person to look at",
            "not-allowed" => "the sender may not ask for this: left for a person to look at",
            "no-sender" => "nobody can tell who sent it: left for a person to look at",
            other => other,
        };
        self.line(now, '=', text)
    }

    /// What came of an event of a request.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn event(
        &mut self,
        now: DateTime<Utc>,
        event: &JournalEvent,
        request: &Request,
    ) -> std::io::Result<()> {
        let outcome = serde_json::from_value(event.outcome.clone().into());
        let mut text = format!("{}: ", request.number);
        match outcome {
            Ok(outcome) => text += &self.told(outcome, request, &event.cell),
            Err(_) => text += &event.outcome,
        }
        let mark = if event.input.is_some() { '=' } else { '*' };
        self.line(now, mark, &text)?;
        if matches!(outcome, Ok(Outcome::Opened | Outcome::OpenedIncomplete)) {
            self.line(now, ' ', &understood(request))?;
        }
        Ok(())
    }

    fn told(&self, outcome: Outcome, request: &Request, cell: &str) -> String {
        let waits = self.waits(request);
        match outcome {
            Outcome::Opened | Outcome::OpenedIncomplete => {
                format!("{}; {waits}", request.procedure.name)
            }
            Outcome::DataTaken => format!("data taken; {waits}"),
            Outcome::DataIncomplete => format!("data taken, not all; {waits}"),
            Outcome::Confirmed => format!("it is theirs ({cell}); {waits}"),
            Outcome::Disowned => "not theirs: closed".to_owned(),
            Outcome::Approved => format!("approved ({cell}); {waits}"),
            Outcome::Rejected => format!("rejected ({cell}): closed"),
            Outcome::PassedOn => format!("passed on; {waits}"),
            Outcome::AskedAgain => "not understood: asked again".to_owned(),
            Outcome::ConfirmationAsked => {
                format!("does not count yet ({cell}): asked back at the directory's address")
            }
            Outcome::Claimed => format!("taken; {waits}"),
            Outcome::Done => "done: closed".to_owned(),
            Outcome::PartlyDone => format!("done for some of its persons; {waits}"),
            Outcome::HandedOn => format!("handed on; {waits}"),
            Outcome::NotDone => "could not be done: closed".to_owned(),
            Outcome::Withdrawn => "taken back by its requester: closed".to_owned(),
            Outcome::StatusTold => "told how far it is".to_owned(),
            Outcome::ToldReceived => "the same request again: told that it was received".to_owned(),
            Outcome::Commented => "kept as a comment; it decides nothing".to_owned(),
            Outcome::HandedToDesk => "handed to the desk's people".to_owned(),
            Outcome::SubstituteAsked => format!("a substitute is asked; {waits}"),
            Outcome::AbsenceAwaited => format!("away, and back in time; {waits}"),
            Outcome::Overdue => format!("a step's hours have passed: told; {waits}"),
            Outcome::Repudiated => format!("a decision was not theirs: taken back; {waits}"),
            Outcome::Reminded => format!("reminded; {waits}"),
            Outcome::Warned => format!("{} % of its hours have passed; {waits}", request.warned),
            Outcome::Escalated => format!("its hours have passed: escalated; {waits}"),
            Outcome::DeadlineMoved => format!("another deadline: told; {waits}"),
            Outcome::RefusedAlreadyDecided => "decided already: told so".to_owned(),
            Outcome::RefusedChanged => "an answer to older data: told so".to_owned(),
            Outcome::RefusedNotAsked => "the sender was not asked: told so".to_owned(),
            Outcome::RefusedClosed => "closed already: told so".to_owned(),
            Outcome::Assigned => format!("given to somebody else; {waits}"),
            Outcome::Released => format!("taken from who had it; {waits}"),
            Outcome::Amended => format!("data changed by the desk; {waits}"),
            Outcome::Reclassified => format!("{} now; {waits}", request.procedure.name),
            Outcome::Reopened => format!("taken up again; {waits}"),
            Outcome::RefusedOperator => "an operator's act that does not fit".to_owned(),
            Outcome::Nothing => "nothing to do".to_owned(),
        }
    }

    /// For whom a request waits, and until when.
    fn waits(&self, request: &Request) -> String {
        let what = match &request.state {
            State::AwaitingData(_) => "data from",
            State::AwaitingConfirmation(_) => "confirmation by",
            State::AwaitingApproval(_) => "approval by",
            State::AwaitingWork(_) => "work by",
            State::Closed(_) => return "closed".to_owned(),
        };
        let now = request.timeline.last().map(|row| row.at);
        let due = now.and_then(|now| request.deadline(self.office, now));
        let due = due.map_or("its clock stands still".to_owned(), |at| {
            let region = request.clock_region(self.office);
            let local = self.office.calendar.local(at, region);
            local.format("due %a %-d %H:%M").to_string()
        });
        format!("waits for {what} {}; {due}", request.held_by())
    }
}

/// What was read of the data, with where from.
fn understood(request: &Request) -> String {
    let mut parts = vec![];
    for field in &request.procedure.fields {
        let Some(datum) = request.fields.get(&field.name) else {
            continue;
        };
        let value = match &datum.value {
            Value::Text(text) if field.kind == FieldKind::LongText => shortened(text, 24),
            Value::Text(text) => shortened(text, 40),
            Value::Persons(persons) => match persons.as_slice() {
                [one] => one.name.clone().unwrap_or_default(),
                many => format!("{} people", many.len()),
            },
        };
        parts.push(format!("{}={value}", field.name.as_str()));
    }
    let missing = request.procedure.fields.iter().filter(|f| f.required);
    let missing = missing.filter(|f| !request.fields.contains_key(&f.name));
    parts.extend(missing.map(|f| format!("{} MISSING", f.name.as_str())));
    parts.join(" | ")
}

fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// Text in lines of at most `width` characters, broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let used = lines.last().map_or(0, |line| line.chars().count());
        if used > 0 && used + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
