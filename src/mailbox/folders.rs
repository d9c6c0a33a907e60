//! The folders that the desk uses, looked into from outside: what lies there, by UID and
//! Message-ID. Nothing is changed, and the folder that is read stays the selected one.

use async_imap::imap_proto::{AttributeValue, MailboxDatum, NameAttribute, Response};
use chrono::{DateTime, Utc};

use super::answers::{body, listed};
use super::imap::ImapMailbox;
use super::names::quoted;
use super::session::{Fault, Session};
use super::{Fate, MailboxError, Uid, target};
use crate::office::Filing;

/// Mails outlined by one command.
const BATCH: usize = 400;

/// A folder of the mailbox that the desk uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Folder {
    /// The one that is read.
    Incoming,
    /// Mails that were handled.
    Done,
    /// Mails that a person must look at.
    Review,
}

impl Folder {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Incoming, Self::Done, Self::Review];

    /// Where a fate's mails are filed; the folder that is read where nothing is moved.
    #[must_use]
    pub fn of(filing: &Filing, fate: Fate) -> Self {
        match (filing, fate) {
            (Filing::Leave, _) => Self::Incoming,
            (Filing::Move { .. }, Fate::Done) => Self::Done,
            (Filing::Move { .. }, Fate::Review) => Self::Review,
        }
    }

    /// Its name for the store and for people who read JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Done => "done",
            Self::Review => "review",
        }
    }

    /// The folder of a name that [`Self::name`] gave.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|folder| folder.name() == name)
    }
}

/// What can be told of a mail without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its place, in the folder that was looked into.
    pub uid: Uid,
    /// Its size in bytes (RFC822.SIZE).
    pub bytes: u64,
    /// When the server received it.
    pub received_at: DateTime<Utc>,
    /// Its Message-ID without angle brackets; empty: none.
    pub message_id: String,
}

/// A mail that was filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Where it lay.
    pub uid: Uid,
    /// Where it lies now; none where the server does not say.
    pub lies: Option<(Folder, Uid)>,
}

/// The folder's name as configured; none where mails are not moved.
pub(super) fn configured(filing: &Filing, folder: Folder) -> Option<&str> {
    match folder {
        Folder::Incoming => None,
        Folder::Done => target(filing, Fate::Done),
        Folder::Review => target(filing, Fate::Review),
    }
}

/// The Message-ID in a header, without angle brackets; empty: none (RFC 5322, section 3.6.4).
pub(super) fn message_id(header: &[u8]) -> String {
    let text = String::from_utf8_lossy(header);
    let unfolded = text
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ")
        .replace("\n ", " ")
        .replace("\n\t", " ");
    let named = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let fits = name.trim_end().eq_ignore_ascii_case("message-id");
        fits.then(|| value.trim().to_owned())
    };
    let Some(value) = unfolded
        .lines()
        .take_while(|l| !l.is_empty())
        .find_map(named)
    else {
        return String::new();
    };
    let inner = value.split_once('<').map_or(value.as_str(), |(_, rest)| {
        rest.split_once('>').map_or(rest, |(inner, _)| inner)
    });
    inner.trim().to_owned()
}

impl Session {
    /// Does something in another folder, and comes back to `home`. None: there is no such folder.
    pub(super) async fn within<T>(
        &mut self,
        (verb, name, home): (&str, &str, &str),
        act: impl AsyncFnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let done = match self.enter(verb, name).await {
            Ok(()) => act(self).await.map(Some),
            Err(Fault::No { said, try_create }) => match self.is_listed(name).await {
                Ok(false) => Ok(None),
                Ok(true) => Err(Fault::No { try_create, said }),
                Err(fault) => Err(fault),
            },
            Err(fault) => Err(fault),
        };
        if let Err(Fault::Broken(_)) = done {
            return done;
        }
        // On a connection with another folder selected UIDs would mean other mails.
        match self.enter("SELECT", home).await {
            Ok(()) => done,
            Err(Fault::No { said, .. }) => Err(Fault::Broken(said)),
            Err(fault) => Err(fault),
        }
    }

    async fn is_listed(&mut self, name: &str) -> Result<bool, Fault> {
        let mut listed = false;
        self.command(&format!("LIST \"\" {}", quoted(name)), |response| {
            if let Response::MailboxData(MailboxDatum::List(data)) = response {
                listed |= !data.name_attributes.contains(&NameAttribute::NoSelect);
            }
        })
        .await?;
        Ok(listed)
    }

    /// Outlines of those mails that are there.
    pub(super) async fn outline(&mut self, uids: &[u32]) -> Result<Vec<Outline>, Fault> {
        let validity = self.validity;
        let mut found = vec![];
        for batch in uids.chunks(BATCH) {
            let set: Vec<String> = batch.iter().map(u32::to_string).collect();
            let text = format!(
                "UID FETCH {} (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])",
                set.join(",")
            );
            self.command(&text, |response| {
                let Response::Fetch(_, items) = response else {
                    return;
                };
                let header = items.iter().find_map(body).unwrap_or_default();
                if let Some((uid, listed)) = listed(items)
                    && batch.contains(&uid)
                {
                    found.push(Outline {
                        uid: Uid {
                            validity,
                            uid: uid.to_string(),
                        },
                        bytes: listed.bytes,
                        received_at: listed.received_at,
                        message_id: message_id(&header),
                    });
                }
            })
            .await?;
        }
        found.sort_by_key(|outline| outline.uid.uid.parse::<u32>().unwrap_or(0));
        found.dedup_by(|a, b| a.uid == b.uid);
        Ok(found)
    }
}

/// Whether a FETCH answer is about a mail.
pub(super) fn is_about(items: &[AttributeValue<'_>], uid: u32) -> bool {
    items
        .iter()
        .any(|item| matches!(item, AttributeValue::Uid(other) if *other == uid))
}

impl ImapMailbox {
    /// Does something in a folder. None: there is no such folder.
    fn visit<T>(
        &mut self,
        (verb, folder): (&str, Folder),
        act: impl AsyncFnOnce(&mut Session) -> Result<T, Fault>,
    ) -> Result<Option<T>, MailboxError> {
        if folder == Folder::Incoming {
            return self.with(act).map(Some);
        }
        let Some(name) = configured(&self.filing, folder).map(str::to_owned) else {
            return Ok(None);
        };
        let home = self.server.folder.clone();
        self.with(async |session| session.within((verb, &name, &home), act).await)
    }

    pub(super) fn list(&mut self, folder: Folder) -> Result<Vec<Uid>, MailboxError> {
        let listed = self.visit(("EXAMINE", folder), async |session: &mut Session| {
            let uids = session.search().await?;
            Ok((session.validity, uids))
        })?;
        let (validity, uids) = listed.unwrap_or_default();
        let named = |uid: u32| Uid {
            validity,
            uid: uid.to_string(),
        };
        Ok(uids.into_iter().map(named).collect())
    }

    pub(super) fn outline(
        &mut self,
        folder: Folder,
        uids: &[Uid],
    ) -> Result<Vec<Outline>, MailboxError> {
        let found = self.visit(("EXAMINE", folder), async |session: &mut Session| {
            let ours: Vec<u32> = uids.iter().filter_map(|uid| session.own(uid)).collect();
            session.outline(&ours).await
        })?;
        Ok(found.unwrap_or_default())
    }

    pub(super) fn read(&mut self, folder: Folder, uid: &Uid) -> Result<Vec<u8>, MailboxError> {
        let found = self.visit(
            ("EXAMINE", folder),
            async |session: &mut Session| match session.own(uid) {
                Some(number) => session.fetch(number, false).await,
                None => Ok(None),
            },
        )?;
        found.flatten().ok_or(MailboxError::Gone)
    }

    pub(super) fn file_all(
        &mut self,
        from: Folder,
        uids: &[Uid],
        fate: Fate,
    ) -> Result<Vec<Moved>, MailboxError> {
        let to = Folder::of(&self.filing, fate);
        let stays = |uid: &Uid| Moved {
            uid: uid.clone(),
            lies: Some((from, uid.clone())),
        };
        let name = configured(&self.filing, to).map(str::to_owned);
        let Some(name) = name.filter(|_| from != to) else {
            return Ok(uids.iter().map(stays).collect());
        };
        let moved = self.visit(("SELECT", from), async |session: &mut Session| {
            let ours: Vec<u32> = uids.iter().filter_map(|uid| session.own(uid)).collect();
            let validity = session.validity;
            let moved = session.file_all(&ours, &name).await?;
            Ok(moved.map(|moved| (validity, moved)))
        })?;
        let Some(moved) = moved else {
            return Ok(vec![]);
        };
        let Some((validity, moved)) = moved else {
            self.cannot_move();
            return Ok(uids.iter().map(stays).collect());
        };
        let named = |(uid, there): (u32, Option<Uid>)| Moved {
            uid: Uid {
                validity,
                uid: uid.to_string(),
            },
            lies: there.map(|uid| (to, uid)),
        };
        Ok(moved.into_iter().map(named).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_as_headers_have_it() {
        let id = |header: &str| message_id(header.as_bytes());
        assert_eq!(id("Message-ID: <a@b.example>\r\n\r\n"), "a@b.example");
        assert_eq!(id("MESSAGE-ID:<a@b.example>\n"), "a@b.example");
        assert_eq!(
            id("Message-Id:\r\n <a@b.example> (nota)\r\n"),
            "a@b.example"
        );
        assert_eq!(id("Message-ID: sin-angulos@b\r\n"), "sin-angulos@b");
        assert_eq!(id("Subject: a\r\n\r\nMessage-ID: <cuerpo@b>\r\n"), "");
        assert_eq!(id(""), "");
    }
}
