//! Document reading in a child process of the same binary, with limits on memory, CPU and time.
//!
//! Lives here: the child, its limits, the pipe, which attachments are documents. May not live
//! here: what a document says (`documents/`).

mod child;
mod choice;
mod confine;
mod parent;
mod wire;

pub use child::{probe, serve};
pub use choice::is_document;
pub use confine::Landlock;
pub use parent::SandboxError;

use std::path::PathBuf;

use crate::documents::{self, Document};
use crate::mail::Attachment;

/// Reads documents.
#[derive(Clone, Debug)]
pub enum Sandbox {
    /// A child process for each mail that carries documents.
    Child {
        /// The program that is started, with `read-documents`: this one.
        program: PathBuf,
    },
    /// This very process, with no limits of memory and time: only for documents that are known,
    /// in tests and simulations.
    Here,
}

impl Sandbox {
    /// Reads in a child of this program (`std::env::current_exe()`).
    pub fn child(program: impl Into<PathBuf>) -> Self {
        Sandbox::Child {
            program: program.into(),
        }
    }

    /// The word of a child for what the kernel sees to beyond its limits (see [`Landlock::word`]);
    /// none where it does not start.
    pub fn confinement(&self) -> Option<String> {
        match self {
            Sandbox::Child { program } => parent::probe(program),
            Sandbox::Here => None,
        }
    }

    /// Reads the documents of one mail, in the order of its attachments; those that are no
    /// documents ([`is_document`]) are left out. A document whose reader died or ran out of its
    /// limits is [`OverLimit`](documents::Unreadable::OverLimit); the others are read all the same.
    ///
    /// # Errors
    /// Where the reader cannot do its work through no fault of a document: it does not start, or
    /// somebody stops it (the service is being stopped). The mail must then be read again later.
    pub fn read(&self, attachments: &[Attachment]) -> Result<Vec<Document>, SandboxError> {
        let wanted: Vec<&Attachment> = attachments
            .iter()
            .filter(|attachment| is_document(attachment))
            .collect();
        match self {
            Sandbox::Child { program } => parent::read(program, &wanted),
            Sandbox::Here => Ok(wanted
                .iter()
                .map(|attachment| documents::read(&attachment.name, &attachment.bytes))
                .collect()),
        }
    }
}
