//! An older copy of the database is put back, and the mailbox, on a real server, knows more.

use mesad::desk::{audit, reconcile};
use mesad::office::{Imap, Login, MailboxSettings, Office, SecretSource, Security};
use mesad::store;

use crate::stage::{Stage, TOMAS, at, memorandum};
use crate::support::mailhost::MailHost;
use crate::{filing, mesa};

const SUBJECT: &str = "Desaprobación de informe técnico";

/// The configuration says where mails lie, too.
pub fn imap() -> MailboxSettings {
    MailboxSettings::Imap {
        server: Box::new(Imap {
            host: "localhost".into(),
            port: 993,
            security: Security::Tls,
            ca_file: None,
            user: "mesa".into(),
            login: Login::Password(SecretSource::Environment("UNUSED".into())),
            folder: "INBOX".into(),
            poll_seconds: 60,
        }),
        filing: filing(),
    }
}

fn on_a_server(office: &mut Office) {
    office.desk.mailbox = imap();
}

fn memo(report: u32) -> Vec<u8> {
    let text = memorandum(&format!("Informe N° {report}")).replace('\n', "\r\n");
    format!(
        "From: <{TOMAS}>\r\nTo: <mesa@sigec.example>\r\nMessage-ID: <m{report}@maule.example>\r\n\
         Subject: {SUBJECT}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    )
    .into_bytes()
}

/// All mails of the inbox, of `Procesados` and of `Revisar` count from 1, each for itself: a mail of
/// the lost time must not be taken for the one of that number that the inbox had.
#[test]
fn numbers_of_other_folders_are_not_those_of_the_inbox_and_places_are_known() {
    let host = MailHost::start(&["mesa"]);
    let mut stage = Stage::with(on_a_server);
    stage.work.ends.mailbox = mesa(&host);
    for report in 1..=2 {
        host.drop_into("mesa", &format!("{report}.a"), &memo(report));
    }
    stage.drain();
    let to = stage.folder.path().join("copy.sqlite");
    stage.world().store.back_up(&to, false, at(5, 10)).unwrap();
    // In the time that is lost: two requests, a mail for a person.
    stage.set(at(5, 11));
    for report in 3..=4 {
        host.drop_into("mesa", &format!("{report}.a"), &memo(report));
    }
    let other = "From: <x@otra.example>\r\nMessage-ID: <x@x>\r\nSubject: Hola\r\n\r\n¿Qué tal?\r\n";
    host.drop_into("mesa", "5.a", other.as_bytes());
    stage.drain();
    let sent = |stage: &Stage| {
        let sql = "SELECT message || ' ' || address || ' ' || message_id FROM notices
                   WHERE message <> 'alarm' ORDER BY 1";
        stage.column(sql)
    };
    let (told, known) = (sent(&stage), stage.column("SELECT number FROM requests"));
    assert_eq!(known.len(), 4);

    let folder = stage.stops();
    let place = folder.path().join("state/mesad.sqlite");
    let copy = folder.path().join("copy.sqlite");
    store::prepare(&copy, &place)
        .unwrap()
        .put(at(5, 12))
        .unwrap();
    let mut stage = Stage::starts_with(folder, at(5, 12), on_a_server).unwrap();
    stage.work.ends.mailbox = mesa(&host);
    // One more, which came while nothing ran.
    host.drop_into("mesa", "6.a", &memo(6));
    stage.drain();
    let numbers = stage.column("SELECT number FROM requests");
    assert_eq!(numbers[..4], known);
    assert_eq!(numbers.len(), 5, "{:?}", stage.reasons());
    let now = sent(&stage);
    for one in &told {
        assert_eq!(now.iter().filter(|n| *n == one).count(), 1, "{one}");
    }
    assert_eq!(now.len(), told.len() + 2, "the sixth mail's: {now:?}");
    assert_eq!(stage.books(|books| books.held()), []);
    // Where each lies is known at once, and nothing is left to be learnt.
    let unknown = "SELECT id || '' FROM inputs WHERE filed = 1 AND lies_uid IS NULL";
    assert_eq!(stage.column(unknown), [] as [String; 0]);
    let world = stage.work.world.clone();
    let mailbox = &mut stage.work.ends.mailbox;
    let report = reconcile::compare(mailbox, &world.store, world.clock.now()).unwrap();
    assert_eq!((report.lie(), report.accounted()), (6, 6));
    assert_eq!(report.gaps, []);
    assert_eq!(audit::verify(&world.store).unwrap().broken, []);
    assert_eq!(host.read_folder("mesa", "Procesados").len(), 5);
    assert_eq!(host.read_folder("mesa", "Revisar").len(), 1);
    // New mails of the inbox get UIDs that the restored ones do not stand in the way of.
    host.drop_into("mesa", "7.a", &memo(7));
    stage.drain();
    assert_eq!(stage.column("SELECT number FROM requests").len(), 6);
}
