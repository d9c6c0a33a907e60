//! Notice → mail, through a template. Pure: the same notice gives the same bytes.
//!
//! Lives here: templates, words of dates, headers of our own mails. May not live here: when and
//! whether something is told (`request/`), sending (`delivery/`).

use chrono::{DateTime, Utc};

use crate::mail::Attachment;
use crate::office::Office;
use crate::request::Notice;

/// What a mail needs besides its notice.
#[derive(Clone, Debug)]
pub struct Rendering<'a> {
    /// The office.
    pub office: &'a Office,
    /// Its Message-ID, without angle brackets.
    pub message_id: &'a str,
    /// The reference token, where the notice asks something.
    pub token: Option<&'a str>,
    /// The Message-ID that it answers, without angle brackets.
    pub in_reply_to: Option<&'a str>,
    /// The thread, oldest first, without angle brackets.
    pub references: &'a [String],
    /// The subject that the thread began with, without "Re:" and tags; none begins a thread.
    pub thread_subject: Option<&'a str>,
    /// The Date field.
    pub date: DateTime<Utc>,
    /// Documents that go with it.
    pub attachments: &'a [Attachment],
}

/// A mail, ready to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Subject.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// The whole mail (RFC 5322), CRLF line ends.
    pub bytes: Vec<u8>,
}

/// Why a mail could not be made.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// A template is wrong.
    #[error("template {template}: {why}")]
    Template {
        /// Folder and file.
        template: String,
        /// What is wrong and where.
        why: String,
    },
    /// A header cannot be made of what it should hold.
    #[error("header {header}: {why}")]
    Header {
        /// Its name.
        header: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// The templates of an office: the shipped ones, each replaceable by a file.
#[derive(Debug)]
pub struct Templates {}

impl Templates {
    /// The shipped templates, with those given (`acknowledgement/body.html` → source) in their place.
    ///
    /// # Errors
    /// A template that does not parse, or a name that no mail has; all of them at once.
    pub fn new(overrides: &[(String, String)]) -> Result<Self, Vec<LetterError>> {
        let _ = overrides;
        Ok(Self {})
    }

    /// Makes the mail of a notice.
    ///
    /// # Errors
    /// The template fails on this notice, or a header cannot be made.
    pub fn render(&self, notice: &Notice, with: &Rendering<'_>) -> Result<Rendered, LetterError> {
        let _ = (notice, with);
        unimplemented!()
    }
}

/// A plain mail without any template, for when [`Templates::render`] fails: nothing is left untold.
pub fn fallback(notice: &Notice, with: &Rendering<'_>) -> Rendered {
    let _ = (notice, with);
    unimplemented!()
}
