//! Secrets with marks, through every failure that a server or a configuration can bring about, at
//! the most talkative level of the logs: nowhere may one be seen.

use std::fs;

use crate::office::Folder;
use crate::scripted;

const IMAP: &str = "S3creto-IMAP-zanahoria";
const SMTP: &str = "S3creto-SMTP-berenjena";
const TALKATIVE: [(&str, &str); 3] = [
    (
        "MESAD_LOG",
        "trace,async_imap=trace,async_imap::client=trace,imap_proto=trace",
    ),
    ("MESAD_IMAP", IMAP),
    ("MESAD_SMTP", SMTP),
];

/// The marks, and what protocols make of them.
fn marks() -> Vec<String> {
    let base64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let mut marks = vec![IMAP.to_owned(), SMTP.to_owned()];
    for secret in [IMAP, SMTP] {
        marks.push(base64(secret));
        marks.push(base64(&format!("\0mesa\0{secret}")));
        let bearer = format!("user=mesa\x01auth=Bearer {secret}\x01\x01");
        marks.push(base64(&bearer));
    }
    marks
}

/// Nothing that was said and no file of the desk holds a mark.
fn is_clean(folder: &Folder, output: &std::process::Output, scene: &str) {
    let mut places = vec![
        ("standard output".to_owned(), output.stdout.clone()),
        ("standard error".to_owned(), output.stderr.clone()),
    ];
    let mut folders = vec![folder.path().join("work")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.ends_with("secret") => (),
                false => places.push((path.display().to_string(), fs::read(path).unwrap())),
            }
        }
    }
    for (place, bytes) in places {
        let text = String::from_utf8_lossy(&bytes);
        for mark in marks() {
            assert!(!text.contains(&mark), "{scene}: {mark} in {place}:\n{text}");
        }
    }
}

fn imap(port: u16, method: &str, source: &str) -> String {
    format!(
        "kind = \"imap\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"plain\"\n\
         user = \"mesa\"\n[mailbox.login]\nmethod = \"{method}\"\n{source}"
    )
}

fn smtp(port: u16, method: &str, source: &str) -> String {
    format!(
        "kind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"plain\"\n\
         timeout_seconds = 5\nuser = \"mesa\"\n[outgoing.login]\nmethod = \"{method}\"\n{source}"
    )
}

/// A server that refuses each login, and says back what it was told.
fn rude_imap() -> u16 {
    scripted::imap(|talk, tag, command| {
        let words = command.to_uppercase();
        if words.starts_with("LOGIN") {
            talk.say(&format!(
                "{tag} NO [AUTHENTICATIONFAILED] you said {command}\r\n"
            ));
            return true;
        }
        if words.starts_with("AUTHENTICATE") {
            talk.say("+ \r\n");
            let line = talk.line().unwrap_or_default();
            talk.say(&format!("{tag} NO you said {command} {line}\r\n"));
            return true;
        }
        false
    })
}

fn rude_smtp() -> u16 {
    scripted::smtp(|talk, verb, line| match verb {
        "EHLO" => {
            talk.say("250-mx.example\r\n250-AUTH PLAIN LOGIN XOAUTH2\r\n250 8BITMIME\r\n");
            true
        }
        "AUTH" => {
            talk.say(&format!("535 5.7.8 you said {line}\r\n"));
            true
        }
        _ => false,
    })
}

/// A desk that has a mail to send, so that the way out is tried as well.
fn with_something_to_send(folder: &Folder) {
    folder.ends(
        "kind = \"maildir\"\npath = \"in\"",
        "kind = \"directory\"\npath = \"out\"",
    );
    assert!(folder.run(&[]).status.success());
    let mail = "From: <tzepeda@maule.seremi.example>\r\nTo: <mesa@sigec.example>\r\n\
        Message-ID: <a@maule.example>\r\nSubject: Consulta\r\n\r\nAyuda por favor.\r\n";
    fs::write(folder.path().join("work/in/new/1.a.b"), mail).unwrap();
}

#[test]
fn refused_logins_show_no_secret() {
    for method in ["password", "xoauth2"] {
        let folder = Folder::new();
        with_something_to_send(&folder);
        let mailbox = "kind = \"maildir\"\npath = \"in\"";
        folder.ends(
            mailbox,
            &smtp(rude_smtp(), method, "environment = \"MESAD_SMTP\""),
        );
        let output = folder.run(&TALKATIVE);
        is_clean(&folder, &output, method);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains("535"), "the login was tried: {text}");
        let source = "environment = \"MESAD_IMAP\"";
        folder.ends(
            &imap(rude_imap(), method, source),
            "kind = \"directory\"\npath = \"out\"",
        );
        let output = folder.run(&TALKATIVE);
        assert!(!output.status.success());
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains("you said"), "the login was tried: {text}");
        is_clean(&folder, &output, method);
    }
}

#[test]
fn a_login_that_works_and_a_server_that_dies_show_no_secret() {
    let folder = Folder::new();
    let source = "command = [\"sh\", \"-c\", \"echo $MESAD_IMAP; echo $MESAD_IMAP >&2\"]";
    let cut = scripted::imap(|talk, _, command| {
        let dies = command.starts_with("SELECT");
        if dies {
            talk.cut();
        }
        dies
    });
    for port in [cut, scripted::imap(|_, _, _| false)] {
        folder.ends(
            &imap(port, "password", source),
            "kind = \"directory\"\npath = \"out\"",
        );
        is_clean(&folder, &folder.run(&TALKATIVE), "a server that takes it");
    }
}

#[test]
fn wrong_sources_and_files_show_no_secret() {
    let folder = Folder::new();
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    fs::write(work.join("secret"), format!("\n{IMAP}\n")).unwrap();
    let out = "kind = \"directory\"\npath = \"out\"";
    let sources = [
        "file = \"secret\"",
        "environment = \"MESAD_NOTHING\"",
        "credential = \"nothing\"",
        "command = [\"sh\", \"-c\", \"echo $MESAD_IMAP; echo $MESAD_IMAP >&2; exit 3\"]",
        "command = [\"sh\", \"-c\", \"echo; echo $MESAD_IMAP\"]",
    ];
    for source in sources {
        folder.ends(&imap(1, "password", source), out);
        let output = folder.run(&TALKATIVE);
        assert!(!output.status.success(), "{source}");
        is_clean(&folder, &output, source);
    }
    // The secret itself where its place belongs, and in a file that is no TOML.
    let written = [
        format!("password = \"{IMAP}\""),
        format!("file = \"secret\"\npassword = \"{IMAP}"),
        format!("secret = {IMAP}"),
    ];
    for source in written {
        folder.ends(&imap(1, "password", &source), out);
        for output in [
            folder.run(&TALKATIVE),
            folder.mesad(&["check", "--config", "etc"], &TALKATIVE),
            folder.mesad(&["list", "--json", "--config", "etc"], &TALKATIVE),
        ] {
            assert_eq!(output.status.code(), Some(2), "{source}");
            is_clean(&folder, &output, &source);
        }
    }
}

#[test]
fn a_key_that_is_none_is_not_shown() {
    let folder = Folder::new();
    assert!(folder.run(&[]).status.success());
    fs::write(folder.path().join("work/state/key"), IMAP).unwrap();
    let output = folder.run(&TALKATIVE);
    assert!(!output.status.success());
    fs::remove_file(folder.path().join("work/state/key")).unwrap();
    is_clean(&folder, &output, "key");
}
