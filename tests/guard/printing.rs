//! What others write cannot move a terminal's cursor, turn its lines, or forge a line: every command
//! that prints their words, and the logs.

use std::process::Output;

use crate::{BEATRIZ, Stage, TOMAS, at, memorandum, mesad};

/// Colours, a cleared screen, an 8-bit control, an override of direction, a hidden space, line ends.
const EVIL: &str = "\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{200b}\u{2028}\u{85}";

fn is_plain(text: &[u8], what: &str) {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let bad = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let found: Vec<char> = text.chars().filter(|c| bad(*c)).collect();
    assert!(found.is_empty(), "{what}: {found:?} in {text:?}");
}

fn both(output: &Output, what: &str) {
    is_plain(&output.stdout, what);
    is_plain(&output.stderr, what);
}

/// Encoded, so that the parser of mails hands the marks on whole.
fn encoded(words: &str) -> String {
    let bytes = data_encoding::BASE64.encode(words.as_bytes());
    format!("=?utf-8?B?{bytes}?=")
}

fn mail(from: &str, id: &str, text: &str) -> String {
    let name = encoded(&format!("Tomás {EVIL}"));
    let subject = encoded(&format!("Desaprobación de informe técnico {EVIL}\r\nX: y"));
    let file = encoded(&format!("anexo{EVIL}.txt"));
    format!(
        "Message-ID: <{id}{EVIL}@maule.example>\r\nFrom: {name} <{from}>\r\n\
         To: <mesa@sigec.example>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n\
         --b\r\nContent-Type: text/plain; name=\"{file}\"\r\n\
         Content-Disposition: attachment; filename=\"{file}\"\r\n\r\nAnexo {EVIL}\r\n--b--\r\n",
        text.replace('\n', "\r\n")
    )
}

fn scene() -> Stage {
    let mut stage = Stage::begin();
    let text = memorandum("Informe N° 1")
        .replace("los talleres", &format!("los talleres {EVIL}"))
        .replace("Quebrada", &format!("Quebrada{EVIL}"));
    stage.drops(mail(TOMAS, "m1", &text).as_bytes());
    stage.drops(mail("alguien@otra.example", "m2", &format!("¿Qué? {EVIL}\n")).as_bytes());
    stage.drain();
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    assert_eq!(asked.len(), 1, "{:?}", stage.reasons());
    let lines = [
        "Message-ID: <no@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    let no = format!("Rechazo: falta el anexo {EVIL}.\n");
    stage.delivers(&lines, BEATRIZ, &encoded(&format!("Re: {EVIL}")), &no);
    stage.drain();
    stage.set(at(6, 10));
    stage.drain();
    // What a server said last is foreign too.
    let said = format!("UPDATE notices SET last_reply = '250 ok {EVIL}' WHERE request = 1");
    stage.damage(&said);
    stage
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of commands")]
fn every_command_prints_foreign_words_as_plain_text() {
    let stage = scene();
    let reason = format!("Por {EVIL}");
    let folder = stage.folder.path();
    let eml = folder.join("x.eml");
    std::fs::write(&eml, mail(TOMAS, "m1", &memorandum("Informe N° 1"))).unwrap();
    let eml = eml.to_str().unwrap();
    let zip = folder.join("p.zip");
    let zip = zip.to_str().unwrap();
    for arguments in [
        &["show", "1"][..],
        &["show", "1", "--audit"],
        &["show", EVIL],
        &["list", "--all"],
        &["list", "--all", "--json"],
        &["trace", "mail:1"],
        &["trace", "mail:1", "--json"],
        &["trace", EVIL],
        &["status"],
        &["status", "--json"],
        &["reconcile"],
        &["verify"],
        &["verify", "--anchor", EVIL],
        &["access"],
        &["access", "--json"],
        &["person", "export", TOMAS, zip],
        &[
            "person",
            "blank",
            TOMAS,
            "--dry-run",
            "--reason",
            &reason,
            "--as",
            "valentina-osorio",
        ],
        &[
            "reopen",
            "1",
            "--reason",
            &reason,
            "--as",
            "valentina-osorio",
            "--dry-run",
        ],
        &[
            "reclassify",
            "mail:2",
            "none",
            "--reason",
            &reason,
            "--as",
            "valentina-osorio",
            "--dry-run",
        ],
        &[
            "reclassify",
            EVIL,
            "none",
            "--reason",
            &reason,
            "--as",
            EVIL,
        ],
        &["retry", "99"],
        &["absence", "list"],
        &["purge", "--dry-run"],
    ] {
        both(&mesad(&stage, arguments), &arguments.join(" "));
    }
    // These take no --work.
    for arguments in [
        &["explain", eml][..],
        &["explain", "--json", eml],
        &["explain", "no/such\u{1b}[2J"],
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_mesad"))
            .args(arguments)
            .output()
            .unwrap();
        both(&output, &arguments.join(" "));
    }
}

#[test]
fn a_hostile_configuration_is_told_as_plain_text() {
    let folder = crate::office::Folder::new();
    let path = folder.config().join("desk.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let evil = text.replacen(
        "tag = \"SIGEC\"",
        &format!("tag = \"A\\u001b[2J\" # {EVIL}\n{EVIL}"),
        1,
    );
    std::fs::write(&path, evil).unwrap();
    std::fs::write(folder.config().join("procedures/\u{1b}[2J.toml"), "x = 1").unwrap();
    for arguments in [
        &["check", "--config", "etc"][..],
        &["run", "--config", "etc"],
        &["list", "--config", "etc"],
    ] {
        let output = folder.mesad(arguments, &[]);
        assert_eq!(output.status.code(), Some(2));
        both(&output, &arguments.join(" "));
    }
}

#[test]
fn logs_stay_one_line_an_event() {
    let folder = crate::office::Folder::new();
    assert!(folder.run(&[]).status.success());
    let new = folder.path().join("work/mail/in/new");
    std::fs::write(
        new.join("1.a.b"),
        mail(TOMAS, "m1", &memorandum("Informe N° 1")),
    )
    .unwrap();
    let odd = format!("{}\u{1b}\u{202e}\nERROR forged", "x".repeat(40));
    let other = mail(&format!("{odd}@otra.example"), "m2", "¿Qué?\n");
    std::fs::write(new.join("2.a.b"), other).unwrap();
    for json in [false, true] {
        let mut arguments = vec!["run", "--once", "--config", "etc", "--work", "work"];
        if json {
            arguments.push("--json-logs");
        }
        let output = folder.mesad(&arguments, &[("MESAD_LOG", "trace")]);
        assert!(output.status.success(), "{output:?}");
        both(&output, "logs");
        let text = String::from_utf8(output.stderr).unwrap();
        for line in text.lines() {
            match json {
                true => drop(serde_json::from_str::<serde_json::Value>(line).unwrap()),
                false => assert!(line.starts_with("20"), "no time: {line}"),
            }
        }
    }
}
