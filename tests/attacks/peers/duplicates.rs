//! Mails that were taken twice, or for one another.

use std::fs;

use mesad::desk::receive;

use super::{begun, count, ended, first, id_of, replies};
use crate::stage::{Stage, TOMAS, at};

/// D1: a mail that cannot be filed is no new mail. https://github.com/zammad/zammad/issues/1662
/// D2: nor is one that is listed again. https://github.com/zammad/zammad/issues/78
/// D3: nor at each look. https://github.com/osTicket/osTicket/issues/494,
/// https://github.com/osTicket/osTicket/issues/1908
#[test]
fn d1_d2_d3_what_stays_in_the_mailbox_opens_one_request() {
    let mut stage = Stage::begin();
    let name = first(&mut stage, "<first@maule.example>", 1);
    let blocked = stage.maildir().join(format!(".Procesados/cur/{name}:2,"));
    fs::create_dir_all(blocked.join("x")).unwrap();
    for minute in 0..5 {
        stage.set(at(5, 10) + chrono::TimeDelta::minutes(minute));
        assert!(stage.try_drain().is_err(), "it cannot be filed");
    }
    assert_eq!(count(&stage, "requests"), "1");
    assert_eq!(stage.told("acknowledgement"), [TOMAS]);
}

/// D4: one mail that fails does not have the others made twice.
/// https://github.com/glpi-project/glpi/issues/24200
#[test]
fn d4_mails_around_one_that_fails_are_handled_once() {
    let mut stage = Stage::begin();
    for report in 1..4 {
        first(&mut stage, &format!("<n{report}@maule.example>"), report);
    }
    let mailbox = &mut stage.work.ends.mailbox;
    for mail in receive::look(mailbox, &stage.work.world).unwrap() {
        receive::take(mailbox, &stage.work.world, &mail).unwrap();
    }
    stage.damage("DELETE FROM contents WHERE input = 2");
    for _ in 0..5 {
        stage.drain();
    }
    assert_eq!(stage.reasons(), ["opening", "too-many-tries", "opening"]);
    assert_eq!(stage.told("acknowledgement"), [TOMAS, TOMAS]);
}

/// D5: an answer to a request that is closed opens nothing, each time.
/// https://github.com/glpi-project/glpi/issues/24760
#[test]
fn d5_thanks_after_the_end_open_nothing_and_are_filed() {
    let mut stage = begun();
    ended(&mut stage);
    let resolution = id_of(&stage, "resolution");
    for _ in 0..3 {
        replies(
            &mut stage,
            TOMAS,
            &resolution,
            "RE: Informe",
            "Muchas gracias.\n",
        );
    }
    assert_eq!(count(&stage, "requests"), "1");
    let new = fs::read_dir(stage.maildir().join("new")).unwrap().count();
    let cur = fs::read_dir(stage.maildir().join("cur")).unwrap().count();
    assert_eq!((new, cur), (0, 0), "nothing lies about to be met again");
}

/// D6: filing moves, and leaves no copy. https://github.com/osTicket/osTicket/issues/5645
#[test]
fn d6_a_filed_mail_lies_in_one_place() {
    let mut stage = Stage::begin();
    let name = first(&mut stage, "<first@maule.example>", 1);
    stage.drain();
    let mut found = vec![];
    for folder in [
        "new",
        "cur",
        ".Procesados/new",
        ".Procesados/cur",
        ".Revisar/cur",
    ] {
        let Ok(files) = fs::read_dir(stage.maildir().join(folder)) else {
            continue;
        };
        let names = files.map(|f| f.unwrap().file_name().to_string_lossy().into_owned());
        found.extend(names.filter(|n| n.starts_with(&name)).map(|_| folder));
    }
    assert_eq!(found, [".Procesados/cur"]);
}

/// D7: a reply to all of a mail that had us in copy belongs to its request.
/// https://github.com/osTicket/osTicket/issues/1426, https://github.com/zammad/zammad/issues/1578
#[test]
fn d7_a_reply_to_all_of_the_first_mail_opens_no_second_request() {
    let mut stage = begun();
    let from = "secretaria@maule.seremi.example";
    let subject = format!("RE: {}", super::SUBJECT);
    let text = "Tomás, te faltó adjuntar el acta.\n";
    replies(&mut stage, from, "first@maule.example", &subject, text);
    assert_eq!(count(&stage, "requests"), "1");
    assert_eq!(super::state(&stage), "awaiting-approval");
}

/// D8: a mail that was moved away and back has a new number and is the same mail.
/// https://github.com/postalsys/emailengine/issues/64
#[test]
fn d8_a_mail_that_comes_back_under_another_number_is_the_same() {
    let mut stage = Stage::begin();
    for _ in 0..2 {
        first(&mut stage, "<first@maule.example>", 1);
        stage.drain();
    }
    assert_eq!(stage.reasons(), ["opening", "repeated"]);
    assert_eq!(count(&stage, "requests"), "1");
}

/// D9: two mails with one Message-ID are two mails.
/// https://github.com/thunderbird-conversations/thunderbird-conversations/issues/1268
#[test]
fn d9_another_mail_with_the_same_id_does_not_vanish() {
    let mut stage = Stage::begin();
    for report in [1, 2] {
        first(&mut stage, "<same@maule.example>", report);
        stage.drain();
    }
    assert_eq!(stage.reasons(), ["opening", "opening"]);
}
