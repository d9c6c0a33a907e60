//! The desk: its address, its people, its limits and rhythm.

use chrono::{NaiveDate, NaiveTime};

use super::{Authentication, MailboxSettings, OutgoingSettings, Retention, RoleId};

/// Limits on what comes in and goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a mail; a larger one is parked and its sender told.
    pub mail_bytes: u64,
    /// Mails to one address in one day; what is above waits for the next day.
    pub mails_per_address_and_day: u32,
    /// Mails of one address that are handled in one day; what is above waits for a person.
    pub mails_from_address_and_day: u32,
    /// Tries at one mail before it is parked.
    pub tries: u32,
    /// Days in which the same request by the same person counts as sent again.
    pub duplicate_days: u32,
    /// Working days after its end in which a reply of its requester takes a request up again.
    pub reopen_days: u32,
    /// Bytes that must be free where the database lies; with less no mail is taken.
    pub free_bytes: u64,
}

/// When the database is copied, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The folder of the copies; best on another disk.
    pub folder: String,
    /// When, each day, where the office is.
    pub at: NaiveTime,
    /// How many are kept; 0: none is made.
    pub keep: u32,
}

/// How the desk begins in a mailbox that may be old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The first day whose mails are handled; none: all.
    pub since: Option<NaiveDate>,
    /// Mails with which it begins though no day is named.
    pub most: u32,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            since: None,
            most: 200,
        }
    }
}

/// When people are warned and reminded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// Percent of a request's hours at which a warning goes out, ascending.
    pub warnings: Vec<u8>,
    /// Percent of a step's hours at which its holder is reminded.
    pub reminder: u8,
    /// Working days after the last reminder or escalation at which a further reminder goes out.
    pub again_days: u32,
    /// Whether reminders and warnings wait for working hours.
    pub quiet_outside_hours: bool,
}

/// When the desk's people are told that something is wrong with the desk itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarms {
    /// Minutes without a look at the mailbox, or with mails to send and none sent, in office hours.
    pub open_minutes: u32,
    /// The same outside office hours.
    pub closed_minutes: u32,
    /// Minutes that a mail may wait to be decided.
    pub undecided_minutes: u32,
    /// Minutes that a mail may wait to be sent while others go out.
    pub unsent_minutes: u32,
    /// Minutes that the clock may jump against the time that has passed.
    pub clock_minutes: u32,
    /// Minutes that the last good copy of the database may be old.
    pub backup_minutes: u32,
    /// Minutes between two tries of a login that was refused, while its secret is the same.
    pub refused_minutes: u32,
}

impl Default for Alarms {
    fn default() -> Self {
        Self {
            open_minutes: 30,
            closed_minutes: 120,
            undecided_minutes: 30,
            unsent_minutes: 120,
            clock_minutes: 5,
            backup_minutes: 2 * 24 * 60,
            refused_minutes: 15,
        }
    }
}

/// The desk itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Its name, as shown in From and in mails ("Mesa de Ayuda SIGEC").
    pub name: String,
    /// The word in subject tags: `[SIGEC-2026-000123]`.
    pub tag: String,
    /// The address that it writes from and is written to, lower case.
    pub address: String,
    /// Other addresses of the same mailbox, lower case.
    pub aliases: Vec<String>,
    /// Whether plus-addresses (`mesa+TOKEN@…`) arrive in the mailbox.
    pub plus_addresses: bool,
    /// What the office's server says about senders.
    pub authentication: Authentication,
    /// Ticket and document systems whose automatic mails are requests, lower case.
    pub systems: Vec<String>,
    /// Who looks at what no rule could classify.
    pub triage_role: RoleId,
    /// Who is told at a breach.
    pub escalation_role: RoleId,
    /// Limits.
    pub limits: Limits,
    /// Warnings and reminders.
    pub rhythm: Rhythm,
    /// Copies of the database.
    pub backup: Backup,
    /// Alarms.
    pub alarms: Alarms,
    /// How long contents are kept.
    pub retention: Retention,
    /// Where mails come from.
    pub mailbox: MailboxSettings,
    /// How it begins there.
    pub start: Start,
    /// Where mails go.
    pub outgoing: OutgoingSettings,
    /// The folder with the database and the key, relative to the configuration.
    pub state: String,
}

impl Desk {
    /// The domain of the desk's address; the right-hand side of its Message-IDs.
    pub fn domain(&self) -> &str {
        self.address
            .split_once('@')
            .map_or("", |(_, domain)| domain)
    }

    /// Whether an address is the desk's own, with or without a plus part.
    pub fn is_own_address(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let plain = match address.split_once('@') {
            Some((local, domain)) => {
                let local = local.split_once('+').map_or(local, |(base, _)| base);
                format!("{local}@{domain}")
            }
            None => return false,
        };
        [&address, &plain]
            .into_iter()
            .any(|a| *a == self.address || self.aliases.contains(a))
    }
}
