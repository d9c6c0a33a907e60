//! A desk that was restored from an older copy: nothing is missing, and nobody is told twice.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use mesad::desk::{DeskError, audit, decide, receive, recover};
use mesad::mailbox::maildir;
use mesad::store;

use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

const SUBJECT: &str = "Desaprobación de informe técnico";

/// Everything that lies in the folder of outgoing mails: name and bytes.
pub fn out(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.join("mail/out")).unwrap();
    let mails = entries.map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    });
    mails.collect()
}

/// Numbers, states and data of all requests.
fn requests(stage: &Stage) -> Vec<String> {
    stage.column("SELECT number || ' ' || state || ' ' || data_key FROM requests ORDER BY id")
}

pub fn asks(stage: &mut Stage, report: u32) {
    stage.writes(TOMAS, SUBJECT, &memorandum(&format!("Informe N° {report}")));
}

/// Beatriz answers the mail that asked her about the request that was opened as this one.
fn approves(stage: &mut Stage, request: usize) {
    let sql = "SELECT message_id FROM notices WHERE message = 'approval-request' ORDER BY id";
    let asked = stage.column(sql)[request].clone();
    let mail = out(stage.folder.path())[&format!("{asked}.eml")].clone();
    answers(stage, &asked, &mail);
}

fn answers(stage: &mut Stage, asked: &str, mail: &[u8]) {
    let parsed = mail_parser::MessageParser::default().parse(mail).unwrap();
    let text = parsed.body_text(0).unwrap().into_owned();
    let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
    let lines = [
        format!("Message-ID: <answer-{asked}>"),
        format!("In-Reply-To: <{asked}>"),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    stage.delivers(
        &lines,
        BEATRIZ,
        "Re: Solicitud",
        &format!("Apruebo\n\n{quoted}"),
    );
}

pub fn copy(stage: &Stage, now: DateTime<Utc>) -> PathBuf {
    let to = stage.folder.path().join("copy.sqlite");
    stage.world().store.back_up(&to, false, now).unwrap();
    to
}

/// The desk stops, the copy is put back, the desk starts.
pub fn restored(stage: Stage, now: DateTime<Utc>) -> Stage {
    let folder = stage.stops();
    let (file, place) = (
        folder.path().join("copy.sqlite"),
        folder.path().join("state/mesad.sqlite"),
    );
    store::prepare(&file, &place).unwrap().put(now).unwrap();
    Stage::starts(folder, now).unwrap()
}

fn holds(stage: &Stage) {
    let broken = audit::verify(&stage.world().store).unwrap().broken;
    assert!(broken.is_empty(), "{broken:?}");
}

pub fn held(stage: &Stage) -> usize {
    stage.books(|books| books.held()).len()
}

fn troubles(stage: &Stage) -> Vec<String> {
    stage.column("SELECT details FROM troubles WHERE kind = 'restored'")
}

#[test]
fn what_came_since_the_copy_is_taken_again_and_nobody_is_told_twice() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    stage.drain();
    copy(&stage, at(5, 11));
    // In the time that is lost: an approval, two requests, a mail for a person.
    stage.set(at(5, 12));
    approves(&mut stage, 0);
    asks(&mut stage, 2);
    stage.drain();
    stage.set(at(5, 13));
    asks(&mut stage, 3);
    stage.writes("nadie@otra.example", "Hola", "¿Están ahí?\n");
    stage.drain();
    let (told, known, why) = (out(stage.folder.path()), requests(&stage), stage.reasons());
    assert_eq!(known.len(), 3);

    let mut stage = restored(stage, at(5, 15));
    assert_eq!(requests(&stage).len(), 1);
    stage.drain();
    assert_eq!(requests(&stage), known);
    assert_eq!(stage.reasons(), why);
    assert!(out(stage.folder.path()) == told, "something was sent again");
    assert_eq!(held(&stage), 0);
    let told_so = troubles(&stage);
    assert!(told_so[0].contains(" 0 esperan"), "{told_so:?}");
    holds(&stage);
    // Her answer to a mail that went out in the lost time, and that the copy never knew, counts.
    approves(&mut stage, 2);
    stage.drain();
    let state = stage.column("SELECT state FROM requests ORDER BY id");
    assert_eq!(
        state,
        ["awaiting-work", "awaiting-approval", "awaiting-work"]
    );
    // New requests go on after the numbers that were told.
    asks(&mut stage, 4);
    stage.drain();
    assert!(requests(&stage)[3].contains("-000004"));
    holds(&stage);
    crate::table::row(
        "an older copy of the database put back",
        "once, with a day of mails since",
        "none",
    );
}

/// Answers given in the lost time are taken again too, and refer to what is made again.
#[test]
fn a_request_that_was_opened_and_decided_in_the_lost_time_is_as_it_was() {
    let mut stage = Stage::begin();
    stage.drain();
    copy(&stage, at(5, 10));
    stage.set(at(5, 11));
    asks(&mut stage, 1);
    stage.drain();
    stage.set(at(5, 12));
    approves(&mut stage, 0);
    stage.drain();
    let (told, known) = (out(stage.folder.path()), requests(&stage));
    assert!(known[0].contains("awaiting-work"), "{known:?}");
    let mut stage = restored(stage, at(5, 16));
    stage.drain();
    assert_eq!(requests(&stage), known);
    assert!(out(stage.folder.path()) == told);
    holds(&stage);
}

#[test]
fn what_was_not_sent_before_goes_out_and_what_waits_in_the_mailbox_is_handled() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    stage.drain();
    copy(&stage, at(5, 11));
    stage.set(at(5, 12));
    asks(&mut stage, 2);
    stage.drain();
    // Handled and filed, and then the power went before anything was sent.
    asks(&mut stage, 3);
    let (mailbox, world) = (&mut stage.work.ends.mailbox, &stage.work.world);
    for mail in receive::look(mailbox, world).unwrap() {
        receive::take(mailbox, world, &mail).unwrap();
    }
    while decide::turn(world).unwrap() != decide::Decided::Nothing {}
    mesad::desk::file::turn(mailbox, world).unwrap();
    let told = out(stage.folder.path());
    // And this one came while it was down.
    asks(&mut stage, 4);

    let mut stage = restored(stage, at(5, 15));
    stage.drain();
    assert_eq!(requests(&stage).len(), 4);
    let now = out(stage.folder.path());
    assert!(
        told.iter()
            .all(|(name, bytes)| now.get(name) == Some(bytes))
    );
    // Acknowledgement and question of the third and of the fourth, each once.
    assert_eq!(now.len(), told.len() + 4);
    assert_eq!(held(&stage), 0);
    holds(&stage);
}

#[test]
fn without_the_list_of_what_was_sent_a_person_decides() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    stage.drain();
    copy(&stage, at(5, 11));
    stage.set(at(5, 12));
    asks(&mut stage, 2);
    stage.drain();
    let told = out(stage.folder.path());
    // The disk with the list is lost too.
    fs::remove_dir_all(stage.folder.path().join("state/sent")).unwrap();
    let mut stage = restored(stage, at(5, 15));
    // This came while the desk was down: nothing was ever said about it.
    asks(&mut stage, 3);
    stage.drain();
    assert_eq!(requests(&stage).len(), 3);
    assert_eq!(
        held(&stage),
        2,
        "acknowledgement and question of the second request"
    );
    let now = out(stage.folder.path());
    assert_eq!(now.len(), told.len() + 2, "those of the third");
    assert!(troubles(&stage)[0].contains(" 2 esperan"));
    // However often it looks.
    stage.set(at(6, 10));
    stage.drain();
    assert_eq!(held(&stage), 2);
    // One had arrived, the other had not, says who asked around.
    let ids: Vec<i64> = stage
        .books(|books| books.held())
        .iter()
        .map(|h| h.id)
        .collect();
    let (one, other) = (ids[0], ids[1]);
    let decided = stage.world().store.transact(move |books| {
        let sent = recover::decide(books, Some(&[one]), false, at(6, 10))?;
        Ok::<_, DeskError>((
            sent,
            recover::decide(books, Some(&[other]), true, at(6, 10))?,
        ))
    });
    assert_eq!(decided.unwrap(), (1, 1));
    let before = out(stage.folder.path()).len();
    let sql = format!("SELECT message_id FROM notices WHERE id = {other}");
    let id = stage.column(&sql).remove(0);
    // The same Message-ID as the first time, so that who has it already sees one mail.
    let file = format!("{id}.eml");
    assert!(told.contains_key(&file), "{file}");
    fs::remove_file(stage.folder.path().join("mail/out").join(&file)).unwrap();
    stage.drain();
    let after = out(stage.folder.path());
    assert_eq!(after.len(), before);
    assert!(after.contains_key(&file));
    assert_eq!(troubles(&stage), [] as [String; 0]);
    holds(&stage);
    crate::table::row(
        "the same, without the list of what was sent",
        "once",
        "none: a person decides",
    );
}

/// A list that does not know what the copy knows as sent is not the whole list.
#[test]
fn an_older_list_of_what_was_sent_is_not_believed_to_be_whole() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    stage.drain();
    let list = stage.folder.path().join("state/sent/2026-10.log");
    let older = fs::read(&list).unwrap();
    stage.set(at(5, 11));
    asks(&mut stage, 2);
    stage.drain();
    copy(&stage, at(5, 12));
    stage.set(at(5, 13));
    asks(&mut stage, 3);
    stage.drain();
    fs::write(&list, older).unwrap();
    let told = out(stage.folder.path());
    let mut stage = restored(stage, at(5, 15));
    stage.drain();
    assert_eq!(held(&stage), 2);
    assert!(out(stage.folder.path()) == told);
}

/// Reminders are made anew with another Message-ID; they are known by whom they went to, about what.
#[test]
fn a_reminder_of_the_lost_time_is_not_repeated() {
    let mut stage = Stage::begin();
    asks(&mut stage, 1);
    stage.drain();
    copy(&stage, at(5, 11));
    let sql = "SELECT count(*) || '' FROM notices WHERE message = 'approval-reminder'";
    let mut day = 6;
    while stage.column(sql) == ["0"] {
        stage.set(at(day, 10));
        stage.drain();
        stage.set(at(day, 16));
        stage.drain();
        day += 1;
        assert!(day < 20);
    }
    let told = out(stage.folder.path());
    let mut stage = restored(stage, at(day - 1, 17));
    stage.drain();
    assert_eq!(stage.column(sql), ["1"]);
    let is_digest = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("Resumen");
    let more: Vec<_> = out(stage.folder.path())
        .into_iter()
        .filter(|(name, bytes)| !told.contains_key(name) && !is_digest(bytes))
        .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    assert!(more.is_empty(), "{more:?}");
    assert_eq!(held(&stage), 0);
}

#[test]
fn mails_that_stay_where_they_are_and_mails_without_a_name_are_known_again() {
    use mesad::office::{Filing, MailboxSettings};
    let leave = |office: &mut mesad::office::Office| {
        if let MailboxSettings::Maildir { filing, .. } = &mut office.desk.mailbox {
            *filing = Filing::Leave;
        }
    };
    let mut stage = Stage::with(leave);
    let nameless = |stage: &mut Stage, report: u32| {
        let text = memorandum(&format!("Informe N° {report}"));
        stage.delivers(&["X-Number: 1"], TOMAS, SUBJECT, &text);
    };
    nameless(&mut stage, 1);
    stage.drain();
    copy(&stage, at(5, 11));
    stage.set(at(5, 12));
    nameless(&mut stage, 2);
    asks(&mut stage, 3);
    stage.drain();
    let (told, known) = (out(stage.folder.path()), requests(&stage));
    let folder = stage.stops();
    let (file, place) = (
        folder.path().join("copy.sqlite"),
        folder.path().join("state/mesad.sqlite"),
    );
    store::prepare(&file, &place)
        .unwrap()
        .put(at(5, 15))
        .unwrap();
    let mut stage = Stage::starts_with(folder, at(5, 15), leave).unwrap();
    stage.drain();
    assert_eq!(requests(&stage), known);
    assert!(out(stage.folder.path()) == told);
    assert_eq!(maildir_count(&stage), 3);
    holds(&stage);
}

fn maildir_count(stage: &Stage) -> usize {
    let _ = maildir::create(&stage.maildir());
    ["new", "cur"]
        .map(|folder| fs::read_dir(stage.maildir().join(folder)).unwrap().count())
        .iter()
        .sum()
}
