//! `mesad explain`: what the desk would understand of a mail. The format of its JSON is
//! `docs/explain.md`.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use super::setup;
use crate::documents::Document;
use crate::mail::{self, Letter, Origin};
use crate::office::{Authentication, Office, Source};
use crate::reading::{self, Decision, Reading, RoleOfSender};
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
            Ok(explanation) if arguments.json => writeln!(out, "{}", as_json(&explanation))?,
            Ok(explanation) => write!(out, "{}", as_words(&explanation, &office))?,
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
        Some(role) => reading::decide(&letter, role),
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
        "bounce": bounce(&letter.origin),
        "text": letter.text,
        "decision": decision.as_ref().map(|d| json!({
            "value": d.kind, "reason": d.reason, "evidence": d.evidence,
        })),
        "procedure": reading.classification.procedure,
        "confidence": (f64::from(reading.classification.confidence) * 100.0).round() / 100.0,
        "guesses": reading.classification.guesses,
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

fn bounce(origin: &Origin) -> Value {
    let Origin::Bounce(bounce) = origin else {
        return Value::Null;
    };
    json!({
        "recipients": bounce.recipients.iter().map(|r| json!({
            "address": r.address, "status": r.status, "permanent": r.permanent,
        })).collect::<Vec<_>>(),
        "original_message_id": bounce.original_message_id,
    })
}

fn document(document: &Document) -> Value {
    json!({
        "name": document.name,
        "type": document.kind,
        "readable": document.content.is_ok(),
        "why": document.content.as_ref().err(),
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
    for document in documents {
        let state = document
            .content
            .as_ref()
            .err()
            .map_or("read", |_| "not readable");
        let _ = writeln!(out, "  document   {} ({state})", document.name);
    }
    out.push('\n');
    out
}

fn procedure_in_words(out: &mut String, reading: &Reading, office: &Office) {
    let class = &reading.classification;
    let Some(procedure) = class.procedure.as_ref().and_then(|id| office.procedure(id)) else {
        out.push_str("  procedure  none\n");
        return;
    };
    let percent = class.confidence * 100.0;
    let id = procedure.id.as_str();
    let _ = writeln!(
        out,
        "  procedure  {} ({id}, {percent:.0} %)",
        procedure.name
    );
    for field in &procedure.fields {
        let Some(datum) = reading.fields.get(&field.name) else {
            continue;
        };
        let value = match datum.value.as_text() {
            Some(text) => text.to_owned(),
            None => json!(datum.value).to_string(),
        };
        let evidence = &datum.evidence;
        let place = match &evidence.source {
            Source::Document(name) => name.clone(),
            other => json!(other).as_str().unwrap_or("").to_owned(),
        };
        let _ = writeln!(out, "    {}: {value}", field.name.as_str());
        let _ = writeln!(
            out,
            "      [{place}, line {}: {}]",
            evidence.line, evidence.quote
        );
    }
}
