//! A real Dovecot and Postfix on loopback, with an own directory, own ports and an own certificate
//! authority, so that several can run side by side. The templates lie in `tests/mailhost/`.
//!
//! It must be dropped on the thread that started it: the servers end with that thread, so that
//! nothing is left behind by tests that are killed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};
use mesad::office::{Imap, Login, SecretSource, Security, Smtp};

use super::daemon::Daemon;
use super::machine::{certificates, free_ports, group, id, installed, own, settled};
use super::machine::{names, read_maildir};

/// The domain of all mailboxes.
pub const DOMAIN: &str = "ministerio.test";
/// Every address there is taken, and bounces afterwards by a DSN.
pub const TARDY_DOMAIN: &str = "tardio.test";
/// This one bounces afterwards with 5.2.0.
pub const FROZEN_ADDRESS: &str = "congelado@tardio.test";

/// Ports of a mail host.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// IMAP, plain and with STARTTLS.
    pub imap: u16,
    /// IMAP with TLS from the first byte.
    pub imaps: u16,
    /// SMTP without a login, plain and with STARTTLS.
    pub smtp: u16,
    /// SMTP that demands STARTTLS and a login.
    pub submission: u16,
    /// SMTP with TLS from the first byte, that demands a login.
    pub smtps: u16,
}

/// A running mail host.
pub struct MailHost {
    folder: tempfile::TempDir,
    /// Its ports.
    pub ports: Ports,
    dovecot: Mutex<Daemon>,
    postfix: Mutex<Daemon>,
    users: BTreeSet<String>,
}

/// What can differ between mail hosts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// IMAP capabilities to announce after the login, in place of Dovecot's own.
    pub capability: &'static str,
    /// Whether the certificate has expired.
    pub expired: bool,
}

impl MailHost {
    /// Starts both servers with a mailbox for each user: an address, or a local part of [`DOMAIN`].
    pub fn start(users: &[&str]) -> Self {
        Self::with(users, Options::default())
    }

    /// The same with options.
    pub fn with(users: &[&str], options: Options) -> Self {
        installed();
        // A short path: a socket's may have 107 bytes; readable, since the servers drop root.
        let folder = tempfile::Builder::new()
            .prefix("mesad-")
            .tempdir_in("/tmp")
            .unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let ports = free_ports();
        let daemon = |command: &[&str], ports: Vec<u16>| Daemon {
            command: command.iter().map(|word| (*word).to_owned()).collect(),
            child: None,
            ports,
        };
        let path = |name: &str| folder.path().join(name).display().to_string();
        let dovecot = daemon(
            &["/usr/sbin/dovecot", "-F", "-c", &path("dovecot.conf")],
            vec![ports.imap, ports.imaps],
        );
        let postfix = daemon(
            &["/usr/lib/postfix/sbin/master", "-d", "-c", &path("postfix")],
            vec![ports.smtp, ports.submission, ports.smtps],
        );
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        let host = Self {
            folder,
            ports,
            dovecot: Mutex::new(dovecot),
            postfix: Mutex::new(postfix),
            users,
        };
        host.lay_out(options);
        host.start_dovecot();
        host.start_postfix();
        host
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lay_out(&self, options: Options) {
        for name in [
            "run", "state", "log", "tls", "mail", "postfix", "data", "queue", "keys",
        ] {
            fs::create_dir(self.path(name)).unwrap();
            // Whatever the umask says: the servers drop root.
            fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::create_dir_all(self.path("keys/default/HS256")).unwrap();
        fs::write(self.path("keys/default/HS256/default"), base64(TOKEN_KEY)).unwrap();
        certificates(&self.path("tls"), options.expired);
        let host = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mailhost"));
        for (template, place) in [
            ("dovecot.conf", "dovecot.conf"),
            ("oauth2.conf", "oauth2.conf"),
            ("main.cf", "postfix/main.cf"),
            ("master.cf", "postfix/master.cf"),
            ("access", "postfix/access"),
        ] {
            let mut text = fs::read_to_string(host.join(template)).unwrap();
            let numbers = [
                ("imap", self.ports.imap),
                ("imaps", self.ports.imaps),
                ("smtp", self.ports.smtp),
                ("submission", self.ports.submission),
                ("smtps", self.ports.smtps),
            ];
            for (name, port) in numbers {
                text = text.replace(&format!("{{{{{name}}}}}"), &port.to_string());
            }
            text = text.replace("{{dir}}", &self.folder.path().display().to_string());
            text = text.replace("{{capability}}", options.capability);
            text = text.replace("{{domains}}", &self.domains());
            fs::write(self.path(place), text).unwrap();
            settled(&self.path(place));
        }
        let lines = |line: &dyn Fn(&str) -> String| -> String {
            self.users.iter().map(|user| line(user)).collect()
        };
        fs::write(self.path("passwd"), lines(&|user| self.account(user))).unwrap();
        let mailboxes = lines(&|user| format!("{} {user}\n", address(user)));
        fs::write(
            self.path("postfix/mailboxes"),
            mailboxes + "@tardio.test nobody\n",
        )
        .unwrap();
        settled(&self.path("postfix/mailboxes"));
        let (mail, postfix, postdrop) = (id("mail"), id("postfix"), group("postdrop"));
        own(&self.path("mail"), mail);
        own(&self.path("data"), postfix);
        self.lay_out_queue(postfix, postdrop);
        for user in &self.users {
            fs::create_dir(self.path("mail").join(user)).unwrap();
            own(&self.path("mail").join(user), mail);
        }
    }

    /// A user's lines for Dovecot: the login, and the address that mail comes to.
    fn account(&self, user: &str) -> String {
        let home = self.path("mail").join(user).display().to_string();
        let names = BTreeSet::from([user.to_owned(), address(user)]);
        let line = |name| format!("{name}:{{PLAIN}}{}::::{home}::\n", password(user));
        names.iter().map(line).collect()
    }

    /// The domains of all users.
    fn domains(&self) -> String {
        let domain = |user: &String| address(user).split_once('@').unwrap().1.to_owned();
        let mut domains: BTreeSet<String> = self.users.iter().map(domain).collect();
        domains.extend([DOMAIN.to_owned(), TARDY_DOMAIN.to_owned()]);
        domains.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// The folders of Postfix' queue; its own `post-install create-missing` takes seconds.
    fn lay_out_queue(&self, postfix: (u32, u32), postdrop: u32) {
        let queue = self.path("queue");
        fs::create_dir(queue.join("pid")).unwrap();
        let private = [
            "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
            "private", "saved", "trace",
        ];
        for name in private {
            fs::create_dir(queue.join(name)).unwrap();
            fs::set_permissions(queue.join(name), fs::Permissions::from_mode(0o700)).unwrap();
            own(&queue.join(name), postfix);
        }
        for (name, mode) in [("maildrop", 0o730), ("public", 0o710)] {
            fs::create_dir(queue.join(name)).unwrap();
            fs::set_permissions(queue.join(name), fs::Permissions::from_mode(mode)).unwrap();
            own(&queue.join(name), (postfix.0, postdrop));
        }
    }

    /// Starts Dovecot and waits until it answers.
    pub fn start_dovecot(&self) {
        // After a kill -9 its pid file is still there.
        let _ = fs::remove_file(self.path("run/master.pid"));
        let log = self.path("log/dovecot.log");
        self.dovecot.lock().unwrap().start(&log);
    }

    /// Starts Postfix and waits until it answers.
    pub fn start_postfix(&self) {
        let log = self.path("log/postfix.log");
        self.postfix.lock().unwrap().start(&log);
    }

    /// Kills Dovecot and all of its connections, as a power cut would.
    pub fn kill_dovecot(&self) {
        self.dovecot.lock().unwrap().end();
    }

    /// Kills Postfix and all of its connections, as a power cut would.
    pub fn kill_postfix(&self) {
        self.postfix.lock().unwrap().end();
    }

    /// Both servers begin anew with another certificate: `expired` or `renewed`.
    pub fn shows_certificate(&self, name: &str) {
        self.kill_postfix();
        self.kill_dovecot();
        for kind in ["pem", "key"] {
            let (from, to) = (format!("tls/{name}.{kind}"), format!("tls/server.{kind}"));
            fs::copy(self.path(&from), self.path(&to)).unwrap();
        }
        self.start_dovecot();
        self.start_postfix();
    }

    /// The certificate of the authority that vouches for both servers.
    pub fn ca_file(&self) -> String {
        self.path("tls/ca.pem").display().to_string()
    }

    /// The certificate of an authority that vouches for neither.
    pub fn other_ca_file(&self) -> String {
        self.path("tls/other.pem").display().to_string()
    }

    /// Settings for a user's mailbox by IMAP.
    pub fn imap(&self, user: &str, security: Security) -> Imap {
        Imap {
            host: "localhost".to_owned(),
            port: if security == Security::Tls {
                self.ports.imaps
            } else {
                self.ports.imap
            },
            security,
            ca_file: Some(self.ca_file()),
            user: user.to_owned(),
            login: Login::Password(SecretSource::Environment("UNUSED".to_owned())),
            folder: "INBOX".to_owned(),
            poll_seconds: 2,
        }
    }

    /// Settings for sending: without a login where the connection is plain.
    pub fn smtp(&self, user: &str, security: Security) -> Smtp {
        let login = Login::Password(SecretSource::Environment("UNUSED".to_owned()));
        Smtp {
            host: "localhost".to_owned(),
            port: match security {
                Security::Tls => self.ports.smtps,
                Security::StartTls => self.ports.submission,
                Security::Plain => self.ports.smtp,
            },
            security,
            ca_file: Some(self.ca_file()),
            login: (security != Security::Plain).then(|| (user.to_owned(), login)),
            timeout_seconds: 20,
        }
    }

    /// Delivers a mail through Postfix; `from` may be empty (the null return path).
    pub fn deliver(&self, from: &str, to: &str, bytes: &[u8]) {
        let stream = TcpStream::connect(("127.0.0.1", self.ports.smtp)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut answers = BufReader::new(stream.try_clone().unwrap());
        let mut say = |line: &[u8], code: &str| {
            (&stream).write_all(line).unwrap();
            let mut answer = String::new();
            while answer.as_bytes().get(3) != Some(&b' ') {
                answer.clear();
                answers.read_line(&mut answer).unwrap();
            }
            let line = String::from_utf8_lossy(line);
            assert!(answer.starts_with(code), "{line:?} was answered: {answer}");
        };
        say(b"", "220");
        say(b"EHLO test.example\r\n", "250");
        say(format!("MAIL FROM:<{from}>\r\n").as_bytes(), "250");
        say(format!("RCPT TO:<{to}>\r\n").as_bytes(), "250");
        say(b"DATA\r\n", "354");
        let stuffed = String::from_utf8_lossy(bytes).replace("\n.", "\n..");
        say(format!("{}\r\n.\r\n", stuffed.trim_end()).as_bytes(), "250");
    }

    /// Puts a mail straight into a user's INBOX, past Postfix.
    pub fn drop_into(&self, user: &str, name: &str, bytes: &[u8]) {
        let maildir = self.maildir(user);
        for folder in [
            &maildir,
            &maildir.join("tmp"),
            &maildir.join("new"),
            &maildir.join("cur"),
        ] {
            if !folder.is_dir() {
                fs::create_dir(folder).unwrap();
                own(folder, id("mail"));
            }
        }
        let file = maildir.join("tmp").join(name);
        fs::write(&file, bytes).unwrap();
        own(&file, id("mail"));
        fs::rename(file, maildir.join("new").join(name)).unwrap();
    }

    /// A user's Maildir on disk.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.path("mail").join(user).join("Maildir")
    }

    /// The mails in a user's INBOX, from disk, in order of arrival.
    pub fn read_mailbox(&self, user: &str) -> Vec<Vec<u8>> {
        read_maildir(&self.maildir(user))
    }

    /// The files of the mails in a user's folder (empty: INBOX), and when each was received.
    pub fn list_folder(&self, user: &str, folder: &str) -> Vec<(PathBuf, DateTime<Utc>)> {
        let maildir = match folder {
            "" => self.maildir(user),
            other => self.maildir(user).join(format!(".{other}")),
        };
        let received = |path: PathBuf| {
            let at = fs::metadata(&path).ok()?.modified().ok()?;
            Some((path, at.into()))
        };
        names(&maildir).into_iter().filter_map(received).collect()
    }

    /// The mails in another of a user's folders.
    pub fn read_folder(&self, user: &str, folder: &str) -> Vec<Vec<u8>> {
        read_maildir(&self.maildir(user).join(format!(".{folder}")))
    }

    /// The flags (`S` is `\Seen`) of the mails in a user's INBOX, sorted.
    pub fn flags(&self, user: &str) -> Vec<String> {
        let mut flags: Vec<String> = names(&self.maildir(user))
            .iter()
            .map(|path| path.display().to_string())
            .map(|path| {
                path.split_once(":2,")
                    .map(|(_, flags)| flags.to_owned())
                    .unwrap_or_default()
            })
            .collect();
        flags.sort();
        flags
    }

    /// Waits until a user's INBOX holds so many mails; fails after 20 s.
    pub fn wait_for(&self, user: &str, count: usize) -> Vec<Vec<u8>> {
        for _ in 0..400 {
            let mails = self.read_mailbox(user);
            if mails.len() >= count {
                return mails;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let there = self.read_mailbox(user).len();
        panic!(
            "{user} has {there} mails, not {count}; the servers said:\n{}",
            self.logs()
        );
    }

    /// Answers mails to a user with an automatic reply (RFC 5230), once a second to each sender.
    pub fn vacation(&self, user: &str, text: &str) {
        let script = format!(
            "require [\"vacation\", \"vacation-seconds\"];\n\
             vacation :seconds 1 :addresses \"{}\" \"{}\";\n",
            address(user),
            text.replace(['\\', '"'], "'")
        );
        let file = self.path("mail").join(user).join(".dovecot.sieve");
        fs::write(&file, script).unwrap();
        own(&file, id("mail"));
    }

    /// As after a restore from backup: the same mails under another UIDVALIDITY. Only while
    /// Dovecot does not run.
    pub fn new_uidvalidity(&self, user: &str) {
        let maildir = self.maildir(user);
        for entry in fs::read_dir(&maildir).unwrap() {
            let path = entry.unwrap().path();
            if path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("dovecot")
            {
                fs::remove_file(path).unwrap();
            }
        }
        let list = maildir.join("dovecot-uidlist");
        fs::write(&list, "3 V4242 N1 G0123456789abcdef0123456789abcdef\n").unwrap();
        own(&list, id("mail"));
    }

    /// What both servers have logged.
    pub fn logs(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.path(name)).unwrap_or_default();
        format!("{}\n{}", read("log/dovecot.log"), read("log/postfix.log"))
    }
}

impl Drop for MailHost {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the servers said:\n{}", self.logs());
        }
        self.postfix.lock().unwrap().end();
        self.dovecot.lock().unwrap().end();
    }
}

/// The address of a user.
pub fn address(user: &str) -> String {
    match user.contains('@') {
        true => user.to_owned(),
        false => format!("{user}@{DOMAIN}"),
    }
}

/// The password of a user.
pub fn password(user: &str) -> String {
    format!("clave-{user}")
}

const TOKEN_KEY: &[u8] = b"a key that only the tests know and nobody else";

fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

/// An access token for a user (a JSON web token, RFC 7519), good until 2100 or expired long ago.
pub fn token(user: &str, good: bool) -> String {
    let expires = if good {
        4_102_444_800_u64
    } else {
        1_000_000_000
    };
    let part = |text: &str| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
    let header = part(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = part(&format!(
        r#"{{"sub":"{user}","iat":900000000,"exp":{expires}}}"#
    ));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, TOKEN_KEY);
    let signature = ring::hmac::sign(&key, format!("{header}.{claims}").as_bytes());
    format!(
        "{header}.{claims}.{}",
        data_encoding::BASE64URL_NOPAD.encode(signature.as_ref())
    )
}
