//! The loops of a running desk.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use super::hooks::Hooks;
use super::shared::{DELIVER, Ends, FETCH, LOOPS, Shared, WORK, Waits};
use super::watch::watch;
use crate::delivery::Delivery;
use crate::desk::decide::Decided;
use crate::desk::deliver::Delivered;
use crate::desk::{
    DeskError, World, absence, anchor, backup, calendar, decide, deliver, digest, file, operate,
    purge, receive, reconcile, recover, wake,
};
use crate::mailbox::{Mailbox, MailboxError};

/// A loop that waits for a ring looks round at least this often: a clock that was set, a ring that
/// nobody gave.
const LOOK_ROUND: Duration = Duration::from_secs(30);
/// After a mail came, the mailbox is looked at again this soon, to file what was decided.
const AFTER_MAIL: Duration = Duration::from_secs(1);
/// How soon an operator's command is seen.
const COMMANDS: Duration = Duration::from_secs(1);

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
    run_with(ends, world, stop, &Hooks::alive(&|_| alive()))
}

/// The same with more to ask of whoever runs it.
///
/// # Errors
/// A loop ended by itself; the others were stopped.
pub fn run_with(
    ends: Ends,
    world: World,
    stop: Arc<AtomicBool>,
    hooks: &Hooks<'_>,
) -> Result<(), LoopEnded> {
    // The calendar may have changed while the desk was down.
    if let Err(error) = calendar::turn(&world) {
        tracing::error!(%error, "deadlines could not be reckoned anew");
    }
    let shared = Shared::new(world, stop);
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
    watch(&shared, &loops, hooks);
    // Those that are told to stop below are not meant.
    let by_itself = loops
        .each_ref()
        .map(|handle| !shared.stopping() && handle.is_finished());
    shared.stop();
    let mut ended = vec![];
    for ((name, handle), by_itself) in LOOPS.into_iter().zip(loops).zip(by_itself) {
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

/// A loop ends, and with it the desk: its database is damaged, and nothing may rest on it.
fn end(error: &DeskError) {
    tracing::error!(
        %error,
        "the database is damaged: the desk ends. Put back the newest good copy (`mesad restore \
         FILE`, docs/storage.md)"
    );
}

fn fetch(mut mailbox: Mailbox, mut poll: Duration, shared: Shared) {
    let mut waits = Waits::new();
    while !shared.stopping() {
        shared.beat(FETCH);
        if let Some(new) = shared.new_mailbox() {
            (mailbox, poll) = new;
            waits.after_success();
        }
        let world = shared.world();
        match fetch_turn(&mut mailbox, poll, &shared, &world) {
            Ok(()) => waits.after_success(),
            Err(error) if error.is_damage() => return end(&error),
            Err(error) => {
                tracing::error!(%error, "mailbox");
                shared.pulse.not_fetched(&error, world.clock.now());
                if matches!(error, DeskError::Mailbox(MailboxError::Refused(_))) {
                    shared.wait_for_secret(FETCH, || mailbox.has_new_secret());
                } else {
                    waits.after_failure(&shared);
                }
            }
        }
    }
}

fn fetch_turn(
    mailbox: &mut Mailbox,
    poll: Duration,
    shared: &Shared,
    world: &World,
) -> Result<(), DeskError> {
    recover::search(mailbox, world, &|| shared.beat(FETCH))?;
    let arrived = receive::look(mailbox, world)?;
    shared.pulse.fetched(world.clock.now());
    if arrived.is_empty() {
        shared.catching_up.looked();
    }
    for mail in &arrived {
        if shared.stopping() {
            return Ok(());
        }
        shared.beat(FETCH);
        receive::take(mailbox, world, mail)?;
        shared.catching_up.arrived(world.clock.now());
        shared.work.ring();
    }
    shared.beat(FETCH);
    let filed = file::turn(mailbox, world)?;
    if let Some(error) = &filed.error {
        tracing::error!(%error, "mailbox");
    }
    // What it tells goes out at the next ring.
    if let Err(error) = reconcile::turn(mailbox, &shared.world()) {
        tracing::error!(%error, "mailbox and store could not be compared");
    }
    // What is stored will soon be decided, and then filed. What could not be filed waits its time.
    let awaited = filed.error.is_none() && file::is_awaited(world)?;
    let busy = !arrived.is_empty() || filed.filed > 0 || awaited;
    mailbox.wait(
        if busy { poll.min(AFTER_MAIL) } else { poll },
        &shared.hurry,
    )?;
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
    decide::warm_up(&shared.world());
    while !shared.stopping() {
        shared.beat(WORK);
        match work_turn(shared, &shared.world()) {
            Ok(Worked::Something) => waits.after_success(),
            Ok(Worked::Failed) => waits.after_failure(shared),
            Ok(Worked::Nothing) => {
                waits.after_success();
                rest(shared);
            }
            Err(error) if error.is_damage() => return end(&error),
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
        shared.beat(WORK);
        let awaited = operate::is_awaited(&shared.world()).unwrap_or_else(|error| {
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
fn work_turn(shared: &Shared, world: &World) -> Result<Worked, DeskError> {
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
    let settled = recover::settle(world).map(|settled| settled.is_some());
    let copied = backup::turn(world).map(|_| ());
    shared.out.ring();
    if let (Err(_), Err(error)) = (&decided, &woken) {
        tracing::error!(%error, "work");
    }
    // A damaged file ends the desk; a copy that fails otherwise must not slow down all else.
    match copied {
        Err(error) if !error.is_damage() => tracing::error!(%error, "copy of the database"),
        copied => copied?,
    }
    let (decided, woken) = (decided?, woken? | operated? | settled?);
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
    if let Err(error) = deliver::resume(&shared.world()) {
        tracing::error!(%error, "what was in hand waits for its next try");
    }
    while !shared.stopping() {
        shared.beat(DELIVER);
        if let Some(new) = shared.new_delivery() {
            delivery = new;
            waits.after_success();
        }
        let world = shared.world();
        match deliver::turn(&mut delivery, &world) {
            Ok(Delivered::Notice) => {
                waits.after_success();
                if delivery.is_reached() {
                    shared.pulse.reached();
                }
            }
            // The next one in line is tried after a while, so that each has its turn.
            Ok(Delivered::Unreached) => unreached(&delivery, &shared, &world, &mut waits),
            Ok(Delivered::Nothing { next }) => {
                waits.after_success();
                let now = world.clock.now();
                let until = next
                    .and_then(|at| (at - now).to_std().ok())
                    .unwrap_or(LOOK_ROUND);
                delivery.rest();
                // A wake-up may be due before the next ring.
                shared.out.wait(until.min(LOOK_ROUND));
            }
            Err(error) if error.is_damage() => return end(&error),
            Err(error) => {
                tracing::error!(%error, "delivery");
                waits.after_failure(&shared);
            }
        }
    }
}

fn unreached(delivery: &Delivery, shared: &Shared, world: &World, waits: &mut Waits) {
    let refusal = delivery.refusal();
    shared.pulse.not_reached(refusal, world.clock.now());
    match refusal {
        Some(_) => shared.wait_for_secret(DELIVER, || delivery.has_new_secret()),
        None => waits.after_failure(shared),
    }
}
