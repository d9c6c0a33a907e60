//! A letter and what is known of it → events for requests, or a mail set aside with its reason.
//! Pure.
//!
//! Lives here: who may say what, and what a mail answers. May not live here: how a mail is read
//! (`mail/`, `reading/`), what an event changes (`request/`), look-ups (`store/`).

mod answer;
mod case;
mod clues;
mod disclaim;
mod judgement;
mod opening;
mod policy;

pub use case::{Case, Fate, Judged, Judgement};
pub use clues::{Clues, Known, Reference, Refers, clues, data_key};
pub use judgement::judge;
pub use policy::{Cell, FromIs, cell};
