//! Mails on their way out.

use std::fs;
use std::net::TcpListener;

use chrono::TimeDelta;
use mesad::delivery::Delivery;
use mesad::desk::{decide, deliver, receive};
use mesad::office::{Security, Smtp};

use crate::stage::{OPERATORS, Stage, TOMAS, at};

/// Reads and decides what lies in the mailbox and sends nothing.
fn decide_all(stage: &mut Stage) {
    let mailbox = &mut stage.work.ends.mailbox;
    for mail in receive::look(mailbox, &stage.work.world).unwrap() {
        receive::take(mailbox, &stage.work.world, &mail).unwrap();
    }
    while decide::turn(&stage.work.world).unwrap() != decide::Decided::Nothing {}
}

fn asks(stage: &mut Stage, number: u32) {
    let text = format!("¿Me ayudan con la consulta {number}?\n");
    stage.writes(TOMAS, &format!("Consulta {number}"), &text);
}

/// Where the mail to somebody would be written, something lies: only this mail fails.
fn block(stage: &Stage, address: &str) -> Vec<std::path::PathBuf> {
    let sql =
        format!("SELECT message_id FROM notices WHERE state = 'due' AND address = '{address}'");
    let path = |id: String| stage.folder.path().join(format!("mail/out/{id}.eml"));
    let blocked: Vec<_> = stage.column(&sql).into_iter().map(path).collect();
    for path in &blocked {
        fs::create_dir_all(path.join("x")).unwrap();
    }
    blocked
}

#[test]
fn the_cap_counts_the_office_s_day_and_puts_off_to_the_next_one_s_opening() {
    let mut stage = Stage::with(|office| office.desk.limits.mails_per_address_and_day = 2);
    stage.set(at(5, 17));
    for number in 0..3 {
        asks(&mut stage, number);
    }
    stage.drain();
    assert_eq!(stage.told("triage-received").len(), 2);
    let opening = at(6, 9);
    let next = stage.books(|b| b.next_due()).unwrap();
    assert!(at(6, 0) < next && next <= opening, "{next}");
    // Sixteen hours later, which is another day all the same.
    stage.set(opening);
    stage.drain();
    assert_eq!(stage.told("triage-received").len(), 3);
}

#[test]
fn after_five_days_of_tries_a_person_is_told() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    decide_all(&mut stage);
    block(&stage, TOMAS);
    // The desk was down for six days: the first try is not the last.
    stage.set(at(11, 10));
    stage.drain();
    let states = "SELECT state FROM notices WHERE address = 'tzepeda@maule.seremi.example'";
    assert_eq!(stage.column(states), ["due"]);
    for hour in (0..=132).step_by(12) {
        stage.set(at(11, 11) + TimeDelta::hours(hour));
        stage.drain();
        assert!(
            stage.sent("undeliverable").is_empty() || hour >= 120,
            "{hour}"
        );
    }
    assert_eq!(stage.column(states), ["failed"]);
    assert_eq!(stage.told("undeliverable"), OPERATORS);
    assert!(stage.sent("undeliverable")[0].text.contains(TOMAS));
}

#[test]
fn a_dead_address_of_the_desk_s_people_is_told_to_the_other_one_and_never_in_a_circle() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    decide_all(&mut stage);
    block(&stage, OPERATORS[0]);
    stage.drain();
    stage.set(at(16, 10));
    // The word about the first fails too.
    for _ in 0..3 {
        stage.drain();
        stage.set(stage.world().clock.now() + TimeDelta::hours(5));
        block(&stage, OPERATORS[0]);
    }
    assert_eq!(stage.told("undeliverable"), [OPERATORS[1]]);
}

#[test]
fn both_dead_addresses_of_the_desk_s_people_do_not_write_about_each_other() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    decide_all(&mut stage);
    for hour in (0..24 * 8).step_by(8) {
        stage.set(at(5, 10) + TimeDelta::hours(hour));
        for operator in OPERATORS {
            block(&stage, operator);
        }
        stage.drain();
    }
    let words = stage.column("SELECT address FROM notices WHERE message = 'undeliverable'");
    // One word about each failed mail (two of triage, and digests), none about a word.
    let failed = stage.column(
        "SELECT message FROM notices WHERE state = 'failed' AND message <> 'undeliverable'",
    );
    assert!(!failed.is_empty());
    assert_eq!(words.len(), failed.len());
}

#[test]
fn a_try_is_counted_before_it_is_made() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    decide_all(&mut stage);
    let blocked = block(&stage, TOMAS);
    stage.drain();
    let tries =
        "SELECT tries || ' ' || (first_tried_at IS NOT NULL) || ' ' || (due_at - created_at)
                 FROM notices WHERE message = 'triage-received'";
    assert_eq!(stage.column(tries), ["1 1 60000000"]);
    let name = blocked[0].file_name().unwrap().to_owned();
    fs::remove_dir_all(&blocked[0]).unwrap();
    // Where nothing can be written, nothing can be counted, and nothing is sent.
    stage.set(at(5, 12));
    stage.alter(
        "CREATE TRIGGER full BEFORE UPDATE OF tries ON notices
         BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    assert!(stage.try_drain().is_err());
    assert!(!stage.folder.path().join("mail/out").join(&name).exists());
    stage.alter("DROP TRIGGER full");
    stage.drain();
    assert_eq!(stage.told("triage-received"), [TOMAS]);
}

#[test]
fn a_notice_that_cannot_be_read_is_put_off_then_told_and_the_others_leave() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    decide_all(&mut stage);
    stage.damage("UPDATE notices SET body = '{' WHERE message = 'triage-received'");
    stage.drain();
    assert_eq!(stage.told("triage"), OPERATORS);
    for hour in 11..15 {
        stage.set(at(5, hour));
        stage.drain();
    }
    let state = "SELECT state FROM notices WHERE message = 'triage-received'";
    assert_eq!(stage.column(state), ["failed"]);
    assert_eq!(stage.told("undeliverable"), OPERATORS);
}

#[test]
fn the_digest_goes_out_once_each_working_day() {
    let mut stage = Stage::begin();
    stage.drain();
    assert!(
        stage.sent("digest").is_empty(),
        "nothing to look back on yet"
    );
    asks(&mut stage, 1);
    stage.drain();
    stage.set(at(6, 7));
    stage.drain();
    assert!(stage.sent("digest").is_empty(), "the office is closed");
    for hour in [10, 16] {
        stage.set(at(6, hour));
        stage.drain();
        assert_eq!(stage.told("digest"), OPERATORS);
    }
}

#[test]
fn one_turn_sends_one_mail() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    decide_all(&mut stage);
    let before = stage.books(|b| b.count_due());
    let turned = deliver::turn(&mut stage.work.ends.delivery, &stage.work.world).unwrap();
    assert_eq!(turned, deliver::Delivered::Notice);
    assert_eq!(stage.books(|b| b.count_due()), before - 1);
}

/// Nobody waits a minute for each of five hundred mails: after the first the pass ends, and the
/// next one begins with another mail.
#[test]
fn a_silent_server_ends_the_pass_and_each_mail_has_its_turn() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    decide_all(&mut stage);
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Smtp {
        host: "127.0.0.1".to_owned(),
        port: silent.local_addr().unwrap().port(),
        security: Security::Plain,
        ca_file: None,
        login: None,
        timeout_seconds: 1,
    };
    let secret = Box::new(|| Err("no login".to_owned()));
    stage.work.ends.delivery = Delivery::smtp(server, secret).unwrap();
    let tried = "SELECT CAST(id AS TEXT) FROM notices WHERE tries = 1 ORDER BY id";
    for passes in 1..=2 {
        let turned = deliver::turn(&mut stage.work.ends.delivery, &stage.work.world).unwrap();
        assert_eq!(turned, deliver::Delivered::Unreached);
        assert_eq!(stage.column(tried).len(), passes);
    }
}
