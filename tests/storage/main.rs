//! The database and its disk: copies, restores, a full, a slow, a broken disk, older schemas.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that fails says where; one says how long things take, and all wait with a limit"
)]

#[path = "../support/skipped.rs"]
mod skipped;
#[path = "../desk/stage.rs"]
#[allow(
    dead_code,
    reason = "shared with the tests of the desk, which use more of it"
)]
mod stage;
#[path = "../support/table.rs"]
mod table;

mod backing_up;
mod damage;
mod disk;
mod faults;
mod migrating;
mod migrating_killed;
mod plans;
mod program;
mod recovering;
mod restoring;
mod sent_list;
