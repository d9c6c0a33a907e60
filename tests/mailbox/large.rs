//! A mail of 40 MB; a mailbox of 50,000 mails, which takes long:
//! `cargo test --test mailbox large -- --ignored --nocapture`

use std::sync::Arc;

use chrono::NaiveDate;
use mesad::desk::{begin, file, receive, reconcile};
use mesad::mailbox::Folder;

use crate::stage::{Stage, TOMAS};
use crate::support::elapsed;
use crate::support::mailhost::MailHost;
use crate::support::table;
use crate::{mail, mesa};

const MAILS: usize = 50_000;

/// Too large by what ships: its header is kept, its sender told; with a larger limit it is handled.
#[test]
fn a_mail_of_forty_megabytes_is_set_aside_and_can_be_had_when_it_may() {
    const SIZE: usize = 40_000_000;
    let host = MailHost::start(&["mesa"]);
    let mut large = format!(
        "From: <{TOMAS}>\r\nMessage-ID: <forty@maule.example>\r\nSubject: Consulta\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nVa el anexo.\r\n--b\r\n\
         Content-Type: application/octet-stream; name=anexo.bin\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n"
    )
    .into_bytes();
    while large.len() < SIZE {
        large.extend_from_slice(&[b'A'; 76]);
        large.extend_from_slice(b"\r\n");
    }
    large.extend_from_slice(b"--b--\r\n");
    host.drop_into("mesa", "1.a", &large);
    host.drop_into("mesa", "2.b", &mail("poco"));
    let mut stage = Stage::begin();
    stage.work.ends.mailbox = mesa(&host);
    stage.drain();
    assert_eq!(stage.reasons(), ["too-large", "unclassified"]);
    assert_eq!(stage.told("too-large"), [TOMAS]);
    assert_eq!(host.read_folder("mesa", "Revisar").len(), 2);
    let kept = stage.column("SELECT length(bytes) || '' FROM contents WHERE input = 1");
    assert!(kept[0].parse::<usize>().unwrap() < 10_000, "{kept:?}");
    Arc::make_mut(&mut stage.work.world.office)
        .desk
        .limits
        .mail_bytes = 64 << 20;
    let world = stage.world();
    mesad::desk::operate::retry(&world.store, 1, "ana", world.clock.now()).unwrap();
    stage.drain();
    assert_eq!(stage.reasons()[0], "unclassified");
    let whole = stage.books(|books| books.contents(1)).unwrap();
    assert!(whole == large, "{} bytes of {}", whole.len(), large.len());
    assert_eq!(stage.told("too-large"), [TOMAS]);
}

/// Says how long something took.
fn timed(what: &str, act: impl FnOnce()) {
    let took = elapsed(act);
    #[expect(clippy::print_stderr, reason = "what this test is for")]
    {
        eprintln!("{what}: {} ms", took.as_millis());
    }
}

#[test]
#[ignore = "long: tests/run --long"]
fn fifty_thousand_old_mails_cost_little() {
    let host = MailHost::start(&["mesa"]);
    for number in 0..MAILS {
        host.drop_into(
            "mesa",
            &format!("{}.x", 1_700_000_000 + number),
            &mail(&format!("v{number}")),
        );
    }
    let mut stage = Stage::begin();
    stage.work.ends.mailbox = mesa(&host);
    timed("refused", || {
        let refused = begin::look(&mut stage.work.ends.mailbox, &stage.work.world);
        assert!(refused.is_err());
    });
    let mut office = (*stage.work.world.office).clone();
    office.desk.start.since = NaiveDate::from_ymd_opt(2100, 1, 1);
    stage.work.world.office = Arc::new(office);
    timed("first look, all left", || {
        begin::look(&mut stage.work.ends.mailbox, &stage.work.world).unwrap();
    });
    timed("a look without news", || {
        let new = receive::look(&mut stage.work.ends.mailbox, &stage.work.world).unwrap();
        assert!(new.is_empty());
    });
    let memo = format!("From: <{TOMAS}>\r\nSubject: hola\r\n\r\n");
    for number in 0..200 {
        let name = format!("{}.n", 1_800_000_000 + number);
        host.drop_into("mesa", &name, format!("{memo}{number}\r\n").as_bytes());
    }
    let mut taken = vec![];
    timed("a look with 200 new ones", || {
        taken = receive::look(&mut stage.work.ends.mailbox, &stage.work.world).unwrap();
        assert_eq!(taken.len(), 200);
    });
    timed("200 fetched", || {
        for mail in &taken {
            receive::take(&mut stage.work.ends.mailbox, &stage.work.world, mail).unwrap();
        }
    });
    stage.damage("UPDATE inputs SET state = 'done', fate = 'done' WHERE state = 'stored'");
    stage.damage("UPDATE inputs SET filed = 1 WHERE id > (SELECT max(id) - 1 FROM inputs)");
    timed("199 filed", || {
        let filed = file::turn(&mut stage.work.ends.mailbox, &stage.work.world).unwrap();
        assert_eq!((filed.filed, filed.error.is_none()), (199, true));
    });
    stage.damage("UPDATE inputs SET filed = 0 WHERE id > (SELECT max(id) - 1 FROM inputs)");
    timed("one filed", || {
        let filed = file::turn(&mut stage.work.ends.mailbox, &stage.work.world).unwrap();
        assert_eq!(filed.filed, 1);
    });
    timed("reconciled", || {
        let world = stage.work.world.clone();
        let mailbox = &mut stage.work.ends.mailbox;
        let report = reconcile::compare(mailbox, &world.store, world.clock.now()).unwrap();
        assert_eq!(
            (report.lie(), report.accounted()),
            (MAILS + 200, MAILS + 200)
        );
        assert_eq!(report.gaps, []);
    });
    let done = stage.work.ends.mailbox.list(Folder::Done).unwrap();
    assert_eq!(done.len(), 200);
    table::row(
        "a mailbox that is old and full at the first start",
        &format!("{MAILS} mails, 200 new"),
        "none",
    );
}
