//! Loops that call the desk's turns: fetch, work, deliver, each on a thread of its own.
//!
//! Lives here: threads, waits, signals, the watchdog. May not live here: anything that a turn does.

mod bell;
mod catching_up;
mod drain;
mod hooks;
mod loops;
mod shared;
mod watch;

pub use bell::Bell;
pub use catching_up::CatchingUp;
pub use drain::{drain, once};
pub use hooks::{Hooks, ROUND, Renewed};
pub use loops::{LoopEnded, run, run_with};
pub use shared::Ends;
