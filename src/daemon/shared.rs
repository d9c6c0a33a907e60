//! What the loops share, and how they wait.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use super::{Bell, CatchingUp};
use crate::delivery::Delivery;
use crate::desk::World;
use crate::desk::health::Pulse;
use crate::mailbox::Mailbox;

/// The first wait after a turn that failed; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait after a turn that failed.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// How often a loop that waits looks whether it must stop.
const TICK: Duration = Duration::from_millis(200);
/// How often it is asked whether a secret that was refused has changed.
const SECRET: Duration = Duration::from_secs(60);

/// The loops, in the order of their beats.
pub(super) const LOOPS: [&str; 3] = ["fetch", "work", "deliver"];
pub(super) const FETCH: usize = 0;
pub(super) const WORK: usize = 1;
pub(super) const DELIVER: usize = 2;

/// Where mails come from and go to.
#[derive(Debug)]
pub struct Ends {
    /// Where they come from.
    pub mailbox: Mailbox,
    /// Where they go.
    pub delivery: Delivery,
    /// How long to wait between looks where nothing is announced.
    pub poll: Duration,
}

/// What the loops share.
#[derive(Clone)]
pub(super) struct Shared {
    /// The world as it was configured last.
    world: Arc<Mutex<World>>,
    /// Counts how often it was configured anew.
    pub generation: Arc<AtomicU64>,
    /// New ends for the loops to take up.
    mailbox: Arc<Mutex<Option<(Mailbox, Duration)>>>,
    delivery: Arc<Mutex<Option<Delivery>>>,
    pub stop: Arc<AtomicBool>,
    /// Ends the mailbox's wait early: to stop, or to take up another configuration.
    pub hurry: Arc<AtomicBool>,
    pub work: Bell,
    pub out: Bell,
    pub beats: Arc<[AtomicU64; 3]>,
    pub catching_up: CatchingUp,
    pub pulse: Pulse,
}

impl Shared {
    pub fn new(world: World, stop: Arc<AtomicBool>) -> Self {
        let now = world.clock.now();
        Self {
            world: Arc::new(Mutex::new(world)),
            generation: Arc::default(),
            mailbox: Arc::default(),
            delivery: Arc::default(),
            stop,
            hurry: Arc::default(),
            work: Bell::default(),
            out: Bell::default(),
            beats: Arc::new([AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)]),
            catching_up: CatchingUp::begin(now),
            pulse: Pulse::begin(now),
        }
    }

    /// The world of the turn that begins.
    pub fn world(&self) -> World {
        let world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.clone()
    }

    /// Another configuration: each loop takes it up when its turn in hand is done.
    pub fn renew(&self, world: World, ends: Ends) {
        *self.world.lock().unwrap_or_else(PoisonError::into_inner) = world;
        let Ends {
            mailbox,
            delivery,
            poll,
        } = ends;
        let mut new = self.mailbox.lock().unwrap_or_else(PoisonError::into_inner);
        *new = Some((mailbox, poll));
        drop(new);
        let mut new = self.delivery.lock().unwrap_or_else(PoisonError::into_inner);
        *new = Some(delivery);
        drop(new);
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.hurry.store(true, Ordering::SeqCst);
        self.work.ring();
        self.out.ring();
    }

    pub fn new_mailbox(&self) -> Option<(Mailbox, Duration)> {
        let mut new = self.mailbox.lock().unwrap_or_else(PoisonError::into_inner);
        self.hurry.store(false, Ordering::SeqCst);
        if self.stopping() {
            self.hurry.store(true, Ordering::SeqCst);
        }
        new.take()
    }

    pub fn new_delivery(&self) -> Option<Delivery> {
        let mut new = self.delivery.lock().unwrap_or_else(PoisonError::into_inner);
        new.take()
    }

    pub fn stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// All loops stop when their turn in hand is done.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        self.hurry.store(true, Ordering::SeqCst);
        self.work.ring();
        self.out.ring();
    }

    /// Waits, but not past a stop or another configuration.
    pub fn pause(&self, time: Duration) {
        let generation = self.generation.load(Ordering::SeqCst);
        let mut left = time;
        while !self.stopping()
            && generation == self.generation.load(Ordering::SeqCst)
            && !left.is_zero()
        {
            let part = left.min(TICK);
            sleep(part);
            left -= part;
        }
    }

    pub fn beat(&self, loop_number: usize) {
        if let Some(beat) = self.beats.get(loop_number) {
            beat.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// A login was refused: it is tried again after a long while, so that the account is not
    /// locked; but soon after its secret has changed.
    pub fn wait_for_secret(&self, loop_number: usize, has_new: impl Fn() -> bool) {
        let generation = self.generation.load(Ordering::SeqCst);
        let minutes = self.world().office.desk.alarms.refused_minutes;
        let mut left = Duration::from_secs(60) * minutes;
        while !left.is_zero() && !self.stopping() {
            let part = left.min(SECRET);
            self.beat(loop_number);
            self.pause(part);
            left -= part;
            if generation != self.generation.load(Ordering::SeqCst) || has_new() {
                return;
            }
        }
    }
}

/// Waits between failed turns: growing, with a part that differs from process to process.
pub(super) struct Waits {
    next: Duration,
}

impl Waits {
    pub fn new() -> Self {
        Self { next: FIRST_WAIT }
    }

    pub fn after_failure(&mut self, shared: &Shared) {
        let mut byte = [0];
        // Without randomness the waits are merely equal.
        let _ = shared.world().random.fill(&mut byte);
        let jitter = self.next.mul_f64(f64::from(byte[0]) / 512.0);
        shared.pause(self.next + jitter);
        self.next = (self.next * 2).min(LONGEST_WAIT);
    }

    pub fn after_success(&mut self) {
        self.next = FIRST_WAIT;
    }
}
