//! Mails moved to another folder, so that doing it again does no harm.

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode};

use super::names::quoted;
use super::session::{Fault, Session};

/// What became of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filed {
    /// It was moved.
    Moved,
    /// It was not there.
    Gone,
    /// The server has neither MOVE nor UIDPLUS.
    Impossible,
}

impl Session {
    /// Moves a mail to a folder, which is created if it is missing. False: it was not there any
    /// more, as far as the server lets us know.
    pub(super) async fn file(&mut self, uid: u32, folder: &str) -> Result<Filed, Fault> {
        if self.can("MOVE") {
            let text = format!("UID MOVE {uid} {}", quoted(folder));
            return self.moved(&text, folder).await;
        }
        if !self.can("UIDPLUS") {
            // A plain EXPUNGE would remove mails that a person has marked (RFC 4315, section 1).
            return Ok(Filed::Impossible);
        }
        match self.deleted(uid).await? {
            None => return Ok(Filed::Gone),
            // Marked by a person, or by us before a break: it was copied then.
            Some(true) => return Ok(Filed::Moved),
            Some(false) => {}
        }
        let text = format!("UID COPY {uid} {}", quoted(folder));
        let filed = self.moved(&text, folder).await?;
        if matches!(filed, Filed::Moved) {
            self.command(
                &format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)"),
                |_| (),
            )
            .await?;
            self.command(&format!("UID EXPUNGE {uid}"), |_| ()).await?;
        }
        Ok(filed)
    }

    /// Moves the mail with this Message-ID from one folder to another; afterwards `home` is
    /// selected, as before.
    pub(super) async fn refile(
        &mut self,
        message_id: &str,
        (from, to): (&str, &str),
        home: &str,
    ) -> Result<Filed, Fault> {
        let moved = match self
            .command(&format!("SELECT {}", quoted(from)), |_| ())
            .await
        {
            Ok(()) => self.move_by_id(message_id, to).await,
            // There is no such folder.
            Err(Fault::No { .. }) => Ok(Filed::Gone),
            Err(fault) => Err(fault),
        };
        // On a connection with another folder selected UIDs would mean other mails.
        match self
            .command(&format!("SELECT {}", quoted(home)), |_| ())
            .await
        {
            Ok(()) => moved,
            Err(Fault::No { said, .. }) => Err(Fault::Broken(said)),
            Err(fault) => Err(fault),
        }
    }

    async fn move_by_id(&mut self, message_id: &str, to: &str) -> Result<Filed, Fault> {
        let mut found = vec![];
        let search = format!(
            "UID SEARCH HEADER Message-ID {}",
            quoted(&format!("<{message_id}>"))
        );
        self.command(&search, |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend(uids.iter().copied());
            }
        })
        .await?;
        match found.first() {
            Some(uid) => self.file(*uid, to).await,
            None => Ok(Filed::Gone),
        }
    }

    /// Whether a mail is marked `\Deleted`; `None` if it is not there.
    async fn deleted(&mut self, uid: u32) -> Result<Option<bool>, Fault> {
        let mut marked = None;
        self.command(&format!("UID FETCH {uid} (UID FLAGS)"), |response| {
            let Response::Fetch(_, items) = response else {
                return;
            };
            if !items
                .iter()
                .any(|i| matches!(i, AttributeValue::Uid(other) if *other == uid))
            {
                return;
            }
            for item in items {
                if let AttributeValue::Flags(flags) = item {
                    marked = Some(
                        flags
                            .iter()
                            .any(|flag| flag.eq_ignore_ascii_case("\\Deleted")),
                    );
                }
            }
        })
        .await?;
        Ok(marked)
    }

    /// Runs a MOVE or COPY, creating its folder when the server says that it is missing.
    async fn moved(&mut self, text: &str, folder: &str) -> Result<Filed, Fault> {
        let mut created = false;
        loop {
            let mut copied = false;
            let done = self
                .command(text, |response| {
                    let (Response::Data { outcome, .. } | Response::Done { outcome, .. }) =
                        response
                    else {
                        return;
                    };
                    copied |= matches!(outcome.code, Some(ResponseCode::CopyUid(..)));
                })
                .await;
            match done {
                Ok(()) if copied || !self.can("UIDPLUS") => return Ok(Filed::Moved),
                Ok(()) => return Ok(Filed::Gone),
                Err(Fault::No {
                    try_create: true, ..
                }) if !created => {
                    created = true;
                    self.command(&format!("CREATE {}", quoted(folder)), |_| ())
                        .await?;
                    // So that people see it in their clients; a server may not have it.
                    match self
                        .command(&format!("SUBSCRIBE {}", quoted(folder)), |_| ())
                        .await
                    {
                        Ok(()) | Err(Fault::No { .. }) => {}
                        Err(broken) => return Err(broken),
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
    }
}
