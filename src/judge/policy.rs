//! Who sent it and what it answers: whether an answer counts. The whole policy is one table.

use super::Refers;
use crate::mail::SenderAuthentication;

/// Whose address the From field shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromIs {
    /// The person asked, or somebody who reads the shared mailbox asked.
    Asked,
    /// Somebody else.
    SomebodyElse,
}

/// A cell of the table; its name is journalled with the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The server stamps nothing; the token came back: it counts.
    CountsByToken,
    /// The server stamps nothing; the Message-ID, which only the recipient has seen, came back: it
    /// counts.
    CountsByMessageId,
    /// Only the subject's tag: a confirmation first.
    ConfirmTagOnly,
    /// Nothing but one open step: a confirmation first.
    ConfirmOpenStep,
    /// Somebody else's answer: a comment.
    CommentSomebodyElse,
    /// Nobody can be identified: never counts.
    NeverUnidentifiable,
}

impl Cell {
    /// Its name in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Self::CountsByToken => "counts-by-token",
            Self::CountsByMessageId => "counts-by-message-id",
            Self::ConfirmTagOnly => "confirm-tag-only",
            Self::ConfirmOpenStep => "confirm-open-step",
            Self::CommentSomebodyElse => "comment-somebody-else",
            Self::NeverUnidentifiable => "never-unidentifiable",
        }
    }
}

/// The table.
pub fn cell(authentication: SenderAuthentication, from: FromIs, refers: Refers) -> Cell {
    match (authentication, from, refers) {
        (SenderAuthentication::Unidentifiable, _, _) => Cell::NeverUnidentifiable,
        (SenderAuthentication::NotStamped, FromIs::SomebodyElse, _) => Cell::CommentSomebodyElse,
        (SenderAuthentication::NotStamped, FromIs::Asked, Refers::Token) => Cell::CountsByToken,
        (SenderAuthentication::NotStamped, FromIs::Asked, Refers::MessageId) => {
            Cell::CountsByMessageId
        }
        (SenderAuthentication::NotStamped, FromIs::Asked, Refers::TagOnly) => Cell::ConfirmTagOnly,
        (SenderAuthentication::NotStamped, FromIs::Asked, Refers::OpenStep) => {
            Cell::ConfirmOpenStep
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell() {
        use SenderAuthentication::{NotStamped, Unidentifiable};
        let table = [
            (
                NotStamped,
                FromIs::Asked,
                Refers::Token,
                Cell::CountsByToken,
            ),
            (
                NotStamped,
                FromIs::Asked,
                Refers::MessageId,
                Cell::CountsByMessageId,
            ),
            (
                NotStamped,
                FromIs::Asked,
                Refers::TagOnly,
                Cell::ConfirmTagOnly,
            ),
            (
                NotStamped,
                FromIs::Asked,
                Refers::OpenStep,
                Cell::ConfirmOpenStep,
            ),
            (
                NotStamped,
                FromIs::SomebodyElse,
                Refers::Token,
                Cell::CommentSomebodyElse,
            ),
            (
                NotStamped,
                FromIs::SomebodyElse,
                Refers::MessageId,
                Cell::CommentSomebodyElse,
            ),
            (
                NotStamped,
                FromIs::SomebodyElse,
                Refers::TagOnly,
                Cell::CommentSomebodyElse,
            ),
            (
                NotStamped,
                FromIs::SomebodyElse,
                Refers::OpenStep,
                Cell::CommentSomebodyElse,
            ),
            (
                Unidentifiable,
                FromIs::Asked,
                Refers::Token,
                Cell::NeverUnidentifiable,
            ),
            (
                Unidentifiable,
                FromIs::SomebodyElse,
                Refers::TagOnly,
                Cell::NeverUnidentifiable,
            ),
        ];
        for (authentication, from, refers, expected) in table {
            assert_eq!(cell(authentication, from, refers), expected);
        }
    }
}
