//! Loops that call the desk's turns: fetch, work, deliver, each on a thread of its own.
//!
//! Lives here: threads, waits, signals, the watchdog. May not live here: anything that a turn does.

mod bell;
mod loops;

pub use bell::Bell;
pub use loops::{Ends, drain, run};
