//! The key of the tokens in the folder `state`: `key`, and those before it, each under the name of
//! the last day on which it is accepted (`key.until-2026-12-31`, UTC, that day included).

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::desk::DeskError;
use crate::desk::random::Random;
use crate::desk::token::Key;
use crate::points::{self, Point};
use crate::store::Store;

const OLD: &str = "key.until-";

/// The key of the tokens, with the old ones that are accepted still; made at the first start.
/// Whoever has it can forge answers.
///
/// # Errors
/// It cannot be read, or it is gone while mails that it made tokens for wait for their answers: a
/// new one in its place, unseen, would have them all refused.
pub(super) fn open(state: &Path, store: &Store, random: &Random) -> anyhow::Result<Key> {
    let path = state.join("key");
    if !path.exists() {
        let open = store.transact(|books| books.count_open_tokens().map_err(DeskError::from))?;
        if open > 0 {
            bail!(
                "{}: the key of the tokens is gone, while {open} mails that ask for an answer are \
                 open. Restore it from a backup. If it is lost, `mesad key --lost` makes a new \
                 one: then the tokens of those mails count no more, and what refers to nothing \
                 else is confirmed first",
                path.display()
            );
        }
        make(&path, random).with_context(|| format!("{}", path.display()))?;
    }
    let mut key = Key::new(&bytes(&path)?);
    for (day, bytes) in old(state)? {
        key = key.with_old(&bytes, end_of(day));
    }
    Ok(key)
}

/// Puts a new key in the place of the one that is there, which is accepted for some days more.
/// Returns the last of them.
///
/// # Errors
/// There is no key, or a file cannot be written.
pub(super) fn rotate(
    state: &Path,
    random: &Random,
    now: DateTime<Utc>,
    days: u32,
) -> anyhow::Result<NaiveDate> {
    let path = state.join("key");
    if !path.exists() {
        bail!("{}: there is no key; is it lost? --lost", path.display());
    }
    let today = now.date_naive();
    let mut last = today + Days::new(u64::from(days));
    // Two of one day: each keeps its own file.
    while state.join(format!("{OLD}{last}")).exists() {
        last = last + Days::new(1);
    }
    // A name of its own first: at no instant is the old key under no name.
    fs::hard_link(&path, state.join(format!("{OLD}{last}")))?;
    make(&path, random)?;
    Ok(last)
}

/// Makes a key where it is lost.
///
/// # Errors
/// There is one, or it cannot be written.
pub(super) fn replace_lost(state: &Path, random: &Random) -> anyhow::Result<()> {
    let path = state.join("key");
    if path.exists() {
        bail!("{}: the key is there; it is not lost", path.display());
    }
    make(&path, random).with_context(|| format!("{}", path.display()))
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = fs::read(path).with_context(|| format!("{}", path.display()))?;
    if bytes.len() != Key::BYTES {
        bail!(
            "{}: not a key of {} bytes; restore it from a backup, or move it away and run \
             `mesad key --lost`: then answers to mails already sent that carry nothing but a token \
             count only after a confirmation",
            path.display(),
            Key::BYTES
        );
    }
    Ok(bytes)
}

/// Old keys by their last day.
fn old(state: &Path) -> anyhow::Result<Vec<(NaiveDate, Vec<u8>)>> {
    let mut found = vec![];
    for entry in fs::read_dir(state).with_context(|| format!("{}", state.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let day = name.to_str().and_then(|name| name.strip_prefix(OLD));
        let Some(day) = day else { continue };
        let Ok(day) = day.parse() else {
            bail!("{}: the day in its name is none", entry.path().display());
        };
        found.push((day, bytes(&entry.path())?));
    }
    found.sort();
    Ok(found)
}

fn end_of(day: NaiveDate) -> DateTime<Utc> {
    (day + Days::new(1)).and_time(NaiveTime::MIN).and_utc()
}

/// Written whole beside its place first: half a key would keep the desk from ever starting.
fn make(path: &Path, random: &Random) -> anyhow::Result<()> {
    let mut bytes = [0; Key::BYTES];
    random.fill(&mut bytes)?;
    let beside = path.with_extension("new");
    // What a start that was killed left; it may have been made with other rights.
    if beside.exists() {
        fs::remove_file(&beside)?;
    }
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(&bytes)?;
    points::sync(&file, &beside, Point::MakingKey);
    points::here(Point::MakingKey);
    fs::rename(&beside, path)?;
    points::sync_folder(path.parent().unwrap_or(Path::new(".")), Point::MadeKey)?;
    points::here(Point::MadeKey);
    Ok(())
}
