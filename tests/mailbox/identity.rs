//! By what a mail is known: no mail is handled twice, and none is taken for another.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::stage::{Stage, TOMAS, memorandum};
use crate::support::mailhost::MailHost;
use crate::{mail, mesa, mesad};

const SUBJECT: &str = "Desaprobación de informe técnico";

#[test]
fn another_uidvalidity_doubles_nothing_with_or_without_message_id() {
    let host = MailHost::start(&["mesa"]);
    let mut stage = Stage::begin();
    stage.work.ends.mailbox = mesa(&host);
    let without = b"From: <ana@ministerio.test>\r\nSubject: sin\r\n\r\nHola\r\n";
    host.drop_into("mesa", "1.a", &mail("uno"));
    host.drop_into("mesa", "2.b", without);
    stage.drain();
    assert_eq!(stage.reasons().len(), 2);
    let told = stage.sent("triage").len();
    // Both lie in the inbox again, as after a restore, and a new one arrives meanwhile.
    host.kill_dovecot();
    for (path, _) in host.list_folder("mesa", "Revisar") {
        let name = path.file_name().unwrap().to_owned();
        fs::rename(&path, host.maildir("mesa").join("cur").join(name)).unwrap();
    }
    host.new_uidvalidity("mesa");
    host.start_dovecot();
    host.drop_into("mesa", "3.c", &mail("tres"));
    stage.work.ends.mailbox = mesa(&host);
    stage.drain();
    let reasons = stage.reasons();
    assert_eq!(reasons.len(), 5, "{reasons:?}");
    let repeated = reasons.iter().filter(|r| *r == "repeated").count();
    assert_eq!(repeated, 2, "{reasons:?}");
    assert_eq!(stage.sent("triage").len(), told + told / 2, "the new one");
    // What waits for a person waits where it did.
    assert_eq!(host.read_folder("mesa", "Revisar").len(), 3);
    assert_eq!(host.read_mailbox("mesa").len(), 0);
    crate::support::table::row("the mailbox, another UIDVALIDITY", "once", "none");
}

fn quoted_printable(text: &str) -> String {
    let each = text.bytes().map(|byte| match byte {
        b'\n' => "\n".to_owned(),
        b'=' | 128.. => format!("={byte:02X}"),
        byte => char::from(byte).to_string(),
    });
    each.collect()
}

#[test]
fn a_mail_to_two_of_our_addresses_makes_one_request() {
    let mut stage = Stage::begin();
    let text = memorandum("Informe N° 1");
    // Each door writes its trace, and one wraps the body anew.
    for (door, encoding, body) in [
        ("mesa", "8bit", text.clone()),
        ("mesadeayuda", "quoted-printable", quoted_printable(&text)),
    ] {
        let mail = format!(
            "Delivered-To: {door}@sigec.example\r\nMessage-ID: <dos@maule.example>\r\n\
             From: <{TOMAS}>\r\nTo: <mesa@sigec.example>, <mesadeayuda@sigec.example>\r\n\
             Subject: {SUBJECT}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\r\n{}",
            body.replace('\n', "\r\n")
        );
        stage.drops(mail.as_bytes());
    }
    stage.drain();
    assert_eq!(stage.reasons()[1], "repeated");
    assert_eq!(stage.books(|b| b.list_requests(true)).len(), 1);
    assert_eq!(stage.sent("acknowledgement").len(), 1);
    assert!(stage.sent("already-received").is_empty());
}

#[test]
fn one_message_id_with_different_contents_is_several_mails() {
    let mut stage = Stage::begin();
    let id = "Message-ID: <mismo@maule.example>";
    let other = "otra@maule.seremi.example";
    stage.delivers(&[id], TOMAS, SUBJECT, &memorandum("Informe N° 1"));
    stage.delivers(&[id], TOMAS, SUBJECT, &memorandum("Informe N° 2"));
    stage.delivers(&[id], other, SUBJECT, &memorandum("Informe N° 1"));
    stage.drain();
    let reasons = stage.reasons();
    assert!(!reasons.contains(&"repeated".to_owned()), "{reasons:?}");
    assert_eq!(stage.books(|b| b.list_requests(true)).len(), 2);
    let kept = stage.column("SELECT hex(bytes) FROM contents");
    assert_eq!(kept.len(), 3);
    let (_, text) = mesad(&stage, &["trace", "mismo@maule.example"]);
    for id in ["mail:1", "mail:2", "mail:3"] {
        assert!(text.contains(id), "{text}");
    }
}

#[test]
fn mails_without_message_id_are_each_handled() {
    let mut stage = Stage::begin();
    for report in ["1", "2"] {
        let text = memorandum(&format!("Informe N° {report}"));
        stage.delivers(&["X-Nada: 1"], TOMAS, SUBJECT, &text);
    }
    stage.drain();
    assert_eq!(stage.books(|b| b.list_requests(true)).len(), 2);
}

#[test]
fn a_mail_that_is_too_large_is_answered_once_however_often_it_comes() {
    let mut stage = Stage::with(|office| office.desk.limits.mail_bytes = 2_000);
    let long = "Texto largo. ".repeat(400);
    let id = "Message-ID: <grande@maule.example>";
    for _ in 0..2 {
        stage.delivers(&[id], TOMAS, "Consulta", &long);
    }
    stage.drain();
    assert_eq!(stage.reasons(), ["too-large", "too-large"]);
    assert_eq!(stage.told("too-large"), [TOMAS]);
    // Its header is kept: from whom, about what, and it can be found.
    let (_, text) = mesad(&stage, &["trace", "grande@maule.example"]);
    for words in [TOMAS, "Consulta", "its header only, of 5", "too large"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn odd_times_of_files_do_no_harm() {
    let mut stage = Stage::begin();
    let epoch = SystemTime::UNIX_EPOCH;
    let span = |seconds: u64| Duration::from_secs(seconds);
    let times = [
        epoch.checked_sub(span(80 * 365 * 24 * 3600)),
        epoch.checked_add(span(1 << 40)),
        epoch.checked_add(span(1 << 45)),
    ];
    for (number, time) in times.into_iter().enumerate() {
        let text = memorandum(&format!("Informe N° {number}"));
        let name = stage.writes(TOMAS, SUBJECT, &text);
        let path = stage.maildir().join("new").join(name);
        let file = fs::File::options().append(true).open(path).unwrap();
        // A file system that keeps fewer years says so, or keeps its last one.
        let _ = time.map(|time| file.set_modified(time));
    }
    stage.drain();
    assert_eq!(stage.books(|b| b.list_requests(true)).len(), 3);
    let days = stage.column("SELECT DISTINCT date(received_at / 1000000, 'unixepoch') FROM inputs");
    assert_eq!(days, ["2026-10-05"]);
    assert!(stage.sent("breach").is_empty());
}
