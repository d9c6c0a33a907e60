//! The parent's side: starts children, hands them documents, and draws conclusions from how they
//! end.

use std::io::{self, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::Builder;
use std::time::Duration;

use rustix::process::Signal;

use super::wire;
use crate::documents::{self, Document, Unreadable, limits};
use crate::mail::Attachment;

/// How long one document may take by the clock on the wall.
const WALL: Duration = Duration::from_secs(20);

/// Documents of one mail that are read; a mail with more is a matter for a person.
const DOCUMENTS: usize = 50;

/// Documents of one mail that may be the death of their reader; after these the rest is not tried.
const DEATHS: usize = 3;

/// Why documents could not be read, through no fault of theirs.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The program cannot be started.
    #[error("the document reader does not start")]
    Start(#[source] io::Error),
    /// It ended before it was ready to read: its limits cannot be set, or the program on disk is
    /// another one by now.
    #[error("the document reader ended before its first document ({0})")]
    Broken(ExitStatus),
    /// Somebody ended it twice (SIGTERM, SIGINT, SIGHUP): the service is being stopped.
    #[error("the document reader was stopped")]
    Stopped,
}

/// How a child ended.
enum End {
    /// It read all that it was given.
    Done,
    /// By a limit or a fault.
    Died,
    /// By SIGKILL from outside: the kernel short of memory, or somebody.
    Killed,
    /// Asked to end from outside.
    Stopped,
}

/// Reads documents in children; see [`Sandbox::read`](super::Sandbox::read).
pub(super) fn read(program: &Path, wanted: &[&Attachment]) -> Result<Vec<Document>, SandboxError> {
    let mut read: Vec<Document> = Vec::with_capacity(wanted.len());
    let (mut deaths, mut stops) = (0, 0);
    // The document that a killed child left, which gets a second chance.
    let mut again = None;
    while let Some(first) = wanted.get(read.len()) {
        if first.bytes.len() > limits::BYTES_IN || read.len() >= DOCUMENTS || deaths >= DEATHS {
            read.push(unreadable(first));
            continue;
        }
        let fits = |attachment: &&&Attachment| attachment.bytes.len() <= limits::BYTES_IN;
        let rest: Vec<&Attachment> = wanted[read.len()..]
            .iter()
            .take(DOCUMENTS - read.len())
            .take_while(fits)
            .copied()
            .collect();
        let (documents, end) = session(program, &rest)?;
        // Its predecessors may have used up what is due to all: then it is tried alone.
        let is_first = documents.is_empty();
        read.extend(documents);
        match end {
            End::Done => {}
            End::Stopped if stops > 0 => return Err(SandboxError::Stopped),
            End::Stopped => stops += 1,
            End::Killed if again != Some(read.len()) => again = Some(read.len()),
            End::Died | End::Killed if is_first => {
                read.push(unreadable(first));
                deaths += 1;
            }
            End::Died | End::Killed => {}
        }
    }
    Ok(read)
}

fn unreadable(attachment: &Attachment) -> Document {
    Document {
        name: attachment.name.clone(),
        kind: documents::kind_at_a_glance(&attachment.bytes),
        content: Err(Unreadable::OverLimit),
        inside: vec![],
    }
}

/// One child: what it read of what it was given, and how it ended.
fn session(program: &Path, wanted: &[&Attachment]) -> Result<(Vec<Document>, End), SandboxError> {
    let mut child = start(program).map_err(SandboxError::Start)?;
    let mut heard = Heard {
        ready: false,
        read: Vec::with_capacity(wanted.len()),
        late: false,
    };
    if let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) {
        std::thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            // Without a thread the channel is closed at once, and the child's end tells the rest.
            let _ = Builder::new()
                .spawn_scoped(scope, move || converse(input, output, wanted, &sender));
            while heard.read.len() < wanted.len() {
                match receiver.recv_timeout(WALL) {
                    Ok(Said::Ready) => heard.ready = true,
                    Ok(Said::Read(document)) => heard.read.push(document),
                    Err(RecvTimeoutError::Timeout) => {
                        heard.late = true;
                        break;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            // The thread that converses may still wait for the child: this ends both. A child that
            // has ended by itself keeps its own status.
            let _ = child.kill();
        });
    }
    let status = child.wait().map_err(SandboxError::Start)?;
    let end = heard.end(wanted.len(), status)?;
    Ok((heard.read, end))
}

/// What the parent knows of a child when it is over.
struct Heard {
    ready: bool,
    read: Vec<Document>,
    /// Whether it was killed for taking too long.
    late: bool,
}

impl Heard {
    fn end(&self, wanted: usize, status: ExitStatus) -> Result<End, SandboxError> {
        if self.read.len() == wanted {
            return Ok(End::Done);
        }
        let signal = status.signal().and_then(Signal::from_named_raw);
        match signal {
            Some(Signal::TERM | Signal::INT | Signal::HUP) => Ok(End::Stopped),
            Some(Signal::KILL) if self.ready && !self.late => Ok(End::Killed),
            _ if self.ready => Ok(End::Died),
            _ => Err(SandboxError::Broken(status)),
        }
    }
}

fn start(program: &Path) -> io::Result<Child> {
    Command::new(program)
        .arg("read-documents")
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C in a terminal is for the desk, which finishes its input first.
        .process_group(0)
        .spawn()
}

/// What a child says of its confinement.
pub(super) fn probe(program: &Path) -> Option<String> {
    let output = Command::new(program)
        .args(["read-documents", "--probe"])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| said.trim().to_owned())
}

/// What the conversing thread tells.
enum Said {
    Ready,
    Read(Document),
}

/// Hands documents over one at a time and passes on the answers; returns early when the child is
/// gone or talks nonsense.
fn converse(
    mut input: ChildStdin,
    output: ChildStdout,
    wanted: &[&Attachment],
    sender: &Sender<Said>,
) {
    let mut output = BufReader::new(output);
    if !wire::greeted(&mut output).unwrap_or(false) || sender.send(Said::Ready).is_err() {
        return;
    }
    for attachment in wanted {
        if wire::ask(&mut input, &attachment.name, &attachment.bytes).is_err() {
            return;
        }
        let Ok(document) = wire::answered(&mut output) else {
            return;
        };
        // The name stays the parent's: the child's came through a hostile document's process.
        let document = Document {
            name: attachment.name.clone(),
            ..document
        };
        if sender.send(Said::Read(document)).is_err() {
            return;
        }
    }
}
