//! Orders of operators that time, or somebody else, overtakes.

use chrono::NaiveDate;
use mesad::desk::command::{Command, Order, RequestOrder};
use mesad::desk::operate;
use mesad::office::PersonId;
use mesad::request::{Operator, RequestId, Ruling};

use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

fn begin() -> Stage {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe 1"),
    );
    stage.drain();
    stage
}

fn command(order: Order) -> Command {
    Command {
        by: Operator {
            login: "vosorio".to_owned(),
            person: None,
        },
        reason: "Lo dijo por teléfono".to_owned(),
        order,
    }
}

fn gives(stage: &Stage, order: Order) {
    let now = stage.world().clock.now();
    operate::give(&stage.world().store, &command(order), now).unwrap();
}

fn approval() -> Order {
    Order::Request {
        request: RequestId(1),
        act: RequestOrder::Decide(Ruling::Approve),
    }
}

fn holders(stage: &Stage) -> Vec<String> {
    stage.column("SELECT address FROM holders WHERE request = 1 ORDER BY address")
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
}

#[test]
fn an_absence_that_begins_later_is_seen_to_on_its_first_day() {
    let mut stage = begin();
    let person = || PersonId("beatriz-alcaino".to_owned());
    gives(
        &stage,
        Order::AbsenceAdd {
            person: person(),
            from: day(6),
            until: day(9),
            substitute: Some(PersonId("pilar-sotomayor".to_owned())),
        },
    );
    stage.drain();
    assert_eq!(holders(&stage), [BEATRIZ]);
    stage.set(at(6, 9));
    stage.drain();
    let both = [BEATRIZ, "psotomayor@ministerio.example"];
    assert_eq!(holders(&stage), both);
    // Seen to once.
    stage.drain();
    assert_eq!(stage.told("approval-request"), both);
    let journal = stage.column("SELECT outcome FROM journal WHERE cell = 'operator:vosorio'");
    assert_eq!(journal, ["substitute-asked"]);
    gives(&stage, Order::AbsenceEnd { person: person() });
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe 2"),
    );
    stage.drain();
    // Orders come after the mails that lay there; what follows finds her back.
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe 3"),
    );
    stage.drain();
    let third = stage.column("SELECT address FROM holders WHERE request = 3");
    assert_eq!(third, [BEATRIZ]);
}

#[test]
fn an_order_that_something_overtook_is_refused_and_journalled() {
    let mut stage = begin();
    gives(&stage, approval());
    gives(&stage, approval());
    gives(
        &stage,
        Order::Request {
            request: RequestId(9),
            act: RequestOrder::Withdraw,
        },
    );
    stage.drain();
    let ended = stage.column("SELECT state || ': ' || words FROM commands ORDER BY id");
    assert!(ended[0].starts_with("done: SIGEC-2026-000001: approved"));
    assert!(ended[1].starts_with("refused: SIGEC-2026-000001: the request waits for the work"));
    assert_eq!(ended[2], "refused: there is no such request");
    let outcomes = stage.column("SELECT outcome FROM journal WHERE request = 1 ORDER BY id");
    assert_eq!(outcomes, ["opened", "approved", "refused-operator"]);
    // Whom the directory does not know is named by the login, and is sent nothing.
    assert!(stage.told("decision-recorded").is_empty());
    let text = stage.sent("work-order")[0].text.clone();
    let text: Vec<&str> = text.split_whitespace().collect();
    let recorded = "vosorio, de la mesa de ayuda. Motivo: Lo dijo por teléfono";
    assert!(text.join(" ").contains(recorded), "{text:?}");
}

#[test]
fn an_order_that_cannot_be_read_is_given_up_and_the_others_go_on() {
    let mut stage = begin();
    gives(&stage, approval());
    stage.damage("UPDATE commands SET body = '{}'");
    gives(&stage, approval());
    stage.drain();
    let states = stage.column("SELECT state FROM commands ORDER BY id");
    assert_eq!(states, ["failed", "done"]);
}

#[test]
fn a_rehearsal_leaves_no_trace() {
    let stage = begin();
    let all = "SELECT count(*) || '' FROM notices UNION ALL SELECT count(*) || '' FROM journal
               UNION ALL SELECT body FROM requests UNION ALL SELECT count(*) || '' FROM commands";
    let before = stage.column(all);
    let rehearsal = operate::rehearse(stage.world(), &command(approval())).unwrap();
    assert!(!rehearsal.refused && !rehearsal.notices.is_empty());
    assert_eq!(stage.column(all), before);
}
