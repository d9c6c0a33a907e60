//! What arms the points: `MESAD_CRASH_AT` and `MESAD_FAIL_AT`.
//!
//! `NAME:N` at the Nth time that the process comes there · `NAME~TEXT` each time that what is in
//! hand there holds the text · `random:SEED:N` everywhere, one time in N.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::table::Point;

const CRASH: &str = "MESAD_CRASH_AT";
const FAIL: &str = "MESAD_FAIL_AT";

/// When to act.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plan {
    Time(Point, u32),
    Holding(Point, String),
    /// One time in so many; the seed is where chance begins.
    Random(u64, u64),
}

static CRASH_AT: LazyLock<Option<Plan>> = LazyLock::new(|| plan(CRASH).ok().flatten());
static FAIL_AT: LazyLock<Option<Plan>> = LazyLock::new(|| plan(FAIL).ok().flatten());
static COUNTS: [AtomicU32; Point::ALL.len()] = [const { AtomicU32::new(0) }; Point::ALL.len()];
static FAILED: AtomicU32 = AtomicU32::new(0);
static STEPS: AtomicU64 = AtomicU64::new(0);

pub(super) fn here(point: Point, in_hand: &[u8]) {
    let Some(counted) = COUNTS.get(point as usize) else {
        return;
    };
    let time = counted.fetch_add(1, Ordering::SeqCst) + 1;
    let dies = match &*CRASH_AT {
        None => false,
        Some(Plan::Time(at, wanted)) => *at == point && *wanted == time,
        Some(Plan::Holding(at, text)) => {
            *at == point && in_hand.windows(text.len()).any(|w| w == text.as_bytes())
        }
        Some(Plan::Random(seed, one_in)) => chance(*seed).is_multiple_of(*one_in),
    };
    if dies {
        std::process::abort();
    }
}

pub(super) fn fails(point: Point) -> bool {
    let Some(Plan::Time(at, wanted)) = &*FAIL_AT else {
        return false;
    };
    *at == point && FAILED.fetch_add(1, Ordering::SeqCst) + 1 == *wanted
}

pub(super) fn count(point: Point) -> u32 {
    COUNTS
        .get(point as usize)
        .map_or(0, |count| count.load(Ordering::SeqCst))
}

pub(super) fn check() -> Result<(), String> {
    plan(CRASH)?;
    match plan(FAIL)? {
        None | Some(Plan::Time(..)) => Ok(()),
        Some(_) => Err(format!("{FAIL}: say NAME:N")),
    }
}

/// The next number: SplitMix64 over the steps.
fn chance(seed: u64) -> u64 {
    let step = STEPS.fetch_add(1, Ordering::SeqCst) + 1;
    let mut z = seed.wrapping_add(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn plan(variable: &str) -> Result<Option<Plan>, String> {
    match std::env::var(variable) {
        Ok(text) => match parse(&text) {
            Ok(plan) => Ok(Some(plan)),
            Err(why) => Err(format!("{variable}={text}: {why}")),
        },
        Err(_) => Ok(None),
    }
}

fn parse(text: &str) -> Result<Plan, String> {
    if let Some(rest) = text.strip_prefix("random:") {
        let (seed, one_in) = rest.split_once(':').unwrap_or((rest, ""));
        return match (seed.parse(), one_in.parse()) {
            (Ok(seed), Ok(one_in @ 1_u64..)) => Ok(Plan::Random(seed, one_in)),
            _ => Err("say random:SEED:N, for one time in N".to_owned()),
        };
    }
    if let Some((name, text)) = text.split_once('~') {
        return match text {
            "" => Err("the text after ~ is empty".to_owned()),
            text => Ok(Plan::Holding(named(name)?, text.to_owned())),
        };
    }
    let (name, time) = text.split_once(':').unwrap_or((text, "1"));
    match time.parse() {
        Ok(time @ 1_u32..) => Ok(Plan::Time(named(name)?, time)),
        _ => Err(format!("{time:?} is no number from 1")),
    }
}

fn named(name: &str) -> Result<Point, String> {
    let found = Point::ALL.iter().copied().find(|p| p.name() == name);
    found.ok_or_else(|| {
        let names: Vec<_> = Point::ALL.iter().map(|p| p.name()).collect();
        format!("there is no point {name:?}; there are: {}", names.join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_and_what_is_none_is_refused() {
        let time = |n| Ok(Plan::Time(Point::StoredMail, n));
        assert_eq!(parse("stored-mail:2"), time(2));
        assert_eq!(parse("stored-mail"), time(1));
        let holding = Plan::Holding(Point::Reading, "veneno: 7".to_owned());
        assert_eq!(parse("reading~veneno: 7"), Ok(holding));
        assert_eq!(parse("random:7:300"), Ok(Plan::Random(7, 300)));
        for wrong in [
            "random:7:0",
            "random:x:9",
            "stored-mail:0",
            "stored-mail:x",
            "reading~",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let why = parse("stored-mial:1").unwrap_err();
        assert!(why.contains("no point \"stored-mial\"") && why.contains(" stored-mail "));
    }
}
