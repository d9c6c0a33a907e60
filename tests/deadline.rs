//! `mesad deadline`, run as people run it.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::{Command, Output};

use serde_json::Value;

fn deadline(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mesad"))
        .arg("deadline")
        .args(arguments)
        .output()
        .unwrap()
}

/// The lines of a run that must succeed.
fn lines(arguments: &[&str]) -> Vec<String> {
    let output = deadline(arguments);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {err}");
    assert_eq!(err, "", "{arguments:?}");
    out.lines().map(str::to_owned).collect()
}

fn json(arguments: &[&str]) -> Vec<Value> {
    let arguments = [arguments, &["--json"]].concat();
    lines(&arguments)
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Usage that must be refused, with what standard error must say.
fn refused(arguments: &[&str], status: i32, says: &str) {
    let output = deadline(arguments);
    let err = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {err}");
    assert!(err.contains(says), "{arguments:?}: {err}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
}

#[test]
fn it_prints_the_instant_and_why() {
    let printed = lines(&["--from", "2026-09-17 15:30", "--hours", "24"]);
    let expected = [
        "Wednesday 2026-09-23 15:30:00 -03:00  (America/Santiago)",
        "24:00 h after Thursday 2026-09-17 15:30:00 -03:00, office hours",
        "  Thu 2026-09-17  used   0:30  left  23:30  08:00-16:00",
        "  Fri 2026-09-18  used   0:00  left  23:30  Día de la Independencia",
        "  Sat 2026-09-19  used   0:00  left  23:30  Día de las Glorias del Ejército",
        "  Sun 2026-09-20  used   0:00  left  23:30  Sunday",
        "  Mon 2026-09-21  used   8:00  left  15:30  08:00-16:00",
        "  Tue 2026-09-22  used   8:00  left   7:30  08:00-16:00",
        "  Wed 2026-09-23  used   7:30  left   0:00  08:00-16:00",
    ];
    assert_eq!(printed, expected);
}

#[test]
fn json_answers_come_one_a_line_in_the_order_of_the_questions() {
    let from = [
        "2026-09-17 15:30",
        "2026-03-06T14:00",
        "2026-03-06 14:00:30",
    ];
    let arguments: Vec<_> = from.iter().flat_map(|f| ["--from", f]).collect();
    let answers = json(&[&arguments[..], &["--hours", "1"]].concat());
    let due: Vec<_> = answers
        .iter()
        .map(|a| a["deadline"].as_str().unwrap())
        .collect();
    let expected = [
        "2026-09-21T08:30:00-03:00",
        "2026-03-06T15:00:00-03:00",
        "2026-03-09T08:00:30-03:00",
    ];
    assert_eq!(due, expected);
    let steps = answers[0]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 5);
    assert_eq!(steps[0]["used_seconds"], 1_800);
    assert_eq!(steps[1]["why"], "Día de la Independencia");
    assert_eq!(steps[4]["left_seconds"], 0);
    assert_eq!(answers[0]["from"], "2026-09-17T15:30:00-03:00");
    assert_eq!(answers[0]["hours"], 1.0);
    assert_eq!(answers[0]["region"], Value::Null);
}

#[test]
fn the_other_reading() {
    let from = ["--from", "2026-09-17 15:30", "--hours", "24"];
    let answers = json(&[&from[..], &["--reading", "working-days"]].concat());
    assert_eq!(answers[0]["deadline"], "2026-09-21T15:30:00-03:00");
    assert_eq!(answers[0]["reading"], "working-days");
    let answers = json(&[&from[..], &["--reading", "office"]].concat());
    assert_eq!(answers[0]["deadline"], "2026-09-23T15:30:00-03:00");
}

#[test]
fn a_region_has_its_holidays_and_its_zone() {
    let nuble = ["--from", "2026-08-19 08:00", "--hours", "12", "--region"];
    let answers = json(&[&nuble[..], &["Ñuble"]].concat());
    assert_eq!(answers[0]["deadline"], "2026-08-21T12:00:00-04:00");
    let answers = json(&[&nuble[..], &["region de nuble"]].concat());
    assert_eq!(answers[0]["region"], "Ñuble");
    let answers = json(&[&nuble[..], &["Maule"]].concat());
    assert_eq!(answers[0]["deadline"], "2026-08-20T12:00:00-04:00");
    let answers = json(&[&nuble[..], &["Magallanes"]].concat());
    assert_eq!(answers[0]["deadline"], "2026-08-20T12:00:00-03:00");
    assert_eq!(answers[0]["zone"], "America/Punta_Arenas");
}

/// The rule that the help states for local times that are missing or double.
#[test]
fn times_about_a_change_of_the_clock() {
    let whole = ["--hours", "0", "--reading", "working-days", "--from"];
    let due = |from| json(&[&whole[..], &[from]].concat())[0]["deadline"].clone();
    assert_eq!(due("2026-09-06 00:30"), "2026-09-06T01:00:00-03:00");
    assert_eq!(due("2026-04-04 23:30"), "2026-04-04T23:30:00-03:00");
    assert_eq!(
        due("2026-04-04T23:30:00-04:00"),
        "2026-04-04T23:30:00-04:00"
    );
    assert_eq!(due("2026-04-05T03:30:00Z"), "2026-04-04T23:30:00-04:00");
}

#[test]
fn parts_of_hours() {
    for (hours, expected) in [("1.5", "09:30"), ("1:30", "09:30"), ("0.25", "08:15")] {
        let answers = json(&["--from", "2026-03-09 08:00", "--hours", hours]);
        let expected = format!("2026-03-09T{expected}:00-03:00");
        assert_eq!(answers[0]["deadline"], expected.as_str(), "{hours}");
    }
}

#[test]
fn what_cannot_be_answered_is_refused_before_anything_is_printed() {
    let good = "2026-09-17 15:30";
    refused(
        &["--from", good, "--from", "17-09-2026", "--hours", "1"],
        2,
        "write it as",
    );
    refused(&["--from", good, "--hours", "1:75"], 2, "write hours as");
    refused(&["--from", good, "--hours", "-1"], 2, "unexpected argument");
    refused(&["--hours", "1"], 2, "--from");
    refused(&["--from", good], 2, "--hours");
    refused(
        &["--from", good, "--hours", "1", "--reading", "none"],
        2,
        "working-days",
    );
    refused(&["--from", good, "--hours", "99999"], 1, "ten years");
    let nowhere = ["--from", good, "--hours", "1", "--region", "Mendoza"];
    refused(&nowhere, 2, "Maule, Ñuble");
    let no_folder = ["--from", good, "--hours", "1", "--config", "/nonexistent"];
    refused(&no_folder, 2, "/nonexistent");
}

/// Another office: lunch, another reading, a closure, a zone; the arguments still have the last word.
#[test]
fn the_configuration_of_a_folder_is_used() {
    let folder = tempfile::tempdir().unwrap();
    for file in mesad::config::shipped() {
        let path = folder.path().join(&file.name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let changed = file
            .text
            .replace("hours = \"office\"", "hours = \"working-days\"")
            .replace(
                "thursday = [\"08:00-16:00\"]",
                "thursday = [\"08:00-12:00\", \"13:00-16:00\"]",
            )
            .replace(
                "# [[day_off]]",
                "[[day_off]]\ndate = 2026-03-06\nname = \"Cierre\"\n#",
            );
        std::fs::write(path, changed).unwrap();
    }
    let config = folder.path().to_str().unwrap();
    let from = ["--config", config, "--from", "2026-03-05 11:30", "--hours"];
    let whole = json(&[&from[..], &["24"]].concat());
    assert_eq!(whole[0]["deadline"], "2026-03-09T11:30:00-03:00");
    assert_eq!(whole[0]["steps"][1]["why"], "Cierre");
    let office = json(&[&from[..], &["1", "--reading", "office"]].concat());
    assert_eq!(office[0]["deadline"], "2026-03-05T13:30:00-03:00");
    assert_eq!(office[0]["steps"][0]["why"], "08:00-12:00, 13:00-16:00");
}
