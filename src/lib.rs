//! `mesad`: a help desk that lives in a mailbox. Modules stand in the order of the layers; each
//! uses only those above it in this list (see `docs/architecture.md` and `tests/tidy`).

// L0: what the configuration says, and time
pub mod calendar;
pub mod office;

// L1: mails, documents, words, the machine
pub mod documents;
pub mod mail;
pub mod reading;
pub mod request;

// L2: decisions over what is known, mails to people, configuration
pub mod config;
pub mod judge;
pub mod letters;

// L3: the world
pub mod delivery;
pub mod mailbox;
pub mod points;
pub mod sandbox;
pub mod store;

// L4: use cases
pub mod desk;

// L5: the program
pub mod cli;
pub mod daemon;
