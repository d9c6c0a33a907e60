//! Document reading in a child process of the same binary, with limits on memory, CPU and time.
//!
//! Lives here: the child, its limits, the pipe. May not live here: what a document says
//! (`documents/`).

use crate::documents::Document;
use crate::mail::Attachment;

/// Reads documents.
#[derive(Clone, Debug)]
pub enum Sandbox {}

impl Sandbox {
    /// Reads the documents of one mail. A document whose reader died or ran out of its limits is
    /// [`crate::documents::Unreadable::OverLimit`]; the others are read all the same.
    pub fn read(&self, attachments: &[Attachment]) -> Vec<Document> {
        let _ = attachments;
        unimplemented!()
    }
}
