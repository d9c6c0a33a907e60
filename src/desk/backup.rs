//! Copies of the database, once a day, and the daily check of its file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, Utc};

use super::world::{DeskError, World};
use crate::judge::Trouble;
use crate::request::AlarmKind;
use crate::store::{Books, Copied, StoreError};

/// When a copy was last due and made, or tried.
const MARK: &str = "backup";
/// The mark that says when a copy was last made, checked and found good.
pub const GOOD: &str = "backup-good";
/// When one was tried once more, because the desk had died in it.
const AGAIN: &str = "backup-again";
/// Since when copies are to be made.
const WANTED: &str = "backup-wanted";
/// When the file was last checked where no copies are made.
const CHECKED: &str = "database-checked";
const BEGINNING: &str = "mesad-";
const END: &str = ".sqlite";

/// What a turn did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackedUp {
    /// Nothing was due.
    Nothing,
    /// A copy was made; the oldest ones above those that are kept are gone.
    Made(Copied),
    /// It could not be made; the desk's people are told, and it is tried again the next day.
    Failed(String),
}

/// Makes the copy that is due, and checks the file of the database.
///
/// # Errors
/// The database is damaged, or the store failed.
pub fn turn(world: &World) -> Result<BackedUp, DeskError> {
    let settings = &world.office.desk.backup;
    if settings.keep == 0 {
        // Whoever copies it otherwise must hear of damage all the same.
        if is_check_due(world)? {
            check(world)?;
        }
        return Ok(BackedUp::Nothing);
    }
    if !is_due(world)? {
        return Ok(BackedUp::Nothing);
    }
    // The file first: a copy of a damaged one must not push out a good one.
    check(world)?;
    let folder = PathBuf::from(&settings.folder);
    let made = made(world, &folder);
    let why = match &made {
        Ok(copied) if copied.verified.broken.is_empty() => {
            let (path, bytes) = (copied.path.display(), copied.bytes);
            tracing::info!(%path, bytes, "database copied and checked");
            None
        }
        Ok(copied) => {
            let broken = copied.verified.broken.iter().map(ToString::to_string);
            Some(broken.collect::<Vec<_>>().join("; "))
        }
        Err(error) if error.is_damage() => return made.map(BackedUp::Made),
        Err(error) => Some(error.to_string()),
    };
    note(world, why)?;
    Ok(match made {
        Ok(copied) => BackedUp::Made(copied),
        Err(error) => BackedUp::Failed(error.to_string()),
    })
}

/// Looks at each page of the file, and removes old lists of what was sent.
fn check(world: &World) -> Result<(), DeskError> {
    world.store.quick_check()?;
    if let Err(error) = world.store.shorten_sent_log() {
        tracing::warn!(%error, "old lists of what was sent could not be removed");
    }
    Ok(())
}

/// Whether the day's check is due where no copies are made, at the hour at which they would be. The
/// start has just made one.
fn is_check_due(world: &World) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let due = last_due(world, now);
    world.store.transact(move |books| {
        let last = books.mark(CHECKED)?;
        if last.is_some_and(|at| at >= due) {
            return Ok(false);
        }
        books.set_mark(CHECKED, now)?;
        Ok(last.is_some())
    })
}

/// When the last good copy was made; before the first, since when there should be one. None: no
/// copies are to be made, or not yet.
pub(super) fn good_since(
    books: &Books<'_>,
    world: &World,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    if world.office.desk.backup.keep == 0 {
        return Ok(None);
    }
    Ok(match books.mark(GOOD)? {
        None => books.mark(WANTED)?,
        good => good,
    })
}

/// Whether the day's copy is due: its time has passed since the last one. At first sight the desk
/// has nothing worth a copy yet.
fn is_due(world: &World) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let due = last_due(world, now);
    world.store.transact(move |books| {
        let Some(last) = books.mark(MARK)? else {
            books.set_mark(WANTED, now)?;
            books.set_mark(MARK, now)?;
            return Ok(false);
        };
        if last < due {
            // Before it is tried: what fails is tried the next day, and does not hold up the work.
            books.set_mark(MARK, now)?;
            return Ok(true);
        }
        let again = died_in_it(books, last)? && books.mark(AGAIN)?.is_none_or(|at| at < due);
        if again {
            books.set_mark(AGAIN, now)?;
        }
        Ok(again)
    })
}

/// Whether the try of that time came to neither a good copy nor a report: the desk died in it.
fn died_in_it(books: &Books<'_>, tried: DateTime<Utc>) -> Result<bool, StoreError> {
    let since = |mark: Option<DateTime<Utc>>| mark.is_some_and(|at| at >= tried);
    Ok(!since(books.mark(GOOD)?)
        && !since(books.mark(WANTED)?)
        && !books.is_trouble_reported(AlarmKind::Backup, "")?)
}

/// The last instant at which a copy was due.
fn last_due(world: &World, now: DateTime<Utc>) -> DateTime<Utc> {
    let calendar = &world.office.calendar;
    let today = calendar.local(now, None).date_naive();
    let at =
        |day: chrono::NaiveDate| calendar.instant(day.and_time(world.office.desk.backup.at), None);
    match at(today) {
        due if due <= now => due,
        _ => at(today - Days::new(1)),
    }
}

fn made(world: &World, folder: &Path) -> Result<Copied, DeskError> {
    let at = |why| StoreError::File(folder.display().to_string(), why);
    make_folder(folder).map_err(at)?;
    let now = world.clock.now();
    let local = world.office.calendar.local(now, None);
    let name = format!("{BEGINNING}{}{END}", local.format("%Y-%m-%d-%H%M%S"));
    let copied = world.store.back_up(&folder.join(name), true, now)?;
    rotate(folder, world.office.desk.backup.keep).map_err(at)?;
    Ok(copied)
}

/// Made for the desk alone: a copy holds all that people wrote.
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)
}

/// Removes the oldest of the desk's own copies above so many; no other file is touched.
fn rotate(folder: &Path, keep: u32) -> io::Result<()> {
    let mut copies = copies(folder)?;
    let keep = usize::try_from(keep).unwrap_or(usize::MAX);
    let above = copies.len().saturating_sub(keep);
    for copy in copies.drain(..above) {
        tracing::info!(path = %copy.display(), "old copy of the database removed");
        fs::remove_file(copy)?;
    }
    Ok(())
}

/// The scheduled copies in a folder, oldest first.
///
/// # Errors
/// The folder cannot be read; one that is not there has none.
pub fn copies(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![];
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let date = name
            .strip_prefix(BEGINNING)
            .and_then(|rest| rest.strip_suffix(END));
        // mesad-2026-11-22-023000.sqlite
        let is_date =
            |date: &str| date.len() == 17 && date.chars().all(|c| c.is_ascii_digit() || c == '-');
        if date.is_some_and(is_date) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Reports a copy that failed, or that they are made again.
fn note(world: &World, why: Option<String>) -> Result<(), DeskError> {
    let now = world.clock.now();
    if let Some(why) = &why {
        tracing::error!(why, "copy of the database");
    }
    world.store.transact(move |books| {
        books.clear_mark(AGAIN)?;
        let Some(details) = why else {
            books.set_mark(GOOD, now)?;
            return Ok(books.take_trouble_back(AlarmKind::Backup, "")?);
        };
        let trouble = Trouble {
            kind: AlarmKind::Backup,
            about: String::new(),
            since: now,
            details,
        };
        Ok(books.report_trouble(&trouble, None)?)
    })
}
