//! Notice → mail, through a template. Pure: the same notice gives the same bytes.
//!
//! Lives here: templates, words of dates, headers of our own mails. May not live here: when and
//! whether something is told (`request/`), sending (`delivery/`).

mod compose;
mod context;
mod fallback;
mod mime;
pub mod samples;
mod subject;
mod templates;
#[cfg(test)]
mod tests;
mod words;

use chrono::{DateTime, Utc};
use minijinja::Environment;

use crate::mail::Attachment;
use crate::office::Office;
use crate::request::{Message, Notice, Summary};

pub use fallback::fallback;
pub use subject::bare_subject;
pub use templates::shipped;

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
    /// The subject that the thread with this recipient began with; none begins a thread.
    /// [`bare_subject`] is applied to it.
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
pub struct Templates {
    engine: Environment<'static>,
}

impl Templates {
    /// The shipped templates, with those given (`claimed/body.html` → source) in their place.
    /// Each is tried on the notices of [`samples`], so that a variable that does not exist is found
    /// here and not when a mail is due.
    ///
    /// # Errors
    /// A template that does not parse or fails on a sample, a body without the reference line, a
    /// name that no mail has; all of them at once (those of the samples once all files parse).
    pub fn new(overrides: &[(String, String)]) -> Result<Self, Vec<LetterError>> {
        let templates = Self {
            engine: templates::engine(overrides)?,
        };
        // The shipped ones are tried by a test.
        let errors = match overrides {
            [] => vec![],
            _ => templates::prove(&templates),
        };
        if errors.is_empty() {
            Ok(templates)
        } else {
            Err(errors)
        }
    }

    /// Makes the mail of a notice.
    ///
    /// # Errors
    /// The template fails on this notice, or a header cannot be made.
    pub fn render(&self, notice: &Notice, with: &Rendering<'_>) -> Result<Rendered, LetterError> {
        let names = compose::Names::checked(notice, with)?;
        let (context, subject) = self.heading(notice, with)?;
        let [_, text, html] = templates::files(notice.message.template());
        let text = words::tidy(&templates::render(&self.engine, &text, &context)?);
        let html = templates::render(&self.engine, &html, &context)?;
        let bytes = compose::mail(notice, with, &names, (&subject, &text, &html));
        Ok(Rendered {
            subject,
            text,
            html,
            bytes,
        })
    }

    /// The variables, with the heading and the ready answers that rest on the subject.
    fn heading(
        &self,
        notice: &Notice,
        with: &Rendering<'_>,
    ) -> Result<(serde_json::Map<String, serde_json::Value>, String), LetterError> {
        let mut context = context::of(notice, with)?;
        let [file, ..] = templates::files(notice.message.template());
        let heading = templates::render(&self.engine, &file, &context)?;
        let heading = words::one_line(&heading, 120);
        let subject = subject::of(&notice.message, &heading, with.thread_subject);
        context.insert("heading".into(), heading.into());
        context.insert("reply".into(), context::reply(&subject, with));
        Ok((context, subject))
    }

    /// Everything that is wrong with a mail: its files one by one.
    fn trial(&self, notice: &Notice, with: &Rendering<'_>) -> Vec<LetterError> {
        let mut errors = Vec::new();
        let (context, subject) = match self.heading(notice, with) {
            Ok(heading) => heading,
            Err(error) => {
                // The bodies are tried all the same, with a heading of their own.
                errors.push(error);
                match context::of(notice, with) {
                    Ok(mut context) => {
                        context.insert("heading".into(), "x".into());
                        context.insert("reply".into(), context::reply("x", with));
                        (context, String::from("x"))
                    }
                    Err(_) => return errors,
                }
            }
        };
        let [file, bodies @ ..] = templates::files(notice.message.template());
        let wrong = |template: &str, why: &str| LetterError::Template {
            template: template.to_owned(),
            why: why.to_owned(),
        };
        if subject.is_empty() {
            errors.push(wrong(&file, "the subject is empty"));
        }
        let line = with.token.map(|token| format!("[ref:{token}]"));
        for body in bodies {
            match templates::render(&self.engine, &body, &context) {
                Err(error) => errors.push(error),
                Ok(made) if line.as_ref().is_some_and(|line| !made.contains(line)) => {
                    errors.push(wrong(
                        &body,
                        "the reference line is missing; extend base, or write [ref:{{ token }}]",
                    ));
                }
                Ok(_) => {}
            }
        }
        errors
    }
}

/// The request that a message is about.
fn summary(message: &Message) -> Option<&Summary> {
    match message {
        Message::Acknowledgement(m) => Some(&m.summary),
        Message::MissingData(m) => Some(&m.summary),
        Message::ClosingNotAllowed(m) => Some(&m.summary),
        Message::OpeningConfirmation(m) => Some(&m.summary),
        Message::ApprovalRequest(m) => Some(&m.summary),
        Message::ApprovalReminder(m) => Some(&m.summary),
        Message::DecisionUnclear(m) => Some(&m.summary),
        Message::DecisionConfirmation(m) => Some(&m.summary),
        Message::DecisionRecorded(m) => Some(&m.summary),
        Message::DecisionMoved(m) => Some(&m.summary),
        Message::DecisionRepudiated(m) => Some(&m.summary),
        Message::StepOverdue(m) => Some(&m.summary),
        Message::AnswerNotCounted(m) => Some(&m.summary),
        Message::AlreadyAnswered(m) => Some(&m.summary),
        Message::Attention(m) => Some(&m.summary),
        Message::Rejected(m) => Some(&m.summary),
        Message::WorkOrder(m) => Some(&m.summary),
        Message::WorkReminder(m) => Some(&m.summary),
        Message::Claimed(m) => Some(&m.summary),
        Message::Resolution(m) => Some(&m.summary),
        Message::PartlyDone(m) => Some(&m.summary),
        Message::NotDone(m) => Some(&m.summary),
        Message::Question(m) => Some(&m.summary),
        Message::Comment(m) => Some(&m.summary),
        Message::AdditionReceived(m) => Some(&m.summary),
        Message::Status(m) => Some(&m.summary),
        Message::AlreadyReceived(m) => Some(&m.summary),
        Message::Withdrawn(m) => Some(&m.summary),
        Message::DeskAct(m) => Some(&m.summary),
        Message::DeadlineWarning(m) => Some(&m.summary),
        Message::Breach(m) => Some(&m.summary),
        Message::Undeliverable(m) => m.summary.as_ref(),
        Message::WrongChannel(_)
        | Message::Triage(_)
        | Message::TriageReceived(_)
        | Message::TriageDone(_)
        | Message::TriageUnclear(_)
        | Message::NotOurs(_)
        | Message::ImpersonationWarning(_)
        | Message::TooLarge(_)
        | Message::Alarm(_)
        | Message::Digest(_) => None,
    }
}

/// The request's number.
fn number(message: &Message) -> Option<&str> {
    summary(message).map(|s| s.number.as_str())
}

/// The region whose local time is shown.
fn region(message: &Message) -> Option<&str> {
    summary(message).and_then(|s| s.region.as_deref())
}
