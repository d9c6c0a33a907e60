//! The machines around the desk: the mailbox's server, the way out, the disk, and the process itself,
//! which may die at any of its acts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use mesad::delivery::{Envelope, Sent, SimulatedDelivery};
use mesad::mailbox::Folder;
use mesad::store::{Border, Faults, StoreError};

use crate::chance::Chance;

/// Where a copy of a mail lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lies {
    Inbox,
    Done,
    Review,
    /// A person moved it elsewhere, or deleted it.
    Away,
}

/// A mail as it lies in the mailbox; the same mail may lie there several times.
#[derive(Clone, Debug)]
pub struct Copy {
    pub validity: u32,
    pub uid: u32,
    pub mail: usize,
    pub received_at: DateTime<Utc>,
    pub lies: Lies,
    /// Whether the server gave its bytes.
    pub given: bool,
    /// Whether a person put a hand on it.
    pub touched: bool,
}

/// What the server accepted under one Message-ID.
#[derive(Clone, Debug)]
pub struct Accepted {
    digest: Vec<u8>,
    pub times: u32,
    /// How often the desk could not know, or not remember, that it was accepted.
    pub excuses: u32,
}

/// A mail that came to somebody.
#[derive(Clone, Debug)]
pub struct Delivered {
    pub to: String,
    pub id: String,
    pub bytes: Vec<u8>,
}

/// How many of a million acts fail by themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flaws {
    pub fetch: u64,
    pub file: u64,
    pub refused_later: u64,
    pub refused: u64,
    pub answer_lost: u64,
    pub disk: u64,
    pub death: u64,
}

#[derive(Debug)]
pub struct Host {
    pub now: DateTime<Utc>,
    zone: Tz,
    chance: Chance,
    pub flaws: Flaws,
    /// Whether the desk's process lives.
    pub alive: bool,
    /// Acts until it dies.
    pub fuse: Option<u32>,
    pub validity: u32,
    next_uid: u32,
    /// What lies in the mailbox, in order of arrival, as indexes of `copies`.
    pub inbox: BTreeMap<u32, usize>,
    pub copies: Vec<Copy>,
    pub by_place: BTreeMap<(u32, u32), usize>,
    /// What was filed, by its number there: folder and index of `copies`.
    pub filed: BTreeMap<u32, (Folder, usize)>,
    pub next_filed: u32,
    /// Bytes of mails that the server may still be asked for.
    pub bytes: BTreeMap<usize, Arc<[u8]>>,
    /// How many bytes each mail has.
    pub sizes: Vec<u64>,
    /// Message-IDs of mails, for moves among other folders.
    pub ids: Vec<String>,
    pub mailbox_down: bool,
    pub delivery_down: bool,
    pub disk_full: bool,
    /// Addresses that the server refuses for good.
    pub dead: BTreeSet<String>,
    reached: bool,
    pub accepted: BTreeMap<String, Accepted>,
    /// Accepted, and not recorded by the desk yet.
    unrecorded: Option<String>,
    pub post: Vec<Delivered>,
    pub per_day: BTreeMap<(String, NaiveDate), u32>,
    /// How often which fault came.
    pub faults: BTreeMap<&'static str, u64>,
    /// Promises that were seen to be broken.
    pub broken: Vec<String>,
}

/// The host, as everybody shares it.
#[derive(Clone, Debug)]
pub struct Shared(Arc<Mutex<Host>>);

impl Shared {
    pub fn new(host: Host) -> Self {
        Self(Arc::new(Mutex::new(host)))
    }

    pub fn lock(&self) -> MutexGuard<'_, Host> {
        self.0.lock().unwrap()
    }
}

pub fn digest(bytes: &[u8]) -> Vec<u8> {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().to_vec()
}

impl Host {
    pub fn new(now: DateTime<Utc>, zone: Tz, chance: Chance) -> Self {
        Self {
            now,
            zone,
            chance,
            flaws: Flaws::default(),
            alive: true,
            fuse: None,
            validity: 1,
            next_uid: 1,
            inbox: BTreeMap::new(),
            copies: vec![],
            by_place: BTreeMap::new(),
            filed: BTreeMap::new(),
            next_filed: 1,
            bytes: BTreeMap::new(),
            sizes: vec![],
            ids: vec![],
            mailbox_down: false,
            delivery_down: false,
            disk_full: false,
            dead: BTreeSet::new(),
            reached: true,
            accepted: BTreeMap::new(),
            unrecorded: None,
            post: vec![],
            per_day: BTreeMap::new(),
            faults: BTreeMap::new(),
            broken: vec![],
        }
    }

    pub fn count(&mut self, fault: &'static str) {
        *self.faults.entry(fault).or_default() += 1;
    }

    pub fn fails(&mut self, of: u64, fault: &'static str) -> bool {
        let fails = of > 0 && self.chance.millionth(of);
        if fails {
            self.count(fault);
        }
        fails
    }

    /// The process does something; false: it is dead.
    pub fn acts(&mut self) -> bool {
        if !self.alive {
            return false;
        }
        match &mut self.fuse {
            Some(0) => self.dies(),
            Some(left) => *left -= 1,
            None if self.flaws.death > 0 && self.chance.millionth(self.flaws.death) => self.dies(),
            None => {}
        }
        self.alive
    }

    fn dies(&mut self) {
        self.alive = false;
        self.fuse = None;
        self.count("crash");
        self.forgets();
    }

    /// What was accepted will not be recorded.
    fn forgets(&mut self) {
        if let Some(id) = self.unrecorded.take()
            && let Some(accepted) = self.accepted.get_mut(&id)
        {
            accepted.excuses += 1;
        }
    }

    /// A mail arrives.
    pub fn arrives(&mut self, mail: usize, bytes: Arc<[u8]>) {
        let copy = Copy {
            validity: self.validity,
            uid: self.next_uid,
            mail,
            received_at: self.now,
            lies: Lies::Inbox,
            given: false,
            touched: false,
        };
        if mail >= self.sizes.len() {
            self.sizes.resize(mail + 1, 0);
        }
        self.sizes[mail] = bytes.len() as u64;
        self.bytes.insert(mail, bytes);
        self.lay(copy);
    }

    fn lay(&mut self, copy: Copy) {
        let index = self.copies.len();
        self.inbox.insert(copy.uid, index);
        self.by_place.insert((copy.validity, copy.uid), index);
        self.next_uid += 1;
        self.copies.push(copy);
    }

    /// The copy at a place.
    pub fn copy_at(&self, validity: u32, uid: &str) -> Option<&Copy> {
        let index = self.by_place.get(&(validity, uid.parse().ok()?))?;
        self.copies.get(*index)
    }

    /// Mails that lie in the mailbox.
    pub fn lying(&self) -> Vec<usize> {
        self.inbox.values().copied().collect()
    }

    /// A person takes a mail out of the mailbox.
    pub fn taken_away(&mut self, index: usize) {
        let copy = &mut self.copies[index];
        self.inbox.remove(&copy.uid);
        copy.lies = Lies::Away;
        copy.touched = true;
    }

    /// A person lays a mail back: it has another UID then.
    pub fn laid_back(&mut self, index: usize) {
        let old = self.copies[index].clone();
        if !self.bytes.contains_key(&old.mail) {
            return;
        }
        self.lay(Copy {
            validity: self.validity,
            uid: self.next_uid,
            lies: Lies::Inbox,
            given: false,
            ..old
        });
    }

    /// The server begins to count anew: all that lies there has other UIDs.
    pub fn renumber(&mut self) {
        self.validity += 1;
        self.next_uid = 1;
        for index in std::mem::take(&mut self.inbox).into_values() {
            let old = self.copies[index].clone();
            // The old number is no place any more.
            self.copies[index].lies = Lies::Away;
            self.copies[index].touched = true;
            let (validity, uid) = (self.validity, self.next_uid);
            self.lay(Copy {
                validity,
                uid,
                given: false,
                ..old
            });
        }
    }

    fn accepts(&mut self, envelope: &Envelope<'_>, bytes: &[u8]) {
        let digest = digest(bytes);
        let id = envelope.name.to_owned();
        match self.accepted.get_mut(&id) {
            None => {
                let first = Accepted {
                    digest,
                    times: 1,
                    excuses: 0,
                };
                self.accepted.insert(id.clone(), first);
            }
            Some(before) => {
                before.times += 1;
                if before.digest != digest {
                    self.broken
                        .push(format!("{id}: sent again with other bytes"));
                }
                if before.times > before.excuses + 1 {
                    self.broken.push(format!("{id}: sent again without need"));
                }
            }
        }
        let day = self.now.with_timezone(&self.zone).date_naive();
        *self
            .per_day
            .entry((envelope.to.to_owned(), day))
            .or_default() += 1;
        self.post.push(Delivered {
            to: envelope.to.to_owned(),
            id,
            bytes: bytes.to_vec(),
        });
    }
}

#[derive(Debug)]
pub struct TheWayOut(pub Shared);

impl SimulatedDelivery for TheWayOut {
    fn send(&mut self, envelope: &Envelope<'_>, bytes: &[u8]) -> Sent {
        let mut host = self.0.lock();
        let later = |why: &str| Sent::Later {
            why: why.to_owned(),
        };
        if !host.acts() {
            return later("the process is dead");
        }
        host.reached = !host.delivery_down;
        if host.delivery_down {
            host.count("server out of reach");
            return later("no connection");
        }
        let flaws = host.flaws;
        if host.fails(flaws.refused_later, "refused for now (4xx)") {
            return later("451 4.3.0 try again later");
        }
        if host.dead.contains(envelope.to) || host.fails(flaws.refused, "refused (5xx)") {
            return Sent::Never {
                why: "550 5.1.1 no such user".to_owned(),
            };
        }
        host.accepts(envelope, bytes);
        if host.fails(flaws.answer_lost, "accepted, answer lost") {
            if let Some(accepted) = host.accepted.get_mut(envelope.name) {
                accepted.excuses += 1;
            }
            return later("nothing within 60 s; it may have arrived");
        }
        host.unrecorded = Some(envelope.name.to_owned());
        if !host.acts() {
            return later("the process is dead");
        }
        Sent::Sent {
            reply: "250 2.0.0 queued".to_owned(),
        }
    }

    fn is_reached(&self) -> bool {
        self.0.lock().reached
    }
}

#[derive(Debug)]
pub struct TheDisk(pub Shared);

impl Faults for TheDisk {
    fn at(&mut self, border: Border) -> Option<StoreError> {
        let mut host = self.0.lock();
        if border == (Border::Commit { wrote: false }) {
            return None;
        }
        if border == Border::Committed {
            // Whatever was written after a mail was accepted is the record of it.
            host.unrecorded = None;
        }
        if !host.acts() {
            return Some(StoreError::Ended);
        }
        let code = match border {
            Border::Commit { .. } if host.disk_full => {
                host.count("disk full");
                rusqlite::ffi::SQLITE_FULL
            }
            Border::Begin | Border::Commit { .. } => {
                let flaw = host.flaws.disk;
                if !host.fails(flaw, "disk error") {
                    return None;
                }
                rusqlite::ffi::SQLITE_IOERR
            }
            Border::Committed => return None,
        };
        host.forgets();
        let error = rusqlite::ffi::Error::new(code);
        let error = rusqlite::Error::SqliteFailure(error, Some("simulated".to_owned()));
        Some(StoreError::Sqlite(error))
    }
}
