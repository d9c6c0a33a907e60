//! Who sent it and what it answers: whether an answer counts, and whether a mail opens a request.
//! The whole policy is two tables; `docs/authentication.md` explains their rows.

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
    /// The server vouches for the sender, and the token came back: it counts.
    CountsAuthenticatedToken,
    /// The server vouches for the sender, and the Message-ID came back: it counts.
    CountsAuthenticatedMessageId,
    /// A confirmation came back from the address that it was sent to: it counts.
    CountsConfirmed,
    /// The server stamps nothing; the token came back: it counts.
    CountsByToken,
    /// The server stamps nothing; the Message-ID, which only the recipient has seen, came back: it
    /// counts.
    CountsByMessageId,
    /// The server, which stamps, said nothing of use: a confirmation first.
    ConfirmUnstamped,
    /// Only the subject's tag: a confirmation first.
    ConfirmTagOnly,
    /// Nothing but one open step: a confirmation first.
    ConfirmOpenStep,
    /// Somebody else's answer: a comment.
    CommentSomebodyElse,
    /// The server says that it is forged: put aside, told to the real person, never counts.
    QuarantineFailed,
    /// Nobody can be identified: never counts.
    NeverUnidentifiable,
}

impl Cell {
    /// Its name in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Self::CountsAuthenticatedToken => "counts-authenticated-token",
            Self::CountsAuthenticatedMessageId => "counts-authenticated-message-id",
            Self::CountsConfirmed => "counts-confirmed",
            Self::CountsByToken => "counts-by-token",
            Self::CountsByMessageId => "counts-by-message-id",
            Self::ConfirmUnstamped => "confirm-unstamped",
            Self::ConfirmTagOnly => "confirm-tag-only",
            Self::ConfirmOpenStep => "confirm-open-step",
            Self::CommentSomebodyElse => "comment-somebody-else",
            Self::QuarantineFailed => "quarantine-failed",
            Self::NeverUnidentifiable => "never-unidentifiable",
        }
    }
}

/// The table for answers.
#[rustfmt::skip]
pub fn cell(authentication: SenderAuthentication, from: FromIs, refers: Refers) -> Cell {
    use FromIs::{Asked, SomebodyElse};
    use Refers::{Confirmation, MessageId, OpenStep, TagOnly, Token};
    use SenderAuthentication::{Fails, Missing, NotStamped, Passes, Unidentifiable};
    match (authentication, from, refers) {
        (Unidentifiable, Asked | SomebodyElse, _)      => Cell::NeverUnidentifiable,
        (Fails, Asked | SomebodyElse, _)               => Cell::QuarantineFailed,
        (Passes | Missing | NotStamped, SomebodyElse, _) => Cell::CommentSomebodyElse,

        (Passes, Asked, Token)                         => Cell::CountsAuthenticatedToken,
        (Passes, Asked, MessageId)                     => Cell::CountsAuthenticatedMessageId,
        (Passes, Asked, Confirmation)                  => Cell::CountsConfirmed,
        (Passes, Asked, TagOnly)                       => Cell::ConfirmTagOnly,
        (Passes, Asked, OpenStep)                      => Cell::ConfirmOpenStep,

        (Missing, Asked, Confirmation)                 => Cell::CountsConfirmed,
        (Missing, Asked, Token | MessageId | TagOnly | OpenStep) => Cell::ConfirmUnstamped,

        (NotStamped, Asked, Token)                     => Cell::CountsByToken,
        (NotStamped, Asked, MessageId)                 => Cell::CountsByMessageId,
        (NotStamped, Asked, Confirmation)              => Cell::CountsConfirmed,
        (NotStamped, Asked, TagOnly)                   => Cell::ConfirmTagOnly,
        (NotStamped, Asked, OpenStep)                  => Cell::ConfirmOpenStep,
    }
}

/// How a mail that begins a request was proven; its name is journalled with the opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningCell {
    /// The server vouches for the sender of a mail that was written to the desk, now: that is the
    /// sender's word. Whoever else signed is asked.
    OpensAuthenticated,
    /// It vouches for the sender, but the mail is old or was not written to the desk: anybody who
    /// has it can send it again. Where the sender's word matters, it is asked for.
    ConfirmReplayed,
    /// The server, which stamps, said nothing of use: the signatory is asked in any case.
    ConfirmUnstamped,
    /// The server stamps nothing: the signatory is asked where their word matters.
    ConfirmNotStamped,
    /// The server says that it is forged: put aside, told to the real person, opens nothing.
    QuarantineFailed,
    /// Nobody can be identified: opens nothing.
    NeverUnidentifiable,
}

impl OpeningCell {
    /// Its name in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpensAuthenticated => "opens-authenticated",
            Self::ConfirmReplayed => "confirm-opening-replayed",
            Self::ConfirmUnstamped => "confirm-opening-unstamped",
            Self::ConfirmNotStamped => "confirm-opening-not-stamped",
            Self::QuarantineFailed => "quarantine-failed",
            Self::NeverUnidentifiable => "never-unidentifiable",
        }
    }
}

/// The table for openings; `fresh`: the mail was written to the desk, in these days.
pub fn opening_cell(authentication: SenderAuthentication, fresh: bool) -> OpeningCell {
    match (authentication, fresh) {
        (SenderAuthentication::Passes, true) => OpeningCell::OpensAuthenticated,
        (SenderAuthentication::Passes, false) => OpeningCell::ConfirmReplayed,
        (SenderAuthentication::Missing, true | false) => OpeningCell::ConfirmUnstamped,
        (SenderAuthentication::NotStamped, true | false) => OpeningCell::ConfirmNotStamped,
        (SenderAuthentication::Fails, true | false) => OpeningCell::QuarantineFailed,
        (SenderAuthentication::Unidentifiable, true | false) => OpeningCell::NeverUnidentifiable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERS: [Refers; 5] = [
        Refers::Token,
        Refers::MessageId,
        Refers::Confirmation,
        Refers::TagOnly,
        Refers::OpenStep,
    ];

    /// A row: what each way of referring comes to, in the order of [`REFERS`].
    #[track_caller]
    fn row(authentication: SenderAuthentication, from: FromIs, expected: [&str; 5]) {
        let got = REFERS.map(|refers| cell(authentication, from, refers).name());
        assert_eq!(got, expected, "{authentication:?} {from:?}");
    }

    #[test]
    fn passes() {
        row(
            SenderAuthentication::Passes,
            FromIs::Asked,
            [
                "counts-authenticated-token",
                "counts-authenticated-message-id",
                "counts-confirmed",
                "confirm-tag-only",
                "confirm-open-step",
            ],
        );
    }

    #[test]
    fn missing_though_the_server_stamps() {
        let confirm = "confirm-unstamped";
        row(
            SenderAuthentication::Missing,
            FromIs::Asked,
            [confirm, confirm, "counts-confirmed", confirm, confirm],
        );
    }

    #[test]
    fn not_stamped_by_declaration() {
        row(
            SenderAuthentication::NotStamped,
            FromIs::Asked,
            [
                "counts-by-token",
                "counts-by-message-id",
                "counts-confirmed",
                "confirm-tag-only",
                "confirm-open-step",
            ],
        );
    }

    #[test]
    fn fails_and_nobody_never_count_whoever_it_seems_to_be() {
        for from in [FromIs::Asked, FromIs::SomebodyElse] {
            row(SenderAuthentication::Fails, from, ["quarantine-failed"; 5]);
            let nobody = ["never-unidentifiable"; 5];
            row(SenderAuthentication::Unidentifiable, from, nobody);
        }
    }

    #[test]
    fn somebody_else_comments_however_well_authenticated() {
        for authentication in [
            SenderAuthentication::Passes,
            SenderAuthentication::Missing,
            SenderAuthentication::NotStamped,
        ] {
            let comment = ["comment-somebody-else"; 5];
            row(authentication, FromIs::SomebodyElse, comment);
        }
    }

    #[test]
    fn openings() {
        for (authentication, fresh, old) in [
            (
                SenderAuthentication::Passes,
                "opens-authenticated",
                "confirm-opening-replayed",
            ),
            (
                SenderAuthentication::Missing,
                "confirm-opening-unstamped",
                "confirm-opening-unstamped",
            ),
            (
                SenderAuthentication::NotStamped,
                "confirm-opening-not-stamped",
                "confirm-opening-not-stamped",
            ),
            (
                SenderAuthentication::Fails,
                "quarantine-failed",
                "quarantine-failed",
            ),
            (
                SenderAuthentication::Unidentifiable,
                "never-unidentifiable",
                "never-unidentifiable",
            ),
        ] {
            assert_eq!(opening_cell(authentication, true).name(), fresh);
            assert_eq!(opening_cell(authentication, false).name(), old);
        }
    }
}
