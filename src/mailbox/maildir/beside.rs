//! A Maildir's other folders, looked into and moved between.

use std::fs::{self, File};
use std::io::{self, Read};

use super::super::folders::{Folder, Moved, Outline, message_id};
use super::super::{Fate, HEADER_LIMIT, MailboxError, Uid, target};
use super::{Maildir, VALIDITY, instant, mails_in, order, retry};

impl Maildir {
    fn mails(&self, folder: Folder) -> Result<super::Mails, MailboxError> {
        match self.path_of(folder) {
            Some(path) if path.is_dir() => mails_in(&path),
            Some(_) | None => Ok(super::Mails::new()),
        }
    }

    pub(in super::super) fn list(&self, folder: Folder) -> Result<Vec<Uid>, MailboxError> {
        let mails = self.mails(folder)?;
        let mut found: Vec<_> = mails
            .iter()
            .map(|(uid, path)| (order(uid, path), uid))
            .collect();
        found.sort();
        Ok(found.into_iter().map(|(_, uid)| named(uid)).collect())
    }

    pub(in super::super) fn outline(
        &self,
        folder: Folder,
        uids: &[Uid],
    ) -> Result<Vec<Outline>, MailboxError> {
        let mails = self.mails(folder)?;
        let mut found = vec![];
        for uid in uids.iter().filter(|uid| uid.validity == VALIDITY) {
            let Some(path) = mails.get(&uid.uid) else {
                continue;
            };
            let mut header = vec![];
            let data = File::open(path).and_then(|file| {
                let data = file.metadata()?;
                file.take(HEADER_LIMIT).read_to_end(&mut header)?;
                Ok((data.len(), instant(data.modified()?)))
            });
            match data {
                Ok((bytes, received_at)) => found.push(Outline {
                    uid: uid.clone(),
                    bytes,
                    received_at,
                    message_id: message_id(&header),
                }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // It lies there: what keeps it from being read shows where it is read.
                Err(error) => {
                    let data = fs::symlink_metadata(path).map_err(|_| retry(path, &error))?;
                    found.push(Outline {
                        uid: uid.clone(),
                        bytes: data.len(),
                        received_at: instant(data.modified().map_err(|e| retry(path, &e))?),
                        message_id: String::new(),
                    });
                }
            }
        }
        Ok(found)
    }

    pub(in super::super) fn read(
        &self,
        folder: Folder,
        uid: &Uid,
    ) -> Result<Vec<u8>, MailboxError> {
        let mails = self.mails(folder)?;
        let known = mails.get(&uid.uid).filter(|_| uid.validity == VALIDITY);
        let path = known.ok_or(MailboxError::Gone)?;
        match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(MailboxError::Gone),
            read => read.map_err(|e| retry(path, &e)),
        }
    }

    pub(in super::super) fn file_all(
        &mut self,
        from: Folder,
        uids: &[Uid],
        fate: Fate,
    ) -> Result<Vec<Moved>, MailboxError> {
        let to = Folder::of(&self.filing, fate);
        let moved = |uid: &Uid| Moved {
            uid: uid.clone(),
            lies: Some((to, uid.clone())),
        };
        let mut done = vec![];
        if from == Folder::Incoming {
            for uid in uids {
                match self.file(uid, fate) {
                    Ok(()) => done.push(moved(uid)),
                    Err(MailboxError::Gone) => {}
                    Err(error) => return Err(error),
                }
            }
            return Ok(done);
        }
        let Some(name) = target(&self.filing, fate) else {
            return Ok(uids.iter().map(moved).collect());
        };
        let cur = self.folder(name)?.join("cur");
        let mails = self.mails(from)?;
        for uid in uids.iter().filter(|uid| uid.validity == VALIDITY) {
            let Some(path) = mails.get(&uid.uid) else {
                continue;
            };
            let to = cur.join(path.file_name().unwrap_or_default());
            match super::moved(path, &to) {
                Ok(()) => done.push(moved(uid)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(retry(path, &error)),
            }
        }
        Ok(done)
    }
}

fn named(uid: &str) -> Uid {
    Uid {
        validity: VALIDITY,
        uid: uid.to_owned(),
    }
}
