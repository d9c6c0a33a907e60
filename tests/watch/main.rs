//! The desk watches over itself: alarms, status, the watchdog, the clock, another configuration while
//! it runs, floods.
#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that fails says where"
)]

mod alarming;
mod flooding;
mod refused;
mod reloading;
mod rule;
mod running;
#[path = "../support/scripted.rs"]
mod scripted;
#[path = "../desk/stage.rs"]
mod stage;
mod stuck;
#[path = "../support/table.rs"]
mod table;
mod time;
mod weekend;

/// How long something takes.
fn elapsed(act: impl FnOnce()) -> std::time::Duration {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test measures how long something takes"
    )]
    let begin = std::time::Instant::now();
    act();
    begin.elapsed()
}
