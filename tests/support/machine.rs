//! What the test mail host needs of this machine: users, ports, files, certificates.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::mailhost::Ports;

pub fn installed() {
    let there = |name: &str| {
        [
            "/usr/sbin",
            "/usr/lib/postfix/sbin",
            "/usr/lib/dovecot",
            "/usr/bin",
        ]
        .iter()
        .any(|folder| Path::new(folder).join(name).exists())
    };
    for (program, package) in [
        ("dovecot", "dovecot-imapd"),
        ("imap", "dovecot-imapd"),
        ("lmtp", "dovecot-lmtpd"),
        ("master", "postfix"),
        ("setpriv", "util-linux"),
    ] {
        assert!(
            there(program),
            "{package} is not installed; run tests/run, which sees to that"
        );
    }
    let root = rustix::process::geteuid().is_root();
    assert!(
        root,
        "the mail servers start as root only; run tests/run, which sees to that"
    );
}

/// Five ports that nobody listens on now. They lie below those that the system gives to outgoing
/// connections (from 32768), or one of these could come before the server, even one to itself.
pub fn free_ports() -> Ports {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(101);
    let [imap, imaps, smtp, submission, smtps] = [(); 5].map(|()| {
        loop {
            let next = first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
            let port = 10_000 + u16::try_from(next % 22_000).unwrap();
            if TcpListener::bind(("127.0.0.1", port)).is_ok() {
                return port;
            }
        }
    });
    Ports {
        imap,
        imaps,
        smtp,
        submission,
        smtps,
    }
}

/// Postfix waits a second and more for a file that has just been changed.
pub fn settled(path: &Path) {
    let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    File::options()
        .append(true)
        .open(path)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
}

pub fn own(path: &Path, (user, group): (u32, u32)) {
    chown(path, Some(user), Some(group)).unwrap();
}

/// Numbers of a user and its group.
pub fn id(name: &str) -> (u32, u32) {
    let numbers = field("/etc/passwd", name);
    (numbers[2].parse().unwrap(), numbers[3].parse().unwrap())
}

pub fn group(name: &str) -> u32 {
    field("/etc/group", name)[2].parse().unwrap()
}

fn field(file: &str, name: &str) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let mut lines = text
        .lines()
        .map(|line| line.split(':').map(str::to_owned).collect());
    lines
        .find(|fields: &Vec<String>| fields[0] == name)
        .unwrap_or_else(|| panic!("{file} has no {name}; run tests/run, which sees to that"))
}

pub fn certificates(folder: &Path, expired: bool) {
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        (params.self_signed(&key).unwrap(), Issuer::new(params, key))
    };
    let (certificate, issuer) = authority("Autoridad de prueba");
    fs::write(folder.join("ca.pem"), certificate.pem()).unwrap();
    fs::write(
        folder.join("other.pem"),
        authority("Otra autoridad").0.pem(),
    )
    .unwrap();
    let issue = |name: &str, expired: bool| {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        if expired {
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2020, 2, 1);
        }
        let key = KeyPair::generate().unwrap();
        let server = params.signed_by(&key, &issuer).unwrap();
        fs::write(folder.join(format!("{name}.pem")), server.pem()).unwrap();
        fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    };
    issue("server", expired);
    // Of the same authority, for a server that shows another one later.
    issue("expired", true);
    issue("renewed", false);
}

pub fn names(maildir: &Path) -> Vec<PathBuf> {
    let mut names = Vec::new();
    for folder in ["new", "cur"] {
        let Ok(entries) = fs::read_dir(maildir.join(folder)) else {
            continue;
        };
        names.extend(entries.map(|entry| entry.unwrap().path()));
    }
    names.sort_by_key(|path| path.file_name().unwrap().to_owned());
    names
}

pub fn read_maildir(maildir: &Path) -> Vec<Vec<u8>> {
    // A mail that moves from `new` to `cur` meanwhile is read the next time.
    names(maildir)
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .collect()
}
