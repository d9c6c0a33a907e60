//! What was sent, written beside the database, so that a restore of an older copy does not make the
//! desk forget it: one line for each mail that the server took, a file for each month.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::books::{Store, sha256};
use crate::points::{self, Point};

/// The folder beside the database.
const FOLDER: &str = "sent";
/// The empty file beside the folder that says that a mail was sent and is not in the list. Not in
/// the folder: what keeps a line out of that may keep the file out, too.
const GAP: &str = "sent.gap";
/// The first line of the first file says since when all is written down.
const BEGIN: &str = "begin";
/// How many months are kept.
const MONTHS: usize = 14;

/// A mail that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentLine {
    /// When.
    pub at: DateTime<Utc>,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Folder of its template.
    pub message: String,
    /// The request's number; `-`: none.
    pub number: String,
    /// The first 8 bytes of SHA-256 of the address, in hexadecimal.
    pub to: String,
}

impl SentLine {
    /// A line.
    pub fn new(
        at: DateTime<Utc>,
        (message_id, message): (&str, &str),
        number: Option<&str>,
        address: &str,
    ) -> Self {
        Self {
            at,
            message_id: message_id.to_owned(),
            message: message.to_owned(),
            number: number.unwrap_or("-").to_owned(),
            to: shortened(address),
        }
    }

    fn text(&self) -> String {
        let at = self.at.format("%Y-%m-%dT%H:%M:%S%.6fZ");
        let (id, message, number, to) = (&self.message_id, &self.message, &self.number, &self.to);
        format!("{at} {id} {message} {number} {to}\n")
    }

    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ').map(str::to_owned);
        let line = Self {
            at: words.next()?.parse().ok()?,
            message_id: words.next()?,
            message: words.next()?,
            number: words.next()?,
            to: words.next()?,
        };
        words.next().is_none().then_some(line)
    }
}

/// An address as a line has it.
pub(super) fn shortened(address: &str) -> String {
    let hash = sha256(address.to_lowercase().as_bytes());
    data_encoding::HEXLOWER.encode(hash.get(..8).unwrap_or_default())
}

/// What was sent, as it is written beside the database.
#[derive(Clone, Debug, Default)]
pub struct SentLog {
    /// Since when all is written down; none: nothing is there, or something is missing at the end.
    pub begins_at: Option<DateTime<Utc>>,
    /// The mails by their Message-IDs.
    pub lines: BTreeMap<String, SentLine>,
}

/// The list as it is read, line by line.
#[derive(Default)]
struct Reading {
    log: SentLog,
    first: Option<DateTime<Utc>>,
    /// The last line says nothing: a loss of power or a full disk cut it off, or it is damaged. It
    /// may be of a mail that stands in no other one.
    torn: bool,
}

impl Reading {
    fn line(&mut self, line: &str, since: DateTime<Utc>) {
        let begins = line
            .strip_prefix(BEGIN)
            .and_then(|at| at.trim().parse().ok());
        if begins.is_some() {
            // The latest: where it began anew, what was before is no more known to be all.
            self.log.begins_at = self.log.begins_at.max(begins);
            self.torn = false;
        } else if let Some(sent) = SentLine::read(line) {
            self.first.get_or_insert(sent.at);
            if std::mem::take(&mut self.torn) {
                self.log.begins_at = self.log.begins_at.max(Some(sent.at));
            }
            if sent.at >= since {
                self.log.lines.insert(sent.message_id.clone(), sent);
            }
        } else {
            self.torn = true;
        }
    }

    fn done(self, has_gap: bool) -> SentLog {
        let mut log = self.log;
        log.begins_at = match self.torn || has_gap {
            true => None,
            // The first line where the oldest files were removed.
            false => log.begins_at.or(self.first),
        };
        log
    }
}

fn begin(at: DateTime<Utc>) -> String {
    format!("{BEGIN} {}\n", at.format("%Y-%m-%dT%H:%M:%S%.6fZ"))
}

/// Whether a file ends in the midst of a line.
fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// The folder that something lies in.
fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

impl Store {
    /// What has this name beside the database; none in a simulation, whose database is in memory.
    fn beside(&self, name: &str) -> Option<PathBuf> {
        Some(self.path()?.with_file_name(name))
    }

    /// Writes down that a mail was sent; it lasts once this returns.
    ///
    /// # Errors
    /// The file cannot be written: the list lacks this mail.
    pub fn note_sent(&self, line: &SentLine) -> io::Result<()> {
        self.append(line.at, &line.text())
    }

    /// Notes that a mail was sent which the list lacks. It is noted beside the list and not in the
    /// database alone: that is what a restore replaces.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn note_sent_gap(&self) -> io::Result<()> {
        let Some(gap) = self.beside(GAP) else {
            return Ok(());
        };
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        options.open(&gap)?;
        points::sync_folder(folder_of(&gap), Point::NotingSent)
    }

    /// Whether a mail was sent which the list lacks, and the list was not begun anew since.
    pub fn has_sent_gap(&self) -> bool {
        // A file that cannot be looked at may be there.
        self.beside(GAP)
            .is_some_and(|gap| gap.try_exists().unwrap_or(true))
    }

    /// Begins the list anew: what was sent before is no more known to be all.
    ///
    /// # Errors
    /// The list cannot be written; it is as it was.
    pub fn begin_sent_log_anew(&self, now: DateTime<Utc>) -> io::Result<()> {
        self.append(now, &begin(now))?;
        let Some(gap) = self.beside(GAP) else {
            return Ok(());
        };
        match fs::remove_file(&gap) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => points::sync_folder(folder_of(&gap), Point::NotingSent),
        }
    }

    /// Appends to the list; it lasts once this returns.
    fn append(&self, at: DateTime<Utc>, text: &str) -> io::Result<()> {
        let Some(folder) = self.beside(FOLDER) else {
            return Ok(());
        };
        let begins = !folder.is_dir();
        if begins {
            fs::DirBuilder::new().mode(0o700).create(&folder)?;
            points::sync_folder(folder_of(&folder), Point::NotingSent)?;
        }
        let path = folder.join(format!("{}.log", at.format("%Y-%m")));
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let mut file = options.open(&path)?;
        let mut whole = String::new();
        if is_torn(&mut file)? {
            // Else this line would be lost with the one that was not finished.
            whole.push('\n');
        }
        if begins {
            whole += &begin(at);
        }
        whole += text;
        file.write_all(whole.as_bytes())?;
        points::here(Point::NotingSent);
        // What fails here is noted as a gap: the mail is out, and its record must still be made.
        file.sync_all()?;
        if is_new {
            points::sync_folder(&folder, Point::NotingSent)?;
        }
        points::here(Point::NotedSent);
        Ok(())
    }

    /// What was sent since a time.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn sent_log(&self, since: DateTime<Utc>) -> io::Result<SentLog> {
        let mut read = Reading::default();
        for path in self.sent_files()? {
            for line in String::from_utf8_lossy(&fs::read(path)?).lines() {
                read.line(line, since);
            }
        }
        Ok(read.done(self.has_sent_gap()))
    }

    /// Removes the files of months long past. The oldest that stays says since when all is there.
    ///
    /// # Errors
    /// A file cannot be read or removed.
    pub fn shorten_sent_log(&self) -> io::Result<()> {
        let mut files = self.sent_files()?;
        if files.len() <= MONTHS {
            return Ok(());
        }
        for path in files.drain(..files.len() - MONTHS) {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    fn sent_files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = vec![];
        let Some(folder) = self.beside(FOLDER) else {
            return Ok(files);
        };
        match fs::read_dir(folder) {
            Ok(entries) => {
                for entry in entries {
                    let path = entry?.path();
                    if path.extension().is_some_and(|end| end == "log") {
                        files.push(path);
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (),
            Err(error) => return Err(error),
        }
        files.sort();
        Ok(files)
    }
}
