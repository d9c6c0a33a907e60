//! The machine: the life of a request. Pure: a request and an event give the next request, what is
//! told to whom, and when to wake up.
//!
//! Lives here: states (a file each), events, outcomes, notices as data. May not live here: who is
//! allowed to say something (`judge/`), how a mail looks (`letters/`), the clock, the database.

mod added;
mod advance;
mod alarm;
mod ask_approval;
mod ask_data;
mod ask_work;
mod awaiting_approval;
mod awaiting_confirmation;
mod awaiting_data;
mod awaiting_work;
mod clock;
mod closed;
mod common;
mod delegated;
mod draft;
mod event;
mod handed_on;
mod instead;
mod left;
mod look;
mod message;
mod model;
mod notice;
mod objection;
mod open;
mod operated;
mod operator;
mod overdue;
mod partly_done;
mod people;
mod purged;
mod related;
mod repudiated;
mod shown;
mod step;
mod unconfirmed;
mod wake;
mod work_done;
mod work_question;

pub use alarm::AlarmKind;
pub use ask_data::{missing_fields, people_wanted};
pub use draft::summary;
pub use event::{
    Addition, Answer, Event, Outcome, PersonsSaid, Proof, Stepped, Verdict, Wake, WakeReason,
};
pub use message::*;
pub use model::{
    Approval, Asked, AwaitingApproval, AwaitingConfirmation, AwaitingData, AwaitingWork, Away,
    Closed, DocumentRef, Ending, Further, Hold, Motive, Pause, PersonDone, Request, RequestId,
    State,
};
pub use notice::{Ask, AskedFor, Notice, Party};
pub use open::{Opening, open};
pub use operated::refusal;
pub use operator::{Act, Operated, Operator, Refusal, Ruling};
pub use related::{Related, RelatedKind, Remark, Remarked};
pub use shown::*;
pub use step::step;
pub use unconfirmed::{Confirms, Kept, Unconfirmed};

/// Text cut at a number of characters, with an ellipsis where something was cut.
pub fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
