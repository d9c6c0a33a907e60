//! An office as people meet it: a mail host with everybody's mailbox, the configuration that ships
//! (made by `mesad init`, with the host's ports written in), and the real program running on it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

use mesad::config;
use mesad::office::{Office, Person, PersonId};
use mesad::request::{Request, RequestId};
use mesad::store::{Books, Counts, Store, StoreError};

use super::mailhost::{MailHost, password};
use super::proxy::{Fault, Proxy};

/// The program under test.
pub const MESAD: &str = env!("CARGO_BIN_EXE_mesad");

/// How long anything may take that the desk or the servers do by themselves. Generous: a slow
/// machine runs everything else meanwhile.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at a condition.
const GLANCE: Duration = Duration::from_millis(50);

/// Waits until `look` gives something; `otherwise` says what was there instead.
pub fn wait<T>(
    at_most: Duration,
    what: &str,
    mut look: impl FnMut() -> Option<T>,
    otherwise: impl Fn() -> String,
) -> T {
    let begin = now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            begin.elapsed() < at_most,
            "waited {at_most:?} for {what}\n{}",
            otherwise()
        );
        sleep(GLANCE);
    }
}

/// Now, for bounds of tests.
#[expect(clippy::disallowed_methods, reason = "tests wait for real servers")]
pub fn now() -> Instant {
    Instant::now()
}

/// Who signs the memorandum among the documents of the tests; a file of the configuration.
pub fn signatory() -> (String, String) {
    let text = r#"
        [[person]]
        id = "teresa-aliaga"
        name = "Teresa Aliaga Montt"
        post = "Encargada Nacional Programa Puentes"
        addresses = ["taliaga@ministerio.example"]
        roles = [{ role = "programme-manager", programme = "Programa Elige Vivir Sano" }]
    "#;
    ("directory/puentes.toml".to_owned(), text.to_owned())
}

/// What differs between towns.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Words of the configuration that are other words there: file, old, new.
    pub changes: Vec<(&'static str, String, String)>,
    /// Files of the configuration that are added, templates among them: name, text.
    pub files: Vec<(String, String)>,
    /// Seconds between looks where the server announces nothing. IDLE must do without.
    pub poll_seconds: u32,
    /// Seconds that one mail may take to be sent.
    pub timeout_seconds: u32,
    /// Bytes of a mail.
    pub mail_bytes: u32,
    /// Addresses that are not of the directory and have a mailbox.
    pub strangers: Vec<&'static str>,
    /// Faults of the first connections to the mailbox and to the server that takes mails: the desk
    /// reaches both through proxies then, without TLS, so that these can read.
    pub faults: Option<(&'static [Fault], &'static [Fault])>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            changes: vec![],
            files: vec![],
            poll_seconds: 3_600,
            timeout_seconds: 60,
            mail_bytes: 500_000,
            strangers: vec![],
            faults: None,
        }
    }
}

/// See the module. Drop it on the thread that started it.
pub struct Town {
    /// The mail host.
    pub host: MailHost,
    /// The configuration, as the program reads it.
    pub office: Office,
    /// Before the mailbox server and before the server that takes mails, where the plan has them.
    pub proxies: Option<(Proxy, Proxy)>,
    folder: tempfile::TempDir,
    desk: Mutex<Option<Child>>,
    store: Mutex<Option<Store>>,
}

impl Town {
    /// A town as it ships.
    pub fn start() -> Self {
        Self::with(Plan::default())
    }

    /// A town that differs.
    pub fn with(plan: Plan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new(MESAD).arg("init").arg(folder.path()).output();
        let made = made.unwrap();
        assert!(made.status.success(), "mesad init: {made:?}");
        for (file, old, new) in &plan.changes {
            change(&folder.path().join(file), old, new);
        }
        for (name, text) in &plan.files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut office = office(folder.path());
        let everybody = office.directory.people.iter().flat_map(|p| &p.addresses);
        let mut users: BTreeSet<&str> = everybody.map(String::as_str).collect();
        users.insert(&office.desk.address);
        users.extend(&plan.strangers);
        // Nobody has a mailbox there: it is where mails come back from.
        users.retain(|user| !user.ends_with(super::mailhost::TARDY_DOMAIN));
        let host = MailHost::start(&users.into_iter().collect::<Vec<_>>());
        connect(folder.path(), &host, &office.desk.address, &plan);
        let proxies = stand_between(folder.path(), &host, &plan);
        office = self::office(folder.path());
        let town = Self {
            host,
            office,
            proxies,
            folder,
            desk: Mutex::default(),
            store: Mutex::default(),
        };
        town.start_desk();
        town
    }

    /// The folder of configuration, database and log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program with the arguments that every command on this town takes.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", MESAD, name, "--config"]);
        command.arg(self.folder()).stdin(Stdio::null());
        command.env("MESAD_TEST_IMAP", password(&self.office.desk.address));
        command
    }

    /// Starts `mesad run`, and waits until its database is there.
    pub fn start_desk(&self) {
        let started = self.count_log("desk started");
        self.spawn_desk();
        wait(
            PATIENCE,
            "the desk to start",
            || {
                let mut desk = self.desk.lock().unwrap();
                let ended = desk.as_mut().unwrap().try_wait().unwrap();
                assert!(ended.is_none(), "the desk ended: {}", self.log());
                (self.count_log("desk started") > started).then_some(())
            },
            || self.log(),
        );
        let store = Store::open(&self.database(), false).unwrap();
        *self.store.lock().unwrap() = Some(store);
    }

    /// Starts `mesad run`.
    pub fn spawn_desk(&self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file());
        let mut command = self.command("run");
        command.stdout(Stdio::null()).stderr(log.unwrap());
        let before = self.desk.lock().unwrap().replace(command.spawn().unwrap());
        assert!(before.is_none(), "the desk ran already");
    }

    /// The desk's database.
    pub fn database(&self) -> PathBuf {
        self.folder().join("state/mesad.sqlite")
    }

    /// Kills the desk, as a power cut would.
    pub fn kill_desk(&self) {
        let mut desk = self.desk.lock().unwrap().take().unwrap();
        desk.kill().unwrap();
        desk.wait().unwrap();
    }

    /// Asks the desk to end (SIGTERM) and says how, and how long it took.
    pub fn stop_desk(&self) -> (ExitStatus, Duration) {
        let mut desk = self.desk.lock().unwrap().take().unwrap();
        let pid = rustix::process::Pid::from_raw(i32::try_from(desk.id()).unwrap()).unwrap();
        let begin = now();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let status = wait(
            PATIENCE,
            "the desk to end",
            || desk.try_wait().unwrap(),
            || self.log(),
        );
        (status, begin.elapsed())
    }

    fn log_file(&self) -> PathBuf {
        self.folder().join("mesad.log")
    }

    /// What the desk has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// How often the desk has logged something.
    pub fn count_log(&self, words: &str) -> usize {
        self.log().matches(words).count()
    }

    /// Asks the desk's books.
    pub fn books<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Books<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let store = self.store.lock().unwrap().clone().unwrap();
        store.transact(ask).unwrap()
    }

    /// A person of the directory.
    pub fn person(&self, id: &str) -> &Person {
        let person = self.office.directory.person(&PersonId(id.to_owned()));
        person.unwrap_or_else(|| panic!("nobody is called {id}"))
    }

    /// Every request, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        let mut all: Vec<Request> = self
            .books(|books| books.list_requests(true))
            .into_iter()
            .map(|listing| listing.request)
            .collect();
        all.reverse();
        all
    }

    /// What was told about a request: `template > address`, in order.
    pub fn told(&self, request: RequestId) -> Vec<String> {
        self.books(move |books| books.notices_of(request))
            .into_iter()
            .map(|told| match told.state.as_str() {
                "sent" => format!("{} > {}", told.message, told.address),
                other => format!("{} > {} ({other})", told.message, told.address),
            })
            .collect()
    }

    /// Waits until the desk has handled and filed every mail and sent every notice, and says how
    /// many mails there were; fails where something is left over.
    pub fn settles(&self) -> Counts {
        let quiet = || {
            let inbox = self.host.read_mailbox(&self.office.desk.address).len();
            let (inputs, due, unfiled) = self.books(|books| {
                let unfiled = books.unfiled(1)?.len();
                Ok((books.count_inputs()?, books.count_due()?, unfiled))
            });
            let left = (inbox, inputs.seen, inputs.stored, due, unfiled);
            (left, inputs)
        };
        let (_, inputs) = wait(
            2 * PATIENCE,
            "everything to be handled, filed and sent",
            || Some(quiet()).filter(|(left, _)| *left == (0, 0, 0, 0, 0)),
            || {
                let (left, _) = quiet();
                format!(
                    "in INBOX, seen, stored, due, unfiled: {left:?}\n{}",
                    self.log()
                )
            },
        );
        inputs
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the desk said:\n{}", self.log());
        }
        if let Some(mut desk) = self.desk.lock().unwrap().take() {
            let _ = desk.kill();
            let _ = desk.wait();
        }
    }
}

/// Puts other words into a file; it is an error if the old ones are not there.
fn change(path: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(old), "{} has no {old}", path.display());
    fs::write(path, text.replace(old, new)).unwrap();
}

/// Writes the host into `desk.toml`: IMAP with TLS, SMTP with STARTTLS, both with a login.
fn connect(folder: &Path, host: &MailHost, user: &str, plan: &Plan) {
    let path = folder.join("desk.toml");
    let mut desk: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
    let secret = folder.join("smtp-password");
    fs::write(&secret, password(user) + "\n").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let ca_file = host.ca_file();
    let ends: toml::Table = format!(
        r#"
        [mailbox]
        kind = "imap"
        host = "localhost"
        port = {imaps}
        security = "tls"
        ca_file = "{ca_file}"
        user = "{user}"
        poll_seconds = {poll}
        login = {{ environment = "MESAD_TEST_IMAP" }}
        [outgoing]
        kind = "smtp"
        host = "localhost"
        port = {submission}
        security = "starttls"
        ca_file = "{ca_file}"
        user = "{user}"
        login = {{ file = "{secret}" }}
        timeout_seconds = {timeout}
        "#,
        imaps = host.ports.imaps,
        submission = host.ports.submission,
        poll = plan.poll_seconds,
        timeout = plan.timeout_seconds,
        secret = secret.display(),
    )
    .parse()
    .unwrap();
    desk.extend(ends);
    let limits = desk["limits"].as_table_mut().unwrap();
    limits.insert("mail_bytes".to_owned(), i64::from(plan.mail_bytes).into());
    // People write and get more mails in these minutes than in a day.
    for of in ["per", "from"] {
        limits.insert(format!("mails_{of}_address_and_day"), 10_000.into());
    }
    fs::write(path, desk.to_string()).unwrap();
}

/// Proxies before both servers, written into `desk.toml`.
fn stand_between(folder: &Path, host: &MailHost, plan: &Plan) -> Option<(Proxy, Proxy)> {
    let (of_mailbox, of_outgoing) = plan.faults?;
    let (imap, smtp) = (
        Proxy::before(host.ports.imap),
        Proxy::before(host.ports.smtp),
    );
    let path = folder.join("desk.toml");
    let mut desk: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
    for (end, port) in [("mailbox", imap.port), ("outgoing", smtp.port)] {
        let end = desk[end].as_table_mut().unwrap();
        end.insert("port".to_owned(), i64::from(port).into());
        end.insert("security".to_owned(), "plain".into());
        end.remove("ca_file");
    }
    let outgoing = desk["outgoing"].as_table_mut().unwrap();
    outgoing.remove("user");
    outgoing.remove("login");
    fs::write(path, desk.to_string()).unwrap();
    imap.harm(of_mailbox);
    smtp.harm(of_outgoing);
    Some((imap, smtp))
}

/// The configuration in a folder.
fn office(folder: &Path) -> Office {
    let mut files = vec![];
    for part in ["", "directory", "procedures"] {
        for entry in fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "toml") {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                let text = fs::read_to_string(&path).unwrap();
                files.push(config::File { name, text });
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    config::load(&files).unwrap_or_else(|problems| {
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", texts.join("\n\n"))
    })
}
