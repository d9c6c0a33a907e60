//! Bytes that must outlive a loss of power.
//!
//! After a failed fsync the kernel may call clean what it could not write, and the next fsync then
//! says that all is well: nothing that was written since the last good one can be relied on, and
//! trying again proves nothing. So the process ends; the next start writes anew what is not
//! recorded as done.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::Point;

/// Syncs a file, bytes and all; a failure ends the process. `point` is where a test may have it
/// fail.
pub fn sync(file: &File, path: &Path, point: Point) {
    if let Err(error) = synced(file, point) {
        end_process(&format!("{}: {error}", path.display()));
    }
}

fn synced(file: &File, point: Point) -> io::Result<()> {
    match super::fails(point) {
        true => Err(io::Error::other("failed because a test asked for it")),
        false => file.sync_all(),
    }
}

/// Syncs a folder, so that the names in it hold; a failure ends the process.
///
/// # Errors
/// It cannot be opened.
pub fn sync_folder(folder: &Path, point: Point) -> io::Result<()> {
    match synced(&File::open(folder)?, point) {
        // Some file systems do not know it for folders: there the names hold by themselves, or by
        // no means at all.
        Err(error)
            if !matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::Unsupported
            ) =>
        {
            end_process(&format!("{}: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Ends the process because something could not be made durable. Nothing is cleaned up: closing
/// the database would copy what may not be on disk over what is.
pub fn end_process(what: &str) -> ! {
    tracing::error!(
        what,
        "what was written may not be on disk (fsync failed); the process ends. Check the disk, \
         then start it again: what is not recorded as done is done again"
    );
    std::process::exit(1)
}
