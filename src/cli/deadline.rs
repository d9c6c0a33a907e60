//! `mesad deadline`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use clap::ValueEnum;
use serde_json::json;

use super::setup;
use crate::calendar::{Calendar, Deadline, Hours};
use crate::office::{Office, Region};

/// Says when a number of working hours have passed, and why.
///
/// Local times are those of the region, or else of the office. One that exists twice, where the
/// clock is set back, is taken as the first; one that does not exist, where it is set forward, as
/// the moment of the change. Write the offset (2026-04-04T23:30:00-04:00) to say which is meant.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// When the time begins: "2026-09-17 15:30" local time (seconds and a T allowed), or RFC 3339
    /// with an offset. May be given several times; answers come in the same order.
    #[arg(long, required = true, value_name = "TIME", value_parser = parse_moment)]
    from: Vec<Moment>,
    /// Working hours to add: 24, 1.5 or 1:30.
    #[arg(long, value_parser = parse_hours, value_name = "HOURS")]
    hours: TimeDelta,
    /// Whose holidays and zone hold: a region of the configuration, by its name or a synonym.
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    #[command(flatten)]
    configuration: setup::Configuration,
    /// How working hours are read; without it, as the configuration says.
    #[arg(long)]
    reading: Option<Reading>,
    /// One JSON object a line: `from`, `deadline` (RFC 3339, local offset), `hours`, `reading`,
    /// `region`, `zone`, `steps` (`date`, `weekday`, `used_seconds`, `left_seconds`, `why`).
    #[arg(long)]
    json: bool,
}

/// The two readings of "horas hábiles".
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reading {
    /// Office hours tick.
    Office,
    /// All hours of a working day tick.
    WorkingDays,
}

/// A time as it was given.
#[derive(Clone, Copy, Debug)]
enum Moment {
    Local(NaiveDateTime),
    Instant(DateTime<Utc>),
}

/// One question and what it was answered from.
struct Answer<'a> {
    calendar: &'a Calendar,
    region: Option<&'a str>,
    hours: TimeDelta,
    from: DateTime<Utc>,
    deadline: Deadline,
}

/// Runs the command.
///
/// # Errors
/// Where the configuration cannot be read, or so much working time does not come within ten years.
/// An unknown region ends with status 2.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let office = arguments.configuration.load()?;
    let region = match &arguments.region {
        None => None,
        Some(name) => match region_called(&office, name) {
            Some(region) => Some(region.name.as_str()),
            None => {
                setup::print_error(&unknown_region(&office, name));
                return Ok(ExitCode::from(2));
            }
        },
    };
    let mut calendar = (*office.calendar).clone();
    match arguments.reading {
        Some(Reading::Office) => calendar.hours = Hours::Office,
        Some(Reading::WorkingDays) => calendar.hours = Hours::WorkingDays,
        None => {}
    }
    let mut out = std::io::stdout().lock();
    for moment in &arguments.from {
        let from = match *moment {
            Moment::Local(local) => calendar.instant(local, region),
            Moment::Instant(instant) => instant,
        };
        let answer = Answer {
            calendar: &calendar,
            region,
            hours: arguments.hours,
            from,
            deadline: calendar.deadline(from, arguments.hours, region),
        };
        if answer.deadline.is_out_of_reach() {
            anyhow::bail!("the calendar does not hold so many working hours in ten years");
        }
        if arguments.json {
            writeln!(out, "{}", answer.to_json())
        } else {
            answer.print(&mut out)
        }
        .context("writing the answer")?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Answer<'_> {
    fn to_json(&self) -> serde_json::Value {
        let steps: Vec<_> = self
            .deadline
            .steps
            .iter()
            .map(|step| {
                json!({
                    "date": step.date.to_string(),
                    "weekday": step.date.format("%A").to_string(),
                    "used_seconds": step.used.num_seconds(),
                    "left_seconds": step.left.num_seconds(),
                    "why": step.why,
                })
            })
            .collect();
        json!({
            "from": self.local(self.from).to_rfc3339(),
            "hours": self.hours.as_seconds_f64() / 3_600.0,
            "reading": reading_name(self.calendar.hours),
            "region": self.region,
            "zone": self.local(self.from).timezone().name(),
            "deadline": self.local(self.deadline.at).to_rfc3339(),
            "steps": steps,
        })
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let (from, due) = (self.local(self.from), self.local(self.deadline.at));
        let zone = due.timezone().name();
        let counted = match self.calendar.hours {
            Hours::Office => "office hours",
            Hours::WorkingDays => "all hours of working days",
        };
        writeln!(out, "{}  ({zone})", due.format("%A %Y-%m-%d %H:%M:%S %:z"))?;
        writeln!(
            out,
            "{} h after {}, {counted}",
            span(self.hours),
            from.format("%A %Y-%m-%d %H:%M:%S %:z")
        )?;
        for step in &self.deadline.steps {
            let day = step.date.format("%a %Y-%m-%d");
            let (used, left) = (span(step.used), span(step.left));
            writeln!(out, "  {day}  used {used:>6}  left {left:>6}  {}", step.why)?;
        }
        Ok(())
    }

    fn local(&self, at: DateTime<Utc>) -> DateTime<chrono_tz::Tz> {
        self.calendar.local(at, self.region)
    }
}

fn reading_name(hours: Hours) -> &'static str {
    match hours {
        Hours::Office => "office",
        Hours::WorkingDays => "working-days",
    }
}

/// "7:30", with seconds where there are some.
fn span(time: TimeDelta) -> String {
    let (hours, minutes) = (time.num_hours(), time.num_minutes() % 60);
    match time.num_seconds() % 60 {
        0 => format!("{hours}:{minutes:02}"),
        seconds => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// # Errors
/// What is wrong with it.
fn parse_moment(text: &str) -> Result<Moment, String> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(Moment::Instant(instant.to_utc()));
    }
    ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&text.replacen('T', " ", 1), form).ok())
        .map(Moment::Local)
        .ok_or_else(|| "write it as 2026-09-17 15:30, or as 2026-09-17T15:30:00-03:00".to_owned())
}

/// # Errors
/// What is wrong with it.
fn parse_hours(text: &str) -> Result<TimeDelta, String> {
    let whole = |text: &str| text.parse::<u32>().ok().map(i64::from);
    let seconds = match text.split_once([':', '.']) {
        None => whole(text).map(|hours| hours * 3_600),
        Some((hours, minutes)) if text.contains(':') => whole(hours)
            .zip(whole(minutes).filter(|m| *m < 60))
            .map(|(hours, minutes)| hours * 3_600 + minutes * 60),
        Some((hours, part)) => whole(hours)
            .zip(whole(part).zip(10_i64.checked_pow(u32::try_from(part.len()).unwrap_or(99))))
            .map(|(hours, (part, of))| hours * 3_600 + part * 3_600 / of),
    };
    seconds
        .map(TimeDelta::seconds)
        .ok_or_else(|| "write hours as 24, 1.5 or 1:30".to_owned())
}

/// The region that people call so; case and accents do not matter.
fn region_called<'a>(office: &'a Office, name: &str) -> Option<&'a Region> {
    let folded = |text: &str| deunicode::deunicode(text.trim()).to_lowercase();
    let wanted = folded(name);
    office.regions.iter().find(|region| {
        let names = std::iter::once(&region.name).chain(&region.synonyms);
        names.into_iter().any(|name| folded(name) == wanted)
    })
}

fn unknown_region(office: &Office, name: &str) -> String {
    let names: Vec<_> = office.regions.iter().map(|r| r.name.as_str()).collect();
    format!(
        "there is no region `{name}`; the regions are {}",
        names.join(", ")
    )
}
