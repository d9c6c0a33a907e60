//! A mail of its parts, as a mail program writes it (RFC 5322, RFC 2045). The same parts give the
//! same bytes.

use data_encoding::BASE64;

use super::papers::Document;

/// A mail that somebody writes.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The writer's name.
    pub name: String,
    /// The writer's address.
    pub address: String,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// The Message-ID that it answers, without angle brackets.
    pub in_reply_to: Option<String>,
    /// Its References, without angle brackets.
    pub references: Vec<String>,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its plain text.
    pub text: String,
    /// Its HTML, where the program writes any.
    pub html: Option<String>,
    /// What is attached.
    pub documents: &'static [Document],
}

/// What makes each mail another one.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    /// The Date field.
    pub date: String,
    /// The Message-ID, without angle brackets.
    pub id: String,
}

impl Draft {
    /// The whole mail.
    pub fn bytes(&self, stamp: &Stamp) -> Vec<u8> {
        let mut mail = format!(
            "Date: {}\r\nFrom: {} <{}>\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}>\r\n",
            stamp.date,
            words(&self.name),
            self.address,
            self.to,
            words(&self.subject),
            stamp.id
        );
        if let Some(id) = &self.in_reply_to {
            mail += &format!("In-Reply-To: <{id}>\r\n");
        }
        if !self.references.is_empty() {
            let ids: Vec<String> = self.references.iter().map(|id| format!("<{id}>")).collect();
            mail += &format!("References: {}\r\n", ids.join("\r\n "));
        }
        for (name, value) in &self.headers {
            mail += &format!("{name}: {value}\r\n");
        }
        mail += "MIME-Version: 1.0\r\n";
        mail += &self.body(&stamp.id);
        mail.into_bytes()
    }

    fn body(&self, id: &str) -> String {
        let text = text_part("plain", &self.text);
        let words = match &self.html {
            Some(html) => parts("alternative", id, &[text, text_part("html", html)]),
            None => text,
        };
        if self.documents.is_empty() {
            return words;
        }
        let mut all = vec![words];
        all.extend(self.documents.iter().map(file_part));
        parts("mixed", id, &all)
    }
}

/// A multipart of these parts.
pub(super) fn parts(kind: &str, id: &str, parts: &[String]) -> String {
    let mark: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    // What is behind a slash are parameters of the type, not of its name.
    let name = kind.split(';').next().unwrap_or(kind);
    let boundary = format!("=_{name}_{mark}");
    let mut text = format!("Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"\r\n\r\n");
    for part in parts {
        text += &format!("--{boundary}\r\n{part}\r\n");
    }
    text + &format!("--{boundary}--\r\n")
}

/// A part of text.
pub(super) fn text_part(kind: &str, text: &str) -> String {
    let head = format!("Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: ");
    // Lines of HTML may be longer than a mail allows (RFC 5322, 2.1.1).
    if text.lines().any(|line| line.len() > 900) {
        return format!("{head}base64\r\n\r\n{}", base64(text.as_bytes()));
    }
    format!("{head}8bit\r\n\r\n{}\r\n", crlf(text))
}

fn file_part(document: &Document) -> String {
    format!(
        "Content-Type: {}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}",
        document.media_type,
        base64(document.bytes),
        name = document.name
    )
}

/// Text with CRLF line ends.
pub(super) fn crlf(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines.join("\r\n")
}

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    // 57 bytes make a line of 76 characters.
    for line in bytes.chunks(57) {
        text += &BASE64.encode(line);
        text += "\r\n";
    }
    text
}

/// Words of a header, encoded where they are not plain (RFC 2047).
fn words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut encoded: Vec<String> = vec![];
    let mut word = String::new();
    for letter in text.chars() {
        if word.len() + letter.len_utf8() > 42 {
            encoded.push(BASE64.encode(word.as_bytes()));
            word.clear();
        }
        word.push(letter);
    }
    encoded.push(BASE64.encode(word.as_bytes()));
    let encoded: Vec<String> = encoded.iter().map(|w| format!("=?UTF-8?B?{w}?=")).collect();
    encoded.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_program_reads_what_was_written() {
        let draft = Draft {
            name: "Ana Muñoz".to_owned(),
            address: "ana@x.test".to_owned(),
            to: "mesa@x.test".to_owned(),
            subject: "Desaprobación de la rendición de la Ilustre Municipalidad de Ñiquén"
                .to_owned(),
            text: "Sí.\n\nAna".to_owned(),
            html: Some("<p>Sí.</p>".to_owned()),
            ..Draft::default()
        };
        let stamp = Stamp {
            date: "Mon, 5 Oct 2026 08:41:00 -0300".to_owned(),
            id: "1@x.test".to_owned(),
        };
        let bytes = draft.bytes(&stamp);
        let parser = mail_parser::MessageParser::default();
        let read = parser.parse(&bytes).unwrap();
        assert_eq!(read.subject(), Some(draft.subject.as_str()));
        assert_eq!(read.body_text(0).unwrap().trim(), "Sí.\r\n\r\nAna");
        assert_eq!(read.body_html(0).unwrap().trim(), "<p>Sí.</p>");
        let from = read.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Ana Muñoz"));
    }
}
