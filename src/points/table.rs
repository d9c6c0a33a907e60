//! The one table of the points, in the order of the road.

/// What dying at a point can do to a mail that is being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nobody but us knows of it, or it is recorded: it goes out once.
    Recorded,
    /// The other side has it, or may have it, and our record is not there: it goes out again, with
    /// the same Message-ID and the same bytes.
    Accepted,
}

/// Defines [`Point`] with name, meaning and [`When`] of each.
macro_rules! points {
    ($($point:ident $name:literal $when:ident $stands:literal,)*) => {
        /// A place where the process may die.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Point {
            $(#[doc = $stands] $point,)*
        }

        impl Point {
            /// All of them, in the order of the road.
            pub const ALL: &[Self] = &[$(Self::$point,)*];

            /// How it is named outside.
            pub fn name(self) -> &'static str {
                match self { $(Self::$point => $name,)* }
            }

            /// What is done before it and what is not yet.
            pub fn stands(self) -> &'static str {
                match self { $(Self::$point => $stands,)* }
            }

            /// Whether dying here sends a mail twice.
            pub fn when(self) -> When {
                match self { $(Self::$point => When::$when,)* }
            }
        }
    };
}

points! {
    // Beginning
    Migrating "migrating" Recorded "the database is open, its schema not looked at",
    Migrated "migrated" Recorded "the schema is the latest, nothing was done with it",
    EmptyingLog "emptying-log" Recorded "the log is not copied into the database, nor emptied",
    MakingKey "making-key" Recorded "the key of the tokens is written under another name",
    MadeKey "made-key" Recorded "the key of the tokens has its name",
    Resumed "resumed" Recorded "what was in hand at the last death is due again",

    // Every change of the database
    Committing "committing" Accepted "all of a transaction is written, its commit begins",
    Committed "committed" Recorded "the commit has returned, nobody was told",

    // Receive
    Looked "looked" Recorded "the mailbox has said what lies there, nothing is stored",
    FetchCounted "fetch-counted" Recorded "the try is counted, the mail not fetched",
    Fetched "fetched" Recorded "the mail is in memory only",
    StoringMail "storing-mail" Recorded "the mail's row is written, not committed",
    StoredMail "stored-mail" Recorded "the mail is stored, nothing else is done",
    SettingAside "setting-aside" Recorded "a mail that cannot come in is told of, not committed",
    SetAside "set-aside" Recorded "a mail that cannot come in is set aside",

    // Decide
    Taken "taken" Recorded "the try is counted, the mail not read",
    Reading "reading" Recorded "the mail's bytes are there, its reading begins",
    Read "read" Recorded "the mail and its documents are read",
    Judged "judged" Recorded "what follows from the mail is known, nothing of it written",
    Journalled "journalled" Recorded "request and journal are written, the notices not",
    Deciding "deciding" Recorded "all that follows is written, not committed",
    Decided "decided" Recorded "the decision is committed, nobody told, the mail not filed",
    Parking "parking" Recorded "a mail that was tried too often is told of, not committed",
    Parked "parked" Recorded "a mail that was tried too often is set aside",

    // Deliver
    NoticeDue "notice-due" Recorded "a notice is taken in hand",
    TryCounted "try-counted" Recorded "the try is counted, the next one set",
    Rendered "rendered" Recorded "the mail is made, its bytes are in memory only",
    KeepingBytes "keeping-bytes" Recorded "the bytes are written, not committed",
    KeptBytes "kept-bytes" Recorded "the bytes are kept, not sent",
    Sent "sent" Accepted "the other side has the mail, nothing is written",
    NotingSent "noting-sent" Accepted "its line in the list beside is written, not synced",
    NotedSent "noted-sent" Accepted "its line in the list beside is synced, nothing recorded",
    RecordingSent "recording-sent" Accepted "that it was sent is written, not committed",
    RecordedSent "recorded-sent" Recorded "that it was sent is recorded",
    PutOff "put-off" Recorded "a mail that was not taken has its next try",
    GivingUp "giving-up" Recorded "a mail is given up and told of, not committed",
    GaveUp "gave-up" Recorded "a mail is given up and told of",

    // Deliver into a folder
    FileBegun "file-begun" Recorded "the file is there under another name, and empty",
    FileWritten "file-written" Recorded "the file is written, not synced",
    FileSynced "file-synced" Recorded "the file is synced, without its name",
    FileRenamed "file-renamed" Accepted "the file has its name, its folder is not synced",

    // Deliver by SMTP
    SmtpConnecting "smtp-connecting" Recorded "the connection is being made",
    SmtpGreeted "smtp-greeted" Recorded "the server has greeted and answered EHLO",
    SmtpStartingTls "smtp-starting-tls" Recorded "STARTTLS is said, not answered",
    SmtpTls "smtp-tls" Recorded "TLS holds, EHLO is answered again",
    SmtpLoggingIn "smtp-logging-in" Recorded "AUTH is said, not answered",
    SmtpLoggedIn "smtp-logged-in" Recorded "the login is accepted",
    SmtpReset "smtp-reset" Recorded "RSET is answered, a further mail follows",
    SmtpSender "smtp-sender" Recorded "MAIL is answered",
    SmtpRecipient "smtp-recipient" Recorded "RCPT is answered",
    SmtpData "smtp-data" Recorded "DATA is answered, nothing of the mail said",
    SmtpWhole "smtp-whole" Accepted "the whole mail is said, the answer not there",
    SmtpAnswer "smtp-answer" Accepted "the answer to the mail is read",
    SmtpQuitting "smtp-quitting" Recorded "QUIT is said, not answered",

    // File
    Filing "filing" Recorded "the mail's fate is durable, the mailbox not asked",
    MaildirRenamed "maildir-renamed" Recorded "the file lies in its folder, which is not synced",
    ImapMoving "imap-moving" Recorded "MOVE or COPY is said, not answered",
    ImapCreated "imap-created" Recorded "the folder to move to was missing and is made",
    ImapCopied "imap-copied" Recorded "the mail is copied, the first one not marked",
    ImapMarked "imap-marked" Recorded "the first one is marked as deleted, not removed",
    Moved "moved" Recorded "the mailbox has moved the mail, nothing is written",
    Filed "filed" Recorded "that the mail is filed is recorded",
    NotFiled "not-filed" Recorded "a mail that could not be filed is counted",

    // Time
    WakeDue "wake-due" Recorded "a request is to be woken",
    Waking "waking" Recorded "all that follows from time is written, not committed",
    Woken "woken" Recorded "what follows from time is committed",
    Digesting "digesting" Recorded "the digest is written, not committed",
    Digested "digested" Recorded "the digest is committed, not sent",
    Anchoring "anchoring" Recorded "the anchor is written, not committed",
    Anchored "anchored" Recorded "the journal is anchored",
    BeginningAbsence "beginning-absence" Recorded "whoever stands in is asked, not committed",
    BegunAbsence "begun-absence" Recorded "whoever stands in is asked",

    // Operate
    StoredCommand "stored-command" Recorded "a command is stored, its giver not told",
    TakenCommand "taken-command" Recorded "the try is counted, the command not carried out",
    DoingCommand "doing-command" Recorded "all that follows is written, not committed",
    DoneCommand "done-command" Recorded "the command is carried out and committed",
    Retrying "retrying" Recorded "a parked mail is put back, not committed",
    Retried "retried" Recorded "a parked mail is put back",

    // Copy and restore
    Copying "copying" Recorded "a copy is written and checked, under another name",
    Copied "copied" Recorded "the copy has its name, its folder is not synced",
    ChangingSchema "changing-schema" Recorded "an older database is copied, not changed yet",
    Placing "placing" Recorded "a copy to restore lies beside the database, marked as restored",
    KeptOld "kept-old" Recorded "what a restore replaces has its second name, and its place still",
    Placed "placed" Recorded "the copy has the database's place, its folder is not synced",

    // Recover
    Finding "finding" Recorded "a mail of the lost time is written, not committed",
    Found "found" Recorded "a mail of the lost time is stored",
    Searched "searched" Recorded "that the mailbox was searched is recorded",
    Settling "settling" Recorded "what was held is sorted out, not committed",
    Settled "settled" Recorded "what was held is sorted out",
    Releasing "releasing" Recorded "what a person says of held mails is written, not committed",
    Released "released" Recorded "what a person says of held mails is committed, not told",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_the_code_says_and_none_is_there_twice() {
        let mut names: Vec<&str> = Point::ALL.iter().map(|point| point.name()).collect();
        for (point, name) in Point::ALL.iter().zip(&names) {
            let plain = name.replace('-', "");
            assert_eq!(format!("{point:?}").to_lowercase(), plain);
            assert!(!point.stands().is_empty());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Point::ALL.len());
    }
}
