//! Each kind of content is kept for its own days: no two settings are the same here, so that none can
//! stand in for another.

use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use mesad::config;
use mesad::office::Retention;
use mesad::store::{Access, AccessLog};

use crate::office::Folder;
use crate::stage::{BEATRIZ, Stage, TOMAS, memorandum};
use crate::{days, grep_database};

/// In an order that no mix-up of two keeps.
const EACH: Retention = Retention {
    mails_of_nothing: Some(250),
    mails: Some(150),
    documents: Some(300),
    sent: Some(200),
    requests: Some(350),
    accesses: Some(100),
};

/// A request that is closed on the 5th, whose memorandum brought a document; a newsletter.
fn closed() -> Stage {
    let mut stage = Stage::begin();
    let text = memorandum("Informe N° 1");
    let mail = format!(
        "Message-ID: <d@maule.example>\nFrom: <{TOMAS}>\nTo: <mesa@sigec.example>\n\
         Subject: Desaprobación\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n\
         --b\nContent-Type: text/plain; name=\"anexo.txt\"\n\
         Content-Disposition: attachment; filename=\"anexo.txt\"\n\nDetalle\n--b--\n"
    );
    stage.drops(mail.replace('\n', "\r\n").as_bytes());
    stage.drain();
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    let lines = [
        "Message-ID: <no@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    stage.delivers(
        &lines,
        BEATRIZ,
        "Re: Desaprobación",
        "Rechazo: falta el anexo.\n",
    );
    let lines = ["Message-ID: <news@boletin.example>", "Precedence: bulk"];
    stage.delivers(&lines, "news@boletin.example", "Boletín", "Novedades.\n");
    stage.drain();
    std::sync::Arc::make_mut(&mut stage.work.world.office)
        .desk
        .retention = EACH;
    stage
}

/// What is left: mails received, mails of the desk about the request, the request.
fn left(stage: &Stage) -> (Vec<String>, bool, bool) {
    let inputs = "SELECT i.subject FROM contents c JOIN inputs i ON i.id = c.input ORDER BY i.id";
    let sent = "SELECT message FROM notices WHERE request = 1 AND bytes IS NOT NULL";
    let request = "SELECT number FROM requests WHERE purged_at IS NULL";
    (
        stage.column(inputs),
        !stage.column(sent).is_empty(),
        !stage.column(request).is_empty(),
    )
}

#[test]
fn each_kind_goes_on_its_own_day() {
    let mut stage = closed();
    let (memorandum, answer, news) = ("Desaprobación", "Re: Desaprobación", "Boletín");
    let states: [(i64, &[&str], bool, bool); 7] = [
        (101, &[memorandum, answer, news], true, true),
        (149, &[memorandum, answer, news], true, true),
        (151, &[memorandum, news], true, true),
        (201, &[memorandum, news], false, true),
        (251, &[memorandum], false, true),
        (301, &[], false, true),
        (351, &[], false, false),
    ];
    for (day, mails, sent, request) in states {
        stage.set(days(day));
        stage.drain();
        let mails: Vec<String> = mails.iter().map(|mail| (*mail).to_owned()).collect();
        assert_eq!(left(&stage), (mails, sent, request), "on day {day}");
    }
    assert!(grep_database(&stage, "Quebrada Honda").is_empty());
}

/// From the file to the setting of the same name.
#[test]
fn each_setting_is_read_from_its_own_line() {
    let folder = Folder::new();
    let path = folder.config().join("desk.toml");
    let text = fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once("\n[retention]\n").unwrap();
    let (_, tail) = rest.split_once("\n[mailbox]\n").unwrap();
    let table = "mails_of_nothing = 250\nmails = 150\ndocuments = 300\nsent = 200\n\
                 requests = 350\naccesses = 100\n";
    let text = format!("{head}\n[retention]\n{table}\n[mailbox]\n{tail}");
    let mut files = config::shipped();
    let desk = files
        .iter_mut()
        .find(|file| file.name == "desk.toml")
        .unwrap();
    desk.text = text;
    assert_eq!(config::load(&files).unwrap().desk.retention, EACH);
}

fn looked(log: &mut AccessLog, about: &str, at: DateTime<Utc>) {
    let access = Access {
        uid: 7,
        login: "ana".to_owned(),
        command: "show".to_owned(),
        about: about.to_owned(),
    };
    log.note(&access, at).unwrap();
}

/// The log of accesses, whose clock is the machine's: what is older goes when the desk starts.
#[test]
fn the_log_of_accesses_is_kept_for_its_own_days() {
    let folder = Folder::new();
    assert!(folder.run(&[]).status.success());
    let path = folder.path().join("work/state/access.sqlite");
    let now = mesad::desk::clock::Clock::Real.now();
    let mut log = AccessLog::open(&path).unwrap();
    for (about, ago) in [("old", 101), ("young", 99), ("new", 0)] {
        looked(&mut log, about, now - TimeDelta::days(ago));
    }
    // Begun long ago, and looked at again within its hour.
    let hour = now - TimeDelta::days(100) - TimeDelta::minutes(20);
    looked(&mut log, "both", hour);
    looked(&mut log, "both", hour + TimeDelta::minutes(40));
    let kept = |log: &AccessLog| {
        let list = log.list(None, 10).unwrap();
        let mut about: Vec<String> = list.into_iter().map(|row| row.access.about).collect();
        about.sort();
        about
    };
    let desk = folder.config().join("desk.toml");
    let text = fs::read_to_string(&desk).unwrap();
    // As it ships, and for ever.
    for setting in ["accesses = 1826", "accesses = 0"] {
        fs::write(&desk, text.replace("accesses = 1826", setting)).unwrap();
        assert!(folder.run(&[]).status.success());
        assert_eq!(kept(&log), ["both", "new", "old", "young"], "{setting}");
    }
    fs::write(&desk, text.replace("accesses = 1826", "accesses = 100")).unwrap();
    // The days are counted back from the last purge: one that is long ago drops nothing.
    let database = rusqlite::Connection::open(folder.path().join("work/state/mesad.sqlite"));
    let back = "UPDATE marks SET at = at - 50 * 86400000000 WHERE name = 'purge'";
    let database = database.unwrap();
    assert_eq!(database.execute(back, []).unwrap(), 1);
    drop(database);
    assert!(folder.run(&[]).status.success());
    assert_eq!(kept(&log), ["both", "new", "old", "young"]);
    let database = rusqlite::Connection::open(folder.path().join("work/state/mesad.sqlite"));
    let now = "UPDATE marks SET at = at + 50 * 86400000000 WHERE name = 'purge'";
    database.unwrap().execute(now, []).unwrap();
    assert!(folder.run(&[]).status.success());
    assert_eq!(kept(&log), ["both", "new", "young"]);
}
