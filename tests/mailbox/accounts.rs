//! N in the mailbox, N accounted for.

use std::fs;

use chrono::TimeDelta;
use mesad::desk::alarm;
use mesad::desk::health::Pulse;
use mesad::desk::reconcile::{self, GapKind, Report};
use mesad::mailbox::{Folder, maildir};

use crate::stage::{OPERATORS, Stage, TOMAS, at, memorandum};
use crate::support::mailhost::MailHost;
use crate::{mail, mesa, mesad};

fn report(stage: &mut Stage) -> Report {
    let world = stage.work.world.clone();
    reconcile::compare(
        &mut stage.work.ends.mailbox,
        &world.store,
        world.clock.now(),
    )
    .unwrap()
}

fn kinds(report: &Report) -> Vec<GapKind> {
    report.gaps.iter().map(|gap| gap.kind).collect()
}

/// A desk with one mail handled, one set aside.
fn two_mails() -> Stage {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.writes(TOMAS, "Consulta", "¿Me ayudan con algo?\n");
    stage.drain();
    stage
}

#[test]
fn everything_is_accounted_for_in_a_maildir() {
    let mut stage = two_mails();
    stage.writes(TOMAS, "Consulta", "Otra cosa\n");
    let found = report(&mut stage);
    assert_eq!((found.lie(), found.accounted()), (3, 3));
    assert_eq!(kinds(&found), []);
    let awaited: Vec<usize> = found.counts.iter().map(|c| c.awaited).collect();
    assert_eq!(awaited, [1, 0, 0], "the third is taken at the next look");
    stage.drain();
    let (sound, text) = mesad(&stage, &["reconcile"]);
    assert!(sound, "{text}");
    assert!(text.contains("3 in the mailbox, 3 accounted for"), "{text}");
    assert!(text.contains("Procesados       1 mails, 1 known"), "{text}");
    assert!(text.contains("Revisar          2 mails, 2 known"), "{text}");
}

#[test]
fn what_a_person_deletes_is_told_and_is_no_gap() {
    let mut stage = two_mails();
    let folder = stage.maildir().join(".Procesados/cur");
    let file = fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::remove_file(file).unwrap();
    let found = report(&mut stage);
    assert_eq!((found.lie(), found.accounted(), found.missing), (1, 1, 1));
    assert_eq!((kinds(&found), found.missing_first), (vec![], vec![1]));
}

#[test]
fn a_gap_of_each_kind_is_found_and_told_once() {
    let mut stage = two_mails();
    // Somebody moved a mail among those that were handled before the desk had seen it.
    let done = stage.maildir().join(".Procesados");
    maildir::deliver(&done, "ajeno", at(5, 10), &mail("ajeno")).unwrap();
    // One is stored and never decided, one handled and never filed.
    stage.damage("UPDATE inputs SET state = 'stored', fate = '' WHERE id = 1");
    stage.damage("UPDATE inputs SET filed = 0 WHERE id = 2");
    stage.writes(TOMAS, "Consulta", "Otra cosa\n");
    assert_eq!(
        kinds(&report(&mut stage)),
        [GapKind::Unknown],
        "the rest is on its way"
    );
    stage.set(at(5, 13));
    let found = report(&mut stage);
    let expected = [
        GapKind::NotHandled,
        GapKind::NotFiled,
        GapKind::NotTaken,
        GapKind::Unknown,
    ];
    assert_eq!(kinds(&found), expected);
    assert_eq!((found.lie(), found.accounted()), (4, 2));
    let unknown = found.gaps.last().unwrap();
    assert_eq!(unknown.message_id, "ajeno@ministerio.test");
    assert_eq!(unknown.lies.as_ref().unwrap().0, Folder::Done);
    let (sound, text) = mesad(&stage, &["reconcile"]);
    assert!(!sound);
    assert!(text.contains("GAP unknown"), "{text}");
    assert!(
        text.contains("<ajeno@ministerio.test> is filed and the desk does not know"),
        "{text}"
    );
    let (_, json) = mesad(&stage, &["reconcile", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["in_mailbox"], 4);
    assert_eq!(json["gaps"].as_array().unwrap().len(), 4);

    // By night the desk finds it by itself, what it can mend is mended, and tells it once.
    let world = stage.work.world.clone();
    for (day, hour, due) in [
        (5, 20, false),
        (6, 2, false),
        (6, 4, true),
        (6, 5, false),
        (7, 4, true),
    ] {
        stage.set(at(day, hour));
        let done = reconcile::turn(&mut stage.work.ends.mailbox, &world).unwrap();
        assert_eq!(done, due, "{day}. {hour}:00");
    }
    // One alarm, however many nights it stands; it ends when there is no gap any more.
    let pulse = Pulse::begin(world.clock.now());
    for _ in 0..2 {
        alarm::turn(&world, &pulse).unwrap();
    }
    stage.drain();
    assert_eq!(alarms(&stage).len(), OPERATORS.len());
    assert!(
        alarms(&stage)[0].contains("ajeno@ministerio.test"),
        "{:?}",
        alarms(&stage)
    );
    fs::remove_dir_all(done.join("new")).unwrap();
    fs::create_dir(done.join("new")).unwrap();
    stage.set(at(8, 4));
    assert!(reconcile::turn(&mut stage.work.ends.mailbox, &world).unwrap());
    assert_eq!(kinds(&report(&mut stage)), []);
}

/// What the desk's people were told of gaps.
fn alarms(stage: &Stage) -> Vec<String> {
    let texts = stage.sent("alarm").into_iter().map(|sent| sent.text);
    texts
        .filter(|text| text.contains("mesad reconcile"))
        .collect()
}

#[test]
fn a_desk_that_does_not_run_at_night_compares_by_day() {
    let mut stage = two_mails();
    let world = stage.work.world.clone();
    stage.set(at(6, 10));
    assert!(!reconcile::turn(&mut stage.work.ends.mailbox, &world).unwrap());
    stage.set(at(6, 17) + TimeDelta::minutes(1));
    assert!(reconcile::turn(&mut stage.work.ends.mailbox, &world).unwrap());
}

#[test]
fn on_a_real_server_places_are_learnt_and_learnt_again() {
    let host = MailHost::start(&["mesa"]);
    let mut stage = Stage::begin();
    stage.work.ends.mailbox = mesa(&host);
    for (name, subject) in [("1.a", "a"), ("2.b", "b"), ("3.c", "c")] {
        host.drop_into("mesa", name, &mail(subject));
    }
    stage.drain();
    let found = report(&mut stage);
    assert_eq!((found.lie(), found.accounted()), (3, 3));
    assert_eq!(kinds(&found), []);
    // As after an upgrade, or a death between the move and its record: known by what they are.
    stage.damage("UPDATE inputs SET lies_in = '', lies_validity = NULL, lies_uid = NULL");
    stage.damage("UPDATE inputs SET message_id = '' WHERE id = 2");
    let found = report(&mut stage);
    assert_eq!((found.lie(), found.accounted(), found.missing), (3, 3, 0));
    assert_eq!(kinds(&found), []);
    let world = stage.work.world.clone();
    stage.set(at(7, 4));
    assert!(reconcile::turn(&mut stage.work.ends.mailbox, &world).unwrap());
    let placed = stage.column("SELECT lies_in FROM inputs WHERE lies_uid IS NOT NULL");
    assert_eq!(placed.len(), 3, "{placed:?}");
    // The UIDs of the folders mean other mails after a restore of the server.
    host.kill_dovecot();
    host.new_uidvalidity("mesa");
    host.start_dovecot();
    let found = reconcile::compare(&mut mesa(&host), &world.store, world.clock.now()).unwrap();
    assert_eq!((found.lie(), found.accounted()), (3, 3));
}
