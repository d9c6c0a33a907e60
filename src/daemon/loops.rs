//! The loops of a running desk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use super::Bell;
use crate::delivery::Delivery;
use crate::desk::decide::Decided;
use crate::desk::{DeskError, World, decide, deliver, digest, file, receive, wake};
use crate::mailbox::Mailbox;

/// A loop that waits for a ring looks round at least this often: a clock that was set, a ring that
/// nobody gave.
const LOOK_ROUND: Duration = Duration::from_secs(30);
/// After a mail came, the mailbox is looked at again this soon, to file what was decided.
const AFTER_MAIL: Duration = Duration::from_secs(1);
/// The first wait after a turn that failed; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait after a turn that failed.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// How often a loop that waits looks whether it must stop.
const TICK: Duration = Duration::from_millis(200);

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

/// Does all that can be done now, and returns.
///
/// # Errors
/// The mailbox cannot be reached, or the store failed.
pub fn drain(ends: &mut Ends, world: &World) -> Result<(), DeskError> {
    loop {
        let received = receive::turn(&mut ends.mailbox, world)?;
        let mut handled = 0;
        while decide::turn(world)? != Decided::Nothing {
            handled += 1;
        }
        wake::turn(world)?;
        digest::turn(world)?;
        deliver::turn(&mut ends.delivery, world)?;
        let filed = file::turn(&mut ends.mailbox, world)?;
        if received.taken == 0 && handled == 0 && filed == 0 {
            return Ok(());
        }
    }
}

/// What the loops share.
#[derive(Clone)]
struct Shared {
    world: World,
    stop: Arc<AtomicBool>,
    work: Bell,
    out: Bell,
    beats: Arc<[AtomicU64; 3]>,
}

impl Shared {
    fn stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Waits, but not past a stop.
    fn pause(&self, time: Duration) {
        let mut left = time;
        while !self.stopping() && !left.is_zero() {
            let part = left.min(TICK);
            sleep(part);
            left -= part;
        }
    }

    fn beat(&self, loop_number: usize) {
        if let Some(beat) = self.beats.get(loop_number) {
            beat.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Runs the desk until `stop` is set and `ring` is rung; the inputs in hand are finished.
/// `alive` is called while every loop makes progress.
pub fn run(ends: Ends, world: World, stop: Arc<AtomicBool>, alive: &dyn Fn()) {
    let beats = Arc::new([AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)]);
    let shared = Shared {
        world,
        stop,
        work: Bell::default(),
        out: Bell::default(),
        beats,
    };
    let loops = [
        (
            "fetch",
            start(&shared, move |shared| {
                fetch(ends.mailbox, ends.poll, shared)
            }),
        ),
        ("work", start(&shared, |shared| work(&shared))),
        (
            "deliver",
            start(&shared, move |shared| send(ends.delivery, shared)),
        ),
    ];
    watch(&shared, alive);
    shared.work.ring();
    shared.out.ring();
    for (name, handle) in loops {
        if handle.join().is_err() {
            tracing::error!(name, "loop panicked");
        }
    }
}

fn start(shared: &Shared, body: impl FnOnce(Shared) + Send + 'static) -> JoinHandle<()> {
    let shared = shared.clone();
    spawn(move || body(shared))
}

/// Says that the desk is alive as long as each loop turns; a loop may wait for minutes.
fn watch(shared: &Shared, alive: &dyn Fn()) {
    const ROUND: Duration = Duration::from_secs(10);
    const SILENT_ROUNDS: u32 = 60;
    let mut seen = [0; 3];
    let mut silent = [0_u32; 3];
    alive();
    while !shared.stopping() {
        shared.pause(ROUND);
        for (index, beat) in shared.beats.iter().enumerate() {
            let now = beat.load(Ordering::SeqCst);
            let (Some(seen), Some(silent)) = (seen.get_mut(index), silent.get_mut(index)) else {
                continue;
            };
            *silent = if *seen == now { *silent + 1 } else { 0 };
            *seen = now;
        }
        if silent.iter().all(|rounds| *rounds < SILENT_ROUNDS) {
            alive();
        }
    }
}

/// Waits between failed turns: growing, with a part that differs from process to process.
struct Waits {
    next: Duration,
}

impl Waits {
    fn new() -> Self {
        Self { next: FIRST_WAIT }
    }

    fn after_failure(&mut self, shared: &Shared) {
        let mut byte = [0];
        // Without randomness the waits are merely equal.
        let _ = shared.world.random.fill(&mut byte);
        let jitter = self.next.mul_f64(f64::from(byte[0]) / 512.0);
        shared.pause(self.next + jitter);
        self.next = (self.next * 2).min(LONGEST_WAIT);
    }

    fn after_success(&mut self) {
        self.next = FIRST_WAIT;
    }
}

fn fetch(mut mailbox: Mailbox, poll: Duration, shared: Shared) {
    let mut waits = Waits::new();
    while !shared.stopping() {
        shared.beat(0);
        match fetch_turn(&mut mailbox, poll, &shared) {
            Ok(()) => waits.after_success(),
            Err(error) => {
                tracing::error!(%error, "mailbox");
                waits.after_failure(&shared);
            }
        }
    }
}

fn fetch_turn(mailbox: &mut Mailbox, poll: Duration, shared: &Shared) -> Result<(), DeskError> {
    let received = receive::turn(mailbox, &shared.world)?;
    if received.taken > 0 {
        shared.work.ring();
    }
    let filed = file::turn(mailbox, &shared.world)?;
    // What is stored will soon be decided, and then filed.
    let busy = received.taken > 0 || filed > 0 || file::is_awaited(&shared.world)?;
    mailbox.wait(if busy { poll.min(AFTER_MAIL) } else { poll }, &shared.stop)?;
    Ok(())
}

fn work(shared: &Shared) {
    let mut waits = Waits::new();
    while !shared.stopping() {
        shared.beat(1);
        match work_turn(shared) {
            Ok(Decided::Mail { .. }) => waits.after_success(),
            Ok(Decided::Failed { .. }) => waits.after_failure(shared),
            Ok(Decided::Nothing) => {
                waits.after_success();
                shared.work.wait(LOOK_ROUND);
            }
            Err(error) => {
                tracing::error!(%error, "work");
                waits.after_failure(shared);
            }
        }
    }
}

fn work_turn(shared: &Shared) -> Result<Decided, DeskError> {
    let decided = decide::turn(&shared.world)?;
    wake::turn(&shared.world)?;
    digest::turn(&shared.world)?;
    shared.out.ring();
    Ok(decided)
}

fn send(mut delivery: Delivery, shared: Shared) {
    let mut waits = Waits::new();
    while !shared.stopping() {
        shared.beat(2);
        match deliver::turn(&mut delivery, &shared.world) {
            Ok(next) => {
                waits.after_success();
                let now = shared.world.clock.now();
                let until = next
                    .and_then(|at| (at - now).to_std().ok())
                    .unwrap_or(LOOK_ROUND);
                delivery.rest();
                // A wake-up may be due before the next ring.
                shared.out.wait(until.min(LOOK_ROUND));
            }
            Err(error) => {
                tracing::error!(%error, "delivery");
                waits.after_failure(&shared);
            }
        }
    }
}
