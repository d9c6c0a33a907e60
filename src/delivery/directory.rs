//! Mails as `.eml` files in a folder, each written whole or not at all.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Envelope, Sent};
use crate::points::{self, Point};

/// Longest file name before `.eml`, in bytes; most file systems take 255.
const NAME_LIMIT: usize = 180;

/// A folder of `.eml` files.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
}

impl Directory {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        match fs::create_dir(path) {
            Ok(()) => {}
            Err(_) if path.is_dir() => {}
            Err(error) => return Err(error),
        }
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// A repeat overwrites its file.
    pub(super) fn send(&self, envelope: &Envelope<'_>, bytes: &[u8]) -> Sent {
        let file = self.path.join(file_name(envelope));
        match write_whole(&file, bytes) {
            Ok(()) => Sent::Sent {
                reply: file.display().to_string(),
            },
            Err(error) => Sent::Later {
                why: format!("{}: {error}", file.display()),
            },
        }
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Begins with a dot and does not end with `.eml`: readers of the folder pass it over.
    let tmp = folder.join(format!(".{name}.tmp"));
    let mut file = File::create(&tmp)?;
    points::here(Point::FileBegun);
    file.write_all(bytes)?;
    points::here(Point::FileWritten);
    points::sync(&file, &tmp, Point::FileWritten);
    points::here(Point::FileSynced);
    fs::rename(&tmp, path)?;
    points::here(Point::FileRenamed);
    points::sync_folder(folder, Point::FileRenamed)
}

/// The Message-ID without its brackets; letters that a file name should not hold as `%XX`, so that
/// two names never meet.
fn file_name(envelope: &Envelope<'_>) -> String {
    let mut name = String::new();
    for byte in envelope.name.trim_matches(['<', '>']).bytes() {
        let first = name.is_empty();
        match byte {
            b'.' if first => name.push_str("%2E"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'@' | b'+' => {
                name.push(char::from(byte));
            }
            other => {
                let _ = write!(name, "%{other:02X}");
            }
        }
    }
    if name.is_empty() || name.len() > NAME_LIMIT {
        let digest = ring::digest::digest(&ring::digest::SHA256, envelope.name.as_bytes());
        name = data_encoding::HEXLOWER.encode(digest.as_ref());
    }
    name.push_str(".eml");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> String {
        file_name(&Envelope {
            return_path: None,
            to: "ana@ministerio.test",
            name,
        })
    }

    #[test]
    fn names_stay_in_the_folder_and_do_not_meet() {
        assert_eq!(named("<n12.abc@mesa.test>"), "n12.abc@mesa.test.eml");
        assert_eq!(named("../../etc/passwd"), "%2E.%2F..%2Fetc%2Fpasswd.eml");
        assert_eq!(named("a%2Fb"), "a%252Fb.eml");
        assert_ne!(named("ñ"), named("Ñ"));
        assert!(named("").len() == 68 && named(&"x".repeat(900)).len() == 68);
    }

    #[test]
    fn a_repeat_overwrites_its_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(&folder.path().join("salida")).unwrap();
        let envelope = Envelope {
            return_path: None,
            to: "ana@ministerio.test",
            name: "<1@mesa.test>",
        };
        for _ in 0..2 {
            let sent = directory.send(&envelope, b"Subject: hola\r\n\r\nhola\r\n");
            assert!(matches!(sent, Sent::Sent { .. }), "{sent:?}");
        }
        let names: Vec<_> = fs::read_dir(folder.path().join("salida"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, ["1@mesa.test.eml"]);
        let read = fs::read(folder.path().join("salida/1@mesa.test.eml")).unwrap();
        assert_eq!(read, b"Subject: hola\r\n\r\nhola\r\n");
    }

    #[test]
    fn a_folder_that_went_away_is_later() {
        let folder = tempfile::tempdir().unwrap();
        let directory = Directory::open(&folder.path().join("salida")).unwrap();
        fs::remove_dir(folder.path().join("salida")).unwrap();
        let envelope = Envelope {
            return_path: None,
            to: "ana@ministerio.test",
            name: "<1@m>",
        };
        assert!(matches!(
            directory.send(&envelope, b"x"),
            Sent::Later { .. }
        ));
        assert!(Directory::open(&folder.path().join("a/b")).is_err());
    }
}
