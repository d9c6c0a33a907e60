//! The mailbox on its server, as the desk sees it; people have their hands in it, too.

use std::sync::MutexGuard;

use chrono::{DateTime, Utc};
use mesad::mailbox::{Fate, Folder, Listed, MailboxError, Moved, Outline, SimulatedMailbox, Uid};

use crate::host::{Host, Lies, Shared};

fn retry(why: &str) -> MailboxError {
    MailboxError::Retry(why.to_owned())
}

#[derive(Debug)]
pub struct TheMailbox(pub Shared);

impl TheMailbox {
    /// The host, if it can be reached.
    fn reach(&self) -> Result<MutexGuard<'_, Host>, MailboxError> {
        let mut host = self.0.lock();
        if !host.acts() {
            return Err(retry("the process is dead"));
        }
        if host.mailbox_down {
            host.count("mailbox out of reach");
            return Err(retry("the mailbox is down"));
        }
        Ok(host)
    }
}

impl SimulatedMailbox for TheMailbox {
    fn look(&mut self) -> Result<Vec<Uid>, MailboxError> {
        let host = self.reach()?;
        let uid = |uid: &u32| Uid {
            validity: host.validity,
            uid: uid.to_string(),
        };
        Ok(host.inbox.keys().map(uid).collect())
    }

    fn describe(&mut self, uids: &[Uid]) -> Result<Vec<(Uid, Listed)>, MailboxError> {
        let host = self.reach()?;
        let listed = |uid: &Uid| {
            let copy = host.copy_at(uid.validity, &uid.uid)?;
            let bytes = host.bytes.get(&copy.mail)?.len() as u64;
            (copy.lies == Lies::Inbox).then(|| {
                let received_at = copy.received_at;
                (uid.clone(), Listed { bytes, received_at })
            })
        };
        Ok(uids.iter().filter_map(listed).collect())
    }

    fn fetch(&mut self, uid: &Uid, header_only: bool) -> Result<Vec<u8>, MailboxError> {
        let mut host = self.reach()?;
        let flaw = host.flaws.fetch;
        if host.fails(flaw, "fetch broken off") {
            return Err(retry("the connection broke"));
        }
        let number = uid.uid.parse().unwrap_or(0);
        let inbox = (uid.validity == host.validity).then(|| host.inbox.get(&number).copied());
        let Some(index) = inbox.flatten() else {
            return Err(MailboxError::Gone);
        };
        host.copies[index].given |= !header_only;
        let mail = host.copies[index].mail;
        Ok(host.bytes[&mail].to_vec())
    }

    fn list(&mut self, folder: Folder) -> Result<Vec<Uid>, MailboxError> {
        if folder == Folder::Incoming {
            return self.look();
        }
        let host = self.reach()?;
        let there = host.filed.iter().filter(|(_, (lies, _))| *lies == folder);
        Ok(there.map(|(number, _)| filed_at(*number)).collect())
    }

    fn outline(&mut self, folder: Folder, uids: &[Uid]) -> Result<Vec<Outline>, MailboxError> {
        let host = self.reach()?;
        let outline = |uid: &Uid| {
            let copy = &host.copies[host.index(folder, uid)?];
            Some(Outline {
                uid: uid.clone(),
                bytes: host.sizes[copy.mail],
                received_at: copy.received_at,
                message_id: host.ids[copy.mail].clone(),
            })
        };
        Ok(uids.iter().filter_map(outline).collect())
    }

    fn read(&mut self, folder: Folder, uid: &Uid) -> Result<Vec<u8>, MailboxError> {
        let host = self.reach()?;
        let index = host.index(folder, uid);
        let bytes = index.and_then(|index| host.bytes.get(&host.copies[index].mail));
        Ok(bytes.ok_or(MailboxError::Gone)?.to_vec())
    }

    fn file_all(
        &mut self,
        from: Folder,
        uids: &[Uid],
        fate: Fate,
    ) -> Result<Vec<Moved>, MailboxError> {
        let mut host = self.reach()?;
        let mut moved = vec![];
        for uid in uids {
            let Some(index) = host.index(from, uid) else {
                continue;
            };
            let flaw = host.flaws.file;
            let number = host.files(index, fate);
            let untold = host.fails(flaw, "moved, new place not told");
            let to = match fate {
                Fate::Done => Folder::Done,
                Fate::Review => Folder::Review,
            };
            moved.push(Moved {
                uid: uid.clone(),
                lies: (!untold).then(|| (to, filed_at(number))),
            });
            if host.fails(flaw, "move done, answer lost") || !host.acts() {
                return Err(retry("the connection broke"));
            }
        }
        Ok(moved)
    }

    fn refile(&mut self, message_id: &str) -> Result<(), MailboxError> {
        let mut host = self.reach()?;
        let found = host.filed.values().rev().find(|(folder, index)| {
            let mail = host.copies[*index].mail;
            *folder == Folder::Review && host.ids[mail] == message_id
        });
        let Some((_, index)) = found.copied() else {
            return Err(MailboxError::Gone);
        };
        host.files(index, Fate::Done);
        Ok(())
    }
}

/// The UIDVALIDITY of the folders of what was filed.
const FILED: u32 = 9;

fn filed_at(number: u32) -> Uid {
    Uid {
        validity: FILED,
        uid: number.to_string(),
    }
}

impl Host {
    /// The copy that lies under a number of a folder.
    fn index(&self, folder: Folder, uid: &Uid) -> Option<usize> {
        let number: u32 = uid.uid.parse().ok()?;
        if folder == Folder::Incoming {
            let there = self.inbox.get(&number).copied();
            return there.filter(|_| uid.validity == self.validity);
        }
        let (lies, index) = self.filed.get(&number)?;
        (*lies == folder && uid.validity == FILED).then_some(*index)
    }

    /// Moves a copy to where a fate's mails lie; its number there.
    fn files(&mut self, index: usize, fate: Fate) -> u32 {
        let uid = self.copies[index].uid;
        if self.inbox.get(&uid) == Some(&index) {
            self.inbox.remove(&uid);
        }
        self.filed.retain(|_, (_, other)| *other != index);
        let (folder, lies) = match fate {
            Fate::Done => (Folder::Done, Lies::Done),
            Fate::Review => (Folder::Review, Lies::Review),
        };
        self.copies[index].lies = lies;
        let number = self.next_filed;
        self.next_filed += 1;
        self.filed.insert(number, (folder, index));
        number
    }

    /// What was filed long ago is put into an archive; its bytes are needed no more.
    pub fn archives(&mut self, before: DateTime<Utc>) {
        let old = |index: &usize| self.copies[*index].received_at < before;
        let gone = self.filed.iter().filter(|(_, (_, index))| old(index));
        let gone: Vec<u32> = gone.map(|(number, _)| *number).collect();
        for number in gone {
            if let Some((_, index)) = self.filed.remove(&number) {
                self.bytes.remove(&self.copies[index].mail);
            }
        }
    }
}
