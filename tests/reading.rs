//! What the desk understands of the example mails: a table of figures for each set.

use mesad::mail::{Letter, Origin, SenderAuthentication};
use mesad::reading::{DecisionKind, RoleOfSender, decide};

fn shared() -> Option<std::path::PathBuf> {
    let path = std::env::var("MESAD_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let path = std::path::PathBuf::from(path);
    path.join("examples").is_dir().then_some(path)
}

fn letter(subject: &str, text: &str) -> Letter {
    Letter {
        message_id: None,
        in_reply_to: vec![],
        references: vec![],
        from: None,
        to: vec![],
        cc: vec![],
        subject: subject.into(),
        date: None,
        origin: Origin::Person,
        authentication: SenderAuthentication::NotStamped,
        text: text.into(),
        full_text: text.into(),
        tables: vec![],
        forwarded: vec![],
        attachments: vec![],
        tokens: vec![],
        numbers: vec![],
        defects: vec![],
    }
}

fn kind_name(kind: DecisionKind) -> String {
    serde_json::to_value(kind)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn replies() {
    let Some(shared) = shared() else {
        println!("skipped: ../shared is absent");
        return;
    };
    let folder = shared.join("examples/replies");
    let labels = std::fs::read_to_string(folder.join("labels.tsv")).unwrap();
    let fresh: std::collections::BTreeMap<String, String> =
        std::fs::read_to_string(folder.join("fresh.jsonl"))
            .unwrap()
            .lines()
            .map(|l| {
                let v: serde_json::Value = serde_json::from_str(l).unwrap();
                (
                    v["file"].as_str().unwrap().into(),
                    v["fresh"].as_str().unwrap().into(),
                )
            })
            .collect();
    let (mut right, mut reasons, mut with_reason, mut count) = (0, 0, 0, 0);
    for line in labels.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (file, expected, reason, role) = (cells[0], cells[1], cells[3], cells[10]);
        if expected == "auto" {
            continue;
        }
        count += 1;
        let role: RoleOfSender = serde_json::from_value(role.into()).unwrap();
        let subject = if file == "r219.eml" {
            "RECHAZADO RE: [SIGEC-2026-000757] Requiere"
        } else {
            "RE: [SIGEC-2026-000757] X"
        };
        let got = decide(&letter(subject, &fresh[file]), role);
        let name = got.as_ref().map_or("none".into(), |d| kind_name(d.kind));
        if name == expected {
            right += 1
        } else {
            println!("{file}: expected {expected}, read {name}: {}", fresh[file])
        }
        if !reason.is_empty() {
            with_reason += 1;
            let r = got.and_then(|d| d.reason).unwrap_or_default();
            if r.trim_end_matches('.') == reason.trim_end_matches('.') {
                reasons += 1
            } else {
                println!("{file}: reason {reason:?}\n     read {r:?}")
            }
        }
        assert!(name != "approve" || expected == "approve", "{file}");
    }
    println!("replies: {right} of {count}; reasons {reasons} of {with_reason}");
}

fn office() -> mesad::office::Office {
    mesad::config::load(&mesad::config::shipped()).unwrap_or_else(|p| panic!("{p:?}"))
}

fn fold(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| match c {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' | 'ü' => 'u',
            'ñ' => 'n',
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether a value is the label's, or one of those that are as good.
fn same(
    field: &str,
    got: &serde_json::Value,
    label: &serde_json::Value,
    accept: &[String],
) -> bool {
    let contains = matches!(field, "reasons" | "report" | "contact" | "rendition");
    match (got, label) {
        (serde_json::Value::String(g), serde_json::Value::String(l)) => {
            let bare = |t: &str| {
                let t = fold(t);
                let t = if field == "programme" {
                    t.trim_start_matches("programa").to_owned()
                } else {
                    t
                };
                t
            };
            std::iter::once(l)
                .chain(accept)
                .any(|l| bare(g) == bare(l) || (contains && bare(g).contains(&bare(l))))
        }
        (g, l) => g == l,
    }
}

#[test]
fn requests() {
    let Some(shared) = shared() else {
        println!("skipped: ../shared is absent");
        return;
    };
    let office = office();
    let folder = shared.join("examples/requests");
    let labels = std::fs::read_to_string(folder.join("labels.jsonl")).unwrap();
    let (mut procedures, mut fields, mut all_fields, mut wrong, mut missing, mut count) =
        (0, 0, 0, 0, 0, 0);
    for line in labels.lines() {
        let label: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = label["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let letter = mesad::mail::parse(&bytes, &office.desk);
        let documents: Vec<_> = letter
            .attachments
            .iter()
            .map(|a| mesad::documents::read(&a.name, &a.bytes))
            .collect();
        let day = letter.date.unwrap_or_default().date_naive();
        let reading = mesad::reading::read(&letter, &documents, &office, day);
        count += 1;
        let got = reading
            .classification
            .procedure
            .as_ref()
            .map(|p| p.0.clone());
        let expected = label["procedure"].as_str().map(str::to_owned);
        let person = letter.origin == Origin::Person;
        if got == expected || (expected.is_none() && !person) {
            procedures += 1;
        } else {
            println!(
                "{file}: expected {expected:?}, read {got:?} {:?}",
                reading.classification
            );
        }
        assert!(
            expected.is_some() || got.is_none() || !person,
            "{file} asks for nothing"
        );
        if expected.is_none() {
            continue;
        }
        let accept = &label["accept"];
        for (name, value) in label["fields"].as_object().unwrap() {
            all_fields += 1;
            let also: Vec<String> = accept[name].as_array().map_or(vec![], |a| {
                a.iter().map(|v| v.as_str().unwrap().to_owned()).collect()
            });
            let datum = reading.fields.get(&name.as_str().into());
            let got = datum.map(|d| serde_json::to_value(&d.value).unwrap());
            match got {
                Some(g) if same(name, &g, value, &also) => fields += 1,
                Some(g) => {
                    wrong += 1;
                    println!("{file}: {name} {value} read {g}")
                }
                None => println!("{file}: {name} {value} not read"),
            }
        }
        for name in reading.fields.keys() {
            if label["fields"].get(name.as_str()).is_none() {
                wrong += 1;
                println!(
                    "{file}: {} invented {:?}",
                    name.as_str(),
                    reading.fields[name].value
                );
            }
        }
        let mut got: Vec<&str> = reading.missing.iter().map(|f| f.as_str()).collect();
        let mut expected: Vec<&str> = label["missing"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_str().unwrap())
            .collect();
        got.sort_unstable();
        expected.sort_unstable();
        if got == expected && reading.invalid.len() == label["invalid"].as_array().unwrap().len() {
            missing += 1
        } else {
            println!(
                "{file}: missing {expected:?} read {got:?}; invalid {:?}",
                reading.invalid
            )
        }
    }
    println!(
        "requests: procedure {procedures} of {count}; fields {fields} of {all_fields}, {wrong} wrong; missing/invalid right {missing}"
    );
}
