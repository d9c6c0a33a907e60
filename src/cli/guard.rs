//! What keeps other accounts of the machine out: the process makes files for its owner alone and
//! leaves no core behind; files that others could read or write are told, or refused.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::Mode;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit, umask,
};

use super::setup::Failed;
use crate::office::{Login, MailboxSettings, Office, OutgoingSettings, SecretSource};

/// Secrets are in memory: no core file, and no other process of the account may look into it.
/// With `private`, what is made is for its owner alone.
///
/// # Errors
/// The system refuses.
pub(super) fn harden(private: bool) -> io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    if private {
        umask(Mode::from_raw_mode(0o077));
    }
    Ok(())
}

/// A file or folder that others can read or write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loose {
    /// Whether the desk must not start.
    refused: bool,
    text: String,
}

/// Where things lie.
pub(super) struct Places<'a> {
    /// The configuration's folder, where one was named.
    pub config: Option<&'a Path>,
    /// The folder in which the desk works.
    pub work: &'a Path,
    pub office: &'a Office,
}

const OTHERS: u32 = 0o007;
const GROUP: u32 = 0o070;
const WRITE: u32 = 0o022;

/// Everything that is too open.
pub(super) fn examine(places: &Places<'_>) -> Vec<Loose> {
    let mut found = vec![];
    if let Some(config) = places.config {
        let mut paths = vec![];
        configuration(config, 0, &mut paths);
        for path in paths {
            let why = "who can write it decides who may approve";
            look(&path, OTHERS & WRITE, true, (why, "go-w"), &mut found);
            look(&path, GROUP & WRITE, false, (why, "g-w"), &mut found);
        }
    }
    for path in secrets(places) {
        let why = "it holds a secret";
        look(&path, OTHERS, true, (why, "600"), &mut found);
        look(&path, GROUP, false, (why, "600"), &mut found);
    }
    let state = places.work.join(&places.office.desk.state);
    for entry in fs::read_dir(&state).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if name == "key" || name.starts_with("key.") {
            let why = "who has the key can forge answers";
            look(&path, OTHERS | GROUP, true, (why, "600"), &mut found);
        } else if name.contains(".sqlite") {
            let why = "it holds people's mails";
            look(&path, OTHERS | GROUP, false, (why, "600"), &mut found);
        }
    }
    for path in mails(places) {
        let why = "who reads mails that go out can answer them";
        look(&path, OTHERS | GROUP, false, (why, "700"), &mut found);
    }
    found
}

fn look(path: &Path, bits: u32, refused: bool, say: (&str, &str), found: &mut Vec<Loose>) {
    let Ok(mode) = fs::metadata(path).map(|about| about.permissions().mode() & 0o7777) else {
        // What is not there, or not to be seen, is told by whoever needs it.
        return;
    };
    let (why, chmod) = say;
    let (path, beginning) = (path.display(), if refused { "refused" } else { "warning" });
    // The second look at the same file, at other bits, would only repeat the first.
    let before = found
        .last()
        .is_some_and(|l: &Loose| l.text.contains(&format!("{path}: ")));
    if mode & bits != 0 && !before {
        let text = format!(
            "{beginning}: {path}: other accounts can get at it (mode {mode:o}), and {why}: \
             chmod {chmod} {path}"
        );
        found.push(Loose { refused, text });
    }
}

/// The configuration's folder, the files in it that are read, and the folders that these are in.
fn configuration(folder: &Path, depth: u8, found: &mut Vec<PathBuf>) {
    found.push(folder.to_owned());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = depth > 0 || !["mail", "state"].contains(&name.as_str());
        if path.is_dir() && ours && depth < 3 && !name.starts_with('.') {
            configuration(&path, depth + 1, found);
        } else if [".toml", ".txt", ".html"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            found.push(path);
        }
    }
}

fn secrets(places: &Places<'_>) -> Vec<PathBuf> {
    let desk = &places.office.desk;
    let incoming = match &desk.mailbox {
        MailboxSettings::Imap { server, .. } => Some(&server.login),
        MailboxSettings::Maildir { .. } => None,
    };
    let outgoing = match &desk.outgoing {
        OutgoingSettings::Smtp(server) => server.login.as_ref().map(|(_, login)| login),
        OutgoingSettings::Directory { .. } => None,
    };
    let file = |login: &Login| match login {
        Login::Password(SecretSource::File(name)) | Login::XOAuth2(SecretSource::File(name)) => {
            Some(places.work.join(name))
        }
        Login::Password(_) | Login::XOAuth2(_) => None,
    };
    [incoming, outgoing]
        .into_iter()
        .flatten()
        .filter_map(file)
        .collect()
}

fn mails(places: &Places<'_>) -> Vec<PathBuf> {
    let desk = &places.office.desk;
    let mut found = vec![];
    if let MailboxSettings::Maildir { path, .. } = &desk.mailbox {
        found.push(places.work.join(path));
    }
    if let OutgoingSettings::Directory { path } = &desk.outgoing {
        found.push(places.work.join(path));
    }
    // Where nobody else can enter the folder above, the modes beneath do not matter.
    found.retain(|path| {
        let above = path.parent().and_then(|above| fs::metadata(above).ok());
        above.is_none_or(|about| about.permissions().mode() & (OTHERS | GROUP) != 0)
    });
    found
}

/// Warns in the logs of what is too open, and refuses where it is a matter of decisions or secrets.
///
/// # Errors
/// [`Failed::Modes`], with the commands that mend it.
pub(super) fn enforce(places: &Places<'_>) -> anyhow::Result<()> {
    let (refused, warned): (Vec<Loose>, Vec<Loose>) =
        examine(places).into_iter().partition(|loose| loose.refused);
    for loose in warned {
        tracing::warn!("{}", loose.text);
    }
    match refused.is_empty() {
        true => Ok(()),
        false => Err(Failed::Modes(texts(&refused)).into()),
    }
}

/// What was found, in words.
pub(super) fn texts(found: &[Loose]) -> Vec<String> {
    found.iter().map(|loose| loose.text.clone()).collect()
}
