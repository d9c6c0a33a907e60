//! Sample notices: at least two of each mail, one with everything in it and one with as little as
//! there can be. The check of an office's templates renders them, and so do the tests. All people,
//! organisations and addresses are invented.

mod messages;
mod moved;
mod sorting;
mod told;
mod work;
mod world;

use chrono::{DateTime, Utc};

use crate::mail::Attachment;
use crate::office::{Office, PersonId};
use crate::request::{Ask, AskedFor, Message, Notice, Party};

use super::Rendering;

pub use world::office;

/// The token of every sample that asks something.
pub const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz234567";

/// A notice with what its mail needs.
#[derive(Clone, Debug)]
pub struct Sample {
    /// `approval-request` or `approval-request-least`.
    pub name: String,
    /// The notice.
    pub notice: Notice,
    /// Its Message-ID.
    pub message_id: String,
    /// The mail that it answers.
    pub in_reply_to: Option<String>,
    /// The thread.
    pub references: Vec<String>,
    /// The subject that the thread began with.
    pub thread_subject: Option<String>,
    /// Documents.
    pub attachments: Vec<Attachment>,
}

impl Sample {
    /// What [`super::Templates::render`] wants beside the notice.
    pub fn rendering<'a>(&'a self, office: &'a Office) -> Rendering<'a> {
        Rendering {
            office,
            message_id: &self.message_id,
            token: self.notice.ask.as_ref().map(|_| TOKEN),
            in_reply_to: self.in_reply_to.as_deref(),
            references: &self.references,
            thread_subject: self.thread_subject.as_deref(),
            date: instant(1_791_829_800),
            attachments: &self.attachments,
        }
    }
}

/// An instant by its seconds since 1970; 1,791,829,800 is 12 October 2026, 15:30 in Santiago.
fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// All samples, in the order of the messages.
pub fn all() -> Vec<Sample> {
    messages::all()
        .into_iter()
        .map(|(suffix, message, about)| sample(suffix, message, about))
        .collect()
}

fn sample(suffix: &str, message: Message, about: Option<AskedFor>) -> Sample {
    let template = message.template();
    let name = match suffix {
        "" => template.to_owned(),
        suffix => format!("{template}-{suffix}"),
    };
    // The mails with everything stand in a thread and carry their documents.
    let full = suffix.is_empty();
    let threads = full
        && !matches!(
            message,
            Message::ApprovalRequest(_) | Message::Alarm(_) | Message::Digest(_)
        );
    let documents = matches!(
        message,
        Message::ApprovalRequest(_)
            | Message::WorkOrder(_)
            | Message::Comment(_)
            | Message::Triage(_)
    );
    Sample {
        message_id: format!("{name}.1@mesa.example"),
        in_reply_to: threads.then(|| String::from("aviso-1@ministerio.example")),
        references: match threads {
            true => vec![String::from("aviso-0@ministerio.example")],
            false => vec![],
        },
        thread_subject: threads.then(|| String::from("RE: Desaprobación rendición junio")),
        attachments: match documents && full {
            true => vec![Attachment {
                name: "Memorándum 45-2026.pdf".into(),
                media_type: "application/pdf".into(),
                bytes: b"%PDF-1.4\n%sample\n".to_vec(),
            }],
            false => vec![],
        },
        notice: Notice {
            to: recipient(full || suffix == "own"),
            ask: about.map(|about| Ask { about, version: 1 }),
            message,
            due: instant(1_791_829_800),
            documents,
            files: vec![],
        },
        name,
    }
}

fn recipient(full: bool) -> Party {
    if full {
        Party {
            address: "pilar.munoz@ministerio.example".into(),
            name: "Pilar Muñoz Ibáñez".into(),
            person: Some(PersonId("pilar".into())),
        }
    } else {
        Party {
            address: "equipo@ministerio.example".into(),
            name: "equipo@ministerio.example".into(),
            person: Some(PersonId("team".into())),
        }
    }
}
