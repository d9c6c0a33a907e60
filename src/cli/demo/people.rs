//! How people's mail programs write: Outlook, Gmail and Thunderbird quote and sign in their ways.

use anyhow::Context;
use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;

use super::mime::Draft;
use super::post::Mail;
use crate::office::Office;

/// A mail program.
#[derive(Clone, Copy, Debug)]
enum Client {
    Outlook,
    Gmail,
    Thunderbird,
}

impl Client {
    /// The ministry has Outlook, its regional secretariats Thunderbird, others Gmail.
    fn of(address: &str) -> Self {
        if address.ends_with("@ministerio.example") {
            Self::Outlook
        } else if address.ends_with(".seremi.example") {
            Self::Thunderbird
        } else {
            Self::Gmail
        }
    }
}

/// Somebody who writes to the desk.
#[derive(Clone, Debug)]
pub(super) struct Writer<'a> {
    office: &'a Office,
    name: String,
    address: String,
    post: Option<String>,
}

impl<'a> Writer<'a> {
    /// Somebody of the directory by id, or a stranger as `Name <address>`.
    ///
    /// # Errors
    /// Neither.
    pub fn find(office: &'a Office, who: &str) -> anyhow::Result<Self> {
        if let Some((name, address)) = who.split_once(" <") {
            return Ok(Self {
                office,
                name: name.to_owned(),
                address: address.trim_end_matches('>').to_owned(),
                post: None,
            });
        }
        let people = &office.directory.people;
        let person = people.iter().find(|p| p.id.0 == who);
        let person = person.with_context(|| format!("nobody is called {who}"))?;
        Ok(Self {
            office,
            name: person.name.clone(),
            address: person.address().to_owned(),
            post: person.post.clone(),
        })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A mail that begins something: words and signature.
    pub fn writes(&self, subject: &str, text: &str) -> Draft {
        let text = format!("{}\n\n{}\n", text.trim_end(), self.signature());
        let html = match Client::of(&self.address) {
            Client::Thunderbird => None,
            Client::Outlook | Client::Gmail => Some(page(&paragraphs(&text))),
        };
        Draft {
            name: self.name.clone(),
            address: self.address.clone(),
            to: format!("{} <{}>", self.office.desk.name, self.office.desk.address),
            subject: subject.to_owned(),
            text,
            html,
            ..Draft::default()
        }
    }

    /// An answer to a mail of the desk that was written at `written`.
    pub fn answers(&self, mail: &Mail, written: DateTime<Tz>, says: &str) -> Draft {
        let subject = match mail.subject.starts_with("Re:") {
            true => mail.subject.clone(),
            false => format!("Re: {}", mail.subject),
        };
        let (text, html) = match Client::of(&self.address) {
            Client::Outlook => self.in_outlook(mail, written, says),
            Client::Gmail => self.in_gmail(mail, written, says),
            Client::Thunderbird => (self.in_thunderbird(mail, written, says), None),
        };
        let mut references = mail.references.clone();
        references.push(mail.id.clone());
        Draft {
            in_reply_to: Some(mail.id.clone()),
            references,
            text,
            html,
            ..self.writes(&subject, says)
        }
    }

    fn signature(&self) -> String {
        match &self.post {
            Some(post) => format!("{}\n{post}", self.name),
            None => self.name.clone(),
        }
    }

    fn in_outlook(
        &self,
        mail: &Mail,
        written: DateTime<Tz>,
        says: &str,
    ) -> (String, Option<String>) {
        let desk = &self.office.desk;
        let fields = [
            ("De", format!("{} <{}>", desk.name, desk.address)),
            ("Enviado", in_words(written)),
            ("Para", format!("{} <{}>", self.name, mail.to)),
            ("Asunto", mail.subject.clone()),
        ];
        let lines: Vec<String> = fields.iter().map(|(n, v)| format!("{n}: {v}")).collect();
        let text = format!(
            "{says}\n\n{}\n________________________________\n{}\n\n{}",
            self.signature(),
            lines.join("\n"),
            mail.text
        );
        let head: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("<b>{name}:</b> {}<br>", escape(value)))
            .collect();
        let html = format!(
            "<div style=\"font-family:Calibri,sans-serif;font-size:12pt\">{}</div>\n\
             <div id=\"appendonsend\"></div>\n\
             <hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\n\
             <div id=\"divRplyFwdMsg\" dir=\"ltr\">{}</div>\n<div>{}</div>",
            paragraphs(&format!("{says}\n\n{}", self.signature())),
            head.join("\n"),
            mail.html_body()
        );
        (text, Some(page(&html)))
    }

    fn in_gmail(&self, mail: &Mail, written: DateTime<Tz>, says: &str) -> (String, Option<String>) {
        let desk = &self.office.desk;
        let when = written.format("%-d %b %Y a las %-H:%M");
        let when = format!("El {}, {}", day(written), when.to_string().to_lowercase());
        let text = format!(
            "{says}\n\n-- \n{}\n\n{when}, {} (<{}>)\nescribió:\n\n{}",
            self.signature(),
            desk.name,
            desk.address,
            quoted(&mail.text)
        );
        let html = format!(
            "<div dir=\"ltr\">{}</div>\n<br><div class=\"gmail_quote\">\
             <div dir=\"ltr\" class=\"gmail_attr\">{when}, {} (&lt;{}&gt;) escribió:<br></div>\
             <blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;\
             border-left:1px solid #ccc;padding-left:1ex\">{}</blockquote></div>",
            paragraphs(&format!("{says}\n\n-- \n{}", self.signature())),
            desk.name,
            desk.address,
            mail.html_body()
        );
        (text, Some(page(&html)))
    }

    fn in_thunderbird(&self, mail: &Mail, written: DateTime<Tz>, says: &str) -> String {
        format!(
            "{says}\n\nEl {}, {} escribió:\n{}\n-- \n{}\n",
            written.format("%d-%m-%y a las %-H:%M"),
            self.office.desk.name,
            quoted(&mail.text),
            self.signature()
        )
    }
}

fn quoted(text: &str) -> String {
    text.lines()
        .map(|line| match line {
            "" => ">\n".to_owned(),
            line => format!("> {line}\n"),
        })
        .collect()
}

fn page(body: &str) -> String {
    format!("<html><head><meta charset=\"utf-8\"></head><body>\n{body}\n</body></html>\n")
}

fn paragraphs(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line {
            "" => "<div><br></div>".to_owned(),
            line => format!("<div>{}</div>", escape(line)),
        })
        .collect();
    lines.join("\n")
}

/// Text as HTML shows it.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn day(at: DateTime<Tz>) -> &'static str {
    const DAYS: [&str; 7] = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"];
    let number = at.weekday().num_days_from_monday() as usize;
    DAYS.get(number).copied().unwrap_or_default()
}

/// `lunes, 5 de octubre de 2026 8:41`. The week is in October.
fn in_words(at: DateTime<Tz>) -> String {
    let day = match day(at) {
        "lun" => "lunes",
        "mar" => "martes",
        "mié" => "miércoles",
        "jue" => "jueves",
        "vie" => "viernes",
        "sáb" => "sábado",
        _ => "domingo",
    };
    let (month_day, hour, minute) = (at.day(), at.hour(), at.minute());
    format!(
        "{day}, {month_day} de octubre de {} {hour}:{minute:02}",
        at.year()
    )
}
