//! How long contents are kept.

/// Days for which each kind of content is kept; none: for ever. What ended longer ago is blanked;
/// the journal's entries and hashes stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Mails that came to nothing (newsletters, notices of failure, what is not ours) and mails of
    /// the desk that are about no request, from the day on which they came or went.
    pub mails_of_nothing: Option<u32>,
    /// Mails received about a request, without documents, from the request's end.
    pub mails: Option<u32>,
    /// Mails that brought the documents of a request, from the request's end.
    pub documents: Option<u32>,
    /// Mails of the desk about a request, from the request's end.
    pub sent: Option<u32>,
    /// Requests themselves, with all that is left of their mails, from their end.
    pub requests: Option<u32>,
    /// The log of operators' accesses.
    pub accesses: Option<u32>,
}

impl Default for Retention {
    /// As `docs/privacy.md` explains: requests and their documents are records of the office.
    fn default() -> Self {
        const FIVE_YEARS: u32 = 1826;
        Self {
            mails_of_nothing: Some(180),
            mails: Some(FIVE_YEARS),
            documents: None,
            sent: Some(FIVE_YEARS),
            requests: None,
            accesses: Some(FIVE_YEARS),
        }
    }
}
