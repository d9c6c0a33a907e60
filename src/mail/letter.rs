//! The one value that a mail becomes. Nothing downstream looks at a header again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An address with the name that was shown with it (RFC 5322, 3.4). The address is lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The address, lower case.
    pub address: String,
    /// The display name, empty where none was given.
    pub name: String,
}

/// What kind of sender wrote a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A person, or a system that the configuration names as intake.
    Person,
    /// An automatic answer (RFC 3834): out of office, automatic acknowledgement, read receipt.
    Automatic(Automatic),
    /// A report of non-delivery (RFC 3464), or of delivery.
    Bounce(Bounce),
    /// A newsletter or notice to many. A person's post on a list is a person's.
    Bulk,
    /// A mail of the desk itself that came back.
    Own,
}

/// What a machine that was no delivery system wrote, or what was written by pressing a button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AutomaticKind {
    /// An automatic answer, nothing more is known.
    #[default]
    Answer,
    /// Somebody is away and will come back.
    Absence,
    /// Nobody reads this mailbox any more, or its owner has left.
    Closed,
    /// "We have received your mail", with or without a number.
    Acknowledgement,
    /// A message disposition notification (RFC 8098).
    ReadReceipt,
    /// A feedback report (RFC 5965): a recipient called a mail spam.
    Complaint,
    /// A filter that asks the sender to prove to be a person.
    Challenge,
    /// An invitation of a calendar, or its change or cancellation (RFC 5546).
    Invitation,
    /// An answer to an invitation.
    InvitationReply,
    /// A system's notice that answers nothing (`Auto-Submitted: auto-generated`).
    Notice,
}

/// Who stands in for somebody who is away, as their answer says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitute {
    /// The name, as written.
    pub name: Option<String>,
    /// The address, lower case.
    pub address: Option<String>,
}

/// An automatic answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    /// Which kind.
    #[serde(default)]
    pub kind: AutomaticKind,
    /// Whether it says that somebody is away.
    pub out_of_office: bool,
    /// The last day away, ISO 8601, where it says so.
    pub until: Option<String>,
    /// Who stands in, where it says so.
    #[serde(default)]
    pub substitute: Option<Substitute>,
    /// Which header or words show that it is automatic.
    pub evidence: String,
}

/// A delivery status notification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// The recipients that it speaks of.
    pub recipients: Vec<BouncedRecipient>,
    /// The Message-ID of the mail that it speaks of, without angle brackets.
    pub original_message_id: Option<String>,
    /// Whether it holds a `message/delivery-status` part; without it or our own Message-ID it
    /// changes nothing.
    pub has_report: bool,
    /// Which header, part or words show that it is one.
    #[serde(default)]
    pub evidence: String,
}

/// What a server did with a mail (the Action field of RFC 3464, 2.3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// It gave up.
    #[default]
    Failed,
    /// It still tries.
    Delayed,
    /// It put the mail into the mailbox.
    Delivered,
    /// It handed the mail to a server that reports nothing.
    Relayed,
    /// It handed the mail to several recipients.
    Expanded,
}

/// One recipient of a [`Bounce`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BouncedRecipient {
    /// The address, lower case.
    pub address: String,
    /// The enhanced status code (RFC 3463), where there is one.
    pub status: Option<String>,
    /// What became of the mail.
    #[serde(default)]
    pub delivery: Delivery,
    /// Whether trying again is useless (class 5).
    pub permanent: bool,
    /// Whether no mail will ever arrive there: stricter than `permanent` (a full mailbox is class
    /// 5 and not dead).
    #[serde(default)]
    pub dead: bool,
}

/// Where a reference token of the desk stood in a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenPlace {
    /// The plus part of the address written to.
    Address,
    /// The sender's own text (a mailto button writes it there).
    NewText,
    /// The quoted text of the desk's mail.
    Quoted,
}

/// A reference token of the desk: 32 characters of base32 (a–z, 2–7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundToken {
    /// The characters, lower case.
    pub token: String,
    /// Where it stood.
    pub place: TokenPlace,
}

/// What a server of the office said of the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SenderAuthentication {
    /// It vouches for the domain in From, or for the very account.
    Passes,
    /// It is known to say something, and said nothing of use about this mail.
    Missing,
    /// The office declares that its server stamps nothing.
    NotStamped,
    /// It says that the mail is not from where From says.
    Fails,
    /// The From field is missing, given twice, or malformed: nobody can be identified.
    Unidentifiable,
}

impl SenderAuthentication {
    /// Its name in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::Missing => "missing",
            Self::NotStamped => "not-stamped",
            Self::Fails => "fails",
            Self::Unidentifiable => "unidentifiable",
        }
    }
}

/// A mail that the sender forwarded, in the text or attached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// Who wrote it, as far as it says.
    pub from: Option<Address>,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// A part of the mail that is a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The file name, without path or control characters; made up where there is none.
    pub name: String,
    /// The media type as declared, lower case.
    pub media_type: String,
    /// The bytes. Not stored with the letter: the raw mail is.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// The form of a mail's text that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherForm {
    /// Its new text.
    pub text: String,
    /// Whether it lacks the first line of what was read.
    pub lacks: bool,
}

/// A mail, parsed once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// In-Reply-To, without angle brackets.
    pub in_reply_to: Vec<String>,
    /// References, without angle brackets, oldest first.
    pub references: Vec<String>,
    /// The one From address; none where it is missing, given twice or malformed.
    pub from: Option<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Subject, decoded, unfolded, white space collapsed.
    pub subject: String,
    /// The Date field, which its sender writes.
    pub date: Option<DateTime<Utc>>,
    /// What kind of sender.
    pub origin: Origin,
    /// Which header or words show the origin; empty for a person without any mark.
    #[serde(default)]
    pub origin_evidence: String,
    /// What the office's server said of the sender.
    pub authentication: SenderAuthentication,
    /// The words of the server that this rests on, for the record.
    pub authentication_words: String,
    /// The new text: without quote, signature, disclaimer and the desk's own reference line.
    pub text: String,
    /// The whole text, with all of these.
    pub full_text: String,
    /// What its other form says (plain text or HTML, whichever was not read), where that is
    /// something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_form: Option<OtherForm>,
    /// Tables of an HTML body's new part, as rows of cells (a form pasted into the mail).
    pub tables: Vec<Vec<Vec<String>>>,
    /// What was forwarded.
    pub forwarded: Vec<Forwarded>,
    /// Files, those of forwarded and attached mails among them.
    pub attachments: Vec<Attachment>,
    /// Tokens of the desk.
    pub tokens: Vec<FoundToken>,
    /// Request numbers in the subject's tags (`SIGEC-2026-000123`), upper case.
    pub numbers: Vec<String>,
    /// What was broken about it, in English, for the log.
    pub defects: Vec<String>,
}
