//! Files that other accounts could read or write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::office::Folder;

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_the_desk_makes_is_for_its_owner_alone_whatever_the_umask() {
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_mesad");
    let script = format!("umask 000; {program} run --once --config etc --work work");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut seen = 0;
    let mut folders = vec![folder.path().join("work")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            let wanted = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, wanted, "{}", path.display());
            if path.is_dir() {
                folders.push(path);
            }
            seen += 1;
        }
    }
    assert!(seen > 6, "{seen}");
}

#[test]
fn a_key_that_others_can_read_refuses_the_start_with_what_to_type() {
    let folder = Folder::new();
    assert!(folder.run(&[]).status.success());
    let key = folder.path().join("work/state/key");
    chmod(&key, 0o640);
    let refused = folder.run(&[]);
    assert_eq!(refused.status.code(), Some(2), "systemd must not try again");
    let text = said(&refused);
    assert!(
        text.contains(&format!("chmod 600 {}", key.display())),
        "{text}"
    );
    chmod(&key, 0o600);
    assert!(folder.run(&[]).status.success());
}

#[test]
fn a_configuration_that_others_can_write_refuses_and_a_group_is_warned_of() {
    let folder = Folder::new();
    let roles = folder.config().join("directory/roles.toml");
    chmod(&roles, 0o646);
    let text = said(&folder.run(&[]));
    assert!(
        text.contains("decides who may approve") && text.contains("chmod go-w"),
        "{text}"
    );
    chmod(&roles, 0o664);
    let warned = folder.run(&[]);
    assert!(warned.status.success());
    assert!(said(&warned).contains("chmod g-w"), "{}", said(&warned));
    let check = folder.mesad(&["check", "--config", "etc"], &[]);
    let text = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(
        text.contains("chmod g-w") && text.contains("documents are read confined"),
        "{text}"
    );
    chmod(&roles, 0o644);
    assert_eq!(said(&folder.run(&[])).matches("WARN").count(), 0);
}

#[test]
fn a_secret_that_others_can_read_refuses_and_a_database_is_warned_of() {
    let folder = Folder::new();
    folder.ends(
        "kind = \"maildir\"",
        "kind = \"smtp\"\nhost = \"127.0.0.1\"\nsecurity = \"plain\"\nport = 1\nuser = \"mesa\"\n\
         [outgoing.login]\nfile = \"smtp-password\"",
    );
    fs::create_dir(folder.path().join("work")).unwrap();
    let secret = folder.path().join("work/smtp-password");
    fs::write(&secret, "no\n").unwrap();
    chmod(&secret, 0o604);
    let text = said(&folder.run(&[]));
    assert!(
        text.contains(&format!("chmod 600 {}", secret.display())),
        "{text}"
    );
    chmod(&secret, 0o640);
    assert!(folder.run(&[]).status.success());
    let database = folder.path().join("work/state/mesad.sqlite");
    chmod(&database, 0o644);
    let warned = folder.run(&[]);
    assert!(warned.status.success());
    let text = said(&warned);
    assert!(
        text.contains(&format!("chmod 600 {}", database.display())),
        "{text}"
    );
}

#[test]
fn no_core_is_left_and_nobody_looks_into_the_process() {
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_mesad");
    let mut child = Command::new(program)
        .args(["run", "--config", "etc", "--work", "work"])
        .current_dir(folder.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    // The first line of the log comes after the process has shut itself off.
    std::io::BufRead::read_line(&mut lines, &mut line).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits
        .lines()
        .find(|l| l.starts_with("Max core file size"))
        .unwrap();
    let core: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(core, ["0", "0"]);
    // A process that may not be dumped belongs to root in /proc, or, for root, cannot be told apart:
    // its own user could else attach a debugger.
    let owner = std::os::unix::fs::MetadataExt::uid(
        &fs::metadata(format!("/proc/{}/mem", child.id())).unwrap(),
    );
    assert_eq!(owner, 0);
    child.kill().unwrap();
    child.wait().unwrap();
}
