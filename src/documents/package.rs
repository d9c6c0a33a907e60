//! The zip container of DOCX, ODT, XLSX and ODS, unpacked under limits. What an entry declares of
//! its size is not believed: bytes are counted as they come.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{Unreadable, limits};

/// An opened container.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'a> Package<'a> {
    /// Opens a container.
    ///
    /// # Errors
    /// [`Unreadable::Corrupt`] where it has no directory; [`Unreadable::OverLimit`] where it has
    /// too many parts.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Corrupt)?;
        if archive.len() > limits::PARTS {
            return Err(Unreadable::OverLimit);
        }
        Ok(Package {
            archive,
            left: limits::BYTES_UNPACKED,
        })
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Whether there is a part under this folder (`word/`).
    pub(super) fn has_under(&self, folder: &str) -> bool {
        self.names().iter().any(|name| name.starts_with(folder))
    }

    /// The names of the parts, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .archive
            .file_names()
            .filter_map(|name| Some(name.ok()?.into_owned()))
            .collect();
        names.sort();
        names
    }

    /// The text of a part.
    ///
    /// # Errors
    /// [`Unreadable::Corrupt`] where it is absent, broken or not UTF-8 or UTF-16;
    /// [`Unreadable::Encrypted`]; [`Unreadable::OverLimit`].
    pub(super) fn read(&mut self, name: &str) -> Result<String, Unreadable> {
        let index = self
            .archive
            .index_for_name(name)
            .ok_or(Unreadable::Corrupt)?;
        let bytes = self.unpacked(index)?;
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            return super::plain::decode(&bytes).ok_or(Unreadable::Corrupt);
        }
        String::from_utf8(bytes).map_err(|_| Unreadable::Corrupt)
    }

    /// The bytes of a part.
    ///
    /// # Errors
    /// As [`Package::read`].
    pub(super) fn read_bytes(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        let index = self.archive.index_for_name(name);
        self.unpacked(index.ok_or(Unreadable::Corrupt)?)
    }

    fn unpacked(&mut self, index: usize) -> Result<Vec<u8>, Unreadable> {
        let mut bytes = Vec::new();
        self.unpack(index, &mut bytes)?;
        Ok(bytes)
    }

    /// The first bytes of a part, where it can be read.
    pub(super) fn read_start(&mut self, name: &str, most: u64) -> Option<Vec<u8>> {
        let mut start = Vec::new();
        self.archive
            .by_name(name)
            .ok()?
            .take(most)
            .read_to_end(&mut start)
            .ok()?;
        Some(start)
    }

    /// Unpacks every part and throws it away, for libraries that unpack without a limit.
    ///
    /// # Errors
    /// As [`Package::read`].
    pub(super) fn check_all(&mut self) -> Result<(), Unreadable> {
        (0..self.archive.len()).try_for_each(|index| self.unpack(index, &mut std::io::sink()))
    }

    fn unpack(&mut self, index: usize, into: &mut impl std::io::Write) -> Result<(), Unreadable> {
        let part = self.archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)
            | ZipError::InvalidPassword => Unreadable::Encrypted,
            _ => Unreadable::Corrupt,
        })?;
        // One byte more than what is left shows that there would have been more.
        let mut bounded = part.take(self.left + 1);
        let unpacked = std::io::copy(&mut bounded, into).map_err(|_| Unreadable::Corrupt)?;
        self.left = self
            .left
            .checked_sub(unpacked)
            .ok_or(Unreadable::OverLimit)?;
        Ok(())
    }
}
