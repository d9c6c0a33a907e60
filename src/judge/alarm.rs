//! How the desk is → what is wrong with it, and which alarms begin, go on and end. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::office::{Alarms, Office};
use crate::request::AlarmKind;

/// What comes and goes is over only after it was gone for so long, or each coming would be told.
const SETTLED: TimeDelta = TimeDelta::minutes(10);
/// After a jump the clock is taken for right, if it does not jump again for so long.
const CLOCK_TRUSTED: TimeDelta = TimeDelta::hours(1);
/// A copy that is due is made within so long of the start.
const COPIED: TimeDelta = TimeDelta::hours(1);
/// Without an answer of the outgoing server, one mail that waits is enough to call it silent; if it
/// answers, so many: one alone may be its recipient's fault.
const SEVERAL: u32 = 3;

/// Why a try came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Whether the server refused the login.
    pub refused: bool,
    /// Whether it answered at all.
    pub reached: bool,
    /// When it was first so.
    pub since: DateTime<Utc>,
    /// The server's words, or what broke.
    pub words: String,
}

/// Mails that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many.
    pub count: u32,
    /// Since when the oldest does.
    pub since: Option<DateTime<Utc>>,
}

/// Room on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes that are free.
    pub free: u64,
    /// Bytes that should be.
    pub wanted: u64,
}

/// A jump of the clock against the time that has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// When the last one was seen, by the clock as it is now.
    pub at: DateTime<Utc>,
    /// How far the clock is from where it would be without the jumps; negative: behind.
    pub off: TimeDelta,
}

/// How the desk is, as far as can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Since when silence is counted: when the desk began, or its clock last jumped.
    pub counts_from: DateTime<Utc>,
    /// When the mailbox was last looked at.
    pub fetched_at: Option<DateTime<Utc>>,
    /// When a mail was last sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Why the mailbox cannot be looked at, if it cannot.
    pub fetch: Option<Fault>,
    /// Why nothing can be sent, if it cannot.
    pub send: Option<Fault>,
    /// Mails that wait to be decided.
    pub undecided: Queue,
    /// Mails that are due and wait to be sent.
    pub unsent: Queue,
    /// The disk, where it is known.
    pub room: Option<Room>,
    /// When the last good copy of the database was made, or since when there should be one; none:
    /// no copies are made.
    pub backed_up_at: Option<DateTime<Utc>>,
    /// The clock, where it has jumped.
    pub jump: Option<Jump>,
    /// Loops that do not turn.
    pub stuck: Vec<String>,
    /// What other parts of the desk have reported, and not taken back.
    pub reported: Vec<Trouble>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What.
    pub kind: AlarmKind,
    /// About whom or what, where there can be several of the kind; else empty.
    pub about: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What was observed.
    pub details: String,
}

/// An alarm that has begun and not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What.
    pub kind: AlarmKind,
    /// About whom or what.
    pub about: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// Since when nothing is seen of it, if nothing is.
    pub gone_at: Option<DateTime<Utc>>,
}

/// What becomes of an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It begins, and is told.
    Begins(Trouble),
    /// Nothing is seen of it any more; it may come back.
    Gone(Standing),
    /// It is there again before it was over: nothing is told.
    Back(Standing),
    /// It is over, and that is told.
    Ends(Standing),
}

/// What is wrong, in the order of [`AlarmKind`]; `standing` are the alarms that go on. What follows
/// from something else that is wrong is left out.
pub fn troubles(
    health: &Health,
    office: &Office,
    standing: &[Standing],
    now: DateTime<Utc>,
) -> Vec<Trouble> {
    let open = office.calendar.is_open(now, None);
    let look = Look {
        health,
        alarms: &office.desk.alarms,
        silence: match open {
            true => minutes(office.desk.alarms.open_minutes),
            false => minutes(office.desk.alarms.closed_minutes),
        },
        standing,
        now,
    };
    let refused = |fault: &Option<Fault>, kind| {
        let fault = fault.as_ref().filter(|fault| fault.refused)?;
        Some(trouble(kind, fault.since, fault.words.clone()))
    };
    let mailbox = refused(&health.fetch, AlarmKind::MailboxRefused);
    let outgoing = refused(&health.send, AlarmKind::OutgoingRefused);
    let no_fetch = look.no_fetch().filter(|_| mailbox.is_none());
    let no_send = look.no_send().filter(|_| outgoing.is_none());
    let silent = no_send.is_some() || outgoing.is_some();
    let unsent = look.unsent().filter(|_| !silent);
    let stuck = look.stuck();
    let undecided = look.undecided().filter(|_| stuck.is_none());
    let found = [
        no_fetch,
        no_send,
        mailbox,
        outgoing,
        undecided,
        unsent,
        look.disk(),
        look.clock(),
        look.backup(),
        stuck,
    ];
    let mut found: Vec<Trouble> = found.into_iter().flatten().collect();
    for reported in &health.reported {
        let known = |t: &Trouble| t.kind == reported.kind && t.about == reported.about;
        if !found.iter().any(known) {
            found.push(reported.clone());
        }
    }
    found
}

/// Which alarms begin, go and end.
pub fn changes(troubles: &[Trouble], standing: &[Standing], now: DateTime<Utc>) -> Vec<Change> {
    let mut changes = vec![];
    for trouble in troubles {
        let same = |s: &&Standing| s.kind == trouble.kind && s.about == trouble.about;
        match standing.iter().find(same) {
            None => changes.push(Change::Begins(trouble.clone())),
            Some(one) if one.gone_at.is_some() => changes.push(Change::Back(one.clone())),
            Some(_) => {}
        }
    }
    for one in standing {
        if troubles
            .iter()
            .any(|t| t.kind == one.kind && t.about == one.about)
        {
            continue;
        }
        match one.gone_at {
            _ if !comes_and_goes(one.kind) => changes.push(Change::Ends(one.clone())),
            // A clock that was set back must not keep it for ever.
            Some(gone) if now - gone >= SETTLED || gone > now => {
                changes.push(Change::Ends(one.clone()));
            }
            Some(_) => {}
            None => changes.push(Change::Gone(one.clone())),
        }
    }
    changes
}

/// Whether it may be there and not there within minutes. The others begin only after a long time,
/// or are ended by somebody.
fn comes_and_goes(kind: AlarmKind) -> bool {
    match kind {
        AlarmKind::MailboxRefused
        | AlarmKind::OutgoingRefused
        | AlarmKind::Disk
        | AlarmKind::Stuck
        | AlarmKind::Database => true,
        AlarmKind::NoFetch
        | AlarmKind::NoSend
        | AlarmKind::Undecided
        | AlarmKind::Unsent
        | AlarmKind::Clock
        | AlarmKind::Backup
        | AlarmKind::Restored
        | AlarmKind::Unaccounted
        | AlarmKind::Configuration
        | AlarmKind::Flood => false,
    }
}

fn minutes(minutes: u32) -> TimeDelta {
    TimeDelta::minutes(i64::from(minutes))
}

fn trouble(kind: AlarmKind, since: DateTime<Utc>, details: String) -> Trouble {
    Trouble {
        kind,
        about: String::new(),
        since,
        details,
    }
}

fn words(fault: &Option<Fault>) -> String {
    fault.as_ref().map_or_else(String::new, |f| f.words.clone())
}

/// One look at the whole.
struct Look<'a> {
    health: &'a Health,
    alarms: &'a Alarms,
    /// How long silence is borne at this hour.
    silence: TimeDelta,
    standing: &'a [Standing],
    now: DateTime<Utc>,
}

impl Look<'_> {
    fn begun(&self, kind: AlarmKind) -> Option<DateTime<Utc>> {
        let one = self.standing.iter().find(|s| s.kind == kind)?;
        Some(one.began_at)
    }

    /// Silence since `last`: long enough to begin an alarm, or not broken since one began.
    fn silent(&self, kind: AlarmKind, last: DateTime<Utc>, heard: Option<DateTime<Utc>>) -> bool {
        let unbroken = |begun| heard.is_none_or(|heard| heard < begun);
        self.now - last >= self.silence || self.begun(kind).is_some_and(unbroken)
    }

    fn no_fetch(&self) -> Option<Trouble> {
        let heard = self.health.fetched_at;
        let last = heard.map_or(self.health.counts_from, |h| h.max(self.health.counts_from));
        let silent = self.silent(AlarmKind::NoFetch, last, heard);
        silent.then(|| trouble(AlarmKind::NoFetch, last, words(&self.health.fetch)))
    }

    fn no_send(&self) -> Option<Trouble> {
        let Queue { count, since } = self.health.unsent;
        let waits = since?.max(self.health.counts_from);
        let heard = self.health.sent_at;
        let last = heard.map_or(waits, |heard| heard.max(waits));
        let unreached = self.health.send.as_ref().is_some_and(|f| !f.reached);
        let silent = self.silent(AlarmKind::NoSend, last, heard);
        (silent && (unreached || count >= SEVERAL))
            .then(|| trouble(AlarmKind::NoSend, last, words(&self.health.send)))
    }

    /// Whether a queue is too old; an alarm goes on until it is half as old.
    fn old(&self, kind: AlarmKind, queue: Queue, limit: u32) -> Option<Trouble> {
        let since = queue.since?.max(self.health.counts_from);
        let limit = match self.begun(kind) {
            Some(_) => minutes(limit) / 2,
            None => minutes(limit),
        };
        (self.now - since >= limit).then(|| trouble(kind, since, format!("{}", queue.count)))
    }

    fn undecided(&self) -> Option<Trouble> {
        let limit = self.alarms.undecided_minutes;
        self.old(AlarmKind::Undecided, self.health.undecided, limit)
    }

    fn unsent(&self) -> Option<Trouble> {
        let limit = self.alarms.unsent_minutes;
        self.old(AlarmKind::Unsent, self.health.unsent, limit)
    }

    /// An alarm goes on until there is a quarter more than what is wanted.
    fn disk(&self) -> Option<Trouble> {
        let Room { free, wanted } = self.health.room?;
        let wanted = match self.begun(AlarmKind::Disk) {
            Some(_) => wanted.saturating_add(wanted / 4),
            None => wanted,
        };
        let details = || format!("{} MiB libres", free / 1024 / 1024);
        (free < wanted).then(|| trouble(AlarmKind::Disk, self.now, details()))
    }

    fn clock(&self) -> Option<Trouble> {
        let Jump { at, off } = self.health.jump?;
        let far = off.abs() >= minutes(self.alarms.clock_minutes);
        let fresh = (self.now - at).abs() < CLOCK_TRUSTED;
        let way = if off < TimeDelta::zero() {
            "atrás"
        } else {
            "adelante"
        };
        let details = || format!("{} minutos hacia {way}", off.abs().num_minutes());
        (far && fresh).then(|| trouble(AlarmKind::Clock, at, details()))
    }

    /// None is good for too long; a desk that was down first has the time to make one.
    fn backup(&self) -> Option<Trouble> {
        let last = self.health.backed_up_at?;
        let old = self.now - last >= minutes(self.alarms.backup_minutes);
        let up = self.now - self.health.counts_from >= COPIED;
        let known = self.begun(AlarmKind::Backup).is_some();
        let details = || format!("la última copia buena es del {}", last.format("%d-%m-%Y"));
        (old && (up || known)).then(|| trouble(AlarmKind::Backup, last, details()))
    }

    fn stuck(&self) -> Option<Trouble> {
        let stuck = &self.health.stuck;
        (!stuck.is_empty()).then(|| trouble(AlarmKind::Stuck, self.now, stuck.join(", ")))
    }
}
