//! The templates: shipped ones built in, an office's own in their place, all of them tried on
//! sample notices before anything starts.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use crate::request::Message;

use super::{LetterError, mime, samples, words};

/// Instructions that one template may take. The digest of a thousand requests takes about 100,000.
const FUEL: u64 = 2_000_000;

/// Bytes that one part may have; fuel does not bound them. Gmail clips a mail at 102 KB.
const LARGEST: usize = 512 * 1024;

/// The files of a mail's folder.
const FILES: [&str; 3] = ["subject.txt", "body.txt", "body.html"];

/// Files that the others share.
const SHARED: [(&str, &str); 5] = [
    ("base.txt", include_str!("../../templates/base.txt")),
    ("base.html", include_str!("../../templates/base.html")),
    ("macros.txt", include_str!("../../templates/macros.txt")),
    ("macros.html", include_str!("../../templates/macros.html")),
    ("words.txt", include_str!("../../templates/words.txt")),
];

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(
            ($name, [
                include_str!(concat!("../../templates/", $name, "/subject.txt")),
                include_str!(concat!("../../templates/", $name, "/body.txt")),
                include_str!(concat!("../../templates/", $name, "/body.html")),
            ]),
        )*]
    };
}

/// Folder → its files, in the order of [`FILES`].
const SHIPPED: &[(&str, [&str; 3])] = shipped![
    "acknowledgement",
    "alarm",
    "addition-received",
    "already-answered",
    "already-received",
    "answer-not-counted",
    "approval-reminder",
    "approval-request",
    "attention",
    "breach",
    "claimed",
    "closing-not-allowed",
    "comment",
    "deadline-warning",
    "decision-confirmation",
    "decision-moved",
    "decision-recorded",
    "decision-repudiated",
    "decision-unclear",
    "desk-act",
    "digest",
    "missing-data",
    "not-done",
    "not-ours",
    "opening-confirmation",
    "partly-done",
    "question",
    "rejected",
    "resolution",
    "status",
    "impersonation-warning",
    "step-overdue",
    "too-large",
    "triage",
    "triage-done",
    "triage-received",
    "triage-unclear",
    "undeliverable",
    "withdrawn",
    "work-order",
    "work-reminder",
    "wrong-channel",
];

/// Every template file that ships with the program: name and source.
pub fn shipped() -> Vec<(String, &'static str)> {
    let shared = SHARED
        .iter()
        .map(|(name, source)| ((*name).to_owned(), *source));
    let folders = SHIPPED.iter().flat_map(|(folder, sources)| {
        let named = FILES.iter().zip(sources);
        named.map(move |(file, source)| (format!("{folder}/{file}"), *source))
    });
    shared.chain(folders).collect()
}

/// The engine with all templates, or everything that does not parse.
pub(super) fn engine(
    overrides: &[(String, String)],
) -> Result<Environment<'static>, Vec<LetterError>> {
    let mut errors = Vec::new();
    let mut sources: BTreeMap<String, String> = shipped()
        .into_iter()
        .map(|(name, source)| (name, source.to_owned()))
        .collect();
    for (name, source) in overrides {
        if let Some(known) = sources.get_mut(name) {
            source.clone_into(known);
        } else {
            errors.push(unknown(name));
        }
    }
    let mut engine = empty_engine();
    for name in Message::TEMPLATES {
        if !SHIPPED.iter().any(|(folder, _)| folder == name) {
            errors.push(unknown(name));
        }
    }
    for (name, source) in sources {
        if let Err(error) = engine.add_template_owned(name.clone(), source) {
            errors.push(explain(&name, &error));
        }
    }
    if errors.is_empty() {
        Ok(engine)
    } else {
        Err(errors)
    }
}

fn unknown(name: &str) -> LetterError {
    let folder = name.split('/').next().unwrap_or(name);
    let why = if Message::TEMPLATES.contains(&folder) {
        format!("a mail has the files {}", FILES.join(", "))
    } else {
        let shared: Vec<&str> = SHARED.iter().map(|(name, _)| *name).collect();
        format!(
            "no mail has this name; folders are {}; shared files are {}",
            Message::TEMPLATES.join(", "),
            shared.join(", ")
        )
    };
    LetterError::Template {
        template: words::one_line(name, 120),
        why,
    }
}

fn empty_engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_debug(true);
    engine.set_auto_escape_callback(|name| match name.rsplit_once('.') {
        Some((_, "html")) => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    if let Ok(syntax) = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
    {
        engine.set_syntax(syntax);
    }
    engine.add_filter("mailto", mailto);
    engine.add_filter("lines", lines);
    engine.add_filter("form", form);
    engine.add_filter("megabytes", words::megabytes);
    engine
}

/// `reply | mailto("Apruebo")`: a link that opens an answer already written (RFC 6068).
fn mailto(reply: &Value, text: &str) -> Result<String, Error> {
    let part = |name: &str| -> Result<Value, Error> {
        let value = reply.get_attr(name)?;
        if value.is_undefined() {
            return Err(Error::new(
                ErrorKind::UndefinedError,
                "mailto works on reply",
            ));
        }
        Ok(value)
    };
    let (address, subject, token) = (part("address")?, part("subject")?, part("token")?);
    let mut body = text.replace('\n', "\r\n");
    if let Some(token) = token.as_str() {
        body.push_str(&format!("\r\n\r\n[ref:{token}]\r\n"));
    }
    let to = mime::percent(address.as_str().unwrap_or_default())
        .replace("%40", "@")
        .replace("%2B", "+");
    Ok(format!(
        "mailto:{to}?subject={}&body={}",
        mime::percent(subject.as_str().unwrap_or_default()),
        mime::percent(&body)
    ))
}

/// Text of several lines in HTML.
fn lines(text: &str) -> Value {
    let escaped: Vec<String> = text.lines().map(escape).collect();
    Value::from_safe_string(escaped.join("<br>"))
}

/// HTML text of plain text.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// The labels of wanted data, one a line, ready to fill in.
fn form(wanted: &Value) -> Result<String, Error> {
    let mut labels = Vec::new();
    for item in wanted.try_iter()? {
        let label = item.get_attr("label")?;
        labels.push(format!("{}: ", label.as_str().unwrap_or_default()));
    }
    Ok(labels.join("\n"))
}

/// Renders one file.
pub(super) fn render(
    engine: &Environment<'_>,
    name: &str,
    context: &serde_json::Map<String, serde_json::Value>,
) -> Result<String, LetterError> {
    let template = engine.get_template(name).map_err(|e| explain(name, &e))?;
    let mut out = Bounded::default();
    template
        .render_captured_to(Value::from(Serde(context)), &mut out)
        .map_err(|e| match out.full {
            true => too_large(name),
            false => explain(name, &e),
        })?;
    String::from_utf8(out.bytes).map_err(|e| LetterError::Template {
        template: name.to_owned(),
        why: e.to_string(),
    })
}

fn too_large(name: &str) -> LetterError {
    LetterError::Template {
        template: name.to_owned(),
        why: format!("it makes more than {LARGEST} bytes"),
    }
}

/// Output that refuses to grow without end.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LARGEST {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An error of the engine with its file, line and source line. The innermost cause is the one that
/// the office can mend.
fn explain(name: &str, error: &Error) -> LetterError {
    let mut inner = error;
    while let Some(next) = std::error::Error::source(inner).and_then(|e| e.downcast_ref::<Error>())
    {
        inner = next;
    }
    let what = match inner.detail() {
        Some(detail) => format!("{}: {detail}", inner.kind()),
        None => inner.kind().to_string(),
    };
    let line = inner.line().unwrap_or(0);
    let source = inner
        .template_source()
        .and_then(|s| s.lines().nth(line.saturating_sub(1)))
        .map_or("", str::trim);
    let why = if line == 0 {
        what
    } else if source.is_empty() {
        format!("line {line}: {what}")
    } else {
        format!("line {line}: {what}: {source}")
    };
    LetterError::Template {
        template: inner.name().unwrap_or(name).to_owned(),
        why,
    }
}

/// Tries every file on every sample: all different errors, in the order of the files.
pub(super) fn prove(templates: &super::Templates) -> Vec<LetterError> {
    let office = samples::office();
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for sample in samples::all() {
        let with = sample.rendering(&office);
        for error in templates.trial(&sample.notice, &with) {
            match error {
                LetterError::Template { template, why } => found.insert((template, why)),
                LetterError::Header { header, why } => found.insert((
                    format!("{}/subject.txt", sample.notice.message.template()),
                    format!("header {header}: {why}"),
                )),
            };
        }
    }
    found
        .into_iter()
        .map(|(template, why)| LetterError::Template { template, why })
        .collect()
}

/// The three parts of a mail.
pub(super) fn files(folder: &str) -> [String; 3] {
    FILES.map(|file| format!("{folder}/{file}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Wanted;

    #[test]
    fn every_message_has_its_folder_and_no_folder_is_left() {
        let mut shipped: Vec<&str> = SHIPPED.iter().map(|(folder, _)| *folder).collect();
        let mut wanted = Message::TEMPLATES.to_vec();
        shipped.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(shipped, wanted);
    }

    #[test]
    fn a_form_names_each_wanted_datum() {
        let wanted = [Wanted {
            label: "Motivos".into(),
            example: None,
            refused: None,
        }];
        let labels = form(&Value::from(Serde(&wanted))).unwrap();
        assert_eq!(labels, "Motivos: ");
    }
}
