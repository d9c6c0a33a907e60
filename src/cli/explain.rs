//! `mesad explain`: what the desk would understand of a mail. The format of its JSON is
//! `docs/explain.md`.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use super::{setup, words};
use crate::documents::Document;
use crate::mail::{self, Letter, Origin};
use crate::office::{Authentication, Evidence, Office, Source};
use crate::reading::{self, Classification, Decision, DecisionKind, Reading, RoleOfSender};
use crate::sandbox::Sandbox;

/// Says what the desk would understand of each mail. Touches no state.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    configuration: setup::Configuration,
    /// One JSON object a line instead of words
    #[arg(long)]
    json: bool,
    /// What the sender is to the request; without it, an answer is read as an approver's
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// Mails (RFC 5322)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// What the sender of an answer is.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Role {
    Approver,
    Executor,
    Requester,
}

impl From<Role> for RoleOfSender {
    fn from(role: Role) -> Self {
        match role {
            Role::Approver => Self::Approver,
            Role::Executor => Self::Executor,
            Role::Requester => Self::Requester,
        }
    }
}

/// What was understood of one mail.
struct Explanation {
    file: String,
    letter: Letter,
    documents: Vec<Document>,
    decision: Option<Decision>,
    reading: Reading,
}

/// Runs the command. A file that cannot be read is told on standard error; the others are
/// explained all the same, and the status is 1.
///
/// # Errors
/// The configuration is not sound, or standard output is closed.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let office = arguments.configuration.load()?;
    let program = std::env::current_exe().context("this program's own file is not found")?;
    let sandbox = Sandbox::child(program);
    let mut out = std::io::stdout().lock();
    let mut status = ExitCode::SUCCESS;
    for path in &arguments.files {
        match explain(
            path,
            &office,
            &sandbox,
            arguments.role.map(RoleOfSender::from),
        ) {
            Ok(explanation) if arguments.json => {
                write!(
                    out,
                    "{}",
                    words::escaped(&(as_json(&explanation).to_string() + "\n"))
                )?;
            }
            Ok(explanation) => {
                let text = as_words(&explanation, &office);
                write!(out, "{}", words::plain_lines(&text))?;
            }
            Err(error) => {
                setup::print_error(&format!("{}: {error:#}", path.display()));
                status = ExitCode::FAILURE;
            }
        }
    }
    Ok(status)
}

fn explain(
    path: &Path,
    office: &Office,
    sandbox: &Sandbox,
    role: Option<RoleOfSender>,
) -> anyhow::Result<Explanation> {
    let bytes = std::fs::read(path)?;
    let letter = mail::parse(&bytes, &office.desk);
    let documents = sandbox.read(&letter.attachments)?;
    let received = received(&letter, path, office)?;
    let reading = match letter.origin {
        Origin::Person => reading::read(&letter, &documents, office, received),
        _ => Reading::default(),
    };
    let decision = match role {
        Some(role) => reading::decide(&letter, role).or_else(|| undecided(&letter)),
        None if is_request(&letter, &reading) => None,
        None => reading::decide(&letter, RoleOfSender::Approver),
    };
    let file = path.display().to_string();
    Ok(Explanation {
        file,
        letter,
        documents,
        decision,
        reading,
    })
}

/// Asked as an answer, a person's mail that says nothing which looks like one is unclear.
fn undecided(letter: &Letter) -> Option<Decision> {
    (letter.origin == Origin::Person).then(|| Decision {
        kind: DecisionKind::Unclear,
        reason: None,
        reason_at: None,
        evidence: Evidence {
            source: Source::Body,
            line: 0,
            quote: String::new(),
        },
    })
}

/// A mail that asks for a procedure and refers to nothing of the desk is no answer.
fn is_request(letter: &Letter, reading: &Reading) -> bool {
    let answers = !letter.numbers.is_empty() || !letter.tokens.is_empty();
    reading.classification.procedure.is_some() && !answers
}

/// The day by which dates without a year are read. A mail in a file has no reception: its own date
/// stands for it, or else the file's.
fn received(letter: &Letter, path: &Path, office: &Office) -> anyhow::Result<NaiveDate> {
    let at = match letter.date {
        Some(date) => date,
        None => DateTime::<Utc>::from(std::fs::metadata(path)?.modified()?),
    };
    Ok(office.calendar.local(at, None).date_naive())
}

fn as_json(explanation: &Explanation) -> Value {
    let Explanation {
        file,
        letter,
        documents,
        decision,
        reading,
    } = explanation;
    let fields: Map<String, Value> = reading
        .fields
        .iter()
        .map(|(name, datum)| {
            (
                name.0.clone(),
                json!({ "value": datum.value, "evidence": datum.evidence }),
            )
        })
        .collect();
    json!({
        "file": file,
        "origin": origin(&letter.origin),
        "authentication": letter.authentication,
        "authentication_words": letter.authentication_words,
        "origin_evidence": letter.origin_evidence,
        "automatic": automatic(&letter.origin),
        "bounce": bounce(&letter.origin),
        "text": letter.text,
        "decision": decision.as_ref().map(|d| json!({
            "value": d.kind, "reason": d.reason, "reason_at": d.reason_at, "evidence": d.evidence,
        })),
        "procedure": reading.classification.procedure,
        "confidence": (f64::from(reading.classification.confidence) * 100.0).round() / 100.0,
        "guesses": reading.classification.guesses,
        "procedure_evidence": reading.classification.evidence,
        "fields": fields,
        "missing": reading.missing,
        "invalid": reading.invalid,
        "memorandum": reading.memorandum,
        "documents": documents.iter().map(document).collect::<Vec<_>>(),
    })
}

fn origin(origin: &Origin) -> &'static str {
    match origin {
        Origin::Person => "person",
        Origin::Automatic(_) => "automatic",
        Origin::Bounce(_) => "bounce",
        Origin::Bulk => "bulk",
        Origin::Own => "own",
    }
}

fn automatic(origin: &Origin) -> Value {
    let Origin::Automatic(automatic) = origin else {
        return Value::Null;
    };
    let substitute = automatic.substitute.as_ref();
    json!({
        "kind": automatic.kind,
        "out_of_office": automatic.out_of_office,
        "until": automatic.until,
        "substitute": substitute.map(|s| json!({ "name": s.name, "address": s.address })),
    })
}

fn bounce(origin: &Origin) -> Value {
    let Origin::Bounce(bounce) = origin else {
        return Value::Null;
    };
    json!({
        "recipients": bounce.recipients.iter().map(|r| json!({
            "address": r.address, "status": r.status, "delivery": r.delivery,
            "permanent": r.permanent, "dead": r.dead,
        })).collect::<Vec<_>>(),
        "original_message_id": bounce.original_message_id,
        "has_report": bounce.has_report,
    })
}

fn document(document: &Document) -> Value {
    json!({
        "name": document.name,
        "type": document.kind,
        "readable": document.content.is_ok(),
        "why": document.content.as_ref().err(),
        "inside": document.inside.iter().map(self::document).collect::<Vec<_>>(),
    })
}

/// The same in words, for a person.
fn as_words(explanation: &Explanation, office: &Office) -> String {
    let Explanation {
        file,
        letter,
        documents,
        decision,
        reading,
    } = explanation;
    let mut out = format!("{file}\n  from       {}", origin(&letter.origin));
    if let Some(from) = &letter.from {
        let _ = write!(out, ", {}", from.address);
    }
    if office.desk.authentication != Authentication::None {
        let (verdict, words) = (letter.authentication.name(), &letter.authentication_words);
        let _ = write!(out, "\n  sender     {verdict}: {words}");
    }
    let _ = writeln!(out, "\n  subject    {}", letter.subject);
    origin_in_words(&mut out, letter);
    for line in letter.text.lines().filter(|l| !l.trim().is_empty()).take(6) {
        let _ = writeln!(out, "  | {line}");
    }
    if let Some(decision) = decision {
        let value = json!(decision.kind);
        let _ = writeln!(out, "  decision   {}", value.as_str().unwrap_or(""));
        if let Some(reason) = &decision.reason {
            let _ = writeln!(out, "  reason     {reason}");
        }
    }
    procedure_in_words(&mut out, reading, office);
    memorandum_in_words(&mut out, reading);
    for name in &reading.missing {
        let _ = writeln!(out, "  missing    {}", name.as_str());
    }
    for invalid in &reading.invalid {
        let _ = writeln!(
            out,
            "  invalid    {}: {}",
            invalid.field.as_str(),
            invalid.why
        );
    }
    let all = documents
        .iter()
        .flat_map(|d| std::iter::once(d).chain(&d.inside));
    for document in all {
        let state = match &document.content {
            Ok(_) => "read".to_owned(),
            Err(why) => format!("not readable: {why}"),
        };
        let _ = writeln!(out, "  document   {} ({state})", document.name);
    }
    out.push('\n');
    out
}

fn origin_in_words(out: &mut String, letter: &Letter) {
    if !letter.origin_evidence.is_empty() {
        let _ = writeln!(out, "  because    {}", letter.origin_evidence);
    }
    if let Origin::Automatic(automatic) = &letter.origin {
        if let Some(until) = &automatic.until {
            let _ = writeln!(out, "  away until {until}");
        }
        if let Some(substitute) = &automatic.substitute {
            let parts = [&substitute.name, &substitute.address];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            let _ = writeln!(out, "  stands in  {}", parts.join(", "));
        }
    }
    if let Origin::Bounce(bounce) = &letter.origin {
        for one in &bounce.recipients {
            let delivery = json!(one.delivery);
            let status = one.status.as_deref().unwrap_or("no status");
            let dead = if one.dead { ", dead address" } else { "" };
            let _ = writeln!(
                out,
                "  {:<10} {} ({status}{dead})",
                delivery.as_str().unwrap_or_default(),
                one.address
            );
        }
    }
}

fn procedure_in_words(out: &mut String, reading: &Reading, office: &Office) {
    let class = &reading.classification;
    let Some(procedure) = class.procedure.as_ref().and_then(|id| office.procedure(id)) else {
        out.push_str("  procedure  none\n");
        let guesses: Vec<&str> = class.guesses.iter().map(|id| id.as_str()).collect();
        if !guesses.is_empty() {
            let _ = writeln!(out, "  perhaps    {}", guesses.join(", "));
        }
        evidence_in_words(out, class);
        return;
    };
    let percent = class.confidence * 100.0;
    let id = procedure.id.as_str();
    let _ = writeln!(
        out,
        "  procedure  {} ({id}, {percent:.0} %)",
        procedure.name
    );
    evidence_in_words(out, class);
    for field in &procedure.fields {
        let Some(datum) = reading.fields.get(&field.name) else {
            continue;
        };
        let value = match datum.value.as_text() {
            Some(text) => text.to_owned(),
            None => json!(datum.value).to_string(),
        };
        let _ = writeln!(out, "    {}: {value}", field.name.as_str());
        let _ = writeln!(out, "      [{}]", placed(&datum.evidence));
    }
}

fn evidence_in_words(out: &mut String, class: &Classification) {
    for words in &class.evidence {
        let _ = writeln!(out, "      [{words}]");
    }
}

/// The place and the words: `memo.pdf, line 3: DE: Ana Soto`.
fn placed(evidence: &Evidence) -> String {
    let place = match &evidence.source {
        Source::Document(name) => name.clone(),
        other => json!(other).as_str().unwrap_or("").to_owned(),
    };
    format!("{place}, line {}: {}", evidence.line, evidence.quote)
}

fn memorandum_in_words(out: &mut String, reading: &Reading) {
    let Some(head) = &reading.memorandum else {
        return;
    };
    out.push_str("  memorandum\n");
    for (name, value) in [
        ("number", &head.number),
        ("date", &head.date),
        ("signatory", &head.signatory),
        ("post", &head.post),
        ("addressee", &head.addressee),
        ("antecedent", &head.antecedent),
        ("subject", &head.subject),
    ] {
        let Some(value) = value else { continue };
        let _ = writeln!(out, "    {name}: {value}");
        if let Some(evidence) = head.evidence.get(name) {
            let _ = writeln!(out, "      [{}]", placed(evidence));
        }
    }
}
