//! Copies of the database: whole under their name, or not there at all.
//!
//! `VACUUM INTO` and not the online backup of pages: it reads in one transaction, so that nobody
//! waits and nothing makes it begin anew; it reads every table through its tree, so that a damaged
//! page is met and not copied; and what was purged is not in the copy, for it takes no free pages.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::error::StoreError;
use crate::points::{self, Point};

/// The path with something after its name.
pub(super) fn named(path: &Path, end: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(end);
    path.with_file_name(name)
}

/// The path of a file that is being made.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    path.with_file_name(name)
}

/// An error of a file, with its name.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.display().to_string();
    move |why| StoreError::File(path, why)
}

/// Makes an empty file that nobody else may read.
pub(super) fn create(path: &Path) -> Result<File, StoreError> {
    match fs::remove_file(path) {
        // What a copy that was killed left.
        Ok(()) => (),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (),
        Err(error) => return Err(at(path)(error)),
    }
    let mut options = OpenOptions::new();
    options.create_new(true).write(true).mode(0o600);
    options.open(path).map_err(at(path))
}

/// Makes what was renamed or removed in a folder last.
pub(super) fn sync_folder(of: &Path) -> Result<(), StoreError> {
    let folder = match of.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(at(folder))
}

/// Writes what a connection sees to a file, in the place of one that is there. `finish` is given
/// the copy under its passing name, and may refuse it.
pub(super) fn write<T>(
    from: &Connection,
    to: &Path,
    finish: impl FnOnce(&Path) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let part = beside(to);
    let done = written(from, &part).and_then(|()| finish(&part));
    let done = done.and_then(|done| {
        points::here(Point::Copying);
        // SQLite does not do it for VACUUM INTO.
        let synced = File::open(&part).and_then(|file| file.sync_all());
        synced.map_err(at(&part))?;
        fs::rename(&part, to).map_err(at(to))?;
        points::here(Point::Copied);
        sync_folder(to)?;
        Ok(done)
    });
    if done.is_err() {
        // What is left of it would only take room; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&part);
    }
    done
}

fn written(from: &Connection, part: &Path) -> Result<(), StoreError> {
    // Made first, so that at no instant others may read it.
    create(part)?;
    let name = part.to_str().ok_or_else(|| {
        let words = "a path that is not UTF-8 cannot be handed to SQLite";
        at(part)(io::Error::new(io::ErrorKind::InvalidInput, words))
    })?;
    from.execute("VACUUM INTO ?1", [name])?;
    Ok(())
}
