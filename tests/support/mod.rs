//! What several files of tests use.
#![allow(dead_code, reason = "each file of tests uses its part")]

pub mod mailhost;
pub mod scripted;
