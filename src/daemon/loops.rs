//! The loops of a running desk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use super::{Bell, CatchingUp};
use crate::delivery::Delivery;
use crate::desk::decide::Decided;
use crate::desk::deliver::Delivered;
use crate::desk::{
    DeskError, World, absence, anchor, decide, deliver, digest, file, operate, purge, receive, wake,
};
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
/// How soon an operator's command is seen.
const COMMANDS: Duration = Duration::from_secs(1);
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

/// What the loops share.
#[derive(Clone)]
struct Shared {
    world: World,
    stop: Arc<AtomicBool>,
    work: Bell,
    out: Bell,
    beats: Arc<[AtomicU64; 3]>,
    catching_up: CatchingUp,
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

/// A loop ended though nobody asked it to: the desk must be started anew.
#[derive(Debug, thiserror::Error)]
#[error("the desk stopped because a loop ended by itself: {0}")]
pub struct LoopEnded(String);

/// Runs the desk until `stop` is set; the inputs in hand are finished. `alive` is called while
/// every loop makes progress.
///
/// # Errors
/// A loop ended by itself; the others were stopped.
pub fn run(
    ends: Ends,
    world: World,
    stop: Arc<AtomicBool>,
    alive: &dyn Fn(),
) -> Result<(), LoopEnded> {
    let now = world.clock.now();
    let shared = Shared {
        world,
        stop,
        work: Bell::default(),
        out: Bell::default(),
        beats: Arc::new([AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)]),
        catching_up: CatchingUp::begin(now),
    };
    let Ends {
        mailbox,
        delivery,
        poll,
    } = ends;
    let loops = [
        start(&shared, move |shared| fetch(mailbox, poll, shared)),
        start(&shared, |shared| work(&shared)),
        start(&shared, move |shared| send(delivery, shared)),
    ];
    watch(&shared, &loops, alive);
    // Those that are told to stop below are not meant.
    let by_itself = loops
        .each_ref()
        .map(|handle| !shared.stopping() && handle.is_finished());
    shared.stop.store(true, Ordering::SeqCst);
    shared.work.ring();
    shared.out.ring();
    let mut ended = vec![];
    let names = ["fetch", "work", "deliver"];
    for ((name, handle), by_itself) in names.into_iter().zip(loops).zip(by_itself) {
        if handle.join().is_err() || by_itself {
            tracing::error!(name, "loop ended by itself");
            ended.push(name);
        }
    }
    match ended.as_slice() {
        [] => Ok(()),
        names => Err(LoopEnded(names.join(", "))),
    }
}

fn start(shared: &Shared, body: impl FnOnce(Shared) + Send + 'static) -> JoinHandle<()> {
    let shared = shared.clone();
    spawn(move || body(shared))
}

/// Says that the desk is alive as long as each loop turns; a loop may wait for minutes. Returns
/// when the desk must stop, or when a loop has ended by itself.
fn watch(shared: &Shared, loops: &[JoinHandle<()>], alive: &dyn Fn()) {
    const ROUND: Duration = Duration::from_secs(5);
    const SILENT_ROUNDS: u32 = 120;
    let mut seen = [0; 3];
    let mut silent = [0_u32; 3];
    alive();
    while !shared.stopping() {
        shared.pause(ROUND);
        if loops.iter().any(JoinHandle::is_finished) {
            return;
        }
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
    let arrived = receive::look(mailbox, &shared.world)?;
    if arrived.is_empty() {
        shared.catching_up.looked();
    }
    for mail in &arrived {
        if shared.stopping() {
            return Ok(());
        }
        shared.beat(0);
        receive::take(mailbox, &shared.world, mail)?;
        shared.catching_up.arrived(shared.world.clock.now());
        shared.work.ring();
    }
    shared.beat(0);
    let filed = file::turn(mailbox, &shared.world)?;
    if let Some(error) = &filed.error {
        tracing::error!(%error, "mailbox");
    }
    // What is stored will soon be decided, and then filed. What could not be filed waits its time.
    let awaited = filed.error.is_none() && file::is_awaited(&shared.world)?;
    let busy = !arrived.is_empty() || filed.filed > 0 || awaited;
    mailbox.wait(if busy { poll.min(AFTER_MAIL) } else { poll }, &shared.stop)?;
    Ok(())
}

/// What a turn of the work loop came to.
enum Worked {
    Something,
    Nothing,
    /// A mail could not be handled this time.
    Failed,
}

fn work(shared: &Shared) {
    let mut waits = Waits::new();
    decide::warm_up(&shared.world);
    while !shared.stopping() {
        shared.beat(1);
        match work_turn(shared) {
            Ok(Worked::Something) => waits.after_success(),
            Ok(Worked::Failed) => waits.after_failure(shared),
            Ok(Worked::Nothing) => {
                waits.after_success();
                rest(shared);
            }
            Err(error) => {
                tracing::error!(%error, "work");
                waits.after_failure(shared);
            }
        }
    }
}

/// Waits for a ring, or for an operator's command, which another process gives.
fn rest(shared: &Shared) {
    let mut waited = Duration::ZERO;
    while waited < LOOK_ROUND && !shared.stopping() {
        let awaited = operate::is_awaited(&shared.world).unwrap_or_else(|error| {
            tracing::error!(%error, "whether a command waits cannot be asked");
            false
        });
        if awaited || shared.work.wait(COMMANDS) {
            return;
        }
        waited += COMMANDS;
    }
}

/// One mail, one wake-up, the digest: each is tried whatever came of the others.
fn work_turn(shared: &Shared) -> Result<Worked, DeskError> {
    let world = &shared.world;
    // Asked first: what arrived before the answer is decided below.
    let looked = shared.catching_up.has_looked();
    let decided = decide::turn(world);
    let operated = operate::turn(world).and_then(|done| Ok(absence::turn(world)? || done));
    let rests = matches!(decided, Ok(Decided::Nothing));
    let woken = match shared
        .catching_up
        .is_over(looked && rests, world.clock.now())
    {
        true => wake::turn(world),
        false => Ok(false),
    };
    let told = digest::turn(world);
    if let Err(error) = purge::turn(world) {
        tracing::error!(%error, "purge");
    }
    if let Err(error) = anchor::turn(world) {
        tracing::error!(%error, "anchor");
    }
    shared.out.ring();
    if let (Err(_), Err(error)) = (&decided, &woken) {
        tracing::error!(%error, "work");
    }
    let (decided, woken) = (decided?, woken? | operated?);
    // A digest that cannot be made must not slow down everything else.
    match told {
        Err(error) if !error.is_passing() => tracing::error!(%error, "digest"),
        told => drop(told?),
    }
    Ok(match (decided, woken) {
        (Decided::Nothing, false) => Worked::Nothing,
        (Decided::Failed { .. }, _) => Worked::Failed,
        (Decided::Nothing | Decided::Mail { .. }, _) => Worked::Something,
    })
}

fn send(mut delivery: Delivery, shared: Shared) {
    let mut waits = Waits::new();
    if let Err(error) = deliver::resume(&shared.world) {
        tracing::error!(%error, "what was in hand waits for its next try");
    }
    while !shared.stopping() {
        shared.beat(2);
        match deliver::turn(&mut delivery, &shared.world) {
            Ok(Delivered::Notice) => waits.after_success(),
            // The next one in line is tried after a while, so that each has its turn.
            Ok(Delivered::Unreached) => waits.after_failure(&shared),
            Ok(Delivered::Nothing { next }) => {
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
