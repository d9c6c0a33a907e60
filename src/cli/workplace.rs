//! The folder that the desk works in: its database, key and lock, and what the configuration puts
//! beneath it.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};

use super::{access, guard, keys, secrets, setup};
use crate::daemon::Ends;
use crate::delivery::Delivery;
use crate::desk::clock::Clock;
use crate::desk::random::Random;
use crate::desk::token::Key;
use crate::desk::{DeskError, World, identity};
use crate::letters::Templates;
use crate::mailbox::Mailbox;
use crate::office::{Login, MailboxSettings, Office, OutgoingSettings, SecretSource};
use crate::sandbox::Sandbox;
use crate::store::{self, Store};

/// The database's name in the folder of the desk's state.
pub(super) const DATABASE: &str = "mesad.sqlite";

/// Where the configuration is, and where the desk works.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Place {
    /// The configuration.
    #[command(flatten)]
    pub configuration: setup::Configuration,
    /// Folder in which the desk works; without it, the configuration's, else the current one
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
}

impl Place {
    fn folder(&self) -> PathBuf {
        let here = || PathBuf::from(".");
        self.work
            .clone()
            .or_else(|| self.configuration.config.clone())
            .unwrap_or_else(here)
    }

    /// Opens the store to look at it; nothing is changed or made.
    ///
    /// # Errors
    /// The configuration is wrong, or there is no database.
    pub fn look(&self) -> anyhow::Result<(Office, Store)> {
        self.store(false)
    }

    /// Opens the store to change something in it, also while a desk runs there.
    ///
    /// # Errors
    /// The configuration is wrong, or there is no database.
    pub fn change(&self) -> anyhow::Result<(Office, Store)> {
        self.store(true)
    }

    /// The folder with the database and the key.
    ///
    /// # Errors
    /// The configuration is wrong, or there is no such folder.
    pub fn state(&self) -> anyhow::Result<PathBuf> {
        let office = self.configuration.load()?;
        let state = self.folder().join(&office.desk.state);
        if !state.is_dir() {
            bail!(
                "{}: there is no such folder; name the one in which the desk works with --work",
                state.display()
            );
        }
        Ok(state)
    }

    fn guard(&self, office: &Office) -> anyhow::Result<()> {
        guard::enforce(&guard::Places {
            config: self.configuration.config.as_deref(),
            work: &self.folder(),
            office,
        })
    }

    /// The folder with the database and the key, made where it is missing.
    ///
    /// # Errors
    /// The configuration is wrong, or the folder cannot be made.
    pub fn state_or_make(&self) -> anyhow::Result<PathBuf> {
        let office = self.configuration.load()?;
        let state = self.folder().join(&office.desk.state);
        fs::create_dir_all(&state).with_context(|| format!("{}", state.display()))?;
        Ok(state)
    }

    /// Names the folder of the copies from where this process stands.
    pub fn place_copies(&self, office: &mut Office) {
        place_copies(&self.folder(), office);
    }

    fn store(&self, writer: bool) -> anyhow::Result<(Office, Store)> {
        let office = self.configuration.load()?;
        let path = self.folder().join(&office.desk.state).join(DATABASE);
        if !path.exists() {
            bail!(
                "{}: there is no database; name the folder in which the desk works with --work",
                path.display()
            );
        }
        // Only the desk itself brings an older schema up to date, with the folder locked.
        let store = match writer {
            true => Store::join(&path)?,
            false => Store::open(&path, false)?,
        };
        Ok((office, store))
    }

    /// Opens everything to run the desk with the machine's clock.
    ///
    /// # Errors
    /// The configuration is wrong, something cannot be opened, or another desk runs here.
    pub fn open(&self) -> anyhow::Result<Workplace> {
        let office = self.configuration.load()?;
        let templates = setup::load_templates(self.configuration.config.as_deref())?;
        self.guard(&office)?;
        Workplace::open(
            &self.folder(),
            office,
            templates,
            Clock::Real,
            Random::system(),
        )
    }
}

impl Place {
    /// Opens what an operator's command needs, also while a desk runs there.
    ///
    /// # Errors
    /// The configuration is wrong, or there is no database.
    pub fn operate(&self) -> anyhow::Result<Operating> {
        let (office, store) = self.change()?;
        let templates = setup::load_templates(self.configuration.config.as_deref())?;
        self.guard(&office)?;
        let state = self.folder().join(&office.desk.state);
        let random = Random::system();
        let key = keys::open(&state, &store, &random)?;
        let program = std::env::current_exe().context("this program's own file")?;
        let world = World {
            clock: Clock::Real,
            random,
            store,
            sandbox: Sandbox::child(program),
            office: Arc::new(office),
            templates: Arc::new(templates),
            key,
        };
        let lock = lock(&state).ok();
        Ok(Operating { world, lock })
    }

    /// The mailbox alone, to look into it while a desk may run.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn mailbox(&self, office: &Office) -> anyhow::Result<Mailbox> {
        mailbox(&self.folder(), office, &Random::system())
    }

    /// Where mails come from and go to, by another configuration of a desk that runs.
    pub(super) fn ends(&self, office: &Office, running: &World) -> anyhow::Result<Ends> {
        ends(&self.folder(), office, &running.random)
    }

    /// The key of the tokens of a desk that runs, with those that were put in its place meanwhile.
    pub(super) fn key(&self, office: &Office, running: &World) -> anyhow::Result<Key> {
        let state = self.folder().join(&office.desk.state);
        keys::open(&state, &running.store, &running.random)
    }

    /// A desk that is thrown away: it knows nothing, and nothing of it is kept or sent.
    ///
    /// # Errors
    /// The configuration is wrong, or the system gives no random bytes.
    pub fn rehearsal(&self, office: Office) -> anyhow::Result<World> {
        let templates = setup::load_templates(self.configuration.config.as_deref())?;
        let random = Random::system();
        let mut key = [0; 32];
        random.fill(&mut key)?;
        Ok(World {
            clock: Clock::Real,
            random,
            store: Store::open(Path::new(":memory:"), true)?,
            sandbox: Sandbox::child(std::env::current_exe().context("this program's own file")?),
            office: Arc::new(office),
            templates: Arc::new(templates),
            key: Key::new(&key),
        })
    }

    /// Whether no desk runs here.
    pub fn is_free(&self) -> bool {
        let office = self.configuration.load();
        office.is_ok_and(|office| lock(&self.folder().join(&office.desk.state)).is_ok())
    }
}

/// What an operator's command works with. Where no desk runs, none starts meanwhile.
#[derive(Debug)]
pub struct Operating {
    /// What the turns share.
    pub world: World,
    lock: Option<File>,
}

impl Operating {
    /// Whether a desk runs here, which handles what it is given.
    pub fn is_desk_running(&self) -> bool {
        self.lock.is_none()
    }
}

/// Everything that a desk runs with.
#[derive(Debug)]
pub struct Workplace {
    /// What the turns share.
    pub world: World,
    /// Where mails come from and go to.
    pub ends: Ends,
    // Held as long as the desk runs: one desk for one folder.
    _lock: File,
}

impl Workplace {
    /// Opens a folder, making what is not there yet.
    ///
    /// # Errors
    /// Something cannot be opened, or another desk runs here.
    pub fn open(
        folder: &Path,
        office: Office,
        templates: Templates,
        clock: Clock,
        random: Random,
    ) -> anyhow::Result<Self> {
        let state = folder.join(&office.desk.state);
        fs::create_dir_all(&state).with_context(|| format!("{}", state.display()))?;
        fs::set_permissions(&state, fs::Permissions::from_mode(0o700))?;
        let lock = lock_patiently(&state)?;
        let database = state.join(DATABASE);
        if !database.exists() && state.join("key").exists() {
            bail!(
                "{}: there is no database, but a key: the desk has worked here. Put back the \
                 newest copy with `mesad restore FILE`; to begin anew, move the folder {} away",
                database.display(),
                state.display()
            );
        }
        store::check_before_start(&database)?;
        let store = Store::open(&database, true)?;
        let mut office = office;
        place_copies(folder, &mut office);
        store.settle()?;
        access::prepare(&state, &office, &store)?;
        let key = keys::open(&state, &store, &random)?;
        let ends = ends(folder, &office, &random)?;
        let program = std::env::current_exe().context("this program's own file")?;
        let world = World {
            clock,
            random,
            store,
            sandbox: Sandbox::child(program),
            office: Arc::new(office),
            templates: Arc::new(templates),
            key,
        };
        identity::begin(&world)?;
        Ok(Self {
            world,
            ends,
            _lock: lock,
        })
    }
}

/// Copies of the database go to a folder beneath that in which the desk works, like all else.
fn place_copies(folder: &Path, office: &mut Office) {
    let copies = folder.join(&office.desk.backup.folder);
    office.desk.backup.folder = copies.display().to_string();
}

/// Takes the folder as long as the desk runs. Whoever only asks whether it is free holds it for a
/// moment, too, and must not keep the desk from starting.
fn lock_patiently(state: &Path) -> anyhow::Result<File> {
    for _ in 0..10 {
        if let Ok(file) = lock(state) {
            return Ok(file);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    lock(state)
}

/// Takes the folder for this process alone.
///
/// # Errors
/// Another one has it.
pub(super) fn lock(state: &Path) -> anyhow::Result<File> {
    let path = state.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{}", path.display()))?;
    let operation = rustix::fs::FlockOperation::NonBlockingLockExclusive;
    if rustix::fs::flock(&file, operation).is_err() {
        bail!(
            "{}: another mesad works in this folder; stop that one first",
            path.display()
        );
    }
    Ok(file)
}

fn secret(login: &Login, folder: &Path) -> Box<dyn Fn() -> Result<String, String> + Send> {
    let source: &SecretSource = match login {
        Login::Password(source) | Login::XOAuth2(source) => source,
    };
    secrets::reader(source.clone(), folder.to_owned())
}

fn mailbox(folder: &Path, office: &Office, random: &Random) -> anyhow::Result<Mailbox> {
    let mailbox = match &office.desk.mailbox {
        MailboxSettings::Maildir { path, filing } => {
            let path = folder.join(path);
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent).with_context(|| format!("{}", parent.display()))?;
            Mailbox::maildir(&path, filing.clone())
        }
        MailboxSettings::Imap { server, filing } => {
            let mut seed = [0; 8];
            random.fill(&mut seed)?;
            let secret = secret(&server.login, folder);
            let seed = u64::from_le_bytes(seed);
            Mailbox::imap((**server).clone(), filing.clone(), secret, seed)
        }
    };
    Ok(mailbox.map_err(DeskError::from)?)
}

fn ends(folder: &Path, office: &Office, random: &Random) -> anyhow::Result<Ends> {
    let mailbox = mailbox(folder, office, random)?;
    let delivery = match &office.desk.outgoing {
        OutgoingSettings::Directory { path } => {
            let path = folder.join(path);
            fs::create_dir_all(&path).with_context(|| format!("{}", path.display()))?;
            Delivery::directory(&path)?
        }
        OutgoingSettings::Smtp(server) => {
            let secret = match &server.login {
                Some((_, login)) => secret(login, folder),
                None => Box::new(|| Err("no login is configured".to_owned())),
            };
            Delivery::smtp((**server).clone(), secret)?
        }
    };
    let poll = match &office.desk.mailbox {
        MailboxSettings::Maildir { .. } => std::time::Duration::from_secs(1),
        MailboxSettings::Imap { server, .. } => std::time::Duration::from_secs(server.poll_seconds),
    };
    Ok(Ends {
        mailbox,
        delivery,
        poll,
    })
}
