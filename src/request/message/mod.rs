//! The content of every mail that the desk sends: one struct for each, named like its template.
//!
//! Lives here: what each mail says, as data. May not live here: words, addresses, when it is sent.

mod approval;
mod asking;
mod desk;
mod work;

use serde::{Deserialize, Serialize};

pub use approval::*;
pub use asking::*;
pub use desk::*;
pub use work::*;

/// Declares contents: a struct for each, with its template's folder.
macro_rules! contents {
    ($(
        $(#[$doc:meta])* $name:ident = $template:literal {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ty ),* $(,)?
        }
    )*) => {
        $( $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name { $( $(#[$fdoc])* pub $field: $ty ),* }

        impl $name {
            /// The folder of its template.
            pub const TEMPLATE: &'static str = $template;
        }

        impl From<$name> for super::Message {
            fn from(value: $name) -> Self { Self::$name(Box::new(value)) }
        } )*
    };
}
use contents;

/// Declares the one enum of them all.
macro_rules! message {
    ($($name:ident)*) => {
        /// The content of a notice: one struct for each mail that the desk sends.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case", tag = "message")]
        pub enum Message { $(
            #[doc = concat!("See [`", stringify!($name), "`].")]
            $name(Box<$name>)
        ),* }

        impl Message {
            /// The folder of its template.
            pub fn template(&self) -> &'static str {
                match self { $( Self::$name(_) => $name::TEMPLATE ),* }
            }

            /// The folders of all templates.
            pub const TEMPLATES: &'static [&'static str] = &[ $( $name::TEMPLATE ),* ];
        }
    };
}

message! {
    Acknowledgement
    MissingData
    ClosingNotAllowed
    WrongChannel
    OpeningConfirmation
    ApprovalRequest
    ApprovalReminder
    DecisionUnclear
    DecisionConfirmation
    DecisionRecorded
    DecisionMoved
    DecisionRepudiated
    StepOverdue
    AnswerNotCounted
    AlreadyAnswered
    Rejected
    WorkOrder
    WorkReminder
    Claimed
    Resolution
    PartlyDone
    NotDone
    Question
    Comment
    AdditionReceived
    Status
    AlreadyReceived
    Withdrawn
    DeadlineWarning
    Breach
    Undeliverable
    Triage
    TriageDone
    TriageUnclear
    NotOurs
    TriageReceived
    Attention
    DeskAct
    ImpersonationWarning
    TooLarge
    Alarm
    Digest
}
