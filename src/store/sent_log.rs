//! What was sent, written beside the database, so that a restore of an older copy does not make the
//! desk forget it: one line for each mail that the server took, a file for each month.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::books::{Store, sha256};

/// The folder beside the database.
const FOLDER: &str = "sent";
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
    /// Since when all is written down; none: nothing is there.
    pub begins_at: Option<DateTime<Utc>>,
    /// The mails by their Message-IDs.
    pub lines: BTreeMap<String, SentLine>,
}

impl Store {
    /// None in a simulation, whose database is in memory.
    fn sent_folder(&self) -> Option<PathBuf> {
        Some(self.path()?.with_file_name(FOLDER))
    }

    /// Writes down that a mail was sent; it lasts once this returns.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn note_sent(&self, line: &SentLine) -> io::Result<()> {
        let Some(folder) = self.sent_folder() else {
            return Ok(());
        };
        let begins = !folder.is_dir();
        if begins {
            fs::DirBuilder::new().mode(0o700).create(&folder)?;
            File::open(folder.parent().unwrap_or(&folder))?.sync_all()?;
        }
        let path = folder.join(format!("{}.log", line.at.format("%Y-%m")));
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        let mut file = options.append(true).create(true).mode(0o600).open(&path)?;
        let mut text = String::new();
        if begins {
            let at = line.at.format("%Y-%m-%dT%H:%M:%S%.6fZ");
            text = format!("{BEGIN} {at}\n");
        }
        text += &line.text();
        file.write_all(text.as_bytes())?;
        file.sync_data()?;
        if is_new {
            File::open(&folder)?.sync_all()?;
        }
        Ok(())
    }

    /// What was sent since a time.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn sent_log(&self, since: DateTime<Utc>) -> io::Result<SentLog> {
        let mut log = SentLog::default();
        let mut first = None;
        for path in self.sent_files()? {
            // A line that was cut off by a loss of power, or damaged, says nothing.
            for line in String::from_utf8_lossy(&fs::read(path)?).lines() {
                if let Some(at) = line.strip_prefix(BEGIN) {
                    let at: Option<DateTime<Utc>> = at.trim().parse().ok();
                    // The latest: where it began anew, what was before is no more known to be all.
                    log.begins_at = log.begins_at.max(at);
                } else if let Some(sent) = SentLine::read(line) {
                    first.get_or_insert(sent.at);
                    if sent.at >= since {
                        log.lines.insert(sent.message_id.clone(), sent);
                    }
                }
            }
        }
        // Where the oldest files were removed.
        log.begins_at = log.begins_at.or(first);
        Ok(log)
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
        let Some(folder) = self.sent_folder() else {
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
