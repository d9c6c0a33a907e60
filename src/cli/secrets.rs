//! Finds secrets: a file, a systemd credential, an environment variable, a command. They are read
//! anew at each call, and neither they nor what a command prints is ever shown.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::office::SecretSource;

/// How often a command is looked after, and how many times: 30 s in all.
const TICK: Duration = Duration::from_millis(20);
const TICKS: u32 = 1500;
/// Longest secret, in bytes; access tokens have a few thousand.
const LIMIT: u64 = 64 * 1024;

/// A function that reads the secret at each call, as mailbox and delivery want it. Relative files
/// lie in `folder` (the configuration's).
#[must_use]
pub fn reader(
    source: SecretSource,
    folder: PathBuf,
) -> Box<dyn Fn() -> Result<String, String> + Send> {
    Box::new(move || read(&source, &folder))
}

/// Reads a secret: the first line of what is found.
///
/// # Errors
/// Where it is not there, in words for an administrator.
pub fn read(source: &SecretSource, folder: &Path) -> Result<String, String> {
    let text = match source {
        SecretSource::File(name) => file(&folder.join(name))?,
        SecretSource::Credential(name) => {
            let folder = std::env::var_os("CREDENTIALS_DIRECTORY").ok_or_else(|| {
                format!(
                    "credential {name}: not started by systemd with it; \
                     add LoadCredential={name}:/path/of/the/file to the unit"
                )
            })?;
            file(&Path::new(&folder).join(name))?
        }
        SecretSource::Environment(name) => std::env::var(name)
            .map_err(|_| format!("environment variable {name}: not set, or not UTF-8"))?,
        SecretSource::Command(words) => command(words, folder)?,
    };
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(format!("{}: its first line is empty", name(source))),
    }
}

/// What the source is, for messages.
fn name(source: &SecretSource) -> String {
    match source {
        SecretSource::File(name) => format!("file {name}"),
        SecretSource::Credential(name) => format!("credential {name}"),
        SecretSource::Environment(name) => format!("environment variable {name}"),
        SecretSource::Command(words) => {
            format!("command {}", words.first().map_or("", String::as_str))
        }
    }
}

fn file(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn command(words: &[String], folder: &Path) -> Result<String, String> {
    let Some((program, arguments)) = words.split_first() else {
        return Err("the command is empty".to_owned());
    };
    let trouble = |what: &dyn std::fmt::Display| format!("command {program}: {what}");
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // It might say there what it should only hand over.
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| trouble(&e))?;
    let output = child.stdout.take();
    // Read on a thread of its own: a command that prints nothing must not hold us up.
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        output
            .map_or(Ok(0), |output| output.take(LIMIT).read_to_end(&mut bytes))
            .map(|_| bytes)
    });
    ended(&mut child).map_err(|e| trouble(&e))?;
    let bytes = reading
        .join()
        .map_err(|_| trouble(&"its output could not be read"))?;
    String::from_utf8(bytes.map_err(|e| trouble(&e))?).map_err(|_| trouble(&"prints no text"))
}

fn ended(child: &mut Child) -> Result<(), String> {
    for _ in 0..TICKS {
        match child.try_wait().map_err(|e| e.to_string())? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("ended with {status}")),
            None => std::thread::sleep(TICK),
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    Err("no end within 30 s".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> SecretSource {
        SecretSource::Command(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn the_first_line_of_a_file_or_a_command() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("clave"), "uno dos \nnota\n").unwrap();
        let file = SecretSource::File("clave".to_owned());
        let read_again = reader(file, folder.path().to_owned());
        assert_eq!(read_again().unwrap(), "uno dos ");
        std::fs::write(folder.path().join("clave"), "tres\r\n").unwrap();
        assert_eq!(read_again().unwrap(), "tres");
        assert_eq!(
            read(&words(&["head", "-n1", "clave"]), folder.path()).unwrap(),
            "tres"
        );
    }

    #[test]
    fn what_is_missing_is_named_and_what_was_printed_is_not() {
        let here = Path::new("/");
        let fails = |source: &SecretSource| read(source, here).unwrap_err();
        assert!(fails(&SecretSource::File("no/hay".into())).contains("/no/hay"));
        assert!(fails(&SecretSource::Environment("MESAD_NO_HAY".into())).contains("MESAD_NO_HAY"));
        let failed = fails(&words(&["sh", "-c", "echo secreto; exit 3"]));
        assert!(
            failed.contains('3') && !failed.contains("secreto"),
            "{failed}"
        );
        assert!(fails(&words(&["true"])).contains("empty"));
        assert!(fails(&words(&["/no/hay"])).contains("/no/hay"));
        assert!(fails(&words(&[])).contains("empty"));
    }
}
