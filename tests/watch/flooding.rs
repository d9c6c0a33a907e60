//! Many mails: of everybody, of one person, of a machine that answers whatever it gets.

use chrono::TimeDelta;
use mesad::desk::health::Pulse;
use mesad::desk::{alarm, decide, deliver};
use mesad::mailbox::maildir;
use mesad::office::{Authentication, Authserv, StampPlace};
use mesad::request::AlarmKind;

use crate::stage::{BEATRIZ, OPERATORS, Stage, TOMAS, memorandum};
use crate::table;

const SUBJECT: &str = "Desaprobación de informe técnico";
/// Also of the shipped directory.
const OTHER: &str = "mbahamonde@ministerio.example";

/// One person sends many memoranda at once.
fn flood(stage: &mut Stage, many: usize) {
    for number in 0..many {
        let text = memorandum(&format!("Informe N° {number}"));
        stage.writes(TOMAS, SUBJECT, &text);
    }
}

#[test]
fn a_person_who_sends_hundreds_is_told_once_and_the_desk_once() {
    let mut stage = Stage::with(|office| office.desk.limits.mails_from_address_and_day = 10);
    // A desk that begins takes so many for old ones, and asks first.
    stage.drain();
    flood(&mut stage, 500);
    stage.drain();
    let reasons = stage.reasons();
    let above = reasons
        .iter()
        .filter(|r| *r == "too-many-from-sender")
        .count();
    assert_eq!((reasons.len(), above), (500, 490));
    assert_eq!(stage.told("triage-received"), [TOMAS]);
    let pulse = Pulse::begin(stage.world().clock.now());
    for _ in 0..3 {
        let found = alarm::turn(stage.world(), &pulse).unwrap();
        assert_eq!(
            found.iter().map(|t| t.kind).collect::<Vec<_>>(),
            [AlarmKind::Flood]
        );
        stage.drain();
    }
    assert_eq!(stage.told("alarm"), OPERATORS);
    assert!(stage.sent("triage").is_empty());
    // A person of the desk has them run again, and they are.
    let input = stage.column("SELECT CAST(max(id) AS TEXT) FROM inputs")[0]
        .parse()
        .unwrap();
    let now = stage.world().clock.now();
    mesad::desk::operate::retry(&stage.world().store, input, "vosorio", now).unwrap();
    stage.drain();
    assert_eq!(stage.column("SELECT count(*) || '' FROM requests"), ["11"]);
    // The next day they are heard again, and it is said that it is over.
    stage.set(now + TimeDelta::hours(25));
    stage.writes(TOMAS, SUBJECT, &memorandum("Informe N° 999"));
    stage.drain();
    assert_eq!(stage.column("SELECT count(*) || '' FROM requests"), ["12"]);
    pulse.fetched(stage.world().clock.now());
    assert_eq!(alarm::turn(stage.world(), &pulse).unwrap(), []);
}

/// Others neither wait behind the flood nor are put off by it.
#[test]
fn others_come_before_the_rest_of_a_flood() {
    let mut stage = Stage::with(|office| office.desk.limits.mails_from_address_and_day = 10);
    flood(&mut stage, 25);
    while !receive(&mut stage) {}
    let later = stage.world().clock.now() + TimeDelta::minutes(1);
    stage.set(later);
    let other = memorandum("Informe N° 5000").replace("Quebrada Honda", "Otra Parte");
    stage.delivers(
        &["Message-ID: <other@ministerio.example>"],
        OTHER,
        SUBJECT,
        &other,
    );
    while !receive(&mut stage) {}
    let theirs = stage.column(&format!(
        "SELECT CAST(id AS TEXT) FROM inputs WHERE sender = '{OTHER}'"
    ));
    let theirs: i64 = theirs[0].parse().unwrap();
    let mut before = 0;
    loop {
        let decide::Decided::Mail { input, reason } = decide::turn(stage.world()).unwrap() else {
            panic!("the other's mail was never decided");
        };
        if input == theirs {
            assert_ne!(reason, "too-many-from-sender");
            break;
        }
        before += 1;
    }
    // Ten that are heard, and the one that shows the flood.
    assert_eq!(before, 11);
    stage.drain();
    let put_off = stage.column("SELECT address FROM notices WHERE state = 'due'");
    assert!(put_off.is_empty(), "{put_off:?}");
}

/// Takes what lies in the mailbox; whether that is all.
fn receive(stage: &mut Stage) -> bool {
    let mailbox = &mut stage.work.ends.mailbox;
    let arrived = mesad::desk::receive::look(mailbox, &stage.work.world).unwrap();
    for mail in &arrived {
        mesad::desk::receive::take(mailbox, &stage.work.world, mail).unwrap();
    }
    arrived.is_empty()
}

/// What the office's servers say of who wrote, in each mode; the last: now this, now that.
const MODES: [(&str, &[&str]); 8] = [
    ("none", &[""]),
    ("authserv", &["pass"]),
    ("authserv", &[""]),
    ("authserv", &["fail"]),
    ("microsoft365", &["pass"]),
    ("google", &["pass"]),
    ("google", &[""]),
    ("authserv", &["pass", "", "fail"]),
];

fn mode(name: &str) -> Authentication {
    match name {
        "none" => Authentication::None,
        "microsoft365" => Authentication::Microsoft365,
        "google" => Authentication::Google,
        _ => Authentication::Authserv(Authserv {
            ids: vec!["mx.ministerio.example".to_owned()],
            relays: vec![],
            place: StampPlace::Above,
        }),
    }
}

/// The lines that the server of that mode writes above a mail.
fn stamped(mode: &str, found: &str, from: &str) -> Vec<String> {
    let domain = from.split('@').nth(1).unwrap();
    let found = format!("dmarc={found} action=none header.from={domain}");
    let edge = |host: &str| {
        format!(
            "Received: from mta.otra.example (unknown [192.0.2.66]) by {host} with ESMTPS id 1;\r\n \
             Mon, 5 Oct 2026 10:00:00 -0300"
        )
    };
    let (mut lines, results) = match mode {
        "microsoft365" => {
            let hop = "Received: from A.prod.outlook.com (2603::1) by B.prod.outlook.com (::1)\r\n \
                       with HTTPS; Mon, 5 Oct 2026 10:00:00 -0300";
            let edge = edge("C.mail.protection.outlook.com");
            (vec![hop.to_owned(), edge], "spf=none; ")
        }
        "google" => {
            let hop = "Received: by 2002:a05:6a10:1 with SMTP id x1;\r\n \
                       Mon, 5 Oct 2026 10:00:00 -0300";
            (
                vec![hop.to_owned(), edge("mx.google.com")],
                "mx.google.com; ",
            )
        }
        _ => (
            vec![edge("mx.ministerio.example")],
            "mx.ministerio.example; ",
        ),
    };
    if !found.starts_with("dmarc= ") {
        let place = match mode {
            "microsoft365" => 1,
            "google" => 2,
            _ => 0,
        };
        lines.insert(place, format!("Authentication-Results: {results}{found}"));
    }
    lines
}

/// Somebody writes in that mode; each mail has a Message-ID of its own.
fn writes(
    stage: &mut Stage,
    ((mode, found), number): ((&str, &[&str]), usize),
    (from, subject): (&str, &str),
    text: &str,
) {
    let mut lines = stamped(mode, found[number % found.len()], from);
    lines.push(format!(
        "Message-ID: <{number}.{}@x.example>",
        subject.len()
    ));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    stage.delivers(&lines, from, subject, text);
}

/// Whatever is known of who wrote: a share is heard, the rest is set aside, it is told once, and
/// whoever else writes is served.
#[test]
fn a_person_who_sends_hundreds_is_bounded_in_every_mode() {
    for how in MODES {
        let (name, found) = how;
        let mut stage = Stage::with(|office| {
            office.desk.limits.mails_from_address_and_day = 4;
            office.desk.authentication = mode(name);
        });
        for number in 0..24 {
            let text = memorandum(&format!("Informe N° {number}"));
            writes(&mut stage, (how, number), (TOMAS, SUBJECT), &text);
        }
        stage.once().unwrap();
        stage.once().unwrap();
        let known = stage.column("SELECT DISTINCT authentication FROM inputs");
        assert_eq!(
            known.contains(&"passes".to_owned()),
            found.contains(&"pass"),
            "{how:?}"
        );
        assert_eq!(
            known.contains(&"fails".to_owned()),
            found.contains(&"fail"),
            "{how:?}"
        );
        let requests = stage.books(|b| b.list_requests(true)).len();
        let verdicts = found.iter().filter(|found| **found != "fail").count();
        assert_eq!(requests, 4 * verdicts, "{how:?}");
        // To the desk's people: the alarm, and not a mail for each. To him: one word, or a few
        // warnings that somebody uses his name.
        let told = |message: &str| stage.told(message);
        let alarm = if verdicts > 0 { &OPERATORS[..] } else { &[] };
        assert_eq!(told("alarm"), alarm, "{how:?}");
        assert_eq!(told("triage"), [] as [&str; 0], "{how:?}");
        assert_eq!(told("triage-received").len(), verdicts.min(1), "{how:?}");
        assert!(told("impersonation-warning").len() <= 3, "{how:?}");
        assert_eq!(stage.reasons().len(), 24);
        let waiting = stage.column("SELECT address FROM notices WHERE state = 'due' AND tries > 0");
        assert_eq!(waiting, [] as [String; 0]);
        let good: &[&str] = if name == "none" { &[""] } else { &["pass"] };
        other_is_served(&mut stage, ((name, good), 99));
    }
}

/// Somebody else asks for something: it is handled, and everything about it has gone out, at once.
fn other_is_served(stage: &mut Stage, how: ((&str, &[&str]), usize)) {
    let text = memorandum(&format!("Informe N° {}", how.1)).replace("Quebrada Honda", "Otra Parte");
    writes(stage, how, (OTHER, SUBJECT), &text);
    stage.once().unwrap();
    let last =
        format!("SELECT reason FROM inputs WHERE sender = '{OTHER}' ORDER BY id DESC LIMIT 1");
    assert_eq!(stage.column(&last), ["opening"], "{how:?}");
    let told = "SELECT message || ' > ' || address || ' ' || state FROM notices
                WHERE request = (SELECT max(id) FROM requests) ORDER BY id";
    let expected = [
        format!("approval-request > {BEATRIZ} sent"),
        format!("acknowledgement > {OTHER} sent"),
    ];
    assert_eq!(stage.column(told), expected, "{how:?}");
}

/// It answers each of our mails with a new mail: a new Message-ID, another subject, no mark of any
/// machine. It is a person's mailbox, so that it is answered.
#[test]
fn a_machine_without_a_mark_is_broken_off() {
    for how in MODES {
        broken_off(how);
    }
}

fn broken_off(how: (&'static str, &'static [&'static str])) {
    let mut stage = Stage::with(|office| office.desk.authentication = mode(how.0));
    let first = "Hola, ¿quién me puede ayudar con una cosa?\n";
    writes(&mut stage, (how, 0), (TOMAS, "Consulta"), first);
    let good: &[&str] = if how.0 == "none" { &[""] } else { &["pass"] };
    let (mut answered, mut others) = (0, 0);
    for turn in 1..400 {
        stage.once().unwrap();
        // In the middle of it somebody else writes, who waits for nothing.
        if [2, 6, 10].contains(&turn) {
            other_is_served(&mut stage, ((how.0, good), 90_000 + turn));
            others += 1;
        }
        let to_it = stage.books(|b| b.sent_since(chrono::DateTime::UNIX_EPOCH));
        let to_it = to_it.iter().filter(|mail| mail.address == TOMAS).count();
        if to_it == answered {
            break;
        }
        assert!(turn < 399, "it goes on for ever: {how:?}");
        for number in answered..to_it {
            let subject = format!("Su caso {turn}-{number} ha sido registrado");
            let text =
                format!("Hemos recibido su mensaje número {number}. Pronto le contactaremos.\n");
            writes(
                &mut stage,
                (how, turn * 20 + number),
                (TOMAS, &subject),
                &text,
            );
        }
        answered = to_it;
        stage.set(stage.world().clock.now() + TimeDelta::minutes(1));
    }
    assert!(others > 0, "it was over before anybody else wrote: {how:?}");
    other_is_served(&mut stage, ((how.0, good), 99_999));
    // So many for each verdict that the mails have; of forged ones three warnings.
    let verdicts = how.1.iter().filter(|found| **found != "fail").count();
    assert!(
        answered <= 4 + 9 * verdicts,
        "{answered} to a machine: {how:?}"
    );
    stage.once().unwrap();
    let alarms = stage.column("SELECT details FROM alarms WHERE kind = 'flood'");
    assert!(alarms.len() <= 1, "{how:?}");
    if how.1.len() == 1 && verdicts == 1 {
        assert_eq!(stage.told("alarm"), OPERATORS, "{how:?}");
    }
    let triage = stage.sent("triage").len();
    assert!(triage <= 2 * 9 * verdicts, "{triage}: {how:?}");
    // Nothing else waits for it.
    let waiting = stage.column(
        "SELECT address FROM notices WHERE state = 'due' AND message <> 'impersonation-warning'",
    );
    assert!(waiting.is_empty(), "{waiting:?}: {how:?}");
}

/// As many at once as CI bears; `MESAD_MAILS=5000` for the figure in docs/running.md.
#[test]
fn many_at_once_are_all_decided_in_order() {
    let many: usize = std::env::var("MESAD_MAILS").map_or(40, |many| many.parse().unwrap());
    let mut stage = Stage::begin();
    // A desk that begins takes so many for old ones, and asks first.
    stage.drain();
    let now = stage.world().clock.now();
    for number in 0..many {
        let from = format!("persona{}@ministerio.example", number % 400);
        let text = memorandum(&format!("Informe N° {number}"));
        let mail = format!(
            "Message-ID: <many{number}@maule.example>\r\nFrom: <{from}>\r\n\
             To: <mesa@sigec.example>\r\nSubject: {SUBJECT}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
            text.replace('\n', "\r\n")
        );
        let at = now + TimeDelta::milliseconds(i64::try_from(number).unwrap());
        let name = format!("t{number:06}");
        maildir::deliver(&stage.maildir(), &name, at, mail.as_bytes()).unwrap();
    }
    stage.set(now + TimeDelta::minutes(1));
    let took = crate::elapsed(|| stage.drain());
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = memory
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("?");
    let rate = many as f64 / took.as_secs_f64();
    eprintln!("{many} mails in {took:.1?}: {rate:.0} mails/s; {peak}");
    let undecided = stage.books(|books| books.undecided());
    assert_eq!(undecided.count, 0);
    assert_eq!(stage.reasons().len(), many);
    let order = stage.column("SELECT CAST(id AS TEXT) FROM inputs ORDER BY received_at, id");
    assert!(
        order
            .windows(2)
            .all(|w| w[0].parse::<u32>().unwrap() < w[1].parse().unwrap())
    );
    assert_eq!(
        decide::turn(stage.world()).unwrap(),
        decide::Decided::Nothing
    );
    let delivery = &mut stage.work.ends.delivery;
    let done = deliver::turn(delivery, &stage.work.world).unwrap();
    assert!(matches!(done, deliver::Delivered::Nothing { .. }));
    let many = format!("{many} mails in {took:.0?}");
    table::row("load: all mails at once", &many, "none");
}
