//! A letter and what is known of it → events for requests, or a mail set aside with its reason.
//! Pure.
//!
//! Lives here: who may say what, and what a mail answers. May not live here: how a mail is read
//! (`mail/`, `reading/`), what an event changes (`request/`), look-ups (`store/`).

mod after_end;
mod again;
mod alarm;
mod answer;
mod case;
mod clues;
mod disclaim;
mod executor;
mod forms;
mod judgement;
mod matter;
mod opening;
mod policy;
mod quarantine;
mod sorted;
mod triage;
mod unreferenced;

pub use alarm::{Change, Fault, Health, Jump, Queue, Room, Standing, Trouble, changes, troubles};
pub use case::{Case, Fate, Judged, Judgement, SortTo};
pub use clues::{Clues, Known, Reference, Refers, TriageReference, clues, data_key};
pub use judgement::judge;
pub use opening::too_many;
pub use policy::{Cell, FromIs, OpeningCell, cell, opening_cell};
pub use sorted::{not_ours, sorted_as, sorted_to};
