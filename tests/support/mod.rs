//! What several files of tests use.
#![allow(dead_code, reason = "each file of tests uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that fails says where"
)]

pub mod mailhost;
pub mod scripted;
