//! Mails as people write and read them: composed like their mail programs do, sent by SMTP, read
//! from their mailbox on disk.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};

use super::town::Town;

/// A mail that was read.
#[derive(Clone, Debug)]
pub struct Mail {
    /// All of it.
    pub raw: Vec<u8>,
    /// When the server received it: the time of its file, which Dovecot shows as INTERNALDATE.
    pub received_at: DateTime<Utc>,
    /// Message-ID without angle brackets.
    pub id: String,
    /// From: name and address.
    pub from: (String, String),
    /// To: addresses.
    pub to: Vec<String>,
    /// The address that an answer goes to.
    pub reply_to: String,
    /// Its subject.
    pub subject: String,
    /// In-Reply-To.
    pub in_reply_to: Option<String>,
    /// References, oldest first.
    pub references: Vec<String>,
    /// Its text part.
    pub text: String,
    /// Its HTML part.
    pub html: String,
    /// File names of its attachments.
    pub files: Vec<String>,
    fields: BTreeMap<String, String>,
}

impl Mail {
    /// Reads a mail.
    pub fn read(raw: Vec<u8>, received_at: DateTime<Utc>) -> Self {
        let message = MessageParser::default().parse(&raw).unwrap();
        let ids = |value: &HeaderValue<'_>| -> Vec<String> {
            let list = value.as_text_list().unwrap_or_default();
            list.iter().map(ToString::to_string).collect()
        };
        let from = message.from().and_then(|f| f.first()).unwrap();
        let to = message.to().map(|to| to.iter()).into_iter().flatten();
        let address = |a: &mail_parser::Addr<'_>| a.address().unwrap_or_default().to_owned();
        let reply_to = message.reply_to().and_then(|r| r.first()).unwrap_or(from);
        let fields = message
            .headers()
            .iter()
            .filter_map(|h| Some((h.name().to_lowercase(), h.value().as_text()?.to_owned())))
            .collect();
        Self {
            received_at,
            id: message.message_id().unwrap_or_default().to_owned(),
            from: (from.name().unwrap_or_default().to_owned(), address(from)),
            to: to.map(address).collect(),
            reply_to: address(reply_to),
            subject: message.subject().unwrap_or_default().to_owned(),
            in_reply_to: ids(message.in_reply_to()).into_iter().next(),
            references: ids(message.references()),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            html: message.body_html(0).unwrap_or_default().into_owned(),
            files: message
                .attachments()
                .filter_map(|part| part.attachment_name().map(str::to_owned))
                .collect(),
            fields,
            raw,
        }
    }

    /// A field of its header, if it is there and plain text.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// Its text with every run of white space as one blank, so that broken lines do not matter.
    pub fn flat(&self) -> String {
        flat(&self.text)
    }

    /// The first line of its text: what is new, whatever the subject of the thread is.
    pub fn heading(&self) -> String {
        let first = self.text.split("\n\n").next().unwrap_or_default();
        flat(first.split("\r\n\r\n").next().unwrap_or_default())
    }

    /// The desk's reference token, where it has one.
    pub fn token(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once("[ref:")?;
        rest.split_once(']').map(|(token, _)| token)
    }
}

/// Every run of white space as one blank.
pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How people's mail programs quote what they answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Text and HTML, "El dom, 22 nov 2026 a las 10:14, … escribió:", lines with ">".
    Gmail,
    /// "De: … Enviado el: … Para: … Asunto: …" and the unmarked text below.
    Outlook,
    /// "El 22-11-2026 a las 10:14, … escribió:", lines with ">", a signature behind "-- ".
    Thunderbird,
}

impl Program {
    /// The program that somebody uses; always the same one.
    pub fn of(address: &str) -> Self {
        match address.bytes().map(usize::from).sum::<usize>() % 3 {
            0 => Self::Gmail,
            1 => Self::Outlook,
            _ => Self::Thunderbird,
        }
    }
}

/// A mail that somebody writes.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The writer's name and address, as in From.
    pub from: (String, String),
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text, quote and signature included.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// Message-ID without angle brackets; made where it is empty.
    pub id: String,
    /// What it answers, oldest first; the last one is In-Reply-To.
    pub references: Vec<String>,
    /// Further fields of the header, whole lines without their ends.
    pub fields: Vec<String>,
    /// Files: name, media type, bytes.
    pub files: Vec<(String, String, Vec<u8>)>,
}

static WRITTEN: AtomicUsize = AtomicUsize::new(0);

impl Draft {
    /// A mail of somebody to the desk.
    pub fn new(town: &Town, from: &str, subject: &str, text: &str) -> Self {
        let person = town.office.directory.by_address(from);
        let name = person.map_or("", |p| &p.name).to_owned();
        let number = WRITTEN.fetch_add(1, Ordering::SeqCst);
        let (local, domain) = from.split_once('@').unwrap();
        Self {
            from: (name, from.to_owned()),
            to: town.office.desk.address.clone(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            id: format!("{number:04}.{local}@{domain}"),
            ..Self::default()
        }
    }

    /// An answer to a mail of the desk, as the writer's mail program makes it.
    pub fn reply(town: &Town, from: &str, to: &Mail, text: &str) -> Self {
        let mut references = to.references.clone();
        references.push(to.id.clone());
        let person = town.office.directory.by_address(from);
        let name = person.map_or("", |p| p.name.as_str());
        let post = person.and_then(|p| p.post.as_deref()).unwrap_or_default();
        let program = Program::of(from);
        let signed = match program {
            Program::Thunderbird => format!("{text}\n\n-- \n{name}\n{post}"),
            _ => format!("{text}\n\nSaludos,\n{name}\n{post}"),
        };
        let (attribution, quote) = quoted(program, town, to);
        let html = (program == Program::Gmail).then(|| gmail(&signed, &attribution, &to.text));
        let mark = if program == Program::Outlook {
            "RE"
        } else {
            "Re"
        };
        let again = to
            .subject
            .get(..3)
            .is_some_and(|s| s.eq_ignore_ascii_case("re:"));
        let subject = match again {
            true => to.subject.clone(),
            false => format!("{mark}: {}", to.subject),
        };
        Self {
            to: to.reply_to.clone(),
            references,
            html,
            ..Self::new(
                town,
                from,
                &subject,
                &format!("{signed}\n\n{attribution}\n{quote}"),
            )
        }
    }

    /// Adds a field to the header.
    #[must_use]
    pub fn field(mut self, line: &str) -> Self {
        self.fields.push(line.to_owned());
        self
    }

    /// Attaches a file.
    #[must_use]
    pub fn file(mut self, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        let file = (name.to_owned(), media_type.to_owned(), bytes.to_vec());
        self.files.push(file);
        self
    }

    /// The mail.
    pub fn bytes(&self) -> Vec<u8> {
        let (name, address) = &self.from;
        let mut header = format!(
            "From: {} <{address}>\nTo: <{}>\nSubject: {}\nDate: {}\nMessage-ID: <{}>\n",
            words(name),
            self.to,
            words(&self.subject),
            DateTime::<Utc>::from(written_at()).to_rfc2822(),
            self.id,
        );
        if let Some(last) = self.references.last() {
            let all: Vec<String> = self.references.iter().map(|id| format!("<{id}>")).collect();
            header += &format!("In-Reply-To: <{last}>\nReferences: {}\n", all.join("\n "));
        }
        for line in &self.fields {
            header += &format!("{line}\n");
        }
        let all = format!("{header}MIME-Version: 1.0\n{}", self.body());
        all.replace('\n', "\r\n").into_bytes()
    }

    fn body(&self) -> String {
        let text = |kind: &str, text: &str| {
            format!(
                "Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
            )
        };
        let mut body = text("plain", &self.text);
        if let Some(html) = &self.html {
            body = multipart("alternative", &[body, text("html", html)]);
        }
        if self.files.is_empty() {
            return body;
        }
        let mut parts = vec![body];
        for (name, media_type, bytes) in &self.files {
            parts.push(format!(
                "Content-Type: {media_type}; name=\"{name}\"\nContent-Transfer-Encoding: base64\n\
                 Content-Disposition: attachment; filename=\"{name}\"\n\n{}\n",
                lines_of(&BASE64.encode(bytes))
            ));
        }
        multipart("mixed", &parts)
    }

    /// Sends it; gives it back, since answers refer to it.
    pub fn send(self, town: &Town) -> Self {
        town.host.deliver(&self.from.1, &self.to, &self.bytes());
        self
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "people's mails bear the time of day"
)]
fn written_at() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

fn multipart(kind: &str, parts: &[String]) -> String {
    let boundary = format!("=_{kind}_{}", WRITTEN.fetch_add(1, Ordering::SeqCst));
    let mut body = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\n\n");
    for part in parts {
        body += &format!("--{boundary}\n{part}\n");
    }
    format!("{body}--{boundary}--\n")
}

fn lines_of(base64: &str) -> String {
    let lines: Vec<&str> = base64
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    lines.join("\n")
}

/// A header's text, as encoded words where it is not plain (RFC 2047).
fn words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut parts = vec![String::new()];
    for character in text.chars() {
        if parts.last().unwrap().len() + character.len_utf8() > 42 {
            parts.push(String::new());
        }
        parts.last_mut().unwrap().push(character);
    }
    let encoded = |part: &String| format!("=?UTF-8?B?{}?=", BASE64.encode(part.as_bytes()));
    parts.iter().map(encoded).collect::<Vec<_>>().join("\n ")
}

/// The line above a quote, and the quote.
fn quoted(program: Program, town: &Town, mail: &Mail) -> (String, String) {
    let (name, address) = &mail.from;
    let at = town.office.calendar.local(mail.received_at, None);
    let marked: Vec<String> = mail.text.lines().map(|line| format!("> {line}")).collect();
    match program {
        Program::Gmail => {
            let days = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"];
            let day = days[at.format("%u").to_string().parse::<usize>().unwrap() - 1];
            let when = at.format("%-d %m %Y a las %H:%M");
            let line = format!("El {day}, {when}, {name} (<{address}>) escribió:");
            (line, format!("\n{}", marked.join("\n")))
        }
        Program::Outlook => {
            let when = at.format("%d-%m-%Y %H:%M");
            let line = format!(
                "De: {name} <{address}>\nEnviado el: {when}\nPara: {}\nAsunto: {}\n",
                mail.to.join("; "),
                mail.subject
            );
            (line, mail.text.clone())
        }
        Program::Thunderbird => {
            let when = at.format("%d-%m-%Y a las %H:%M");
            (format!("El {when}, {name} escribió:"), marked.join("\n"))
        }
    }
}

fn gmail(text: &str, attribution: &str, quote: &str) -> String {
    let escaped = |text: &str| {
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        text.replace('\n', "<br>\n")
    };
    format!(
        "<div dir=\"ltr\">{}</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" \
         class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\" \
         style=\"margin:0px 0px 0px 0.8ex\">{}</blockquote></div>",
        escaped(text),
        escaped(attribution),
        escaped(quote)
    )
}

/// What lies in people's mailboxes; mails that were read once are not parsed again.
#[derive(Debug, Default)]
pub struct Postman {
    known: Mutex<BTreeMap<String, Mail>>,
}

impl Postman {
    /// The mails in somebody's INBOX, in order of arrival.
    pub fn mails(&self, town: &Town, address: &str) -> Vec<Mail> {
        let mut known = self.known.lock().unwrap();
        let mut mails = vec![];
        for (path, received_at) in town.host.list_folder(address, "") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let unique = name.split(':').next().unwrap().to_owned();
            if !known.contains_key(&unique) {
                // A mail that moves from `new` to `cur` meanwhile is read the next time.
                let Ok(raw) = std::fs::read(&path) else {
                    continue;
                };
                known.insert(unique.clone(), Mail::read(raw, received_at));
            }
            mails.push(known[&unique].clone());
        }
        mails
    }
}

/// A mail of the desk as it was sent: without what the servers wrote above its first own field,
/// which is Date.
pub fn as_sent(raw: &[u8]) -> &[u8] {
    let mark = b"\nDate: ";
    let at = raw.windows(mark.len()).position(|w| w == mark);
    &raw[at.unwrap()..]
}
