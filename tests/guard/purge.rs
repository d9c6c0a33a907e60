//! Retention: what is over is blanked, every chain still holds, and whatever looks at what is left
//! copes with it.

use mesad::desk::{audit, purge};
use mesad::office::Retention;
use mesad::request::RequestId;
use mesad::store::{Purgeable, Purger};

use crate::{
    BEATRIZ, Stage, TOMAS, at, closed_request, days, grep_database, memorandum, mesad, out,
};

/// Words of the memorandum, of the answer and of the newsletter.
const WORDS: [&str; 3] = [
    "listas de asistencia",
    "anexo de asistencia",
    "Novedades de la",
];
const ALL: Retention = Retention {
    mails_of_nothing: Some(100),
    mails: Some(200),
    documents: Some(200),
    sent: Some(200),
    requests: Some(300),
    accesses: Some(300),
};

fn whole() -> Purgeable {
    Purgeable {
        requests: vec![RequestId(1)],
        ..Purgeable::default()
    }
}

pub fn by_hand() -> Purger {
    Purger {
        by: "operator:ana".to_owned(),
        reason: "pedido 12".to_owned(),
    }
}

fn holds(stage: &Stage) -> u32 {
    let found = audit::verify(&stage.world().store).unwrap();
    assert_eq!(found.broken, []);
    found.purged
}

#[test]
fn a_night_blanks_what_is_over_and_nothing_else() {
    let mut stage = closed_request();
    std::sync::Arc::make_mut(&mut stage.work.world.office)
        .desk
        .retention = ALL;
    let kept = "SELECT input || '' FROM contents ORDER BY input";
    assert_eq!(stage.column(kept), ["1", "2", "3"]);
    stage.set(days(90));
    stage.drain();
    assert_eq!(stage.column(kept), ["1", "2", "3"], "too early");
    // Within the same day it is not looked at again.
    stage.set(days(101));
    stage.drain();
    assert_eq!(stage.column(kept), ["1", "2"], "the newsletter is over");
    let newsletter = "SELECT sender || subject FROM inputs WHERE id = 3";
    assert_eq!(stage.column(newsletter), [""]);
    holds(&stage);
    stage.set(days(201));
    stage.drain();
    assert_eq!(stage.column(kept), [] as [String; 0]);
    let bytes = "SELECT id || '' FROM notices WHERE request = 1 AND bytes IS NOT NULL";
    assert_eq!(stage.column(bytes), [] as [String; 0]);
    assert!(holds(&stage) >= 3);
    // The request itself is kept longer.
    let text = out(&mesad(&stage, &["show", "1"]));
    assert!(text.contains(TOMAS) && text.contains("purged"), "{text}");
    stage.set(days(301));
    stage.drain();
    assert!(holds(&stage) > 5);
    let text = out(&mesad(&stage, &["show", "1"]));
    assert!(!text.contains(TOMAS) && !text.contains("Tomás"), "{text}");
    assert!(
        text.contains("SIGEC-2026-000001") && text.contains("rejected"),
        "{text}"
    );
}

#[test]
fn what_is_blanked_is_in_no_file_of_the_database() {
    let mut stage = closed_request();
    for word in WORDS {
        assert!(!grep_database(&stage, word).is_empty(), "{word}");
    }
    std::sync::Arc::make_mut(&mut stage.work.world.office)
        .desk
        .retention = ALL;
    stage.set(days(301));
    stage.drain();
    for word in WORDS {
        assert_eq!(grep_database(&stage, word), [] as [String; 0], "{word}");
    }
    // Who decided, when and by which rule stays in the journal.
    let who = stage.column("SELECT by_whom FROM journal WHERE outcome = 'rejected'");
    assert_eq!(who, [BEATRIZ]);
}

#[test]
fn open_requests_and_mails_that_wait_are_left_alone() {
    let mut stage = Stage::begin();
    stage.writes(
        TOMAS,
        "Desaprobación de informe técnico",
        &memorandum("Informe N° 1"),
    );
    stage.writes(
        "alguien@otra.example",
        "Consulta",
        "¿Dónde pido una licencia?\n",
    );
    stage.drain();
    let everything = Retention {
        mails_of_nothing: Some(1),
        mails: Some(1),
        documents: Some(1),
        sent: Some(1),
        requests: Some(1),
        accesses: None,
    };
    let what = purge::due(&stage.world().store, &everything, days(3000)).unwrap();
    assert_eq!((what.mails, what.requests), (vec![], vec![]));
    let store = &stage.world().store;
    purge::blank(store, &whole(), &by_hand(), days(1)).unwrap();
    assert_eq!(stage.column("SELECT count(*) || '' FROM contents"), ["2"]);
    assert_eq!(holds(&stage), 0);
}

#[test]
fn a_purge_leaves_an_entry_and_a_blank_without_one_is_found() {
    let stage = closed_request();
    let before = stage.column("SELECT count(*) || '' FROM journal")[0].clone();
    purge::blank(&stage.world().store, &whole(), &by_hand(), days(1)).unwrap();
    assert!(holds(&stage) >= 5);
    let last = "SELECT j.outcome || ' ' || j.by_whom || ' ' || c.event FROM journal j
                JOIN journal_contents c ON c.entry = j.id WHERE j.request = 1
                ORDER BY j.place DESC LIMIT 1";
    let last = &stage.column(last)[0];
    assert!(last.starts_with("purged operator:ana"), "{last}");
    assert!(last.contains("pedido 12"), "{last}");
    assert_ne!(
        stage.column("SELECT count(*) || '' FROM journal")[0],
        before
    );
    // Nothing is left that a guess could be tried against.
    let left = stage.column(
        "SELECT j.place || '' FROM journal j JOIN journal_contents c ON c.entry = j.id
         WHERE j.request = 1 AND j.outcome <> 'purged'
           AND coalesce(c.event, c.event_salt, c.mail_salt, c.row_salt) IS NOT NULL",
    );
    assert_eq!(left, [] as [String; 0]);
    assert_eq!(stage.column("SELECT input || '' FROM contents"), ["3"]);

    // The same by somebody who writes the database, without saying so.
    let stage = closed_request();
    stage.alter(
        "DELETE FROM contents WHERE input = 1;
         UPDATE journal_contents SET mail_salt = NULL
           WHERE entry IN (SELECT id FROM journal WHERE input = 1);",
    );
    let found = audit::verify(&stage.world().store).unwrap();
    assert_eq!(found.broken.len(), 1, "{found:?}");
    let said = found.broken[0].to_string();
    assert!(said.contains("blanked, and no entry says"), "{said}");
}

#[test]
fn everything_copes_with_a_purged_request() {
    let mut stage = closed_request();
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    purge::blank(&stage.world().store, &whole(), &by_hand(), days(1)).unwrap();
    let sent = stage.column("SELECT count(*) || '' FROM notices WHERE request = 1")[0].clone();
    // A late answer by reference, one by number, and the same memorandum again.
    let lines = [
        "Message-ID: <late@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    stage.delivers(&lines, BEATRIZ, "Re: Desaprobación", "Apruebo.\n");
    stage.writes(TOMAS, "[SIGEC-2026-000001] ¿en qué va?", "¿En qué va?\n");
    stage.drain();
    let after = stage.column("SELECT count(*) || '' FROM notices WHERE request = 1")[0].clone();
    assert_eq!(sent, after, "nothing is told about it any more");
    for arguments in [
        &["show", "1"][..],
        &["show", "1", "--audit"],
        &["list", "--all"],
        &["list", "--all", "--json"],
    ] {
        let text = out(&mesad(&stage, arguments));
        assert!(text.contains("SIGEC-2026-000001"), "{text}");
        // Who did what stays in the record of the journal.
        let record = arguments.contains(&"--audit");
        assert_eq!(text.contains("Tomás"), record, "{text}");
    }
    let verified = out(&mesad(&stage, &["verify"]));
    assert!(
        verified.contains("all hold") && verified.contains("were purged"),
        "{verified}"
    );
    for mail in ["mail:1", "mail:2", &asked[0]] {
        let traced = out(&mesad(&stage, &["trace", mail]));
        assert!(!traced.contains("Tomás"), "{traced}");
    }
    let zip = stage.folder.path().join("x.zip");
    out(&mesad(
        &stage,
        &["export", "1", "-o", zip.to_str().unwrap()],
    ));
    for command in [&["reopen"][..], &["withdraw"]] {
        let mut arguments = command.to_vec();
        let more = ["1", "--reason", "x", "--as", "valentina-osorio"];
        arguments.extend(more);
        let refused = mesad(&stage, &arguments);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(
            !refused.status.success() && said.contains("purged on"),
            "{said}"
        );
    }
    assert!(holds(&stage) >= 5);
}

#[test]
fn a_purged_mail_that_is_met_again_is_not_taken_for_a_new_one() {
    let mut stage = closed_request();
    purge::blank(&stage.world().store, &whole(), &by_hand(), days(1)).unwrap();
    stage.set(at(7, 10));
    // The mailbox was restored: the same mails lie there under other UIDs.
    let id = ["Message-ID: <mail0@maule.example>"];
    let subject = "Desaprobación de informe técnico";
    stage.delivers(&id, TOMAS, subject, &memorandum("Informe N° 1"));
    stage.drain();
    assert_eq!(stage.reasons().last().unwrap(), "repeated");
    assert_eq!(stage.column("SELECT count(*) || '' FROM requests"), ["1"]);
}

#[test]
fn the_command_rehearses_and_blanks() {
    let stage = closed_request();
    // The machine's clock is years before or after the scene's: the newsletter is of October 2026.
    let rehearsed = out(&mesad(&stage, &["purge", "--dry-run"]));
    assert!(rehearsed.contains("would be blanked"), "{rehearsed}");
    assert!(
        rehearsed.contains("requests          nothing, it is kept"),
        "{rehearsed}"
    );
    let json = out(&mesad(&stage, &["purge", "--dry-run", "--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["dry_run"], true);
    assert!(json["before"]["requests"].is_null());
    assert_eq!(stage.column("SELECT count(*) || '' FROM contents"), ["3"]);
    out(&mesad(&stage, &["purge"]));
}

/// A word in each place that a request holds of people, the newest too.
#[test]
fn nothing_that_people_said_is_left_in_a_purged_request() {
    const WORD: &str = "Quillagua";
    let stage = closed_request();
    let nobody = r#"{"address":"q@Quillagua.example","name":"Quillagua","person":null}"#;
    let at = "2026-10-05T13:00:00Z";
    stage.alter(&format!(
        "UPDATE requests SET memorandum = '7-2026-{WORD}', body = json_set(body,
           '$.memorandum', '7-2026-{WORD}',
           '$.subject', '{WORD}',
           '$.opening_cell', 'operator:{WORD}',
           '$.related', json('{{\"kind\":\"continues\",\"request\":9,\"number\":\"X-1\",
                              \"said\":\"{WORD}\"}}'),
           '$.remarks', json('[{{\"by\":{nobody},\"at\":\"{at}\",\"text\":\"{WORD}\",
                              \"documents\":[]}}]'),
           '$.unconfirmed', json('[{{\"by\":{nobody},\"serial\":1,\"what\":\"withdrawal\"}}]'),
           '$.away', json('[{{\"person\":\"{WORD}\",\"until\":null}}]'),
           '$.approvals', json('[{{\"step\":0,\"role\":\"r\",\"by\":{nobody},
                                \"standing_in_for\":\"{WORD}\",\"delegated_by\":{nobody},
                                \"at\":\"{at}\",\"cell\":\"{WORD}\",\"recorded\":\"{WORD}\"}}]'));"
    ));
    assert!(!grep_database(&stage, WORD).is_empty());
    purge::blank(&stage.world().store, &whole(), &by_hand(), days(1)).unwrap();
    assert_eq!(grep_database(&stage, WORD), [] as [String; 0]);
    let left = stage.column("SELECT body FROM requests");
    assert!(left[0].contains("X-1"), "which one it continued stays");
}

/// What stands beside mails and requests has its time, too, and what goes on is left alone.
#[test]
fn alarms_orders_and_absences_are_blanked_when_they_are_over() {
    const WORD: &str = "Quillagua";
    let mut stage = closed_request();
    let (over, late) = (days(0).timestamp_micros(), days(90).timestamp_micros());
    let order = |what: &str| {
        format!("{{\"by\":{{\"login\":\"ana\"}},\"reason\":\"{WORD}\",\"order\":{what}}}")
    };
    let away = order(r#"{"absence-end":{"person":"beatriz-alcaino"}}"#);
    let sort = order(r#"{"sort":{"input":3,"to":"not-ours"}}"#);
    let request = order(r#"{"request":{"request":1,"act":"withdraw"}}"#);
    stage.alter(&format!(
        "INSERT INTO alarms (kind, about, began_at, details, ended_at)
           VALUES ('flood', '{WORD}@a.example', {over}, '{WORD}', {over}),
                  ('flood', 'tarde@a.example', {late}, '{WORD}', {late}),
                  ('restored', '', {over}, 'sigue', NULL);
         INSERT INTO commands (at, operator, body, state, words, ended_at)
           VALUES ({over}, 'operator:ana', '{away}', 'done', '{WORD}', {over}),
                  ({over}, 'operator:ana', '{sort}', 'done', '', {over}),
                  ({over}, 'operator:ana', '{request}', 'done', '', {over});
         INSERT INTO marks (name, at) VALUES ('flood-of-openings-{WORD}@a.example', {over});
         INSERT INTO absences (person, first_day, last_day, operator, reason)
           VALUES ('beatriz-alcaino', '2026-10-01', '2026-10-02', '{{\"login\":\"ana\"}}', '{WORD}');"
    ));
    std::sync::Arc::make_mut(&mut stage.work.world.office)
        .desk
        .retention = ALL;
    stage.set(days(101));
    stage.drain();
    let alarms = "SELECT about || '|' || details FROM alarms WHERE kind <> 'no-fetch' ORDER BY id";
    assert_eq!(
        stage.column(alarms),
        ["|", &format!("tarde@a.example|{WORD}"), "|sigue"]
    );
    let orders = stage.column("SELECT body || words FROM commands ORDER BY id");
    assert_eq!(
        orders,
        ["{}", "{}", &request],
        "what is the request's goes with it"
    );
    assert_eq!(stage.column("SELECT reason FROM absences"), [""]);
    stage.set(days(301));
    stage.drain();
    assert_eq!(grep_database(&stage, WORD), [] as [String; 0]);
    holds(&stage);
}

/// Of few words a hash could be guessed; a mail that comes again is known all the same.
#[test]
fn hashes_of_words_go_and_the_mail_is_still_known() {
    let mut stage = closed_request();
    let hashes = "SELECT count(words_digest) || ' ' || count(content) FROM inputs WHERE id < 3";
    assert_eq!(stage.column(hashes), ["2 2"]);
    purge::blank(&stage.world().store, &whole(), &by_hand(), days(1)).unwrap();
    assert_eq!(stage.column(hashes), ["0 0"]);
    // The answer once more, by another door that writes its own line above.
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    stage.set(at(7, 10));
    let lines = [
        "Received: from otra.example by mx.example; Wed, 7 Oct 2026 10:00:00 -0300",
        "Message-ID: <no@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    let no = "Rechazo: falta el anexo de asistencia.\n";
    stage.delivers(&lines, BEATRIZ, "Re: Desaprobación", no);
    let sent =
        "SELECT message || ' ' || address FROM notices WHERE request IS NOT NULL ORDER BY id";
    let before = stage.column(sent);
    stage.drain();
    assert_eq!(stage.reasons().last().unwrap(), "repeated");
    assert_eq!(stage.column(sent), before);
}
