//! What mails are, on corpora of real mails, where `../shared` is present: one table per corpus,
//! misses by name. Fails below the floors. Two halves by the hash of the file name are shown apart,
//! so that a rule made for one half shows whether it holds on the other.

use std::collections::BTreeMap;
use std::path::Path;

use crate::mail_desk::desk;
use crate::shared;
use mesad::mail::{self, AutomaticKind, Bounce, Letter, Origin};

/// A row of labels.tsv: file, label, expected (JSON).
struct Label {
    file: String,
    label: String,
    expected: serde_json::Value,
}

fn labels(folder: &Path) -> Vec<Label> {
    let text = std::fs::read_to_string(folder.join("labels.tsv")).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let expected = cells.get(7).copied().unwrap_or_default();
            let expected = match expected.strip_prefix('"').and_then(|e| e.strip_suffix('"')) {
                Some(quoted) => quoted.replace("\"\"", "\""),
                None => expected.to_owned(),
            };
            Label {
                file: cells[0].to_owned(),
                label: cells[5].to_owned(),
                expected: serde_json::from_str(&expected).unwrap_or_default(),
            }
        })
        .collect()
}

/// Which half a file belongs to (FNV-1a).
fn half(file: &str) -> usize {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
    (file.bytes().fold(2_166_136_261, step) >> 7) as usize % 2
}

/// Right and all, of each half.
#[derive(Default)]
struct Score([(usize, usize); 2]);

impl Score {
    fn add(&mut self, file: &str, right: bool) {
        let (of, all) = &mut self.0[half(file)];
        *of += usize::from(right);
        *all += 1;
    }

    fn total(&self) -> (usize, usize) {
        let [a, b] = self.0;
        (a.0 + b.0, a.1 + b.1)
    }

    fn print(&self, what: &str) {
        let percent = |(of, all): (usize, usize)| {
            let share = of as f64 * 100.0 / all.max(1) as f64;
            format!("{of} of {all} ({share:.1} %)")
        };
        println!(
            "{what:<28} {:<22} first half {:<20} second half {}",
            percent(self.total()),
            percent(self.0[0]),
            percent(self.0[1])
        );
    }

    /// Whether at least so many per mille are right.
    fn reaches(&self, per_mille: usize) -> bool {
        let (of, all) = self.total();
        of * 1000 >= all * per_mille
    }
}

fn read(folder: &Path, file: &str) -> Letter {
    mail::parse(&std::fs::read(folder.join(file)).unwrap(), &desk())
}

fn kind(letter: &Letter) -> String {
    match &letter.origin {
        Origin::Person => "person".to_owned(),
        Origin::Automatic(a) => format!("automatic {:?}", a.kind).to_lowercase(),
        Origin::Bounce(_) => "bounce".to_owned(),
        Origin::Bulk => "bulk".to_owned(),
        Origin::Own => "own".to_owned(),
    }
}

/// Prints label → origin → count, and gives each file with its label and origin.
fn origins(folder: &Path) -> Vec<(Label, String)> {
    let mut table: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for label in labels(folder) {
        let letter = read(folder, &label.file);
        let origin = kind(&letter);
        *table
            .entry((label.label.clone(), origin.clone()))
            .or_default() += 1;
        rows.push((label, origin));
    }
    println!("\n{}", folder.file_name().unwrap().to_string_lossy());
    for ((label, origin), count) in &table {
        println!("{count:>5}  {label:<50} {origin}");
    }
    rows
}

/// Rows with a label that begins so, and another origin than those.
fn misses<'a>(rows: &'a [(Label, String)], label: &str, origins: &[&str]) -> Vec<&'a str> {
    let files: Vec<&str> = rows
        .iter()
        .filter(|(l, o)| l.label.starts_with(label) && !origins.iter().any(|p| o.starts_with(p)))
        .map(|(l, _)| l.file.as_str())
        .collect();
    for file in &files {
        println!("  {label}…, not {}: {file}", origins.join(" or "));
    }
    files
}

fn expected_recipients(label: &Label) -> Vec<String> {
    label.expected["rcpts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|r| r["addr"].as_str().map(str::to_lowercase))
        .collect()
}

/// Recipients and both scales of severity of one bounce.
#[derive(Default)]
struct Bounces {
    found: Score,
    named: Score,
    exact: Score,
    permanent: Score,
    dead: Score,
}

impl Bounces {
    fn add(&mut self, label: &Label, letter: &Letter) {
        let file = label.file.as_str();
        let read = match &letter.origin {
            Origin::Bounce(bounce) => Some(bounce),
            _ => None,
        };
        self.found.add(file, read.is_some());
        let expected = expected_recipients(label);
        if expected.is_empty() {
            return;
        }
        let none = Bounce::default();
        let bounce = read.unwrap_or(&none);
        let got: Vec<&str> = bounce
            .recipients
            .iter()
            .map(|r| r.address.as_str())
            .collect();
        let all = expected.iter().all(|e| got.contains(&e.as_str()));
        let exact = all && got.iter().all(|g| expected.iter().any(|e| e == g));
        self.named.add(file, all);
        self.exact.add(file, exact);
        if !exact {
            println!("  recipients of {file}: {expected:?}, read {got:?}");
        }
        self.severity(label, bounce);
    }

    fn severity(&mut self, label: &Label, bounce: &Bounce) {
        let file = label.file.as_str();
        for entry in label.expected["rcpts"].as_array().into_iter().flatten() {
            let address = entry["addr"].as_str().unwrap_or_default().to_lowercase();
            let Some(read) = bounce.recipients.iter().find(|r| r.address == address) else {
                continue;
            };
            let words = format!("{} {}", entry["status"], entry["reason"]);
            let class = entry["status"].as_str().and_then(|s| s.chars().next());
            if let Some(class) = class {
                self.permanent.add(file, (class == '5') == read.permanent);
                if (class == '5') != read.permanent {
                    println!("  permanent of {file}: {words}, read {read:?}");
                }
            }
            // "filtered" is one tool's word for a server that says "user unknown" after the text
            if entry["reason"] == "filtered" {
                continue;
            }
            let hard = entry["hard"].as_bool() == Some(true);
            self.dead.add(file, hard == read.dead);
            if hard != read.dead {
                println!("  dead of {file}: {words}, read {read:?}");
            }
        }
    }
}

#[test]
fn bounces() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/bounces");
    let rows = origins(&folder);
    misses(&rows, "bounce-", &["bounce"]);
    misses(&rows, "dsn-", &["bounce"]);
    let complaints = misses(&rows, "feedback-arf", &["automatic complaint"]);
    let mut scores = Bounces::default();
    for (label, _) in rows.iter().filter(|(l, _)| l.label.starts_with("bounce-")) {
        scores.add(label, &read(&folder, &label.file));
    }
    println!();
    scores.found.print("bounces found");
    scores.named.print("recipients named");
    scores.exact.print("recipients exactly");
    scores.permanent.print("status class");
    scores.dead.print("dead address");
    assert!(scores.found.reaches(980), "bounces found");
    assert!(scores.named.reaches(970), "recipients named");
    assert!(scores.exact.reaches(950), "recipients exactly");
    assert!(scores.permanent.reaches(950), "status class");
    assert!(scores.dead.reaches(930), "dead address");
    assert!(complaints.is_empty(), "complaints");
}

/// Bodies of bounces, each within the least header that a server writes.
#[test]
fn texts_of_bounces() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/bounces-text");
    let (mut status, mut named, mut permanent) =
        (Score::default(), Score::default(), Score::default());
    for label in labels(&folder) {
        let text = std::fs::read(folder.join(&label.file)).unwrap();
        let mut bytes = b"Return-Path: <>\nFrom: Mail Delivery System <mailer-daemon@mx.example>\n\
            To: a@b.example\nSubject: Undelivered Mail Returned to Sender\n\
            Content-Type: text/plain; charset=utf-8\n\n"
            .to_vec();
        bytes.extend_from_slice(&text);
        let letter = mail::parse(&bytes, &desk());
        let Origin::Bounce(bounce) = &letter.origin else {
            panic!("{} is no bounce", label.file)
        };
        let first = bounce.recipients.first();
        if let Some(expected) = label.expected["recipient"].as_str() {
            let expected = expected.to_lowercase();
            let right = bounce.recipients.iter().any(|r| r.address == expected);
            named.add(&label.file, right);
            if !right {
                println!("  recipient of {}: {expected}, read {first:?}", label.file);
            }
        }
        let class = label.label == "bounce-permanent";
        let known = matches!(
            label.label.as_str(),
            "bounce-permanent" | "bounce-temporary"
        );
        if let Some(read) = first.filter(|_| known) {
            permanent.add(&label.file, read.permanent == class);
            if read.permanent != class {
                println!("  {} of {}: read {read:?}", label.label, label.file);
            }
        }
        if let Some(expected) = label.expected["code"]["enhanced"].as_str() {
            let read = first.and_then(|r| r.status.as_deref());
            status.add(&label.file, read == Some(expected));
            if read != Some(expected) {
                println!("  status of {}: {expected}, read {read:?}", label.file);
            }
        }
    }
    println!();
    named.print("texts: recipient");
    status.print("texts: status");
    permanent.print("texts: class");
    assert!(named.reaches(900) && permanent.reaches(900));
}

/// Automatic answers and notices that are not called so; `docs/reading/origin.md` says why.
const KNOWN_AUTOMATIC_MISSES: &[&str] = &[
    // the text of a robot, posted to a list under the list's own header
    "sacorpus__00323.8f7195f98946c42be7c95881ad779fbe.eml",
    "sacorpus__00659.02e6dd777f837798533eae8f3b6a0491.eml",
    "sacorpus__00970.98d919e3b073097d7af97e18910e230b.eml",
    // a script's report, from an address and with words that a person could write
    "satests__BOUNCE_MESSAGE_fp-bug5882-att4297.eml",
];

#[test]
fn automatic_answers() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/autoreplies");
    let rows = origins(&folder);
    let missed = misses(&rows, "", &["automatic"]);
    let found = rows.len() - missed.len();
    println!("automatic answers: {found} of {}", rows.len());
    let unknown: Vec<&&str> = missed
        .iter()
        .filter(|m| !KNOWN_AUTOMATIC_MISSES.contains(m))
        .collect();
    assert_eq!(unknown, Vec::<&&str>::new());
    // an invitation without a form that says so is read as its sender's words
    let calendar = origins(&shared.join("corpora/calendar"));
    assert!(misses(&calendar, "calendar-invite", &["automatic invitation"]).len() <= 1);
}

/// Labelled as people's, and not: docs/reading/origin.md.
const MISLABELLED: &[&str] = &[
    // "This is an automated response to a message you have sent … I will be out of the office"
    "sacorpus__00033.2ceb520d2c6500ccf24357f2ebdce618.eml",
];

#[test]
fn people_are_people() {
    let Some(shared) = shared() else { return };
    let normal = origins(&shared.join("corpora/normal"));
    let others: Vec<&str> = misses(&normal, "", &["person"])
        .into_iter()
        .filter(|file| !MISLABELLED.contains(file))
        .collect();
    assert_eq!(others, Vec::<&str>::new());
    let lists = origins(&shared.join("corpora/lists-bulk"));
    assert_eq!(misses(&lists, "mailing-list-human", &["person"]).len(), 0);
    let bounced = |rows: &[(Label, String)]| rows.iter().filter(|(_, o)| o == "bounce").count();
    assert!(bounced(&lists) <= 1);
    let spam = origins(&shared.join("corpora/spam"));
    misses(&spam, "spam", &["person", "bulk"]);
    assert!(bounced(&spam) <= 5);
    for name in ["replies-unlabelled", "auth"] {
        let rows = origins(&shared.join("corpora").join(name));
        misses(&rows, "", &["person"]);
    }
}

#[test]
fn kinds_of_automatic_answers() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/autoreplies");
    let (mut right, mut all) = (0, 0);
    for label in labels(&folder) {
        let expected = match label.label.as_str() {
            l if l.starts_with("autoreply-vacation") => AutomaticKind::Absence,
            "autoreply-challenge" => AutomaticKind::Challenge,
            l if l.starts_with("read-receipt") => AutomaticKind::ReadReceipt,
            _ => continue,
        };
        let letter = read(&folder, &label.file);
        let Origin::Automatic(automatic) = &letter.origin else {
            continue;
        };
        all += 1;
        if automatic.kind == expected {
            right += 1;
        } else {
            println!("  {}: {expected:?}, read {automatic:?}", label.file);
        }
    }
    println!("kinds: {right} of {all}");
    assert!(right * 100 >= all * 60);
}
