//! The desk dies: at every named point, at random, by kill -9 among two hundred mails, over a mail
//! that is poison, and because an fsync failed. What is promised holds each time.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test that fails says where, and these what they have counted"
)]

#[path = "../support/mod.rs"]
mod support;

mod acts;
mod desk;
mod ends;
mod imap;
mod mails;
mod plug;
mod points;
mod promise;
mod restored;
mod smtp;
mod stage;
