//! Mails moved to another folder, so that doing it again does no harm.

use async_imap::imap_proto::rfc4315::UidSetMember;
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode};

use super::Uid;
use super::folders::is_about;
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

/// Mails that were moved, and where each lies now as far as the server says.
type Moves = Vec<(u32, Option<Uid>)>;

impl Session {
    /// Moves mails to a folder, which is created if it is missing. Those that were not there any
    /// more are left out, as far as the server lets us know. None: it cannot move safely.
    pub(super) async fn file_all(
        &mut self,
        uids: &[u32],
        folder: &str,
    ) -> Result<Option<Moves>, Fault> {
        if uids.is_empty() {
            return Ok(Some(vec![]));
        }
        if self.can("MOVE") {
            let set: Vec<String> = uids.iter().map(u32::to_string).collect();
            let text = format!("UID MOVE {} {}", set.join(","), quoted(folder));
            return Ok(Some(self.moved(&text, folder, uids).await?));
        }
        if !self.can("UIDPLUS") {
            // A plain EXPUNGE would remove mails that a person has marked (RFC 4315, section 1).
            return Ok(None);
        }
        let mut all = vec![];
        for uid in uids {
            all.extend(self.copied(*uid, folder).await?);
        }
        Ok(Some(all))
    }

    /// Moves a mail where the server has no MOVE.
    async fn copied(&mut self, uid: u32, folder: &str) -> Result<Moves, Fault> {
        match self.deleted(uid).await? {
            None => return Ok(vec![]),
            // Marked by a person, or by us before a break: it was copied then.
            Some(true) => return Ok(vec![(uid, None)]),
            Some(false) => {}
        }
        let text = format!("UID COPY {uid} {}", quoted(folder));
        let moved = self.moved(&text, folder, &[uid]).await?;
        if !moved.is_empty() {
            let mark = format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)");
            self.command(&mark, |_| ()).await?;
            self.command(&format!("UID EXPUNGE {uid}"), |_| ()).await?;
        }
        Ok(moved)
    }

    /// Moves the mail with this Message-ID from one folder to another; afterwards `home` is
    /// selected, as before.
    pub(super) async fn refile(
        &mut self,
        message_id: &str,
        (from, to): (&str, &str),
        home: &str,
    ) -> Result<Filed, Fault> {
        let moved = self
            .within(("SELECT", from, home), async |session: &mut Self| {
                session.move_by_id(message_id, to).await
            })
            .await?;
        Ok(moved.unwrap_or(Filed::Gone))
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
        let Some(uid) = found.first() else {
            return Ok(Filed::Gone);
        };
        Ok(match self.file_all(&[*uid], to).await? {
            None => Filed::Impossible,
            Some(moved) if moved.is_empty() => Filed::Gone,
            Some(_) => Filed::Moved,
        })
    }

    /// Whether a mail is marked `\Deleted`; `None` if it is not there.
    async fn deleted(&mut self, uid: u32) -> Result<Option<bool>, Fault> {
        let mut marked = None;
        self.command(&format!("UID FETCH {uid} (UID FLAGS)"), |response| {
            let Response::Fetch(_, items) = response else {
                return;
            };
            if !is_about(items, uid) {
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
    async fn moved(&mut self, text: &str, folder: &str, uids: &[u32]) -> Result<Moves, Fault> {
        let mut created = false;
        loop {
            let mut copied = vec![];
            let done = self
                .command(text, |response| {
                    let (Response::Data { outcome, .. } | Response::Done { outcome, .. }) =
                        response
                    else {
                        return;
                    };
                    if let Some(ResponseCode::CopyUid(validity, from, to)) = &outcome.code {
                        copied.extend(pairs(*validity, from, to, uids));
                    }
                })
                .await;
            match done {
                // Without UIDPLUS nobody tells which of them were there.
                Ok(()) if copied.is_empty() && !self.can("UIDPLUS") => {
                    return Ok(uids.iter().map(|uid| (*uid, None)).collect());
                }
                Ok(()) => return Ok(copied),
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

/// COPYUID's two sets, member by member (RFC 4315, section 3): no more than was asked for, and no
/// place where the sets do not fit each other.
fn pairs(validity: u32, from: &[UidSetMember], to: &[UidSetMember], asked: &[u32]) -> Moves {
    let spread = |set: &[UidSetMember]| -> Vec<u32> {
        let each = set.iter().flat_map(|member| match member {
            UidSetMember::UidRange(range) => range.clone(),
            UidSetMember::Uid(uid) => *uid..=*uid,
        });
        each.take(asked.len() + 1).collect()
    };
    let (from, to) = (spread(from), spread(to));
    let fits = from.len() == to.len();
    let named = |to: u32| Uid {
        validity,
        uid: to.to_string(),
    };
    let place = |index: usize| to.get(index).filter(|_| fits).map(|to| named(*to));
    let all = from.iter().enumerate();
    all.filter(|(_, uid)| asked.contains(uid))
        .map(|(index, uid)| (*uid, place(index)))
        .collect()
}
