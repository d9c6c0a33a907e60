//! What is said over one IMAP connection. Every answer is awaited under a timeout; after a
//! [`Fault::Broken`] the connection must be dropped.
//!
//! `async-imap` frames, parses and logs in; commands are run here, because its own readers of
//! FETCH overlook a NO and its IDLE waits for ever on one.

use std::collections::BTreeSet;
use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, Response, ResponseCode, Status};

use super::answers::capability;
use super::connect::Client;
use super::names::quoted;
use super::{Uid, plain};

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

pub(super) fn broken(why: impl std::fmt::Display) -> Fault {
    Fault::Broken(plain(&why.to_string()))
}

/// A connection on which the folder is selected.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) client: Client,
    pub(super) patience: Duration,
    capabilities: BTreeSet<String>,
    /// The folder's UIDVALIDITY.
    pub(super) validity: u32,
    /// The server spoke of new mails since the last look.
    pub(super) news: bool,
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
        session.enter("SELECT", folder).await?;
        session.news = false;
        Ok(session)
    }

    /// Selects a folder, by SELECT or EXAMINE, and notes its UIDVALIDITY.
    pub(super) async fn enter(&mut self, verb: &str, folder: &str) -> Result<(), Fault> {
        let mut validity = 0;
        self.command(&format!("{verb} {}", quoted(folder)), |response| {
            if let Response::Data { outcome, .. } = response
                && let Some(ResponseCode::UidValidity(found)) = outcome.code
            {
                validity = found;
            }
        })
        .await?;
        // Without it, or with zero, which it cannot be (RFC 3501, section 2.3.1.1), a UID may be
        // another mail's by tomorrow: that one would be taken for one that was handled.
        if validity == 0 {
            return Err(broken(format!(
                "the server gives no UIDVALIDITY for {folder:?}: its mails cannot be told apart, \
                 and none is taken"
            )));
        }
        self.validity = validity;
        Ok(())
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
    pub(super) async fn command(
        &mut self,
        text: &str,
        seen: impl FnMut(&Response<'_>),
    ) -> Result<(), Fault> {
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
    pub(super) async fn finish(
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
}
