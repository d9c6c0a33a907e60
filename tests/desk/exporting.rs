//! What an auditor is given: the record, and an export that can be checked without mesad.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mesad::desk::audit;

use crate::stage::{BEATRIZ, Stage, TOMAS, at, memorandum};

/// A request that Beatriz approved by an answer that quotes the whole mail.
fn approved() -> Stage {
    let mut stage = Stage::begin();
    let subject = "Desaprobación de informe técnico";
    stage.writes(TOMAS, subject, &memorandum("Informe N° 1"));
    stage.drain();
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    let quote: String = stage.sent("approval-request")[0]
        .text
        .lines()
        .map(|line| format!("> {line}\n"))
        .collect();
    let lines = [
        "Message-ID: <yes@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    let text = format!("Apruebo.\n\n{quote}");
    stage.delivers(&lines, BEATRIZ, "Re: Desaprobación", &text);
    stage.drain();
    stage.set(at(6, 10));
    stage.drain();
    stage
}

fn mesad(stage: &Stage, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mesad"))
        .args(arguments)
        .arg("--work")
        .arg(stage.folder.path())
        .output()
        .unwrap()
}

fn export(stage: &Stage, more: &[&str]) -> PathBuf {
    let zip = stage.folder.path().join("x.zip");
    let mut arguments = vec!["export", "1", "-o", zip.to_str().unwrap()];
    arguments.extend(more);
    let output = mesad(stage, &arguments);
    assert!(output.status.success(), "{output:?}");
    zip
}

fn unpack(zip: &Path, to: &Path) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    let mut names = vec![];
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let path = to.join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).unwrap();
        fs::write(path, bytes).unwrap();
        names.push(name);
    }
    names
}

/// Follows the recipe of docs/audit.md.
fn check(folder: &Path) -> String {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/audit.md");
    let docs = fs::read_to_string(docs).unwrap();
    let script = docs.split("```sh\n").nth(1).unwrap();
    let script = script.split("```").next().unwrap();
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        output.status.success(),
        text.contains("íntegro"),
        "{output:?}"
    );
    text
}

fn tokens(stage: &Stage) -> Vec<String> {
    let asking = stage.column("SELECT message_id FROM notices WHERE token_hash IS NOT NULL");
    let key = &stage.world().key;
    asking.iter().map(|id| key.token(id)).collect()
}

#[test]
fn an_export_is_checked_by_the_documented_recipe() {
    let stage = approved();
    let folder = tempfile::tempdir().unwrap();
    let names = unpack(&export(&stage, &[]), folder.path());
    for name in ["registro.txt", "solicitud.json", "anclas/000001.txt"] {
        assert!(names.iter().any(|n| n == name), "{names:?}");
    }
    let said = check(folder.path());
    assert!(said.contains("íntegro: SIGEC-2026-000001"), "{said}");
    assert!(said.contains("enmascarado: recibidos/2.eml"), "{said}");
    assert!(!said.contains("no está"), "{said}");
}

#[test]
fn no_token_is_exported_whole() {
    let stage = approved();
    let folder = tempfile::tempdir().unwrap();
    let names = unpack(&export(&stage, &[]), folder.path());
    let tokens = tokens(&stage);
    assert!(tokens.len() >= 2);
    for name in &names {
        let bytes = fs::read(folder.path().join(name)).unwrap();
        let read = mail_parser::MessageParser::default().parse(&bytes);
        let read = read.and_then(|mail| mail.body_text(0).map(|text| text.into_owned()));
        let plain = String::from_utf8_lossy(&bytes).into_owned();
        for token in &tokens {
            assert!(!plain.contains(token.as_str()), "{name}");
            assert!(!read.as_ref().is_some_and(|r| r.contains(token)), "{name}");
        }
    }
    // The request is open: nobody gets them otherwise either.
    let output = mesad(&stage, &["export", "1", "--whole", "-o", "/dev/null/x"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is open"));
}

#[test]
fn the_recipe_finds_what_was_changed_although_the_sums_were_written_anew() {
    let stage = approved();
    let folder = tempfile::tempdir().unwrap();
    let names = unpack(&export(&stage, &[]), folder.path());
    let masked = fs::read_to_string(folder.path().join("enmascarados.txt")).unwrap();
    let mut changed = 0;
    for name in names {
        let path = folder.path().join(&name);
        let is_proof = name.starts_with("diario/")
            || name.starts_with("anclas/")
            || name == "solicitud.json"
            || name.ends_with(".eml") && !masked.contains(&name);
        // The second mail quotes a token: masked, it can't be compared, and so neither its salt.
        if name == "diario/000002.correo.sal" {
            continue;
        }
        // Of a request that went on, the earlier rows are not kept.
        if !is_proof || name.ends_with("solicitud.sal") && !is_last(&folder, &name) {
            continue;
        }
        let old = fs::read(&path).unwrap();
        let mut new = old.clone();
        let middle = new.len() / 2;
        new[middle] ^= 1;
        fs::write(&path, &new).unwrap();
        write_sums(folder.path());
        let said = check(folder.path());
        assert!(said.contains("ROTO"), "{name}: {said}");
        fs::write(&path, old).unwrap();
        changed += 1;
    }
    write_sums(folder.path());
    assert!(check(folder.path()).contains("íntegro"));
    assert!(changed > 15, "{changed}");
}

fn is_last(folder: &tempfile::TempDir, name: &str) -> bool {
    let names = fs::read_dir(folder.path().join("diario")).unwrap();
    let last = names.map(|e| e.unwrap().file_name().into_string().unwrap());
    let last = last.filter(|n| n.ends_with("solicitud.sal")).max();
    last.is_some_and(|last| name.ends_with(&last))
}

/// As somebody would who wants a change to go unnoticed.
fn write_sums(folder: &Path) {
    let command = "find . -type f ! -name sumas.sha256 | sed 's|^./||' | sort |
                   xargs -d '\\n' sha256sum > sumas.sha256";
    let done = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .status();
    assert!(done.unwrap().success());
}

#[test]
fn of_a_closed_request_everything_can_be_exported_whole() {
    let mut stage = approved();
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'work-order'");
    let holder = stage.told("work-order");
    let lines = [
        "Message-ID: <done@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    stage.delivers(&lines, &holder[0], "Re: Trabajo", "Listo.\n");
    stage.set(at(7, 10));
    stage.drain();
    let folder = tempfile::tempdir().unwrap();
    unpack(&export(&stage, &["--whole"]), folder.path());
    let said = check(folder.path());
    assert!(said.contains("íntegro"), "{said}");
    assert!(!said.contains("enmascarado"), "{said}");
    assert!(!said.contains("no está"), "{said}");
}

#[test]
fn the_record_says_who_for_whom_when_and_why() {
    let stage = approved();
    let output = mesad(&stage, &["show", "1", "--audit"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in [
        "ACTA DE LA SOLICITUD SIGEC-2026-000001",
        "05-10-2026 10:00:00",
        "America/Santiago",
        TOMAS,
        "APROBACIONES QUE CUENTAN",
        BEATRIZ,
        "En calidad de titular",
        "(counts-by-token)",
        "<yes@ministerio.example>",
        "La cadena está íntegra",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    stage.damage("UPDATE journal SET outcome = 'rejected' WHERE request = 1 AND place = 2");
    let output = mesad(&stage, &["show", "1", "--audit"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("LA CADENA ESTÁ ROTA"), "{text}");
}

#[test]
fn verify_says_what_is_broken_and_its_exit_status_does_too() {
    let stage = approved();
    let output = mesad(&stage, &["verify"]);
    assert!(output.status.success(), "{output:?}");
    let anchors = audit::verify(&stage.world().store).unwrap().anchors;
    let hash: String = anchors[0].hash.iter().map(|b| format!("{b:02x}")).collect();
    assert!(
        mesad(&stage, &["verify", "--anchor", &hash])
            .status
            .success()
    );
    let wrong = mesad(&stage, &["verify", "--anchor", "00"]);
    assert_eq!(wrong.status.code(), Some(1));
    stage.damage("UPDATE journal SET cell = 'confirm-tag-only' WHERE outcome = 'approved'");
    let output = mesad(&stage, &["verify"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("BROKEN SIGEC-2026-000001: entry 2 was changed"),
        "{text}"
    );
}
