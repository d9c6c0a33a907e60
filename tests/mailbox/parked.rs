//! Mails set aside: shown with what was tried, run again after a fix, by number or by kind.

use std::sync::Arc;

use mesad::desk::receive;

use crate::mesad;
use crate::stage::{Stage, TOMAS};

/// Two mails that are too large and one that cannot be read.
fn three_set_aside() -> Stage {
    let mut stage = Stage::with(|office| office.desk.limits.mail_bytes = 2_000);
    for words in ["Texto largo. ", "Otro texto largo. "] {
        stage.writes(TOMAS, "Consulta", &words.repeat(400));
    }
    stage.writes(TOMAS, "Consulta", "¿Me ayudan?\n");
    let mailbox = &mut stage.work.ends.mailbox;
    for mail in receive::look(mailbox, &stage.work.world).unwrap() {
        receive::take(mailbox, &stage.work.world, &mail).unwrap();
    }
    stage.damage("UPDATE contents SET whole = 0 WHERE input = 3");
    stage.drain();
    assert_eq!(
        stage.reasons(),
        ["too-large", "too-large", "too-many-tries"]
    );
    stage
}

#[test]
fn they_are_shown_with_reason_tries_and_since_when() {
    let stage = three_set_aside();
    let (done, text) = mesad(&stage, &["list", "--parked"]);
    assert!(done, "{text}");
    let line = |id: &str| text.lines().find(|l| l.starts_with(id)).unwrap();
    for words in [
        "2026-10-05 10:00",
        "tries 1+0",
        "too-large",
        TOMAS,
        "Consulta",
    ] {
        // A line of its own for each mail.
        assert!(line("mail:1 ").contains(words), "{words}: {text}");
    }
    // Three tries, and the one at which it was given up.
    assert!(line("mail:3 ").contains("tries 1+4"), "{text}");
    let (_, json) = mesad(&stage, &["list", "--parked", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["set_aside"][2]["handle_tries"], 4);
}

#[test]
fn all_of_a_kind_are_run_again_after_a_fix() {
    let mut stage = three_set_aside();
    let (done, text) = mesad(&stage, &["retry", "--all", "--reason", "demasiado"]);
    assert!(
        !done && text.contains("there are too-large, too-many-tries"),
        "{text}"
    );
    let mut office = (*stage.work.world.office).clone();
    office.desk.limits.mail_bytes = 1_000_000;
    stage.work.world.office = Arc::new(office);
    let (done, text) = mesad(&stage, &["retry", "--all", "--reason", "too-large"]);
    assert!(
        done && text.contains("mail 2 was never fetched whole"),
        "{text}"
    );
    stage.drain();
    assert_eq!(
        stage.reasons(),
        ["unclassified", "unclassified", "too-many-tries"]
    );
    stage.damage("UPDATE contents SET whole = 1 WHERE input = 3");
    let (done, text) = mesad(&stage, &["retry", "3"]);
    assert!(done && text.contains("mail 3 is handled again"), "{text}");
    stage.drain();
    assert_eq!(stage.reasons()[2], "unclassified");
    let (sound, text) = mesad(&stage, &["reconcile"]);
    assert!(sound, "{text}");
}

#[test]
fn tries_are_bounded_again_where_nothing_was_mended() {
    let mut stage = three_set_aside();
    mesad(&stage, &["retry", "1", "2"]);
    stage.drain();
    assert_eq!(
        stage.reasons(),
        ["too-large", "too-large", "too-many-tries"]
    );
    assert_eq!(
        stage.told("too-large"),
        [TOMAS, TOMAS],
        "each sender knows already"
    );
    // What fails again is given up again after as many tries.
    stage.damage("UPDATE contents SET whole = 1 WHERE input = 3");
    mesad(&stage, &["retry", "3"]);
    stage.damage("DELETE FROM contents WHERE input = 3");
    stage.drain();
    assert_eq!(stage.reasons()[2], "too-many-tries");
    assert_eq!(
        stage.column("SELECT cast(handle_tries AS TEXT) FROM inputs WHERE id = 3"),
        ["4"]
    );
}
