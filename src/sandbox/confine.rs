//! The limits that a child sets on itself before it looks at a document. It also has no files but
//! its pipes, no environment, and no way to more privileges; where the kernel has Landlock, it can
//! open no file and no TCP connection, nor reach another process.

use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, RestrictionStatus, Ruleset, RulesetAttr, RulesetError,
    RulesetStatus, Scope,
};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};
use rustix::thread::set_no_new_privs;

/// Bytes of address space.
const ADDRESS_SPACE: u64 = 1024 * 1024 * 1024;

/// Seconds of CPU for all documents that one child reads.
const CPU: u64 = 10;

/// Open files: the three pipes and room for what a library opens in passing.
const FILES: u64 = 16;

/// What the kernel sees to, beyond the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landlock {
    /// Files, TCP connections, signals and abstract sockets (Linux 6.12).
    Whole,
    /// A part of these: an older kernel.
    Part,
    /// Nothing: the kernel has no Landlock, or it is switched off.
    Nothing,
}

impl Landlock {
    /// The word for it, as `mesad read-documents --probe` prints it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Part => "part",
            Self::Nothing => "nothing",
        }
    }
}

/// Gives up what reading does not need, for good. Says what the kernel sees to beyond the limits.
///
/// # Errors
/// Where the system refuses a limit; nothing may be read then.
pub(super) fn confine() -> io::Result<Landlock> {
    lower(Resource::As, ADDRESS_SPACE, ADDRESS_SPACE)?;
    // The soft limit ends it with SIGXCPU, which tells it apart from being killed.
    lower(Resource::Cpu, CPU, CPU + 1)?;
    lower(Resource::Core, 0, 0)?;
    lower(Resource::Fsize, 0, 0)?;
    lower(Resource::Nofile, FILES, FILES)?;
    // No threads or processes (without effect for root).
    lower(Resource::Nproc, 0, 0)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    set_no_new_privs(true)?;
    Ok(match landlock() {
        Ok(status) => match status.ruleset {
            RulesetStatus::FullyEnforced => Landlock::Whole,
            RulesetStatus::PartiallyEnforced => Landlock::Part,
            RulesetStatus::NotEnforced => Landlock::Nothing,
        },
        Err(_) => Landlock::Nothing,
    })
}

/// No file, no TCP port, no other process: nothing is allowed, for the pipes are open already. What
/// an older kernel does not know is left out.
fn landlock() -> Result<RestrictionStatus, RulesetError> {
    let abi = ABI::V6;
    Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()
}

/// Sets a limit, or keeps a lower one that is set already.
fn lower(resource: Resource, current: u64, maximum: u64) -> io::Result<()> {
    let before = getrlimit(resource);
    let least =
        |wanted: u64, before: Option<u64>| before.map_or(wanted, |before| before.min(wanted));
    let limit = Rlimit {
        current: Some(least(current, before.current.or(before.maximum))),
        maximum: Some(least(maximum, before.maximum)),
    };
    Ok(setrlimit(resource, limit)?)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::ErrorKind;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn no_file_and_no_connection_can_be_opened() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let refused = |error: io::Error| error.kind() == ErrorKind::PermissionDenied;
        // It holds for the thread that asks for it, and for what that thread starts.
        let thread = std::thread::spawn(move || {
            set_no_new_privs(true).unwrap();
            let status = landlock().unwrap().ruleset;
            if status == RulesetStatus::NotEnforced {
                return eprintln!("skipped: this kernel has no Landlock");
            }
            for path in ["/etc/passwd", "/proc/self/environ", "/dev/null"] {
                assert!(refused(File::open(path).unwrap_err()), "{path}");
            }
            let beside = std::env::temp_dir().join("mesad-landlock");
            assert!(refused(File::create(beside).unwrap_err()));
            if status == RulesetStatus::FullyEnforced {
                assert!(refused(TcpStream::connect(address).unwrap_err()));
                assert!(refused(TcpListener::bind("127.0.0.1:0").unwrap_err()));
            }
        });
        thread.join().unwrap();
        // This thread is as it was.
        assert!(File::open("/etc/passwd").is_ok());
    }
}
