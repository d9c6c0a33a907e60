//! Every point of the table, and random ones: the desk dies there in a process of its own, is
//! started again until nothing is left to do, and has then come to what it would have come to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::scope;

use mesad::points::{Point, When};

use crate::acts::{ACTS, Act};
use crate::desk::{Counts, Mode, has_died, in_its_own_process, until_quiet};
use crate::promise::{came_to, hold, out, same, unchanged};
use crate::restored;
use crate::stage::Stage;
use crate::support::table;
use crate::support::town::now;

/// Processes at a time: the machine is awaited as often as it works.
const AT_ONCE: usize = 3;

/// An act that was played without dying.
struct Played {
    act: Act,
    /// As it was when it began.
    begin: Stage,
    /// What it came to.
    end: Vec<String>,
    counts: Counts,
}

fn play_all(mode: Mode) -> Vec<Played> {
    let mut played: Vec<Played> = vec![];
    let mut stage = Stage::new();
    for act in ACTS {
        if !act.goes_on {
            stage = Stage::new();
        }
        (act.people)(&mut stage, (act.at)());
        let begin = stage.copy();
        stage.start();
        let (status, counts) = in_its_own_process(&stage, &act, None, mode);
        let log = log(&stage);
        assert!(status.success(), "{}: {status}\n{log}", act.name);
        until_quiet(&stage, &act, mode).unwrap();
        let repeats = hold(&stage, &[]).unwrap_or_else(|why| panic!("{}: {why}\n{log}", act.name));
        assert_eq!(repeats, 0, "{}", act.name);
        let end = came_to(&stage);
        played.push(Played {
            act,
            begin,
            end,
            counts,
        });
    }
    played
}

fn log(stage: &Stage) -> String {
    std::fs::read_to_string(stage.path().join("log")).unwrap_or_default()
}

/// One death.
#[derive(Clone, Copy, Debug)]
struct Case {
    act: usize,
    point: Point,
    /// At which time that the process comes to the point.
    time: u32,
}

/// For each point: its first and last time in the act that comes there most often, and its
/// first in an act with the other kind of mailbox and way out; none where no act comes there. Of the changes of the database, each
/// of which is another, one in eight of each act.
fn cases(played: &[Played]) -> Vec<Case> {
    let mut cases = vec![];
    for &point in Point::ALL {
        let count = |act: usize| played[act].counts.get(&point).copied().unwrap_or(0);
        let acts = 0..played.len();
        let mut add = |act, times: Vec<u32>| {
            let there = times
                .into_iter()
                .filter(|time| (1..=count(act)).contains(time));
            let times: BTreeSet<u32> = there.collect();
            cases.extend(times.into_iter().map(|time| Case { act, point, time }));
        };
        if matches!(point, Point::Committing | Point::Committed) {
            for (act, first) in acts.zip(1..) {
                add(act, (first..=count(act)).step_by(8).collect());
            }
            continue;
        }
        let most = acts.clone().rev().max_by_key(|act| count(*act)).unwrap();
        add(most, vec![1, count(most)]);
        let kind = |act: usize| played[act].begin.servers.is_some();
        let other = acts.filter(|act| kind(*act) != kind(most));
        if let Some(other) = other.max_by_key(|act| count(*act)) {
            add(other, vec![1]);
        }
    }
    cases
}

/// Plays an act in processes that die by chance, one time in `one_in` points, each the next one's
/// heir, until one of them comes to rest; how often it died.
fn die_by_chance(played: &Played, seed: u64, one_in: u64) -> Result<usize, String> {
    let Played {
        act, begin, end, ..
    } = played;
    // Loops do things at a time that an act with orders has one after the other.
    let mode = match seed.is_multiple_of(2) && !act.goes_on {
        true => Mode::Loops,
        false => Mode::Patient,
    };
    let mut stage = begin.copy();
    stage.start();
    let mut deaths = 0;
    let mut before = vec![];
    let mut repeats = 0;
    loop {
        // Through some acts nobody gets who dies every few steps: it is spared longer and longer.
        let one_in = one_in << (deaths / 100).min(10);
        let plan = format!("random:{}:{one_in}", seed.wrapping_add(deaths as u64));
        let (status, _) = in_its_own_process(&stage, act, Some(&plan), mode);
        if !has_died(status) {
            break;
        }
        deaths += 1;
        repeats += 1;
        let after = out(&stage);
        unchanged(&before, &after)?;
        before = after;
    }
    until_quiet(&stage, act, Mode::Patient)?;
    same("the same as without dying", &came_to(&stage), end)?;
    let twice = hold(&stage, &before)?;
    match twice > repeats {
        true => Err(format!("{twice} mails came twice")),
        false => Ok(deaths),
    }
}

/// Has the desk die, starts it again, and checks; how many mails came twice.
fn die(played: &[Played], case: Case) -> Result<usize, String> {
    let Played {
        act, begin, end, ..
    } = &played[case.act];
    let mut stage = begin.copy();
    stage.start();
    let plan = format!("{}:{}", case.point.name(), case.time);
    let (status, _) = in_its_own_process(&stage, act, Some(&plan), Mode::Once);
    if !has_died(status) {
        return Err(format!("did not die: {status}\n{}", log(&stage)));
    }
    let before = out(&stage);
    until_quiet(&stage, act, Mode::Once)?;
    same("the same as without dying", &came_to(&stage), end)?;
    let repeats = hold(&stage, &before)?;
    match case.point.when() {
        When::Recorded if repeats > 0 => Err(format!("{repeats} mails came twice")),
        When::Accepted if repeats > 1 => Err(format!("{repeats} mails came twice")),
        _ => Ok(repeats),
    }
}

#[test]
fn nothing_is_lost_whatever_point_the_desk_dies_at() {
    let begin = now();
    let played = play_all(Mode::Once);
    println!("played in {:?}", begin.elapsed());
    let elsewhere = restored::points();
    let never: Vec<_> = Point::ALL
        .iter()
        .filter(|point| !played.iter().any(|p| p.counts.contains_key(point)))
        .filter(|point| !elsewhere.contains(point))
        .map(|point| point.name())
        .collect();
    assert!(never.is_empty(), "no act comes to {never:?}");
    let cases = cases(&played);
    println!("{} cases", cases.len());
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(vec![]));
    let repeats: Mutex<BTreeMap<Point, (usize, usize)>> = Mutex::default();
    scope(|threads| {
        for _ in 0..AT_ONCE {
            threads.spawn(|| {
                while let Some(&case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    match die(&played, case) {
                        Ok(twice) => {
                            let mut all = repeats.lock().unwrap();
                            let of_point = all.entry(case.point).or_default();
                            *of_point = (of_point.0 + 1, of_point.1 + twice);
                        }
                        Err(why) => {
                            let act = played[case.act].act.name;
                            failed
                                .lock()
                                .unwrap()
                                .push(format!("{case:?} in «{act}»: {why}"));
                        }
                    }
                }
            });
        }
    });
    let repeats = repeats.into_inner().unwrap();
    for (point, (deaths, twice)) in &repeats {
        println!(
            "{:<20} {deaths:>3} deaths {twice:>3} mails twice",
            point.name()
        );
    }
    println!("{} deaths in {:?}", cases.len(), begin.elapsed());
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "{} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
    let (_, twice) = repeats.get(&Point::SmtpAnswer).copied().unwrap_or_default();
    assert!(
        twice > 0,
        "what the server took and we did not record goes out again"
    );
    let points = repeats.len();
    let all: usize = repeats.values().map(|(_, twice)| twice).sum();
    table::row(
        "the process, at every point by name",
        &format!("{} deaths at {points} points", cases.len()),
        &format!("{all}, all between acceptance and record"),
    );
}

/// `MESAD_KILLS` deaths by chance (2,000 without it) from `MESAD_SEED`, which is printed.
#[test]
#[ignore = "takes minutes; tests/run --long"]
fn nothing_is_lost_however_often_the_desk_dies_by_chance() {
    let given = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let wanted: u64 = given("MESAD_KILLS").unwrap_or(2_000);
    let seed: u64 = given("MESAD_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("MESAD_SEED={seed} MESAD_KILLS={wanted}");
    let begin = now();
    let played = play_all(Mode::Patient);
    let (deaths, plays, failed) = (AtomicU64::new(0), AtomicU64::new(0), Mutex::new(vec![]));
    scope(|threads| {
        for _ in 0..AT_ONCE {
            threads.spawn(|| {
                while deaths.load(Ordering::SeqCst) < wanted && failed.lock().unwrap().is_empty() {
                    let play = plays.fetch_add(1, Ordering::SeqCst);
                    let one = &played[usize::try_from(play).unwrap() % played.len()];
                    // From one death in each play to one in each few steps.
                    let all: u32 = one.counts.values().sum();
                    let one_in =
                        u64::from(all) / [1, 4, 12][usize::try_from(play / 6).unwrap() % 3];
                    let own = seed.wrapping_add(play.wrapping_mul(1_000_001));
                    match die_by_chance(one, own, one_in) {
                        Ok(died) => {
                            let all = deaths.fetch_add(died as u64, Ordering::SeqCst);
                            println!("{} deaths so far", all + died as u64);
                        }
                        Err(why) => {
                            let name = one.act.name;
                            let what = format!("«{name}», seed {own}, one in {one_in}: {why}");
                            failed.lock().unwrap().push(what);
                        }
                    }
                }
            });
        }
    });
    println!(
        "{deaths:?} deaths in {plays:?} plays, {:?}",
        begin.elapsed()
    );
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    table::row(
        "the process, at any point by chance",
        &format!("{deaths:?} deaths in {plays:?} plays, seed {seed}"),
        "only between acceptance and record",
    );
}

/// The table of `docs/crash.md` is the table.
#[test]
fn the_page_tells_every_point() {
    let page = include_str!("../../docs/crash.md");
    for point in Point::ALL {
        let twice = match point.when() {
            When::Recorded => "",
            When::Accepted => "yes",
        };
        let row = format!("| `{}` | {} | {twice} |", point.name(), point.stands());
        assert!(page.contains(&row), "docs/crash.md lacks\n{row}");
    }
}
