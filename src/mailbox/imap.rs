//! The mailbox on an IMAP server: one connection at a time, made when it is needed and dropped on
//! any fault; waits between attempts grow.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::connect::{NoConnection, connect};
use super::filing::Filed;
use super::folders::Folder;
use super::idle::pause;
use super::session::{Fault, Session};
use super::{Fate, Listed, MailboxError, Secret, Uid};
use crate::office::{Filing, Imap, Login};

/// How long each thing may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// From the name look-up to the greeting, and the login again.
    pub connect: Duration,
    /// One command and its whole answer; a mail comes in pieces of one command each.
    pub command: Duration,
    /// One IDLE; then the folder is looked at anyway (RFC 2177 allows at most 29 minutes).
    pub idle: Duration,
    /// The first wait after a failure; each further one is twice as long.
    pub first_wait: Duration,
    /// The longest wait after failures.
    pub longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(60),
            idle: Duration::from_secs(5 * 60),
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(5 * 60),
        }
    }
}

/// After so many looks that news led to in vain, a rest comes before the next.
const VAIN_LOOKS: u32 = 3;
/// The first of those rests; each further one is twice as long, up to `poll_seconds`.
const VAIN_REST: Duration = Duration::from_millis(250);

/// What is said of an answer at which the parser panicked.
const UNREAD: &str = "the server's answer could not be read";

/// An IMAP mailbox. See [`super::Mailbox`] for what its functions promise.
pub struct ImapMailbox {
    pub(super) server: Imap,
    pub(super) filing: Filing,
    secret: Secret,
    patience: Patience,
    runtime: Runtime,
    session: Option<Session>,
    /// Failures in a row.
    failures: u32,
    /// Source of the jitter.
    seed: u64,
    /// The server refused IDLE on this connection.
    no_idle: bool,
    /// It was said that the server cannot move.
    told: bool,
    /// SHA-256 of the secret that the server refused last.
    refused: Option<Vec<u8>>,
    /// What the last look found: UIDVALIDITY, number of mails, the last UID.
    found: (u32, usize, u32),
    /// Looks in a row that the server's news led to, and that found nothing new.
    vain: u32,
}

impl std::fmt::Debug for ImapMailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let connected = self.session.is_some();
        write!(
            f,
            "ImapMailbox({} at {}, connected: {connected})",
            self.server.user, self.server.host
        )
    }
}

impl ImapMailbox {
    pub(super) fn new(
        server: Imap,
        filing: Filing,
        secret: Secret,
        seed: u64,
    ) -> Result<Self, MailboxError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| MailboxError::Configuration(format!("no sockets: {e}")))?;
        Ok(Self {
            server,
            filing,
            secret,
            patience: Patience::default(),
            runtime,
            session: None,
            failures: 0,
            seed,
            no_idle: false,
            told: false,
            refused: None,
            found: (0, 0, 0),
            vain: 0,
        })
    }

    pub(super) fn set_patience(&mut self, patience: Patience) {
        self.patience = patience;
    }

    pub(super) fn look(&mut self) -> Result<Vec<Uid>, MailboxError> {
        let (validity, uids) = self.with(async |session| {
            let uids = session.search().await?;
            Ok((session.validity, uids))
        })?;
        let found = (validity, uids.len(), uids.last().copied().unwrap_or(0));
        self.vain = match found == self.found {
            true => self.vain.saturating_add(1),
            false => 0,
        };
        self.found = found;
        Ok(uids
            .into_iter()
            .map(|uid| Uid {
                validity,
                uid: uid.to_string(),
            })
            .collect())
    }

    pub(super) fn describe(&mut self, uids: &[Uid]) -> Result<Vec<(Uid, Listed)>, MailboxError> {
        let (validity, found) = self.with(async |session| {
            let ours: Vec<u32> = uids.iter().filter_map(|uid| session.own(uid)).collect();
            Ok((session.validity, session.describe(&ours).await?))
        })?;
        let named = |uid: u32| Uid {
            validity,
            uid: uid.to_string(),
        };
        Ok(found
            .into_iter()
            .map(|(uid, listed)| (named(uid), listed))
            .collect())
    }

    pub(super) fn fetch(&mut self, uid: &Uid, header_only: bool) -> Result<Vec<u8>, MailboxError> {
        let found = self.with(async |session| match session.own(uid) {
            Some(number) => session.fetch(number, header_only).await,
            None => Ok(None),
        })?;
        found.ok_or(MailboxError::Gone)
    }

    pub(super) fn file(&mut self, uid: &Uid, fate: Fate) -> Result<(), MailboxError> {
        let moved = self.file_all(Folder::Incoming, std::slice::from_ref(uid), fate)?;
        if moved.is_empty() {
            return Err(MailboxError::Gone);
        }
        Ok(())
    }

    pub(super) fn cannot_move(&mut self) {
        if !std::mem::replace(&mut self.told, true) {
            tracing::warn!(
                host = %self.server.host,
                "the server has neither MOVE nor UIDPLUS: handled mails stay where they are"
            );
        }
    }

    pub(super) fn refile(&mut self, message_id: &str) -> Result<(), MailboxError> {
        let folder = |fate| super::target(&self.filing, fate).map(str::to_owned);
        let folders = folder(Fate::Review).zip(folder(Fate::Done));
        // What cannot be searched for stays where it is.
        let plain = !message_id.is_empty() && message_id.bytes().all(|b| b.is_ascii_graphic());
        let Some((review, done)) = folders.filter(|_| plain) else {
            return Err(MailboxError::Gone);
        };
        let home = self.server.folder.clone();
        let filed =
            self.with(async |session| session.refile(message_id, (&review, &done), &home).await)?;
        match filed {
            Filed::Moved | Filed::Impossible => Ok(()),
            Filed::Gone => Err(MailboxError::Gone),
        }
    }

    pub(super) fn wait(
        &mut self,
        at_most: Duration,
        stop: &AtomicBool,
    ) -> Result<(), MailboxError> {
        let poll = Duration::from_secs(self.server.poll_seconds.max(1));
        let Some(session) = self.session.as_mut() else {
            let at_most = at_most.min(self.growing_wait().unwrap_or(poll));
            self.runtime.block_on(pause(at_most, stop));
            return Ok(());
        };
        if !session.can("IDLE") || self.no_idle {
            self.runtime.block_on(pause(at_most.min(poll), stop));
            return Ok(());
        }
        // A server that announces mails that never come must not keep us running.
        if let Some(doubled) = self.vain.checked_sub(VAIN_LOOKS) {
            let rest = VAIN_REST.saturating_mul(1 << doubled.min(20));
            let rest = rest.min(at_most).min(poll);
            self.runtime.block_on(pause(rest, stop));
        }
        let at_most = at_most.min(self.patience.idle);
        let accepted = self.with(async |session| session.idle(at_most, stop).await)?;
        if !accepted {
            self.no_idle = true;
            self.runtime.block_on(pause(at_most.min(poll), stop));
        }
        if self.session.as_ref().is_some_and(|session| !session.news) {
            self.vain = 0;
        }
        Ok(())
    }

    /// The wait after failures: twice as long each time, and up to half of it left out at random,
    /// so that many clients do not come back at once. None without a failure.
    fn growing_wait(&mut self) -> Option<Duration> {
        let doubled = self.failures.checked_sub(1)?.min(20);
        let full = self.patience.first_wait.saturating_mul(1 << doubled);
        let full = full.min(self.patience.longest_wait);
        // SplitMix64.
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let permille = u32::try_from((mixed ^ (mixed >> 31)) % 501).unwrap_or(0);
        Some(full - full.saturating_mul(permille) / 1000)
    }

    /// Does something over the connection, which is made if there is none and dropped on a fault.
    pub(super) fn with<T>(
        &mut self,
        act: impl AsyncFnOnce(&mut Session) -> Result<T, Fault>,
    ) -> Result<T, MailboxError> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.connected().inspect_err(|_| self.failed())?,
        };
        match self.guarded(|| self.runtime.block_on(act(&mut session))) {
            Ok(Ok(value)) => {
                self.failures = 0;
                self.session = Some(session);
                Ok(value)
            }
            Ok(Err(Fault::No { said, .. })) => {
                self.session = Some(session);
                Err(self.retry(&format!("the server says no: {said}")))
            }
            Ok(Err(Fault::Broken(why))) => {
                self.failed();
                Err(self.retry(&why))
            }
            Err(unread) => {
                self.failed();
                Err(unread)
            }
        }
    }

    fn retry(&self, why: &str) -> MailboxError {
        MailboxError::Retry(format!("{}: {why}", self.server.host))
    }

    fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// Connects, logs in and selects the folder. A secret that is refused is asked for once more:
    /// it may have been renewed meanwhile.
    fn connected(&mut self) -> Result<Session, MailboxError> {
        self.no_idle = false;
        self.refused = None;
        let first = self.read_secret()?;
        let client = match self.log_in(&first) {
            Err(NoConnection::Refused(why)) => {
                let second = self.read_secret()?;
                if second == first {
                    self.refused = Some(digest(&first));
                    return Err(MailboxError::Refused(why));
                }
                let again = self.log_in(&second);
                if matches!(again, Err(NoConnection::Refused(_))) {
                    self.refused = Some(digest(&second));
                }
                again
            }
            other => other,
        };
        let client = client.map_err(|error| match error {
            NoConnection::Refused(why) => MailboxError::Refused(why),
            NoConnection::Failed(error) => error,
        })?;
        let select = Session::select(client, &self.server.folder, self.patience.command);
        let selected = self.guarded(|| self.runtime.block_on(select))?;
        selected.map_err(|fault| match fault {
            Fault::Broken(why) => self.retry(&why),
            Fault::No { said, .. } if super::connect::passing(&said) => self.retry(&said),
            Fault::No { said, .. } => MailboxError::Configuration(format!(
                "the folder {:?} of {} can't be opened: {said}",
                self.server.folder, self.server.user
            )),
        })
    }

    pub(super) fn has_new_secret(&self) -> bool {
        let now = (self.secret)();
        let Some(refused) = &self.refused else {
            return false;
        };
        now.is_ok_and(|secret| digest(&secret) != *refused)
    }

    fn log_in(&self, secret: &str) -> Result<super::connect::Client, NoConnection> {
        let connecting = connect(&self.server, secret, self.patience.connect);
        self.guarded(|| self.runtime.block_on(connecting))
            .map_err(NoConnection::Failed)?
    }

    /// The parser slices octets of the server's: a panic there costs the connection only.
    fn guarded<T>(&self, act: impl FnOnce() -> T) -> Result<T, MailboxError> {
        catch_unwind(AssertUnwindSafe(act)).map_err(|_| self.retry(UNREAD))
    }

    fn read_secret(&self) -> Result<String, MailboxError> {
        let Imap { user, login, .. } = &self.server;
        (self.secret)().map_err(|why| match login {
            Login::Password(_) => MailboxError::Configuration(format!("password of {user}: {why}")),
            // A token comes from elsewhere, which may be out of reach for a while.
            Login::XOAuth2(_) => MailboxError::Retry(format!("access token of {user}: {why}")),
        })
    }
}

/// What is kept of a secret that was refused.
fn digest(secret: &str) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, secret.as_bytes())
        .as_ref()
        .to_vec()
}
