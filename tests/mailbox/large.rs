//! A mailbox of 50,000 mails. Long: `cargo test --test mailbox large -- --ignored --nocapture`

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
