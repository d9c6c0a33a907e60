//! Files that other accounts could read or write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::office::Folder;

/// The user of whoever has no account.
const NOBODY: u32 = 65_534;

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

/// Who owns a process in /proc: its own user, whose other programs could attach a debugger to it and
/// read its memory; or root, where it may not be dumped.
fn owner(process: u32) -> u32 {
    let memory = fs::metadata(format!("/proc/{process}/mem")).unwrap();
    std::os::unix::fs::MetadataExt::uid(&memory)
}

#[test]
fn no_core_is_left_and_nobody_looks_into_the_process() {
    let folder = Folder::new();
    let mut program = PathBuf::from(env!("CARGO_BIN_EXE_mesad"));
    let mut user = rustix::process::getuid().as_raw();
    // Of root's own processes nothing could be told apart: there it runs as somebody else, from
    // where that one may read it.
    if user == 0 {
        user = NOBODY;
        let own = folder.path().join("mesad");
        fs::copy(&program, &own).unwrap();
        program = own;
        let given = Command::new("chown")
            .args(["-R", &format!("{user}:{user}")])
            .arg(folder.path())
            .status();
        assert!(given.unwrap().success());
    }
    let begins = |program: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        if user == NOBODY {
            command.uid(user).gid(user);
        }
        command.args(arguments).current_dir(folder.path());
        command
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    // One that does not shut itself off is told apart.
    let mut open = begins(Path::new("sleep"), &["60"]);
    let mut child = begins(&program, &["run", "--config", "etc", "--work", "work"]);
    let mut lines = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    // The first line of the log comes after the process has shut itself off. One that has ended
    // would be root's in any case.
    std::io::BufRead::read_line(&mut lines, &mut line).unwrap();
    assert!(line.contains("desk started"), "{line}");
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let owners = [owner(open.id()), owner(child.id())];
    for process in [&mut open, &mut child] {
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let core = limits
        .lines()
        .find(|l| l.starts_with("Max core file size"))
        .unwrap();
    let core: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(core, ["0", "0"], "{line}");
    assert_eq!(owners, [user, 0], "{line}");
}
