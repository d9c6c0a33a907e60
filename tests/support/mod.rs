//! What several files of tests use.
#![allow(dead_code, reason = "each file of tests uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that fails says where"
)]

mod daemon;
pub mod letterbox;
pub mod machine;
pub mod mailhost;
pub mod proxy;
pub mod scripted;
pub mod table;
pub mod town;

/// How long something takes.
pub fn elapsed(act: impl FnOnce()) -> std::time::Duration {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test measures how long something takes"
    )]
    let begin = std::time::Instant::now();
    act();
    begin.elapsed()
}
