//! The machine: the life of a request. Pure: a request and an event give the next request, what is
//! told to whom, and when to wake up.
//!
//! Lives here: states, events, outcomes, notices as data. May not live here: who is allowed to say
//! something (`judge/`), how a mail looks (`letters/`), the clock, the database.

mod notice;

pub use notice::*;
