//! Who looked at what is noted before they see it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::{BEATRIZ, OPERATORS, closed_request, mesad, out};

#[test]
fn each_look_is_noted_with_who_when_and_what() {
    let stage = closed_request();
    out(&mesad(&stage, &["show", "1"]));
    out(&mesad(&stage, &["show", "1"]));
    let zip = stage.folder.path().join("x.zip");
    out(&mesad(
        &stage,
        &["export", "1", "-o", zip.to_str().unwrap()],
    ));
    out(&mesad(&stage, &["trace", "mail:1"]));
    out(&mesad(&stage, &["list"]));
    out(&mesad(&stage, &["held"]));
    out(&mesad(&stage, &["check", "--mailbox"]));
    // A rehearsal shows what the order would; a refused one shows nothing.
    let rehearsal = ["absence", "add", BEATRIZ, "2030-01-07", "2030-01-08"];
    let common = ["--reason", "vacaciones", "--as", OPERATORS[0], "--dry-run"];
    out(&mesad(&stage, &[&rehearsal[..], &common[..]].concat()));
    let said = out(&mesad(&stage, &["access", "--json"]));
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let rows: Vec<String> = said["accesses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {}", row["command"], row["about"], row["times"]))
        .collect();
    let number = "\"SIGEC-2026-000001\"";
    let expected = [
        "\"dry-run\" \"\" 1".to_owned(),
        "\"check --mailbox\" \"\" 1".to_owned(),
        "\"held\" \"\" 1".to_owned(),
        "\"list\" \"\" 1".to_owned(),
        "\"trace\" \"mail:1\" 1".to_owned(),
        format!("\"export\" {number} 1"),
        format!("\"show\" {number} 2"),
    ];
    assert_eq!(rows, expected);
    let uid = rustix::process::getuid().as_raw();
    assert_eq!(said["accesses"][0]["uid"], uid);
    let text = out(&mesad(&stage, &["access", "--about", "SIGEC-2026-000001"]));
    assert_eq!(text.lines().count(), 2, "{text}");
    let mode = fs::metadata(stage.folder.path().join("state/access.sqlite"));
    assert_eq!(mode.unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_cannot_be_noted_is_not_shown() {
    let stage = closed_request();
    let log = stage.folder.path().join("state/access.sqlite");
    fs::remove_file(&log).unwrap();
    // Not even root can open a folder as a database.
    fs::create_dir(&log).unwrap();
    for arguments in [
        &["show", "1"][..],
        &["show", "1", "--audit"],
        &["export", "1"],
    ] {
        let refused = mesad(&stage, arguments);
        assert!(
            !refused.status.success() && refused.stdout.is_empty(),
            "{refused:?}"
        );
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("nothing is shown"), "{said}");
    }
    // A list must be there in an emergency; it says so.
    let list = mesad(&stage, &["list", "--all"]);
    assert!(
        String::from_utf8_lossy(&list.stderr).contains("warning"),
        "{list:?}"
    );
    assert!(out(&list).contains("SIGEC-2026-000001"));
}

#[test]
fn whoever_looks_does_not_wait_for_the_desk() {
    let stage = closed_request();
    // The desk's database is held by a writer; the log is another file.
    let own = rusqlite::Connection::open(stage.folder.path().join("state/mesad.sqlite")).unwrap();
    own.execute_batch("BEGIN IMMEDIATE").unwrap();
    let text = out(&mesad(&stage, &["show", "1"]));
    assert!(text.contains("SIGEC-2026-000001"));
}
