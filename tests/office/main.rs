//! The desk among people: the real program on a real Dovecot and Postfix, from the first mail of
//! each procedure to its resolution, and what goes wrong on the way.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that fails says where"
)]

#[path = "../support/mod.rs"]
mod support;

mod absent;
mod certificate;
mod faults;
mod letters;
mod life;
mod looking;
mod procedures;
mod proxied;
mod strange;
mod tenth;
