//! Mails on their way in.

use std::fs;
use std::sync::Arc;

use mesad::desk::operate::{self, Again};
use mesad::desk::{DeskError, decide, file, receive};
use mesad::mailbox::MailboxError;
use mesad::sandbox::Sandbox;

use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, memorandum};

/// Stores what lies in the mailbox and decides nothing.
fn store(stage: &mut Stage) {
    let mailbox = &mut stage.work.ends.mailbox;
    for mail in receive::look(mailbox, &stage.work.world).unwrap() {
        receive::take(mailbox, &stage.work.world, &mail).unwrap();
    }
}

#[test]
fn a_poisonous_mail_is_set_aside_and_told_and_the_others_go_on() {
    let mut stage = Stage::begin();
    stage.writes(TOMAS, "Consulta", "¿Me ayudan con algo?\n");
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    store(&mut stage);
    stage.damage("DELETE FROM contents WHERE input = 1");
    stage.drain();
    assert_eq!(stage.reasons()[0], "too-many-tries");
    assert_eq!(stage.books(|b| b.list_requests(true)).len(), 1);
    assert_eq!(stage.told("triage"), OPERATORS);
    let told = stage.sent("triage")[0].text.clone();
    assert!(
        told.contains("no se pudo leer") && told.contains("mail 1"),
        "{told}"
    );
}

#[test]
fn a_reader_that_is_not_there_costs_tries_and_a_retry_mends_it() {
    let mut stage = Stage::begin();
    stage.work.world.sandbox = Sandbox::child("/nonexistent/mesad");
    let mail = format!(
        "Message-ID: <d@maule.example>\r\nFrom: <{TOMAS}>\r\nTo: <mesa@sigec.example>\r\n\
         Subject: Consulta\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         Va adjunto.\r\n--b\r\nContent-Type: application/pdf; name=\"memo.pdf\"\r\n\
         Content-Disposition: attachment; filename=\"memo.pdf\"\r\n\r\n%PDF-1.4 x\r\n--b--\r\n"
    );
    stage.drops(mail.as_bytes());
    stage.drain();
    assert_eq!(stage.reasons(), ["too-many-tries"]);
    let told = stage.sent("triage")[0].text.clone();
    assert!(told.contains(TOMAS) && told.contains("Consulta"), "{told}");
    stage.work.world.sandbox = Sandbox::child(env!("CARGO_BIN_EXE_mesad"));
    let world = stage.world();
    let retry = |id| operate::retry(&world.store, id, "ana", world.clock.now()).unwrap();
    assert_eq!(retry(1), Again::Handled);
    assert_eq!(retry(1), Again::Nothing);
    stage.drain();
    assert_eq!(stage.reasons(), ["unclassified"]);
    let noted = stage.column(
        "SELECT event FROM journal JOIN journal_contents ON entry = id
         WHERE outcome = 'retried' AND input = 1",
    );
    assert_eq!(noted, [r#"{"operator":"ana"}"#]);
}

#[test]
fn a_mail_that_is_too_large_is_answered_once_and_fetched_when_an_operator_says_so() {
    let mut stage = Stage::with(|office| office.desk.limits.mail_bytes = 2_000);
    let name = stage.writes(TOMAS, "Consulta", &"Texto largo. ".repeat(400));
    stage.drain();
    stage.drain();
    assert_eq!(stage.reasons(), ["too-large"]);
    assert_eq!(stage.told("too-large"), [TOMAS]);
    let world = stage.world();
    let again = operate::retry(&world.store, 1, "ana", world.clock.now()).unwrap();
    assert_eq!(again, Again::Fetched);
    // It is fetched from where it was filed; but nothing has changed, and its sender knows.
    stage.drain();
    assert_eq!(stage.reasons(), ["too-large"]);
    assert_eq!(stage.told("too-large"), [TOMAS]);
    let mut office = (*stage.work.world.office).clone();
    office.desk.limits.mail_bytes = 1_000_000;
    stage.work.world.office = Arc::new(office);
    let world = stage.world();
    operate::retry(&world.store, 1, "ana", world.clock.now()).unwrap();
    stage.drain();
    assert!(
        stage
            .maildir()
            .join(format!(".Revisar/cur/{name}:2,"))
            .is_file()
    );
    assert_eq!(stage.reasons(), ["unclassified"]);
}

#[test]
fn strangers_with_large_mails_get_no_answer_but_the_desk_hears_of_it() {
    let mut stage = Stage::with(|office| office.desk.limits.mail_bytes = 2_000);
    stage.writes(
        "alguien@otra.example",
        "Oferta",
        &"Texto largo. ".repeat(400),
    );
    stage.drain();
    assert!(stage.sent("too-large").is_empty());
    assert_eq!(stage.told("triage"), OPERATORS);
}

#[test]
fn a_mail_that_is_sent_twice_is_handled_once_and_one_with_another_body_for_itself() {
    let mut stage = Stage::begin();
    let text = memorandum("Informe N° 1");
    let subject = "Desaprobación de informe técnico";
    for trace in ["a", "b"] {
        let received = format!("Received: from {trace}.example; Mon, 5 Oct 2026 10:00:00 -0300");
        stage.delivers(
            &[&received, "Message-ID: <same@maule.example>"],
            TOMAS,
            subject,
            &text,
        );
    }
    let other = memorandum("Informe N° 2");
    stage.delivers(
        &["Message-ID: <same@maule.example>"],
        TOMAS,
        subject,
        &other,
    );
    stage.drain();
    assert_eq!(stage.reasons(), ["opening", "repeated", "opening"]);
    assert_eq!(stage.books(|b| b.list_requests(true)).len(), 2);
}

/// The copy that was stored first may be handled second: reception counts.
#[test]
fn the_copy_that_was_received_first_is_the_one_that_counts() {
    let mut stage = Stage::begin();
    for _ in 0..2 {
        let id = "Message-ID: <same@maule.example>";
        stage.delivers(&[id], TOMAS, "Consulta", "¿Me ayudan?\n");
    }
    store(&mut stage);
    stage.damage("UPDATE inputs SET received_at = received_at + 60000000 WHERE id = 1");
    stage.drain();
    assert_eq!(stage.reasons(), ["repeated", "unclassified"]);
    // Handled again it is no repetition of the copy that was set aside as one.
    let world = stage.world();
    operate::retry(&world.store, 2, "ana", world.clock.now()).unwrap();
    stage.drain();
    assert_eq!(stage.reasons(), ["repeated", "unclassified"]);
}

#[test]
fn a_mail_that_goes_away_before_it_is_fetched_is_closed_and_taken_if_it_comes_back() {
    let mut stage = Stage::begin();
    let name = stage.writes(TOMAS, "Consulta", "¿Me ayudan?\n");
    let (file, away) = (
        stage.maildir().join("new").join(&name),
        stage.folder.path().join("away"),
    );
    let mailbox = &mut stage.work.ends.mailbox;
    let arrived = receive::look(mailbox, &stage.work.world).unwrap();
    fs::rename(&file, &away).unwrap();
    receive::take(mailbox, &stage.work.world, &arrived[0]).unwrap();
    assert_eq!(stage.reasons(), ["gone"]);
    assert_eq!(stage.books(|b| b.count_inputs()).seen, 0);
    fs::rename(&away, &file).unwrap();
    stage.drain();
    assert_eq!(stage.reasons(), ["unclassified"]);
}

#[test]
fn one_mail_that_cannot_be_filed_does_not_keep_the_others_from_it() {
    let mut stage = Stage::begin();
    let names: Vec<String> = (0..3)
        .map(|n| stage.writes(TOMAS, &format!("Consulta {n}"), &format!("¿Ayuda {n}?\n")))
        .collect();
    store(&mut stage);
    while decide::turn(stage.world()).unwrap() != decide::Decided::Nothing {}
    // Where the first should go, something lies that it cannot replace.
    let review = stage.maildir().join(".Revisar/cur");
    let blocked = review.join(format!("{}:2,", names[0]));
    fs::create_dir_all(blocked.join("x")).unwrap();
    let done = file::turn(&mut stage.work.ends.mailbox, &stage.work.world).unwrap();
    assert_eq!(done.filed, 2);
    assert!(
        matches!(done.error, Some(MailboxError::Retry(_))),
        "{:?}",
        done.error
    );
    assert!(matches!(stage.try_drain(), Err(DeskError::Mailbox(_))));
    fs::remove_dir_all(&blocked).unwrap();
    stage.drain();
    assert!(
        names
            .iter()
            .all(|n| review.join(format!("{n}:2,")).is_file())
    );
}

#[test]
fn a_mailbox_out_of_reach_is_reported_after_everything_else_is_done() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    store(&mut stage);
    fs::rename(stage.maildir(), stage.folder.path().join("elsewhere")).unwrap();
    assert!(matches!(stage.try_drain(), Err(DeskError::Mailbox(_))));
    assert_eq!(stage.told("acknowledgement"), [TOMAS]);
}

/// Started every few minutes by a timer, each time as a process of its own: silence counts from the
/// last look of any of them, and is told once.
#[test]
fn a_desk_that_works_once_tells_how_long_its_mailbox_is_silent() {
    let mut stage = Stage::begin();
    let begin = stage.world().clock.now();
    let alarms = "SELECT kind || ' ' || (ended_at IS NULL) FROM alarms";
    stage.once().unwrap();
    let elsewhere = stage.folder.path().join("elsewhere");
    fs::rename(stage.maildir(), &elsewhere).unwrap();
    for minutes in [10, 20, 29] {
        stage.set(begin + chrono::TimeDelta::minutes(minutes));
        assert!(stage.once().is_err());
        assert_eq!(stage.column(alarms), [] as [String; 0], "{minutes}");
    }
    for minutes in [30, 40, 50] {
        stage.set(begin + chrono::TimeDelta::minutes(minutes));
        assert!(stage.once().is_err());
        assert_eq!(stage.column(alarms), ["no-fetch 1"], "{minutes}");
    }
    assert_eq!(stage.told("alarm"), OPERATORS);
    fs::rename(elsewhere, stage.maildir()).unwrap();
    stage.once().unwrap();
    assert_eq!(stage.column(alarms), ["no-fetch 0"]);
    assert_eq!(stage.told("alarm").len(), 2 * OPERATORS.len());
}

/// A program that sends our mail back without any mark of a quote: its words are ours, and decide
/// nothing; what a person writes above them does.
#[test]
fn an_answer_written_into_our_unmarked_mail_counts() {
    let mut stage = Stage::begin();
    let report = memorandum("Informe N° 1");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    stage.drain();
    let asked = stage.sent("approval-request")[0].clone();
    let head = "De: Mesa de Ayuda <mesa@sigec.test>\nEnviado el: lunes 2 9:30\n\
                Para: Beatriz\nAsunto: Solicitud\n";
    let state = |stage: &Stage| stage.column("SELECT state FROM requests");
    let untouched = format!("{head}\n{}", asked.text);
    stage.writes(BEATRIZ, "RE: Solicitud", &untouched);
    stage.drain();
    assert_eq!(state(&stage), ["awaiting-approval"]);
    let written = format!("{head}\n{}\n\nSí, lo apruebo.", asked.text);
    stage.writes(BEATRIZ, "RE: Solicitud", &written);
    stage.drain();
    assert_eq!(state(&stage), ["awaiting-work"]);
}

#[test]
fn our_own_words_that_come_back_unmarked_decide_nothing() {
    let mut stage = Stage::begin();
    let report = memorandum("Informe N° 1");
    stage.writes(TOMAS, "Desaprobación de informe técnico", &report);
    stage.drain();
    let asked = stage.sent("approval-request")[0].clone();
    assert_eq!(asked.address, BEATRIZ);
    let state = |stage: &Stage| stage.column("SELECT state FROM requests");
    stage.writes(
        BEATRIZ,
        "Re: su mensaje",
        &format!("Hemos recibido su correo.\n\n{}", asked.text),
    );
    stage.drain();
    assert_eq!(state(&stage), ["awaiting-approval"]);
    assert_eq!(stage.told("decision-unclear"), [BEATRIZ]);
    stage.writes(
        BEATRIZ,
        "Re: su mensaje",
        &format!("Apruebo\n\n{}", asked.text),
    );
    stage.drain();
    assert_eq!(state(&stage), ["awaiting-work"]);
}
