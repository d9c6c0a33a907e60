//! Whether the disk has room: without it no mail is taken, so that it stays where it is safe.

use super::world::{DeskError, World};
use crate::judge::{Room, Trouble};
use crate::request::AlarmKind;

const MIB: u64 = 1024 * 1024;

/// Bytes that are free for the desk on the disk of the database; in memory there is no end of them.
///
/// # Errors
/// The disk does not answer.
pub fn free(world: &World) -> Result<u64, DeskError> {
    let Some(path) = world.store.path() else {
        return Ok(u64::MAX);
    };
    let folder = path.parent().unwrap_or(path);
    let disk = rustix::fs::statvfs(folder).map_err(|error| DeskError::Disk(error.to_string()))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The same with how much should be free; none where the disk does not answer.
pub fn room(world: &World) -> Option<Room> {
    let wanted = world.office.desk.limits.free_bytes;
    free(world).ok().map(|free| Room { free, wanted })
}

/// Fails where less is free than what is configured, so that no mail is taken that could then not
/// be stored, handled and answered. The desk's people are told.
///
/// # Errors
/// [`DeskError::NoRoom`]; the disk does not answer.
pub fn check(world: &World) -> Result<(), DeskError> {
    let (free, wanted) = (free(world)?, world.office.desk.limits.free_bytes);
    if free < wanted {
        // The words about it may fail for the very same reason.
        if let Err(error) = tell(world, free, wanted) {
            tracing::error!(%error, "the desk's people could not be told that the disk is full");
        }
        return Err(DeskError::NoRoom { free, wanted });
    }
    let was_short = world.store.transact(|books| {
        let now_reported = books.is_trouble_reported(AlarmKind::Disk, "")?;
        if now_reported {
            books.take_trouble_back(AlarmKind::Disk, "")?;
        }
        Ok::<_, DeskError>(now_reported)
    })?;
    if was_short {
        tracing::info!(free, "there is room on the disk again: mail is taken");
    }
    Ok(())
}

fn tell(world: &World, free: u64, wanted: u64) -> Result<(), DeskError> {
    let trouble = Trouble {
        kind: AlarmKind::Disk,
        about: String::new(),
        since: world.clock.now(),
        details: format!(
            "{} MiB libres; hacen falta {} MiB para recibir correo",
            free / MIB,
            wanted.div_ceil(MIB)
        ),
    };
    world.store.transact(move |books| {
        // Once is enough: each time would be a write more on a disk that is full.
        match books.is_trouble_reported(AlarmKind::Disk, "")? {
            true => Ok(()),
            false => Ok(books.report_trouble(&trouble, None)?),
        }
    })
}
