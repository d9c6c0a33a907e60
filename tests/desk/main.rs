//! The desk's use cases on a Maildir, a folder of outgoing mails and a clock that the test sets:
//! what goes wrong in one mail, one notice or one request stays there.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod arriving;
mod asking;
mod capping;
mod deciding;
mod exporting;
mod failing;
mod keys;
mod leaving;
mod migrating;
mod operating;
mod people;
mod sorting;
mod stage;
mod starting;
mod verifying;
mod working;
