//! All that can be done now, on one thread: for `mesad run --once` and simulations.

use super::Ends;
use crate::desk::decide::Decided;
use crate::desk::deliver::Delivered;
use crate::desk::{
    DeskError, World, absence, anchor, decide, deliver, digest, file, operate, purge, receive,
    reconcile, wake,
};

/// Does all that can be done now, and returns. A part that fails does not keep the others from
/// being done.
///
/// # Errors
/// The first fault: the mailbox cannot be reached, or the store failed.
pub fn drain(ends: &mut Ends, world: &World) -> Result<(), DeskError> {
    let mut faults = Faults::default();
    loop {
        let mut busy = faults.note(receive_all(ends, world));
        busy |= faults.note(decide_all(world));
        busy |= faults.note(operate_all(world));
        faults.note(wake_all(world));
        faults.note(digest::turn(world));
        faults.note(purge::turn(world).map(|_| false));
        faults.note(anchor::turn(world));
        faults.note(deliver_all(ends, world));
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

fn receive_all(ends: &mut Ends, world: &World) -> Result<bool, DeskError> {
    let mut taken = false;
    loop {
        let arrived = receive::look(&mut ends.mailbox, world)?;
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

fn deliver_all(ends: &mut Ends, world: &World) -> Result<bool, DeskError> {
    while deliver::turn(&mut ends.delivery, world)? == Delivered::Notice {}
    Ok(false)
}
