//! What is new in a reply: hand-written answers in the form of each client, and, where `../shared`
//! is present, real ones with one table per source.
//!
//! `data/new_text/*.txt` hold the answers: `## name`, then a part each of `--- plain`, `--- html`,
//! `--- from`, `--- subject` and `--- new` (what must remain, but for white space). In the parts
//! `{ours}` stands for the desk's mail as text, `{>ours}` for the same with marks, `{html}` as HTML.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::mail_desk::desk;
use crate::shared;
use mesad::mail;

/// The desk's mail that is answered; its words must never be the sender's.
const OURS: &str = "Estimada Ana Soto:\n\nCarla Rojas pide aprobar la solicitud SIGEC-2026-000123: \
    Desaprobación de rendición.\n\nPrograma: Vínculos\nRegión: Maule\n\nPara responder, escriba \
    sobre esta línea una de estas palabras:\nApruebo\nRechazo: motivo\n\n\
    [ref:abcdefghijklmnopqrstuvwxyz234567]\n\nMesa de Ayuda SIGEC";

fn ours(prefix: &str) -> String {
    let lines: Vec<String> = OURS.lines().map(|l| format!("{prefix}{l}")).collect();
    lines.join("\n")
}

fn ours_in_html() -> String {
    OURS.split("\n\n")
        .map(|p| format!("<p>{}</p>", p.replace('\n', "<br>")))
        .collect()
}

/// One answer of a file: its parts by name.
struct Case {
    name: String,
    parts: BTreeMap<String, String>,
}

impl Case {
    fn part(&self, name: &str) -> Option<&str> {
        self.parts.get(name).map(String::as_str)
    }

    /// The answer as a mail.
    fn mail(&self) -> Vec<u8> {
        let from = self
            .part("from")
            .unwrap_or("Ana Soto Rivas <ana.soto@ministerio.example>");
        let subject = self
            .part("subject")
            .unwrap_or("RE: [SIGEC-2026-000123] Solicitud");
        let mut mail = format!(
            "From: {}\nTo: Mesa de Ayuda SIGEC <mesa@sigec.test>\nSubject: {}\nMIME-Version: 1.0\n",
            from.trim(),
            subject.trim()
        );
        let part = |kind: &str, text: &str| {
            format!(
                "Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
            )
        };
        match (self.part("plain"), self.part("html")) {
            (Some(plain), Some(html)) => mail.push_str(&format!(
                "Content-Type: multipart/alternative; boundary=b\n\n--b\n{}--b\n{}--b--\n",
                part("plain", plain),
                part("html", html)
            )),
            (Some(plain), None) => mail.push_str(&part("plain", plain)),
            (None, html) => mail.push_str(&part("html", html.unwrap_or_default())),
        }
        mail.into_bytes()
    }
}

fn cases(text: &str) -> Vec<Case> {
    let filled = text
        .replace("{ours}", &ours(""))
        .replace("{>ours}", &ours("> "))
        .replace("{html}", &ours_in_html());
    let mut cases: Vec<Case> = Vec::new();
    let mut part = String::new();
    for line in filled.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            cases.push(Case {
                name: name.to_owned(),
                parts: BTreeMap::new(),
            });
        } else if let Some(name) = line.strip_prefix("--- ").filter(|n| is_part(n)) {
            part = name.to_owned();
        } else if let Some(case) = cases.last_mut() {
            let text = case.parts.entry(part.clone()).or_default();
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
        }
    }
    cases
}

fn is_part(name: &str) -> bool {
    ["plain", "html", "from", "subject", "new"].contains(&name)
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn answers_of_each_client() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/new_text"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    let (mut right, mut all) = (0, 0);
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let (mut here, mut count) = (0, 0);
        for case in cases(&std::fs::read_to_string(&file).unwrap()) {
            let expected = case.part("new").unwrap_or_default();
            let got = mail::parse(&case.mail(), &desk()).text;
            count += 1;
            if squeeze(&got) == squeeze(expected) {
                here += 1;
            } else {
                println!(
                    "  {name}, {}\n=== expected\n{expected}\n=== read\n{got}\n",
                    case.name
                );
            }
        }
        println!("{name:<20} {here} of {count}");
        right += here;
        all += count;
    }
    println!("answers of each client: {right} of {all}");
    assert_eq!(right, all);
}

/// Lines above a quote, as clients write them (`data/attributions.tsv`: client, line), each above a
/// quote with marks, above one without, and with the answer below the quote.
#[test]
fn lines_above_quotes() {
    let rows = include_str!("../data/attributions.tsv");
    let mut wrong = Vec::new();
    for row in rows.lines() {
        let (client, line) = row.split_once('\t').unwrap();
        let line = line.replace("\\n", "\n");
        let apple = line.starts_with("> ");
        let marked = format!("Rechazo: fuera de plazo.\n\n{line}\n\n{}\n", ours("> "));
        let bare = format!("Rechazo: fuera de plazo.\n\n{line}\n\n{}\n", ours(""));
        let below = format!("{line}\n{}\n\nRechazo: fuera de plazo.\n", ours("> "));
        for (kind, text) in [("marked", marked), ("bare", bare), ("below", below)] {
            let without_marks = kind == "bare" && apple;
            let got = mail::new_text(&text, "Ana Soto");
            let unmarked = line.contains(">>>") || line.starts_with("---");
            let nothing = kind == "below" && unmarked && got.is_empty();
            if got != "Rechazo: fuera de plazo." && !without_marks && !nothing {
                wrong.push(format!("{client}, {kind}: {line}\n{got}\n"));
            }
        }
    }
    println!("lines above quotes: {}", rows.lines().count());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A reply of `corpora/replies`: file, source and, as JSON, what is expected.
struct Reply {
    file: String,
    source: String,
    expected: serde_json::Value,
}

fn replies(folder: &Path) -> Vec<Reply> {
    let text = std::fs::read_to_string(folder.join("labels.tsv")).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let json = cells[7].trim_matches('"').replace("\"\"", "\"");
        Reply {
            file: cells[0].to_owned(),
            source: cells[1].to_owned(),
            expected: serde_json::from_str(&json).unwrap_or_default(),
        }
    });
    rows.collect()
}

/// The new text of a reply: a mail, an HTML body or a plain body.
fn reply_text(folder: &Path, reply: &Reply) -> String {
    let bytes = std::fs::read(folder.join(&reply.file)).unwrap();
    if reply.file.ends_with(".eml") {
        return mail::parse(&bytes, &desk()).text;
    }
    if reply.file.ends_with(".html") {
        let mut mail = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n".to_vec();
        mail.extend_from_slice(&bytes);
        return mail::parse(&mail, &desk()).text;
    }
    let sender = reply.expected["sender"].as_str().unwrap_or_default();
    mail::new_text(&String::from_utf8_lossy(&bytes), sender)
}

/// Real replies. Some sources want the opposite of each other, or keep what is quoted; what is
/// missed by choice stands in docs/reading.md.
#[test]
fn new_text_of_real_replies() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpora/replies");
    let mut by_source: BTreeMap<String, (usize, usize, Vec<String>)> = BTreeMap::new();
    for reply in replies(&folder) {
        let Some(file) = reply.expected["expected_file"].as_str() else {
            continue;
        };
        let expected = std::fs::read_to_string(folder.join(file)).unwrap();
        let got = reply_text(&folder, &reply);
        let (right, all, missed) = by_source.entry(reply.source.clone()).or_default();
        *all += 1;
        if squeeze(&got) == squeeze(&expected) {
            *right += 1;
            continue;
        }
        if std::env::var_os("MESAD_SHOW").is_some() {
            println!(
                "{}\n=== expected\n{expected}\n=== read\n{got}\n",
                reply.file
            );
        }
        missed.push(reply.file);
    }
    let (mut right, mut all) = (0, 0);
    for (source, (r, a, missed)) in &by_source {
        println!("{source:<32} {r:>3} of {a:>3}  {}", missed.join(" "));
        right += r;
        all += a;
    }
    println!("replies: {right} of {all}");
    assert!(right * 100 >= all * 84);
}

#[test]
fn lines_above_quotes_in_spanish() {
    let Some(shared) = shared() else { return };
    let text = std::fs::read_to_string(shared.join("corpora/replies/es_attributions.tsv")).unwrap();
    let mut wrong = 0;
    for line in text.lines().skip(1) {
        let attribution = line.split('\t').nth(1).unwrap().replace("\\n", "\n");
        let original = attribution.contains("Mensaje original");
        let quote = if original { "hola" } else { "> hola" };
        let got = mail::new_text(&format!("Apruebo\n\n{attribution}\n{quote}\n"), "");
        if got != "Apruebo" {
            println!("{attribution}\n  → {got}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}

#[test]
fn new_text_of_examples() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("examples/replies");
    let (right, all) = measure(&folder, "fresh.jsonl");
    assert!(right * 100 >= all * 95);
}

/// A set of mails of one's own: MESAD_SET names a folder with `expected.jsonl`.
#[test]
fn a_set_of_mails() {
    match std::env::var_os("MESAD_SET") {
        Some(folder) => drop(measure(Path::new(&folder), "expected.jsonl")),
        None => println!("skipped: MESAD_SET names no folder"),
    }
}

/// How many mails of a list are read right: each row has file, fresh, and perhaps accept (other
/// texts that are as good) and note.
fn measure(folder: &Path, list: &str) -> (usize, usize) {
    let rows = std::fs::read_to_string(folder.join(list)).unwrap();
    let (mut right, mut all) = (0, 0);
    for row in rows.lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let file = row["file"].as_str().unwrap();
        let got = mail::parse(&std::fs::read(folder.join(file)).unwrap(), &desk()).text;
        let also = row["accept"].as_array().into_iter().flatten();
        let mut good = std::iter::once(&row["fresh"]).chain(also);
        all += 1;
        if good.any(|text| squeeze(text.as_str().unwrap_or_default()) == squeeze(&got)) {
            right += 1;
        } else {
            let expected = row["fresh"].as_str().unwrap_or_default();
            println!(
                "  {file} {}\n=== expected\n{expected}\n=== read\n{got}\n",
                row["note"]
            );
        }
    }
    println!("{list}: {right} of {all}");
    (right, all)
}
