//! Random mails, times and people against a simple reference model of who may decide what.
//!
//! The model knows the directory and the answers that were proven; it knows nothing of states. After
//! every event it asks: does each approval rest on a proven answer of somebody who could give it, for
//! the data of today, given after whatever took it back? Did the request open on the proven word of
//! its authority? Does everything that is open have a wake-up, and does time bring somebody word of
//! it?

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod cast;
mod play;
mod reference;
mod values;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use cast::{Op, Setting, op, setting};

fn play(setting: &Setting, ops: &[Op]) -> Result<(), String> {
    let mut play = play::Play::begin(setting);
    play.check()?;
    for (index, op) in ops.iter().enumerate() {
        play.act(op)
            .and_then(|()| play.check())
            .map_err(|error| format!("after {index} {op:?}: {error}\n{}", play.story()))?;
    }
    play.wait()
        .map_err(|error| format!("waiting: {error}\n{}", play.story()))
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_approved_without_those_who_could(
        setting in setting(),
        ops in prop::collection::vec(op(), 1..40),
    ) {
        if let Err(error) = play(&setting, &ops) {
            prop_assert!(false, "{}", error);
        }
    }
}

/// The random events do reach what they should: else the properties above would hold of nothing.
#[test]
fn the_play_reaches_every_state_and_ending() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for _ in 0..400 {
        let strategy = (setting(), prop::collection::vec(op(), 1..40));
        let tree = strategy.new_tree(&mut runner).unwrap();
        let (setting, ops) = tree.current();
        let mut play = play::Play::begin(&setting);
        for op in &ops {
            play.act(op).unwrap();
            *seen.entry(play.state()).or_default() += 1;
            *seen.entry(play.outcome()).or_default() += 1;
            if play.is_taken_up() {
                *seen.entry(format!("again-{}", play.state())).or_default() += 1;
            }
        }
    }
    for wanted in [
        "awaiting-data",
        "awaiting-confirmation",
        "awaiting-approval",
        "awaiting-work",
        "done",
        "rejected",
        "withdrawn",
        "disowned",
        "Approved",
        "Repudiated",
        "SubstituteAsked",
        "Overdue",
        "Reminded",
        "Escalated",
        "AbsenceAwaited",
        "RefusedChanged",
        "RefusedNotAsked",
        "DataTaken",
        "ConfirmationAsked",
        "twice-approved",
        "again-awaiting-approval",
        "again-awaiting-work",
    ] {
        assert!(
            seen.contains_key(wanted),
            "{wanted} was never reached: {seen:?}"
        );
    }
}
