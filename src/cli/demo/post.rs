//! What lies in people's mailboxes: the mails of the desk, read as a mail program reads them.

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use mail_parser::MessageParser;

use crate::office::{Office, Person};

/// A mail that the desk sent.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    /// To whom.
    pub to: String,
    /// When.
    pub written: DateTime<Utc>,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its HTML.
    pub html: String,
    /// Its Message-ID, without angle brackets.
    pub id: String,
    /// Its References, without angle brackets.
    pub references: Vec<String>,
    /// The heading within it.
    pub heading: String,
}

impl Mail {
    /// Reads a mail.
    ///
    /// # Errors
    /// It is no mail, or lacks what each mail of the desk has.
    pub fn read(to: &str, written: DateTime<Utc>, bytes: &[u8]) -> anyhow::Result<Self> {
        let parser = MessageParser::default();
        let mail = parser.parse(bytes).context("a mail of the desk")?;
        let html = mail.body_html(0).context("its HTML")?.into_owned();
        let heading = between(&html, "<title>", "</title>").unwrap_or_default();
        let references = match mail.references() {
            mail_parser::HeaderValue::Text(one) => vec![one.to_string()],
            mail_parser::HeaderValue::TextList(all) => {
                all.iter().map(ToString::to_string).collect()
            }
            _ => vec![],
        };
        Ok(Self {
            to: to.to_owned(),
            written,
            subject: mail.subject().context("its subject")?.to_owned(),
            text: mail.body_text(0).context("its text")?.into_owned(),
            id: mail.message_id().context("its Message-ID")?.to_owned(),
            references,
            heading: unescape(heading),
            html,
        })
    }

    /// The tag in its subject, `[SIGEC-2026-000001]`.
    pub fn tag(&self) -> Option<&str> {
        let from = self.subject.find('[')?;
        let to = self.subject.get(from..)?.find(']')? + from;
        self.subject.get(from..=to)
    }

    /// What is between `<body>` and `</body>`.
    pub fn html_body(&self) -> &str {
        let from = self.html.find("<body").unwrap_or_default();
        let inner = self.html.get(from..).unwrap_or_default();
        between(inner, ">", "</body>").unwrap_or(inner)
    }

    /// The subject and text of the mail that a button opens (RFC 6068).
    pub fn button(&self, label: &str) -> Option<(String, String)> {
        let links = self.html.split("href=\"mailto:").skip(1);
        links
            .filter_map(|rest| rest.split_once('"'))
            .find_map(|(link, _)| {
                let link = unescape(link);
                let (_, query) = link.split_once('?')?;
                let part = |name: &str| {
                    let mut parts = query.split('&').filter_map(|p| p.split_once('='));
                    parts.find(|(n, _)| *n == name).map(|(_, v)| percent(v))
                };
                let (subject, body) = (part("subject")?, part("body")?);
                body.starts_with(label).then_some((subject, body))
            })
    }

    fn holds(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        [&self.subject, &self.text]
            .into_iter()
            .any(|text| text.to_lowercase().contains(&word))
    }
}

/// All mails that the desk sent, oldest first.
#[derive(Debug, Default)]
pub(super) struct Post {
    mails: Vec<Mail>,
}

impl Post {
    /// A mail arrives.
    pub fn take(&mut self, mail: Mail) {
        self.mails.push(mail);
    }

    /// The newest mail to somebody, or to a mailbox that they read, that holds the word.
    ///
    /// # Errors
    /// The desk wrote them no such mail.
    pub fn newest(&self, office: &Office, person: &Person, word: &str) -> anyhow::Result<&Mail> {
        let read = |mailbox: &&Person| mailbox.members.contains(&person.id);
        let shared = office.directory.people.iter().filter(read);
        let addresses: Vec<&String> = shared
            .chain([person])
            .flat_map(|p| p.addresses.iter())
            .collect();
        let mut mails = self.mails.iter().rev();
        match mails.find(|m| addresses.contains(&&m.to) && m.holds(word)) {
            Some(mail) => Ok(mail),
            None => bail!("the desk wrote nothing to {} about “{word}”", person.name),
        }
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end).map_or(rest, |(inner, _)| inner))
}

fn unescape(text: &str) -> String {
    let marks = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
    ];
    let plain = marks.iter().fold(text.to_owned(), |text, (mark, sign)| {
        text.replace(mark, sign)
    });
    plain.replace("&amp;", "&")
}

fn percent(text: &str) -> String {
    let mut bytes = vec![];
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let pair = (byte == b'%').then(|| [rest.next(), rest.next()]);
        let digit = |d: Option<u8>| d.and_then(|d| char::from(d).to_digit(16));
        let value = pair.and_then(|[a, b]| u8::try_from(digit(a)? * 16 + digit(b)?).ok());
        bytes.push(value.unwrap_or(byte));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_writes_the_answer() {
        let html = "<a href=\"mailto:m@x?subject=Re%3A%20%5BA-1%5D&amp;body=S%C3%AD%0D%0A\">x</a>";
        let mail = Mail {
            to: String::new(),
            written: DateTime::default(),
            subject: "Re: [A-1] b".to_owned(),
            text: String::new(),
            html: html.to_owned(),
            id: String::new(),
            references: vec![],
            heading: String::new(),
        };
        let answer = ("Re: [A-1]".to_owned(), "Sí\r\n".to_owned());
        assert_eq!(mail.button("Sí"), Some(answer));
        assert_eq!(mail.button("No"), None);
        assert_eq!(mail.tag(), Some("[A-1]"));
    }
}
