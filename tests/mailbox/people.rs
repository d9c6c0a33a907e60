//! People who use the shared mailbox with an ordinary mail program, at the same time as the desk.

use std::fs;
use std::path::Path;

use mesad::desk::receive;
use mesad::mailbox::{Fate, Mailbox};

use crate::stage::{Stage, TOMAS, memorandum};
use crate::support::mailhost::MailHost;
use crate::{mail, mesa};

const SUBJECT: &str = "Desaprobación de informe técnico";

fn stage(host: &MailHost) -> Stage {
    let mut stage = Stage::begin();
    stage.work.ends.mailbox = mesa(host);
    stage
}

/// Somebody's program sets flags: Dovecot keeps them in the file's name.
fn flag(path: &Path, flags: &str) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let unique = name.split(':').next().unwrap();
    let cur = path.parent().unwrap().parent().unwrap().join("cur");
    fs::rename(path, cur.join(format!("{unique}:2,{flags}"))).unwrap();
}

fn move_to(path: &Path, folder: &Path) {
    let name = path.file_name().unwrap();
    fs::rename(path, folder.join("cur").join(name)).unwrap();
}

#[test]
fn mails_that_were_read_flagged_or_answered_are_handled_all_the_same() {
    let host = MailHost::start(&["mesa"]);
    let mut stage = stage(&host);
    for (name, flags) in [("1.a", "S"), ("2.b", "FS"), ("3.c", "RS"), ("4.d", "T")] {
        host.drop_into("mesa", name, &mail(&format!("m{name}")));
        let lying = host.list_folder("mesa", "");
        let path = lying.iter().find(|(path, _)| path.ends_with(name)).unwrap();
        flag(&path.0, flags);
    }
    stage.drain();
    assert_eq!(stage.reasons().len(), 4);
    assert_eq!(host.read_mailbox("mesa").len(), 0);
    let flags: Vec<String> = host
        .list_folder("mesa", "Revisar")
        .iter()
        .map(|(path, _)| {
            path.to_string_lossy()
                .split(":2,")
                .nth(1)
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(flags.len(), 4);
    for kept in ["S", "FS", "RS"] {
        assert!(
            flags.iter().any(|f| f == kept),
            "their flags are theirs: {flags:?}"
        );
    }
}

#[test]
fn a_mail_that_goes_away_before_it_is_fetched_is_taken_when_it_comes_back() {
    let host = MailHost::start(&["mesa"]);
    let mut stage = stage(&host);
    for (name, subject) in [("1.a", "a"), ("2.b", "b"), ("3.c", "c")] {
        host.drop_into("mesa", name, &mail(subject));
    }
    let arrived = receive::look(&mut stage.work.ends.mailbox, &stage.work.world).unwrap();
    assert_eq!(arrived.len(), 3);
    // One is deleted and one moved away between the look and the fetch.
    let files = host.list_folder("mesa", "");
    fs::remove_file(&files[0].0).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let away = outside.path().join("b");
    fs::copy(&files[1].0, &away).unwrap();
    fs::remove_file(&files[1].0).unwrap();
    for mail in &arrived {
        // Dovecot gives nothing of a mail whose file has gone: not gone yet, and never an empty
        // mail that would be handled.
        let _ = receive::take(&mut stage.work.ends.mailbox, &stage.work.world, mail);
    }
    stage.drain();
    assert_eq!(stage.reasons(), ["gone", "gone", "unclassified"]);
    host.drop_into("mesa", "4.b", &fs::read(away).unwrap());
    stage.drain();
    assert_eq!(
        stage.reasons(),
        ["gone", "gone", "unclassified", "unclassified"]
    );
}

#[test]
fn a_handled_mail_that_a_person_moves_back_is_filed_again_and_handled_once() {
    let host = MailHost::start(&["mesa"]);
    let mut stage = stage(&host);
    let memo = format!(
        "From: <{TOMAS}>\r\nTo: <mesa@sigec.example>\r\nMessage-ID: <m@maule.example>\r\n\
         Subject: {SUBJECT}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
        memorandum("Informe N° 1").replace('\n', "\r\n")
    );
    host.drop_into("mesa", "1.a", memo.as_bytes());
    stage.drain();
    for _ in 0..2 {
        let (path, _) = host.list_folder("mesa", "Procesados").remove(0);
        move_to(&path, &host.maildir("mesa"));
        stage.drain();
        assert_eq!(host.read_folder("mesa", "Procesados").len(), 1);
        assert_eq!(host.read_mailbox("mesa").len(), 0);
    }
    assert_eq!(stage.reasons()[1..], ["repeated", "repeated"]);
    assert_eq!(stage.books(|b| b.list_requests(true)).len(), 1);
    assert_eq!(stage.sent("acknowledgement").len(), 1);
}

#[test]
fn in_a_maildir_too() {
    let mut stage = Stage::begin();
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 1"));
    stage.drain();
    let done = stage.maildir().join(".Procesados/cur");
    let path = fs::read_dir(&done).unwrap().next().unwrap().unwrap().path();
    move_to(&path, &stage.maildir());
    stage.drain();
    assert_eq!(fs::read_dir(&done).unwrap().count(), 1);
    assert_eq!(stage.sent("acknowledgement").len(), 1);
    assert_eq!(stage.reasons().len(), 1, "it has one row");
}

#[test]
fn two_clients_on_one_mailbox_do_each_other_no_harm() {
    let host = MailHost::start(&["mesa"]);
    let mut stage = stage(&host);
    for number in 1..=6 {
        host.drop_into("mesa", &format!("{number}.x"), &mail(&format!("m{number}")));
    }
    let arrived = receive::look(&mut stage.work.ends.mailbox, &stage.work.world).unwrap();
    // The other one files some of them while the desk takes them one by one.
    let mut other: Mailbox = mesa(&host);
    let uids = other.look().unwrap();
    for (index, mail) in arrived.iter().enumerate() {
        if index % 2 == 1 {
            other.file(&uids[index], Fate::Done).unwrap();
        }
        receive::take(&mut stage.work.ends.mailbox, &stage.work.world, mail).unwrap();
    }
    stage.drain();
    let reasons = stage.reasons();
    let gone = reasons.iter().filter(|r| *r == "gone").count();
    assert_eq!((reasons.len(), gone), (6, 3), "{reasons:?}");
    assert_eq!(host.read_folder("mesa", "Revisar").len(), 3);
    assert_eq!(host.read_folder("mesa", "Procesados").len(), 3);
    assert_eq!(other.look().unwrap(), []);
}
