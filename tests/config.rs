//! The shipped configuration loads, and broken ones say what is wrong with them, to the letter.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mesad::config::{File, coverage, load, shipped};
use mesad::office::{
    Authentication, Authserv, FieldName, Filing, Login, MailboxSettings, Office, OutgoingSettings,
    ProcedureId, SecretSource, StampPlace,
};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config")
}

/// All `*.toml` beneath a folder, with names relative to it.
fn files_in(folder: &Path) -> Vec<File> {
    let mut files = vec![];
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                files.push(File {
                    name: path
                        .strip_prefix(folder)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned(),
                    text: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    files
}

/// The shipped configuration with a folder's files in the place of those of the same name, and
/// without those that its `absent.txt` lists.
fn shipped_with(folder: &Path) -> Vec<File> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for file in shipped().into_iter().chain(files_in(folder)) {
        files.insert(file.name, file.text);
    }
    if let Ok(absent) = fs::read_to_string(folder.join("absent.txt")) {
        for name in absent.lines() {
            assert!(files.remove(name).is_some(), "{name} is not there anyway");
        }
    }
    let file = |(name, text)| File { name, text };
    files.into_iter().map(file).collect()
}

fn problems(files: &[File]) -> String {
    match load(files) {
        Ok(_) => String::new(),
        Err(problems) => problems.iter().map(|p| format!("{p}\n\n")).collect(),
    }
}

fn sound(files: &[File]) -> Office {
    load(files).unwrap_or_else(|_| panic!("{}", problems(files)))
}

/// With `MESAD_BLESS=1` the expected texts are written anew, to be read before they are committed.
#[test]
fn broken_configurations_say_what_is_wrong() {
    let bless = std::env::var_os("MESAD_BLESS").is_some();
    let mut cases: Vec<PathBuf> = fs::read_dir(fixtures().join("bad"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let mut wrong = String::new();
    for case in cases {
        let actual = problems(&shipped_with(&case));
        let expected = fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
        if bless {
            fs::write(case.join("expected.txt"), &actual).unwrap();
        } else if actual.is_empty() || actual != expected {
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            wrong += &format!("== {name}: expected\n{expected}-- found\n{actual}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_shipped_configuration_is_the_office_of_the_procedures() {
    let office = sound(&shipped());
    let of = |id: &str| office.procedure(&ProcedureId(id.to_owned())).unwrap();
    let hours: Vec<(&str, u32)> = office
        .procedures
        .iter()
        .map(|p| (p.id.as_str(), p.hours))
        .collect();
    let expected = [
        ("budget-allocation-date-change", 24),
        ("budget-modification-date-change", 24),
        ("national-call-creation", 16),
        ("organization-creation", 24),
        ("rendition-disapproval", 24),
        ("standard-call-creation", 24),
        ("technical-report-disapproval", 24),
        ("user-creation-executor", 24),
        ("user-creation-supervisor", 24),
    ];
    assert_eq!(hours, expected);
    let chains: Vec<Vec<&str>> = of("rendition-disapproval")
        .chains
        .iter()
        .map(|c| c.steps.iter().map(|s| s.role.0.as_str()).collect())
        .collect();
    let standard = vec!["regional-administrative-head", "programme-manager"];
    let national = vec!["administration-and-finance", "programme-manager"];
    assert_eq!(chains, [standard, national]);
    let closing = |id| of(id).closing.clone();
    assert_eq!(
        closing("standard-call-creation"),
        Some(FieldName::from("closing_at"))
    );
    assert_eq!(closing("national-call-creation"), None);
    assert!(of("organization-creation").requester_is_authority());
    assert!(!of("technical-report-disapproval").requester_is_authority());
    assert_eq!(
        (office.regions.len(), office.directory.roles.len()),
        (16, 16)
    );
    assert!(office.programmes.len() >= 4);
}

#[test]
fn every_role_finds_somebody_everywhere() {
    let office = sound(&shipped());
    let proofs = coverage(&office);
    assert!(proofs.iter().all(|proof| proof.gaps.is_empty()));
    let scopes = |role: &str| proofs.iter().find(|p| p.role.0 == role).map(|p| p.scopes);
    assert_eq!(scopes("supervisor"), Some(16));
    assert_eq!(scopes("programme-manager"), Some(office.programmes.len()));
    assert_eq!(scopes("it-engineer"), Some(1));
}

/// What the code reads is what the comments of the shipped files name, with its default.
#[test]
fn the_shipped_files_name_every_key() {
    let keys: [(&str, &[&str]); 6] = [
        ("desk.toml", &DESK),
        ("calendar.toml", &CALENDAR),
        (
            "territory.toml",
            &["region", "programme", "name", "synonyms"],
        ),
        (
            "directory/roles.toml",
            &["role", "id", "name", "by_region", "by_programme"],
        ),
        ("directory/national.toml", &PERSON),
        ("procedures/rendition-disapproval.toml", &PROCEDURE),
    ];
    let shipped = shipped();
    let mut unnamed = vec![];
    for (name, keys) in keys {
        let file = shipped.iter().find(|f| f.name == name).unwrap();
        let not_a_key = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
        let words: BTreeSet<&str> = file.text.split(not_a_key).collect();
        let absent = keys.iter().filter(|key| !words.contains(**key));
        unnamed.extend(absent.map(|key| format!("{name}: {key}")));
    }
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

const DESK: [&str; 59] = [
    "name",
    "tag",
    "address",
    "aliases",
    "plus_addresses",
    "authentication",
    "authserv_id",
    "authserv_relays",
    "authserv_place",
    "systems",
    "triage_role",
    "escalation_role",
    "state",
    "limits",
    "mail_bytes",
    "mails_per_address_and_day",
    "mails_from_address_and_day",
    "tries",
    "duplicate_days",
    "free_bytes",
    "backup",
    "at",
    "keep",
    "rhythm",
    "warnings",
    "reminder",
    "again_days",
    "quiet_outside_hours",
    "alarm",
    "open_minutes",
    "closed_minutes",
    "undecided_minutes",
    "unsent_minutes",
    "clock_minutes",
    "backup_minutes",
    "refused_minutes",
    "mailbox",
    "kind",
    "path",
    "filing",
    "done",
    "review",
    "since",
    "most_at_start",
    "host",
    "port",
    "security",
    "ca_file",
    "user",
    "folder",
    "poll_seconds",
    "login",
    "method",
    "credential",
    "file",
    "environment",
    "command",
    "outgoing",
    "timeout_seconds",
];
const CALENDAR: [&str; 18] = [
    "zone",
    "hours",
    "holidays",
    "blocks",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "day_off",
    "date",
    "name",
    "region",
    "month",
    "day",
    "zone",
];
const PERSON: [&str; 16] = [
    "person",
    "id",
    "name",
    "post",
    "addresses",
    "shared",
    "members",
    "senders",
    "roles",
    "role",
    "region",
    "programme",
    "absences",
    "from",
    "until",
    "substitutes",
];
const PROCEDURE: [&str; 32] = [
    "name",
    "hours",
    "clock_stops",
    "closing",
    "requester_approves",
    "escalation_role",
    "requesters",
    "roles",
    "otherwise",
    "refer",
    "field",
    "label",
    "kind",
    "required",
    "required_when",
    "differs_from",
    "example",
    "shown",
    "synonyms",
    "document",
    "chain",
    "when",
    "steps",
    "role",
    "executor",
    "copy_to",
    "hand_on_text",
    "recognition",
    "phrases",
    "words",
    "against",
    "triage",
];

fn shipped_but(name: &str, text: String) -> Vec<File> {
    let mut files = shipped();
    files.iter_mut().find(|f| f.name == name).unwrap().text = text;
    files
}

/// The lines that a comment of `desk.toml` offers, from the one that begins so to the next gap.
fn offered(text: &str, beginning: &str) -> String {
    let lines = text
        .lines()
        .skip_while(|l| !l.starts_with(beginning))
        .skip(2);
    let block = lines.take_while(|line| line.starts_with('#'));
    block
        .map(|line| format!("{}\n", line.trim_start_matches('#').trim_start()))
        .filter(|line| !line.starts_with("The secret"))
        .collect()
}

#[test]
fn the_servers_that_the_comments_offer_can_be_used() {
    let desk = fs::read_to_string("config/desk.toml").unwrap();
    let (head, _) = desk.split_once("# The mailbox: a Maildir").unwrap();
    let [imap, smtp] = ["# An IMAP server", "# An SMTP server"].map(|from| offered(&desk, from));
    let others = ["file =", "environment =", "command ="];
    let one_secret = |line: &&str| !others.iter().any(|o| line.starts_with(o));
    let imap: Vec<&str> = imap.lines().filter(one_secret).collect();
    let office = sound(&shipped_but(
        "desk.toml",
        format!("{head}{}\n{smtp}", imap.join("\n")),
    ));
    let MailboxSettings::Imap { server, filing } = office.desk.mailbox else {
        panic!("not IMAP");
    };
    assert_eq!(
        (server.host.as_str(), server.port),
        ("imap.sigec.example", 993)
    );
    let secret = SecretSource::Credential("imap-password".to_owned());
    assert_eq!(server.login, Login::Password(secret));
    assert!(matches!(filing, Filing::Move { .. }));
    let OutgoingSettings::Smtp(server) = office.desk.outgoing else {
        panic!("not SMTP");
    };
    assert_eq!((server.port, server.timeout_seconds), (465, 60));
    assert!(server.login.is_some());
}

/// The shipped desk writes its defaults out; without them it is the same.
#[test]
fn the_defaults_that_the_comments_name_are_those_of_the_code() {
    let required = "name = 'Mesa de Ayuda SIGEC'\ntag = 'SIGEC'\naddress = 'mesa@sigec.example'\n\
                    triage_role = 'desk-operator'\nescalation_role = 'sigec-manager'\n\
                    mailbox = { kind = 'maildir' }\noutgoing = { kind = 'directory' }\n";
    let bare = sound(&shipped_but("desk.toml", required.to_owned())).desk;
    let mut shipped = sound(&shipped()).desk;
    // The only two that the shipped file fills where the default is nothing.
    shipped.aliases.clear();
    shipped.systems.clear();
    assert_eq!(bare, shipped);
}

/// As some editors save it.
#[test]
fn carriage_returns_and_a_byte_order_mark_do_no_harm() {
    let mut files = shipped();
    for file in &mut files {
        file.text = format!("\u{feff}{}", file.text.replace('\n', "\r\n"));
    }
    sound(&files);
    for file in &mut files {
        file.text = file.text.replace("tries = 3", "tries = 0");
    }
    let text = problems(&files);
    assert!(
        text.starts_with("desk.toml:43:9: 0 is out of range\n  | tries = 0\n"),
        "{text}"
    );
}

#[test]
fn each_way_to_judge_senders_can_be_chosen() {
    let with = |lines: &str| {
        let mut files = shipped();
        let desk = files.iter_mut().find(|f| f.name == "desk.toml").unwrap();
        desk.text = desk.text.replace("authentication = \"none\"", lines);
        sound(&files).desk.authentication
    };
    let authserv = |ids: &[&str], relays: &[&str], place| {
        let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        Authentication::Authserv(Authserv {
            ids: own(ids),
            relays: own(relays),
            place,
        })
    };
    assert_eq!(with("authentication = \"none\""), Authentication::None);
    assert_eq!(with(""), Authentication::None);
    assert_eq!(with("authentication = \"google\""), Authentication::Google);
    let microsoft = with("authentication = \"microsoft365\"");
    assert_eq!(microsoft, Authentication::Microsoft365);
    assert_eq!(
        with("authentication = \"authserv\"\nauthserv_id = \"MX.oficina.example\""),
        authserv(&["mx.oficina.example"], &[], StampPlace::Above)
    );
    assert_eq!(
        with(
            "authentication = \"authserv\"\nauthserv_id = [\"mx1\", \"mx2\"]\n\
             authserv_relays = [\"imap\"]\nauthserv_place = \"below\""
        ),
        authserv(&["mx1", "mx2"], &["imap"], StampPlace::Below)
    );
}

#[test]
fn a_tenth_procedure_needs_only_configuration() {
    let office = sound(&shipped_with(&fixtures().join("tenth")));
    assert_eq!(office.procedures.len(), 10);
    let id = ProcedureId("counterpart-change".to_owned());
    let tenth = office.procedure(&id).unwrap();
    assert_eq!(tenth.name, "Cambio de contraparte");
    assert_eq!(tenth.chains.len(), 1);
}

fn mesad(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mesad"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

#[test]
fn check_says_what_it_found_and_ends_with_2() {
    let (code, out, _) = mesad(&["check"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("ok: 9 procedures, "), "{out}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oficina");
    let name = path.to_str().unwrap();
    assert_eq!(mesad(&["init", name]).0, 0);
    assert_eq!(mesad(&["check", "--config", name]).1, out);

    let desk = fs::read_to_string(path.join("desk.toml")).unwrap();
    fs::write(path.join("desk.toml"), desk.replace("tries =", "trys =")).unwrap();
    fs::write(path.join("latin1.toml"), b"name = \"A\xf1o\"").unwrap();
    let (code, out, _) = mesad(&["check", "--config", name]);
    assert_eq!(code, 2);
    let place = format!("{}:", path.join("desk.toml").display());
    assert!(out.contains(&place), "{out}");
    for part in [
        "unknown key `trys`",
        "  | ^^^^\n",
        "did you mean `tries`?",
        "2 problems\n",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(out.contains("latin1.toml: cannot be read"), "{out}");
    assert!(out.contains("save the file as UTF-8"), "{out}");
}

#[test]
fn init_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let desk = folder.path().join("desk.toml");
    fs::write(&desk, "# mine").unwrap();
    let (code, _, err) = mesad(&["init", folder.path().to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(err.contains("desk.toml is there already"), "{err}");
    assert_eq!(fs::read_to_string(&desk).unwrap(), "# mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
