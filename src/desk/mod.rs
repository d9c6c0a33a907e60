//! Use cases, a file each: receive · decide · wake · deliver · file · operate · reconcile ·
//! backup · recover. Only the desk holds the store.
//!
//! Lives here: the order of things, transactions, what is logged. May not live here: what a mail
//! means, what follows from it (`judge/`, `request/`), loops (`daemon/`).

pub mod absence;
pub mod alarm;
pub mod anchor;
mod apart;
pub mod audit;
pub mod backup;
pub mod begin;
pub mod calendar;
mod cap;
mod carry_out;
pub mod clock;
pub mod command;
mod content;
pub mod decide;
pub mod deliver;
pub mod digest;
pub mod file;
mod flood;
pub mod health;
pub mod identity;
pub mod jump;
mod ledger;
pub mod mask;
mod mask_mail;
pub mod operate;
mod outage;
pub mod person;
pub mod purge;
pub mod random;
pub mod receive;
pub mod reconcile;
pub mod recover;
pub mod rehearse;
mod sent_list;
mod sort;
pub mod space;
pub mod token;
pub mod wake;
mod world;

pub use world::{DeskError, World};
