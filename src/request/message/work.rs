//! What executors are told, and what is told of their work.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::contents;
use crate::request::shown::{Approved, OpenPerson, PersonRow, Summary, TimelineRow};

contents! {
    /// Work to do.
    WorkOrder = "work-order" {
        /// The request.
        summary: Summary,
        /// Approvals given.
        approvals: Vec<Approved>,
        /// Whether several people got it and one may claim it.
        claimable: bool,
        /// Whether this is a copy, with no answer awaited.
        copy: bool,
        /// Who does it (for the copy).
        executor: String,
        /// Whether what the executor writes and attaches goes to the requester.
        #[serde(default)]
        hands_on: bool,
        /// Who had it and named the recipient.
        #[serde(default)]
        handed_on_by: Option<String>,
    }
    /// The work is still open.
    WorkReminder = "work-reminder" {
        /// The request.
        summary: Summary,
        /// When it was handed over.
        asked_at: DateTime<Utc>,
    }
    /// Somebody else of the team took it, or did it.
    Claimed = "claimed" {
        /// The request.
        summary: Summary,
        /// Who.
        by: String,
        /// Whether it is done already.
        done: bool,
        /// Whether it was given to them by who had it.
        #[serde(default)]
        handed_on: bool,
    }
    /// Done.
    Resolution = "resolution" {
        /// The request.
        summary: Summary,
        /// Who did it.
        by: String,
        /// When.
        at: DateTime<Utc>,
        /// The executor's words, where the procedure hands them on.
        text: Option<String>,
        /// Approvals given.
        approvals: Vec<Approved>,
        /// The persons of the form, where it was done in several parts.
        #[serde(default)]
        persons: Vec<PersonRow>,
    }
    /// Done for some persons of the form; goes to the requester and to who has the work.
    PartlyDone = "partly-done" {
        /// The request.
        summary: Summary,
        /// Who did it.
        by: String,
        /// When.
        at: DateTime<Utc>,
        /// For whom it is done, by now.
        done: Vec<String>,
        /// For whom not yet.
        open: Vec<OpenPerson>,
    }
    /// It could not be done.
    NotDone = "not-done" {
        /// The request.
        summary: Summary,
        /// Who says so.
        by: String,
        /// Why.
        reason: Option<String>,
        /// When.
        at: DateTime<Utc>,
        /// For whom it was done before.
        #[serde(default)]
        done: Vec<String>,
    }
    /// The deadline comes near.
    DeadlineWarning = "deadline-warning" {
        /// The request.
        summary: Summary,
        /// Percent of the hours that have passed.
        percent: u8,
        /// Who holds it.
        held_by: String,
    }
    /// The deadline has passed.
    Breach = "breach" {
        /// The request.
        summary: Summary,
        /// Who holds it.
        held_by: String,
        /// Its life so far.
        timeline: Vec<TimelineRow>,
    }
}
