//! A whole office on one clock: its people, its machines, its desk.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use mesad::desk::World;
use mesad::desk::clock::Clock;
use mesad::desk::random::Random;
use mesad::desk::token::Key;
use mesad::letters::Templates;
use mesad::office::{Authentication, Authserv, Office, StampPlace};
use mesad::sandbox::Sandbox;
use mesad::store::{Disk, Here, Store};

use crate::cast::{Member, everybody};
use crate::chance::Chance;
use crate::check::Watch;
use crate::deeds::{Deed, Incoming};
use crate::figures::Figures;
use crate::host::{Host, Shared, TheDisk};
use crate::papers::Paper;
use crate::process::Process;
use crate::truth::Written;

/// Lines of the trace that a failure prints.
const TRACE: usize = 80;

/// What is played.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    /// Days with new requests and faults.
    pub days: u64,
    /// Days after them, in which everything must come to its end.
    pub quiet: u64,
    /// About how many mails come to the desk on a working day.
    pub mails: u64,
    pub faults: bool,
    pub pests: bool,
    /// Whether every line of the trace is printed.
    pub shows: bool,
}

/// A play.
pub struct Simulation {
    pub plan: Plan,
    pub office: Arc<Office>,
    templates: Arc<Templates>,
    pub stamped: bool,
    pub disk: Disk,
    pub host: Shared,
    clock: Clock,
    process: Option<Process>,
    restart_at: Option<DateTime<Utc>>,
    lives: u64,
    pub chance: Chance,
    order: Chance,
    queue: BTreeMap<(DateTime<Utc>, u64), Deed>,
    queued: u64,
    pub cast: Vec<Member>,
    pub addresses: BTreeMap<String, usize>,
    pub written: Vec<Written>,
    pub papers: Vec<Paper>,
    /// Which paper a request came from.
    pub by_request: BTreeMap<i64, Option<u32>>,
    /// Mails of the desk that somebody else has got hold of.
    pub stolen: VecDeque<Incoming>,
    /// How far the desk's clock is off.
    pub offset: TimeDelta,
    /// The last day of new requests.
    pub last_day: NaiveDate,
    end: DateTime<Utc>,
    opening: DateTime<Utc>,
    pub watch: Watch,
    pub figures: Figures,
    trace: VecDeque<String>,
    /// The last mails to the desk.
    pub recent: VecDeque<(usize, Arc<[u8]>)>,
}

/// The office of the shipped configuration, whose server stamps or not.
fn office(stamped: bool) -> Office {
    let mut office = mesad::config::load(&mesad::config::shipped()).unwrap();
    if stamped {
        office.desk.authentication = Authentication::Authserv(Authserv {
            ids: vec!["mx.ministerio.example".to_owned()],
            relays: vec![],
            place: StampPlace::Above,
        });
    }
    office
}

impl Simulation {
    pub fn new(plan: Plan) -> Self {
        let mut chance = Chance::new(plan.seed);
        let stamped = chance.percent(50);
        let office = Arc::new(office(stamped));
        let year = 2026 + chance.below(4) as i32;
        let first = NaiveDate::from_yo_opt(year, chance.below(365) as u32 + 1).unwrap();
        let last_day = first + Days::new(plan.days);
        let midnight = |day: NaiveDate| office.calendar.instant(day.and_time(NaiveTime::MIN), None);
        let begin = midnight(first);
        let span = (first, plan.days);
        let mut cast = everybody(&office, span, &mut chance.fork());
        if !plan.faults {
            cast.iter_mut().for_each(|member| member.trips.clear());
        }
        let people = office.directory.people.iter().enumerate();
        let addresses = people
            .flat_map(|(index, p)| p.addresses.iter().map(move |a| (a.clone(), index)))
            .collect();
        let host = Host::new(begin, office.calendar.zone, chance.fork());
        let mut simulation = Self {
            plan,
            templates: Arc::new(Templates::new(&[]).unwrap()),
            stamped,
            disk: Disk::new().unwrap(),
            host: Shared::new(host),
            clock: Clock::simulated(begin),
            process: None,
            restart_at: None,
            lives: 0,
            order: chance.fork(),
            chance,
            queue: BTreeMap::new(),
            queued: 0,
            cast,
            addresses,
            written: vec![],
            papers: vec![],
            by_request: BTreeMap::new(),
            stolen: VecDeque::new(),
            offset: TimeDelta::zero(),
            last_day,
            end: midnight(last_day + Days::new(plan.quiet)),
            opening: begin,
            watch: Watch::default(),
            figures: Figures::default(),
            trace: VecDeque::new(),
            recent: VecDeque::new(),
            office,
        };
        simulation.plan_for(begin, Deed::NewDay);
        simulation.starts();
        simulation
    }

    /// The desk's process starts.
    fn starts(&mut self) {
        self.lives += 1;
        let mut host = self.host.lock();
        host.alive = true;
        host.fuse = None;
        drop(host);
        let here = Here::new(self.disk.clone(), Box::new(TheDisk(self.host.clone())));
        let world = World {
            clock: self.clock.clone(),
            random: Random::seeded(self.plan.seed.wrapping_mul(1_000) + self.lives),
            store: Store::simulated(here),
            sandbox: Sandbox::Here,
            office: Arc::clone(&self.office),
            templates: Arc::clone(&self.templates),
            key: Key::new(&[7; Key::BYTES]),
        };
        self.process = Some(Process::start(world, self.host.clone()));
        self.restart_at = None;
    }

    /// Something will happen.
    pub fn plan_for(&mut self, at: DateTime<Utc>, deed: Deed) {
        self.queued += 1;
        self.queue.insert((at, self.queued), deed);
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.host.lock().now
    }

    /// The local day.
    pub fn day(&self) -> NaiveDate {
        self.office.calendar.local(self.now(), None).date_naive()
    }

    /// After so many minutes of working time.
    pub fn working(&self, minutes: i64) -> DateTime<Utc> {
        let span = TimeDelta::minutes(minutes);
        self.office.calendar.deadline(self.now(), span, None).at
    }

    /// A line of the trace.
    pub fn tell(&mut self, line: String) {
        if self.trace.len() == TRACE {
            self.trace.pop_front();
        }
        let now = self.office.calendar.local(self.now(), None);
        let line = format!("{} {line}", now.format("%Y-%m-%d %H:%M:%S"));
        if self.plan.shows {
            eprintln!("{line}");
        }
        self.trace.push_back(line);
    }

    /// A mail to the desk, whole, if it is not long ago.
    pub fn shown(&self, mail: usize) -> String {
        let found = self.recent.iter().find(|(recent, _)| *recent == mail);
        let text = found.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
        text.unwrap_or_default()
    }

    /// The last lines of the trace.
    pub fn trace(&self) -> String {
        self.trace
            .iter()
            .map(|line| format!("  {line}\n"))
            .collect()
    }

    /// Plays to the end.
    ///
    /// # Errors
    /// A promise was broken.
    pub fn run(&mut self) -> Result<(), String> {
        while let Some(next) = self.next().filter(|next| *next < self.end) {
            self.set(next);
            while let Some(entry) = self.queue.first_entry()
                && entry.key().0 <= next
            {
                let deed = entry.remove();
                self.does(deed);
            }
            if self.restart_at.is_some_and(|at| at <= next) {
                self.starts();
                self.tell("the desk starts".to_owned());
            }
            self.desk_works();
            self.collect();
            let broken = std::mem::take(&mut self.host.lock().broken);
            if let Some(first) = broken.into_iter().next() {
                return Err(first);
            }
            if let Some(fault) = self.process.as_mut().and_then(|p| p.faults.pop()) {
                return Err(fault);
            }
            if self.watch.due {
                self.check()?;
            }
        }
        self.set(self.end);
        self.desk_works();
        self.check()?;
        self.check_end()
    }

    fn set(&mut self, to: DateTime<Utc>) {
        self.host.lock().now = to;
        self.clock.set(to + self.offset);
    }

    /// When something happens next.
    fn next(&mut self) -> Option<DateTime<Utc>> {
        let now = self.now();
        let deed = self.queue.first_key_value().map(|((at, _), _)| *at);
        let own = match &self.process {
            None => self.restart_at,
            Some(process) => {
                let again = process.again();
                let due = self.disk.look(|c| {
                    let least = |sql: &str| -> Option<i64> {
                        let mut statement = c.prepare_cached(sql).unwrap();
                        statement.query_row([], |row| row.get(0)).unwrap()
                    };
                    let wake = least("SELECT min(wake_at) FROM requests WHERE wake_at NOT NULL");
                    let due = least("SELECT min(due_at) FROM notices WHERE state = 'due'");
                    wake.into_iter().chain(due).min()
                });
                let due = due.and_then(DateTime::from_timestamp_micros);
                let due = due.map(|at| at - self.offset);
                // What is due already waits for a loop that failed.
                let due = due.filter(|at| *at > now || again.is_none());
                [due, again, Some(self.opens_at(now))]
                    .into_iter()
                    .flatten()
                    .min()
            }
        };
        let next = [deed, own].into_iter().flatten().min()?;
        Some(next.max(now + TimeDelta::milliseconds(10)))
    }

    /// The next opening of the office, when the digest goes out.
    fn opens_at(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        if self.opening <= now {
            let calendar = &self.office.calendar;
            let tomorrow = calendar.local(now, None).date_naive() + Days::new(1);
            let midnight = calendar.instant(tomorrow.and_time(NaiveTime::MIN), None);
            self.opening = calendar.next_open(midnight, None);
        }
        self.opening
    }

    fn desk_works(&mut self) {
        let Some(process) = &mut self.process else {
            return;
        };
        process.works(&mut self.order);
        if !self.host.lock().alive {
            if let Some(fault) = process.faults.pop() {
                self.host.lock().broken.push(fault);
            }
            self.process = None;
            let minutes = *self.chance.pick(&[0, 0, 0, 1, 5, 60, 700]);
            let down = TimeDelta::seconds(minutes * 60 + 2);
            self.restart_at = Some(self.now() + down);
            self.tell(format!("the desk dies, for {down}"));
        }
    }

    /// What lies in the mailbox and is not accounted for, says the desk.
    pub fn gaps(&mut self) -> Vec<String> {
        self.process.as_mut().map_or(vec![], Process::gaps)
    }

    /// A store past the desk's process, as an operator's command has one.
    pub fn by_hand(&self) -> Store {
        #[derive(Debug)]
        struct NoFaults;
        impl mesad::store::Faults for NoFaults {
            fn at(&mut self, _: mesad::store::Border) -> Option<mesad::store::StoreError> {
                None
            }
        }
        Store::simulated(Here::new(self.disk.clone(), Box::new(NoFaults)))
    }
}
