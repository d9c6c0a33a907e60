//! The office of the samples.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveTime;

use crate::calendar::{Calendar, Holidays, Hours};
use crate::office::{
    Authentication, Backup, Desk, Directory, Filing, Limits, MailboxSettings, Office,
    OutgoingSettings, Person, PersonId, Region, Retention, Rhythm, RoleId, Start,
};

/// A small office: a desk, a calendar, two people.
pub fn office() -> Office {
    Office {
        desk: desk(),
        calendar: Arc::new(Calendar {
            zone: chrono_tz::America::Santiago,
            hours: Hours::Office,
            blocks: (0..5).map(|day| (day, vec![block(day)])).collect(),
            holidays: Holidays::Chile,
            days_off: vec![],
            regions: BTreeMap::new(),
        }),
        regions: [Region {
            name: "Biobío".into(),
            synonyms: vec![],
        }]
        .into(),
        programmes: [].into(),
        procedures: [].into(),
        directory: Directory {
            people: vec![
                person(
                    "pilar",
                    "Pilar Muñoz Ibáñez",
                    "pilar.munoz@ministerio.example",
                ),
                Person {
                    shared: true,
                    ..person("team", "Equipo SIGEC", "equipo@ministerio.example")
                },
            ],
            roles: vec![],
        },
    }
}

fn block(day: u8) -> (NaiveTime, NaiveTime) {
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    (at(8), at(if day == 4 { 15 } else { 16 }))
}

fn person(id: &str, name: &str, address: &str) -> Person {
    Person {
        id: PersonId(id.into()),
        name: name.into(),
        post: None,
        addresses: vec![address.into()],
        shared: false,
        members: vec![],
        senders: vec![],
        roles: vec![],
        absences: vec![],
        substitutes: vec![],
    }
}

fn desk() -> Desk {
    Desk {
        name: "Mesa de Ayuda SIGEC".into(),
        tag: "SIGEC".into(),
        address: "mesa@mesa.example".into(),
        aliases: vec![],
        plus_addresses: true,
        authentication: Authentication::None,
        systems: vec![],
        triage_role: RoleId("desk".into()),
        escalation_role: RoleId("desk".into()),
        limits: Limits {
            mail_bytes: 25_000_000,
            mails_per_address_and_day: 40,
            mails_from_address_and_day: 50,
            tries: 3,
            duplicate_days: 30,
            reopen_days: 10,
            free_bytes: 0,
        },
        rhythm: Rhythm {
            warnings: vec![50, 80],
            reminder: 50,
            again_days: 3,
            quiet_outside_hours: true,
        },
        start: Start::default(),
        backup: Backup {
            folder: "backup".into(),
            at: NaiveTime::MIN,
            keep: 0,
        },
        alarms: Default::default(),
        retention: Retention::default(),
        mailbox: MailboxSettings::Maildir {
            path: "mail".into(),
            filing: Filing::Leave,
        },
        outgoing: OutgoingSettings::Directory { path: "out".into() },
        state: "state".into(),
    }
}
