//! All that can be done now, on one thread: for `mesad run --once` and simulations.

use super::Ends;
use crate::desk::decide::Decided;
use crate::desk::deliver::Delivered;
use crate::desk::health::Pulse;
use crate::desk::{
    DeskError, World, absence, alarm, anchor, backup, decide, deliver, digest, file, operate,
    purge, receive, reconcile, recover, space, wake,
};

/// Does all that can be done now, and returns. A part that fails does not keep the others from
/// being done. No alarms are raised.
///
/// # Errors
/// The first fault: the mailbox cannot be reached, or the store failed.
pub fn drain(ends: &mut Ends, world: &World) -> Result<(), DeskError> {
    let now = world.clock.now();
    all(ends, world, &Pulse::begin(now))
}

/// The same; then it is looked at how the desk is, and alarms go out.
///
/// # Errors
/// The first fault, as of [`drain`]; or alarms could not be looked at.
pub fn once(ends: &mut Ends, world: &World) -> Result<(), DeskError> {
    let pulse = alarm::since_last(world)?;
    let done = all(ends, world, &pulse);
    let told = tell(ends, world, &pulse);
    if let (Err(_), Err(error)) = (&done, &told) {
        tracing::error!(%error, "alarms could not be looked at");
    }
    done?;
    told
}

fn all(ends: &mut Ends, world: &World, pulse: &Pulse) -> Result<(), DeskError> {
    let mut faults = Faults::default();
    loop {
        let mut busy = faults.note(receive_all(ends, world, pulse));
        busy |= faults.note(decide_all(world));
        busy |= faults.note(operate_all(world));
        faults.note(wake_all(world));
        faults.note(digest::turn(world));
        faults.note(purge::turn(world).map(|_| false));
        faults.note(anchor::turn(world));
        faults.note(recover::settle(world).map(|settled| settled.is_some()));
        faults.note(backup::turn(world).map(|_| false));
        faults.note(deliver_all(ends, world, pulse));
        let filed = file::turn(&mut ends.mailbox, world).and_then(|done| match done.error {
            Some(error) => Err(error.into()),
            None => Ok(done.filed > 0),
        });
        busy |= faults.note(filed);
        busy |= faults.note(reconcile::turn(&mut ends.mailbox, world));
        // What failed once would fail again.
        if let Some(first) = faults.first {
            return Err(first);
        }
        if !busy {
            ends.delivery.rest();
            return Ok(());
        }
    }
}

/// The first of several faults; each is logged.
#[derive(Default)]
struct Faults {
    first: Option<DeskError>,
}

impl Faults {
    fn note(&mut self, done: Result<bool, DeskError>) -> bool {
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "part of the work could not be done");
            self.first.get_or_insert(error);
            false
        })
    }
}

/// Raises alarms and ends them, as the watch of a running desk does.
fn tell(ends: &mut Ends, world: &World, pulse: &Pulse) -> Result<(), DeskError> {
    pulse.room(space::room(world));
    alarm::looked(world, pulse)?;
    alarm::turn(world, pulse)?;
    deliver_all(ends, world, pulse)?;
    ends.delivery.rest();
    Ok(())
}

fn receive_all(ends: &mut Ends, world: &World, pulse: &Pulse) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let taken = take_all(ends, world, pulse);
    if let Err(error) = &taken {
        pulse.not_fetched(error, now);
    }
    taken
}

fn take_all(ends: &mut Ends, world: &World, pulse: &Pulse) -> Result<bool, DeskError> {
    let mut taken = recover::search(&mut ends.mailbox, world, &|| ())?;
    loop {
        let arrived = receive::look(&mut ends.mailbox, world)?;
        pulse.fetched(world.clock.now());
        if arrived.is_empty() {
            return Ok(taken);
        }
        for mail in &arrived {
            receive::take(&mut ends.mailbox, world, mail)?;
            taken = true;
        }
    }
}

fn decide_all(world: &World) -> Result<bool, DeskError> {
    let mut handled = false;
    while decide::turn(world)? != Decided::Nothing {
        handled = true;
    }
    Ok(handled)
}

fn operate_all(world: &World) -> Result<bool, DeskError> {
    let mut handled = false;
    while operate::turn(world)? {
        handled = true;
    }
    while absence::turn(world)? {}
    Ok(handled)
}

fn wake_all(world: &World) -> Result<bool, DeskError> {
    while wake::turn(world)? {}
    Ok(false)
}

fn deliver_all(ends: &mut Ends, world: &World, pulse: &Pulse) -> Result<bool, DeskError> {
    loop {
        match deliver::turn(&mut ends.delivery, world)? {
            Delivered::Notice if ends.delivery.is_reached() => pulse.reached(),
            Delivered::Notice => (),
            Delivered::Unreached => {
                pulse.not_reached(ends.delivery.refusal(), world.clock.now());
                return Ok(false);
            }
            Delivered::Nothing { .. } => return Ok(false),
        }
    }
}
