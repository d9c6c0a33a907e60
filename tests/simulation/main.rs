//! Deterministic simulation: months of an office's life in minutes. One seed gives everything: what
//! people ask, answer, forget and forge, what breaks and when, and the order of the desk's turns.
//! The promises are checked against what really happened. `docs/simulation.md` tells more.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says how to play it again"
)]

mod cast;
mod chance;
mod check;
mod deeds;
mod faults;
mod figures;
mod host;
mod life;
mod mailbox;
mod office;
mod once;
mod papers;
mod pests;
mod process;
mod truth;
mod write;

#[path = "../support/table.rs"]
mod table;

use figures::Figures;
use office::{Plan, Simulation};

/// Plays, and fails with the seed, the command that plays it again, and the last events.
fn play(plan: Plan) -> Figures {
    let mut simulation = Simulation::new(plan);
    if let Err(error) = simulation.run() {
        let Plan {
            seed,
            days,
            quiet,
            mails,
            ..
        } = plan;
        panic!(
            "{error}\nthe last events:\n{}\nseed {seed}; again with:\n  SIMULATION_SEED={seed} \
             SIMULATION_DAYS={days} SIMULATION_QUIET={quiet} SIMULATION_MAILS={mails} \
             cargo test --release --test simulation -- --ignored --nocapture by_hand\n",
            simulation.trace()
        );
    }
    simulation.figures
}

fn number(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |value| value.parse().unwrap())
}

/// An office of some weeks.
fn weeks(seed: u64) -> Plan {
    Plan {
        seed,
        days: 8,
        quiet: 13,
        mails: 20,
        faults: true,
        pests: true,
        shows: false,
    }
}

#[test]
fn a_week_without_faults() {
    let figures = play(Plan {
        days: 7,
        quiet: 21,
        faults: false,
        pests: false,
        ..weeks(1)
    });
    assert!(
        figures.requests > 5 && figures.open == 0,
        "{}",
        figures.text()
    );
}

#[test]
fn fixed_seeds() {
    let mut sum = Figures::default();
    for seed in 1..=3 {
        let figures = play(weeks(seed));
        eprintln!("seed {seed}: {}", figures.text());
        sum.add(&figures);
    }
    broken(&sum, "seeds 1 to 3");
}

/// The row of an office that was played, in which faults were.
fn broken(sum: &Figures, seeds: &str) {
    let faults: u64 = sum.faults.values().sum();
    table::row(
        "an office that is simulated: people, servers, disk, clock",
        &format!("{faults} faults among {} mails, {seeds}", sum.mails),
        "only where the record was kept from us",
    );
}

#[test]
fn a_fresh_seed() {
    use std::hash::{BuildHasher, RandomState};
    // Short enough to be typed again.
    let seed = RandomState::new().hash_one("simulation") % 1_000_000_000;
    let figures = play(weeks(seed));
    eprintln!("seed {seed}: {}", figures.text());
    broken(&figures, &format!("seed {seed}"));
}

#[test]
fn the_same_seed_gives_the_same_play() {
    let plan = Plan {
        days: 3,
        quiet: 2,
        mails: 30,
        ..weeks(7)
    };
    // What is left over after so short a time is no fault.
    let [first, second] = [(); 2].map(|()| {
        let mut simulation = Simulation::new(plan);
        let ended = simulation.run();
        (ended, simulation.figures)
    });
    assert!(first.1.sent > 20, "{}", first.1.text());
    assert_eq!(first, second);
}

/// One or more seeds by hand: `SIMULATION_SEED`, `SIMULATION_SEEDS`, `_DAYS`, `_QUIET`, `_MAILS`.
#[test]
#[ignore = "by hand, for long plays"]
fn by_hand() {
    let first = number("SIMULATION_SEED", 1);
    let mut sum = Figures::default();
    for seed in first..first + number("SIMULATION_SEEDS", 1) {
        let figures = play(Plan {
            seed,
            days: number("SIMULATION_DAYS", 28),
            quiet: number("SIMULATION_QUIET", 28),
            mails: number("SIMULATION_MAILS", 200),
            faults: number("SIMULATION_FAULTS", 1) == 1,
            pests: number("SIMULATION_PESTS", 1) == 1,
            shows: number("SIMULATION_SHOWS", 0) == 1,
        });
        eprintln!(
            "seed {seed}: {} {}",
            figures.digest(),
            figures.text().lines().next().unwrap()
        );
        sum.add(&figures);
    }
    eprintln!("{}", sum.text());
    let (seeds, days) = (number("SIMULATION_SEEDS", 1), number("SIMULATION_DAYS", 28));
    let last = first + seeds - 1;
    let played = format!("{days} days each of seeds {first} to {last}");
    broken(&sum, &played);
}
