//! Mails as people's programs write them: quotes, signatures, headers.

use chrono::DateTime;
use chrono_tz::Tz;
use data_encoding::BASE64;
use mail_parser::MessageParser;

/// A mail of the desk, as somebody reads it.
#[derive(Clone, Debug)]
pub struct Read {
    pub id: String,
    pub subject: String,
    pub references: Vec<String>,
    pub text: String,
}

impl Read {
    /// Reads a mail of the desk.
    pub fn of(bytes: &[u8]) -> Self {
        let message = MessageParser::default().parse(bytes).unwrap();
        let ids = message.references().as_text_list().unwrap_or_default();
        Self {
            id: message.message_id().unwrap_or_default().to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            references: ids.iter().map(ToString::to_string).collect(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
        }
    }

    /// Its token.
    pub fn token(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once("[ref:")?;
        rest.split_once(']').map(|(token, _)| token)
    }

    /// The tag in its subject.
    pub fn tag(&self) -> Option<&str> {
        let from = self.subject.find('[')?;
        let to = self.subject[from..].find(']')? + from;
        self.subject.get(from..=to)
    }
}

/// How somebody's program quotes what it answers.
#[derive(Clone, Copy, Debug)]
pub enum Program {
    Outlook,
    Gmail,
    Thunderbird,
    /// Nothing is quoted.
    Phone,
}

/// A mail that somebody writes.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub name: String,
    pub address: String,
    pub subject: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    /// Further lines of the header, each with its end; `stamps` stand above everything else.
    pub headers: String,
    pub stamps: String,
    /// A server that stamps has its say about this one for sure.
    pub judged: bool,
    pub text: String,
    /// A file that holds this text, where it is attached.
    pub attached: Option<Vec<u8>>,
}

/// The desk as people's programs know it.
pub const DESK: &str = "Mesa de Ayuda SIGEC <mesa@sigec.example>";

impl Draft {
    /// An answer: what somebody says, and the mail below it.
    pub fn answers(
        mut self,
        mail: &Read,
        says: &str,
        (program, at): (Program, DateTime<Tz>),
    ) -> Self {
        self.subject = match mail.subject.starts_with("Re:") {
            true => mail.subject.clone(),
            false => format!("Re: {}", mail.subject),
        };
        self.in_reply_to = Some(mail.id.clone());
        self.references = mail.references.clone();
        self.references.push(mail.id.clone());
        let quoted = || {
            let lines = mail
                .text
                .lines()
                .map(|line| format!("> {line}").trim_end().to_owned());
            lines.collect::<Vec<_>>().join("\n")
        };
        let name = &self.name;
        let day = at.format("%d-%m-%Y");
        let hour = at.format("%H:%M");
        self.text = match program {
            Program::Outlook => format!(
                "{says}\n\n{name}\n________________________________\nDe: {DESK}\n\
                 Enviado: {day} {hour}\nPara: {name} <{}>\nAsunto: {}\n\n{}",
                self.address, mail.subject, mail.text
            ),
            Program::Gmail => {
                format!(
                    "{says}\n\n-- \n{name}\n\nEl {day} a las {hour}, {DESK}\nescribió:\n\n{}",
                    quoted()
                )
            }
            Program::Thunderbird => {
                format!(
                    "{says}\n\nEl {day} a las {hour}, {DESK} escribió:\n{}\n-- \n{name}\n",
                    quoted()
                )
            }
            Program::Phone => format!("{says}\n\nEnviado desde mi teléfono\n"),
        };
        self
    }

    /// The whole mail; `id` empty: it has none.
    pub fn bytes(&self, id: &str, at: DateTime<Tz>) -> Vec<u8> {
        let mut mail = self.stamps.clone();
        mail += &format!("Date: {}\r\n", at.to_rfc2822());
        mail += &format!("From: {} <{}>\r\n", encoded(&self.name), self.address);
        mail += &format!("To: {DESK}\r\nSubject: {}\r\n", encoded(&self.subject));
        if !id.is_empty() {
            mail += &format!("Message-ID: <{id}>\r\n");
        }
        if let Some(id) = &self.in_reply_to {
            mail += &format!("In-Reply-To: <{id}>\r\n");
        }
        if !self.references.is_empty() {
            let ids: Vec<String> = self.references.iter().map(|id| format!("<{id}>")).collect();
            mail += &format!("References: {}\r\n", ids.join("\r\n "));
        }
        mail += &self.headers;
        mail += "MIME-Version: 1.0\r\n";
        let part = format!(
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
            self.text.lines().collect::<Vec<_>>().join("\r\n")
        );
        match &self.attached {
            None => mail += &part,
            Some(file) => {
                mail += "Content-Type: multipart/mixed; boundary=\"=_sim\"\r\n\r\n";
                mail += &format!("--=_sim\r\n{part}--=_sim\r\n");
                mail += "Content-Type: application/octet-stream; name=\"memorandum.docx\"\r\n\
                         Content-Disposition: attachment; filename=\"memorandum.docx\"\r\n\
                         Content-Transfer-Encoding: base64\r\n\r\n";
                for line in file.chunks(57) {
                    mail += &format!("{}\r\n", BASE64.encode(line));
                }
                mail += "--=_sim--\r\n";
            }
        }
        mail.into_bytes()
    }
}

/// Words of a header, encoded where they are not plain (RFC 2047).
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words: Vec<String> = vec![];
    let mut word = String::new();
    for letter in text.chars() {
        if word.len() + letter.len_utf8() > 42 {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    let encoded = words
        .iter()
        .map(|w| format!("=?UTF-8?B?{}?=", BASE64.encode(w.as_bytes())));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

/// A word processor's document of these lines.
pub fn document(text: &str) -> Vec<u8> {
    use std::io::Write as _;
    use zip::write::{SimpleFileOptions, ZipWriter};
    let escape = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;");
    let lines = text
        .lines()
        .map(|line| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escape(line)));
    let body: String = lines.collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\
         \"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body>\
         </w:document>"
    );
    let types = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\
        \"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\
        \"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.\
        wordprocessingml.document.main+xml\"/></Types>";
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut zip = ZipWriter::new(std::io::Cursor::new(vec![]));
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("word/document.xml", &document),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
