//! Whether the disk has room: without it no mail is taken, so that it stays where it is safe. The
//! desk's people are told by the same rule, where alarms are raised (`alarm.rs`).

use super::world::{DeskError, World};
use crate::judge::Room;
use crate::store::Store;

/// Bytes that are free for the desk on the disk of the database; in memory there is no end of them.
///
/// # Errors
/// The disk does not answer.
pub fn free(store: &Store) -> Result<u64, DeskError> {
    let Some(path) = store.path() else {
        return Ok(u64::MAX);
    };
    let folder = path.parent().unwrap_or(path);
    let disk = rustix::fs::statvfs(folder).map_err(|error| DeskError::Disk(error.to_string()))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The same with how much should be free; none where the disk does not answer.
pub fn room(world: &World) -> Option<Room> {
    let wanted = world.office.desk.limits.free_bytes;
    free(&world.store).ok().map(|free| Room { free, wanted })
}

/// Fails where less is free than what is configured, so that no mail is taken that could then not
/// be stored, handled and answered.
///
/// # Errors
/// [`DeskError::NoRoom`]; the disk does not answer.
pub fn check(world: &World) -> Result<(), DeskError> {
    let (free, wanted) = (free(&world.store)?, world.office.desk.limits.free_bytes);
    match free < wanted {
        true => Err(DeskError::NoRoom { free, wanted }),
        false => Ok(()),
    }
}
