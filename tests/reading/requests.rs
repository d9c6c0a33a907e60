//! What the desk understands of requests: own cases (`tests/data/requests/`), the example mails of
//! `../shared`, and any folder of labelled mails that MESAD_REQUESTS names; a table of figures for each
//! set with the misses by name.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{examples, fold, office};
use chrono::NaiveDate;
use mesad::documents::{Block, Document, DocumentText, DocumentType};
use mesad::mail::Origin;
use mesad::office::{Office, Value};
use mesad::reading::{self, Reading};
use serde_json::Value as Json;

/// Whether a value is the expected one. Sentences need only hold it; a programme is the same with
/// and without the word "Programa".
fn same(field: &str, got: &str, expected: &str) -> bool {
    let bare = |t: &str| {
        let folded = fold(t);
        match folded.strip_prefix("programa") {
            Some(rest) if field == "programme" => rest.to_owned(),
            _ => folded,
        }
    };
    let holds = matches!(field, "reasons" | "report" | "contact" | "rendition");
    bare(got) == bare(expected) || (holds && bare(got).contains(&bare(expected)))
}

/// A value as one text: people by name, RUT, address and profile.
fn as_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Persons(people) => {
            let all: Vec<String> = people
                .iter()
                .map(|p| {
                    let cells = [&p.name, &p.rut, &p.email, &p.profile];
                    cells.map(|c| c.clone().unwrap_or_default()).join("/")
                })
                .collect();
            all.join("; ")
        }
    }
}

/// What a case expects.
#[derive(Default)]
struct Expected {
    procedure: Option<String>,
    /// Name → values that are right.
    fields: BTreeMap<String, Vec<String>>,
    missing: Vec<String>,
    invalid: Vec<String>,
}

/// How a set went.
#[derive(Default)]
struct Score {
    mails: u32,
    procedures: u32,
    fields: u32,
    of_fields: u32,
    wrong: u32,
    complete: u32,
    misses: Vec<String>,
}

impl Score {
    fn add(&mut self, name: &str, expected: &Expected, reading: &Reading) {
        self.mails += 1;
        let got = reading
            .classification
            .procedure
            .as_ref()
            .map(|p| p.0.clone());
        if got == expected.procedure {
            self.procedures += 1;
        } else {
            let class = &reading.classification;
            self.misses.push(format!(
                "{name}: procedure {:?}, read {class:?}",
                expected.procedure
            ));
        }
        for (field, values) in &expected.fields {
            self.of_fields += 1;
            let datum = reading.fields.get(&field.as_str().into());
            match datum.map(|d| as_text(&d.value)) {
                Some(got) if values.iter().any(|v| same(field, &got, v)) => self.fields += 1,
                Some(got) => {
                    let quote = datum.map_or("", |d| d.evidence.quote.as_str());
                    self.bad(format!(
                        "{name}: {field} {values:?}, read {got:?} in {quote:?}"
                    ));
                }
                None => self
                    .misses
                    .push(format!("{name}: {field} {values:?} not read")),
            }
        }
        for (field, datum) in &reading.fields {
            if !expected.fields.contains_key(field.as_str()) {
                let (field, quote) = (field.as_str(), &datum.evidence.quote);
                self.bad(format!(
                    "{name}: {field} invented: {:?} in {quote:?}",
                    datum.value
                ));
            }
        }
        let missing: Vec<&str> = reading.missing.iter().map(|f| f.as_str()).collect();
        let mut invalid: Vec<&str> = reading.invalid.iter().map(|i| i.field.as_str()).collect();
        invalid.dedup();
        if missing == expected.missing && invalid == expected.invalid {
            self.complete += 1;
        } else {
            let (m, i) = (&expected.missing, &expected.invalid);
            self.misses.push(format!(
                "{name}: missing {m:?} {missing:?}; invalid {i:?} {invalid:?}"
            ));
        }
    }

    fn bad(&mut self, what: String) {
        self.wrong += 1;
        self.misses.push(what);
    }

    fn print(&self, set: &str) {
        println!("{}", self.misses.join("\n"));
        println!("{set:10} mails  procedure  fields     wrong  missing and invalid");
        println!(
            "{:10} {:5}  {:9}  {:4}/{:<4}  {:5}  {:9}",
            "", self.mails, self.procedures, self.fields, self.of_fields, self.wrong, self.complete
        );
    }
}

fn read_file(path: &Path, office: &Office, given: Option<&str>) -> Reading {
    let letter = mesad::mail::parse(&std::fs::read(path).unwrap(), &office.desk);
    let documents: Vec<Document> = letter
        .attachments
        .iter()
        .map(|a| mesad::documents::read(&a.name, &a.bytes))
        .collect();
    let day = letter.date.unwrap_or_default().date_naive();
    let procedure = given.and_then(|id| office.procedures.iter().find(|p| p.id.0 == id));
    match (&letter.origin, procedure) {
        (Origin::Person, Some(p)) => reading::read_for(p, &letter, &documents, office, day),
        (Origin::Person, None) => reading::read(&letter, &documents, office, day),
        _ => Reading::default(),
    }
}

fn strings(value: &Json) -> Vec<String> {
    let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect()
}

fn expected_of_label(label: &Json) -> Expected {
    let value = |v: &Json| match v {
        Json::String(text) => text.clone(),
        people => as_text(&serde_json::from_value(people.clone()).unwrap()),
    };
    let fields = label["fields"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, v)| {
            let mut values = vec![value(v)];
            values.extend(strings(&label["accept"][name]));
            (name.clone(), values)
        });
    let invalid = label["invalid"].as_array().unwrap().iter();
    let name_of = |v: &Json| v["field"].as_str().or(v.as_str()).unwrap_or("").to_owned();
    Expected {
        procedure: label["procedure"].as_str().map(str::to_owned),
        fields: fields.collect(),
        missing: strings(&label["missing"]),
        invalid: invalid.map(name_of).collect(),
    }
}

/// The score of a folder of mails with `labels.jsonl`.
/// `known`: the procedure is given, so that the figures are those of the data alone.
fn labelled(folder: &Path, known: bool) -> Score {
    let office = office();
    let mut score = Score::default();
    let labels = std::fs::read_to_string(folder.join("labels.jsonl")).unwrap();
    for line in labels.lines().filter(|l| !l.trim().is_empty()) {
        let label: Json = serde_json::from_str(line).unwrap();
        let file = label["file"].as_str().unwrap();
        let expected = expected_of_label(&label);
        let given = expected.procedure.as_deref().filter(|_| known);
        let reading = read_file(&folder.join(file), &office, given);
        score.add(file, &expected, &reading);
    }
    score
}

#[test]
fn example_requests() {
    let Some(folder) = examples("requests") else {
        return;
    };
    let score = labelled(&folder, false);
    score.print("requests");
    assert!(score.procedures >= 22 && score.fields >= 111 && score.wrong == 0);
}

/// A set that is not part of the project: `MESAD_REQUESTS=folder`, for its figures alone.
#[test]
fn labelled_requests() {
    match std::env::var_os("MESAD_REQUESTS") {
        Some(folder) => {
            labelled(Path::new(&folder), false).print("labelled");
            labelled(Path::new(&folder), true).print("known");
        }
        None => println!("skipped: MESAD_REQUESTS is not set"),
    }
}

/// An own case: a mail with at most one document, and what must be read.
fn own_case(case: &str, office: &Office) -> (String, Expected, Reading) {
    let (name, rest) = case.split_once('\n').unwrap();
    let (mail, expect) = rest.split_once("--- expect\n").unwrap();
    let (mail, document) = match mail.split_once("--- document ") {
        Some((mail, document)) => (mail, Some(document)),
        None => (mail, None),
    };
    let (subject, body) = mail.split_once('\n').unwrap();
    let subject = subject.trim_start_matches("subject:").trim();
    let raw = format!(
        "From: Ana Paz <ana@oficina.example>\r\nTo: mesa@desk.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Date: Mon, 04 May 2026 10:00:00 -0400\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{body}"
    );
    let letter = mesad::mail::parse(raw.as_bytes(), &office.desk);
    let documents: Vec<Document> = document.map(own_document).into_iter().collect();
    let day = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();
    let mut expected = Expected::default();
    for line in expect.lines().filter(|l| !l.trim().is_empty()) {
        let (key, value) = line.split_once(" = ").unwrap();
        let list = || value.split(", ").map(str::to_owned).collect();
        match key {
            "procedure" => expected.procedure = Some(value.to_owned()).filter(|v| v != "none"),
            "missing" => expected.missing = list(),
            "invalid" => expected.invalid = list(),
            field => {
                expected.fields.insert(
                    field.to_owned(),
                    value.split(" || ").map(str::to_owned).collect(),
                );
            }
        }
    }
    (
        name.to_owned(),
        expected,
        reading::read(&letter, &documents, office, day),
    )
}

fn own_document(text: &str) -> Document {
    let (name, lines) = text.split_once('\n').unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    for line in lines.lines().filter(|l| !l.is_empty()) {
        if !line.contains('|') {
            blocks.push(Block::Line(line.to_owned()));
            continue;
        }
        let row = line.split('|').map(|c| c.trim().to_owned()).collect();
        match blocks.last_mut() {
            Some(Block::Table(rows)) => rows.push(row),
            _ => blocks.push(Block::Table(vec![row])),
        }
    }
    let kind = if name.ends_with("xlsx") {
        DocumentType::Xlsx
    } else {
        DocumentType::Pdf
    };
    Document {
        name: name.to_owned(),
        kind,
        content: Ok(DocumentText { blocks }),
        inside: vec![],
    }
}

/// The own cases, or those of the folder that MESAD_CASES names.
fn own_cases() -> Vec<String> {
    let folder = std::env::var("MESAD_CASES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/requests").to_owned());
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    let texts = files.iter().map(|f| std::fs::read_to_string(f).unwrap());
    texts
        .flat_map(|t| {
            let cases = format!("\n{t}");
            let cases: Vec<String> = cases.split("\n=== ").skip(1).map(str::to_owned).collect();
            cases
        })
        .collect()
}

#[test]
fn own_requests() {
    let office = office();
    let mut score = Score::default();
    for case in own_cases() {
        let (name, expected, reading) = own_case(&case, &office);
        score.add(&name, &expected, &reading);
    }
    score.print("own");
    assert!(score.misses.is_empty());
}

/// The expectations of a case for another form of its text.
fn reads_the_same(of: &str, change: impl Fn(&str) -> Option<String>) {
    let office = office();
    let mut score = Score::default();
    for case in own_cases() {
        let (name, rest) = case.split_once('\n').unwrap();
        let (mail, expect) = rest.split_once("--- expect\n").unwrap();
        let Some(changed) = change(mail) else {
            continue;
        };
        let case = format!("{name}\n{changed}--- expect\n{expect}");
        let (name, expected, reading) = own_case(&case, &office);
        score.add(&name, &expected, &reading);
    }
    score.print(of);
    assert!(score.mails > 0 && score.misses.is_empty());
}

/// A text broken before `width` columns, as mail programs do.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut room = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if room > 0 && room + 1 + length > width && !line.contains('|') {
                out.push('\n');
                room = 0;
            } else if room > 0 {
                out.push(' ');
                room += 1;
            }
            out.push_str(word);
            room += length;
        }
        out.push('\n');
    }
    out
}

/// The subject and the rest of a case without a document.
fn typed(mail: &str) -> Option<(&str, &str)> {
    mail.split_once('\n').filter(|(_, body)| {
        // What is broken already, or set out by spaces, is not broken again.
        !body.contains("--- document") && !body.contains("      ") && !body.contains("-\n")
    })
}

#[test]
fn broken_lines_say_the_same() {
    for width in [60, 66, 72, 76] {
        reads_the_same(&format!("wrap {width}"), |mail| {
            let (subject, body) = typed(mail)?;
            Some(format!("{subject}\n{}", wrapped(body, width)))
        });
    }
}

#[test]
fn large_labels_say_the_same() {
    reads_the_same("labels", |mail| {
        let large = |line: &str| match line.split_once(':') {
            Some((label, value)) if label.len() < 50 && !line.starts_with("subject") => {
                format!("{}:{value}\n", label.to_uppercase())
            }
            _ => format!("{line}\n"),
        };
        let (mail, document) = mail.split_once("--- document").unwrap_or((mail, ""));
        let document = if document.is_empty() {
            String::new()
        } else {
            format!("--- document{document}")
        };
        Some(mail.lines().map(large).collect::<String>() + &document)
    });
}

#[test]
fn words_without_accents_say_the_same() {
    reads_the_same("accents", |mail| {
        let plain = |c: char| match c {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' => 'u',
            other => other,
        };
        Some(mail.chars().map(plain).collect())
    });
}

/// A table of two columns lies down: its labels in one row, its values in the next.
#[test]
fn tables_that_lie_say_the_same() {
    reads_the_same("tables", |mail| {
        let rows: Vec<&str> = mail.lines().filter(|l| l.contains(" | ")).collect();
        let pairs: Vec<(&str, &str)> = rows.iter().filter_map(|r| r.split_once(" | ")).collect();
        let two = pairs.iter().all(|(_, v)| !v.contains('|'));
        let head = ["DE", "A", "MAT", "MAT.", "ANT", "FECHA"];
        let data: Vec<&(&str, &str)> = pairs.iter().filter(|(l, _)| !head.contains(l)).collect();
        if data.len() < 4 || !two {
            return None;
        }
        let lies = |get: fn(&&(&str, &str)) -> String| {
            data.iter().map(get).collect::<Vec<_>>().join(" | ")
        };
        let table = format!(
            "{}\n{}\n",
            lies(|(l, _)| (*l).to_owned()),
            lies(|(_, v)| (*v).to_owned())
        );
        let first = mail.find(data.first()?.0)?;
        let before = mail.get(..first)?;
        let last = rows.last()?;
        let after = mail.get(mail.find(last)? + last.len() + 1..)?;
        Some(format!("{before}{table}{after}"))
    });
}
