//! The desk is killed (kill -9) ten times, at random moments, while two hundred mails come in; what
//! people have in their mailboxes in the end is what they would have without that.
use std::collections::{BTreeMap, BTreeSet};
use std::thread::{scope, sleep};
use std::time::Duration;

use mesad::request::Request;

use crate::mails::{self, MAILS};
use crate::support::letterbox::{Draft, Mail, Postman, as_sent};
use crate::support::table;
use crate::support::town::{PATIENCE, Plan, Town, now, signatory, wait};

/// How often the desk is killed.
const KILLS: usize = 10;

/// SplitMix64: the same moments for the same seed, as far as a machine with other things to do can.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

fn seed() -> u64 {
    let given = std::env::var("MESAD_SEED").ok();
    given.map_or_else(
        || u64::from(std::process::id()),
        |text| text.parse().unwrap(),
    )
}

/// How many mails were stored, handled and sent so far.
fn progress(town: &Town) -> u64 {
    let log = town.log();
    let steps = ["mail stored", "mail handled", "mail sent"];
    steps
        .iter()
        .map(|step| log.matches(step).count() as u64)
        .sum()
}

#[test]
fn two_hundred_mails_and_ten_kills() {
    let seed = seed();
    println!("MESAD_SEED={seed}");
    let mut chance = Chance(seed);
    let begin = now();
    let town = Town::with(Plan {
        files: vec![signatory()],
        ..Plan::default()
    });
    let first = mails::all(&town);
    assert_eq!(first.len(), MAILS);
    scope(|threads| {
        threads.spawn(|| first.iter().for_each(|mail| drop(mail.clone().send(&town))));
        kill_ten_times(&town, &mut chance);
    });
    let counts = town.settles();
    let took = begin.elapsed();
    assert_eq!((counts.done + counts.parked) as usize, MAILS, "{counts:?}");
    let aside = set_aside(&town);
    let told = mails::told(&first, &aside);
    let twice = nobody_is_told_twice(&town, &told);
    every_mail_is_answered(&town, &first);
    let requests = no_request_twice(&town);
    let opened = ["approval-request", "opening-confirmation"].map(|message| told[message]);
    assert_eq!(requests, opened.iter().sum::<usize>());
    // Killed with the same mail in hand time and again, the desk takes it for the cause.
    let given_up = town.count_log("too-many-tries");
    assert!(given_up <= KILLS / 3, "{given_up} mails given up");
    println!(
        "{MAILS} mails, {KILLS} kills, {} starts: {requests} requests, {} mails left to a person \
         ({given_up} of them because the desk died over them), {} mails to people, {twice} of \
         them twice with the same bytes; {took:?}",
        town.count_log("desk started"),
        aside.len(),
        told.values().sum::<usize>(),
    );
    table::row(
        "the process, kill -9 on real servers",
        &format!("{KILLS} kills among {MAILS} mails, seed {seed}"),
        &format!("{twice}, the same bytes"),
    );
}

/// Message-IDs of the mails that a person must look at.
fn set_aside(town: &Town) -> BTreeSet<String> {
    let mails = town.host.read_folder(&town.office.desk.address, "Revisar");
    let id = |raw| Mail::read(raw, chrono::DateTime::UNIX_EPOCH).id;
    mails.into_iter().map(id).collect()
}

/// How many requests there are; no two are about the same.
fn no_request_twice(town: &Town) -> usize {
    let requests = town.requests();
    let data =
        |request: &Request| format!("{} {:?}", request.procedure.id.as_str(), request.fields);
    let distinct: BTreeSet<String> = requests.iter().map(data).collect();
    assert_eq!(distinct.len(), requests.len(), "a request twice");
    requests.len()
}

/// At moments spread over the whole run, some of them while the desk is starting.
fn kill_ten_times(town: &Town, chance: &mut Chance) {
    // Stored, handled, and at least three mails to people for each two; what is beyond that depends
    // on what a person must look at.
    let all = 7 * MAILS as u64 / 2;
    let mut moments: Vec<u64> = (0..KILLS).map(|_| chance.below(all)).collect();
    moments.sort_unstable();
    for (kill, moment) in moments.into_iter().enumerate() {
        let while_starting = kill > 0 && chance.below(10) < 3;
        if !while_starting {
            let there = || (progress(town) >= moment).then_some(());
            wait(PATIENCE, &format!("step {moment} of {all}"), there, || {
                town.log()
            });
        }
        let micros = chance.below(if while_starting { 400_000 } else { 60_000 });
        sleep(Duration::from_micros(micros));
        town.kill_desk();
        println!("killed at step {} of {all}", progress(town));
        town.spawn_desk();
    }
    town.kill_desk();
    town.start_desk();
}

/// Who wrote has an answer to each of their mails, whoever else was told.
fn every_mail_is_answered(town: &Town, first: &[Draft]) {
    let post = Postman::default();
    for mail in first.iter().filter(|mail| mails::wants_answer(mail)) {
        let mails = post.mails(town, &mail.from.1);
        let answers = mails.iter().filter(|m| m.references.contains(&mail.id));
        // Mails that are about no request say which mail they answer in their text.
        let named = mails
            .iter()
            .filter(|m| m.flat().contains(&format!("«{}»", mail.subject)));
        let found = answers.chain(named).count();
        assert!(
            found > 0,
            "no answer to «{}» of {}",
            mail.subject,
            mail.from.1
        );
    }
}

/// Every notice was sent, and lies in the mailbox of whom it was for: once, or again with the same
/// bytes where the server had taken it and the desk was killed before it could write that down.
/// Says how many lie there twice.
fn nobody_is_told_twice(town: &Town, expected: &BTreeMap<String, usize>) -> usize {
    let database = rusqlite::Connection::open(town.database()).unwrap();
    let sql = "SELECT address, message_id, state, message FROM notices";
    let mut statement = database.prepare(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut notices: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(row) = rows.next().unwrap() {
        let column = |index| row.get::<_, String>(index).unwrap();
        let (address, id) = (column(0), column(1));
        assert_eq!(column(2), "sent", "{id} to {address}");
        notices.entry(address).or_default().insert(id);
        *told.entry(column(3)).or_default() += 1;
    }
    assert_eq!(&told, expected);
    let post = Postman::default();
    let mut repeats = 0;
    for (address, ids) in &notices {
        let found = || -> BTreeMap<String, Vec<Mail>> {
            let mut by_id: BTreeMap<String, Vec<Mail>> = BTreeMap::new();
            for mail in post.mails(town, address) {
                by_id.entry(mail.id.clone()).or_default().push(mail);
            }
            by_id
        };
        let all = || found().keys().eq(ids.iter());
        // What Postfix took is under way for a moment.
        let what = format!("the {} mails to {address}", ids.len());
        wait(
            PATIENCE,
            &what,
            || all().then_some(()),
            || format!("{:#?}", found().keys()),
        );
        for (id, copies) in found() {
            let bytes: BTreeSet<&[u8]> = copies.iter().map(|mail| as_sent(&mail.raw)).collect();
            assert_eq!(
                bytes.len(),
                1,
                "{id} to {address} came with different bytes"
            );
            repeats += copies.len() - 1;
        }
    }
    assert!(repeats <= KILLS + 1, "{repeats} mails came twice");
    repeats
}
