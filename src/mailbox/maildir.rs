//! A Maildir: one file a mail; `new/` → `cur/`, and folders beside them as Maildir++ has them.
//! Nothing is ever deleted, and only regular files are mails.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

use super::folders::{Folder, configured};
use super::names::modified_utf7;
use super::{Fate, HEADER_LIMIT, Listed, MailboxError, Uid};
use crate::office::Filing;

/// UIDVALIDITY of all Maildirs: file names are never used again.
const VALIDITY: u32 = 1;
/// How often a wait looks whether something arrived or it should stop.
const TICK: Duration = Duration::from_millis(250);
/// Longest wait: a delivery may hide behind the resolution of the folder's time of change.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Files by the unique part of their names.
type Mails = BTreeMap<String, PathBuf>;

/// A mailbox in a folder of files.
#[derive(Debug)]
pub struct Maildir {
    path: PathBuf,
    filing: Filing,
    /// Where each mail was when it was last looked for, by the unique part of its name.
    known: Mails,
    /// When `new/` had changed, before it was last read.
    changed: Option<SystemTime>,
}

impl Maildir {
    pub(super) fn open(path: &Path, filing: Filing) -> Result<Self, MailboxError> {
        create(path).map_err(|e| {
            MailboxError::Configuration(format!(
                "the Maildir {} can't be used: {e}",
                path.display()
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            filing,
            known: BTreeMap::new(),
            changed: None,
        })
    }

    /// In order of the times that names begin with; of the file's time of change for others.
    pub(super) fn look(&mut self) -> Result<Vec<Uid>, MailboxError> {
        self.changed = changed(&self.path);
        self.scan()?;
        let mut found: Vec<_> = self
            .known
            .iter()
            .map(|(uid, path)| (order(uid, path), uid))
            .collect();
        found.sort();
        Ok(found
            .into_iter()
            .map(|(_, uid)| Uid {
                validity: VALIDITY,
                uid: uid.clone(),
            })
            .collect())
    }

    fn scan(&mut self) -> Result<(), MailboxError> {
        self.known = mails_in(&self.path)?;
        Ok(())
    }

    /// Calls `act` with the mail's path; once more with its new path if it has moved meanwhile.
    fn at<T>(
        &mut self,
        uid: &Uid,
        act: impl Fn(&Path) -> io::Result<T>,
    ) -> Result<T, MailboxError> {
        for fresh in [false, true] {
            if fresh {
                self.scan()?;
            }
            let known = self
                .known
                .get(&uid.uid)
                .filter(|_| uid.validity == VALIDITY);
            let Some(path) = known else { continue };
            match act(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => return done.map_err(|e| retry(path, &e)),
            }
        }
        Err(MailboxError::Gone)
    }

    pub(super) fn describe(&mut self, uids: &[Uid]) -> Result<Vec<(Uid, Listed)>, MailboxError> {
        let missing = |uid: &&Uid| self.known.get(&uid.uid).is_none_or(|path| !path.exists());
        if uids.iter().any(|uid| missing(&uid)) {
            self.scan()?;
        }
        let mut found = Vec::new();
        for uid in uids.iter().filter(|uid| uid.validity == VALIDITY) {
            let Some(path) = self.known.get(&uid.uid) else {
                continue;
            };
            match fs::symlink_metadata(path) {
                Ok(data) => {
                    let modified = data.modified().map_err(|e| retry(path, &e))?;
                    let listed = Listed {
                        bytes: data.len(),
                        received_at: instant(modified),
                    };
                    found.push((uid.clone(), listed));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(retry(path, &error)),
            }
        }
        Ok(found)
    }

    pub(super) fn fetch(&mut self, uid: &Uid, header_only: bool) -> Result<Vec<u8>, MailboxError> {
        self.at(uid, |path| {
            let mut bytes = Vec::new();
            let mut file = File::open(path)?;
            if !header_only {
                file.read_to_end(&mut bytes)?;
                return Ok(bytes);
            }
            file.take(HEADER_LIMIT).read_to_end(&mut bytes)?;
            let end = header_end(&bytes);
            bytes.truncate(end);
            Ok(bytes)
        })
    }

    pub(super) fn file(&mut self, uid: &Uid, fate: Fate) -> Result<(), MailboxError> {
        let target = match super::target(&self.filing, fate) {
            Some(name) => self.folder(name)?,
            None => self.path.clone(),
        };
        let cur = target.join("cur");
        self.at(uid, |path| {
            let name = path.file_name().unwrap_or_default();
            let mut name = name.to_owned();
            if !name.as_encoded_bytes().windows(3).any(|w| w == b":2,") {
                name.push(":2,");
            }
            let to = cur.join(name);
            if to == path {
                Ok(())
            } else {
                fs::rename(path, to)
            }
        })
    }

    pub(super) fn refile(&self, uid: &Uid) -> Result<(), MailboxError> {
        let folders =
            super::target(&self.filing, Fate::Review).zip(super::target(&self.filing, Fate::Done));
        let Some((review, done)) = folders else {
            return Err(MailboxError::Gone);
        };
        let cur = self.folder(done)?.join("cur");
        let review = self.folder(review)?;
        for folder in ["new", "cur"] {
            let folder = review.join(folder);
            for entry in fs::read_dir(&folder).map_err(|e| retry(&folder, &e))? {
                let entry = entry.map_err(|e| retry(&folder, &e))?;
                if unique(&entry).as_deref() == Some(uid.uid.as_str()) {
                    let to = cur.join(entry.file_name());
                    return fs::rename(entry.path(), to).map_err(|e| retry(&folder, &e));
                }
            }
        }
        Err(MailboxError::Gone)
    }

    /// Where a folder is, whether it is there or not.
    fn path_of(&self, folder: Folder) -> Option<PathBuf> {
        match folder {
            Folder::Incoming => Some(self.path.clone()),
            other => Some(
                self.path
                    .join(beside(configured(&self.filing, other)?).ok()?),
            ),
        }
    }

    /// The Maildir++ folder of a name: `.Procesados` beside `cur`; `/` separates levels.
    fn folder(&self, name: &str) -> Result<PathBuf, MailboxError> {
        let path = self.path.join(beside(name)?);
        let made = create(&path).and_then(|()| {
            // Marks a folder of another Maildir for delivery programs.
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(path.join("maildirfolder"))
        });
        made.map_err(|e| retry(&path, &e))?;
        Ok(path)
    }

    pub(super) fn wait(&self, at_most: Duration, stop: &AtomicBool) {
        let mut left = at_most.min(LONGEST_WAIT);
        while !left.is_zero() && !stop.load(Ordering::Relaxed) {
            if changed(&self.path) != self.changed {
                return;
            }
            let step = left.min(TICK);
            std::thread::sleep(step);
            left -= step;
        }
    }
}

/// The folder of a name, beside `cur`.
fn beside(name: &str) -> Result<String, MailboxError> {
    let levels: Vec<&str> = name
        .split(['/', '.'])
        .filter(|level| !level.is_empty())
        .collect();
    if levels.is_empty() || name.contains(char::is_control) {
        let message = format!("{name:?} can't be the name of a folder");
        return Err(MailboxError::Configuration(message));
    }
    Ok(modified_utf7(&format!(".{}", levels.join("."))))
}

/// The mails of a Maildir, by the unique part of their names; none where there is no such folder.
fn mails_in(path: &Path) -> Result<Mails, MailboxError> {
    let mut found = BTreeMap::new();
    // `new` first: a mail that moves to `cur` meanwhile is found there.
    for folder in ["new", "cur"] {
        let folder = path.join(folder);
        for entry in fs::read_dir(&folder).map_err(|e| retry(&folder, &e))? {
            let entry = entry.map_err(|e| retry(&folder, &e))?;
            if let Some(uid) = unique(&entry) {
                found.insert(uid, entry.path());
            }
        }
    }
    Ok(found)
}

/// A file's time; 1970 where no calendar has it (file systems keep years beyond 260,000).
fn instant(at: SystemTime) -> DateTime<Utc> {
    let after = at.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = match &after {
        Ok(since) => i64::try_from(since.as_secs()).ok(),
        Err(before) => i64::try_from(before.duration().as_secs()).ok().map(|s| -s),
    };
    let nanos = after.map_or(0, |since| since.subsec_nanos());
    seconds
        .and_then(|seconds| DateTime::from_timestamp(seconds, nanos))
        .unwrap_or_default()
}

/// Makes a Maildir's three folders where they are missing.
///
/// # Errors
/// Where the folder above does not exist, or nothing may be made there.
pub fn create(path: &Path) -> io::Result<()> {
    for folder in [
        path.to_owned(),
        path.join("tmp"),
        path.join("new"),
        path.join("cur"),
    ] {
        match fs::create_dir(&folder) {
            Ok(()) => {}
            Err(_) if folder.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Delivers a mail into a Maildir: written whole and synced in `tmp`, then renamed into `new`. Its
/// name begins with its time, which is also the file's; `name` must be unique among those of that
/// time. The same again replaces the file.
///
/// # Errors
/// Where the Maildir can't be written.
pub fn deliver(
    path: &Path,
    name: &str,
    received_at: DateTime<Utc>,
    bytes: &[u8],
) -> io::Result<Uid> {
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
                c
            } else {
                '_'
            }
        })
        .take(100)
        .collect();
    let (seconds, micros) = (
        received_at.timestamp(),
        received_at.timestamp_subsec_micros(),
    );
    let uid = format!("{seconds}.M{micros:06}_{safe}.mesad");
    let tmp = path.join("tmp").join(&uid);
    let mut file = File::create(&tmp)?;
    file.write_all(bytes)?;
    file.set_modified(received_at.into())?;
    file.sync_all()?;
    let new = path.join("new");
    fs::rename(tmp, new.join(&uid))?;
    File::open(new)?.sync_all()?;
    Ok(Uid {
        validity: VALIDITY,
        uid,
    })
}

fn retry(path: &Path, error: &io::Error) -> MailboxError {
    MailboxError::Retry(format!("{}: {error}", path.display()))
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path.join("new"))
        .and_then(|data| data.modified())
        .ok()
}

/// The unique part of a mail's file name; none for what is not a mail.
fn unique(entry: &fs::DirEntry) -> Option<String> {
    let name = entry.file_name();
    let bytes = name.as_encoded_bytes();
    if bytes.starts_with(b".") || !entry.file_type().ok()?.is_file() {
        return None;
    }
    let unique = bytes.split(|&byte| byte == b':').next().unwrap_or_default();
    Some(match std::str::from_utf8(unique) {
        Ok(name) => name.to_owned(),
        Err(_) => unique.escape_ascii().to_string(),
    })
}

/// Seconds and microseconds by which mails are ordered: names begin with `seconds.M…` by custom.
fn order(uid: &str, path: &Path) -> (u64, u64) {
    let mut parts = uid.splitn(2, '.');
    if let Some(seconds) = parts.next().and_then(|part| part.parse().ok()) {
        let rest = parts
            .next()
            .and_then(|rest| rest.strip_prefix('M'))
            .unwrap_or_default();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        return (seconds, digits.parse().unwrap_or(0));
    }
    let modified = fs::symlink_metadata(path)
        .and_then(|data| data.modified())
        .ok();
    let since = modified.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.map_or((0, 0), |since| {
        (since.as_secs(), u64::from(since.subsec_micros()))
    })
}

/// Where the header ends, its blank line included.
fn header_end(bytes: &[u8]) -> usize {
    let mut line_begins = true;
    for (index, &byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' if line_begins => return index + 1,
            b'\n' => line_begins = true,
            b'\r' => {}
            _ => line_begins = false,
        }
    }
    bytes.len()
}

mod beside;

#[cfg(test)]
mod tests;
