//! `mesad trace`.

use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::words;
use super::workplace::Place;
use crate::desk::DeskError;
use crate::mail;
use crate::office::Office;
use crate::store::{ReceivedTrace, SentTrace, Store};

/// Tells all that is known of a mail, received or sent.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mesad trace --config /etc/mesad '<abc@correo.example>'\n  \
    mesad trace mail:12 --json\n\n\
    The Message-ID stands in the mail's header (\"show original\" in mail programs)."
)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// The Message-ID, with or without angle brackets, or the mail's number (mail:12 or 12)
    mail: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What was found.
struct Found {
    received: Vec<(ReceivedTrace, Option<Origin>)>,
    sent: Vec<SentTrace>,
}

/// What kind of sender, and by which mark.
struct Origin {
    name: String,
    evidence: String,
}

/// Runs the command.
///
/// # Errors
/// No such mail was ever seen or sent; what to try stands there.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (office, store) = arguments.place.look()?;
    let wanted = arguments.mail.trim();
    let id = wanted.trim_start_matches('<').trim_end_matches('>').trim();
    let found = find(&store, &office, id)?;
    if found.received.is_empty() && found.sent.is_empty() {
        return unknown(&store, id);
    }
    let text = match arguments.json {
        true => as_json(&found),
        false => as_text(&found, &office),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn find(store: &Store, office: &Office, id: &str) -> anyhow::Result<Found> {
    let number: Option<i64> = id.strip_prefix("mail:").unwrap_or(id).parse().ok();
    let own = id.to_owned();
    let (received, sent) = store.transact(move |books| {
        let received = books.trace_received(&own, number)?;
        let mut with_bytes = vec![];
        for mail in received {
            let bytes = books.contents(mail.mail)?;
            with_bytes.push((mail, bytes));
        }
        Ok::<_, DeskError>((with_bytes, books.trace_sent(&own)?))
    })?;
    let origin = |bytes: Option<Vec<u8>>| {
        let letter = mail::parse(&bytes?, &office.desk);
        Some(Origin {
            name: words::of(letter.origin),
            evidence: letter.origin_evidence,
        })
    };
    let received = received.into_iter();
    let received = received
        .map(|(mail, bytes)| (mail, origin(bytes)))
        .collect();
    Ok(Found { received, sent })
}

fn unknown(store: &Store, id: &str) -> anyhow::Result<ExitCode> {
    let own = id.to_owned();
    let like = store.transact(move |books| Ok::<_, DeskError>(books.message_ids_like(&own)?))?;
    let near = match like.as_slice() {
        [] => String::new(),
        some => format!("; perhaps one of these: <{}>", some.join(">, <")),
    };
    bail!(
        "no mail {id} was ever seen in the mailbox, or sent{near}. If it should have come in: \
         `mesad reconcile` shows what lies in the mailbox and is not known; if it does not lie \
         there either, the mail server's log tells whether it arrived, under the Message-ID that \
         the header of the sent mail has. `mesad list --all` shows requests, `mesad list --parked` \
         the mails set aside"
    )
}

fn as_json(found: &Found) -> String {
    let received = found.received.iter().map(|(mail, origin)| {
        let mut value = json!(mail);
        if let (Some(map), Some(origin)) = (value.as_object_mut(), origin) {
            map.insert("origin".to_owned(), json!(origin.name));
            map.insert("origin_evidence".to_owned(), json!(origin.evidence));
        }
        value
    });
    let all = json!({ "received": received.collect::<Vec<_>>(), "sent": found.sent });
    format!("{all:#}\n")
}

/// Lines of a page; nothing that a mail says moves the terminal's cursor.
struct Page<'a> {
    office: &'a Office,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, name: &str, text: &str) {
        let line = words::plain(&format!("{name:<14} {text}"));
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    fn at(&self, at: DateTime<Utc>) -> String {
        let local = self.office.calendar.local(at, None);
        local.format("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn maybe(&self, at: Option<DateTime<Utc>>) -> String {
        at.map_or_else(|| "not known when".to_owned(), |at| self.at(at))
    }
}

fn as_text(found: &Found, office: &Office) -> String {
    let mut page = Page {
        office,
        text: String::new(),
    };
    for (mail, origin) in &found.received {
        received(&mut page, mail, origin.as_ref());
    }
    for mail in &found.sent {
        page.line("Sent by us", &format!("<{}>", mail.message_id));
        sent(&mut page, mail);
        page.text.push('\n');
    }
    page.text
}

fn received(page: &mut Page<'_>, mail: &ReceivedTrace, origin: Option<&Origin>) {
    let id = match mail.message_id.as_str() {
        "" => "without Message-ID".to_owned(),
        id => format!("<{id}>"),
    };
    page.line(&format!("mail:{}", mail.mail), &id);
    page.line("From", &mail.sender);
    page.line("Subject", &mail.subject);
    let received = page.maybe(mail.received_at);
    page.line("Received", &format!("by the server {received}"));
    let seen = page.at(mail.first_seen_at);
    let (validity, uid) = (mail.uidvalidity, &mail.uid);
    page.line(
        "Seen",
        &format!("{seen}  UIDVALIDITY {validity}, UID {uid}"),
    );
    let (tries, size) = (mail.fetch_tries, mail.bytes.unwrap_or(0));
    let fetched = match (mail.kept.as_str(), mail.fetched_at) {
        ("header", _) => format!("its header only, of {size} bytes; tries {tries}"),
        ("nothing", None) => format!("never, or from before this was noted; tries {tries}"),
        (_, at) => format!("{}  {size} bytes, tries {tries}", page.maybe(at)),
    };
    page.line("Fetched", &fetched);
    if let Some(sha256) = &mail.sha256 {
        page.line("", &format!("SHA-256 {sha256}, {} kept", mail.kept));
    }
    if let Some(origin) = origin {
        let by = match origin.evidence.as_str() {
            "" => String::new(),
            evidence => format!(" ({evidence})"),
        };
        page.line("Origin", &format!("{}{by}", origin.name));
    }
    if !mail.authentication.is_empty() {
        let words = &mail.authentication_words;
        page.line("Sender", &format!("{}  {words}", mail.authentication));
    }
    judged(page, mail);
    for request in &mail.requests {
        page.line("Belongs to", request);
    }
    for answered in &mail.refers_to {
        let about = answered.request.as_deref().unwrap_or("no request");
        let to = format!(
            "our {} about {about}  <{}>",
            answered.message, answered.message_id
        );
        page.line("Answers", &to);
    }
    for notice in &mail.sent {
        page.line("Sent", &format!("<{}>", notice.message_id));
        sent(page, notice);
    }
    filed(page, mail);
    page.text.push('\n');
}

fn judged(page: &mut Page<'_>, mail: &ReceivedTrace) {
    let at = mail.handled_at.map(|at| page.at(at)).unwrap_or_default();
    let what = match mail.state.as_str() {
        "seen" => "waits to be fetched".to_owned(),
        "stored" => "waits to be handled".to_owned(),
        "parked" => format!(
            "set aside: {} ({})",
            words::set_aside(&mail.reason),
            mail.reason
        ),
        _ => mail.reason.clone(),
    };
    let repeats = mail
        .repeats
        .map_or_else(String::new, |id| format!(" mail:{id}"));
    let tries = match mail.handle_tries {
        0 | 1 => String::new(),
        tries => format!(", tries {tries}"),
    };
    page.line("Judged", &format!("{at}  {what}{repeats}{tries}"));
    for event in &mail.events {
        let request = event.request.as_deref().unwrap_or("no request");
        let (at, outcome) = (page.at(event.at), event.outcome.replace('-', " "));
        page.line(
            "Made",
            &format!("{at}  {request}: {outcome}  {}", event.cell),
        );
    }
}

fn filed(page: &mut Page<'_>, mail: &ReceivedTrace) {
    let text = match (mail.filed, &mail.lies) {
        (false, _) if mail.handled_at.is_some() => "not yet".to_owned(),
        (false, _) => return,
        (true, Some((folder, validity, uid))) => {
            let at = page.maybe(mail.filed_at);
            format!("{at}  folder {folder}, UIDVALIDITY {validity}, UID {uid}")
        }
        (true, None) if mail.reason == "before-start" => "left as it was".to_owned(),
        (true, None) => format!(
            "{}  the mailbox did not say where",
            page.maybe(mail.filed_at)
        ),
    };
    page.line("Filed", &text);
}

fn sent(page: &mut Page<'_>, mail: &SentTrace) {
    let about = mail.request.as_deref().unwrap_or("no request");
    let what = format!("{} to {} about {about}", mail.message, mail.address);
    page.line("", &what);
    let because = match mail.because_of {
        Some(id) => format!("because of mail:{id}"),
        None => "because of time or an operator".to_owned(),
    };
    page.line("", &format!("born {}  {because}", page.at(mail.created_at)));
    let state = match (mail.state.as_str(), mail.ended_at) {
        ("due", _) => format!("not sent; next try {}", page.at(mail.due_at)),
        (state, at) => format!("{state} {}", page.maybe(at)),
    };
    let (tries, reply) = (mail.tries, &mail.last_reply);
    page.line("", &format!("{state}, tries {tries}  {reply}"));
    if let Some(sha256) = &mail.sha256 {
        page.line("", &format!("SHA-256 {sha256}"));
    }
    if !mail.replies.is_empty() {
        let replies: Vec<String> = mail.replies.iter().map(|id| format!("mail:{id}")).collect();
        page.line("", &format!("answered by {}", replies.join(", ")));
    }
}
