//! Requests that cannot be woken.

use chrono::TimeDelta;
use mesad::desk::wake;

use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, at, memorandum};

#[test]
fn a_request_that_cannot_be_read_is_put_off_and_told_and_the_others_wake() {
    let mut stage = Stage::begin();
    for report in ["Informe N° 1", "Informe N° 2"] {
        stage.writes(
            TOMAS,
            "Desaprobación de informe técnico",
            &memorandum(report),
        );
    }
    stage.drain();
    assert_eq!(stage.told("approval-request"), [BEATRIZ, BEATRIZ]);
    stage.damage("UPDATE requests SET body = '{', wake_at = 1 WHERE id = 1");
    stage.set(at(14, 10));
    assert!(wake::turn(stage.world()).unwrap());
    while wake::turn(stage.world()).unwrap() {}
    let woken = stage.column("SELECT outcome FROM journal WHERE request = 2 ORDER BY id");
    assert!(woken.len() > 1, "{woken:?}");
    // Told once, however often it is tried.
    stage.set(at(14, 12));
    while wake::turn(stage.world()).unwrap() {}
    let told = "SELECT address FROM notices WHERE message = 'triage' ORDER BY address";
    assert_eq!(stage.column(told), OPERATORS);
    // The day at a glance shows it among the others.
    stage.set(at(15, 10));
    stage.drain();
    let digest = stage.sent("digest");
    assert_eq!(digest.len(), 2);
    assert!(digest[0].text.contains("000001") && digest[0].text.contains("000002"));
}

#[test]
fn a_request_that_would_be_woken_without_end_is_put_off_and_told() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.drain();
    stage.set(at(6, 13));
    while wake::turn(stage.world()).unwrap() {}
    // The step is over a little after the moment that its row can hold.
    stage.damage(
        "UPDATE requests SET
             body = json_set(body, '$.state.due', '2026-10-06T17:30:00.0000005Z')
         WHERE id = 1",
    );
    stage.set(at(6, 14));
    while wake::turn(stage.world()).unwrap() {}
    let journal = "SELECT outcome FROM journal WHERE request = 1 ORDER BY id";
    let before = stage.column(journal);
    stage.set(at(6, 14) + TimeDelta::minutes(30));
    let mut turns = 0;
    while wake::turn(stage.world()).unwrap() {
        turns += 1;
        assert!(turns < 20, "it does not come to rest");
    }
    assert_eq!(stage.column(journal), before);
    let told = "SELECT address FROM notices WHERE message = 'triage' ORDER BY address";
    assert_eq!(stage.column(told), OPERATORS);
    // An hour later the moment has come.
    stage.set(at(6, 16));
    while wake::turn(stage.world()).unwrap() {}
    assert_eq!(stage.column(journal).last().unwrap(), "overdue");
}
