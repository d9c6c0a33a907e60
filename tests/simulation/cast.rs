//! The people of the office: how quick and how careful each is, when each is away.

use chrono::{DateTime, Days, NaiveDate, Utc};
use mesad::office::Office;

use crate::chance::Chance;
use crate::write::Program;

/// How a mailbox behaves whose owner is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing comes back.
    Silent,
    /// "Estaré fuera hasta …"; with the day of return, or without.
    Tells { until: bool },
    /// "Ya no trabaja aquí."
    Left,
    /// Mails come back.
    Bounces,
    /// The server refuses them.
    Refused,
    /// A machine without any mark answers each mail.
    Parrot,
}

/// A stretch of days in which somebody is not there.
#[derive(Clone, Debug)]
pub struct Trip {
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    pub silence: Silence,
    /// Whether somebody of the desk enters it.
    pub announced: bool,
}

/// Somebody.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: String,
    pub name: String,
    pub address: String,
    /// Who reads it, where it is shared.
    pub readers: Vec<usize>,
    pub program: Program,
    /// Minutes that an answer usually takes.
    pub usual: i64,
    /// In a hundred: how often nothing is done with a mail.
    pub forgets: u64,
    pub trips: Vec<Trip>,
    /// When the mailbox last answered by itself.
    pub answered_at: Option<DateTime<Utc>>,
}

impl Member {
    /// The trip of a day.
    pub fn trip(&self, day: NaiveDate) -> Option<&Trip> {
        self.trips.iter().find(|t| t.from <= day && day <= t.until)
    }
}

/// Everybody of the directory, in its order.
pub fn everybody(
    office: &Office,
    (from, days): (NaiveDate, u64),
    chance: &mut Chance,
) -> Vec<Member> {
    let people = &office.directory.people;
    let index = |id: &mesad::office::PersonId| people.iter().position(|p| &p.id == id);
    let member = |person: &mesad::office::Person| {
        let mut own = chance.fork();
        let programs = [
            Program::Outlook,
            Program::Gmail,
            Program::Thunderbird,
            Program::Phone,
        ];
        Member {
            id: person.id.0.clone(),
            name: person.name.clone(),
            address: person.address().to_owned(),
            readers: person.members.iter().filter_map(index).collect(),
            program: *own.pick(&programs),
            usual: own.between(10, 240),
            forgets: own.between(0, 15).unsigned_abs(),
            trips: if person.shared {
                vec![]
            } else {
                trips(from, days, &mut own)
            },
            answered_at: None,
        }
    };
    people.iter().map(member).collect()
}

fn trips(from: NaiveDate, days: u64, chance: &mut Chance) -> Vec<Trip> {
    let mut trips = vec![];
    let mut day = from + Days::new(chance.below(70) as u64);
    let end = from + Days::new(days);
    while day < end {
        let silence = chance.weighted(&[
            (30, Silence::Silent),
            (40, Silence::Tells { until: true }),
            (15, Silence::Tells { until: false }),
            (4, Silence::Left),
            (5, Silence::Bounces),
            (4, Silence::Refused),
            (2, Silence::Parrot),
        ]);
        let long = match silence {
            Silence::Parrot => 1,
            _ => chance.between(1, 12).unsigned_abs(),
        };
        let until = day + Days::new(long);
        trips.push(Trip {
            from: day,
            until,
            silence,
            announced: matches!(silence, Silence::Silent) && chance.percent(50),
        });
        day = until + Days::new(chance.between(20, 110).unsigned_abs());
    }
    trips
}
