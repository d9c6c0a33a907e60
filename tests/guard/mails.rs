//! What others write cannot become a line of a header, a mark of HTML, or an order to a terminal in
//! the mails that the desk sends.

use std::collections::BTreeSet;

use mail_parser::{MessageParser, MimeHeaders};

use crate::stage::at;
use crate::{BEATRIZ, Stage, TOMAS, memorandum};

const EVIL: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u{202e}\u{1b}[31m";

/// A memorandum with marks in every value that a person writes, in a mail whose display name,
/// subject and file name try to end their line.
fn hostile() -> String {
    let body = memorandum("Informe N° 1")
        .replace(
            "I. Municipalidad de Quebrada Honda",
            &format!("Municipalidad {EVIL}"),
        )
        .replace(
            "los talleres",
            &format!("los talleres {EVIL}\nBcc: ladron@otra.example"),
        );
    format!(
        "Message-ID: <evil@maule.example>\r\n\
         From: =?utf-8?Q?Tom=C3=A1s=0D=0ABcc:_ladron@otra.example=0D=0A<script>?= <{TOMAS}>\r\n\
         To: <mesa@sigec.example>\r\n\
         Subject: =?utf-8?Q?Desaprobaci=C3=B3n_de_informe_t=C3=A9cnico=0D=0ABcc:_ladron@otra.example\
         =0D=0A=0D=0A<b>x</b>=1B[2J?=\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n\
         --b\r\nContent-Type: text/plain; name=\"=?utf-8?Q?memo=0D=0ABcc:_l@otra.example<script>.txt?=\"\r\n\
         Content-Disposition: attachment; \
         filename=\"=?utf-8?Q?memo=0D=0ABcc:_l@otra.example<script>=22.txt?=\"\r\n\r\nAnexo\r\n--b--\r\n",
        body.replace('\n', "\r\n")
    )
}

#[test]
fn headers_marks_and_controls_of_others_stay_text() {
    let mut stage = Stage::begin();
    stage.drops(hostile().as_bytes());
    stage.drain();
    let asked = stage.column("SELECT message_id FROM notices WHERE message = 'approval-request'");
    assert_eq!(asked.len(), 1, "{:?}", stage.reasons());
    let lines = [
        "Message-ID: <no@ministerio.example>",
        &format!("In-Reply-To: <{}>", asked[0]),
    ];
    let no = format!("Rechazo porque {EVIL} falta todo.\n");
    stage.delivers(&lines, BEATRIZ, "Re: Desaprobación", &no);
    // One that a person must place: its text goes to the desk's people.
    let other = hostile()
        .replace(TOMAS, "alguien@otra.example")
        .replace("evil@", "evil2@");
    stage.drops(other.as_bytes());
    stage.drain();
    stage.set(at(6, 10));
    stage.drain();
    let sent = stage.books(|books| books.sent_since(chrono::DateTime::default()));
    assert!(sent.len() >= 6, "{}", sent.len());
    let people: BTreeSet<&str> = sent.iter().map(|mail| mail.address.as_str()).collect();
    assert!(people.iter().all(|address| !address.contains("ladron")));
    for mail in &sent {
        is_harmless(mail);
    }
}

fn is_harmless(mail: &mesad::store::SentMail) {
    let text = String::from_utf8(mail.bytes.clone()).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    let fields: Vec<&str> = head
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    let known = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Date",
        "Reply-To",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Mesad",
        "Sender",
        "Content-Language",
        "Precedence",
    ];
    for field in fields {
        assert!(
            known.contains(&field),
            "{field} in {}: {head}",
            mail.message
        );
    }
    let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
    assert!(parsed.bcc().is_none());
    let subject = parsed.subject().unwrap_or_default();
    assert!(!subject.chars().any(char::is_control), "{subject:?}");
    for part in &parsed.parts {
        if part.is_text_html() {
            let html = part.text_contents().unwrap().to_lowercase();
            for mark in ["<script", "<img src=x", "onerror=alert(2)>", "<b>x</b>"] {
                assert!(!html.contains(mark), "{mark} in {}: {html}", mail.message);
            }
        }
        if part.is_text() && part.attachment_name().is_none() {
            let text = part.text_contents().unwrap();
            let odd = |c: char| c == '\u{1b}' || c == '\u{202e}';
            assert!(!text.contains(odd), "{}: {text:?}", mail.message);
        }
        if let Some(name) = part.attachment_name() {
            assert!(!name.chars().any(char::is_control), "{name:?}");
        }
    }
}
