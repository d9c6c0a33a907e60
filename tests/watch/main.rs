//! The desk watches over itself: alarms, status, the watchdog, the clock, another configuration while
//! it runs, floods.
#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]

mod alarming;
mod refused;
mod rule;
mod running;
#[path = "../support/scripted.rs"]
mod scripted;
#[path = "../desk/stage.rs"]
mod stage;
