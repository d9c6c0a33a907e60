//! What is said over one IMAP connection. Every answer is awaited under a timeout; after a
//! [`Fault::Broken`] the connection must be dropped.
//!
//! `async-imap` frames, parses and logs in; commands are run here, because its own readers of
//! FETCH overlook a NO and its IDLE waits for ever on one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode, Status};

use super::answers::{body, capability, listed};
use super::connect::Client;
use super::names::quoted;
use super::{Listed, Uid, plain};

/// Bytes asked for at once; a mail comes in such pieces.
const PIECE: u64 = 1024 * 1024;
/// Largest header that is given, in bytes.
pub(super) const HEADER_LIMIT: u64 = 256 * 1024;
/// Mails described by one command.
const BATCH: usize = 400;
/// How often a wait looks whether it should stop.
const TICK: Duration = Duration::from_millis(250);

/// Why a command did not do what it should.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection is of no use any more.
    Broken(String),
    /// The server said NO.
    No {
        /// `[TRYCREATE]` (RFC 3501, section 7.1).
        try_create: bool,
        /// Its words.
        said: String,
    },
}

fn broken(why: impl std::fmt::Display) -> Fault {
    Fault::Broken(plain(&why.to_string()))
}

/// A connection on which the folder is selected.
#[derive(Debug)]
pub(super) struct Session {
    client: Client,
    patience: Duration,
    capabilities: BTreeSet<String>,
    /// The folder's UIDVALIDITY.
    pub(super) validity: u32,
    /// The server spoke of new mails since the last look.
    news: bool,
}

impl Session {
    /// Asks what the server can do and selects the folder.
    pub(super) async fn select(
        client: Client,
        folder: &str,
        patience: Duration,
    ) -> Result<Self, Fault> {
        let mut session = Self {
            client,
            patience,
            capabilities: BTreeSet::new(),
            validity: 0,
            news: false,
        };
        let mut capabilities = BTreeSet::new();
        session
            .command("CAPABILITY", |response| {
                if let Response::Capabilities(listed) = response {
                    capabilities.extend(listed.iter().map(capability));
                }
            })
            .await?;
        session.capabilities = capabilities;
        let mut validity = 0;
        session
            .command(&format!("SELECT {}", quoted(folder)), |response| {
                if let Response::Data { outcome, .. } = response
                    && let Some(ResponseCode::UidValidity(found)) = outcome.code
                {
                    validity = found;
                }
            })
            .await?;
        session.validity = validity;
        session.news = false;
        Ok(session)
    }

    /// The number of a UID, if it belongs to this folder as it is now.
    pub(super) fn own(&self, uid: &Uid) -> Option<u32> {
        if uid.validity == self.validity {
            uid.uid.parse().ok()
        } else {
            None
        }
    }

    /// Whether the server has an extension, by its capability in capitals.
    pub(super) fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// Runs a command; `seen` is shown every response that came before its end.
    async fn command(&mut self, text: &str, seen: impl FnMut(&Response<'_>)) -> Result<(), Fault> {
        let patience = self.patience;
        let run = tokio::time::timeout(patience, self.run(text, seen));
        let verb = text.split(' ').take(2).collect::<Vec<_>>().join(" ");
        run.await
            .map_err(|_| broken(format!("no answer to {verb} in {} s", patience.as_secs())))?
    }

    async fn run(&mut self, text: &str, seen: impl FnMut(&Response<'_>)) -> Result<(), Fault> {
        let id = self.client.run_command(text).await.map_err(broken)?;
        self.finish(&id.0, seen).await
    }

    /// Reads until the end of the command with this tag.
    async fn finish(
        &mut self,
        tag: &str,
        mut seen: impl FnMut(&Response<'_>),
    ) -> Result<(), Fault> {
        let mut farewell = None;
        loop {
            let Some(data) = self.client.read_response().await.map_err(broken)? else {
                return Err(broken(
                    farewell.unwrap_or("the server closed the connection".into()),
                ));
            };
            match data.parsed() {
                Response::Done {
                    tag: done,
                    status,
                    outcome,
                } if done.0 == tag => {
                    seen(data.parsed());
                    let said = plain(outcome.information.as_deref().unwrap_or("no reason"));
                    return match status {
                        Status::Ok => Ok(()),
                        Status::No => {
                            let try_create = outcome.code == Some(ResponseCode::TryCreate);
                            Err(Fault::No { try_create, said })
                        }
                        _ => Err(broken(format!("the server does not understand us: {said}"))),
                    };
                }
                Response::Data {
                    status: Status::Bye,
                    outcome,
                } => {
                    let said = outcome.information.as_deref().unwrap_or("no reason");
                    farewell = Some(format!("the server says goodbye: {said}"));
                }
                Response::MailboxData(MailboxDatum::Exists(_)) => self.news = true,
                other => seen(other),
            }
        }
    }

    /// The UIDs of all mails in the folder, in order of arrival.
    pub(super) async fn search(&mut self) -> Result<Vec<u32>, Fault> {
        // A server need not show a mail in SEARCH before it has announced it; NOOP lets it.
        self.command("NOOP", |_| ()).await?;
        self.news = false;
        let mut found = BTreeSet::new();
        self.command("UID SEARCH ALL", |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend(uids.iter().copied());
            }
        })
        .await?;
        Ok(found.into_iter().collect())
    }

    /// Size and time of reception of those mails that are there.
    pub(super) async fn describe(&mut self, uids: &[u32]) -> Result<Vec<(u32, Listed)>, Fault> {
        let mut found = Vec::new();
        for batch in uids.chunks(BATCH) {
            let set = batch
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(",");
            let mut unread = None;
            self.command(
                &format!("UID FETCH {set} (UID RFC822.SIZE INTERNALDATE)"),
                |response| {
                    let Response::Fetch(_, items) = response else {
                        return;
                    };
                    match listed(items) {
                        Some(Ok(item)) => found.push(item),
                        Some(Err(date)) => unread = Some(date),
                        None => {}
                    }
                },
            )
            .await?;
            if let Some(date) = unread {
                return Err(broken(format!(
                    "the server gives a date we can't read: {date}"
                )));
            }
        }
        Ok(found)
    }

    /// The bytes of a mail, in pieces, its flags untouched; `None` if it is not there.
    pub(super) async fn fetch(
        &mut self,
        uid: u32,
        header_only: bool,
    ) -> Result<Option<Vec<u8>>, Fault> {
        if header_only {
            return self.piece(uid, "HEADER", 0, HEADER_LIMIT).await;
        }
        let [
            (
                _,
                Listed {
                    bytes: announced, ..
                },
            ),
        ] = self.describe(&[uid]).await?[..]
        else {
            return Ok(None);
        };
        // Sizes are often a little wrong (line ends); a server that never ends is cut off.
        let limit = announced.saturating_mul(2).saturating_add(PIECE);
        let mut bytes = Vec::new();
        loop {
            let Some(piece) = self.piece(uid, "", bytes.len() as u64, PIECE).await? else {
                return Ok(None);
            };
            bytes.extend_from_slice(&piece);
            if (piece.len() as u64) < PIECE {
                return Ok(Some(bytes));
            }
            if bytes.len() as u64 > limit {
                return Err(broken(format!("a mail of {announced} bytes does not end")));
            }
        }
    }

    /// `BODY.PEEK[section]<from.most>` (RFC 3501, section 6.4.5).
    async fn piece(
        &mut self,
        uid: u32,
        section: &str,
        from: u64,
        most: u64,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let mut found: Option<Vec<u8>> = None;
        let text = format!("UID FETCH {uid} (UID BODY.PEEK[{section}]<{from}.{most}>)");
        self.command(&text, |response| {
            let Response::Fetch(_, items) = response else {
                return;
            };
            if items
                .iter()
                .any(|item| matches!(item, AttributeValue::Uid(other) if *other == uid))
            {
                found = items.iter().find_map(body).or(found.take());
            }
        })
        .await?;
        match found {
            Some(bytes) if bytes.len() as u64 > most => Err(broken("more bytes than asked for")),
            found => Ok(found),
        }
    }

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

    /// Waits for news by IDLE (RFC 2177), at most so long. False: the server refuses IDLE.
    pub(super) async fn idle(
        &mut self,
        at_most: Duration,
        stop: &AtomicBool,
    ) -> Result<bool, Fault> {
        if self.news {
            return Ok(true);
        }
        let patience = self.patience;
        let begun = tokio::time::timeout(patience, self.begin_idle()).await;
        let Some(tag) = begun.map_err(|_| broken("no answer to IDLE"))?? else {
            return Ok(false);
        };
        self.listen(at_most, stop).await?;
        let end = async {
            self.client
                .run_command_untagged("DONE")
                .await
                .map_err(broken)?;
            self.finish(&tag, |_| ()).await
        };
        match tokio::time::timeout(patience, end).await {
            Ok(Ok(()) | Err(Fault::No { .. })) => Ok(true),
            Ok(Err(fault)) => Err(fault),
            Err(_) => Err(broken("no answer to the end of IDLE")),
        }
    }

    async fn begin_idle(&mut self) -> Result<Option<String>, Fault> {
        let id = self.client.run_command("IDLE").await.map_err(broken)?;
        loop {
            let Some(data) = self.client.read_response().await.map_err(broken)? else {
                return Err(broken("the server closed the connection"));
            };
            match data.parsed() {
                Response::Continue(_) => return Ok(Some(id.0)),
                Response::Done { tag, .. } if *tag == id => return Ok(None),
                Response::MailboxData(MailboxDatum::Exists(_)) => self.news = true,
                _ => {}
            }
        }
    }

    /// Reads until there is news, or the time is up: "still here" lines do not put it off.
    async fn listen(&mut self, at_most: Duration, stop: &AtomicBool) -> Result<(), Fault> {
        let end = tokio::time::sleep(at_most);
        tokio::pin!(end);
        while !self.news && !stop.load(Ordering::Relaxed) {
            tokio::select! {
                response = self.client.read_response() => {
                    let Some(data) = response.map_err(broken)? else {
                        return Err(broken("the server closed the connection"));
                    };
                    match data.parsed() {
                        Response::MailboxData(MailboxDatum::Exists(_)) => self.news = true,
                        Response::Data { status: Status::Bye, .. } => {
                            return Err(broken("the server says goodbye"));
                        }
                        _ => {}
                    }
                }
                () = &mut end => break,
                () = tokio::time::sleep(TICK) => {}
            }
        }
        Ok(())
    }
}

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

/// Sleeps, but not when it should stop.
pub(super) async fn pause(at_most: Duration, stop: &AtomicBool) {
    let end = tokio::time::sleep(at_most);
    tokio::pin!(end);
    while !stop.load(Ordering::Relaxed) {
        tokio::select! {
            () = &mut end => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}
