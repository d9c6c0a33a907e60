//! The limits that a child sets on itself before it looks at a document. It also has no files but
//! its pipes, no environment, and no way to more privileges.

use std::io;

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

/// Gives up what reading does not need, for good.
///
/// # Errors
/// Where the system refuses; nothing may be read then.
pub(super) fn confine() -> io::Result<()> {
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
    Ok(())
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
